"""`conflicts` on the command line: both chains in full, JSON of the published model, and names that are none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from provenance.model.conflict import Conflicts

Run = Callable[..., Any]
Example = Callable[[str], Path]
PUMPS = Path(__file__).resolve().parents[2] / "knowledge" / "pumps"


def flat(text: str) -> str:
    return " ".join(text.split())


def part(text: str, start: str, end: str = "") -> str:
    """What is printed from one text to the next, on one line."""
    found = flat(text).partition(start)[2]
    assert found, start
    return found.partition(end)[0] if end else found


def test_three_roles_are_three_sides_each_down_to_the_words(run: Run, example: Example) -> None:
    ran = run("conflicts", example("biologic-asked-for-first"), "T4")
    assert (ran.code, ran.err) == (0, "")
    assert "T4: tocilizumab as therapy, as exposure and as a risk of sequence — UNRESOLVED" in ran.out
    therapy = part(ran.out, "side “as therapy”", "side “as exposure”")
    assert "would speak for tocilizumab, for refractory cases, but the case is not refractory" in therapy
    assert "for option(tocilizumab, refractory) is FALSE not by “A therapy is considered in the situation" in therapy
    assert "it needs: (1) situation(refractory) is FALSE" in therapy
    assert "R09 “can be an effective treatment for adult-onset Still's disease-associated MAS”" in therapy
    exposure = part(ran.out, "side “as exposure”", "side “as a risk of sequence”")
    assert "nothing of it bears on this case: L02 “3 per 112 (3%) developed MAS" in exposure
    sequence = part(ran.out, "side “as a risk of sequence”")
    assert (
        "speaks against tocilizumab, for refractory cases (R13 R14) against option(tocilizumab, refractory) is TRUE"
        in sequence
    )
    assert "when patient.requested is tocilizumab (true) — case: asked for tocilizumab" in sequence
    assert "stands in the way of tocilizumab, for refractory cases" in sequence


def test_by_default_all_that_pulls_apart_and_then_what_does_not(run: Run, example: Example) -> None:
    ran = run("conflicts", example("refractory-child"))
    titles = [
        line.partition(":")[0] for line in ran.out.splitlines() if " — UNRESOLVED" in line or " — settled" in line
    ]
    assert titles == ["T1", "T4", "T5", "T3"]
    assert "T2: the two triggers of cyclosporine A — no side holds in this case" in flat(ran.out)
    assert "T3: cyclosporine A and tacrolimus (duplication: two alternatives at once) — UNRESOLVED" in ran.out
    quiet = run("conflicts", example("untreated-child"))
    assert quiet.code == 0
    assert quiet.out.startswith("Nothing pulls apart in this case.\n")


def test_a_preference_says_which_side_goes_before_which(run: Run, example: Example, tmp_path: Path) -> None:
    text = example("refractory-child").read_text(encoding="utf-8").partition("\nexpect:")[0].partition("case:\n")[2]
    body = "\n".join(line[2:] for line in text.splitlines()).replace(
        "started: 2026-03-03T00:00Z, response: inadequate", "started: 2026-03-03T00:00Z, response: adequate"
    )
    path = tmp_path / "case.yaml"
    path.write_text(body.replace("mas: confirmed", "mas: confirmed, refractory: true"), encoding="utf-8")
    ran = run("conflicts", path, "T2")
    said = flat(ran.out)
    assert "T2: the two triggers of cyclosporine A — settled by the preference T2" in said
    assert "“after an inadequate response” goes before “in refractory cases”: the trigger of G09" in said
    assert "do not both hold here" not in said
    specific = part(ran.out, "side “after an inadequate response”", "unless")
    assert "G09 “If the patient does not respond adequately" in specific
    assert "with the potential addition" not in specific
    assert "patient.refractory is true (true) — case: declared refractory" in part(
        ran.out, "side “in refractory cases”"
    )


def test_json_is_the_published_model(run: Run, example: Example) -> None:
    ran = run("conflicts", example("refractory-child"), "--format", "json")
    answer = Conflicts.model_validate_json(ran.out)
    assert [one.opposition.name for one in answer.conflicts] == ["T1", "T4", "T5", "T3"]
    assert answer.conflicts[0].sides[0].chains[0].firings


def test_the_founding_document_without_its_editors_admits_no_less(run: Run, example: Example) -> None:
    ran = run("conflicts", example("refractory-child"), "T1", "--sources", "S0", "--engines", "compiled")
    assert "T1: the place of anakinra — settled by a reading" in ran.out


@pytest.mark.parametrize(("name", "hint"), [("T44", "did you mean `T4`?"), ("anakinra", "")])
def test_a_name_that_is_none_is_refused(run: Run, example: Example, name: str, hint: str) -> None:
    ran = run("conflicts", example("refractory-child"), name)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"NAME: unknown-opposition: nothing that pulls apart is called `{name}`")
    assert hint in ran.err


def test_it_knows_no_medicine(run: Run, tmp_path: Path) -> None:
    case = tmp_path / "pump.yaml"
    case.write_text(
        "as-of: 2026-01-15T12:00Z\n"
        "pump: {critical: true, standby: false, sealed-bearing: true, leak: true, noise: true, shaft-diameter: 5 cm}\n"
        "readings: {vibration: 9 mm/s, bearing-temperature: 95 Cel, pressure: 400 kPa}\n"
        "repairs:\n"
        "  - {part: bearing, begun: -40 d, ended: -39 d, lubricant: lithium grease, result: held}\n"
        "  - {part: coupling, begun: -39 d, ended: -38 d, lubricant: clay grease, result: held}\n"
        "inspections: [{kind: vibration, day: 2026-01-01, result: true}]\n",
        encoding="utf-8",
    )
    ran = run("conflicts", case, "--kb", PUMPS)
    said = flat(ran.out)
    assert (ran.code, ran.err) == (0, "")
    assert "stop-or-go-on: H2 and O1 — UNRESOLVED" in said
    assert "speaks for stop, the whole pump" in part(ran.out, "side “H2”", "side “O1”")
    assert "arguments over grease, bearing — settled by the preference maker-before-handbook" in said
    assert "greases: lithium grease and clay grease (they spoil each other) — UNRESOLVED" in said
