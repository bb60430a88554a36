"""The OpenAPI document: what FastAPI derives from the routes, the schema of a case, and examples that are answered."""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from engine.model.knowledge import KnowledgeBase
from rulewright.service.case_schema import request_schemas
from rulewright.service.examples import example_cases, example_inquiry
from rulewright.service.problems import ProblemDetails
from rulewright.service.questions import QUESTIONS
from rulewright.service.requests import read_asked

DESCRIPTION = """\
A case in, advice out, with every statement, source and rule that it rests on.

Every failure is answered with problem details (RFC 9457, `application/problem+json`). `problems` holds everything that
is wrong, each with a stable code, a JSON pointer into the body, what was expected, and a hint.
"""


def install_openapi(app: FastAPI, knowledge: KnowledgeBase) -> None:
    """Let the application describe itself so; the document is made once, when it is first asked for."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = document(app, knowledge)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def document(app: FastAPI, knowledge: KnowledgeBase) -> dict[str, Any]:
    """The OpenAPI document of the application."""
    found = get_openapi(
        title=app.title,
        version=app.version,
        description=DESCRIPTION,
        routes=app.routes,
        tags=app.openapi_tags,
    )
    problem = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = found["components"]["schemas"]
    schemas |= problem.pop("$defs") | {"ProblemDetails": problem} | request_schemas(knowledge)
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for path in found["paths"].values():
        for operation in path.values():
            if "HTTPValidationError" in str(operation.get("responses", {}).get("422")):
                del operation["responses"]["422"]  # the framework's own; a path takes any text here
    _add_examples(found["paths"], knowledge)
    return found


def _add_examples(paths: dict[str, Any], knowledge: KnowledgeBase) -> None:
    cases = example_cases(knowledge)
    if not cases:
        return
    name, case = min(cases.items(), key=lambda item: len(str(item)))
    inquiry = example_inquiry(knowledge, case)
    for question in QUESTIONS.values():
        operation = paths[f"/v1/{question.verb}"]["post"]
        values = question.example(inquiry.advice, knowledge) if question.example else {}
        asked = {"case": case, **values} if values else case
        bodies = {name: {"summary": case.get("title", name), "value": asked}}
        read = read_asked(json.dumps(asked).encode(), knowledge, question.verb)
        answer = question.respond(inquiry, read.values).model_dump(mode="json", by_alias=True)
        _json(operation["requestBody"])["examples"] = bodies
        _json(operation["responses"]["200"])["examples"] = {name: {"value": answer}}
    advise = _json(paths["/v1/advise"]["post"]["requestBody"])["examples"]
    advise |= {name: {"summary": case.get("title", name), "value": case} for name, case in cases.items()}
    from_one_source = {"case": case, "sources": list(inquiry.advice.admitted[:1])}
    advise[f"{name}-from-one-source"] = {"summary": "What one source alone says", "value": from_one_source}


def _json(holder: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = holder["content"]["application/json"]
    return found
