"""The conditions of an instance against the case: met, provisional, unknown or failed, with what decided it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.formula import inputs, parse_formula
from engine.model.case import CaseValue, Entry
from engine.model.quantity import Interval, Quantity
from engine.model.rounding import FIGURES, MOST_FIGURES, beside
from engine.model.rule import Compare
from engine.model.vocabulary import Attribute, Section
from engine.observing import FALSE, NOT, PROVISIONAL, STANDS, TRUE, UNKNOWN, UNLISTED
from engine.program import (
    Clause,
    Count,
    Datum,
    GroundCondition,
    GroundTest,
    Holds,
    Item,
    ItemField,
    Literal,
    other_item,
)
from provenance.grounds import MEANS, Grounds
from provenance.model.whynot import Check, Mark, TriedItem, WhyCondition
from provenance.render.conditions import Conditions
from provenance.render.naming import Names
from provenance.whynot.bounds import bound_of
from provenance.whynot.distance import each_once

MARKS: tuple[Mark, ...] = ("failed", "unknown", "provisional", "met")
"""Indexed by the value of what must hold."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Instances that differ in their evidence alone, and the items for which they lack least."""

    clauses: Sequence[Clause]
    items: dict[str, str]
    sections: Mapping[str, Section]


class Marks:
    """Marks the conditions of instances under one advice."""

    def __init__(self, grounds: Grounds) -> None:
        self.grounds = grounds
        self.vocabulary = grounds.vocabulary
        self.observer = grounds.observer
        self.reasons = grounds.reasons
        self.words = Conditions(grounds.knowledge)
        self.names = Names(grounds.advice, grounds.knowledge)

    def conditions(self, clauses: Sequence[Clause], items: dict[str, str]) -> Iterator[WhyCondition]:
        """The conditions in written order; the instances differ in their evidence alone."""
        first = clauses[0]
        sections = {
            condition.literal.variable: self.vocabulary.items[condition.literal.item]
            for condition in first.when
            if isinstance(condition.literal, Item) and condition.literal.variable
        }
        place = _Place(clauses, items, sections)
        for conditions, under_unless in ((first.when, False), (first.unless, True)):
            for condition in each_once(conditions):
                asked = (condition.literal, condition.stands)
                same = [other for other in conditions if (other.literal, other.stands) == asked]
                yield self._told_once([self._condition(one, under_unless, place) for one in same])

    @staticmethod
    def _told_once(same: Sequence[WhyCondition]) -> WhyCondition:
        """One condition that stands in several places, with the reasons of all of them."""
        codes = dict.fromkeys(code for one in same for code in one.codes)
        return same[0].model_copy(update={"codes": tuple(codes)})

    def _condition(self, condition: GroundCondition, under_unless: bool, place: _Place) -> WhyCondition:
        literal = condition.literal
        value = self.value(literal, place.items, under_unless)
        stands = (STANDS if condition.stands else NOT)[value] if under_unless else value
        evaluated = stands != TRUE and not self._speaks_of_nothing(literal, place.items)
        codes = self.reasons.condition(condition, place.items, value, under_unless) if evaluated else []
        told = self._told(literal, place)
        return told.model_copy(
            update={"unless": under_unless, "mark": MARKS[stands], "codes": tuple(dict.fromkeys(filter(None, codes)))}
        )

    def value(self, literal: Literal, items: dict[str, str], under_unless: bool = False) -> int:
        """The value of a literal for a choice of items; a test of an item that is not there is false."""
        if isinstance(literal, Item) and literal.variable and not under_unless:
            name = items[literal.variable]
            return dict(self.observer.items(literal, items)).get(name, FALSE)
        if self._speaks_of_nothing(literal, items):
            return FALSE
        return self.reasons.literal(literal, items)

    def _speaks_of_nothing(self, literal: Literal, items: dict[str, str]) -> bool:
        """Whether a test speaks of an item that a complete list does not hold."""
        if not isinstance(literal, ItemField):
            return False
        spoken = [items[literal.variable], items.get(other_item(literal.test), "")]
        return any(name.endswith(f"[{UNLISTED}]") and self._list_is_complete(name.partition("[")[0]) for name in spoken)

    def _list_is_complete(self, section: str) -> bool:
        return self.observer.listed(self.vocabulary.sections[section]).complete

    def _told(self, literal: Literal, place: _Place) -> WhyCondition:
        """A literal with what decided it; its mark is that of the literal itself."""
        section = place.sections.get(literal.variable) if isinstance(literal, ItemField) else None
        text = self.words.literal(literal, section)
        mark = MARKS[self.value(literal, place.items) if not isinstance(literal, Item) else UNKNOWN]
        if isinstance(literal, Holds):
            return WhyCondition(text=text, mark=mark, conclusion=str(literal.atom))
        if isinstance(literal, Datum):
            return WhyCondition(text=text, mark=mark, checks=(self._datum(literal, place),))
        if isinstance(literal, ItemField):
            assert section is not None
            tried = tuple(self._fields(literal, section, place))
            unapplied = [] if tried else [self._unapplied(section, literal.field, literal.test, mark, place)]
            return WhyCondition(text=text, mark=mark, items=tried, checks=tuple(unapplied))
        if isinstance(literal, Item):
            tried = tuple(self._items(literal, place))
            mark = MARKS[self.observer.exists(literal, place.items)]
            section = self.observer.section(literal.item)
            unapplied = [] if tried else [self._unapplied(section, *test, mark, place) for test in literal.tests]
            checks = tuple(check for check in unapplied if check.bound)
            return WhyCondition(text=text, mark=mark, items=tried, checks=checks, note=self._listing(section))
        members = tuple(self._told(member, place) for _, member in literal.members)
        return WhyCondition(text=text, mark=mark, members=members, note=self._points(literal, place))

    # Tests -----------------------------------------------------------------------------------------------------------

    def _datum(self, literal: Datum, place: _Place) -> Check:
        attribute = self.vocabulary.attribute(literal.path)
        title = self.words.datum(literal.path)
        value = self.observer.datum(literal.path, literal.test)
        entry = self.observer.case.data.get(literal.path)
        stale = entry is not None and attribute is not None and self.observer.is_stale(attribute, entry)
        seen = self.observer.quantity(literal.path) if attribute is None else entry.value if entry else None
        notes = [f"too old: measured {self.names.dated(literal.path)}"] if stale else []
        return Check(
            test=f"{title} {self.words.test(literal.test)}",
            mark=MARKS[value],
            path=literal.path,
            value=self._computed(literal.path, literal.test) if attribute is None else entry.text if entry else "",
            counts_as=_counts_as(attribute, entry),
            note="; ".join([*notes, *self._other(literal.test, place, seen, attribute is None)]),
            bound=bound_of(self.grounds.knowledge, self.grounds.program, place.clauses, literal.test, title),
        )

    def _computed(self, path: str, test: GroundTest) -> str:
        """The value of a declared quantity, else which of its inputs are not known."""
        declared = self.vocabulary.quantities.get(path)
        if declared is None:
            return ""
        found = self.observer.quantity(path)
        if found is not None:
            return self._beside(found, test, {})
        lacking = [
            self.words.datum(value.path)
            for value in inputs(parse_formula(declared.formula))
            if self.observer.exactly(value.path, value.unit) is None
        ]
        return f"not known without {' and '.join(dict.fromkeys(lacking))}" if lacking else ""

    def _field(self, section: Section, name: str, field: str, test: GroundTest, place: _Place) -> Check:
        attribute = section.attributes[field]
        entry = self.observer.entry(section, name, field)
        text = "" if entry is None else entry.text
        if attribute.since and entry is not None:
            text = self._beside(entry.value, test, place.items)
        return Check(
            test=f"{attribute.title} {self.words.test(test)}",
            mark=MARKS[self.observer.field(section, name, field, test, place.items)],
            path=f"{name}.{attribute.since or field}",
            value=text,
            counts_as=_counts_as(attribute, entry),
            note="; ".join(self._other(test, place, entry.value if entry else None, bool(attribute.since))),
            bound=bound_of(self.grounds.knowledge, self.grounds.program, place.clauses, test, attribute.title),
        )

    def _beside(self, value: CaseValue, test: GroundTest, items: Mapping[str, str]) -> str:
        """What was computed, rounded so that it stands to the bound of the test as it does exactly."""
        assert isinstance(value, Interval)
        bound = self._limit(test, items)
        return value.text(FIGURES) if bound is None else beside(value, bound)[0].text(MOST_FIGURES)

    def _limit(self, test: GroundTest, items: Mapping[str, str]) -> Interval | None:
        """The bound of a test, where it is a quantity that is known."""
        bound = self.observer.bound(test.bound, items) if isinstance(test, Compare) else None
        return Interval.of(bound) if isinstance(bound, Quantity) else bound if isinstance(bound, Interval) else None

    def _other(self, test: GroundTest, place: _Place, value: CaseValue | None, is_computed: bool) -> Iterator[str]:
        """What the case says of the datum that a test compares with, beside the value that is compared."""
        path = getattr(getattr(test, "bound", None), "path", "")
        if not path:
            return
        other = other_item(test)
        if other:
            name, field = place.items[other], path.partition(".")[2]
            section = place.sections[other]
            entry = None if name.endswith(f"[{UNLISTED}]") else self.observer.entry(section, name, field)
            title = f"{self.words.field(section, field)} of {self._item_name(name)}"
            is_given = not section.attributes[field].since
        else:
            entry = self.observer.given(path) if path not in self.vocabulary.quantities else None
            title, is_given = self.words.datum(path), path not in self.vocabulary.quantities
        limit = self._limit(test, place.items)
        if is_given or limit is None:
            yield f"{title}: {entry.text if entry is not None else 'unknown'}"
        elif not isinstance(value, Interval) or not value.unit.commensurable(limit.unit):
            yield f"{title}: {limit.text(FIGURES)}"
        else:
            shown = beside(value, limit)[1] if is_computed else beside(limit, value)[0]
            yield f"{title}: {shown.text(MOST_FIGURES)}"

    # Items -----------------------------------------------------------------------------------------------------------

    def _items(self, literal: Item, place: _Place) -> Iterator[TriedItem]:
        """Every item of the case against a pattern."""
        section = self.observer.section(literal.item)
        values = dict(self.observer.items(literal, place.items))
        for number in range(len(self.observer.listed(section).items)):
            name = f"{section.name}[{number}]"
            checks = [self._field(section, name, field, test, place) for field, test in literal.tests]
            if literal.order and all(check.mark == "met" for check in checks):
                mark = MARKS[values.get(name, FALSE)]
                order = self.observer.entry(section, name, section.order)
                path, value = f"{name}.{section.order}", order.text if order else ""
                checks.append(Check(test=f"{literal.order} of those", mark=mark, path=path, value=value))
            mark = MARKS[values.get(name, FALSE)]
            yield TriedItem(item=name, label=self._item_name(name), mark=mark, checks=tuple(checks))

    def _fields(self, literal: ItemField, section: Section, place: _Place) -> Iterator[TriedItem]:
        """A test of a field, on every item that may be meant, and on the one that lacks least."""
        patterns = [
            condition.literal
            for condition in place.clauses[0].when
            if isinstance(condition.literal, Item) and condition.literal.variable == literal.variable
        ]
        meant = {name for pattern in patterns for name, _ in self.observer.items(pattern, place.items)}
        meant.add(place.items[literal.variable])
        for number in range(len(self.observer.listed(section).items)):
            name = f"{section.name}[{number}]"
            if name in meant:
                one = _Place(place.clauses, {**place.items, literal.variable: name}, place.sections)
                check = self._field(section, name, literal.field, literal.test, one)
                yield TriedItem(item=name, label=self._item_name(name), mark=check.mark, checks=(check,))

    def _item_name(self, name: str) -> str:
        section, _, number = name.partition("[")
        return self.names.item(section, number.removesuffix("]"))

    def _unapplied(self, section: Section, field: str, test: GroundTest, mark: Mark, place: _Place) -> Check:
        """A test for which there is no item."""
        title = self.words.field(section, field)
        bound = bound_of(self.grounds.knowledge, self.grounds.program, place.clauses, test, title)
        note = f"no {section.item} to test"
        return Check(test=f"{title} {self.words.test(test)}", mark=mark, note=note, bound=bound)

    def _listing(self, section: Section) -> str:
        """What the case says of a list as a whole, where that matters."""
        known = self.observer.listed(section)
        title = section.label or section.name.replace("-", " ")
        if section.name not in self.observer.case.lists:
            return f"{title}: not given"
        if not known.complete:
            return f"{title}: the list is not complete, and may hold others"
        return "" if known.items else f"{title}: none"

    def _points(self, literal: Count, place: _Place) -> str:
        values = [self.value(member, place.items) for _, member in literal.members]
        met = sum(value >= PROVISIONAL for value in values)
        unknown = sum(value == UNKNOWN for value in values)
        if literal.is_sum or len(values) == 1:
            return ""
        return f"{met} of {len(values)} hold" + (f", {unknown} are not known" if unknown else "")


def _counts_as(attribute: Attribute | None, entry: Entry | None) -> str:
    if attribute is None or entry is not None or attribute.absent is None:
        return ""
    return MEANS.get(attribute.absent, str(attribute.absent))
