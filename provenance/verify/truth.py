"""What a case says of a condition, worked out for the checker alone: its own comparisons, formulas and counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from fractions import Fraction
from math import isqrt
from typing import TypeAlias, TypeVar

from engine.formula import PLAIN, Formula, Number, Value, parse_formula
from engine.model.case import Case, CaseValue, Entry, ItemList, Moment
from engine.model.quantity import Interval, Quantity
from engine.model.rule import Compare, OneOf, Recorded, Reference
from engine.model.unit import Unit, UnitError
from engine.model.vocabulary import Attribute, Conversion, Section, Vocabulary
from engine.program import Atom, Count, Datum, GroundTest, Holds, Item, ItemField, Literal

FALSE, UNKNOWN, PROVISIONAL, TRUE = range(4)
NAMES = ("false", "unknown", "provisional", "true")
NOT = (TRUE, UNKNOWN, UNKNOWN, FALSE)
STANDS = (TRUE, PROVISIONAL, UNKNOWN, FALSE)
"""Negation, and negation with ``if_unknown: stands``, by the value that is negated."""

SECOND = Unit.parse("s")
Items: TypeAlias = Mapping[str, str]
End = TypeVar("End", Fraction, datetime)
Ends: TypeAlias = tuple[End | None, End | None, bool, bool]
"""Low and high end (None: unbounded) and whether each is left out."""


class Observed:
    """One case under the facts that are admitted; conclusions have the values that ``holds`` tells."""

    def __init__(self, vocabulary: Vocabulary, case: Case, facts: frozenset[str], holds: Callable[[Atom], int]) -> None:
        self.vocabulary = vocabulary
        self.case = case
        self.facts = facts
        self.holds = holds
        self.items = vocabulary.items
        self._computed: dict[str, Fraction | None] = {}
        self._elapsed: dict[tuple[str, str], Entry | None] = {}

    def value(self, literal: Literal, items: Items) -> int:
        """The value of a literal, for the items that its variables name."""
        if isinstance(literal, Holds):
            return self.holds(literal.atom)
        if isinstance(literal, Datum):
            return self.datum(literal.path, literal.test)
        if isinstance(literal, ItemField):
            return self.field(items[literal.variable], literal.field, literal.test, items)
        if isinstance(literal, Item):
            found = self.matching(literal, items)
            return (
                found.get(items[literal.variable], FALSE)
                if literal.variable in items
                else max(found.values(), default=FALSE)
            )
        return counted(literal, [self.value(member, items) for _, member in literal.members])

    # Records ---------------------------------------------------------------------------------------------------------

    def datum(self, path: str, test: GroundTest) -> int:
        """The value of a test of a record's datum or of a declared quantity."""
        return self.tested(self.vocabulary.attribute(path), self.known(path), test, {})

    def known(self, path: str) -> CaseValue | None:
        """What the case says at a path, or what a formula makes of it.

        None where it is not given or too old, or where a fact that it is read or computed under is not admitted.
        """
        declared, attribute = self.vocabulary.quantities.get(path), self.vocabulary.attribute(path)
        if (declared and not self.facts >= set(declared.because)) or (attribute and self.is_closed(attribute)):
            return None
        if declared is None:
            entry = self.case.data.get(path)
            return None if entry is None or self.is_stale(path) else entry.value
        if path not in self._computed:
            self._computed[path] = self.computed(parse_formula(declared.formula))
        number = self._computed[path]
        return None if number is None else Interval(number, number, False, False, declared.unit)

    def is_closed(self, attribute: Attribute) -> bool:
        """Whether some fact under which a datum is read is not admitted; it then says nothing, nor does its absence."""
        return not self.facts >= set(attribute.because)

    def is_field_closed(self, section: Section, field: str) -> bool:
        """The same of a field of a list's items, or of the field that it is counted from."""
        attribute = section.attributes[field]
        fields = [attribute, *([section.attributes[attribute.since]] if attribute.since else [])]
        return any(map(self.is_closed, fields))

    def is_path_closed(self, path: str) -> bool:
        """The same of a datum of a record, or of a declared quantity with all that it is computed from."""
        declared, attribute = self.vocabulary.quantities.get(path), self.vocabulary.attribute(path)
        if declared is None:
            return attribute is not None and self.is_closed(attribute)
        closed = (self.is_path_closed(value.path) for value in leaves(parse_formula(declared.formula)))
        return not self.facts >= set(declared.because) or any(closed)

    def is_stale(self, path: str) -> bool:
        """Whether a datum was measured longer ago than the vocabulary lets it count; an undated one never is."""
        attribute, entry = self.vocabulary.attribute(path), self.case.data.get(path)
        if attribute is None or attribute.stale_after is None or entry is None or entry.at is None:
            return False
        limit = attribute.stale_after.unit.convert(attribute.stale_after.value, SECOND)
        return seconds(entry.at.low, self.case.as_of) > limit

    def exactly(self, path: str, unit: Unit) -> Fraction | None:
        """The number of a datum or declared quantity in a unit; None where it is not one number of that kind."""
        value = self.known(path)
        if isinstance(value, Fraction):
            return PLAIN.convert(value, unit) if unit.commensurable(PLAIN) else None
        if not isinstance(value, Interval) or value.low is None or value.low != value.high:
            return None
        return value.unit.convert(value.low, unit) if value.unit.commensurable(unit) else None

    def computed(self, formula: Formula) -> Fraction | None:
        """The value of a formula; None where a number is missing or there is no value."""
        if isinstance(formula, Number):
            return formula.value
        if isinstance(formula, Value):
            return self.exactly(formula.path, formula.unit)
        parts = [self.computed(operand) for operand in formula.operands]
        numbers = [part for part in parts if part is not None]
        if len(numbers) < len(parts):
            return None
        first, rest = numbers[0], numbers[1:]
        match formula.name:
            case "sqrt":
                return root(first)
            case "negative":
                return -first
            case "min" | "max":
                return min(numbers) if formula.name == "min" else max(numbers)
            case "+" | "-":
                return first + sum(rest) if formula.name == "+" else first - sum(rest)
        for number in rest:
            if formula.name == "/" and not number:
                return None
            first = first * number if formula.name == "*" else first / number
        return first

    # Items -----------------------------------------------------------------------------------------------------------

    def section(self, item: str) -> tuple[Section, ItemList]:
        """The section of an item, and what the case lists there: nothing, and not all, where it does not say."""
        section = self.items[item]
        return section, self.case.lists.get(section.name, ItemList((), False))

    def matching(self, literal: Item, items: Items) -> dict[str, int]:
        """The items for which a pattern is not false; a list that is not complete may hold another."""
        section, listed = self.section(literal.item)
        fits = {
            f"{section.name}[{number}]": min(
                (self.field(f"{section.name}[{number}]", field, test, items) for field, test in literal.tests),
                default=TRUE,
            )
            for number in range(len(listed.items))
        }
        found = dict(fits)
        for name in fits if literal.order else ():
            rivals = [
                NOT[min(value, self._ahead(section, other, name, literal.order))]
                for other, value in fits.items()
                if other != name
            ]
            found[name] = min([fits[name], *rivals, TRUE if listed.complete else UNKNOWN])
        if not listed.complete:
            found[f"{section.name}[?]"] = UNKNOWN
        return {name: value for name, value in found.items() if value}

    def _ahead(self, section: Section, one: str, other: str, order: str) -> int:
        """Whether an item comes before another in the wanted order."""
        first, second = self.entry(one, section.order), self.entry(other, section.order)
        if first is None or second is None or self.is_field_closed(section, section.order):
            return UNKNOWN
        return self.compared(first.value, "<" if order == "first" else ">", second.value, None)

    def field(self, name: str, field: str, test: GroundTest, items: Items) -> int:
        """The value of a test of an item's field; unknown for the item that may not be listed."""
        if name.endswith("[?]"):
            return UNKNOWN
        section = self.vocabulary.sections[name.partition("[")[0]]
        if self.is_field_closed(section, field):
            return UNKNOWN
        entry = self.entry(name, field)
        return self.tested(section.attributes[field], entry.value if entry else None, test, items)

    def entry(self, name: str, field: str) -> Entry | None:
        """What an item says in a field; a time since another field is worked out."""
        section_name, _, number = name.rstrip("]").partition("[")
        entries = self.case.lists[section_name].items[int(number)]
        since = self.vocabulary.sections[section_name].attributes[field].since
        if not since:
            return entries.get(field)
        if (name, field) not in self._elapsed:
            start = entries[since].value if since in entries else None
            self._elapsed[name, field] = elapsed(start, self.case.as_of) if isinstance(start, Moment) else None
        return self._elapsed[name, field]

    # Tests -----------------------------------------------------------------------------------------------------------

    def tested(self, attribute: Attribute | None, value: CaseValue | None, test: GroundTest, items: Items) -> int:
        """The value of a test of what is recorded, or of what its absence means."""
        if attribute and self.is_closed(attribute):
            return UNKNOWN
        default = attribute.absent if attribute else None
        if isinstance(test, Recorded):
            if value is None:
                return UNKNOWN if default is None else FALSE if test.known else TRUE
            vague = test.exact and isinstance(value, Interval) and (value.low is None or value.low != value.high)
            return FALSE if not test.known else UNKNOWN if vague else TRUE
        if value is None:
            if default is None:
                return UNKNOWN
            return TRUE if default is False and isinstance(test, OneOf) and False in test.values else FALSE
        if isinstance(test, OneOf):
            held = value if isinstance(value, frozenset) else {value}
            met = any(type(one) is type(other) and one == other for one in held for other in test.values)
            unsettled = attribute is not None and value in attribute.type.unsettled
            return TRUE if met else UNKNOWN if unsettled else FALSE
        bound = self.bound_value(test.bound, items)
        return UNKNOWN if bound is None else self.compared(value, test.op, bound, attribute)

    def bound_value(self, bound: object, items: Items) -> object:
        """What a comparison is with: a constant, or what the case says of the datum that is named."""
        if not isinstance(bound, Reference):
            return bound
        if not bound.path.startswith("$"):
            return self.known(bound.path)
        variable, _, field = bound.path[1:].partition(".")
        section = self.vocabulary.sections[items[variable].partition("[")[0]]
        if items[variable].endswith("[?]") or self.is_field_closed(section, field):
            return None
        entry = self.entry(items[variable], field)
        return entry.value if entry else None

    def compared(self, value: object, op: str, bound: object, attribute: Attribute | None) -> int:
        """Compare two values; unknown where they are of different kinds or the outcome depends."""
        if isinstance(value, Moment) and isinstance(bound, Moment):
            return ordered(op, (value.low, value.high, False, False), (bound.low, bound.high, False, False))
        if isinstance(value, Fraction) and isinstance(bound, Fraction):
            return ordered(op, (value, value, False, False), (bound, bound, False, False))
        if isinstance(bound, Quantity):
            bound = Interval(bound.value, bound.value, False, False, bound.unit)
        if not isinstance(value, Interval) or not isinstance(bound, Interval):
            return UNKNOWN
        own = self._in_unit(value, bound.unit, attribute)
        return UNKNOWN if own is None else ordered(op, own, (bound.low, bound.high, bound.low_open, bound.high_open))

    def _in_unit(self, value: Interval, unit: Unit, attribute: Attribute | None) -> Ends[Fraction] | None:
        """The ends of an interval in a unit, by a declared conversion where the units measure different things."""
        forth, factor = True, None
        if not value.unit.commensurable(unit):
            ways = self.conversions(attribute, value.unit, unit)
            known = ((way.unit.commensurable(value.unit), self._factor(way)) for way in ways)
            forth, factor = next(((f, found) for f, found in known if found and (f or found.value > 0)), (True, None))
            if factor is None:
                return None
        try:
            ends = [self._converted(end, value.unit, factor, forth, unit) for end in (value.low, value.high)]
        except UnitError:
            return None
        return ends[0], ends[1], value.low_open, value.high_open

    def conversions(self, attribute: Attribute | None, own: Unit, unit: Unit) -> list[Conversion]:
        """The conversions of an attribute that lead from one unit to another, forth or back."""
        found = []
        for way in attribute.type.conversions if attribute else ():
            mine = attribute.type.unit if attribute else None
            back = mine is not None and mine.commensurable(own) and way.unit.commensurable(unit)
            if way.factor is not None and (back or way.unit.commensurable(own)):
                found.append(way)
        return found

    def _factor(self, way: Conversion) -> Quantity | None:
        """What a value is multiplied by, or divided by on the way back; None where it is not known or not warranted."""
        if not self.facts >= set(way.because) or isinstance(way.factor, Quantity):
            return way.factor if isinstance(way.factor, Quantity) and self.facts >= set(way.because) else None
        value = self.known(way.factor) if way.factor is not None else None
        return value.exact if isinstance(value, Interval) else None

    def _converted(
        self, end: Fraction | None, own: Unit, factor: Quantity | None, forth: bool, unit: Unit
    ) -> Fraction | None:
        if end is None:
            return None
        if factor is None:
            return own.convert(end, unit)
        return (Quantity(end, own) * factor if forth else Quantity(end, own) / factor).to(unit).value

    # Data ------------------------------------------------------------------------------------------------------------

    def data(self, literal: Literal, items: Items) -> Iterator[str]:
        """The paths of the recorded data that a literal reads, for the items that its variables name."""
        if isinstance(literal, Datum):
            yield from self.paths(literal.path)
            yield from self._referred(literal.test, items)
        elif isinstance(literal, ItemField):
            yield from self._field_path(items[literal.variable], literal.field)
            yield from self._referred(literal.test, items)
        elif isinstance(literal, Item):
            section, _ = self.section(literal.item)
            names = [items[literal.variable]] if literal.variable else list(self.matching(literal, items))
            for name in names:
                for field, test in literal.tests:
                    yield from self._field_path(name, field)
                    yield from self._referred(test, items)
                if literal.order:
                    yield from self._field_path(name, section.order)
            if not names and section.name in self.case.lists:
                yield section.name
        elif isinstance(literal, Count):
            for _, member in literal.members:
                yield from self.data(member, items)

    def paths(self, path: str) -> list[str]:
        """The recorded data behind a path: of a declared quantity, those of its formula."""
        declared = self.vocabulary.quantities.get(path)
        read = [value.path for value in leaves(parse_formula(declared.formula))] if declared else [path]
        return [one for one in read if one in self.case.data]

    def _field_path(self, name: str, field: str) -> list[str]:
        if name.endswith("[?]") or self.entry(name, field) is None:
            return []
        return [f"{name}.{self.vocabulary.sections[name.partition('[')[0]].attributes[field].since or field}"]

    def _referred(self, test: GroundTest, items: Items) -> list[str]:
        bound = test.bound if isinstance(test, Compare) else None
        if not isinstance(bound, Reference):
            return []
        variable, _, field = bound.path.partition(".")
        return self._field_path(items[variable[1:]], field) if variable.startswith("$") else self.paths(bound.path)


