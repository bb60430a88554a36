"""A worker process as the service sees it: it is started, told what it is for, asked, and ended."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection

from rulewright.service.worker import ANSWER, ERROR, READY, SPENT, Orders

LONGEST_REPLY = 64_000_000
BOOT = """\
import json, sys
sys.path[:] = json.loads(sys.argv[2])
from rulewright.service.worker import main
main(int(sys.argv[1]))
"""


class TaskError(Exception):
    """What runs in the worker has a defect; the message is its traceback, for the log only."""


class WorkerLost(Exception):
    """This worker can no longer be used."""


class WorkerProcess:
    """One process. Raises `OSError` where it cannot be started."""

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
        """Whether it runs."""
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
