"""Bounds on points: what a count or a sum comes to, for members of known values and for members that may have several.

A member that is true counts, one that is false does not, and one that is open may. What is provisional counts where it
stands. So the points lie between two ends, and between two narrower ones where everything provisional stands; a bound
that all of a range meets is true.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from engine.observing import FALSE, PROVISIONAL, TRUE, UNKNOWN
from engine.program import Count

Points: TypeAlias = int | Fraction
MOST_TOTALS = 20_000
"""Totals that are told apart; sums of many different points have more, and are then taken to come out in any way."""
ANY = frozenset({FALSE, UNKNOWN, TRUE})


class Total(NamedTuple):
    """Points: the ends between which they lie, and those between which they lie if what is provisional stands.

    Whole points are added as integers, which takes a tenth of the time of fractions.
    """

    low: Points = 0
    high: Points = 0
    standing_low: Points = 0
    standing_high: Points = 0

    def plus(self, points: Points, value: int) -> Total:
        """With one member more, of this value."""
        if value == FALSE:
            return self
        least, most = (points, points) if value == TRUE else (min(points, 0), max(points, 0))
        standing_least, standing_most = (points, points) if value >= PROVISIONAL else (least, most)
        low, high, standing_low, standing_high = self
        return Total(low + least, high + most, standing_low + standing_least, standing_high + standing_most)

    def within(self, literal: Count) -> int:
        """Whether the points are within the bounds of a count."""
        value = TRUE
        if literal.at_least is not None:
            least = literal.at_least
            met = self.standing_low >= least
            value = TRUE if self.low >= least else PROVISIONAL if met else UNKNOWN if self.high >= least else FALSE
        if literal.at_most is not None:
            most = literal.at_most
            met = self.standing_high <= most
            few = TRUE if self.high <= most else PROVISIONAL if met else UNKNOWN if self.low <= most else FALSE
            value = min(value, few)
        return value


NONE = Total()


def counted(literal: Count, values: Sequence[int]) -> int:
    """The value of bounds on the points of members that have these values."""
    total = NONE
    for (points, _), value in zip(literal.members, values, strict=True):
        total = total.plus(_simplest(points), value)
    return total.within(literal)


def countable(literal: Count, values: Sequence[Collection[int]]) -> frozenset[int]:
    """The values that a count may have, where each member may have any of some values, whatever the others have.

    Exact, but for sums of so many different points that there are more than `MOST_TOTALS` totals: then any value.
    """
    certain = NONE
    open_: list[tuple[Points, Collection[int]]] = []
    for (points, _), member in zip(literal.members, values, strict=True):
        if len(member) == 1:  # added once, and not to each total
            certain = certain.plus(_simplest(points), next(iter(member)))
        else:
            open_.append((_simplest(points), member))
    totals = {certain}
    for number, member in open_:
        totals = {total.plus(number, value) for total in totals for value in member}
        if len(totals) > MOST_TOTALS:
            return ANY
    return frozenset([total.within(literal) for total in totals])


def _simplest(points: Fraction) -> Points:
    """The same number, as an integer where it is whole."""
    return points.numerator if points.denominator == 1 else points


__all__ = ["MOST_TOTALS", "Total", "countable", "counted"]
