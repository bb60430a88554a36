"""Mutants of statements and readings: taken away, their claims taken away, weakened, their numbers shifted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from engine.model.fact import Claim, ClaimValue, Fact, Population
from engine.model.knowledge import KnowledgeBase
from engine.model.quantity import Quantity, Range
from engine.model.rule import FactPattern
from provenance.render.rules import claim_in_words, value_in_words
from rulewright.authoring.mutation.constraints import moved
from rulewright.authoring.mutation.mutant import Change, Mutant, with_claim, with_fact


def fact_mutants(knowledge: KnowledgeBase) -> Iterator[Mutant]:
    """Every mutant of every fact, but of those that say themselves why no rule uses them."""
    for fact in knowledge.facts.values():
        if fact.not_used_by_rules:
            continue
        yield Mutant(
            fact.id,
            "drop",
            f"the {'reading' if fact.is_interpretation else 'statement'}",
            "",
            fact.location,
            _without(fact),
        )
        for number, claim in enumerate(fact.claims):
            yield from _claim(knowledge, fact, number, claim)
        if fact.population is not None:
            yield from _population(fact, fact.population)


def _without(fact: Fact) -> Change:
    return lambda knowledge: replace(knowledge, withdrawn=knowledge.withdrawn | {fact.id})


def _claim(knowledge: KnowledgeBase, fact: Fact, number: int, claim: Claim) -> Iterator[Mutant]:
    words = claim_in_words(claim)
    if len(fact.claims) > 1:
        yield Mutant(fact.id, "drop", f"claim {words}", "", claim.location, with_claim(fact, number, None))
    other = _other_modality(knowledge, claim.modality)
    if other and claim.kind in _kinds_by_modality(knowledge):
        change = with_claim(fact, number, replace(claim, modality=other))
        yield Mutant(fact.id, "swap", f"modality {claim.modality} of {claim.kind}", other, claim.location, change)
    for name, fields in shifted_fields(claim.fields):
        change = with_claim(fact, number, replace(claim, fields=fields))
        what, into = (f"{name}: {value_in_words(values[name])}" for values in (claim.fields, fields))
        yield Mutant(fact.id, "shift", what, into, claim.location, change)


def _kinds_by_modality(knowledge: KnowledgeBase) -> set[str]:
    """The kinds of claim of which some rule reads the modality; of others it is shown and decides nothing."""
    return {
        kind
        for rule in knowledge.rules.values()
        for condition in rule.when
        if isinstance(condition.pattern, FactPattern)
        and "modality" in (name for name, _ in condition.pattern.constraints)
        for kind in condition.pattern.kinds
    }


def _other_modality(knowledge: KnowledgeBase, modality: str) -> str:
    """The next weaker modality, of the weakest the next stronger; words of one rank are the same."""
    ranks = knowledge.vocabulary.modalities
    if modality not in ranks:
        return ""
    weaker = [name for name, rank in ranks.items() if rank > ranks[modality]]
    stronger = [name for name, rank in ranks.items() if rank < ranks[modality]]
    return (weaker or stronger[-1:] or [""])[0]


def shifted_fields(fields: Mapping[str, ClaimValue]) -> Iterator[tuple[str, dict[str, ClaimValue]]]:
    """The fields of a claim with one number in them a little less or a little more."""
    for name, value in fields.items():
        for new in _shifted(value):
            yield name, {**fields, name: new}


def _shifted(value: ClaimValue) -> Iterator[ClaimValue]:
    if isinstance(value, Range):
        low, high = Quantity(value.low, value.unit), Quantity(value.high, value.unit)
        if value.low == value.high:
            for one in moved(low):
                assert isinstance(one, Quantity)
                yield Range(one.value, one.value, one.unit)
            return
        for one, other in ((next(iter(moved(low))), high), (low, list(moved(high))[-1])):
            assert isinstance(one, Quantity)
            assert isinstance(other, Quantity)
            yield Range(one.value, other.value, one.unit)
    elif isinstance(value, (Quantity, Fraction)) and not isinstance(value, bool):
        yield from moved(value)


def _population(fact: Fact, population: Population) -> Iterator[Mutant]:
    for number, (path, value) in enumerate(population.conditions):
        left = (*population.conditions[:number], *population.conditions[number + 1 :])
        change = with_fact(replace(fact, population=replace(population, conditions=left)))
        what = f"population {path}: {value_in_words(value)}"
        yield Mutant(fact.id, "drop", what, "", fact.location, change)
