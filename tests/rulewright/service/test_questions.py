"""Every question of a reviewer has its path: the answer is that of the program, and what is wrong is told in place."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from engine.advising import Advisor, read_case_text
from engine.errors import Findings
from engine.model.advice import Part
from engine.model.knowledge import KnowledgeBase
from provenance.certainty import certainties
from provenance.conflict import conflicts
from provenance.inquiry import Inquiry
from provenance.render.json import canonical
from provenance.variants.changes import read_changes
from provenance.variants.next import next_data
from provenance.variants.whatif import what_if
from provenance.why.answer import why
from provenance.whynot.answer import why_not
from provenance.withdrawal.drill import over_case
from provenance.withdrawal.withdrawal import read_withdrawal
from rulewright.service.questions import QUESTIONS
from tests.rulewright.service.conftest import Client

TWO_WRONG = [("change", "/changes/0"), ("change", "/changes/1/set")]
DRAWN = "option(methylprednisolone, initial)"
UNDRAWN = "option(anakinra, refractory)"


@pytest.fixture
def inquiry(knowledge: KnowledgeBase, case: dict[str, Any]) -> Inquiry:
    return Inquiry(Advisor(knowledge, ("compiled",)), read_case_text(yaml.safe_dump(case), "case", knowledge))


def test_the_answers_are_those_of_the_program(service: Client, case: dict[str, Any], inquiry: Inquiry) -> None:
    findings = Findings()
    changes = read_changes(["patient.weight=30 kg"], ["patient.height"], [], findings)
    asked = [{"set": "patient.weight", "value": "30 kg"}, {"remove": "patient.height"}]
    expected: dict[str, tuple[dict[str, Any], Part]] = {
        "why": ({"conclusion": DRAWN}, why(inquiry, DRAWN)),
        "certainty": ({"conclusion": DRAWN}, certainties(inquiry.grounds, [DRAWN])),
        "withdraw": ({"ids": ["G07"]}, over_case(inquiry, read_withdrawal(inquiry.knowledge, ["G07"]))),
        "why-not": ({"conclusion": UNDRAWN}, why_not(inquiry, UNDRAWN)),
        "what-if": ({"changes": asked}, what_if(inquiry, changes)),
        "next": ({}, next_data(inquiry)),
        "conflicts": ({}, conflicts(inquiry.grounds)),
    }
    for verb, (values, answer) in expected.items():
        response = service.post(f"/v1/{verb}", {"case": case, **values})
        assert response.status_code == 200, (verb, response.text)
        assert response.content == canonical(answer)
        assert response.headers["etag"] == f'"{inquiry.advice.id}"'


@pytest.mark.parametrize(
    ("verb", "values", "problems"),
    [
        ("why-not", {}, [("missing-field", "")]),
        ("why-not", {"conclusion": "option(anakinara, refractory)"}, [("dangling", "/conclusion")]),
        ("why-not", {"conclusion": "situation(mas)"}, [("already-drawn", "/conclusion")]),
        ("what-if", {}, [("missing-field", "")]),
        ("what-if", {"changes": []}, [("blank", "/changes")]),
        (
            "what-if",
            {"changes": [{}, {"set": "x y", "value": 1}]},
            [("change", "/changes/0"), ("change", "/changes/1/set")],
        ),
        ("what-if", {"changes": [{"set": "patient.weight"}]}, [("missing-field", "/changes/0")]),
        ("what-if", {"changes": [{"set": "patient.weight", "value": "30 s"}]}, [("unit", "/changes/0/value")]),
        ("what-if", {"changes": [{"set": "patient.wieght", "value": "30 kg"}]}, [("unknown-field", "/changes/0/set")]),
        ("why", {"conclusion": "x"}, [("dangling", "/conclusion")]),
        ("withdraw", {"ids": []}, [("blank", "/ids")]),
        ("withdraw", {"ids": ["G77", "S77"]}, [("unknown-id", "/ids"), ("unknown-id", "/ids")]),
        ("withdraw", {"ids": ["G07"], "kind": "gone"}, [("withdrawal", "/kind")]),
        ("next", {"conclusion": "x"}, [("unknown-field", "/conclusion")]),
    ],
)
def test_what_is_wrong_is_told_in_its_place(
    verb: str, values: dict[str, Any], problems: list[tuple[str, str]], service: Client, case: dict[str, Any]
) -> None:
    response = service.post(f"/v1/{verb}", {"case": case, **values})
    assert response.status_code == 422
    assert [(each["code"], each["pointer"]) for each in response.json()["problems"]] == problems


def test_a_question_that_needs_more_than_a_case_takes_no_bare_case(service: Client, case: dict[str, Any]) -> None:
    for question in QUESTIONS.values():
        status = service.post(f"/v1/{question.verb}", case).status_code
        assert status == (200 if question.takes_a_bare_case else 422), question.verb
