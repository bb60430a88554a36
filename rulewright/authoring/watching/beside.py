"""Another process, which answers scenarios of the same files beside this one.

It keeps nothing but the knowledge base that it read last. Whether that is the one in question is told by its digest;
where it is another, or the process is gone, everything is answered here, and only takes longer.
"""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from signal import SIG_IGN, SIGINT, signal
from typing import TypeAlias

from engine.advising import Advisor
from engine.errors import Refused
from engine.loading import load
from engine.model.advice import Advice
from rulewright.authoring.scenario import Broken, Scenario
from rulewright.authoring.scenarios import Outcome, answered

ENGINES = ("compiled",)
"""`test` compares both engines; here the quick one answers alone."""
AHEAD = 2
"""So many scenarios wait at the other process, so that it need not wait for this one."""
IDLE = 0.5
"""Seconds without a question after which nobody waits for an answer."""
PATIENCE = 0.2
"""Seconds that are waited for what the other process read: it began before this one did."""
Asked: TypeAlias = Scenario | Broken
Passed: TypeAlias = tuple[Outcome, Advice] | None
"""What became of a scenario that passed; None of another one, whose inquiry no process can give to the next."""


class Beside:
    """The other process, as this one sees it."""

    def __init__(self, connection: Connection) -> None:
        self._connection: Connection | None = connection
        self._unread = 0
        self._digest = ""
        self._given: deque[Asked] = deque()

    def read(self, folder: Path, latest: date) -> None:
        """Have it read a folder, and go on at once; ``latest`` is the last day that a review can be of."""
        self._send((folder, latest))
        self._unread += self._connection is not None

    def has(self, digest: str) -> bool:
        """Whether it read the knowledge base of this digest."""
        while self._unread and self._connection is not None and self._connection.poll(PATIENCE):
            self._digest = str(self._receive() or "")
            self._unread -= 1
        return self._connection is not None and not self._unread and self._digest == digest

    def shared(self, scenarios: Sequence[Asked]) -> Iterator[tuple[Asked, Passed]]:
        """Every scenario, most of them in their order, with what became of it where the other process tells it."""
        waiting = deque(scenarios)
        while waiting or self._given:
            while waiting and len(self._given) < AHEAD and self._connection is not None:
                self._given.append(waiting.popleft())
                self._send(self._given[-1])
            if self._connection is None:  # it is gone: what it had is answered here
                waiting.extendleft(reversed(self._given))
                self._given.clear()
            if self._given and (not waiting or self._is_ready()):
                scenario = self._given.popleft()
                found = self._receive()
                yield scenario, found if isinstance(found, tuple) else None
            elif waiting:
                yield waiting.popleft(), None

    def _is_ready(self) -> bool:
        return self._connection is not None and self._connection.poll(0)

    def _send(self, message: object) -> None:
        if self._connection is not None:
            try:
                self._connection.send(message)
            except OSError:
                self._connection = None

    def _receive(self) -> object:
        if self._connection is None:
            return None
        try:
            return self._connection.recv()
        except (EOFError, OSError):
            self._connection = None
            return None


@contextmanager
def beside() -> Iterator[Beside]:
    """Another process, ended afterwards."""
    context = get_context("spawn")  # a forked process would inherit what the reader of the output expects to be flushed
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    heard = signal(SIGINT, SIG_IGN)  # Ctrl-C is for this process, which ends the other: that one is born deaf to it
    process.start()
    signal(SIGINT, heard)
    theirs.close()
    try:
        yield Beside(ours)
    finally:
        ours.close()
        process.terminate()
        process.join()


def _serve(connection: Connection) -> None:
    """Read folders and answer scenarios until nobody asks; what is garbage is collected while nobody waits."""
    advisor: Advisor | None = None
    gc.disable()
    while True:
        try:
            if not connection.poll(IDLE):
                gc.collect()
            asked = connection.recv()
            if isinstance(asked, tuple):
                advisor = _advisor(*asked)
                connection.send(advisor.knowledge.digest if advisor is not None else "")
            else:
                connection.send(_passed(asked, advisor))
        except (EOFError, OSError):
            return


def _advisor(folder: Path, latest: date) -> Advisor | None:
    """What answers by the files as they are now; None where they do not load: this is told elsewhere."""
    try:
        return Advisor(load(folder, today=latest), ENGINES)
    except Refused:
        return None


def _passed(scenario: Asked, advisor: Advisor | None) -> Passed:
    if advisor is None:
        return None
    try:
        found = answered(scenario, advisor)
    except Exception:  # noqa: BLE001 - the asking process answers it again, and meets the same where it can be told
        return None
    return (replace(found, inquiry=None), found.inquiry.advice) if found.passed and found.inquiry is not None else None
