"""Versions that git knows: what is committed is what is compared, and what is not there is said."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from engine.errors import Refused
from rulewright.authoring.diff.edits import edits
from rulewright.authoring.diff.versions import read_versions
from tests.rulewright.authoring.diff.conftest import ROOT

NAMES = ["-c", "user.name=a", "-c", "user.email=a@b"]


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *NAMES, "-C", str(folder), *words], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a knowledge base in `deep/pumps`, changed once since `first`."""
    top = tmp_path / "repository"
    shutil.copytree(ROOT / "tests/knowledge/pumps", top / "deep/pumps")
    subprocess.run(["git", "init", "-q", str(top)], check=True, capture_output=True)
    git(top, "add", "-A")
    git(top, "commit", "-q", "-m", "first")
    git(top, "tag", "first")
    change(top, "title: The handbook", "title: The handbook, second edition")
    git(top, "commit", "-q", "-a", "-m", "second")
    return top


def change(top: Path, before: str, after: str) -> None:
    path = top / "deep/pumps/sources/HB.yaml"
    path.write_text(path.read_text().replace(before, after))


def found(old: str, new: str | None, kb: Path) -> list[tuple[str, str]]:
    before, after = read_versions(old, new, kb)
    return [(edit.name, edit.what) for edit in edits(before.parts, after.parts)]


def test_a_revision_is_compared_with_the_folder_as_it_is(repository: Path) -> None:
    kb = repository / "deep/pumps"
    assert found("HEAD", None, kb) == []
    assert found("first", None, kb) == [("source:HB", "changed")]
    change(repository, "identity: verified", "identity: verified\nnote: a note")
    assert found("HEAD", None, kb) == [("source:HB", "re-worded")]


def test_two_revisions_and_a_path(repository: Path) -> None:
    kb = repository / "deep/pumps"
    assert found("first", "HEAD", kb) == found("first:deep/pumps", "HEAD:deep/pumps", kb)
    assert found("HEAD", "first", kb) == [("source:HB", "changed")]
    before, after = read_versions("first", "HEAD", kb)
    (edit,) = edits(before.parts, after.parts)
    assert (edit.place_before, edit.place_after) == ("first:sources/HB.yaml:1:1", "HEAD:sources/HB.yaml:1:1")


def test_edits_that_were_not_committed_are_told(repository: Path) -> None:
    kb = repository / "deep/pumps"
    before, after = read_versions("first", "HEAD", kb)
    assert before.about.note.startswith("commit ")
    assert "not committed" not in after.about.note
    (kb / "sources/new.yaml").write_text("id: NEW\n")
    _, after = read_versions("first", "HEAD", kb)
    assert after.about.note.endswith("; edits of deep/pumps that were not committed are not in it")


@pytest.mark.parametrize(
    ("old", "message"),
    [
        ("no-such", "there is no folder no-such, and git knows no revision `no-such`"),
        ("--all", "there is no folder --all, and git knows no revision `--all`"),
        ("HEAD:elsewhere", "`HEAD` has no folder `elsewhere`"),
        ("HEAD:deep/pumps/kb.yaml", "`HEAD` has no folder `deep/pumps/kb.yaml`"),
    ],
)
def test_a_version_that_is_not_there(repository: Path, old: str, message: str) -> None:
    with pytest.raises(Refused) as refused:
        read_versions(old, None, repository / "deep/pumps")
    assert [(problem.code, problem.message) for problem in refused.value.problems] == [("no-such-version", message)]


def test_outside_of_a_repository(tmp_path: Path) -> None:
    kb = tmp_path / "pumps"
    shutil.copytree(ROOT / "tests/knowledge/pumps", kb)
    with pytest.raises(Refused) as refused:
        read_versions("HEAD", None, kb)
    (problem,) = refused.value.problems
    assert problem.message == f"there is no folder HEAD, and {kb} is in no git repository"


def test_a_folder_that_is_named_from_here_is_told_by_its_whole_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kb = tmp_path / "pumps"
    shutil.copytree(ROOT / "tests/knowledge/pumps", kb)
    monkeypatch.chdir(kb / "rules")
    with pytest.raises(Refused) as refused:
        read_versions("HEAD", None, Path(".."))
    (problem,) = refused.value.problems
    assert problem.message == f"there is no folder HEAD, and {kb} is in no git repository"


def test_the_problems_of_both_sides_are_told_below_their_names(repository: Path) -> None:
    kb = repository / "deep/pumps"
    change(repository, "identity: verified", "identity: perhaps")
    git(repository, "commit", "-q", "-a", "-m", "wrong")
    change(repository, "kind: secondary", "kind: tertiary")
    with pytest.raises(Refused) as refused:
        read_versions("HEAD", None, kb)
    places = sorted(str(problem.location) for problem in refused.value.problems)
    assert places[-1] == "HEAD:sources/HB.yaml:4:11"
    assert len(places) == 3
    assert all(place.startswith(str(kb)) for place in places[:2])
