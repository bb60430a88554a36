"""The list of changes of the knowledge base that no scenario notices is of changes that there are; others are noticed.

Every one of them is judged by `rulewright test --mutate`, which takes a minute or more; some of them here.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from engine.loading import load
from rulewright.authoring.mutation.equivalent import read_equivalent
from rulewright.authoring.mutation.exams import exams
from rulewright.authoring.mutation.judging import Judge
from rulewright.authoring.mutation.mutant import Mutant
from rulewright.authoring.mutation.mutants import mutants
from rulewright.authoring.scenarios import read_scenarios

KB = Path(__file__).resolve().parents[2] / "kb"
KNOWLEDGE = load(KB)
MUTANTS = {mutant.name: mutant for mutant in mutants(KNOWLEDGE)}
LISTED = {entry.mutant: entry for entry in read_equivalent(KB)}
SOME = random.Random(11).sample(sorted(MUTANTS.keys() - LISTED.keys()), 24)


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(KNOWLEDGE, exams(KNOWLEDGE, read_scenarios(KB)))


def test_what_is_listed_is_a_mutant_and_has_a_reason() -> None:
    assert LISTED.keys() <= MUTANTS.keys()
    assert all(len(entry.because.split()) > 3 for entry in LISTED.values())


def test_few_are_listed() -> None:
    assert len(LISTED) < len(MUTANTS) / 10


@pytest.mark.parametrize("mutant", [MUTANTS[name] for name in SOME], ids=SOME)
def test_a_scenario_notices_a_change(mutant: Mutant, judge: Judge) -> None:
    assert judge.verdict(mutant).fate in ("killed", "refused")