def bound(literal: Literal, items: Items) -> bool:
    """Whether every item that a literal speaks of is bound."""
    if isinstance(literal, ItemField):
        return literal.variable in items and refers(literal.test) <= items.keys()
    if isinstance(literal, Item):
        return all(refers(test) <= items.keys() for _, test in literal.tests)
    return all(bound(member, items) for _, member in literal.members) if isinstance(literal, Count) else True


def refers(test: GroundTest) -> set[str]:
    """The item variable that a comparison is with."""
    reference = test.bound if isinstance(test, Compare) else None
    path = reference.path if isinstance(reference, Reference) else ""
    return {path[1:].partition(".")[0]} if path.startswith("$") else set()


Ways: TypeAlias = tuple[Fraction, Fraction, Fraction, Fraction]
"""The fewest and most points that can come out, and both once what stands provisionally counts."""
MOST_WAYS = 20_000


def counted(literal: Count, values: list[int]) -> int:
    """Bounds on points: true if all that can come out meets them, false if nothing that can does.

    Provisional if all does once what stands provisionally counts.
    """
    [found] = countable(literal, [frozenset({value}) for value in values])
    return found


def countable(literal: Count, members: list[frozenset[int]]) -> frozenset[int]:
    """What bounds on points may come to, where each member may have any of some values.

    Everything but provisional, where there are more ways for the points to come out than are kept apart.
    """
    nothing = Fraction(0)
    ways: set[Ways] = {(nothing, nothing, nothing, nothing)}
    for (points, _), values in zip(literal.members, members, strict=True):
        worth = points if literal.is_sum else Fraction(1)
        steps = {_step(worth, value) for value in values}
        ways = {(a + e, b + f, c + g, d + h) for a, b, c, d in ways for e, f, g, h in steps}
        if len(ways) > MOST_WAYS:
            return frozenset({FALSE, UNKNOWN, TRUE})
    return frozenset(_met(literal, way) for way in ways)


