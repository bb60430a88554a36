"""What pulls apart: its share of an advice, and every chain of it; on the first knowledge base and on a large one."""

# ruff: noqa: D103  the name of a test is its sentence

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.conftest import Prepared, measured
from engine.advising import Advisor
from engine.model.case import Case
from engine.model.knowledge import KnowledgeBase
from engine.model.rule import Opposes, Side
from engine.observing import Observer
from engine.oppositions import opposed
from engine.program import Program
from engine.reasons import Reasons
from engine.standing import Standings
from engine.statements import statements
from engine.support import Support
from provenance.conflict import conflicts
from provenance.grounds import Grounds

REFRACTORY = 1
DECLARED = 100


def standings(knowledge: KnowledgeBase, prepared: Prepared, case: Case) -> tuple[Program, Standings]:
    observer = Observer(knowledge.vocabulary, case, prepared.program.facts)
    derivation = prepared.compiled.evaluate(case, observer)
    program = prepared.program
    reasons = Reasons(program, knowledge.vocabulary, observer, derivation)
    support = Support(knowledge, program, observer, derivation)
    return program, Standings(knowledge, program, observer, derivation, reasons, support)


def declared(knowledge: KnowledgeBase) -> KnowledgeBase:
    """The knowledge base with as many oppositions: of its therapy claims, each against the one after it."""
    facts = [fact.id for fact in knowledge.facts.values() if any(claim.kind == "therapy" for claim in fact.claims)]
    pairs = list(pairwise(facts))[:DECLARED]
    assert len(pairs) == DECLARED
    return replace(
        knowledge,
        opposes=tuple(
            Opposes(f"O{number}", (Side("one", (one,)), Side("other", (other,))), "unresolved")
            for number, (one, other) in enumerate(pairs)
        ),
    )


@pytest.mark.parametrize("large", [False, True], ids=["refractory-child", "generated-100-declared"])
def test_finding_what_pulls_apart(benchmark: BenchmarkFixture, request: pytest.FixtureRequest, large: bool) -> None:
    prepared: Prepared = request.getfixturevalue("everything" if large else "kb")
    knowledge = declared(prepared.knowledge) if large else prepared.knowledge
    program, made = standings(knowledge, prepared, prepared.cases[0 if large else REFRACTORY])
    options = made.all()
    said = statements(knowledge, program, made.derivation, made.support, made)
    found = measured(benchmark, 10, lambda: opposed(made, options, said))
    assert large or [entry.name for entry in found] == ["T1", "T4", "T5", "T3"]


def test_every_chain_of_the_refractory_child(benchmark: BenchmarkFixture, kb: Prepared) -> None:
    advice = Advisor(kb.knowledge, ("compiled",)).advise(kb.cases[REFRACTORY])
    grounds = Grounds(advice, kb.knowledge, kb.program, kb.cases[REFRACTORY])
    found = benchmark(conflicts, grounds)
    assert len(found.conflicts) == 4
