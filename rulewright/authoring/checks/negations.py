"""Whether words say only *not*: that something must not be used, and nothing of what should be.

Read are a few plain ways to say so in English: must not, should not, may not, cannot (be used, given, ...), do not and
never at the beginning of an instruction, avoid, is contraindicated, is not recommended. Whoever says more in the same
sentence (a *may*, a *but*, an *unless*, a bound, another thing that is used) is not read at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from engine.model.vocabulary import Term
from rulewright.authoring.checks.naming import folded

_USES = {
    "use": "used",
    "give": "given",
    "treat": "treated",
    "apply": "applied",
    "administer": "administered",
    "employ": "employed",
    "start": "started",
    "choose": "chosen",
    "offer": "offered",
    "perform": "performed",
    "attempt": "attempted",
    "carry out": "carried out",
    "take": "taken",
    "do": "done",
}
"""Verbs for the use of something, in an instruction and of what is done. What must not be *delayed* is wanted."""
_NOT = (
    r"(?<!that )(?<!which )(?<!who )"
    r"(?:(?:must|should|shall|may|can|ought) (?:not|never)(?: to)?|cannot|(?:must|should|can)n't)(?: ever)?"
)
_BEGINS = r"(?:^|[,;:] (?:and |or )?)"
_ALWAYS = (
    r"\b(?:(?:must|should|shall|ought to|is to|are to) be avoided|(?:is|are) best avoided)\b"
    r"|\b(?:is|are) (?:strictly |absolutely )?contra-?indicated\b"
    r"|\b(?:is|are) not (?:recommended|advised|indicated|allowed|permitted)\b"
    rf"|{_BEGINS}avoid(?: using| giving| the use of)?\b"
)
_SAYS_MORE = re.compile(
    r"\b(?:must|should|shall|may|might|can|could|would|will|ought|needs?|needed|recommended|advised|indicated|allowed"
    r"|permitted|suggested|preferred|better|best|consider\w*|remains?|unless|until|till|without|before|except\w*|only"
    r"|but|however|although|though|than|rather|instead|exceed\w*|alone|again|repeat\w*|together|combin\w*|within|both"
    rf"|{'|'.join((*_USES, *_USES.values()))})\b"
)
"""Words beside a *not* that may say what is to be done after all, or that only how it is done is ruled out."""
_SENTENCE = re.compile(r"(?<=[.;!?])\s+(?=\S)")
_DENIES = re.compile(
    r"\b(?:no|not|without|never|avoid\w*|stop\w*|leav\w*|withh[eo]ld\w*|omit\w*|end|refrain\w*|wait\w*)\b"
)
_ANY = re.compile(r"\b(?:not|never|cannot|avoid\w*|contra-?indicated|\w+n't)\b")
_TELLING = 4


def has_not(words: str) -> bool:
    """Whether there is any *not* in some words, without which they cannot say only that."""
    return _ANY.search(folded(words)) is not None


def says_only_not(words: str, terms: Iterable[Term]) -> bool:
    """Whether every sentence says of something that it must not be used, or not done as one of the terms is called
    ("must never be greased"), and says nothing else that could be meant for it.
    """
    pattern = _pattern(frozenset(stem for term in terms for stem in _stems(term)))
    sentences = _SENTENCE.split(folded(words))
    return all(pattern.search(each) and not _SAYS_MORE.search(pattern.sub(" ", each)) for each in sentences)


def denies(term: Term) -> bool:
    """Whether what a term is called is itself a *not* ("no grease", "stop"), which a *not* argues for."""
    return _DENIES.search(folded(f"{term.name.replace('-', ' ')} {term.title}")) is not None


def _stems(term: Term) -> Iterable[str]:
    """The beginnings of the words of a name that could be a verb: greas(ed) of `grease`."""
    words = re.findall(r"[a-z]+", folded(f"{term.name} {term.title}"))
    return (word.removesuffix("ing").removesuffix("e") for word in words if len(word) >= _TELLING)


@lru_cache(maxsize=256)
def _pattern(stems: frozenset[str]) -> re.Pattern[str]:
    own = "".join(rf"|{re.escape(stem)}\w{{0,3}}" for stem in sorted(stems) if len(stem) >= _TELLING)
    done, do = "|".join(_USES.values()), "|".join(_USES)
    return re.compile(
        rf"\b{_NOT} (?:be (?:{done}{own})|(?:{do}{own}))\b|{_BEGINS}(?:do not|don't|never) (?:{do}{own})\b|{_ALWAYS}"
    )
