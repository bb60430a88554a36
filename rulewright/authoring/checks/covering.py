"""Which rules draw nothing that others do not draw too, wherever they draw it, from no more facts.

One clause covers another where both draw the same with the same words beside it, everything that the first asks for
holds wherever the second holds, and the first rests on no fact that the second does not rest on. A rule that rests on
other facts is never covered: it is another reason for the same conclusion.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from engine.model.knowledge import KnowledgeBase
from engine.model.rule import Compare, Reference
from engine.program import Atom, Clause, Count, Datum, GroundTest, Holds, Item, ItemField, Literal, Program
from rulewright.authoring.checks.contexts import Never
from rulewright.authoring.checks.demands import Demands
from rulewright.authoring.checks.places import TAGGED

MOST_RIVALS = 50
"""Of one conclusion: where more clauses than that draw it from the same facts, they are not compared."""


@dataclass(frozen=True, slots=True)
class Covered:
    """A rule, and the rules that cover it; ``mutual`` says that it covers one of them just as well."""

    rule: str
    by: tuple[str, ...]
    mutual: tuple[str, ...]


def covered(knowledge: KnowledgeBase, program: Program, demands: Demands) -> list[Covered]:
    """The rules of which every instance is covered by another rule's, in the order in which they were read.

    Rules that no case can make fire are left out, and do not cover.
    """
    covering = _Covering(knowledge, program, demands)
    return [found for rule in knowledge.rules if (found := covering.of(rule)) is not None]


class _Covering:
    def __init__(self, knowledge: KnowledgeBase, program: Program, demands: Demands) -> None:
        self.demands = demands
        self.by_rule: dict[str, list[int]] = defaultdict(list)
        self.clauses: dict[int, Clause] = {}
        self.facts: dict[int, frozenset[str]] = {}
        self.preferred = {fact for entry in knowledge.prefers for fact in (entry.stronger, entry.weaker)}
        self.heads: dict[Atom, list[int]] = defaultdict(list)
        for index, clause in enumerate(program.clauses):
            if clause.rule in knowledge.rules and clause.number < TAGGED and index not in demands.never:
                self.by_rule[clause.rule].append(index)
                self.heads[clause.head].append(index)
        self._coverers: dict[str, tuple[list[str], list[str]]] = {}
        self._verdicts: dict[tuple[int, int], bool] = {}

    def of(self, rule: str) -> Covered | None:
        """The rules that cover every instance of one; None where some instance is covered by none."""
        alone, together = self.coverers(rule)
        if not together:
            return None
        mutual = [other for other in alone if rule in self.coverers(other)[0]]
        return Covered(rule, tuple(alone) or tuple(together), tuple(mutual))

    def coverers(self, rule: str) -> tuple[list[str], list[str]]:
        """The rules of which each covers every instance of one, and those that do so together."""
        if rule not in self._coverers:
            self._coverers[rule] = self._find(rule)
        return self._coverers[rule]

    def _find(self, rule: str) -> tuple[list[str], list[str]]:
        alone: list[str] | None = None
        together: dict[str, None] = {}
        for index in self.by_rule.get(rule, ()):
            rivals = [other for other in self.heads[self.clause(index).head] if self.is_rival(other, index)]
            found = [self.clause(other).rule for other in rivals[:MOST_RIVALS] if self.covers(other, index)]
            if not found:
                return [], []
            together.update(dict.fromkeys(found))
            alone = list(dict.fromkeys(found)) if alone is None else [other for other in alone if other in found]
        return alone or [], list(together)

    def clause(self, index: int) -> Clause:
        """A clause, its item variables named in the order in which they stand."""
        if index not in self.clauses:
            self.clauses[index] = renamed(self.demands.program.clauses[index])
        return self.clauses[index]

    def is_rival(self, other: int, index: int) -> bool:
        """Whether a clause of another rule rests on no fact, and matches no claim, that this one does not.

        A rule that matches claims is there for those that are still to be written, and only another such covers it. By
        a fact that some preference names an argument may go before others.
        """
        one, two = self.clause(other), self.clause(index)
        alike = set(one.evidence) <= set(two.evidence) and bool(one.evidence) == bool(two.evidence)
        more = self.resting(index) - self.resting(other)
        fewer = self.resting(other) <= self.resting(index) and not more & self.preferred
        return one.rule != two.rule and alike and fewer

    def resting(self, index: int) -> frozenset[str]:
        """The facts that a clause rests on."""
        if index not in self.facts:
            self.facts[index] = self.demands.facts(index)
        return self.facts[index]

    def covers(self, one: int, other: int) -> bool:
        """Whether a clause holds, and says the same, wherever another does."""
        if (one, other) not in self._verdicts:
            self._verdicts[one, other] = self._covers(one, other)
        return self._verdicts[one, other]

    def _covers(self, one: int, other: int) -> bool:
        wide, narrow = self.clause(one), self.clause(other)
        if wide.annotations != narrow.annotations or wide.modality != narrow.modality:
            return False
        if not self.is_rival(one, other):
            return False
        known = self.demands.context(other)
        if isinstance(known, Never):
            return False
        asked = {condition.literal for condition in narrow.when}
        negated = {condition.literal for condition in narrow.unless if not condition.stands}
        standing = {condition.literal for condition in narrow.unless}
        # What follows by the facts that there are is no reason to give up a rule that matches facts.
        follows = not narrow.evidence
        return all(
            each.literal in asked
            or (follows and _is_plain(each.literal) and self.demands.entails(known, each.literal, {}))
            for each in wide.when
        ) and all(
            each.literal in (standing if each.stands else negated)
            or (follows and _is_plain(each.literal) and self.demands.excludes(known, each.literal, {}))
            for each in wide.unless
        )


def _is_plain(literal: Literal) -> bool:
    """Whether a condition speaks of no item of a list."""
    if isinstance(literal, Count):
        return all(_is_plain(member) for _, member in literal.members)
    return isinstance(literal, Datum | Holds)


def renamed(clause: Clause) -> Clause:
    """The clause with its item variables called by their order."""
    literals = (condition.literal for condition in clause.when)
    names = [literal.variable for literal in literals if isinstance(literal, Item) and literal.variable]
    if not names:
        return clause
    new = {name: str(number) for number, name in enumerate(dict.fromkeys(names))}
    return replace(
        clause,
        when=tuple(replace(each, literal=_literal(each.literal, new)) for each in clause.when),
        unless=tuple(replace(each, literal=_literal(each.literal, new)) for each in clause.unless),
    )


def _literal(literal: Literal, new: dict[str, str]) -> Literal:
    if isinstance(literal, Item):
        tests = tuple((name, _test(test, new)) for name, test in literal.tests)
        return replace(literal, variable=new.get(literal.variable, literal.variable), tests=tests)
    if isinstance(literal, ItemField):
        return replace(literal, variable=new[literal.variable], test=_test(literal.test, new))
    if isinstance(literal, Count):
        return replace(literal, members=tuple((points, _literal(member, new)) for points, member in literal.members))
    return literal


def _test(test: GroundTest, new: dict[str, str]) -> GroundTest:
    if isinstance(test, Compare) and isinstance(test.bound, Reference) and test.bound.path.startswith("$"):
        name, _, rest = test.bound.path[1:].partition(".")
        return replace(test, bound=Reference(f"${new.get(name, name)}.{rest}"))
    return test
