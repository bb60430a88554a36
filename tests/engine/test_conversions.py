"""A declared conversion is made both ways, and the datum that it multiplies by is asked for where it is not known."""

from __future__ import annotations

from pathlib import Path

import pytest
from oracle.spoilt import base, case_of, read

from engine.advising import Advisor
from engine.errors import Findings
from engine.model.case import Case
from engine.model.knowledge import KnowledgeBase
from provenance.verify import verify

RULES = """
rules:
  - id: of-a-record
    title: a rule
    because: [F1]
    when: [{{patient: {{given: "{test}"}}}}]
    then: [{{situation: {{is: ill}}}}]
  - id: of-an-item
    title: another rule
    because: [F1]
    when: [{{course: {{dose: "{test}"}}}}]
    then: [{{situation: {{is: worse}}}}]
"""


def knowledge_with(test: str, root: Path) -> KnowledgeBase:
    vocabulary = base()["vocabulary/v.yaml"].replace(
        "  patient:\n    attributes:\n",
        "  patient:\n    attributes:\n"
        "      given: {type: quantity, unit: mg/d, also: [{unit: mg/kg/d, times: patient.weight}]}\n",
    )
    drawn = 'template: "{is.label}"}'
    vocabulary = vocabulary.replace(drawn, drawn.replace('}"}', '}", section: care, ask: true}'), 1)
    knowledge: KnowledgeBase = read({"vocabulary/v.yaml": vocabulary, "rules/r.yaml": RULES.format(test=test)}, root)
    return knowledge


def case(knowledge: KnowledgeBase, value: str, weight: str) -> Case:
    weighed = f"weight: '{weight}', " if weight else ""
    data = f"patient: {{{weighed}given: '{value}'}}, courses: [{{drug: anakinra, dose: '{value}'}}]"
    found: Case | None = case_of(f"{{as-of: 2026-03-10T12:00Z, {data}}}", knowledge, Findings())
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("test", "value", "weight", "expected"),
    [
        (">= 5 mg/kg/d", "100 mg/d", "20 kg", "true"),
        (">= 5 mg/kg/d", "100 mg/d", "20000 g", "true"),
        (">= 5 mg/kg/d", "99.9 mg/d", "20 kg", "false"),
        ("> 5 mg/kg/d", "0.1 g/d", "20 kg", "false"),
        (">= 5 mg/kg/d", "> 100 mg/d", "20 kg", "true"),
        (">= 6 mg/kg/d", "> 100 mg/d", "20 kg", "unknown"),
        (">= 100 mg/d", "5 mg/kg/d", "20 kg", "true"),
        ("< 100 mg/d", "5 mg/kg/d", "19 kg", "true"),
        (">= 5 mg/kg/d", "5 mg/kg/d", "", "true"),
        (">= 5 mg/kg/d", "100 mg/d", "", "unknown"),
        (">= 5 mg/kg/d", "100 mg/d", "> 20 kg", "unknown"),
        (">= 100 mg/d", "5 mg/kg/d", "", "unknown"),
    ],
)
def test_values_are_compared_in_the_unit_of_the_bound(
    tmp_path: Path, test: str, value: str, weight: str, expected: str
) -> None:
    knowledge = knowledge_with(test, tmp_path)
    asked = case(knowledge, value, weight)
    advice = Advisor(knowledge).advise(asked)
    assert (advice.values["situation(ill)"], advice.values["situation(worse)"]) == (expected, expected)
    assert verify(advice.model_dump(mode="json"), knowledge).problems == ()


@pytest.mark.parametrize(("test", "value"), [(">= 5 mg/kg/d", "100 mg/d"), (">= 100 mg/d", "5 mg/kg/d")])
def test_what_a_conversion_multiplies_by_is_asked_for(tmp_path: Path, test: str, value: str) -> None:
    knowledge = knowledge_with(test, tmp_path)
    advice = Advisor(knowledge).advise(case(knowledge, value, ""))
    assert {entry.question: entry.sets for entry in advice.missing} == {
        "situation(ill)": (("patient.weight",),),
        "situation(worse)": (("patient.weight",),),
    }
    for weight in ("1 kg", "19 kg", "20 kg", "21 kg", "200 kg"):
        settled = Advisor(knowledge, ("compiled",)).advise(case(knowledge, value, weight))
        assert {settled.values["situation(ill)"], settled.values["situation(worse)"]} <= {"true", "false"}
