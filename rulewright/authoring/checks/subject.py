"""What the checks look at: a knowledge base that loads, with everything around it, read when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

from engine.compiled import Compiled
from engine.errors import Location
from engine.loading.files import Document, shown
from engine.model.knowledge import KnowledgeBase
from engine.program import Program
from engine.reading import Mapping as Body
from engine.reading import Node, Scalar, Sequence

if TYPE_CHECKING:
    from rulewright.authoring.checks.covering import Covered
    from rulewright.authoring.checks.demands import Demands
    from rulewright.authoring.checks.texts import SourceText
    from rulewright.authoring.scenario import Broken, Scenario


@dataclass(frozen=True)
class Subject:
    """A knowledge base, its ground program, and the documents that it was read from.

    ``today`` is the day that dates are compared with; ``texts`` an additional folder with the texts of sources.
    ``option`` names the knowledge base in a command that a hint gives (`` --kb DIR``; empty where it is meant without).
    ``read`` are its scenarios where they were read already.
    """

    root: Traversable | Path
    knowledge: KnowledgeBase
    program: Program
    documents: tuple[Document, ...]
    today: date
    texts: Path | None = None
    option: str = ""
    read: tuple[Scenario | Broken, ...] | None = None

    @cached_property
    def compiled(self) -> Compiled:
        """The program as the quick engine runs it; raises `QuantityError` where a dose cannot be computed."""
        return Compiled(self.program, self.knowledge.vocabulary)

    @cached_property
    def every_scenario(self) -> tuple[Scenario | Broken, ...]:
        """The scenarios beside it, those that cannot be read too."""
        from rulewright.authoring.scenario_files import read_each

        return tuple(read_each(self.root)) if self.read is None else self.read

    @cached_property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenarios beside it; raises `Refused` where one cannot be read."""
        from rulewright.authoring.scenario_files import whole

        return tuple(whole(self.every_scenario))

    @cached_property
    def source_texts(self) -> Mapping[str, SourceText]:
        """The words of every source whose text is at hand and can be read, by the source's id."""
        return {id_: text for id_, text in self._texts.items() if not isinstance(text, str)}

    @cached_property
    def unreadable_texts(self) -> Mapping[str, str]:
        """The sources whose text was named and cannot be read, each with the reason."""
        return {id_: text for id_, text in self._texts.items() if isinstance(text, str)}

    @cached_property
    def _texts(self) -> Mapping[str, SourceText | str]:
        from rulewright.authoring.checks.texts import SourceText

        found: dict[str, SourceText | str] = {}
        for source in self.knowledge.sources.values():
            file: Traversable | Path = self.root
            for step in source.text.split("/"):
                file = file / step
            if self.texts is not None and (self.texts / f"{source.id}.txt").is_file():
                file = self.texts / f"{source.id}.txt"
            elif not source.text:
                continue
            try:
                found[source.id] = SourceText.read(file.read_bytes().decode("utf-8-sig"), shown(file))
            except UnicodeDecodeError:
                found[source.id] = f"{shown(file)} is not UTF-8 text"
            except OSError as error:
                found[source.id] = f"{shown(file)} cannot be read ({error.strerror})"
        return found

    @cached_property
    def demands(self) -> Demands:
        """What a case must be like for each clause to hold."""
        from rulewright.authoring.checks.demands import Demands

        return Demands(self.knowledge, self.program)

    @cached_property
    def covered(self) -> tuple[Covered, ...]:
        """The rules that draw nothing but what others draw too."""
        from rulewright.authoring.checks.covering import covered

        return tuple(covered(self.knowledge, self.program, self.demands))

    @cached_property
    def lines(self) -> Mapping[str, tuple[str, ...]]:
        """Of each file, its lines without their ends."""
        return {document.file: tuple(document.text.split("\n")) for document in self.documents}

    def body(self, location: Location) -> Body | None:
        """The mapping that stands at a place of a document, or whose `id` or name does: what a thing was read from."""
        return self._bodies.get(location)

    @cached_property
    def _bodies(self) -> Mapping[Location, Body]:
        found: dict[Location, Body] = {}
        waiting: list[Node] = [document.body for document in self.documents if document.body is not None]
        while waiting:
            node = waiting.pop()
            if isinstance(node, Body):
                found[node.location] = node
                if "id" in node.keys:
                    found.setdefault(node.keys["id"], node)
                for key, inner in node.entries.items():
                    if isinstance(inner, Body):
                        found.setdefault(node.keys[key], inner)
                waiting.extend(node.entries.values())
            elif isinstance(node, Sequence):
                waiting.extend(node.items)
        return found

    def part(self, line: Location, words: str) -> tuple[Location, int]:
        """Where words stand on the line of a place, not before it, and the column after them.

        The place itself and 0 where they do not stand there, or are none.
        """
        lines = self.lines.get(line.file, ())
        text = lines[line.line - 1] if 0 < line.line <= len(lines) else ""
        at = text.find(words, line.column - 1) if words else -1
        if at < 0:
            return line, 0
        return Location(line.file, line.line, at + 1, line.pointer), at + 1 + len(words)

    def place(self, thing: Location, *keys: str) -> Location:
        """The place of the value under a path of keys below the mapping at a place; that of the last one there is.

        A list on the way is not entered: the place is then the list's own.
        """
        node: Node | None = self.body(thing)
        found = thing
        for key in keys:
            node = node.get(key) if isinstance(node, Body) else None
            if node is None:
                break
            found = node.location
        return found

    def item(self, thing: Location, key: str, word: str) -> Location:
        """Where a word stands in the list below a key of the mapping at a place; the place of the key's value where
        it does not.
        """
        body = self.body(thing)
        node = body.get(key) if body is not None else None
        for item in node.items if isinstance(node, Sequence) else ():
            if isinstance(item, Scalar) and item.text == word:
                return item.location
        return self.place(thing, key)
