"""Which scenarios are meant: by words of their names, a pattern of names, a file or folder, or a line of a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Protocol, TypeVar

from engine.errors import Location, Problem, Refused, clipped, did_you_mean, listed

PLACE = re.compile(r"(?P<file>.*\.ya?ml):(?P<line>[0-9]+)(:[0-9]+)?\Z")
"""A scenario by a line of its file, as failures name it: ``kb/scenarios/add-on.yaml:14:5``."""
GLOB = re.compile(r"[*?\[]")


class Named(Protocol):
    """What has a name and a place: a scenario, read or broken, or what became of one."""

    @property
    def name(self) -> str:
        """The scenario's name."""
        ...

    @property
    def location(self) -> Location:
        """Where the scenario begins."""
        ...


Each = TypeVar("Each", bound=Named)


def chosen(every: Sequence[Each], filters: Iterable[str], where: str = "") -> list[Each]:
    """Those that any filter means, in their order; all, where there is no filter.

    A filter with a ``/`` or the name of a YAML file is a file or folder (patterns allowed), or a line of a file; with
    ``*``, ``?`` or ``[`` a pattern of whole names; else words, each of which the name holds, or, where none does, a
    folder here. Letters are compared without their case. Raises `Refused` with each filter that means none, and
    ``where``, the folder that was looked in.
    """
    wanted = list(filters)
    if not wanted:
        return list(every)
    meant = {text: {id(one) for one in _meant(text, every)} for text in wanted}
    lacking = [_problem(text, every, where) for text, found in meant.items() if not found]
    if lacking:
        raise Refused(lacking)
    found = set().union(*meant.values())
    return [one for one in every if id(one) in found]


def _meant(text: str, every: Sequence[Each]) -> list[Each]:
    place = PLACE.match(text)
    if place:
        return _at(_in(place["file"], every), int(place["line"]))
    if "/" in text or text.endswith((".yaml", ".yml")):
        return _in(text, every)
    folded = text.casefold()
    if GLOB.search(text):
        return [one for one in every if fnmatchcase(one.name.casefold(), folded)]
    words = folded.split()
    found = [one for one in every if words and all(word in one.name.casefold() for word in words)]
    return found or (_in(f"./{text}", every) if words and Path(text).is_dir() else [])


def _in(text: str, every: Sequence[Each]) -> list[Each]:
    """Those in a file or below a folder: named from here, or, without a leading ``.`` or ``/``, by how a path ends."""
    here = Path(text).resolve()
    pattern = str(here) if text.startswith((".", "/")) else text.rstrip("/")

    def lies(one: Each) -> bool:
        path = Path(one.location.file).resolve()
        return any(each == here or each.match(pattern) for each in (path, *path.parents[:-1]))

    return [one for one in every if lies(one)]


def _at(every: Sequence[Each], line: int) -> list[Each]:
    """The one that a line of their file belongs to, of those in one file: the last that begins before it or there."""
    before = [one for one in every if one.location.line <= line]
    last = max(before, key=lambda one: one.location.line, default=None)
    length = _length(last.location.file) if last is not None else None
    return [last] if last is not None and (length is None or line <= length) else []


def _length(file: str) -> int | None:
    """The number of lines of a file, as an editor counts them; None where that cannot be told."""
    try:
        return Path(file).read_bytes().count(b"\n") + 1
    except OSError:
        return None


def _line_missed(text: str, every: Sequence[Each]) -> str:
    """Why no scenario is at a line of a file that has some; empty where that is not what the filter means."""
    place = PLACE.match(text)
    here = _in(place["file"], every) if place else []
    if not place or not here:
        return ""
    first = min(here, key=lambda one: one.location.line)
    if int(place["line"]) < first.location.line:
        return f"the first scenario there begins in line {first.location.line}"
    return f"the file has {_length(first.location.file)} lines"


def _problem(text: str, every: Sequence[Each], where: str) -> Problem:
    names = [one.name for one in every]
    return Problem(
        Location("FILTER"),
        "unknown-scenario",
        f"no scenario{where and f' of the knowledge base in {where}'} is meant by `{clipped(text)}`",
        f"words of a name, a pattern such as 'a*', or a file; the names are {listed(names)}" if names else "a scenario",
        _line_missed(text, every) or did_you_mean(text, names),
    )
