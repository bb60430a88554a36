"""A paragraph of a chain, before it is laid out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ToldKind = Literal["conclusion", "again", "heading", "rule", "fact", "reading", "datum", "dose", "note"]


@dataclass(frozen=True, slots=True)
class Told:
    """One paragraph, ``depth`` steps in. ``name`` is the conclusion or the fact that it tells of.

    ``number`` is that of the sub-chain which begins here or, in a paragraph of kind "again", which stands elsewhere.
    """

    depth: int
    text: str
    kind: ToldKind = "note"
    name: str = ""
    number: int = 0
