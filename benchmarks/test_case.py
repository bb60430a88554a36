"""One case in process: from a validated case to values, firings and doses. The evidence is resident."""

# ruff: noqa: D103  the name of a test is its sentence

from __future__ import annotations

from fractions import Fraction

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks import workload
from benchmarks.conftest import Prepared
from engine.derivation import Derivation
from engine.program import Program
from engine.rete import Rete

EXAMPLES = {"biologic-asked-for-first": 0, "refractory-child": 1, "untreated-child": 2}


def doses(program: Program, derivation: Derivation) -> dict[str, Fraction]:
    """The exact doses by drug."""
    return {
        program.clauses[index].head.arguments[0]: computed.amount.low
        for (index, _), computed in derivation.amounts.items()
    }


def assert_right(program: Program, derivation: Derivation) -> None:
    assert len(derivation.firings) == workload.FIRINGS
    assert doses(program, derivation) == workload.expected_doses(Fraction(20))


def test_comparison_compiled(benchmark: BenchmarkFixture, comparison: Prepared) -> None:
    assert_right(comparison.program, benchmark(comparison.compiled.evaluate, comparison.cases[0]))


def test_comparison_rete(benchmark: BenchmarkFixture, comparison: Prepared) -> None:
    rete = Rete(comparison.program, comparison.knowledge)
    assert_right(comparison.program, benchmark(rete.evaluate, comparison.cases[0]))


def test_comparison_clips(benchmark: BenchmarkFixture) -> None:
    clips = pytest.importorskip("clips")
    environment = clips.Environment()
    for construct in workload.clips():
        environment.build(construct)

    def run() -> int:
        environment.reset()
        environment.assert_string("(patient (condition mas) (weight 20))")
        return int(environment.run())

    assert benchmark(run) == workload.FIRINGS
    found = {fact["drug"]: fact["amount"] for fact in environment.facts() if fact.template.name == "dose"}
    assert found == {drug: float(dose) for drug, dose in workload.expected_doses(Fraction(20)).items()}


@pytest.mark.parametrize("example", EXAMPLES)
def test_kb_compiled(benchmark: BenchmarkFixture, kb: Prepared, example: str) -> None:
    derivation = benchmark(kb.compiled.evaluate, kb.cases[EXAMPLES[example]])
    assert derivation.firings


@pytest.mark.parametrize("example", EXAMPLES)
def test_kb_rete(benchmark: BenchmarkFixture, kb: Prepared, example: str) -> None:
    case = kb.cases[EXAMPLES[example]]
    rete = Rete(kb.program, kb.knowledge)
    assert benchmark(rete.evaluate, case) == kb.compiled.evaluate(case)
