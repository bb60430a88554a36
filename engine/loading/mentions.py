"""Where the variables of a rule stand in what was written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.errors import Location
from engine.reading import Mapping, Node, Scalar

MENTION = re.compile(r"\$([A-Za-z][A-Za-z0-9-]*)")


def mentioned(node: Node) -> set[str]:
    """Every variable that a part of a rule names."""
    return {name for text, _ in _texts(node) for name in MENTION.findall(text)}


def mention(name: str, rule: Node, at: Location) -> Location:
    """Where the part of a rule that begins at a place first names a variable; the place itself where it does not."""
    part = _part(rule, at) or rule
    return next((place for text, place in _texts(part) if name in MENTION.findall(text)), at)


def _texts(node: Node) -> Iterator[tuple[str, Location]]:
    if isinstance(node, Scalar):
        yield node.text, node.location
    elif isinstance(node, Mapping):
        for key, place in node.keys.items():
            yield key, place
            if key in node.entries:
                yield from _texts(node.entries[key])
    else:
        for item in node:
            yield from _texts(item)


def _part(node: Node, at: Location) -> Mapping | None:
    """The mapping that begins at a place."""
    if isinstance(node, Mapping) and node.location == at:
        return node
    inner = node.entries.values() if isinstance(node, Mapping) else () if isinstance(node, Scalar) else node.items
    return next((found for item in inner if (found := _part(item, at)) is not None), None)
