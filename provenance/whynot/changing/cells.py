"""Cells of an ordered scale: what points cut it into, and a short number in each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from provenance.whynot.changing.places import Span


def cells(
    points: Iterable[Fraction],
    low: Fraction | None,
    high: Fraction | None,
    unit: str,
) -> Iterator[tuple[Span, Fraction]]:
    """The cells that points cut between two ends (both within; None: no end), each with a short number that lies in it,
    a whole one where there is one.
    """
    inside = sorted({point for point in points if (low is None or point >= low) and (high is None or point <= high)})
    previous, is_cut = low, False
    for point in inside:
        if previous is None or previous < point:
            yield (
                Span(previous, point, not is_cut and previous is not None, False, unit),
                _between(previous, point),
            )
        yield Span(point, point, True, True, unit), point
        previous, is_cut = point, True
    if high is None or previous is None or previous < high or not is_cut:
        span = Span(previous, high, not is_cut and previous is not None, high is not None, unit)
        yield span, _between(previous, high)


def _between(low: Fraction | None, high: Fraction | None) -> Fraction:
    """A short number between two ends, strictly."""
    if low is None and high is None:
        return Fraction(1)
    if low is None:
        assert high is not None
        return high / 2 if high > 0 else high - 1
    if high is None:
        return low * 2 if low > 0 else low + 1
    middle = (low + high) / 2
    for digits in range(12):
        near = Fraction(round(middle * 10**digits), 10**digits)
        if low < near < high:
            return near
    return middle


def rounded(value: Fraction, down: bool) -> Fraction:
    """To four significant figures, downward or upward; of a positive number."""
    step = Fraction(1)
    while value / step >= 10_000:
        step *= 10
    while value / step < 1_000:
        step /= 10
    whole = (value / step).numerator // (value / step).denominator
    return (whole if down else whole + 1) * step
