"""YAML or JSON text to values that know where they stand.

The dialect is strict, because a knowledge base must mean what its author sees:

- duplicate keys, tags, aliases, merge keys, several documents and nulls are refused;
- ``yes``, ``off``, ``012``, ``1e3``, ``1_000``, ``0x1F``, ``1:30``, ``.5`` and their like are refused with the plain form
  or quotes suggested: YAML readers differ about what they mean;
- ``true`` and ``false`` are booleans, ``12`` and ``-1.5`` are exact numbers, everything else is text.

YAML and JSON give the same values. Numbers are exact rationals.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

import yaml

from engine.errors import Findings, Location

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

LARGEST_DOCUMENT = 20_000_000
DEEPEST_NESTING = 60
LONGEST_NUMBER = 40


@dataclass(frozen=True, slots=True)
class Scalar:
    """Text, a boolean or an exact number; ``text`` is what was written."""

    value: str | bool | Fraction
    text: str
    location: Location


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    location: Location

    def __iter__(self) -> Iterator[Node]:
        return iter(self.items)


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping from text keys; ``keys`` tells where each key stands."""

    entries: dict[str, Node]
    keys: dict[str, Location]
    location: Location

    def get(self, key: str) -> Node | None:
        """The value under ``key``, or None where there is none."""
        return self.entries.get(key)


Node: TypeAlias = Scalar | Sequence | Mapping

_PLAIN_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?\Z")
_SURPRISES: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"(?i)(yes|no|on|off|y|n)\Z"),
        "some YAML readers take this word for a boolean: write `true` or `false`, or quote it",
    ),
    (re.compile(r"(?i)(true|false)\Z"), "write booleans in lower case, or quote the word"),
    (re.compile(r"(~|null|Null|NULL)?\Z"), "there is no null: leave the entry out, or quote the word"),
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
    if len(text) > LARGEST_DOCUMENT:
        findings.add(
            "document-too-large",
            Location(file, 1, 1),
            f"the document has {len(text)} characters",
            f"at most {LARGEST_DOCUMENT}",
        )
        return None
    if _too_deep(text):
        findings.add(
            "nesting", Location(file, 1, 1), "the document is nested too deeply", f"at most {DEEPEST_NESTING} levels"
        )
        return None
    loader: Any = None
    try:
        loader = _PositionedLoader(_without_surrogate_escapes(text))
        root = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Location(file, mark.line + 1, mark.column + 1) if mark else Location(file, 1, 1)
        findings.add(
            "syntax",
            place,
            _one_line(error.problem or error.context or "not YAML"),
            hint=_syntax_hint(error.problem or ""),
        )
        return None
    except (yaml.YAMLError, ValueError) as error:
        findings.add("syntax", Location(file, 1, 1), _one_line(str(error)), "UTF-8 text without control characters")
        return None
    except RecursionError:
        findings.add(
            "nesting", Location(file, 1, 1), "the document is nested too deeply", f"at most {DEEPEST_NESTING} levels"
        )
        return None
    finally:
        if loader is not None:
            loader.dispose()
    if root is None:
        findings.add("empty", Location(file, 1, 1), "the document is empty", "a mapping")
        return None
    return _Reader(file, findings, text).node(root, "", 0)


def read_json(text: str, findings: Findings) -> Node | None:
    """The value of a JSON request; places are JSON pointers (RFC 6901)."""
    try:
        value = json.loads(
            text,
            object_pairs_hook=_Pairs,
            parse_float=_JsonNumber,
            parse_int=_JsonNumber,
            parse_constant=_JsonNumber,
        )
    except ValueError as error:
        findings.add("syntax", Location(pointer="/"), _one_line(str(error)), "one JSON object")
        return None
    except RecursionError:
        findings.add(
            "nesting", Location(pointer="/"), "the document is nested too deeply", f"at most {DEEPEST_NESTING} levels"
        )
        return None
    return _json_node(value, "", findings, 0)


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

    def resolve(self, kind: Any, value: str | None, implicit: Any) -> str:
        # PyYAML asks for a tag per node; a constant is several times faster than its regular expressions.
        if kind is yaml.ScalarNode:
            return "plain" if implicit[0] else "quoted"
        return "tree"


