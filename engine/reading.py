"""YAML or JSON text to values that know where they stand.

The dialect is strict, because a knowledge base must mean what its author sees:

- duplicate keys, tags, aliases, merge keys, several documents and nulls are refused;
- ``yes``, ``off``, ``012``, ``1e3``, ``1_000``, ``0x1F``, ``1:30``, ``.5`` and the like are refused, the plain form
  or quotes are suggested: YAML readers differ about what they mean;
- ``true`` and ``false`` are booleans, ``12`` and ``-1.5`` are exact numbers, everything else is text.

YAML and JSON give the same values. Numbers are exact rationals.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

from engine.document import (
    DEEPEST_NESTING,
    NOT_TEXT,
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
from engine.json_reading import read_json

__all__ = ["Mapping", "Node", "Scalar", "Sequence", "escape_pointer", "read_json", "read_text"]

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_SURPRISES: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"(?i)(yes|no|on|off|y|n)\Z"),
        "some YAML readers take this word for a boolean: write `true` or `false`, or quote it",
    ),
    (re.compile(r"(?i)(true|false)\Z"), "write booleans in lower case, or quote the word"),
    (re.compile(r"\Z"), "there is no null: write a value, or leave the entry out"),
    (re.compile(r"(~|null|Null|NULL)\Z"), "there is no null: leave the entry out, or quote the word"),
    (
        re.compile(r"[-+]?0[0-9_]+(\.[0-9]*)?\Z"),
        "a number has no leading zero (some readers take it for octal): drop the zero, or quote it",
    ),
    (re.compile(r"[-+]?0[xob][0-9a-fA-F_]+\Z"), "write the number in decimal, or quote it"),
    (
        re.compile(r"[-+]?[0-9][0-9_]*_[0-9_]*(\.[0-9_]*)?\Z"),
        "a number has no underscores: leave them out, or quote it",
    ),
    (
        re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)[eE][-+]?[0-9]+\Z"),
        "write the number without an exponent, or quote it",
    ),
    (
        re.compile(r"[-+]?[0-9]+(:[0-5]?[0-9])+(\.[0-9]*)?\Z"),
        "some YAML readers take this for a number to the base of 60: quote it",
    ),
    (
        re.compile(r"(\+[0-9].*|[-+]?\.[0-9]+|[-+]?[0-9]+\.)\Z"),
        "write the number with a digit before and after the point and no plus sign, or quote it",
    ),
    (re.compile(r"(?i)[-+]?\.(inf|nan)\Z"), "there are no infinite numbers: quote it if text is meant"),
    (re.compile(r"(=|<<)\Z"), "quote it: YAML gives it a meaning of its own"),
)
_BRACKETS = re.compile(r"[\[\]{}]")
_LONG_BLOCK_START = re.compile(r"^[ \t\-?:]{500}", re.MULTILINE)
_SURROGATES = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_SUSPECT_START = frozenset("yYnNoOtTfF~+-.0123456789=<")


def read_text(text: str, file: str, findings: Findings) -> Node | None:
    """The value of a YAML or JSON document, or None where it cannot be read; every problem goes to ``findings``."""
    start = Location(file, 1, 1)
    if too_large(text, start, findings):
        return None
    if _too_deep(text):
        too_deeply_nested(start, findings)
        return None
    root = _composed(text, file, findings)
    if root is None:
        return None
    return _Reader(file, findings, text).node(root, "", 0)


def _composed(text: str, file: str, findings: Findings) -> Any:
    """PyYAML's tree of nodes, or None with a problem recorded."""
    start = Location(file, 1, 1)
    loader: Any = None
    try:
        loader = _PositionedLoader(_without_surrogate_escapes(text))
        root = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Location(file, mark.line + 1, mark.column + 1) if mark else start
        problem = error.problem or error.context or "not YAML"
        at = text[mark.index : mark.index + 1] if mark else ""
        findings.add("syntax", place, one_line(problem), hint=_syntax_hint(problem, at))
        return None
    except (yaml.YAMLError, ValueError) as error:
        _not_text(text, file, str(error), findings)
        return None
    except RecursionError:
        too_deeply_nested(start, findings)
        return None
    finally:
        if loader is not None:
            loader.dispose()
    if root is None:
        findings.add("empty", start, "the document is empty", "a mapping")
    return root


