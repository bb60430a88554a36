"""What somebody judged of one part of a knowledge base, when, and in which words it stood."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from engine.errors import NOWHERE, Location

VERDICTS = ("approved", "rejected", "needs-change")
KINDS = ("fact", "reading", "rule", "regimen", "preference", "opposition", "source")
"""What can be reviewed. A reading is an interpretation of the editors; a fact is a statement of a document."""
STATES = ("unreviewed", "approved", "rejected", "needs-change", "stale")
"""What reviews say of a part as it stands now; `stale` where its words changed since everyone who judged it."""


class Subject(NamedTuple):
    """A part of a knowledge base that can be reviewed; written ``kind:id`` (``fact:G07``)."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

    @property
    def short(self) -> str:
        """The id alone where it cannot be taken for another's: facts and readings share one set of ids."""
        return self.id if self.kind in ("fact", "reading") else str(self)


@dataclass(frozen=True, slots=True)
class Review:
    """One entry: ``by`` whom, ``on`` which day, with which verdict, of the words that have this ``digest``."""

    of: Subject
    by: str
    verdict: str
    on: date
    digest: str
    note: str
    location: Location = field(default=NOWHERE, compare=False)
