"""Lines of the page that only a knowledge base of a few rules shows."""

from __future__ import annotations

from pathlib import Path

from oracle.spoilt import base, case_of, read

from engine.advising import Advisor
from engine.errors import Findings
from provenance.render import text

ARGUED = """rules:
  - id: for-it
    title: a rule
    because: [F1]
    when: [{patient: {alarm: true}}]
    then: [{for: {option: {drug: anakinra, role: initial}, modality: should}}]
  - id: against-it
    title: a rule
    because: [F2]
    when: [{patient: {alarm: true}}]
    then: [{against: {option: {drug: anakinra, role: initial}, reason: NOT_WORSE}}]
"""
OPPOSES = """opposes:
  whether:
    title: whether it is given
    sides: [{label: one, facts: [F1]}, {label: other, facts: [F2]}]
    settled-by: unresolved
"""
DOSES = """rules:
  - id: for-it
    title: a rule
    because: [F1]
    when: [{patient: {alarm: true}}]
    then: [{for: {option: {drug: anakinra, role: initial}, modality: should}}]
  - id: dose
    title: a rule
    mechanism: true
    when:
      - fact: {is: $from, claim: dosing, drug: $drug, role: $role, rate: $rate, per: $per}
      - datum: {is: $per, value: $measure}
    then: [{dose: {drug: $drug, role: $role, from: $from, amount: {rate: $rate, times: $measure}}}]
"""


def page(changes: dict[str, str], tmp_path: Path) -> str:
    knowledge = read(changes, tmp_path)
    findings = Findings()
    case = case_of("as-of: 2026-03-10T12:00Z\npatient: {alarm: true, score: 3}\n", knowledge, findings)
    assert list(findings) == []
    assert case is not None
    return " ".join(text.page(Advisor(knowledge, ("compiled",)).advise(case), knowledge, 100).text().split())


def test_what_precedence_decides_is_told_beside_what_stays_open(tmp_path: Path) -> None:
    open_ = page({"rules/s.yaml": ARGUED + OPPOSES}, tmp_path / "declared")
    assert "whether: whether it is given — UNRESOLVED" in open_
    assert "— settled by precedence, while whether stays unresolved in the sources" in open_
    alone = page({"rules/s.yaml": ARGUED}, tmp_path / "alone")
    assert "— settled by precedence" in alone
    assert "unresolved in the sources" not in alone


def test_a_datum_with_the_label_of_the_quantity_is_not_named_again(tmp_path: Path) -> None:
    files = base()
    facts = files["facts/f.yaml"].replace(
        "rate: 2-3 mg/kg/d, per: patient.weight", 'rate: "2-3 mg/d/{piece}", per: pieces'
    )
    pieces = 'quantities:\n  pieces: {label: score, formula: patient.score, unit: "{piece}", because: [F1]}'
    words = files["vocabulary/v.yaml"].replace("quantities:", pieces)
    changes = {"facts/f.yaml": facts, "vocabulary/v.yaml": words, "rules/s.yaml": DOSES}
    assert "(score: 3, undated)" in page(changes, tmp_path / "same")
    other = {**changes, "vocabulary/v.yaml": words.replace("label: score", "label: the pieces")}
    assert "(the pieces: 3, score undated)" in page(other, tmp_path / "other")
