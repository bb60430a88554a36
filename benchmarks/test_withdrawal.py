"""A withdrawal over one case and over every scenario, and a long list of retracted identifiers."""

# ruff: noqa: D103  the name of a test is its sentence

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from engine.advising import Advisor, read_case_text
from engine.loading import load
from engine.model.knowledge import KnowledgeBase
from provenance.inquiry import Inquiry
from provenance.withdrawal.drill import Trial, over_case, over_scenarios
from provenance.withdrawal.identifiers import read_list
from provenance.withdrawal.retractions import retractions
from provenance.withdrawal.withdrawal import read_withdrawal
from rulewright.authoring.trials import trials

KB = Path(__file__).parents[1] / "kb"
LISTED = 50_000


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return load(KB)


@pytest.fixture(scope="module")
def scenarios(kb: KnowledgeBase) -> list[Trial]:
    return trials(KB, kb)


def test_a_source_withdrawn_over_one_case(benchmark: BenchmarkFixture, kb: KnowledgeBase) -> None:
    case = read_case_text((KB / "scenarios" / "examples" / "refractory-child.yaml").read_text(), "case", kb)
    inquiry = Inquiry(Advisor(kb, ("compiled",)), case)
    assert inquiry.advice
    found = benchmark(over_case, inquiry, read_withdrawal(kb, ["S6"]))
    assert found.lines


@pytest.mark.parametrize("id_", ["S6", "I07"])
def test_a_withdrawal_over_every_scenario(
    benchmark: BenchmarkFixture, id_: str, kb: KnowledgeBase, scenarios: list[Trial]
) -> None:
    found = benchmark.pedantic(over_scenarios, (kb, read_withdrawal(kb, [id_]), scenarios), rounds=3, iterations=1)
    assert found.scenarios == len(scenarios) > 100
    assert found.effects


def test_a_long_list_that_hits_nothing(benchmark: BenchmarkFixture, kb: KnowledgeBase) -> None:
    text = "\n".join(f"10.1000/{number}" if number % 2 else f"PMID: {number + 1}" for number in range(LISTED))

    def looked_for() -> int:
        found = retractions(kb, read_list(text, "list"), lambda _: pytest.fail("nothing is on the list"))
        return found.identifiers

    assert benchmark(looked_for) == LISTED
