"""The published contract of a withdrawal: what falls with it, and what of the advice falls, survives or changes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.model.advice import Part
from provenance.model.comparison import Comparison

Kind = Literal["withdrawn", "superseded", "retracted"]
What = Literal["source", "statement", "reading"]
Effect = Literal["appeared", "fell", "standing", "dose", "certainty", "reasons", "basis", "proof"]


class Withdrawn(Part):
    """A source, statement or reading that is taken out; ``by`` is what supersedes it."""

    id: str
    what: What
    words: Annotated[str, Field(description="the source in one line, the quote, or what the reading states")]
    kind: Kind
    by: str = ""
    note: str = ""


class FallenFact(Part):
    """A fact that is no longer admitted, and why.

    ``cause``: it was withdrawn itself; so was the document it was read in; so were the sources it is attributed to; or
    nothing that the reading is about is left. ``through`` are the ids of what it fell with.
    """

    id: str
    what: Literal["statement", "reading"]
    words: str
    cause: Literal["withdrawn", "document", "attribution", "subject"]
    through: tuple[str, ...]
    because: str


class KeptFact(Part):
    """A fact that stays admitted though something that it is attributed to, or is about, is lost."""

    id: str
    what: Literal["statement", "reading"]
    words: str
    lost: tuple[str, ...]
    left: tuple[str, ...]


class Loss(Part):
    """Something of the knowledge base that rests on what falls, and what follows for it.

    rule: it is not run, or matches nothing any more. claim, phase: it is not read. quantity, datum, conversion: not
    computed, read or converted. beside, opposition, preference, term, prohibition: it loses facts.
    """

    kind: Literal[
        "rule",
        "claim",
        "phase",
        "quantity",
        "datum",
        "conversion",
        "beside",
        "opposition",
        "preference",
        "term",
        "prohibition",
    ]
    name: str
    text: str = ""
    facts: tuple[str, ...] = ()
    outcome: str


class Fall(Part):
    """What falls in the knowledge base itself, whatever the case."""

    withdrawn: tuple[Withdrawn, ...]
    facts: tuple[FallenFact, ...] = ()
    kept: tuple[KeptFact, ...] = ()
    losses: tuple[Loss, ...] = ()


class Carried(Part):
    """A conclusion that lost some of the firings that drew it, and what draws it now: the rule and facts of each."""

    conclusion: str
    lost: tuple[Way, ...]
    by: tuple[Way, ...]


class Way(Part):
    """One firing by its rule and the facts that it matched or that warrant the rule."""

    rule: str
    facts: tuple[str, ...]


class LineEffect(Part):
    """What the withdrawal does to one line of the advice, or to a conclusion that no line shows.

    ``effect``, the first that applies: *appeared*, it was held back and now stands; *fell*, it stood and no longer
    does; *standing*, its heading or value is another; *dose*; *certainty*, its grade, modality or status, or whether it
    stands provisionally; *reasons*; *basis*, other facts are cited for it, or a fact is attributed to fewer sources;
    *proof*, it is only drawn in another way. ``carried`` says, for what still stands, which conclusions on the way to
    it lost a firing.
    """

    line: Literal["option", "statement", "opposition", "conclusion"]
    name: str
    text: str = ""
    section: str = ""
    effect: Effect
    before: str = ""
    after: str = ""
    carried: tuple[Carried, ...] = ()


class CaseWithdrawal(Part):
    """A withdrawal over one case. ``lines`` are those that differ, the dangerous first; ``unchanged`` counts the rest.

    ``comparison`` holds every difference between the two advices.
    """

    fall: Fall
    lines: tuple[LineEffect, ...]
    unchanged: int
    comparison: Comparison


class Tally(Part):
    """One effect on one line in all the scenarios in which the line is the same before and the same after.

    Where a line has several states there is one tally for each; ``example`` is the first scenario that has this one.
    """

    line: str
    name: str
    text: str = ""
    effect: Effect
    scenarios: int
    example: str
    before: Annotated[str, Field(description="the line before, in each of them")] = ""
    after: str = ""


class ScenarioEffect(Part):
    """One scenario whose advice differs, or meets its author's expectation no longer."""

    name: str
    place: str
    lines: tuple[LineEffect, ...]
    broken: Annotated[tuple[str, ...], Field(description="what was expected and no longer holds")] = ()


class Drill(Part):
    """A withdrawal over every scenario of the knowledge base.

    Of all ``scenarios`` so many are advised ``otherwise``; in so many more only conclusions ``behind`` the lines
    change, or only what is ``cited`` or proven; and so many are ``unchanged``. ``already`` are scenarios whose
    expectation did not hold before.
    """

    fall: Fall
    scenarios: int
    otherwise: int
    behind: int
    cited: int
    unchanged: int
    tallies: tuple[Tally, ...]
    effects: tuple[ScenarioEffect, ...]
    already: tuple[str, ...] = ()


class Hit(Part):
    """An identifier of a list that is that of a source, or may be.

    It is ``certain`` where the source itself has it and has no other of its kind; else ``why`` says why it may be, and
    ``confidence`` is the one that the knowledge base states (empty where it states none).
    """

    source: str
    shown: str
    identifier: str
    line: int
    certain: bool
    why: str
    candidate: str = ""
    confidence: str = ""


class Possible(Part):
    """A source that may be on the list, and what would fall if it is: kept apart from what is certain."""

    source: str
    hits: tuple[Hit, ...]
    over: CaseWithdrawal | Drill


class Retractions(Part):
    """A list of retracted identifiers against the sources of a knowledge base.

    ``identified`` are the sources of which some PMID or DOI is known, of the source or of a candidate; one of
    ``unidentified`` cannot be found by any list. ``unread`` are identifiers of sources that are written as neither.
    ``unmatched`` are those of the list that are no source's and no candidate's, in its order.
    """

    identifiers: int
    identified: tuple[str, ...]
    unidentified: tuple[str, ...]
    unread: tuple[str, ...] = ()
    unmatched: tuple[str, ...] = ()
    hits: tuple[Hit, ...] = ()
    certain: CaseWithdrawal | Drill | None = None
    possible: tuple[Possible, ...] = ()
