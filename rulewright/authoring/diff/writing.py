"""The text of a knowledge base as its author wrote it: which node stands where, and how two nodes differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from importlib.abc import Traversable
from pathlib import Path

from engine.document import Mapping, Node, Scalar
from engine.document import Sequence as Listed
from engine.errors import Findings, Location
from engine.loading.files import FOLDERS, Files
from rulewright.authoring.diff.model import FieldChange

Place = tuple[str, int, int]


class Writing:
    """The documents below a folder. What cannot be read is missing here: loading has told it already."""

    def __init__(self, root: Traversable | Path) -> None:
        files = Files(root, Findings())
        self.keyed: dict[Place, Node] = {}
        self.nodes: dict[Place, Node] = {}
        self.head = files.head()
        self.documents = [document for folder in FOLDERS for document in files.folder(folder)]
        for document in self.documents:
            self._take(document)

    def _take(self, node: Node) -> None:
        self.nodes.setdefault(_place(node.location), node)
        if isinstance(node, Mapping):
            for key, value in node.entries.items():
                self.keyed[_place(node.keys[key])] = value
                self._take(value)
        elif isinstance(node, Listed):
            for item in node.items:
                self._take(item)

    def at(self, place: Location, under_key: bool) -> Node | None:
        """What is written at a place: the value of the key that stands there, or the node that begins there."""
        return (self.keyed if under_key else self.nodes).get(_place(place))

    def entry(self, name: str) -> Node | None:
        """The entry of that name of some document."""
        return next((document.entries[name] for document in self.documents if name in document.entries), None)


def _place(location: Location) -> Place:
    return location.file, location.line, location.column


def line(node: Node | None) -> str:
    """A node on one line, as YAML may be written in flow style; empty where there is none."""
    if node is None:
        return ""
    if isinstance(node, Scalar):
        return " ".join(node.text.split())
    if isinstance(node, Listed):
        return "[" + ", ".join(map(line, node.items)) + "]"
    return "{" + ", ".join(f"{key}: {line(value)}" for key, value in node.entries.items()) + "}"


def in_any_order(node: Node | None) -> str:
    """A node on one line with the entries of mappings in the order of their keys: the same however it is laid out."""
    if isinstance(node, Listed):
        return "[" + ", ".join(map(in_any_order, node.items)) + "]"
    if isinstance(node, Mapping):
        return "{" + ", ".join(f"{key}: {in_any_order(node.entries[key])}" for key in sorted(node.entries)) + "}"
    return line(node)


def without_keys(node: Node | None, *names: str) -> Node | None:
    """A mapping without some of its entries."""
    if not isinstance(node, Mapping):
        return node
    entries = {key: value for key, value in node.entries.items() if key not in names}
    return Mapping(entries, {key: node.keys[key] for key in entries}, node.location)


def field_changes(before: Node | None, after: Node | None, path: str = "") -> Iterator[FieldChange]:
    """The places at which two nodes differ, each as it is written on both sides."""
    if line(before) == line(after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in dict.fromkeys((*before.entries, *after.entries)):
            yield from field_changes(before.get(key), after.get(key), f"{path}.{key}" if path else key)
    elif isinstance(before, Listed) and isinstance(after, Listed) and not _plain(before, after):
        yield from _items(before.items, after.items, path)
    else:
        yield FieldChange(path=path, before=line(before), after=line(after))


def _plain(*lists: Listed) -> bool:
    return all(isinstance(item, Scalar) for each in lists for item in each.items)


def _items(before: Sequence[Node], after: Sequence[Node], path: str) -> Iterator[FieldChange]:
    """Items that were replaced are compared in turn; others came or went."""
    steps = SequenceMatcher(None, [*map(line, before)], [*map(line, after)], autojunk=False).get_opcodes()
    for step, old, old_end, new, new_end in steps:
        if step == "equal":
            continue
        if old_end - old == new_end - new:
            for place in range(old_end - old):
                yield from field_changes(before[old + place], after[new + place], f"{path}[{new + place}]")
            continue
        for place in range(old, old_end):
            yield FieldChange(path=f"{path}[{place}]", before=line(before[place]))
        for place in range(new, new_end):
            yield FieldChange(path=f"{path}[{place}]", after=line(after[place]))
