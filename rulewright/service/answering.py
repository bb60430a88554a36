"""What runs in a worker: the text of a request to an answer, or to all that is wrong with it.

A task is a verb, a line break and the body as it was sent; an answer is one line of JSON that says what it is, and its
content. The case is read here and not in the service, so that no text that somebody sends can occupy the service.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from engine.advising import Advisor
from engine.errors import EnginesDiffer, MatcherUnavailable, Problem, Refused
from engine.model.case import Case
from engine.model.knowledge import KnowledgeBase
from provenance.inquiry import Inquiry
from provenance.render.json import canonical
from rulewright.service.requests import Asked, placed, read_asked
from rulewright.service.worker import Perform, WorkerSpent

# Both engines run on every case, and nothing is answered where they differ.
ENGINES: tuple[str, ...] = ("compiled", "rete")

MOST_PROBLEMS = 1000  # in one answer; what is said of the others is how many there are


@dataclass(frozen=True)
class Reply:
    """What a worker says: ``kind`` is answer, refused or engines-differ."""

    kind: str
    id: str = ""
    detail: str = ""
    problems: tuple[dict[str, str], ...] = ()
    content: bytes = b""

    def to_bytes(self) -> bytes:
        """The reply as a worker sends it."""
        head = {name: value for name, value in asdict(self).items() if name != "content"}
        return json.dumps(head).encode() + b"\n" + self.content

    @classmethod
    def from_bytes(cls, raw: bytes) -> Reply:
        """The reply that a worker sent."""
        line, _, content = raw.partition(b"\n")
        head: dict[str, Any] = json.loads(line)
        return cls(head["kind"], head["id"], head["detail"], tuple(head["problems"]), content)


def task(verb: str, body: bytes) -> bytes:
    """A request as a worker is sent it; the verb is one of `QUESTIONS`."""
    return verb.encode() + b"\n" + body


@dataclass(frozen=True)
class Answering:
    """Prepares a worker: the knowledge base travels with it, so that every worker answers from the same one."""

    knowledge: KnowledgeBase
    engines: tuple[str, ...] = ENGINES

    def __call__(self) -> Perform:
        """The function that answers; the program is prepared, so that no request waits for it."""
        advisor = Advisor(self.knowledge, self.engines)
        advisor.derive(Case("", datetime.now(UTC), {}, {}))
        return Answerer(advisor)


class Answerer:
    """Answers tasks, one at a time, by one advisor."""

    def __init__(self, advisor: Advisor) -> None:
        self.advisor = advisor

    def __call__(self, raw: bytes) -> bytes:
        """The answer to a task, as bytes; raises `WorkerSpent` where the matcher failed."""
        verb, _, body = raw.partition(b"\n")
        try:
            return self.answer(read_asked(body, self.advisor.knowledge, verb.decode())).to_bytes()
        except Refused as error:
            return refusal(tuple(map(placed, error.problems))).to_bytes()
        except EnginesDiffer as error:
            return Reply("engines-differ", detail=str(error)).to_bytes()
        except MatcherUnavailable as error:
            raise WorkerSpent(str(error)) from error

    def answer(self, asked: Asked) -> Reply:
        """What is asked for; its id is that of the advice that it is about."""
        inquiry = Inquiry(self.advisor, asked.case, asked.sources)
        answer = asked.question.respond(inquiry, asked.values)
        return Reply("answer", inquiry.advice.id, content=canonical(answer))


def refusal(problems: tuple[Problem, ...]) -> Reply:
    """The reply that lists what is wrong."""
    shown = tuple(
        {
            "code": problem.code,
            # The reader writes "/" for the whole document; as a JSON pointer (RFC 6901) that is the empty text.
            "pointer": "" if problem.location.pointer == "/" else _unicode(problem.location.pointer),
            "message": _unicode(problem.message),
            "expected": _unicode(problem.expected),
            "hint": _unicode(problem.hint),
        }
        for problem in problems[:MOST_PROBLEMS]
    )
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    more = f"; the first {MOST_PROBLEMS} are listed" if len(problems) > MOST_PROBLEMS else ""
    return Reply(
        "refused",
        detail=f"{count}{more}: {shown[0]['message']}" + (" (and others)" if len(problems) > 1 else ""),
        problems=shown,
    )


def _unicode(text: str) -> str:
    """The text with what is no Unicode written as an escape."""
    return text.encode("utf-8", "backslashreplace").decode()
