"""Where the comments and blank lines of a document stand, and with which entry each of them goes."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from rulewright.authoring.form.tree import Collection, Document, Entry, Text, Value, parsed, texts

_BEFORE_A_VALUE = re.compile(r"[\s\-?,\[{]*\Z")
"""What may stand before a comment on a line that holds no value."""
_LINE_ENDS = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
"""What ends a line for a reader of YAML 1.1."""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, or a blank line where ``text`` is empty; line and column from 0. ``alone``: no value before it."""

    line: int
    column: int
    text: str
    alone: bool


def read_document(text: str) -> Document:
    """A document that `engine.reading.read_text` accepts, with its comments."""
    root = parsed(text)
    document = Document(root)
    if isinstance(root, Text):
        document.head = [comment.text for comment in comments_of(text, root)]
        return document
    for comment in comments_of(text, root):
        if comment.alone:
            _place_alone(comment, root, document)
        else:
            _place_beside(comment, root)
    return document


def comments_of(text: str, root: Value) -> list[Comment]:
    """The comments and blank lines of a document, in order."""
    covered: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    lines = _LINE_ENDS.split(text)
    inside: set[int] = set()
    for scalar in texts(root):
        _cover(scalar, lines, covered, inside)
    found = []
    for number, line in enumerate(lines):
        if number in inside:
            continue
        if not line.strip():
            found.append(Comment(number, 0, "", True))
            continue
        column = _hash(line, covered.get(number, []))
        if column >= 0:
            alone = _BEFORE_A_VALUE.match(line[:column]) is not None
            found.append(Comment(number, column, line[column:].rstrip(), alone))
    return _without_lone_blanks(found, lines)


def _cover(scalar: Text, lines: list[str], covered: defaultdict[int, list[tuple[int, int]]], inside: set[int]) -> None:
    """Record what a scalar covers: spans of lines, and whole lines ``inside`` it."""
    (first, start), (last, end) = scalar.start, scalar.end
    if scalar.block:
        # A comment may follow the sign of a block scalar; the lines below are its text.
        sign = re.compile(r"[|>][-+0-9]*").match(lines[first], start)
        covered[first].append((start, sign.end() if sign else start + 1))
        below = last + 1 if end else last
        while below > first + 1 and (below > len(lines) or not lines[below - 1].strip()):
            below -= 1
        inside.update(range(first + 1, below))
        return
    for number in range(first, last + 1):
        covered[number].append((start if number == first else 0, end if number == last else len(lines[number])))
        if number > first and not lines[number].strip():
            inside.add(number)


def _hash(line: str, spans: list[tuple[int, int]]) -> int:
    """The column at which the comment of a line begins, or -1."""
    column = line.find("#")
    while column >= 0:
        if (column == 0 or line[column - 1] in " \t") and not any(start <= column < end for start, end in spans):
            return column
        column = line.find("#", column + 1)
    return -1


def _without_lone_blanks(found: list[Comment], lines: list[str]) -> list[Comment]:
    """Blank lines take the column of what follows them, so that they go where it goes; those at the end go nowhere."""
    kept: list[Comment] = []
    for comment in found:
        if comment.text:
            kept.append(comment)
            continue
        after = next((number for number in range(comment.line + 1, len(lines)) if lines[number].strip()), None)
        if after is None:
            break
        column = len(lines[after]) - len(lines[after].lstrip())
        kept.append(Comment(comment.line, column, "", True))
    return kept


def _place_beside(comment: Comment, root: Collection) -> None:
    """A comment after a value goes with the entry that the line ends in."""
    entry = _entry_on_line(comment, root)
    if entry is None:  # behind a bracket that closes the document
        root.tail.append(comment.text)
    elif entry.beside:
        entry.above.append(comment.text)
    else:
        entry.beside = comment.text


def _entry_on_line(comment: Comment, within: Collection) -> Entry | None:
    place = (comment.line, comment.column)
    before = [entry for entry in within.entries if entry.start < place]
    if not before:
        return None
    entry = before[-1]
    value = entry.value
    if isinstance(value, Text) or not value.entries:
        return entry
    if value.flow and value.end <= place:
        return entry
    inner = _entry_on_line(comment, value)
    if inner is None:
        return entry
    line = comment.line
    on_line = inner.start[0] == line or last_line(inner.value) == line
    return inner if on_line else entry


def last_line(value: Value) -> int:
    """The line of the last character of a value."""
    if isinstance(value, Collection) and not value.flow:
        return last_line(value.entries[-1].value) if value.entries else value.end[0]
    return value.end[0] if not isinstance(value, Text) or not value.block or value.end[1] else value.end[0] - 1


def _place_alone(comment: Comment, root: Collection, document: Document) -> None:
    """A comment on a line of its own goes before the next entry, or at the end of the block whose column it has."""
    place = (comment.line, comment.column)
    if not root.entries or (comment.line, 0) < (root.entries[0].start[0], 0):
        document.head.append(comment.text)
        return
    target = _before_next(place, root)
    target.append(comment.text)


def _before_next(place: tuple[int, int], within: Collection) -> list[str]:
    """The list of lines that a comment at a place joins."""
    following = next((entry for entry in within.entries if entry.start[0] > place[0]), None)
    earlier = [entry for entry in within.entries if entry.start[0] <= place[0]]
    if not earlier:
        return within.entries[0].above if within.entries else within.tail
    last = earlier[-1]
    inner = _still_open(last.value, place, within, following is None)
    if inner is not None:
        return _before_next(place, inner)
    if last.value.start[0] > place[0]:
        return last.above  # between a key and its value
    return following.above if following is not None else within.tail


def _still_open(value: Value, place: tuple[int, int], outer: Collection, is_last: bool) -> Collection | None:
    """The collection of the entry before a comment, where the comment stands in it."""
    if not isinstance(value, Collection):
        return None
    if value.flow:
        return value if value.start <= place < value.end else None
    if last_line(value) > place[0]:
        return value
    deeper = value.start[1] > outer.start[1]
    return value if place[1] >= value.start[1] and (deeper or is_last) and not outer.flow else None
