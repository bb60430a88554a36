"""Sets of changes drawn together: two that differ in the value of one place alone are one set with either value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice, permutations, product

from provenance.whynot.changing.places import ADDED, Filling, Place, Variation

Fillings = tuple[Filling, ...]
MOST_ATTEMPTS = 12
MOST_COMPARED = 200


@dataclass(frozen=True)
class Drawn:
    """Sets of changes that are told as one: each place with every value that does."""

    places: tuple[tuple[Place, Fillings], ...]

    def variations(self, start: Variation) -> Iterator[Variation]:
        """The sets one by one."""
        names = [place for place, _ in self.places]
        for chosen in product(*(fillings for _, fillings in self.places)):
            variation = start
            for place, filling in sorted(zip(names, chosen, strict=True), key=lambda pair: _turn(pair[0])):
                variation = variation.fill(place, filling)
            yield variation


def drawn_together(variations: Iterable[Variation]) -> list[Drawn]:
    """The variations with those told as one that differ in one place alone, place by place."""
    rows = [dict(canonical(variation)) for variation in variations]
    merged: list[dict[Place, Fillings]] = [{place: (filling,) for place, filling in row.items()} for row in rows]
    for place in sorted({place for row in rows for place in row}, key=_turn):
        groups: dict[object, list[dict[Place, Fillings]]] = {}
        for row in merged:
            rest = frozenset((other, fillings) for other, fillings in row.items() if other != place)
            groups.setdefault((place in row, rest), []).append(row)
        merged = []
        for members in groups.values():
            if place not in members[0]:
                merged.extend(members)
                continue
            every = {filling: None for row in members for filling in row[place]}
            merged.append({**members[0], place: tuple(sorted(every, key=_rank))})
    return [Drawn(tuple(sorted(row.items(), key=lambda pair: _turn(pair[0])))) for row in _renumbered(merged)]


def _renumbered(rows: list[dict[Place, Fillings]]) -> list[dict[Place, Fillings]]:
    """Rows that are alike but in one place once their added items are numbered in another way are one row, too."""
    found: list[dict[Place, Fillings]] = []
    for row in rows:
        for number, other in enumerate(found[:MOST_COMPARED]):
            both = next(filter(None, (_united(other, again) for again in _numberings(row))), None)
            if both is not None:
                found[number] = both
                break
        else:
            found.append(row)
    return found


def _numberings(row: dict[Place, Fillings]) -> Iterator[dict[Place, Fillings]]:
    """A row with its added items numbered in every way."""
    added = sorted({place.item for place in row if place.item.startswith(ADDED)})
    for order in permutations(added) if len(added) > 1 else ():
        names = dict(zip(added, order, strict=True))
        yield {replace(place, item=names.get(place.item, place.item)): fillings for place, fillings in row.items()}


def _united(one: dict[Place, Fillings], other: dict[Place, Fillings]) -> dict[Place, Fillings] | None:
    """Two rows as one, where they are of the same places and differ in one of them; else None."""
    if one.keys() != other.keys():
        return None
    differing = [place for place in one if one[place] != other[place]]
    if len(differing) != 1:
        return None
    (place,) = differing
    every = dict.fromkeys((*one[place], *other[place]))
    return {**one, place: tuple(sorted(every, key=_rank))}


def canonical(variation: Variation) -> Iterator[tuple[Place, Filling]]:
    """The changes, added items numbered by what they hold and not by when they were added."""
    added: dict[str, list[tuple[str, str]]] = {place.item: [] for place, _ in variation.filled if place.kind == "add"}
    for place, filling in variation.filled:
        if place.kind == "field" and place.item in added:
            added[place.item].append((place.field, filling.text))
    numbers = {
        item: f"{ADDED}{number}" for number, item in enumerate(sorted(added, key=lambda item: sorted(added[item])), 1)
    }
    for place, filling in variation.filled:
        yield replace(place, item=numbers.get(place.item, place.item)), filling


def _turn(place: Place) -> tuple[bool, str, str, bool, str]:
    """Items are added before their fields are filled."""
    return place.item.startswith(ADDED), place.at, place.item, place.kind != "add", place.field


def _rank(filling: Filling) -> tuple[object, ...]:
    span = filling.span
    if span is None:
        return (0, 0, 0, filling.text)
    low = Fraction(-(10**12)) if span.low is None else span.low
    return (1, low, not span.low_in, filling.text)


def first_that(drawn: Drawn, start: Variation, accepted: Callable[[Variation], bool]) -> Variation | None:
    """The first variation of a set that is accepted; None where none of a few is."""
    return next(filter(accepted, islice(drawn.variations(start), MOST_ATTEMPTS)), None)
