"""How long the scenarios of the knowledge base take, and a failure's page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from engine.advising import ENGINES, Advisor, read_case_node
from engine.errors import Findings
from engine.loading import load
from engine.reading import Mapping, read_text
from rulewright.authoring.failure import failure_page
from rulewright.authoring.recording import recorded
from rulewright.authoring.scenarios import outcome, read_scenarios
from rulewright.authoring.testing import Report, picked, run_each

KB = Path(__file__).resolve().parents[1] / "kb"


@pytest.mark.parametrize("engines", [ENGINES, ("compiled",)], ids=["both", "compiled"])
def test_all_scenarios(benchmark: BenchmarkFixture, engines: tuple[str, ...]) -> None:
    """Everything that `rulewright test` does, from the files to the outcomes."""

    def ran() -> Report:
        return run_each(picked(KB, []), Advisor(load(KB), engines), False, lambda _: None)

    assert benchmark.pedantic(ran, rounds=5).passed


def test_the_page_of_a_failure(benchmark: BenchmarkFixture) -> None:
    """Expected and actual side by side, with a chain in brief."""
    expect = read_text("undetermined: [{drug: anakinra, role: refractory}]", "x", Findings())
    assert isinstance(expect, Mapping)
    scenario = next(one for one in read_scenarios(KB) if one.name == "refractory-child")
    found = outcome(replace(scenario, expect=expect), Advisor(load(KB), ("compiled",)))
    assert "Why it is" in benchmark(lambda: failure_page(found).text())


def test_recording(benchmark: BenchmarkFixture) -> None:
    """The text of a scenario that expects everything that an advice says."""
    knowledge = load(KB)
    scenario = next(one for one in read_scenarios(KB) if one.name == "refractory-child")
    advice = Advisor(knowledge, ("compiled",)).advise(read_case_node(scenario.case, knowledge))
    assert benchmark(lambda: recorded(advice, knowledge, scenario.case, None, "a-case.yaml"))
