"""Which option an author said the words with that stand at a place of what is added."""

from __future__ import annotations

from engine.document import Mapping, Node
from engine.document import Sequence as Items
from engine.errors import Findings, Location
from engine.reading import read_text
from rulewright.authoring.new.addition import Addition

Path = tuple[str, ...]


def option(addition: Addition, place: Location) -> str:
    """The option (``--quote``) of what stands at a place of the file with the addition.

    Empty where the place is not in what is added, or where nobody says which option that was.
    """
    if not addition.line <= place.line < addition.line + len(addition.lines):
        return ""
    node = read_text(addition.after, "", Findings())
    path = _pointed(place.pointer) if place.pointer else _path_to(node, (place.line, place.column))
    listed = node.get(addition.key) if isinstance(node, Mapping) and addition.key else None
    if isinstance(listed, Items) and path[:2] == (addition.key, str(len(listed.items) - 1)):
        path = path[2:]
    while path and path not in addition.said:
        path = path[:-1]
    return addition.said.get(path, "")


def _pointed(pointer: str) -> Path:
    """The steps of a JSON pointer."""
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])


def _path_to(node: Node | None, place: tuple[int, int]) -> Path:
    """The keys and numbers that lead to what stands at a line and column."""
    steps: list[tuple[str, Location, Node | None]] = []
    if isinstance(node, Mapping):
        steps = [(name, at, node.entries.get(name)) for name, at in node.keys.items()]
    elif isinstance(node, Items):
        steps = [(str(number), item.location, item) for number, item in enumerate(node.items)]
    before = [step for step in steps if (step[1].line, step[1].column) <= place]
    if not before:
        return ()
    name, _, inner = before[-1]
    return (name, *_path_to(inner, place))
