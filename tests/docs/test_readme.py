"""What the documents show is what the program does: every command is run, every output compared."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "docs/architecture.md")
OUTPUT = re.compile(r"<!-- output: (?P<command>[^\n]+?) -->\n```text\n(?P<text>.*?)```", re.DOTALL)
CONSOLE = re.compile(r"```console\n(?P<text>.*?)```", re.DOTALL)
SETTING_UP = ("make advise", "make test")


def run(command: str) -> subprocess.CompletedProcess[str]:
    """A command as a reader of the README would run it, with the environment's programs first on the path."""
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "100",
        "TERM": "dumb",
        "NO_COLOR": "1",
    }
    return subprocess.run(
        shlex.split(command), capture_output=True, text=True, cwd=ROOT, env=environment, timeout=120, check=False
    )


def outputs() -> list[tuple[str, str, str]]:
    return [
        (name, match["command"], match["text"])
        for name in DOCUMENTS
        for match in OUTPUT.finditer((ROOT / name).read_text(encoding="utf-8"))
    ]


def commands() -> list[tuple[str, str]]:
    return [
        (name, line.removeprefix("$ "))
        for name in DOCUMENTS
        for match in CONSOLE.finditer((ROOT / name).read_text(encoding="utf-8"))
        for line in match["text"].splitlines()
        if line.startswith("$ ")
    ]


@pytest.mark.parametrize(("document", "command", "text"), outputs())
def test_the_output_shown_is_the_output(document: str, command: str, text: str) -> None:
    done = run(command)
    assert done.returncode == 0, done.stderr
    expected = [line.rstrip() for line in text.strip("\n").splitlines()]
    actual = [line.rstrip() for line in done.stdout.strip("\n").splitlines()]
    if expected[-1] == "…":  # and so on
        expected.pop()
        actual = actual[: len(expected)]
    assert len(expected) > 10
    assert actual == expected, document


@pytest.mark.parametrize(("document", "command"), [pair for pair in commands() if pair[1] not in SETTING_UP])
def test_every_command_runs(document: str, command: str) -> None:
    done = run(command)
    assert done.returncode == 0, (document, done.stderr)
    assert done.stdout


def test_the_commands_that_set_up_are_targets_of_the_makefile() -> None:
    """`make test` is running this very test; running it here would never end. Continuous integration runs both."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    integration = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    for command in SETTING_UP:
        assert re.search(rf"^{command.split()[1]}:", makefile, re.MULTILINE)
        assert re.search(rf"^{command}$", integration, re.MULTILINE)
    assert {command for _, command in commands()} >= set(SETTING_UP)


def test_every_block_is_run_or_compared() -> None:
    for name in DOCUMENTS:
        text = (ROOT / name).read_text(encoding="utf-8")
        fences = len(re.findall(r"^```", text, re.MULTILINE)) // 2
        known = len(OUTPUT.findall(text)) + len(CONSOLE.findall(text)) + text.count("```mermaid\n")
        assert fences == known, f"{name} has a block that no test looks at"
