"""Memory and latency of the service over many cases, worker recycling included.

    python benchmarks/service_memory.py [--cases 10000] [--workers 2] [--tasks 1000] [--megabytes 400] [--callers 2]

The service runs in a process of its own and is asked over HTTP, with the made-up cases of the knowledge base in turn. A
line for each thousand cases: resident memory of the service, of its workers together and of the largest, how many
workers were recycled and lost, and the latency that a caller saw.
"""

from __future__ import annotations

import argparse
import re
import resource
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[1]
SERVER = """
import uvicorn
from engine.loading import load
from rulewright.service import create_app
from rulewright.service.answering import Answering
from rulewright.service.workers import Limits, WorkerPool
knowledge = load()
pool = WorkerPool(Answering(knowledge), {workers}, Limits(tasks={tasks}, megabytes={megabytes}))
uvicorn.run(create_app(knowledge, pool), port=0, access_log=False)
"""


def resident(pid: int) -> float:
    """Resident memory of a process, in MB; 0 where it is gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * resource.getpagesize() / 1e6


def children(pid: int) -> list[int]:
    """The processes that a process started."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(word) for word in task.read_text(encoding="ascii").split()]
    return found


class Watch(threading.Thread):
    """The largest memory seen between two lines."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.service = self.workers = self.largest = 0.0

    def run(self) -> None:
        """Look every tenth of a second."""
        while True:
            each = [resident(child) for child in children(self.pid)]
            self.service = max(self.service, resident(self.pid))
            self.workers = max(self.workers, sum(each))
            self.largest = max(self.largest, *each, 0.0)
            time.sleep(0.1)

    def taken(self) -> tuple[float, float, float]:
        """What was seen since the last time."""
        found = self.service, self.workers, self.largest
        self.service = self.workers = self.largest = 0.0
        return found


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for name, default in (("cases", 10_000), ("workers", 2), ("tasks", 1000), ("megabytes", 400), ("callers", 2)):
        parser.add_argument(f"--{name}", type=int, default=default)
    chosen = parser.parse_args()
    code = SERVER.format(workers=chosen.workers, tasks=chosen.tasks, megabytes=chosen.megabytes)
    server = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True, cwd=ROOT)
    assert server.stderr is not None
    try:
        address = ""
        while not address:
            line = server.stderr.readline()
            if not line:
                sys.exit("the service did not start")
            found = re.search(r"running on (http://\S+)", line)
            address = found[1] if found else ""
        threading.Thread(target=server.stderr.read, daemon=True).start()
        measure(address, server.pid, chosen)
    finally:
        server.terminate()
        server.wait()


def measure(address: str, pid: int, chosen: argparse.Namespace) -> None:
    """Ask, and print a line for each thousand cases."""
    watch = Watch(pid)
    watch.start()
    with httpx.Client(base_url=address, timeout=120) as client, ThreadPoolExecutor(chosen.callers) as callers:
        operation = client.get("/openapi.json").json()["paths"]["/v1/advise"]["post"]
        examples = operation["requestBody"]["content"]["application/json"]["examples"]
        bodies: list[Any] = [example["value"] for example in examples.values()]

        def ask(number: int) -> float:
            start = time.perf_counter()
            response = client.post("/v1/advise", json=bodies[number % len(bodies)])
            if response.status_code != 200:
                sys.exit(response.text)
            return (time.perf_counter() - start) * 1000

        print("  cases  service  workers  largest  recycled  lost    median       p95")
        for start in range(0, chosen.cases, 1000):
            took = list(callers.map(ask, range(start, min(start + 1000, chosen.cases))))
            workers = client.get("/healthz").json()["workers"]
            service, together, largest = watch.taken()
            p95 = quantiles(took, n=20)[-1]
            print(
                f"{start + len(took):>7} {service:>5.0f} MB {together:>5.0f} MB {largest:>5.0f} MB",
                f"{workers['recycled']:>8} {workers['lost']:>5} {median(took):>6.1f} ms {p95:>6.1f} ms",
                flush=True,
            )


if __name__ == "__main__":
    main()
