"""Measures what scenarios exercise, from their programs, derivations and advices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal as Word

from engine.grounding import ground
from engine.model.advice import Heading
from engine.model.knowledge import KnowledgeBase
from engine.observing import FALSE, PROVISIONAL, TRUE, UNKNOWN
from engine.program import Atom, Program
from provenance.withdrawal.drill import Trial
from rulewright.authoring.coverage.boundaries import Boundaries
from rulewright.authoring.coverage.branches import Branches
from rulewright.authoring.coverage.conditions import Conditions
from rulewright.authoring.coverage.exercised import codes_of, facts_of
from rulewright.authoring.coverage.possible import Possible
from rulewright.authoring.coverage.report import (
    CodeCoverage,
    ConclusionCoverage,
    Coverage,
    FactCoverage,
    HeadingCoverage,
    Outcome,
    RuleCoverage,
    Total,
    What,
    place_of,
)
from rulewright.authoring.coverage.runs import Run, run_trials
from rulewright.authoring.coverage.tally import Tally

HEADINGS: dict[Heading, int] = {
    "advised": TRUE,
    "provisional": PROVISIONAL,
    "not-supported-now": FALSE,
    "undetermined": UNKNOWN,
}
"""The value of the argued conclusion under each heading that comes from it."""


def cover(knowledge: KnowledgeBase, trials: Iterable[Trial], tell: Callable[[str], None] | None = None) -> Coverage:
    """Run the scenarios of a knowledge base by the compiled engine and measure what they exercise."""
    return measure(knowledge, run_trials(knowledge, trials, tell))


def measure(knowledge: KnowledgeBase, runs: Sequence[Run]) -> Coverage:
    """What scenarios that ran exercise of a knowledge base."""
    found = _Measuring(knowledge)
    for program in {id(run.program): run.program for run in runs}.values():
        found.expect(program)
    if not runs:
        found.expect(ground(knowledge))
    for number, run in enumerate(runs):
        found.take(number, run)
    return found.coverage(len(runs))


class _Measuring:
    """Gathers what the scenarios show, one after the other."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.vocabulary = knowledge.vocabulary
        self.conditions = Conditions(knowledge)
        self.boundaries = Boundaries(knowledge, self.conditions)
        self.clauses: dict[str, dict[str, set[int]]] = {id_: {} for id_ in knowledge.rules}
        self.conclusions: dict[str, Tally] = {}
        self.headings: dict[tuple[tuple[str, ...], Heading], set[int]] = {}
        self.facts: dict[str, set[int]] = {id_: set() for id_ in knowledge.facts}
        self.codes: dict[str, set[int]] = {code: set() for code in self.vocabulary.terms.get("reason", {})}

    def expect(self, program: Program) -> None:
        """Take in what a program could show."""
        possible = Possible(program, self.vocabulary)
        for clause in program.clauses:
            if clause.rule in self.clauses:
                self.clauses[clause.rule].setdefault(str(clause), set())
                self.conditions.expect(clause, possible)
            self.boundaries.expect(clause)
        for atom in program.atoms:
            if not _is_auxiliary(atom):
                self.conclusions.setdefault(str(atom), Tally()).could(possible.atoms[atom])
        self._expect_headings(program, possible)

    def _expect_headings(self, program: Program, possible: Possible) -> None:
        """The headings that each key could have, as far as its conclusions tell on their own."""
        head = self.vocabulary.headings
        for atom in program.atoms:
            if not head.conclusion or atom.relation != f"for {head.conclusion}":
                continue
            values = possible.atoms.get(Atom(head.conclusion, atom.arguments), frozenset({FALSE}))
            found = [heading for heading, value in HEADINGS.items() if value in values]
            if TRUE in possible.atoms.get(Atom(head.completed, atom.arguments), ()):
                found.append("completed")
            for heading in found:
                self.headings.setdefault((atom.arguments, heading), set())

    def take(self, number: int, run: Run) -> None:
        """Take in one scenario."""
        program, derivation = run.program, run.derivation
        branches = Branches(run.observer, derivation)
        for clause in program.clauses:
            if clause.rule in self.clauses:
                for key, literal, _, items in self.conditions.see(number, clause, branches):
                    self.boundaries.see(number, key, literal, branches, items)
        self.boundaries.see_run(number, run)
        for firing in derivation.firings:
            clause = program.clauses[firing.clause]
            if firing.value >= PROVISIONAL and clause.rule in self.clauses:
                self.clauses[clause.rule][str(clause)].add(number)
        for atom in program.atoms:
            if str(atom) in self.conclusions:
                self.conclusions[str(atom)].see(number, derivation.value(atom))
        for standing in run.advice.options:
            self.headings.get((tuple(standing.key.values()), standing.heading), set()).add(number)
        for fact in facts_of(self.knowledge, run):
            self.facts[fact].add(number)
        for code in codes_of(run) & self.codes.keys():
            self.codes[code].add(number)

    def coverage(self, scenarios: int) -> Coverage:
        """What is published."""
        rules = tuple(self._rule(id_) for id_ in self.clauses)
        conditions = self.conditions.reports()
        facts = tuple(self._fact(id_) for id_ in self.facts)
        headings = tuple(
            HeadingCoverage(key=self._named(arguments), heading=heading, scenarios=len(found))
            for (arguments, heading), found in self.headings.items()
        )
        conclusions = tuple(_conclusion(name, tally) for name, tally in sorted(self.conclusions.items()))
        terms = self.vocabulary.terms.get("reason", {})
        codes = tuple(
            CodeCoverage(code=code, place=place_of(terms[code].location), given=len(found))
            for code, found in self.codes.items()
        )
        boundaries = tuple(boundary.report() for boundary in self.boundaries.found.values())
        needed = [fact for fact in facts if not fact.excuse]
        return Coverage(
            scenarios=scenarios,
            totals=(
                _total("rules", (rule.drawn > 0 for rule in rules if rule.instances)),
                _total("conditions", (not entry.never for entry in conditions)),
                _total("ground conditions", (not entry.never for found in conditions for entry in found.instances)),
                _total("statements", (fact.used > 0 for fact in needed if fact.kind == "statement")),
                _total("readings", (fact.used > 0 for fact in needed if fact.kind == "reading")),
                _total("headings", (entry.scenarios > 0 for entry in headings)),
                _total("conclusions", ("drawn" not in entry.never for entry in conclusions)),
                _total("codes", (entry.given > 0 for entry in codes)),
                _total("boundaries", (not entry.never for entry in boundaries)),
            ),
            rules=rules,
            conditions=conditions,
            facts=facts,
            headings=headings,
            conclusions=conclusions,
            codes=codes,
            boundaries=boundaries,
        )

    def _named(self, arguments: tuple[str, ...]) -> dict[str, str]:
        """The key of the argued conclusion with its fields."""
        fields = self.vocabulary.conclusions[self.vocabulary.headings.conclusion].key
        return dict(zip(fields, arguments, strict=True))

    def _rule(self, id_: str) -> RuleCoverage:
        instances = self.clauses[id_]
        return RuleCoverage(
            id=id_,
            place=place_of(self.knowledge.rules[id_].location),
            drawn=len({number for found in instances.values() for number in found}),
            instances=len(instances),
            drawn_instances=sum(bool(found) for found in instances.values()),
        )

    def _fact(self, id_: str) -> FactCoverage:
        fact = self.knowledge.facts[id_]
        return FactCoverage(
            id=id_,
            kind="reading" if fact.is_interpretation else "statement",
            place=place_of(fact.location),
            used=len(self.facts[id_]),
            excuse=fact.not_used_by_rules,
        )


def _is_auxiliary(atom: Atom) -> bool:
    """Whether only the resolution of arguments draws and reads a conclusion."""
    return atom.relation.startswith("unbeaten ") or " [" in atom.relation


def _conclusion(name: str, tally: Tally) -> ConclusionCoverage:
    words: dict[Outcome, Word["drawn", "refuted", "open"]] = {"met": "drawn", "failed": "refuted", "unknown": "open"}
    return ConclusionCoverage(
        conclusion=name,
        drawn=tally.number("met"),
        refuted=tally.number("failed"),
        open=tally.number("unknown"),
        never=tuple(words[word] for word in tally.never),
    )


def _total(what: What, covered: Iterable[bool]) -> Total:
    found = list(covered)
    return Total(what=what, covered=sum(found), total=len(found))
