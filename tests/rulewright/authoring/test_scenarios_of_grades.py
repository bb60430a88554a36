"""Scenarios say how sure the advice must be, and notice it when a grade, a grader or the scale is another."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.errors import Refused
from rulewright.authoring.scenarios import run

GRADED = Path(__file__).parents[2] / "knowledge" / "graded"
COMPILED = ("compiled",)
EDITS = {
    "a grade raised": (
        "facts/P1.yaml",
        "certainty: moderate\n    graded-by: P1\n    claims:\n      - {claim: recommendation",
        "certainty: high\n    graded-by: P1\n    claims:\n      - {claim: recommendation",
    ),
    "a claim's own grade lost": ("facts/P1.yaml", "not graded, certainty: very low}", "not graded, certainty: low}"),
    "another grader": (
        "facts/P2.yaml",
        "certainty: moderate\n    graded-by: P2",
        "certainty: moderate\n    graded-by: P1",
    ),
    "the scale in another order": (
        "vocabulary/terms.yaml",
        "    moderate: {label: moderate certainty}\n    low: {label: low certainty}\n",
        "    low: {label: low certainty}\n    moderate: {label: moderate certainty}\n",
    ),
    "a letter on another rank": (
        "vocabulary/terms.yaml",
        "A: {label: grade A, is-a: high}",
        "A: {label: grade A, is-a: low}",
    ),
    "a warrant without a grade": ("facts/P1.yaml", "    certainty: A\n    graded-by: P1\n", ""),
}


def failing(root: Path) -> list[str]:
    return [outcome.name for outcome in run(root, engines=COMPILED) if not outcome.passed]


def test_the_scenarios_of_the_graded_knowledge_base_pass() -> None:
    outcomes = run(GRADED)
    assert [outcome.name for outcome in outcomes if not outcome.passed] == []
    assert len(outcomes) == 4


@pytest.mark.parametrize("name", EDITS)
def test_they_notice_an_edit_of_the_grades(name: str, tmp_path: Path) -> None:
    path, right, wrong = EDITS[name]
    root = shutil.copytree(GRADED, tmp_path / "graded")
    text = (root / path).read_text(encoding="utf-8")
    assert right in text
    (root / path).write_text(text.replace(right, wrong, 1), encoding="utf-8")
    assert failing(root)


def test_an_expected_grade_that_there_is_not_is_refused(tmp_path: Path) -> None:
    root = shutil.copytree(GRADED, tmp_path / "graded")
    path = root / "scenarios" / "frost.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("certainty: A", "certainty: hihg"), encoding="utf-8")
    with pytest.raises(Refused) as caught:
        failing(root)
    assert [(problem.code, problem.hint) for problem in caught.value.problems] == [
        ("unknown-term", "did you mean `high`?")
    ]
