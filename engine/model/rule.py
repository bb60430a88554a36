"""Rules as authors write them: patterns, conditions with their reason codes, and what they draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from engine.errors import NOWHERE, Location
from engine.model.quantity import Quantity, Range


@dataclass(frozen=True, slots=True)
class Variable:
    """A name that stands for one value throughout a rule (``$product``)."""

    name: str

    def __str__(self) -> str:
        return f"${self.name}"


@dataclass(frozen=True, slots=True)
class Reference:
    """Another datum: a path (``plot.area``), a field of an item (``$c.started``) or a declared quantity."""

    path: str


@dataclass(frozen=True, slots=True)
class OneOf:
    """Any of some values; those of a class are named by it, and mean the same as if they had been written out."""

    values: tuple[str | bool | Fraction, ...]
    of_class: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Within:
    """A term or any more special term."""

    term: str


@dataclass(frozen=True, slots=True)
class OfClass:
    """A member of a class, by a fact or an interpretation that says so."""

    name: str


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison with a quantity, a number, or another datum. ``op`` is one of < <= > >= == !=."""

    op: str
    bound: Quantity | Fraction | Reference | Variable


@dataclass(frozen=True, slots=True)
class Recorded:
    """``known`` (recorded) or ``unknown`` (not recorded: only where the vocabulary states what absence means).

    ``exact``: a measure that a dose is computed from must be one number, not a bound such as ``> 20 kg``.
    """

    known: bool
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Optional:
    """Binds the variable where the claim states the field, and matches all the same where it does not."""

    variable: Variable


Constraint: TypeAlias = Variable | OneOf | Within | OfClass | Compare | Recorded | Optional


@dataclass(frozen=True, slots=True)
class Codes:
    """Reason codes of a condition: when it is false, when it is unknown, and (under ``unless``) when it is true."""

    when_false: str = ""
    when_unknown: str = ""
    when_true: str = ""


@dataclass(frozen=True, slots=True)
class FactPattern:
    """A claim of a fact: ``fact`` (its id), ``kinds`` of claim, ``modality`` and the kind's own fields are
    constrained.
    """

    kinds: tuple[str, ...]
    constraints: tuple[tuple[str, Constraint], ...]


@dataclass(frozen=True, slots=True)
class DatumPattern:
    """A datum of a record, named by a path or by a variable that a claim binds to a path."""

    path: str | Variable
    constraint: Constraint


@dataclass(frozen=True, slots=True)
class ItemPattern:
    """An item of a list section; ``order`` first or latest picks among the items that match the other constraints."""

    item: str
    variable: Variable | None
    constraints: tuple[tuple[str, Constraint], ...]
    order: str = ""


@dataclass(frozen=True, slots=True)
class ItemTest:
    """A test of one field of an item that an earlier pattern bound."""

    variable: Variable
    field: str
    constraint: Constraint


@dataclass(frozen=True, slots=True)
class ConclusionPattern:
    """A conclusion that other rules draw. ``side`` is "for" or "against" for an argument, else empty."""

    relation: str
    constraints: tuple[tuple[str, Constraint], ...]
    side: str = ""


@dataclass(frozen=True, slots=True)
class PopulationPattern:
    """The case belongs to the population of the fact that the variable names."""

    fact: Variable


@dataclass(frozen=True, slots=True)
class CountPattern:
    """Bounds on how many conditions hold, or on the points that they are worth (``sum``)."""

    members: tuple[tuple[Fraction, Pattern], ...]
    at_least: Fraction | None = None
    at_most: Fraction | None = None
    is_sum: bool = False


Pattern: TypeAlias = (
    FactPattern | DatumPattern | ItemPattern | ItemTest | ConclusionPattern | PopulationPattern | CountPattern
)


@dataclass(frozen=True, slots=True)
class Condition:
    """A pattern with its reason codes; ``stands`` is ``if_unknown: stands`` under ``unless``."""

    pattern: Pattern
    codes: Codes = field(default_factory=Codes)
    stands: bool = False
    location: Location = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Amount:
    """A dose to compute: a rate times a measure of the case, at most a cap."""

    rate: Variable | Range
    times: Variable | str
    at_most: Variable | Quantity | None = None


HeadValue: TypeAlias = str | bool | Fraction | Variable | Amount


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What a rule draws: a conclusion, or an argument for or against one."""

    relation: str
    key: tuple[tuple[str, str | Variable], ...]
    annotations: tuple[tuple[str, HeadValue], ...] = ()
    side: str = ""
    location: Location = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    ``because`` are the facts that warrant it, all together; ``mechanism`` says that the facts it matches do,
    ``definition`` that it only gives a name to what the case says. ``written`` is ``when`` as its author wrote it,
    before memberships of classes became conditions.
    """

    id: str
    title: str
    when: tuple[Condition, ...]
    unless: tuple[Condition, ...]
    then: tuple[Conclusion, ...]
    because: tuple[str, ...] = ()
    mechanism: bool = False
    definition: bool = False
    note: str = ""
    written: tuple[Condition, ...] = field(default=(), compare=False, repr=False)
    location: Location = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Beside:
    """Research that is shown beside an option and never opens it."""

    key: tuple[tuple[str, str], ...]
    fact: str
    location: Location = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of an opposition: the facts that pull its way.

    ``facts`` are those that it names and, once the knowledge base is loaded, those whose claims match a pattern of
    ``claims``.
    """

    label: str
    facts: tuple[str, ...]
    claims: tuple[FactPattern, ...] = ()
    location: Location = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Opposes:
    """Sides that pull apart, and how that is settled: the name of a preference, a reading's id, or "unresolved".

    ``about`` are fields of the key of the argued conclusion: the sides pull apart over what agrees with them (over
    anything, where there are none). ``because`` are the facts and readings by which they pull apart.
    """

    name: str
    sides: tuple[Side, ...]
    settled_by: str
    title: str = ""
    about: tuple[tuple[str, str], ...] = ()
    because: tuple[str, ...] = ()
    note: str = ""
    location: Location = field(default=NOWHERE, compare=False)

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts of every side."""
        return tuple(dict.fromkeys(fact for side in self.sides for fact in side.facts))


@dataclass(frozen=True, slots=True)
class Prefer:
    """A declared precedence: an argument that rests on the first fact goes before one that rests on the second."""

    name: str
    stronger: str
    weaker: str
    reason: str
    location: Location = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Interaction:
    """Two terms that affect each other when both are given or advised.

    ``reads`` is the conclusion under which both stand, ``draws`` the one that says so; ``settled_by`` as of `Opposes`.
    """

    name: str
    between: tuple[str, str]
    symmetric: bool
    effect: str
    reads: str
    draws: str
    because: tuple[str, ...] = ()
    settled_by: str = "unresolved"
    note: str = ""
    location: Location = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of a regimen: a dosing claim that rests on the facts ``facts``."""

    role: str
    claim: Mapping[str, object]
    facts: tuple[str, ...]
    location: Location = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Regimen:
    """Phases that follow one another; each is a claim of the kind ``claim``."""

    id: str
    claim: str
    phases: tuple[Phase, ...]
    location: Location = field(default=NOWHERE, compare=False)
