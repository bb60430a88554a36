"""Marks of what only the author can say, left where her words are still missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from engine.errors import Findings, Location
from engine.loading.files import Files, shown
from rulewright.authoring.checks.finding import Check, Flaw, Severity
from rulewright.authoring.checks.subject import Subject
from rulewright.authoring.new.mark import MARK

_MARKED = re.compile(rf"{MARK}\b(?::\s*(?P<what>[^\"'\]}}#]*))?")


def _find(subject: Subject) -> Iterator[Flaw]:
    for document in subject.documents:
        yield from _flaws(document.file, document.text)
    for path in Files(subject.root, Findings()).below(subject.root / "scenarios", "scenarios", frozenset()):
        try:
            text = Path(str(path)).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            continue  # told where scenarios are read
        yield from _flaws(shown(path), text)


def _flaws(file: str, text: str) -> Iterator[Flaw]:
    if MARK not in text:
        return
    for number, line in enumerate(text.split("\n"), 1):
        for found in _MARKED.finditer(line):
            what = (found["what"] or "").strip() or "what stands here"
            end = found.start() + len(found[0].rstrip()) + 1
            yield Flaw(
                Location(file, number, found.start() + 1),
                f"only the author can say {what}",
                "her words in the place of the mark",
                end=end,
            )


CHECK = Check(
    "author-must-say",
    Severity.warning,
    "A mark stands where only the author can say what is meant, and has not said it yet.",
    _find,
)
