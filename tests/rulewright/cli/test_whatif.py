"""`what-if` on the command line: text for reading, JSON with exact values, and every problem with its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]


def test_a_changed_weight_changes_doses_and_cautions(run: Run, example: Callable[[str], Path]) -> None:
    ran = run("what-if", example("refractory-child"), "--set", "patient.weight=30 kg")
    assert ran.code == 0
    assert "• weight: 25 kg → 30 kg" in ran.out
    text = " ".join(ran.out.split())
    assert "advised (option): 50 to 250 mg per day → advised (option): 60 to 300 mg per day" in text
    assert "below the dose that the source states (30 mg/kg per day, at most 1,000 mg per day): appears — holds" in text


def test_json_holds_exact_values_and_is_the_published_model(run: Run, example: Callable[[str], Path]) -> None:
    from provenance.model.whatif import WhatIf

    ran = run("what-if", example("refractory-child"), "--set", "patient.weight=40 kg", "--format", "json")
    answer = WhatIf.model_validate_json(ran.out)
    [change] = [change for change in answer.comparison.changes if change.name == "IVIG, refractory"]
    amounts = [aspect for aspect in json.loads(change.model_dump_json())["aspects"] if aspect["name"] == "dose.amount"]
    assert amounts[0]["after"] == [{"low": "40", "high": "80", "unit": "g"}]


def test_it_ends_well_where_the_advice_does_not_change(run: Run, example: Callable[[str], Path]) -> None:
    ran = run("what-if", example("refractory-child"), "--set", "labs.ferritin=20 ng/mL", "--engines", "compiled")
    assert (ran.code, ran.err) == (0, "")
    assert "No line of the advice changes." in ran.out


def test_every_problem_is_told_at_once(run: Run, example: Callable[[str], Path]) -> None:
    ran = run(
        "what-if",
        example("refractory-child"),
        "--set",
        "patient.wieght=3 kg",
        "--set",
        "labs.ferritin=3",
        "--remove",
        "x[",
    )
    assert (ran.code, ran.out) == (2, "")
    assert [line.split(": ")[:2] for line in ran.err.splitlines()[:-1]] == [
        ["--remove x[", "change"],
        ["--set labs.ferritin:1:1", "unit"],
        ["--set patient.wieght", "unknown-field"],
    ]
    assert run("what-if", example("refractory-child")).code == 2
