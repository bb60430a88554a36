"""`certainty` on the command line: how sure, as text and as JSON."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from provenance.model.certainty import Certainties

Run = Callable[..., Any]
GRADED = str(Path(__file__).parents[2] / "knowledge" / "graded")
FROST = "{as-of: 2025-04-10T16:00Z, orchard: {stage: blossom, water: 90 m3}, forecast: {lowest: -5 Cel}}"


def test_each_conclusion_that_holds_has_a_line(run: Run) -> None:
    ran = run("certainty", "-", "--kb", GRADED, stdin=FROST)
    assert (ran.code, ran.err) == (0, "")
    flat = " ".join(ran.out.split())
    assert "Heaters, in blossom — certainty low: G6 (graded by P1); at most high if H3 were graded" in flat
    assert "Ice may break the branches. — certainty high: G11 (graded by P1), H1 (graded by P2)" in flat


def test_one_conclusion_is_followed_to_what_sets_its_grade(run: Run) -> None:
    ran = run("certainty", "-", "sprinkling", "--kb", GRADED, "--engines", "compiled", stdin=FROST)
    assert (ran.code, ran.err) == (0, "")
    assert "graded moderate by P1: G1 “We recommend overhead sprinkling" in " ".join(ran.out.split())
    assert "HEATERS" not in ran.out


def test_json_is_the_published_model(run: Run) -> None:
    options = ("--kb", GRADED, "--engines", "compiled", "--format", "json")
    ran = run("certainty", "-", "option(heaters, blossom)", *options, stdin=FROST)
    (told,) = Certainties.model_validate_json(ran.out).conclusions
    assert (told.certainty.grade, told.certainty.at_most) == ("low", "high")
    assert [way.statement.fact for way in told.ways] == ["G6", "H3", "G2"]


def test_the_grades_of_a_later_day_are_other_grades(run: Run) -> None:
    ran = run("certainty", "-", "ice", "--kb", GRADED, "--as-of", "2026-03-01T08:00Z", stdin=FROST)
    assert "Certainty at most high: G11 (graded by P1); G8 is not graded." in " ".join(ran.out.split())


def test_a_conclusion_that_there_is_not_is_refused(run: Run) -> None:
    ran = run("certainty", "-", "hoeing", "--kb", GRADED, stdin=FROST)
    assert (ran.code, ran.out) == (2, "")
    assert "unknown-conclusion" in ran.err
