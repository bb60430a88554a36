"""Reads the files below ``scenarios/``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.abc import Traversable
from pathlib import Path

from engine.errors import Findings, Location
from engine.loading import files
from engine.reading import read_text
from rulewright.authoring.scenario import Broken, Scenario, ScenarioReader


def read_scenarios(root: Traversable | Path) -> list[Scenario]:
    """The scenarios below ``scenarios/``; raises `Refused` with every problem."""
    return whole(read_each(root))


def whole(every: Iterable[Scenario | Broken]) -> list[Scenario]:
    """Scenarios none of which is broken; raises `Refused` with every problem of those that are."""
    given = list(every)
    Findings([problem for one in given if isinstance(one, Broken) for problem in one.problems]).refuse_if_any()
    return [one for one in given if isinstance(one, Scenario)]


def read_each(root: Traversable | Path) -> list[Scenario | Broken]:
    """The scenarios below ``scenarios/`` in the order in which they are written, those that cannot be run too."""
    reader = ScenarioReader()
    for path in scenario_paths(root):
        findings = Findings()
        stem, place = path.name.rpartition(".")[0], Location(shown(path), 1, 1)
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            findings.add("unreadable", Location(str(path)), f"{path} cannot be read as UTF-8 text", "a readable file")
        else:
            node = read_text(text, shown(path), findings)
            if node is not None:
                reader.read(node, stem, findings)
                continue
        reader.cannot_be_read(stem, place, findings)
    return list(reader.all())


def scenario_paths(root: Traversable | Path) -> Iterator[Traversable]:
    """The files below ``scenarios/``, in the order in which they are read."""
    yield from _files(root / "scenarios")


def shown(path: Traversable) -> str:
    """A path as a person would type it."""
    try:
        return str(Path(str(path)).resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def folder_shown(root: Traversable | Path) -> str:
    """The folder of a knowledge base as a person would type it; the working folder in full."""
    folder = Path(files.shown(root / files.HEAD)).parent
    return str(folder if folder.parts else folder.absolute())


def _files(folder: Traversable | Path) -> Iterator[Traversable]:
    if folder.is_dir():
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if entry.is_dir():
                yield from _files(entry)
            elif entry.name.endswith((".yaml", ".yml")):
                yield entry
