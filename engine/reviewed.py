"""What the recorded reviews say of each part of a knowledge base as it stands now.

A verdict is about words. Of each reviewer the latest entry counts among those about the present words; a part is

- rejected, or needs change, where that is the latest verdict of any reviewer: nobody's approval outvotes it;
- approved where somebody approved it and nobody objects;
- stale where it was judged, and every judgement is about words that were changed since;
- unreviewed where there is no entry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property

from engine.content import digest, subjects
from engine.model.fact import Fact
from engine.model.knowledge import KnowledgeBase
from engine.model.review import STATES, Review, Subject
from engine.reachable import reachable

OBJECTIONS = ("rejected", "needs-change")


class Reviewed:
    """The state of every part of one knowledge base. Digests are computed only of what somebody reviewed."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self._states: dict[Subject, str] = {}

    @cached_property
    def entries(self) -> Mapping[Subject, tuple[Review, ...]]:
        """The entries about each part, in the order of their days; those of one day as they are written."""
        found: dict[Subject, list[Review]] = {}
        for review in self.knowledge.reviews:
            found.setdefault(review.of, []).append(review)
        return {subject: tuple(sorted(every, key=lambda review: review.on)) for subject, every in found.items()}

    def state(self, subject: Subject) -> str:
        """One of `STATES`."""
        entries = self.entries.get(subject)
        if not entries:
            return "unreviewed"
        if subject not in self._states:
            self._states[subject] = verdict(entries, digest(self.knowledge, subject))
        return self._states[subject]

    def is_approved(self, subject: Subject) -> bool:
        """Whether somebody approved the part as it stands, and nobody objects."""
        return self.state(subject) == "approved"

    @cached_property
    def open(self) -> tuple[Subject, ...]:
        """The parts that an advice can rest on and that are not approved."""
        return tuple(subject for subject in reachable(self.knowledge) if not self.is_approved(subject))

    @cached_property
    def how_far(self) -> str:
        """Whether people reviewed what the knowledge base says, in a sentence that says no more than was recorded."""
        if not self.knowledge.reviews:
            return f"No {self.knowledge.reviewer} has reviewed this knowledge base."
        counts = self.counts().values()
        approved, every = sum(count["approved"] for count in counts), sum(sum(count.values()) for count in counts)
        said = f"{approved} of its {every} parts have a current approving review"
        if self.knowledge.release != "reviewed":
            return f"This knowledge base is a demonstration, not released as reviewed: {said}."
        return f"This knowledge base was released as reviewed: {said}."

    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """How many parts of each kind are in each state."""
        found: dict[str, Counter[str]] = {}
        for subject in subjects(self.knowledge):
            found.setdefault(subject.kind, Counter())[self.state(subject)] += 1
        return {kind: {state: count[state] for state in STATES} for kind, count in found.items()}


def verdict(entries: Iterable[Review], now: str) -> str:
    """The state of a part whose present digest is ``now``, by the entries about it in the order of their days."""
    latest = {review.by: review.verdict for review in entries if review.digest == now}
    for objection in OBJECTIONS:
        if objection in latest.values():
            return objection
    return "approved" if latest else "stale"


def subject_of(fact: Fact) -> Subject:
    """A fact, or a reading, as what can be reviewed."""
    return Subject("reading" if fact.is_interpretation else "fact", fact.id)
