"""The ways to change one pattern, and the variables that it needs and provides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields as fields_of
from dataclasses import is_dataclass, replace
from fractions import Fraction

from engine.model.rule import (
    Constraint,
    CountPattern,
    DatumPattern,
    FactPattern,
    ItemPattern,
    ItemTest,
    Pattern,
    Reference,
    Rule,
    Variable,
)
from engine.model.vocabulary import FieldType, Vocabulary
from rulewright.authoring.mutation.constraints import moved, negated, shifted
from rulewright.authoring.mutation.mutant import Operator

Changed = tuple[Operator, Pattern]


class Patterns:
    """Changes patterns of one rule; ``rule`` says what its variables stand for."""

    def __init__(self, rule: Rule, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        patterns = [condition.pattern for condition in rule.when]
        self.items = {
            pattern.variable.name: vocabulary.items[pattern.item]
            for pattern in patterns
            if isinstance(pattern, ItemPattern) and pattern.variable is not None
        }

    def changed(self, pattern: Pattern) -> Iterator[Changed]:
        """Every change within a pattern."""
        if isinstance(pattern, (DatumPattern, ItemTest)):
            type_ = self._type(pattern)
            for operator, constraint in self._constraint(pattern.constraint, type_):
                yield operator, replace(pattern, constraint=constraint)
        elif isinstance(pattern, CountPattern):
            yield from self._count(pattern)
        elif isinstance(pattern, ItemPattern):
            yield from self._item(pattern)
        elif isinstance(pattern, FactPattern):
            yield from self._fact(pattern)

    def negation(self, pattern: Pattern) -> Pattern | None:
        """The pattern that holds where this one does not; None where it must stand on the other side of a rule."""
        if isinstance(pattern, (DatumPattern, ItemTest)):
            constraint = negated(pattern.constraint, self._type(pattern), self.vocabulary)
            return None if constraint is None else replace(pattern, constraint=constraint)
        if isinstance(pattern, CountPattern) and not pattern.is_sum and pattern.at_most is None and pattern.at_least:
            return replace(pattern, at_least=None, at_most=pattern.at_least - 1)
        return None

    def _type(self, pattern: DatumPattern | ItemTest) -> FieldType | None:
        if isinstance(pattern, ItemTest):
            return self.items[pattern.variable.name].attributes[pattern.field].type
        attribute = self.vocabulary.attribute(pattern.path) if isinstance(pattern.path, str) else None
        return attribute.type if attribute is not None else None

    def _constraint(self, constraint: Constraint, type_: FieldType | None) -> Iterator[tuple[Operator, Constraint]]:
        other = negated(constraint, type_, self.vocabulary)
        if other is not None:
            yield "negate", other
        for shift in shifted(constraint):
            yield "shift", shift

    def _count(self, pattern: CountPattern) -> Iterator[Changed]:
        other = self.negation(pattern)
        if other is not None:
            yield "negate", other
        for name, bound in (("at_least", pattern.at_least), ("at_most", pattern.at_most)):
            for new in moved(bound) if bound is not None else ():
                assert isinstance(new, Fraction)
                yield "shift", replace(pattern, at_least=new) if name == "at_least" else replace(pattern, at_most=new)
        for number, (points, member) in enumerate(pattern.members):
            before, after = pattern.members[:number], pattern.members[number + 1 :]
            if len(pattern.members) > 1:
                yield "drop", replace(pattern, members=(*before, *after))
            for operator, new_member in self.changed(member):
                yield operator, replace(pattern, members=(*before, (points, new_member), *after))

    def _item(self, pattern: ItemPattern) -> Iterator[Changed]:
        section = self.vocabulary.items[pattern.item]
        if pattern.order:
            yield "drop", replace(pattern, order="")
            yield "swap", replace(pattern, order="latest" if pattern.order == "first" else "first")
        for number, (name, constraint) in enumerate(pattern.constraints):
            before, after = pattern.constraints[:number], pattern.constraints[number + 1 :]
            if not isinstance(constraint, Variable):
                yield "drop", replace(pattern, constraints=(*before, *after))
            for operator, new in self._constraint(constraint, section.attributes[name].type):
                yield operator, replace(pattern, constraints=(*before, (name, new), *after))

    def _fact(self, pattern: FactPattern) -> Iterator[Changed]:
        for kind in pattern.kinds if len(pattern.kinds) > 1 else ():
            yield "drop", replace(pattern, kinds=tuple(other for other in pattern.kinds if other != kind))
        for number, (name, constraint) in enumerate(pattern.constraints):
            before, after = pattern.constraints[:number], pattern.constraints[number + 1 :]
            if not isinstance(constraint, Variable) and not set(variables(constraint)):
                yield "drop", replace(pattern, constraints=(*before, *after))
            for shift in shifted(constraint):
                yield "shift", replace(pattern, constraints=(*before, (name, shift), *after))


def variables(thing: object) -> Iterator[str]:
    """The names of the variables in a part of a rule, those in references (``$c.started``) too."""
    if isinstance(thing, Variable):
        yield thing.name
    elif isinstance(thing, Reference):
        if thing.path.startswith("$"):
            yield thing.path[1:].partition(".")[0]
    elif isinstance(thing, tuple):
        for part in thing:
            yield from variables(part)
    elif is_dataclass(thing):
        for field in fields_of(thing):
            yield from variables(getattr(thing, field.name))


def provided(pattern: Pattern) -> set[str]:
    """The variables that a pattern under `when` gives a value to, where none has it yet."""
    if isinstance(pattern, (ItemTest, CountPattern)):
        return set()
    return set(variables(pattern))


def unbound(rule: Rule) -> set[str]:
    """The variables that a rule reads where no condition before has given them a value."""
    known: set[str] = set()
    found: set[str] = set()
    for condition in rule.when:
        found |= set(variables(condition.pattern)) - provided(condition.pattern) - known
        known |= provided(condition.pattern)
    for condition in rule.unless:
        found |= set(variables(condition.pattern)) - known
    for conclusion in rule.then:
        found |= set(variables((conclusion.key, conclusion.annotations))) - known
    return found
