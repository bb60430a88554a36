"""The published contract of "why not": what each rule lacks that could draw a conclusion, and what would draw it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.model.advice import FactRecord, Part, Reason, Truth

Mark = Literal["met", "provisional", "unknown", "failed"]
ToldBy = Literal["words", "claim", "reading", "formula", "case", "warrants", "nobody"]
Operation = Literal["set", "remove", "add-item", "remove-item", "complete"]
Novelty = Literal["fills", "adds", "alters"]
Side = Literal["", "for", "against"]


class Bound(Part):
    """What a value is compared with, and which facts set it.

    ``told_by``: the words of a fact hold the number with its unit; a claim that the rule matched states it; only a
    reading of the editors does; a declared quantity computes it; it is another datum of the case; none of these can
    be told, and ``facts`` are all that warrant the rule; or the rule names no fact at all.
    """

    text: str
    facts: tuple[str, ...] = ()
    told_by: ToldBy


class Check(Part):
    """One test of one datum: what it asks, what the case says (empty: nothing), and what that counts as.

    ``mark`` is that of the test itself, under ``unless`` too.
    """

    test: str
    mark: Mark
    path: str = ""
    value: str = ""
    counts_as: Annotated[str, Field(description="what an unrecorded datum counts as, where that is declared")] = ""
    note: str = ""
    bound: Bound | None = None


class TriedItem(Part):
    """One item of a list against a pattern, test by test."""

    item: str
    label: str
    mark: Mark
    checks: tuple[Check, ...] = ()


class WhyCondition(Part):
    """A condition in its written place; ``mark`` says whether it stands in the way, ``codes`` are its reasons.

    ``unless`` conditions are met where what they name is false. ``conclusion`` is what it reads; ``items`` are those
    that were tried, ``members`` those of a count, each with a mark of its own. The mark of a condition on an item is
    that of the nearest item; ``checks`` stand for it where there is none.
    """

    unless: bool = False
    text: str
    mark: Mark
    codes: tuple[str, ...] = ()
    conclusion: str = ""
    note: str = ""
    checks: tuple[Check, ...] = ()
    items: tuple[TriedItem, ...] = ()
    members: tuple[WhyCondition, ...] = ()


class Instance(Part):
    """Instances of one rule that differ in their evidence alone; ``distance`` counts the tests that are not met.

    ``side`` is that of an argument. ``items`` are the items of the case for which it lacks least. ``distance`` is None
    where it is out of reach. ``gives_way`` names what beats an argument that holds.
    """

    rule: str
    title: str
    side: Side = ""
    value: Truth
    distance: int | None
    modality: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    warrants: tuple[str, ...] = ()
    items: dict[str, str] = Field(default_factory=dict)
    gives_way: tuple[str, ...] = ()
    conditions: tuple[WhyCondition, ...] = ()


class Undrawn(Part):
    """A conclusion on the way: its value, and what each rule lacks that could draw it, nearest first.

    Of one that holds where it must not, ``drawn_by`` are the rules and ``evidence`` the facts that draw it.
    """

    number: int
    conclusion: str
    text: str
    value: Truth
    distance: int | None
    instances: tuple[Instance, ...] = ()
    drawn_by: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


class Change(Part):
    """One change of the case. ``value`` was tried; ``cell`` says in words which values do the same.

    ``exact`` is False where only the value that was tried is known to do: ``cell`` says "such as". ``fields`` are those
    of an added item. ``exact_cell`` is ``cell`` with its exact bounds, where those that ``cell`` tells are rounded
    inwards for reading; else it is empty.
    """

    operation: Operation
    path: str
    value: str = ""
    cell: str
    exact: bool = True
    exact_cell: str = ""
    before: str = ""
    fields: dict[str, str] = Field(default_factory=dict)
    novelty: Novelty


class ChangeSet(Part):
    """Changes that draw the conclusion together, and none of which could be left out."""

    changes: tuple[Change, ...]
    value: Truth


class Changes(Part):
    """The smallest sets of changes that would have drawn a conclusion; each was tried on the changed case.

    ``size`` is the number of changes in each (0: none of at most three changes does). ``number`` is how many such sets
    there are, the first ``sets`` of which are listed. ``value`` is what they reach: provisional, where nothing reaches
    more; ``meaning`` says in words what that is. ``whole`` is False where the search was stopped before everything was
    tried. ``provisionally`` are fewer changes that draw it provisionally, where there are such.
    """

    size: int
    value: Truth
    meaning: str = ""
    number: int
    sets: tuple[ChangeSet, ...] = ()
    tried: int = 0
    whole: bool = True
    provisionally: Changes | None = None


class WhyNot(Part):
    """Why a conclusion was not drawn, or is not simply true."""

    format: Literal["rulewright/why-not/1"] = "rulewright/why-not/1"
    advice: str
    conclusion: str
    text: str
    value: Truth
    heading: str = ""
    reasons: tuple[Reason, ...] = ()
    distance: int | None
    instances: tuple[Instance, ...] = ()
    undrawn: tuple[Undrawn, ...] = ()
    changes: Changes | None = None
    facts: tuple[FactRecord, ...] = ()


class NotDrawnLine(Part):
    """One conclusion that was not drawn, with its principal reason and the nearest rule."""

    conclusion: str
    text: str
    value: Truth
    heading: str = ""
    reason: Reason | None = None
    rule: str = ""
    title: str = ""
    distance: int | None = None


class NotDrawn(Part):
    """Every option that the advice does not hold simply true, nearest rule and principal reason beside it."""

    format: Literal["rulewright/not-drawn/1"] = "rulewright/not-drawn/1"
    advice: str
    lines: tuple[NotDrawnLine, ...] = ()
