"""`rulewright check`: what it runs, how it tells, and when it ends with 1."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rulewright.authoring.checks.catalogue import catalogue

Run = Callable[..., Any]

PUMPS = Path(__file__).parents[2] / "knowledge" / "pumps"
DUE = "review-by: 2020-01-01\n"


@pytest.fixture
def due(tmp_path: Path) -> Path:
    """The pumps with a source that was to be read again long ago."""
    root = tmp_path / "kb"
    shutil.copytree(PUMPS, root)
    source = root / "sources" / "HB.yaml"
    source.write_text(source.read_text(encoding="utf-8") + DUE, encoding="utf-8")
    return root


@pytest.mark.parametrize(
    ("level", "code"), [("error", 0), ("warning", 1), ("info", 1), ("never", 0)], ids=["error", "warning", "info", "no"]
)
def test_the_level_decides_how_it_ends(run: Run, due: Path, level: str, code: int) -> None:
    ran = run("check", "--kb", due, "--only", "standing", "--fail-level", level)
    assert ran.code == code
    assert "warning standing: the source HB was to be read again by 2020-01-01" in ran.out


def test_warnings_end_with_1_by_default_and_errors_always(run: Run, due: Path) -> None:
    assert run("check", "--kb", due, "--only", "standing").code == 1
    (due / "sources" / "OM.yaml").write_text("id: OM\n", encoding="utf-8")
    assert run("check", "--kb", due, "--fail-level", "error").code == 1
    assert run("check", "--kb", due, "--fail-level", "never").code == 0


def test_the_day_can_be_set(run: Run, due: Path) -> None:
    assert run("check", "--kb", due, "--only", "standing", "--today", "2020-01-01").code == 0
    assert run("check", "--kb", due, "--only", "standing", "--today", "2020-01-02").code == 1
    assert run("check", "--kb", due, "--today", "02.01.2020").code == 2


def test_only_the_checks_asked_for_run(run: Run, due: Path) -> None:
    document = json.loads(run("check", "--kb", due, "--only", "waiver", "--format", "json").out)
    assert (document["checks"], document["findings"]) == ([], [])
    document = json.loads(run("check", "--kb", due, "--only", "standing", "--only", "waiver", "--format", "json").out)
    assert document["checks"] == ["standing"]
    assert [(found["code"], found["line"], found["column"]) for found in document["findings"]] == [("standing", 5, 12)]


def test_every_unknown_check_is_told(run: Run, due: Path) -> None:
    ran = run("check", "--kb", due, "--only", "standin", "--only", "standing", "--only", "nonsense")
    assert ran.code == 2
    assert "there is no check `standin`" in ran.err
    assert "did you mean `standing`?" in ran.err
    assert "there is no check `nonsense`" in ran.err


@pytest.mark.parametrize("option", ["--format", "--fail-level"])
def test_an_unknown_word_is_bad_input(run: Run, due: Path, option: str) -> None:
    ran = run("check", "--kb", due, option, "nonsense")
    assert ran.code == 2
    assert "nonsense" in ran.err


def test_the_list_names_every_check_and_reads_nothing(run: Run, tmp_path: Path) -> None:
    ran = run("check", "--list", "--kb", tmp_path / "none")
    assert ran.code == 0
    assert [line.split()[:2] for line in ran.out.splitlines()] == [
        [check.code, check.severity.name] for check in catalogue()
    ]
    assert all(check.title in ran.out for check in catalogue())


def test_only_people_are_told_what_is_in_it(run: Run) -> None:
    told = run("check", "--kb", PUMPS, "--only", "standing").out
    assert "(Upkeep of centrifugal pumps)" in told
    assert "no problems" in told
    for form in ("compact", "github"):
        assert run("check", "--kb", PUMPS, "--only", "standing", "--format", form).out == ""


@pytest.mark.parametrize(("number", "told"), [(0, "0 findings"), (1, "1 finding"), (2, "2 findings")])
def test_what_is_waived_is_counted(run: Run, tmp_path: Path, number: int, told: str) -> None:
    root = tmp_path / "kb"
    shutil.copytree(PUMPS, root)
    for name in ("HB", "OM")[:number]:
        source = root / "sources" / f"{name}.yaml"
        source.write_text(
            f"{source.read_text(encoding='utf-8')}{DUE.strip()} # Waive standing: why\n", encoding="utf-8"
        )
    ran = run("check", "--kb", root, "--only", "standing", "--only", "waiver")
    assert ran.code == 0
    assert f"1 ({told} waived)\n" in ran.out


def test_a_folder_that_is_not_there_is_bad_input(run: Run, tmp_path: Path) -> None:
    assert run("check", "--kb", tmp_path / "none").code == 2
    ran = run("check", "--kb", PUMPS, "--texts", tmp_path / "none")
    assert ran.code == 2
    assert "there is no folder" in ran.err


UNLOOKED = "No check ran, and no scenario was looked at: the knowledge base does not load."


def test_where_loading_fails_it_is_said_that_nothing_else_was_looked_at(run: Run, due: Path) -> None:
    told = run("check", "--kb", due)
    assert "standing" in told.out
    assert UNLOOKED not in told.out
    assert json.loads(run("check", "--kb", due, "--format", "json").out)["loaded"] is True
    (due / "sources" / "OM.yaml").write_text("id: OM\n", encoding="utf-8")
    told = run("check", "--kb", due)
    assert "standing" not in told.out
    assert re.search(r"\n\d+ errors\n" + UNLOOKED + r"\n\Z", told.out), told.out
    document = json.loads(run("check", "--kb", due, "--format", "json").out)
    assert (document["loaded"], document["checks"]) == (False, [])
    assert UNLOOKED not in run("check", "--kb", due, "--format", "compact").out


@pytest.mark.parametrize("linked", [False, True], ids=["folder", "link"])
def test_a_finding_in_a_scenario_shows_its_line(
    run: Run, due: Path, monkeypatch: pytest.MonkeyPatch, linked: bool
) -> None:
    lines = ["case: {as-of: 2026-01-01T00:00Z}", "expects: {}", "expect: {}  # author-must-say: more"]
    (due / "scenarios" / "wrong.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    monkeypatch.chdir(due.parent)
    if linked:
        (due.parent / "other").symlink_to(due)
    told = run("check", "--kb", "other" if linked else "kb").out
    assert re.search(r"scenarios/wrong.yaml:2:1: .*\n     2 \| expects: \{\}\n       \| \^{7}\n", told), told
    assert "\n     3 | expect: {}  # author-must-say: more\n       |               ^^^^" in told
