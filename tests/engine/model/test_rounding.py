"""What is printed of a value and of the bound it was compared with compares as the two exactly do."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.model.quantity import Interval, Quantity, Range, Unit, parse_interval, parse_quantity, parse_range
from engine.model.rounding import MOST_FIGURES, beside, range_beside

TIMES = [Unit.parse(text) for text in ("h", "min", "d", "wk", "mo")]
NEAR = st.one_of(
    st.fractions(min_value=0, max_value=10**5),
    st.builds(
        lambda whole, off, sign: max(Fraction(0), Fraction(whole) + sign * Fraction(1, off)),
        st.integers(0, 10**4),
        st.integers(1, 10**12),
        st.sampled_from([-1, 0, 1]),
    ),
)
"""Numbers of every size, and such as lie just beside a whole one."""
OPERATORS = ("<", "<=", ">", ">=", "==", "!=")


def intervals(ends: list[Fraction], unit: Unit) -> Interval:
    return Interval(min(ends), max(ends), False, False, unit)


@given(
    st.lists(NEAR, min_size=1, max_size=2),
    st.lists(NEAR, min_size=1, max_size=2),
    st.sampled_from(TIMES),
    st.sampled_from(TIMES),
)
@example([Fraction(86_399, 3600)], [Fraction(24)], TIMES[0], TIMES[0])
@example([Fraction(86_399, 3600)], [Fraction(1)], TIMES[0], TIMES[2])
@example([Fraction(86_401, 3600)], [Fraction(24)], TIMES[0], TIMES[0])
@example([Fraction(1, 3)], [Fraction(8)], TIMES[2], TIMES[0])
@example([Fraction(1, 3)], [Fraction(1, 3) + Fraction(1, 10**9)], TIMES[0], TIMES[0])
def test_what_is_printed_compares_as_what_is_exact(
    low: list[Fraction], high: list[Fraction], one: Unit, two: Unit
) -> None:
    value, bound = intervals(low, one), intervals(high, two)
    shown, limit = (parse(each.text(MOST_FIGURES)) for each in beside(value, bound))
    for operator in OPERATORS:
        assert shown.compare_interval(operator, limit) == value.compare_interval(operator, bound), (shown, limit)


def parse(text: str) -> Interval:
    """A printed interval, which with two ends is `[2, 3] h`."""
    if not text.startswith("["):
        return parse_interval(text)
    ends, _, unit = text.partition("] ")
    low, high = (Fraction(end) for end in ends.removeprefix("[").split(", "))
    return Interval(low, high, False, False, Unit.parse(unit))


@pytest.mark.parametrize(
    ("value", "bound", "shown"),
    [
        (Fraction(86_399, 3600), "24 h", "23.9997 h"),
        (Fraction(86_401, 3600), "24 h", "24.0003 h"),
        (Fraction(86_399, 3600), "1 d", "23.9997 h"),
        (Fraction(24), "24 h", "24 h"),
        (Fraction(100, 3), "24 h", "33.33 h"),
        (Fraction(1_000_001, 1000), "1000.001 h", "1000.001 h"),
    ],
)
def test_a_value_has_as_many_figures_as_it_takes(value: Fraction, bound: str, shown: str) -> None:
    limit = Interval.of(parse_quantity(bound))
    found, kept = beside(Interval(value, value, False, False, TIMES[0]), limit)
    assert (found.text(MOST_FIGURES), kept) == (shown, limit)


@given(st.lists(NEAR, min_size=2, max_size=2), NEAR, st.sampled_from(TIMES), st.sampled_from(TIMES))
def test_a_computed_range_stays_on_its_sides_of_the_cap(
    ends: list[Fraction], limit: Fraction, one: Unit, two: Unit
) -> None:
    exact, cap = Range(min(ends), max(ends), one), Quantity(limit, two)
    shown = parse_range(range_beside(exact, cap).text(None))
    for end, printed in ((exact.low, shown.low), (exact.high, shown.high)):
        order = Quantity(end, one).compare(cap)
        assert order == 0 or Quantity(printed, shown.unit).compare(cap) == order
    assert shown.unit == one
