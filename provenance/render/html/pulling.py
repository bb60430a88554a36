"""Where the sources pull apart, for a page of HTML: each side with its words and its chain."""

from __future__ import annotations

from dataclasses import dataclass

from engine.model.advice import Opposition
from engine.model.case import Case
from provenance.grounds import Grounds
from provenance.render.conflict import conflict_outline
from provenance.render.html.chain import Chain, nested
from provenance.render.html.page import anchor
from provenance.render.layout import Sheet
from provenance.render.naming import Names, ordered
from provenance.render.oppositions import UNRESOLVED, Opposed


@dataclass(frozen=True)
class SideLines:
    """One side: how it bears, and the facts whose words it rests on."""

    said: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Pulling:
    """One opposition. ``outcome`` says by what it is settled, or that it is unresolved."""

    place: str
    title: str
    outcome: str
    unresolved: bool
    sides: tuple[SideLines, ...]
    foot: tuple[str, ...]
    chain: Chain


def pulling(grounds: Grounds, names: Names, case: Case | None) -> tuple[Pulling, ...]:
    """What pulls apart in an advice."""
    return tuple(
        _one(grounds, names, case, opposition, number) for number, opposition in enumerate(grounds.advice.opposed)
    )


def could_pull(grounds: Grounds) -> bool:
    """Whether the knowledge base declares anything that could pull apart."""
    knowledge = grounds.knowledge
    return bool(knowledge.opposes or knowledge.prefers or knowledge.interactions)


def _one(grounds: Grounds, names: Names, case: Case | None, opposition: Opposition, number: int) -> Pulling:
    sides = []
    for side in opposition.sides:
        sheet = Sheet()
        Opposed(names, sheet).side(side)
        readings = {reading for bearing in side.bearings for reading in bearing.readings}
        sides.append(SideLines(sheet.paragraphs[0][1], (*ordered(side.facts), *ordered(readings))))
    sheet = Sheet()
    opposed = Opposed(names, sheet)
    opposed.foot(opposition)
    return Pulling(
        place=anchor("pulling", f"{number}.{opposition.name}"),
        title=opposed.title(opposition),
        outcome=opposed.outcome(opposition),
        unresolved=opposition.settled_by == UNRESOLVED,
        sides=tuple(sides),
        foot=tuple(said for _, said in sheet.paragraphs),
        chain=nested(conflict_outline(grounds, opposition, case)),
    )
