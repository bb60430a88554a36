"""`rulewright diff`, as it is called."""

from __future__ import annotations

import json
import shutil
import subprocess
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


@pytest.fixture
def committed(edited: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The copy, in a repository of its own that is the working folder, with one edit that is not committed."""
    git = ("git", "-c", "user.name=A. Person", "-c", "user.email=a@example.org", "-C", str(edited.parent))
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "begun")):
        subprocess.run([*git, *words], check=True)
    change(edited, "sources/HB.yaml", "identity: verified", "identity: verified\nnote: a note")
    monkeypatch.chdir(edited.parent)
    return edited


def test_a_revision_is_one_of_the_folder_that_it_is_compared_with(run: Run, committed: Path) -> None:
    shutil.copytree(PUMPS, "untracked")
    for given, before, after in (
        (["HEAD", "pumps"], "HEAD", "pumps"),
        (["pumps", "HEAD"], "pumps", "HEAD"),
        (["HEAD", "--kb", "pumps"], "HEAD", "pumps"),
        (["HEAD", "HEAD:pumps", "--kb", "pumps"], "HEAD", "HEAD:pumps"),
        (["untracked", "HEAD", "--kb", "pumps"], "untracked", "HEAD"),
    ):
        ran = run("diff", *given, "--cases", "0")
        assert (ran.code, ran.err) == (0, ""), given
        assert f"before: {before} (pumps" in " ".join(ran.out.split())
        assert f"after: {after} (pumps" in " ".join(ran.out.split())
    assert "source HB: only re-worded" in run("diff", "HEAD", "pumps", "--cases", "0").out


def test_without_another_side_the_nearest_is_compared(
    run: Run, committed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder, named in ((committed, "."), (committed / "rules", "..")):
        monkeypatch.chdir(folder)
        ran = run("diff", "HEAD", "--cases", "0")
        assert f"after: {named} (pumps" in ran.out
        assert "source HB: only re-worded" in ran.out
        assert (run("diff", "HEAD", "HEAD", "--cases", "0").code, ran.code) == (0, 0)


def test_a_folder_that_no_revision_has_is_named_as_it_is_typed(
    run: Run, committed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(committed, "other")
    ran = run("diff", "HEAD", "other")
    assert (ran.code, ran.out) == (2, "")
    assert "`HEAD` has no folder `other`" in ran.err


def test_what_does_not_load_is_bad_input(run: Run, edited: Path, tmp_path: Path) -> None:
    change(edited, "sources/HB.yaml", "identity: verified", "identity: perhaps")
    ran = run("diff", PUMPS, edited)
    assert (ran.code, ran.out) == (2, "")
    assert f"{edited}/sources/HB.yaml:4:11" in ran.err
    assert "Traceback" not in ran.err
    assert run("diff", tmp_path / "nowhere", edited, "--kb", edited).code == 2
    assert run("diff", PUMPS, edited, "--cases", "-1").code == 2


def test_two_that_have_nothing_in_common_are_no_versions(run: Run, kb: Path) -> None:
    ran = run("diff", PUMPS, kb)
    assert (ran.code, ran.out) == (2, "")
    assert "`pumps`" in ran.err
    assert "share no fact and no rule (expected two versions of one knowledge base)" in ran.err


def test_another_name_is_another_version_where_something_is_shared(run: Run, edited: Path) -> None:
    change(edited, "kb.yaml", "name: pumps", "name: engines")
    ran = run("diff", PUMPS, edited, "--cases", "0")
    assert ran.code == 0
    assert "engines" in ran.out
