"""What a check finds: a flaw at a place, and how grave it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from engine.errors import Location, Problem

if TYPE_CHECKING:
    from rulewright.authoring.checks.subject import Subject


class Severity(IntEnum):
    """How grave a finding is; the graver, the greater."""

    info = 1
    warning = 2
    error = 3


@dataclass(frozen=True, slots=True, order=True)
class Flaw:
    """One thing that a check found wrong.

    ``end`` is the column after the last character of what is meant, on the line of its place (0: only the place is
    known). ``expected`` and ``hint`` are as in `engine.errors.Problem`.
    """

    location: Location
    message: str
    expected: str = ""
    hint: str = ""
    end: int = 0


@dataclass(frozen=True, slots=True)
class Check:
    """A check: its stable code, how grave its findings are, what it finds in one line, and the search itself."""

    code: str
    severity: Severity
    title: str
    find: Callable[[Subject], Iterable[Flaw]]


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A flaw, with the code and the severity of the check that found it."""

    location: Location
    code: str
    severity: Severity
    message: str
    expected: str = ""
    hint: str = ""
    end: int = 0


def finding(check: Check, flaw: Flaw) -> Finding:
    """The finding of a check."""
    return Finding(flaw.location, check.code, check.severity, flaw.message, flaw.expected, flaw.hint, flaw.end)


def from_problem(problem: Problem) -> Finding:
    """What loading or grounding refused, as a finding: always an error."""
    return Finding(problem.location, problem.code, Severity.error, problem.message, problem.expected, problem.hint)
