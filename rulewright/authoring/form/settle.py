"""Settles, before anything is laid out, in which order entries stand and which comment goes with which."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from rulewright.authoring.form.order import ANY, Shape
from rulewright.authoring.form.tree import Collection, Entry, Text, Value


def settled(value: Value, shape: Shape) -> Value:
    """The value with its fields in order.

    Comments before what begins an item of a list stand before the item, and blank lines only between the entries of a
    block, one at a time.
    """
    if isinstance(value, Text):
        return value
    entries = [
        _entry(entry, shape.under(name_of(entry)), blanks=not value.flow)
        for entry in sorted(value.entries, key=lambda entry: shape.rank(name_of(entry)) if value.is_mapping else 0)
    ]
    if entries:
        entries[0] = replace(entries[0], above=without_blank_start(entries[0].above))
    return replace(value, entries=entries, tail=_tail(value))


def name_of(entry: Entry) -> str:
    """The name under which the shape of an entry's value is known."""
    return entry.key.value if entry.key is not None else ANY


def without_blank_start(comments: Iterable[str]) -> list[str]:
    """The comments without a blank line before them, and with one where several stood."""
    kept: list[str] = []
    for comment in comments:
        if comment or (kept and kept[-1]):
            kept.append(comment)
    return kept


def _entry(entry: Entry, shape: Shape, blanks: bool) -> Entry:
    above = [comment for comment in entry.above if comment or blanks]
    value = settled(entry.value, shape)
    if isinstance(value, Collection):
        if not value.entries:
            above += [comment for comment in value.tail if comment]
            value = replace(value, tail=[])
        elif entry.key is None:
            first = value.entries[0]
            above += first.above
            value = replace(value, entries=[replace(first, above=[]), *value.entries[1:]])
    start = [""] if above and not above[0] else []
    return replace(entry, value=value, above=start + without_blank_start(above))


def _tail(value: Collection) -> list[str]:
    tail = [comment for comment in value.tail if comment or not value.flow]
    while tail and not tail[-1]:
        tail.pop()
    start = [""] if tail and not tail[0] and value.entries else []
    return start + without_blank_start(tail)
