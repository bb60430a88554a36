"""`rulewright test --coverage`: as a page and as data."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rulewright.authoring.coverage.report import Coverage

Run = Callable[..., Any]
KETTLES = Path(__file__).parents[2] / "knowledge" / "kettles"


def test_coverage_is_printed_in_place_of_the_outcomes(run: Run) -> None:
    ran = run("test", "--coverage", "--kb", KETTLES)
    assert ran.code == 0
    assert ran.out.startswith("Exercised by 6 scenarios:\n")
    assert "conditions              3 of 9         33 %" in ran.out


def test_coverage_as_data_of_some_scenarios(run: Run) -> None:
    ran = run("test", "large", "--coverage", "--format", "json", "--kb", KETTLES)
    found = Coverage.model_validate(json.loads(ran.out))
    assert found.scenarios == 1
    assert {rule.id for rule in found.rules if rule.drawn} == {"hot", "brewed-at-its-sign", "how-much"}


def test_the_verb_writes_it_to_a_folder(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "made" / "here"
    ran = run("test", "--coverage", "--html", folder, "--kb", KETTLES)
    assert ran.code == 0
    assert (folder / "index.html").is_file()
    assert len(list(folder.iterdir())) == 5
    (tmp_path / "file").write_text("")
    ran = run("test", "--coverage", "--html", tmp_path / "file", "--kb", KETTLES)
    assert ran.code == 2
    assert "unwritable" in ran.err
