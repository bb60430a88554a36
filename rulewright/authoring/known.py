"""Names in an expectation, held against the knowledge base: what names nothing could never fail."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, get_args

from engine.errors import Findings, Location, clipped, did_you_mean, listed
from engine.fields import Fields
from engine.model.knowledge import KnowledgeBase
from engine.model.told import Graded
from engine.reading import Scalar
from rulewright.authoring.difference import Difference, Subject

if TYPE_CHECKING:
    from engine.model.advice import Certainty

NOT_SHOWN = "not shown"
TRUTHS = ("true", "provisional", "unknown", "false")
"""The values that a conclusion can have."""
MOST_CITED = 30


class Known:
    """What the parts of an expectation have in common: the knowledge base, and the problems found so far."""

    def __init__(self, knowledge: KnowledgeBase, findings: Findings) -> None:
        self.knowledge = knowledge
        self.findings = findings

    def known(self, name: str, known: Iterable[str], fields: Fields, what: str) -> None:
        """Record a name that the knowledge base does not have: the expectation could never fail on it."""
        names = tuple(known)
        if name not in names:
            self.findings.add(
                "unknown-term",
                fields.location,
                f"`{name}` is no {what}",
                f"one of {listed(names)}",
                did_you_mean(name, names),
            )

    def word(self, word: str, known: Collection[str], place: Location, what: str) -> bool:
        """Whether a word is among those that are declared, where any is; else it is recorded at its place."""
        if not known or word in known:
            return True
        self.findings.unknown_term(word, known, place, f"`{clipped(word)}` is no {what}")
        return False

    def key(self, fields: Fields, written: Mapping[str, str], conclusion: str) -> bool:
        """Whether every word of a key is one that its conclusion can have; ``written`` are the fields that say it."""
        vocabulary = self.knowledge.vocabulary
        types, found = vocabulary.conclusions[conclusion].key, True
        for name, field in written.items():
            word = fields.text(field)
            if word:
                place, domain = fields.node.entries[field].location, vocabulary.domain(types[name])
                found &= self.word(word, domain, place, f"`{name}` of {conclusion}")
        return found

    def certainty(self, fields: Fields, found: list[Certainty], subject: Subject) -> Iterator[Difference]:
        """The grade of one of these, or the word for what has none."""
        wanted = fields.text("certainty")
        if wanted:
            grades = self.knowledge.vocabulary.grades
            self.known(wanted, [*grades, *(word for word in get_args(Graded) if word != "graded")], fields, "certainty")
            told = [entry.grade or entry.status for entry in found]
            if told and not any(one == wanted or grades.get(one) == grades.get(wanted, -1) for one in told):
                yield subject.differs("certainty", wanted, told[0], at=fields.place("certainty"))

    def exactly(self, fields: Fields, name: str, cited: Collection[str], subject: Subject) -> Iterator[Difference]:
        """The field that names all facts that are cited, in whatever order."""
        if not fields.has(name):
            return
        wanted = fields.texts(name)
        for fact in wanted:
            self.known(fact, self.knowledge.facts, fields, "fact")
        if {*wanted} != {*cited}:
            expected, actual = (listed(facts, MOST_CITED) or "none" for facts in (wanted, cited))
            yield subject.differs(name, expected, actual, at=fields.place(name))

    def fits(self, fields: Fields, of: Callable[[str], Collection[str]], subject: Subject) -> Iterator[Difference]:
        """How the case fits the populations of facts: ``of`` gives the words by which the advice says it of one."""
        node = fields.mapping("populations")
        for fact, value in node.entries.items() if node is not None else ():
            self.known(fact, self.knowledge.facts, fields, "fact")
            found = of(fact)
            if found and isinstance(value, Scalar) and value.text not in found:
                actual = listed(found)
                text = f"expected the population of {fact} to be {value.text}, is {actual}"
                yield subject.differs(f"population of {fact}", value.text, actual, text, value.location)
