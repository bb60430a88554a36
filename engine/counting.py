"""Bounds on points: what a count or a sum comes to, for members of known values and for members that may have several.

A member that is true counts, one that is false does not, and one that is open may. What is provisional counts where it
stands. So the points lie between two ends, and between two narrower ones where everything provisional stands; a bound
that all of a range meets is true.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

from engine.observing import FALSE, PROVISIONAL, TRUE, UNKNOWN
from engine.program import Count

MOST_TOTALS = 20_000
"""Totals that are told apart; sums of many different points have more, and are then taken to come out in any way."""
ANY = frozenset({FALSE, UNKNOWN, TRUE})


@dataclass(frozen=True, slots=True)
class Total:
    """Points: the ends between which they lie, and those between which they lie if what is provisional stands."""

    low: Fraction = Fraction(0)
    high: Fraction = Fraction(0)
    standing_low: Fraction = Fraction(0)
    standing_high: Fraction = Fraction(0)

    def plus(self, points: Fraction, value: int) -> Total:
        """With one member more, of this value."""
        if value == FALSE:
            return self
        least, most = (points, points) if value == TRUE else (min(points, Fraction(0)), max(points, Fraction(0)))
        standing = (points, points) if value >= PROVISIONAL else (least, most)
        return Total(
            self.low + least, self.high + most, self.standing_low + standing[0], self.standing_high + standing[1]
        )

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


def counted(literal: Count, values: Sequence[int]) -> int:
    """The value of bounds on the points of members that have these values."""
    total = Total()
    for (points, _), value in zip(literal.members, values, strict=True):
        total = total.plus(points, value)
    return total.within(literal)


def countable(literal: Count, values: Sequence[Collection[int]]) -> frozenset[int]:
    """The values that a count may have, where each member may have any of some values, whatever the others have.

    Exact, but for sums of so many different points that there are more than `MOST_TOTALS` totals: then any value.
    """
    totals = {Total()}
    for (points, _), member in zip(literal.members, values, strict=True):
        totals = {total.plus(points, value) for total in totals for value in member}
        if len(totals) > MOST_TOTALS:
            return ANY
    return frozenset(total.within(literal) for total in totals)


__all__ = ["MOST_TOTALS", "Total", "countable", "counted"]
