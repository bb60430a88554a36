"""Which sources are admitted decides what is advised, and is part of the advice's identity."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from engine.advising import Advisor, read_case_text
from engine.errors import Refused
from engine.loading import load
from engine.model.advice import Advice
from engine.model.knowledge import KnowledgeBase
from provenance.verify import verify

KB = Path(__file__).resolve().parents[2] / "kb"
CASE = (KB / "scenarios" / "examples" / "refractory-child.yaml").read_text(encoding="utf-8")


def advisor(root: Path) -> Advisor:
    return Advisor(load(root), ("compiled",))


def test_the_founding_document_alone_is_all_there_is() -> None:
    found = advisor(KB)
    case = read_case_text(CASE, "case.yaml", found.knowledge)
    whole, alone = found.advise(case), found.advise(case, ["S0"])
    assert whole.values == alone.values
    assert whole.id == alone.id


def test_no_document_admitted_advises_nothing() -> None:
    found = advisor(KB)
    advice = found.advise(read_case_text(CASE, "case.yaml", found.knowledge), ["S1"])
    assert not [standing for standing in advice.options if standing.heading in ("advised", "provisional")]
    assert advice.facts == ()
    assert advice.id != found.advise(read_case_text(CASE, "case.yaml", found.knowledge)).id


def test_an_unknown_source_is_refused_with_a_hint() -> None:
    found = advisor(KB)
    with pytest.raises(Refused) as refused:
        found.advise(read_case_text(CASE, "case.yaml", found.knowledge), ["S00"])
    assert "did you mean `S0`?" in str(refused.value)


@pytest.mark.parametrize("standing", ["{is: retracted, note: made up}", "{is: superseded, note: made up}"])
def test_what_rests_on_a_withdrawn_source_alone_falls(standing: str, tmp_path: Path) -> None:
    root = tmp_path / "kb"
    shutil.copytree(KB, root)
    source = root / "sources" / "S1.yaml"
    source.write_text(source.read_text(encoding="utf-8") + f"standing: {standing}\n", encoding="utf-8")
    found = advisor(root)
    advice = found.advise(read_case_text(CASE, "case.yaml", found.knowledge))
    headings = {
        standing.key["drug"]: standing.heading
        for standing in advice.options
        if standing.key.get("role") == "refractory"
    }
    # R07 cites S5 or S6, so tocilizumab keeps a support; etoposide, IVIG and anakinra had [1] alone.
    assert headings == {"tocilizumab": "advised"}


def test_a_source_is_admitted_on_the_days_on_which_it_is_valid(tmp_path: Path) -> None:
    root = tmp_path / "kb"
    shutil.copytree(KB, root)
    source = root / "sources" / "S0.yaml"
    source.write_text(source.read_text(encoding="utf-8") + "valid: {from: 2026-03-06}\n", encoding="utf-8")
    found = advisor(root)
    on_the_day = found.advise(read_case_text(CASE, "case.yaml", found.knowledge))
    assert [standing for standing in on_the_day.options if standing.heading == "advised"]
    source.write_text(source.read_text(encoding="utf-8").replace("2026-03-06", "2026-03-07"), encoding="utf-8")
    later = advisor(root)
    assert later.advise(read_case_text(CASE, "case.yaml", later.knowledge)).facts == ()


# What the vocabulary rests on -----------------------------------------------------------------------------------------

ON_ADMISSION = """
title: Made-up child, refractory
as-of: 2026-03-06T08:00Z
patient: {weight: {value: 25 kg, at: 2026-03-05}, height: 125 cm, mas: confirmed, refractory: true}
courses: [{drug: methylprednisolone, route: IV, started: -80 h, days-given: 3, response: inadequate}]
"""


def without(*facts: str, engines: tuple[str, ...] = ("compiled", "rete")) -> tuple[Advice, KnowledgeBase]:
    knowledge = replace(load(KB), withdrawn=frozenset(facts))
    case = read_case_text(ON_ADMISSION, "case.yaml", knowledge)
    return Advisor(knowledge, engines).advise(case), knowledge


def doses(advice: Advice) -> dict[str, tuple[str, list[str]]]:
    return {
        dose.evidence: (dose.value, [reason.code for reason in dose.reasons])
        for standing in advice.options
        for dose in standing.doses
    }


def test_a_dose_whose_formula_is_not_admitted_is_open_and_says_why() -> None:
    advice, knowledge = without("I07")
    found = doses(advice)
    assert found["G11/1"] == ("unknown", ["NOT_ADMITTED"])
    assert found["G12/1"] == ("true", [])  # by weight, which I07 does not touch
    question = next(entry for entry in advice.missing if entry.question == "dose(etoposide, refractory, G11)")
    assert question.sets == ()  # no datum of the case would settle it
    assert verify(advice, knowledge).ok


def test_a_measure_is_not_read_while_the_reading_of_it_is_not_admitted() -> None:
    advice, knowledge = without("I20")
    found = doses(advice)
    assert {value for value, _ in found.values()} == {"unknown"}
    assert {code for _, codes in found.values() for code in codes} == {"NOT_ADMITTED"}
    assert not any({"patient.weight", "patient.height"} & set(data) for entry in advice.missing for data in entry.sets)
    assert verify(advice, knowledge).ok
