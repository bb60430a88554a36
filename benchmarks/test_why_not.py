"""Why-not of every option that an example does not draw, with the smallest changes that would draw it."""

# ruff: noqa: D103  the name of a test is its sentence

from __future__ import annotations

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.conftest import Prepared, measured
from engine.advising import Advisor
from provenance.inquiry import Inquiry
from provenance.model.whynot import WhyNot
from provenance.whynot.answer import not_drawn, why_not

EXAMPLES = {"biologic-asked-for-first": 0, "refractory-child": 1, "untreated-child": 2}


@pytest.fixture(scope="module")
def advisor(kb: Prepared) -> Advisor:
    return Advisor(kb.knowledge, ("compiled",))


@pytest.mark.parametrize("changes", [False, True], ids=["without changes", "with changes"])
@pytest.mark.parametrize("example", EXAMPLES)
def test_every_option_that_is_not_drawn(
    benchmark: BenchmarkFixture, kb: Prepared, advisor: Advisor, example: str, changes: bool
) -> None:
    def answers() -> list[WhyNot]:
        inquiry = Inquiry(advisor, kb.cases[EXAMPLES[example]])
        return [why_not(inquiry, line.conclusion, changes) for line in not_drawn(inquiry).lines]

    found = measured(benchmark, 3, answers)
    assert found
    assert all(answer.instances and (answer.changes is None) != changes for answer in found)


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_slowest_option(benchmark: BenchmarkFixture, kb: Prepared, advisor: Advisor, example: str) -> None:
    inquiry = Inquiry(advisor, kb.cases[EXAMPLES[example]])
    slowest = "option(anakinra, refractory)" if example != "refractory-child" else "option(emapalumab, case-precedent)"
    answer = measured(benchmark, 3, lambda: why_not(inquiry, slowest))
    assert answer.changes is not None
    assert answer.changes.whole
