"""The published contract of reviews: how each part of a knowledge base stands, and who said so."""

from __future__ import annotations

from typing import Literal

from engine.model.advice import Part

State = Literal["unreviewed", "approved", "rejected", "needs-change", "stale"]
Verdict = Literal["approved", "rejected", "needs-change"]


class Entry(Part):
    """One recorded review; ``current`` where it is about the present words."""

    by: str
    date: str
    verdict: Verdict
    note: str
    digest: str
    current: bool


class PartReview(Part):
    """How one part stands: its state, the digest of its present words, the words, and every entry about it.

    ``id`` is ``kind:name``; ``place`` is where the part is written.
    """

    id: str
    state: State
    digest: str
    words: tuple[str, ...]
    place: str
    entries: tuple[Entry, ...] = ()


class KnowledgeReview(Part):
    """How the parts of a knowledge base stand: ``counts`` of every kind and state, and the parts that were asked for.

    ``needed`` are those that an advice can rest on and that are not approved: while there is any, the knowledge base
    cannot be released as reviewed.
    """

    format: Literal["rulewright/reviews/1"] = "rulewright/reviews/1"
    name: str
    version: str
    digest: str
    release: str
    counts: dict[str, dict[State, int]]
    needed: tuple[str, ...]
    parts: tuple[PartReview, ...]


class Recorded(Part):
    """A review that was recorded in ``file`` (``dry_run``: that would be), and how the part stands with it."""

    format: Literal["rulewright/review/1"] = "rulewright/review/1"
    file: str
    dry_run: bool
    entry: Entry
    part: PartReview
