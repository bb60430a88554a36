"""Worker processes: what runs in them may crash, hang, leak or fail, and no task is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rulewright.service.workers import Limits, NoWorker, StartFailed, TaskError, WorkerPool
from tests.rulewright.service.misbehaving import Misbehaving, gone

ROOT = Path(__file__).parents[3]
QUICK = Limits(seconds=1.0, wait=20.0)
LINUX_ONLY = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's bound on memory, and /proc")


@contextmanager
def started(prepare: Misbehaving, size: int = 1, limits: Limits = QUICK) -> Iterator[WorkerPool]:
    pool = WorkerPool(prepare, size, limits)
    pool.start()
    try:
        yield pool
    finally:
        pool.close()


def eventually(condition: Callable[[], bool], seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


def test_a_task_is_answered_in_another_process_which_stays() -> None:
    with started(Misbehaving()) as pool:
        assert pool.ask(b"a task") == b"a task"
        first, second = pool.ask(b"pid"), pool.ask(b"pid")
        assert first == second != str(os.getpid()).encode()
        assert pool.state().answered == 3


@pytest.mark.parametrize("word", ["exit", "segfault", "hang", "hang-in-c", "spent", "nonsense", "half-an-answer"])
def test_what_fails_once_is_answered_by_a_fresh_worker(word: str, tmp_path: Path) -> None:
    with started(Misbehaving(str(tmp_path))) as pool:
        pool.ask(b"a task")
        assert pool.ask(f"once {word} x".encode()) == f"once {word} x".encode()
        state = pool.state()
        assert (state.lost, state.retried, state.answered) == (1, 1, 2)


@pytest.mark.parametrize("word", ["exit", "segfault", "hang", "spent"])
def test_what_fails_twice_is_given_up_and_the_next_task_is_answered(word: str) -> None:
    with started(Misbehaving()) as pool:
        with pytest.raises(NoWorker, match="two workers failed"):
            pool.ask(word.encode())
        assert pool.ask(b"the next") == b"the next"
        assert pool.state().lost == 2


def test_a_defect_is_reported_with_its_traceback_and_not_tried_again() -> None:
    with started(Misbehaving()) as pool:
        with pytest.raises(TaskError, match="KeyError: 'a defect'"):
            pool.ask(b"defect")
        assert pool.state().retried == 0
        assert pool.ask(b"the next") == b"the next"


def test_a_worker_is_replaced_after_so_many_tasks_and_none_waits_for_it() -> None:
    with started(Misbehaving(), limits=Limits(tasks=3)) as pool:
        pids = []
        for _ in range(12):
            assert eventually(lambda: pool.state().alive == 2)  # the one that works, and the one that stands by
            pids.append(pool.ask(b"pid"))
        assert [pids.count(pid) for pid in dict.fromkeys(pids)] == [3, 3, 3, 3]
        state = pool.state()
        assert (state.recycled, state.lost, state.retried) == (4, 0, 0)


@LINUX_ONLY
def test_a_worker_that_grew_is_replaced_after_its_answer() -> None:
    with started(Misbehaving(), limits=Limits(megabytes=150)) as pool:
        small = pool.ask(b"pid")
        assert pool.ask(b"leak 200") == b"leak 200"
        assert pool.ask(b"pid") != small
        state = pool.state()
        assert (state.recycled, state.lost) == (1, 0)
        assert state.megabytes < 150


@LINUX_ONLY
def test_a_task_cannot_take_all_memory() -> None:
    with started(Misbehaving(), limits=Limits(megabytes=100)) as pool:
        with pytest.raises(NoWorker, match="out of memory"):
            pool.ask(b"leak 2000")
        assert pool.ask(b"the next") == b"the next"


def test_no_task_is_lost_among_many_while_workers_fail(tmp_path: Path) -> None:
    words = ["exit", "spent", "segfault", "task"]
    tasks = [f"once {words[number % 4]} {number}".encode() for number in range(24)]
    answers: dict[bytes, bytes] = {}
    with started(Misbehaving(str(tmp_path)), size=3, limits=Limits(seconds=5, wait=60)) as pool:

        def ask(mine: list[bytes]) -> None:
            for task in mine:
                answers[task] = pool.ask(task)

        threads = [threading.Thread(target=ask, args=(tasks[start::6],)) for start in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        state = pool.state()
    assert answers == {task: task for task in tasks}
    assert (state.lost, state.retried) == (18, 18)


def test_no_more_than_the_size_work_at_a_time() -> None:
    with started(Misbehaving(), size=2) as pool:
        most = 0
        threads = [threading.Thread(target=pool.ask, args=(b"nap",)) for _ in range(6)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            most = max(most, pool.state().busy)
            time.sleep(0.01)
        assert most == 2


def test_a_worker_that_was_killed_while_idle_costs_nothing() -> None:
    with started(Misbehaving()) as pool:
        pid = int(pool.ask(b"pid"))
        os.kill(pid, signal.SIGKILL)
        assert eventually(lambda: gone(pid))
        assert int(pool.ask(b"pid")) != pid
        assert pool.state().retried == 0


def test_a_pool_that_cannot_prepare_says_why_and_leaves_nothing() -> None:
    pool = WorkerPool(Misbehaving(broken=True))
    with pytest.raises(StartFailed, match="nothing can be prepared here"):
        pool.start()
    assert pool.processes() == []


def test_a_task_that_waits_too_long_is_refused() -> None:
    with started(Misbehaving(), limits=Limits(seconds=5, wait=0.3)) as pool:
        slow = threading.Thread(target=_quietly, args=(pool, b"hang"))
        slow.start()
        assert eventually(lambda: pool.state().busy == 1)
        with pytest.raises(NoWorker, match="no worker was free"):
            pool.ask(b"a task")
        pool.close()
        slow.join()


def _quietly(pool: WorkerPool, task: bytes) -> None:
    try:
        pool.ask(task)
    except NoWorker:
        return


def test_closing_ends_every_process_and_every_task() -> None:
    pool = WorkerPool(Misbehaving(), 2, Limits(seconds=60))
    pool.start()
    assert eventually(lambda: pool.state().alive == 3)
    failures: list[str] = []

    def ask() -> None:
        try:
            pool.ask(b"hang")
        except NoWorker as error:
            failures.append(str(error))

    thread = threading.Thread(target=ask)
    thread.start()
    assert eventually(lambda: pool.state().busy == 1)
    pids = pool.processes()
    pool.close()
    thread.join(10)
    assert failures == ["the service is stopping"]
    assert all(gone(pid) for pid in pids)
    assert pool.processes() == []


ORPHANS = """
import sys, threading, time
from tests.rulewright.service.misbehaving import Misbehaving
from rulewright.service.workers import Limits, WorkerPool
pool = WorkerPool(Misbehaving(), 2, Limits(seconds=1))
pool.start()
while pool.state().alive < 3:
    time.sleep(0.02)
threading.Thread(target=pool.ask, args=(b"hang-in-c",), daemon=True).start()
while not pool.state().busy:
    time.sleep(0.02)
print(*pool.processes(), flush=True)
time.sleep(60)
"""


def test_no_worker_outlives_a_service_that_was_killed() -> None:
    process = subprocess.Popen([sys.executable, "-c", ORPHANS], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    pids = [int(pid) for pid in process.stdout.readline().split()]
    process.kill()
    process.wait()
    process.stdout.close()
    assert len(pids) == 3
    assert eventually(lambda: all(gone(pid) for pid in pids), 10)  # the one that hangs in C is ended by its alarm
