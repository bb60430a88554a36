"""Random cases: all that the vocabulary lets a case say occurs; every threshold, both its sides, and every absence."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from engine.advising import Advisor
from engine.errors import Findings
from engine.grounding import ground
from engine.loading import load
from engine.loading.case import read_case
from engine.model.case import Case
from engine.model.knowledge import KnowledgeBase
from engine.model.quantity import Interval
from engine.model.rule import Compare
from engine.program import Datum
from rulewright.authoring.cases import Cases, Reading

NUMBER = 1200
HOUR = timedelta(hours=1)
MOMENTS = (datetime(2026, 3, 1, 8, tzinfo=UTC), datetime(2026, 9, 1, 8, tzinfo=UTC))
FOLDERS = {"kb": Path("kb"), "pumps": Path("tests/knowledge/pumps"), "graded": Path("tests/knowledge/graded")}


def cases_of(knowledge: KnowledgeBase, seed: int = 1) -> Cases:
    program = ground(knowledge, knowledge.admitted(MOMENTS[0].date()))
    return Cases([Reading(program, knowledge)], MOMENTS, Random(seed))


def read(made: Cases, knowledge: KnowledgeBase, numbers: range) -> list[Case]:
    """The cases of these numbers; one that cannot be read fails the test."""
    found = []
    for number in numbers:
        findings = Findings()
        case = read_case(made.document(number), knowledge.vocabulary, findings)
        assert case is not None, [str(problem) for problem in findings]
        found.append(case)
    return found


@pytest.fixture(scope="module", params=FOLDERS)
def sample(request: pytest.FixtureRequest) -> tuple[KnowledgeBase, list[Case]]:
    knowledge = load(FOLDERS[request.param])
    return knowledge, read(cases_of(knowledge), knowledge, range(NUMBER))


def test_every_attribute_occurs_and_is_left_out(sample: tuple[KnowledgeBase, list[Case]]) -> None:
    knowledge, cases = sample
    for section in knowledge.vocabulary.sections.values():
        for name, attribute in section.attributes.items():
            if attribute.since:
                continue
            if section.is_list:
                items = [
                    item for case in cases if section.name in case.lists for item in case.lists[section.name].items
                ]
                given = [name in item for item in items]
            else:
                given = [f"{section.name}.{name}" in case.data for case in cases]
            assert any(given), f"{section.name}.{name} is never given"
            assert attribute.required or not all(given), f"{section.name}.{name} is never left out"


def test_every_word_of_the_vocabulary_occurs(sample: tuple[KnowledgeBase, list[Case]]) -> None:
    knowledge, cases = sample
    said: dict[str, set[object]] = defaultdict(set)
    for case in cases:
        for path, entry in case.data.items():
            said[path] |= entry.value if isinstance(entry.value, frozenset) else {entry.value}
        for name, items in case.lists.items():
            for item in items.items:
                for field, entry in item.items():
                    said[f"{name}.{field}"] |= entry.value if isinstance(entry.value, frozenset) else {entry.value}
    for section in knowledge.vocabulary.sections.values():
        for name, attribute in section.attributes.items():
            missing = set(knowledge.vocabulary.domain(attribute.type)) - said[f"{section.name}.{name}"]
            assert not missing, f"{section.name}.{name} is never {missing}"
            if attribute.type.kind in ("boolean", "finding"):
                assert said[f"{section.name}.{name}"] >= {True, False}


def test_every_threshold_of_a_datum_occurs_with_both_of_its_sides(sample: tuple[KnowledgeBase, list[Case]]) -> None:
    knowledge, cases = sample
    program = ground(knowledge, knowledge.admitted(MOMENTS[0].date()))
    tests = {
        (condition.literal.path, condition.literal.test)
        for clause in program.clauses
        for condition in (*clause.when, *clause.unless)
        if isinstance(condition.literal, Datum) and isinstance(condition.literal.test, Compare)
    }
    for path, test in tests:
        bound = getattr(test.bound, "value", test.bound)
        if not isinstance(bound, Fraction) or path in knowledge.vocabulary.quantities:
            continue
        numbers = []
        for case in cases:
            value = case.data[path].value if path in case.data else None
            if isinstance(value, Interval) and value.exact is not None:
                numbers.append(value.exact.to(test.bound.unit).value)  # type: ignore[union-attr]
            elif isinstance(value, Fraction):
                numbers.append(value)
        assert bound in numbers, f"{path} is never {test.bound}"
        assert min(numbers) < bound < max(numbers)


def test_lists_are_left_out_empty_short_and_open(sample: tuple[KnowledgeBase, list[Case]]) -> None:
    knowledge, cases = sample
    for section in knowledge.vocabulary.items.values():
        given = [case.lists.get(section.name) for case in cases]
        assert None in given
        forms = {(len(items.items), items.complete) for items in given if items is not None}
        assert forms >= {(0, True), (1, True), (2, True), (3, True), (0, False), (1, False), (2, False)}


def test_measurements_grow_stale_and_values_are_only_bounded() -> None:
    knowledge = load(FOLDERS["kb"])
    cases = read(cases_of(knowledge), knowledge, range(NUMBER))
    weights = [(case.as_of, case.data["patient.weight"]) for case in cases if "patient.weight" in case.data]
    ages = {(as_of - entry.at.low) / HOUR for as_of, entry in weights if entry.at}
    assert ages >= {30 * 24, 30 * 24 + 1}  # the vocabulary keeps a weight valid for 30 days
    bounded = [entry.value for _, entry in weights if isinstance(entry.value, Interval) and entry.value.exact is None]
    assert any(value.low is None or value.low == 0 for value in bounded)
    assert any(value.high is None for value in bounded)
    assert any("patient.weight" in case.earlier for case in cases)


def test_both_sides_of_where_an_amount_reaches_its_cap() -> None:
    """30 mg/kg per day reach the cap of 1,000 mg per day at 33.33… kg: no decimal says so, its neighbours do."""
    knowledge = load(FOLDERS["kb"])
    cases = read(cases_of(knowledge), knowledge, range(NUMBER))
    given = {case.data["patient.weight"].text for case in cases if "patient.weight" in case.data}
    assert {"33.3 kg", "33.4 kg"} <= given


def test_nearly_every_clause_fires() -> None:
    """Without aims, a sample of this size does not reach a tenth of them."""
    knowledge = load(FOLDERS["kb"])
    advisor = Advisor(knowledge, ("compiled",))
    cases = read(cases_of(knowledge), knowledge, range(NUMBER))
    fired = set()
    for case in cases:
        program, _, derivation = advisor.derive(case)
        fired |= {firing.clause for firing in derivation.firings if firing.value == 3}
    assert len(fired) >= 0.98 * len(program.clauses)


def test_a_case_depends_on_the_seed_and_its_number_alone() -> None:
    knowledge = load(FOLDERS["pumps"])
    program = ground(knowledge, knowledge.admitted(MOMENTS[0].date()))

    def canonical(made: Cases, number: int) -> str:
        (case,) = read(made, knowledge, range(number, number + 1))
        return json.dumps(case.canonical)

    one, same = cases_of(knowledge), cases_of(knowledge)
    assert [canonical(one, number) for number in range(60)] == [
        canonical(same, number) for number in range(59, -1, -1)
    ][::-1]
    other = Cases([Reading(program, knowledge)], MOMENTS, Random(2))
    assert any(canonical(one, number) != canonical(other, number) for number in range(20))
    assert len({canonical(one, number) for number in range(60)}) > 50
