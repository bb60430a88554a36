"""Missing data: the sets whose every answer would settle an open question.

A set of data settles a question if the question is true or false whatever the answers are. That is shown here without
trying answers one by one: each condition on a datum of the set may come out true or false, every other condition keeps
its value, and the values are carried through the rules as sets. What comes out true or false in every case is settled.
The reverse does not hold (two conditions on one datum are taken as independent), so a set may be missed, never
invented. An answer that is itself unsettled (one that is only suspected) is no answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from engine.counting import countable
from engine.derivation import Derivation
from engine.formula import inputs, parse_formula
from engine.model.rule import Compare, Reference
from engine.model.vocabulary import Attribute, Section, Vocabulary
from engine.observing import FALSE, TRUE, UNKNOWN, UNLISTED, Observer, conversions
from engine.program import (
    Atom,
    Clause,
    Count,
    Datum,
    GroundTest,
    Holds,
    Item,
    ItemField,
    Literal,
    Program,
    atoms_of,
    other_item,
)
from engine.value_sets import GREATEST, LEAST, NEGATED, ONLY, SETTLED, STANDING, Values

LARGEST_SET = 3
MOST_CANDIDATES = 12
MOST_SETS = 6


class MissingData:
    """Finds what would settle open questions of one derivation."""

    def __init__(self, program: Program, vocabulary: Vocabulary, observer: Observer, derivation: Derivation) -> None:
        self.program = program
        self.vocabulary = vocabulary
        self.observer = observer
        self.derivation = derivation

    def sets(self, atom: Atom) -> tuple[tuple[tuple[str, ...], ...], bool]:
        """The smallest sets of at most three data that settle a conclusion, and whether more would be needed."""
        candidates = sorted(self.candidates(atom))[:MOST_CANDIDATES]
        found: list[frozenset[str]] = []
        if not self.settles(atom, frozenset(candidates)):
            return (), True
        for size in range(1, LARGEST_SET + 1):
            for chosen in combinations(candidates, size):
                data = frozenset(chosen)
                if (
                    len(found) < MOST_SETS
                    and not any(smaller <= data for smaller in found)
                    and self.settles(atom, data)
                ):
                    found.append(data)
        return tuple(tuple(sorted(data)) for data in found), not found

    def settles(self, atom: Atom, data: frozenset[str]) -> bool:
        """Whether every answer to these data makes the conclusion true or false."""
        return _SetEvaluation(self, data).atom(atom) <= SETTLED

    def candidates(self, atom: Atom) -> set[str]:
        """The data that a conclusion reads and the case does not settle."""
        found: set[str] = set()
        seen: set[Atom] = set()
        waiting = [atom]
        while waiting:
            at = waiting.pop()
            if at in seen or self.derivation.value(at) == TRUE:
                continue
            seen.add(at)
            for clause in self.drawing(at):
                for condition in (*clause.when, *clause.unless):
                    found |= self._unsettled(condition.literal)
                    waiting.extend(atoms_of(condition.literal))
        return found

    def drawing(self, atom: Atom) -> Iterator[Clause]:
        """The clauses that could draw a conclusion."""
        return (self.program.clauses[index] for index in self.program.by_head.get(atom, ()))

    def _unsettled(self, literal: Literal) -> set[str]:
        """The data that could settle a literal which is not settled, over every item that it may speak of."""
        if isinstance(literal, Datum):
            return self.needs_of_datum(literal) or set()
        if isinstance(literal, Item):
            return set(self._unsettled_items(literal))
        if isinstance(literal, ItemField):
            return set(self._unsettled_fields(literal))
        if isinstance(literal, Count):
            return {path for _, member in literal.members for path in self._unsettled(member)}
        return set()

    def _unsettled_items(self, literal: Item) -> Iterator[str]:
        section = self.observer.section(literal.item)
        known = self.observer.listed(section)
        if not known.complete:
            yield section.name
            return
        for number in range(len(known.items)):
            name = f"{section.name}[{number}]"
            for field, test in literal.tests:
                if not other_item(test) and self.observer.field(section, name, field, test, {}) == UNKNOWN:
                    yield from self.needs_of_field(section, name, field, test, {}) or ()
            if literal.order and section.order not in known.items[number]:
                yield f"{name}.{section.order}"

    def _unsettled_fields(self, literal: ItemField) -> Iterator[str]:
        for section in self.vocabulary.items.values():
            if literal.field not in section.attributes:
                continue
            known = self.observer.listed(section)
            for number in range(len(known.items) if known.complete else 0):
                name = f"{section.name}[{number}]"
                if not other_item(literal.test):
                    if self.observer.field(section, name, literal.field, literal.test, {}) == UNKNOWN:
                        yield from self.needs_of_field(section, name, literal.field, literal.test, {}) or ()
                else:
                    yield from self._absent(section, name, literal.field)
                    yield from self._absent(section, name, _item_field(literal.test))

    def _absent(self, section: Section, name: str, field: str) -> set[str]:
        """The field, where the item does not record it, absence means unknown, and an answer would be read."""
        attribute = section.attributes.get(field)
        if attribute is None or attribute.absent is not None or self.observer.entry(section, name, field) is not None:
            return set()
        if not self.observer.is_field_read(section, field):
            return set()
        return {f"{name}.{attribute.since or field}"}

    def needs_of_datum(self, literal: Datum) -> set[str] | None:
        """The data without which a test of a record's datum is unknown; None where no answer would settle it."""
        if self.observer.datum(literal.path, literal.test) != UNKNOWN:
            return set()
        needs = self._needs_of_factor(literal) or self.needs_of_value(literal.path)
        more = self.needs_of_bound(literal.test, {})
        return None if needs is None or more is None else (needs | more) or None

    def needs_of_value(self, path: str) -> set[str] | None:
        """The data without which a datum or declared quantity is not known; None where no answer would be read."""
        if not self.observer.is_read_at(path):
            return None
        declared = self.vocabulary.quantities.get(path)
        if declared is not None:
            return {
                value.path
                for value in inputs(parse_formula(declared.formula))
                if self.observer.exactly(value.path, value.unit) is None
            }
        attribute = self.vocabulary.attribute(path)
        entry = self.observer.case.data.get(path)
        if attribute is None:
            return None
        if entry is None:
            return {path} if attribute.absent is None else None
        # Recorded, and yet a test of it is unknown: stale, unsettled or only bounded. A fresh value would tell.
        return {path}

    def needs_of_bound(self, test: GroundTest, items: Mapping[str, str]) -> set[str] | None:
        """The data without which the other side of a comparison is not known."""
        bound = getattr(test, "bound", None)
        if not isinstance(bound, Reference):
            return set()
        if not bound.path.startswith("$"):
            return set() if self.observer.quantity(bound.path) is not None else self.needs_of_value(bound.path)
        variable, _, field = bound.path[1:].partition(".")
        name = items[variable]
        section = self.vocabulary.sections[name.partition("[")[0]]
        if not self.observer.is_field_read(section, field):
            return None
        if name.endswith(f"[{UNLISTED}]"):
            return {section.name}
        entry = self.observer.entry(section, name, field)
        if entry is not None:
            return None if _is_span(entry.value) else set()
        return self._absent(section, name, field) or None

    def needs_of_field(
        self, section: Section, name: str, field: str, test: GroundTest, items: Mapping[str, str]
    ) -> set[str] | None:
        """The data without which a test of an item's field is unknown; None where no answer would settle it."""
        if not self.observer.is_field_read(section, field):
            return None
        if name.endswith(f"[{UNLISTED}]"):
            return {section.name}
        more = self.needs_of_bound(test, items)
        if more is None:
            return None
        entry = self.observer.entry(section, name, field)
        if entry is None:
            absent = self._absent(section, name, field)
            return (absent | more) if absent else None
        if _is_span(entry.value) or getattr(entry.value, "exact", entry.value) is None:
            return None
        needs = self._needs_of_conversion(section.attributes[field], entry.value, test, items)
        return None if needs is None else (needs | more) or None

    def _needs_of_factor(self, literal: Datum) -> set[str] | None:
        """The data without which a recorded value is not converted to the unit that a test asks for."""
        entry = self.observer.given(literal.path)
        attribute = self.vocabulary.attribute(literal.path)
        if entry is None or attribute is None or getattr(entry.value, "exact", None) is None:
            return None
        return self._needs_of_conversion(attribute, entry.value, literal.test, {})

    def _needs_of_conversion(
        self, attribute: Attribute, value: object, test: GroundTest, items: Mapping[str, str]
    ) -> set[str] | None:
        """The factors that are lacking for a conversion; None where the knowledge base has none that is warranted."""
        bound = self.observer.bound(test.bound, items) if isinstance(test, Compare) else None
        unit, other = getattr(value, "unit", None), getattr(bound, "unit", None)
        if unit is None or other is None or unit.commensurable(other):
            return set()
        usable = [conversion for conversion, _ in conversions(attribute, unit, other)]
        if not all(self.observer.warranted(conversion.because) for conversion in usable):
            return None
        return {
            conversion.factor
            for conversion in usable
            if isinstance(conversion.factor, str) and self.observer.quantity(conversion.factor) is None
        }


