"""Which places a test of a case reads: filling one of them could change how it comes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.formula import inputs, parse_formula
from engine.model.rule import Compare, Reference
from engine.model.vocabulary import Section
from engine.observing import UNLISTED, Observer
from engine.program import Datum, GroundTest, Item, other_item
from provenance.whynot.changing.bearing import Bearing
from provenance.whynot.changing.families import NOW, Families, Family
from provenance.whynot.changing.places import ADDED, Place, Variation

LONGEST_LIST = 60
Items = dict[str, str]


class Touch:
    """Families of the places that tests of one variation read, of those that are still to be filled."""

    def __init__(self, bearing: Bearing, families: Families, variation: Variation, observer: Observer) -> None:
        self.bearing = bearing
        self.vocabulary = bearing.vocabulary
        self.families = families
        self.variation = variation
        self.observer = observer
        self.filled = variation.places
        self.changed_items = {(place.at, place.item) for place in self.filled if place.kind == "field"}

    def singles(self, places: Iterable[Place]) -> Family:
        """Any one of some places, of those that are still to be filled."""
        return self.families.singles(place for place in places if self.is_open(place))

    def openings(self) -> Iterator[Place]:
        """Every place that what bears on the conclusion reads."""
        for path in self.bearing.data:
            yield Place("datum", path)
        for section in self.bearing.lists.values():
            yield Place("complete", section.name)
            yield self.adding(section)
            for item in self.variation.ids.get(section.name, ()):
                yield Place("drop", section.name, item)
                for field in self.bearing.settable(section):
                    yield Place("field", section.name, item, field)

    def is_open(self, place: Place) -> bool:
        """Whether a place is still to be filled."""
        if place in self.filled:
            return False
        if place.kind == "complete":
            section = self.vocabulary.sections[place.at]
            return not self.observer.listed(section).complete
        if place.kind == "add":
            return len(self.variation.ids.get(place.at, ())) < LONGEST_LIST
        if place.kind == "drop":
            return not place.item.startswith(ADDED) and (place.at, place.item) not in self.changed_items
        return True

    def adding(self, section: Section) -> Place:
        """The place of one item more."""
        return Place("add", section.name, f"{ADDED}{self.variation.added(section.name) + 1}")

    def order(self, section: Section, literal: Item, items: Items, wanted: bool) -> Family:
        """What could make an item the first or latest, or make it so no longer: anything about the list."""
        if wanted and not self.observer.listed(section).complete:
            return self.singles([Place("complete", section.name)])
        places = [Place("complete", section.name), self.adding(section)]
        for item in self.variation.ids.get(section.name, ()):
            places.append(Place("drop", section.name, item))
            for field in (section.order, *(field for field, _ in literal.tests)):
                attribute = section.attributes[field]
                places.append(Place("field", section.name, item, attribute.since or field))
        for field, test in literal.tests:
            places += self._places_of_bound(test, items)
            for conversion in section.attributes[field].type.conversions:
                if isinstance(conversion.factor, str):
                    places += self._places_of_value(conversion.factor)
        return self.singles(places)

    def field(self, name: str, field: str, test: GroundTest, items: Items) -> Family:
        """What could change the outcome of a test of an item's field."""
        section = self.vocabulary.sections[name.partition("[")[0]]
        if name.endswith(f"[{UNLISTED}]"):
            return self.singles([Place("complete", section.name), self.adding(section)])
        attribute = section.attributes[field]
        item = self.variation.name_of(name)
        own = self.singles([Place("field", section.name, item, attribute.since or field)])
        entry = self.observer.entry(section, name, field)
        known = entry is not None or attribute.absent is not None
        factors = [c.factor for c in attribute.type.conversions if isinstance(c.factor, str)] if entry else []
        others = [place for factor in factors for place in self._places_of_value(factor)]
        return self._sides(self.families.either(own, self.singles(others)), known, test, items)

    def _value(self, path: str) -> tuple[Family, bool]:
        """What could change a datum or declared quantity, and whether it is known."""
        declared = self.vocabulary.quantities.get(path)
        if declared is None:
            attribute = self.vocabulary.attribute(path)
            known = self.observer.given(path) is not None or (attribute is not None and attribute.absent is not None)
            conversions = attribute.type.conversions if attribute is not None else ()
            factors = [c.factor for c in conversions if isinstance(c.factor, str)]
            others = [place for factor in factors for place in self._places_of_value(factor)]
            return self.singles([Place("datum", path), *others]), known
        known = self.observer.quantity(path) is not None
        lacking = [
            value.path
            for value in inputs(parse_formula(declared.formula))
            if self.observer.exactly(value.path, value.unit) is None
        ]
        if not known and lacking:
            family = NOW
            for each in dict.fromkeys(lacking):
                family = self.families.both(family, self.singles(self._places_of_value(each)))
            return family, False
        return self.singles(self._places_of_value(path)), known

    def datum(self, literal: Datum, items: Items) -> Family:
        """What could change the outcome of a test of a record's datum."""
        return self._sides(*self._value(literal.path), literal.test, items)

    def _sides(self, own: Family, known: bool, test: GroundTest, items: Items) -> Family:
        """Either side of a comparison may change; each that is not known must be."""
        if not isinstance(test, Compare) or not isinstance(test.bound, Reference):
            return own
        other, other_known = self._other_side(test, items)
        if known and other_known:
            return self.families.either(own, other)
        if not known and not other_known:
            return self.families.both(own, other)
        return other if known else own

    def _other_side(self, test: Compare, items: Items) -> tuple[Family, bool]:
        assert isinstance(test.bound, Reference)
        known = self.observer.bound(test.bound, items) is not None
        name = other_item(test)
        if not name:
            return self.singles(self._places_of_value(test.bound.path)), known
        if items[name].endswith(f"[{UNLISTED}]"):
            section = items[name].partition("[")[0]
            return self.singles([Place("complete", section)]), known
        return self.singles(self._places_of_bound(test, items)), known

    def _places_of_bound(self, test: GroundTest, items: Items) -> list[Place]:
        if not isinstance(test, Compare) or not isinstance(test.bound, Reference):
            return []
        name = other_item(test)
        if not name:
            return self._places_of_value(test.bound.path)
        if name not in items or items[name].endswith(f"[{UNLISTED}]"):
            return []
        section = self.vocabulary.sections[items[name].partition("[")[0]]
        field = test.bound.path.partition(".")[2]
        attribute = section.attributes[field]
        return [Place("field", section.name, self.variation.name_of(items[name]), attribute.since or field)]

    def _places_of_value(self, path: str) -> list[Place]:
        declared = self.vocabulary.quantities.get(path)
        if declared is None:
            return [Place("datum", path)]
        return [Place("datum", value.path) for value in inputs(parse_formula(declared.formula))]
