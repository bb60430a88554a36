"""How sure: every way is a chain of firings, every derivation is worth what it rests on, and the page says so."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from engine.advising import Advisor, read_case_text
from engine.loading import load
from engine.model.advice import FiringRecord
from provenance.certainty import certainties, held
from provenance.grounds import Grounds
from provenance.inquiry import Inquiry
from provenance.model.certainty import Certainties, Derivation, HowSure
from provenance.render.certainty import certainty_page

ROOT = Path(__file__).parents[2]
GRADED = ROOT / "tests" / "knowledge" / "graded"
FROST = """
as-of: 2025-04-10T16:00Z
orchard: {stage: blossom, plot: hollow, water: 100 m3, fruit: apple}
forecast: {lowest: -5 Cel, dew-point: -9 Cel, wind: 0.5 m/s, above: 2 Cel, coldest-plot: upper}
"""
COUNTED = {f"warning({name})" for name in ("COLD_ARRIVES", "COLD_ON_BALANCE", "LOOK_AGAIN", "CALL_FOR_HELP")}
"""Conclusions that rest on counts, of which not every premise is needed."""
RANKS = ["no evidence", "high", "moderate", "low", "very low"]


def grounds(folder: Path, text: str) -> Grounds:
    knowledge = load(folder)
    return Inquiry(Advisor(knowledge, ("compiled",)), read_case_text(text, "case.yaml", knowledge)).grounds


@pytest.fixture(scope="module")
def frost() -> Grounds:
    return grounds(GRADED, FROST)


@pytest.fixture(scope="module")
def answers(frost: Grounds) -> Certainties:
    return certainties(frost, [name for name, value in frost.advice.values.items() if value == "true"])


def test_what_is_told_is_what_the_advice_says(frost: Grounds, answers: Certainties) -> None:
    told = {one.conclusion: one.certainty for one in answers.conclusions}
    standings = [entry.certainty for entry in frost.advice.options if entry.certainty.conclusion]
    statements = [entry.certainty for entries in frost.advice.sections.values() for entry in entries]
    assert len(standings) == 3
    assert len(statements) == 13
    assert all(told[certainty.conclusion] == certainty for certainty in (*standings, *statements))


@pytest.mark.parametrize("case", ["frost", *sorted(path.stem for path in (ROOT / "kb/scenarios/examples").glob("*"))])
def test_every_statement_that_is_named_has_one_way_to_it_by_firings(case: str, frost: Grounds) -> None:
    path = ROOT / "kb" / "scenarios" / "examples" / f"{case}.yaml"
    asked = frost if case == "frost" else grounds(ROOT / "kb", path.read_text(encoding="utf-8"))
    drawn = [name for name, value in asked.advice.values.items() if value in ("true", "provisional")]
    every = certainties(asked, drawn).conclusions
    for told in every:
        named = {role: set[str]() for role in ("limits", "bounds", "open")}
        for way in told.ways:
            named[way.role].add(way.statement.fact)
            firings = [asked.firings[step.firing] for step in way.steps]
            assert [firing.conclusion for firing in firings] == [step.conclusion for step in way.steps]
            assert way.steps[0].conclusion == told.conclusion
            for above, below in pairwise(firings):
                assert below.conclusion in premises(asked, above)
                assert below.value == asked.advice.values[below.conclusion]
            assert way.statement.fact in {*asked.evidence(firings[-1]), *asked.warrants(firings[-1].rule), "G9", "G10"}
            assert bool(way.statement.grade) == (way.role != "open")
        certainty = told.certainty
        assert named == {
            "limits": {*certainty.limiting},
            "bounds": {*certainty.bounding},
            "open": {*certainty.ungraded},
        }
        assert len(told.ways) == sum(map(len, named.values()))
    assert sum(len(told.ways) for told in every) > 10


def premises(asked: Grounds, firing: FiringRecord) -> set[str]:
    pairs = [(premise, literal) for premise, literal, absent in asked.premises(firing) if not absent]
    return {name for premise, literal in pairs for name in asked.conclusions(premise, literal)}


def test_a_derivation_has_its_weakest_grade_and_a_conclusion_its_best(frost: Grounds, answers: Certainties) -> None:
    told = {one.conclusion: one for one in answers.conclusions}
    for one in answers.conclusions:
        if one.conclusion.startswith("option"):  # its derivations are those of its arguments
            continue
        for derivation in one.derivations:
            assert derivation.conclusion == one.conclusion
            if derivation.conclusion not in COUNTED:
                assert_weakest(derivation, told)
        worth = [derivation.grade or derivation.status for derivation in one.derivations]
        grades = [RANKS.index(grade) for grade in worth if grade in RANKS]
        assert (one.certainty.grade or one.certainty.status) in (
            [RANKS[min(grades)]] if grades else ["partly graded", "not graded"]
        )


def assert_weakest(derivation: Derivation, told: dict[str, HowSure]) -> None:
    grades = [statement.grade for statement in derivation.statements]
    for premise in derivation.premises:
        own = told[premise.conclusion].certainty
        assert premise.status == own.status
        assert premise.grade == own.grade
        grades.append(own.grade if own.status == "graded" else "no evidence" if own.status == "no evidence" else "")
    if "" in grades:
        assert derivation.status in ("partly graded", "not graded")
    else:
        assert (derivation.grade or derivation.status) == RANKS[max(map(RANKS.index, grades), default=0)]


def test_the_other_axes_stand_beside_the_grade(answers: Certainties) -> None:
    told = {one.conclusion: one.beside for one in answers.conclusions}
    heaters = told["option(heaters, blossom)"]
    assert heaters.designs == {"H3": "grower's report"}
    assert heaters.undesigned == ("G2", "G6", "G8", "H1")
    assert heaters.populations == {"H3": "indirect"}
    assert told["option(wind machine, blossom)"].readings == ("I1",)
    assert told["option(wind machine, blossom)"].designs == {"G3": "field trial"}
    assert told["option(sprinkling, blossom)"].absences == ("an argument against: overhead sprinkling, in blossom",)


def test_a_grade_whose_grader_fell_is_told_and_does_not_count() -> None:
    text = FROST.replace("100 m3", "30 m3").replace("2025-04", "2026-04")
    (told,) = certainties(grounds(GRADED, text), ["withheld(sprinkling, blossom)"]).conclusions
    assert told.certainty.status == "not graded"
    (statement,) = told.derivations[0].statements
    assert (statement.fact, statement.grade, statement.stated, statement.by) == ("H7", "", "moderate", "P2")
    assert statement.does_not_count == "P2 is no longer valid"


def test_a_conclusion_that_does_not_hold_is_not_drawn(frost: Grounds) -> None:
    told = certainties(frost, ["situation(wet-bark)", "nothing(of, the, kind)"]).conclusions
    assert [(one.value, one.certainty.status, one.derivations) for one in told] == [("false", "not drawn", ())] * 2


def test_the_answer_reads_back(frost: Grounds) -> None:
    answer = certainties(frost, held(frost))
    assert Certainties.model_validate_json(answer.model_dump_json()) == answer
    quoted = {fact.id for fact in answer.facts}
    assert {way.statement.fact for told in answer.conclusions for way in told.ways} <= quoted


def test_the_page_tells_what_sets_the_grade_and_its_words(frost: Grounds) -> None:
    page = " ".join(certainty_page(certainties(frost, ["option(heaters, blossom)"]), frost.knowledge).text().split())
    assert "high (or A) · moderate · low · very low" in page
    assert "Certainty low: G6 (graded by P1); at most high if H3 were graded." in page
    assert "graded low by P1: G6 “Heaters may be used in a hard frost (low)" in page
    assert "not graded: H3 “I lit heaters in my hollow in every frost.”" in page
    assert "H3 is about cherries: other orchards, so indirect evidence here" in page
    assert "Study design: report of a single grower (H3)" in page


def test_the_short_page_has_a_line_for_each_conclusion_that_holds(frost: Grounds) -> None:
    page = certainty_page(certainties(frost, held(frost)), frost.knowledge, whole=False).text()
    flat = " ".join(page.split())
    assert "• Overhead sprinkling, in blossom — certainty moderate: G1 (graded by P1)" in flat
    assert "certainty at most moderate: H4 H6 (graded by P1); H5 is not graded [cold(hollow)]" in flat
    assert page.count("•") == len(held(frost)) == 16


def test_where_nobody_graded_anything_the_page_says_so() -> None:
    path = ROOT / "kb" / "scenarios" / "examples" / "refractory-child.yaml"
    asked = grounds(ROOT / "kb", path.read_text(encoding="utf-8"))
    page = " ".join(certainty_page(certainties(asked, held(asked)), asked.knowledge, whole=False).text().split())
    assert "No scale of certainty is declared." in page
    assert "Nobody graded what these conclusions rest on." in page
    assert "study design: case report (R03)" in page
    assert {one.certainty.status for one in certainties(asked, held(asked)).conclusions} == {"not graded"}
    assert "No source here grades its certainty." in asked.advice.limits
