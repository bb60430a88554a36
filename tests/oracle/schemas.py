"""Documents judged by the JSON Schemas of their kind."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import PurePath
from typing import Any

from jsonschema import Draft7Validator

from engine.document import Mapping, Node, Sequence
from engine.errors import Findings
from engine.model.vocabulary import Vocabulary
from engine.reading import read_text
from rulewright.authoring.schemas import MAKERS, kind_of_file, schema


def plain(node: Node) -> Any:
    """A document as JSON has it."""
    if isinstance(node, Mapping):
        return {name: plain(value) for name, value in node.entries.items()}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    if isinstance(node.value, Fraction):
        return int(node.value) if node.value.denominator == 1 else float(node.value)
    return node.value


def validators(vocabulary: Vocabulary, *kinds: str) -> dict[str, Any]:
    """What judges documents by the schemas of these kinds, by default of all."""
    return {kind: Draft7Validator(schema(kind, vocabulary)) for kind in kinds or MAKERS}


def errors(made: dict[str, Any], path: str, text: str) -> list[tuple[int, str]]:
    """What the schema of the file's kind refuses: lines from 1, and messages; those of every alternative."""
    node = read_text(text, path, Findings())
    assert node is not None
    found = made[kind_of_file(PurePath(path))].iter_errors(plain(node))
    return [(_line(node, inner.absolute_path), inner.message) for error in found for inner in _leaves(error)]


def _leaves(error: Any) -> Iterator[Any]:
    yield error
    for inner in error.context or ():
        yield from _leaves(inner)


def _line(node: Node, path: Any) -> int:
    for step in path:
        node = node.entries[step] if isinstance(node, Mapping) else node.items[step]  # type: ignore[union-attr]
    return node.location.line
