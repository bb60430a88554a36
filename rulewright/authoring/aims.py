"""Data under which a given clause would fire: what its conditions ask for, and what those that it must not meet leave.

Cases drawn at random seldom meet all the conditions of a rule, and so say little about it. An aim gives a case the data
that one clause asks for, down to the conclusions that it rests on. It is no solver: what it gives may contradict itself
or meet an exception, and the case is then one like any other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

from engine.document import Scalar
from engine.document import Sequence as Listed
from engine.formula import inputs, parse_formula
from engine.model.case import Case, CaseValue, Entry
from engine.model.quantity import Interval, QuantityError, parse_interval
from engine.model.rule import Compare, Reference
from engine.model.vocabulary import Attribute, Section, Vocabulary
from engine.observing import FALSE, HOUR, TRUE, Observer
from engine.program import Atom, Clause, Count, Datum, GroundTest, Holds, Item, ItemField, Literal, Program
from rulewright.authoring.answers import Answer, hours_before, settable

DEEPEST = 8
"""How many conclusions deep an aim goes."""
NOTHING = Case("", datetime(1970, 1, 1, tzinfo=UTC), {}, {})


@dataclass
class Draft:
    """A case under construction: data by path, the items of lists, and which lists may hold others."""

    data: dict[str, Answer] = field(default_factory=dict)
    lists: dict[str, list[dict[str, Answer]]] = field(default_factory=dict)
    incomplete: set[str] = field(default_factory=set)


class Aims:
    """The clauses of one program, and the answers that the data of a case may have, by place."""

    def __init__(self, program: Program, vocabulary: Vocabulary, answers: Mapping[str, tuple[Answer, ...]]) -> None:
        self.program = program
        self.vocabulary = vocabulary
        self.answers = answers
        self.observer = Observer(vocabulary, NOTHING, program.facts)
        self.by_head: dict[Atom, list[Clause]] = defaultdict(list)
        for clause in program.clauses:
            self.by_head[clause.head].append(clause)
        self._values: dict[tuple[str, str], CaseValue | None] = {}

    def aim(self, clause: Clause, draft: Draft, random: Random) -> None:
        """Give a draft what a clause asks for; what was given already stays."""
        _Aiming(self, draft, random).fire(clause, DEEPEST)

    def chosen(self, place: str, attribute: Attribute, test: GroundTest, wanted: bool, random: Random) -> Answer | None:
        """An answer for a place that passes a test, or (not ``wanted``) fails it; None where none of those known does.

        ``attribute`` is the one that is tested: the place's own, or what is counted from it.
        """
        if isinstance(test, Compare) and isinstance(test.bound, Reference):
            return self.plain(place, random)
        passing = []
        for answer in self.answers.get(place, ()):
            value = self._value(place, attribute, answer)
            entry = Entry(value, "") if value is not None else None
            if (entry is None) != (answer.node is None and answer.days is None):
                continue  # given in a way that is not read here
            if self.observer.tested(attribute, entry, test, {}) == (TRUE if wanted else FALSE):
                passing.append(answer)
        return random.choice(passing) if passing else None

    def plain(self, place: str, random: Random) -> Answer | None:
        """Any plain value for a place."""
        known = [answer for answer in self.answers.get(place, ()) if answer.cell is not None]
        return random.choice(known) if known else None

    def _value(self, place: str, attribute: Attribute, answer: Answer) -> CaseValue | None:
        key = (place, answer.stratum)
        if key not in self._values:
            self._values[key] = value_of(attribute, answer)
        return self._values[key]


def value_of(attribute: Attribute, answer: Answer) -> CaseValue | None:
    """What an answer says of an attribute; None where it says nothing, or nothing at one moment.

    A time is given as so long before now: it is read as the time that passed since.
    """
    node = answer.node
    if isinstance(node, Listed):
        words = [item.value for item in node.items if isinstance(item, Scalar) and isinstance(item.value, str)]
        return frozenset(words) if len(words) == len(node.items) else None
    if not isinstance(node, Scalar):
        return None
    if attribute.since:
        hours = hours_before(answer)
        return None if hours is None else Interval(hours, hours, False, False, HOUR)
    if attribute.type.kind != "quantity":
        return node.value
    try:
        return parse_interval(node.text)
    except QuantityError:
        return None


class _Aiming:
    """One aim at a draft."""

    def __init__(self, aims: Aims, draft: Draft, random: Random) -> None:
        self.aims = aims
        self.draft = draft
        self.random = random

    def fire(self, clause: Clause, depth: int) -> None:
        """Give what every condition asks for, and for each that must not be met, what leaves it unmet."""
        items: dict[str, tuple[Section, dict[str, Answer]]] = {}
        for condition in clause.when:
            self.meet(condition.literal, items, depth)
        for condition in clause.unless:
            self.fail(condition.literal, depth)

    def meet(self, literal: Literal, items: dict[str, tuple[Section, dict[str, Answer]]], depth: int) -> None:
        """Give what makes a condition true."""
        if isinstance(literal, Datum):
            self.datum(literal.path, literal.test, True)
        elif isinstance(literal, Item):
            section = self.aims.vocabulary.items[literal.item]
            item = self.item(section, literal)
            if literal.variable:
                items[literal.variable] = section, item
        elif isinstance(literal, ItemField):
            if literal.variable in items:
                section, item = items[literal.variable]
                self.field(section, item, literal.field, literal.test)
        elif isinstance(literal, Count):
            for _, member in literal.members:
                self.meet(member, items, depth)
        elif depth:
            drawn = self.aims.by_head.get(literal.atom)
            if drawn:
                self.fire(self.random.choice(drawn), depth - 1)

    def fail(self, literal: Literal, depth: int) -> None:
        """Give what makes a condition false, where that is one datum; a list that is complete does so by itself."""
        if isinstance(literal, Datum):
            self.datum(literal.path, literal.test, False)
        elif isinstance(literal, Holds) and depth:
            for clause in self.aims.by_head.get(literal.atom, ()):
                for condition in clause.when:
                    if isinstance(condition.literal, Datum | Holds):
                        self.fail(condition.literal, depth // 2)
                        break

    def datum(self, path: str, test: GroundTest, wanted: bool) -> None:
        declared = self.aims.vocabulary.quantities.get(path)
        if declared is not None:
            for value in inputs(parse_formula(declared.formula)):
                self.plain(value.path)
            return
        attribute = self.aims.vocabulary.attribute(path)
        if attribute is None or path in self.draft.data:
            return
        answer = self.aims.chosen(path, attribute, test, wanted, self.random)
        if answer is None and wanted:
            self.plain(path)
        elif answer is not None:
            self.draft.data[path] = answer

    def plain(self, path: str) -> None:
        """Any plain value of a datum."""
        answer = self.aims.plain(path, self.random)
        if answer is not None:
            self.draft.data.setdefault(path, answer)

    def item(self, section: Section, literal: Item) -> dict[str, Answer]:
        """An item that passes the tests of a pattern, beside those that are there."""
        item: dict[str, Answer] = {}
        self.draft.lists.setdefault(section.name, []).append(item)
        for name, test in literal.tests:
            self.field(section, item, name, test)
        for name, attribute in settable(section).items():
            if attribute.required or name in section.key or name == section.order:
                answer = self.aims.plain(f"{section.name}.{name}", self.random)
                if answer is not None:
                    item.setdefault(name, answer)
        return item

    def field(self, section: Section, item: dict[str, Answer], name: str, test: GroundTest) -> None:
        """Give a field of an item what passes a test; a time that is counted from another field, by that field."""
        attribute = section.attributes[name]
        given = attribute.since or name
        answer = self.aims.chosen(f"{section.name}.{given}", attribute, test, True, self.random)
        if answer is not None and given not in item:
            item[given] = answer
