"""Mutants of what is declared between facts: preferences, oppositions, research beside, interactions, regimens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from engine.model.fact import ClaimValue
from engine.model.knowledge import KnowledgeBase
from engine.model.rule import Interaction, Opposes, Phase, Regimen
from provenance.render.rules import value_in_words
from rulewright.authoring.mutation.facts import shifted_fields
from rulewright.authoring.mutation.mutant import Change, Mutant
from rulewright.authoring.mutation.rules import rules_of

Thing = TypeVar("Thing")
UNRESOLVED = "unresolved"


def relation_mutants(knowledge: KnowledgeBase) -> Iterator[Mutant]:
    """Every mutant of every relation."""
    for prefer in knowledge.prefers:
        what = f"preference of {prefer.stronger} to {prefer.weaker}"
        gone = _set("prefers", _without(knowledge.prefers, prefer))
        yield Mutant(prefer.name, "drop", what, "", prefer.location, gone)
        turned = replace(prefer, stronger=prefer.weaker, weaker=prefer.stronger)
        into = f"preference of {prefer.weaker} to {prefer.stronger}"
        yield Mutant(
            prefer.name, "swap", what, into, prefer.location, _set("prefers", _with(knowledge.prefers, prefer, turned))
        )
    for beside in knowledge.besides:
        subject = " ".join(value for _, value in beside.key)
        gone = _set("besides", _without(knowledge.besides, beside))
        yield Mutant(subject, "drop", f"{beside.fact} beside it", "", beside.location, gone)
    for opposes in knowledge.opposes:
        yield from _opposition(knowledge, opposes)
    for interaction in knowledge.interactions:
        yield from _interaction(interaction)
    for regimen in knowledge.regimens:
        for phase in regimen.phases:
            yield from _phase(knowledge, regimen, phase)


def _interaction(interaction: Interaction) -> Iterator[Mutant]:
    """Without an interaction, and without its second direction."""

    def change(knowledge: KnowledgeBase, gone: tuple[str, ...], left: tuple[Interaction, ...]) -> KnowledgeBase:
        rules = {id_: rule for id_, rule in knowledge.rules.items() if id_ not in gone}
        return replace(knowledge, rules=rules, interactions=left)

    def without(knowledge: KnowledgeBase) -> KnowledgeBase:
        left = tuple(other for other in knowledge.interactions if other.name != interaction.name)
        return change(knowledge, rules_of(interaction), left)

    def one_way(knowledge: KnowledgeBase) -> KnowledgeBase:
        one = replace(interaction, symmetric=False)
        left = tuple(one if other.name == interaction.name else other for other in knowledge.interactions)
        return change(knowledge, rules_of(interaction)[1:], left)

    what = f"interaction of {' and '.join(interaction.between)}"
    yield Mutant(interaction.name, "drop", what, "", interaction.location, without)
    if interaction.symmetric:
        yield Mutant(interaction.name, "drop", f"symmetric of the {what}", "", interaction.location, one_way)


def _opposition(knowledge: KnowledgeBase, opposes: Opposes) -> Iterator[Mutant]:
    def changed(new: Opposes) -> Change:
        return _set("opposes", _with(knowledge.opposes, opposes, new))

    left = _without(knowledge.opposes, opposes)
    yield Mutant(opposes.name, "drop", "opposition", "", opposes.location, _set("opposes", left))
    if opposes.about:
        what = f"about {' '.join(value for _, value in opposes.about)}"
        yield Mutant(opposes.name, "drop", what, "", opposes.location, changed(replace(opposes, about=())))
    if opposes.settled_by != UNRESOLVED:
        what = f"settled-by {opposes.settled_by}"
        new = replace(opposes, settled_by=UNRESOLVED)
        yield Mutant(opposes.name, "swap", what, UNRESOLVED, opposes.location, changed(new))
    for side in opposes.sides if len(opposes.sides) > 2 else ():
        new = replace(opposes, sides=_without(opposes.sides, side))
        yield Mutant(opposes.name, "drop", f"side {side.label}", "", side.location, changed(new))


def _phase(knowledge: KnowledgeBase, regimen: Regimen, phase: Phase) -> Iterator[Mutant]:
    name = f"{regimen.id}/{phase.role}"

    def changed(phases: tuple[Phase, ...]) -> Change:
        return _set("regimens", _with(knowledge.regimens, regimen, replace(regimen, phases=phases)))

    yield Mutant(name, "drop", "phase", "", phase.location, changed(_without(regimen.phases, phase)))
    claim: dict[str, ClaimValue] = dict(phase.claim)  # type: ignore[arg-type]
    required = knowledge.vocabulary.claims[regimen.claim].required
    for field, value in claim.items():
        if field not in required:
            left = {other: kept for other, kept in claim.items() if other != field}
            change = changed(_with(regimen.phases, phase, replace(phase, claim=left)))
            yield Mutant(name, "drop", f"{field}: {value_in_words(value)}", "", phase.location, change)
    for field, fields in shifted_fields(claim):
        change = changed(_with(regimen.phases, phase, replace(phase, claim=fields)))
        what, into = (f"{field}: {value_in_words(values[field])}" for values in (claim, fields))
        yield Mutant(name, "shift", what, into, phase.location, change)


def _set(part: str, things: tuple[object, ...]) -> Change:
    return lambda knowledge: replace(knowledge, **{part: things})  # type: ignore[arg-type]


def _without(things: Iterable[Thing], one: Thing) -> tuple[Thing, ...]:
    return tuple(other for other in things if other is not one)


def _with(things: Iterable[Thing], one: Thing, new: Thing) -> tuple[Thing, ...]:
    return tuple(new if other is one else other for other in things)
