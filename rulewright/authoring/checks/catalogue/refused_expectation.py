"""Expectations that no advice could be compared with, as they name what there is not, or expect nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.document import Mapping
from rulewright.authoring.checks.finding import Check, Flaw, Severity
from rulewright.authoring.checks.subject import Subject
from rulewright.authoring.expected_words import problems_of
from rulewright.authoring.new.mark import MARK
from rulewright.authoring.scenario import Scenario


def _find(subject: Subject) -> Iterator[Flaw]:
    for scenario in subject.every_scenario:
        if isinstance(scenario, Scenario) and not _is_left_to_say(scenario.expect):
            for problem in problems_of(scenario.expect, subject.knowledge, subject.program):
                yield Flaw(problem.location, problem.message, problem.expected, problem.hint)


def _is_left_to_say(expect: Mapping) -> bool:
    """Whether a mark stands above an expectation that is empty: it is found itself."""
    if expect.entries:
        return False
    try:
        lines = Path(expect.location.file).read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError):
        return False
    return MARK in lines[expect.location.line - 2]


CHECK = Check(
    "refused-expectation",
    Severity.error,
    "A scenario expects something that its run refuses to compare: it names what there is not, or nothing.",
    _find,
)
