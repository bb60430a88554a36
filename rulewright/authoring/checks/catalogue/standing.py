"""Sources that no longer stand, or that should have been read again by now, and that facts still rest on."""

from __future__ import annotations

from collections.abc import Iterator

from engine.model.fact import Fact
from engine.model.knowledge import KnowledgeBase
from engine.model.source import Source
from rulewright.authoring.checks.finding import Check, Flaw, Severity
from rulewright.authoring.checks.places import some
from rulewright.authoring.checks.subject import Subject


def _find(subject: Subject) -> Iterator[Flaw]:
    used = _used(subject.knowledge)
    for source in subject.knowledge.sources.values():
        if source.id in used:
            yield from _flaws(source, used[source.id], subject)


def _flaws(source: Source, facts: list[Fact], subject: Subject) -> Iterator[Flaw]:
    if source.standing != "current":
        place = subject.place(source.location, "standing", "is")
        fallen = [fact.id for fact in facts if subject.knowledge.fallen(fact)]
        rest = [fact.id for fact in facts if not subject.knowledge.fallen(fact)]
        told = [f"no advice uses {some(fallen)}"] if fallen else []
        told += [f"{some(rest)} {'rest' if len(rest) > 1 else 'rests'} on others beside it"] if rest else []
        yield Flaw(
            place,
            f"the source {source.id} is {source.standing}: {', and '.join(told)}",
            "a current source",
            f"`rulewright withdraw {source.id}{subject.option}` shows what depends on it; give its statements to the "
            "source that replaces it, or say in each fact why no rule uses it",
        )
    if source.review_by is not None and source.review_by < subject.today:
        place = subject.place(source.location, "review-by")
        yield Flaw(
            place,
            f"the source {source.id} was to be read again by {source.review_by.isoformat()}",
            f"a day not before {subject.today.isoformat()}",
            "read it again, see whether it still stands, and set the next day",
        )
    if source.valid_to is not None and source.valid_to < subject.today:
        place = subject.place(source.location, "valid", "to")
        yield Flaw(
            place,
            f"the source {source.id} was valid until {source.valid_to.isoformat()} only",
            f"a day not before {subject.today.isoformat()}",
            "where there is a later edition, give its statements to that one; advice of a later day uses none of these",
        )


def _used(knowledge: KnowledgeBase) -> dict[str, list[Fact]]:
    """The sources that facts are read in or cite, with those facts; without any that says that rules do not use it."""
    found: dict[str, list[Fact]] = {}
    for fact in knowledge.facts.values():
        if not fact.not_used_by_rules:
            for source in dict.fromkeys((fact.quoted_from, *fact.cites)):
                found.setdefault(source, []).append(fact)
    return found


CHECK = Check(
    "standing",
    Severity.warning,
    "A source that facts rest on is superseded, withdrawn, retracted, out of date or due to be read again.",
    _find,
)