class _SetEvaluation:
    """Values as sets, where the data of one set may turn out either way."""

    def __init__(self, missing: MissingData, data: frozenset[str]) -> None:
        self.missing = missing
        self.observer = missing.observer
        self.vocabulary = missing.vocabulary
        self.data = data
        self.known: dict[Atom, Values] = {}
        self.open: set[Atom] = set()

    def atom(self, atom: Atom) -> Values:
        """The values that a conclusion may have."""
        found = self.known.get(atom)
        if found is not None:
            return found
        if atom in self.open:
            # Around a cycle: whatever the case says now, and either answer, which is more than can come out.
            return SETTLED | {self.missing.derivation.value(atom)}
        self.open.add(atom)
        found = ONLY[FALSE]
        for clause in self.missing.drawing(atom):
            found = GREATEST[found, self.clause(clause, 0, {})]
        self.open.discard(atom)
        self.known[atom] = found
        return found

    def clause(self, clause: Clause, at: int, items: dict[str, str]) -> Values:
        """The values that the body of a clause may have, over every choice of items."""
        if at == len(clause.when):
            value: Values = ONLY[TRUE]
            for condition in clause.unless:
                table = STANDING if condition.stands else NEGATED
                value = LEAST[value, table[self.literal(condition.literal, items)]]
            return value
        literal = clause.when[at].literal
        if isinstance(literal, Item) and literal.variable:
            best: Values = ONLY[FALSE]
            for name, found in self.items(literal, items):
                rest = self.clause(clause, at + 1, {**items, literal.variable: name})
                best = GREATEST[best, LEAST[found, rest]]
            return best
        found = self.literal(literal, items)
        if found == ONLY[FALSE]:
            return found
        return LEAST[found, self.clause(clause, at + 1, items)]

    def literal(self, literal: Literal, items: dict[str, str]) -> Values:
        if isinstance(literal, Holds):
            return self.atom(literal.atom)
        if isinstance(literal, Datum):
            return self.datum(literal)
        if isinstance(literal, ItemField):
            name = items[literal.variable]
            return self.field(
                self.vocabulary.sections[name.partition("[")[0]], name, literal.field, literal.test, items
            )
        if isinstance(literal, Item):
            best: Values = ONLY[FALSE]
            for _, found in self.items(literal, items):
                best = GREATEST[best, found]
            return best
        return countable(literal, [self.literal(member, items) for _, member in literal.members])

    def datum(self, literal: Datum) -> Values:
        value = self.observer.datum(literal.path, literal.test)
        if value != UNKNOWN:
            return ONLY[value]
        needs = self.missing.needs_of_datum(literal)
        return SETTLED if needs is not None and needs <= self.data else ONLY[UNKNOWN]

    def items(self, literal: Item, items: dict[str, str]) -> Iterator[tuple[str, Values]]:
        """The items that may match, and the one that an incomplete list may hold besides."""
        section = self.observer.section(literal.item)
        known = self.observer.listed(section)
        read = all(self.observer.is_field_read(section, field) for field, _ in literal.tests)
        answered = section.name in self.data and read
        for number in range(len(known.items)):
            name = f"{section.name}[{number}]"
            value: Values = ONLY[TRUE]
            for field, test in literal.tests:
                value = LEAST[value, self.field(section, name, field, test, items)]
            if literal.order and value != ONLY[FALSE]:
                value = LEAST[value, self.extreme(section, number, literal, items)]
            yield name, value
        if not known.complete:
            yield f"{section.name}[{UNLISTED}]", SETTLED if answered else ONLY[UNKNOWN]

    def extreme(self, section: Section, number: int, literal: Item, items: dict[str, str]) -> Values:
        """Whether an item is the first or the latest: either way once every order field and every match is known."""
        name = f"{section.name}[{number}]"
        actual = next((value for found, value in self.observer.items(literal, items) if found == name), FALSE)
        if actual != UNKNOWN:
            needs_nothing = all(
                self.field(section, name, field, test, items)
                == {self.observer.field(section, name, field, test, items)}
                for field, test in literal.tests
            )
            if needs_nothing:
                return ONLY[actual]
        known = self.observer.is_field_read(section, section.order) and (
            section.name in self.data or self.order_is_known(section, literal, items)
        )
        return SETTLED if known else frozenset({UNKNOWN, *SETTLED})

    def order_is_known(self, section: Section, literal: Item, items: dict[str, str]) -> bool:
        known = self.observer.listed(section)
        if not known.complete:
            return False
        for number, entries in enumerate(known.items):
            name = f"{section.name}[{number}]"
            values = [self.field(section, name, field, test, items) for field, test in literal.tests]
            if any(value == ONLY[FALSE] for value in values):
                continue
            if any(not value <= SETTLED for value in values):
                return False
            if section.order not in entries and f"{name}.{section.order}" not in self.data:
                return False
            if section.order in entries and _is_span(entries[section.order].value):
                return False
        return True

    def field(self, section: Section, name: str, field: str, test: GroundTest, items: dict[str, str]) -> Values:
        value = UNKNOWN if name.endswith(f"[{UNLISTED}]") else self.observer.field(section, name, field, test, items)
        if value != UNKNOWN:
            return ONLY[value]
        needs = self.missing.needs_of_field(section, name, field, test, items)
        if needs is None:
            return ONLY[UNKNOWN]
        # The whole list as an answer brings every field of every item with it.
        left = {path for path in needs if path.partition("[")[0] not in self.data}
        return SETTLED if left <= self.data else ONLY[UNKNOWN]


def _item_field(test: GroundTest) -> str:
    bound = getattr(test, "bound", None)
    return bound.path.partition(".")[2] if isinstance(bound, Reference) else ""


def _is_span(value: object) -> bool:
    low, high = getattr(value, "low", None), getattr(value, "high", None)
    return low is not None and low != high
