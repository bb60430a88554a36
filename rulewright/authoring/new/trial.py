"""Tries additions in a copy of a knowledge base: what they bring is told apart from what was wrong before."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from engine.advising import read_case_node
from engine.errors import Location, Problem, Refused
from engine.grounding import ground
from engine.loading import read
from engine.loading.files import shown
from rulewright.authoring.new.addition import Addition
from rulewright.authoring.new.origin import option
from rulewright.authoring.scenario import Broken
from rulewright.authoring.scenarios import read_each


def refuse_what_breaks(root: Path, additions: Sequence[Addition]) -> int:
    """How many problems the knowledge base in a folder has already, where any of them is left with the additions.

    Raises `Refused` with every problem that the additions bring.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder).resolve() / "kb"
        _copy(root, copy)
        places = [(addition, copy / _within(root, addition.path)) for addition in additions]
        for addition, path in places:
            _put(path, addition.after)
        after = _tried(copy)
        if not after.problems:
            return 0
        for addition, path in places:
            _put(path, addition.start)
        before = _tried(copy)
        if left := list(_brought(before, after, places)):
            raise Refused([_told(problem, copy, root, places) for problem in left])
    return len(_tried(root).problems)


def _copy(root: Path, copy: Path) -> None:
    """Copy what a folder holds, to be written to whoever may write to it."""
    with suppress(OSError):  # what cannot be copied cannot be read either, before or after
        shutil.copytree(root, copy, ignore=shutil.ignore_patterns(".*"), copy_function=shutil.copyfile)
    copy.chmod(0o700)
    for folder, below, _ in os.walk(copy):
        for name in below:
            Path(folder, name).chmod(0o700)


@dataclass(frozen=True, slots=True)
class _Tried:
    """What keeps a knowledge base from being loaded, and its scenarios from being read; and its rules, where it loads,
    from being grounded.
    """

    of_reading: tuple[Problem, ...]
    of_grounding: tuple[Problem, ...]
    loads: bool

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.of_reading + self.of_grounding


def _tried(root: Path) -> _Tried:
    reading = read(root, under_review=True)
    found = list(reading.problems)
    for scenario in read_each(root):
        if isinstance(scenario, Broken):
            found.extend(scenario.problems)
        elif reading.partial is not None:
            try:
                read_case_node(scenario.case, reading.partial)
            except Refused as refused:
                found.extend(refused.problems)
    of_grounding: tuple[Problem, ...] = ()
    if reading.knowledge is not None:
        try:
            ground(reading.knowledge)
        except Refused as refused:
            of_grounding = refused.problems
    return _Tried(tuple(dict.fromkeys(found)), of_grounding, reading.knowledge is not None)


def _brought(before: _Tried, after: _Tried, places: Iterable[tuple[Addition, Path]]) -> Iterator[Problem]:
    """The problems that were not there before; of several that read the same, those that stand in what is added.

    What is wrong with the rules together is only known where all of them could be read before.
    """
    added = [(path, range(addition.line, addition.line + len(addition.lines))) for addition, path in places]

    def is_added(problem: Problem) -> bool:
        file = Path(problem.location.file).absolute()
        return any(file == path and problem.location.line in lines for path, lines in added)

    known = Counter(map(_words, before.problems))
    for problem in sorted(after.problems if before.loads else after.of_reading, key=is_added):
        if known[_words(problem)] > 0:
            known[_words(problem)] -= 1
        else:
            yield problem


def _words(problem: Problem) -> tuple[str, str, str]:
    """What a problem says, whatever the line is that it stands on."""
    return problem.location.file, problem.code, problem.message


def _put(path: Path, text: str | None) -> None:
    """Let a file of the copy hold a text, or not be there."""
    if text is None:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _within(root: Path, path: Path) -> Path:
    """The path of a file below the folder, whichever of the two is named by way of a link."""
    within = Path(os.path.relpath(path, root))
    return path.resolve().relative_to(root.resolve()) if ".." in within.parts else within


def _told(problem: Problem, copy: Path, root: Path, places: Iterable[tuple[Addition, Path]]) -> Problem:
    """A problem of the copy, told of the option that says what is wrong; else of the file as it is in the folder."""
    at = problem.location
    path = Path(at.file).absolute()
    if not path.is_relative_to(copy):
        return problem
    at = replace(at, file=shown(root / path.relative_to(copy)))
    for addition, file in places:
        if file == path:
            named = option(addition, at)
            at = Location(named) if named else _as_it_is(at, addition)
    return replace(problem, location=at)


def _as_it_is(at: Location, addition: Addition) -> Location:
    """The place of what stood in a file before something was added; the file alone where the line has moved."""
    old, new = (addition.start or "").split("\n"), addition.after.split("\n")
    stays = at.line <= min(len(old), len(new)) and old[: at.line] == new[: at.line]
    return at if stays else Location(at.file)
