"""Lays a document out: which values stand in brackets on one line, and which on lines of their own.

What fits on a line of ``WIDTH`` stands in brackets, but for a list that holds mappings, a mapping that holds two of
them, what `order` keeps on lines of its own, and what has comments inside. The layout depends on what is said and on
nothing of how it was laid out before, single blank lines aside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rulewright.authoring.form.order import ANY, PLAIN, Shape, shape_of
from rulewright.authoring.form.scalars import folded, is_plain, is_text, literal, written
from rulewright.authoring.form.settle import name_of, settled, without_blank_start
from rulewright.authoring.form.tree import Collection, Document, Entry, Text, Value

WIDTH = 120
STEP = 2
DEEPEST_IN_BRACKETS = 3
QUOTED = ("quote", "template")
"""Fields whose words are always between quotes, on one line: they are somebody's, or hold signs of their own."""
_WAIVER = re.compile(r"#\s*waive\b")


def laid_out(document: Document) -> str:
    """The text of a document in the canonical form."""
    root = document.root
    shape = PLAIN
    if isinstance(root, Collection):
        shape = shape_of([entry.key.value for entry in root.entries if entry.key is not None])
    root = settled(root, shape)
    if isinstance(root, Text) or not root.entries:
        tail = root.tail if isinstance(root, Collection) else []
        lines = [*without_blank_start([*document.head, *tail]), _in_brackets(root, in_brackets=False)]
    else:
        lines = [*without_blank_start(document.head), *_block(root, shape, 0)]
    return "\n".join(lines) + "\n"


def entry_lines(entry: Entry, shape: Shape, indent: int) -> list[str]:
    """The lines of one entry, its comments first, as it stands among others at a depth of indentation."""
    single = settled(Collection(entry.key is not None, entries=[entry]), Shape(below={ANY: shape}))
    assert isinstance(single, Collection)
    return _entry(single.entries[0], shape, indent)


def _indented(comments: Iterable[str], indent: int) -> list[str]:
    return [" " * indent + comment if comment else "" for comment in comments]


def _block(collection: Collection, shape: Shape, indent: int) -> list[str]:
    """The lines of a collection whose entries stand on lines of their own."""
    lines = [line for entry in collection.entries for line in _entry(entry, shape.under(name_of(entry)), indent)]
    return lines + _indented(collection.tail, indent)


def _entry(entry: Entry, shape: Shape, indent: int) -> list[str]:
    """The lines of an entry, the comments before it first."""
    above = _indented(entry.above, indent)
    beside = f"  {entry.beside}" if entry.beside else ""
    lead = " " * indent + ("-" if entry.key is None else written(entry.key, in_brackets=False) + ":")
    value = entry.value
    if isinstance(value, Text):
        first, *more = _text_lines(lead, value, indent, quoted=name_of(entry) in QUOTED)
        return [*above, first + beside, *more]
    if not value.entries or _is_held(entry, value):
        return [*above, f"{lead} {_in_brackets(value)}{beside}"]
    lines = _bracketed(lead, value, shape, is_item=entry.key is None)
    if len(lines) == 1:
        return [*above, lines[0] + beside]
    if not lines:
        lines = _block(value, shape, indent + STEP)
        if entry.key is not None:
            return [*above, lead + beside, *lines]
        while lines[0].lstrip().startswith("#"):  # was behind the first entry inside, which has several lines
            above.append(" " * indent + lines.pop(0).lstrip())
        lines[0] = f"{lead} {lines[0].lstrip()}"
    # A comment behind the first of several lines would be taken for that of an entry inside.
    return [*above, *_indented([entry.beside] if entry.beside else [], indent), *lines]


def _is_held(entry: Entry, value: Collection) -> bool:
    """Whether a value stays on its line, however long: a waiver is about a line, and all of it stood on one."""
    comments = [entry.beside, *entry.above[-1:]]
    waived = any(_WAIVER.match(comment) for comment in comments)
    return waived and value.flow and value.start[0] == value.end[0]


