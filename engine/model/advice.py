"""The published contract of an advice: what is emitted as JSON, and what the checker checks.

Numbers are exact: a rational is written as an integer ("600") or a fraction ("2000/3"), beside text rounded for
reading. Every model is frozen and refuses unknown fields, so that the JSON Schema made from it is the whole contract.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.model.told import Graded, Way

FORMAT = "rulewright/advice/1"
SEMANTICS = "2"

Truth = Literal["true", "provisional", "unknown", "false"]
Fit = Literal["direct", "indirect", "unknown", "unspecified"]
Running = Literal["yes", "no", "unknown"]
Kind = Literal["withheld", "false", "unknown", "gap", "remark", "completed"]
Lacking = Literal["unreviewed", "stale", "rejected", "needs-change"]
Heading = Literal["completed", "advised", "provisional", "not-supported-now", "undetermined"]


class Part(BaseModel):
    """A part of an advice: immutable, with no field beyond those declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Knowledge(Part):
    """The knowledge base that was asked, and the digest of its text."""

    name: str
    version: str
    title: str
    digest: str
    release: Literal["demonstration", "reviewed"]
    scope: str
    intended_use: str
    intended_user: str
    sources_as_of: str


class Number(Part):
    """A number with its unit: exact, and as text."""

    value: Annotated[str, Field(description="an exact rational: '600' or '2000/3'", pattern=r"^-?\d+(/\d+)?$")]
    unit: Annotated[str, Field(description="a UCUM unit")]


class Span(Part):
    """A closed range of exact numbers; low and high are the same where one number is meant."""

    low: Annotated[str, Field(pattern=r"^-?\d+(/\d+)?$")]
    high: Annotated[str, Field(pattern=r"^-?\d+(/\d+)?$")]
    unit: str


Unapproved = Annotated[
    dict[str, Lacking],
    Field(
        description="what the line rests on and has no current approving review: ids of facts and readings, and "
        "`rule:ID`, `regimen:ID`, `preference:ID`. unreviewed: nobody judged it; stale: its words were changed since "
        "everyone who did; rejected, needs-change: the latest verdict of a reviewer on its present words"
    ),
]


class Reason(Part):
    """Why something stands where it stands, as a code that the vocabulary declares."""

    code: str
    text: str
    kind: Annotated[
        Kind,
        Field(
            description="withheld: argued against; false: a condition fails; unknown: a datum is missing; "
            "gap: what a provisional option stands in spite of; remark: stands beside the option; "
            "completed: the course is complete"
        ),
    ]
    rule: str = ""


class Step(Part):
    """One step of a dose's arithmetic and the facts that warrant it."""

    text: str
    facts: tuple[str, ...] = ()


class Dose(Part):
    """A dose as its source states it, computed for the case; ``stated`` holds what the source says besides.

    ``rate`` times ``measure`` is ``product``; ``amount`` is that, at most ``cap``. ``outcome`` is "" where no cap is
    stated.
    """

    evidence: str
    facts: tuple[str, ...]
    readings: tuple[str, ...]
    value: Truth
    rate: Span
    times: str
    measure: Number | None = None
    measured_at: str = ""
    product: Span | None = None
    cap: Number | None = None
    outcome: Literal["", "below", "at", "capped", "partly capped"] = ""
    amount: Span | None = None
    text: str
    steps: tuple[Step, ...] = ()
    stated: dict[str, str] = {}
    reasons: tuple[Reason, ...] = ()


class Certainty(Part):
    """How sure a conclusion is, as far as somebody graded the statements that it rests on.

    A derivation has the weakest grade of its statements, a conclusion the best of its derivations. ``grade`` is the
    best of those of which every statement is graded ("" where there is none), and ``limiting`` the statements that set
    it. Where a derivation with statements that nobody graded could be better, it could have ``at_most`` the grade that
    the statements ``bounding`` it set ("" where none of its statements is graded), and ``ungraded`` are those that
    nobody graded. Readings and the data of the case are neutral. ``graded_by`` names who graded what is limiting or
    bounding.

    ``status``: graded; partly graded (``grade`` is empty, ``at_most`` is not); not graded; no evidence (it rests on the
    case and on readings alone); not drawn (nothing that holds is said, so nothing is graded).
    """

    status: Graded = "not drawn"
    conclusion: str = ""
    grade: str = ""
    limiting: tuple[str, ...] = ()
    at_most: str = ""
    bounding: tuple[str, ...] = ()
    ungraded: tuple[str, ...] = ()
    graded_by: dict[str, tuple[str, ...]] = {}


class Beside(Part):
    """Research shown beside an option; it opened nothing."""

    fact: str
    population: Fit


class Standing(Part):
    """Where one key, such as (product, role), stands: one heading, every reason, and what it rests on.

    ``key`` names it; a subject for which nothing is claimed has no role. ``reason`` is the principal reason's code.
    ``running`` says whether a course goes on, ``requested`` whether it was asked for.
    """

    key: dict[str, str]
    heading: Heading
    status: str = ""
    modality: str = ""
    running: Running = "no"
    requested: bool = False
    unresolved: bool = False
    reason: str = ""
    reasons: tuple[Reason, ...] = ()
    marks: dict[str, str] = {}
    doses: tuple[Dose, ...] = ()
    claims: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    populations: dict[str, Fit] = {}
    evidence_levels: dict[str, str] = {}
    designs: dict[str, str] = {}
    certainty: Certainty = Certainty()
    beside: tuple[Beside, ...] = ()
    unreviewed: Unapproved = {}
    assumed: tuple[str, ...] = ()
    firings: tuple[str, ...] = ()


