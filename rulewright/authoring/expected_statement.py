"""What a scenario expects of one caution, care or other statement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.errors import Findings, listed
from engine.fields import Fields, mapping_of
from engine.model.knowledge import KnowledgeBase
from engine.reading import Node
from rulewright.authoring.difference import Difference, Subject, named_in
from rulewright.authoring.known import NOT_SHOWN, TRUTHS, Known

if TYPE_CHECKING:
    from engine.model.advice import Advice, Statement


class ExpectedStatement(Known):
    """Compares statements of one advice with entries of a section."""

    def __init__(self, knowledge: KnowledgeBase, findings: Findings, advice: Advice) -> None:
        super().__init__(knowledge, findings)
        self.advice = advice

    def differences(self, node: Node, kind: str) -> Iterator[Difference]:
        """One statement of a kind."""
        body = mapping_of(node, f"an expected {kind}", self.findings)
        if body is None:
            return
        fields = Fields(body, f"an expected {kind}", self.findings)
        declared = self.knowledge.vocabulary.conclusions[kind]
        written: dict[str, str] = {}
        for name in declared.key:
            field = name if fields.has(name) else "code" if name == "is" and fields.has("code") else ""
            if field:
                written[name] = field
        is_known = self.key(fields, written, kind)
        key = {name: fields.text(field) for name, field in written.items()}
        value = fields.words("value") or "true"
        if fields.words("value"):
            is_known &= self.word(value, TRUTHS, fields.node.entries["value"].location, "value of a conclusion")
        found = [entry for entry in statements(kind, self.advice) if key.items() <= entry.key.items()]
        words = tuple(key.values())
        drawn = tuple(entry.conclusion for entry in found) or named_in(self.advice, kind, words)
        subject = Subject(f"{kind} {' '.join(words)}", body.location, drawn)
        if not key:
            self.findings.add(
                "expectation",
                body.location,
                f"an expected {kind} names none of {listed(declared.key)}",
                "at least one of them",
            )
        elif is_known and not any(entry.value == value for entry in found):
            yield subject.differs("", value, found[0].value if found else "not there")
        yield from self.details(fields, found, subject)
        fields.words("note")
        fields.done(also=("code",))

    def details(self, fields: Fields, found: list[Statement], subject: Subject) -> Iterator[Difference]:
        """What is expected of a statement besides that it is there."""
        cited = {name for entry in found for name in (*entry.claims, *entry.readings)}
        for fact in fields.texts("claims"):
            self.known(fact, self.knowledge.facts, fields, "fact")
            if found and fact not in cited:
                shown = f"cites {listed(cited) or 'nothing'}"
                yield subject.differs("claims", fact, shown, f"does not cite {fact}", fields.place("claims"))
        if found or not fields.has("cites"):
            yield from self.exactly(fields, "cites", cited, subject)
        yield from self.certainty(fields, [entry.certainty for entry in found], subject)
        says = fields.words("says")
        said = [text for entry in found for texts in entry.annotations.values() for text in texts]
        if says and not any(says in text for text in said):
            shown = "; ".join(said) or "nothing"
            yield subject.differs("says", says, shown, f"does not say {says!r}", fields.place("says"))
        unsaid = fields.words("does-not-say")
        if unsaid and any(unsaid in text for text in said):
            place = fields.place("does-not-say")
            yield subject.differs("does-not-say", unsaid, "; ".join(said), f"says {unsaid!r}", place)
        yield from self.fits(fields, lambda fact: {entry.populations.get(fact, NOT_SHOWN) for entry in found}, subject)


def statements(kind: str, advice: Advice) -> list[Statement]:
    """The statements of one kind."""
    return [
        entry for entries in advice.sections.values() for entry in entries if entry.conclusion.startswith(f"{kind}(")
    ]


def kinds(knowledge: KnowledgeBase) -> dict[str, str]:
    """The words for each kind of statement: its name, its plural, and its section."""
    found: dict[str, str] = {}
    for kind in knowledge.vocabulary.conclusions.values():
        if kind.section:
            found |= {kind.name: kind.name, f"{kind.name}s": kind.name, kind.section: kind.name}
    return found
