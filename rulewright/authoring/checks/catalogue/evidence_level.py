"""Statements whose level of evidence has other numbers than that of the source that they are given to."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from rulewright.authoring.checks.finding import Check, Flaw, Severity
from rulewright.authoring.checks.numerals import numerals
from rulewright.authoring.checks.subject import Subject


def _find(subject: Subject) -> Iterator[Flaw]:
    sources = subject.knowledge.sources
    for fact in subject.knowledge.facts.values():
        levels = {source: sources[source].evidence_level for source in fact.cites if sources[source].evidence_level}
        own, theirs = _numbers(fact.evidence_level), [_numbers(level) for level in levels.values()]
        if not fact.evidence_level or not levels or own in theirs or set().union(*theirs) <= _numbers(fact.note):
            continue
        said = " and ".join(f"{source} `{level}`" for source, level in levels.items())
        place, end = subject.part(subject.place(fact.location, "evidence-level"), fact.evidence_level)
        yield Flaw(
            place,
            f"the level of {fact.id} is `{fact.evidence_level}`, and that of {said}",
            "the same numbers in both",
            "where a statement rests on a part of its source, `note` says so, with the source's numbers",
            end,
        )


def _numbers(text: str) -> set[Fraction]:
    """The numbers that a text writes in digits."""
    return {numeral.low for numeral in numerals(text) if numeral.words[:1].isdigit()}


CHECK = Check(
    "evidence-level",
    Severity.warning,
    "The level of evidence of a statement has other numbers than that of the source it is given to.",
    _find,
)
