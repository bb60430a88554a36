"""Checks the variables of a rule: where each is bound, what it stands for, and that it is read as that."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field

from engine.errors import Findings, Location, did_you_mean
from engine.loading.conclusions import annotation_type
from engine.loading.constraints import FINITE, comparable
from engine.loading.mentions import mention
from engine.loading.patterns import FACT, MODALITY
from engine.model.rule import (
    Amount,
    Compare,
    Conclusion,
    ConclusionPattern,
    Condition,
    Constraint,
    CountPattern,
    DatumPattern,
    FactPattern,
    ItemPattern,
    ItemTest,
    Optional,
    Pattern,
    PopulationPattern,
    Reference,
    Rule,
    Variable,
)
from engine.model.vocabulary import FieldType, Section, Vocabulary
from engine.reading import Mapping

ANY = FieldType("any")
WILD = ("any", "text")
NUMERIC = ("quantity", "range", "number", "any")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a variable stands for: a ``value``, a ``measure`` of the case, or an ``item`` of it.

    ``sure`` is false where only some claims state the field that binds it.
    """

    type: FieldType
    stands_for: str = "value"
    sure: bool = True

    def __str__(self) -> str:
        if self.stands_for == "item":
            return "an item of the case"
        name = self.type.of or self.type.kind
        return f"a {name} of the case" if self.stands_for == "measure" else f"a {name}"


