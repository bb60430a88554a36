"""`rulewright diff`, as it is called."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.rulewright.cli.conftest import Run

PUMPS = Path(__file__).resolve().parents[2] / "knowledge/pumps"


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """A copy in which a pump must be somewhat hotter."""
    copy = tmp_path / "pumps"
    shutil.copytree(PUMPS, copy)
    return copy


def change(kb: Path, file: str, before: str, after: str) -> None:
    path = kb / file
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after))


def test_nothing_differs(run: Run, edited: Path) -> None:
    ran = run("diff", PUMPS, edited, "--cases", "20")
    assert (ran.code, ran.err) == (0, "")
    assert "WHAT WAS EDITED  — nothing" in ran.out
    assert "and 20 sampled cases gets other advice" in ran.out


def test_the_new_version_is_the_knowledge_base_that_is_installed(run: Run, kb: Path) -> None:
    ran = run("diff", kb, "--cases", "0")
    assert ran.code == 0
    assert "None of " in ran.out
    assert "after: kb (" in ran.out or f"after: {kb} (" in ran.out


def test_words_alone_are_no_failure(run: Run, edited: Path) -> None:
    change(edited, "sources/HB.yaml", "identity: verified", "identity: verified\nnote: a note")
    ran = run("diff", PUMPS, edited, "--cases", "20", "--fail-on", "any")
    assert ran.code == 0
    assert "source HB: only re-worded" in ran.out


def test_other_advice_is_a_failure_unless_it_is_none(run: Run, edited: Path) -> None:
    change(edited, "facts/handbook.yaml", "modality: must", "modality: may")
    ran = run("diff", PUMPS, edited, "--cases", "20", "--format", "json")
    assert ran.code == 1
    found = json.loads(ran.out)
    assert found["scenarios"]["changed"] > 0
    assert run("diff", PUMPS, edited, "--cases", "20", "--fail-on", "never").code == 0
    markdown = run("diff", PUMPS, edited, "--cases", "20", "--format", "markdown")
    assert markdown.code == 1
    assert "### What it changes in cases" in markdown.out


def test_what_does_not_load_is_bad_input(run: Run, edited: Path, tmp_path: Path) -> None:
    change(edited, "sources/HB.yaml", "identity: verified", "identity: perhaps")
    ran = run("diff", PUMPS, edited)
    assert (ran.code, ran.out) == (2, "")
    assert f"{edited}/sources/HB.yaml:4:11" in ran.err
    assert "Traceback" not in ran.err
    assert run("diff", tmp_path / "nowhere", edited, "--kb", edited).code == 2
    assert run("diff", PUMPS, edited, "--cases", "-1").code == 2