def _step(worth: Fraction, value: int) -> Ways:
    """What a member of this value adds."""
    least, most = min(worth, Fraction(0)), max(worth, Fraction(0))
    return {
        TRUE: (worth, worth, worth, worth),
        PROVISIONAL: (least, most, worth, worth),
        UNKNOWN: (least, most, least, most),
        FALSE: (Fraction(0), Fraction(0), Fraction(0), Fraction(0)),
    }[value]


def _met(literal: Count, way: Ways) -> int:
    """Whether points that come out in this way meet the bounds."""
    found = _between(literal, way[0], way[1])
    return PROVISIONAL if found == UNKNOWN and _between(literal, way[2], way[3]) == TRUE else found


def _between(literal: Count, low: Fraction, high: Fraction) -> int:
    least, most = literal.at_least, literal.at_most
    enough = TRUE if least is None or low >= least else UNKNOWN if high >= least else FALSE
    few = TRUE if most is None or high <= most else UNKNOWN if low <= most else FALSE
    return min(enough, few)


def ordered(op: str, one: Ends[End], other: Ends[End]) -> int:
    """Whether all values between two ends stand in this order to all between two others, none do, or some."""
    low, high, low_open, high_open = one
    other_low, other_high, other_low_open, other_high_open = other
    less = low is None or other_high is None or low < other_high
    more = high is None or other_low is None or high > other_low
    meet_below = (
        high is None
        or other_low is None
        or high > other_low
        or (high == other_low and not high_open and not other_low_open)
    )
    meet_above = (
        low is None
        or other_high is None
        or low < other_high
        or (low == other_high and not low_open and not other_high_open)
    )
    possible = {sign for sign, can in (("<", less), (">", more), ("=", meet_below and meet_above)) if can}
    passing = {"<": {"<"}, "<=": {"<", "="}, ">": {">"}, ">=": {">", "="}, "==": {"="}, "!=": {"<", ">"}}[op]
    return TRUE if possible <= passing else UNKNOWN if possible & passing else FALSE


