"""Modalities that a document does not print with the words that they are given to, but elsewhere, or a weaker one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from engine.errors import Location
from engine.model.fact import Fact
from engine.model.vocabulary import Vocabulary
from rulewright.authoring.checks.finding import Check, Flaw, Severity
from rulewright.authoring.checks.subject import Subject
from rulewright.authoring.checks.texts import SourceText, plain

MODALITY = "modality"


def _find(subject: Subject) -> Iterator[Flaw]:
    vocabulary = subject.knowledge.vocabulary
    for fact in subject.knowledge.facts.values():
        text = subject.source_texts.get(fact.quoted_from)
        around = text.around(fact.quote) if text is not None else plain(fact.quote)
        if not around or fact.is_interpretation:
            continue
        told = " ".join([around, plain(fact.note)])
        printed = {word for word in vocabulary.terms.get(MODALITY, {}) if _stands(word, around, vocabulary)}
        places = {claim.modality: claim.location for claim in reversed(fact.claims)} | {fact.modality: fact.location}
        for word, place in places.items():
            stands = not word or _stands(word, told, vocabulary) or _read_so(word, fact, subject)
            if not stands and (_elsewhere(word, text, vocabulary) or _is_raised(word, printed, vocabulary)):
                yield _flaw(word, fact, printed, _undeclared(around, vocabulary), subject, place)


def _stands(word: str, text: str, vocabulary: Vocabulary) -> bool:
    """Whether the word, or its label, stands in a text."""
    label = vocabulary.terms[MODALITY][word].label if word in vocabulary.terms.get(MODALITY, {}) else ""
    return any(_pattern(each).search(text) is not None for each in {word, label} if each)


def _is_raised(word: str, printed: set[str], vocabulary: Vocabulary) -> bool:
    """Whether a common word of modality is stronger than every declared one that the sentence prints."""
    ranks = vocabulary.modalities
    return word in _COMMON and bool(printed) and ranks[word] < min(ranks[each] for each in printed)


def _elsewhere(word: str, text: SourceText | None, vocabulary: Vocabulary) -> bool:
    """Whether the document prints the word at all: one that it never does is the editors' own name for something."""
    return text is not None and any(_stands(word, words.text, vocabulary) for words in text.readings)


_SHORT = 3
_COMMON = ("must", "shall", "should", "ought to", "may", "might", "can", "cannot", "has to", "have to")
"""Words that say how binding a sentence is, strongest first."""


def _undeclared(text: str, vocabulary: Vocabulary) -> list[str]:
    """The common words of modality that a text prints and that no term is called."""
    declared = vocabulary.terms.get(MODALITY, {})
    return [word for word in _COMMON if word not in declared and _pattern(word).search(text) is not None]


@lru_cache(maxsize=1024)
def _pattern(word: str) -> re.Pattern[str]:
    """The word with the endings of a verb; a word of up to three letters (may, do) as it is."""
    plainly = re.escape(plain(word))
    if len(word) <= _SHORT:
        return re.compile(rf"\b{plainly}\b", re.IGNORECASE)
    gerund = rf"|\b{plainly[:-1]}ing\b" if plainly.endswith("e") else ""
    return re.compile(rf"\b{plainly}(?:s|d|ed|ing)?\b{gerund}", re.IGNORECASE)


def _read_so(word: str, fact: Fact, subject: Subject) -> bool:
    """Whether a reading of the statement says the word."""
    facts = subject.knowledge.facts
    named = {name for claim in fact.claims for name in claim.read_by}
    readings = (other for other in facts.values() if other.is_interpretation)
    about = (reading for reading in readings if reading.id in named or fact.id in reading.about)
    return any(_stands(word, plain(reading.words), subject.knowledge.vocabulary) for reading in about)


def _flaw(word: str, fact: Fact, printed: set[str], other: list[str], subject: Subject, place: Location) -> Flaw:
    place, end = subject.part(subject.place(place, MODALITY), word)
    said = ", ".join(f"`{each}`" for each in subject.knowledge.vocabulary.terms[MODALITY] if each in printed)
    undeclared = ", ".join(f"`{each}`" for each in other)
    says = f"says {said}" if said else f"says {undeclared}, which is no declared modality" if other else "says none"
    expected = f"one of {said}" if said else f"a modality declared for {undeclared}" if other else ""
    return Flaw(
        place,
        f"`{word}` stands neither in the words of {fact.id} nor in the sentence around them, which {says}",
        expected or "the word that the document prints, or one of the editors' own for what it does not print",
        _CARRIED if said or other else f"{_INSTRUCTION}; {_CARRIED}",
        end,
    )


_CARRIED = "where it is carried over from another sentence, say so in `note` with the word, or in an interpretation"
_INSTRUCTION = (
    'an instruction ("Open the valve") prints no such word: a modality that the document never prints, such as'
    " `instructs`, is the editors' own and is not looked for"
)

CHECK = Check(
    "modality-printed",
    Severity.warning,
    "A modality is given to words that the document prints without it, or with a weaker one.",
    _find,
)
