"""The published answer: what the scenarios exercised and what none of them did.

Numbers count scenarios. ``never`` lists what could come out and came out in none of them; what cannot come out is not
asked for, as far as the conditions tell on their own.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from engine.errors import Location
from engine.model.advice import Heading, Part

Outcome: TypeAlias = Literal["met", "failed", "unknown"]
OUTCOMES: tuple[Outcome, ...] = ("met", "failed", "unknown")
Side: TypeAlias = Literal["below", "at", "above"]
SIDES: tuple[Side, ...] = ("below", "at", "above")
What: TypeAlias = Literal[
    "rules",
    "conditions",
    "ground conditions",
    "statements",
    "readings",
    "headings",
    "conclusions",
    "codes",
    "boundaries",
]


class Place(Part):
    """Where something is written: a file with line and column, both from 1."""

    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


def place_of(location: Location) -> Place:
    """A location as the contract writes it."""
    return Place(file=location.file, line=location.line, column=location.column)


class RuleCoverage(Part):
    """A rule. ``drawn``: scenarios in which an instance of it draws what it says, provisionally too.

    ``instances`` counts its ground instances, each conclusion that it draws apart, and ``drawn_instances`` those that
    drew something in some scenario.
    """

    id: str
    place: Place
    drawn: int
    instances: int
    drawn_instances: int


class InstanceCoverage(Part):
    """One ground condition: a condition with its variables bound to what the evidence says."""

    text: str
    met: int
    failed: int
    unknown: int
    never: tuple[Outcome, ...]


class ConditionCoverage(Part):
    """A condition as it is written, in all its ground instances together.

    ``number`` is its place under ``when`` or ``unless``, ``member`` its place in a count there (both from 1; 0 is the
    condition itself). What is provisional is met.
    """

    rule: str
    part: Literal["when", "unless"]
    number: int
    member: int
    text: str
    place: Place
    met: int
    failed: int
    unknown: int
    never: tuple[Outcome, ...]
    instances: tuple[InstanceCoverage, ...]

    @property
    def name(self) -> str:
        """What tells it from every other: ``pulse-is-running when 2.1``."""
        return f"{self.rule} {self.part} {self.number}{f'.{self.member}' if self.member else ''}"


class FactCoverage(Part):
    """A statement or a reading. ``used``: scenarios in whose advice it plays a part.

    It plays one where it carries a firing, a standing, a statement, a dose, a side that bears on the case, or a datum
    that is read. ``excuse`` is what the fact says where no rule uses it; such a fact need not be exercised.
    """

    id: str
    kind: Literal["statement", "reading"]
    place: Place
    used: int
    excuse: str


class HeadingCoverage(Part):
    """A key of the argued conclusion under a heading that it could have."""

    key: dict[str, str]
    heading: Heading
    scenarios: int


class ConclusionCoverage(Part):
    """A ground conclusion: ``drawn`` (provisionally too), ``refuted`` or ``open``."""

    conclusion: str
    drawn: int
    refuted: int
    open: int
    never: tuple[Literal["drawn", "refuted", "open"], ...]


class CodeCoverage(Part):
    """A reason code that the vocabulary declares, and in how many scenarios the advice gives it."""

    code: str
    place: Place
    given: int


class BoundaryCoverage(Part):
    """A value at which an answer changes, and how near to it the scenarios come.

    ``just`` counts scenarios close to it: within a tenth of it, within one of a plain number or a count, and at any
    distance of another datum. ``nearest`` are the closest values, as they were given or computed. ``of`` says what is
    compared.
    """

    of: str
    bound: str
    place: Place
    below: int
    at: int
    above: int
    nearest: dict[Side, str]
    never: tuple[Side, ...]


class Total(Part):
    """How many there are of one kind, and how many of them the scenarios cover.

    A rule or conclusion is covered where it was drawn; a condition where it was met, failed and unknown, as far as it
    can be; a fact where it was used; a heading or code where an advice has it; a boundary where there are cases just
    below it, at it and just above it, as far as there can be.
    """

    what: What
    covered: int
    total: int


class Coverage(Part):
    """What a number of scenarios exercise of a knowledge base."""

    scenarios: int
    totals: tuple[Total, ...]
    rules: tuple[RuleCoverage, ...]
    conditions: tuple[ConditionCoverage, ...]
    facts: tuple[FactCoverage, ...]
    headings: tuple[HeadingCoverage, ...]
    conclusions: tuple[ConclusionCoverage, ...]
    codes: tuple[CodeCoverage, ...]
    boundaries: tuple[BoundaryCoverage, ...]
