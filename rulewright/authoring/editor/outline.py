"""A YAML document as far as it can be made out while somebody types: nothing is refused, everything has its place.

Of a document without mistakes the outline is what `engine.reading` reads. Of one with mistakes it keeps all that lies
around them: a line that cannot be understood costs that line, a bracket that nobody closed ends where the lines are no
longer indented. Lines and columns count from 0, columns in characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

Spot: TypeAlias = tuple[int, int]
"""A line and a column."""

_ESCAPE = re.compile(r'\\(["\\/nt ])')
_ESCAPED = {"n": "\n", "t": "\t"}
_DEEPEST = 80


@dataclass(frozen=True, slots=True)
class Leaf:
    """A text, a number, or what else stands alone; ``end`` is the spot after its last character."""

    text: str
    start: Spot
    end: Spot
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and what it holds; None where nothing does (yet)."""

    key: Leaf
    value: Outline | None


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping."""

    entries: tuple[Entry, ...]
    start: Spot

    def get(self, name: str) -> Outline | None:
        """What stands under a key, None where nothing does."""
        return next((entry.value for entry in self.entries if entry.key.text == name), None)

    def text(self, name: str) -> str:
        """The text under a key, its line breaks as spaces; empty where there is none."""
        found = self.get(name)
        return " ".join(found.text.split()) if isinstance(found, Leaf) else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts of the list under a key."""
        found = self.get(name)
        return tuple(item.text for item in found.items if isinstance(item, Leaf)) if isinstance(found, Row) else ()


@dataclass(frozen=True, slots=True)
class Row:
    """A list."""

    items: tuple[Outline, ...]
    start: Spot


Outline: TypeAlias = Leaf | Table | Row


def outline(text: str) -> Outline | None:
    """The outline of a document; None where it holds nothing."""
    return _Block(text).document()


class _Block:
    """Reads the block style line by line; ``row`` is the first line that was not read yet."""

    def __init__(self, text: str) -> None:
        self.lines = [line.removesuffix("\r") for line in text.removeprefix("\ufeff").split("\n")]
        self.row = 0
        self.depth = 0

    def document(self) -> Outline | None:
        found = None
        while (at := self.next()) is not None:
            node = self.node(at[0], at[1], -1)
            found = node if found is None else found
        return found

    def next(self) -> Spot | None:
        """Where the next line that says something begins to say it."""
        for row in range(self.row, len(self.lines)):
            line = self.lines[row]
            words = line.lstrip(" ")
            if words.strip() and words[0] != "#" and line.rstrip() not in ("---", "..."):
                self.row = row
                return row, len(line) - len(words)
        self.row = len(self.lines)
        return None

    def node(self, row: int, column: int, limit: int) -> Outline:
        """What begins at a spot; lines that belong to it are indented by more than ``limit``."""
        self.row = row
        if self.depth > _DEEPEST:
            self.row += 1
            return Leaf("", (row, column), (row, column))
        self.depth += 1
        try:
            if _is_dash(self.lines[row], column):
                return self.row_at(row, column)
            if self.begins_table(row, column):
                return self.table(row, column)
            return self.inline(row, column, limit)
        finally:
            self.depth -= 1

    def begins_table(self, row: int, column: int) -> bool:
        """Whether a key stands at a spot, or a word that is about to become one, above a key."""
        if _key_end(self.lines[row], column) is not None:
            return True
        if self.lines[row][column] in "[{|>\"'":
            return False
        self.row = row + 1
        below = self.next()
        self.row = row
        return (
            below is not None
            and below[1] == column
            and not _is_dash(self.lines[below[0]], column)
            and _key_end(self.lines[below[0]], column) is not None
        )

    def row_at(self, row: int, column: int) -> Row:
        """A list, each item behind a dash."""
        items: list[Outline] = []
        start = row, column
        at: Spot | None = start
        while at is not None:
            if at[1] < column or (at[1] == column and not _is_dash(self.lines[at[0]], column)):
                break
            if at[1] > column:
                self.node(at[0], at[1], column)  # nothing that it could belong to: left aside
            else:
                items.append(self.item(at[0], column))
            at = self.next()
        return Row(tuple(items), start)

    def item(self, row: int, column: int) -> Outline:
        line = self.lines[row]
        inner = _content(line, column + 1)
        if inner is not None:
            return self.node(row, inner, column)
        self.row = row + 1
        at = self.next()
        if at is not None and at[1] > column:
            return self.node(at[0], at[1], column)
        end = row, len(line)
        return Leaf("", end, end)

    def table(self, row: int, column: int) -> Table:
        """A mapping, each key on a line of its own."""
        entries = []
        start = row, column
        at: Spot | None = start
        while at is not None:
            if at[1] < column or (at[1] == column and at != start and _is_dash(self.lines[at[0]], column)):
                break
            if at[1] > column:
                self.node(at[0], at[1], column)  # nothing that it could belong to: left aside
            else:
                entries.append(self.entry(at[0], column))
            at = self.next()
        return Table(tuple(entries), start)

    def entry(self, row: int, column: int) -> Entry:
        line = self.lines[row]
        colon = _key_end(line, column)
        if colon is None:
            self.row = row + 1
            text = _uncommented(line, column)
            return Entry(Leaf(text, (row, column), (row, column + len(text))), None)
        key = _key(line, row, column, colon)
        value = _content(line, colon + 1)
        if value is not None:
            return Entry(key, self.inline(row, value, column))
        self.row = row + 1
        at = self.next()
        if at is None or at[1] < column or (at[1] == column and not _is_dash(self.lines[at[0]], column)):
            return Entry(key, None)
        return Entry(key, self.node(at[0], at[1], column if at[1] > column else column - 1))

    # What stands on the line of its key -----------------------------------------------------------------------------

    def inline(self, row: int, column: int, limit: int) -> Outline:
        first = self.lines[row][column]
        if first in "{[\"'":
            flow = Flow(self.lines, row, column, limit)
            found = flow.node()
            self.row = flow.row + 1
            return found
        if first in "|>":
            return self.folded(row, column, limit)
        return self.plain(row, column, limit)

    def folded(self, row: int, column: int, limit: int) -> Leaf:
        """A text in lines of its own."""
        last = row
        for below in range(row + 1, len(self.lines)):
            line = self.lines[below]
            if line.strip() and len(line) - len(line.lstrip(" ")) <= limit:
                break
            if line.strip():
                last = below
        self.row = last + 1
        words = [line.strip() for line in self.lines[row + 1 : last + 1]]
        return Leaf("\n".join(words), (row, column), (last, len(self.lines[last])), quoted=True)

    def plain(self, row: int, column: int, limit: int) -> Leaf:
        """A text without quotes, on one line or several."""
        words = [_uncommented(self.lines[row], column)]
        end = row, column + len(words[0])
        commented = end[1] < len(self.lines[row].rstrip())
        self.row = row + 1
        while not commented:
            at = self.next()
            if at is None or at[1] <= limit or self.structured(at):
                break
            if any(line.lstrip().startswith("#") for line in self.lines[end[0] + 1 : at[0]]):
                break
            words.append(_uncommented(self.lines[at[0]], at[1]))
            end = at[0], at[1] + len(words[-1])
            commented = end[1] < len(self.lines[at[0]].rstrip())
            self.row = at[0] + 1
        return Leaf(" ".join(words), (row, column), end)

    def structured(self, at: Spot) -> bool:
        """Whether a line looks like a key or an item, and not like the next line of a text."""
        line = self.lines[at[0]]
        return _is_dash(line, at[1]) or _key_end(line, at[1]) is not None


