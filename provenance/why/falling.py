"""What becomes of a conclusion when facts are withdrawn, by deriving the case again without them.

A fact that is withdrawn takes with it the readings that were about nothing else. Only the clauses from which the
conclusion could be reached are evaluated, which gives it the same value; where withdrawing a fact could make new
clauses (a rule may ask that there be no such fact) or change a test for the members of a class, the whole program is
grounded anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC
from functools import cached_property

from engine.compiled import Compiled
from engine.errors import Refused
from engine.grounding import ground
from engine.loading.constraints import MEMBER
from engine.model.rule import CountPattern, FactPattern, OfClass, Pattern
from engine.observing import FALSE, NAMES
from engine.program import Atom, Clause, Count, Holds, Literal, Program
from engine.resolution import argument
from provenance.grounds import Grounds
from provenance.why.reading import Reading

UNBEATEN = "unbeaten "
UNDER, ASIDE = 1, 2
"""Where something stands below a conclusion: under its ``when`` all the way down, where withdrawing can only take away;
or somewhere under an ``unless``, or among what speaks against a count, where it may draw what was not drawn.
"""


class Falling:
    """Withdraws facts and sources from under one conclusion of an advice."""

    def __init__(self, grounds: Grounds, conclusion: str) -> None:
        self.grounds = grounds
        self.knowledge = grounds.knowledge
        self.program = grounds.program
        self.reading = Reading(grounds)
        self.conclusion = conclusion
        self.value = NAMES.index(grounds.advice.values.get(conclusion, "false"))

    # What could matter -----------------------------------------------------------------------------------------------

    @cached_property
    def sides(self) -> Mapping[Atom, int]:
        """Every conclusion that the value could depend on, and where it stands; in both places, maybe."""
        root = self.grounds.atoms[self.conclusion]
        found: dict[Atom, int] = {root: UNDER} | dict.fromkeys(self.arguments, ASIDE)
        waiting = list(found.items())
        while waiting:
            atom, side = waiting.pop()
            for clause in self.grounds.clauses_of.get(atom, ()):
                for other, place in _read(clause):
                    new = max(side, place) & ~found.get(other, 0)
                    if new:
                        found[other] = found.get(other, 0) | new
                        waiting.append((other, new))
        return found

    @cached_property
    def arguments(self) -> tuple[Atom, ...]:
        """What is argued, where the conclusion lies between arguments and what they come to.

        Such a conclusion is there only while arguments on both sides are that a preference could tell apart.
        """
        root = self.grounds.atoms[self.conclusion]
        bare = root.relation.partition(" [")[0].removeprefix(UNBEATEN)
        if bare == root.relation:
            return ()
        argued = bare.partition(" ")[2]
        return tuple(Atom(argument(argued, side), root.arguments) for side in ("for", "against"))

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """The clauses from which the conclusion could be reached, in the order of the program."""
        return tuple(clause for clause in self.program.clauses if clause.head in self.sides)

    @cached_property
    def side_of(self) -> Mapping[str, int]:
        """The facts that these clauses cite, and where they do."""
        found: dict[str, int] = {}
        for clause in self.clauses:
            for fact in self.cited(clause):
                found[fact] = found.get(fact, 0) | self.sides[clause.head]
            found |= dict.fromkeys(self.reading.of_clause(clause), UNDER | ASIDE)
        for evidence in self.program.evidence.values():
            if evidence.kind in self.regrounding:
                found |= dict.fromkeys(evidence.needs, UNDER | ASIDE)
        return found

    def cited(self, clause: Clause) -> Iterator[str]:
        """The facts without which a clause is not made."""
        for id_ in clause.evidence:
            yield from self.program.evidence[id_].needs
        yield from self.grounds.warrants(clause.rule)

    @cached_property
    def regrounding(self) -> frozenset[str]:
        """The kinds of claim without which other clauses may be made, or tests be others."""
        found: set[str] = set()
        for rule in self.knowledge.rules.values():
            patterns = [condition.pattern for condition in rule.unless]
            patterns += [condition.pattern for condition in rule.when if isinstance(condition.pattern, CountPattern)]
            for pattern in patterns:
                if isinstance(pattern, FactPattern):
                    found |= set(pattern.kinds)
                if _names_a_class(pattern):
                    found.add(MEMBER)
        return frozenset(found)

    def is_aside(self, fact: str) -> bool:
        """Whether withdrawing a fact could draw something that was not drawn, so that only deriving again can tell."""
        return any(self.side_of.get(one, 0) & ASIDE for one in self.gone([fact]))

    # Withdrawing -----------------------------------------------------------------------------------------------------

    @cached_property
    def about(self) -> Mapping[str, frozenset[str]]:
        """For each reading that is admitted, the statements of which one must stay, or it falls."""
        facts = [self.knowledge.facts[fact] for fact in sorted(self.program.facts)]
        subjects: dict[str, list[str]] = {}
        for fact in facts:
            if not fact.is_interpretation:
                subjects.setdefault(fact.id, []).append(fact.id)
                subjects.setdefault(fact.quoted_from, []).append(fact.id)
        return {
            fact.id: frozenset(subject for about in fact.about for subject in subjects.get(about, ()))
            for fact in facts
            if fact.is_interpretation
        }

    @cached_property
    def _readings_of(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = {}
        for reading, subjects in self.about.items():
            for subject in subjects:
                found.setdefault(subject, []).append(reading)
        return found

    def gone(self, facts: Iterable[str]) -> frozenset[str]:
        """These facts and the readings that fall with them: those that were about nothing else."""
        found = self.program.facts & set(facts)
        readings = (reading for fact in found for reading in self._readings_of.get(fact, ()))
        return found | {reading for reading in readings if self.about[reading] <= found}

    def gone_with(self, source: str) -> frozenset[str]:
        """The facts that are not admitted any more when a source is retracted."""
        retracted = replace(self.knowledge.sources[source], standing="retracted")
        knowledge = replace(self.knowledge, sources={**self.knowledge.sources, source: retracted})
        day = self.grounds.case.as_of.astimezone(UTC).date()
        return self.program.facts - knowledge.admitted(day, self.grounds.advice.admitted)

    def values(self, gone: frozenset[str]) -> Mapping[Atom, int] | None:
        """The values of the conclusions that matter without these facts; None where no program is left to evaluate."""
        try:
            program = self._program(gone)
        except Refused:  # what is left would depend on its own absence
            return None
        return Compiled(program, self.knowledge.vocabulary).evaluate(self.grounds.case).values

    def falls(self, values: Mapping[Atom, int] | None) -> bool:
        """Whether the conclusion has less than its value."""
        return values is None or values.get(self.grounds.atoms[self.conclusion], FALSE) < self.value

    def _program(self, gone: frozenset[str]) -> Program:
        evidence = {id_: one for id_, one in self.program.evidence.items() if gone.isdisjoint(one.needs)}
        if self.arguments or any(
            one.kind in self.regrounding for id_, one in self.program.evidence.items() if id_ not in evidence
        ):
            return ground(self.knowledge, self.program.facts - gone)
        kept: list[Clause] = []
        strata: dict[int, list[int]] = {}
        for clause in self.clauses:
            if gone.isdisjoint(self.cited(clause)):
                strata.setdefault(self._stratum_of[clause.key], []).append(len(kept))
                kept.append(clause)
        return Program(
            clauses=tuple(kept),
            strata=tuple(tuple(strata[number]) for number in sorted(strata)),
            evidence=evidence,
            atoms=tuple(sorted({clause.head for clause in kept})),
            facts=self.program.facts - gone,
            rule_facts=self.program.rule_facts,
        )

    @cached_property
    def _stratum_of(self) -> Mapping[tuple[object, ...], int]:
        clauses = self.program.clauses
        return {clauses[index].key: number for number, some in enumerate(self.program.strata) for index in some}


def _read(clause: Clause) -> Iterator[tuple[Atom, int]]:
    for condition in clause.when:
        yield from _atoms(condition.literal, UNDER)
    for condition in clause.unless:
        yield from _atoms(condition.literal, ASIDE)


def _atoms(literal: Literal, place: int) -> Iterator[tuple[Atom, int]]:
    """The conclusions in a condition, and where they stand: what helps to meet a limit of a count is under it."""
    if isinstance(literal, Holds):
        yield literal.atom, place
    elif isinstance(literal, Count):
        for points, member in literal.members:
            helps = points > 0 if literal.at_most is None else literal.at_least is None and points < 0
            yield from _atoms(member, place if helps else ASIDE)


def _names_a_class(pattern: Pattern) -> bool:
    if isinstance(pattern, CountPattern):
        return any(_names_a_class(member) for _, member in pattern.members)
    constraints = [constraint for _, constraint in getattr(pattern, "constraints", ())]
    return any(isinstance(one, OfClass) for one in (*constraints, getattr(pattern, "constraint", None)))
