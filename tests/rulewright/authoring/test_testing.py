"""A run of scenarios: one that is wrong hides no other, and a run can stop at the first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.advising import Advisor
from engine.errors import Refused
from engine.loading import load
from rulewright.authoring.failure import status
from rulewright.authoring.testing import Report, picked, run_each

Write = Any


def report_of(pumps: Path, *filters: str, fail_fast: bool = False) -> Report:
    return run_each(picked(pumps, filters), Advisor(load(pumps), ("compiled",)), fail_fast, lambda _: None)


@pytest.fixture
def mixed(pumps: Path, write: Write) -> Path:
    """Two that pass around one that differs, four that are wrong in different ways, and a file that is no YAML."""
    write("differs", "options: [{work: stop, part: pump}]")
    write("refused-case", "headings: {}", "set: {pump.leak: 12}")
    write("refused-expectation", "options: [{work: stopp, part: pump}], values: {nothing(pump): true}")
    write("like-nothing", "headings: {}", "without: [pump.nothing]")
    write("like-that", "headings: {}", "set: {pump.leak: true}", file="z.yaml")
    path = pumps / "scenarios" / "z.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("like: quiet", "like: like-nothing"), encoding="utf-8")
    write("last", "not-supported-now: [{work: stop, part: pump}]", file="z.yaml")
    (pumps / "scenarios" / "broken.yaml").write_text("scenarios: [\n", encoding="utf-8")
    (pumps / "scenarios" / "coded.yaml").write_bytes(b"\xff\xfe")
    return pumps


def test_what_is_wrong_with_one_hides_no_other(mixed: Path) -> None:
    found = {outcome.name: (status(outcome), outcome.wrong) for outcome in report_of(mixed).outcomes}
    assert found == {
        "quiet": ("passed", ""),
        "differs": ("differs", ""),
        "refused-case": ("refused", "case"),
        "refused-expectation": ("refused", "expectation"),
        "like-nothing": ("refused", "scenario"),
        "like-that": ("refused", "scenario"),
        "last": ("passed", ""),
        "broken": ("refused", "scenario"),
        "coded": ("refused", "scenario"),
    }
    assert report_of(mixed).summary() == "9 scenarios, 1 differs, 6 refused"
    assert not report_of(mixed).passed


def test_a_run_stops_at_the_first_that_does_not_pass(mixed: Path) -> None:
    report = report_of(mixed, fail_fast=True)
    assert [outcome.name for outcome in report.outcomes] == ["quiet", "differs"]
    assert [scenario.name for scenario in report.left_out][:2] == ["refused-case", "refused-expectation"]
    assert report.summary() == "2 scenarios, 1 differs, 7 not run"


def test_a_filter_that_means_none_comes_with_the_files_that_could_not_be_read(mixed: Path) -> None:
    with pytest.raises(Refused) as refused:
        picked(mixed, ["not-there"])
    assert {"unknown-scenario", "syntax", "unreadable"} <= {problem.code for problem in refused.value.problems}


def test_a_filter_leaves_out_what_is_wrong_elsewhere(mixed: Path) -> None:
    report = report_of(mixed, "quiet")
    assert report.passed
    assert report.summary() == "1 scenario, 0 differ"


def test_where_there_is_no_scenario_nothing_passed(pumps: Path) -> None:
    (pumps / "scenarios" / "pumps.yaml").unlink()
    assert picked(pumps, ["any"]) == []
    assert not report_of(pumps).passed


def test_engines_that_cannot_answer_fail_the_scenario_alone(
    pumps: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.errors import EnginesDiffer

    write("second", "not-supported-now: [{work: stop, part: pump}]")
    advisor = Advisor(load(pumps), ("compiled",))
    derive = advisor.derive

    def differing(case: Any, *rest: Any) -> Any:
        if not calls:
            calls.append(case)
            raise EnginesDiffer("the engines differ about plan(stop, pump)")
        return derive(case, *rest)

    calls: list[Any] = []
    monkeypatch.setattr(advisor, "derive", differing)
    report = run_each(picked(pumps, []), advisor, False, lambda _: None)
    assert [status(found) for found in report.outcomes] == ["no answer", "passed"]
    assert report.outcomes[0].failure == "the engines differ about plan(stop, pump)"
    assert report.summary() == "2 scenarios, 0 differ, 1 no answer"


LOST = [
    "{not-supported-now: [{work: stop, part: pump, running: yes}]}",
    "{not-supported-now: [{work: stop, part: pump, ~: x}]}",
    "{not-supported-now: [{work: stop, part: pump, work: stop}]}",
    "{options: ~}",
    "~",
]
"""Expectations of a scenario that passes, but for a value or a key that no reader of YAML is sure about."""


@pytest.mark.parametrize("expect", LOST)
def test_a_value_that_is_lost_in_reading_fails_its_own_scenario_whatever_the_filter(
    pumps: Path, write: Write, expect: str
) -> None:
    write("before", "not-supported-now: [{work: stop, part: pump}]")
    path = write("torn", "EXPECT")
    path.write_text(path.read_text(encoding="utf-8").replace("{EXPECT}", expect), encoding="utf-8")
    write("after", "not-supported-now: [{work: stop, part: pump}]")
    write("like-it", "not-supported-now: [{work: stop, part: pump}]")
    path.write_text(path.read_text(encoding="utf-8").replace("like-it\n    like: quiet", "like-it\n    like: torn"))
    (alone,) = report_of(pumps, "torn").outcomes
    assert status(alone) == "refused"
    assert [problem.location.line for problem in alone.problems] == [17]
    every = {found.name: status(found) for found in report_of(pumps).outcomes}
    assert every == {"quiet": "passed", "before": "passed", "torn": "refused", "after": "passed", "like-it": "passed"}


@pytest.mark.parametrize("lost", ["set: {pump.leak: ~}", "set: {~: true}", "without: ~"])
def test_a_case_that_is_lost_in_reading_fails_those_that_are_like_it(pumps: Path, write: Write, lost: str) -> None:
    write("torn", "not-supported-now: [{work: stop, part: pump}]", lost)
    path = write("like-it", "not-supported-now: [{work: stop, part: pump}]")
    path.write_text(path.read_text(encoding="utf-8").replace("like-it\n    like: quiet", "like-it\n    like: torn"))
    for name in ("torn", "like-it"):
        (alone,) = report_of(pumps, name).outcomes
        assert (status(alone), len(alone.problems)) == ("refused", 1)


def test_what_is_lost_outside_of_every_scenario_is_of_the_file(pumps: Path, write: Write) -> None:
    path = write("torn", "not-supported-now: [{work: stop, part: pump}]")
    path.write_text(path.read_text(encoding="utf-8") + "  - ~\n  - {name: yes, like: quiet}\nno: 1\n", encoding="utf-8")
    assert report_of(pumps, "torn").passed
    by_name = {found.name: found for found in report_of(pumps).outcomes if not found.passed}
    assert [problem.location.line for problem in by_name["pumps"].problems] == [14, 15, 16]


def test_of_two_with_one_name_neither_passes(pumps: Path, write: Write) -> None:
    write("twice", "not-supported-now: [{work: stop, part: pump}]")
    write("twice", "not-supported-now: [{work: stop, part: pump}]", file="z.yaml")
    assert [status(found) for found in report_of(pumps, "twice").outcomes] == ["refused", "refused"]
    assert [status(found) for found in report_of(pumps, "z.yaml").outcomes] == ["refused"]
