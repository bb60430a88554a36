"""The value of a literal under a derivation that is finished: what explains it reads it here, whichever engine made it.

The engines themselves do not: each values literals in its own way while it derives.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.counting import counted
from engine.derivation import Derivation
from engine.observing import Observer
from engine.program import Datum, Holds, Item, ItemField, Literal


def value_of(literal: Literal, items: Mapping[str, str], observer: Observer, derivation: Derivation) -> int:
    """One of the four values of `engine.observing`; ``items`` names every item that the literal speaks of."""
    if isinstance(literal, Holds):
        return derivation.value(literal.atom)
    if isinstance(literal, Datum):
        return observer.datum(literal.path, literal.test)
    if isinstance(literal, ItemField):
        return observer.item_field(literal, items)
    if isinstance(literal, Item):
        return observer.exists(literal, items)
    return counted(literal, [value_of(member, items, observer, derivation) for _, member in literal.members])
