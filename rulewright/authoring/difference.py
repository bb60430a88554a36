"""One way in which an advice is not what the author of a scenario expects: side by side, and as a sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.errors import NOWHERE, Location

if TYPE_CHECKING:
    from engine.model.advice import Advice

HEADING = "heading"


@dataclass(frozen=True, slots=True)
class Difference:
    """What was expected of something, and what the advice says of it.

    ``subject`` is what it is about (the words of an option's key), ``aspect`` which thing of it (its dose; empty where
    the subject itself is there or not). ``conclusions`` are those whose chains tell why the advice says what it does.
    ``location`` is where the expectation is written.
    """

    subject: str
    aspect: str
    expected: str
    actual: str
    text: str
    conclusions: tuple[str, ...] = ()
    location: Location = field(default=NOWHERE, compare=False)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Subject:
    """What an expectation is about: its words, the conclusions behind it, and where the expectation is written."""

    shown: str
    location: Location
    conclusions: tuple[str, ...] = ()

    def differs(
        self,
        aspect: str,
        expected: str,
        actual: str,
        text: str = "",
        at: Location | None = None,
        because: tuple[str, ...] = (),
    ) -> Difference:
        """A difference in one aspect; ``text`` goes after the subject in the sentence, where another than "expected …,
        is …" says it better. ``because`` are conclusions that tell more of this aspect than those of the subject.
        """
        named = "" if aspect in ("", HEADING) else f"{aspect} "
        said = text or f"expected {named}{expected}, is {actual}"
        return self.says(aspect, expected, actual, f"{self.shown}: {said}", at, because)

    def says(
        self,
        aspect: str,
        expected: str,
        actual: str,
        sentence: str,
        at: Location | None = None,
        because: tuple[str, ...] = (),
    ) -> Difference:
        """A difference in one aspect, told by a whole sentence."""
        because = because or self.conclusions
        return Difference(self.shown, aspect, expected, actual, sentence, because, at or self.location)


def named_in(advice: Advice, relation: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """The conclusions of a relation whose first arguments are these words: those that are not false, else all."""
    start = f"{relation}({', '.join(words)}"
    found = [name for name in advice.values if name.startswith((f"{start})", f"{start}, "))]
    drawn = [name for name in found if advice.values[name] != "false"]
    return tuple(drawn or found)
