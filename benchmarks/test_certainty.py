"""How sure, on a derivation of more than 10,000 nodes with cycles and shared premises, and on a chain of diamonds."""

# ruff: noqa: D103  the name of a test is its sentence

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from oracle.proofs import Way, best, proofs
from pytest_benchmark.fixture import BenchmarkFixture

from engine.certainty import Certainties
from engine.derivation import Derivation, Firing
from engine.loading import load
from engine.model.case import Case
from engine.model.fact import Fact, Grade
from engine.model.knowledge import KnowledgeBase
from engine.observing import TRUE, Observer
from engine.program import Atom, Clause, Evidence, GroundCondition, Holds, Program
from engine.reasons import Reasons

GRADED = Path(__file__).parents[1] / "tests" / "knowledge" / "graded"
DAY = date(2025, 4, 10)
LAYERS, WIDTH, FACTS = 40, 85, 1000
SCALE = ("high", "moderate", "low", "very low", None, None)

Graph = tuple[KnowledgeBase, Program, Reasons, Derivation]


def atom(layer: int, place: int) -> Atom:
    return Atom("node", (str(layer), str(place)))


def clause(number: int, head: Atom, fact: str, premises: list[Atom]) -> Clause:
    held = tuple(GroundCondition(Holds(premise), place) for place, premise in enumerate(premises))
    return Clause(f"rule {number}", 0, (), (fact,), held, (), head)


def graph(clauses: list[Clause], grades: dict[str, str | None]) -> Graph:
    """The derivation in which every clause fires, by facts that have these grades."""
    plain = load(GRADED)
    facts = {
        name: Fact(name, quoted_from="P1", quote="words", grade=Grade(grade, "P1") if grade else None)
        for name, grade in grades.items()
    }
    knowledge = replace(plain, facts=facts)
    evidence = {name: Evidence(name, name, "claim", {}, "", (name,), fact.grade) for name, fact in facts.items()}
    values = dict.fromkeys((one.head for one in clauses), TRUE)
    strata = (tuple(range(len(clauses))),)
    program = Program(tuple(clauses), strata, evidence, tuple(sorted(values)), frozenset(facts))
    derivation = Derivation(values, tuple(Firing(number, (), TRUE) for number in range(len(clauses))), {})
    case = Case("", None, {}, {})  # type: ignore[arg-type]
    observer = Observer(knowledge.vocabulary, case, frozenset(facts))
    return knowledge, program, Reasons(program, knowledge.vocabulary, observer, derivation), derivation


@pytest.fixture(scope="module")
def large() -> Graph:
    """Two or three firings for each of 3,400 conclusions, each by a fact and two premises, some of them further up."""
    chance = random.Random(20260301)
    grades = {f"F{number}": chance.choice(SCALE) for number in range(FACTS)}
    clauses: list[Clause] = []
    for layer in range(LAYERS):
        for place in range(WIDTH):
            for way in range(2 + (place % 3 == 0)):
                below = layer - 1 if way < 2 else min(layer + 1, LAYERS - 1)  # the third way goes round
                premises = [atom(below, chance.randrange(WIDTH)) for _ in range(2)] if layer or way == 2 else []
                clauses.append(clause(len(clauses), atom(layer, place), chance.choice(list(grades)), premises))
    return graph(clauses, grades)


def test_the_bounds_of_every_conclusion_of_a_large_derivation(large: Graph, benchmark: BenchmarkFixture) -> None:
    knowledge, program, reasons, derivation = large
    assert len(program.atoms) + len(derivation.firings) + FACTS > 10_000
    certainties = benchmark(lambda: Certainties(knowledge, program, reasons, derivation, DAY))
    assert certainties.upper.rank.keys() == set(program.atoms)


def test_one_conclusion_of_a_large_derivation(large: Graph, benchmark: BenchmarkFixture) -> None:
    """With every statement that sets its certainty or leaves it open, from the whole graph below."""
    knowledge, program, reasons, derivation = large
    certainties = Certainties(knowledge, program, reasons, derivation, DAY)
    told = benchmark(lambda: certainties.of(atom(LAYERS - 1, 0)))
    assert (told.status, told.at_most) == ("partly graded", "low")
    assert len(told.ungraded) > 100


def test_a_chain_of_20_diamonds(benchmark: BenchmarkFixture) -> None:
    """A million proofs: each conclusion two ways from the one before, by a fact of its own."""
    grades: dict[str, str | None] = {}
    clauses = []
    for step in range(20):
        for side in range(2):
            name = f"F{step}-{side}"
            grades[name] = ("moderate", "low")[side] if step else "high"
            clauses.append(clause(len(clauses), atom(step, side + 1), name, [atom(step - 1, 0)] if step else []))
            clauses.append(clause(len(clauses), atom(step, 0), name, [atom(step, side + 1)]))
    knowledge, program, reasons, derivation = graph(clauses, grades)
    told = benchmark(lambda: Certainties(knowledge, program, reasons, derivation, DAY).of(atom(19, 0)))
    assert (told.grade, told.limiting) == ("moderate", tuple(sorted(f"F{step}-0" for step in range(1, 20))))
    short = {one.head: [other for other in clauses if other.head == one.head] for one in clauses[:16]}

    def ways(at: Atom) -> list[Way[Atom]]:
        ranked = {name: knowledge.vocabulary.grades[grade] for name, grade in grades.items() if grade}
        return [
            Way(
                frozenset((fact, ranked[fact]) for fact in one.evidence),
                tuple(condition.literal.atom for condition in one.when if isinstance(condition.literal, Holds)),
            )
            for one in short[at]
        ]

    assert best(proofs(atom(3, 0), ways), None) == knowledge.vocabulary.grades["moderate"]
