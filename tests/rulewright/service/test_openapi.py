"""The OpenAPI document: valid, with examples that hold, and no answer that it does not describe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import hypothesis
import jsonschema
import pytest
import schemathesis
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS

from engine.model.knowledge import KnowledgeBase
from rulewright.service import create_app
from rulewright.service.answering import Answering
from rulewright.service.questions import QUESTIONS
from rulewright.service.workers import Limits, WorkerPool
from tests.rulewright.service.conftest import Client, address_of

POSTS = tuple(f"/v1/{verb}" for verb in QUESTIONS)


@pytest.fixture(scope="module")
def document(service: Client) -> dict[str, Any]:
    response = service.get("/openapi.json")
    assert response.status_code == 200
    found: dict[str, Any] = response.json()
    return found


def check(value: object, schema: dict[str, Any], document: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator({**schema, "components": document["components"]}).validate(value)


def content(holder: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = holder["content"]["application/json"]
    return found


def test_the_document_is_valid_and_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")

    def references(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                yield value["$ref"]
            for inner in value.values():
                yield from references(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from references(inner)

    for reference in set(references(document)):
        found: Any = document
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_every_operation_is_documented(document: dict[str, Any]) -> None:
    assert set(document["paths"]) == {
        *POSTS,
        "/v1/facts/{id}",
        "/v1/rules/{id}",
        "/v1/sources/{id}",
        "/v1/terms/{name}",
        "/v1/terms/{kind}/{name}",
        "/healthz",
    }
    for path in document["paths"].values():
        for operation in path.values():
            assert operation["summary"]
            for status, response in operation["responses"].items():
                assert response["description"]
                if status >= "400" and "/problem+json" in str(response):
                    problem = response["content"]["application/problem+json"]
                    check(problem["example"], problem["schema"], document)
    assert {"400", "413", "415", "422", "500", "503"} <= set(document["paths"]["/v1/advise"]["post"]["responses"])


@pytest.mark.parametrize("path", POSTS)
def test_examples_of_requests_hold_and_are_answered(path: str, document: dict[str, Any], service: Client) -> None:
    operation = document["paths"][path]["post"]
    examples = content(operation["requestBody"])["examples"]
    assert examples
    for example in examples.values():
        check(example["value"], content(operation["requestBody"])["schema"], document)
        response = service.post(path, example["value"])
        assert response.status_code == 200
        check(response.json(), content(operation["responses"]["200"])["schema"], document)


@pytest.mark.parametrize("path", POSTS)
def test_examples_of_answers_are_what_is_answered(path: str, document: dict[str, Any], service: Client) -> None:
    operation = document["paths"][path]["post"]
    ((name, example),) = content(operation["responses"]["200"])["examples"].items()
    asked = content(operation["requestBody"])["examples"][name]["value"]
    assert service.post(path, asked).json() == example["value"]


def test_the_schema_of_a_case_takes_every_scenario_and_refuses_what_the_program_refuses(
    document: dict[str, Any], cases: dict[str, Any]
) -> None:
    schema = {"$ref": "#/components/schemas/AdviseRequest"}
    for case in cases.values():
        check(case, schema, document)
        check({"case": case, "sources": ["S0"], "as-of": "2026-03-09T08:00Z"}, schema, document)
        for wrong in (
            {**case, "pateint": {}},
            {**case, "patient": {"weight": 20}},
            {**case, "patient": {"mas": "sure"}},
            {"case": case, "sources": []},
            {"case": case, "sources": ["S99"]},
            {name: value for name, value in case.items() if name != "as-of"},
        ):
            with pytest.raises(jsonschema.ValidationError):
                check(wrong, schema, document)


# Requests that nobody thought of ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fuzzed(knowledge: KnowledgeBase) -> Iterator[Any]:
    pool = WorkerPool(Answering(knowledge), 1, Limits(seconds=60, wait=60))
    with address_of(create_app(knowledge, pool)) as address:
        yield schemathesis.openapi.from_url(f"{address}/openapi.json")
        assert pool.state().lost == 0  # not one request upset a worker


LOOKUPS = ("/v1/facts/{id}", "/v1/rules/{id}", "/v1/sources/{id}", "/v1/terms/{name}", "/v1/terms/{kind}/{name}")
FITTING, UNFITTING = GenerationMode.POSITIVE, GenerationMode.NEGATIVE


@pytest.mark.parametrize(
    ("path", "mode"),
    [*((path, mode) for path in POSTS for mode in (FITTING, UNFITTING)), *((path, FITTING) for path in LOOKUPS)],
)
def test_every_answer_is_one_that_is_documented(path: str, mode: GenerationMode, fuzzed: Any) -> None:
    operation = next(found.ok() for found in fuzzed.get_all_operations() if found.ok().path == path)

    @hypothesis.settings(
        max_examples=30,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def answer(case: Any) -> None:
        # A case that fits its schema may still be wrong (a unit, a range, a time), so that check does not apply.
        case.call_and_validate(excluded_checks=[CHECKS.get_one("positive_data_acceptance")], timeout=120)

    answer()
