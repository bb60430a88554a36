"""JSON Schemas (draft 7) of every kind of file of a knowledge base, generated from its vocabulary.

An editor that reads them offers the words that there are, with their labels, and marks what cannot be right. They are
necessary, not sufficient: what a schema refuses is wrong, and what it takes may still be; `check` says the rest. Ids of
facts, rules and scenarios are not in them, so that they change with the vocabulary alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath
from typing import Any

from engine.loading.files import FOLDERS, HEAD
from engine.model.vocabulary import Vocabulary
from rulewright.authoring.schemas.documents import head, reviews, source
from rulewright.authoring.schemas.facts import facts
from rulewright.authoring.schemas.forms import Schema
from rulewright.authoring.schemas.rules import rules
from rulewright.authoring.schemas.scenarios import scenarios
from rulewright.authoring.schemas.vocabulary import vocabulary as vocabulary_schema
from rulewright.authoring.schemas.words import definitions

DRAFT = "http://json-schema.org/draft-07/schema#"
FOLDER = ".schemas"
"""Where the schemas of a knowledge base stand: a name that its loader passes over."""
WHOLE = "kb"
"""The kind of `kb.yaml`; the other kinds have the names of their folders."""
MAKERS: dict[str, Callable[[Vocabulary], Schema]] = {
    WHOLE: head,
    "vocabulary": vocabulary_schema,
    "sources": source,
    "facts": facts,
    "rules": rules,
    "scenarios": scenarios,
    "reviews": reviews,
}
"""The kinds of file, each with what makes its schema."""
TITLES = {
    WHOLE: "What a knowledge base is",
    "vocabulary": "A vocabulary file",
    "sources": "A source",
    "facts": "A file of facts or readings",
    "rules": "A file of rules",
    "scenarios": "A file of scenarios",
    "reviews": "The reviews of one reviewer",
}
assert {*FOLDERS} < {*MAKERS}


def schema(kind: str, vocabulary: Vocabulary) -> Schema:
    """The schema of one kind of file."""
    made = MAKERS[kind](vocabulary)
    shared = definitions(vocabulary) | made.pop("definitions", {})
    used = dict(_used(made, shared))
    found = {"$schema": DRAFT, "title": TITLES[kind], **made}
    return found | ({"definitions": {name: used[name] for name in sorted(used)}} if used else {})


def schema_text(kind: str, vocabulary: Vocabulary) -> str:
    """The schema of one kind of file as JSON text; the same vocabulary gives the same text."""
    return _lines(schema(kind, vocabulary), 2) + "\n"


def schema_files(vocabulary: Vocabulary) -> dict[str, str]:
    """The text of every schema by the name of its file."""
    return {schema_name(kind): schema_text(kind, vocabulary) for kind in MAKERS}


def schema_name(kind: str) -> str:
    """The name of the file of a schema."""
    return f"{kind}.schema.json"


def kind_of_file(path: PurePath) -> str:
    """Which kind of file stands at a path within the folder of a knowledge base; empty where it is none."""
    if path == PurePath(HEAD):
        return WHOLE
    first = path.parts[0] if len(path.parts) > 1 else ""
    return first if first in MAKERS and first != WHOLE and path.suffix in (".yaml", ".yml") else ""


def modeline(path: PurePath) -> str:
    """The comment by which yaml-language-server finds the schema of a file at a path within the knowledge base."""
    up = "../" * (len(path.parts) - 1)
    return f"# yaml-language-server: $schema={up}{FOLDER}/{schema_name(kind_of_file(path))}"


def _lines(node: Any, depth: int) -> str:
    """JSON with one line for each definition and each property, so that a difference shows which of them changed."""
    if not depth or not isinstance(node, dict):
        return json.dumps(node, ensure_ascii=False)
    entries = [f"{json.dumps(name, ensure_ascii=False)}: {_lines(value, depth - 1)}" for name, value in node.items()]
    return "{\n" + ",\n".join(entries) + "\n}" if entries else "{}"


def _used(node: Any, shared: Mapping[str, Schema], found: set[str] | None = None) -> Iterator[tuple[str, Schema]]:
    """The definitions that a schema refers to, directly or by others."""
    found = set() if found is None else found
    if isinstance(node, dict):
        target = str(node.get("$ref", "")).rpartition("/")[2]
        if target and target not in found:
            found.add(target)
            yield target, shared[target]
            yield from _used(shared[target], shared, found)
        for value in node.values():
            yield from _used(value, shared, found)
    elif isinstance(node, list):
        for value in node:
            yield from _used(value, shared, found)
