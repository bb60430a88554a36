"""Families of sets of places, none within another, each set as the bits of a number."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from provenance.whynot.changing.places import Place

Family: TypeAlias = tuple[int, ...]
NEVER: Family = ()
NOW: Family = (0,)
LARGEST_FAMILY = 200


class Places:
    """Numbers places, so that sets of them are numbers too."""

    def __init__(self) -> None:
        self.every: list[Place] = []
        self._bits: dict[Place, int] = {}
        self.free = 0

    def bit(self, place: Place) -> int:
        """The bit of a place."""
        found = self._bits.get(place)
        if found is None:
            found = self._bits[place] = 1 << len(self.every)
            self.every.append(place)
            if not place.cost:
                self.free |= found
        return found

    def of(self, bits: int) -> list[Place]:
        """The places of a set."""
        return [place for number, place in enumerate(self.every) if bits >> number & 1]

    def cost(self, bits: int) -> int:
        """How many changes a set takes."""
        return (bits & ~self.free).bit_count()


class Families:
    """Families of sets that take no more than so many changes; one that grows too large is replaced by a weaker one."""

    def __init__(self, places: Places, left: int) -> None:
        self.places = places
        self.left = left

    def singles(self, places: Iterable[Place]) -> Family:
        """Any one of some places."""
        found = dict.fromkeys(map(self.places.bit, places))
        return tuple(bits for bits in found if self.places.cost(bits) <= self.left)

    def both(self, one: Family, other: Family) -> Family:
        """A set of each together."""
        if one == NOW or not other:
            return other
        if other == NOW or not one:
            return one
        found = {bits for a in one for b in other if self.places.cost(bits := a | b) <= self.left}
        least = _least(found)
        return one if len(least) > LARGEST_FAMILY else least

    def either(self, one: Family, other: Family) -> Family:
        """A set of one or of the other."""
        if not one or other == NOW:
            return other
        if not other or one == NOW:
            return one
        least = _least({*one, *other})
        if len(least) <= LARGEST_FAMILY:
            return least
        # Too many to carry: any one place of each set will do, which asks for less.
        return _least({bits & -bits for bits in least})


def _least(sets: set[int]) -> Family:
    """Those sets of which no other is a part."""
    found: list[int] = []
    for bits in sorted(sets, key=lambda bits: (bits.bit_count(), bits)):
        if not any(smaller & bits == smaller for smaller in found):
            found.append(bits)
    return tuple(found)