class _Reader:
    """Turns composed YAML nodes into located values."""

    def __init__(self, file: str, findings: Findings, text: str) -> None:
        self.file = file
        self.findings = findings
        self.seen: set[int] = set()
        self.aliases = "&" in text or "*" in text

    def place(self, node: Any) -> Location:
        mark = node.start_mark
        return Location(self.file, mark.line + 1, mark.column + 1)

    def node(self, node: Any, pointer: str, depth: int) -> Node | None:
        mark = node.start_mark
        place = Location(self.file, mark.line + 1, mark.column + 1, pointer)
        if depth > DEEPEST_NESTING:
            self.findings.add(
                "nesting", place, "the document is nested too deeply", f"at most {DEEPEST_NESTING} levels"
            )
            return None
        if self.aliases:
            if id(node) in self.seen:
                self.findings.add(
                    "alias", place, "an alias stands for another part of the document", "the value itself, written out"
                )
                return None
            self.seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            return self.scalar(node, place)
        if node.tag != "tree":
            self.findings.add("tag", place, f"the tag `{node.tag}` is not allowed", "a value without a tag")
            return None
        if isinstance(node, yaml.SequenceNode):
            items = [self.node(item, f"{pointer}/{index}", depth + 1) for index, item in enumerate(node.value)]
            return Sequence(tuple(item for item in items if item is not None), place)
        return self.mapping(node, place, pointer, depth)

    def mapping(self, node: Any, place: Location, pointer: str, depth: int) -> Mapping:
        entries: dict[str, Node] = {}
        keys: dict[str, Location] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.findings.add("key", self.place(key_node), "a key is a list or a mapping", "text")
                continue
            key = str(key_node.value)
            if key_node.tag == "plain" and key[:1] in _SUSPECT_START and not self.plain_key(key, self.place(key_node)):
                continue
            if key in keys:
                self.findings.add(
                    "duplicate-key",
                    self.place(key_node),
                    f"the key `{key}` stands twice in one mapping",
                    "each key once",
                    f"first at line {keys[key].line}",
                )
                continue
            keys[key] = self.place(key_node)
            value = self.node(value_node, f"{pointer}/{escape_pointer(key)}", depth + 1)
            if value is not None:
                entries[key] = value
        return Mapping(entries, keys, place)

    def plain_key(self, key: str, place: Location) -> bool:
        advice = _surprise(key)
        if advice and not _PLAIN_NUMBER.match(key):
            self.findings.add(
                "yaml-surprise", place, f"the key `{key}` means different things to different YAML readers", hint=advice
            )
            return False
        return True

    def scalar(self, node: Any, place: Location) -> Scalar | None:
        text = str(node.value)
        tag = node.tag
        if tag == "plain":
            if text[:1] in _SUSPECT_START or not text or text in ("null", "Null", "NULL"):
                return self.plain(text, place)
            return Scalar(text, text, place)
        if tag == "quoted":
            return Scalar(text, text, place)
        self.findings.add("tag", place, f"the tag `{tag}` is not allowed", "a value without a tag")
        return None

    def plain(self, text: str, place: Location) -> Scalar | None:
        if text == "true" or text == "false":
            return Scalar(text == "true", text, place)
        if _PLAIN_NUMBER.match(text):
            return _number(text, place, self.findings)
        advice = _surprise(text)
        if advice:
            shown = f"`{text}`" if text else "an empty value"
            self.findings.add(
                "yaml-surprise", place, f"{shown} means different things to different YAML readers", hint=advice
            )
            return None
        return Scalar(text, text, place)


def _number(text: str, place: Location, findings: Findings) -> Scalar | None:
    if len(text) > LONGEST_NUMBER:
        findings.add("number-too-long", place, "the number has too many digits", f"at most {LONGEST_NUMBER} characters")
        return None
    return Scalar(Fraction(text), text, place)


def _surprise(text: str) -> str:
    for pattern, advice in _SURPRISES:
        if pattern.match(text):
            return advice
    return ""


class _Pairs(list[tuple[str, Any]]):
    """A JSON object before its duplicate keys are looked for."""


class _JsonNumber(str):
    """A JSON number as it was written."""

    __slots__ = ()


def _json_node(value: Any, pointer: str, findings: Findings, depth: int) -> Node | None:
    place = Location(pointer=pointer or "/")
    if depth > DEEPEST_NESTING:
        findings.add("nesting", place, "the document is nested too deeply", f"at most {DEEPEST_NESTING} levels")
        return None
    if isinstance(value, _Pairs):
        entries: dict[str, Node] = {}
        keys: dict[str, Location] = {}
        for key, inner in value:
            below = f"{pointer}/{escape_pointer(key)}"
            if key in keys:
                findings.add(
                    "duplicate-key",
                    Location(pointer=below),
                    f"the key `{key}` stands twice in one object",
                    "each key once",
                )
                continue
            keys[key] = Location(pointer=below)
            node = _json_node(inner, below, findings, depth + 1)
            if node is not None:
                entries[key] = node
        return Mapping(entries, keys, place)
    if isinstance(value, list):
        items = [_json_node(item, f"{pointer}/{index}", findings, depth + 1) for index, item in enumerate(value)]
        return Sequence(tuple(item for item in items if item is not None), place)
    if isinstance(value, _JsonNumber):
        text = str(value)
        if not _PLAIN_NUMBER.match(text):
            findings.add(
                "number",
                place,
                f"`{text[:LONGEST_NUMBER]}` is not a plain decimal number",
                "digits, with at most one point and no exponent",
            )
            return None
        return _number(text, place, findings)
    if isinstance(value, bool):
        return Scalar(value, "true" if value else "false", place)
    if isinstance(value, str):
        return Scalar(value, value, place)
    findings.add("null", place, "null is not a value here", "the entry left out")
    return None


def escape_pointer(key: str) -> str:
    """A key as a step of a JSON pointer (RFC 6901, section 3)."""
    return key.replace("~", "~0").replace("/", "~1")


def _without_surrogate_escapes(text: str) -> str:
    # JSON writes a character beyond the first plane as two escapes, which YAML's reader does not take.
    if "\\ud" not in text and "\\uD" not in text:
        return text
    return _SURROGATES.sub(lambda pair: str(json.loads(f'"{pair.group()}"')), text)


def _syntax_hint(problem: str) -> str:
    if "cannot start any token" in problem:
        return "put the value in quotes"
    if "mapping values are not allowed" in problem:
        return "quote a value that holds a colon, and check the indentation"
    return ""


def _one_line(text: str) -> str:
    return " ".join(text.split())[:300]
