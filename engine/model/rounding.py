"""How values are rounded beside what they were compared with.

A value of 23 h 59 min 59 s, rounded to four figures, is 24 h: beside the bound "at least 24 h" it would seem to meet
what it does not. So it has as many more figures as it takes for the printed numbers to stand as the exact ones do.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

from engine.model.quantity import Interval, Quantity, Range, significant
from engine.model.unit import Unit

FIGURES = 4
MOST_FIGURES = 40
"""Beyond them nothing is rounded."""
MOST_DECIMALS = 9
"""A bound with no more decimals was written by somebody, and is printed as it was."""


def beside(value: Interval, bound: Interval, figures: int = FIGURES) -> tuple[Interval, Interval]:
    """A computed value and what it was compared with, as they are printed: each end stands to each as exactly it does.

    The value has ``figures`` significant figures where they do; the bound is left as it is but where it is computed
    itself. Where no rounding of two units keeps the order, the value is in the unit of the bound. Raises `UnitError`
    where the two do not measure the same.
    """
    for number in range(figures, MOST_FIGURES + 1):
        ends = [_ends(value, number, False), _ends(bound, number, True)]
        if _ordered([*_in(ends[0], value.unit, bound.unit), *ends[1]]) == _ordered(
            [*_in(_given(value), value.unit, bound.unit), *_given(bound)]
        ):
            return _with_ends(value, ends[0]), _with_ends(bound, ends[1])
    return (value, bound) if value.unit == bound.unit else beside(value.to(bound.unit), bound, figures)


def range_beside(value: Range, bound: Quantity | None) -> Range:
    """A computed range as it is printed beside a bound, or to four significant figures where there is none.

    Its unit stays. Raises `UnitError` where the two do not measure the same.
    """
    if bound is None:
        low, high = (Fraction(significant(end, FIGURES)) for end in (value.low, value.high))
        return Range(low, high, value.unit)
    limit = Interval.of(bound.to(value.unit))
    found, _ = beside(Interval(value.low, value.high, False, False, value.unit), limit)
    assert found.low is not None
    assert found.high is not None
    return Range(found.low, found.high, found.unit)


def _given(interval: Interval) -> list[Fraction]:
    return [end for end in (interval.low, interval.high) if end is not None]


def _ends(interval: Interval, figures: int, is_bound: bool) -> list[Fraction]:
    return [
        end if is_bound and 10**MOST_DECIMALS % end.denominator == 0 else Fraction(significant(end, figures))
        for end in _given(interval)
    ]


def _in(ends: Sequence[Fraction], own: Unit, other: Unit) -> list[Fraction]:
    return [own.convert(end, other) for end in ends]


def _ordered(ends: Sequence[Fraction]) -> list[int]:
    """How each number stands to each that follows."""
    return [(one > other) - (one < other) for one, other in combinations(ends, 2)]


def _with_ends(interval: Interval, ends: Sequence[Fraction]) -> Interval:
    low = ends[0] if interval.low is not None else None
    high = ends[-1] if interval.high is not None else None
    return Interval(low, high, interval.low_open, interval.high_open, interval.unit)
