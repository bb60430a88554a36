"""How the parts of a knowledge base stand by their reviews."""

from __future__ import annotations

import shlex
from collections.abc import Collection
from typing import cast

from engine.content import digest, parts_of, subjects
from engine.errors import Location, Problem, Refused, did_you_mean, listed
from engine.model.knowledge import KnowledgeBase
from engine.model.review import Review, Subject
from engine.reviewed import Reviewed
from provenance.model.review import Entry, KnowledgeReview, PartReview, State, Verdict
from provenance.review.words import words_of


def knowledge_review(
    knowledge: KnowledgeBase, states: Collection[str] = (), kinds: Collection[str] = ()
) -> KnowledgeReview:
    """How every part of these kinds and in these states stands (none named: of all)."""
    reviewed = Reviewed(knowledge)
    wanted = [
        subject
        for subject in subjects(knowledge)
        if (not kinds or subject.kind in kinds) and (not states or reviewed.state(subject) in states)
    ]
    return KnowledgeReview(
        name=knowledge.name,
        version=knowledge.version,
        digest=knowledge.digest,
        release=knowledge.release,
        counts=cast("dict[str, dict[State, int]]", reviewed.counts()),
        needed=tuple(str(subject) for subject in reviewed.open),
        parts=tuple(part_review(reviewed, subject) for subject in wanted),
    )


def part_review(reviewed: Reviewed, subject: Subject) -> PartReview:
    """How one part stands."""
    knowledge = reviewed.knowledge
    now = digest(knowledge, subject)
    return PartReview(
        id=str(subject),
        state=cast("State", reviewed.state(subject)),
        digest=now,
        words=words_of(knowledge, subject),
        place=str(parts_of(knowledge, subject)[0].location),
        entries=tuple(entry_of(review, now) for review in reviewed.entries.get(subject, ())),
    )


def entry_of(review: Review, now: str) -> Entry:
    """One recorded review, beside the digest of the present words."""
    return Entry(
        by=review.by,
        date=review.on.isoformat(),
        verdict=cast("Verdict", review.verdict),
        note=review.note,
        digest=review.digest,
        current=review.digest == now,
    )


def recording(subject: Subject, folder: str = "") -> str:
    """The command that records a verdict (approved, rejected or needs-change) on a part of the knowledge base in a
    folder; that of the installed one where there is none.
    """
    where = f" --kb {shlex.quote(folder)}" if folder else ""
    return f'rulewright review {shlex.quote(str(subject))} --by "NAME" --verdict VERDICT --note "TEXT"{where}'


def subject_named(knowledge: KnowledgeBase, name: str) -> Subject:
    """The part that ``kind:id`` names, or an id alone where only one part has it; raises `Refused` with a hint."""
    every = list(subjects(knowledge))
    found = [subject for subject in every if name == str(subject)] or [
        subject for subject in every if name == subject.id
    ]
    if len(found) == 1:
        return found[0]
    if found:
        qualified = listed(map(str, found))
        problem = Problem(Location("ID"), "ambiguous-id", f"`{name}` names {len(found)} parts", f"one of {qualified}")
    else:
        known = [*dict.fromkeys(subject.id for subject in every), *map(str, every)]
        expected = "the id of a fact, reading, rule, regimen, preference, opposition or source"
        problem = Problem(
            Location("ID"),
            "unknown-id",
            f"nothing that is reviewed is called `{name}`",
            expected,
            did_you_mean(name, known),
        )
    raise Refused([problem])
