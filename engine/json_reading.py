"""The JSON text of a request to values that know their JSON pointer (RFC 6901)."""

from __future__ import annotations

import json
from typing import Any

from engine.document import (
    DEEPEST_NESTING,
    LONGEST_NUMBER,
    PLAIN_NUMBER,
    Mapping,
    Node,
    Scalar,
    Sequence,
    escape_pointer,
    is_text,
    number_of,
    one_line,
    too_deeply_nested,
    too_large,
)
from engine.errors import Findings, Location, clipped


def read_json(text: str, findings: Findings) -> Node | None:
    """The value of a JSON request; places are JSON pointers (RFC 6901)."""
    root = Location(pointer="/")
    if too_large(text, root, findings):
        return None
    try:
        value = json.loads(
            text,
            object_pairs_hook=_Pairs,
            parse_float=_JsonNumber,
            parse_int=_JsonNumber,
            parse_constant=_JsonNumber,
        )
    except ValueError as error:
        findings.add("syntax", root, one_line(str(error)), "one JSON object")
        return None
    except RecursionError:
        too_deeply_nested(root, findings)
        return None
    return _json_node(value, "", findings, 0)


class _Pairs(list[tuple[str, Any]]):
    """A JSON object before its duplicate keys are looked for."""


class _JsonNumber(str):
    """A JSON number as it was written."""

    __slots__ = ()


def _json_node(value: Any, pointer: str, findings: Findings, depth: int) -> Node | None:
    place = Location(pointer=pointer or "/")
    if depth > DEEPEST_NESTING:
        too_deeply_nested(place, findings)
        return None
    if isinstance(value, _Pairs):
        return _json_mapping(value, place, pointer, findings, depth)
    if isinstance(value, list):
        items = [_json_node(item, f"{pointer}/{index}", findings, depth + 1) for index, item in enumerate(value)]
        return Sequence(tuple(item for item in items if item is not None), place)
    if isinstance(value, _JsonNumber):
        return _json_number(str(value), place, findings)
    if isinstance(value, bool):
        return Scalar(value, "true" if value else "false", place)
    if isinstance(value, str):
        return Scalar(value, value, place) if is_text(value, place, findings) else None
    findings.add("null", place, "null is not a value here", "the entry left out")
    return None


def _json_mapping(pairs: _Pairs, place: Location, pointer: str, findings: Findings, depth: int) -> Mapping:
    entries: dict[str, Node] = {}
    keys: dict[str, Location] = {}
    for key, inner in pairs:
        below = f"{pointer}/{escape_pointer(key)}"
        if not is_text(key, place, findings):
            continue
        if key in keys:
            findings.add(
                "duplicate-key",
                Location(pointer=below),
                f"the key `{clipped(key)}` stands twice in one object",
                "each key once",
            )
            continue
        keys[key] = Location(pointer=below)
        node = _json_node(inner, below, findings, depth + 1)
        if node is not None:
            entries[key] = node
    return Mapping(entries, keys, place)


def _json_number(text: str, place: Location, findings: Findings) -> Scalar | None:
    if PLAIN_NUMBER.match(text):
        return number_of(text, place, findings)
    findings.add(
        "number",
        place,
        f"`{text[:LONGEST_NUMBER]}` is not a plain decimal number",
        "digits, with at most one point and no exponent",
    )
    return None
