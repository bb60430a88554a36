"""Expectations that no advice could be compared with, as they name what there is not, or expect nothing."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.authoring.checks.finding import Check, Flaw, Severity
from rulewright.authoring.checks.subject import Subject
from rulewright.authoring.expected_words import problems_of
from rulewright.authoring.scenario import Scenario


def _find(subject: Subject) -> Iterator[Flaw]:
    for scenario in subject.every_scenario:
        if isinstance(scenario, Scenario):
            for problem in problems_of(scenario.expect, subject.knowledge, subject.program):
                yield Flaw(problem.location, problem.message, problem.expected, problem.hint)


CHECK = Check(
    "refused-expectation",
    Severity.error,
    "A scenario expects something that its run refuses to compare: it names what there is not, or nothing.",
    _find,
)
