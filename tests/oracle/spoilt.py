"""Spoilt documents as tests write them: `«code»` stands before the place at which that problem is expected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.errors import Findings, Problem, Refused
from engine.grounding import ground
from engine.loading import load
from engine.loading.case import read_case
from engine.model.case import Case
from engine.model.knowledge import KnowledgeBase
from engine.reading import read_text

BAD = Path(__file__).parents[1] / "engine" / "loading" / "bad"
MARK = re.compile(r"«([a-z-]+)»")
Expected = tuple[str, str]
"""A code, and the place as it is printed."""


@dataclass(frozen=True)
class Spoilt:
    """A knowledge base or case in which something is wrong: its files, and every problem that is expected."""

    name: str
    files: dict[str, str]
    expected: tuple[Expected, ...]

    def __str__(self) -> str:
        return self.name


def base() -> dict[str, str]:
    """The files of the small knowledge base in which nothing is wrong."""
    return dict(parts((BAD / "base.txt").read_text(encoding="utf-8").split("\n\n", 1)[1]))


def spoilt(file: str) -> list[Spoilt]:
    """The examples of one file: `=== name`, then `--- path` before the text of each document."""
    text = (BAD / file).read_text(encoding="utf-8")
    found = []
    for section in re.split(r"^=== ", text, flags=re.MULTILINE)[1:]:
        name, _, body = section.partition("\n")
        files, expected = {}, []
        for path, written in parts(body):
            plain, places = unmarked(written)
            files[path] = plain
            expected += [(code, f"{path}:{line}:{column}") for code, line, column in places]
        found.append(Spoilt(f"{file.removesuffix('.txt')}: {name.strip()}", files, tuple(sorted(expected))))
    return found


def parts(text: str) -> Iterator[tuple[str, str]]:
    """The documents of an example, each after its path."""
    for part in re.split(r"^--- ", text, flags=re.MULTILINE)[1:]:
        path, _, body = part.partition("\n")
        yield path.strip(), body.rstrip("\n") + "\n"


def unmarked(text: str) -> tuple[str, list[tuple[str, int, int]]]:
    """The text without its marks, and for each the code, line and column that it stands for."""
    places = []
    plain = ""
    at = 0
    for mark in MARK.finditer(text):
        plain += text[at : mark.start()]
        at = mark.end()
        places.append((mark[1], plain.count("\n") + 1, len(plain) - plain.rfind("\n")))
    return plain + text[at:], places


def write(files: dict[str, str], root: Path) -> Path:
    """The files below a folder."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def read(files: dict[str, str], root: Path) -> KnowledgeBase:
    """The base with these files in place of its own, loaded and grounded."""
    knowledge = load(write({**base(), **files}, root))
    ground(knowledge)
    return knowledge


def problems_of(files: dict[str, str], root: Path) -> tuple[Problem, ...]:
    """What is wrong with the base when these files stand in place of its own; places are relative to the folder."""
    try:
        knowledge = read({path: text for path, text in files.items() if path != "case"}, root)
    except Refused as refused:
        return refused.problems
    if "case" in files:
        findings = Findings()
        case_of(files["case"], knowledge, findings)
        return tuple(findings)
    return ()


def case_of(text: str, knowledge: KnowledgeBase, findings: Findings, as_of: str = "") -> Case | None:
    """A case in YAML, or None with every problem recorded."""
    node = read_text(text, "case", findings)
    return read_case(node, knowledge.vocabulary, findings, as_of) if node is not None else None


def places(problems: tuple[Problem, ...], root: Path) -> tuple[Expected, ...]:
    """Codes and places, as an example expects them."""
    return tuple(sorted((problem.code, str(problem.location).removeprefix(f"{root}/")) for problem in problems))
