"""Where a value of a case stands to a bound: below it, at it or above it, and how far from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from engine.amount import Computed
from engine.model.case import CaseValue, Entry
from engine.model.quantity import Interval, Quantity, significant
from engine.model.rounding import MOST_FIGURES, beside
from engine.model.rule import Compare
from engine.model.vocabulary import Attribute
from engine.observing import FALSE, HOUR, MICROSECOND, TRUE, UNLISTED, Observer
from engine.program import Count, Datum, GroundTest, Item, ItemField, Literal
from rulewright.authoring.coverage.branches import Items
from rulewright.authoring.coverage.report import Side

NEAR = Fraction(1, 10)
"""A value that differs from its bound by at most so large a part of it is just beside it."""
NEXT = Fraction(1)
"""A plain number or a count that differs from its bound by at most so much is just beside it."""
DIGITS = 6
"""Significant figures of what is shown: a second in a day is seen."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A value seen beside a bound; ``distance`` is None where it has no size (a time, beside another)."""

    side: Side
    just: bool
    text: str
    distance: Fraction | None = None


def compared(observer: Observer, literal: Literal, items: Items) -> Iterator[tuple[str, Compare, Sight]]:
    """Every comparison that a literal makes, and where the case's value stands: the field, the test, what was seen."""
    for name, attribute, entry, test in _tests(observer, literal, items):
        if isinstance(test, Compare) and entry is not None:
            sight = _beside(observer, test, entry, attribute, items)
            if sight is not None:
                yield name, test, sight


def tests_of(literal: Literal) -> tuple[tuple[str, GroundTest], ...]:
    """The tests of a literal with the names of what they test; none of a conclusion or a count."""
    if isinstance(literal, Datum):
        return ((literal.path, literal.test),)
    if isinstance(literal, ItemField):
        return ((literal.field, literal.test),)
    return literal.tests if isinstance(literal, Item) else ()


Tested = tuple[str, Attribute | None, Entry | None, GroundTest]


def _tests(observer: Observer, literal: Literal, items: Items) -> Iterator[Tested]:
    """The tests of a literal with what the case records for each."""
    if isinstance(literal, Datum):
        value, entry = observer.quantity(literal.path), observer.given(literal.path)
        if entry is None and value is not None:
            entry = Entry(value, "", None)
        yield literal.path, observer.vocabulary.attribute(literal.path), entry, literal.test
    elif isinstance(literal, ItemField):
        yield from _field(observer, items.get(literal.variable, UNLISTED), literal.field, literal.test)
    elif isinstance(literal, Item):
        section = observer.section(literal.item)
        for number in range(len(observer.listed(section).items)):
            for name, test in literal.tests:
                yield from _field(observer, f"{section.name}[{number}]", name, test)


def _field(observer: Observer, item: str, name: str, test: GroundTest) -> Iterator[Tested]:
    section = observer.vocabulary.sections.get(item.partition("[")[0])
    if section is not None and UNLISTED not in item and observer.is_field_read(section, name):
        yield name, section.attributes[name], observer.entry(section, item, name), test


def _beside(observer: Observer, test: Compare, entry: Entry, attribute: Attribute | None, items: Items) -> Sight | None:
    """Where a value stands to a bound; None where that is not known."""

    def holds(op: str) -> bool:
        return observer.compared(entry.value, replace(test, op=op), attribute, items) == TRUE

    side: Side | None = "below" if holds("<") else "at" if holds("==") else "above" if holds(">") else None
    if side is None:
        return None
    distance = _distance(observer, entry.value, observer.bound(test.bound, items), attribute)
    if distance is None:
        return Sight(side, True, entry.text)
    size, bound = distance
    just = size <= abs(bound) * NEAR or (isinstance(entry.value, Fraction) and size <= NEXT)
    return Sight(side, just, _text(entry, observer.bound(test.bound, items)), size)


def _distance(
    observer: Observer, value: CaseValue, bound: object, attribute: Attribute | None
) -> tuple[Fraction, Fraction] | None:
    """How far a value is from a bound and how large that is, in the bound's unit."""
    if isinstance(value, Fraction) and isinstance(bound, Fraction):
        return abs(value - bound), bound
    if isinstance(bound, Interval):
        bound = bound.exact
    if not isinstance(value, Interval) or not isinstance(bound, Quantity):
        return None
    if not value.unit.commensurable(bound.unit):
        converted = observer.converted(value, bound.unit, attribute)
        if converted is None:
            return None
        value = converted
    number = value.to(bound.unit)
    ends = [abs(end - bound.value) for end in (number.low, number.high) if end is not None]
    return (min(ends), bound.value) if ends else None


def _text(entry: Entry, bound: object) -> str:
    """A value as it was given, or as it was computed (a time since another), so that its side of the bound is seen."""
    if isinstance(entry.value, Interval) and (not entry.text or entry.text.startswith("since ")):
        limit = Interval.of(bound) if isinstance(bound, Quantity) else bound
        if isinstance(limit, Interval) and limit.unit.commensurable(entry.value.unit):
            return beside(entry.value, limit, DIGITS)[0].text(MOST_FIGURES)
        return entry.value.text(DIGITS)
    return entry.text


def counted(literal: Count, bound: Fraction, values: list[int]) -> Sight | None:
    """Where the points of a count stand to one of its bounds; None unless every member is true or false."""
    if len(values) != len(literal.members) or any(value not in (FALSE, TRUE) for value in values):
        return None
    points = sum((points for (points, _), value in zip(literal.members, values, strict=True) if value), Fraction(0))
    return _sized(points, bound, significant(points, DIGITS), NEXT)


def dose(computed: Computed, cap: Quantity) -> Sight:
    """Where a dose stands to its cap: by its high end below it, by its low end above it."""
    bound = cap.to(computed.product.unit).value
    low, high = computed.product.low, computed.product.high
    end = high if high < bound else low if low > bound else bound
    return _measured(Quantity(end, computed.product.unit), cap)


def age(observer: Observer, attribute: Attribute, entry: Entry) -> Sight | None:
    """Where the age of a measurement stands to that at which it is stale; None where either is not known."""
    if attribute.stale_after is None or entry.at is None:
        return None
    hours = Fraction((observer.case.as_of - entry.at.low) // MICROSECOND, 3_600_000_000)
    return _measured(Quantity(hours, HOUR), attribute.stale_after)


def _measured(value: Quantity, limit: Quantity) -> Sight:
    bound = limit.to(value.unit)
    shown, _ = beside(Interval.of(value), Interval.of(bound), DIGITS)
    return _sized(value.value, bound.value, shown.text(MOST_FIGURES))


def _sized(value: Fraction, bound: Fraction, text: str, next_: Fraction = Fraction(0)) -> Sight:
    side: Side = "below" if value < bound else "at" if value == bound else "above"
    size = abs(value - bound)
    return Sight(side, size <= max(abs(bound) * NEAR, next_), text, size)
