"""Rules and claims in words, one line for each condition, close to the language that they are written in."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from engine.model.fact import Claim
from engine.model.quantity import Quantity, Range, exact_text
from engine.model.rule import (
    Amount,
    Compare,
    Conclusion,
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
    Optional,
    Pattern,
    PopulationPattern,
    Recorded,
    Reference,
    Variable,
    Within,
)


def condition_in_words(condition: Condition) -> str:
    """`situation: {is: mildew-present}; else NO_MILDEW`."""
    codes = condition.codes
    said = [("else", codes.when_false), ("missing", codes.when_unknown), ("when true", codes.when_true)]
    notes = [f"{word} {code}" for word, code in said if code]
    if condition.stands:
        notes.append("if unknown, the conclusion stands")
    return "; ".join([pattern_in_words(condition.pattern), *notes])


def pattern_in_words(pattern: Pattern) -> str:
    """One pattern: its word and the constraints on its fields."""
    if isinstance(pattern, FactPattern):
        return _with_fields("fact", pattern.constraints, [f"claim: {' or '.join(pattern.kinds)}"])
    if isinstance(pattern, DatumPattern):
        return f"{pattern.path}: {constraint_in_words(pattern.constraint)}"
    if isinstance(pattern, ItemPattern):
        first = [f"is: {pattern.variable}"] if pattern.variable else []
        if pattern.order:
            first.append(f"order: {pattern.order}")
        return _with_fields(pattern.item, pattern.constraints, first)
    if isinstance(pattern, ItemTest):
        return f"{pattern.variable}.{pattern.field}: {constraint_in_words(pattern.constraint)}"
    if isinstance(pattern, ConclusionPattern):
        words = _with_fields(pattern.relation, pattern.constraints)
        return f"{pattern.side} {words}" if pattern.side else words
    if isinstance(pattern, PopulationPattern):
        return f"population of {pattern.fact}"
    return _count(pattern)


def _count(pattern: CountPattern) -> str:
    bounds = [
        f"{word} {exact_text(bound)}"
        for word, bound in (("at least", pattern.at_least), ("at most", pattern.at_most))
        if bound is not None
    ]
    members = [
        f"{exact_text(points)} if {pattern_in_words(member)}" if pattern.is_sum else pattern_in_words(member)
        for points, member in pattern.members
    ]
    return f"{'sum' if pattern.is_sum else 'count'}: {' and '.join(bounds)} of [{', '.join(members)}]"


def _with_fields(word: str, constraints: Iterable[tuple[str, Constraint]], first: Iterable[str] = ()) -> str:
    inner = [*first, *(f"{name}: {constraint_in_words(constraint)}" for name, constraint in constraints)]
    return f"{word}: {{{', '.join(inner)}}}"


def constraint_in_words(constraint: Constraint) -> str:
    """A constraint on one field."""
    if isinstance(constraint, OneOf):
        return " or ".join(value_in_words(value) for value in constraint.values)
    if isinstance(constraint, Within):
        return f"within {constraint.term}"
    if isinstance(constraint, OfClass):
        return f"of class {constraint.name}"
    if isinstance(constraint, Compare):
        return f"{constraint.op} {value_in_words(constraint.bound)}"
    if isinstance(constraint, Recorded):
        return ("known exactly" if constraint.exact else "known") if constraint.known else "unknown"
    if isinstance(constraint, Optional):
        return f"{constraint.variable} where it is stated"
    return str(constraint)


def value_in_words(value: str | bool | Fraction | Quantity | Range | Reference | Variable | Amount) -> str:
    """A value as it is written in a rule or a claim."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Fraction):
        return exact_text(value)
    if isinstance(value, Range):
        return value.text(None)
    if isinstance(value, Reference):
        return value.path
    if isinstance(value, Amount):
        times = f"{value_in_words(value.rate)} x {value.times}"
        return f"{times}, at most {value_in_words(value.at_most)}" if value.at_most else times
    return str(value)


def conclusion_in_words(conclusion: Conclusion) -> str:
    """`for option: {product: $product, role: $role}; modality: $modality`."""
    key = ", ".join(f"{name}: {value}" for name, value in conclusion.key)
    words = [
        f"{conclusion.relation}: {{{key}}}",
        *(f"{name}: {value_in_words(value)}" for name, value in conclusion.annotations),
    ]
    return f"{conclusion.side} {'; '.join(words)}".strip()


def claim_in_words(claim: Claim) -> str:
    """`dosing: {product: tomato feed, rate: 2-3 g/m2}; read by I06`."""
    fields = ", ".join(f"{name}: {value_in_words(value)}" for name, value in claim.fields.items())
    notes = [f"read as “{claim.modality}”"] if claim.modality else []
    notes += [f"read by {' '.join(claim.read_by)}"] if claim.read_by else []
    return "; ".join([f"{claim.kind}: {{{fields}}}", *notes])
