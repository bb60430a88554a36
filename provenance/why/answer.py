"""Why a conclusion has its value: every firing that draws it, the evidence that suffices, and what it falls by."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Literal as OneOf

from engine.errors import Location, Problem, Refused, did_you_mean, listed
from engine.model.advice import FiringRecord, Premise, Truth
from engine.observing import FALSE, NAMES
from engine.program import Atom, Literal
from engine.record import fact_record, source_records
from engine.statements import sentence
from provenance.grounds import Grounds
from provenance.inquiry import Inquiry
from provenance.model.why import (
    DrawnConclusion,
    DrawnCondition,
    DrawnFiring,
    EvidenceSets,
    Guard,
    SoleSupport,
    Unfolded,
    UnfoldedFiring,
    Why,
)
from provenance.render.naming import ordered
from provenance.why.falling import Falling
from provenance.why.needs import Ways, carriers
from provenance.why.network import network_of
from provenance.why.support import MOST_LISTED, Sufficient, sufficient
from provenance.why.unfolding import Place, Step, proofs, unfolded
from provenance.why.ways import ways_of

MOST_DERIVED_AGAIN = 200
"""Facts that are withdrawn one by one; beyond so many the answer says that it was not confirmed."""
ROLES: tuple[OneOf["cited", "document", "editors"], ...] = ("cited", "document", "editors")
"""What a source may be to facts, in the order in which sources are told."""
MOST_PLACES = 500
"""Of the unfolded tree."""


def why(
    asked: Inquiry | Grounds, conclusion: str, most: int = MOST_LISTED, unfold: bool = False, places: int = MOST_PLACES
) -> Why:
    """Why a conclusion has its value, with at most so many sufficient sets listed.

    ``unfold`` adds the tree of proofs, with at most so many places. A conclusion that is false has no firings; why it
    was not drawn is another question. Raises `Refused` where the advice has no such conclusion.
    """
    grounds = asked.grounds if isinstance(asked, Inquiry) else asked
    if conclusion not in grounds.advice.values:
        raise Refused(
            [
                Problem(
                    Location("CONCLUSION"),
                    "unknown-conclusion",
                    f"the advice has no conclusion `{conclusion}`",
                    f"one of {listed(grounds.advice.values, 12)}",
                    did_you_mean(conclusion, grounds.advice.values),
                )
            ]
        )
    return _Answer(grounds, conclusion).why(most, places if unfold else None)


class _Answer:
    def __init__(self, grounds: Grounds, conclusion: str) -> None:
        self.grounds = grounds
        self.knowledge = grounds.knowledge
        self.conclusion = conclusion
        self.values = {name: NAMES.index(value) for name, value in grounds.advice.values.items()}
        self.titles = {rule.id: rule.title for rule in grounds.advice.rules}
        self.falling = Falling(grounds, conclusion)
        self.place = {fact: number for number, fact in enumerate(ordered(grounds.program.facts))}

    def why(self, most: int, places: int | None) -> Why:
        number, exact = proofs(self.steps, self.conclusion) if self.values[self.conclusion] else (0, True)
        found = self.sufficient(most)
        falls, guards, replaced, confirmed = self.confirmed(found.common)
        tree = None
        if places is not None and self.values[self.conclusion]:
            tree = self.unfolded(unfolded(self.steps, self.conclusion, places))
        drawn = tuple(self.drawn(name) for name in self.below)
        alone = tuple(self.alone([*falls, *(guard.fact for guard in guards)]))
        guarding = [guard.fact for guard in guards]
        named = self.named(drawn, found, [*guarding, *(fact for one in alone for fact in one.facts)])
        return Why(
            advice=self.grounds.advice.id,
            conclusion=self.conclusion,
            text=self.text(self.conclusion),
            value=self.grounds.advice.values[self.conclusion],
            drawn=drawn,
            proofs=number,
            proofs_exact=exact,
            unfolded=tree,
            evidence=self.sets(found),
            falls_without=falls,
            guarded_by=guards,
            replaced=replaced,
            confirmed=confirmed,
            alone=alone,
            read_in=self.read_in(),
            facts=tuple(fact_record(self.knowledge.facts[fact]) for fact in named),
            sources=source_records(self.knowledge, named),
        )

    def named(self, drawn: Iterable[DrawnConclusion], found: Sufficient, others: Iterable[str]) -> list[str]:
        """Every fact that the answer names."""
        facts = {*found.common, *others}.union(*found.sets)
        for firing in (firing for conclusion in drawn for firing in conclusion.firings):
            facts.update(firing.facts, firing.warrants)
            for condition in (*firing.premises, *firing.absent):
                facts.update(condition.read_under)
        return self.ordered(facts)

    def ordered(self, facts: Iterable[str]) -> list[str]:
        """Facts as a person expects them: G2 before G10."""
        return sorted(set(facts), key=self.place.__getitem__)

    def text(self, conclusion: str) -> str:
        atom = self.grounds.atoms.get(conclusion)
        return sentence(self.knowledge, atom) if atom is not None else conclusion

    # Firings ---------------------------------------------------------------------------------------------------------

    @cached_property
    def below(self) -> list[str]:
        """The conclusion and every one that its firings read and that is not false, nearest first."""
        found = {self.conclusion: None}
        order = [self.conclusion]
        for name in order:  # grows while it is walked
            for firing in self.grounds.drawn_by.get(name, ()):
                for premise, literal, under_unless in self.grounds.premises(firing):
                    for other in () if under_unless else self.grounds.conclusions(premise, literal):
                        if other not in found and self.values.get(other, FALSE):
                            found[other] = None
                            order.append(other)
        return order

    @cached_property
    def ways(self) -> Ways:
        """Every way to draw each of them."""
        return ways_of(self.grounds, self.below)

    def drawn(self, name: str) -> DrawnConclusion:
        firings = self.grounds.drawn_by.get(name, ())
        value: Truth = self.grounds.advice.values[name]
        return DrawnConclusion(
            conclusion=name,
            text=self.text(name),
            value=value,
            firings=tuple(
                self.firing(firing, firing.value == value) for firing in sorted(firings, key=lambda one: one.rank)
            ),
        )

    def firing(self, firing: FiringRecord, attains: bool) -> DrawnFiring:
        conditions = [
            (self.condition(premise, literal, firing.items), under_unless)
            for premise, literal, under_unless in self.grounds.premises(firing)
        ]
        return DrawnFiring(
            id=firing.id,
            rule=firing.rule,
            title=self.titles.get(firing.rule, firing.rule),
            value=firing.value,
            rank=firing.rank,
            attains=attains,
            facts=tuple(self.ordered(self.grounds.evidence(firing))),
            warrants=tuple(self.ordered(self.grounds.warrants(firing.rule))),
            items=firing.items,
            premises=tuple(condition for condition, under_unless in conditions if not under_unless),
            absent=tuple(condition for condition, under_unless in conditions if under_unless),
        )

    def condition(self, premise: Premise, literal: Literal, items: dict[str, str]) -> DrawnCondition:
        return DrawnCondition(
            condition=premise.condition,
            value=premise.value,
            conclusions=tuple(dict.fromkeys(self.grounds.conclusions(premise, literal))),
            data=premise.data,
            assumed=tuple(dict(self.grounds.defaults(premise, literal, items))),
            read_under=tuple(self.ordered(self.falling.reading.of_condition(literal, items))),
        )

    @cached_property
    def under(self) -> Mapping[str, None]:
        """The facts and readings under which the data of every firing below are read."""
        firings = (firing for name in self.below for firing in self.grounds.drawn_by.get(name, ()))
        return dict.fromkeys(fact for firing in firings for fact in self.read_under(firing))

    def read_under(self, firing: FiringRecord) -> Iterator[str]:
        """The facts and readings under which a firing's conditions on the case are read."""
        for _, literal, _ in self.grounds.premises(firing):
            yield from self.falling.reading.of_condition(literal, firing.items)

    @cached_property
    def steps(self) -> Mapping[str, tuple[Step, ...]]:
        """The firings that give each conclusion below its value, with the conclusions that carry them."""
        found: dict[str, tuple[Step, ...]] = {}
        for name in self.below:
            value = self.values[name]
            found[name] = tuple(
                Step(way.firing, tuple(dict.fromkeys(carriers(way.need, value, self.values))), firing.rank)
                for way, firing in zip(self.ways.get(name, ()), self.grounds.drawn_by.get(name, ()), strict=True)
                if NAMES.index(firing.value) == value
            )
        return found

    def unfolded(self, place: Place) -> Unfolded:
        """A place as the answer has it."""
        ways = []
        for step, below in place.ways:
            firing = self.grounds.firings[step.firing]
            facts = (*self.grounds.evidence(firing), *self.grounds.warrants(firing.rule))
            ways.append(
                UnfoldedFiring(
                    id=firing.id,
                    rule=firing.rule,
                    facts=tuple(self.ordered(facts)),
                    read_under=tuple(self.ordered(self.read_under(firing))),
                    premises=tuple(self.unfolded(other) for other in below),
                )
            )
        value = self.grounds.advice.values[place.conclusion]
        return Unfolded(conclusion=place.conclusion, value=value, ways=tuple(ways), cut=place.cut)

    # Evidence --------------------------------------------------------------------------------------------------------

    def sufficient(self, most: int) -> Sufficient:
        value = self.values[self.conclusion]
        if not value:
            return Sufficient(frozenset(), (), 0, 0)
        return sufficient(network_of(self.ways, self.conclusion, value, self.falling.about), most)

    def sets(self, found: Sufficient) -> EvidenceSets:
        return EvidenceSets(
            common=tuple(self.ordered(found.common)),
            sets=tuple(tuple(self.ordered(some)) for some in found.sets),
            listed=len(found.sets),
            number=found.number,
            bound=found.bound,
        )

    # What it falls by ------------------------------------------------------------------------------------------------

    def confirmed(self, common: frozenset[str]) -> tuple[tuple[str, ...], tuple[Guard, ...], tuple[str, ...], bool]:
        """The facts in every set without which it falls, the guards, the facts that something replaces, and whether the
        case was derived again for all of them that it takes to be sure.
        """
        if not self.values[self.conclusion]:
            return (), (), (), True
        subjects = {one for fact in self.falling.side_of for one in self.subjects(fact)}
        known = self.ordered({*common, *self.falling.side_of, *subjects})
        candidates = [fact for fact in known if self.falling.is_aside(fact)]
        sure = tuple(fact for fact in self.ordered(common) if fact not in set(candidates))
        if len(candidates) > MOST_DERIVED_AGAIN:
            return tuple(self.ordered(common)), (), (), False
        falls, replaced = list(sure), list[str]()
        guards: list[Guard] = []
        for fact in candidates:
            values = self.falling.values(self.falling.gone([fact]))
            fallen = self.falling.falls(values)
            if fact in common:
                (falls if fallen else replaced).append(fact)
            elif fallen:
                guards.append(Guard(fact=fact, lets_in=tuple(self.lets_in(values or {}))))
        return tuple(self.ordered(falls)), tuple(guards), tuple(replaced), True

    def lets_in(self, values: Mapping[Atom, int]) -> Iterator[str]:
        """The conclusions under `unless` of the firings below that would hold more than they do."""
        found: dict[str, None] = {}
        for name in self.below:
            for firing in self.grounds.drawn_by.get(name, ()):
                for premise, literal, under_unless in self.grounds.premises(firing):
                    if under_unless:
                        found |= dict.fromkeys(self.grounds.conclusions(premise, literal))
        for name in found:
            atom = self.grounds.atoms.get(name)
            if atom is not None and values.get(atom, FALSE) > self.values.get(name, FALSE):
                yield name

    def alone(self, carrying: Sequence[str]) -> Iterator[SoleSupport]:
        """The readings among these, and the sources, without which the conclusion falls.

        The sources that its facts are attributed to come first, then the documents they were read in, then those of
        the editors' readings; each stands once, with all that it is to them.
        """
        facts = self.knowledge.facts
        found: list[SoleSupport] = []
        for name in self.sources():
            gone = self.falling.gone_with(name)
            if gone and self.falling.falls(self.falling.values(gone)):
                found.append(self.source(name, self.fallen(name, gone, {*self.cited, *self.under, *carrying})))
        yield from sorted(found, key=lambda one: [ROLES.index(role) for role in one.roles] or [len(ROLES)])
        for fact in self.ordered(carrying):
            if facts[fact].is_interpretation:
                yield SoleSupport(kind="interpretation", id=fact, text=facts[fact].words, facts=(fact,))

    def fallen(self, name: str, gone: Collection[str], named: Collection[str]) -> list[str]:
        """The named facts that fall with a source; where none of them is the source's, those it takes along for them.

        The latter are what a reading among them is about.
        """
        facts = self.knowledge.facts
        found = [one for one in self.ordered(gone) if one in named]
        if any(name in (facts[one].quoted_from, *facts[one].cites) for one in found):
            return found
        subjects = {subject for one in found for subject in self.subjects(one)}
        return [one for one in self.ordered(gone) if one in named or one in subjects]

    def source(self, name: str, fallen: Sequence[str]) -> SoleSupport:
        """A source that carries it alone, with the facts that fall with it and what it is to them."""
        source, facts = self.knowledge.sources[name], [self.knowledge.facts[fact] for fact in fallen]
        held = {
            "cited": any(name in fact.cites for fact in facts),
            "document": any(fact.quoted_from == name and not fact.is_interpretation for fact in facts),
            "editors": any(fact.quoted_from == name and fact.is_interpretation for fact in facts),
        }
        levels = [source.evidence_level, *(fact.evidence_level for fact in facts if name in fact.cites)]
        return SoleSupport(
            kind="source",
            id=name,
            text=source.shown,
            facts=tuple(fallen),
            evidence_levels=tuple(dict.fromkeys(level for level in levels if level)),
            identity=source.identity,
            standing=source.standing,
            roles=tuple(role for role in ROLES if held[role]),
        )

    def sources(self) -> list[str]:
        """The sources that could carry it: those cited, and the documents in which statements or readings stand."""
        if not self.values[self.conclusion]:
            return []
        facts = {*self.falling.side_of, *(one for fact in self.falling.side_of for one in self.subjects(fact))}
        return ordered(
            {
                name
                for fact in facts
                for name in (*self.knowledge.facts[fact].cites, self.knowledge.facts[fact].quoted_from)
            }
        )

    def subjects(self, fact: str) -> Iterable[str]:
        """The statements that a reading is about, of which one must stand."""
        return self.falling.about.get(fact, ())

    def read_in(self) -> tuple[str, ...]:
        """The documents in which the statements were read that its firings rest on."""
        facts = (self.knowledge.facts[fact] for fact in self.cited)
        return tuple(ordered(fact.quoted_from for fact in facts if not fact.is_interpretation))

    @cached_property
    def cited(self) -> Mapping[str, None]:
        """The facts and readings of every firing below."""
        found: dict[str, None] = {}
        for name in self.below:
            for firing in self.grounds.drawn_by.get(name, ()):
                found |= dict.fromkeys((*self.grounds.evidence(firing), *self.grounds.warrants(firing.rule)))
        return found
