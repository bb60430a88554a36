"""Workers of the service that fail, or answer what they are told to."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import count

from rulewright.service.answering import Answering, Reply
from rulewright.service.worker import Perform
from tests.rulewright.service.misbehaving import misbehave


@dataclass(frozen=True)
class Unreliable:
    """The service's own worker, but every fourth task of a process ends badly, each time in another way."""

    answering: Answering

    def __call__(self) -> Perform:
        perform = self.answering()
        tasks = count(1)

        def unreliable(task: bytes) -> bytes:
            if next(tasks) % 4 == 0:
                misbehave(("exit", "segfault", "hang", "spent")[os.getpid() % 4], "")
            return perform(task)

        return unreliable


@dataclass(frozen=True)
class Answers:
    """A worker that always answers the same."""

    reply: Reply

    def __call__(self) -> Perform:
        return lambda _task: self.reply.to_bytes()
