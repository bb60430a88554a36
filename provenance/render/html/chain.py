"""A chain as a nested list, flat: each row says how many levels end before it, so that no depth is too deep."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from provenance.render.told import Told


@dataclass(frozen=True, slots=True)
class Row:
    """One item of a nested list. ``opens`` says that it is the first of a deeper level; ``ups`` how many levels end
    before it.
    """

    told: Told
    opens: bool
    ups: int


@dataclass(frozen=True, slots=True)
class Chain:
    """The rows of a chain; ``depth`` levels are open after the last."""

    rows: tuple[Row, ...]
    depth: int


def nested(paragraphs: Iterable[Told]) -> Chain:
    """Paragraphs as the rows of a nested list; a level that a paragraph skips is not opened."""
    rows: list[Row] = []
    levels: list[int] = []
    for told in paragraphs:
        ups = 0
        while levels and told.depth < levels[-1]:
            levels.pop()
            ups += 1
        opens = not levels or told.depth > levels[-1]
        if opens:
            levels.append(told.depth)
        rows.append(Row(told, opens, ups))
    return Chain(tuple(rows), len(levels))
