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
from engine.program import Atom, Clause, Literal, Program
from rulewright.authoring.checks.finding import Check, Flaw, Severity
from rulewright.authoring.checks.places import TAGGED, condition_at, some
from rulewright.authoring.checks.subject import Subject
from rulewright.authoring.coverage.branches import Branches
from rulewright.authoring.coverage.possible import Possible
from rulewright.authoring.scenario import Scenario, name_known_sources

Key = tuple[str, bool, int]
"""A condition as it is written: its rule, whether it stands under ``unless``, and its place there."""


@dataclass
class _Unseen:
    """What no scenario has shown so far."""

    rules: dict[str, None] = field(default_factory=dict)
    sides: dict[Key, set[bool]] = field(default_factory=dict)
    heads: dict[Atom, str] = field(default_factory=dict)

    def see(self, program: Program, branches: Branches, derivation: Derivation) -> None:
        """Take in what one scenario shows."""
        for firing in derivation.firings:
            if firing.value >= PROVISIONAL:
                clause = program.clauses[firing.clause]
                self.rules.pop(clause.rule, None)
                self.heads.pop(clause.head, None)
        waiting = {key[0] for key in self.sides}
        for clause in program.clauses:
            if clause.rule in waiting:
                self._see_clause(clause, branches)

    def _see_clause(self, clause: Clause, branches: Branches) -> None:
        for branch in branches.of(clause):
            parts = ((False, clause.when, branch.when), (True, clause.unless, branch.unless))
            for under, conditions, values in parts:
                for condition, value in zip(conditions, values, strict=True):
                    key = (clause.rule, under, condition.position)
                    if key in self.sides and value is not None:
                        self.sides[key] -= {value >= PROVISIONAL} if value in (FALSE, PROVISIONAL, TRUE) else set()
                        if not self.sides[key]:
                            del self.sides[key]

    @property
    def is_nothing(self) -> bool:
        """Whether everything was shown."""
        return not (self.rules or self.sides or self.heads)


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
    programs: dict[frozenset[str], tuple[Program, Compiled]] = {}
    for scenario, case in [(scenario, _case(scenario, subject)) for scenario in found]:
        if unseen.is_nothing:
            return
        program, observer, derivation = _derived(subject, case, scenario.sources, programs)
        unseen.see(program, Branches(observer, derivation), derivation)
    yield from _flaws(unseen, subject)


def _case(scenario: Scenario, subject: Subject) -> Case:
    """The case of a scenario; raises `Refused` where it, or a source that the scenario names, is wrong."""
    findings = Findings()
    name_known_sources(scenario, subject.knowledge, findings)
    case = read_case(scenario.case, subject.knowledge.vocabulary, findings)
    findings.refuse_if_any()
    assert case is not None
    return case


def _derived(
    subject: Subject,
    case: Case,
    sources: tuple[str, ...] | None,
    programs: dict[frozenset[str], tuple[Program, Compiled]],
) -> tuple[Program, Observer, Derivation]:
    """What follows from a case under the facts that it admits."""
    knowledge = subject.knowledge
    admitted = knowledge.admitted(case.as_of.astimezone(UTC).date(), sources)
    if admitted not in programs:
        every = admitted == subject.program.facts
        program = subject.program if every else ground(knowledge, admitted)
        programs[admitted] = (program, Compiled(program, knowledge.vocabulary))
    program, compiled = programs[admitted]
    observer = Observer(knowledge.vocabulary, case, program.facts)
    return program, observer, compiled.evaluate(case, observer)


def _expected(subject: Subject) -> _Unseen:
    """What scenarios could show: of conditions, the sides on which each can come out by itself."""
    unseen = _Unseen()
    program, knowledge = subject.program, subject.knowledge
    possible = Possible(program, knowledge.vocabulary)
    sides: dict[Literal, set[bool]] = {}
    for index, clause in enumerate(program.clauses):
        if clause.rule not in knowledge.rules or clause.number >= TAGGED or index in subject.demands.never:
            continue
        unseen.rules[clause.rule] = None
        if _is_answer(clause.head, subject):
            unseen.heads.setdefault(clause.head, clause.rule)
        for under, conditions in ((False, clause.when), (True, clause.unless)):
            for condition in conditions:
                literal = condition.literal
                if literal not in sides:
                    values = possible.literal(literal)
                    sides[literal] = {value != FALSE for value in values if value in (FALSE, PROVISIONAL, TRUE)}
                unseen.sides.setdefault((clause.rule, under, condition.position), set()).update(sides[literal])
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
                "`rulewright test --coverage` lists everything that the scenarios show",
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
