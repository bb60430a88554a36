"""The published contract of a dossier: what a panel works through to judge one source, statement by statement."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.model.advice import Part
from provenance.model.review import PartReview
from provenance.model.withdrawal import Loss, Tally

Role = Literal["read in it", "stated by it", "attributed to it alone", "attributed to it among others", "about it"]
Fidelity = Literal["same", "bent", "unread", ""]


class Publication(Part):
    """A publication that a source of unresolved or probable identity might be."""

    cite: str
    confidence: str = ""
    identifiers: dict[str, str] = Field(default_factory=dict)


class Consequences(Part):
    """What falls or changes when one thing is withdrawn: lines of the scenarios' advices, and parts of the knowledge
    base itself.

    Of so many ``scenarios`` the advices of ``differing`` are not the same, and those of ``changed`` say something else,
    not only by other citations or proofs; in ``behind`` of the others conclusions change that no line shows.
    """

    scenarios: int
    differing: int
    changed: int
    behind: int = 0
    lines: tuple[Tally, ...] = ()
    losses: tuple[Loss, ...] = ()


class SourceSheet(Part):
    """The source: who it is as far as that is known, how it stands, and its review. Dates are days, or empty."""

    id: str
    kind: str
    title: str
    identity: Literal["verified", "probable", "unresolved"]
    shown: Annotated[str, Field(description="the source in one line, its identity said honestly")]
    printed_as: str = ""
    cite: str = ""
    known: str = ""
    confidence: str = ""
    candidates: tuple[Publication, ...] = ()
    identifiers: dict[str, str] = Field(default_factory=dict)
    evidence_level: str = ""
    standing: Literal["current", "superseded", "retracted"]
    standing_note: str = ""
    published: str = ""
    review_by: str = ""
    valid_from: str = ""
    valid_to: str = ""
    note: str = ""
    without: Annotated[Consequences | None, Field(description="null where it was not asked for")] = None
    review: PartReview
    command: str


class ReadingSheet(Part):
    """A reading that stands beside a statement: one that its claims name in ``read-by``, or that is about it."""

    id: str
    states: str
    how: Literal["its claims are read by it", "about it"]
    state: str


class StatementSheet(Part):
    """One statement or reading, beside what was made of it.

    ``fidelity`` compares it with the source that it is attributed to: the same, bent, or that nobody read that source;
    empty for a reading, and for what is attributed to no source. ``claims`` is what it was read as; ``uses`` maps how
    it is used to what uses it so; ``not_used`` says why no rule uses it.
    """

    id: str
    kind: Literal["fact", "reading"]
    role: Role
    words: str
    read_in: str
    locator: str = ""
    cites: tuple[str, ...] = ()
    cites_all: bool = False
    attribution: str = ""
    fidelity: Fidelity = ""
    fidelity_note: str = ""
    modality: str = ""
    population: str = ""
    evidence_level: str = ""
    note: str = ""
    about: Annotated[
        dict[str, str], Field(description="of a reading: the statements that it reads, and documents, with their words")
    ] = Field(default_factory=dict)
    claims: tuple[str, ...] = ()
    readings: tuple[ReadingSheet, ...] = ()
    uses: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    not_used: str = ""
    without: Annotated[Consequences | None, Field(description="null where it was not asked for")] = None
    review: PartReview
    command: Annotated[str, Field(description="what records a verdict on these words")]


class Dossier(Part):
    """Everything that a panel needs to judge a source and each statement of it, and the room to sign."""

    format: Literal["rulewright/dossier/1"] = "rulewright/dossier/1"
    name: str
    version: str
    digest: str
    release: str
    source: SourceSheet
    statements: tuple[StatementSheet, ...]
