"""Conditions that change nothing: they hold, or are false under `unless`, wherever the rest of the rule holds."""

from __future__ import annotations

from collections.abc import Iterator

from engine.model.rule import (
    Codes,
    ConclusionPattern,
    Condition,
    CountPattern,
    DatumPattern,
    FactPattern,
    ItemTest,
    OneOf,
    Rule,
    Variable,
)
from engine.program import GroundCondition, Holds
from engine.resolution import argument
from rulewright.authoring.checks.contexts import Never
from rulewright.authoring.checks.demands import Demands
from rulewright.authoring.checks.finding import Check, Flaw, Severity
from rulewright.authoring.checks.subject import Subject


def _find(subject: Subject) -> Iterator[Flaw]:
    demands = subject.demands
    instances: dict[str, list[int]] = {}
    for index, clause in enumerate(subject.program.clauses):
        if clause.rule in subject.knowledge.rules and clause.number == 0:
            instances.setdefault(clause.rule, []).append(index)
    for rule in subject.knowledge.rules.values():
        found = [index for index in instances.get(rule.id, ()) if index not in demands.never]
        if found and not _is_mechanism(rule):
            yield from _of_rule(rule, found, demands)
        yield from _undrawn(rule, subject)


def _of_rule(rule: Rule, instances: list[int], demands: Demands) -> Iterator[Flaw]:
    """The conditions of one rule, from the last to the first, each beside those that are left."""
    left_out: set[tuple[int, bool]] = set()
    for position in reversed(range(len(rule.when))):
        condition = rule.when[position]
        if _is_removable(condition) and all(_follows(index, position, left_out, demands) for index in instances):
            left_out.add((position, False))
            yield Flaw(
                condition.location,
                f"this condition of `{rule.id}` holds wherever the others do",
                "a condition that some case fails while it meets the others",
                "take it out, or see whether another one was meant; give it an `else` if it is there for its reason",
            )
    for position, condition in enumerate(rule.unless):
        if all(_cannot_hold(index, position, left_out, demands) for index in instances):
            yield Flaw(
                condition.location,
                f"this condition under `unless` of `{rule.id}` never holds where the rest does",
                "something that can stand in the way",
                "take it out, or see whether another one was meant",
            )


def _undrawn(rule: Rule, subject: Subject) -> Iterator[Flaw]:
    """Conditions under ``unless`` on a conclusion that no rule draws, of whatever key."""
    for condition in rule.unless:
        pattern = condition.pattern
        if isinstance(pattern, ConclusionPattern):
            relation = argument(pattern.relation, pattern.side)
            if relation not in subject.demands.relations:
                yield Flaw(
                    condition.location,
                    f"no rule draws any `{relation}`, and `{rule.id}` has one under `unless`",
                    "a rule that draws it",
                    "as it stands, this condition never stands in the way",
                )


def _is_mechanism(rule: Rule) -> bool:
    """Whether the instances of a rule are those that the facts happen to have, so that another fact makes another."""
    return any(
        isinstance(pattern, FactPattern)
        or (
            isinstance(pattern, ConclusionPattern)
            and any(not isinstance(constraint, OneOf) for _, constraint in pattern.constraints)
        )
        for pattern in (condition.pattern for condition in rule.when)
    )


def _is_removable(condition: Condition) -> bool:
    """Whether a condition binds nothing and tells no reason of its own."""
    pattern = condition.pattern
    if condition.codes != Codes():
        return False
    if isinstance(pattern, DatumPattern | ItemTest):
        return not isinstance(pattern.constraint, Variable)
    return isinstance(pattern, ConclusionPattern | CountPattern)


def _follows(index: int, position: int, left_out: set[tuple[int, bool]], demands: Demands) -> bool:
    """Whether a condition follows from the others of one instance."""
    clause, own = demands.program.clauses[index], []
    without: list[GroundCondition] = []
    for condition in clause.when:
        if condition.position == position:
            own.append(condition)
        if condition.position == position or (condition.position, False) in left_out:
            without.append(condition)
    known = demands.context(index, tuple(without))
    if isinstance(known, Never) or not own:
        return False
    return all(demands.entails(known, each.literal, demands.items[index]) for each in own)


def _cannot_hold(index: int, position: int, left_out: set[tuple[int, bool]], demands: Demands) -> bool:
    """Whether a condition under ``unless`` is false wherever the rest of one instance holds."""
    clause = demands.program.clauses[index]
    own = [condition for condition in clause.unless if condition.position == position]
    relations = {each.literal.atom.relation for each in own if isinstance(each.literal, Holds)}
    if not own or not relations <= demands.relations:
        return False
    without = (*own, *(each for each in clause.when if (each.position, False) in left_out))
    known = demands.context(index, without)
    if isinstance(known, Never):
        return False
    return all(demands.excludes(known, each.literal, demands.items[index]) for each in own)


CHECK = Check(
    "redundant",
    Severity.warning,
    "A condition changes nothing: it follows from the other conditions of its rule.",
    _find,
)
