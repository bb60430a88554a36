"""The words of a source, in a form in which whitespace and typography make no difference.

What makes none: how much white space there is and of which kind, line breaks, the shape of quotation marks, dashes and
ellipses, ligatures, soft hyphens, and whether an accent is a character of its own. What does: every letter and digit,
capitals, and raised digits (m² is not m2).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_SAME = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ", "'"),  # noqa: RUF001  these are the characters that are meant
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),  # noqa: RUF001
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", None),
        "…": "...",
        "ﬀ": "ff",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
        "ﬅ": "st",
        "ﬆ": "st",
        "\u00b5": "\u03bc",  # the sign micro and the letter mu look the same
        "\u2126": "\u03a9",  # and so do the sign ohm and the letter omega
    }
)
_PARTED = re.compile(r"(?<=[^\W_])-$")
"""A line that ends in the middle of a word or a range, or with the hyphen of one."""
_JOINED = re.compile(r"[0-9][.,-][0-9]|[^\W_]/[^\W_]")
_ITEM = re.compile(r"\s*(?:[-*•·‣▪–]|\(?[0-9a-z]{1,2}[.)])\s")
_LONGEST_WRAPPED = 160
"""Where no line is longer, lines are broken to fit a page, and the end of one ends no sentence."""


def plain(text: str) -> str:
    """A text in the form in which two that differ in typography alone are equal."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_SAME).split())


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text in their plain form, and where in them a paragraph or an item of a list ends."""

    text: str
    ends: tuple[int, ...]

    def find(self, quote: str) -> Iterator[tuple[int, int]]:
        """Where a quote, in its plain form, begins and ends: every time it stands there.

        It does not begin or end inside of a word or a quantity: neither "0 mg/kg" nor "10 mg" stands in "10 mg/kg".
        """
        at = self.text.find(quote)
        while quote and at >= 0:
            end = at + len(quote)
            if not (self._inside(at) or self._inside(end)):
                yield at, end
            at = self.text.find(quote, at + 1)

    def _inside(self, at: int) -> bool:
        """Whether a place is between two characters of one word or quantity (1.5, 1,000, 2-7, mg/kg)."""
        before, after = self.text[max(0, at - 2) : at], self.text[at : at + 2]
        if before[-1:].isalnum() and after[:1].isalnum():
            return True
        return any(_JOINED.fullmatch(three) for three in (before + after[:1], before[-1:] + after))


@dataclass(frozen=True, slots=True)
class SourceText:
    """The words of a source, read from a file.

    Two readings where lines end with the hyphen of a word: it may be the word's own, or that of the line's end.
    """

    file: str
    readings: tuple[Words, ...]

    @classmethod
    def read(cls, text: str, file: str) -> SourceText:
        """A text as its file holds it."""
        kept, parted = _joined(text, keep=True), _joined(text, keep=False)
        return cls(file, (kept,) if kept == parted else (kept, parted))

    def find(self, quote: str) -> Iterator[tuple[Words, int, int]]:
        """Every place where a quote stands: the words of one reading, with its beginning and end in them."""
        sought = plain(quote)
        for words in self.readings:
            found = [(words, low, high) for low, high in words.find(sought)]
            yield from found
            if found:
                return

    def around(self, quote: str, alone: bool = False) -> str:
        """The sentences that hold a quote, with the list that an item belongs to, or the item ``alone``; empty where
        the quote does not stand.
        """
        for words, low, high in self.find(quote):
            borders = words.ends if alone else ()
            start = max((words.text.rfind(f"{end} ", 0, low) for end in ".!?"), default=-1)
            ends = [at for end in ".!?" if (at := words.text.find(f"{end} ", high)) >= 0]
            first = max(start + 1, *(at for at in (0, *borders) if at <= low))
            return words.text[first : min((*ends, *(at for at in borders if at >= high)), default=len(words.text))]
        return ""

    def holds(self, quote: str) -> bool:
        """Whether a quote stands in it, typography aside."""
        return next(self.find(quote), None) is not None


def _joined(text: str, keep: bool) -> Words:
    """The lines of a text after one another; ``keep`` the hyphens at their ends."""
    raw = text.splitlines()
    wrapped = max(map(len, raw), default=0) <= _LONGEST_WRAPPED
    pieces: list[str] = []
    ends: list[int] = []
    length = 0
    glued = True
    for line in raw:
        words = plain(line)
        if pieces and (not words or not wrapped or _ITEM.match(line)):
            ends.append(length)
        if not words:
            continue
        if not glued:
            words = f" {words}"
        glued = _PARTED.search(words) is not None
        if glued and not keep and words[-2].isalpha():
            words = words[:-1]
        pieces.append(words)
        length += len(words)
    return Words("".join(pieces), tuple(dict.fromkeys([*ends, length])))
