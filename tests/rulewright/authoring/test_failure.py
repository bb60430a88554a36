"""What an author reads of a scenario that did not pass."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.advising import Advisor
from engine.loading import load
from rulewright.authoring.failure import MOST_TRACED, failure_page, status
from rulewright.authoring.scenarios import Outcome
from rulewright.authoring.testing import picked, run_each

Write = Any
HOT = "set: {readings.vibration: 9 mm/s, readings.bearing-temperature: 95 Cel}"


def outcome_of(pumps: Path, name: str) -> Outcome:
    (found,) = run_each(picked(pumps, [name]), Advisor(load(pumps), ("compiled",)), False, lambda _: None).outcomes
    return found


def test_expected_and_actual_stand_side_by_side_below_their_titles(pumps: Path, write: Write) -> None:
    write("hot", "undetermined: [{work: stop, part: pump, claims: [H5]}]", HOT)
    found = outcome_of(pumps, "hot")
    lines = failure_page(found, 100, "none").text().splitlines()
    assert lines[0] == "DIFFERS hot  (pumps/scenarios/pumps.yaml:10:5)"
    titles, subject, heading, claims = lines[1:]
    assert subject == "  stop pump  (pumps/scenarios/pumps.yaml:13:29)"
    left, right = titles.index("expected"), titles.index("actual")
    assert [line[:left].strip() for line in (heading, claims)] == ["heading", "claims"]
    assert [line[left:right].strip() for line in (heading, claims)] == ["undetermined", "H5"]
    assert heading[right:] == "advised"
    assert claims[right:].startswith("cites H2")


def test_a_long_value_is_wrapped_in_its_own_column(pumps: Path, write: Write) -> None:
    long = "four to six grams for each centimetre of the diameter of the shaft that is there"
    write("hot", f"options: [{{work: grease, part: bearing, steps: {long}}}]", HOT)
    lines = failure_page(outcome_of(pumps, "hot"), 80, "none").text().splitlines()
    left, right = lines[1].index("expected"), lines[1].index("actual")
    assert all(len(line) <= 80 for line in lines)
    assert " ".join(" ".join(line[left:right] for line in lines[3:]).split()) == long
    assert "".join(line[:left] for line in lines[3:]).strip() == "steps"


def test_what_is_drawn_is_traced_to_the_rule_and_the_data(pumps: Path, write: Write) -> None:
    write("hot", "not-supported-now: [{work: stop, part: pump}]", HOT)
    text = failure_page(outcome_of(pumps, "hot")).text()
    assert "Why it is (data of the case are followed by their line:column in" in text
    assert "(1) plan(stop, pump) is TRUE" in text
    assert "(12:" in text  # the place of a datum that the scenario sets anew
    words = load(pumps).facts["H2"].quote
    assert "H2" in text
    assert words not in " ".join(text.split())
    assert words in " ".join(failure_page(outcome_of(pumps, "hot"), chains="full").text().split())


def test_what_is_not_drawn_is_traced_to_the_conditions_that_fail(pumps: Path, write: Write) -> None:
    write("cold", "options: [{work: stop, part: pump}]")
    text = failure_page(outcome_of(pumps, "cold")).text()
    assert "Why it is not (conditions that are met are left out):" in text
    assert "plan(stop, pump) is FALSE" in text
    assert "FAILED" in text
    assert "NOT_DISTRESSED" in text
    assert "  met: " not in text
    assert "  met: " in failure_page(outcome_of(pumps, "cold"), chains="full").text()
    assert "FAILED" not in failure_page(outcome_of(pumps, "cold"), chains="none").text()


def test_a_dose_that_differs_is_traced_to_its_arithmetic(pumps: Path, write: Write) -> None:
    write(
        "grease",
        "options: [{work: grease, part: bearing, dose: 1 g}]",
        HOT.replace("}", ", pump.shaft-diameter: 5 cm}"),
    )
    text = failure_page(outcome_of(pumps, "grease")).text()
    assert "computed: 4 to 6 g/cm × 5 cm = 20 to 30 g" in text


def test_more_conclusions_than_are_traced_are_named(pumps: Path, write: Write) -> None:
    work = {"bearing": "inspect", "shaft": "inspect", "impeller": "inspect", "coupling": "inspect", "seal": "replace"}
    write("cold", f"options: [{', '.join(f'{{work: {kind}, part: {part}}}' for part, kind in work.items())}]")
    text = failure_page(outcome_of(pumps, "cold")).text()
    assert text.count("Why it is not") == MOST_TRACED == 4
    assert "Not traced here: plan(replace, seal)\n" in text


def test_a_refused_case_is_told_with_its_problems_and_without_a_chain(pumps: Path, write: Write) -> None:
    write("wrong", "headings: {}", "set: {readings.vibration: 2 kg, pump.leek: true}")
    found = outcome_of(pumps, "wrong")
    assert status(found) == "refused"
    text = " ".join(failure_page(found).text().split())
    assert text.startswith("REFUSED wrong (")
    assert "Its case is refused:" in text
    assert "pumps.yaml:12:31: unit: " in text
    assert "did you mean `leak`?" in text
    assert "Why" not in text


def test_an_expectation_of_what_is_not_known_is_told_beside_what_differs(pumps: Path, write: Write) -> None:
    write("wrong", "not-supported-now: [{work: stop, part: pump, because: NOT_DISTRESED}]")
    found = outcome_of(pumps, "wrong")
    assert status(found) == "refused"
    text = " ".join(failure_page(found).text().split())
    assert "It expects what no advice could say:" in text
    assert "did you mean `NOT_DISTRESSED`?" in text
    assert "principal reason NOT_DISTRESED NOT_DISTRESSED" in text
    assert "Why" not in text


def test_a_scenario_that_cannot_be_read_is_told_with_its_problems(pumps: Path, write: Write) -> None:
    write("wrong", "headings: {}", "like: quiet\n    without: [pump.nothing]\n    silly: 1")
    path = pumps / "scenarios" / "pumps.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("    like: quiet\n    like", "    like"), encoding="utf-8")
    text = " ".join(failure_page(outcome_of(pumps, "wrong")).text().split())
    assert "It cannot be read:" in text
    assert "records no `pump.nothing`" in text
    assert "has no field `silly`" in text


def test_an_unknown_source_is_placed_in_the_scenario(pumps: Path, write: Write) -> None:
    write("wrong", "headings: {}", "sources: [HBB]")
    (problem,) = outcome_of(pumps, "wrong").problems
    assert (problem.code, problem.location.line, problem.hint) == ("unknown-source", 10, "did you mean `HB`?")


def test_where_no_prohibition_is_declared_what_can_be_forbidden_is_told(pumps: Path, write: Write) -> None:
    write("cold", "must-not: [H9-9]")
    text = " ".join(failure_page(outcome_of(pumps, "cold")).text().split())
    assert "`H9-9` is no declared prohibition (expected an option or a statement, for none is declared)" in text


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("standing: {is: retracted, note: taken back}", "Left out, because HB is retracted: H1"),
        ("valid: {to: 2020-01-01}", "Left out, because HB is not valid on 2026-0"),
        ("note: nothing", ""),
    ],
)
def test_facts_of_a_source_that_does_not_stand_are_told(pumps: Path, write: Write, line: str, told: str) -> None:
    source = pumps / "sources" / "HB.yaml"
    source.write_text(f"{source.read_text(encoding='utf-8')}{line}\n", encoding="utf-8")
    write("cold", "completed: [{work: stop, part: pump}]")
    text = failure_page(outcome_of(pumps, "cold")).text()
    assert "DIFFERS cold" in text
    assert told in text if told else "Left out" not in text
