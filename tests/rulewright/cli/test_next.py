"""`next` on the command line: what to ask for, as text and as JSON."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from provenance.model.next import Next

Run = Callable[..., Any]
CASE = "{as-of: 2026-03-06T08:00Z, patient: {mas: confirmed, weight: 20 kg}, courses: []}"


def test_data_are_asked_for_in_their_order(run: Run) -> None:
    ran = run("next", "-", "--engines", "compiled", stdin=CASE)
    assert (ran.code, ran.err) == (0, "")
    assert "1. infection: settles 2 of 4 open questions by itself, whatever the answer" in ran.out
    assert "    if yes:\n      holds — " in ran.out
    assert ran.out.index("1. infection") < ran.out.index("coagulopathy") < ran.out.index("organ dysfunction")


def test_json_is_the_published_model(run: Run) -> None:
    ran = run("next", "-", "--engines", "compiled", "--format", "json", stdin=CASE)
    found = Next.model_validate_json(ran.out)
    assert found.data[0].path == "findings.infection"
    assert found.labels["findings.infection"] == "infection"


def test_a_case_that_cannot_be_read_is_refused(run: Run, example: Callable[[str], Path]) -> None:
    ran = run("next", "-", stdin="{as-of: today}")
    assert (ran.code, ran.out) == (2, "")
    assert run("next", example("no-such-case")).code == 2
