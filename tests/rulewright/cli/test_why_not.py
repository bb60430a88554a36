"""`rulewright why-not`: an overview, one conclusion, and questions that cannot be answered."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from provenance.model.whynot import NotDrawn, WhyNot

Run = Callable[..., Any]
Example = Callable[[str], Path]


def test_without_a_conclusion_each_option_that_is_not_drawn_has_a_line(run: Run, example: Example) -> None:
    ran = run("why-not", example("untreated-child"))
    assert ran.code == 0
    assert "option(etoposide, refractory)" in ran.out
    assert "option(methylprednisolone, initial)" not in ran.out
    as_json = run("why-not", example("untreated-child"), "--format", "json")
    lines = NotDrawn.model_validate_json(as_json.out).lines
    assert len(lines) == ran.out.count("nearest: ")


def test_one_conclusion_with_and_without_changes(run: Run, example: Example) -> None:
    ran = run("why-not", example("untreated-child"), "cyclosporine")
    assert ran.code == 0
    assert "FAILED: the case is refractory [NOT_REFRACTORY]: see (2)" in ran.out
    assert "1 change is enough, in 2 ways." in ran.out
    assert "1. declared refractory: true" in ran.out
    without = run("why-not", example("untreated-child"), "cyclosporine", "--no-changes")
    assert "WHAT WOULD HAVE DRAWN IT" not in without.out
    assert ran.out.startswith(without.out.rstrip("\n"))


def test_json_is_the_answer_and_says_the_same_as_text(run: Run, example: Example) -> None:
    ran = run("why-not", example("untreated-child"), "option(anakinra, refractory)", "--format", "json")
    answer = WhyNot.model_validate_json(ran.out)
    assert json.loads(ran.out)["format"] == "rulewright/why-not/1"
    assert answer.changes is not None
    assert (answer.conclusion, answer.value, answer.changes.size) == ("option(anakinra, refractory)", "false", 2)
    assert {fact.id for fact in answer.facts} >= {"G13", "I04"}


def test_what_is_drawn_is_not_asked_about(run: Run, example: Example) -> None:
    ran = run("why-not", example("refractory-child"), "option(anakinra, refractory)")
    assert (ran.code, ran.out) == (2, "")
    assert "already-drawn" in ran.err
    assert "`rulewright why CASE 'option(anakinra, refractory)'` says why it is" in ran.err


def test_what_is_no_conclusion_has_a_hint(run: Run, example: Example) -> None:
    ran = run("why-not", example("refractory-child"), "option(anakinra, refractori)")
    assert (ran.code, ran.out) == (2, "")
    assert "did you mean `option(anakinra, refractory)`?" in ran.err


def test_another_knowledge_base(run: Run, kb: Path, tmp_path: Path) -> None:
    case = tmp_path / "pump.yaml"
    case.write_text("{as-of: 2026-01-15T12:00Z, readings: {vibration: 2 mm/s}}", encoding="utf-8")
    pumps = kb.parent / "tests" / "knowledge" / "pumps"
    ran = run("why-not", case, "situation(vibration-high)", "--kb", pumps)
    assert ran.code == 0
    assert "the bound > 7.1 mm per second is set by H1" in ran.out
    assert "1. vibration: more than 7.1 mm per second (now: 2 mm per second)" in ran.out


def test_what_can_be_asked_is_offered_the_most_similar_first(run: Run, example: Example) -> None:
    ran = run("why-not", example("refractory-child"), "option(aspirin, refractory)")
    assert ran.code == 2
    assert "did you mean" not in ran.err, "only the role is alike"
    assert "option(anakinra, refractory)" not in ran.err.replace("against option", ""), "it is drawn"
    assert "against option" not in ran.err
    assert "expected one of option(" in ran.err, "the relation is the one that was written"
    empty = run("why-not", example("refractory-child"), " ")
    assert (empty.code, empty.out) == (2, "")
    assert "the conclusion is empty" in empty.err
