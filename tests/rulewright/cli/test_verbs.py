"""What each verb answers."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.model.advice import Advice

Run = Callable[..., Any]
Example = Callable[[str], Path]


# advise ---------------------------------------------------------------------------------------------------------------


def test_advise_prints_one_page(run: Run, example: Example) -> None:
    ran = run("advise", example("untreated-child"))
    assert (ran.code, ran.err) == (0, "")
    assert "CONSIDER NOW" in ran.out
    assert "600 mg per day" in ran.out


def test_advise_answers_the_same_from_a_file_from_standard_input_and_from_json(run: Run, example: Example) -> None:
    path = example("untreated-child")
    first = run("advise", path, "--format", "json", "--engines", "compiled")
    assert run("advise", "-", "--format", "json", "--engines", "compiled", stdin=path.read_bytes()).out == first.out
    case = json.dumps(json.loads(first.out)["case"], indent="\t")
    again = run("advise", "-", "--format", "json", "--engines", "compiled", stdin=case)
    assert again.err == ""
    assert again.out == first.out


def test_advise_as_json_is_an_advice(run: Run, example: Example) -> None:
    ran = run("advise", example("refractory-child"), "--format", "json", "--engines", "compiled")
    assert ran.code == 0
    assert Advice.model_validate_json(ran.out).id.startswith("rw1-")


def test_the_engines_give_the_same_advice(run: Run, example: Example) -> None:
    answers = {
        run("advise", example("refractory-child"), "--format", "json", "--engines", engines).out
        for engines in ("both", "compiled")
    }
    assert len(answers) == 1


def test_admitting_the_founding_document_alone_admits_the_readings_of_it(run: Run, example: Example) -> None:
    ran = run("advise", example("untreated-child"), "--sources", "S0", "--format", "json", "--engines", "compiled")
    assert json.loads(ran.out)["admitted"] == ["ED", "S0"]
    nothing = run("advise", example("untreated-child"), "--sources", "S1", "--engines", "compiled")
    assert nothing.code == 0
    assert "nothing that the admitted sources support" in nothing.out


def test_another_as_of_time_is_another_advice(run: Run, example: Example) -> None:
    path = example("untreated-child")
    ids = {
        json.loads(run("advise", path, "--format", "json", "--engines", "compiled", "--as-of", at).out)["id"]
        for at in ("2026-03-01T08:00Z", "2026-03-01T09:00Z")
    }
    assert len(ids) == 2


def test_a_page_is_as_wide_as_the_terminal_within_reason(
    run: Run, example: Example, monkeypatch: pytest.MonkeyPatch
) -> None:
    for columns, widest in (("40", 80), ("110", 110), ("300", 120)):
        monkeypatch.setenv("COLUMNS", columns)
        ran = run("advise", example("untreated-child"), "--engines", "compiled")
        assert max(map(len, ran.out.splitlines())) == widest


# trace ----------------------------------------------------------------------------------------------------------------


def test_trace_follows_one_conclusion_or_all(run: Run, example: Example) -> None:
    path = example("refractory-child")
    one = run("trace", path, "option(anakinra, refractory)", "--engines", "compiled")
    assert one.code == 0
    assert "(1) option(anakinra, refractory) is TRUE" in one.out
    assert "“anakinra (IL-1 inhibitor) at 2-10 mg/kg/day”" in " ".join(one.out.split())
    every = run("trace", path, "--engines", "compiled")
    assert every.out.count("option(") > one.out.count("option(")
    assert run("trace", path, "CAUTION", "--engines", "compiled").out.count(") caution(") >= 4


def test_trace_of_what_nobody_concludes_says_what_might_be_meant(run: Run, example: Example) -> None:
    ran = run("trace", example("refractory-child"), "anakinara", "--engines", "compiled")
    assert (ran.code, ran.out) == (2, "")
    assert "did you mean `anakinra`?" in ran.err
    assert run("trace", example("refractory-child"), " ", "--engines", "compiled").code == 2


# check ----------------------------------------------------------------------------------------------------------------


def test_check_sums_up_a_sound_knowledge_base(run: Run) -> None:
    ran = run("check")
    assert (ran.code, ran.err) == (0, "")
    for what in ("sources", "facts", "readings", "rules", "clauses", "strata", "no problems", "reviews   0 of "):
        assert what in ran.out


def test_check_tells_every_problem_and_ends_with_1(run: Run, kb: Path, tmp_path: Path) -> None:
    copy = tmp_path / "kb"
    shutil.copytree(kb, copy)
    facts = copy / "facts" / "founding-document.yaml"
    facts.write_text(
        facts.read_text(encoding="utf-8")
        .replace("cites: [S1]", "cites: [S11]", 2)
        .replace("drug: etoposide, role: refractory, situation", "drug: etoposid, role: refractory, situation"),
        encoding="utf-8",
    )
    ran = run("check", "--kb", copy)
    assert (ran.code, ran.err) == (1, "")
    assert "hint: did you mean `etoposide`?" in ran.out
    assert ran.out.splitlines()[-2] == "3 errors"
    lines = run("check", "--kb", copy, "--format", "compact").out.splitlines()
    assert len(lines) == 3
    assert all(re.match(rf"{re.escape(str(copy))}/\S+:\d+:\d+: error [a-z-]+: ", line) for line in lines)
    assert run("advise", "-", "--kb", copy, stdin="{}").code == 2


def test_check_names_a_negative_cycle(run: Run, kb: Path, tmp_path: Path) -> None:
    copy = tmp_path / "kb"
    shutil.copytree(kb, copy)
    (copy / "rules" / "cycle.yaml").write_text(
        "rules:\n  - id: liar\n    title: What is not so is so\n    because: [G01]\n"
        "    when:\n      - situation: {is: mas}\n"
        "    unless:\n      - situation: {is: window-open}\n    then:\n      - situation: {is: window-open}\n",
        encoding="utf-8",
    )
    ran = run("check", "--kb", copy)
    assert ran.code == 1
    assert "negative-cycle" in ran.out


# test -----------------------------------------------------------------------------------------------------------------


def test_test_runs_the_scenarios_whose_name_matches(run: Run) -> None:
    ran = run("test", "untreated-child")
    assert ran.code == 0
    assert ran.out.endswith("1 scenario, 0 differ\n")


def test_test_ends_with_1_where_a_scenario_differs(run: Run, kb: Path, tmp_path: Path) -> None:
    copy = tmp_path / "kb"
    shutil.copytree(kb, copy)
    shutil.rmtree(copy / "scenarios")
    (copy / "scenarios").mkdir()
    text = (kb / "scenarios" / "examples" / "untreated-child.yaml").read_text(encoding="utf-8")
    (copy / "scenarios" / "wrong.yaml").write_text(text.replace("dose: 600 mg/d", "dose: 601 mg/d"), encoding="utf-8")
    ran = run("test", "--kb", copy)
    assert ran.code == 1
    assert "DIFFERS wrong" in ran.out
    assert "1 scenario, 1 differs" in ran.out


# verify ---------------------------------------------------------------------------------------------------------------


def test_verify_accepts_what_advise_prints_and_refuses_a_changed_dose(run: Run, example: Example) -> None:
    text = run("advise", example("untreated-child"), "--format", "json", "--engines", "compiled").out
    good = run("verify", "-", stdin=text)
    assert (good.code, good.err) == (0, "")
    assert "follows from its case" in good.out
    assert "Not checked:" in good.out
    bad = run("verify", "-", stdin=text.replace('"600 mg/d"', '"6000 mg/d"'))
    assert bad.code == 1
    assert "does not follow" in bad.out


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"format": "rulewright/advice/2"}', "a: b", "{" * 100_000])
def test_verify_refuses_what_is_no_advice(run: Run, text: str) -> None:
    ran = run("verify", "-", stdin=text)
    assert (ran.code, ran.out) == (2, "")
    assert "rulewright/advice/1" in ran.err


# show -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "G13",
            [
                "“anakinra (IL-1 inhibitor) at 2-10 mg/kg/day”",
                "identity unresolved",
                "dosing: {drug: anakinra",
                "dose-from-a-rate",
                "readings about it: I04, I06, I20",
            ],
        ),
        ("G05", ["nothing: states the goal of treatment"]),
        ("I16", ["reading", "pulse-is-complete", "claims that are read by it: G08"]),
        ("R11", ["case series (n = 2)", "shown beside: anakinra refractory", "population: sJIA-associated MAS"]),
        ("R12", ["oppositions: T1, T5", "merits further investigation"]),
        ("S1", ["identity: unresolved", "Bindoli", "confidence 0.5", "facts attributed to it alone: G01"]),
        ("S0", ["facts read in it: G01", "readings about it: I18"]),
        (
            "pulse-is-complete",
            [
                "course: {is: $c, drug: methylprednisolone",
                "$c.days-given: >= 3",
                "G07 “methylprednisolone at 30",
                "rules that read its situation (pulse-complete): adequate-by-a-pulse",
            ],
        ),
        (
            "anakinra",
            ["term, drug", "RxNorm 72435 (recalled)", "facts whose claims name it: G04, G13, G16", "patient.requested"],
        ),
        (
            "refractory",
            ["term, role", "term, situation", "datum of a case", "reason where it does not hold: NOT_REFRACTORY"],
        ),
        ("VP-16", ["etoposide — term, drug", "G15 “etoposide (VP-16)”"]),
        ("patient.weight", ["0.3 to 400 kg", "body-surface-area", "WEIGHT_STALE", "LOINC 29463-7 (verified)"]),
        ("courses.response", ["given-with-an-inadequate-response"]),
        ("body-surface-area", ["sqrt(patient.height[cm] * patient.weight[kg] / 3600)", "claims about it: G11"]),
        ("caution", ["printed in the section: watch", "caution-in-the-situation-its-source-names"]),
        ("NOT_REFRACTORY", ["reason codes of: refractory (situation)"]),
        ("may", ["an option of this wording is called: option"]),
        ("g13", ["G13 — fact"]),
    ],
)
def test_show_tells_what_a_name_names_and_what_uses_it(run: Run, name: str, told: list[str]) -> None:
    ran = run("show", name)
    assert (ran.code, ran.err) == (0, "")
    text = " ".join(ran.out.split())
    for words in told:
        assert words in text


def test_show_can_show_everything(run: Run, kb: Path) -> None:
    from engine.loading import load
    from provenance.render.layout import Sheet
    from rulewright.cli.entries import Entries

    entries = Entries(load(kb), Sheet())
    for name in entries.names():
        assert entries.show(name), name


def test_show_of_an_unknown_id_says_what_might_be_meant(run: Run) -> None:
    ran = run("show", "anakinara")
    assert (ran.code, ran.out) == (2, "")
    assert "did you mean `anakinra`?" in ran.err


# case new -------------------------------------------------------------------------------------------------------------


def uncommented(text: str) -> str:
    return re.sub(r"^# ", "", text, flags=re.MULTILINE)


def test_a_new_case_loads_as_it_is_and_with_every_example_in_it(run: Run, kb: Path) -> None:
    from engine.advising import read_case_text
    from engine.loading import load

    knowledge = load(kb)
    template = run("case", "new", "--as-of", "2026-03-01T08:00Z")
    assert (template.code, template.err) == (0, "")
    assert read_case_text(template.out, "template", knowledge).data == {}
    full = read_case_text(uncommented(template.out), "template", knowledge)
    declared = {
        f"{section.name}.{name}"
        for section in knowledge.vocabulary.sections.values()
        if not section.is_list
        for name in section.attributes
    }
    assert set(full.data) == declared
    for section in knowledge.vocabulary.sections.values():
        if section.is_list:
            (item,) = full.lists[section.name].items
            assert set(item) == {name for name, attribute in section.attributes.items() if not attribute.since}
    assert run("advise", "-", "--engines", "compiled", stdin=uncommented(template.out)).code == 0


def test_a_new_case_says_what_every_datum_may_be_and_what_its_absence_means(run: Run, kb: Path) -> None:
    from engine.loading import load

    text = run("case", "new").out
    for section in load(kb).vocabulary.sections.values():
        for name, attribute in section.attributes.items():
            if not attribute.since:
                explained = " ".join(
                    line
                    for line in text.replace("\n## ", " ").splitlines()
                    if re.search(rf"(^## |[ #-]){re.escape(name)}:", line)
                )
                assert "absent means" in explained or "required" in explained, name
    assert "an instant" not in run("case", "new", "--as-of", "noon").out
    assert run("case", "new", "--as-of", "noon").code == 2


# schema and serve -----------------------------------------------------------------------------------------------------


def test_schema_prints_the_published_contract(run: Run) -> None:
    published = Path(__file__).resolve().parents[3] / "docs" / "schemas" / "advice.schema.json"
    assert run("schema", "advice").out == published.read_text(encoding="utf-8")


def test_serve_hands_over_to_the_service(run: Run, kb: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import rulewright.service as service

    seen: list[object] = []
    monkeypatch.setattr(service, "run", lambda *arguments: seen.extend(arguments))
    assert run("serve", "--kb", kb, "--host", "::1", "--port", "0", "--workers", "1").code == 0
    assert seen == [kb, "::1", 0, 1]


def test_serve_without_its_extra_names_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    for name in [name for name in sys.modules if name.startswith("rulewright.service")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "fastapi", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    ran = run("serve")
    assert (ran.code, ran.out) == (2, "")
    assert "pip install 'rulewright[service]'" in ran.err
