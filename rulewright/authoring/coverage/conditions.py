"""The conditions of rules as the scenarios meet them: as they are written, and in each of their ground instances."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal as Word

from engine.model.knowledge import KnowledgeBase
from engine.model.rule import Condition, CountPattern, FactPattern, Rule
from engine.program import Clause, Count, GroundCondition, Literal
from provenance.render.rules import condition_in_words, pattern_in_words
from rulewright.authoring.coverage.branches import Branches, Items
from rulewright.authoring.coverage.possible import Possible
from rulewright.authoring.coverage.report import ConditionCoverage, InstanceCoverage, place_of
from rulewright.authoring.coverage.tally import Tally

Part = Word["when", "unless"]
Key = tuple[str, Part, int, int]
"""A condition: its rule, where it stands, its place there and its place in a count (both from 1, or 0)."""
Seen = tuple[Key, Literal, int, Items]
"""A condition with one of its literals, its value, and the items under which it has it."""


class Conditions:
    """Every condition that a case decides; what only the evidence decides (`fact`) is decided before any case."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.rules = knowledge.rules
        keys = [key for rule in self.rules.values() for key in _keys(rule)]
        self.tallies: dict[Key, Tally] = {key: Tally() for key in keys}
        self.instances: dict[Key, dict[str, Tally]] = {key: {} for key in keys}

    def written(self, key: Key) -> Condition:
        """The condition as it stands in its rule."""
        rule = self.rules[key[0]]
        return (rule.when if key[1] == "when" else rule.unless)[key[2] - 1]

    def is_count(self, key: Key) -> bool:
        """Whether a condition was written as a count (several ways to meet a conclusion are ground to one too)."""
        return not key[3] and isinstance(self.written(key).pattern, CountPattern)

    def literals(self, clause: Clause) -> Iterator[tuple[Key, Literal]]:
        """The conditions of a clause, and the members of counts that were written as such."""
        for part, conditions in _parts(clause):
            for condition in conditions:
                key: Key = (clause.rule, part, condition.position + 1, 0)
                yield key, condition.literal
                yield from self._members(key, condition.literal)

    def _members(self, key: Key, literal: Literal) -> Iterator[tuple[Key, Literal]]:
        """The members of a count by their written place; none where one of them has several ground instances."""
        pattern = self.written(key).pattern
        if not isinstance(pattern, CountPattern) or not isinstance(literal, Count):
            return
        if len(pattern.members) == len(literal.members):
            for number, (_, member) in enumerate(literal.members, 1):
                yield (*key[:3], number), member

    def expect(self, clause: Clause, possible: Possible) -> None:
        """Take in what could come out of the conditions of a clause."""
        for key, literal in self.literals(clause):
            values = possible.literal(literal)
            self.tallies[key].could(values)
            self.instances[key].setdefault(str(literal), Tally()).could(values)

    def see(self, scenario: int, clause: Clause, branches: Branches) -> Iterator[Seen]:
        """Take in what a scenario says of a clause, and tell it."""
        for branch in branches.of(clause):
            for (part, conditions), values in zip(_parts(clause), (branch.when, branch.unless), strict=True):
                for condition, value in zip(conditions, values, strict=True):
                    if value is None:
                        continue
                    key: Key = (clause.rule, part, condition.position + 1, 0)
                    yield self._seen(scenario, key, condition.literal, value, branch.items)
                    for member, literal in self._members(key, condition.literal):
                        found = branches.value(literal, branch.items)
                        if found is not None:
                            yield self._seen(scenario, member, literal, found, branch.items)

    def _seen(self, scenario: int, key: Key, literal: Literal, value: int, items: Items) -> Seen:
        self.tallies[key].see(scenario, value)
        self.instances[key][str(literal)].see(scenario, value)
        return key, literal, value, items

    def reports(self) -> tuple[ConditionCoverage, ...]:
        """What is told of every condition that has a ground instance."""
        return tuple(self._report(key) for key, instances in self.instances.items() if instances)

    def _report(self, key: Key) -> ConditionCoverage:
        rule, part, number, member = key
        written, tally = self.written(key), self.tallies[key]
        text = condition_in_words(written)
        if member and isinstance(written.pattern, CountPattern):
            text = pattern_in_words(written.pattern.members[member - 1][1])
        return ConditionCoverage(
            rule=rule,
            part=part,
            number=number,
            member=member,
            text=text,
            place=place_of(written.location),
            met=tally.number("met"),
            failed=tally.number("failed"),
            unknown=tally.number("unknown"),
            never=tally.never,
            instances=tuple(_instance(name, found) for name, found in self.instances[key].items()),
        )


def _instance(name: str, tally: Tally) -> InstanceCoverage:
    return InstanceCoverage(
        text=name,
        met=tally.number("met"),
        failed=tally.number("failed"),
        unknown=tally.number("unknown"),
        never=tally.never,
    )


def _parts(clause: Clause) -> tuple[tuple[Part, tuple[GroundCondition, ...]], ...]:
    return (("when", clause.when), ("unless", clause.unless))


def _keys(rule: Rule) -> Iterator[Key]:
    """The conditions of a rule that a case decides, and the members of its counts."""
    parts: tuple[tuple[Part, tuple[Condition, ...]], ...] = (("when", rule.when), ("unless", rule.unless))
    for part, conditions in parts:
        for number, condition in enumerate(conditions, 1):
            if isinstance(condition.pattern, FactPattern):
                continue
            yield rule.id, part, number, 0
            if isinstance(condition.pattern, CountPattern):
                yield from ((rule.id, part, number, member) for member in range(1, len(condition.pattern.members) + 1))
