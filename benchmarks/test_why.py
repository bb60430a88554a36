"""Why a conclusion was drawn, and the graph that it stands in: 10,000 nodes, cycles, and chains of diamonds."""

# ruff: noqa: D103  the name of a test is its sentence

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks import support
from benchmarks.conftest import measured
from engine.advising import Advisor, read_case_text
from engine.grounding import ground
from engine.loading import load
from engine.model.advice import Advice
from engine.model.case import Case
from engine.model.knowledge import KnowledgeBase
from engine.program import Program
from provenance.graph import graph_of
from provenance.grounds import Grounds
from provenance.inquiry import Inquiry
from provenance.why.answer import why

CONCLUSIONS, ALTERNATIVES = 2_700, 20
DIAMONDS = 20
ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Advised:
    """An advice with what it was made from, so that its grounds are new for every round."""

    knowledge: KnowledgeBase
    program: Program
    case: Case
    advice: Advice

    @property
    def grounds(self) -> Grounds:
        """Its grounds, with nothing looked up yet."""
        return Grounds(self.advice, self.knowledge, self.program, self.case)


@pytest.fixture(scope="module")
def advised(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, list[support.Link]], Advised]:
    def made(name: str, links: list[support.Link]) -> Advised:
        knowledge = load(support.write(tmp_path_factory.mktemp(name), links))
        case = read_case_text(support.CASE, "case.yaml", knowledge)
        return Advised(knowledge, ground(knowledge), case, Advisor(knowledge, ("compiled",)).advise(case))

    return made


@pytest.fixture(scope="module")
def large(advised: Callable[[str, list[support.Link]], Advised]) -> Advised:
    return advised("large", support.shared(CONCLUSIONS, ALTERNATIVES))


def test_graph_of_ten_thousand_nodes(benchmark: BenchmarkFixture, large: Advised) -> None:
    graph = measured(benchmark, 5, lambda: graph_of(large.grounds))
    assert graph.number_of_nodes() >= 10_000


def test_why_over_ten_thousand_nodes(benchmark: BenchmarkFixture, large: Advised) -> None:
    answer = measured(benchmark, 5, lambda: why(large.grounds, "situation(top)"))
    assert answer.evidence.number is not None
    assert 100 <= answer.evidence.number < 1_000
    assert answer.evidence.listed == answer.evidence.number
    assert answer.confirmed


@pytest.mark.parametrize("distinct", [True, False], ids=["distinct", "shared"])
def test_why_over_twenty_diamonds(
    benchmark: BenchmarkFixture, advised: Callable[[str, list[support.Link]], Advised], distinct: bool
) -> None:
    chain = advised("diamonds", support.diamonds(DIAMONDS, distinct))
    answer = measured(benchmark, 5, lambda: why(chain.grounds, f"situation(end-{DIAMONDS})"))
    assert answer.proofs == 2**DIAMONDS
    assert answer.evidence.number == (2**DIAMONDS if distinct else 2)


def test_why_over_the_refractory_child(benchmark: BenchmarkFixture) -> None:
    knowledge = load(ROOT / "kb")
    text = (ROOT / "kb" / "scenarios" / "examples" / "refractory-child.yaml").read_text(encoding="utf-8")
    inquiry = Inquiry(Advisor(knowledge, ("compiled",)), read_case_text(text, "case.yaml", knowledge))
    assert inquiry.advice
    answer = measured(benchmark, 10, lambda: why(inquiry, "option(anakinra, refractory)"))
    assert answer.evidence.number == 2
