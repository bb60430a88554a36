"""The paths that answer about a case: one for each of `QUESTIONS`.

The body goes as it is to a worker, and what the worker says becomes the response. Nothing here waits on the event loop.
"""

from __future__ import annotations

import logging
from typing import Any

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request, Response

from rulewright.service.answering import Reply, task
from rulewright.service.body import json_body
from rulewright.service.problems import Failed, OneProblem, documented
from rulewright.service.questions import QUESTIONS, Question
from rulewright.service.workers import NoWorker, TaskError, WorkerPool

LOG = logging.getLogger("rulewright.service")
NOT_JSON = ("syntax", "unreadable")
MOST_WAITING = 64  # requests that wait for a worker at a time; the others wait for their turn to wait
RETRY_AFTER = {"Retry-After": "5"}
FAILURES = documented("malformed", "too-large", "media-type", "wrong-input", "engines-differ", "matcher-unavailable")
IDENTITY = {"ETag": {"description": "the id of the advice, in quotes", "schema": {"type": "string"}}}


def advice_router(pool: WorkerPool) -> APIRouter:
    """The routes over one pool of workers."""
    router = APIRouter(prefix="/v1", tags=["advice"], responses=FAILURES)
    waiting = CapacityLimiter(MOST_WAITING)

    async def answer(verb: str, request: Request) -> Response:
        body = await json_body(request)
        try:
            raw = await to_thread.run_sync(pool.ask, task(verb, body), limiter=waiting)
        except NoWorker as error:
            LOG.error("a case was not answered: %s", error)
            raise Failed("matcher-unavailable", str(error), headers=RETRY_AFTER) from error
        except TaskError as error:
            LOG.error("a worker met a defect of the program:\n%s", error)
            raise Failed("internal-error", "The program failed on this request; its log says more.") from None
        return response(Reply.from_bytes(raw))

    def add(question: Question) -> None:
        async def asked(request: Request) -> Any:
            return await answer(question.verb, request)

        router.add_api_route(
            f"/{question.verb}",
            asked,
            methods=["POST"],
            summary=question.summary,
            response_model=question.answer,
            operation_id=question.verb,
            responses={200: {"headers": IDENTITY}},
            openapi_extra=_body(question.body),
        )

    for question in QUESTIONS.values():
        add(question)
    return router


def response(reply: Reply) -> Response:
    """What a worker said, as a response; raises `Failed` where it is no answer."""
    if reply.kind == "answer":
        return Response(reply.content, headers={"ETag": f'"{reply.id}"'}, media_type="application/json")
    if reply.kind == "engines-differ":
        LOG.error("%s", reply.detail)
        raise Failed("engines-differ", reply.detail)
    problems = [OneProblem(**problem) for problem in reply.problems]
    kind = (
        "malformed" if any(problem.code in NOT_JSON and not problem.pointer for problem in problems) else "wrong-input"
    )
    raise Failed(kind, reply.detail, problems)


def _body(name: str) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{name}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
