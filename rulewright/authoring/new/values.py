"""Plain values, and what authors give as YAML on the command line, as entries that can be laid out in a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from engine.document import Node
from engine.errors import Findings, Location
from engine.reading import read_text
from rulewright.authoring.form.comments import read_document
from rulewright.authoring.form.tree import Collection, Document, Entry, Text, Value

Plain: TypeAlias = str | bool | Sequence["Plain"] | Mapping[str, "Plain"] | Collection | Text


def tree(value: Plain) -> Value:
    """A plain value as it is laid out; what is a tree already stays as it is."""
    if isinstance(value, (Collection, Text)):
        return value
    if isinstance(value, bool):
        return Text("true" if value else "false", plain=True)
    if isinstance(value, str):
        return Text(value)
    if isinstance(value, Mapping):
        return Collection(True, entries=[Entry(Text(key), tree(inner)) for key, inner in value.items()])
    return Collection(False, entries=[Entry(None, tree(inner)) for inner in value])


def file_of(value: Mapping[str, Plain], *head: str) -> Document:
    """A whole file, with comments at its head."""
    return Document(tree(value), [f"# {line}" for line in head])


def given(text: str, option: str, findings: Findings) -> Value | None:
    """What an option gives as YAML (``plot: {crop: tomato}``); None with every problem recorded."""
    before = len(findings)
    node: Node | None = read_text(text, option, findings)
    if node is None or len(findings) > before:
        return None
    return read_document(text).root


def paired(words: Sequence[str], option: str, findings: Findings) -> dict[str, Plain]:
    """What options of the form ``name=value`` give, the value as YAML; every problem is recorded."""
    found: dict[str, Plain] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name.strip():
            findings.add(
                "change", Location(option), f"`{word[:80]}` is no pair", "a name and a value, as in `field=value`"
            )
            continue
        if name.strip() in found:
            findings.add("duplicate-key", Location(option), f"`{name.strip()}` is given twice", "each once")
            continue
        read = given(value, f"{option} {name.strip()}", findings)
        if read is not None:
            found[name.strip()] = read
    return found
