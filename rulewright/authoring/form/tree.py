"""A YAML document as its author wrote it: values, and the comments and blank lines that stand with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from engine.reading import Loader


@dataclass(slots=True)
class Text:
    """A scalar: its value, and whether it was written without quotes. Places are line and column, from 0."""

    value: str
    plain: bool = False
    block: bool = False
    start: tuple[int, int] = (0, 0)
    end: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class Entry:
    """A key with its value, or an item of a list (which has no key).

    ``above`` holds the comments and blank lines (as empty texts) before it, ``beside`` the comment at the end of its
    first line.
    """

    key: Text | None
    value: Value
    above: list[str] = field(default_factory=list)
    beside: str = ""

    @property
    def start(self) -> tuple[int, int]:
        """Where it begins: at its key, or at its value where it has none."""
        return self.key.start if self.key is not None else self.value.start


@dataclass(slots=True)
class Collection:
    """A mapping or a list; ``tail`` holds the comments after its last entry, ``flow`` whether it stood in brackets."""

    is_mapping: bool
    flow: bool = False
    entries: list[Entry] = field(default_factory=list)
    tail: list[str] = field(default_factory=list)
    start: tuple[int, int] = (0, 0)
    end: tuple[int, int] = (0, 0)


Value: TypeAlias = Text | Collection


@dataclass(slots=True)
class Document:
    """A whole file: ``head`` holds the comments before its first entry."""

    root: Value
    head: list[str] = field(default_factory=list)


def texts(value: Value) -> Iterator[Text]:
    """Every scalar of a value, keys included, in the order in which they stand."""
    if isinstance(value, Text):
        yield value
        return
    for entry in value.entries:
        if entry.key is not None:
            yield entry.key
        yield from texts(entry.value)


def parsed(text: str) -> Value:
    """The tree of a document that `engine.reading.read_text` accepts, without its comments."""
    events: Iterator[Any] = yaml.parse(text, Loader=Loader)
    for event in events:
        if isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)):
            return _value(event, events)
    raise ValueError("the document is empty")


def _value(event: Any, events: Iterator[Any]) -> Value:
    start = _place(event.start_mark)
    if isinstance(event, yaml.ScalarEvent):
        return Text(event.value, event.implicit[0], event.style in ("|", ">"), start, _place(event.end_mark))
    found = Collection(isinstance(event, yaml.MappingStartEvent), bool(event.flow_style), start=start)
    for inner in events:
        if isinstance(inner, yaml.CollectionEndEvent):
            found.end = _place(inner.end_mark)
            break
        first = _value(inner, events)
        if not found.is_mapping:
            found.entries.append(Entry(None, first))
        else:
            assert isinstance(first, Text)
            found.entries.append(Entry(first, _value(next(events), events)))
    return found


def _place(mark: Any) -> tuple[int, int]:
    return mark.line, mark.column
