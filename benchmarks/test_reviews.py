"""What reviews cost: digests, the states of all parts, the gaps that an advice names, a dossier."""

# ruff: noqa: D103

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.conftest import ROOT, Prepared, measured
from engine.advising import Advisor
from engine.content import digest, subjects
from engine.model.knowledge import KnowledgeBase
from engine.model.review import Review
from engine.reviewed import Reviewed
from provenance.review.dossier import dossier
from rulewright.authoring.trials import trials


def approved(knowledge: KnowledgeBase, every: int) -> KnowledgeBase:
    """The knowledge base with a made-up review of every so-manieth part."""
    parts = list(subjects(knowledge))[::every]
    entries = (Review(part, "Made Up", "approved", date(2026, 1, 1), digest(knowledge, part), "") for part in parts)
    return replace(knowledge, reviews=tuple(entries))


def test_digests_of_all_parts(benchmark: BenchmarkFixture, kb: Prepared) -> None:
    found = benchmark(lambda: {part: digest(kb.knowledge, part) for part in subjects(kb.knowledge)})
    assert len(set(found.values())) == len(found) > 100


def test_states_of_all_parts(benchmark: BenchmarkFixture, kb: Prepared) -> None:
    knowledge = approved(kb.knowledge, 1)
    assert not benchmark(lambda: Reviewed(knowledge).open)


@pytest.mark.parametrize("reviewed", ["nothing", "half"])
def test_an_advice(benchmark: BenchmarkFixture, kb: Prepared, reviewed: str) -> None:
    knowledge = kb.knowledge if reviewed == "nothing" else approved(kb.knowledge, 2)
    advisor = Advisor(knowledge, ("compiled",))
    advice = benchmark(lambda: advisor.advise(kb.cases[1]))
    assert any(standing.unreviewed for standing in advice.options)


def test_a_dossier_with_its_withdrawals(benchmark: BenchmarkFixture, kb: Prepared) -> None:
    found = trials(ROOT / "kb", kb.knowledge)
    made = measured(benchmark, 3, lambda: dossier(kb.knowledge, "S6", trials=found))
    assert len(made.statements) == 8
