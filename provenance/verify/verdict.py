"""What the checker finds: flaws with their places, and what was checked."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from engine.reading import escape_pointer

Tree: TypeAlias = Any
"""A JSON value."""

CHECKED = (
    "the text follows the contract and states every field",
    "the knowledge base is the one whose digest is given, the identifier recomputes, the admitted documents stand",
    "the echoed case reads back to itself",
    "every conclusion that the rules could draw has a value, and it is the best that its rule instances give",
    "every rule instance that is not false is a firing, and every firing such an instance, with its premises and data",
    "ranks descend: no conclusion supports itself",
    "every standing, its heading, reasons, marks, facts, readings and populations follow from the values",
    "the arithmetic of every dose, in exact rationals, its steps and its text",
    "how sure each conclusion is: the weakest grade along a derivation, the best over derivations, and what limits it",
    "of every line, what it rests on that has no current approving review, by the recorded reviews and their digests",
    "every statement, its words, annotations and facts follow from the values; none is left out",
    "every opposition that the case touches, its sides, how each bears and what settled it; none is left out",
    "every open question is asked, and every answer to a set of missing data would settle it",
    "every datum of the case is accounted for, with the rules that read it",
    "facts, sources and rules are quoted as the knowledge base has them; the limits and the notice say what they must",
)
NOT_CHECKED = (
    "minimality of the missing-data sets: a smaller one may settle a question in a way that sets of values do not show",
    "the order in which firings are listed (their ids must follow it)",
    "whether the knowledge base says what its sources say, and whether they are right",
)


@dataclass(frozen=True, slots=True, order=True)
class Flaw:
    """One thing that is wrong with an advice: ``place`` is a JSON pointer into it, ``code`` says what was checked."""

    place: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.place or '/'}: {self.code}: {self.message}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found, what was checked and what was not; a check that could not be made is a problem."""

    problems: tuple[Flaw, ...]
    checked: tuple[str, ...] = CHECKED
    not_checked: tuple[str, ...] = NOT_CHECKED

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


@dataclass(slots=True)
class Flaws:
    """Collects flaws."""

    found: list[Flaw] = field(default_factory=list)

    def add(self, code: str, place: str, message: str) -> None:
        """Record one."""
        self.found.append(Flaw(place, code, message))

    def compare(self, code: str, place: str, found: Tree, expected: Tree) -> None:
        """Record every place where a JSON value is not the expected one; values of different types differ."""
        if written(found) != written(expected):  # as text, 1 is neither 1.0 nor true
            self._descend(code, place, found, expected)

    def _descend(self, code: str, place: str, found: Tree, expected: Tree) -> None:
        if isinstance(found, dict) and isinstance(expected, dict):
            for key in {**expected, **found}:
                below = f"{place}/{escape_pointer(str(key))}"
                if key not in found:
                    self.add(code, place, f"`{key}` is missing; it should be {shown(expected[key])}")
                elif key not in expected:
                    self.add(code, below, f"nothing warrants `{key}` here")
                else:
                    self.compare(code, below, found[key], expected[key])
        elif isinstance(found, list) and isinstance(expected, list):
            if len(found) != len(expected):
                missing = [shown(item) for item in expected if item not in found]
                extra = [shown(item) for item in found if item not in expected]
                told = [f"missing: {', '.join(missing[:5])}"] if missing else []
                told += [f"not warranted: {', '.join(extra[:5])}"] if extra else []
                self.add(
                    code, place, f"{len(found)} entries, not {len(expected)}; {'; '.join(told) or 'one stands twice'}"
                )
            else:
                for number, (one, other) in enumerate(zip(found, expected, strict=True)):
                    self.compare(code, f"{place}/{number}", one, other)
        else:
            self.add(code, place, f"{shown(found)} should be {shown(expected)}")


def written(value: Tree) -> str:
    """A JSON value as text, the same for equal values only."""
    return json.dumps(value, sort_keys=True)


def shown(value: Tree) -> str:
    """A JSON value in a message, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 160 else text[:157] + "..."
