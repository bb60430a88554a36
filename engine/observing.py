"""What a case says of one condition: true, false, or unknown, and why.

Truth is a chain of four values. ``TRUE`` and ``FALSE`` are certain. ``UNKNOWN`` means that the case does not tell.
``PROVISIONAL`` is drawn only by rules (``if_unknown: stands``): it stands as long as a gap is not filled against it.
Comparisons are exact; a value that is only known to lie in an interval decides a comparison only where all of it
agrees. What a datum, a formula or a conversion means rests on the facts of its ``because``: while one of them is not
admitted the datum is not read, the quantity not computed, the value not converted, and the condition is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from fractions import Fraction
from operator import eq, ge, gt, le, lt, ne
from typing import Literal

from engine.formula import PLAIN, FormulaError, Value, evaluate, inputs, parse_formula
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
MICROSECOND = timedelta(microseconds=1)
ORDERS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
    "==": eq,
    "!=": ne,
}
NOTHING_GIVEN = ItemList((), False)
UNLISTED = "?"
"""The item that an incomplete list may hold beside those it lists."""

Env = Mapping[str, str]


class Observer:
    """Answers conditions from one case, under the facts that are admitted.

    What takes arithmetic (quantities, elapsed times) is computed once.
    """

    def __init__(self, vocabulary: Vocabulary, case: Case, facts: frozenset[str]) -> None:
        self.vocabulary = vocabulary
        self.case = case
        self.facts = facts
        self._given: dict[str, Entry | None] = {}
        self._quantities: dict[str, Interval | None] = {}
        self._measured: dict[tuple[str, Unit], Quantity | None] = {}
        self._since: dict[tuple[str, int, str], Entry | None] = {}

    # Data of records -------------------------------------------------------------------------------------------------

    def datum(self, path: str, test: GroundTest) -> int:
        """The value of a test of a record's datum or of a declared quantity."""
        if path in self.vocabulary.quantities:
            interval = self.quantity(path)
            if isinstance(test, Recorded):
                return UNKNOWN if interval is None else TRUE if test.known else FALSE
            return UNKNOWN if interval is None else self.compared(interval, test, None, {})
        return self.tested(self.vocabulary.attribute(path), self.given(path), test, {})

    def warranted(self, because: tuple[str, ...]) -> bool:
        """Whether every fact of a ``because`` is admitted."""
        return not because or self.facts.issuperset(because)

    def is_read(self, attribute: Attribute) -> bool:
        """Whether the facts under which a datum is read are admitted; what is not read is unknown, its default too."""
        return not attribute.because or self.facts.issuperset(attribute.because)

    def is_read_at(self, path: str) -> bool:
        """Whether a record's datum is read, or a declared quantity computed, with all that its formula reads."""
        declared = self.vocabulary.quantities.get(path)
        if declared is not None:
            read = (value.path for value in inputs(parse_formula(declared.formula)))
            return self.warranted(declared.because) and all(map(self.is_read_at, read))
        attribute = self.vocabulary.attribute(path)
        return attribute is None or self.is_read(attribute)

    def given(self, path: str) -> Entry | None:
        """What a record holds at a path; None where it was not given, is stale, is not read, or is not declared."""
        if path not in self._given:
            attribute = self.vocabulary.attribute(path)
            entry = self.case.data.get(path)
            usable = (
                entry is not None
                and attribute is not None
                and self.is_read(attribute)
                and not self.is_stale(attribute, entry)
            )
            self._given[path] = entry if usable else None
        return self._given[path]

    def is_stale(self, attribute: Attribute, entry: Entry) -> bool:
        """Whether a measurement is older than the vocabulary allows; an undated one never is."""
        if attribute.stale_after is None or entry.at is None:
            return False
        limit = attribute.stale_after.to(HOUR).value
        return Fraction((self.case.as_of - entry.at.low) // MICROSECOND, 3_600_000_000) > limit

    def quantity(self, path: str) -> Interval | None:
        """A declared quantity, or the measured value of a datum; None where it is not known or may not be computed."""
        if path not in self._quantities:
            self._quantities[path] = self._quantity(path)
        return self._quantities[path]

    def _quantity(self, path: str) -> Interval | None:
        declared = self.vocabulary.quantities.get(path)
        if declared is None:
            entry = self.given(path)
            return entry.value if entry is not None and isinstance(entry.value, Interval) else None
        if not self.warranted(declared.because):
            return None
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
        found = self.measured(path, unit)
        return None if found is None else found.value

    def measured(self, path: str, unit: Unit) -> Quantity | None:
        """A quantity in a unit; None where it is not known exactly."""
        key = (path, unit)
        if key not in self._measured:
            found = self.quantity(path)
            exact = found.exact if found is not None else self._plain(path)
            usable = exact is not None and exact.unit.commensurable(unit)
            self._measured[key] = exact.to(unit) if exact is not None and usable else None
        return self._measured[key]

    def _plain(self, path: str) -> Quantity | None:
        """A datum that is a plain number."""
        entry = self.given(path)
        return Quantity(entry.value, PLAIN) if entry is not None and isinstance(entry.value, Fraction) else None

    # Items of lists --------------------------------------------------------------------------------------------------

    def section(self, item: str) -> Section:
        """The list section that an item's name stands for."""
        return self.vocabulary.items[item]

    def listed(self, section: Section) -> ItemList:
        """The items of a section; none, and incomplete, where the case does not give it."""
        return self.case.lists.get(section.name, NOTHING_GIVEN)

    def items(self, literal: Item, env: Env) -> list[tuple[str, int]]:
        """The items that may satisfy a pattern, each with its value; an incomplete list may hold another."""
        section = self.section(literal.item)
        known = self.listed(section)
        found = []
        for number in range(len(known.items)):
            value = self._matches(section, number, literal, env)
            if literal.order and value:
                value = min(value, self._is_extreme(section, number, literal, env, known))
            if value:
                found.append((f"{section.name}[{number}]", value))
        if not known.complete:
            found.append((f"{section.name}[{UNLISTED}]", UNKNOWN))
        return found

    def exists(self, literal: Item, env: Env) -> int:
        """Whether some item satisfies the pattern."""
        return max((value for _, value in self.items(literal, env)), default=FALSE)

    def _matches(self, section: Section, number: int, literal: Item, env: Env) -> int:
        value = TRUE
        for field, test in literal.tests:
            found = self._tested_field(section, number, field, test, env)
            if found == FALSE:
                return FALSE
            value = min(value, found)
        return value

    def _is_extreme(self, section: Section, number: int, literal: Item, env: Env, known: ItemList) -> int:
        """Whether no other matching item comes before it (``first``) or after it (``latest``)."""
        value = TRUE if known.complete else UNKNOWN
        for _, rival, ahead in self.rivals(section, number, literal, env):
            value = min(value, NOT[min(rival, ahead)])
        return value

    def rivals(self, section: Section, number: int, literal: Item, env: Env) -> Iterator[tuple[int, int, int]]:
        """The other items that may pass: the number of each, whether it passes, and whether it goes ahead of this."""
        known = self.listed(section)
        own = known.items[number].get(section.order) if self.is_read(section.attributes[section.order]) else None
        for other, entries in enumerate(known.items):
            if other == number:
                continue
            rival = self._matches(section, other, literal, env)
            if not rival:
                continue
            theirs = entries.get(section.order)
            ahead = UNKNOWN
            if own is not None and theirs is not None:
                ahead = _kleene(_moments("<" if literal.order == "first" else ">", theirs.value, own.value))
            yield other, rival, ahead

    def item_field(self, literal: ItemField, env: Env) -> int:
        """The value of a test of a field of the item that the variable is bound to."""
        name = env[literal.variable]
        section = self.vocabulary.sections[name.partition("[")[0]]
        return self.field(section, name, literal.field, literal.test, env)

    def field(self, section: Section, name: str, field: str, test: GroundTest, env: Env) -> int:
        """The value of a test of one field of a named item."""
        if name.endswith(f"[{UNLISTED}]"):
            return UNKNOWN
        return self._tested_field(section, int(name[len(section.name) + 1 : -1]), field, test, env)

    def _tested_field(self, section: Section, number: int, field: str, test: GroundTest, env: Env) -> int:
        if not self.is_field_read(section, field):
            return UNKNOWN
        return self.tested(section.attributes[field], self._recorded(section, number, field), test, env)

    def entry(self, section: Section, name: str, field: str) -> Entry | None:
        """What an item records in a field; the time since another field is computed."""
        return self._recorded(section, int(name[len(section.name) + 1 : -1]), field)

    def is_field_read(self, section: Section, field: str) -> bool:
        """Whether a field of the items of a list is read; a time since another field, with that field."""
        attribute = section.attributes[field]
        return self.is_read(attribute) and (not attribute.since or self.is_read(section.attributes[attribute.since]))

    def _recorded(self, section: Section, number: int, field: str) -> Entry | None:
        entries = self.case.lists[section.name].items[number]
        since = section.attributes[field].since
        if not since:
            return entries.get(field)
        key = (section.name, number, field)
        if key not in self._since:
            start = entries.get(since)
            self._since[key] = (
                Entry(elapsed(start.value, self.case), f"since {start.text}", None, start.location)
                if start is not None and isinstance(start.value, Moment)
                else None
            )
        return self._since[key]

    # Tests -----------------------------------------------------------------------------------------------------------

    def tested(self, attribute: Attribute | None, entry: Entry | None, test: GroundTest, env: Env) -> int:
        """The value of a test, given what is recorded."""
        if attribute is None or not self.is_read(attribute):
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
        if isinstance(value, Interval) and isinstance(bound, (Quantity, Interval)):
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
            entry = self.entry(section, name, field) if self.is_field_read(section, field) else None
            return None if entry is None else entry.value
        if bound.path in self.vocabulary.quantities:
            return self.quantity(bound.path)
        entry = self.given(bound.path)
        return None if entry is None else entry.value

    def intervals(self, value: Interval, op: str, bound: Quantity | Interval, attribute: Attribute | None) -> int:
        """Compare in the unit in which the bound is stated, by a declared conversion where the units need one."""
        if not value.unit.commensurable(bound.unit):
            converted = self.converted(value, bound.unit, attribute)
            if converted is None:
                return UNKNOWN
            value = converted
        if value.unit != bound.unit:
            value = value.to(bound.unit)
        if isinstance(bound, Interval):
            return _kleene(value.compare_interval(op, bound))
        if value.low is not None and (value.low is value.high or value.low == value.high):
            return _kleene(ordered(op, value.low, bound.value))
        return _kleene(value.compare(op, bound))

    def converted(self, value: Interval, unit: Unit, attribute: Attribute | None) -> Interval | None:
        """The value by the attribute's declared conversion; None where none is warranted or its factor is not known."""
        for conversion, back in conversions(attribute, value.unit, unit):
            factor = self.factor(conversion) if self.warranted(conversion.because) else None
            found = scaled(value, factor, unit, back) if factor is not None else None
            if found is not None:
                return found
        return None

    def factor(self, conversion: Conversion) -> Quantity | None:
        """The factor of a conversion."""
        if isinstance(conversion.factor, Quantity):
            return conversion.factor
        found = self.quantity(conversion.factor) if conversion.factor is not None else None
        return found.exact if found is not None else None


def elapsed(since: Moment, case: Case) -> Interval:
    """The time from a moment to the case's as-of time, in hours."""
    low, high = (Fraction((case.as_of - end) // MICROSECOND, 3_600_000_000) for end in (since.high, since.low))
    return Interval(max(Fraction(0), low), high, False, False, HOUR)


def conversions(attribute: Attribute | None, own: Unit, other: Unit) -> Iterator[tuple[Conversion, bool]]:
    """The declared conversions that lead from one unit to another, and whether the factor then divides.

    From a further unit of an attribute to its own a value is multiplied; the way back it is divided.
    """
    if attribute is None or own.commensurable(other):
        return
    usual = attribute.type.unit
    for conversion in attribute.type.conversions:
        if conversion.factor is None:
            continue
        if conversion.unit.commensurable(own):
            yield conversion, False
        elif usual is not None and usual.commensurable(own) and conversion.unit.commensurable(other):
            yield conversion, True


def scaled(value: Interval, factor: Quantity, unit: Unit, back: bool = False) -> Interval | None:
    """An interval times a positive quantity (``back``: divided by it), in a unit; None where that is not its unit."""
    if back and factor.value <= 0:
        return None
    try:
        found = [
            None if end is None else Quantity(end, value.unit) / factor if back else Quantity(end, value.unit) * factor
            for end in (value.low, value.high)
        ]
        ends = [None if end is None else end.to(unit).value for end in found]
    except UnitError:
        return None
    return Interval(ends[0], ends[1], value.low_open, value.high_open, unit)


def ordered(op: str, one: Fraction, other: Fraction) -> bool:
    """Whether two numbers stand in this order."""
    return ORDERS[op](one, other)


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
            return UNKNOWN if attribute.absent is None else FALSE
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
    if any(value == one and isinstance(value, bool) == isinstance(one, bool) for one in test.values):
        return TRUE
    if value in attribute.type.unsettled:
        return UNKNOWN
    return FALSE
