"""Documents and expectations as YAML text, before it is put in its canonical form."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from engine.errors import Findings
from engine.reading import Mapping as MappingNode
from engine.reading import Node, Scalar, read_text

Value: TypeAlias = "str | bool | Sequence[Value] | Mapping[str, Value]"


class Verbatim(str):
    """A number or boolean, as it was written: never quoted."""

    __slots__ = ()


def quoted(text: str) -> str:
    """A text as a YAML scalar that can stand anywhere: plain where that is read as this text, else in quotes."""
    findings = Findings()
    node = read_text(f"{{x: {text}}}", "", findings) if text and "\n" not in text else None
    inner = node.entries.get("x") if isinstance(node, MappingNode) and len(node.entries) == 1 else None
    if isinstance(inner, Scalar) and inner.value == text and not findings.problems:
        return text
    return json.dumps(text, ensure_ascii=False)


def value_of(node: Node) -> Value:
    """What a document says, without its places; numbers and booleans as they were written."""
    if isinstance(node, Scalar):
        return node.text if isinstance(node.value, str) else Verbatim(node.text)
    if isinstance(node, MappingNode):
        return {key: value_of(inner) for key, inner in node.entries.items()}
    return [value_of(item) for item in node.items]


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


def block(value: Mapping[str, Value], indent: int = 0) -> Iterator[str]:
    """A mapping as lines, one for each entry."""
    for key, inner in value.items():
        yield f"{' ' * indent}{quoted(key)}: {flow(inner)}"
