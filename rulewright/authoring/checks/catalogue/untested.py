"""Rules that no scenario makes fire, conditions that none shows from both sides, and options that none advises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC

from engine.compiled import Compiled
from engine.derivation import Derivation
from engine.errors import Findings, Location
from engine.grounding import ground
from engine.loading.case import read_case
from engine.model.case import Case
from engine.observing import FALSE, PROVISIONAL, TRUE, Observer
from engine.program import Atom, Clause, Item, Literal, Program, is_bound
from rulewright.authoring.checks.finding import Check, Flaw, Severity
from rulewright.authoring.checks.places import TAGGED, condition_at, some
from rulewright.authoring.checks.subject import Subject
from rulewright.authoring.coverage.branches import Branches
from rulewright.authoring.coverage.possible import Possible
from rulewright.authoring.novelty import most_new_first
from rulewright.authoring.scenario import Scenario, name_known_sources

Key = tuple[str, bool, int]
"""A condition as it is written: its rule, whether it stands under ``unless``, and its place there."""


@dataclass(frozen=True)
class _Plan:
    """The conditions of one program: literals that speak of no item that a variable names, and clauses with others."""

    program: Program
    compiled: Compiled
    plain: dict[Key, dict[Literal, None]] = field(default_factory=dict)
    bound: dict[Key, list[Clause]] = field(default_factory=dict)

    @classmethod
    def of(cls, program: Program, compiled: Compiled) -> _Plan:
        """Sort the conditions of a program."""
        plan = cls(program, compiled)
        for clause in program.clauses:
            for key, literal in _conditions(clause):
                if is_bound(literal, {}) and not (isinstance(literal, Item) and literal.variable):
                    plan.plain.setdefault(key, {})[literal] = None
                else:
                    plan.bound.setdefault(key, []).append(clause)
        return plan


@dataclass
class _Unseen:
    """What no scenario has shown so far."""

    rules: dict[str, None] = field(default_factory=dict)
    sides: dict[Key, set[bool]] = field(default_factory=dict)
    heads: dict[Atom, str] = field(default_factory=dict)

    def see(self, plan: _Plan, branches: Branches, derivation: Derivation) -> None:
        """Take in what one scenario shows."""
        for firing in derivation.firings:
            if firing.value >= PROVISIONAL:
                clause = plan.program.clauses[firing.clause]
                self.rules.pop(clause.rule, None)
                self.heads.pop(clause.head, None)
        for key in list(self.sides):
            for literal in plan.plain.get(key, ()):
                self._show(key, branches.value(literal, {}))
        waiting = [clause for key in self.sides for clause in plan.bound.get(key, ())]
        for clause in {id(clause): clause for clause in waiting}.values():
            self._see_items(clause, branches)

    def _see_items(self, clause: Clause, branches: Branches) -> None:
        """Take in a clause along every choice of items."""
        for branch in branches.of(clause):
            values = (*branch.when, *branch.unless)
            for (key, _), value in zip(_conditions(clause), values, strict=True):
                self._show(key, value)

    def _show(self, key: Key, value: int | None) -> None:
        wanted = self.sides.get(key)
        if wanted is not None and value in (FALSE, PROVISIONAL, TRUE):
            wanted.discard(value != FALSE)
            if not wanted:
                del self.sides[key]

    @property
    def is_nothing(self) -> bool:
        """Whether everything was shown."""
        return not (self.rules or self.sides or self.heads)


def _conditions(clause: Clause) -> Iterator[tuple[Key, Literal]]:
    for under, conditions in ((False, clause.when), (True, clause.unless)):
        for condition in conditions:
            yield (clause.rule, under, condition.position), condition.literal


def _find(subject: Subject) -> Iterator[Flaw]:
    found = subject.scenarios
    if not found:
        yield Flaw(
            _first_place(subject),
            "there is no scenario: nothing tests what is written here",
            "a worked case with the advice that you expect, in `scenarios/`",
            "write what the sources say of it, and not what the program answers",
        )
        return
    unseen = _expected(subject)
    plans: dict[frozenset[str], _Plan] = {}
    for scenario in most_new_first(found):
        if unseen.is_nothing:
            return
        case = _case(scenario, subject)
        plan = _plan(case, scenario.sources, subject, plans)
        observer = Observer(subject.knowledge.vocabulary, case, plan.program.facts)
        derivation = plan.compiled.evaluate(case, observer)
        unseen.see(plan, Branches(observer, derivation), derivation)
    yield from _flaws(unseen, subject)


def _case(scenario: Scenario, subject: Subject) -> Case:
    """The case of a scenario; raises `Refused` where it, or a source that the scenario names, is wrong."""
    findings = Findings()
    name_known_sources(scenario, subject.knowledge, findings)
    case = read_case(scenario.case, subject.knowledge.vocabulary, findings)
    findings.refuse_if_any()
    assert case is not None
    return case


def _plan(case: Case, sources: tuple[str, ...] | None, subject: Subject, plans: dict[frozenset[str], _Plan]) -> _Plan:
    """The program over what a case admits; that over every fact is there already."""
    knowledge = subject.knowledge
    admitted = knowledge.admitted(case.as_of.astimezone(UTC).date(), sources)
    if admitted not in plans:
        if admitted == subject.program.facts:
            plans[admitted] = _Plan.of(subject.program, subject.compiled)
        else:
            program = ground(knowledge, admitted)
            plans[admitted] = _Plan.of(program, Compiled(program, knowledge.vocabulary))
    return plans[admitted]


def _expected(subject: Subject) -> _Unseen:
    """What scenarios could show: of conditions, the sides on which each can come out by itself."""
    unseen = _Unseen()
    program, knowledge = subject.program, subject.knowledge
    possible = Possible(program, knowledge.vocabulary)
    sides: dict[Literal, set[bool]] = {}
    fallen = {fact.id for fact in knowledge.facts.values() if knowledge.fallen(fact)}
    for index, clause in enumerate(program.clauses):
        if clause.rule not in knowledge.rules or clause.number >= TAGGED or index in subject.demands.never:
            continue
        if fallen & subject.demands.facts(index):
            continue  # no scenario can show it while the source does not stand, which `standing` tells
        unseen.rules[clause.rule] = None
        if _is_answer(clause.head, subject):
            unseen.heads.setdefault(clause.head, clause.rule)
        for key, literal in _conditions(clause):
            if literal not in sides:
                values = possible.literal(literal)
                sides[literal] = {value != FALSE for value in values if value in (FALSE, PROVISIONAL, TRUE)}
            unseen.sides.setdefault(key, set()).update(sides[literal])
    unseen.sides = {key: wanted for key, wanted in unseen.sides.items() if wanted}
    return unseen


def _is_answer(head: Atom, subject: Subject) -> bool:
    """Whether a conclusion is one that an advice is asked for: it is argued for, or printed in a section."""
    declared = subject.knowledge.vocabulary.conclusions.get(head.relation)
    return head.relation.startswith("for ") or (declared is not None and bool(declared.section))


def _flaws(unseen: _Unseen, subject: Subject) -> Iterator[Flaw]:
    """One flaw for each rule."""
    knowledge = subject.knowledge
    sides: dict[str, list[str]] = {}
    for (rule, under, position), wanted in unseen.sides.items():
        condition = condition_at(knowledge, rule, position, under)
        if condition is not None:
            line = f"the condition on line {condition.location.line}"
            sides.setdefault(rule, []).extend(f"{line} {'holds' if met else 'is false'}" for met in sorted(wanted))
    heads: dict[str, list[Atom]] = {}
    for head, rule in unseen.heads.items():
        heads.setdefault(rule, []).append(head)
    for rule in knowledge.rules:
        told = _told(rule, rule in unseen.rules, sides.get(rule, []), heads.get(rule, []))
        if told:
            yield Flaw(
                subject.place(knowledge.rules[rule].location, "id"),
                told,
                "scenarios with a case for each, and the advice that you expect",
                f"`rulewright test --coverage{subject.option}` lists everything that the scenarios show",
            )


def _told(rule: str, is_idle: bool, sides: list[str], heads: Iterable[Atom]) -> str:
    if is_idle:
        return f"no scenario makes `{rule}` fire"
    parts = [f"in which {some(sides, 4)}"] if sides else []
    parts += [f"that draws {some(heads)}"] if heads else []
    return f"of `{rule}` there is no scenario {', and none '.join(parts)}" if parts else ""


def _first_place(subject: Subject) -> Location:
    """The file that says what the knowledge base is."""
    files = [document.file for document in subject.documents if document.file.endswith("kb.yaml")]
    return Location(min(files, key=len), 1, 1) if files else Location(subject.knowledge.root)


CHECK = Check(
    "untested",
    Severity.info,
    "No scenario makes a rule fire, shows a condition of it from both sides, or draws what it draws.",
    _find,
)
