"""A text as YAML writes it: plain where every reader takes it for that text, else quoted; folded where it is long."""

from __future__ import annotations

import json
import re
from functools import lru_cache

from engine.document import Mapping, Scalar
from engine.errors import Findings
from engine.reading import read_text
from rulewright.authoring.form.tree import Text

_ODD = r"\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff"
"""Characters that are written as escapes: they would not be seen, or end a line."""
_PLAIN = re.compile(rf"[-$(/_]?[^\W_][^{_ODD}]*\Z")
_MARKS = re.compile(r":(\s|\Z)|\s#|\s\Z|:[\]\[{},]")
_BRACKETS = re.compile(r"[,\[\]{}?]|://")
_SUSPECT = re.compile(r"[-0-9]|(?i:yes|no|on|off|y|n|true|false|null)\Z")
_ESCAPED = re.compile("[\x7f-\xa0\u2028\u2029\ufeff]")
_FOLDABLE = re.compile(rf"[^\s{_ODD}]+( [^\s{_ODD}]+)*\Z")
_LITERAL = re.compile(rf"[^\s{_ODD}]([^{_ODD}]|\n)*\Z")


def written(text: Text, *, in_brackets: bool, quoted: bool = False) -> str:
    """A scalar on one line. What was a number or a boolean stays one; ``quoted`` asks for quotes in any case."""
    value = text.value
    if text.plain and not is_text(value):
        return value
    if not quoted and is_plain(value, in_brackets):
        return value
    return in_quotes(value)


def is_plain(value: str, in_brackets: bool) -> bool:
    """Whether a text needs no quotes, between brackets or outside."""
    if not _PLAIN.match(value) or _MARKS.search(value) or (in_brackets and _BRACKETS.search(value)):
        return False
    return not _SUSPECT.match(value) or is_text(value)


def in_quotes(value: str) -> str:
    """A text between double quotes: JSON's are YAML's, but for characters that YAML takes for the end of a line."""
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))


def folded(value: str, indent: int, width: int) -> list[str] | None:
    """The lines of a folded text (``>-``), or None where its words are not parted by single spaces."""
    if not _FOLDABLE.match(value):
        return None
    lines, line = [], ""
    for word in value.split(" "):
        if line and len(line) + 1 + len(word) > width - indent:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [" " * indent + part for part in (*lines, line)]


def literal(value: str, indent: int) -> tuple[str, list[str]] | None:
    """The sign and the lines of a text of several lines, or None where its spaces would not be seen."""
    body = value.removesuffix("\n")
    if "\n" not in body or not _LITERAL.match(value) or body.endswith("\n") or re.search(r"[ \t]$", body, re.MULTILINE):
        return None
    sign = "|" if value.endswith("\n") else "|-"
    return sign, [" " * indent + line if line else "" for line in body.split("\n")]


@lru_cache(maxsize=20_000)
def is_text(value: str) -> bool:
    """Whether a word without quotes is read as the text that it is, and not as a number or a boolean, or refused."""
    findings = Findings()
    node = read_text(f"k: {value}", "", findings)
    found = node.entries.get("k") if isinstance(node, Mapping) else None
    return isinstance(found, Scalar) and found.value == value and not findings.problems
