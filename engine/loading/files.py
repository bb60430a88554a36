"""The files of a knowledge base: which are read, in which order, and what they hold."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.abc import Traversable
from pathlib import Path

from engine.errors import SAVE_AS_UTF8, Findings, Location, did_you_mean, listed
from engine.reading import Mapping, read_text

HEAD = "kb.yaml"
FOLDERS = ("vocabulary", "sources", "facts", "rules", "reviews")
SCENARIOS = "scenarios"
BESIDE = (SCENARIOS, "texts")
"""Folders that the engine does not read."""
ENDINGS = (".yaml", ".yml")
ASIDE = (".md", "~", "#", ".bak", ".orig", ".rej", ".swp", ".tmp")
"""What a file may end in that is for people, or that editors and version control leave behind: nothing reads it."""


@dataclass(frozen=True, slots=True)
class Document:
    """One file as it was read: its path as a person would type it, its text, and what it holds (None: no mapping)."""

    file: str
    text: str
    body: Mapping | None


class Files:
    """Reads the files below a folder.

    Every file that was read counts into ``digest`` and stands in ``documents``; ``lost`` names the folders that hold
    one that could not be read.
    """

    def __init__(self, root: Traversable, findings: Findings) -> None:
        self.root = root
        self.findings = findings
        self.digest = hashlib.sha256()
        self.lost: set[str] = set()
        self.documents: list[Document] = []

    def head(self) -> Mapping | None:
        """What `kb.yaml` holds; None where it cannot be read."""
        self.check_names()
        return self.document(self.root / HEAD)

    def folder(self, name: str) -> list[Mapping]:
        """What the files below one of the folders hold, in the order of their names."""
        before = len(self.findings)
        paths = self.meant(name)
        if len(self.findings) > before:
            self.lost.add(name)
        found = [self.document(path) for path in paths]
        if None in found:
            self.lost.add(name)
        return [document for document in found if document is not None]

    def meant(self, name: str) -> list[Traversable]:
        """The YAML files below one of the folders; another that seems meant to be read is recorded."""
        found = list(self.below(self.root / name, name, frozenset()))
        for entry in found:
            if not entry.name.endswith((*ENDINGS, *ASIDE)) and not entry.name.startswith(("_", "README", "LICENSE")):
                self.findings.add(
                    "unknown-folder",
                    Location(shown(entry)),
                    f"nothing reads `{entry.name}`, for it does not end in {ENDINGS[0]}",
                    f"a name in {name}/ that ends in {' or '.join(ENDINGS)}",
                    f"rename it, or keep it beside the folders of the knowledge base; notes may end in {ASIDE[0]}",
                )
        return [entry for entry in found if entry.name.endswith(ENDINGS)]

    def check_names(self) -> None:
        """Record what the knowledge base holds beside its folders: a misspelt one would be silently ignored.

        The names in `scenarios/` are looked at here, because the engine reads no file of it.
        """
        self.meant(SCENARIOS)
        for entry in self.entries(self.root):
            known = (*FOLDERS, *BESIDE, HEAD)
            if entry.name in known or entry.name.startswith((".", "_")):
                continue
            if entry.name.endswith(ENDINGS) or (self.is_folder(entry) and self.holds_yaml(entry)):
                self.findings.add(
                    "unknown-folder",
                    Location(shown(entry)),
                    f"nothing reads `{entry.name}`",
                    f"one of {listed(known)}",
                    did_you_mean(entry.name, known),
                )

    def holds_yaml(self, folder: Traversable) -> bool:
        """Whether a folder holds a file that would be read elsewhere."""
        return any(entry.name.endswith(ENDINGS) for entry in self.entries(folder))

    def entries(self, folder: Traversable) -> list[Traversable]:
        """What stands in a folder, in the order of names; nothing where it cannot be opened, which is recorded."""
        try:
            return sorted(folder.iterdir(), key=lambda entry: entry.name)
        except OSError as error:
            self.unreadable(folder, f"cannot be opened ({error.strerror})", "a folder that can be read")
            return []

    def below(self, folder: Traversable, name: str, above: frozenset[str]) -> Iterator[Traversable]:
        """The files below a folder, whatever they end in; a folder that leads back to itself is recorded."""
        try:
            if not folder.is_dir():
                if folder.is_file():
                    self.unreadable(folder, "is a file", f"a folder `{name}`")
                return
            real = str(folder.resolve()) if isinstance(folder, Path) else str(folder)
        except OSError as error:
            self.unreadable(folder, f"cannot be opened ({error.strerror})", "a folder that can be read")
            return
        if real in above:
            self.findings.add(
                "folder-loop",
                Location(shown(folder)),
                f"{shown(folder)} leads back to a folder above it",
                "no such link",
            )
            return
        for entry in self.entries(folder):
            if entry.name.startswith("."):
                continue
            if self.is_folder(entry):
                yield from self.below(entry, entry.name, above | {real})
            else:
                yield entry

    @staticmethod
    def is_folder(entry: Traversable) -> bool:
        """Whether an entry is a folder that can be looked at."""
        try:
            return entry.is_dir()
        except OSError:
            return False

    def unreadable(self, path: Traversable, reason: str, expected: str) -> None:
        """Record a file or folder that cannot be read."""
        self.findings.add("unreadable", Location(shown(path)), f"{shown(path)} {reason}", expected)

    def document(self, path: Traversable) -> Mapping | None:
        """What one file holds; None with a problem recorded."""
        try:
            if not path.is_file():
                self.unreadable(path, "is not there, or is no file", "a readable file of UTF-8 text")
                return None
            raw = path.read_bytes()
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            column = len(raw[raw.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8", "replace")) + 1
            place = Location(shown(path), line, column)
            message = f"{shown(path)} is not UTF-8 text"
            self.findings.add("unreadable", place, message, "a readable file of UTF-8 text", SAVE_AS_UTF8)
            return None
        except OSError as error:
            reason = f"cannot be read ({error.strerror})"
            self.unreadable(path, reason, "a readable file of UTF-8 text")
            return None
        said = text.replace("\r\n", "\n").encode()  # how a checkout ends its lines makes it no other knowledge
        self.digest.update(f"{path.name}\0{len(said)}\0".encode("utf-8", "surrogateescape"))
        self.digest.update(said)
        node = read_text(text, shown(path), self.findings)
        self.documents.append(Document(shown(path), text, node if isinstance(node, Mapping) else None))
        if node is None or isinstance(node, Mapping):
            return node
        self.findings.add("type", node.location, "the document is no mapping", "a mapping")
        return None


def shown(path: Traversable) -> str:
    """A path as a person would type it: below the working folder, relative to it."""
    text = str(path).encode("utf-8", "replace").decode()
    try:
        return str(Path(text).absolute().relative_to(Path.cwd()))
    except ValueError:
        return text
