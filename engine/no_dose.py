"""Whether an advice says that no source gives a dose."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from engine.model.vocabulary import Headings
from engine.observing import NAMES, PROVISIONAL, TRUE
from engine.program import Atom

if TYPE_CHECKING:
    from engine.model.advice import Advice


def says_no_dose(advice: Advice, head: Headings, key: Iterable[str]) -> bool:
    """Whether an advice draws, be it provisionally, that no source gives a dose for a key.

    That an option has no dose says nothing of its sources: they may speak of none, or no rule may read what they state.
    """
    atom = str(Atom(head.no_dose, tuple(key))) if head.no_dose else ""
    return advice.values.get(atom) in (NAMES[TRUE], NAMES[PROVISIONAL])
