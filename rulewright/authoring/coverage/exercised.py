"""What plays a part in one advice: the facts that it rests on, and the reason codes that it gives."""

from __future__ import annotations

from collections.abc import Iterator

from engine.formula import inputs, parse_formula
from engine.model.advice import Advice
from engine.model.knowledge import KnowledgeBase
from engine.observing import PROVISIONAL
from rulewright.authoring.coverage.runs import Run


def facts_of(knowledge: KnowledgeBase, run: Run) -> set[str]:
    """The facts that play a part: in a firing that holds, a line of the advice, a side that bears on the case, or a
    datum that the case gives and a rule reads.
    """
    program = run.program
    found = {
        fact
        for firing in run.derivation.firings
        if firing.value >= PROVISIONAL
        for fact in program.cited[firing.clause]
    }
    found.update(_lines(run.advice), _sides(run.advice), _data(knowledge, run))
    return found & knowledge.facts.keys()


def _lines(advice: Advice) -> Iterator[str]:
    for standing in advice.options:
        yield from (*standing.claims, *standing.readings, *(entry.fact for entry in standing.beside))
        for dose in standing.doses:
            yield from (*dose.facts, *dose.readings, *(fact for step in dose.steps for fact in step.facts))
    for entries in advice.sections.values():
        for entry in entries:
            yield from (*entry.claims, *entry.readings)


def _sides(advice: Advice) -> Iterator[str]:
    for opposition in advice.opposed:
        yield from (*opposition.because, opposition.settled_by)
        for side in opposition.sides:
            if side.bearings:
                yield from (*side.facts, *side.readings)


def _data(knowledge: KnowledgeBase, run: Run) -> Iterator[str]:
    """What warrants the reading of the data that some rule used, and the formulas over them."""
    vocabulary = knowledge.vocabulary
    used = {entry.path for entry in run.advice.inputs if entry.rules}
    for path in used:
        attribute = vocabulary.attribute(path)
        yield from attribute.because if attribute is not None else ()
    for quantity in vocabulary.quantities.values():
        if any(value.path in used for value in inputs(parse_formula(quantity.formula))):
            yield from quantity.because


def codes_of(run: Run) -> set[str]:
    """The reason codes of a scenario: of its options, their doses, sides that do not hold, and what rules draw."""
    advice, program = run.advice, run.program
    reasons = [reason for standing in advice.options for reason in standing.reasons]
    reasons += [reason for standing in advice.options for dose in standing.doses for reason in dose.reasons]
    sides = [side for opposition in advice.opposed for side in opposition.sides]
    reasons += [reason for side in sides for bearing in side.bearings for reason in bearing.reasons]
    drawn = {
        value
        for firing in run.derivation.firings
        if firing.value >= PROVISIONAL
        for _, value in program.clauses[firing.clause].annotations
        if isinstance(value, str)
    }
    return drawn | {reason.code for reason in reasons}
