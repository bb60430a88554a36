"""The application, and the server that runs it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from anyio import to_thread
from fastapi import FastAPI, Response

from engine.loading import load
from engine.model.knowledge import KnowledgeBase
from rulewright.service.advice import advice_router
from rulewright.service.answering import ENGINES, Answering
from rulewright.service.lookup import lookup_router
from rulewright.service.models import Health, KnowledgeState, WorkerCounts
from rulewright.service.openapi import install_openapi
from rulewright.service.problems import install
from rulewright.service.workers import WorkerPool

LOG = logging.getLogger("rulewright.service")
LOOPBACK = "127.0.0.1"
WORKERS = 2
STOPPING = 15  # seconds that requests under way are given when the service is stopped
TAGS = [
    {"name": "advice", "description": "Advice on a case, and the chain behind it."},
    {"name": "knowledge", "description": "What advice rests on: facts, rules, sources, terms."},
    {"name": "service", "description": "Whether the service can answer."},
]


def create_app(knowledge: KnowledgeBase, pool: WorkerPool | None = None) -> FastAPI:
    """The application over a knowledge base.

    ``pool`` answers the cases; by default two workers that run both engines. The application starts and stops it.
    """
    workers = pool if pool is not None else WorkerPool(Answering(knowledge), WORKERS)

    @asynccontextmanager
    async def life(application: FastAPI) -> AsyncIterator[None]:
        await to_thread.run_sync(workers.start)
        try:
            await to_thread.run_sync(application.openapi)
            yield
        finally:
            await to_thread.run_sync(workers.close)

    # The pages of FastAPI's documentation load scripts from elsewhere: the document alone is served.
    app = FastAPI(
        title="Rulewright",
        version=f"1 ({knowledge.name} {knowledge.version})",
        lifespan=life,
        openapi_tags=TAGS,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    install(app)
    install_openapi(app, knowledge)
    app.include_router(advice_router(workers))
    app.include_router(lookup_router(knowledge))

    @app.get(
        "/healthz",
        tags=["service"],
        summary="Whether cases can be answered",
        operation_id="health",
        responses={503: {"model": Health, "description": "No worker can be had."}},
    )
    async def health(response: Response) -> Health:
        found = health_of(knowledge, workers)
        response.status_code = 200 if found.status == "ok" else 503
        return found

    return app


def health_of(knowledge: KnowledgeBase, pool: WorkerPool) -> Health:
    """What `/healthz` answers."""
    state = pool.state()
    return Health(
        status="ok" if state.alive else "unavailable",
        knowledge=KnowledgeState(
            name=knowledge.name, version=knowledge.version, digest=knowledge.digest, release=knowledge.release
        ),
        engines=ENGINES,
        workers=WorkerCounts(
            size=pool.size,
            alive=state.alive,
            busy=state.busy,
            starting=state.starting,
            recycled=state.recycled,
            lost=state.lost,
            answered=state.answered,
            retried=state.retried,
            largest_megabytes=state.megabytes,
        ),
    )


def run(kb: Path | str | None = None, host: str = LOOPBACK, port: int = 8765, workers: int = WORKERS) -> None:
    """Serve until stopped by a signal.

    ``kb`` is the folder of the knowledge base, by default the one that is installed. Raises `Refused` with every
    problem where it is broken: then nothing is served.
    """
    knowledge = load(kb)
    app = create_app(knowledge, WorkerPool(Answering(knowledge), workers))
    uvicorn.run(app, host=host, port=port, server_header=False, timeout_graceful_shutdown=STOPPING, log_level="info")
