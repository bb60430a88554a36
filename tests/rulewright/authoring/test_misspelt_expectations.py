"""A word of an expectation that is not declared is refused where it stands, with the word that may be meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.advising import Advisor
from engine.loading import load
from rulewright.authoring.failure import status
from rulewright.authoring.testing import picked, run_each

Write = Any
HOT = "set: {readings.vibration: 9 mm/s, readings.bearing-temperature: 95 Cel}"
STOP = "work: stop, part: pump"
MISSPELT = {
    "a key": ("options: [{work: stpo, part: pump}]", "`stpo` is no `work` of plan", "did you mean `stop`?"),
    "a status": (f"options: [{{{STOP}, status: requird}}]", "`requird` is no status", "did you mean `required`?"),
    "a modality": (f"options: [{{{STOP}, modality: mustt}}]", "`mustt` is no modality", "did you mean `must`?"),
    "whether it runs": (f"options: [{{{STOP}, running: noo}}]", "`noo` is no running", "did you mean `no`?"),
    "a reason": (f"options: [{{{STOP}, reasons: [NOT_HOTT]}}]", "`NOT_HOTT` is no reason", "did you mean `NOT_HOT`?"),
    "why a dose is open": (
        f"options: [{{{STOP}, dose-because: NOT_HOTT}}]",
        "`NOT_HOTT` is no reason",
        "did you mean `NOT_HOT`?",
    ),
    "a key of a heading": ("headings: {stpo / pump: advised}", "`stpo` is no `work` of plan", "did you mean `stop`?"),
    "a heading": ("headings: {stop / pump: advized}", "`advized` is no heading", "did you mean `advised`?"),
    "a value": ('values: {"severity(severe)": flase}', "`flase` is no value of a conclusion", "did you mean `false`?"),
    "a statement": ("severity: [{is: moderat}]", "`moderat` is no `is` of severity", "did you mean `moderate`?"),
    "the value of a statement": (
        "severity: [{is: moderate, value: flase}]",
        "`flase` is no value of a conclusion",
        "did you mean `false`?",
    ),
}


@pytest.mark.parametrize("name", MISSPELT)
def test_a_word_that_is_not_declared_is_refused(name: str, pumps: Path, write: Write) -> None:
    expect, message, hint = MISSPELT[name]
    file = write("hot", expect, HOT)
    (found,) = run_each(picked(pumps, ["hot"]), Advisor(load(pumps), ("compiled",)), False, lambda _: None).outcomes
    assert status(found) == "refused"
    (problem,) = found.problems
    assert (problem.code, problem.message, problem.hint) == ("unknown-term", message, hint)
    word = message.split("`")[1]
    line = file.read_text(encoding="utf-8").splitlines()[problem.location.line - 1]
    assert word in line[problem.location.column - 1 :]


def test_words_that_are_declared_and_are_not_so_differ(pumps: Path, write: Write) -> None:
    write("hot", f"options: [{{{STOP}, status: allowed, modality: may, running: unknown, reasons: [NOT_HOT]}}]", HOT)
    write("still", "headings: {stop / pump: completed}, values: {severity(severe): unknown}", HOT)
    report = run_each(picked(pumps, ["hot", "still"]), Advisor(load(pumps), ("compiled",)), False, lambda _: None)
    assert [status(found) for found in report.outcomes] == ["differs", "differs"]
