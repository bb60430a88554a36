"""Writes `{class: x}` out: whoever reads a trace sees the fact that says who belongs to the class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from engine.errors import Location
from engine.loading.constraints import MEMBER
from engine.model.rule import (
    ConclusionPattern,
    Condition,
    Constraint,
    CountPattern,
    DatumPattern,
    FactPattern,
    ItemPattern,
    ItemTest,
    OfClass,
    OneOf,
    Pattern,
    Rule,
    Variable,
)


def matches_a_fact(pattern: Pattern) -> bool:
    """Whether a pattern under `when` rests on evidence: a claim, or the membership of a class."""
    if isinstance(pattern, FactPattern):
        return True
    if isinstance(pattern, (ItemPattern, ConclusionPattern)):
        return any(isinstance(constraint, OfClass) for _, constraint in pattern.constraints)
    return isinstance(pattern, (DatumPattern, ItemTest)) and isinstance(pattern.constraint, OfClass)


def with_classes(rule: Rule, relations: Mapping[str, Iterable[str]]) -> Rule:
    """`{class: x}` under `when` becomes a variable and a condition on the fact that says who belongs to the class.

    The membership is thereby a premise, and the trace shows who said it. Under `unless` the class stays a constraint.
    """
    writer = _Writer(_names(rule), relations)
    when: list[Condition] = []
    for condition in rule.when:
        when.extend(writer.written_out(condition))
    return replace(rule, when=tuple(when), written=rule.when)


class _Writer:
    def __init__(self, taken: set[str], relations: Mapping[str, Iterable[str]]) -> None:
        self.taken = taken
        self.relations = relations
        self.number = 0

    def keys(self, pattern: ConclusionPattern) -> Iterable[str]:
        """The key fields of what a pattern reads."""
        return self.relations.get(pattern.relation, ())

    def written_out(self, condition: Condition) -> list[Condition]:
        """The memberships that a condition rests on, and the condition."""
        found: list[Condition] = []

        def without(constraint: Constraint) -> Constraint:
            if not isinstance(constraint, OfClass):
                return constraint
            member = self.fresh()
            found.append(_membership(constraint, member, condition.location))
            return member

        pattern = condition.pattern
        if isinstance(pattern, (ItemPattern, ConclusionPattern, FactPattern)):
            constraints = tuple((name, without(constraint)) for name, constraint in pattern.constraints)
            pattern = replace(pattern, constraints=constraints)
            if isinstance(pattern, ConclusionPattern):
                pattern = self.told_apart(pattern)
        elif isinstance(pattern, (DatumPattern, ItemTest)):
            pattern = replace(pattern, constraint=without(pattern.constraint))
        return [*found, replace(condition, pattern=pattern)]

    def told_apart(self, pattern: ConclusionPattern) -> ConclusionPattern:
        """What a pattern leaves open of a key is bound all the same, so that every conclusion that meets it is an
        instance.
        """
        bound = {name for name, constraint in pattern.constraints if isinstance(constraint, Variable)}
        open_ = [name for name, constraint in pattern.constraints if name not in bound and not _is_constant(constraint)]
        open_ += [name for name in self.keys(pattern) if name not in dict(pattern.constraints)]
        more = tuple((name, self.fresh("any")) for name in open_)
        return replace(pattern, constraints=(*more, *pattern.constraints))

    def fresh(self, stem: str = "member") -> Variable:
        """A variable that the rule does not use."""
        while True:
            self.number += 1
            if f"{stem}-{self.number}" not in self.taken:
                return Variable(f"{stem}-{self.number}")


def _is_constant(constraint: Constraint) -> bool:
    return isinstance(constraint, OneOf) and len(constraint.values) == 1


def _names(rule: Rule) -> set[str]:
    """Every variable of a rule that could be taken for one made here."""
    found: set[str] = set()
    waiting: list[Pattern] = [condition.pattern for condition in (*rule.when, *rule.unless)]
    while waiting:
        pattern = waiting.pop()
        if isinstance(pattern, CountPattern):
            waiting.extend(member for _, member in pattern.members)
        constraints = [constraint for _, constraint in getattr(pattern, "constraints", ())]
        for constraint in (*constraints, getattr(pattern, "constraint", None)):
            variable = getattr(constraint, "variable", constraint)
            if isinstance(variable, Variable):
                found.add(variable.name)
    return found


def _membership(constraint: OfClass, member: Variable, place: Location) -> Condition:
    pattern = FactPattern((MEMBER,), (("class", OneOf((constraint.name,))), ("member", member)))
    return Condition(pattern, location=place)
