"""What other repositories copy is valid, and does what docs/adopting/ says: its commands are run, on a copy of a small
knowledge base in a git repository.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
ADOPTING = ROOT / "docs" / "adopting"
SMALL = ROOT / "tests" / "knowledge" / "kettles"
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
CONFIG: dict[str, Any] = yaml.safe_load((ADOPTING / "pre-commit-config.yaml").read_text(encoding="utf-8"))
WORKFLOW: dict[Any, Any] = yaml.safe_load((ADOPTING / "pull-request.yml").read_text(encoding="utf-8"))
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
GH = """\
#!/bin/sh
echo "$@" >> calls
case "$*" in *--paginate*) echo "$COMMENT" ;; esac
"""


def environment(**more: str) -> dict[str, str]:
    known = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**known, "PATH": path, "COLUMNS": "100", "NO_COLOR": "1", "GIT_CONFIG_GLOBAL": os.devnull, **more}


def run(command: list[str], where: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=where, env=environment(**more), capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose last commit is a merge of nothing into a knowledge base: `kb/` stands in it as committed."""
    shutil.copytree(SMALL, tmp_path / "kb")
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    commit(tmp_path, "the knowledge base")
    return tmp_path


def git(where: Path, *arguments: str) -> None:
    done = run(["git", "-c", "user.name=A. Author", "-c", "user.email=author@example.org", *arguments], where)
    assert done.returncode == 0, done.stderr


def commit(where: Path, message: str) -> None:
    git(where, "add", "--all")
    git(where, "commit", "--quiet", "--message", message)


def edit(where: Path, file: str, old: str, new: str) -> None:
    path = where / "kb" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


# Hooks ---------------------------------------------------------------------------------------------------------------


