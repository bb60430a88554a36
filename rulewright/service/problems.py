"""Problem details (RFC 9457): every failure has one shape, and the codes and pointers of the command line."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

LOG = logging.getLogger("rulewright.service")
MEDIA_TYPE = "application/problem+json"
TYPE = "urn:rulewright:problem:"

# What can go wrong with a request: its status, its title, and what the documentation says of it.
KINDS: Mapping[str, tuple[int, str, str]] = {
    "malformed": (400, "The body is not JSON", "The body cannot be read as JSON."),
    "not-found": (404, "There is no such thing", "Nothing has this path or this id; a hint names the most similar id."),
    "method-not-allowed": (405, "This path does not take that method", "The header Allow names those that it takes."),
    "too-large": (413, "The body is too large", "The body is larger than the service reads."),
    "media-type": (415, "The body is not declared as JSON", "The Content-Type is not application/json."),
    "wrong-input": (422, "What was sent is wrong", "The case or the request is wrong; `problems` holds all that is."),
    "engines-differ": (
        500,
        "The engines differ, so nothing is answered",
        "The two engines derived different things, or the program failed. Nothing partial is answered.",
    ),
    "internal-error": (500, "The program failed", "The program has a defect; its log says more."),
    "matcher-unavailable": (
        503,
        "The matcher could not answer",
        "Two worker processes failed on this case, or none was free in time.",
    ),
    "http-error": (400, "The request cannot be served", "The request is not one that this service understands."),
}


class OneProblem(BaseModel):
    """One thing that is wrong, where, what would have been right, and what may have been meant."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Annotated[str, Field(description="stable; the same as on the command line")]
    pointer: Annotated[str, Field(description="a JSON pointer (RFC 6901) into the body; empty for all of it")] = ""
    message: str
    expected: str = ""
    hint: str = ""


class ProblemDetails(BaseModel):
    """Problem details for HTTP (RFC 9457); ``problems`` holds everything that is wrong, not only the first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: Annotated[str, Field(description="a URI that names the kind of problem")]
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    detail: str
    problems: tuple[OneProblem, ...] = ()


class Failed(Exception):
    """A request that is answered with problem details."""

    def __init__(
        self,
        kind: str,
        detail: str,
        problems: Iterable[OneProblem] = (),
        *,
        status: int = 0,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        usual, title, _ = KINDS[kind]
        self.details = ProblemDetails(
            type=TYPE + kind, title=title, status=status or usual, detail=detail, problems=tuple(problems)
        )
        self.headers = dict(headers or {})
        super().__init__(detail)


def render(failed: Failed) -> Response:
    """The response."""
    content = failed.details.model_dump_json().encode()
    return Response(content, failed.details.status, failed.headers, MEDIA_TYPE)


def documented(*kinds: str) -> dict[int | str, dict[str, Any]]:
    """The responses of an operation that can fail so, for OpenAPI."""
    found: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        status, title, description = KINDS[kind]
        example = {"type": TYPE + kind, "title": title, "status": status, "detail": description, "problems": []}
        found[status] = {
            "description": description,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}, "example": example}},
        }
    return found


def install(app: FastAPI) -> None:
    """Let the application answer every failure so."""

    async def failed(_: Request, error: Exception) -> Response:
        assert isinstance(error, Failed)
        return render(error)

    async def refused_by_http(_: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        kind = {404: "not-found", 405: "method-not-allowed"}.get(error.status_code, "http-error")
        detail = (
            "nothing has this path; /openapi.json lists what there is" if kind == "not-found" else str(error.detail)
        )
        return render(Failed(kind, detail, status=error.status_code, headers=error.headers))

    async def refused_by_framework(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        found = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
        return render(
            Failed("wrong-input", found[0], [OneProblem(code="parameter", message=message) for message in found])
        )

    async def defect(_request: Request, _error: Exception) -> Response:  # the server logs the traceback
        return render(Failed("internal-error", "The program failed on this request; its log says more."))

    app.add_exception_handler(Failed, failed)
    app.add_exception_handler(HTTPException, refused_by_http)
    app.add_exception_handler(RequestValidationError, refused_by_framework)
    app.add_exception_handler(Exception, defect)
