"""What can be wrong with what people write, and where it stands.

The tree of exceptions::

    RulewrightError
    ├── Refused            the input is wrong: carries every problem found, located and with hints
    ├── EnginesDiffer      the two engines disagree: nothing is served (an internal error)
    └── MatcherUnavailable the matcher could not run this case

A problem is a value, not an exception: reading and checking collect problems and stop at none.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in what somebody wrote: a file with line and column (both from 1), or a JSON pointer in a request."""

    file: str = ""
    line: int = 0
    column: int = 0
    pointer: str = ""

    def __str__(self) -> str:
        if self.line:
            return f"{self.file}:{self.line}:{self.column}"
        return self.pointer or self.file or "/"


NOWHERE = Location()


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong.

    ``code`` is stable (docs/language.md lists them), ``expected`` says what would have been right, ``hint`` what the
    author may have meant.
    """

    location: Location
    code: str
    message: str
    expected: str = ""
    hint: str = ""

    def __str__(self) -> str:
        text = f"{self.location}: {self.code}: {self.message}"
        if self.expected:
            text += f" (expected {self.expected})"
        if self.hint:
            text += f". {self.hint}"
        return text


class RulewrightError(Exception):
    """Everything that this program raises on purpose."""


class Refused(RulewrightError):
    """What was written is wrong; ``problems`` holds all that is wrong with it, in the order of their places."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


class EnginesDiffer(RulewrightError):
    """The two engines derived different things from the same program and case; names the conclusions."""


class MatcherUnavailable(RulewrightError):
    """The matcher could not run this case (its library failed, or a limit of it was met)."""


@dataclass(slots=True)
class Findings:
    """The problems found so far while something is read."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, code: str, location: Location, message: str, expected: str = "", hint: str = "") -> None:
        """Record one problem."""
        self.problems.append(Problem(location, code, message, expected, hint))

    def __len__(self) -> int:
        return len(self.problems)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.problems)

    def refuse_if_any(self) -> None:
        """Raise `Refused` with everything recorded, if anything was."""
        if self.problems:
            raise Refused(self.problems)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the most similar known word, or an empty string where none is similar."""
    candidates = [name for name in known if name]
    folded = {name.casefold(): name for name in candidates}
    close = difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)
    if close:
        return f"did you mean `{folded[close[0]]}`?"
    return ""


def listed(words: Iterable[str], at_most: int = 8) -> str:
    """The words as a short list for a message: ``a, b, c, … (12 in all)``."""
    every = sorted(set(words))
    if len(every) <= at_most:
        return ", ".join(every)
    return ", ".join(every[:at_most]) + f", … ({len(every)} in all)"
