"""What a conclusion needs, as formulas over the chain false, unknown, provisional, true.

A formula has a value for every set of facts at hand, and never a lower one for a larger set. `All` has the least value
of its parts, `Any` the greatest; `Cited` is true with its fact and false without. `Points` counts: of what speaks
against reaching a bound (points below zero, for a lower bound) the value that the advice found is kept, as everything
is that stands under ``unless``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from engine.observing import FALSE, TRUE, UNKNOWN


@dataclass(frozen=True, slots=True)
class Given:
    """A value that no fact changes."""

    value: int


@dataclass(frozen=True, slots=True)
class Cited:
    """A fact or an interpretation."""

    fact: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A conclusion."""

    conclusion: str


@dataclass(frozen=True, slots=True)
class All:
    """The least value of some needs; true where there are none."""

    parts: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """The greatest value of some needs; false where there are none."""

    parts: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a count: its points, what it needs, and the value that the advice found for it.

    ``stays`` is what it takes for it to stay false where it is; else it may hold.
    """

    points: Fraction
    need: Need
    value: int
    stays: Need = Given(TRUE)


@dataclass(frozen=True, slots=True)
class Points:
    """Bounds on the points of the members that hold, as `engine.program.Count` has them."""

    members: tuple[Member, ...]
    at_least: Fraction | None
    at_most: Fraction | None


Need: TypeAlias = Given | Cited | Drawn | All | Any | Points


@dataclass(frozen=True, slots=True)
class Way:
    """One firing that draws a conclusion, with what it needs."""

    firing: str
    need: Need


Ways: TypeAlias = Mapping[str, tuple[Way, ...]]
"""Every way to draw each conclusion. The value of a conclusion is the greatest of its ways', by least fixpoint."""


@dataclass(frozen=True, slots=True)
class Bound:
    """``needed`` points must come from members (their points, and the level that each must reach)."""

    needed: Fraction
    members: tuple[tuple[Fraction, Need, int], ...]


def bounds(points: Points, level: int) -> list[Bound]:
    """What it takes for a count to reach a level: a bound for each of its limits (`engine.counting`).

    A lower limit is certainly met when the members that are true have points enough, those with points below zero
    counted as soon as they may hold; a provisional member counts for a provisional answer, one that may hold for an
    unknown one. An upper limit is a lower limit on the points with their signs turned.
    """
    found = []
    if points.at_least is not None:
        found.append(_bound(points.members, points.at_least, level, 1))
    if points.at_most is not None:
        found.append(_bound(points.members, -points.at_most, level, -1))
    return found


def _bound(members: Iterable[Member], least: Fraction, level: int, sign: int) -> Bound:
    helping: list[tuple[Fraction, Need, int]] = []
    for member in members:
        points = sign * member.points
        if points > 0:
            helping.append((points, member.need, level))
        elif member.value == TRUE or (member.value != FALSE and level > UNKNOWN):
            least -= points
        elif points < 0 and level > UNKNOWN and member.stays != Given(TRUE):
            least -= points
            helping.append((-points, member.stays, TRUE))
    return Bound(least, tuple(helping))


def carriers(need: Need, level: int, value_of: Mapping[str, int]) -> Iterable[str]:
    """The conclusions that carry a need to a level: all those that it reads, but of a count those that help it."""
    if isinstance(need, Drawn):
        if value_of.get(need.conclusion, FALSE) >= level:
            yield need.conclusion
    elif isinstance(need, (All, Any)):
        for part in need.parts:
            yield from carriers(part, level, value_of)
    elif isinstance(need, Points):
        for bound in bounds(need, level):
            for _, member, least in bound.members:
                yield from carriers(member, least, value_of)
