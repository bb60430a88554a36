"""Clauses of two programs that differ only in what their conditions ask of the same data, such as a bound.

Where such conditions come out alike in a case, the clause gives the same reasons on both sides, and so does all that
rests on it. Anything else that differs is told anew in every case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Protocol

from engine.observing import Observer
from engine.program import Atom, Clause, Datum, Item, ItemField, Literal, Program, other_datum, other_item

Pair = tuple[Literal, Literal, str]
"""The literal of each side, and the list that their item is of, where they are about an item."""


class Numbered(Protocol):
    """A program with a number for what each clause draws."""

    @property
    def program(self) -> Program:
        """The program."""
        ...

    @property
    def light(self) -> Sequence[int]:
        """The numbers, by clause."""
        ...


class Twins:
    """The clauses that only one side has (``old`` and ``new`` are their indexes), paired where they can be compared.

    ``always`` are heads of which the reasons may differ in any case.
    """

    def __init__(
        self,
        old_side: Numbered,
        new_side: Numbered,
        old: Sequence[int],
        new: Sequence[int],
        always: frozenset[Atom] = frozenset(),
    ) -> None:
        by_number: dict[int, tuple[list[Clause], list[Clause]]] = defaultdict(lambda: ([], []))
        for place, (side, indexes) in enumerate(((old_side, old), (new_side, new))):
            for index in indexes:
                by_number[side.light[index]][place].append(side.program.clauses[index])
        self.pairs: list[tuple[Atom, tuple[Pair, ...]]] = []
        heads = set(always)
        for ones, others in by_number.values():
            pairs = _compared(ones[0], others[0]) if len(ones) == len(others) == 1 else None
            if pairs is None:
                heads.update(clause.head for clause in (*ones, *others))
            else:
                self.pairs.append((ones[0].head, pairs))
        self.always = frozenset(heads)

    def differing(self, old: Observer, new: Observer) -> frozenset[Atom]:
        """The heads of the clauses that may give other reasons in a case."""
        found = set(self.always)
        for head, pairs in self.pairs:
            if head not in found and any(
                _outcome(one, section, old) != _outcome(other, section, new) for one, other, section in pairs
            ):
                found.add(head)
        return frozenset(found)


def _compared(one: Clause, other: Clause) -> tuple[Pair, ...] | None:
    """The conditions in which two clauses differ; None where they differ in more than what is asked of a datum."""
    found: list[Pair] = []
    sections = {
        literal.variable: literal.item
        for literal in (condition.literal for condition in one.when)
        if isinstance(literal, Item) and literal.variable
    }
    for ours, theirs in ((one.when, other.when), (one.unless, other.unless)):
        if len(ours) != len(theirs):
            return None
        for first, second in zip(ours, theirs, strict=True):
            if (first.codes, first.stands) != (second.codes, second.stands):
                return None
            if first.literal == second.literal:
                continue
            if not _alike(first.literal, second.literal):
                return None
            item = sections.get(first.literal.variable, "") if isinstance(first.literal, ItemField) else ""
            found.append((first.literal, second.literal, item))
    return tuple(found)


def _alike(one: Literal, other: Literal) -> bool:
    """Whether two conditions ask something of the same data, and nothing of others."""
    if isinstance(one, Datum) and isinstance(other, Datum):
        return one.path == other.path and other_datum(one.test) == other_datum(other.test)
    if isinstance(one, ItemField) and isinstance(other, ItemField):
        same = (one.variable, one.field) == (other.variable, other.field)
        return same and not (other_item(one.test) or other_item(other.test))
    if isinstance(one, Item) and isinstance(other, Item):
        same = (one.item, one.variable, one.order) == (other.item, other.variable, other.order)
        fields = [name for name, _ in one.tests] == [name for name, _ in other.tests]
        return same and fields and not any(other_item(test) for _, test in (*one.tests, *other.tests))
    return False


def _outcome(literal: Literal, item: str, observer: Observer) -> object:
    """How a condition comes out: of an item, for every item that it could be about and every field."""
    if isinstance(literal, Datum):
        return observer.datum(literal.path, literal.test)
    if isinstance(literal, ItemField):
        section = observer.section(item)
        return [observer.field(section, name, literal.field, literal.test, {}) for name in _names(item, observer)]
    assert isinstance(literal, Item)
    section = observer.section(literal.item)
    fields = [
        observer.field(section, name, field, test, {})
        for name in _names(literal.item, observer)
        for field, test in literal.tests
    ]
    return observer.items(literal, {}), fields


def _names(item: str, observer: Observer) -> Iterator[str]:
    section = observer.section(item)
    return (f"{section.name}[{number}]" for number in range(len(observer.listed(section).items)))
