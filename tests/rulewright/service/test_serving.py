"""The service as it is run: a process with a socket, many callers, workers that fail, and signals."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from engine.errors import Refused
from engine.model.knowledge import KnowledgeBase
from rulewright.service import create_app, run
from rulewright.service.answering import Answering
from rulewright.service.workers import Limits, WorkerPool
from tests.rulewright.service.misbehaving import Fails, gone
from tests.rulewright.service.unreliable import Unreliable

ROOT = Path(__file__).parents[3]
Address = Callable[[FastAPI], AbstractContextManager[str]]


def test_no_request_is_lost_while_workers_crash_and_hang(
    knowledge: KnowledgeBase, cases: dict[str, Any], address_for: Address
) -> None:
    pool = WorkerPool(Unreliable(Answering(knowledge)), 2, Limits(seconds=3, wait=120))
    names = [sorted(cases)[number % len(cases)] for number in range(36)]
    with (
        address_for(create_app(knowledge, pool)) as address,
        httpx.Client(base_url=address, timeout=180) as client,
        ThreadPoolExecutor(6) as callers,
    ):
        answers = list(callers.map(lambda name: client.post("/v1/advise", json=cases[name]), names))
        health = client.get("/healthz").json()
    assert [answer.status_code for answer in answers] == [200] * len(names)
    assert len({(name, answer.content) for name, answer in zip(names, answers, strict=True)}) == len(cases)
    assert health["workers"]["lost"] >= 6
    assert health["workers"]["answered"] == len(names)


def test_the_service_answers_others_while_a_case_is_worked_on(
    knowledge: KnowledgeBase, case: dict[str, Any], address_for: Address
) -> None:
    pool = WorkerPool(Fails("hang"), 1, Limits(seconds=3, wait=20))
    with address_for(create_app(knowledge, pool)) as address, httpx.Client(base_url=address, timeout=60) as client:
        slow = threading.Thread(target=client.post, args=("/v1/advise",), kwargs={"json": case})
        slow.start()
        while not client.get("/healthz").json()["workers"]["busy"]:
            time.sleep(0.02)
        assert client.get("/v1/facts/G01").status_code == 200
        assert slow.is_alive()
        slow.join()


def test_memory_stays_bounded_while_workers_are_recycled(
    knowledge: KnowledgeBase, cases: dict[str, Any], address_for: Address
) -> None:
    """A short run with a low bound; benchmarks/service_memory.py is the long one."""
    limits = Limits(seconds=60, tasks=40, megabytes=400, wait=120)
    pool = WorkerPool(Answering(knowledge), 1, limits)
    largest = 0.0
    with address_for(create_app(knowledge, pool)) as address, httpx.Client(base_url=address, timeout=180) as client:
        for number in range(300):
            name = sorted(cases)[number % len(cases)]
            assert client.post("/v1/advise", json=cases[name]).status_code == 200
            if number % 10 == 0:
                largest = max(largest, client.get("/healthz").json()["workers"]["largest_megabytes"])
        workers = client.get("/healthz").json()["workers"]
    assert workers["answered"] == 300
    assert workers["recycled"] == 7
    assert (workers["lost"], workers["retried"]) == (0, 0)
    assert largest < 150


# The process ----------------------------------------------------------------------------------------------------------


@contextmanager
def running(*options: str) -> Iterator[tuple[subprocess.Popen[str], str, list[str]]]:
    """`run` in a process of its own: the process, its address, and the lines that it logged."""
    code = f"from rulewright.service import run; run({', '.join(options)})"
    process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stderr is not None
    lines: list[str] = []
    try:
        address = ""
        while not address:
            line = process.stderr.readline()
            assert line, "".join(lines)
            lines.append(line)
            found = re.search(r"running on (http://\S+)", line)
            address = found[1] if found else ""
        reader = threading.Thread(target=lambda: lines.extend(process.stderr or []), daemon=True)
        reader.start()
        yield process, address, lines
        process.wait(30)
        reader.join(10)
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def children(pid: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(status.parent.name))
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_service_that_is_stopped_leaves_no_process(number: signal.Signals, case: dict[str, Any]) -> None:
    with running("port=0", "workers=1") as (process, address, _):
        assert address.startswith("http://127.0.0.1:")
        response = httpx.post(f"{address}/v1/advise", json=case, timeout=60)
        assert response.status_code == 200
        pids = children(process.pid)
        assert pids
        process.send_signal(number)
        process.wait(30)
    until = time.monotonic() + 10
    while not all(gone(pid) for pid in pids) and time.monotonic() < until:
        time.sleep(0.02)
    assert all(gone(pid) for pid in pids)


def test_the_service_itself_never_loads_the_matcher() -> None:
    code = "import sys, rulewright.service.app; print('durable' in sys.modules, 'durable_rules_engine' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == ["False", "False"]


def test_a_broken_knowledge_base_is_refused_with_every_problem(tmp_path: Path) -> None:
    (tmp_path / "kb.yaml").write_text("name: broken\nversion: 012\nversion: 1\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        run(tmp_path)
    assert {problem.code for problem in refused.value.problems} >= {"yaml-surprise", "duplicate-key"}


def test_without_its_packages_the_service_says_what_to_install() -> None:
    code = "import sys; sys.modules['uvicorn'] = None; import rulewright.service"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "rulewright.service.ServiceNotInstalled: the service needs uvicorn, which is not installed: "
        "pip install 'rulewright[service]'"
    )


def test_the_error_is_an_import_error() -> None:
    code = (
        "import sys; sys.modules.update(fastapi=None, uvicorn=None)\n"
        "try:\n    import rulewright.service\nexcept ImportError as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.startswith("the service needs fastapi and uvicorn, which are not installed")


def test_a_request_that_is_cut_off_disturbs_nobody(
    knowledge: KnowledgeBase, case: dict[str, Any], address_for: Address
) -> None:
    pool = WorkerPool(Answering(knowledge), 1, Limits(seconds=60, wait=60))
    with address_for(create_app(knowledge, pool)) as address, httpx.Client(base_url=address, timeout=60) as client:
        body = json.dumps(case)
        host, _, port = address.removeprefix("http://").partition(":")
        for sent in (body[:20], body):
            with socket.create_connection((host, int(port))) as connection:
                lines = ["POST /v1/advise HTTP/1.1", "Host: x", "Content-Type: application/json"]
                head = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""])
                connection.sendall((head + sent).encode())
        assert client.post("/v1/advise", json=case).status_code == 200
