"""Inspects a knowledge base: loads it, grounds its rules, and runs the catalogue of checks over it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib.abc import Traversable
from pathlib import Path

from engine.errors import Location, Problem, Refused
from engine.grounding import ground
from engine.loading import Document, files, read
from engine.model.knowledge import KnowledgeBase
from engine.model.unit import QuantityError
from engine.program import Program
from rulewright.authoring.checks.catalogue import catalogue
from rulewright.authoring.checks.finding import Check, Finding, Severity, finding, from_problem
from rulewright.authoring.checks.subject import Subject
from rulewright.authoring.checks.waivers import CODE as WAIVER
from rulewright.authoring.checks.waivers import unused, waive, waivers
from rulewright.authoring.scenario import Broken, Scenario
from rulewright.authoring.scenario_files import scenario_paths, shown


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found in a knowledge base, in the order of places, and what was found and waived.

    ``knowledge`` and ``program`` are None where it could not be loaded or grounded; then no check ran, and the findings
    are the problems of loading or grounding. ``ran`` are the checks that ran. ``documents`` are the files that were
    read, and of scenarios those that something was found in.
    """

    findings: tuple[Finding, ...]
    waived: tuple[Finding, ...]
    ran: tuple[Check, ...]
    documents: tuple[Document, ...]
    knowledge: KnowledgeBase | None
    program: Program | None

    @property
    def loaded(self) -> bool:
        """Whether the knowledge base could be loaded and grounded, so that checks and scenarios were looked at."""
        return self.program is not None

    def at_least(self, severity: Severity) -> int:
        """How many findings are that grave or graver."""
        return sum(found.severity >= severity for found in self.findings)


def inspect(
    root: Traversable | Path,
    *,
    today: date,
    latest: date | None = None,
    texts: Path | None = None,
    only: Collection[str] = (),
    option: str = "",
    scenarios: tuple[Scenario | Broken, ...] | None = None,
) -> Inspection:
    """Everything that is wrong with the knowledge base in a folder; raises nothing for what is written in it.

    ``today`` is the day that dates of sources are compared with, ``latest`` the last day that a review can be of (by
    default the same). ``texts`` is a folder with texts of sources, beside those that the knowledge base registers.
    ``only`` names the checks to run, by default all; the problems of loading are always told. ``option`` follows each
    command that a hint gives (`` --kb DIR``), where it would mean another knowledge base without. ``scenarios`` are
    those of the folder where they were read already.
    """
    reading = read(root, today=latest or today)
    found = reading.problems
    subject: Subject | None = None
    known = reading.knowledge
    if known is not None:
        try:
            parts = (root, known, ground(known), reading.documents, today, texts, option, scenarios)
            subject = _grounded(Subject(*parts))
        except Refused as refused:
            found = refused.problems
    if subject is None:
        problems = tuple(sorted(from_problem(problem) for problem in found))
        return Inspection(problems, (), (), reading.documents, None, None)
    every = catalogue()
    ran = tuple(check for check in every if not only or check.code in only)
    left, waived = _run(subject, ran, [check.code for check in every], WAIVER in only or not only)
    documents = (*reading.documents, *_scenario_files(root, {one.location.file for one in left}))
    return Inspection(left, waived, ran, documents, subject.knowledge, subject.program)


def codes() -> tuple[str, ...]:
    """The codes that `inspect` knows, that of waivers among them."""
    return tuple(sorted([*(check.code for check in catalogue()), WAIVER]))


def _run(
    subject: Subject, ran: Iterable[Check], known: Collection[str], about_waivers: bool
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """What is found and left, and what is waived."""
    checks = tuple(ran)
    found = sorted({found for check in checks for found in _findings(check, subject)})
    written = list(waivers(subject.documents))
    left, waived = waive(found, written)
    if about_waivers:
        left.extend(unused(found, written, [check.code for check in checks], known))
    return tuple(sorted(left)), tuple(waived)


def _findings(check: Check, subject: Subject) -> Iterator[Finding]:
    """What one check finds; what keeps it from looking (a scenario that cannot be read) is found in its place."""
    try:
        for flaw in check.find(subject):
            yield finding(check, flaw)
    except Refused as refused:
        yield from map(from_problem, refused.problems)


def _scenario_files(root: Traversable | Path, named: Collection[str]) -> Iterator[Document]:
    """The files of scenarios that are among those named, as far as they are text."""
    for path in scenario_paths(root) if named else ():
        for name in {shown(path), files.shown(path)}.intersection(named):  # the two differ where a link leads there
            try:
                yield Document(name, path.read_text(encoding="utf-8-sig"), None)
            except (OSError, UnicodeDecodeError):
                continue  # told where scenarios are read


def _grounded(subject: Subject) -> Subject:
    """What the checks look at; raises `Refused` where a dose cannot be computed."""
    try:
        _ = subject.compiled
    except QuantityError as error:
        problem = Problem(Location(subject.knowledge.root), "unit", error.message, "a dose whose units fit", error.hint)
        raise Refused([problem]) from None
    return subject
