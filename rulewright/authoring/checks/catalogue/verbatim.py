"""Quotes that do not stand in the text of the document that they are quoted from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from engine.errors import Location, did_you_mean, listed
from engine.model.fact import Fact
from rulewright.authoring.checks.finding import Check, Flaw, Severity
from rulewright.authoring.checks.subject import Subject
from rulewright.authoring.checks.texts import SourceText, plain

_BESIDE = 4
"""So many words and signs are shown on either side of where a quote departs from the text."""
_STEM = 6
_ROUNDING = 1e-9
_WORD = re.compile(r"\w+|[^\w\s]")


def _find(subject: Subject) -> Iterator[Flaw]:
    yield from _without_text(subject)
    for fact in subject.knowledge.facts.values():
        text = subject.source_texts.get(fact.quoted_from)
        if text is not None and fact.quote and not text.holds(fact.quote):
            yield _flaw(fact, text, subject)


def _without_text(subject: Subject) -> Iterator[Flaw]:
    """Texts that cannot be read, and files that are the text of no source."""
    sources = subject.knowledge.sources
    for id_, reason in subject.unreadable_texts.items():
        place = subject.place(sources[id_].location, "text")
        yield Flaw(place, f"the text of {id_} is not at hand: {reason}", "a file of UTF-8 text")
    for file in sorted(subject.texts.glob("*.txt")) if subject.texts is not None else ():
        if file.stem not in sources:
            message = f"{file.name} is the text of no source"
            yield Flaw(
                Location(str(file)), message, f"one of {listed(sources)}, and .txt", did_you_mean(file.stem, sources)
            )


def _flaw(fact: Fact, text: SourceText, subject: Subject) -> Flaw:
    place = subject.place(fact.location, "quote")
    near = _departure(plain(fact.quote), text)
    if near is None:
        message = f"the words of {fact.id} do not stand in the text of {fact.quoted_from}"
        if any(plain(fact.quote) in words.text for words in text.readings):
            message = f"the quote of {fact.id} begins or ends inside of a word or a quantity of {fact.quoted_from}"
        return Flaw(place, message, f"the exact words of {text.file}")
    at, end = subject.part(place, near.quoted)
    said = f"says `{near.quoted}`" if near.quoted else "leaves words out"
    return Flaw(
        at,
        f"the quote of {fact.id} is not verbatim: it {said} where {fact.quoted_from} has `{near.found}`"
        if near.found
        else f"the quote of {fact.id} is not verbatim: {fact.quoted_from} does not have `{near.quoted}` there",
        f"`{near.around}`",
        f"the text is {text.file}",
        end,
    )


@dataclass(frozen=True, slots=True)
class _Departure:
    """Where a quote first departs from a text: its own words, those found instead, and what stands around these."""

    quoted: str
    found: str
    around: str


@dataclass(frozen=True, slots=True)
class _Cut:
    """A text, and where each of its words and signs begins and ends."""

    text: str
    spans: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, text: str) -> _Cut:
        return cls(text, tuple(match.span() for match in _WORD.finditer(text)))

    @property
    def words(self) -> list[str]:
        return [self.text[low:high] for low, high in self.spans]

    def part(self, low: int, high: int) -> str:
        """From a word on to before another, as it stands."""
        low = max(0, low)
        return self.text[self.spans[low][0] : self.spans[min(high, len(self.spans)) - 1][1]] if low < high else ""


def _most_alike(words: list[str], sought: list[str]) -> int | None:
    """Where the passage of a quote's length begins that shares most with it, the rarest words counting most.

    None where it shares less than half of the quote's words and signs.
    """
    stems = [word.casefold()[:_STEM] for word in words]  # so that another ending or capital hides no passage
    wanted = {word.casefold()[:_STEM] for word in sought}
    counts = Counter(stems)
    worth = [1 / counts[stem] if stem in wanted else 0.0 for stem in stems]
    total = best = sum(worth[: len(sought)])
    at = 0
    for start in range(1, len(words) - len(sought) + 1):
        total += worth[start + len(sought) - 1] - worth[start - 1]
        if total > best + _ROUNDING:
            at, best = start, total
    shared = sum(stem in wanted for stem in stems[at : at + len(sought)])
    return at if shared * 2 >= len(sought) else None


def _departure(quote: str, text: SourceText) -> _Departure | None:
    """The first departure of a quote from the passage that is most like it; None where less than half of it is."""
    own, other = _Cut.of(quote), _Cut.of(text.readings[0].text)
    sought, words = own.words, other.words
    at = _most_alike(words, sought)
    if at is None:
        return None
    start = max(0, at - _BESIDE)
    window = words[start : at + len(sought) + _BESIDE]
    steps = [step for step in SequenceMatcher(None, window, sought, autojunk=False).get_opcodes() if step[0] != "equal"]
    if steps and steps[0][0] == "delete" and steps[0][1] == 0:  # what stands before the passage is not left out
        steps = steps[1:]
    if not steps or (steps[0][0] == "delete" and steps[0][2] == len(window)):  # it begins or ends inside of a word
        return None
    kind, low, high, first, last = steps[0]
    if kind == "replace" and first == 0:  # the passage may begin before the quote's first words, and go on after them
        low = max(low, high - last)
    elif kind == "replace" and last == len(sought):
        high = min(high, low + (last - first))
    around = other.part(start + low - _BESIDE, start + high + _BESIDE)
    return _Departure(own.part(first, last), other.part(start + low, start + high), f"… {around} …")


CHECK = Check(
    "verbatim",
    Severity.error,
    "A quote is not in the text of the document that it is quoted from.",
    _find,
)
