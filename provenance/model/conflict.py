"""Conflicts as answers: what pulls apart in a case, with every chain, and what was declared and is not touched."""

from __future__ import annotations

from engine.model.advice import Bearing, FiringRecord, Opposition, Part, Side


class Chain(Part):
    """One way in which a side bears, down to its grounds.

    ``firings`` are those by which it bears and every firing below them that gives a conclusion its value; ``facts`` the
    statements and readings that these cite, ``data`` the data of the case that they read. A way without a firing
    (beside, or ruled out) has none of the three but its own facts.
    """

    bearing: Bearing
    firings: tuple[FiringRecord, ...] = ()
    facts: tuple[str, ...] = ()
    data: tuple[str, ...] = ()


class ArguedSide(Part):
    """A side by its label, with a chain for each of its bearings, in their order."""

    label: str
    chains: tuple[Chain, ...] = ()


class Conflict(Part):
    """An opposition as the advice states it, and the chains of its sides."""

    opposition: Opposition
    sides: tuple[ArguedSide, ...]


class Untouched(Part):
    """A declared opposition that the case does not touch: how its sides bear all the same, and what is wanting."""

    name: str
    title: str
    sides: tuple[Side, ...]
    why: str


class Conflicts(Part):
    """All that pulls apart in one case, and every declared opposition besides."""

    advice: str
    conflicts: tuple[Conflict, ...]
    untouched: tuple[Untouched, ...] = ()
