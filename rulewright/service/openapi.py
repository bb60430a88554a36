"""The OpenAPI document: what FastAPI derives from the routes, the schema of a case, and examples that are answered."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from engine.model.knowledge import KnowledgeBase
from rulewright.service.case_schema import request_schemas
from rulewright.service.examples import example_advice, example_cases
from rulewright.service.problems import ProblemDetails
from rulewright.service.tracing import trace

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
    advise, tracing = paths["/v1/advise"]["post"], paths["/v1/trace"]["post"]
    bodies = {name: {"summary": case.get("title", name), "value": case} for name, case in cases.items()}
    name, case = min(cases.items(), key=lambda item: len(str(item)))
    advice = example_advice(knowledge, case)
    from_one_source = {"case": case, "sources": list(advice.admitted[:1])}
    bodies[f"{name}-from-one-source"] = {"summary": "What one source alone says", "value": from_one_source}
    _json(advise["requestBody"])["examples"] = bodies
    _json(advise["responses"]["200"])["examples"] = {name: {"value": advice.model_dump(mode="json")}}
    relation = knowledge.vocabulary.headings.conclusion
    conclusion = next(
        (atom for atom, value in advice.values.items() if value == "true" and atom.startswith(f"{relation}(")), ""
    )
    asked = {"case": case, "conclusion": conclusion} if conclusion else {"case": case}
    chain = trace(advice, knowledge, conclusion)
    _json(tracing["requestBody"])["examples"] = {name: {"summary": conclusion, "value": asked}}
    _json(tracing["responses"]["200"])["examples"] = {name: {"value": chain.model_dump(mode="json", by_alias=True)}}


def _json(holder: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = holder["content"]["application/json"]
    return found
