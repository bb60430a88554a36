"""`rulewright test --mutate`: its page, its data and how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rulewright.authoring.mutation.report import Mutation

Run = Callable[..., Any]
KETTLES = Path(__file__).parents[2] / "knowledge" / "kettles"


def test_survivors_are_listed_with_their_places_and_end_it_as_negative(run: Run) -> None:
    ran = run("test", "--mutate", "--mutants", "valid-for", "--kb", KETTLES)
    assert ran.code == 1
    assert ran.out.startswith("3 mutants, 6 scenarios, seed 0: 33 % noticed or explained\n")
    assert "words.yaml:36:7: kettle.water: shift valid-for 2 h into 3 h" in ran.out
    assert "into 1 h" not in ran.out


def test_mutants_that_are_all_noticed_as_data(run: Run) -> None:
    ran = run("test", "--mutate", "--mutants", "kettle.heat", "--format", "json", "--kb", KETTLES)
    assert ran.code == 0
    found = Mutation.model_validate(json.loads(ran.out))
    assert (found.mutants, found.killed) == (5, 5)


def test_every_mutant_with_what_noticed_it(run: Run) -> None:
    ran = run("test", "--mutate", "--mutants", "SPOILT", "--verbose", "--kb", KETTLES)
    assert "hot-and-sour: tea: expected the principal reason SPOILT, is none" in " ".join(ran.out.split())


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_part_of_no_name_is_refused(run: Run, jobs: int) -> None:
    ran = run("test", "--mutate", "--mutants", "kettle.watr", "--jobs", jobs, "--kb", KETTLES)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("--mutants: dangling: no mutant has a name that holds `kettle.watr`"), ran.err
    assert "did you mean `kettle.water`?" in ran.err


@pytest.mark.parametrize(
    "options", [["--coverage", "--mutate"], ["--html", "x"], ["--mutants", "x"], ["--mutate", "--jobs", "0"]]
)
def test_options_that_do_not_go_together_are_refused(run: Run, options: list[str]) -> None:
    ran = run("test", *options, "--kb", KETTLES)
    assert (ran.code, ran.out) == (2, "")
