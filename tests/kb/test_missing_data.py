"""Every answer to a set of missing data settles its question, tried answer by answer."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest

from engine.advising import Advisor, read_case_node
from engine.errors import NOWHERE, Refused
from engine.loading import load
from engine.model.vocabulary import Attribute
from engine.observing import FALSE, PROVISIONAL, TRUE, UNKNOWN
from engine.paths import changed, steps
from engine.reading import Mapping, Node, Scalar, Sequence
from rulewright.authoring.scenario import Scenario
from rulewright.authoring.scenarios import read_scenarios

KB = Path(__file__).resolve().parents[2] / "kb"
KNOWLEDGE = load(KB)
ADVISOR = Advisor(KNOWLEDGE, ("compiled",))
SCENARIOS = read_scenarios(KB)


def text(value: str) -> Scalar:
    return Scalar(value, value, NOWHERE)


def mapping(entries: dict[str, Node]) -> Mapping:
    return Mapping(entries, dict.fromkeys(entries, NOWHERE), NOWHERE)


def answers(attribute: Attribute) -> Iterator[Node]:
    """Answers of every kind that the vocabulary allows, on both sides of what the rules could ask."""
    type_ = attribute.type
    if type_.kind in ("term", "one of"):
        yield from (text(word) for word in KNOWLEDGE.vocabulary.domain(type_) if word not in type_.unsettled)
    elif type_.kind in ("boolean", "finding"):
        yield from (Scalar(flag, str(flag).lower(), NOWHERE) for flag in (True, False))
    elif type_.kind == "quantity":
        assert type_.unit is not None
        yield from (text(f"{number} {type_.unit.text}") for number in (100, 120))
    elif type_.kind == "number":
        yield from (Scalar(Fraction(number), str(number), NOWHERE) for number in (0, 2, 3, 4))
    elif type_.kind == "time":
        yield from (text(offset) for offset in ("-1 h", "-24 h", "-48 h", "-49 h", "-71 h", "-72 h", "-200 h"))


def lists_of_courses() -> Iterator[Node]:
    """Complete lists of fully recorded courses: none, every single one of many, and some pairs."""
    yield Sequence((), NOWHERE)
    courses = []
    for drug, route, started, days, response in product(
        ("methylprednisolone", "prednisolone", "cyclosporine A", "anakinra", "tocilizumab"),
        ("IV", "PO"),
        ("-10 h", "-30 h", "-80 h"),
        (1, 3),
        ("adequate", "inadequate"),
    ):
        entries: dict[str, Node] = {
            "drug": text(drug),
            "route": text(route),
            "started": text(started),
            "dose": text("500 mg/d"),
            "response": text(response),
            "days-given": Scalar(Fraction(days), str(days), NOWHERE),
            "mas-onset-during": Scalar(days == 3, "true" if days == 3 else "false", NOWHERE),
        }
        courses.append(mapping(entries))
    yield from (Sequence((course,), NOWHERE) for course in courses[::3])
    yield from (Sequence((one, other), NOWHERE) for one, other in zip(courses[::5], courses[37::3], strict=False))


def answers_at(path: str) -> list[Node]:
    way = steps(path)
    if len(way) == 1:
        return list(lists_of_courses())
    section = KNOWLEDGE.vocabulary.sections[str(way[0])]
    return list(answers(section.attributes[str(way[-1]).lstrip(".")]))


def answered(scenario: Scenario, data: tuple[str, ...]) -> Iterator[Mapping]:
    for chosen in product(*(answers_at(path) for path in data)):
        case = scenario.case
        for path, node in zip(data, chosen, strict=True):
            case = changed(case, path, node, NOWHERE)
        yield case


def value_of(question: str, case: Mapping, scenario: Scenario) -> int:
    program, _, derivation = ADVISOR.derive(read_case_node(case, KNOWLEDGE), scenario.sources)
    return derivation.value(next(atom for atom in program.atoms if str(atom) == question))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_every_answer_settles_the_question(scenario: Scenario) -> None:
    advice = ADVISOR.advise(read_case_node(scenario.case, KNOWLEDGE), scenario.sources)
    for missing in advice.missing:
        assert missing.sets or missing.more
        for data in missing.sets:
            tried = 0
            for case in answered(scenario, data):
                try:
                    value = value_of(missing.question, case, scenario)
                except Refused:
                    continue  # the answer contradicts the rest of the case, such as a course that is listed already
                tried += 1
                assert value in (TRUE, FALSE), (missing.question, data, case)
            assert tried, (missing.question, data)


def test_a_question_stays_open_without_the_data() -> None:
    """No part of a set of missing data settles its question: asked with one datum fewer, it stays open."""
    two = [
        (scenario, missing.question, data)
        for scenario in SCENARIOS
        for missing in ADVISOR.advise(read_case_node(scenario.case, KNOWLEDGE), scenario.sources).missing
        for data in missing.sets
        if len(data) == 2
    ]
    assert two
    for scenario, question, data in two:
        for path in data:
            values = {value_of(question, case, scenario) for case in answered(scenario, (path,))}
            assert values & {UNKNOWN, PROVISIONAL}, (scenario.name, question, path)
