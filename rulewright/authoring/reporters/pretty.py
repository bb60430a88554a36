"""Findings for people: the place, the line with a caret below what is meant, and what would be right."""

from __future__ import annotations

import re

from rulewright.authoring.checks.finding import Finding, Severity
from rulewright.authoring.checks.inspect import Inspection

LONGEST_LINE = 160
"""Of a longer line, only the part around the place is shown."""
LONGEST_MARK = 40
"""A longer list or mapping is marked where it begins."""

_QUOTED = re.compile(r"""\"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'""")
_BRACKETED = re.compile(r"\{[^{}\[\]\"']*\}|\[[^{}\[\]\"']*\]")
_NUMBER = re.compile(r"-\d")
_ON_A_LINE = re.compile(r"(?:(?!:(?:\s|$)| #).)+")
_IN_BRACKETS = re.compile(r"(?:(?!:(?:\s|$)| #)[^,\]}])+")

NOT_LOADED = "No check ran, and no scenario was looked at: the knowledge base does not load."


def pretty(inspection: Inspection) -> str:
    """A block for each finding, and at the end a count, and what was not looked at; nothing where nothing is found."""
    lines = {document.file: document.text.split("\n") for document in inspection.documents}
    blocks = ["\n".join(_block(found, lines.get(found.location.file, []))) for found in inspection.findings]
    last = [_count(inspection), *([] if inspection.loaded else [NOT_LOADED])]
    return "\n\n".join(blocks) + "\n\n" + "\n".join(last) + "\n" if blocks else ""


def _block(found: Finding, lines: list[str]) -> list[str]:
    block = [f"{found.location}: {found.severity.name} {found.code}: {found.message}"]
    number = found.location.line
    if 0 < number <= len(lines):
        block.extend(_excerpt(lines[number - 1], found))
    if found.expected:
        block.append(f"    expected: {found.expected}")
    if found.hint:
        block.append(f"    hint: {found.hint}")
    return block


def _excerpt(line: str, found: Finding) -> list[str]:
    """The line, and below it the carets."""
    start = max(found.location.column - 1, 0)
    marked = max((found.end or word_end(line, start) + 1) - found.location.column, 1)
    first = max(0, start - LONGEST_LINE // 3) if len(line) > LONGEST_LINE else 0
    cut = line[first : first + LONGEST_LINE]
    margin = f"{found.location.line:>6} | "
    blank = "".join("\t" if character == "\t" else " " for character in cut[: start - first])
    carets = "^" * max(1, min(marked, len(cut) - (start - first)))
    return [f"{margin}{cut}", f"{' ' * (len(margin) - 2)}| {blank}{carets}"]


def word_end(line: str, start: int) -> int:
    """Where the word, the key or the value ends that begins at a position of a line of YAML; both counted from 0.

    Of a list or a mapping only its sign is marked where it is long, or ends on another line.
    """
    rest = line[start:]
    if quoted := _QUOTED.match(rest):
        return start + quoted.end()
    if bracketed := _BRACKETED.match(rest):
        return start + (bracketed.end() if bracketed.end() <= LONGEST_MARK else 1)
    if not rest or (rest[0] in "[{-#" and not _NUMBER.match(rest)):
        return start + 1
    before = line[:start]
    is_within = before.count("{") + before.count("[") > before.count("}") + before.count("]")
    found = (_IN_BRACKETS if is_within else _ON_A_LINE).match(rest)
    return start + max(1, len(found[0].rstrip()) if found else 1)


def _count(inspection: Inspection) -> str:
    counts = [
        f"{number:,} {severity.name}{'' if number == 1 or severity is Severity.info else 's'}"
        for severity in sorted(Severity, reverse=True)
        if (number := sum(found.severity is severity for found in inspection.findings))
    ]
    waived = f", {len(inspection.waived):,} waived" if inspection.waived else ""
    return ", ".join(counts) + waived
