"""The mark of what only the author can say: it stands in the place of her words until she writes them."""

from __future__ import annotations

MARK = "author-must-say"


def to_say(what: str) -> str:
    """The mark in the place of words; ``what`` tells the author which."""
    return f"{MARK}: {what}"
