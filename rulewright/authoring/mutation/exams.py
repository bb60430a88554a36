"""The scenarios as examinations of a mutant, with what tells which of them a mutant can touch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from engine.advising import Advisor
from engine.errors import Location
from engine.model.advice import Advice
from engine.model.knowledge import KnowledgeBase
from engine.observing import FALSE, TRUE
from engine.program import Clause, Program
from engine.reading import Mapping, Node, Scalar
from engine.reading import Sequence as Listed
from provenance.withdrawal.drill import Trial
from rulewright.authoring.coverage.branches import Branches
from rulewright.authoring.coverage.exercised import facts_of
from rulewright.authoring.coverage.runs import Run
from rulewright.authoring.mutation.mutant import Mutant
from rulewright.authoring.scenario import Scenario
from rulewright.authoring.trials import trial

SHAPED = frozenset({"missing", "assumed", "not-used", "opposed", "not-opposed"})
"""Words of an expectation that speak of how the rules are written, not only of what comes out of their conditions."""


@dataclass(frozen=True)
class Exam:
    """One scenario. ``words`` are those of its expectation, ``parts`` the facts and rules that play a part in it.

    ``run`` is what the knowledge base itself makes of it.
    """

    trial: Trial
    location: Location
    words: frozenset[str]
    run: Run
    parts: frozenset[str]
    _branches: Branches = field(compare=False)

    @property
    def asks(self) -> bool:
        """Whether the open questions are looked at, which take their time."""
        return "missing" in self.words

    def advise(self, advisor: Advisor) -> Advice:
        """The advice of its case."""
        return advisor.advise(self.trial.case, self.trial.sources, questions=self.asks)

    def differences(self, advice: Advice, knowledge: KnowledgeBase) -> Sequence[str]:
        """What is not as its author expects, as sentences."""
        return self.trial.differences(advice, knowledge)

    def rank(self, mutant: Mutant, advisor: Advisor) -> int:
        """How soon the scenario is tried, 0 first: where its expectation names what is concluded otherwise, or what is
        changed; where anything is concluded otherwise; where what is changed plays a part; the others.
        """
        _, _, derivation = advisor.derive(self.trial.case, self.trial.sources)
        before, after = self.run.derivation, derivation
        other = {atom for atom, _ in {*before.values.items()} ^ {*after.values.items()}}
        named = {word for atom in other for word in (str(atom), *atom.arguments[:1])}
        if self.words & {*named, mutant.of, *mutant.what.split()}:
            return 0
        if other or before.amounts != after.amounts:
            return 1
        return 2 if mutant.of in self.parts else 3

    def is_touched(self, changed: tuple[Sequence[Clause], Sequence[Clause]]) -> bool:
        """Whether clauses that go and clauses that come could make a difference to the case.

        They make none where both say the same of it: the same conclusions from the same evidence, by the same
        conditions where they fire (what these rest on is told), and with the same conditions in the way where they do
        not. What all the others conclude can then not change either.
        """
        if self.words & SHAPED:
            return True
        gone, come = changed
        return self._said(gone) != self._said(come)

    def _said(self, clauses: Iterable[Clause]) -> Counter[object]:
        return Counter(part for clause in clauses for part in self._of_clause(clause))

    def _of_clause(self, clause: Clause) -> Iterator[object]:
        draws = clause.rule, clause.number, clause.head, clause.modality, clause.evidence, str(clause.annotations)
        for branch in self._branches.of(clause):
            told = []
            fires = True
            for condition, value in zip(clause.when, branch.when, strict=True):
                told.append((condition.literal, condition.codes, False, value, value == TRUE))
                fires &= value != FALSE
            for condition, value in zip(clause.unless, branch.unless, strict=True):
                told.append((condition.literal, condition.codes, condition.stands, value, value == FALSE))
                fires &= value != TRUE
            items = tuple(sorted(branch.items.items()))
            yield draws, items, tuple(part for part in told if fires or (part[3] is not None and not part[4]))


def exams(knowledge: KnowledgeBase, scenarios: Iterable[Scenario]) -> list[Exam]:
    """The scenarios, each run once; raises `Refused` where one of them is wrong."""
    advisor = Advisor(knowledge, ("compiled",))
    return [_exam(knowledge, advisor, scenario) for scenario in scenarios]


def _exam(knowledge: KnowledgeBase, advisor: Advisor, scenario: Scenario) -> Exam:
    found = trial(scenario, knowledge)
    derived = advisor.derive(found.case, found.sources)
    program, observer, derivation = derived
    words = frozenset(_words(scenario.expect))
    run = Run(found.name, *derived, advisor.write(derived, questions="missing" in words))
    rules = frozenset(program.clauses[firing.clause].rule for firing in derivation.firings)
    return Exam(found, scenario.location, words, run, rules | facts_of(knowledge, run), Branches(observer, derivation))


def _words(node: Node) -> Iterator[str]:
    if isinstance(node, Mapping):
        for name, inner in node.entries.items():
            yield name
            yield from _words(inner)
    elif isinstance(node, Listed):
        for item in node.items:
            yield from _words(item)
    elif isinstance(node, Scalar):
        yield node.text


def changed_clauses(old: Program, new: Program) -> tuple[tuple[Clause, ...], tuple[Clause, ...]]:
    """The clauses of one program that the other does not have, each way."""
    before, after = set(old.clauses), set(new.clauses)
    return (
        tuple(clause for clause in old.clauses if clause not in after),
        tuple(clause for clause in new.clauses if clause not in before),
    )
