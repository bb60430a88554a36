"""`POST /v1/advise`: a case in, the advice that the program gives out; everything that is wrong at once."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from engine.advising import Advisor, read_case_node
from engine.errors import Findings, Refused
from engine.model.advice import Advice
from engine.model.knowledge import KnowledgeBase
from engine.reading import read_json
from provenance.render.json import canonical
from tests.rulewright.service.conftest import Client

EXAMPLES = ("biologic-asked-for-first", "refractory-child", "untreated-child")
TYPE = "urn:rulewright:problem:"


def problems(response: Any) -> list[tuple[str, str]]:
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == response.status_code
    assert body["type"].startswith(TYPE)
    assert body["title"]
    assert body["detail"]
    return [(problem["code"], problem["pointer"]) for problem in body["problems"]]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_advice_is_byte_for_byte_that_of_the_program(
    name: str, service: Client, cases: dict[str, Any], knowledge: KnowledgeBase
) -> None:
    findings = Findings()
    node = read_json(json.dumps(cases[name]), findings)
    assert node is not None
    advice = Advisor(knowledge).advise(read_case_node(node, knowledge))
    response = service.post("/v1/advise", cases[name])
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.content == canonical(advice)
    assert response.headers["etag"] == f'"{advice.id}"'
    assert Advice.model_validate_json(response.content) == advice


def test_a_case_may_stand_alone_or_with_its_circumstances(service: Client, case: dict[str, Any]) -> None:
    alone = service.post("/v1/advise", case)
    assert service.post("/v1/advise", {"case": case}).content == alone.content
    without_time = {name: value for name, value in case.items() if name != "as-of"}
    assert service.post("/v1/advise", {"case": without_time, "as-of": case["as-of"]}).content == alone.content


def test_the_chosen_sources_and_the_as_of_time_are_used(service: Client, case: dict[str, Any]) -> None:
    advice = service.post("/v1/advise", {"case": case, "sources": ["S0"], "as-of": "2026-03-02T08:00Z"}).json()
    assert "S0" in advice["admitted"]
    assert advice["as_of"] == "2026-03-02T08:00:00Z"
    assert service.post("/v1/advise", {"case": case, "sources": ["S1"]}).json()["admitted"] != advice["admitted"]


def test_all_that_is_wrong_is_said_at_once_with_pointers_and_hints(service: Client) -> None:
    wrong = {
        "case": {"patient": {"wieght": "20 kg", "height": 115, "mas": "sure"}, "courses": [{"drug": "anakinara"}]},
        "sources": ["S0", "S0", "T1", 3],
        "as-of": "yesterday",
        "conclusion": "option(x)",
    }
    response = service.post("/v1/advise", wrong)
    assert response.status_code == 422
    assert set(problems(response)) >= {
        ("unknown-field", "/case/patient/wieght"),
        ("unit", "/case/patient/height"),
        ("unknown-term", "/case/patient/mas"),
        ("unknown-term", "/case/courses/0/drug"),
        ("duplicate-item", "/sources/1"),
        ("unknown-source", "/sources/2"),
        ("type", "/sources/3"),
        ("time", "/as-of"),
        ("unknown-field", "/conclusion"),
    }
    hints = {problem["pointer"]: problem["hint"] for problem in response.json()["problems"]}
    assert hints["/case/patient/wieght"] == "did you mean `weight`?"
    assert hints["/case/courses/0/drug"] == "did you mean `anakinra`?"
    assert hints["/case/patient/height"] == "write `115 cm` if that is the unit"


def test_codes_and_messages_are_those_of_the_program(service: Client, knowledge: KnowledgeBase) -> None:
    wrong = {"as-of": "2026-03-01T08:00Z", "patient": {"age": "6", "sex": "f"}, "labs": {"ferritin": "-1 ng/mL"}}
    findings = Findings()
    node = read_json(json.dumps(wrong), findings)
    assert node is not None
    with pytest.raises(Refused) as refused:
        read_case_node(node, knowledge)
    told = [
        (problem["code"], problem["pointer"], problem["message"], problem["expected"], problem["hint"])
        for problem in service.post("/v1/advise", wrong).json()["problems"]
    ]
    assert told == [
        (problem.code, problem.location.pointer, problem.message, problem.expected, problem.hint)
        for problem in refused.value.problems
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '{"patient": {"weight": "20 kg", "weight": "2 kg"}, "as-of": "2026-03-01T08:00Z"}',
            ("duplicate-key", "/patient/weight"),
        ),
        ('{"as-of": "2026-03-01T08:00Z", "title": NaN}', ("number", "/title")),
        ('{"as-of": "2026-03-01T08:00Z", "title": 1e3}', ("number", "/title")),
        ('{"as-of": "2026-03-01T08:00Z", "patient": null}', ("null", "/patient")),
        ('{"as-of": "2026-03-01T08:00Z", "a/b~c": 1}', ("unknown-field", "/a~1b~0c")),
        ('{"as-of": "2026-03-01T08:00Z", "title": "\\ud800"}', ("character", "/title")),
        ('{"case": {"case": {"as-of": "2026-03-01T08:00Z"}, "sources": ["S1"]}}', ("unknown-field", "/case/case")),
        ('{"case": {"as-of": "2026-03-01T08:00Z"}, "expect": {}}', ("unknown-field", "/expect")),
        ('{"case": {"as-of": "2026-03-01T08:00Z"}, "sources": []}', ("blank", "/sources")),
        ('{"case": {"as-of": "2026-03-01T08:00Z"}, "as-of": ""}', ("blank", "/as-of")),
        ('{"case": []}', ("type", "/case")),
        ("[]", ("type", "")),
        ("{}", ("missing-field", "")),
    ],
)
def test_what_json_readers_let_through_is_refused(text: str, expected: tuple[str, str], service: Client) -> None:
    response = service.post_text("/v1/advise", text)
    assert response.status_code == 422
    assert expected in problems(response)


@pytest.mark.parametrize("text", ["", "{", "{]", '{"as-of": 1,}', "no: json", b"\xff\xfe"])
def test_a_body_that_is_no_json_is_malformed(text: str | bytes, service: Client) -> None:
    response = service.post_text("/v1/advise", text)
    assert response.status_code == 400
    assert response.json()["type"] == TYPE + "malformed"
    assert problems(response)[0][1] == ""


def test_a_body_that_is_nested_too_deeply_is_refused(service: Client) -> None:
    for text in ("[" * 400_000, '{"a":' * 100 + "1" + "}" * 100):
        response = service.post_text("/v1/advise", text)
        assert response.status_code in (400, 422)
        assert problems(response)


def test_a_body_that_is_too_large_is_refused_however_it_is_sent(service: Client) -> None:
    response = service.post_text("/v1/advise", b" " * 1_000_001)
    assert response.status_code == 413
    assert problems(response) == [("document-too-large", "")]


def test_a_body_must_be_declared_as_json(service: Client, case: dict[str, Any]) -> None:
    text = json.dumps(case)
    for declared in ("text/plain", "application/x-www-form-urlencoded", "application/jsonx"):
        response = service.request("POST", "/v1/advise", content=text, headers={"Content-Type": declared})
        assert response.status_code == 415
        assert problems(response) == []
    assert service.request("POST", "/v1/advise", content=text).status_code == 415
    declared = "Application/JSON; charset=utf-8"
    assert service.request("POST", "/v1/advise", content=text, headers={"Content-Type": declared}).status_code == 200


ODD: tuple[object, ...] = (
    None,
    "",
    " ",
    0,
    -1,
    1.5,
    True,
    [],
    {},
    "x" * 300,
    "é",
    "1e9 kg",
    "2026-02-30",
    {"value": "1 kg", "at": "1 h"},
)


def paths(value: Any) -> Iterator[tuple[str | int, ...]]:
    """The places of everything that a JSON value holds."""
    inner: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    for step, part in inner:
        yield (step,)
        yield from ((step, *rest) for rest in paths(part))


def changed(value: Any, path: tuple[str | int, ...], *new: object) -> Any:
    """A copy with what stands at the path replaced, or left out."""
    found = copy.deepcopy(value)
    holder = found
    for step in path[:-1]:
        holder = holder[step]
    if new:
        holder[path[-1]] = new[0]
    else:
        del holder[path[-1]]
    return found


def test_a_case_with_anything_left_out_or_replaced_is_answered_or_refused(
    service: Client, cases: dict[str, Any]
) -> None:
    case = cases["refractory-child"]
    chances = random.Random(7)
    for path in paths(case):
        for wrong in (changed(case, path), *(changed(case, path, odd) for odd in chances.sample(ODD, 3))):
            response = service.post("/v1/advise", wrong)
            assert response.status_code in (200, 422), (path, response.text)
            if response.status_code == 422:
                assert problems(response)
