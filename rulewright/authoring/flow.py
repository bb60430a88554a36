"""Documents and expectations as YAML text: plain where the reader of this project takes it for the same text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import TypeAlias

from engine.errors import Findings
from engine.reading import Mapping as MappingNode
from engine.reading import Node, Scalar, read_text

WIDTH = 120
NEVER = 99
GLUE = "\ue000"
"""Stands for a space at which no line is broken: a character of private use. A line that holds it is left whole."""
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|, | |[{}\[\]]')
Value: TypeAlias = "str | bool | Sequence[Value] | Mapping[str, Value]"


def quoted(text: str) -> str:
    """A text as a YAML scalar that can stand anywhere: plain where that is read as this text, else in quotes."""
    findings = Findings()
    node = read_text(f"{{x: {text}}}", "", findings) if text and "\n" not in text else None
    inner = node.entries.get("x") if isinstance(node, MappingNode) and len(node.entries) == 1 else None
    if isinstance(inner, Scalar) and inner.value == text and not findings.problems:
        return text
    return json.dumps(text, ensure_ascii=False)


def value_of(node: Node) -> Value:
    """What a document says, without its places; a number is the text that was written, marked as such by its type."""
    if isinstance(node, Scalar):
        return node.text if isinstance(node.value, str) else Verbatim(node.text)
    if isinstance(node, MappingNode):
        return {key: value_of(inner) for key, inner in node.entries.items()}
    return [value_of(item) for item in node.items]


class Verbatim(str):
    """A number or boolean, as it was written: never quoted."""

    __slots__ = ()


def flow(value: Value) -> str:
    """A value in one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Verbatim):
        return str(value)
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{quoted(key)}: {flow(inner)}" for key, inner in value.items()) + "}"
    return "[" + ", ".join(map(flow, value)) + "]"


def block(value: Mapping[str, Value], indent: int = 0, deep: int = 1) -> Iterator[str]:
    """A mapping as lines: ``deep`` levels of mappings and lists one entry a line, what is below in flow style."""
    margin = " " * indent
    for key, inner in value.items():
        if deep and isinstance(inner, Mapping) and inner:
            yield f"{margin}{quoted(key)}:"
            yield from block(inner, indent + 2, deep - 1)
        elif deep and isinstance(inner, Sequence) and not isinstance(inner, str) and any(map(_is_mapping, inner)):
            yield f"{margin}{quoted(key)}:"
            for item in inner:
                yield from wrapped(f"- {flow(item)}", indent + 2)
        else:
            yield from wrapped(f"{quoted(key)}: {flow(inner)}", indent)


def _is_mapping(value: Value) -> bool:
    return isinstance(value, Mapping)


def wrapped(line: str, indent: int) -> Iterator[str]:
    """A line in flow style, broken behind commas where it is too wide: the outermost, where that is enough."""
    margin = " " * indent
    if len(margin) + len(line) <= WIDTH or GLUE in line:
        yield margin + line
        return
    pieces: list[str] = []
    for deepest in (1, NEVER):
        pieces = wrap(
            _bound(line, deepest),
            WIDTH,
            initial_indent=margin,
            subsequent_indent=margin + " " * 4,
            break_long_words=False,
            break_on_hyphens=False,
        )
        if all(len(piece) <= WIDTH for piece in pieces):
            break
    yield from (piece.replace(GLUE, " ") for piece in pieces)


def _bound(line: str, deepest: int) -> str:
    """The line with every space glued but those behind the commas down to a depth of brackets, outside of quotes."""
    depth = 0

    def glued(match: re.Match[str]) -> str:
        nonlocal depth
        token = match[0]
        depth += (token in "{[") - (token in "}]")
        return token if token == ", " and depth <= deepest else token.replace(" ", GLUE)

    return TOKEN.sub(glued, line)
