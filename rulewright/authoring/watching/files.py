"""The files of a knowledge base as they stand on the disk, so that a save can be noticed without reading them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from engine.loading.files import ENDINGS

Stamp: TypeAlias = tuple[int, int, int]
"""When a file was last modified (nanoseconds), its size (bytes), and its number on the disk: another, where an editor
puts a new file in the place of the old one."""
Stamps: TypeAlias = Mapping[Path, Stamp]

TEXTS = (*ENDINGS, ".txt")


def stamps(root: Path) -> dict[Path, Stamp]:
    """The stamp of every file that may count, in the order of paths; none for what cannot be looked at, or goes away
    meanwhile.
    """
    found: dict[Path, Stamp] = {}
    for path in sorted(_files(root, frozenset())):
        try:
            stat = path.stat()
        except OSError:
            continue
        found[path] = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
    return found


def changed(before: Stamps, after: Stamps) -> tuple[Path, ...]:
    """The files that were saved, added or taken away between two looks, in the order of paths."""
    return tuple(sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path)))


def _files(folder: Path, above: frozenset[Path]) -> Iterator[Path]:
    """The YAML files and texts below a folder, but for hidden ones; a folder that leads back to itself is not entered.

    At the top also what has a name that nothing reads: that is a problem of its own, which `check` tells.
    """
    try:
        real = folder.resolve()
        entries = [] if real in above else list(folder.iterdir())
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.suffix in TEXTS:
            yield entry
        elif entry.is_dir():
            yield from _files(entry, above | {real})
