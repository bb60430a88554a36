"""How near the scenarios come to each value at which an answer changes: below it, at it, above it.

Boundaries are the bounds of comparisons and of counts, the caps of doses, and the age at which a measurement is stale.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from engine.errors import NOWHERE, Location
from engine.model.knowledge import KnowledgeBase
from engine.model.quantity import Quantity, exact_text
from engine.model.rule import Compare
from engine.program import Clause, Count, GroundAmount, Literal
from rulewright.authoring.coverage.branches import Branches, Items
from rulewright.authoring.coverage.conditions import Conditions, Key
from rulewright.authoring.coverage.report import SIDES, BoundaryCoverage, Side, place_of
from rulewright.authoring.coverage.runs import Run
from rulewright.authoring.coverage.sight import Sight, age, compared, counted, dose, tests_of


@dataclass(slots=True)
class Boundary:
    """A bound and what the scenarios showed beside it; ``sides`` are those that a value can be on."""

    of: str
    bound: str
    location: Location
    sides: tuple[Side, ...] = SIDES
    just: dict[Side, set[int]] = field(default_factory=lambda: {side: set() for side in SIDES})
    nearest: dict[Side, Sight] = field(default_factory=dict)

    def see(self, scenario: int, sight: Sight) -> None:
        """Take in one value."""
        if sight.just:
            self.just[sight.side].add(scenario)
        best = self.nearest.get(sight.side)
        if best is None or (sight.distance or 0) < (best.distance or 0):
            self.nearest[sight.side] = sight

    def report(self) -> BoundaryCoverage:
        """What is published of it."""
        return BoundaryCoverage(
            of=self.of,
            bound=self.bound,
            place=place_of(self.location),
            below=len(self.just["below"]),
            at=len(self.just["at"]),
            above=len(self.just["above"]),
            nearest={side: self.nearest[side].text for side in SIDES if side in self.nearest},
            never=tuple(side for side in self.sides if not self.just[side]),
        )


class Boundaries:
    """Every boundary of a knowledge base."""

    def __init__(self, knowledge: KnowledgeBase, conditions: Conditions) -> None:
        self.knowledge = knowledge
        self.conditions = conditions
        self.found: dict[tuple[object, ...], Boundary] = {}
        for section in knowledge.vocabulary.sections.values():
            for name, attribute in section.attributes.items() if not section.is_list else ():
                if attribute.stale_after is not None:
                    path = f"{section.name}.{name}"
                    limit = f"valid for {attribute.stale_after}"
                    self.found["age", path] = Boundary(f"age of {path}", limit, attribute.location)

    def expect(self, clause: Clause) -> None:
        """Take in the boundaries of a clause: of its conditions, and the caps of the doses that it computes."""
        for key, literal in self.conditions.literals(clause) if clause.rule in self.conditions.rules else ():
            if isinstance(literal, Count):
                for word, bound in _bounds(literal) if self.conditions.is_count(key) else ():
                    self.of_count(key, word, bound).sides = _sides(literal, bound)
                continue
            for name, test in tests_of(literal):
                if isinstance(test, Compare):
                    self.of_test(key, name, test)
        for name, value in clause.annotations:
            if isinstance(value, GroundAmount) and value.at_most is not None:
                self.of_cap(clause, name, value.at_most)

    def of_test(self, key: Key, name: str, test: Compare) -> Boundary:
        """The boundary of one comparison."""
        bound = exact_text(test.bound) if isinstance(test.bound, Fraction) else getattr(test.bound, "path", test.bound)
        return self._of(key, name, f"{test.op} {bound}")

    def of_count(self, key: Key, word: str, bound: Fraction) -> Boundary:
        """The boundary of a count."""
        return self._of(key, "count", f"{word} {exact_text(bound)}")

    def _of(self, key: Key, name: str, bound: str) -> Boundary:
        identity = (*key, name, bound)
        if identity not in self.found:
            place = self.conditions.written(key).location
            self.found[identity] = Boundary(f"{name} in {key[0]}", bound, place)
        return self.found[identity]

    def of_cap(self, clause: Clause, name: str, cap: Quantity) -> Boundary:
        """The boundary that the cap of a dose is."""
        identity = ("cap", str(clause.head), name, str(cap))
        if identity not in self.found:
            self.found[identity] = Boundary(f"{name} of {clause.head}", f"at most {cap}", self._stated(clause))
        return self.found[identity]

    def _stated(self, clause: Clause) -> Location:
        """Where the evidence of a clause is written that states a dose."""
        places = {
            f"{regimen.id}/{phase.role}": phase.location
            for regimen in self.knowledge.regimens
            for phase in regimen.phases
        }
        places |= {fact.id: fact.location for fact in self.knowledge.facts.values()}
        named = [places.get(id_) or places.get(id_.partition("/")[0]) for id_ in clause.evidence]
        return next((place for place in named if place is not None), NOWHERE)

    def see(self, scenario: int, key: Key, literal: Literal, branches: Branches, items: Items) -> None:
        """Take in what a scenario shows of one condition."""
        if isinstance(literal, Count):
            for word, bound in _bounds(literal) if self.conditions.is_count(key) else ():
                sight = counted(literal, bound, branches.members(literal, items))
                if sight is not None:
                    self.of_count(key, word, bound).see(scenario, sight)
            return
        for name, test, seen in compared(branches.observer, literal, items):
            self.of_test(key, name, test).see(scenario, seen)

    def see_run(self, scenario: int, run: Run) -> None:
        """Take in the doses and the ages of measurements of a scenario."""
        for (index, name), computed in run.derivation.amounts.items():
            clause = run.program.clauses[index]
            amount = dict(clause.annotations)[name]
            if isinstance(amount, GroundAmount) and amount.at_most is not None:
                self.of_cap(clause, name, amount.at_most).see(scenario, dose(computed, amount.at_most))
        for path, entry in run.observer.case.data.items():
            attribute = self.knowledge.vocabulary.attribute(path)
            sight = age(run.observer, attribute, entry) if attribute is not None else None
            if sight is not None:
                self.found["age", path].see(scenario, sight)


def _bounds(literal: Count) -> list[tuple[str, Fraction]]:
    bounds = (("at least", literal.at_least), ("at most", literal.at_most))
    return [(word, bound) for word, bound in bounds if bound is not None]


def _sides(literal: Count, bound: Fraction) -> tuple[Side, ...]:
    """The sides of a bound that the points of a count can come to."""
    most = sum((points for points, _ in literal.members if points > 0), Fraction(0))
    least = sum((points for points, _ in literal.members if points < 0), Fraction(0))
    reachable: dict[Side, bool] = {"below": least < bound, "at": least <= bound <= most, "above": most > bound}
    return tuple(side for side in SIDES if reachable[side])