class Flow:
    """Reads what stands in brackets or quotes, over as many lines as are indented by more than ``limit``."""

    def __init__(self, lines: list[str], row: int, column: int, limit: int) -> None:
        self.lines = lines
        self.row, self.column = row, column
        self.limit = limit
        self.depth = 0

    def peek(self) -> str:
        """The next character that is no blank and no comment; empty where the lines end that belong to it."""
        row, column = self.row, self.column
        while True:
            line = self.lines[row]
            while column < len(line) and line[column] in " \t":
                column += 1
            comment = column < len(line) and line[column] == "#" and (column == 0 or line[column - 1] in " \t")
            if column < len(line) and not comment:
                self.row, self.column = row, column
                return line[column]
            if not self.goes_on(row + 1):
                return ""
            row, column = row + 1, 0

    def goes_on(self, row: int) -> bool:
        """Whether a line belongs to it: it says nothing, is indented further, or closes a bracket."""
        for line in self.lines[row:]:
            words = line.lstrip(" ")
            if words.strip() and words[0] != "#":
                return len(line) - len(words) > self.limit or words[0] in "]}"
        return False

    def node(self) -> Outline:
        """What begins where we are."""
        first = self.peek()
        start = self.row, self.column
        if self.depth > _DEEPEST:
            self.column = len(self.lines[self.row])
            return Leaf("", start, start)
        self.depth += 1
        try:
            if first == "{":
                return self.table(start)
            if first == "[":
                return self.list(start)
            if first and first in "\"'":
                return self.quoted(first, start)
            return self.plain(start)
        finally:
            self.depth -= 1

    def node_text(self) -> str:
        """The text that begins where we are."""
        found = self.node()
        return found.text if isinstance(found, Leaf) else ""

    def table(self, start: Spot) -> Table:
        """A mapping in braces."""
        entries = []
        self.column += 1
        while (first := self.peek()) and first not in "]":
            if first == "}":
                self.column += 1
                break
            if first == ",":
                self.column += 1
                continue
            entries.append(self.entry(self.node()))
        return Table(tuple(entries), start)

    def entry(self, key: Outline) -> Entry:
        """A key that was read, and its value where there is one."""
        leaf = key if isinstance(key, Leaf) else Leaf("", key.start, key.start)
        if self.peek() != ":":
            return Entry(leaf, None)
        self.column += 1
        first = self.peek()
        return Entry(leaf, None if not first or first in ",}]" else self.node())

    def list(self, start: Spot) -> Row:
        """A list in brackets."""
        items: list[Outline] = []
        self.column += 1
        while (first := self.peek()) and first not in "}":
            if first == "]":
                self.column += 1
                break
            if first == ",":
                self.column += 1
                continue
            item = self.node()
            items.append(Table((self.entry(item),), item.start) if self.peek() == ":" else item)
        return Row(tuple(items), start)

    def quoted(self, quote: str, start: Spot) -> Leaf:
        """A text in quotes."""
        row, column = self.row, self.column + 1
        words: list[str] = []
        begin = column
        while True:
            line = self.lines[row]
            column = _closing(line, column, quote)
            words.append(line[begin : min(column, len(line))])
            if column < len(line) or not self.goes_on(row + 1):
                break
            row, column = row + 1, 0
            begin = 0
        self.row, self.column = row, min(column + 1, len(self.lines[row]))
        text = " ".join(word.strip() if len(words) > 1 else word for word in words)
        text = (
            text.replace("''", "'") if quote == "'" else _ESCAPE.sub(lambda sign: _ESCAPED.get(sign[1], sign[1]), text)
        )
        return Leaf(text, start, (self.row, self.column), quoted=True)

    def plain(self, start: Spot) -> Leaf:
        """A text without quotes; at least one character is taken, so that reading goes on."""
        words = []
        end = start
        while True:
            line = self.lines[self.row]
            column = _plain_end(line, self.column)
            word = line[self.column : column].rstrip()
            words.append(word)
            end = self.row, self.column + len(word)
            self.column = column
            first = self.peek() if column == len(line) else "."
            if column < len(line) or not first or first in ",[]{}:#\"'":
                break
            if _is_dash(self.lines[self.row], self.column):
                break
        if end == start and not any(words):
            self.column += 1
            return Leaf("", start, start)
        return Leaf(" ".join(words), start, end)


