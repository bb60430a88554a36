"""A document that was read, or that a document cites."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from engine.errors import NOWHERE, Location

KINDS = ("guideline", "label", "research", "secondary", "interpretation")
IDENTITIES = ("verified", "probable", "unresolved")
STANDINGS = ("current", "superseded", "withdrawn", "retracted")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A publication that an unresolved source might be."""

    cite: str
    confidence: str = ""
    identifiers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Identity, kind, dates and standing of a document.

    ``printed_as`` is how the reading document refers to it ("[1]"). An unresolved source has candidates and never an
    author or title that is printed as if it were known. ``design`` is a declared term: the design of the study.
    ``text`` is the path of a file with the document's words, below the folder of the knowledge base.
    """

    id: str
    kind: str
    title: str
    identity: str
    printed_as: str = ""
    cite: str = ""
    known: str = ""
    confidence: str = ""
    candidates: tuple[Candidate, ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()
    evidence_level: str = ""
    design: str = ""
    standing: str = "current"
    standing_note: str = ""
    published: date | None = None
    review_by: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    note: str = ""
    text: str = ""
    location: Location = field(default=NOWHERE, compare=False)

    def stands_at(self, day: date) -> bool:
        """Whether the source is current and valid on that day."""
        if self.standing != "current":
            return False
        return not (self.valid_from and day < self.valid_from) and not (self.valid_to and day > self.valid_to)

    @property
    def shown(self) -> str:
        """The source in one line, with its identity said honestly."""
        name = f"{self.id} {self.printed_as}".strip()
        if self.identity == "unresolved":
            return (
                f"{name} ({self.kind}; identity unresolved: {self.known})"
                if self.known
                else f"{name} ({self.kind}; identity unresolved)"
            )
        if self.identity == "probable":
            return f"{name} {self.cite or self.title} ({self.kind}; identity probable, not verified)"
        return f"{name} {self.cite or self.title} ({self.kind})"
