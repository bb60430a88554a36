"""Conclusions that are drawn, and that no rule reads and no advice shows."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Refused
from engine.model.knowledge import KnowledgeBase
from engine.program import Atom, Clause, Program, atoms_of
from rulewright.authoring.checks.finding import Check, Flaw, Severity
from rulewright.authoring.checks.places import TAGGED, claim_place, conclusion_place, some
from rulewright.authoring.checks.subject import Subject

EXPECTED = "a rule that reads it, a `section` in which it is shown, or a scenario that expects its value"


def _find(subject: Subject) -> Iterator[Flaw]:
    relations = _relations(subject.knowledge)
    shown = {atom for atom in subject.program.atoms if atom.relation.partition(" [")[0] in relations}
    found = list(_flaws(subject, _alive(subject.program, shown)))
    if found:  # the scenarios are read only where they could excuse something
        expected = _expected(subject)
        shown.update(atom for atom in subject.program.atoms if str(atom) in expected)
        found = list(_flaws(subject, _alive(subject.program, shown)))
    yield from found


def _flaws(subject: Subject, alive: set[Atom]) -> Iterator[Flaw]:
    """Rules, and claims, of which everything that they lead to ends there."""
    program, knowledge = subject.program, subject.knowledge
    rules: dict[tuple[str, int], list[Clause]] = {}
    claims: dict[str, list[Atom]] = {}
    for clause in program.clauses:
        if clause.rule in knowledge.rules and clause.number < TAGGED:
            rules.setdefault((clause.rule, clause.number), []).append(clause)
            for name in clause.evidence:
                claims.setdefault(name, []).append(clause.head)
    dead: set[Atom] = set()
    for (rule, _), clauses in rules.items():
        heads = [clause.head for clause in clauses]
        if not alive.intersection(heads):
            dead.update(heads)
            yield Flaw(
                conclusion_place(knowledge, clauses[0]),
                f"no rule reads and no advice shows what `{rule}` draws: {some(heads)}",
                EXPECTED,
                "as it stands, the rule changes no advice for anybody",
            )
    for name, heads in claims.items():
        if not alive.intersection(heads) and not dead.issuperset(heads):
            source = program.evidence[name].name
            yield Flaw(
                claim_place(knowledge, name),
                f"no rule reads and no advice shows what this claim of {source} leads to: {some(heads)}",
                EXPECTED,
                "as it stands, the claim changes no advice for anybody",
            )


def _relations(knowledge: KnowledgeBase) -> set[str]:
    """The conclusions that are printed, laid out under headings or shown as pulling apart."""
    headings = knowledge.vocabulary.headings
    found = {headings.conclusion, headings.completed, headings.running, headings.remark, headings.dose}
    found |= {headings.no_dose, *headings.marks, "withheld", "conflict"}
    for kind in knowledge.vocabulary.conclusions.values():
        if kind.section or kind.asked_for:
            found.add(kind.name)
        if kind.argued:
            found |= {kind.name, f"for {kind.name}", f"against {kind.name}"}
    return found | {entry.draws for entry in knowledge.interactions}


def _expected(subject: Subject) -> set[str]:
    """The conclusions of which a scenario expects something; none where the scenarios cannot be read."""
    try:
        scenarios = subject.scenarios
    except Refused:
        return set()
    found: set[str] = set()
    for scenario in scenarios:
        for part in ("values", "missing", "reasons", "rests-on"):
            node = scenario.expect.get(part)
            found.update(getattr(node, "keys", ()))
    return found


def _alive(program: Program, shown: set[Atom]) -> set[Atom]:
    """The conclusions that are shown, and those on which such a one depends."""
    reads: dict[Atom, set[Atom]] = {}
    for clause in program.clauses:
        for condition in (*clause.when, *clause.unless):
            reads.setdefault(clause.head, set()).update(atoms_of(condition.literal))
    found, waiting = set(shown), list(shown)
    while waiting:
        fresh = reads.get(waiting.pop(), set()) - found
        found |= fresh
        waiting.extend(fresh)
    return found


CHECK = Check(
    "idle-conclusion",
    Severity.warning,
    "A conclusion is drawn that no rule reads and no advice shows.",
    _find,
)
