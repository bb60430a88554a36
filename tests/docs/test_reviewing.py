"""docs/reviewing.md is true: its commands are run in their order, in a copy, and print what the page shows."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reviewing.md"
FENCE = re.compile(
    r"(?:<!-- (?P<mark>exit|file): (?P<value>[\w.-]+) -->\n)?```(?P<kind>\w+)\n(?P<body>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
LEFT_OUT = "…"


@dataclass(frozen=True)
class Command:
    """A command, the lines that it must print (``…`` stands for any), and its exit code."""

    text: str
    shown: tuple[str, ...]
    exit: int


@dataclass(frozen=True)
class File:
    """A file that the page lets its reader write."""

    name: str
    text: str


def steps() -> Iterator[Command | File]:
    for block in FENCE.finditer(PAGE.read_text(encoding="utf-8")):
        if block["mark"] == "file":
            yield File(block["value"], block["body"])
            continue
        assert block["kind"] == "console", "every other block is a command"
        for part in re.split(r"^\$ ", block["body"], flags=re.MULTILINE)[1:]:
            command, *shown = part.rstrip("\n").split("\n")
            yield Command(command, tuple(shown), int(block["value"] or 0))


def matches(shown: tuple[str, ...], printed: list[str]) -> bool:
    """Whether the lines are those that are shown; a line that ends in ``…`` shows its beginning alone."""
    pattern = ""
    for line in shown:
        if line == LEFT_OUT:
            pattern += r"(?:[^\n]*\n)*?"
        elif line.endswith(LEFT_OUT) and line.count(" ") > 1 and "“" not in line:
            pattern += re.escape(line.removesuffix(LEFT_OUT)) + r"[^\n]*\n"
        else:
            pattern += re.escape(line) + r"\n"
    return re.fullmatch(pattern, "".join(f"{line.rstrip()}\n" for line in printed)) is not None


def run(command: str, where: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "100",
        "TERM": "dumb",
        "NO_COLOR": "1",
    }
    return subprocess.run(
        shlex.split(command), capture_output=True, text=True, cwd=where, env=environment, timeout=300, check=False
    )


def test_every_command_of_the_page_prints_what_the_page_shows(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "kb", tmp_path / "kb")
    told = 0
    for step in steps():
        if isinstance(step, File):
            (tmp_path / step.name).write_text(step.text, encoding="utf-8")
            continue
        done = run(step.text, tmp_path)
        assert done.returncode == step.exit, (step.text, done.stdout, done.stderr)
        assert matches(step.shown, done.stdout.splitlines()), (step.text, done.stdout)
        told += sum(line != LEFT_OUT for line in step.shown)
    assert told > 60
    assert (tmp_path / "refractory-child.html").stat().st_size > 10_000
    assert not (ROOT / "kb" / "reviews").exists() or not list((ROOT / "kb" / "reviews").glob("*.yaml"))


@pytest.mark.parametrize(
    ("shown", "printed", "expected"),
    [
        (("a", "…", "c"), ["a", "b", "c"], True),
        (("a", "…", "c"), ["a", "c"], True),
        (("a", "c"), ["a", "b", "c"], False),
        (("…", "b"), ["a", "b", "c"], False),
        (("it says so …",), ["it says so and more"], True),
        ((), ["a"], False),
        ((), [], True),
    ],
)
def test_what_is_shown_is_compared_line_by_line(shown: tuple[str, ...], printed: list[str], expected: bool) -> None:
    assert matches(shown, printed) is expected
