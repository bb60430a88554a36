"""A recorded scenario passes, expects all that the advice says, and tells what its author alone can confirm."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.advising import Advisor, read_case_node
from engine.errors import Findings
from engine.loading import load
from engine.model.advice import Advice
from engine.reading import Mapping, Scalar, read_text
from rulewright.authoring.expectation import Expectation
from rulewright.authoring.flow import quoted
from rulewright.authoring.recording import recorded
from rulewright.authoring.scenario import Scenario, ScenarioReader
from rulewright.authoring.scenarios import outcome, read_scenarios

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = {
    "kb": ROOT / "kb",
    "pumps": ROOT / "tests" / "knowledge" / "pumps",
    "graded": ROOT / "tests" / "knowledge" / "graded",
    "kettles": ROOT / "tests" / "knowledge" / "kettles",
}
ADVISORS = {name: Advisor(load(folder), ("compiled",)) for name, folder in FOLDERS.items()}
SCENARIOS = {name: read_scenarios(folder) for name, folder in FOLDERS.items()}


def advice_of(name: str, scenario: Scenario) -> Advice:
    advisor = ADVISORS[name]
    return advisor.advise(read_case_node(scenario.case, advisor.knowledge), scenario.sources)


def record(name: str, scenario: Scenario) -> str:
    knowledge = ADVISORS[name].knowledge
    return recorded(advice_of(name, scenario), knowledge, scenario.case, scenario.sources, "a-case.yaml")


def read(text: str) -> Scenario:
    findings = Findings()
    node = read_text(text, "recorded.yaml", findings)
    assert not findings.problems
    assert node is not None
    reader = ScenarioReader()
    reader.read(node, "recorded")
    (found,) = reader.all()
    assert isinstance(found, Scenario), found
    return found


@pytest.mark.parametrize("name", FOLDERS)
def test_whatever_is_recorded_can_be_read_and_passes(name: str) -> None:
    for scenario in SCENARIOS[name][:: 4 if name == "kb" else 1]:
        again = read(record(name, scenario))
        assert advice_of(name, again).id == advice_of(name, scenario).id
        found = outcome(again, ADVISORS[name])
        assert found.passed, (scenario.name, found.problems, found.differences)


Change = Callable[[Advice], Advice]


def of_option(advice: Advice, drug: str, **changes: object) -> Advice:
    """The advice with something else said of the option of a drug."""
    at = next(number for number, one in enumerate(advice.options) if one.key["drug"] == drug and one.claims)
    changed = advice.options[at].model_copy(update=changes)
    return advice.model_copy(update={"options": (*advice.options[:at], changed, *advice.options[at + 1 :])})


def of_dose(advice: Advice, drug: str, **changes: object) -> Advice:
    doses = next(one.doses for one in advice.options if one.key["drug"] == drug and one.doses)
    return of_option(advice, drug, doses=(doses[0].model_copy(update=changes), *doses[1:]))


def of_section(advice: Advice, section: str, number: int, **changes: object) -> Advice:
    """The advice with something else said in a statement; without it where there is nothing to change."""
    entries = list(advice.sections[section])
    entries[number : number + 1] = [entries[number].model_copy(update=changes)] if changes else []
    return advice.model_copy(update={"sections": {**advice.sections, section: tuple(entries)}})


def unused_used(advice: Advice) -> Advice:
    used = tuple(one.model_copy(update={"rules": ("some-rule",)}) for one in advice.inputs)
    return advice.model_copy(update={"inputs": used})


SOMETHING_ELSE: dict[str, Change] = {
    "a heading": lambda advice: of_option(advice, "anakinra", heading="provisional"),
    "a status": lambda advice: of_option(advice, "anakinra", status="indicated"),
    "a modality": lambda advice: of_option(advice, "anakinra", modality="should"),
    "a running course": lambda advice: of_option(advice, "cyclosporine A", running="unknown"),
    "a fact left out": lambda advice: of_option(advice, "anakinra", claims=("G04", "G29", "R04", "R11", "R12")),
    "a reading left out": lambda advice: of_option(advice, "anakinra", readings=("I01", "I04", "I06", "I20")),
    "a population": lambda advice: of_option(advice, "tocilizumab", populations={"R09": "direct"}),
    "no default": lambda advice: of_option(advice, "anakinra", assumed=()),
    "no reason": lambda advice: of_option(advice, "emapalumab", reasons=()),
    "a dose": lambda advice: of_dose(advice, "anakinra", text="50-251 mg/d"),
    "steps": lambda advice: of_dose(advice, "anakinra", steps=()),
    "what is stated": lambda advice: of_dose(advice, "etoposide", stated={"doses": "once weekly"}),
    "no dose": lambda advice: of_option(advice, "anakinra", doses=()),
    "an option too many": lambda advice: advice.model_copy(
        update={"options": (*advice.options, advice.options[0].model_copy(update={"key": {"drug": "aspirin"}}))}
    ),
    "an option left out": lambda advice: advice.model_copy(update={"options": advice.options[1:]}),
    "a caution left out": lambda advice: of_section(advice, "watch", 0),
    "a caution that is open": lambda advice: of_section(advice, "watch", 0, value="unknown"),
    "a caution without its fact": lambda advice: of_section(advice, "watch", 0, claims=("G23",)),
    "what a caution says": lambda advice: of_section(advice, "watch", 1, annotations={}),
    "care that is true": lambda advice: of_section(advice, "care", 0, value="true"),
    "a question that is settled": lambda advice: advice.model_copy(update={"missing": advice.missing[1:]}),
    "a question settled otherwise": lambda advice: advice.model_copy(
        update={"missing": (advice.missing[0].model_copy(update={"sets": (("labs.ferritin",),)}), *advice.missing[1:])}
    ),
    "what pulls apart no longer": lambda advice: advice.model_copy(update={"opposed": advice.opposed[1:]}),
    "what settles it": lambda advice: advice.model_copy(
        update={"opposed": (advice.opposed[0].model_copy(update={"settled_by": "I01"}), *advice.opposed[1:])}
    ),
    "a side that bears otherwise": lambda advice: advice.model_copy(
        update={
            "opposed": (
                advice.opposed[0].model_copy(
                    update={
                        "sides": tuple(side.model_copy(update={"bearings": ()}) for side in advice.opposed[0].sides)
                    }
                ),
                *advice.opposed[1:],
            )
        }
    ),
    "data that are used": unused_used,
}


@pytest.mark.parametrize("name", SOMETHING_ELSE)
def test_an_advice_that_says_something_else_fails_what_was_recorded(name: str) -> None:
    scenario = next(one for one in SCENARIOS["kb"] if one.name == "refractory-child")
    advice, knowledge = advice_of("kb", scenario), ADVISORS["kb"].knowledge
    expect = read(record("kb", scenario)).expect
    findings = Findings()
    assert Expectation(knowledge, expect, findings).differences(advice) == []
    assert Expectation(knowledge, expect, findings).differences(SOMETHING_ELSE[name](advice))
    assert not findings.problems


def test_a_first_reason_that_is_not_the_principal_one_is_told_apart() -> None:
    scenario = next(one for one in SCENARIOS["pumps"] if one.name == "a-quiet-pump")
    advice = advice_of("pumps", scenario)
    first = advice.options[0]
    odd = first.model_copy(update={"reason": "NO_LEAK"})
    changed = advice.model_copy(update={"options": (odd, *advice.options[1:])})
    text = recorded(changed, ADVISORS["pumps"].knowledge, scenario.case, None, "a-case.yaml")
    assert f"because: NO_LEAK, reasons: [{first.reason}]" in text


def test_a_line_is_preceded_by_what_its_author_alone_can_confirm() -> None:
    lines = record("kb", next(one for one in SCENARIOS["kb"] if one.name == "refractory-child")).splitlines()
    at = next(number for number, line in enumerate(lines) if re.search(r"- \{?drug: anakinra", line))
    told = " ".join(line.strip().removeprefix("# ") for line in lines[at - 2 : at])
    assert told == (
        "confirm: arithmetic G13 I06 I20; readings I01 I04 I06 I12 I20; defaults: asked for, stopped of "
        "methylprednisolone (courses[0]), stopped of cyclosporine A (courses[1])"
    )
    words = next(number for number, line in enumerate(lines) if "RAPIDLY_FATAL_TREAT_EARLY" in line)
    assert not lines[words - 1].strip().startswith("#")
    assert "# confirm: about others, or perhaps: R08" in [line.strip() for line in lines]


def test_that_no_source_gives_a_dose_is_recorded_only_where_it_is_drawn() -> None:
    named = {scenario.name: scenario for scenario in SCENARIOS["kettles"]}
    text = record("kettles", named["sings-and-steams"])
    assert "{drink: coffee, status: allowed" in text
    assert "none in the source" not in text
    refractory = next(one for one in SCENARIOS["kb"] if one.name == "refractory-child")
    assert "dose: none in the source" in record("kb", refractory)


def test_a_dose_of_none_in_the_source_is_expected_only_where_it_is_drawn() -> None:
    named = {scenario.name: scenario for scenario in SCENARIOS["kettles"]}
    text = record("kettles", named["sings-and-steams"]).replace(
        "{drink: coffee,", "{drink: coffee, dose: none in the source,"
    )
    [difference] = outcome(read(text), ADVISORS["kettles"]).differences
    assert "expected the dose none in the source, is none, and nothing draws that no source gives one" in str(
        difference
    )


def test_what_nothing_settles_is_marked() -> None:
    text = record("pumps", next(one for one in SCENARIOS["pumps"] if one.name == "no-standby-no-stop"))
    assert "# confirm: unresolved: arguments for and against pull apart" in text
    assert "settled-by: unresolved" in text


def test_the_chosen_sources_are_part_of_the_scenario() -> None:
    hot = replace(next(one for one in SCENARIOS["pumps"] if one.name == "shaking-and-hot"), sources=("HB",))
    assert read(record("pumps", hot)).sources == ("HB",)
    assert "O1" not in record("pumps", hot)
    assert "\nsources:" not in record("pumps", replace(hot, sources=None))


# Text ----------------------------------------------------------------------------------------------------------------

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn"]), max_size=40)
ODD = [
    "yes",
    "012",
    "1e3",
    "",
    " ",
    "a: b",
    "a, b",
    "- a",
    "# a",
    "a #b",
    "[",
    "{x}",
    '"',
    "'",
    "null",
    "~",
    "12",
    "true",
    "> 4",
    "a\nb",
    "2026-03-01",
    "é",
    "courses[0]",
    "*a",
    "&a",
    "!a",
    "%a",
    "@a",
    "`a",
]


@given(TEXTS | st.sampled_from(ODD))
def test_a_text_is_read_as_it_was_written(text: str) -> None:
    findings = Findings()
    node = read_text(f"a: {quoted(text)}\nb: [{quoted(text)}, {{c: {quoted(text)}}}]\n", "x", findings)
    assert not findings.problems
    assert isinstance(node, Mapping)
    inner = node.entries["a"]
    assert isinstance(inner, Scalar)
    assert inner.value == text
    assert flow_texts(node) == [text] * 3


def flow_texts(node: object) -> list[object]:
    if isinstance(node, Scalar):
        return [node.value]
    inner = node.entries.values() if isinstance(node, Mapping) else getattr(node, "items", ())
    return [text for each in inner for text in flow_texts(each)]
