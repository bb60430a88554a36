"""`rulewright why`: as text and as JSON, and everything that is wrong with what is asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from provenance.model.why import Why

Run = Callable[..., Any]
Example = Callable[[str], Path]
ANAKINRA = "option(anakinra, refractory)"


def test_text_and_json_say_the_same(run: Run, example: Example) -> None:
    text = run("why", example("refractory-child"), ANAKINRA)
    as_json = run("why", example("refractory-child"), ANAKINRA, "--format", "json")
    assert (text.code, as_json.code, text.err, as_json.err) == (0, 0, "", "")
    assert json.loads(as_json.out)["format"] == "rulewright/why/1"
    answer = Why.model_validate_json(as_json.out)
    assert text.out.startswith(f"{ANAKINRA} is TRUE: anakinra, for refractory cases. It can be drawn in 2 ways.")
    assert f"Any one of {answer.evidence.number} sets suffices" in text.out
    for fact in answer.facts:
        assert fact.id in text.out
    assert answer.unfolded is None
    assert {source.id for source in answer.sources} >= {"S0", "S1"}


def test_expanded_adds_the_tree_and_most_lists_fewer(run: Run, example: Example) -> None:
    text = run("why", example("refractory-child"), ANAKINRA, "--expanded", "--most", "1")
    assert text.code == 0
    assert "UNFOLDED" in text.out
    assert "besides: G04, … and 1 more" in text.out
    as_json = run("why", example("refractory-child"), ANAKINRA, "--expanded", "--format", "json")
    unfolded = Why.model_validate_json(as_json.out).unfolded
    assert unfolded is not None
    assert unfolded.conclusion == ANAKINRA


def test_words_name_conclusions_and_each_that_is_drawn_is_told(run: Run, example: Example) -> None:
    ran = run("why", example("refractory-child"), "anakinra")
    assert ran.code == 0
    assert f"{ANAKINRA} is TRUE" in ran.out
    assert "dose(anakinra, refractory, G13) is TRUE" in ran.out
    several = json.loads(run("why", example("refractory-child"), "anakinra", "--format", "json").out)
    assert isinstance(several, list)
    answers = [Why.model_validate(one) for one in several]
    assert {ANAKINRA, "dose(anakinra, refractory, G13)"} <= {one.conclusion for one in answers}
    assert len({one.advice for one in answers}) == 1


def test_what_is_not_drawn_is_another_question(run: Run, example: Example) -> None:
    ran = run("why", example("untreated-child"), ANAKINRA)
    assert (ran.code, ran.out) == (2, "")
    assert "not-drawn" in ran.err
    assert f"`rulewright why-not CASE '{ANAKINRA}'` says why it is not" in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["option(anakinra, refractori)"], "did you mean `option(anakinra, refractory)`?"),
        ([""], "unknown-conclusion"),
        ([ANAKINRA, "--most", "0"], "--most"),
        ([ANAKINRA, "--sources", "S00"], "did you mean `S0`?"),
        ([], "CONCLUSION"),
    ],
)
def test_bad_input_is_told_and_nothing_is_answered(run: Run, example: Example, arguments: list[str], said: str) -> None:
    ran = run("why", example("refractory-child"), *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_another_knowledge_base(run: Run, kb: Path, tmp_path: Path) -> None:
    case = tmp_path / "pump.yaml"
    case.write_text("{as-of: 2026-01-15T12:00Z, readings: {vibration: 9 mm/s}}", encoding="utf-8")
    pumps = kb.parent / "tests" / "knowledge" / "pumps"
    ran = run("why", case, "situation(vibration-high)", "--kb", pumps)
    assert ran.code == 0
    assert "situation(vibration-high) is TRUE" in ran.out
    assert "One set, and all of it is needed: H1." in ran.out
