from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI

from engine.loading import load
from engine.model.knowledge import KnowledgeBase
from rulewright.service import create_app
from rulewright.service.answering import Answering
from rulewright.service.examples import example_cases
from rulewright.service.workers import Limits, WorkerPool

ROOT = Path(__file__).parents[3]


class Client:
    """An HTTP client of an application that runs in this process, without a socket."""

    def __init__(self, portal: BlockingPortal, app: FastAPI) -> None:
        self.portal = portal
        self.app = app

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://service", timeout=120) as client:
                return await client.request(method, path, **options)

        return self.portal.call(send)

    def get(self, path: str) -> httpx.Response:
        return self.request("GET", path)

    def post(self, path: str, body: object) -> httpx.Response:
        return self.request("POST", path, json=body)

    def post_text(self, path: str, text: str | bytes) -> httpx.Response:
        return self.request("POST", path, content=text, headers={"Content-Type": "application/json"})


@contextmanager
def client_of(app: FastAPI) -> Iterator[Client]:
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(app.router.lifespan_context(app)),
    ):
        yield Client(portal, app)


@contextmanager
def address_of(app: FastAPI) -> Iterator[str]:
    """The application behind a real server on a real socket; its address."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        until = time.monotonic() + 60
        while not server.started and time.monotonic() < until:
            time.sleep(0.02)
        assert server.started
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)
        listening.close()


@pytest.fixture(scope="session")
def knowledge() -> KnowledgeBase:
    return load(ROOT / "kb")


@pytest.fixture(scope="session")
def cases(knowledge: KnowledgeBase) -> dict[str, Any]:
    return example_cases(knowledge)


@pytest.fixture(scope="session")
def case(cases: dict[str, Any]) -> dict[str, Any]:
    """A child that was not treated yet."""
    found: dict[str, Any] = cases["untreated-child"]
    return found


@pytest.fixture(scope="session")
def service(knowledge: KnowledgeBase) -> Iterator[Client]:
    """The service as it is by default, with time to spare on a busy machine."""
    pool = WorkerPool(Answering(knowledge), 1, Limits(seconds=60, wait=60))
    with client_of(create_app(knowledge, pool)) as client:
        yield client


Serve = Callable[[FastAPI], AbstractContextManager[Client]]


@pytest.fixture(scope="session")
def client_for() -> Serve:
    """Serves another application."""
    return client_of


@pytest.fixture(scope="session")
def address_for() -> Callable[[FastAPI], AbstractContextManager[str]]:
    """Serves another application on a socket."""
    return address_of
