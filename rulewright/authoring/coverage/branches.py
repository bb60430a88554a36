"""What a case says of every condition of a clause, along every choice of items that the clause can make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.derivation import Derivation
from engine.observing import FALSE, Observer
from engine.program import Clause, Count, Item, Literal, is_bound
from engine.valuing import value_of

Items = dict[str, str]


@dataclass(frozen=True, slots=True)
class Branch:
    """One choice of items, and the value of every condition under it (None: it speaks of an item that nothing bound).

    ``when`` and ``unless`` are in the order of the clause; the values are those of the literals, not negated.
    """

    items: Items
    when: tuple[int | None, ...]
    unless: tuple[int | None, ...]


class Branches:
    """Reads clauses against one case and what was derived from it."""

    def __init__(self, observer: Observer, derivation: Derivation) -> None:
        self.observer = observer
        self.derivation = derivation

    def of(self, clause: Clause) -> Iterator[Branch]:
        """Every choice of items: one that no item could meet binds nothing, and the rest of the clause is not told."""
        yield from self._when(clause, {}, ())

    def _when(self, clause: Clause, items: Items, values: tuple[int | None, ...]) -> Iterator[Branch]:
        if len(values) == len(clause.when):
            yield Branch(items, values, tuple(self.value(condition.literal, items) for condition in clause.unless))
            return
        literal = clause.when[len(values)].literal
        if isinstance(literal, Item) and literal.variable and is_bound(literal, items):
            choices = self.observer.items(literal, items)
            for name, value in choices:
                yield from self._when(clause, {**items, literal.variable: name}, (*values, value))
            if not choices:
                yield from self._when(clause, items, (*values, FALSE))
            return
        yield from self._when(clause, items, (*values, self.value(literal, items)))

    def value(self, literal: Literal, items: Items) -> int | None:
        """The value of a literal; None where it speaks of an item that nothing bound."""
        if not is_bound(literal, items):
            return None
        return value_of(literal, items, self.observer, self.derivation)

    def members(self, literal: Count, items: Items) -> list[int]:
        """The values of the members of a count, all of them bound."""
        return [value for _, member in literal.members if (value := self.value(member, items)) is not None]
