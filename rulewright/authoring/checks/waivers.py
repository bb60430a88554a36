"""Findings that an author lets stand, with a reason, at the place itself.

A comment ``# waive CODE: reason`` at the end of a line waives what is found on that line; on a line of its own, what
is found on the next line that is no comment. A waiver that waives nothing, or gives no reason, is itself found.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import yaml

from engine.errors import Location, did_you_mean, listed
from engine.loading.files import Document
from rulewright.authoring.checks.finding import Finding, Severity

CODE = "waiver"
"""The code of a finding about a waiver; it cannot be waived."""

_COMMENT = re.compile(r"(?:^|(?<=\s))#\s*(?i:waive)\b(?P<rest>[^\n]*)", re.MULTILINE)
_REST = re.compile(r"\s+(?P<code>[\w-]+)\s*(?::\s*(?P<reason>.*?))?\s*\Z")


@dataclass(frozen=True, slots=True)
class Waiver:
    """One waiver: its place, the line that it is about, the code that it waives (empty: it cannot be read) and why."""

    location: Location
    line: int
    code: str
    reason: str
    end: int


def waivers(documents: Iterable[Document]) -> Iterator[Waiver]:
    """The waivers of the documents, in their order."""
    for document in documents:
        if "waive" in document.text.lower():
            yield from _in_text(document)


def waive(found: Iterable[Finding], written: Iterable[Waiver]) -> tuple[list[Finding], list[Finding]]:
    """What is left of the findings, and what is waived."""
    places = {(waiver.location.file, waiver.line, waiver.code) for waiver in written if waiver.reason}
    left: list[Finding] = []
    waived: list[Finding] = []
    for finding in found:
        place = (finding.location.file, finding.location.line, finding.code)
        (waived if place in places else left).append(finding)
    return left, waived


def unused(
    found: Iterable[Finding], written: Iterable[Waiver], ran: Collection[str], known: Collection[str]
) -> Iterator[Finding]:
    """What is wrong with the waivers: unreadable, without a reason, of no check, or waiving nothing (any more)."""
    places = {(finding.location.file, finding.location.line, finding.code) for finding in found}
    for waiver in written:
        problem = _problem(waiver, places, ran, known)
        if problem is not None:
            message, expected, hint = problem
            yield Finding(waiver.location, CODE, Severity.warning, message, expected, hint, waiver.end)


def _problem(
    waiver: Waiver, places: Collection[tuple[str, int, str]], ran: Collection[str], known: Collection[str]
) -> tuple[str, str, str] | None:
    """What is wrong with one waiver: message, what was expected, hint."""
    if not waiver.code:
        return "this waiver cannot be read", "# waive CODE: reason", ""
    if waiver.code not in known:
        what = f"there is no check `{waiver.code}` to waive"
        return what, f"one of {listed(known)}", did_you_mean(waiver.code, known)
    if not waiver.reason:
        return f"the waiver of `{waiver.code}` gives no reason", f"# waive {waiver.code}: reason", ""
    if waiver.code in ran and (waiver.location.file, waiver.line, waiver.code) not in places:
        return f"nothing on line {waiver.line} is found by `{waiver.code}`", "", "take the waiver out"
    return None


def _in_text(document: Document) -> Iterator[Waiver]:
    text = document.text
    spans = _scalars(text)
    for match in _COMMENT.finditer(text):
        start = match.start()
        if any(low <= start < high for low, high in spans):
            continue
        line = text.count("\n", 0, start) + 1
        begin = text.rfind("\n", 0, start) + 1
        alone = not text[begin:start].strip()
        rest = _REST.match(match["rest"])
        yield Waiver(
            Location(document.file, line, start - begin + 1),
            _next_line(text, line) if alone else line,
            rest["code"] if rest else "",
            (rest["reason"] or "") if rest else "",
            match.end() - begin + 1,
        )


def _scalars(text: str) -> list[tuple[int, int]]:
    """Where the texts of a document begin and end: what looks like a comment inside of one is none."""
    return [
        (token.start_mark.index, token.end_mark.index)
        for token in yaml.scan(text)
        if isinstance(token, yaml.ScalarToken)
    ]


def _next_line(text: str, line: int) -> int:
    """The number of the first line after that one which is neither empty nor a comment."""
    lines = text.split("\n")
    for number in range(line, len(lines)):
        words = lines[number].strip()
        if words and not words.startswith("#"):
            return number + 1
    return line
