"""Two advices compared, a changed case, and what to ask next; also of an advice of some thousand firings."""

# ruff: noqa: D103  the name of a test is its sentence

from __future__ import annotations

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.conftest import Prepared, measured
from engine.advising import Advisor, read_case_text
from engine.errors import Findings
from provenance.comparison.compare import compare_grounds
from provenance.grounds import Grounds
from provenance.inquiry import Inquiry
from provenance.variants.changes import read_changes
from provenance.variants.next import next_data
from provenance.variants.whatif import what_if

CASES = {
    "nothing known": "{as-of: 2026-03-06T08:00Z}",
    "response open": """
as-of: 2026-03-06T08:00Z
patient: {mas: confirmed}
courses:
  - {drug: methylprednisolone, route: IV, started: -2 d, response: inadequate}
  - {drug: cyclosporine A, dose: 100 mg/d, route: IV}
""",
}


@pytest.fixture(scope="module")
def advisor(kb: Prepared) -> Advisor:
    return Advisor(kb.knowledge, ("compiled",))


def test_two_examples_compared(benchmark: BenchmarkFixture, kb: Prepared, advisor: Advisor) -> None:
    one, other = (Grounds(advisor.advise(case), kb.knowledge, kb.program, case) for case in kb.cases[:2])
    assert measured(benchmark, 20, lambda: compare_grounds(one, other)).changes


def test_two_large_advices_compared(benchmark: BenchmarkFixture, everything: Prepared) -> None:
    advisor = Advisor(everything.knowledge, ("compiled",))
    sides = [
        Grounds(advisor.advise(case, questions=False), everything.knowledge, everything.program, case)
        for case in everything.cases[:2]
    ]
    benchmark.extra_info["firings"] = [len(side.advice.firings) for side in sides]
    assert measured(benchmark, 3, lambda: compare_grounds(sides[0], sides[1])).changes


def test_a_changed_weight(benchmark: BenchmarkFixture, kb: Prepared, advisor: Advisor) -> None:
    inquiry = Inquiry(advisor, kb.cases[1])
    assert inquiry.grounds.program
    changes = read_changes(["patient.weight=30 kg"], (), (), Findings())
    assert measured(benchmark, 10, lambda: what_if(inquiry, changes)).comparison.changes


@pytest.mark.parametrize("name", CASES)
def test_what_to_ask_next(benchmark: BenchmarkFixture, kb: Prepared, advisor: Advisor, name: str) -> None:
    case = read_case_text(CASES[name], "case.yaml", kb.knowledge)
    assert measured(benchmark, 3, lambda: next_data(Inquiry(advisor, case))).data