def _plain_end(line: str, column: int) -> int:
    """Where a text without quotes ends within brackets: before a sign of them, a colon, a comment or the end."""
    for at in range(column, len(line)):
        sign = line[at]
        if sign in ",[]{}":
            return at
        if sign == ":" and (at + 1 == len(line) or line[at + 1] in " \t,[]{}"):
            return at
        if sign == "#" and at > column and line[at - 1] in " \t":
            return at
    return len(line)


def _closing(line: str, column: int, quote: str) -> int:
    """Where a quoted text ends on a line: at the quote that closes it, or behind the line."""
    while column < len(line):
        if quote == '"' and line[column] == "\\":
            column += 2
        elif line[column] == quote:
            if quote == "'" and line[column + 1 : column + 2] == "'":
                column += 2
            else:
                return column
        else:
            column += 1
    return len(line)


def _is_dash(line: str, column: int) -> bool:
    return line[column : column + 1] == "-" and line[column + 1 : column + 2] in ("", " ")


def _key_end(line: str, column: int) -> int | None:
    """Where the colon of a key stands that begins at a column; None where no key does."""
    first = line[column]
    if first in "\"'":
        closed = _closing(line, column + 1, first) + 1
        after = _content(line, closed) if closed < len(line) else None
        return after if after is not None and line[after] == ":" and line[after + 1 : after + 2] in ("", " ") else None
    if first in "{[|>#":
        return None
    for at in range(column, len(line)):
        if line[at] == ":" and line[at + 1 : at + 2] in ("", " "):
            return at
        if line[at] == "#" and line[at - 1 : at] == " ":
            return None
    return None


def _key(line: str, row: int, column: int, colon: int) -> Leaf:
    written = line[column:colon].rstrip()
    end = row, column + len(written)
    if written[:1] not in ('"', "'"):
        return Leaf(written, (row, column), end)
    return Leaf(Flow([line], 0, column, -1).node_text(), (row, column), end, quoted=True)


def _content(line: str, column: int) -> int | None:
    """Where a line goes on saying something at or behind a column; None where it does not."""
    while column < len(line) and line[column] in " \t":
        column += 1
    if column >= len(line) or (line[column] == "#" and line[column - 1 : column] in (" ", "\t")):
        return None
    return column


def _uncommented(line: str, column: int) -> str:
    """The rest of a line without the comment at its end."""
    comment = line.find(" #", column)
    return (line[column:] if comment < 0 else line[column:comment]).rstrip()
