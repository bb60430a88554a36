"""Constraints changed: turned round, shifted by a little, made strict or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from engine.model.quantity import Quantity
from engine.model.rule import Compare, Constraint, OneOf, Recorded, Within
from engine.model.vocabulary import FieldType, Vocabulary

OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
STRICTNESS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
PART = Fraction(1, 10)
"""What is no whole number is shifted by so large a part of it; a whole number by one."""


def negated(constraint: Constraint, type_: FieldType | None, vocabulary: Vocabulary) -> Constraint | None:
    """The constraint that holds of a value where this one does not; None where the language has none.

    ``type_`` is the type of the field; words are turned round within what it can hold.
    """
    if isinstance(constraint, Compare):
        return replace(constraint, op=OPPOSITE[constraint.op])
    if isinstance(constraint, Recorded):
        return Recorded(not constraint.known)
    if not isinstance(constraint, OneOf):
        return None
    if all(isinstance(value, bool) for value in constraint.values):
        return OneOf(tuple(value for value in (True, False) if value not in constraint.values))
    if type_ is None or type_.kind not in ("term", "one of"):
        return None
    return OneOf(tuple(word for word in vocabulary.domain(type_) if word not in constraint.values))


def shifted(constraint: Constraint) -> Iterator[Constraint]:
    """The constraint with its bound on the other side of a value: strict or not, a little more, a little less; a term
    with what is more special of it, without.
    """
    if isinstance(constraint, Within):
        yield OneOf((constraint.term,))
    if not isinstance(constraint, Compare):
        return
    if constraint.op in STRICTNESS:
        yield replace(constraint, op=STRICTNESS[constraint.op])
    if isinstance(constraint.bound, (Quantity, Fraction)):
        for bound in moved(constraint.bound):
            yield replace(constraint, bound=bound)


def moved(bound: Quantity | Fraction) -> Iterator[Quantity | Fraction]:
    """A little less and a little more."""
    if isinstance(bound, Fraction):
        yield from (bound + step for step in _steps(bound))
    else:
        yield from (replace(bound, value=bound.value + step) for step in _steps(bound.value))


def _steps(value: Fraction) -> tuple[Fraction, Fraction]:
    step = Fraction(1) if value.denominator == 1 else abs(value) * PART
    return -step, step
