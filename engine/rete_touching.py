"""Which clauses a case touches, so that a case costs what it touches however large the program is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from engine.model.rule import OneOf
from engine.model.vocabulary import Attribute, Vocabulary
from engine.observing import Observer
from engine.program import Atom, Clause, Datum, GroundTest, Holds, Item, Literal
from engine.rete_program import Translation


class Touching:
    """Which clauses a case touches: what each lacks before its conditions on the case are worth deciding.

    A clause lacks each conclusion that it reads and, where one of its conditions asks for a word, a case in which the
    datum has that word or is open.
    """

    def __init__(self, translation: Translation, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.needs: dict[int, int] = {}
        self.readers: dict[Atom, list[int]] = defaultdict(list)
        self._always: list[int] = []
        self._data: dict[str, dict[object, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._fields: dict[tuple[str, str], dict[object, list[int]]] = defaultdict(lambda: defaultdict(list))
        for index, clause in enumerate(translation.program.clauses):
            if translation.slots_of[index]:
                self._file(index, clause)

    def _file(self, index: int, clause: Clause) -> None:
        literals = [condition.literal for condition in clause.when]
        atoms = {literal.atom for literal in literals if isinstance(literal, Holds)}
        for atom in atoms:
            self.readers[atom].append(index)
        words = next(self._words(literals), None)
        if words is not None:
            table, values = words
            for value in values:
                table[value].append(index)
        self.needs[index] = len(atoms) + (words is not None)
        if not self.needs[index]:
            self._always.append(index)

    def _words(self, literals: list[Literal]) -> Iterator[tuple[dict[object, list[int]], tuple[object, ...]]]:
        """The tests by which a clause can be filed: a table, and the values that pass."""
        for literal in literals:
            if isinstance(literal, Datum) and _asks_for_words(literal.test):
                yield self._data[literal.path], literal.test.values  # type: ignore[union-attr]
            elif isinstance(literal, Item):
                for name, test in literal.tests:
                    if _asks_for_words(test):
                        yield self._fields[literal.item, name], test.values  # type: ignore[union-attr]

    def touched(self, observer: Observer) -> dict[int, None]:
        """The clauses whose word the case has, or leaves open, and those that lack nothing."""
        found = dict.fromkeys(self._always)
        for path, table in self._data.items():
            attribute = self.vocabulary.attribute(path)
            if attribute is not None and not observer.is_read(attribute):
                attribute = None
            entry = observer.given(path)
            found.update(_with(table, attribute, entry.value if entry else None))
        for (item, name), table in self._fields.items():
            section = self.vocabulary.items[item]
            given = observer.listed(section)
            attribute = section.attributes[name] if observer.is_field_read(section, name) else None
            if not given.complete:
                found.update(_with(table, None, None))
            for entries in given.items:
                entry = entries.get(name)
                found.update(_with(table, attribute, entry.value if entry else None))
        return found


def _asks_for_words(test: GroundTest) -> bool:
    return isinstance(test, OneOf) and False not in test.values


def _with(table: dict[object, list[int]], attribute: Attribute | None, value: object) -> dict[int, None]:
    """The clauses that ask for this value, or for any where it is not settled."""
    if attribute is None or attribute.since or (value is None and attribute.absent is None):
        values: Iterable[object] = table
    elif isinstance(value, str) and value in attribute.type.unsettled:
        values = table
    else:
        values = value if isinstance(value, frozenset) else (value,)
    return dict.fromkeys(index for one in values for index in table.get(one, ()))
