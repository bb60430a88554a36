"""What is easily missed: facts that a claim names in a field, and quantities that are tested inside a count."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.advising import Advisor, read_case_text
from engine.loading import load
from engine.model.case import Case
from provenance.inquiry import Inquiry
from provenance.why.answer import why
from provenance.whynot.answer import why_not
from provenance.withdrawal.withdrawal import read_withdrawal, without

FILES = {
    "kb.yaml": "{name: small, version: 1, title: t, scope: s, intended-use: u, intended-user: w,\n"
    " release: demonstration, sources-as-of: today}\n",
    "vocabulary/words.yaml": """
terms:
  thing: {one: {}, two: {}}
  reason: {NOT_ADMITTED: {}}
claims:
  example: {fields: {of: {type: fact}, thing: {type: term, of: thing}}}
case:
  patient:
    attributes: {sign: {type: boolean}, mass: {type: quantity, unit: kg}}
conclusions:
  found: {key: {is: {type: term, of: thing}}}
quantities:
  twice: {formula: "patient.mass[kg] + patient.mass[kg]", unit: kg, because: [F1]}
""",
    "sources/D.yaml": "{id: D, kind: secondary, title: d, identity: unresolved, known: read}\n",
    "facts/d.yaml": """
read-in: D
facts:
  - {id: F1, quote: a, not-used-by-rules: named by another}
  - {id: F2, quote: b, claims: [{claim: example, of: F1, thing: one}]}
""",
    "rules/r.yaml": """
rules:
  - id: by-an-example
    title: t
    mechanism: true
    when: [{fact: {claim: example, of: $of, thing: $thing}}, {patient: {sign: true}}]
    then: [{found: {is: $thing}}]
  - id: by-a-count
    title: t
    because: [F2]
    when: [{count: {at_least: 1, of: [{test: {twice: ">= 6 kg"}}]}}]
    then: [{found: {is: two}}]
""",
}


@pytest.fixture(scope="module")
def advisor(tmp_path_factory: pytest.TempPathFactory) -> Advisor:
    root = tmp_path_factory.mktemp("base")
    for name, text in FILES.items():
        path: Path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Advisor(load(root), ("compiled",))


def case(advisor: Advisor, patient: str) -> Case:
    return read_case_text(f"{{as-of: 2026-06-01T07:00Z, patient: {{{patient}}}}}", "case.yaml", advisor.knowledge)


def test_a_claim_rests_on_the_facts_that_it_names(advisor: Advisor) -> None:
    inquiry = Inquiry(advisor, case(advisor, "sign: true"))
    answer = why(inquiry, "found(one)")
    assert {*answer.evidence.common, *(fact for some in answer.evidence.sets for fact in some)} == {"F1", "F2"}
    assert answer.evidence.number == 1
    assert set(answer.falls_without) == {"F1", "F2"}
    for fact in ("F1", "F2"):  # which is what withdrawing it shows
        left = Advisor(without(advisor.knowledge, read_withdrawal(advisor.knowledge, [fact])), ("compiled",))
        assert left.advise(inquiry.case).values.get("found(one)", "false") == "false"


def test_a_quantity_inside_a_count_is_searched_for_changes(advisor: Advisor) -> None:
    inquiry = Inquiry(advisor, case(advisor, "mass: 2 kg"))
    assert inquiry.advice.values["found(two)"] == "false"
    changes = why_not(inquiry, "found(two)").changes
    assert changes is not None
    assert [[change.path for change in some.changes] for some in changes.sets] == [["patient.mass"]]
    assert advisor.advise(case(advisor, "mass: 3 kg")).values["found(two)"] == "true"