@dataclass(slots=True)
class Scope:
    """The variables of one rule.

    ``items`` are the sections that item variables range over, ``node`` the rule as it was written, and ``unread`` the
    variables of conditions that could not be read: they may be bound there.
    """

    vocabulary: Vocabulary
    findings: Findings
    what: str
    items: MappingType[str, Section]
    node: Mapping
    unread: set[str]
    meanings: dict[str, Meaning] = field(default_factory=dict)
    at: Location = field(default_factory=Location)

    def check(self, rule: Rule) -> None:
        """Record every variable that is not bound, or that is read as something else than it stands for."""
        for condition in rule.when:
            self.at = condition.location
            self.reads(condition.pattern)
            self.binds(condition.pattern)
        for condition in rule.unless:
            self.negated(condition)
        for conclusion in rule.then:
            self.at = conclusion.location
            self.draws(conclusion)

    def negated(self, condition: Condition) -> None:
        """A condition under `unless` binds nothing."""
        self.at = condition.location
        pattern = condition.pattern
        self.reads(pattern)
        self.needs(pattern, "a variable under `unless` must be bound under `when`")
        if isinstance(pattern, ItemPattern) and pattern.variable:
            self.findings.add(
                "unbound-variable",
                self.place(pattern.variable.name),
                f"{self.what} names an item under `unless`",
                "an item pattern without `is`",
            )

    # Conditions ------------------------------------------------------------------------------------------------------

    def positions(self, pattern: Pattern) -> Iterator[tuple[Constraint, FieldType, str]]:
        """The constraints of a pattern, each with the type of its field and what the field is of."""
        if isinstance(pattern, FactPattern):
            for name, constraint in pattern.constraints:
                yield constraint, self.claimed(pattern, name), "fact"
        elif isinstance(pattern, ConclusionPattern):
            kind = self.vocabulary.conclusions.get(pattern.relation) or next(
                kind for kind in self.vocabulary.conclusions.values() if kind.argued
            )
            for name, constraint in pattern.constraints:
                yield constraint, kind.key[name], "conclusion"
        elif isinstance(pattern, ItemPattern):
            attributes = self.vocabulary.items[pattern.item].attributes
            for name, constraint in pattern.constraints:
                yield constraint, attributes[name].type, "item"
        elif isinstance(pattern, ItemTest):
            yield pattern.constraint, self.items[pattern.variable.name].attributes[pattern.field].type, "item"
        elif isinstance(pattern, DatumPattern):
            yield pattern.constraint, self.measured(pattern.path), "datum"

    def claimed(self, pattern: FactPattern, name: str) -> FieldType:
        """The type of a field of claims; any, where kinds of claim differ in it."""
        if name in ("is", "modality"):
            return FACT if name == "is" else MODALITY
        types = [
            self.vocabulary.claims[kind].fields[name]
            for kind in pattern.kinds
            if name in self.vocabulary.claims[kind].fields
        ]
        return types[0] if all(type_ == types[0] for type_ in types) else ANY

    def measured(self, path: str | Variable) -> FieldType:
        """The type of a datum or declared quantity."""
        if isinstance(path, Variable):
            return ANY
        quantity = self.vocabulary.quantities.get(path)
        if quantity is not None:
            return FieldType("quantity", unit=quantity.unit)
        attribute = self.vocabulary.attribute(path)
        return attribute.type if attribute is not None else ANY

    def reads(self, pattern: Pattern) -> None:
        """The variables that must be bound before a pattern is read."""
        if isinstance(pattern, CountPattern):
            for _, member in pattern.members:
                self.reads(member)
                self.needs(member, "a member of a count binds nothing: bind it in an earlier condition")
        elif isinstance(pattern, PopulationPattern):
            self.read_as(pattern.fact.name, FACT, "the population of a fact")
        elif isinstance(pattern, ItemTest):
            self.item(pattern.variable.name)
        elif isinstance(pattern, DatumPattern) and isinstance(pattern.path, Variable):
            self.read_as(pattern.path.name, FieldType("datum"), "the name of a datum")
        for constraint, type_, of in self.positions(pattern):
            if isinstance(constraint, Compare):
                self.compared(constraint, type_, of)

    def compared(self, constraint: Compare, type_: FieldType, of: str) -> None:
        """What a comparison is with: bound, and of a kind and unit that fit."""
        bound = constraint.bound
        if isinstance(bound, Reference) and bound.path.startswith("$"):
            self.item(bound.path[1:].partition(".")[0])
        if not isinstance(bound, Variable):
            return
        found = self.bound(bound.name, "a variable that an earlier condition binds")
        if found is None:
            return
        fit = found.stands_for != "item" and comparable(type_, found.type)
        fit = fit and (found.type.kind in NUMERIC or found.stands_for == "measure")
        if not fit or (of == "fact" and found.stands_for == "measure"):
            self.mistaken(bound.name, found, f"compared with a {type_.kind}")

    def item(self, name: str) -> None:
        """A variable that must stand for an item."""
        found = self.bound(name, "an earlier pattern that binds the item with `is`")
        if found is not None and found.stands_for != "item":
            self.mistaken(name, found, "read as an item")

    def needs(self, pattern: Pattern, expected: str) -> None:
        """The variables of a pattern that binds nothing are bound already, to what its fields hold."""
        for constraint, type_, of in self.positions(pattern):
            if isinstance(constraint, Optional):
                self.findings.add(
                    "constraint", self.place(constraint.variable.name), "`optional` binds nothing here", expected
                )
            elif isinstance(constraint, Variable):
                found = self.bound(constraint.name, expected)
                if found is not None:
                    self.agrees(constraint.name, found, type_, of)

    def binds(self, pattern: Pattern) -> None:
        """The variables that a pattern binds, or that were bound to what its fields hold."""
        for constraint, type_, of in self.positions(pattern):
            if isinstance(constraint, Variable):
                self.meets(constraint.name, type_, of)
            elif isinstance(constraint, Optional):
                name = constraint.variable.name
                if name in self.meanings:
                    self.agrees(name, self.meanings[name], type_, of)
                else:
                    self.meanings[name] = Meaning(type_, sure=False)
        if isinstance(pattern, ItemPattern) and pattern.variable:
            name = pattern.variable.name
            found = self.meanings.get(name)
            if found is not None and found.stands_for != "item":
                self.mistaken(name, found, "taken for an item")
            self.meanings[name] = Meaning(ANY, "item")

    def meets(self, name: str, type_: FieldType, of: str) -> None:
        """A variable at a field: bound there, or of the same kind where it was bound before."""
        found = self.meanings.get(name)
        if found is not None:
            self.agrees(name, found, type_, of)
            if not found.sure:
                self.meanings[name] = Meaning(type_)
        elif of in ("fact", "conclusion") or type_.kind in (*FINITE, "any"):
            self.meanings[name] = Meaning(type_)
        elif of == "datum":
            self.meanings[name] = Meaning(type_, "measure")
        else:
            self.findings.add(
                "unbound-variable",
                self.place(name),
                f"`${name}` cannot stand for every {type_.kind}",
                "`known`, a comparison, or a variable that an earlier condition binds",
            )
            self.unread.add(name)

    # Conclusions -----------------------------------------------------------------------------------------------------

    def draws(self, conclusion: Conclusion) -> None:
        """The variables of what a rule draws."""
        key = self.vocabulary.conclusions[conclusion.relation].key
        for name, value in conclusion.key:
            if isinstance(value, Variable):
                self.drawn(value.name, key[name], False)
        for name, annotation in conclusion.annotations:
            if isinstance(annotation, Variable):
                self.drawn(annotation.name, annotation_type(name, self.vocabulary), True)
            elif isinstance(annotation, Amount):
                self.amount(annotation)

    def drawn(self, name: str, type_: FieldType, optional: bool) -> None:
        """A variable of a conclusion: a value, that every instance has where it is part of the key."""
        found = self.bound(name, "a variable that a condition under `when` binds", optional)
        if found is None:
            return
        if found.stands_for == "item":
            self.findings.add(
                "item-in-conclusion",
                self.place(name),
                f"`${name}` is an item of the case, not a term",
                "a variable bound to a term",
            )
        elif not self.fits(found.type, type_) or (found.stands_for == "measure" and not optional):
            self.mistaken(name, found, f"drawn as a {type_.of or type_.kind}")

    def amount(self, amount: Amount) -> None:
        """The variables of a dose: a rate, a measure of the case, a cap."""
        expected = "a variable that a condition under `when` binds"
        for part, value, kinds in (
            ("rate", amount.rate, ("range", "quantity", "any")),
            ("cap", amount.at_most, ("quantity", "any")),
            ("measure", amount.times, ("quantity", "datum", "any")),
        ):
            found = self.bound(value.name, expected, part == "cap") if isinstance(value, Variable) else None
            if found is None or not isinstance(value, Variable):
                continue
            measure = found.stands_for == "measure" or found.type.kind in ("datum", "any")
            fit = found.type.kind in kinds and found.stands_for != "item" and measure == (part == "measure")
            if not fit and found.type.kind != "any":
                self.mistaken(value.name, found, f"taken for the {part} of a dose")

    # Meanings --------------------------------------------------------------------------------------------------------

    def bound(self, name: str, expected: str, optional: bool = False) -> Meaning | None:
        """What a variable stands for; None with a problem recorded where nothing has bound it."""
        found = self.meanings.get(name)
        if found is not None and (found.sure or optional):
            return found
        if name in self.unread:
            return None
        message = f"nothing binds `${name}` in {self.what}"
        if found is not None:
            message = f"`${name}` is bound only where a claim states it"
        hint = "" if found is not None else did_you_mean(name, self.meanings)
        self.findings.add("unbound-variable", self.place(name), message, expected, hint)
        return None

    def read_as(self, name: str, type_: FieldType, what: str) -> None:
        """A variable that must stand for a fact, or for the name of a datum."""
        found = self.bound(name, "a variable that an earlier condition binds")
        if found is not None and (found.stands_for != "value" or found.type.kind not in (type_.kind, "any")):
            self.mistaken(name, found, f"read as {what}")

    def agrees(self, name: str, found: Meaning, type_: FieldType, of: str) -> None:
        """Record a variable that stands for something that the field cannot hold."""
        of_case = of in ("item", "datum")
        fit = found.stands_for != "item" and (found.stands_for == "value" or of_case) and self.fits(found.type, type_)
        if not fit:
            self.mistaken(name, found, f"read as a {type_.of or type_.kind}")

    def fits(self, one: FieldType, other: FieldType) -> bool:
        """Whether two fields can hold the same value."""
        if one.kind in WILD or other.kind in WILD:
            return True
        if one.kind in FINITE and other.kind in FINITE:
            first, second = self.vocabulary.domain(one), self.vocabulary.domain(other)
            same = one.of == other.of and bool(one.of)
            return same or not first or not second or not set(first).isdisjoint(second)
        pair = {one.kind, other.kind}
        return (
            pair <= {"boolean", "finding"}
            or one.kind == other.kind == "fact"
            or pair == {"datum"}
            or comparable(one, other)
        )

    def mistaken(self, name: str, found: Meaning, how: str) -> None:
        """Record a variable that is read as something else than it stands for."""
        self.findings.add(
            "variable-type", self.place(name), f"`${name}` stands for {found} and is {how}", "another variable"
        )

    def place(self, name: str) -> Location:
        """Where the variable stands in the condition or conclusion that is checked."""
        return mention(name, self.node, self.at)
