"""What a scenario expects of why a conclusion is drawn, or is not: by its facts, or by its reason codes.

An advice shows the facts and the reasons of its options, and the facts of its statements. Those of a situation, and why
a statement is not made, are told where somebody asks; here they are had in the same way, from what the advice rests on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from engine.errors import Findings, did_you_mean, listed
from engine.fields import Fields
from engine.program import Atom
from rulewright.authoring.difference import Difference, Subject
from rulewright.authoring.known import MOST_CITED, Known

if TYPE_CHECKING:
    from provenance.grounds import Grounds


class ExpectedGrounds(Known):
    """Compares why conclusions are drawn, or are not, with the entries of `rests-on` and `reasons`."""

    def __init__(self, grounds: Grounds, findings: Findings) -> None:
        super().__init__(grounds.knowledge, findings)
        self.grounds = grounds

    def reasons(self, fields: Fields) -> Iterator[Difference]:
        """Each conclusion with all codes that keep it from being simply true, in whatever order."""
        known = self.knowledge.vocabulary.terms.get("reason", {})
        for atom, subject, wanted in self.each(fields):
            for code in wanted:
                self.known(code, known, fields, "reason")
            yield from _same("reasons", wanted, self.codes(atom), subject)

    def codes(self, atom: Atom) -> set[str]:
        """The codes that keep a conclusion from being simply true."""
        return {why.code for why in self.grounds.reasons.of(atom)}

    def rests_on(self, fields: Fields) -> Iterator[Difference]:
        """Each conclusion with the facts of the firings that draw it: those that warrant their rules, and of the
        claims that they match, but not those that their premises rest on in turn.
        """
        for _, subject, wanted in self.each(fields):
            for fact in wanted:
                self.known(fact, self.knowledge.facts, fields, "fact")
            yield from _same("facts", wanted, self.facts(subject.shown), subject)

    def facts(self, conclusion: str) -> set[str]:
        """The facts of the firings that draw a conclusion, in whatever way."""
        firings = self.grounds.drawn_by.get(conclusion, ())
        cited = {fact for firing in firings for fact in self.grounds.evidence(firing)}
        return cited.union(fact for firing in firings for fact in self.grounds.warrants(firing.rule))

    def each(self, fields: Fields) -> Iterator[tuple[Atom, Subject, tuple[str, ...]]]:
        """The conclusions that are named, each with the words that are expected of it."""
        for name in fields.node.entries:
            wanted = fields.texts(name)
            atom = self.grounds.atoms.get(name)
            if atom is not None:
                yield atom, Subject(name, fields.place(name), (name,)), wanted
                continue
            self.findings.add(
                "expectation",
                fields.node.keys[name],
                f"no rule can draw `{name}`",
                "a conclusion of the knowledge base",
                did_you_mean(name, self.grounds.atoms),
            )


def _same(what: str, wanted: Collection[str], found: Collection[str], subject: Subject) -> Iterator[Difference]:
    if {*wanted} != {*found}:
        expected, actual = (listed(words, MOST_CITED) or "none" for words in (wanted, found))
        yield subject.differs(what, expected, actual, f"expected the {what} {expected}, are {actual}")
