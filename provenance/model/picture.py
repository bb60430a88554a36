"""A drawing of the derivation graph as a value: boxes and lines, not yet laid out."""

from __future__ import annotations

from typing import Literal

from engine.model.advice import Part, Truth

BoxKind = Literal["conclusion", "rule", "absent", "datum", "default", "quantity", "fact", "interpretation", "source"]
LineKind = Literal[
    "drawn-by", "reads", "unless", "assumes", "computes", "rests-on", "warranted-by", "read-under", "attributed-to"
]


class Box(Part):
    """One box of a picture.

    ``id`` is made of letters, digits, ``_``, ``-`` and ``.`` alone, and the same for the same thing in every picture.
    ``nodes`` are the nodes of the derivation graph that it stands for: more than one where firings that differ in their
    evidence alone, data of one item, or conclusions that are absent from one firing share a box. ``support`` says
    whether it belongs to the support of what was asked for, ``asked`` whether it was asked for itself; ``value`` is
    empty for what has no truth value.
    """

    id: str
    kind: BoxKind
    title: str
    text: tuple[str, ...] = ()
    value: Truth | Literal[""] = ""
    nodes: tuple[str, ...] = ()
    support: bool = True
    asked: bool = False


class Line(Part):
    """An arrow from a box to what it rests on; ``label`` is empty where the kind says it all."""

    start: str
    end: str
    kind: LineKind
    label: str = ""
    support: bool = True


class Picture(Part):
    """What is drawn, in an order that depends on the advice alone.

    ``conclusions`` are those asked for. Of each conclusion the firings that give it its value are drawn, no weaker
    one. ``omitted`` are the conclusions that the advice shows as not drawn, and that are left out.
    """

    advice: str
    title: str
    conclusions: tuple[str, ...]
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    omitted: tuple[str, ...] = ()
