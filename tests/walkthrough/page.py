"""A page that its reader follows to its end: the files that it lets her write, the commands that it lets her run.

A fenced block is a step. ``console`` holds commands behind ``$`` with the lines that they print: ``…`` on a line stands
for any lines, at its end for the rest of the line, and before a comma for any words. A comment on the line before a
block says more of it: ``exit: N`` is the code of its commands, ``file: PATH`` that it is a file to write, ``add: PATH``
that it goes to the end of one, and ``edit: PATH`` that lines of one (``-``) are replaced by others (``+``).
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(
    r"(?:^<!-- (?P<mark>exit|file|add|edit): (?P<value>[\w./-]+) -->\n)?^```(?P<kind>\w+)\n(?P<body>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
LEFT_OUT = "…"


@dataclass(frozen=True)
class Command:
    """A command, the lines that it must print, and its exit code."""

    text: str
    shown: tuple[str, ...]
    exit: int


@dataclass(frozen=True)
class File:
    """A file that the page lets its reader write, or (``add``) what it lets her write at the end of one."""

    name: str
    text: str
    add: bool = False


@dataclass(frozen=True)
class Edit:
    """Lines of a file that the page lets its reader replace: each old one stands in the file once."""

    name: str
    old: str
    new: str


Step = Command | File | Edit


def steps(text: str) -> Iterator[Step]:
    """The steps of a page, in their order; every fenced block is one or more."""
    assert len(re.findall(r"^```", text, re.MULTILINE)) == 2 * len(FENCE.findall(text)), "a block that is no step"
    for block in FENCE.finditer(text):
        mark, name, body = block["mark"], block["value"], block["body"]
        if mark in ("file", "add"):
            yield File(name, body, mark == "add")
        elif mark == "edit":
            lines = body.splitlines(keepends=True)
            assert block["kind"] == "diff"
            old, new = ("".join(line[1:] for line in lines if line[0] == sign) for sign in "-+")
            yield Edit(name, old, new)
        else:
            assert block["kind"] == "console", "every other block is of commands"
            for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
                command, *shown = part.rstrip("\n").split("\n")
                yield Command(command, tuple(shown), int(name or 0))


def take(step: Step, where: Path) -> str:
    """Do what a step says, in a folder, and compare; gives what was printed."""
    if isinstance(step, File):
        path = where / step.name
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8") if step.add else ""
        path.write_text(before + step.text, encoding="utf-8")
    elif isinstance(step, Edit):
        path = where / step.name
        text = path.read_text(encoding="utf-8")
        assert text.count(step.old) == 1, (step, text)
        path.write_text(text.replace(step.old, step.new), encoding="utf-8")
    else:
        done = run(step.text, where)
        assert done.returncode == step.exit, (step.text, done.stdout, done.stderr)
        assert matches(step.shown, done.stdout.splitlines()), (step.text, step.shown, done.stdout)
        return done.stdout
    return ""


def matches(shown: tuple[str, ...], printed: list[str]) -> bool:
    """Whether the lines are those that are shown."""
    pattern = ""
    for line in shown:
        if line == LEFT_OUT:
            pattern += r"(?:[^\n]*\n)*?"
        elif line.endswith(LEFT_OUT) and line.count(" ") > 1 and "“" not in line:
            pattern += re.escape(line.removesuffix(LEFT_OUT)) + r"[^\n]*\n"
        else:
            pattern += re.escape(line).replace(re.escape(f" {LEFT_OUT}, "), r" [^\n]*, ") + r"\n"
    return re.fullmatch(pattern, "".join(f"{line.rstrip()}\n" for line in printed)) is not None


def run(command: str, where: Path) -> subprocess.CompletedProcess[str]:
    """A command as a reader runs it, with the environment's programs first on the path."""
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
