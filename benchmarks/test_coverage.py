"""What the scenarios exercise, and the judging of mutants by them."""

from __future__ import annotations

import random
from pathlib import Path

from pytest_benchmark.fixture import BenchmarkFixture

from engine.loading import load
from rulewright.authoring.coverage.measure import cover, measure
from rulewright.authoring.coverage.runs import run_trials
from rulewright.authoring.mutation.equivalent import read_equivalent
from rulewright.authoring.mutation.exams import exams
from rulewright.authoring.mutation.judging import Judge
from rulewright.authoring.mutation.mutants import mutants
from rulewright.authoring.scenarios import read_scenarios
from rulewright.authoring.trials import trials

KB = Path(__file__).resolve().parents[1] / "kb"
SAMPLE = 20


def test_coverage_of_the_knowledge_base(benchmark: BenchmarkFixture) -> None:
    """The scenarios of kb/ run by the compiled engine, and what they exercise measured."""
    knowledge = load(KB)
    every = trials(KB, knowledge)
    found = benchmark.pedantic(lambda: cover(knowledge, every), rounds=5)
    assert found.scenarios == len(every)


def test_coverage_of_scenarios_that_ran(benchmark: BenchmarkFixture) -> None:
    """The measuring alone."""
    knowledge = load(KB)
    runs = run_trials(knowledge, trials(KB, knowledge))
    benchmark.pedantic(lambda: measure(knowledge, runs), rounds=5)


def test_mutants_that_a_scenario_notices(benchmark: BenchmarkFixture) -> None:
    """Twenty changes of kb/, each until a scenario notices it."""
    knowledge = load(KB)
    judge = Judge(knowledge, exams(knowledge, read_scenarios(KB)))
    listed = {entry.mutant for entry in read_equivalent(KB)}
    some = random.Random(5).sample([mutant for mutant in mutants(knowledge) if mutant.name not in listed], SAMPLE)
    verdicts = benchmark.pedantic(lambda: [judge.verdict(mutant) for mutant in some], rounds=3)
    assert all(verdict.fate == "killed" for verdict in verdicts)
