"""What a reading of the editors is about."""

from __future__ import annotations

from engine.model.fact import Fact


def is_about(reading: Fact, fact: Fact) -> bool:
    """Whether a reading is about a fact: by its id, by the document it was read in, or by a source it cites."""
    return fact is not reading and not {fact.id, fact.quoted_from, *fact.cites}.isdisjoint(reading.about)
