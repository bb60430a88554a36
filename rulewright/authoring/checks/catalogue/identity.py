"""Sources that are called verified beside words that doubt it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from engine.model.source import Source
from rulewright.authoring.checks.finding import Check, Flaw, Severity
from rulewright.authoring.checks.subject import Subject

SURE = Decimal("0.95")
"""Below this confidence an identity is probable, not verified."""


def _find(subject: Subject) -> Iterator[Flaw]:
    for source in subject.knowledge.sources.values():
        doubt = _doubt(source) if source.identity == "verified" else ""
        if doubt:
            place, end = subject.part(subject.place(source.location, "identity"), source.identity)
            yield Flaw(
                place,
                f"the identity of the source {source.id} is called verified, and {doubt}",
                "`probable` or `unresolved`; or, once the document was found and read, nothing that doubts it",
                "",
                end,
            )


def _doubt(source: Source) -> str:
    """What else is said of the source that a verified one would not need; empty where nothing is."""
    if source.candidates:
        return f"it has {len(source.candidates)} candidate{'s' if len(source.candidates) > 1 else ''} beside"
    if source.known:
        return "`known` says what little is known of it"
    try:
        confidence = Decimal(source.confidence)
    except InvalidOperation:
        return ""
    return f"its confidence is {source.confidence}" if confidence < SURE else ""


CHECK = Check(
    "identity",
    Severity.warning,
    "A source is called verified beside candidates, a low confidence, or words on what little is known of it.",
    _find,
)
