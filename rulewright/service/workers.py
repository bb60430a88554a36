"""Worker processes that answer one task at a time, and are replaced when they fail or have done enough.

The pool knows nothing of what runs in them: it is given a picklable `Prepare`, which a worker calls once for the
function from bytes to bytes that performs its tasks. A worker that dies, hangs or declares itself spent costs one more
try on a fresh worker. One process beyond those that may be busy stands by, so that a replacement is seldom waited for.
"""

from __future__ import annotations

import logging
import pickle
import threading
import time
from dataclasses import dataclass

from rulewright.service.process import TaskError, WorkerLost, WorkerProcess
from rulewright.service.worker import Orders, Prepare

__all__ = ["Limits", "NoWorker", "PoolState", "StartFailed", "TaskError", "WorkerPool"]

LOG = logging.getLogger("rulewright.service")
STANDBY = 1
MEMORY_MARGIN = 4  # a task may take the process to this many times the bound at which it is recycled
LONGEST_PAUSE = 5.0  # seconds between attempts to start a worker that does not start


class NoWorker(Exception):
    """No worker could answer: none was free in time, or two of them failed on this task."""


class StartFailed(Exception):
    """The first worker could not prepare itself; the message says why."""


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
        self._workers: set[WorkerProcess] = set()  # every process, those that still prepare themselves too
        self._idle: list[WorkerProcess] = []
        self._busy: set[WorkerProcess] = set()
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

    def _perform(self, worker: WorkerProcess, task: bytes) -> bytes:
        lost = True
        try:
            answer = worker.ask(task, self.limits.seconds)
            lost = False
            return answer
        finally:
            self._give_back(worker, lost)

    def _take(self, until: float, fresh: bool) -> WorkerProcess:
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

    def _choose(self, fresh: bool) -> WorkerProcess | None:
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

    def _give_back(self, worker: WorkerProcess, lost: bool) -> None:
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

    def _discard(self, worker: WorkerProcess, lost: bool) -> None:
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
            worker = WorkerProcess()
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
