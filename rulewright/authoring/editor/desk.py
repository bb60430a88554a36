"""One knowledge base while it is edited: its documents as they are typed, their names, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from engine.errors import Findings
from engine.loading.files import HEAD, Files
from engine.loading.references import References
from engine.loading.vocabulary import VocabularyReader
from engine.model.vocabulary import Headings, Vocabulary
from rulewright.authoring.checks.finding import Finding
from rulewright.authoring.checks.inspect import inspect
from rulewright.authoring.editor.folder import Unsaved
from rulewright.authoring.editor.grammar import Grammar, Named, Place
from rulewright.authoring.editor.names import Names, Stand, stands
from rulewright.authoring.editor.outline import Leaf, Outline, Spot, Table, outline
from rulewright.authoring.schemas import kind_of_file
from rulewright.authoring.schemas.forms import SCENARIO

NOTHING = Vocabulary({}, {}, {}, {}, {}, {}, Headings())


def root_of(path: Path) -> Path | None:
    """The folder of the knowledge base to which a file belongs; None where it belongs to none."""
    for folder in path.parents:
        if (folder / HEAD).is_file() or (path.name == HEAD and folder == path.parent):
            return folder if kind_of_file(path.relative_to(folder)) else None
    return None


@dataclass(frozen=True, slots=True)
class Page:
    """One document as it stands: its text, and every text in it with what may stand there."""

    text: str
    lines: list[str]
    document: Outline | None
    places: tuple[Place, ...]

    def at(self, spot: Spot) -> Place | None:
        """The text at a spot; of two that meet there, the later one."""
        met = [place for place in self.places if place.leaf.start <= spot <= place.leaf.end]
        return met[-1] if met else None


class Desk:
    """A knowledge base in the folder ``root``; ``texts`` are those that were not saved, by their paths.

    The vocabulary is the last one in which nothing was wrong, so that words are known while one is being written.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.texts: dict[Path, str] = {}
        self.vocabulary = NOTHING
        self._read: dict[Path, bytes] = {}
        self._grammars: dict[str, Grammar] = {}
        self._pages: dict[Path, Page] = {}
        self._names = Names()
        self._unnamed: set[Path] = set()
        self.look()

    # Texts -----------------------------------------------------------------------------------------------------------

    def write(self, path: Path, text: str) -> None:
        """Somebody types: a document has another text."""
        self.texts[path] = text
        self.look()

    def close(self, path: Path) -> None:
        """A document is no longer open: what is saved counts."""
        self.texts.pop(path, None)
        self.look()

    def look(self) -> None:
        """Forget what was read of documents that are not as they were."""
        read = {path: self.content(path) for path in self.files()}
        changed = {path for path in {*read, *self._read} if read.get(path) != self._read.get(path)}
        self._read = read
        for path in changed:
            self._pages.pop(path, None)
        self._unnamed |= changed
        if any(path.is_relative_to(self.root / "vocabulary") for path in changed):
            found = self.declared_words()
            if found is not None:
                self.vocabulary = found
                self._grammars, self._pages = {}, {}
                self._unnamed |= {*read}

    def folder(self) -> Unsaved:
        """The folder as it will be once everything is saved."""
        return Unsaved(self.root, dict(self.texts))

    def files(self) -> Iterator[Path]:
        """Every document of the knowledge base, in the order of their paths."""
        saved = {path for path in self.root.rglob("*.y*ml") if path.is_file()}
        for path in sorted(saved | {*self.texts}):
            relative = path.relative_to(self.root)
            if kind_of_file(relative) and not any(part.startswith(".") for part in relative.parts):
                yield path

    def content(self, path: Path) -> bytes:
        """What a document holds now; nothing where it cannot be read."""
        try:
            return Unsaved(path, self.texts).read_bytes()
        except OSError:
            return b""

    def declared_words(self) -> Vocabulary | None:
        """The vocabulary as it is written; None where something is wrong with it."""
        findings = Findings()
        reader = VocabularyReader(findings, References())
        for document in Files(self.folder(), findings).folder("vocabulary"):
            reader.read(document)
        found = reader.finish()
        return None if findings.problems else found

    # What stands where -----------------------------------------------------------------------------------------------

    def page(self, path: Path) -> Page:
        """A document."""
        found = self._pages.get(path)
        if found is None:
            found = self.page_of(path, self.content(path).decode("utf-8", "replace"))
            self._pages[path] = found
        return found

    def page_of(self, path: Path, text: str) -> Page:
        """A document with a text of its own."""
        document = outline(text)
        kind = kind_of_file(path.relative_to(self.root))
        if kind not in self._grammars:
            self._grammars[kind] = Grammar(kind, self.vocabulary)
        return Page(text, text.split("\n"), document, tuple(self._grammars[kind].places(document)))

    @property
    def names(self) -> Names:
        """What gets a name where, and is spoken of where."""
        for path in sorted(self._unnamed):
            found = self.page(path) if path in self._read else None
            own = [*stands(path, found.places), *self._alone(path, found)] if found is not None else []
            self._names.put(path, own)
        self._unnamed.clear()
        return self._names

    def _alone(self, path: Path, page: Page) -> Iterator[Stand]:
        """A scenario that stands alone has the name of its file."""
        document = page.document
        if not isinstance(document, Table) or kind_of_file(path.relative_to(self.root)) != "scenarios":
            return
        if document.entries and document.get("scenarios") is None:
            leaf = Leaf("", document.start, document.start)
            yield Stand(path, Place(leaf, (), (document,), ("",)), Named(SCENARIO, path.stem, True))


# What is wrong -------------------------------------------------------------------------------------------------------


def diagnosis(folder: Unsaved, today: date) -> dict[Path, list[Finding]]:
    """What is wrong with a knowledge base, by the files in which it is; what is of no file is of `kb.yaml`."""
    found: dict[Path, list[Finding]] = {}
    for finding in inspect(folder, today=today, latest=today).findings:
        path = Path(finding.location.file).absolute()
        if not path.is_relative_to(folder.path) or path == folder.path:
            path = folder.path / HEAD
        found.setdefault(path, []).append(finding)
    return found
