"""Processes that share the work of a comparison. What comes out does not depend on how many there are."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import TypeAlias

from rulewright.authoring.diff.bench import Bench, Cut, Plan, Span
from rulewright.authoring.diff.model import Example
from rulewright.authoring.diff.tally import Tally

Task: TypeAlias = Span | Cut
Result: TypeAlias = Tally | Example
Work = Callable[[Sequence[Task]], Iterator[tuple[int, Result]]]
"""Does tasks, and gives the number of each with its result as soon as there is one."""


def done(bench: Bench, task: Task) -> Result:
    """One task, done."""
    return bench.sample(task) if isinstance(task, Span) else bench.cut(task)


@contextmanager
def workers(plan: Plan, number: int) -> Iterator[Work]:
    """So many processes, ended afterwards; none but this one where the number is 1."""
    if number < 2:
        bench = Bench(plan)
        yield lambda tasks: ((place, done(bench, task)) for place, task in enumerate(tasks))
        return
    context = get_context("spawn")  # a forked process would inherit what the reader of the output expects to be flushed
    pipes: list[Connection] = []
    processes = []
    try:
        for _ in range(number):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, plan), daemon=True)
            process.start()
            theirs.close()
            pipes.append(ours)
            processes.append(process)
        yield lambda tasks: _shared(pipes, tasks)
    finally:
        for pipe in pipes:
            pipe.close()
        for process in processes:
            process.terminate()
            process.join()


def _serve(connection: Connection, plan: Plan) -> None:
    """Do tasks until there are no more."""
    bench = Bench(plan)
    while True:
        try:
            place, task = connection.recv()
        except (EOFError, KeyboardInterrupt):
            return
        try:
            connection.send((place, done(bench, task)))
        except Exception:  # noqa: BLE001 - whatever went wrong is told where somebody reads it
            connection.send((place, traceback.format_exc()))


def _shared(pipes: Sequence[Connection], tasks: Sequence[Task]) -> Iterator[tuple[int, Result]]:
    """Each process has one task at a time; whoever is done gets the next."""
    waiting = iter(enumerate(tasks))
    busy = 0
    for pipe in pipes:
        busy += _next(pipe, waiting)
    while busy:
        for ready in wait(pipes):
            pipe = next(each for each in pipes if each is ready)
            place, result = pipe.recv()
            busy -= 1
            if isinstance(result, str):
                raise RuntimeError(f"a process that compares cases failed:\n{result}")
            busy += _next(pipe, waiting)
            yield place, result


def _next(pipe: Connection, waiting: Iterator[tuple[int, Task]]) -> int:
    task = next(waiting, None)
    if task is None:
        return 0
    pipe.send(task)
    return 1
