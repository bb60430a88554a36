"""What is wrong with an expectation whatever the advice: the same that its run refuses."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from engine.advising import Advisor
from engine.errors import Findings
from engine.grounding import ground
from engine.loading import load
from engine.model import advice as model
from engine.reading import Mapping, read_text
from rulewright.authoring import expected_words
from rulewright.authoring.expected_words import problems_of
from rulewright.authoring.scenario import Scenario
from rulewright.authoring.scenarios import outcome, read_each

KNOWLEDGE_BASES = Path(__file__).resolve().parents[2] / "knowledge"
ADVISOR = Advisor(load(KNOWLEDGE_BASES / "pumps"), ("compiled",))
QUIET = next(each for each in read_each(KNOWLEDGE_BASES / "pumps") if each.name == "a-quiet-pump")

OPTION = "not-supported-now: [{work: stop, part: pump, FIELD}]"
WRONG = [
    "",
    "not-supported: []",
    "options: {work: stop}",
    "options: [stop]",
    "values: {nothing(pump): false}",
    "values: {plan(stop, pump): true, plan(stop, water): false}",
    "missing: []",
    "headings: []",
    "reasons: {nothing(pump): [NOT_DISTRESSED]}",
    "reasons: {'plan(stop, pump)': [NOT_DISTRESED]}",
    "rests-on: {'plan(stop, pump)': [H99]}",
    "cited-sources: {XX: {kind: guideline}}",
    "cited-sources: {HB: {}}",
    "cited-sources: {HB: {kind: leaflet}}",
    "must-not: [it never happens]",
    "must-not: [{plan: {work: paint}}]",
    "must-not: [{thing: {a: b}}]",
    "opposed: [nothing-such]",
    "not-opposed: [nothing-such]",
    "faults: [{}]",
    "faults: [{is: pump, colour: red}]",
    "faults: [{is: pump, claims: [H99]}]",
    OPTION.replace("FIELD", "becuase: NOT_DISTRESSED"),
    OPTION.replace("FIELD", "because: NOT_DISTRESED"),
    OPTION.replace("FIELD", "also: NOT_DISTRESED"),
    OPTION.replace("FIELD", "claims: H1"),
    OPTION.replace("FIELD", "claims: [H99]"),
    OPTION.replace("FIELD", "cites: [H99]"),
    OPTION.replace("FIELD", "certainty: enormous"),
    OPTION.replace("FIELD", "populations: {H99: direct}"),
    OPTION.replace("FIELD", "assumed: 1"),
    OPTION.replace("FIELD", "status: [advised]"),
    OPTION.replace("FIELD", "status: advisd"),
    OPTION.replace("FIELD", "modality: shoud"),
    "options: [{work: stopp, part: pump}]",
    "headings: {stop / pump: not-suported-now}",
    "values: {'plan(stop, pump)': maybe}",
]
EVERY_FIELD = (
    "status: advised, running: true, modality: may, because: NOT_DISTRESSED, also: [NOT_DISTRESSED],"
    " reasons: [NOT_DISTRESSED], claims: [H3], readings: [R3], cites: [H3],"
    " populations: {H3: direct}, certainty: not graded, assumed: false,"
    " dose: 1 g, dose-because: NOT_HOT, steps: a, rate: 1 g/cm, note: n"
)


def expected(text: str) -> Mapping:
    node = read_text(f"{{{text}}}", "own.yaml", Findings())
    assert isinstance(node, Mapping)
    return node


@pytest.mark.parametrize("text", WRONG)
def test_a_run_refuses_the_same(text: str) -> None:
    assert isinstance(QUIET, Scenario)
    expect = expected(text)
    told = outcome(Scenario("own", QUIET.case, expect, None, QUIET.location), ADVISOR)
    found = problems_of(expect, ADVISOR.knowledge, ground(ADVISOR.knowledge))
    assert [(problem.location, problem.message) for problem in found] == [
        (problem.location, problem.message) for problem in told.problems
    ]
    assert found


@pytest.mark.parametrize("name", ["pumps", "graded", "kettles"])
def test_nothing_is_wrong_with_what_is_expected_here(name: str) -> None:
    advisor = Advisor(load(KNOWLEDGE_BASES / name), ("compiled",))
    for scenario in read_each(KNOWLEDGE_BASES / name):
        assert isinstance(scenario, Scenario)
        assert problems_of(scenario.expect, advisor.knowledge, ground(advisor.knowledge)) == []


def test_every_field_of_an_option_is_read() -> None:
    expect = expected(OPTION.replace("FIELD", EVERY_FIELD))
    assert problems_of(expect, ADVISOR.knowledge, ground(ADVISOR.knowledge)) == []


def test_an_option_that_is_named_in_part_is_left_to_its_run() -> None:
    expect = expected("options: [{part: pump, becuase: X}], must-not: [{plan: {part: pump}}]")
    assert problems_of(expect, ADVISOR.knowledge, ground(ADVISOR.knowledge)) == []


@pytest.mark.parametrize("name", ["Standing", "Certainty", "Side", "Opposition", "Advice"])
def test_what_stands_for_an_advice_has_fields_of_one(name: str) -> None:
    own = {each.name for each in fields(getattr(expected_words, f"_{name}"))}
    assert own <= set(getattr(model, name).model_fields)
