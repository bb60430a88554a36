"""What a case says of one condition: true, false, or unknown, and why.

Truth is a chain of four values. ``TRUE`` and ``FALSE`` are certain. ``UNKNOWN`` means that the case does not tell.
``PROVISIONAL`` is drawn only by rules (``if_unknown: stands``): it stands as long as a gap is not filled against it.
Comparisons are exact; a value that is only known to lie in an interval decides a comparison only where all of it
agrees.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Literal

from engine.formula import FormulaError, Value, evaluate, inputs, parse_formula
from engine.model.case import Case, CaseValue, Entry, ItemList, Moment
from engine.model.quantity import Interval, Quantity
from engine.model.rule import Compare, OneOf, Recorded, Reference
from engine.model.unit import Unit, UnitError
from engine.model.vocabulary import Attribute, Conversion, Section, Vocabulary
from engine.program import GroundTest, Item, ItemField

FALSE, UNKNOWN, PROVISIONAL, TRUE = 0, 1, 2, 3
NAMES: tuple[Literal["false", "unknown", "provisional", "true"], ...] = ("false", "unknown", "provisional", "true")
NOT = (TRUE, UNKNOWN, UNKNOWN, FALSE)
STANDS = (TRUE, PROVISIONAL, UNKNOWN, FALSE)
"""Negation, and negation with ``if_unknown: stands``, indexed by the value that is negated."""

HOUR = Unit.parse("h")
UNLISTED = "?"
"""The item that an incomplete list may hold beside those it lists."""

Env = Mapping[str, str]


class Observer:
    """Answers conditions from one case; each answer is computed once."""

    def __init__(self, vocabulary: Vocabulary, case: Case) -> None:
        self.vocabulary = vocabulary
        self.case = case
        self._data: dict[tuple[str, GroundTest], int] = {}
        self._fields: dict[tuple[str, str, GroundTest], int] = {}
        self._quantities: dict[str, Interval | None] = {}

    # Data of records -------------------------------------------------------------------------------------------------

    def datum(self, path: str, test: GroundTest) -> int:
        """The value of a test of a record's datum or of a declared quantity."""
        key = (path, test)
        found = self._data.get(key)
        if found is None:
            found = self._data[key] = self._datum(path, test)
        return found

    def _datum(self, path: str, test: GroundTest) -> int:
        if path in self.vocabulary.quantities:
            interval = self.quantity(path)
            if isinstance(test, Recorded):
                return UNKNOWN if interval is None else TRUE
            return UNKNOWN if interval is None else self.compared(interval, test, None, {})
        attribute = self.vocabulary.attribute(path)
        entry = self.case.data.get(path)
        if entry is not None and attribute is not None and self.is_stale(attribute, entry):
            entry = None
        return self.tested(attribute, entry, test, {})

    def is_stale(self, attribute: Attribute, entry: Entry) -> bool:
        """Whether a measurement is older than the vocabulary allows; an undated one never is."""
        if attribute.stale_after is None or entry.at is None:
            return False
        limit = attribute.stale_after.to(HOUR).value
        age = Fraction((self.case.as_of - entry.at.low) // timedelta(microseconds=1)) / 3_600_000_000
        return age > limit

    def quantity(self, path: str) -> Interval | None:
        """A declared quantity, or the measured value of a datum; None where it is not known."""
        if path not in self._quantities:
            self._quantities[path] = self._quantity(path)
        return self._quantities[path]

    def _quantity(self, path: str) -> Interval | None:
        declared = self.vocabulary.quantities.get(path)
        if declared is None:
            attribute = self.vocabulary.attribute(path)
            entry = self.case.data.get(path)
            if (
                entry is None
                or attribute is None
                or self.is_stale(attribute, entry)
                or not isinstance(entry.value, Interval)
            ):
                return None
            return entry.value
        formula = parse_formula(declared.formula)
        values: dict[Value, Fraction] = {}
        for value in inputs(formula):
            number = self.exactly(value.path, value.unit)
            if number is None:
                return None
            values[value] = number
        try:
            result = evaluate(formula, values.__getitem__)
        except FormulaError:
            return None
        return Interval(result, result, False, False, declared.unit)

    def exactly(self, path: str, unit: Unit) -> Fraction | None:
        """The number of a quantity in a unit; None where it is not known exactly."""
        found = self.quantity(path)
        exact = found.exact if found is not None else None
        if exact is None or not exact.unit.commensurable(unit):
            return None
        return exact.to(unit).value

    # Items of lists --------------------------------------------------------------------------------------------------

    def section(self, item: str) -> Section:
        """The list section that an item's name stands for."""
        return self.vocabulary.items[item]

    def listed(self, section: Section) -> ItemList:
        """The items of a section; none, and incomplete, where the case does not give it."""
        return self.case.lists.get(section.name, ItemList((), False))

    def items(self, literal: Item, env: Env) -> list[tuple[str, int]]:
        """The items that may satisfy a pattern, each with its value; an incomplete list may hold another."""
        section = self.section(literal.item)
        known = self.listed(section)
        found = []
        for number in range(len(known.items)):
            name = f"{section.name}[{number}]"
            value = self._matches(section, name, literal, env)
            if literal.order and value:
                value = min(value, self._is_extreme(section, number, literal, env, known))
            if value:
                found.append((name, value))
        if not known.complete:
            found.append((f"{section.name}[{UNLISTED}]", UNKNOWN))
        return found

    def exists(self, literal: Item, env: Env) -> int:
        """Whether some item satisfies the pattern."""
        return max((value for _, value in self.items(literal, env)), default=FALSE)

    def _matches(self, section: Section, name: str, literal: Item, env: Env) -> int:
        value = TRUE
        for field, test in literal.tests:
            value = min(value, self.field(section, name, field, test, env))
            if value == FALSE:
                break
        return value

    def _is_extreme(self, section: Section, number: int, literal: Item, env: Env, known: ItemList) -> int:
        """Whether no other matching item comes before it (``first``) or after it (``latest``)."""
        value = TRUE if known.complete else UNKNOWN
        own = known.items[number].get(section.order)
        for other, entries in enumerate(known.items):
            if other == number:
                continue
            rival = self._matches(section, f"{section.name}[{other}]", literal, env)
            if not rival:
                continue
            theirs = entries.get(section.order)
            ahead = UNKNOWN
            if own is not None and theirs is not None:
                ahead = _kleene(_moments("<" if literal.order == "first" else ">", theirs.value, own.value))
            value = min(value, NOT[min(rival, ahead)])
        return value

    def item_field(self, literal: ItemField, env: Env) -> int:
        """The value of a test of a field of the item that the variable is bound to."""
        name = env[literal.variable]
        section = self.vocabulary.sections[name.partition("[")[0]]
        return self.field(section, name, literal.field, literal.test, env)

    def field(self, section: Section, name: str, field: str, test: GroundTest, env: Env) -> int:
        """The value of a test of one field of a named item."""
        if name.endswith(f"[{UNLISTED}]"):
            return UNKNOWN
        refers = isinstance(test, Compare) and isinstance(test.bound, Reference)
        key = (name, field, test)
        if not refers:
            found = self._fields.get(key)
            if found is not None:
                return found
        value = self.tested(section.attributes[field], self.entry(section, name, field), test, env)
        if not refers:
            self._fields[key] = value
        return value

    def entry(self, section: Section, name: str, field: str) -> Entry | None:
        """What an item records in a field; the time since another field is computed."""
        entries = self.listed(section).items[int(name[name.index("[") + 1 : -1])]
        attribute = section.attributes[field]
        if not attribute.since:
            return entries.get(field)
        since = entries.get(attribute.since)
        if since is None or not isinstance(since.value, Moment):
            return None
        return Entry(elapsed(since.value, self.case), f"since {since.text}", None, since.location)

    # Tests -----------------------------------------------------------------------------------------------------------

    def tested(self, attribute: Attribute | None, entry: Entry | None, test: GroundTest, env: Env) -> int:
        """The value of a test, given what is recorded."""
        if attribute is None:
            return UNKNOWN
        if isinstance(test, Recorded):
            return _recorded(attribute, entry, test)
        if entry is None:
            return _absent(attribute, test)
        if isinstance(test, OneOf):
            return _one_of(attribute, entry.value, test)
        return self.compared(entry.value, test, attribute, env)

    def compared(self, value: CaseValue, test: GroundTest, attribute: Attribute | None, env: Env) -> int:
        """The value of a comparison; unknown where the two cannot be compared or the outcome depends."""
        if not isinstance(test, Compare):
            return UNKNOWN
        bound = self.bound(test.bound, env)
        if bound is None:
            return UNKNOWN
        if isinstance(value, Moment) and isinstance(bound, Moment):
            return _kleene(_moments(test.op, value, bound))
        if isinstance(value, Fraction) and isinstance(bound, Fraction):
            return _kleene(ordered(test.op, value, bound))
        if isinstance(value, Interval):
            if isinstance(bound, Quantity):
                bound = Interval.of(bound)
            if isinstance(bound, Interval):
                return self.intervals(value, test.op, bound, attribute)
        return UNKNOWN

    def bound(self, bound: object, env: Env) -> object:
        """What a comparison is with: a constant, or what the case says of the datum that is named."""
        if not isinstance(bound, Reference):
            return bound
        if bound.path.startswith("$"):
            variable, _, field = bound.path[1:].partition(".")
            name = env[variable]
            if name.endswith(f"[{UNLISTED}]"):
                return None
            section = self.vocabulary.sections[name.partition("[")[0]]
            entry = self.entry(section, name, field)
            return None if entry is None else entry.value
        if bound.path in self.vocabulary.quantities:
            return self.quantity(bound.path)
        attribute = self.vocabulary.attribute(bound.path)
        entry = self.case.data.get(bound.path)
        if entry is None or attribute is None or self.is_stale(attribute, entry):
            return None
        return entry.value

    def intervals(self, value: Interval, op: str, bound: Interval, attribute: Attribute | None) -> int:
        """Compare in the unit in which the bound is stated, by a declared conversion where the units need one."""
        if not value.unit.commensurable(bound.unit):
            converted = self.converted(value, bound.unit, attribute)
            if converted is None:
                return UNKNOWN
            value = converted
        return _kleene(value.to(bound.unit).compare_interval(op, bound))

    def converted(self, value: Interval, unit: Unit, attribute: Attribute | None) -> Interval | None:
        """The value by the attribute's declared conversion; None where there is none or its factor is not known."""
        for conversion in attribute.type.conversions if attribute is not None else ():
            if conversion.unit.commensurable(value.unit) and conversion.factor is not None:
                factor = self.factor(conversion)
                if factor is not None:
                    return scaled(value, factor, unit)
        return None

    def factor(self, conversion: Conversion) -> Quantity | None:
        """The factor of a conversion."""
        if isinstance(conversion.factor, Quantity):
            return conversion.factor
        found = self.quantity(conversion.factor) if conversion.factor is not None else None
        return found.exact if found is not None else None


def elapsed(since: Moment, case: Case) -> Interval:
    """The time from a moment to the case's as-of time, in hours."""
    second = timedelta(microseconds=1)
    low = Fraction((case.as_of - since.high) // second)
    high = Fraction((case.as_of - since.low) // second)
    hour = 3_600_000_000
    return Interval(max(Fraction(0), low / hour), high / hour, False, False, HOUR)


def scaled(value: Interval, factor: Quantity, unit: Unit) -> Interval | None:
    """An interval times a positive quantity, in a unit; None where the result is not of that unit."""
    try:
        ends = [
            None if end is None else (Quantity(end, value.unit) * factor).to(unit).value
            for end in (value.low, value.high)
        ]
    except UnitError:
        return None
    return Interval(ends[0], ends[1], value.low_open, value.high_open, unit)


def ordered(op: str, one: Fraction, other: Fraction) -> bool:
    """Whether two numbers stand in this order."""
    tests: dict[str, Callable[[], bool]] = {
        "<": lambda: one < other,
        "<=": lambda: one <= other,
        ">": lambda: one > other,
        ">=": lambda: one >= other,
        "==": lambda: one == other,
        "!=": lambda: one != other,
    }
    return tests[op]()


def _moments(op: str, one: object, other: object) -> bool | None:
    assert isinstance(one, Moment)
    assert isinstance(other, Moment)
    always = {
        "<": one.high < other.low,
        "<=": one.high <= other.low,
        ">": one.low > other.high,
        ">=": one.low >= other.high,
        "==": one.low == one.high == other.low == other.high,
        "!=": one.high < other.low or one.low > other.high,
    }[op]
    never = {
        "<": one.low >= other.high,
        "<=": one.low > other.high,
        ">": one.high <= other.low,
        ">=": one.high < other.low,
        "==": one.high < other.low or one.low > other.high,
        "!=": one.low == one.high == other.low == other.high,
    }[op]
    return True if always else False if never else None


def _kleene(value: bool | None) -> int:
    return UNKNOWN if value is None else TRUE if value else FALSE


def _recorded(attribute: Attribute, entry: Entry | None, test: Recorded) -> int:
    if test.known:
        if entry is None:
            return UNKNOWN
        if test.exact and isinstance(entry.value, Interval) and entry.value.exact is None:
            return UNKNOWN
        return TRUE
    if entry is not None:
        return FALSE
    return UNKNOWN if attribute.absent is None else TRUE


def _absent(attribute: Attribute, test: GroundTest) -> int:
    """What a test says of a datum that was not given: unknown, or what the stated default says."""
    if attribute.absent is None:
        return UNKNOWN
    if attribute.absent is False and isinstance(test, OneOf):
        return TRUE if False in test.values else FALSE
    return FALSE


def _one_of(attribute: Attribute, value: CaseValue, test: OneOf) -> int:
    if isinstance(value, frozenset):
        return TRUE if value & set(test.values) else FALSE
    if value in test.values:
        return TRUE
    if value in attribute.type.unsettled:
        return UNKNOWN
    return FALSE
