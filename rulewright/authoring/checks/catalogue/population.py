"""Statements about some cases only that are applied to any, while no answer says so.

A fact's population is shown with every option and every printed conclusion whose own rule matches the fact's claim:
what is indirect evidence is called so there. It is not shown where a rule only names the fact in `because`, nor with a
situation, a dose or another conclusion in between. There the rule has to ask for the population itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.program import Clause
from rulewright.authoring.checks.contexts import Never
from rulewright.authoring.checks.finding import Check, Flaw, Severity
from rulewright.authoring.checks.places import claim_place, conclusion_place
from rulewright.authoring.checks.subject import Subject


def _find(subject: Subject) -> Iterator[Flaw]:
    facts = subject.knowledge.facts
    narrow = {fact.id for fact in facts.values() if fact.population is not None and fact.population.conditions}
    if not narrow:
        return
    argued = subject.knowledge.vocabulary.conclusions.get(subject.knowledge.vocabulary.headings.conclusion)
    fields = len(argued.key) if argued is not None else 0
    opened = _opened(subject)
    told: set[tuple[str, str]] = set()
    for index, clause in enumerate(subject.program.clauses):
        rule = subject.knowledge.rules.get(clause.rule)
        if rule is None or index in subject.demands.never:
            continue
        matched = {fact for name in clause.evidence for fact in subject.program.evidence[name].facts}
        for fact in sorted(narrow & (matched | set(rule.because))):
            shown = fact in matched and (_is_shown(clause, subject) or (clause.head.arguments[:fields], fact) in opened)
            if not shown and (clause.rule, fact) not in told and not _is_asked(index, fact, subject):
                told.add((clause.rule, fact))
                yield _flaw(clause, fact, fact in matched, subject)


def _flaw(clause: Clause, fact: str, is_matched: bool, subject: Subject) -> Flaw:
    population = subject.knowledge.facts[fact].population
    label = population.label if population is not None else ""
    if is_matched:
        name = next(name for name in clause.evidence if fact in subject.program.evidence[name].facts)
        place = claim_place(subject.knowledge, name)
        how = f"`{clause.rule}` applies this claim"
    else:
        place = subject.place(subject.knowledge.rules[clause.rule].location, "because")
        how = f"`{clause.rule}` rests on it"
    if not place.line:
        place = conclusion_place(subject.knowledge, clause)
    return Flaw(
        place,
        f"{fact} is about {label}, {how} to everybody ({clause.head}), and no answer says so",
        "a condition on the population",
        "bind the fact (`fact: {is: $f, …}`) and ask for `population: {of: $f}`, or test the data that it names",
    )


def _opened(subject: Subject) -> set[tuple[tuple[str, ...], str]]:
    """The options with the facts whose claims argue for them: there the population is shown."""
    name = subject.knowledge.vocabulary.headings.conclusion
    return {
        (clause.head.arguments, fact)
        for clause in subject.program.clauses
        if clause.head.relation == f"for {name}"
        for evidence in clause.evidence
        for fact in subject.program.evidence[evidence].facts
    }


def _is_shown(clause: Clause, subject: Subject) -> bool:
    """Whether the populations of what a clause matches are shown with what it draws."""
    relation = clause.head.relation
    declared = subject.knowledge.vocabulary.conclusions.get(relation)
    return relation.startswith(("for ", "against ")) or (declared is not None and bool(declared.section))


def _is_asked(index: int, fact: str, subject: Subject) -> bool:
    """Whether a clause holds for nobody who is not of the fact's population."""
    known = subject.demands.context(index)
    if isinstance(known, Never):
        return True
    return subject.demands.entails(known, subject.program.population(fact), subject.demands.items[index])


CHECK = Check(
    "population",
    Severity.warning,
    "A statement about some cases only is applied to all, and no answer says so.",
    _find,
)
