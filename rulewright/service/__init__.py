"""Rulewright over HTTP: advice, its chains and what it rests on.

`run` serves until it is stopped, `create_app` gives the ASGI application. Importing this package is light; FastAPI and
uvicorn are an extra, and where they are absent the import says which one to install.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from engine.model.knowledge import KnowledgeBase

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi import FastAPI

    from rulewright.service.workers import WorkerPool


class ServiceNotInstalled(ImportError):
    """The packages that the service needs are not installed."""


_absent = [name for name in ("fastapi", "uvicorn") if find_spec(name) is None]
if _absent:
    raise ServiceNotInstalled(
        f"the service needs {' and '.join(_absent)}, which {'is' if len(_absent) == 1 else 'are'} not installed: "
        "pip install 'rulewright[service]'"
    )


def create_app(knowledge: KnowledgeBase, pool: WorkerPool | None = None) -> FastAPI:
    """The ASGI application over a knowledge base; `rulewright.service.app` says more."""
    from rulewright.service.app import create_app as create

    return create(knowledge, pool)


def run(kb: Path | str | None = None, host: str = "127.0.0.1", port: int = 8765, workers: int = 2) -> None:
    """Serve a knowledge base until stopped; raises `engine.errors.Refused` where it is broken."""
    from rulewright.service.app import run as serve

    serve(kb, host, port, workers)


__all__ = ["ServiceNotInstalled", "create_app", "run"]
