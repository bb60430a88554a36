"""Workers that do what a matcher has been seen to do: crash, hang, leak, raise."""

from __future__ import annotations

import ctypes
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rulewright.service.worker import Perform, WorkerSpent

LEAKED: list[bytearray] = []


@dataclass(frozen=True)
class Misbehaving:
    """A worker that does as the first word of a task says, and then answers the task itself.

    After the word `once` it does so only the first time, as marks in ``folder`` tell.
    """

    folder: str = ""
    broken: bool = False

    def __call__(self) -> Perform:
        if self.broken:
            raise RuntimeError("nothing can be prepared here")
        return self.perform

    def perform(self, task: bytes) -> bytes:
        word, _, rest = task.decode().partition(" ")
        if word == "once":
            word, _, rest = rest.partition(" ")
            mark = Path(self.folder) / f"{word}-{rest}"
            if mark.exists():
                return task
            mark.touch()
        if word == "pid":
            return str(os.getpid()).encode()
        misbehave(word, rest)
        return task


@dataclass(frozen=True)
class Fails:
    """A worker on which every task ends with this word."""

    word: str

    def __call__(self) -> Perform:
        def perform(task: bytes) -> bytes:
            misbehave(self.word, "")
            return task

        return perform


def misbehave(word: str, rest: str) -> None:
    """Do what the word says."""
    if word == "exit":
        os._exit(3)
    if word == "segfault":
        ctypes.string_at(0)
    if word == "hang":
        time.sleep(60)
    if word == "hang-in-c":  # holds the interpreter's lock, as an endless loop in a C library does
        ctypes.PyDLL(None).sleep(60)
    if word == "nap":
        time.sleep(0.2)
    if word == "leak":
        LEAKED.append(bytearray(int(rest) * 1_000_000))
    if word == "spent":
        raise WorkerSpent("the matcher failed")
    if word == "defect":
        raise KeyError("a defect")
    if word in ("nonsense", "half-an-answer"):
        length = 3 if word == "nonsense" else 100_000
        for descriptor in range(3, 32):  # one of them is the socket
            with suppress(OSError):
                os.write(descriptor, length.to_bytes(4, "big") + b"abc")


def gone(pid: int) -> bool:
    """Whether a process has ended."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    # A child of a process that was killed may wait for the init process to take note of its end.
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "\nState:\tZ" in status.read_text(encoding="ascii", errors="replace")
