"""The ground program: rules with the evidence they match, as a plain value.

It is what both engines run and what the checker checks: immutable, printable, comparable, and independent of how it is
evaluated. Every variable is bound to a constant here, except those that stand for items of a case (``$c``), because the
items are known only with the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from engine.model.fact import ClaimValue, Grade
from engine.model.quantity import Quantity, Range, exact_text
from engine.model.rule import Codes, Compare, OneOf, Recorded, Reference

GroundTest: TypeAlias = OneOf | Compare | Recorded


@dataclass(frozen=True, slots=True, order=True)
class Atom:
    """A ground conclusion: ``option(tomato feed, top)``."""

    relation: str
    arguments: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.relation}({', '.join(self.arguments)})"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A claim as the matcher sees it: ``name`` is what ``is`` binds, ``facts`` are the statements and readings behind
    it.

    ``named`` are the facts that its fields speak of, without which it is not read. ``grade`` is how sure its statement
    is of it; None where nobody graded it, and for the phases of regimens, whose
    statements have their own.
    """

    id: str
    name: str
    kind: str
    values: Mapping[str, ClaimValue]
    modality: str
    facts: tuple[str, ...]
    grade: Grade | None = None
    named: tuple[str, ...] = ()

    @property
    def needs(self) -> tuple[str, ...]:
        """Every fact that must be admitted for the claim to be read, each once."""
        return tuple(dict.fromkeys((*self.facts, *self.named)))

    def value(self, field_name: str) -> ClaimValue | None:
        """The value of a field, of the words ``is`` and ``modality`` too; None where the claim does not state it."""
        if field_name == "is":
            return self.name
        if field_name == "modality":
            return self.modality or None
        return self.values.get(field_name)


@dataclass(frozen=True, slots=True)
class Datum:
    """A test of a datum of a record, or of a declared quantity."""

    path: str
    test: GroundTest

    def __str__(self) -> str:
        return f"{self.path} {shown(self.test)}"


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list passes these tests; it is bound to ``variable`` where there is one."""

    item: str
    variable: str
    tests: tuple[tuple[str, GroundTest], ...]
    order: str = ""

    def __str__(self) -> str:
        name = f"{self.item} ${self.variable}" if self.variable else self.item
        inner = ", ".join(f"{name} {shown(test)}" for name, test in self.tests)
        return f"{self.order + ' ' if self.order else ''}{name} [{inner}]"


@dataclass(frozen=True, slots=True)
class ItemField:
    """A test of a field of the item that a variable is bound to."""

    variable: str
    field: str
    test: GroundTest

    def __str__(self) -> str:
        return f"${self.variable}.{self.field} {shown(self.test)}"


@dataclass(frozen=True, slots=True)
class Holds:
    """A conclusion that other clauses draw."""

    atom: Atom

    def __str__(self) -> str:
        return str(self.atom)


@dataclass(frozen=True, slots=True)
class Count:
    """Bounds on the points of the members that hold (one point each for a count)."""

    members: tuple[tuple[Fraction, Literal], ...]
    at_least: Fraction | None
    at_most: Fraction | None
    is_sum: bool = False

    def __str__(self) -> str:
        bounds = [f"at least {exact_text(self.at_least)}"] if self.at_least is not None else []
        bounds += [f"at most {exact_text(self.at_most)}"] if self.at_most is not None else []
        inner = ", ".join(
            f"{exact_text(points)} if {member}" if self.is_sum else str(member) for points, member in self.members
        )
        return f"{' and '.join(bounds)} of [{inner}]"


Literal: TypeAlias = Datum | Item | ItemField | Holds | Count


@dataclass(frozen=True, slots=True)
class GroundCondition:
    """A literal with the reason codes of the condition it comes from; ``position`` is its place in the written rule."""

    literal: Literal
    position: int
    codes: Codes = field(default_factory=Codes)
    stands: bool = False


@dataclass(frozen=True, slots=True)
class GroundAmount:
    """A dose to compute: ``rate`` times the datum or quantity at ``times``, at most ``at_most``."""

    rate: Range
    times: str
    at_most: Quantity | None


Annotation: TypeAlias = ClaimValue | GroundAmount


@dataclass(frozen=True, slots=True)
class Clause:
    """One ground instance of a rule, for one of its conclusions.

    ``key`` identifies it: the rule, the number of the conclusion among those it draws, the evidence and the bindings.
    """

    rule: str
    number: int
    bindings: tuple[tuple[str, str], ...]
    evidence: tuple[str, ...]
    when: tuple[GroundCondition, ...]
    unless: tuple[GroundCondition, ...]
    head: Atom
    annotations: tuple[tuple[str, Annotation], ...] = ()
    modality: str = ""

    @property
    def key(self) -> tuple[str, int, tuple[str, ...], tuple[tuple[str, str], ...]]:
        """What tells this clause from every other."""
        return (self.rule, self.number, self.evidence, self.bindings)

    def __str__(self) -> str:
        body = [str(condition.literal) for condition in self.when]
        body += [f"not {condition.literal}" for condition in self.unless]
        return f"{self.head} :- {', '.join((*self.evidence, *body))}."


@dataclass(frozen=True)
class Program:
    """The clauses in strata: a stratum is evaluated to its end before the next, so that ``unless`` reads settled
    values.
    """

    clauses: tuple[Clause, ...]
    strata: tuple[tuple[int, ...], ...]
    evidence: Mapping[str, Evidence]
    atoms: tuple[Atom, ...]
    facts: frozenset[str]
    rule_facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __str__(self) -> str:
        lines = []
        for number, stratum in enumerate(self.strata):
            lines.append(f"% stratum {number}")
            lines.extend(str(self.clauses[index]) for index in stratum)
        return "\n".join(lines)


def shown(test: GroundTest) -> str:
    """A test in words."""
    if isinstance(test, OneOf):
        return "is " + " or ".join(_constant(value) for value in test.values)
    if isinstance(test, Recorded):
        return "is recorded" if test.known else "is not recorded"
    bound = test.bound
    return f"{test.op} {bound.path if isinstance(bound, Reference) else _constant(bound)}"


def _constant(value: object) -> str:
    """A value as a rule writes it: a plain number with all its decimals (7.6), a ratio where they have no end (1/3)."""
    if isinstance(value, bool):
        return str(value).lower()
    return exact_text(value) if isinstance(value, Fraction) else str(value)


def other_item(test: GroundTest) -> str:
    """The variable of the item that a test compares with (``p`` in ``started > $p.started``); empty where none."""
    path = test.bound.path if isinstance(test, Compare) and isinstance(test.bound, Reference) else ""
    return path[1:].partition(".")[0] if path.startswith("$") else ""


def other_datum(test: GroundTest) -> str:
    """The record's datum or declared quantity that a test compares with; empty where none."""
    path = test.bound.path if isinstance(test, Compare) and isinstance(test.bound, Reference) else ""
    return "" if path.startswith("$") else path


def is_bound(literal: Literal, items: Mapping[str, str]) -> bool:
    """Whether every item that a literal speaks of is named; without its name the literal cannot be evaluated."""
    if isinstance(literal, ItemField):
        return literal.variable in items and (not other_item(literal.test) or other_item(literal.test) in items)
    if isinstance(literal, Item):
        return all(not other_item(test) or other_item(test) in items for _, test in literal.tests)
    if isinstance(literal, Count):
        return all(is_bound(member, items) for _, member in literal.members)
    return True
