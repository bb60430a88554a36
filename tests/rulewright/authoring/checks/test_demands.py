"""On random knowledge bases: what is said to hold in no case never does, and what is said to change nothing does not.

The judge is the compiled engine, which `tests/engine` holds to the naive evaluator.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from oracle.programs import Written, WrittenCase, cases, programs

from engine.compiled import Compiled
from engine.derivation import Derivation
from engine.errors import Refused
from engine.grounding import ground
from engine.model.knowledge import KnowledgeBase
from engine.model.rule import Condition, Rule
from engine.observing import PROVISIONAL
from engine.program import Program
from rulewright.authoring.checks.catalogue import redundant
from rulewright.authoring.checks.covering import covered
from rulewright.authoring.checks.demands import Demands
from rulewright.authoring.checks.subject import Subject

given_some = given(programs(), st.lists(cases(), min_size=4, max_size=4))
quietly = settings(
    max_examples=60, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)


def grounded(knowledge: KnowledgeBase, admitted: frozenset[str] | None = None) -> Program:
    try:
        return ground(knowledge, admitted)
    except Refused:
        assume(False)
        raise


def derived(knowledge: KnowledgeBase, program: Program, some: list[WrittenCase]) -> Iterator[Derivation]:
    engine = Compiled(program, knowledge.vocabulary)
    for case in some:
        yield engine.evaluate(case.read(knowledge.vocabulary))


@quietly
@given_some
def test_what_holds_in_no_case_never_fires_whatever_is_admitted(written: Written, some: list[WrittenCase]) -> None:
    knowledge = written.load()
    every = grounded(knowledge)
    demands = Demands(knowledge, every)
    never = {every.clauses[index].key for index in demands.never}
    for program in (every, grounded(knowledge, written.admitted)):
        for found in derived(knowledge, program, some):
            fired = {program.clauses[each.clause].key for each in found.firings if each.value >= PROVISIONAL}
            assert not fired & never
            for atom in (atom for atom, value in found.values.items() if value >= PROVISIONAL):
                need = demands.need(atom)
                assert need is not None, atom
                assert all(found.value(other) >= PROVISIONAL for other in need.atoms), atom


def without(knowledge: KnowledgeBase, rule: Rule, conditions: set[int]) -> KnowledgeBase:
    """The knowledge base with a rule that lacks some of its conditions, counted through `when` and `unless`."""
    every: list[Condition] = [*rule.when, *rule.unless]
    kept = [number not in conditions for number in range(len(every))]
    when = tuple(each for each, keep in zip(rule.when, kept, strict=False) if keep)
    unless = tuple(each for each, keep in zip(rule.unless, kept[len(rule.when) :], strict=True) if keep)
    return replace(knowledge, rules={**knowledge.rules, rule.id: replace(rule, when=when, unless=unless)})


@quietly
@given_some
def test_a_redundant_condition_can_be_left_out(written: Written, some: list[WrittenCase]) -> None:
    knowledge = written.load()
    program = grounded(knowledge)
    subject = Subject(Path(), knowledge, program, (), date(2026, 1, 1))
    places = {flaw.location for flaw in redundant.CHECK.find(subject)}
    before = [found.values for found in derived(knowledge, program, some)]
    for rule in knowledge.rules.values():
        every = [condition.location for condition in (*rule.when, *rule.unless)]
        numbers = {number for number, place in enumerate(every) if place in places and every.count(place) == 1}
        if numbers:
            changed = without(knowledge, rule, numbers)
            after = [found.values for found in derived(changed, grounded(changed), some)]
            assert after == before, (rule.id, numbers)


@quietly
@given_some
def test_a_covered_rule_can_be_left_out(written: Written, some: list[WrittenCase]) -> None:
    knowledge = written.load()
    program = grounded(knowledge)
    demands = Demands(knowledge, program)
    before = [found.values for found in derived(knowledge, program, some)]
    for found in covered(knowledge, program, demands):
        rules = {name: rule for name, rule in knowledge.rules.items() if name != found.rule}
        changed = replace(knowledge, rules=rules)
        after = [each.values for each in derived(changed, grounded(changed), some)]
        assert after == before, found
