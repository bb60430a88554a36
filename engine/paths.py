"""Paths in a case's document: ``plot.area``, ``treatments[0].result``, ``treatments[1]``, ``treatments``.

Documents are values: what is changed is a copy. A list is written as a sequence, with ``{complete: false}`` among its
items where there may be others, or as a mapping with ``items`` and ``complete``; a path speaks of both alike, and
``treatments.complete`` says whether the list is complete.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as MappingType

from engine.document import Mapping, Node, Scalar, Sequence
from engine.errors import Location

STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
PATH = re.compile(r"[^.\[\]=\s]+(\[\d+\])?(\.[^.\[\]=\s]+)?\Z")
"""How a path is written: a section, or what stands in it."""
ABOUT_A_CASE = ("title", "as-of", "note")
"""Entries of a case that are no data."""

Steps = list[str | int]


def steps(path: str) -> Steps:
    """A path as its steps: ``treatments[0].result`` is ``["treatments", 0, "result"]``."""
    return [int(match[2]) if match[2] is not None else match[1] for match in STEP.finditer(path)]


def found_at(root: Node, path: str) -> Node | None:
    """What stands at the path; None where nothing does."""
    node: Node | None = root
    for step in steps(path):
        if isinstance(step, int):
            items = items_of(node)
            node = items[step] if step < len(items) else None
        else:
            node = node.entries.get(step) if isinstance(node, Mapping) else None
        if node is None:
            return None
    return node


def items_of(node: Node | None) -> tuple[Node, ...]:
    """The items of a list in either notation, without marks that there may be others."""
    if isinstance(node, Mapping):
        node = node.entries.get("items")
    items = node.items if isinstance(node, Sequence) else ()
    return tuple(item for item in items if not _is_mark(item))


def without(root: Mapping, path: str) -> Mapping | None:
    """The document without what stands at the path, or None where nothing does.

    An item is removed from a list that is then no longer complete: it is not known whether there are others.
    """
    found = _without(root, steps(path))
    return found if isinstance(found, Mapping) else None


def _without(node: Node, way: Steps) -> Node | None:
    first, rest = way[0], way[1:]
    if isinstance(first, str) and isinstance(node, Mapping) and first in node.entries:
        entries = dict(node.entries)
        if not rest:
            del entries[first]
        else:
            inner = _without(entries[first], rest)
            if inner is None:
                return None
            entries[first] = inner
        return Mapping(entries, {key: place for key, place in node.keys.items() if key in entries}, node.location)
    if isinstance(first, int) and isinstance(node, Mapping) and isinstance(node.entries.get("items"), Sequence):
        return _without(node, ["items", first, *rest])
    if isinstance(first, int) and isinstance(node, Sequence) and first < len(items_of(node)):
        items = list(node.items)
        at = _position(node, first)
        if not rest:
            del items[at]
            return incomplete(Sequence(tuple(items), node.location))
        inner = _without(items[at], rest)
        if inner is None:
            return None
        items[at] = inner
        return Sequence(tuple(items), node.location)
    return None


def incomplete(node: Sequence) -> Sequence:
    """A list that may hold items besides those that it lists."""
    if any(_is_mark(item) for item in node.items):
        return node
    place = node.location
    mark = Mapping({"complete": Scalar(False, "false", place)}, {"complete": place}, place)
    return Sequence((*node.items, mark), place)


def _position(node: Node | None, number: int) -> int:
    """Where the item of this number stands among the items and marks of a list; for one more, after them all."""
    items = node.items if isinstance(node, Sequence) else ()
    places = [place for place, item in enumerate(items) if not _is_mark(item)]
    return places[number] if number < len(places) else len(items) + number - len(places)


def _is_mark(node: Node) -> bool:
    return isinstance(node, Mapping) and set(node.entries) == {"complete"}


def changed(root: Mapping, path: str, value: Node, place: Location) -> Mapping:
    """The document with a value at the path, whether one stood there or not."""
    found = _changed(root, steps(path), value, place)
    assert isinstance(found, Mapping)
    return found


def _changed(node: Node | None, way: Steps, value: Node, place: Location) -> Node:
    if not way:
        return value
    first, rest = way[0], way[1:]
    if isinstance(first, int) and isinstance(node, Mapping) and "items" in node.entries:
        return _changed(node, ["items", *way], value, place)
    if isinstance(first, int):
        items = list(node.items) if isinstance(node, Sequence) else []
        at = _position(node, first)
        while len(items) <= at:
            items.append(Mapping({}, {}, place))
        items[at] = _changed(items[at], rest, value, place)
        return Sequence(tuple(items), node.location if node is not None else place)
    if first == "complete" and isinstance(node, Sequence):
        items_node = Sequence(items_of(node), node.location)
        entries_of_list: dict[str, Node] = {"complete": value, "items": items_node}
        return Mapping(entries_of_list, {"complete": place, "items": node.location}, node.location)
    entries: MappingType[str, Node] = node.entries if isinstance(node, Mapping) else {}
    keys = node.keys if isinstance(node, Mapping) else {}
    return Mapping(
        {**entries, first: _changed(entries.get(first), rest, value, place)},
        {**keys, first: keys.get(first, place)},
        node.location if node is not None else place,
    )


def added(root: Mapping, path: str, item: Node, place: Location) -> Mapping:
    """The document with one item more at the end of a list.

    A list that was not given is not complete with it: it is not known whether there are others.
    """
    node = found_at(root, path)
    if node is None:
        return changed(root, path, incomplete(Sequence((item,), place)), place)
    if isinstance(node, Mapping):
        return changed(root, f"{path}.items", Sequence((*items_of(node), item), place), place)
    assert isinstance(node, Sequence)
    marks = tuple(each for each in node.items if _is_mark(each))
    return changed(root, path, Sequence((*items_of(node), item, *marks), node.location), place)


def reachable(node: Node | None, way: Steps) -> bool:
    """Whether a path leads to something that is there, or that can be put after what is there."""
    if not way:
        return True
    first, rest = way[0], way[1:]
    if isinstance(first, str):
        return reachable(node.entries.get(first) if isinstance(node, Mapping) else None, rest)
    items = items_of(node)
    return first <= len(items) and reachable(items[first] if first < len(items) else None, rest)


def data_paths(root: Mapping) -> Iterator[str]:
    """The path of every datum of a case's document: sections, fields, items and their fields."""
    for name, node in root.entries.items():
        if name in ABOUT_A_CASE:
            continue
        yield name
        if isinstance(node, Mapping):
            yield from (f"{name}.{inner}" for inner in node.entries if inner not in ("complete", "items"))
        for number, item in enumerate(items_of(node)):
            if isinstance(item, Mapping):
                yield f"{name}[{number}]"
                yield from (f"{name}[{number}].{field}" for field in item.entries)
