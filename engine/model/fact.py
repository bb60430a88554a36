"""One atomic statement with its source, its exact words and what they claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from engine.errors import NOWHERE, Location
from engine.model.quantity import Quantity, Range

ClaimValue: TypeAlias = str | bool | Fraction | Quantity | Range


@dataclass(frozen=True, slots=True)
class Grade:
    """How sure a statement is: a word of the declared scale, and the source that stated it (``by``)."""

    certainty: str
    by: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What a statement says, structured. ``read_by`` are the interpretations that the reading rests on.

    ``grade`` is its own, else that of its fact; None where nobody graded it.
    """

    kind: str
    fields: Mapping[str, ClaimValue]
    modality: str
    read_by: tuple[str, ...] = ()
    grade: Grade | None = None
    location: Location = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Population:
    """The cases that a statement is about: conditions on the case, each a path and the term it must lie within (or
    true).
    """

    label: str
    conditions: tuple[tuple[str, str | bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A statement, or an interpretation (``is_interpretation``: a reading of the editors, with ``states`` for its
    words).

    ``quote`` is verbatim in the document ``quoted_from`` at ``locator``; ``cites`` are the sources to which that
    document attributes it (``cites_all`` when it rests on all of them together, else on any). ``fidelity`` says
    whether the cited source's own words say the same: same | bent | unread. ``grade`` is the statement's certainty as a
    source stated it (None: nobody graded it), ``design`` the design of the study that it reports, as a declared term.
    """

    id: str
    quoted_from: str
    quote: str = ""
    states: str = ""
    locator: str = ""
    cites: tuple[str, ...] = ()
    cites_all: bool = False
    attribution: str = ""
    fidelity: str = "unread"
    fidelity_note: str = ""
    modality: str = ""
    population: Population | None = None
    claims: tuple[Claim, ...] = ()
    about: tuple[str, ...] = ()
    defines: tuple[str, ...] = ()
    restates: tuple[str, ...] = ()
    evidence_level: str = ""
    design: str = ""
    grade: Grade | None = None
    note: str = ""
    not_used_by_rules: str = ""
    is_interpretation: bool = False
    location: Location = field(default=NOWHERE, compare=False)

    @property
    def words(self) -> str:
        """The quoted words, or what the interpretation states."""
        return self.quote or self.states
