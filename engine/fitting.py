"""Checks that the units of claims fit what rules use them with: a rate its measure, a cap its dose, a bound a datum."""

from __future__ import annotations

from collections.abc import Iterator

from engine.amount import Recipe
from engine.errors import Findings, Location
from engine.model.knowledge import KnowledgeBase
from engine.model.quantity import Quantity, Range
from engine.model.rule import Compare
from engine.model.unit import Unit, UnitError
from engine.model.vocabulary import FieldType, Vocabulary
from engine.program import (
    Clause,
    Count,
    Datum,
    Evidence,
    GroundAmount,
    GroundTest,
    Item,
    ItemField,
    Literal,
)

OF_A_COUNT = "for a dose per piece, declare a quantity of the count in `{piece}`, and state the rate per `{piece}`"


def check_units(
    clauses: list[Clause], evidence: dict[str, Evidence], knowledge: KnowledgeBase, findings: Findings
) -> None:
    """Record every dose that could not be computed, and every comparison that could never be made, at its claim."""
    checked: set[object] = set()
    for clause in clauses:
        for _, value in clause.annotations:
            if isinstance(value, GroundAmount) and (value, clause.evidence) not in checked:
                checked.add((value, clause.evidence))
                _amount(value, _place(clause, evidence, knowledge, value.rate), knowledge.vocabulary, findings)
        for test, type_ in _tests(clause, knowledge.vocabulary):
            if (test, clause.evidence) not in checked:
                checked.add((test, clause.evidence))
                _bound(test, type_, _place(clause, evidence, knowledge, test.bound), findings)


def _amount(amount: GroundAmount, place: Location, vocabulary: Vocabulary, findings: Findings) -> None:
    unit = _measured_in(amount.times, vocabulary)
    if unit is None:
        attribute = vocabulary.attribute(amount.times)
        counts = attribute is not None and attribute.type.kind == "number"
        message = f"`{amount.times}` is not measured, and a dose is computed from it"
        findings.add("unit", place, message, "a quantity", OF_A_COUNT if counts else "")
        return
    try:
        Recipe.of(amount, unit)
    except UnitError as error:
        findings.add("unit", place, error.message, error.hint)


def _measured_in(path: str, vocabulary: Vocabulary) -> Unit | None:
    quantity = vocabulary.quantities.get(path)
    if quantity is not None:
        return quantity.unit
    attribute = vocabulary.attribute(path)
    return attribute.type.unit if attribute is not None else None


def _bound(test: Compare, type_: FieldType, place: Location, findings: Findings) -> None:
    if not isinstance(test.bound, Quantity) or type_.unit is None:
        return
    units = (type_.unit, *(conversion.unit for conversion in type_.conversions))
    if not any(unit.commensurable(test.bound.unit) for unit in units):
        findings.add(
            "unit",
            place,
            f"`{test.bound}` is compared with what is measured in `{type_.unit.text}`",
            f"a unit commensurable with `{type_.unit.text}`",
        )


def _tests(clause: Clause, vocabulary: Vocabulary) -> Iterator[tuple[Compare, FieldType]]:
    """The comparisons of a clause, each with the type of what is compared."""
    ranges: dict[str, str] = {}
    for condition in (*clause.when, *clause.unless):
        literal = condition.literal
        if isinstance(literal, Item) and literal.variable:
            ranges[literal.variable] = literal.item
        for test, type_ in _of_literal(literal, ranges, vocabulary):
            if isinstance(test, Compare) and type_ is not None:
                yield test, type_


def _of_literal(
    literal: Literal, ranges: dict[str, str], vocabulary: Vocabulary
) -> Iterator[tuple[GroundTest, FieldType | None]]:
    if isinstance(literal, Datum):
        quantity = vocabulary.quantities.get(literal.path)
        attribute = vocabulary.attribute(literal.path)
        if quantity is not None:
            yield literal.test, FieldType("quantity", unit=quantity.unit)
        elif attribute is not None:
            yield literal.test, attribute.type
    elif isinstance(literal, Item):
        for field, test in literal.tests:
            yield test, vocabulary.items[literal.item].attributes[field].type
    elif isinstance(literal, ItemField):
        item = ranges.get(literal.variable)
        yield literal.test, vocabulary.items[item].attributes[literal.field].type if item is not None else None
    elif isinstance(literal, Count):
        for _, member in literal.members:
            yield from _of_literal(member, ranges, vocabulary)


def _place(clause: Clause, evidence: dict[str, Evidence], knowledge: KnowledgeBase, value: object) -> Location:
    """Where the claim stands that states a value, else the rule."""
    for id_ in clause.evidence:
        if any(_states(stated, value) for stated in evidence[id_].values.values()):
            return _claim_place(id_, knowledge)
    rule = knowledge.rules.get(clause.rule)
    first = rule.then[clause.number].location if rule is not None and clause.number < len(rule.then) else None
    return first or (rule.location if rule is not None else Location())


def _states(stated: object, value: object) -> bool:
    """Whether a claim's value is this one, or a range that has it as an end."""
    if isinstance(stated, Range) and isinstance(value, Quantity):
        return stated.unit == value.unit and value.value in (stated.low, stated.high)
    return stated == value


def _claim_place(id_: str, knowledge: KnowledgeBase) -> Location:
    name, _, part = id_.rpartition("/")
    fact = knowledge.facts.get(name or part)
    if fact is not None:
        return fact.claims[int(part) if name else 0].location
    phases = (phase for regimen in knowledge.regimens if regimen.id == name for phase in regimen.phases)
    return next((phase.location for phase in phases if phase.role == part), Location())
