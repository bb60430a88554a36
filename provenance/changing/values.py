"""Which values of a place could make a difference: one for each cell that the tests of a program cut.

The tests that a program makes of a datum divide its possible values into cells within which every test comes out the
same: numbers and times at the bounds and between them, words by which tests they pass. One value of each cell is
enough. Where a datum enters a formula or is converted, the bounds are found by search, and only the values that were
tried are vouched for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from fractions import Fraction
from itertools import combinations

from engine.formula import inputs, parse_formula
from engine.loading.canonical import moment_text
from engine.model.case import Entry, Moment
from engine.model.quantity import Interval, Quantity, exact_text
from engine.model.rule import Compare, OneOf, Reference
from engine.model.unit import Unit, UnitError
from engine.model.vocabulary import Attribute
from engine.observing import HOUR, MICROSECOND, Observer
from engine.program import GroundTest
from provenance.changing.bearing import Bearing
from provenance.changing.places import DONE, Filling, Place, Span, Variation

MOST_SETS_OF_WORDS = 128
MICROSECONDS_AN_HOUR = 3_600_000_000
PLAIN = Unit.parse("1")


class Values:
    """Fillings of places for what bears on one conclusion.

    A value is removed where its absence says something (a stated default); with ``gaps`` any value is. Saying less
    never makes a conclusion true, but it can make one provisional.
    """

    def __init__(self, bearing: Bearing, gaps: bool = False) -> None:
        self.bearing = bearing
        self.gaps = gaps
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
            yield from self._numbers(attribute, place, observer)
        elif kind == "time":
            yield from self._times(place, variation)
        else:
            yield Filling("stated", "stated", exact=False)

    def tests(self, place: Place) -> list[GroundTest]:
        """The tests that are made of a place."""
        if place.kind == "datum":
            return self.bearing.data.get(place.at, [])
        return self.bearing.fields.get((place.at, place.field), [])

    # Words -----------------------------------------------------------------------------------------------------------

    def _words(self, attribute: Attribute, place: Place, observer: Observer) -> Iterator[Filling]:
        """One word for each way in which the tests come out."""
        tests = [test for test in self.tests(place) if isinstance(test, OneOf)]
        groups: dict[tuple[int, ...], list[str]] = {}
        for word in self.vocabulary.domain(attribute.type):
            outcome = tuple(observer.tested(attribute, Entry(word, word), test, {}) for test in tests)
            groups.setdefault(outcome, []).append(word)
        for words in groups.values():
            yield Filling(words[0], words[0], tuple(words))

    def _sets(self, attribute: Attribute, place: Place, entry: Entry | None) -> Iterator[Filling]:
        """Sets that differ in which tests they pass, each as near to what is recorded as can be."""
        tests = [set(test.values) for test in self.tests(place) if isinstance(test, OneOf)]
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
        for bound in self._bounds(place, variation, observer):
            if bound.unit.commensurable(unit):
                points.add(bound.to(unit).value)
                continue
            for conversion in attribute.type.conversions:
                if conversion.unit.commensurable(bound.unit):
                    others.setdefault(bound.unit, set()).add(bound.value)
                else:
                    factor = observer.factor(conversion)
                    points |= {value for value in [_divided(bound, factor, unit)] if value is not None}
        computed = set(self._computed(place, unit, variation, observer))
        points |= computed
        low, high = self._plausible(attribute, unit)
        exact = not self._in_a_formula(place)
        for span, value in cells(points, low, high, unit.text):
            text = f"{exact_text(value)} {unit.text}"
            yield Filling(Interval(value, value, False, False, unit), text, span=span, exact=exact)
        for other, bounds in others.items():
            for span, value in cells(bounds, Fraction(0), None, other.text):
                text = f"{exact_text(value)} {other.text}"
                # Bounds in other units would cut this one too, where the conversion takes them.
                alone = exact and not points and len(others) == 1
                yield Filling(Interval(value, value, False, False, other), text, span=span, exact=alone)

    def _plausible(self, attribute: Attribute, unit: Unit) -> tuple[Fraction | None, Fraction | None]:
        bounds = attribute.type.plausible
        if bounds is not None:
            return bounds[0].to(unit).value, bounds[1].to(unit).value
        return (None if unit.offset else Fraction(0)), None

    def _bounds(self, place: Place, variation: Variation, observer: Observer) -> Iterator[Quantity]:
        """What the tests of a place compare with, and what is compared with it."""
        for test in self.tests(place):
            if isinstance(test, Compare):
                yield from self._quantities_of(test.bound, variation, observer)
        for path, test in self.bearing.compared:
            if isinstance(test.bound, Reference) and _is_place(test.bound.path, place):  # type: ignore[union-attr]
                yield from self._recorded(path, variation, observer)

    def _quantities_of(self, bound: object, variation: Variation, observer: Observer) -> Iterator[Quantity]:
        if isinstance(bound, Quantity):
            yield bound
        elif isinstance(bound, Reference):
            path = bound.path
            if path.startswith("$"):
                for section in self.bearing.lists:
                    yield from self._recorded(f"{section}.{path.partition('.')[2]}", variation, observer)
            else:
                yield from self._recorded(path, variation, observer)

    def _recorded(self, path: str, variation: Variation, observer: Observer) -> Iterator[Quantity]:
        """The ends of what the case holds at a path, of a declared quantity, or in a field of any item."""
        name, _, field = path.partition(".")
        known = variation.case.lists.get(name)
        section = self.vocabulary.sections.get(name)
        if section is None or not section.is_list:
            found = observer.quantity(path)
            yield from _ends(found)
            return
        for number in range(len(known.items) if known else 0):
            entry = observer.entry(section, f"{name}[{number}]", field) if field in section.attributes else None
            yield from _ends(entry.value if entry is not None else None)

    def _in_a_formula(self, place: Place) -> bool:
        return place.kind == "datum" and any(
            value.path == place.at
            for name in self.bearing.computed
            for value in inputs(parse_formula(self.vocabulary.quantities[name].formula))
        )

    def _computed(self, place: Place, unit: Unit, variation: Variation, observer: Observer) -> Iterator[Fraction]:
        """Values of a datum at which a declared quantity that is computed from it meets a bound, nearly."""
        if not self._in_a_formula(place):
            return
        for name in self.bearing.computed:
            declared = self.vocabulary.quantities[name]
            if all(value.path != place.at for value in inputs(parse_formula(declared.formula))):
                continue
            for bound in self._targets(name, variation, observer):
                target = bound.to(declared.unit).value if bound.unit.commensurable(declared.unit) else None
                if target is not None:
                    yield from self._crossings(name, target, place, unit, variation)

    def _targets(self, name: str, variation: Variation, observer: Observer) -> Iterator[Quantity]:
        for path, test in self._tests_of_quantity(name):
            bound = getattr(test, "bound", None)
            if path == name:
                yield from self._quantities_of(bound, variation, observer)
            else:
                yield from self._recorded(path, variation, observer)

    def _tests_of_quantity(self, name: str) -> Iterator[tuple[str, GroundTest]]:
        from engine.program import Datum

        for clause in self.bearing.program.clauses:
            for condition in (*clause.when, *clause.unless):
                if isinstance(condition.literal, Datum) and condition.literal.path == name:
                    yield name, condition.literal.test
        for path, test in self.bearing.compared:
            if isinstance(test, Compare) and isinstance(test.bound, Reference) and test.bound.path == name:
                yield path, test

    def _crossings(
        self, name: str, target: Fraction, place: Place, unit: Unit, variation: Variation
    ) -> Iterator[Fraction]:
        """By halving between points of a grid: a formula need not be one that can be turned around."""
        attribute = self.vocabulary.attribute(place.at)
        assert attribute is not None
        low, high = self._plausible(attribute, unit)
        low = Fraction(1, 100) if low is None or low <= 0 else low
        high = low * 10**5 if high is None else high
        grid = [low + (high - low) * step**2 / 144 for step in range(13)]

        def above(value: Fraction) -> bool | None:
            entry = Filling(Interval(value, value, False, False, unit), "")
            found = Observer(self.vocabulary, variation.fill(place, entry).case, self.bearing.program.facts).quantity(
                name
            )
            return None if found is None or found.low is None else found.low >= target

        sides = [above(value) for value in grid]
        for (one, side), (other, opposite) in zip(
            zip(grid, sides, strict=True), zip(grid[1:], sides[1:], strict=True), strict=False
        ):
            if side is None or opposite is None or side == opposite:
                continue
            left, right = one, other
            for _ in range(24):
                middle = (left + right) / 2
                if above(middle) == side:
                    left = middle
                else:
                    right = middle
            yield from (_rounded(left, down=True), _rounded(right, down=False))

    def _numbers(self, attribute: Attribute, place: Place, observer: Observer) -> Iterator[Filling]:
        points: set[Fraction] = set()
        for test in self.tests(place):
            if isinstance(test, OneOf):
                points |= {value for value in test.values if isinstance(value, Fraction)}
            elif isinstance(test, Compare) and isinstance(test.bound, Fraction):
                points.add(test.bound)
            elif isinstance(test, Compare):
                entry = observer.bound(test.bound, {}) if not _of_an_item(test) else None
                points |= {entry} if isinstance(entry, Fraction) else set()
        bounds = attribute.type.plausible
        low, high = (bounds[0].value, bounds[1].value) if bounds else (None, None)
        for span, value in cells(points, low, high, ""):
            yield Filling(value, exact_text(value), span=span)

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


def _ends(value: object) -> Iterator[Quantity]:
    """The ends of what is known of a quantity: at either a comparison with it can turn."""
    if isinstance(value, Interval):
        yield from (Quantity(end, value.unit) for end in (value.low, value.high) if end is not None)


def _rounded(value: Fraction, down: bool) -> Fraction:
    """To four significant figures, downward or upward; of a positive number."""
    step = Fraction(1)
    while value / step >= 10_000:
        step *= 10
    while value / step < 1_000:
        step /= 10
    whole = (value / step).numerator // (value / step).denominator
    return (whole if down else whole + 1) * step


def _divided(bound: Quantity, factor: Quantity | None, unit: Unit) -> Fraction | None:
    """The value in ``unit`` that comes to the bound when it is converted; None where it does not."""
    if factor is None or factor.value == 0:
        return None
    try:
        found = bound / factor
    except (UnitError, ZeroDivisionError):
        return None
    return found.to(unit).value if found.unit.commensurable(unit) else None


def _is_place(path: str, place: Place) -> bool:
    if place.kind == "datum":
        return path == place.at
    return path.startswith("$") and path.partition(".")[2] == place.field


def _of_an_item(test: Compare) -> bool:
    return isinstance(test.bound, Reference) and test.bound.path.startswith("$")
