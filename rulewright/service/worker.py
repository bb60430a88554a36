"""The inside of a worker process: one task after another, until the service is gone.

A worker shares nothing with the service but a socket. It ends when the socket closes, so that it never outlives the
service, and the kernel ends it when a task overstays, even one that never returns from C. What it sends is plain bytes
and never a pickle: whatever a library did to this process, the service reads text.
"""

from __future__ import annotations

import os
import pickle
import resource
import signal
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeAlias

Perform: TypeAlias = Callable[[bytes], bytes]
Prepare: TypeAlias = Callable[[], Perform]

READY, ANSWER, SPENT, ERROR = b"ready", b"answer", b"spent", b"error"
GRACE = (
    2.0  # seconds past the time limit, after which a worker ends itself: its service may no longer be there to do it
)

_STATM = Path("/proc/self/statm")


class WorkerSpent(Exception):
    """Raised by what runs in a worker: this process must not go on, and a fresh one should try the task."""


@dataclass(frozen=True, slots=True)
class Orders:
    """What a worker is told when it starts: a pickled `Prepare`, and its limits in seconds and MB."""

    prepare: bytes
    start_limit: float
    time_limit: float
    most_megabytes: float


def main(descriptor: int) -> None:
    """Prepare once, then perform tasks; returns only where preparing failed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to all; the service decides when to stop
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    with Connection(descriptor) as connection:
        try:
            orders: Orders = connection.recv()
            signal.setitimer(signal.ITIMER_REAL, orders.start_limit + GRACE)
            _bound_memory(orders.most_megabytes)
            prepare: Prepare = pickle.loads(orders.prepare)
            perform = prepare()
        except (EOFError, OSError):
            os._exit(0)
        except BaseException:  # noqa: BLE001 - whatever it is, the service must be told why there is no worker
            _send(connection, ERROR, traceback.format_exc().encode())
            return
        signal.setitimer(signal.ITIMER_REAL, 0)
        _send(connection, READY)
        while True:
            try:
                task = connection.recv_bytes()
            except (EOFError, OSError):
                os._exit(0)  # the service is gone, or has no more use for this process; there is nothing to tidy up
            signal.setitimer(signal.ITIMER_REAL, orders.time_limit + GRACE)
            _send(connection, *_outcome(perform, task))
            signal.setitimer(signal.ITIMER_REAL, 0)


def _outcome(perform: Perform, task: bytes) -> tuple[bytes, bytes]:
    try:
        return ANSWER, perform(task)
    except (WorkerSpent, MemoryError) as error:
        return SPENT, (str(error) or "out of memory").encode()
    except Exception:  # noqa: BLE001 - a defect of the program: the service logs it, and answers without it
        return ERROR, traceback.format_exc().encode()


def _send(connection: Connection, kind: bytes, body: bytes = b"") -> None:
    with suppress(OSError):
        connection.send_bytes(b"%s %d\n%s" % (kind, round(resident_megabytes()), body))


def _bound_memory(megabytes: float) -> None:
    """Make the kernel refuse memory beyond the bound, so that one task cannot exhaust the machine (Linux only)."""
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (int(megabytes * 1e6), resource.getrlimit(resource.RLIMIT_DATA)[1]))


def resident_megabytes() -> float:
    """The memory of this process, in MB; its peak where /proc is missing."""
    try:
        return int(_STATM.read_text(encoding="ascii").split()[1]) * resource.getpagesize() / 1e6
    except OSError:
        unit = 1 if os.uname().sysname == "Darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
