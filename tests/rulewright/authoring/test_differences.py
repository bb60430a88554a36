"""Each kind of expectation that an advice does not meet: what was expected, what is, where it is written, and why."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.advising import Advisor
from engine.errors import Findings
from engine.loading import load
from engine.reading import Mapping, read_text
from rulewright.authoring.difference import Difference
from rulewright.authoring.scenario import Scenario
from rulewright.authoring.scenarios import outcome, read_each
from rulewright.authoring.selection import chosen

PUMPS = Path(__file__).resolve().parents[2] / "knowledge" / "pumps"
ADVISOR = Advisor(load(PUMPS), ("compiled",))
HOT = "{readings.vibration: 9 mm/s, readings.bearing-temperature: 95 Cel}"
STANDBY = "{readings.vibration: 9 mm/s, readings.bearing-temperature: 95 Cel, pump.critical: true, pump.standby: false}"


def differences(tmp_path: Path, expect: str, changes: str = HOT) -> tuple[Difference, ...]:
    """What differs where the one expectation stands in the third line of a scenario."""
    folder = tmp_path / "scenarios"
    folder.mkdir()
    (folder / "own.yaml").write_text(f"like: a-quiet-pump\nset: {changes}\nexpect: {{{expect}}}\n", encoding="utf-8")
    original = (PUMPS / "scenarios" / "pumps.yaml").read_text(encoding="utf-8")
    (folder / "pumps.yaml").write_text(original, encoding="utf-8")
    found = outcome(chosen(read_each(tmp_path), ["own.yaml"])[0], ADVISOR)
    assert not found.problems
    assert not found.failure
    assert bool(found.inquiry) == bool(found.differences)
    if found.inquiry is not None:
        known = found.inquiry.advice.values
        assert all(name in known for each in found.differences for name in each.conclusions)
    return found.differences


GREASE = "work: grease, part: bearing"
STOP = "work: stop, part: pump"
PLAN = "plan(grease, bearing)"
DIFFERENT = {
    "a heading": (
        f"undetermined: [{{{GREASE}}}]",
        ("grease bearing", "heading", "undetermined", "advised", (PLAN,)),
        "grease bearing: expected undetermined, is advised",
    ),
    "a key that is not there": (
        "options: [{work: grease, part: seal}]",
        ("grease seal", "heading", "advised", "no heading", ()),
        "grease seal: has no heading",
    ),
    "a status": (
        f"options: [{{{GREASE}, status: required}}]",
        ("grease bearing", "status", "required", "advised", (PLAN,)),
        "grease bearing: expected status required, is advised",
    ),
    "a fact": (
        f"options: [{{{GREASE}, claims: [H2]}}]",
        ("grease bearing", "claims", "H2", "cites H", (PLAN,)),
        "grease bearing: does not cite H2 (cites ",
    ),
    "a dose": (
        f"options: [{{{GREASE}, dose: 21-30 g}}]",
        ("grease bearing", "dose", "21-30 g", "20-30 g", "grease(grease, bearing, "),
        "grease bearing: expected the dose 21-30 g, is 20-30 g",
    ),
    "no dose": (
        f"options: [{{{GREASE}, dose: none in the source}}]",
        ("grease bearing", "dose", "none in the source", "20-30 g", "grease(grease, bearing, "),
        "grease bearing: expected no dose, has 20-30 g",
    ),
    "steps": (
        f"options: [{{{GREASE}, steps: 4 x 5}}]",
        (
            "grease bearing",
            "steps",
            "4 x 5",
            "4-6 g/cm x 5 cm = 20-30 g; below the cap of 40 g",
            "grease(grease, bearing, ",
        ),
        "grease bearing: expected the steps '4 x 5', are '4-6 g/cm x 5 cm = 20-30 g; below the cap of 40 g'",
    ),
    "what is stated": (
        f"options: [{{{GREASE}, cap: 41 g}}]",
        ("grease bearing", "cap", "41 g", "40 g", "grease(grease, bearing, "),
        "grease bearing: expected cap 41 g, is 40 g",
    ),
    "a reason": (
        f"options: [{{{GREASE}, reasons: [NOT_HOT]}}]",
        ("grease bearing", "reasons", "NOT_HOT", "none", (PLAN,)),
        "grease bearing: expected the reasons NOT_HOT, are none",
    ),
    "a fact too few": (
        f"options: [{{{GREASE}, cites: [H2]}}]",
        ("grease bearing", "cites", "H2", "H", (PLAN,)),
        "grease bearing: expected cites H2, is H",
    ),
    "the facts of a statement": (
        "severity: [{is: moderate, cites: [H2]}]",
        ("severity moderate", "cites", "H2", "", ("severity(moderate)",)),
        "severity moderate: expected cites H2, is ",
    ),
    "why a conclusion is not so": (
        'reasons: {"plan(stop, pump)": [NOT_HOT]}',
        ("plan(stop, pump)", "reasons", "NOT_HOT", "", ("plan(stop, pump)",)),
        "plan(stop, pump): expected the reasons NOT_HOT, are ",
    ),
    "a statement": (
        "severity: [{is: low}]",
        ("severity low", "", "true", "not there", ("severity(low)",)),
        "severity low: expected true, is not there",
    ),
    "a value": (
        "values: {severity(severe): true}",
        ("severity(severe)", "", "true", "false", ("severity(severe)",)),
        "severity(severe): expected true, is false",
    ),
    "an open question": (
        'missing: {"plan(stop, pump)": [[pump.standby]]}',
        ("plan(stop, pump)", "settled by", "{pump.standby}", "no open question", ("plan(stop, pump)",)),
        "plan(stop, pump): is not among the open questions (",
    ),
    "a datum that is used": (
        "not-used: [readings.vibration]",
        ("readings.vibration", "use", "by no rule", "used by ", ()),
        "`readings.vibration` is not reported as a datum that no rule used",
    ),
    "what must not be advised": (
        f"must-not: [{{option: {{{GREASE}}}}}]",
        ("grease bearing", "heading", "not advised", "advised", (PLAN,)),
        "must not advise grease bearing",
    ),
    "what must not be said": (
        "must-not: [{severity: {is: moderate}}]",
        ("severity moderate", "", "not said", "true", ("severity(moderate)",)),
        "must not say severity(moderate)",
    ),
    "what does not pull apart": (
        "opposed: [stop-or-go-on]",
        ("stop-or-go-on", "", "shown", "not shown", ()),
        "the opposition `stop-or-go-on` is not shown",
    ),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_a_difference_is_told_side_by_side_with_its_place_and_what_explains_it(name: str, tmp_path: Path) -> None:
    expect, (subject, aspect, expected, actual, because), text = DIFFERENT[name]
    changes = "{pump.leak: true}" if name == "what does not pull apart" else HOT
    (found,) = differences(tmp_path, expect, changes)
    assert (found.subject, found.aspect, found.expected) == (subject, aspect, expected)
    if aspect in ("claims", "cites", "settled by", "use") or name.startswith(
        "why"
    ):  # what there is instead is listed: its beginning is enough
        assert found.actual.startswith(actual)
        assert found.text.startswith(text)
    else:
        assert (found.actual, found.text) == (actual, text)
    if isinstance(because, str):
        (conclusion,) = found.conclusions
        assert conclusion.startswith(because)
    else:
        assert found.conclusions == because
    assert found.location.file.endswith("own.yaml")
    assert found.location.line == 3
    assert found.location.column > 9


def test_a_field_is_placed_where_it_is_written(tmp_path: Path) -> None:
    expect = f"options: [{{{GREASE}, cap: 41 g, dose: 21 g}}]"
    found = {each.aspect: each.location.column for each in differences(tmp_path, expect)}
    line = f"expect: {{{expect}}}"
    assert found == {"cap": line.index("cap") + 1, "dose": line.index("dose") + 1}


@pytest.mark.parametrize(
    ("expect", "aspect", "expected", "actual"),
    [
        ("not-opposed: [stop-or-go-on]", "", "not shown", "shown"),
        ("opposed: []", "", "nothing", "stop-or-go-on"),
        ("opposed: [{is: stop-or-go-on, settled-by: O1}]", "settled by", "O1", "unresolved"),
        ("opposed: [{is: stop-or-go-on, sides: {H2: []}}]", "H2", "nothing", "speaks-for"),
        ("opposed: [{is: stop-or-go-on, sides: {H2: {ways: []}}}]", "H2", "nothing", "speaks-for"),
        ("opposed: [{is: stop-or-go-on, sides: {H2: {facts: [H3]}}}]", "facts", "H3", "H2"),
        (
            "opposed: [{is: stop-or-go-on, sides: {H2: {populations: {H2: direct}}}}]",
            "population of H2",
            "direct",
            "not",
        ),
    ],
)
def test_what_pulls_apart_is_told_side_by_side(
    tmp_path: Path, expect: str, aspect: str, expected: str, actual: str
) -> None:
    (found,) = differences(tmp_path, expect, STANDBY)
    assert (found.aspect, found.expected) == (aspect, expected)
    assert actual in found.actual
    if expected != "nothing" or aspect:
        assert "plan(stop, pump)" in found.conclusions


def test_all_that_is_expected_and_met_is_no_difference(tmp_path: Path) -> None:
    met = f'options: [{{{GREASE}, status: advised, running: "no", dose: 20-30 g, cap: 40 g}}]'
    assert differences(tmp_path, f"{met}, severity: [{{is: moderate}}]") == ()


def test_what_is_completed_is_explained_by_what_completes_it() -> None:
    kb = PUMPS.parents[2] / "kb"
    (scenario,) = chosen(read_each(kb), ["refractory-child"])
    assert isinstance(scenario, Scenario)
    advisor = Advisor(load(kb), ("compiled",))
    expect = read_text("options: [{drug: methylprednisolone, role: initial}]", "x", Findings())
    assert isinstance(expect, Mapping)
    (found,) = outcome(replace(scenario, expect=expect), advisor).differences
    assert found.conclusions == ("completed(methylprednisolone, initial)",)
