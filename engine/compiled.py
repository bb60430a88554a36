"""The program in three-valued logic, its evidence already matched, over one case.

Clauses are indexed by what can make them true: a conclusion they read, else a value of the case. A case touches only
the clauses that it could fire, however large the program is. What a literal says of the case alone is decided once, for
all the clauses that state it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from engine.amounts import Amounts
from engine.counting import counted
from engine.derivation import Derivation, Firing, Items
from engine.model.case import Case, Entry
from engine.model.rule import OneOf
from engine.model.vocabulary import Attribute, Vocabulary
from engine.observing import FALSE, NOT, STANDS, TRUE, UNKNOWN, Observer
from engine.program import (
    Atom,
    Clause,
    Count,
    Datum,
    GroundCondition,
    Holds,
    Item,
    ItemField,
    Literal,
    Program,
    other_item,
)

HOLDS, CASE, CHOICE, OTHER = 0, 1, 2, 3
"""A conclusion; what the case alone decides; an item of the case, each in turn; what depends on the items chosen."""
Step: TypeAlias = tuple[int, int, tuple[int, ...] | None]
"""What to look up, its number among those of its kind, and the table that negates it."""
Chosen: TypeAlias = dict[str, str]
Table: TypeAlias = dict[object, list[int]]


class Compiled:
    """A program prepared for any number of cases; holds no state of any of them."""

    def __init__(self, program: Program, vocabulary: Vocabulary) -> None:
        self.program = program
        self.vocabulary = vocabulary
        self.amounts = Amounts(program, vocabulary)
        self.atoms: dict[Atom, int] = {}
        self.literals: dict[int, dict[Literal, int]] = {CASE: {}, CHOICE: {}, OTHER: {}}
        for clause in program.clauses:
            self.atoms.setdefault(clause.head, len(self.atoms))
        self.steps = [self._steps(clause) for clause in program.clauses]
        self.heads = [self.atoms[clause.head] for clause in program.clauses]
        self.plain = [all(kind <= CASE for kind, _, _ in steps) for steps in self.steps]
        self.atom_list = list(self.atoms)
        self.literal_lists = {kind: list(literals) for kind, literals in self.literals.items()}
        self.repeatable = [_is_of_case_alone(literal) for literal in self.literals[CHOICE]]
        self.stratum_of = [0] * len(program.clauses)
        for number, stratum in enumerate(program.strata):
            for index in stratum:
                self.stratum_of[index] = number
        self._index()

    def _steps(self, clause: Clause) -> tuple[Step, ...]:
        """What the clause asks; first what needs no choice of items, since one that is false saves the choice."""
        found = [self._step(condition, None) for condition in clause.when]
        found += [self._step(condition, STANDS if condition.stands else NOT) for condition in clause.unless]
        return tuple(sorted(found, key=lambda step: step[0] > CASE))

    def _step(self, condition: GroundCondition, negated: tuple[int, ...] | None) -> Step:
        literal = condition.literal
        if isinstance(literal, Holds):
            return HOLDS, self.atoms.setdefault(literal.atom, len(self.atoms)), negated
        if isinstance(literal, Item) and literal.variable and negated is None:
            kind = CHOICE
        else:
            kind = CASE if _is_of_case_alone(literal) else OTHER
        numbers = self.literals[kind]
        return kind, numbers.setdefault(literal, len(numbers)), negated

    def _index(self) -> None:
        """File each clause under the one thing that must not be false for it to fire."""
        self.watchers: list[list[int]] = [[] for _ in self.atoms]
        self.by_value: dict[str, _Filed] = {}
        self.by_field: dict[tuple[str, str], _Filed] = {}
        self.always: list[int] = []
        for index, clause in enumerate(self.program.clauses):
            read = {atom for kind, atom, negated in self.steps[index] if kind == HOLDS and negated is None}
            for atom in read:
                self.watchers[atom].append(index)
            if not read and not self._file(index, clause):
                self.always.append(index)

    def _file(self, index: int, clause: Clause) -> bool:
        literals = [condition.literal for condition in clause.when]
        for literal in literals:
            if isinstance(literal, Datum) and isinstance(literal.test, OneOf) and False not in literal.test.values:
                attribute = self.vocabulary.attribute(literal.path)
                self.by_value.setdefault(literal.path, _Filed(attribute, self.program.facts)).add(index, literal.test)
                return True
        for literal in literals:
            if isinstance(literal, Item):
                for field, test in literal.tests:
                    if isinstance(test, OneOf) and False not in test.values:
                        attribute = self.vocabulary.items[literal.item].attributes[field]
                        filed = self.by_field.setdefault((literal.item, field), _Filed(attribute, self.program.facts))
                        filed.add(index, test)
                        return True
        return False

    def evaluate(self, case: Case, observer: Observer | None = None) -> Derivation:
        """Everything that follows from the case."""
        return _Evaluation(self, observer or Observer(self.vocabulary, case, self.program.facts)).run()

    def touched(self, observer: Observer) -> Iterator[int]:
        """The clauses that read no conclusion and that the case could fire."""
        yield from self.always
        for path, filed in self.by_value.items():
            yield from filed.under(observer.given(path))
        for (item, field), filed in self.by_field.items():
            given = observer.listed(self.vocabulary.items[item])
            if not given.complete:
                yield from filed.every
            for entries in given.items:
                yield from filed.under(entries.get(field))


class _Filed:
    """Clauses that ask for a word of one attribute, by the words they ask for.

    An attribute that is not read under the admitted facts could take any value, and is filed as None.
    """

    def __init__(self, attribute: Attribute | None, facts: frozenset[str]) -> None:
        self.attribute = attribute if attribute is not None and facts.issuperset(attribute.because) else None
        self.every: list[int] = []
        self._by_word: Table = defaultdict(list)

    def add(self, index: int, test: OneOf) -> None:
        """File a clause under each word that passes its test."""
        self.every.append(index)
        for word in test.values:
            self._by_word[word].append(index)

    def under(self, entry: Entry | None) -> Iterable[int]:
        """The clauses whose word is recorded; all of them where the attribute could still take any value."""
        if self.attribute is None:
            return self.every
        if entry is None:
            return self.every if self.attribute.absent is None else ()
        if isinstance(entry.value, frozenset):
            return [index for word in entry.value for index in self._by_word.get(word, ())]
        if entry.value in self.attribute.type.unsettled:
            return self.every
        return self._by_word.get(entry.value, ())


class _Evaluation:
    """The evaluation of one case."""

    def __init__(self, compiled: Compiled, observer: Observer) -> None:
        self.compiled = compiled
        self.observer = observer
        self.values = [FALSE] * len(compiled.atoms)
        self.drawn: list[int] = []
        self.of_case = [-1] * len(compiled.literals[CASE])
        self.bound: dict[int, list[tuple[str, int]]] = {}
        self.fired: dict[tuple[int, Items], int] = {}

    def run(self) -> Derivation:
        compiled = self.compiled
        waiting: list[dict[int, None]] = [{} for _ in compiled.program.strata]
        for index in compiled.touched(self.observer):
            waiting[compiled.stratum_of[index]][index] = None
        for number in range(len(waiting)):
            self._settle(number, waiting)
        values = {compiled.atom_list[atom]: self.values[atom] for atom in sorted(self.drawn)}
        firings = tuple([Firing(index, items, value) for (index, items), value in sorted(self.fired.items())])
        return Derivation(values, firings, compiled.amounts.computed(self.fired, self.observer))

    def _settle(self, number: int, waiting: list[dict[int, None]]) -> None:
        """Evaluate the clauses of a stratum, again whenever a conclusion that they read rises, until nothing does."""
        compiled, values = self.compiled, self.values
        agenda = waiting[number]
        while agenda:
            index, _ = agenda.popitem()
            value = self._plain(index) if compiled.plain[index] else self._with_items(index)
            head = compiled.heads[index]
            if value > values[head]:
                if values[head] == FALSE:
                    self.drawn.append(head)
                values[head] = value
                for watcher in compiled.watchers[head]:
                    waiting[compiled.stratum_of[watcher]][watcher] = None

    def _plain(self, index: int) -> int:
        """The value of a clause that depends on no choice of items."""
        value = TRUE
        for kind, number, negated in self.compiled.steps[index]:
            found = self.values[number] if kind == HOLDS else self._of_case(number)
            if negated is not None:
                found = negated[found]
            if found < value:
                if found == FALSE:
                    return FALSE
                value = found
        self.fired[index, ()] = value
        return value

    def _with_items(self, index: int) -> int:
        """The best value of a clause over the items that it can choose; each choice that is not false fires."""
        choices: list[tuple[Chosen, int]] = [({}, TRUE)]
        for kind, number, negated in self.compiled.steps[index]:
            if kind == CHOICE:
                choices = self._chosen(number, choices)
            else:
                choices = [
                    (items, found if found < value else value)
                    for items, value in choices
                    if (found := self._looked_up(kind, number, negated, items))
                ]
            if not choices:
                return FALSE
        for items, value in choices:
            self.fired[index, tuple(items.items())] = value
        return max(value for _, value in choices)

    def _chosen(self, number: int, choices: list[tuple[Chosen, int]]) -> list[tuple[Chosen, int]]:
        """Each choice so far with each item that a pattern can bind; found once where it names no other item."""
        literal = self.compiled.literal_lists[CHOICE][number]
        assert isinstance(literal, Item)
        found: list[tuple[Chosen, int]] = []
        for items, value in choices:
            bound = self.bound.get(number)
            if bound is None:
                bound = self.observer.items(literal, items)
                if self.compiled.repeatable[number]:
                    self.bound[number] = bound
            found.extend(({**items, literal.variable: name}, min(value, held)) for name, held in bound)
        return found

    def _looked_up(self, kind: int, number: int, negated: tuple[int, ...] | None, items: Chosen) -> int:
        if kind == HOLDS:
            found = self.values[number]
        elif kind == CASE:
            found = self._of_case(number)
        else:
            found = self.literal(self.compiled.literal_lists[OTHER][number], items)
        return found if negated is None else negated[found]

    def _of_case(self, number: int) -> int:
        found = self.of_case[number]
        if found < 0:
            found = self.of_case[number] = self.literal(self.compiled.literal_lists[CASE][number], {})
        return found

    def literal(self, literal: Literal, items: Chosen) -> int:
        """The value of a literal."""
        if isinstance(literal, Datum):
            return self.observer.datum(literal.path, literal.test)
        if isinstance(literal, ItemField):
            return self.observer.item_field(literal, items)
        if isinstance(literal, Item):
            return self.observer.exists(literal, items)
        if isinstance(literal, Holds):
            index = self.compiled.atoms.get(literal.atom)
            return FALSE if index is None else self.values[index]
        return counted(literal, [self.literal(member, items) for _, member in literal.members])


def _is_of_case_alone(literal: Literal) -> bool:
    """Whether the case decides a literal, whatever was concluded and whichever items were chosen."""
    if isinstance(literal, Item):
        return not any(other_item(test) for _, test in literal.tests)
    if isinstance(literal, Count):
        return all(_is_of_case_alone(member) for _, member in literal.members)
    return isinstance(literal, Datum)


__all__ = ["UNKNOWN", "Compiled"]
