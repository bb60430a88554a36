"""Parts that were reviewed in other words than they have now, or that a reviewer does not approve of."""

from __future__ import annotations

from collections.abc import Iterator

from engine.content import parts_of
from engine.model.review import Subject as Part
from engine.reviewed import Reviewed
from rulewright.authoring.checks.finding import Check, Flaw, Severity
from rulewright.authoring.checks.subject import Subject

_SAID = {
    "stale": "was changed since it was reviewed",
    "rejected": "was rejected by a reviewer",
    "needs-change": "needs a change, by the verdict of a reviewer",
}


def _find(subject: Subject) -> Iterator[Flaw]:
    reviewed = Reviewed(subject.knowledge)
    for part in reviewed.entries:
        state = reviewed.state(part)
        if state in _SAID:
            yield Flaw(
                parts_of(subject.knowledge, part)[0].location,
                f"`{part}` {_SAID[state]} ({_by(reviewed, part)})",
                "a review of its present words with the verdict approved",
                f"`rulewright review {part}{subject.option}` shows its words as they stand, and takes a new review",
            )


def _by(reviewed: Reviewed, part: Part) -> str:
    """Who judged it last, and when."""
    last = reviewed.entries[part][-1]
    return f"{last.verdict} by {last.by} on {last.on.isoformat()}"


CHECK = Check(
    "review",
    Severity.warning,
    "A part was changed since it was reviewed, or a reviewer does not approve of it.",
    _find,
)
