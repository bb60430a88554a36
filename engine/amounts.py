"""The doses that a program's clauses compute: prepared once, computed for the clauses that fired."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.amount import Computed, Recipe
from engine.derivation import Items
from engine.model.unit import Unit
from engine.model.vocabulary import Vocabulary
from engine.observing import FALSE, PROVISIONAL, Observer
from engine.program import GroundAmount, Program

Fired = Mapping[tuple[int, Items], int]


class Amounts:
    """The recipes of a program, by clause."""

    def __init__(self, program: Program, vocabulary: Vocabulary) -> None:
        self.recipes: dict[int, tuple[tuple[str, Recipe], ...]] = {}
        for index, clause in enumerate(program.clauses):
            recipes = tuple(
                (name, Recipe.of(value, measure_unit(value.times, vocabulary)))
                for name, value in clause.annotations
                if isinstance(value, GroundAmount)
            )
            if recipes:
                self.recipes[index] = recipes

    def computed(self, fired: Fired, observer: Observer) -> dict[tuple[int, str], Computed]:
        """The doses of the clauses that fired at least provisionally, by clause and annotation."""
        found: dict[tuple[int, str], Computed] = {}
        for index, recipes in self.recipes.items() if len(self.recipes) < len(fired) else self._of(fired):
            if fired.get((index, ()), FALSE) >= PROVISIONAL:
                for name, recipe in recipes:
                    computed = recipe.compute(observer)
                    if computed is not None:
                        found[index, name] = computed
        return found

    def _of(self, fired: Fired) -> Iterator[tuple[int, tuple[tuple[str, Recipe], ...]]]:
        for index, _ in fired:
            if index in self.recipes:
                yield index, self.recipes[index]


def measure_unit(path: str, vocabulary: Vocabulary) -> Unit:
    """The unit in which a datum or declared quantity is measured."""
    quantity = vocabulary.quantities.get(path)
    if quantity is not None:
        return quantity.unit
    attribute = vocabulary.attribute(path)
    if attribute is None or attribute.type.unit is None:
        raise KeyError(path)
    return attribute.type.unit
