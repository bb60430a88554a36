"""Doses where the sources give none: a rate that no statement states, a number from words without a number, and an
answer that gives a dose and says that there is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.model.fact import Fact
from engine.model.quantity import Quantity, Range
from engine.model.rule import Amount, Rule
from engine.program import Clause, GroundAmount
from rulewright.authoring.checks.contexts import Context
from rulewright.authoring.checks.demands import Demands
from rulewright.authoring.checks.finding import Check, Flaw, Severity
from rulewright.authoring.checks.places import claim_place, conclusion_place
from rulewright.authoring.checks.subject import Subject

NUMBER = re.compile(
    r"\d|[½¼¾⅓⅔]|\b(half|quarter|third|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty"
    r"|forty|fifty|sixty|hundred|thousand|single|once|twice|thrice|double|triple|dozen)\b",
    re.IGNORECASE,
)
"""A number in figures or in words, as far as it can be told."""


def _find(subject: Subject) -> Iterator[Flaw]:
    for rule in subject.knowledge.rules.values():
        yield from _constant(rule, subject)
    yield from _wordless(subject)
    yield from _both(subject)


def _constant(rule: Rule, subject: Subject) -> Iterator[Flaw]:
    """A rule that computes a dose from a rate of its own, which none of the claims that it matches states."""
    for conclusion in rule.then:
        for name, value in conclusion.annotations:
            rate = value.rate if isinstance(value, Amount) else None
            if isinstance(rate, Range) and not _is_stated(rate, rule, subject):
                yield Flaw(
                    subject.place(conclusion.location, name, "rate"),
                    f"`{rule.id}` computes a dose from {rate.text(None)}, which no claim that it matches states",
                    "a variable that the claim binds: `rate: $rate` in `fact` and here",
                    "a dose is a source's; where the source gives none, the advice says so",
                )


def _is_stated(rate: Range, rule: Rule, subject: Subject) -> bool:
    """Whether every instance of a rule matches a claim with that rate."""
    clauses = [clause for clause in subject.program.clauses if clause.rule == rule.id]
    return all(any(_same(rate, stated) for stated in _rates(clause, subject)) for clause in clauses)


def _rates(clause: Clause, subject: Subject) -> Iterator[Range]:
    for name in clause.evidence:
        for value in subject.program.evidence[name].values.values():
            if isinstance(value, Range):
                yield value
            elif isinstance(value, Quantity):
                yield Range(value.value, value.value, value.unit)


def _same(one: Range, other: Range) -> bool:
    if not one.unit.commensurable(other.unit):
        return False
    there = other.to(one.unit)
    return (one.low, one.high) == (there.low, there.high)


def _wordless(subject: Subject) -> Iterator[Flaw]:
    """A claim of a dose whose statement, and whose readings, hold no number."""
    knowledge, headings = subject.knowledge, subject.knowledge.vocabulary.headings
    for name, evidence in subject.program.evidence.items():
        if not headings.dosing or evidence.kind != headings.dosing:
            continue
        facts = [knowledge.facts[fact] for fact in evidence.facts]
        if not any(_has_number(fact) for fact in facts):
            yield Flaw(
                claim_place(knowledge, name),
                f"this claim gives a dose, and the words of {' and '.join(fact.id for fact in facts)} hold no number",
                "the words in which the source gives the dose",
                "quote the sentence with the dose, or name the reading that it rests on in `read-by`",
            )


def _has_number(fact: Fact) -> bool:
    return NUMBER.search(fact.words) is not None


def _both(subject: Subject) -> Iterator[Flaw]:
    """An option of which an answer could give a dose, and say that no source gives one."""
    headings, demands = subject.knowledge.vocabulary.headings, subject.demands
    if not headings.dose or not headings.no_dose:
        return
    clauses = subject.program.clauses
    doses: dict[tuple[str, ...], list[int]] = {}
    silent: list[int] = []
    for index, clause in enumerate(clauses):
        if index not in demands.never and clause.head.relation == headings.no_dose:
            silent.append(index)
        elif index not in demands.never and any(isinstance(each, GroundAmount) for _, each in clause.annotations):
            doses.setdefault(clause.head.arguments, []).append(index)
    told: set[tuple[str, ...]] = set()
    for index in silent:
        key = clauses[index].head.arguments
        rivals = [other for args, found in doses.items() if args[: len(key)] == key for other in found]
        for other in rivals:
            if clauses[index].evidence not in told and _together(index, other, demands):
                told.add(clauses[index].evidence)
                yield _contradiction(clauses[index], clauses[other], subject)


def _together(one: int, other: int, demands: Demands) -> bool:
    """Whether nothing is seen that keeps two clauses from holding in one case."""
    first, second = demands.context(one), demands.context(other)
    if not isinstance(first, Context) or not isinstance(second, Context):
        return False
    if first.held & second.lacking or first.lacking & second.held:
        return False
    shared = [key for key in first.masks.keys() & second.masks.keys() if not key[0].startswith("$")]
    return all(first.masks[key] & second.masks[key] for key in shared)


def _contradiction(silent: Clause, dosed: Clause, subject: Subject) -> Flaw:
    knowledge, program = subject.knowledge, subject.program
    key = "/".join(silent.head.arguments)
    source = [program.evidence[name].name for name in dosed.evidence if program.evidence[name].values]
    places = [claim_place(knowledge, name) for name in silent.evidence]
    place = places[-1] if places else conclusion_place(knowledge, silent)
    return Flaw(
        place,
        f"of {key} an answer would say that there is no dose (`{silent.rule}`), and give one from {source[-1]}",
        "one of the two",
        "where one source is silent and another is not, say of whom: the silence, or the dose, is another claim",
    )


CHECK = Check(
    "silence",
    Severity.error,
    "A dose is computed where the statements behind it give none.",
    _find,
)
