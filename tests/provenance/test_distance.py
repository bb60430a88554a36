"""Distances against their definition, worked out by trying everything, on random knowledge bases and cases."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

from hypothesis import HealthCheck, given, settings
from oracle.programs import Written, WrittenCase, cases, programs

from engine.compiled import Compiled
from engine.errors import Refused
from engine.grounding import ground
from engine.observing import FALSE, TRUE, Observer
from engine.program import Clause, Count, Holds, Item, Literal
from engine.reasons import Reasons
from provenance.whynot.distance import Distances

Atoms = dict[object, int]
FAR = 10**6


def lacking_item(reasons: Reasons, literal: Item, items: dict[str, str], name: str) -> int:
    """What one item lacks of a pattern; a new item lacks every test."""
    observer = reasons.observer
    section = observer.section(literal.item)
    if name.endswith("[?]"):
        return max(1, len(literal.tests))
    failing = [test for test in literal.tests if observer.field(section, name, *test, items) != TRUE]
    if failing:
        return len(failing)
    return 0 if (name, TRUE) in observer.items(literal, items) else 1


def names(reasons: Reasons, literal: Item) -> list[str]:
    section = reasons.observer.section(literal.item)
    return [f"{section.name}[{n}]" for n in range(len(reasons.observer.listed(section).items))] + [f"{section.name}[?]"]


def lacking(reasons: Reasons, literal: Literal, items: dict[str, str], known: Atoms) -> int:
    if isinstance(literal, Holds):
        return known.get(literal.atom, FAR)
    if isinstance(literal, Item) and literal.variable and literal.variable in items:
        return lacking_item(reasons, literal, items, items[literal.variable])
    if isinstance(literal, Item):
        return min(lacking_item(reasons, literal, items, name) for name in names(reasons, literal))
    if isinstance(literal, Count):
        return lacking_count(reasons, literal, items, known)
    return 0 if reasons.literal(literal, items) == TRUE else 1


def lacking_count(reasons: Reasons, literal: Count, items: dict[str, str], known: Atoms) -> int:
    """The cheapest of all ways to make each member hold, to make it false, or to leave it."""
    best = FAR
    values = [reasons.literal(member, items) for _, member in literal.members]
    for ways in product(("hold", "false", "as it is"), repeat=len(values)):
        low = high = Fraction(0)
        cost = 0
        for (points, member), value, way in zip(literal.members, values, ways, strict=True):
            settled = value in (TRUE, FALSE)
            if way == "hold" or (way == "as it is" and value == TRUE):
                low, high = low + points, high + points
                cost += 0 if value == TRUE else lacking(reasons, member, items, known)
            elif way == "false":
                cost += 0 if value == FALSE else 1
            elif not settled:
                low, high = low + min(points, Fraction(0)), high + max(points, Fraction(0))
        enough = literal.at_least is None or low >= literal.at_least
        if enough and (literal.at_most is None or high <= literal.at_most):
            best = min(best, cost)
    return best


def choices(reasons: Reasons, clause: Clause) -> Iterator[dict[str, str]]:
    patterns = [
        condition.literal
        for condition in clause.when
        if isinstance(condition.literal, Item) and condition.literal.variable
    ]
    for chosen in product(*(names(reasons, pattern) for pattern in patterns)):
        yield {pattern.variable: name for pattern, name in zip(patterns, chosen, strict=True)}


def lacking_instance(reasons: Reasons, clause: Clause, known: Atoms) -> int:
    def of(items: dict[str, str]) -> int:
        held = sum(lacking(reasons, literal, items, known) for literal in {one.literal for one in clause.when})
        asked = {(one.literal, one.stands) for one in clause.unless}
        return held + sum(reasons.literal(literal, items) != FALSE for literal, _ in asked)

    return min(of(items) for items in choices(reasons, clause))


def brute_force(reasons: Reasons) -> Atoms:
    """The least fixpoint, by doing everything again until nothing changes."""
    program = reasons.program
    known: Atoms = {atom: 0 if reasons.derivation.value(atom) == TRUE else FAR for atom in program.atoms}
    changed = True
    while changed:
        changed = False
        for clause in program.clauses:
            found = min(lacking_instance(reasons, clause, known), FAR)
            if found < known[clause.head]:
                known[clause.head] = found
                changed = True
    return known


def explained(written: Written, case: WrittenCase) -> Reasons | None:
    knowledge = written.load()
    try:
        program = ground(knowledge, written.admitted)
    except Refused:
        return None
    read = case.read(knowledge.vocabulary)
    observer = Observer(knowledge.vocabulary, read, program.facts)
    derivation = Compiled(program, knowledge.vocabulary).evaluate(read, observer)
    return Reasons(program, knowledge.vocabulary, observer, derivation)


@settings(max_examples=120, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs(), cases())
def test_distances_are_the_fewest_tests_that_are_not_met(written: Written, case: WrittenCase) -> None:
    reasons = explained(written, case)
    if reasons is None:
        return
    expected = brute_force(reasons)
    distances = Distances(reasons)
    for atom in reversed(reasons.program.atoms):
        assert distances.conclusion(atom) == (None if expected[atom] >= FAR else expected[atom]), atom
    for clause in reasons.program.clauses:
        lacks = lacking_instance(reasons, clause, expected)
        distance, items = distances.instance(clause)
        assert distance == (None if lacks >= FAR else lacks), clause
        if distance is not None:
            held = sum(lacking(reasons, condition.literal, items, expected) for condition in clause.when)
            held += sum(reasons.literal(condition.literal, items) != FALSE for condition in clause.unless)
            assert held == distance, "the items named are those for which it lacks least"


def test_the_oracle_tells_distances_apart() -> None:
    """The programs above would prove nothing if everything were at distance 0, 1 or out of reach."""
    found: set[int] = set()

    @settings(max_examples=40, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(programs(), cases())
    def seen(written: Written, case: WrittenCase) -> None:
        reasons = explained(written, case)
        if reasons is not None:
            found.update(brute_force(reasons).values())

    seen()
    assert {0, 1, 2, 3, FAR} <= found