def _not_text(text: str, file: str, reason: str, findings: Findings) -> None:
    """Record the first character that no text has, or why else the document cannot be read."""
    found = NOT_TEXT.search(text)
    if found is None:
        findings.add("syntax", Location(file, 1, 1), one_line(reason))
        return
    before = text[: found.start()]
    place = Location(file, before.count("\n") + 1, found.start() - before.rfind("\n"))
    findings.add("character", place, f"{found[0]!a} is no character of a text", "text without control characters")


def _too_deep(text: str) -> bool:
    """Whether composing the text could exhaust the C stack.

    The YAML library composes recursively in C, where too deep a document ends the process instead of raising. Both
    measures err on the side of refusing: brackets inside text count, and so does every sign of a block's start.
    """
    depth = deepest = 0
    for bracket in _BRACKETS.findall(text):
        if bracket in "[{":
            depth += 1
            deepest = max(deepest, depth)
        else:
            depth = max(0, depth - 1)
    return deepest > 2 * DEEPEST_NESTING or _LONG_BLOCK_START.search(text) is not None


class _PositionedLoader(Loader):  # type: ignore[misc]
    """PyYAML's composer without its guesses about types: `_Reader` decides them."""

    def resolve(self, kind: Any, value: str | None, implicit: Any) -> str:  # noqa: ARG002 - PyYAML's signature
        """How a node was written: plain or quoted, or a tree of others."""
        # PyYAML asks for a tag per node; a constant is several times faster than its regular expressions.
        if kind is yaml.ScalarNode:
            return "plain" if implicit[0] else "quoted"
        return "tree"


