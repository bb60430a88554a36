"""How the things that a vocabulary declares may be named, so that a pattern, a path or a formula can name them."""

from __future__ import annotations

import re
from collections.abc import Collection

from engine.errors import Findings, Location, clipped

NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*\Z")
LONGEST_NAME = 120
PATTERNS = frozenset({"fact", "test", "datum", "population", "count", "sum", "for", "against"})
"""The words of the language with which a pattern begins."""
DOCUMENT = frozenset({"as-of", "title", "note", "times", "case"})
"""The words of a case's document."""
RESOLVED = frozenset({"withheld", "conflict"})
"""What arguments come to, beside the conclusion that is argued."""
CODES = frozenset({"else", "missing", "when_true", "if_unknown"})
"""What stands beside the pattern of a condition."""
ITEM_WORDS = frozenset({"is", "order", "complete"})
"""What a pattern or a case says of an item, beside its fields."""
CLAIM_WORDS = frozenset({"claim", "is", "modality", "read-by", "from", "certainty", "graded-by"})
"""What is said of a claim, beside its fields."""
STATES = frozenset({"known", "unknown"})
"""What a pattern says of a field in place of a value."""


def check_name(
    name: str, place: Location, what: str, findings: Findings, reserved: Collection[str] = frozenset()
) -> None:
    """Record a name that is not written as names are, or that the language gives a meaning of its own."""
    if not NAME.match(name) or len(name) > LONGEST_NAME:
        findings.add(
            "name", place, f"`{clipped(name)}` does not name {what}", "a letter, then letters, digits and hyphens"
        )
    elif name in reserved:
        findings.add("reserved-name", place, f"`{name}` is a word of the language", f"another name for {what}")


def check_word(word: str, place: Location, what: str, findings: Findings) -> None:
    """Record a term, or a word of a ``one of``, that a pattern would read as something else."""
    if word in STATES:
        findings.add("reserved-name", place, f"`{word}` is a word of the language", f"another word for {what}")
    elif not word or word != word.strip() or word[0] in "$<>=!" or not word.isprintable() or len(word) > LONGEST_NAME:
        findings.add(
            "name",
            place,
            f"`{clipped(word)}` is no word for {what}",
            "a word that does not begin with a sign, without blanks around it",
        )
