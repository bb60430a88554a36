"""Which values of a place could make a difference: one for each cell that the tests of a program cut.

The tests that a program makes of a datum divide its possible values into cells within which every test comes out the
same: numbers and times at the bounds and between them, words by which tests they pass. One value of each cell is
enough. Where a datum enters a formula or is converted, the bounds are found by search, and only the values that were
tried are vouched for.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from itertools import combinations

from engine.formula import PLAIN
from engine.loading.canonical import moment_text
from engine.model.case import Entry, Moment
from engine.model.quantity import Interval, Quantity, exact_text
from engine.model.rule import Compare, OneOf, Reference
from engine.model.unit import Unit, UnitError
from engine.model.vocabulary import Attribute
from engine.observing import HOUR, MICROSECOND, Observer
from provenance.whynot.changing.bearing import Bearing
from provenance.whynot.changing.cells import cells
from provenance.whynot.changing.places import DONE, Filling, Place, Variation
from provenance.whynot.changing.scale import Scale, tests_of

MOST_SETS_OF_WORDS = 128
MICROSECONDS_AN_HOUR = 3_600_000_000


class Values:
    """Fillings of places for what bears on one conclusion.

    A value is removed where its absence says something (a stated default); with ``gaps`` any value is. Saying less
    never makes a conclusion true, but it can make one provisional.
    """

    def __init__(self, bearing: Bearing, gaps: bool = False) -> None:
        self.bearing = bearing
        self.gaps = gaps
        self.scale = Scale(bearing)
        self.vocabulary = bearing.vocabulary

    def of(self, place: Place, variation: Variation, observer: Observer) -> list[Filling]:
        """What a place can be filled with, other than what stands there."""
        if place.kind not in ("datum", "field"):
            return [DONE]
        if place.kind == "datum":
            attribute = self.vocabulary.attribute(place.at)
            entry = variation.case.data.get(place.at)
            usable = observer.given(place.at)
        else:
            attribute = self.vocabulary.sections[place.at].attributes[place.field]
            known = variation.case.lists[place.at].items[variation.number(place.at, place.item)]
            entry = usable = known.get(place.field)
        assert attribute is not None
        found = list(self._kind(attribute, place, variation, observer, usable))
        if usable is not None:
            found = [filling for filling in found if filling.value != usable.value]
        if entry is not None and not attribute.required and (self.gaps or attribute.absent is not None):
            found.append(Filling())
        return found

    def _kind(
        self, attribute: Attribute, place: Place, variation: Variation, observer: Observer, entry: Entry | None
    ) -> Iterator[Filling]:
        kind = attribute.type.kind
        if kind in ("term", "one of"):
            yield from self._words(attribute, place, observer)
        elif kind in ("boolean", "finding"):
            yield Filling(True, "true")
            yield Filling(False, "false")
        elif kind == "set of terms":
            yield from self._sets(attribute, place, entry)
        elif kind == "quantity":
            yield from self._quantities(attribute, place, variation, observer)
        elif kind == "number":
            yield from self._numbers(attribute, place, variation, observer)
        elif kind == "time":
            yield from self._times(place, variation)
        else:
            yield Filling("stated", "stated", exact=False)

    # Words -----------------------------------------------------------------------------------------------------------

    def _words(self, attribute: Attribute, place: Place, observer: Observer) -> Iterator[Filling]:
        """One word for each way in which the tests come out."""
        tests = [test for test in tests_of(self.bearing, place) if isinstance(test, OneOf)]
        groups: dict[tuple[int, ...], list[str]] = {}
        for word in self.vocabulary.domain(attribute.type):
            outcome = tuple(observer.tested(attribute, Entry(word, word), test, {}) for test in tests)
            groups.setdefault(outcome, []).append(word)
        for words in groups.values():
            yield Filling(words[0], words[0], tuple(words))

    def _sets(self, attribute: Attribute, place: Place, entry: Entry | None) -> Iterator[Filling]:
        """Sets that differ in which tests they pass, each as near to what is recorded as can be."""
        tests = [set(test.values) for test in tests_of(self.bearing, place) if isinstance(test, OneOf)]
        now = entry.value if entry is not None and isinstance(entry.value, frozenset) else frozenset()
        groups: dict[tuple[bool, ...], list[str]] = {}
        for word in self.vocabulary.domain(attribute.type):
            groups.setdefault(tuple(word in test for test in tests), []).append(word)
        told = 0
        for size in range(len(groups) + 1):
            for chosen in combinations(groups.values(), size):
                told += 1
                if told > MOST_SETS_OF_WORDS:
                    return
                words = [word for group in chosen for word in ([w for w in group if w in now] or group[:1])]
                alike = tuple(chosen[0]) if size == 1 and not now else ()
                yield Filling(frozenset(words), ", ".join(sorted(words)), alike)

    # Numbers ---------------------------------------------------------------------------------------------------------

    def _quantities(
        self, attribute: Attribute, place: Place, variation: Variation, observer: Observer
    ) -> Iterator[Filling]:
        unit = attribute.type.unit
        if unit is None:
            return
        points: set[Fraction] = set()
        others: dict[Unit, set[Fraction]] = {}
        for bound in self.scale.bounds(place, variation, observer):
            if bound.unit.commensurable(unit):
                points.add(bound.to(unit).value)
                continue
            for conversion in attribute.type.conversions:
                if conversion.unit.commensurable(bound.unit):
                    others.setdefault(bound.unit, set()).add(bound.value)
                else:
                    factor = observer.factor(conversion)
                    points |= {value for value in [_divided(bound, factor, unit)] if value is not None}
        computed = set(self.scale.computed(place, unit, variation, observer))
        points |= computed
        low, high = self.scale.plausible(attribute, unit)
        exact = not self.scale.in_a_formula(place)
        for span, value in cells(points, low, high, unit.text):
            text = f"{exact_text(value)} {unit.text}"
            yield Filling(Interval(value, value, False, False, unit), text, span=span, exact=exact)
        for other, bounds in others.items():
            for span, value in cells(bounds, Fraction(0), None, other.text):
                text = f"{exact_text(value)} {other.text}"
                # Bounds in other units would cut this one too, where the conversion takes them.
                alone = exact and not points and len(others) == 1
                yield Filling(Interval(value, value, False, False, other), text, span=span, exact=alone)

    def _numbers(
        self, attribute: Attribute, place: Place, variation: Variation, observer: Observer
    ) -> Iterator[Filling]:
        points: set[Fraction] = set()
        for test in tests_of(self.bearing, place):
            if isinstance(test, OneOf):
                points |= {value for value in test.values if isinstance(value, Fraction)}
            elif isinstance(test, Compare) and isinstance(test.bound, Fraction):
                points.add(test.bound)
            elif isinstance(test, Compare):
                entry = observer.bound(test.bound, {}) if not _of_an_item(test) else None
                points |= {entry} if isinstance(entry, Fraction) else set()
        points |= set(self.scale.computed(place, PLAIN, variation, observer))
        bounds = attribute.type.plausible
        low, high = (bounds[0].value, bounds[1].value) if bounds else (None, None)
        exact = not self.scale.in_a_formula(place)
        for span, value in cells(points, low, high, ""):
            yield Filling(value, exact_text(value), span=span, exact=exact)

    # Times -----------------------------------------------------------------------------------------------------------

    def _times(self, place: Place, variation: Variation) -> Iterator[Filling]:
        """Times by how long before the as-of time they are: at the bounds of elapsed times, and at other times."""
        points = set(self._elapsed(place)) | set(self._other_times(place, variation))
        for span, hours in cells(points, Fraction(0), None, "h"):
            at = variation.case.as_of - timedelta(microseconds=round(hours * MICROSECONDS_AN_HOUR))
            yield Filling(Moment(at, at), moment_text(at), span=span)

    def _elapsed(self, place: Place) -> Iterator[Fraction]:
        section = self.vocabulary.sections.get(place.at)
        for name, attribute in (section.attributes if section is not None and place.field else {}).items():
            if attribute.since == place.field:
                for test in self.bearing.fields.get((place.at, name), ()):
                    if isinstance(test, Compare) and isinstance(test.bound, Quantity):
                        yield test.bound.to(HOUR).value

    def _other_times(self, place: Place, variation: Variation) -> Iterator[Fraction]:
        """The times of the case that this one could be compared with."""
        as_of = variation.case.as_of
        entries: list[Entry] = [entry for path, entry in variation.case.data.items() if path != place.at]
        for name, known in variation.case.lists.items():
            for item, fields in zip(variation.ids[name], known.items, strict=True):
                entries += [
                    entry
                    for field, entry in fields.items()
                    if (name, item, field) != (place.at, place.item, place.field)
                ]
        for entry in entries:
            if isinstance(entry.value, Moment):
                for end in (entry.value.low, entry.value.high):
                    yield Fraction((as_of - end) // MICROSECOND, MICROSECONDS_AN_HOUR)


def _divided(bound: Quantity, factor: Quantity | None, unit: Unit) -> Fraction | None:
    """The value in ``unit`` that comes to the bound when it is converted; None where it does not."""
    if factor is None or factor.value == 0:
        return None
    try:
        found = bound / factor
    except (UnitError, ZeroDivisionError):
        return None
    return found.to(unit).value if found.unit.commensurable(unit) else None


def _of_an_item(test: Compare) -> bool:
    return isinstance(test.bound, Reference) and test.bound.path.startswith("$")
