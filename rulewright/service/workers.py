"""Worker processes that answer one task at a time, and are replaced when they fail or have done enough.

The pool knows nothing of what runs in them: it is given a picklable `Prepare`, which a worker calls once for the
function from bytes to bytes that performs its tasks. A worker that dies, hangs or declares itself spent costs one more
try on a fresh worker. One process beyond those that may be busy stands by, so that a replacement is seldom waited for.
"""

from __future__ import annotations

import json
import logging
import pickle
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection

from rulewright.service.worker import ANSWER, ERROR, READY, SPENT, Orders, Prepare

LOG = logging.getLogger("rulewright.service")
STANDBY = 1
LONGEST_REPLY = 64_000_000
MEMORY_MARGIN = 4  # a task may take the process to this many times the bound at which it is recycled
LONGEST_PAUSE = 5.0  # seconds between attempts to start a worker that does not start
BOOT = """\
import json, sys
sys.path[:] = json.loads(sys.argv[2])
from rulewright.service.worker import main
main(int(sys.argv[1]))
"""


class NoWorker(Exception):
    """No worker could answer: none was free in time, or two of them failed on this task."""


class TaskError(Exception):
    """What runs in the worker has a defect; the message is its traceback, for the log only."""


class StartFailed(Exception):
    """The first worker could not prepare itself; the message says why."""


class WorkerLost(Exception):
    """This worker can no longer be used."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When a worker is given up: seconds per task, then tasks and resident MB over its life.

    ``wait`` is how long a request waits for a worker, ``start`` how long a worker may take to prepare itself.
    """

    seconds: float = 5.0
    tasks: int = 1000
    megabytes: float = 400.0
    wait: float = 20.0
    start: float = 60.0


@dataclass(frozen=True, slots=True)
class PoolState:
    """Counts since the pool was started; ``megabytes`` is the resident memory of the largest worker."""

    alive: int
    busy: int
    starting: int
    recycled: int
    lost: int
    answered: int
    retried: int
    megabytes: float