class _Reader:
    """Turns composed YAML nodes into located values."""

    def __init__(self, file: str, findings: Findings, text: str) -> None:
        self.file = file
        self.findings = findings
        self.text = text
        self.seen: set[int] = set()
        self.marks: Iterator[Location] | None = None
        self.aliases = "&" in text or "*" in text
        self.escapes = "\\" in text

    def place(self, node: Any) -> Location:
        """Where a node begins."""
        mark = node.start_mark
        return Location(self.file, mark.line + 1, mark.column + 1)

    def node(self, node: Any, pointer: str, depth: int) -> Node | None:
        """The located value of a node, or None with a problem recorded."""
        mark = node.start_mark
        place = Location(self.file, mark.line + 1, mark.column + 1, pointer)
        if depth > DEEPEST_NESTING:
            too_deeply_nested(place, self.findings)
            return None
        if self.aliases and self.is_alias(node, place):
            return None
        if isinstance(node, yaml.ScalarNode):
            return self.scalar(node, place)
        if node.tag != "tree":
            self.findings.add("tag", place, f"the tag `{node.tag}` is not allowed", "a value without a tag")
            return None
        if isinstance(node, yaml.SequenceNode):
            items = [self.node(item, f"{pointer}/{index}", depth + 1) for index, item in enumerate(node.value)]
            return Sequence(tuple(item for item in items if item is not None), place)
        return self.mapping(node, place, pointer, depth)

    def is_alias(self, node: Any, place: Location) -> bool:
        """Whether the node was met before: then an alias stands for it."""
        if id(node) in self.seen:
            place = next(self.alias_places(), place)
            self.findings.add(
                "alias", place, "an alias stands for another part of the document", "the value itself, written out"
            )
            return True
        self.seen.add(id(node))
        return False

    def alias_places(self) -> Iterator[Location]:
        """Where the aliases stand, in order: a composed node tells only where its anchor is."""
        if self.marks is None:
            events = yaml.parse(self.text, Loader=Loader)
            self.marks = iter([self.place(event) for event in events if isinstance(event, yaml.AliasEvent)])
        return self.marks

    def mapping(self, node: Any, place: Location, pointer: str, depth: int) -> Mapping:
        """A mapping without its wrong entries; their keys stay in ``keys``, so that nobody reports them as missing."""
        entries: dict[str, Node] = {}
        keys: dict[str, Location] = {}
        for key_node, value_node in node.value:
            key = self.key(key_node)
            if key is None:
                continue
            if key in keys:
                self.findings.add(
                    "duplicate-key",
                    self.place(key_node),
                    f"the key `{clipped(key)}` stands twice in one mapping",
                    "each key once",
                    f"first at line {keys[key].line}",
                )
                continue
            keys[key] = self.place(key_node)
            value = self.node(value_node, f"{pointer}/{escape_pointer(key)}", depth + 1)
            if value is not None:
                entries[key] = value
        return Mapping(entries, keys, place)

    def key(self, node: Any) -> str | None:
        """A key as text, or None with a problem recorded."""
        place = self.place(node)
        if not isinstance(node, yaml.ScalarNode):
            self.findings.add("key", place, "a key is a list or a mapping", "text")
            return None
        if self.aliases and self.is_alias(node, place):
            return None
        key = str(node.value)
        if node.tag not in ("plain", "quoted"):
            self.findings.add("tag", place, f"the tag `{node.tag}` is not allowed", "a key without a tag")
            return None
        if node.tag == "quoted":
            return key if not self.escapes or is_text(key, place, self.findings) else None
        suspect = not key or key[:1] in _SUSPECT_START
        advice = _surprise(key) if suspect and not PLAIN_NUMBER.match(key) else ""
        if advice:
            shown = f"the key `{clipped(key)}`" if key else "an empty key"
            self.findings.add(
                "yaml-surprise", place, f"{shown} means different things to different YAML readers", hint=_of_a_key(key)
            )
            return None
        return key

    def scalar(self, node: Any, place: Location) -> Scalar | None:
        """Text, a boolean or a number, or None with a problem recorded."""
        text = str(node.value)
        tag = node.tag
        if tag == "plain":
            if text[:1] in _SUSPECT_START or not text or text in ("null", "Null", "NULL"):
                return self.plain(text, place)
            return Scalar(text, text, place)
        if tag == "quoted":
            return Scalar(text, text, place) if not self.escapes or is_text(text, place, self.findings) else None
        self.findings.add("tag", place, f"the tag `{tag}` is not allowed", "a value without a tag")
        return None

    def plain(self, text: str, place: Location) -> Scalar | None:
        """The value of a word without quotes, or None where YAML readers differ about it."""
        if text == "true" or text == "false":
            return Scalar(text == "true", text, place)
        if PLAIN_NUMBER.match(text):
            return number_of(text, place, self.findings)
        advice = _surprise(text)
        if advice:
            shown = f"`{text}`" if text else "an empty value"
            self.findings.add(
                "yaml-surprise", place, f"{shown} means different things to different YAML readers", hint=advice
            )
            return None
        return Scalar(text, text, place)


def _surprise(text: str) -> str:
    for pattern, advice in _SURPRISES:
        if pattern.match(text):
            return advice
    return ""


def _without_surrogate_escapes(text: str) -> str:
    # JSON writes a character beyond the first plane as two escapes, which YAML's reader does not take.
    if "\\ud" not in text and "\\uD" not in text:
        return text
    return _SURROGATES.sub(lambda pair: str(json.loads(f'"{pair.group()}"')), text)


def _syntax_hint(problem: str, at: str) -> str:
    """What to do about what the composer says of the character where it stopped."""
    if at == "\t":
        return "indent with spaces, not with a tab"
    if "cannot start any token" in problem:
        return "put the value in quotes"
    if "mapping values are not allowed" in problem:
        return "quote a value that holds a colon, and check the indentation"
    if "did not find expected ','" in problem:
        held = "a bracket, a brace, a comma, a colon before a space, or ` #`: ` #` begins a comment"
        return f"within brackets, quote a value that holds {held}; and close what is open"
    if "did not find expected" in problem:
        return "see whether this line begins in the column of those beside it, and what is open before it is closed"
    return ""


def _of_a_key(key: str) -> str:
    """What to do about a key that means several things: a word, a number or nothing at all."""
    return f'quote it if that word is meant: "{clipped(key)}"' if key else "write a name before the colon"