class Statement(Part):
    """A conclusion of another kind (a caution, care, what is not addressed), as a sentence."""

    conclusion: str
    key: dict[str, str]
    value: Truth
    text: str
    annotations: dict[str, tuple[str, ...]] = {}
    claims: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    populations: dict[str, Fit] = {}
    designs: dict[str, str] = {}
    certainty: Certainty = Certainty()
    unreviewed: Unapproved = {}
    assumed: tuple[str, ...] = ()
    firings: tuple[str, ...] = ()


class Bearing(Part):
    """One way in which a side of an opposition bears on a case: by what, on what, and whether that holds.

    ``conclusion`` is what the facts of the side draw (or could draw), by ``firings``; ``on`` is the conclusion that the
    advice is about. ``facts`` are the statements of the side that do it, ``readings`` those under which they do.
    ``reasons`` say why a side that would speak for something does not.
    """

    way: Annotated[
        Way,
        Field(
            description="speaks-for, speaks-against: argues; would-speak-for: an instance of a rule fails; "
            "stands-in-the-way: draws what an argument may not meet; doses: gives a dose; states: draws a statement; "
            "beside: stands beside an option and opens nothing; stands-with: one of two terms that interact"
        ),
    ]
    conclusion: str = ""
    on: str = ""
    value: Truth
    facts: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    firings: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


class Side(Part):
    """One side of an opposition: its admitted facts, and how they bear on this case (not at all, where nothing is
    listed).

    ``standing`` says what the settling gives it: it goes before another side, gives way to one, or (empty) neither.
    """

    label: str
    facts: tuple[str, ...]
    readings: tuple[str, ...] = ()
    populations: dict[str, Fit] = {}
    evidence_levels: dict[str, str] = {}
    bearings: tuple[Bearing, ...] = ()
    standing: Literal["", "goes before", "gives way"] = ""


class Opposition(Part):
    """Sides that pull apart and bear on this case, and what settled it ("unresolved" where nothing does).

    ``kind`` says where it comes from: *declared* as such; *argued* for and against; a *preference* that chose between
    arguments that hold; an *interaction* of two terms, with its ``effect``. ``applied`` says whether what settles it
    had to choose between sides that both hold here; ``reason`` is why it settles it.
    """

    kind: Literal["declared", "argued", "preference", "interaction"]
    name: str
    title: str = ""
    about: dict[str, str] = {}
    facts: tuple[str, ...]
    sides: tuple[Side, ...]
    settled_by: str
    reason: str = ""
    applied: bool = False
    effect: str = ""
    because: tuple[str, ...] = ()
    note: str = ""


class Missing(Part):
    """A question that is open, and the sets of data each of whose every answer would settle it.

    ``more`` says that no set of at most three data settles it.
    """

    question: str
    text: str
    sets: tuple[tuple[str, ...], ...]
    more: bool = False


class Input(Part):
    """One datum of the case and the rules that read it; a datum that no rule read says so."""

    path: str
    label: str
    text: str
    rules: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Premise(Part):
    """A condition of a firing with its value; ``conclusion`` names the conclusion it reads, ``data`` the data of the
    case.
    """

    condition: str
    value: Truth
    conclusion: str = ""
    data: tuple[str, ...] = ()


class FiringRecord(Part):
    """One firing: a rule, the evidence and items it was bound to, its premises in order, what was absent, and its
    rank.
    """

    id: str
    rule: str
    number: int
    evidence: tuple[str, ...]
    bindings: dict[str, str]
    items: dict[str, str]
    premises: tuple[Premise, ...]
    absent: tuple[Premise, ...]
    conclusion: str
    value: Truth
    rank: int


class GradeRecord(Part):
    """A grade as a source stated it: of a statement, or of one of its claims (``claim``: its number from 1, else 0)."""

    claim: int
    certainty: str
    by: str


class FactRecord(Part):
    """A fact as it is quoted: the document's words, where they were read, and to what that document attributes them."""

    id: str
    quote: str = ""
    states: str = ""
    quoted_from: str
    locator: str = ""
    cites: tuple[str, ...] = ()
    modality: str = ""
    population: str = ""
    evidence_level: str = ""
    design: str = ""
    grades: tuple[GradeRecord, ...] = ()
    fidelity: str = ""
    fidelity_note: str = ""
    note: str = ""


class SourceRecord(Part):
    """A source with its honest identity."""

    id: str
    printed_as: str = ""
    kind: str
    identity: str
    shown: str
    standing: str
    evidence_level: str = ""
    design: str = ""
    note: str = ""


class RuleRecord(Part):
    """A rule that fired."""

    id: str
    title: str
    because: tuple[str, ...] = ()


class Advice(Part):
    """Everything that follows from a case, with everything it rests on."""

    format: Literal["rulewright/advice/1"] = "rulewright/advice/1"
    id: str
    semantics: Literal["2"] = "2"
    notice: str
    knowledge: Knowledge
    as_of: str
    admitted: tuple[str, ...]
    case: dict[str, object]
    options: tuple[Standing, ...]
    sections: dict[str, tuple[Statement, ...]]
    opposed: tuple[Opposition, ...] = ()
    missing: tuple[Missing, ...] = ()
    inputs: tuple[Input, ...] = ()
    limits: tuple[str, ...] = ()
    values: dict[str, Truth]
    firings: tuple[FiringRecord, ...]
    rules: tuple[RuleRecord, ...] = ()
    facts: tuple[FactRecord, ...] = ()
    sources: tuple[SourceRecord, ...] = ()