def _text_lines(lead: str, text: Text, indent: int, quoted: bool) -> list[str]:
    """A key or dash with its text: on one line where it fits, else folded, or line by line where it has lines."""
    line = f"{lead} {written(text, in_brackets=False, quoted=quoted)}"
    if quoted:
        return [line]
    several = literal(text.value, indent + STEP) if "\n" in text.value else None
    if several is not None:
        return [f"{lead} {several[0]}", *several[1]]
    if len(line) <= WIDTH or " " not in text.value or (text.plain and not is_text(text.value)):
        return [line]
    lines = folded(text.value, indent + STEP, WIDTH)
    return [f"{lead} >-", *lines] if lines is not None else [line]


def _bracketed(lead: str, value: Collection, shape: Shape, is_item: bool) -> list[str]:
    """A value in brackets behind its key or dash, on one line or filling several; nothing where it takes none."""
    if shape.block or _keeps_lines(value, is_item) or _has_comments(value):
        return []
    line = f"{lead} {_in_brackets(value)}"
    if len(line) <= WIDTH:
        return [line]
    if not is_item and value.is_mapping:
        return []
    return _filled(f"{lead} ", value)


def _keeps_lines(value: Collection, is_item: bool) -> bool:
    """Whether a value is told on lines of its own even where brackets would fit."""
    if _depth(value) > DEEPEST_IN_BRACKETS:
        return True
    if any(isinstance(entry.value, Text) and "\n" in entry.value.value for entry in value.entries):
        return True
    if any(entry.key is not None and _quoted_in_brackets_only(entry.key) for entry in value.entries):
        return True
    inner = [entry.value for entry in value.entries if isinstance(entry.value, Collection) and entry.value.entries]
    mappings = [one for one in inner if one.is_mapping]
    if not value.is_mapping and mappings:
        return True
    if len(mappings) > 1 or (is_item and len(value.entries) == 1 and mappings):
        return True
    return any(_keeps_lines(one, False) for one in inner)


def _quoted_in_brackets_only(key: Text) -> bool:
    """Whether a key needs quotes for no other reason than that brackets are around it."""
    return not is_plain(key.value, True) and is_plain(key.value, False)


def _depth(value: Value) -> int:
    """How many brackets a value has inside each other."""
    if isinstance(value, Text) or not value.entries:
        return 0
    return 1 + max(_depth(entry.value) for entry in value.entries)


def _has_comments(value: Value) -> bool:
    """Whether a comment stands inside a value."""
    if isinstance(value, Text):
        return False
    return any(value.tail) or any(
        any(entry.above) or bool(entry.beside) or _has_comments(entry.value) for entry in value.entries
    )


def _in_brackets(value: Value, in_brackets: bool = True) -> str:
    """A value on one line, within brackets or outside."""
    if isinstance(value, Text):
        return written(value, in_brackets=in_brackets)
    pieces = ", ".join(_pieces(value))
    return f"{{{pieces}}}" if value.is_mapping else f"[{pieces}]"


def _pieces(value: Collection) -> Sequence[str]:
    """The entries of a value in brackets."""
    return [
        _in_brackets(entry.value) if entry.key is None else f"{written(entry.key, in_brackets=True)}: {_of_key(entry)}"
        for entry in value.entries
    ]


def _of_key(entry: Entry) -> str:
    """The value of a key, in brackets."""
    if isinstance(entry.value, Text) and name_of(entry) in QUOTED:
        return written(entry.value, in_brackets=True, quoted=True)
    return _in_brackets(entry.value)


def _filled(lead: str, value: Collection) -> list[str]:
    """A value in brackets on as many lines as it fills; nothing where it holds mappings or has a piece too long."""
    if any(isinstance(entry.value, Collection) and entry.value.is_mapping for entry in value.entries):
        return []
    opening, closing = "{}" if value.is_mapping else "[]"
    margin = " " * (len(lead) + 1)
    pieces = [f"{piece}," for piece in _pieces(value)]
    pieces[-1] = pieces[-1][:-1] + closing
    if any(len(margin) + len(piece) > WIDTH for piece in pieces):
        return []
    lines, line = [], lead + opening
    for piece in pieces:
        if line.strip() and len(line) > len(margin) and len(line) + 1 + len(piece) > WIDTH:
            lines.append(line)
            line = margin + piece
        else:
            line = f"{line} {piece}" if len(line) > len(margin) else line + piece
    return [*lines, line]
