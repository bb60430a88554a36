"""Statements whose words are compared with those of a source that nobody read."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.authoring.checks.finding import Check, Flaw, Severity
from rulewright.authoring.checks.subject import Subject


def _find(subject: Subject) -> Iterator[Flaw]:
    for fact in subject.knowledge.facts.values():
        if fact.fidelity == "unread":
            continue
        place = subject.place(fact.location, "fidelity")
        if not fact.cites:
            yield Flaw(
                place,
                f"{fact.id} says that a source's own words are `{fact.fidelity}`, and cites no source",
                "the source that was read in `cites`, or no `fidelity`",
            )
        elif not fact.fidelity_note and not subject.source_texts.keys() & set(fact.cites):
            read = " or ".join(fact.cites)
            yield Flaw(
                place,
                f"{fact.id} says that the words of {read} are `{fact.fidelity}`, and nothing shows who read them",
                f"`fidelity-note` with the words of {read} that were read, or `fidelity: unread`",
                f"the text of {read} in the source's `text` would show it too",
            )


CHECK = Check(
    "fidelity",
    Severity.warning,
    "The words of a cited source are said to be the same, or bent, and nothing shows that it was read.",
    _find,
)
