"""What the variables of a rule stand for while it is grounded, and how a bound value is tested."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from engine.model.fact import ClaimValue
from engine.model.quantity import Quantity, Range
from engine.model.rule import Compare, OneOf, Reference, Variable
from engine.program import GroundTest


@dataclass(frozen=True, slots=True)
class Measure:
    """What a variable stands for that is bound to a value of the case without a finite domain."""

    path: str


Bound = ClaimValue | Measure
Bindings = dict[str, Bound]


def text_of(value: object) -> str:
    """A bound value as text, the same for both engines."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Measure):
        return value.path
    if isinstance(value, Range):
        return value.text(None)
    return str(value)


def equal_to(value: Bound) -> GroundTest:
    """The test that a field has this value."""
    if isinstance(value, Range):
        return Compare("==", Quantity(value.low, value.unit))
    if isinstance(value, Quantity):
        return Compare("==", value)
    if isinstance(value, Measure):
        return Compare("==", Reference(value.path))
    if isinstance(value, Fraction) and not isinstance(value, bool):
        return Compare("==", value)
    return OneOf((value,))


def bounded(op: str, value: Bound) -> GroundTest | None:
    """The comparison with a bound that a claim states; None where it states none."""
    if isinstance(value, Range):
        bound = value.low if op in ("<", "<=") else value.high
        return Compare(op, Quantity(bound, value.unit))
    if isinstance(value, Measure):
        return Compare(op, Reference(value.path))
    if isinstance(value, (Quantity, Fraction)):
        return Compare(op, value)
    return None


def compare_constants(value: ClaimValue, constraint: Compare, bindings: Bindings) -> bool:
    """Whether a claim's value passes a comparison."""
    bound: object = bindings.get(constraint.bound.name) if isinstance(constraint.bound, Variable) else constraint.bound
    if isinstance(value, Range):
        value = Quantity(value.high if constraint.op in ("<", "<=") else value.low, value.unit)
    if isinstance(value, Quantity) and isinstance(bound, Quantity) and value.unit.commensurable(bound.unit):
        return holds(constraint.op, value.compare(bound))
    if isinstance(value, Fraction) and isinstance(bound, Fraction):
        return holds(constraint.op, (value > bound) - (value < bound))
    return False


def holds(op: str, order: int) -> bool:
    """Whether an order (-1, 0, 1) passes a comparison."""
    return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0, "==": order == 0, "!=": order != 0}[op]
