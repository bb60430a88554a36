"""On random knowledge bases: what is seen could be, and the branches of clauses come to what the engine derives."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from oracle.programs import Written, WrittenCase, cases, programs

from engine.compiled import Compiled
from engine.errors import Refused
from engine.grounding import ground
from engine.observing import FALSE, NOT, STANDS, Observer
from engine.program import Atom
from rulewright.authoring.coverage.branches import Branches
from rulewright.authoring.coverage.possible import Possible


@settings(max_examples=60, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs(), st.tuples(cases(), cases(), cases()))
def test_branches_come_to_what_is_derived_and_nothing_impossible_is_seen(
    written: Written, some: tuple[WrittenCase, ...]
) -> None:
    knowledge = written.load()
    try:
        program = ground(knowledge, written.admitted)
    except Refused:
        assume(False)
    possible = Possible(program, knowledge.vocabulary)
    # What a datum says that is not read under the admitted facts is always open; that is not looked at here.
    read_everything = program.facts.issuperset(knowledge.facts)
    for case in some:
        read = case.read(knowledge.vocabulary)
        observer = Observer(knowledge.vocabulary, read, program.facts)
        derivation = Compiled(program, knowledge.vocabulary).evaluate(read, observer)
        branches = Branches(observer, derivation)
        best: dict[Atom, int] = dict.fromkeys(program.atoms, FALSE)
        for clause in program.clauses:
            for branch in branches.of(clause):
                negated = [
                    None if value is None else (STANDS if condition.stands else NOT)[value]
                    for condition, value in zip(clause.unless, branch.unless, strict=True)
                ]
                values = [*branch.when, *negated]
                told = [value for value in values if value is not None]
                assert None not in values or FALSE in told
                best[clause.head] = max(best[clause.head], min(told, default=3))
                if read_everything:
                    for condition, value in zip(
                        (*clause.when, *clause.unless), (*branch.when, *branch.unless), strict=True
                    ):
                        assert value is None or value in possible.literal(condition.literal)
        assert best == {atom: derivation.value(atom) for atom in program.atoms}
        if read_everything:
            assert all(derivation.value(atom) in possible.atoms[atom] for atom in program.atoms)
