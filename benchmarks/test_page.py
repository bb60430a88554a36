"""An advice as a drawing and as a file of HTML: from a case that was advised to the text of the file."""

# ruff: noqa: D103  the name of a test is its sentence

from __future__ import annotations

import shutil

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.conftest import ROOT, Prepared, measured
from engine.advising import Advisor, read_case_node
from provenance.grounds import Grounds
from provenance.render.dot import dot
from provenance.render.html.advice import advice_page
from provenance.render.picture import picture
from provenance.render.svg import svg
from rulewright.authoring.scenarios import read_scenarios

LARGE = "declared-refractory-courses-unknown"
drawn = pytest.mark.skipif(shutil.which("dot") is None, reason="needs Debian's graphviz")


def grounds_of(kb: Prepared, name: str) -> Grounds:
    scenario = next(scenario for scenario in read_scenarios(ROOT / "kb") if scenario.name == name)
    case = read_case_node(scenario.case, kb.knowledge)
    found = Grounds(Advisor(kb.knowledge, ("compiled",)).advise(case, scenario.sources), kb.knowledge, kb.program, case)
    assert found.program
    return found


def test_a_large_picture_as_dot(benchmark: BenchmarkFixture, kb: Prepared) -> None:
    grounds = grounds_of(kb, LARGE)
    assert len(measured(benchmark, 10, lambda: dot(picture(grounds)))) > 50_000


@drawn
def test_a_large_picture_as_svg(benchmark: BenchmarkFixture, kb: Prepared) -> None:
    grounds = grounds_of(kb, LARGE)
    assert len(measured(benchmark, 3, lambda: svg(picture(grounds)))) > 50_000


@pytest.mark.parametrize("name", ["untreated-child", "refractory-child", LARGE])
def test_a_page_without_drawings(benchmark: BenchmarkFixture, kb: Prepared, name: str) -> None:
    grounds = grounds_of(kb, name)
    assert len(measured(benchmark, 5, lambda: advice_page(grounds, drawn=False))) > 50_000


@drawn
@pytest.mark.parametrize("name", ["untreated-child", "refractory-child", LARGE])
def test_a_page_with_its_drawings(benchmark: BenchmarkFixture, kb: Prepared, name: str) -> None:
    grounds = grounds_of(kb, name)
    assert len(measured(benchmark, 3, lambda: advice_page(grounds))) > 50_000
