"""Ranks descend: whatever carries a firing was reached before it, so no chain of firings leads back to itself."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from oracle.programs import Written, WrittenCase, cases, programs

from engine.advising import Advisor, read_case_text
from engine.compiled import Compiled
from engine.derivation import Derivation, Firing, ranks
from engine.errors import Refused
from engine.grounding import ground
from engine.loading import load
from engine.observing import TRUE, UNKNOWN
from engine.program import Atom, Clause, Count, GroundCondition, Holds, Literal, Program

ROOT = Path(__file__).parents[2]


def read_by(literal: Literal) -> set[Atom]:
    """The conclusions in a literal, at any depth."""
    if isinstance(literal, Count):
        return set().union(*(read_by(member) for _, member in literal.members))
    return {literal.atom} if isinstance(literal, Holds) else set()


def assert_descending(program: Program, derivation: Derivation) -> int:
    """A conclusion has the lowest rank of the firings that give it its value; returns how many premises were looked at.

    Worked out from the ranks of firings alone, as a reader of an advice has them.
    """
    _, of = ranks(program, derivation)
    assert of.keys() == set(derivation.firings)
    lowest: dict[Atom, int] = {}
    for firing, rank in of.items():
        head = program.clauses[firing.clause].head
        if firing.value == derivation.value(head):
            lowest[head] = min(rank, lowest.get(head, rank))
    assert lowest.keys() == {atom for atom, value in derivation.values.items() if value}
    looked_at = 0
    for firing, rank in of.items():
        carried_by = [
            atom
            for condition in program.clauses[firing.clause].when
            for atom in read_by(condition.literal)
            if derivation.value(atom) >= firing.value
        ]
        assert all(lowest[atom] < rank for atom in carried_by)
        assert rank == 1 + max((lowest[atom] for atom in carried_by), default=0)
        looked_at += len(carried_by)
    return looked_at


@settings(max_examples=100, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs(), cases())
def test_ranks_descend_on_random_programs(written: Written, case: WrittenCase) -> None:
    knowledge = written.load()
    try:
        program = ground(knowledge, written.admitted)
    except Refused:
        assume(False)
    assert_descending(program, Compiled(program, knowledge.vocabulary).evaluate(case.read(knowledge.vocabulary)))


def test_ranks_descend_in_the_example_cases() -> None:
    knowledge = load(ROOT / "kb")
    for path in sorted((ROOT / "kb" / "scenarios" / "examples").glob("*.yaml")):
        case = read_case_text(path.read_text(encoding="utf-8"), path.name, knowledge)
        program, _, derivation = Advisor(knowledge, ("compiled",)).derive(case)
        assert assert_descending(program, derivation) > 10


# What counts hold -----------------------------------------------------------------------------------------------------


def atom(name: str) -> Atom:
    return Atom(name, ())


def clause(head: str, *when: Literal) -> Clause:
    held = tuple(GroundCondition(literal, position) for position, literal in enumerate(when))
    return Clause(head, 0, (), (), held, (), atom(head))


def any_of(*members: Literal) -> Count:
    return Count(tuple((Fraction(1), member) for member in members), Fraction(1), None)


def held(*names: str) -> tuple[Literal, ...]:
    return tuple(Holds(atom(name)) for name in names)


@pytest.mark.parametrize("depth", [1, 2])
def test_an_unknown_member_of_a_count_does_not_raise_what_the_count_carries(depth: int) -> None:
    """`a` carries the count; `far`, unknown and of a high rank, does not, and the count is read at a low rank."""
    count: Literal = any_of(*held("a", "far"))
    for _ in range(depth - 1):
        count = any_of(count, *held("far"))
    clauses = (
        clause("a"), clause("near"), clause("next", *held("near")), clause("far", *held("next")),
        clause("counted", count), clause("read", *held("counted")),
    )  # fmt: skip
    values = {atom(name): TRUE for name in ("a", "counted", "read")}
    values |= {atom(name): UNKNOWN for name in ("near", "next", "far")}
    firings = tuple(Firing(number, (), values[one.head]) for number, one in enumerate(clauses))
    program = Program(clauses, (tuple(range(len(clauses))),), {}, tuple(sorted(values)), frozenset())
    derivation = Derivation(values, firings, {})
    assert_descending(program, derivation)
    _, of = ranks(program, derivation)
    assert [of[firing] for firing in firings] == [1, 1, 2, 3, 2, 3]