def root(value: Fraction) -> Fraction | None:
    """The square root to 34 significant digits, a half to even; None of a negative number."""
    if value <= 0:
        return None if value else value
    places = 0
    while isqrt(int(value * Fraction(100) ** places)) >= 10**34:
        places -= 1
    while isqrt(int(value * Fraction(100) ** places)) < 10**33:
        places += 1
    scaled = value * Fraction(100) ** places
    low = isqrt(int(scaled))
    excess = scaled - Fraction(2 * low + 1, 2) ** 2
    return (low + (excess > 0 or (excess == 0 and low % 2 == 1))) / Fraction(10) ** places


def elapsed(start: Moment, as_of: datetime) -> Entry:
    """The time since a moment, which may itself be a span of time."""
    low, high = (max(Fraction(0), seconds(end, as_of)) for end in (start.high, start.low))
    return Entry(Interval(low, high, False, False, SECOND), "")


def seconds(start: datetime, end: datetime) -> Fraction:
    """The time from one instant to another, exactly."""
    span = end - start
    return Fraction(span.days * 86400 + span.seconds) + Fraction(span.microseconds, 1_000_000)


def leaves(formula: Formula) -> Iterator[Value]:
    """The data that a formula reads, in written order."""
    if isinstance(formula, Value):
        yield formula
    elif not isinstance(formula, Number):
        for operand in formula.operands:
            yield from leaves(operand)
