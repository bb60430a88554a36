"""A case under change: the places that a change can fill, and the case that comes of filling them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal, TypeAlias

from engine.model.case import Case, CaseValue, Entry, ItemList, Moment
from engine.model.vocabulary import Section, Vocabulary

PlaceKind: TypeAlias = Literal["datum", "field", "add", "drop", "complete"]
ADDED = "+"
"""Begins the name of an item that the case did not have."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """What one change fills: a datum (``at`` is its path), or of the list ``at`` a field of an item, an item, its end.

    ``item`` is the number that an item had in the case, or ``+1``, ``+2`` of an added one. A field of an added item is
    no change of its own.
    """

    kind: PlaceKind
    at: str
    item: str = ""
    field: str = ""

    @property
    def cost(self) -> int:
        """How many changes it takes to fill it."""
        return 0 if self.kind == "field" and self.item.startswith(ADDED) else 1


@dataclass(frozen=True, slots=True)
class Span:
    """A range of numbers, in ``unit``; an end that is None is open, and the ends belong to it where they are ``in``.

    Of times, the hours from them to the as-of time.
    """

    low: Fraction | None
    high: Fraction | None
    low_in: bool
    high_in: bool
    unit: str


@dataclass(frozen=True, slots=True)
class Filling:
    """What a place can be filled with: a value, or nothing (None) where what stood there is removed.

    ``text`` is the value as a case writes it. Every one of ``words``, and every value in ``span``, has the same
    effect where ``exact``; else only this value is known.
    """

    value: CaseValue | None = None
    text: str = ""
    words: tuple[str, ...] = ()
    span: Span | None = None
    exact: bool = True


DONE = Filling()
"""Of a place that is filled in one way only."""


@dataclass(frozen=True)
class Variation:
    """A case after some changes. ``ids`` names the items of each list in order; ``filled`` are the changes."""

    case: Case
    ids: Mapping[str, tuple[str, ...]]
    filled: tuple[tuple[Place, Filling], ...] = ()

    @classmethod
    def of(cls, case: Case) -> Variation:
        """The case unchanged."""
        return cls(case, {name: tuple(map(str, range(len(known.items)))) for name, known in case.lists.items()})

    @property
    def places(self) -> frozenset[Place]:
        """The places that were filled."""
        return frozenset(place for place, _ in self.filled)

    def key(self) -> tuple[object, ...]:
        """What tells this variation from others: added items by what they hold, in no order."""
        added: dict[str, list[tuple[str, str, str]]] = {
            place.item: [(place.at, "", "")] for place, _ in self.filled if place.kind == "add"
        }
        rest = []
        for place, filling in self.filled:
            if place.kind == "field" and place.item in added:
                added[place.item].append((place.at, place.field, filling.text))
            elif place.kind != "add":
                rest.append((place, filling.text, filling.value is None))
        return frozenset(rest), tuple(sorted(tuple(sorted(item)) for item in added.values()))

    def number(self, section: str, item: str) -> int:
        """Where an item stands in its list now."""
        return self.ids[section].index(item)

    def name_of(self, name: str) -> str:
        """The id of an item that is called ``treatments[1]`` now."""
        section, _, number = name.partition("[")
        return self.ids[section][int(number.removesuffix("]"))]

    def fill(self, place: Place, filling: Filling) -> Variation:
        """The case with one change more."""
        filled = (*self.filled, (place, filling))
        if place.kind == "datum":
            data = {path: entry for path, entry in self.case.data.items() if path != place.at}
            if filling.value is not None:
                data[place.at] = Entry(filling.value, filling.text)
            earlier = {path: entries for path, entries in self.case.earlier.items() if path != place.at}
            return Variation(replace(self.case, data=data, earlier=earlier, canonical={}), self.ids, filled)
        known = self.case.lists.get(place.at, ItemList((), False))
        items, ids = list(known.items), list(self.ids.get(place.at, ()))
        complete = known.complete
        history = {name: entries for name, entries in self.case.earlier.items() if not name.startswith(f"{place.at}[")}
        own = _histories(self.case, place.at)
        if place.kind == "complete":
            complete = True
        elif place.kind == "add":
            items.append({})
            ids.append(place.item)
            own.append({})
        elif place.kind == "drop":
            at = ids.index(place.item)
            del items[at], ids[at], own[at]
        else:
            at = ids.index(place.item)
            entries = {field: entry for field, entry in items[at].items() if field != place.field}
            if filling.value is not None:
                entries[place.field] = Entry(filling.value, filling.text)
            items[at] = entries
            own[at].pop(place.field, None)
        history |= {
            f"{place.at}[{number}].{field}": entries
            for number, fields in enumerate(own)
            for field, entries in fields.items()
        }
        lists = {**self.case.lists, place.at: ItemList(tuple(items), complete)}
        case = replace(self.case, lists=lists, earlier=history, canonical={})
        return Variation(case, {**self.ids, place.at: tuple(ids)}, filled)

    def added(self, section: str) -> int:
        """How many items were added to a list."""
        return sum(item.startswith(ADDED) for item in self.ids.get(section, ()))

    def is_sound(self, vocabulary: Vocabulary) -> bool:
        """Whether what was changed would be accepted: nothing ends before it began, and no two items are the same."""
        return all(
            _is_sound(vocabulary.sections[name], self.case.lists[name])
            for name in {place.at for place, _ in self.filled if place.kind in ("field", "add")}
        )


def _histories(case: Case, section: str) -> list[dict[str, tuple[Entry, ...]]]:
    """The older values of each item's fields."""
    known = case.lists.get(section)
    found = []
    for number in range(len(known.items) if known else 0):
        start = f"{section}[{number}]."
        found.append({name[len(start) :]: old for name, old in case.earlier.items() if name.startswith(start)})
    return found


def _is_sound(section: Section, known: ItemList) -> bool:
    keys: set[tuple[CaseValue, ...]] = set()
    for entries in known.items:
        start = entries.get(section.order)
        if start is not None and isinstance(start.value, Moment):
            for name, entry in entries.items():
                before = isinstance(entry.value, Moment) and entry.value.high < start.value.low
                if name != section.order and before:
                    return False
        if section.key and all(name in entries for name in section.key):
            key = tuple(entries[name].value for name in section.key)
            if key in keys:
                return False
            keys.add(key)
    return True
