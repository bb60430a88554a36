"""The program in three-valued logic, its evidence already matched, over one case.

Clauses are indexed by what can make them true: a conclusion they read, else a value of the case. A case touches only
the clauses that it could fire, however large the program is.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from fractions import Fraction
from typing import TypeAlias

from engine.amount import Computed, Recipe
from engine.derivation import Derivation, Firing, Items
from engine.model.case import Case
from engine.model.rule import OneOf
from engine.model.unit import Unit
from engine.model.vocabulary import Attribute, Vocabulary
from engine.observing import FALSE, NOT, PROVISIONAL, STANDS, TRUE, UNKNOWN, Observer
from engine.program import (
    Atom,
    Clause,
    Count,
    Datum,
    GroundAmount,
    GroundCondition,
    Holds,
    Item,
    ItemField,
    Literal,
    Program,
)

HOLDS, DATUM, OTHER = 0, 1, 2
Step: TypeAlias = tuple[int, int, tuple[int, ...] | None]
"""What to look up (a conclusion, a datum's test, or another literal), its number, and the table that negates it."""


class Compiled:
    """A program prepared for any number of cases; holds no state of any of them."""

    def __init__(self, program: Program, vocabulary: Vocabulary) -> None:
        self.program = program
        self.vocabulary = vocabulary
        self.atoms: dict[Atom, int] = {}
        self.tests: dict[Datum, int] = {}
        self.others: dict[Literal, int] = {}
        for clause in program.clauses:
            self.atoms.setdefault(clause.head, len(self.atoms))
        self.steps = [self._steps(clause) for clause in program.clauses]
        self.heads = [self.atoms[clause.head] for clause in program.clauses]
        self.plain = [not any(_binds(condition.literal) for condition in clause.when) for clause in program.clauses]
        self.recipes = self._recipes()
        self.test_list = list(self.tests)
        self.other_list = list(self.others)
        self.atom_list = list(self.atoms)
        self.stratum_of = [0] * len(program.clauses)
        for number, stratum in enumerate(program.strata):
            for index in stratum:
                self.stratum_of[index] = number
        self._index()

    def _steps(self, clause: Clause) -> tuple[Step, ...]:
        found = [self._step(condition, None) for condition in clause.when]
        found += [self._step(condition, STANDS if condition.stands else NOT) for condition in clause.unless]
        return tuple(found)

    def _step(self, condition: GroundCondition, negated: tuple[int, ...] | None) -> Step:
        literal = condition.literal
        if isinstance(literal, Holds):
            return HOLDS, self.atoms.setdefault(literal.atom, len(self.atoms)), negated
        if isinstance(literal, Datum):
            return DATUM, self.tests.setdefault(literal, len(self.tests)), negated
        return OTHER, self.others.setdefault(literal, len(self.others)), negated

    def _recipes(self) -> dict[int, tuple[tuple[str, Recipe], ...]]:
        found: dict[int, tuple[tuple[str, Recipe], ...]] = {}
        for index, clause in enumerate(self.program.clauses):
            recipes = tuple(
                (name, Recipe.of(value, measure_unit(value.times, self.vocabulary)))
                for name, value in clause.annotations
                if isinstance(value, GroundAmount)
            )
            if recipes:
                found[index] = recipes
        return found

    def _index(self) -> None:
        """File each clause under the one thing that must not be false for it to fire."""
        self.watchers: dict[int, list[int]] = defaultdict(list)
        self.by_value: dict[str, dict[object, list[int]]] = defaultdict(lambda: defaultdict(list))
        self.by_path: dict[str, list[int]] = defaultdict(list)
        self.by_field: dict[tuple[str, str], dict[object, list[int]]] = defaultdict(lambda: defaultdict(list))
        self.by_item: dict[str, list[int]] = defaultdict(list)
        self.always: list[int] = []
        for index, clause in enumerate(self.program.clauses):
            read = {atom for kind, atom, negated in self.steps[index] if kind == HOLDS and negated is None}
            if read:
                for atom in read:
                    self.watchers[atom].append(index)
                continue
            if not self._file_by_datum(index, clause) and not self._file_by_item(index, clause):
                self.always.append(index)

    def _file_by_datum(self, index: int, clause: Clause) -> bool:
        for condition in clause.when:
            literal = condition.literal
            if isinstance(literal, Datum) and isinstance(literal.test, OneOf) and False not in literal.test.values:
                for value in literal.test.values:
                    self.by_value[literal.path][value].append(index)
                self.by_path[literal.path].append(index)
                return True
        return False

    def _file_by_item(self, index: int, clause: Clause) -> bool:
        for condition in clause.when:
            literal = condition.literal
            if isinstance(literal, Item):
                for field, test in literal.tests:
                    if isinstance(test, OneOf) and False not in test.values:
                        for value in test.values:
                            self.by_field[literal.item, field][value].append(index)
                        self.by_item[literal.item].append(index)
                        return True
        return False

    def evaluate(self, case: Case, observer: Observer | None = None) -> Derivation:
        """Everything that follows from the case."""
        return _Evaluation(self, observer or Observer(self.vocabulary, case), case).run()


class _Evaluation:
    """The evaluation of one case."""

    def __init__(self, compiled: Compiled, observer: Observer, case: Case) -> None:
        self.compiled = compiled
        self.observer = observer
        self.case = case
        self.values = [FALSE] * len(compiled.atoms)
        self.data = [-1] * len(compiled.tests)
        self.fired: dict[tuple[int, Items], int] = {}

    def run(self) -> Derivation:
        compiled = self.compiled
        waiting: list[dict[int, None]] = [{} for _ in compiled.program.strata]
        for index in self._touched():
            waiting[compiled.stratum_of[index]][index] = None
        for number in range(len(waiting)):
            self._settle(number, waiting)
        values = {compiled.atom_list[index]: value for index, value in enumerate(self.values) if value}
        firings = tuple(sorted(Firing(index, items, value) for (index, items), value in self.fired.items()))
        return Derivation(values, firings, self._amounts())

    def _touched(self) -> Iterator[int]:
        """The clauses that read no conclusion and that the case could fire."""
        compiled, case = self.compiled, self.case
        yield from compiled.always
        for path, values in compiled.by_value.items():
            attribute = compiled.vocabulary.attribute(path)
            entry = case.data.get(path)
            if (
                attribute is None
                or _is_open(attribute, entry.value if entry else None)
                or (entry and self.observer.is_stale(attribute, entry))
            ):
                yield from compiled.by_path[path]
            elif entry is not None:
                held = entry.value if isinstance(entry.value, frozenset) else (entry.value,)
                for value in held:
                    yield from values.get(value, ())
        for item, indices in compiled.by_item.items():
            section = compiled.vocabulary.items[item]
            given = case.lists.get(section.name)
            if given is None or not given.complete:
                yield from indices
        for (item, field), values in compiled.by_field.items():
            section = compiled.vocabulary.items[item]
            attribute = section.attributes[field]
            given = case.lists.get(section.name)
            for entries in given.items if given is not None else ():
                entry = entries.get(field)
                if _is_open(attribute, entry.value if entry else None):
                    yield from compiled.by_item[item]
                elif entry is not None:
                    held = entry.value if isinstance(entry.value, frozenset) else (entry.value,)
                    for value in held:
                        yield from values.get(value, ())

    def _settle(self, number: int, waiting: list[dict[int, None]]) -> None:
        compiled, values = self.compiled, self.values
        agenda = deque(waiting[number])
        queued = set(agenda)
        while agenda:
            index = agenda.popleft()
            queued.discard(index)
            value = self._plain(index) if compiled.plain[index] else self._with_items(index)
            head = compiled.heads[index]
            if value > values[head]:
                values[head] = value
                for watcher in compiled.watchers.get(head, ()):
                    stratum = compiled.stratum_of[watcher]
                    if stratum > number:
                        waiting[stratum][watcher] = None
                    elif watcher not in queued:
                        queued.add(watcher)
                        agenda.append(watcher)

    def _plain(self, index: int) -> int:
        """The value of a clause that binds no item."""
        value = TRUE
        values, data = self.values, self.data
        for kind, number, negated in self.compiled.steps[index]:
            if kind == HOLDS:
                found = values[number]
            elif kind == DATUM:
                found = data[number]
                if found < 0:
                    literal = self.compiled.test_list[number]
                    found = data[number] = self.observer.datum(literal.path, literal.test)
            else:
                found = self.literal(self.compiled.other_list[number], {})
            if negated is not None:
                found = negated[found]
            if found < value:
                if found == FALSE:
                    return FALSE
                value = found
        self.fired[index, ()] = value
        return value

    def _with_items(self, index: int) -> int:
        """The best value of a clause over the items that it can bind; each choice that is not false fires."""
        clause = self.compiled.program.clauses[index]
        best = FALSE
        for items, held in self._choices(clause.when, 0, {}, TRUE):
            absent = [
                (STANDS if condition.stands else NOT)[self.literal(condition.literal, items)]
                for condition in clause.unless
            ]
            value = min(held, *absent) if absent else held
            if value:
                self.fired[index, tuple(items.items())] = value
                best = max(best, value)
        return best

    def _choices(
        self, when: tuple[GroundCondition, ...], at: int, items: dict[str, str], value: int
    ) -> Iterator[tuple[dict[str, str], int]]:
        if at == len(when):
            yield items, value
            return
        literal = when[at].literal
        if isinstance(literal, Item) and literal.variable:
            for name, found in self.observer.items(literal, items):
                yield from self._choices(when, at + 1, {**items, literal.variable: name}, min(value, found))
            return
        found = self.literal(literal, items)
        if found:
            yield from self._choices(when, at + 1, items, min(value, found))

    def literal(self, literal: Literal, items: dict[str, str]) -> int:
        """The value of a literal."""
        if isinstance(literal, Holds):
            index = self.compiled.atoms.get(literal.atom)
            return FALSE if index is None else self.values[index]
        if isinstance(literal, Datum):
            return self.observer.datum(literal.path, literal.test)
        if isinstance(literal, ItemField):
            return self.observer.item_field(literal, items)
        if isinstance(literal, Item):
            return self.observer.exists(literal, items)
        return counted(literal, [self.literal(member, items) for _, member in literal.members])

    def _amounts(self) -> dict[tuple[int, str], Computed]:
        found: dict[tuple[int, str], Computed] = {}
        for index, recipes in (
            self.compiled.recipes.items() if len(self.compiled.recipes) < len(self.fired) else self._fired_recipes()
        ):
            if self.fired.get((index, ()), FALSE) >= PROVISIONAL:
                for name, recipe in recipes:
                    computed = recipe.compute(self.observer)
                    if computed is not None:
                        found[index, name] = computed
        return found

    def _fired_recipes(self) -> Iterator[tuple[int, tuple[tuple[str, Recipe], ...]]]:
        recipes = self.compiled.recipes
        for index, _ in self.fired:
            if index in recipes:
                yield index, recipes[index]


def counted(literal: Count, values: list[int]) -> int:
    """The value of bounds on the points of members that have these values.

    The points lie between those that certainly count and those that could; a bound that all of that range meets is
    true.
    """
    low, standing_low, high = bounds(literal, values)
    value = TRUE
    if literal.at_least is not None:
        least = literal.at_least
        value = TRUE if low >= least else PROVISIONAL if standing_low >= least else UNKNOWN if high >= least else FALSE
    if literal.at_most is not None:
        most = literal.at_most
        value = min(value, TRUE if high <= most else UNKNOWN if low <= most else FALSE)
    return value


def bounds(literal: Count, values: list[int]) -> tuple[Fraction, Fraction, Fraction]:
    """The fewest points that can be met, the fewest if what is provisional stands, and the most."""
    low = standing_low = high = Fraction(0)
    for (points, _), value in zip(literal.members, values, strict=True):
        if value == TRUE:
            low, standing_low, high = low + points, standing_low + points, high + points
        elif value != FALSE:
            low, high = low + min(points, Fraction(0)), high + max(points, Fraction(0))
            standing_low += points if value == PROVISIONAL else min(points, Fraction(0))
    return low, standing_low, high


def measure_unit(path: str, vocabulary: Vocabulary) -> Unit:
    """The unit in which a datum or declared quantity is measured."""
    quantity = vocabulary.quantities.get(path)
    if quantity is not None:
        return quantity.unit
    attribute = vocabulary.attribute(path)
    if attribute is None or attribute.type.unit is None:
        raise KeyError(path)
    return attribute.type.unit


def _binds(literal: Literal) -> bool:
    return isinstance(literal, Item) and bool(literal.variable)


def _is_open(attribute: Attribute, value: object) -> bool:
    """Whether a datum could still take any value."""
    if value is None:
        return attribute.absent is None
    return value in attribute.type.unsettled if isinstance(value, str) else False


__all__ = ["UNKNOWN", "Compiled", "bounds", "counted", "measure_unit"]
