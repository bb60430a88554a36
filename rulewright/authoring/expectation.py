"""What a scenario expects of an advice, compared field by field.

Options, cautions, care and the facts cited are the least that must be there; headings, codes, doses and what must not
be there are exact. An expectation that names something unknown is a problem of the scenario, never a check that passes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.errors import Findings, did_you_mean, listed
from engine.fields import Fields
from engine.model.knowledge import KnowledgeBase
from engine.reading import Mapping, Scalar, Sequence
from rulewright.authoring.difference import HEADING, Difference, Subject
from rulewright.authoring.expected_grounds import ExpectedGrounds
from rulewright.authoring.expected_option import ExpectedOption
from rulewright.authoring.expected_source import ExpectedSource
from rulewright.authoring.expected_statement import ExpectedStatement, kinds
from rulewright.authoring.forbidden import Forbidden
from rulewright.authoring.known import TRUTHS, Known
from rulewright.authoring.opposed import Opposed

if TYPE_CHECKING:
    from engine.model.advice import Advice
    from provenance.grounds import Grounds

HEADINGS = {
    "options": "advised",
    "completed": "completed",
    "provisional": "provisional",
    "not-supported-now": "not-supported-now",
    "undetermined": "undetermined",
}


class Expectation:
    """Compares one advice with one ``expect``."""

    def __init__(self, knowledge: KnowledgeBase, expect: Mapping, findings: Findings) -> None:
        self.knowledge = knowledge
        self.expect = expect
        self.findings = findings

    def differences(self, advice: Advice, grounds: Grounds | None = None) -> list[Difference]:
        """Every way in which the advice is not what was expected, each once.

        ``grounds`` is what the advice rests on, where it is at hand; else it is had from the advice where it is asked.
        """
        fields = Fields(self.expect, "`expect`", self.findings)
        if not self.expect.keys:
            self.findings.add(
                "expectation", self.expect.location, "`expect` expects nothing", "one expectation or more"
            )
        found = list(self.listed_parts(fields, advice))
        for word, compare in (("values", self.values), ("missing", self.missing), ("headings", self.headings)):
            node = fields.mapping(word)
            if node is not None:
                found.extend(compare(node, advice))
        found.extend(self.grounds(fields, advice, grounds))
        fields.done()
        return list(dict.fromkeys(found))

    def grounds(self, fields: Fields, advice: Advice, grounds: Grounds | None) -> Iterator[Difference]:
        """Why conclusions are drawn, or are not."""
        asked = {word: node for word in ("reasons", "rests-on") if (node := fields.mapping(word)) is not None}
        if not asked:
            return
        told = self.told(advice, grounds)
        for word, compare in (("reasons", told.reasons), ("rests-on", told.rests_on)):
            if word in asked:
                yield from compare(Fields(asked[word], f"`{word}`", self.findings))

    def told(self, advice: Advice, grounds: Grounds | None) -> ExpectedGrounds:
        """What compares the grounds of conclusions with those that are expected."""
        from provenance.grounds import Grounds

        return ExpectedGrounds(grounds or Grounds(advice, self.knowledge), self.findings)

    def listed_parts(self, fields: Fields, advice: Advice) -> Iterator[Difference]:
        """The expectations that are lists: options under their headings, statements, and what must not be there."""
        knowledge, findings = self.knowledge, self.findings
        option = ExpectedOption(knowledge, findings, advice)
        for word, heading in HEADINGS.items():
            for node in fields.sequence(word):
                yield from option.differences(node, heading)
        statement = ExpectedStatement(knowledge, findings, advice)
        for word, kind in kinds(knowledge).items():
            for node in fields.sequence(word):
                yield from statement.differences(node, kind)
        forbidden = Forbidden(knowledge, findings, advice)
        for node in fields.sequence("must-not"):
            yield from forbidden.differences(node)
        yield from Opposed(knowledge, findings, advice).differences(fields)
        yield from ExpectedSource(knowledge, findings).differences(fields, advice)
        yield from self.not_used(fields, advice)

    def not_used(self, fields: Fields, advice: Advice) -> Iterator[Difference]:
        """Data that no rule must have used."""
        used = {entry.path: entry.rules for entry in advice.inputs}
        for name in fields.texts("not-used"):
            rules = used.get(name)
            if rules is None or rules:
                actual = f"used by {', '.join(rules)}" if rules else "not in the case"
                text = f"`{name}` is not reported as a datum that no rule used"
                yield Subject(name, fields.place("not-used")).says("use", "by no rule", actual, text)

    def values(self, node: Mapping, advice: Advice) -> Iterator[Difference]:
        """Conclusions by their text, with the value that each must have."""
        known = Known(self.knowledge, self.findings)
        for atom, value in node.entries.items():
            wanted = value.text if isinstance(value, Scalar) else ""
            if not known.word(wanted, TRUTHS, value.location, "value of a conclusion"):
                continue
            found = advice.values.get(atom, "false")
            if atom not in advice.values and (wanted != "false" or not self.conceivable(atom)):
                self.findings.add(
                    "expectation",
                    node.keys[atom],
                    f"no rule can draw `{atom}`",
                    "a conclusion of the knowledge base",
                    did_you_mean(atom, advice.values),
                )
            elif found != wanted:
                yield Subject(atom, node.keys[atom], (atom,)).differs("", wanted, found)

    def conceivable(self, atom: str) -> bool:
        """Whether a text names a conclusion in declared words, though no rule may draw it."""
        relation, _, inside = atom.removesuffix(")").partition("(")
        kind = self.knowledge.vocabulary.conclusions.get(relation)
        words = inside.split(", ")
        if kind is None or len(words) != len(kind.key):
            return False
        domains = [self.knowledge.vocabulary.domain(type_) for type_ in kind.key.values()]
        return all(not domain or word in domain for word, domain in zip(words, domains, strict=True))

    def missing(self, node: Mapping, advice: Advice) -> Iterator[Difference]:
        """The sets of data that settle a question, exactly."""
        for question, sets in node.entries.items():
            wanted = {
                frozenset(item.text for item in entry if isinstance(item, Scalar))
                for entry in (sets.items if isinstance(sets, Sequence) else ())
                if isinstance(entry, Sequence)
            }
            found = next((entry for entry in advice.missing if entry.question == question), None)
            actual = {frozenset(data) for data in found.sets} if found is not None else set()
            subject = Subject(question, node.keys[question], (question,) if question in advice.values else ())
            if found is None:
                known = listed(entry.question for entry in advice.missing) or "none"
                text = f"is not among the open questions ({known})"
                yield subject.differs("settled by", _sets(wanted), "no open question", text)
            elif actual != wanted:
                shown = f"{_sets(actual)}{' (more needed)' if found.more else ''}"
                text = f"expected to be settled by {_sets(wanted)}, is by {shown}"
                yield subject.differs("settled by", _sets(wanted), shown, text)

    def headings(self, node: Mapping, advice: Advice) -> Iterator[Difference]:
        """Every key with its heading: exactly these and no others."""
        found = {" / ".join(standing.key.values()): standing for standing in advice.options}
        wanted = {name: value.text for name, value in node.entries.items() if isinstance(value, Scalar)}
        option = ExpectedOption(self.knowledge, self.findings, advice)
        option.headed(node)
        for name in sorted(found.keys() | wanted.keys()):
            heading = found[name].heading if name in found else "not there"
            if heading != wanted.get(name):
                at = node.keys.get(name, node.location)
                drawn = option.behind(tuple(name.split(" / ")), wanted.get(name, ""), heading)
                yield Subject(name, at, drawn).differs(HEADING, wanted.get(name, "no heading"), heading)


def _sets(sets: set[frozenset[str]]) -> str:
    return " or ".join(sorted("{" + ", ".join(sorted(data)) + "}" for data in sets)) or "nothing"
