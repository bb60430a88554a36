"""The bounds of a quantity: what its tests compare it with, what is compared with it, and what is computed from it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from engine.formula import inputs, parse_formula
from engine.model.quantity import Interval, Quantity
from engine.model.rule import Compare, Reference
from engine.model.unit import Unit
from engine.model.vocabulary import Attribute
from engine.observing import Observer
from engine.program import Count, Datum, GroundTest, Literal
from provenance.whynot.changing.bearing import Bearing
from provenance.whynot.changing.cells import rounded
from provenance.whynot.changing.places import Filling, Place, Variation


class Scale:
    """Bounds of the quantities that bear on one conclusion."""

    def __init__(self, bearing: Bearing) -> None:
        self.bearing = bearing
        self.vocabulary = bearing.vocabulary

    def plausible(self, attribute: Attribute, unit: Unit) -> tuple[Fraction | None, Fraction | None]:
        """The ends between which a value can lie, in a unit; None where there is no end."""
        bounds = attribute.type.plausible
        if bounds is not None:
            return bounds[0].to(unit).value, bounds[1].to(unit).value
        return (None if unit.offset else Fraction(0)), None

    def bounds(self, place: Place, variation: Variation, observer: Observer) -> Iterator[Quantity]:
        """What the tests of a place compare with, and what is compared with it."""
        for test in tests_of(self.bearing, place):
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

    def in_a_formula(self, place: Place) -> bool:
        """Whether a declared quantity is computed from a datum."""
        return place.kind == "datum" and any(
            value.path == place.at
            for name in self.bearing.computed
            for value in inputs(parse_formula(self.vocabulary.quantities[name].formula))
        )

    def computed(self, place: Place, unit: Unit, variation: Variation, observer: Observer) -> Iterator[Fraction]:
        """Values of a datum at which a declared quantity that is computed from it meets a bound, nearly."""
        if not self.in_a_formula(place):
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
        for clause in self.bearing.program.clauses:
            for condition in (*clause.when, *clause.unless):
                yield from ((name, literal.test) for literal in _data(condition.literal) if literal.path == name)
        for path, test in self.bearing.compared:
            if isinstance(test, Compare) and isinstance(test.bound, Reference) and test.bound.path == name:
                yield path, test

    def _crossings(
        self, name: str, target: Fraction, place: Place, unit: Unit, variation: Variation
    ) -> Iterator[Fraction]:
        """By halving between points of a grid: a formula need not be one that can be turned around."""
        attribute = self.vocabulary.attribute(place.at)
        assert attribute is not None
        low, high = self.plausible(attribute, unit)
        low = Fraction(1, 100) if low is None or low <= 0 else low
        high = low * 10**5 if high is None else high
        grid = [low + (high - low) * step**2 / 144 for step in range(13)]

        def above(value: Fraction) -> bool | None:
            held = value if attribute.type.kind == "number" else Interval(value, value, False, False, unit)
            case = variation.fill(place, Filling(held, "")).case
            found = Observer(self.vocabulary, case, self.bearing.program.facts).quantity(name)
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
            yield from (rounded(left, down=True), rounded(right, down=False))


def _data(literal: Literal) -> Iterator[Datum]:
    """The tests of data in a condition, inside counts too."""
    if isinstance(literal, Datum):
        yield literal
    elif isinstance(literal, Count):
        for _, member in literal.members:
            yield from _data(member)


def tests_of(bearing: Bearing, place: Place) -> list[GroundTest]:
    """The tests that are made of a place."""
    if place.kind == "datum":
        return bearing.data.get(place.at, [])
    return bearing.fields.get((place.at, place.field), [])


def _ends(value: object) -> Iterator[Quantity]:
    """The ends of what is known of a quantity: at either a comparison with it can turn."""
    if isinstance(value, Interval):
        yield from (Quantity(end, value.unit) for end in (value.low, value.high) if end is not None)


def _is_place(path: str, place: Place) -> bool:
    if place.kind == "datum":
        return path == place.at
    return path.startswith("$") and path.partition(".")[2] == place.field
