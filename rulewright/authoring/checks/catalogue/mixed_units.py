"""Data whose plausible range is written in two units, or that accept one unit twice."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Location
from engine.model.vocabulary import Attribute
from rulewright.authoring.checks.finding import Check, Flaw, Severity
from rulewright.authoring.checks.subject import Subject


def _find(subject: Subject) -> Iterator[Flaw]:
    for section in subject.knowledge.vocabulary.sections.values():
        for name, attribute in section.attributes.items():
            yield from _range(f"{section.name}.{name}", attribute, subject)
            yield from _twice(f"{section.name}.{name}", attribute, subject)


def _range(path: str, attribute: Attribute, subject: Subject) -> Iterator[Flaw]:
    ends = attribute.type.plausible
    if ends is not None and ends[0].unit.text != ends[1].unit.text:
        place, end = _place(attribute.location, "plausible", f"{ends[0]} to {ends[1]}", subject)
        message = f"the plausible range of {path} is from {ends[0]} to {ends[1]}, in two units"
        yield Flaw(place, message, "both ends in one unit", "", end)


def _twice(path: str, attribute: Attribute, subject: Subject) -> Iterator[Flaw]:
    units = [attribute.type.unit, *(conversion.unit for conversion in attribute.type.conversions)]
    texts = [unit.text for unit in units if unit is not None]
    for text in dict.fromkeys(text for text in texts if texts.count(text) > 1):
        place = subject.place(attribute.location, "also")
        yield Flaw(place, f"{path} accepts `{text}` twice", "each unit once")


def _place(attribute: Location, key: str, words: str, subject: Subject) -> tuple[Location, int]:
    return subject.part(subject.place(attribute, key), words)


CHECK = Check(
    "mixed-units",
    Severity.warning,
    "The plausible range of a datum has its ends in two units, or a unit is accepted twice.",
    _find,
)
