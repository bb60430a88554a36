"""The published contract of "how sure": the certainty of conclusions, what sets it, and what stands beside it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.model.advice import Certainty, FactRecord, Fit, Part, Truth
from engine.model.told import Graded


class GradeWord(Part):
    """A grade of the declared scale; ``also`` are the words of other graders for the same rank."""

    grade: str
    label: str = ""
    also: tuple[str, ...] = ()


class GradedStatement(Part):
    """A statement among the premises of a derivation, as it was graded.

    ``grade`` is the word of the scale, ``stated`` the grader's own; both are empty where nobody graded it.
    ``does_not_count`` says why a grade that was stated is none.
    """

    fact: str
    grade: str = ""
    stated: str = ""
    by: str = ""
    does_not_count: str = ""


class GradedPremise(Part):
    """A conclusion among the premises of a derivation, with what is known of its certainty."""

    conclusion: str
    text: str
    status: Graded
    grade: str = ""
    at_most: str = ""


class Derivation(Part):
    """One firing that gives the conclusion its value, and what it can be worth.

    ``grade`` is its weakest grade where all below it is graded; else it is ``at_most`` that of what is graded ("" where
    nothing is). Conclusions that only resolve arguments are left out: their arguments stand here.
    """

    firing: str
    conclusion: str
    rule: str
    title: str
    status: Graded
    grade: str = ""
    at_most: str = ""
    statements: tuple[GradedStatement, ...] = ()
    premises: tuple[GradedPremise, ...] = ()


class Step(Part):
    """A conclusion on the way down, with the firing by which the way goes on."""

    conclusion: str
    text: str
    firing: str
    rule: str
    title: str


class Way(Part):
    """The shortest way from the conclusion to one statement that sets its certainty or leaves it open."""

    role: Annotated[
        Literal["limits", "bounds", "open"],
        Field(description="limits: sets the grade; bounds: sets what it is at most; open: nobody graded it"),
    ]
    statement: GradedStatement
    steps: tuple[Step, ...]


class Beside(Part):
    """What stands beside the grade and never changes it, of everything that the conclusion rests on.

    ``designs`` are study designs by statement, ``undesigned`` the statements of which none is stated; ``populations``
    how the case fits those that are about some population; ``absences`` what must not hold, in words.
    """

    designs: dict[str, str] = Field(default_factory=dict)
    undesigned: tuple[str, ...] = ()
    populations: dict[str, Fit] = Field(default_factory=dict)
    readings: tuple[str, ...] = ()
    absences: tuple[str, ...] = ()


class HowSure(Part):
    """How sure one conclusion is."""

    conclusion: str
    text: str
    value: Truth
    certainty: Certainty
    ways: tuple[Way, ...] = ()
    derivations: tuple[Derivation, ...] = ()
    beside: Beside = Beside()


class Certainties(Part):
    """How sure conclusions of one advice are. ``scale`` is the declared one, strongest first; empty where none is."""

    advice: str
    scale: tuple[GradeWord, ...]
    conclusions: tuple[HowSure, ...]
    facts: tuple[FactRecord, ...] = ()
