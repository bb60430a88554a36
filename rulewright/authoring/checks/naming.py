"""Whether words speak of a term by its name, or by a part of it."""

from __future__ import annotations

import re
from functools import lru_cache

from engine.model.vocabulary import Term
from rulewright.authoring.checks.texts import plain

_TELLING = 4
"""From so many letters on a word is taken for one that tells what is meant."""


def is_named(term: Term, words: str) -> bool:
    """Whether a term, its label or a synonym of it stands in some words, or is the beginning of one of them."""
    return any(_begins_one(name, folded(words)) for name in _names(term))


def is_hinted_at(term: Term, words: str) -> bool:
    """Whether any word of what a term is called stands there: "copper" where the term is copper spray."""
    parts = {part for name in _names(term) for part in re.findall(r"\w+", name) if len(part) >= _TELLING}
    return is_named(term, words) or any(_begins_one(part, folded(words)) for part in parts)


@lru_cache(maxsize=1024)
def folded(words: str) -> str:
    """Words of which typography and capitals are left out."""
    return plain(words).casefold()


@lru_cache(maxsize=16384)
def _names(term: Term) -> frozenset[str]:
    return frozenset(folded(word) for word in (term.name, term.title, *term.synonyms))


def _begins_one(name: str, said: str) -> bool:
    return name in said and re.search(rf"(?<!\w){re.escape(name)}", said) is not None
