"""The folder of a knowledge base, with texts that were not saved in the place of its files."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from importlib.abc import Traversable
from os import PathLike
from pathlib import Path
from typing import IO, Any


class Unsaved(Traversable):
    """A file or folder that is read as it will be once ``texts`` (by their absolute paths) are saved."""

    def __init__(self, path: Path, texts: Mapping[Path, str]) -> None:
        self.path = path
        self.texts = texts

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.name

    def __str__(self) -> str:
        return str(self.path)

    def iterdir(self) -> Iterator[Unsaved]:
        """What stands in the folder, new files that were not saved yet among it."""
        found = {entry.name for entry in self.path.iterdir()} if self.path.is_dir() else set[str]()
        found |= {path.name for path in self.texts if path.parent == self.path}
        for name in found:
            yield self / name

    def is_dir(self) -> bool:
        """Whether it is a folder."""
        return self.path not in self.texts and self.path.is_dir()

    def is_file(self) -> bool:
        """Whether it is a file, or will be."""
        return self.path in self.texts or self.path.is_file()

    def joinpath(self, *descendants: str | PathLike[str]) -> Unsaved:
        """What stands below it."""
        return Unsaved(self.path.joinpath(*descendants), self.texts)

    def __truediv__(self, child: str | PathLike[str]) -> Unsaved:
        return self.joinpath(child)

    def read_bytes(self) -> bytes:
        """The content as it will be."""
        text = self.texts.get(self.path)
        return self.path.read_bytes() if text is None else text.encode("utf-8", "surrogatepass")

    def read_text(self, encoding: str | None = None) -> str:
        """The text as it will be."""
        return self.read_bytes().decode(encoding or "utf-8")

    def open(self, mode: str = "r", *_: Any, encoding: str | None = None, **__: Any) -> IO[Any]:
        """The content as a stream to read from."""
        return io.BytesIO(self.read_bytes()) if "b" in mode else io.StringIO(self.read_text(encoding))
