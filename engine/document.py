"""Values that know where they stand in a document, YAML or JSON, and the limits of both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from engine.errors import Findings, Location

PLAIN_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?\Z")
NOT_TEXT = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
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


def too_large(text: str, place: Location, findings: Findings) -> bool:
    """Whether the text is longer than what is read; a problem is recorded where it is."""
    if len(text) <= LARGEST_DOCUMENT:
        return False
    findings.add("document-too-large", place, f"the document has {len(text)} characters", f"at most {LARGEST_DOCUMENT}")
    return True


def too_deeply_nested(place: Location, findings: Findings) -> None:
    """Record that a document is nested deeper than what is read."""
    findings.add("nesting", place, "the document is nested too deeply", f"at most {DEEPEST_NESTING} levels")


def is_text(text: str, place: Location, findings: Findings) -> bool:
    """Whether the value of an escape sequence is text; a problem is recorded where it is not."""
    found = NOT_TEXT.search(text)
    if found is None:
        return True
    findings.add("character", place, f"{found[0]!a} is no character of a text", "text without control characters")
    return False


def number_of(text: str, place: Location, findings: Findings) -> Scalar | None:
    """The value of a plain number, or None where it has too many digits."""
    if len(text) > LONGEST_NUMBER:
        findings.add("number-too-long", place, "the number has too many digits", f"at most {LONGEST_NUMBER} characters")
        return None
    return Scalar(Fraction(text), text, place)


def escape_pointer(key: str) -> str:
    """A key as a step of a JSON pointer (RFC 6901, section 3)."""
    return key.replace("~", "~0").replace("/", "~1")


def one_line(text: str) -> str:
    """The text of an error without its line breaks."""
    return " ".join(text.split())[:300]
