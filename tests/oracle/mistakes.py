"""Mistakes that people make in text: a line or a word lost, doubled, moved, cut off, or put in place of another."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[Any]], Any]
Mistake = Callable[[Draw, str, str], str]

WORD = re.compile(r"[^\s,:{}\[\]]+")
SNIPPETS = [
    "[]", "{}", "''", "x", "$x", "$c.started", "true", "false", "12", "-1", "0.5", "012", "1e3", "no", "null",
    "~", "> 3", ">= 24 h", "< patient.weight", "unknown", "known", "3 kg", "2-3 mg/kg/d", "2026-03-01",
    "-30 h", "[a, b]", "[[]]", "{a: b}", "{is: $x}", "{class: biologic}", "{optional: $x}", "{within: sJIA}",
    "{any_of: [a]}", "{type: text}", "[{claim: therapy}]", "{value: 3, at: -3 h}", "*a", "&a x", "!t x", "- x",
    "? x", "|", ">", "%", "@", "`", "\t", "\0", "é", "😀", "\u2028", "x: y", "'", '"', "#", "a" * 200, "$" * 3,
    "«»", "count", "for", "withheld", "is", "id",
]  # fmt: skip


@st.composite
def spoilt(draw: Draw, text: str, others: str = "") -> str:
    """The text with one to three mistakes in it; words and lines may come from another text."""
    for _ in range(draw(st.sampled_from([1, 1, 1, 2, 3]))):
        mistake: Mistake = draw(st.sampled_from([lines, lines, words, words, words, cut, put]))
        text = mistake(draw, text, others)
    return text


def lines(draw: Draw, text: str, others: str) -> str:
    """A line lost, doubled, indented, or in the place of another."""
    every = text.split("\n")
    at, other = (draw(st.integers(0, len(every) - 1)) for _ in range(2))
    way = draw(st.sampled_from(["lose", "double", "swap", "copy", "in", "out", "foreign"]))
    if way == "lose":
        del every[at]
    elif way == "double":
        every.insert(at, every[at])
    elif way == "swap":
        every[at], every[other] = every[other], every[at]
    elif way == "copy":
        every[at] = every[other]
    elif way == "foreign" and others:
        every[at] = draw(st.sampled_from(others.split("\n")))
    else:
        every[at] = "  " + every[at] if way == "in" else every[at][2:]
    return "\n".join(every)


def words(draw: Draw, text: str, others: str) -> str:
    """A word lost, misspelt, in the place of another, or another thing altogether."""
    every = list(WORD.finditer(text))
    if not every:
        return text
    at = draw(st.sampled_from(every))
    way = draw(st.sampled_from(["lose", "misspell", "other", "other", "foreign", "snippet", "snippet"]))
    if way == "lose":
        word = ""
    elif way == "misspell":
        cut_at = draw(st.integers(0, len(at[0]) - 1))
        word = at[0][:cut_at] + at[0][cut_at + 1 :]
    elif way == "other":
        word = draw(st.sampled_from(every))[0]
    elif way == "foreign" and others:
        word = draw(st.sampled_from(WORD.findall(others)))
    else:
        word = draw(st.sampled_from(SNIPPETS))
    return f"{text[: at.start()]}{word}{text[at.end() :]}"


def cut(draw: Draw, text: str, others: str) -> str:
    """The end or a part of the text lost."""
    start, end = sorted(draw(st.integers(0, len(text))) for _ in range(2))
    return text[:start] if draw(st.booleans()) else text[:start] + text[min(end, start + 40) :]


def put(draw: Draw, text: str, others: str) -> str:
    """Something put in between."""
    at = draw(st.integers(0, len(text)))
    added: str = draw(st.sampled_from(SNIPPETS) | st.text(max_size=5))
    return text[:at] + added + text[at:]