class _Worker:
    """One process, as the service sees it."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self.connection = Connection(ours.detach())
            try:
                # -P: a file of the working folder never shadows a module that the first lines need.
                # Standard output belongs to the service: what a library prints goes to standard error.
                self.process = subprocess.Popen(
                    [
                        sys.executable,
                        "-P",
                        "-X",
                        "faulthandler",
                        "-c",
                        BOOT,
                        str(theirs.fileno()),
                        json.dumps(sys.path),
                    ],
                    stdin=subprocess.DEVNULL,
                    stdout=2,
                    pass_fds=[theirs.fileno()],
                )
            except OSError:
                self.connection.close()
                raise
        self.tasks = 0
        self.megabytes = 0.0

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def prepare(self, orders: Orders, seconds: float) -> None:
        """Tell the process what it is for, and wait until it is ready; raises `WorkerLost` or `TaskError`."""
        self._exchange(lambda: self.connection.send(orders), READY, seconds)

    def ask(self, task: bytes, seconds: float) -> bytes:
        """The answer to one task; raises `WorkerLost` or `TaskError`."""
        self.tasks += 1
        return self._exchange(lambda: self.connection.send_bytes(task), ANSWER, seconds)

    def _exchange(self, send: Callable[[], None], wanted: bytes, seconds: float) -> bytes:
        overdue = threading.Event()

        def end() -> None:
            overdue.set()
            self.process.kill()  # which ends the connection too, whatever is waited for on it

        timer = threading.Timer(seconds, end)
        timer.daemon = True
        timer.start()
        try:
            send()
            head, _, body = self.connection.recv_bytes(LONGEST_REPLY).partition(b"\n")
            kind, megabytes = head.split(b" ")
            self.megabytes = float(megabytes)
        except (EOFError, OSError) as error:
            ending = f"gave no answer within {seconds:g} s" if overdue.is_set() else f"ended {self.ending()}"
            raise WorkerLost(f"the process {ending}") from error
        except ValueError as error:
            raise WorkerLost("the process answered nonsense") from error
        finally:
            timer.cancel()
        if kind == wanted:
            return body
        if kind == ERROR:
            raise TaskError(body.decode(errors="replace"))
        raise WorkerLost(body.decode(errors="replace") if kind == SPENT else "the process answered nonsense")

    def ending(self) -> str:
        """How the process ended, in words."""
        with suppress(subprocess.TimeoutExpired):
            code = self.process.wait(1)
            return f"by signal {-code}" if code < 0 else f"with code {code}"
        return "its connection"

    def end(self) -> None:
        """End the process now: it holds nothing that is worth keeping."""
        self.process.kill()
        self.process.wait()
        self.connection.close()


class WorkerPool:
    """Up to ``size`` tasks at a time, each in a process of its own. Safe for threads; `ask` blocks its thread."""

    def __init__(self, prepare: Prepare, size: int = 2, limits: Limits | None = None) -> None:
        if size < 1:
            raise ValueError("a pool has at least one worker")
        self.size = size
        self.limits = limits or Limits()
        self._orders = Orders(
            pickle.dumps(prepare), self.limits.start, self.limits.seconds, self.limits.megabytes * MEMORY_MARGIN
        )
        self._changed = threading.Condition()
        self._closing = threading.Event()
        self._workers: set[_Worker] = set()  # every process, those that still prepare themselves too
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._starters: set[threading.Thread] = set()
        self._failure = ""
        self._retries_waiting = 0
        self._recycled = self._lost = self._answered = self._retried = 0

    # Life ------------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the workers and wait for the first; raises `StartFailed` where none can be had."""
        with self._changed:
            self._replenish()
            until = time.monotonic() + self.limits.start
            while not self._idle and not self._failure and time.monotonic() < until:
                self._changed.wait(until - time.monotonic())
            failure = "" if self._idle else self._failure or "no worker was ready in time"
        if failure:
            self.close()
            raise StartFailed(failure)

    def close(self) -> None:
        """End every worker. Tasks that are under way fail with `NoWorker`."""
        with self._changed:
            self._closing.set()
            workers, starters = list(self._workers), list(self._starters)
            self._changed.notify_all()
        for worker in workers:
            worker.process.kill()
        for starter in starters:
            starter.join()
        with self._changed:
            idle = list(self._idle)
            self._idle.clear()
            for worker in idle:
                self._workers.discard(worker)
                worker.end()
            self._changed.wait_for(lambda: not self._busy, timeout=5)

    def state(self) -> PoolState:
        """What the pool has done so far."""
        with self._changed:
            prepared = [*self._idle, *self._busy]
            return PoolState(
                alive=sum(worker.alive for worker in prepared),
                busy=len(self._busy),
                starting=len(self._starters),
                recycled=self._recycled,
                lost=self._lost,
                answered=self._answered,
                retried=self._retried,
                megabytes=max((worker.megabytes for worker in prepared), default=0.0),
            )

    def processes(self) -> list[int]:
        """The process ids of the workers."""
        with self._changed:
            return [worker.process.pid for worker in self._workers]

    # Tasks -----------------------------------------------------------------------------------------------------------

    def ask(self, task: bytes) -> bytes:
        """The answer to one task. Raises `NoWorker` after the second failure, `TaskError` at a defect of the task."""
        until = time.monotonic() + self.limits.wait
        worker = self._take(until, fresh=False)
        try:
            return self._perform(worker, task)
        except WorkerLost as error:
            LOG.warning("a worker was lost, its task is tried on a fresh one: %s", error)
        with self._changed:
            self._retried += 1
        worker = self._take(max(until, time.monotonic() + self.limits.wait), fresh=True)
        try:
            return self._perform(worker, task)
        except WorkerLost as error:
            raise NoWorker(f"two workers failed on this task, the second so: {error}") from error

    def _perform(self, worker: _Worker, task: bytes) -> bytes:
        lost = True
        try:
            answer = worker.ask(task, self.limits.seconds)
            lost = False
            return answer
        finally:
            self._give_back(worker, lost)

    def _take(self, until: float, fresh: bool) -> _Worker:
        with self._changed:
            self._retries_waiting += fresh
            try:
                while True:
                    if self._closing.is_set():
                        raise NoWorker("the service is stopping")
                    worker = self._choose(fresh)
                    if worker is not None:
                        self._idle.remove(worker)
                        self._busy.add(worker)
                        return worker
                    left = until - time.monotonic()
                    if left <= 0:
                        raise NoWorker(
                            "no worker was free in time"
                            + (f"; the last did not start: {self._failure}" if self._failure else "")
                        )
                    self._changed.wait(left)
            finally:
                self._retries_waiting -= fresh

    def _choose(self, fresh: bool) -> _Worker | None:
        """An idle worker, if one may be used now.

        The one that has done most goes first: then workers do not all reach their limits together. Fresh ones are left
        to the tasks that need them.
        """
        for worker in [worker for worker in self._idle if not worker.alive]:
            self._idle.remove(worker)
            self._discard(worker, lost=True)
            worker.end()
        if len(self._busy) >= self.size:
            return None
        unused = [worker for worker in self._idle if not worker.tasks]
        if fresh:
            return unused[0] if unused else None
        used = [worker for worker in self._idle if worker.tasks]
        if used:
            return max(used, key=lambda worker: worker.tasks)
        return unused[0] if len(unused) > self._retries_waiting else None

    def _give_back(self, worker: _Worker, lost: bool) -> None:
        with self._changed:
            self._busy.discard(worker)
            if not lost:
                self._answered += 1
            done = lost or worker.tasks >= self.limits.tasks or worker.megabytes > self.limits.megabytes
            if done:
                self._discard(worker, lost)
            else:
                self._idle.append(worker)
            self._changed.notify_all()
        if done:
            worker.end()

    # Replacement -----------------------------------------------------------------------------------------------------

    def _discard(self, worker: _Worker, lost: bool) -> None:
        self._workers.discard(worker)
        if lost:
            self._lost += 1
        else:
            self._recycled += 1
        self._replenish()

    def _replenish(self) -> None:
        """Start as many workers as are wanting, each watched by a thread until it is ready."""
        wanting = self.size + STANDBY - len(self._idle) - len(self._busy) - len(self._starters)
        for _ in range(0 if self._closing.is_set() else wanting):
            starter = threading.Thread(target=self._start_one, name="rulewright-worker-start", daemon=True)
            self._starters.add(starter)
            starter.start()

    def _start_one(self) -> None:
        pause = 0.1
        try:
            while not self._closing.is_set():
                failure = self._try_to_start()
                if not failure:
                    return
                if not self._closing.is_set():
                    LOG.error("a worker did not start: %s", failure)
                with self._changed:
                    self._failure = failure
                    self._changed.notify_all()
                self._closing.wait(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
        finally:
            with self._changed:
                self._starters.discard(threading.current_thread())
                self._changed.notify_all()

    def _try_to_start(self) -> str:
        """Start one worker and wait until it is ready; answers why it is not, or an empty text."""
        try:
            worker = _Worker()
        except OSError as error:
            return str(error)
        with self._changed:
            self._workers.add(worker)
        failure = ""
        if not self._closing.is_set():
            try:
                worker.prepare(self._orders, self.limits.start)
            except (WorkerLost, TaskError) as error:
                failure = str(error)
        with self._changed:
            usable = not failure and not self._closing.is_set()
            if usable:
                self._failure = ""
                self._idle.append(worker)
                self._starters.discard(threading.current_thread())
                self._changed.notify_all()
            else:
                self._workers.discard(worker)
        if not usable:
            worker.end()
        return failure