def test_the_hooks_are_hooks_and_have_the_version_that_there_is() -> None:
    for hook in HOOKS:
        assert {"id", "name", "entry", "language"} <= hook.keys()
        assert hook["language"] == "python"
        assert hook["pass_filenames"] is False, "a knowledge base is looked at as a whole"
    (repo,) = CONFIG["repos"]
    assert repo["rev"] == f"v{VERSION}"
    assert sorted(hook["id"] for hook in repo["hooks"]) == sorted(hook["id"] for hook in HOOKS)
    page = (ADOPTING / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([\w-]+)`", page, re.MULTILINE)) == {hook["id"] for hook in HOOKS}
    for hook in repo["hooks"]:
        assert re.match(hook["files"], "kb/facts/book.yaml")
        assert not re.match(hook["files"], "src/kb.py")


FAULTS = {
    "rulewright-fmt": ("rules/tea.yaml", "title: The water is hot", 'title: "The water is hot"'),
    "rulewright-check": ("rules/tea.yaml", "because: [C1]", "because: [C9]"),
    "rulewright-test": ("rules/tea.yaml", ">= 90 Cel", ">= 80 Cel"),
}


@pytest.mark.parametrize("id_", [hook["id"] for hook in HOOKS])
def test_a_hook_lets_a_sound_knowledge_base_pass_and_refuses_another(id_: str, repository: Path) -> None:
    (entry,) = [hook["entry"] for hook in HOOKS if hook["id"] == id_]
    (used,) = [hook for hook in CONFIG["repos"][0]["hooks"] if hook["id"] == id_]
    command = [*shlex.split(entry), *used["args"], *(["--fail-level", "error"] if id_ == "rulewright-check" else [])]
    done = run(command, repository)
    assert done.returncode == 0, done.stdout + done.stderr
    edit(repository, *FAULTS[id_])
    done = run(command, repository)
    assert done.returncode != 0
    assert "kb/" in done.stdout + done.stderr, "it names the place"


# The workflow --------------------------------------------------------------------------------------------------------


def steps() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, job in WORKFLOW["jobs"].items():
        for step in job["steps"]:
            yield name, step


def script(name: str) -> str:
    (found,) = [step["run"] for _, step in steps() if step.get("name") == name]
    assert isinstance(found, str)
    return found


def bash(name: str, where: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """A step as the runner of GitHub runs it."""
    variables = {key: str(value) for key, value in WORKFLOW["env"].items()}
    summary = {"GITHUB_STEP_SUMMARY": str(where / "summary.md")}
    return run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script(name)],
        where,
        **(variables | summary | more),
    )


def test_no_job_may_do_more_than_it_must() -> None:
    assert WORKFLOW["permissions"] == {}
    assert {name: job["permissions"] for name, job in WORKFLOW["jobs"].items()} == {
        "check": {"contents": "read"},
        "difference": {"contents": "read"},
        "comment": {"pull-requests": "write"},
    }
    assert list(WORKFLOW[True]) == ["pull_request"], "YAML reads `on` as a boolean; never pull_request_target"
    writing = [step for name, step in steps() if name == "comment"]
    assert not any("checkout" in step.get("uses", "") for step in writing)
    assert not any(re.search(r"^\s*(rulewright|pip|python) ", step.get("run", ""), re.MULTILINE) for step in writing)


def test_what_is_used_is_named_by_its_commit_and_the_version_that_there_is() -> None:
    for _, step in steps():
        if "uses" in step:
            assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", step["uses"])
            if "checkout" in step["uses"]:
                assert step["with"]["persist-credentials"] is False
    assert WORKFLOW["env"]["RULEWRIGHT"] == f"rulewright=={VERSION}"
    text = (ADOPTING / "pull-request.yml").read_text(encoding="utf-8")
    assert len(re.findall(r"uses: \S+  # v\d+\.\d+\.\d+$", text, re.MULTILINE)) == text.count("uses: ")


def test_no_word_of_a_request_becomes_part_of_a_command() -> None:
    assert all("${{" not in step.get("run", "") for _, step in steps())


@pytest.mark.parametrize(
    ("step", "hook"), [("Form", "rulewright-fmt"), ("Check", "rulewright-check"), ("Test", "rulewright-test")]
)
def test_what_the_hooks_refuse_the_workflow_refuses(step: str, hook: str, repository: Path) -> None:
    edit(repository, *FAULTS[hook])
    done = bash(step, repository)
    assert done.returncode != 0
    if step == "Check":
        assert re.search(r"^::error file=kb/rules/tea.yaml,line=\d+", done.stdout, re.MULTILINE)


def test_the_difference_is_what_the_request_changes_in_advice(repository: Path) -> None:
    edit(repository, "rules/tea.yaml", ">= 90 Cel", ">= 80 Cel")
    commit(repository, "hot is 80 degrees")
    done = bash("Difference", repository, CASES="50")
    assert done.returncode == 0, done.stderr
    told = (repository / "difference.md").read_text(encoding="utf-8")
    assert told.startswith("<!-- rulewright diff -->\n")
    assert "tea" in told
    assert "not-yet-hot" in told
    assert (repository / "summary.md").read_text(encoding="utf-8") == told


def test_a_difference_that_cannot_be_told_says_why(repository: Path) -> None:
    edit(repository, "rules/tea.yaml", "because: [C1]", "because: [C9]")
    commit(repository, "a slip")
    done = bash("Difference", repository, CASES="50")
    assert done.returncode == 0, done.stderr
    told = (repository / "difference.md").read_text(encoding="utf-8")
    assert "cannot be told" in told
    assert "C9" in told


@pytest.mark.parametrize(
    ("known", "call"),
    [
        ("", "api --method POST repos/we/ours/issues/7/comments --field body=@comment.md --silent"),
        ("123", "api --method PATCH repos/we/ours/issues/comments/123 --field body=@comment.md --silent"),
    ],
)
def test_a_request_has_one_comment_which_later_pushes_change(known: str, call: str, tmp_path: Path) -> None:
    done = comment(tmp_path, "<!-- rulewright diff -->\nA difference.\n", known)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "calls").read_text(encoding="utf-8").splitlines()[-1] == call
    assert (tmp_path / "comment.md").read_text(encoding="utf-8") == "<!-- rulewright diff -->\nA difference.\n"


def test_a_long_difference_is_cut_to_what_a_comment_holds(tmp_path: Path) -> None:
    done = comment(tmp_path, "<!-- rulewright diff -->\n" + "- a line about anakinra → 3 ≥ 2\n" * 5_000, "")
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "comment.md").read_text(encoding="utf-8")
    assert 50_000 < len(text) < 65_536
    assert text.endswith("≥ 2\n\n\n…\n\nThe whole of it is in the summary of the run.\n")


def comment(where: Path, text: str, known: str) -> subprocess.CompletedProcess[str]:
    """The step that comments, with a `gh` that notes down how it is called and knows one comment or none."""
    (where / "bin").mkdir()
    gh = where / "bin" / "gh"
    gh.write_text(GH, encoding="utf-8")
    gh.chmod(0o755)
    (where / "difference.md").write_text(text, encoding="utf-8")
    path = f"{where / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return bash("Comment", where, PATH=path, COMMENT=known, REPOSITORY="we/ours", NUMBER="7", GH_TOKEN="none")
