"""Data that are declared as if a rule read them, and that none reads."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Location
from engine.model.vocabulary import Attribute
from provenance.variants.thresholds import Thresholds
from rulewright.authoring.checks.finding import Check, Flaw, Severity
from rulewright.authoring.checks.subject import Subject


def _find(subject: Subject) -> Iterator[Flaw]:
    read = Thresholds(subject.program, subject.knowledge).read
    for section in subject.knowledge.vocabulary.sections.values():
        for name, attribute in section.attributes.items():
            said, place = _for_readers(attribute), f"{section.name}.{name}"
            if said and f"{section.name}.{attribute.since or name}" not in read:
                yield Flaw(
                    _place(attribute, said, subject),
                    f"no rule reads `{place}`, so that its `{said}` says nothing",
                    "a rule that reads it, or a declaration without",
                    "a datum that no rule reads is shown in the advice as not used",
                )


def _place(attribute: Attribute, said: str, subject: Subject) -> Location:
    """Where a part of a declaration was written; the first attribute of a section stands where all of them do."""
    body = subject.body(attribute.location)
    first = body is not None and attribute.name in body.keys
    return subject.place(attribute.location, *((attribute.name, said) if first else (said,)))


def _for_readers(attribute: Attribute) -> str:
    """The part of a declaration that means something only where a rule reads the datum; empty where there is none."""
    parts = {"missing": attribute.missing, "valid-for": attribute.stale_after, "because": attribute.because}
    return next((name for name, value in parts.items() if value), "")


CHECK = Check(
    "unread",
    Severity.info,
    "A datum says what it means that it is missing, stale or not admitted, and no rule reads it.",
    _find,
)
