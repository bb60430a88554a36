"""`rulewright withdraw`: the answer, in text and JSON, and the exit code that makes it a gate."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from provenance.model.withdrawal import CaseWithdrawal, Drill, Retractions

Run = Callable[..., Any]
Example = Callable[[str], Path]
PUMPS = Path(__file__).resolve().parents[2] / "knowledge" / "pumps"


def test_a_withdrawal_that_takes_a_conclusion_away_closes_the_gate(run: Run) -> None:
    ran = run("withdraw", "R2", "--kb", PUMPS)
    assert (ran.code, ran.err) == (1, "")
    assert "over-pressure" in ran.out


def test_a_withdrawal_that_changes_no_advice_leaves_it_open(run: Run, example: Example) -> None:
    case = example("refractory-child")
    ran = run("withdraw", "G05", "--case", case, "--engines", "compiled")
    assert (ran.code, ran.err) == (0, "")
    assert "Nothing changes" in ran.out


@pytest.mark.parametrize(
    ("id_", "codes"),
    [("G27", {"falls": 1, "changes": 1, "any": 1}), ("I07", {"falls": 0, "changes": 1, "any": 1}),
     ("S5", {"falls": 0, "changes": 0, "any": 1})],
)  # fmt: skip
def test_the_gate_is_as_fine_as_it_is_asked_to_be(id_: str, codes: dict[str, int], run: Run, example: Example) -> None:
    asked = ("withdraw", id_, "--case", example("refractory-child"), "--engines", "compiled")
    assert {gate: run(*asked, "--fail-on", gate).code for gate in codes} == codes


def test_over_a_case_both_engines_answer_and_json_is_the_contract(run: Run, example: Example) -> None:
    asked = ("withdraw", "S6", "--case", example("refractory-child"), "--format", "json")
    both, one = run(*asked), run(*asked, "--engines", "compiled")
    found = CaseWithdrawal.model_validate_json(both.out)
    assert found == CaseWithdrawal.model_validate_json(one.out)
    assert both.code == 1
    assert "caution(OPPORTUNISTIC_INFECTION_MONITOR)" in {line.name for line in found.lines if line.effect == "fell"}


def test_over_scenarios_json_is_the_contract(run: Run) -> None:
    found = Drill.model_validate_json(run("withdraw", "R2", "--kb", PUMPS, "--format", "json").out)
    assert {effect.name for effect in found.effects} == {"pressure-in-metres-of-water", "pressure-below-by-a-hair"}


def test_only_some_lines_are_asked_for(run: Run, example: Example) -> None:
    asked = ("withdraw", "S1", "--case", example("refractory-child"), "--engines", "compiled", "--format", "json")
    found = CaseWithdrawal.model_validate_json(run(*asked, "--conclusions", "etoposide refractory").out)
    assert {line.name for line in found.lines if line.line == "option"} == {"etoposide, refractory"}
    ran = run(*asked, "--conclusions", "etopside")
    assert (ran.code, ran.out) == (2, "")
    assert "unknown-conclusion" in ran.err


def test_superseded_says_by_what(run: Run, example: Example) -> None:
    case = example("refractory-child")
    ran = run("withdraw", "S6", "--kind", "superseded", "--by", "S7", "--case", case, "--engines", "compiled")
    assert "were superseded by S7" in " ".join(ran.out.split())


def test_everything_wrong_with_what_is_asked_is_told_at_once(run: Run, example: Example) -> None:
    ran = run("withdraw", "S99", "G7", "--kind", "superseded", "--kb", PUMPS)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.count("unknown-id") == 2
    assert "superseded by something" in ran.err
    ran = run("withdraw", "--sources", "S0", "--kb", PUMPS)
    assert (ran.code, ran.out) == (2, "")
    assert "nothing is named that is withdrawn" in ran.err
    assert "scenarios have documents and times of their own" in ran.err
    assert run("withdraw", "S6", "--case", "no-such-case.yaml").code == 2


def test_a_list_of_retracted_identifiers(run: Run, example: Example, tmp_path: Path) -> None:
    case = ("--case", example("refractory-child"), "--engines", "compiled")
    path = tmp_path / "retracted.txt"
    path.write_bytes(b"\xef\xbb\xbf# found on the first of June\r\nPMID: 27688774\r\n39317415 # a candidate\r\n")
    ran = run("withdraw", "--retracted", path, *case)
    assert ran.code == 1
    told = " ".join(ran.out.split())
    assert (
        told.index("ON THE LIST") < told.index("MAY BE ON THE LIST") < told.index("WHAT FALLS WITH THOSE ON THE LIST")
    )
    assert "WHAT WOULD FALL IF S1 IS THE ONE THAT WAS RETRACTED" in told
    assert "confidence 0.5" in told
    from_input = run("withdraw", "--retracted", "-", *case, "--format", "json", stdin=path.read_bytes())
    assert len(Retractions.model_validate_json(from_input.out).hits) == 2
    assert Retractions.model_validate_json(from_input.out).unmatched == ()
    path.write_text("10.1000/182\n27688774\n1\n", encoding="utf-8")
    assert (
        "2 identifiers of the list hit nothing: doi:10.1000/182, PMID:1."
        in run("withdraw", "--retracted", path, *case).out
    )
    found = Retractions.model_validate_json(run("withdraw", "--retracted", path, *case, "--format", "json").out)
    assert found.unmatched == ("doi:10.1000/182", "PMID:1")


def test_a_list_that_hits_nothing_says_what_was_looked_for(run: Run, example: Example) -> None:
    ran = run("withdraw", "--retracted", "-", "--case", example("untreated-child"), stdin="1\n10.1000/182\n")
    told = " ".join(ran.out.split())
    assert ran.code == 0
    assert "2 identifiers looked for among 9 sources" in told
    assert "No list can find ED, S0, S2, S4, S5" in told


def test_a_list_with_malformed_lines_is_refused_whole(run: Run) -> None:
    ran = run("withdraw", "--retracted", "-", "--kb", PUMPS, stdin="1\nx\ny\n")
    assert (ran.code, ran.out) == (2, "")
    assert "<stdin>:2:1: identifier" in ran.err
    assert "<stdin>:3:1: identifier" in ran.err
    both = run("withdraw", "S6", "--retracted", "-", "--kind", "retracted")
    assert both.code == 2


def test_nothing_but_the_answer_is_printed_where_nobody_watches(run: Run) -> None:
    ran = run("withdraw", "H2", "--kb", PUMPS, "--format", "json")
    assert ran.err == ""
    json.loads(ran.out)


def test_without_a_scenario_nothing_was_tried_and_nothing_passes(run: Run, tmp_path: Path) -> None:
    shutil.copytree(PUMPS, tmp_path / "pumps", ignore=shutil.ignore_patterns("scenarios"))
    ran = run("withdraw", "H3", "--kb", tmp_path / "pumps")
    assert ran.code == 1
    assert "nothing was tried" in ran.out
    assert "H3 “Hot bearings should be greased.” — it is withdrawn itself" in ran.out
