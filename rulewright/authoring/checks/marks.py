"""The marks by which a document attributes its sentences: [1], [2, 3], a bare number at a sentence's end, a name.

Which numbers are marks is known from the sources: each says how it is printed (`printed-as`), and a number that is that
of none is no mark. A bare number (``by recent evidence 1.``) is one where it closes a sentence, an item or a paragraph,
and does not count or number anything (``at Day 70.``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from rulewright.authoring.checks.texts import Words, plain

_GROUP = r"[0-9]{1,4}(?:\s?[,-]\s?[0-9]{1,4})*"
_BRACKETED = re.compile(rf"\[(?P<group>{_GROUP})\]")
_BARE = re.compile(rf"(?P<before>[^\s\d(]+)\s(?P<group>{_GROUP})(?=\s?(?:[.;!?](?:\s|$)|$))")
_ATTACHED = re.compile(rf"(?<=[^\W\d_][.,;!?])(?P<group>{_GROUP})(?=\s|$)")
_RAISED = re.compile(r"(?:(?<=[^\W\d_]{3})|(?<=[.,;!?)]))(?P<group>[⁰¹²³⁴-⁹]+(?:[,-][⁰¹²³⁴-⁹]+)*)")
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_COUNTED_BY = """
    day week month year hour grade stage phase type class level step table figure fig fig. section chapter part page
    line group arm dose age aged score of than to least most at by in on after before within for with is are was were
    about approximately nearly and or = < > ≤ ≥ + - × x
"""
_COUNTED = frozenset(_COUNTED_BY.split())
"""A number after one of these counts or numbers something."""
_SENTENCE_END = re.compile(
    r"[.!?][\"')\]]*"
    r"(?:\s?\[[0-9,\s-]+\]|[0-9][0-9,-]*|[⁰¹²³⁴-⁹,-]+)?"  # a mark may follow the full stop
    r"(?=\s+[\"'(\[]?[^\Wa-z\d_]|\s*$|\s+[-•*])"
)
_ABBREVIATED = re.compile(r"(?i)\b(?:e\.g|i\.e|et al|vs|cf|fig|figs|no|dr|prof|approx|ca|resp|ref|refs|incl|[a-z])\.$")


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A mark in the words of a text: where it begins and ends, and the ids of the sources that may be meant by it."""

    start: int
    end: int
    sources: frozenset[str]


def labels(printed: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """The sources by how they are printed: numbers without their brackets, other words as they stand."""
    found: dict[str, set[str]] = {}
    for source, words in printed.items():
        bare = plain(words).strip("[]() ")
        if bare:
            found.setdefault(bare if bare.isdigit() else plain(words), set()).add(source)
    return {label: frozenset(sources) for label, sources in found.items()}


def marks(words: Words, known: Mapping[str, frozenset[str]]) -> tuple[Mark, ...]:
    """The marks of known sources, in the order in which they stand; those of one group are one each."""
    found = {*_numbers(words, known), *_names(words.text, known)}
    return tuple(sorted(found, key=lambda mark: (mark.start, mark.end, sorted(mark.sources))))


def _numbers(words: Words, known: Mapping[str, frozenset[str]]) -> Iterator[Mark]:
    for pattern in (_BRACKETED, _ATTACHED, _RAISED):
        for match in pattern.finditer(words.text):
            yield from _group(match, match["group"].translate(_DIGITS), known)
    start = 0
    for end in words.ends:  # a bare number closes a paragraph too
        for match in _BARE.finditer(words.text, start, end):
            if match["before"].casefold().strip("\"'") not in _COUNTED:
                yield from _group(match, match["group"], known)
        start = end


def _group(match: re.Match[str], group: str, known: Mapping[str, frozenset[str]]) -> Iterator[Mark]:
    """One mark for each number of a group in which every number is that of a source; ``3-5`` is 3, 4 and 5."""
    numbers: list[str] = []
    for part in group.split(","):
        low, _, high = part.replace(" ", "").partition("-")
        long = int(high or low) - int(low) >= len(known)  # such a range names more sources than there are
        numbers += [part] if long else map(str, range(int(low), int(high or low) + 1))
    if all(number in known for number in numbers):
        for number in numbers:
            yield Mark(match.start("group"), match.end("group"), known[number])


def _names(text: str, known: Mapping[str, frozenset[str]]) -> Iterator[Mark]:
    for label, sources in known.items():
        if not label.isdigit():
            for match in re.finditer(rf"(?<!\w){re.escape(label)}(?!\w)", text):
                yield Mark(match.start(), match.end(), sources)


def sentence_end(words: Words, at: int) -> int:
    """Where the sentence, item or paragraph ends in which a place is, with the mark that follows its full stop."""
    limit = next((end for end in words.ends if end >= at), len(words.text))
    for match in _SENTENCE_END.finditer(words.text, max(0, at - 1), limit):
        if not _ABBREVIATED.search(words.text, max(0, match.start() - 12), match.start() + 1):
            return match.end()
    return limit


def nearest(found: Iterable[Mark], at: int) -> tuple[Mark, ...]:
    """The first group of marks at or after a place."""
    after = [mark for mark in found if mark.start >= at]
    return tuple(mark for mark in after if mark.start == after[0].start)


def named(found: Collection[Mark]) -> frozenset[str]:
    """The sources that may be meant by some marks."""
    return frozenset(source for mark in found for source in mark.sources)
