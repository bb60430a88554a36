"""The ground program: rules with the evidence they match, as a plain value.

It is what both engines run and what the checker checks: immutable, printable, comparable, and independent of how it is
evaluated. Every variable is bound to a constant here, except those that stand for items of a case (``$c``), because the
items are known only with the case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple, TypeAlias

from engine.model.fact import ClaimValue, Grade
from engine.model.quantity import Quantity, Range, exact_text
from engine.model.rule import Codes, Compare, OneOf, Recorded, Reference

GroundTest: TypeAlias = OneOf | Compare | Recorded


class Atom(NamedTuple):
    """A ground conclusion: ``option(tomato feed, top)``.

    Conclusions are looked up more often than anything else, and a tuple is hashed and compared fastest.
    """

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
EVERYBODY = Count((), Fraction(0), None)
"""What the population of a fact asks that names none."""


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
    values. ``populations`` says of each fact that names one what a case of its population must be like.
    """

    clauses: tuple[Clause, ...]
    strata: tuple[tuple[int, ...], ...]
    evidence: Mapping[str, Evidence]
    atoms: tuple[Atom, ...]
    facts: frozenset[str]
    rule_facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    populations: Mapping[str, Count] = field(default_factory=dict)

    def population(self, fact: str) -> Count:
        """What a case must be like to belong to the population of a fact; nothing where the fact names none."""
        return self.populations.get(fact, EVERYBODY)

    @cached_property
    def names(self) -> Mapping[str, Atom]:
        """Every conclusion that could be drawn, by its name, in their order."""
        return {str(atom): atom for atom in self.atoms}

    @cached_property
    def by_head(self) -> Mapping[Atom, tuple[int, ...]]:
        """The numbers of the clauses that could draw each conclusion, in their order."""
        found: dict[Atom, list[int]] = {}
        for index, clause in enumerate(self.clauses):
            found.setdefault(clause.head, []).append(index)
        return {atom: tuple(numbers) for atom, numbers in found.items()}

    @cached_property
    def premises(self) -> tuple[tuple[Atom, ...], ...]:
        """Of each clause, the conclusions that it reads under `when`, members of counts among them, each once."""
        return tuple(
            tuple(dict.fromkeys(atom for condition in clause.when for atom in atoms_of(condition.literal)))
            for clause in self.clauses
        )

    @cached_property
    def cited(self) -> tuple[frozenset[str], ...]:
        """Of each clause, its facts: those of its evidence, and those that warrant its rule."""
        return tuple(
            frozenset(fact for id_ in clause.evidence for fact in self.evidence[id_].facts).union(
                self.rule_facts.get(clause.rule, ())
            )
            for clause in self.clauses
        )

    @cached_property
    def readers(self) -> Mapping[Literal, Mapping[str, None]]:
        """The rules in which each literal stands that reads the case by itself, members of counts within them."""
        found: dict[Literal, dict[str, None]] = {}
        for clause in self.clauses:
            for condition in (*clause.when, *clause.unless):
                if isinstance(condition.literal, (Datum, Item, Count)):
                    found.setdefault(condition.literal, {})[clause.rule] = None
        return found

    @cached_property
    def takers(self) -> Mapping[tuple[Item, tuple[ItemField, ...]], Mapping[str, None]]:
        """The rules that take an item, by the pattern that it must meet and the tests of its fields alone."""
        found: dict[tuple[Item, tuple[ItemField, ...]], dict[str, None]] = {}
        for clause in self.clauses:
            tests = list(item_tests(clause))
            for condition in clause.when:
                binder = condition.literal
                if isinstance(binder, Item) and binder.variable:
                    own = tuple(test for test in tests if test.variable == binder.variable)
                    found.setdefault((binder, own), {})[clause.rule] = None
        return found

    def __str__(self) -> str:
        lines = []
        for number, stratum in enumerate(self.strata):
            lines.append(f"% stratum {number}")
            lines.extend(str(self.clauses[index]) for index in stratum)
        return "\n".join(lines)


def atoms_of(literal: Literal) -> Iterator[Atom]:
    """The conclusions that a literal reads, those inside counts too."""
    if isinstance(literal, Holds):
        yield literal.atom
    elif isinstance(literal, Count):
        for _, member in literal.members:
            yield from atoms_of(member)


def item_tests(clause: Clause) -> Iterator[ItemField]:
    """The tests of one item's field alone, members of counts among them."""
    waiting = [condition.literal for condition in clause.when]
    while waiting:
        literal = waiting.pop(0)
        if isinstance(literal, Count):
            waiting.extend(member for _, member in literal.members)
        elif isinstance(literal, ItemField) and not other_item(literal.test):
            yield literal


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
