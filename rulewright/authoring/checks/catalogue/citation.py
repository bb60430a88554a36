"""Statements that are given to a source which their document does not name for them, or not to one that it names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from engine.model.fact import Fact
from engine.model.knowledge import KnowledgeBase
from rulewright.authoring.checks.finding import Check, Flaw, Severity
from rulewright.authoring.checks.marks import Mark, labels, marks, named, nearest, sentence_end
from rulewright.authoring.checks.subject import Subject
from rulewright.authoring.checks.texts import Words

Problem: TypeAlias = tuple[str, str, str]
"""What is wrong, what was expected, and a hint."""

_EXPLAIN = "where it is named elsewhere, `attribution` says where"


def _find(subject: Subject) -> Iterator[Flaw]:
    knowledge = subject.knowledge
    known: dict[str, Mapping[str, frozenset[str]]] = {}
    found: dict[Words, tuple[Mark, ...]] = {}
    for fact in knowledge.facts.values():
        text = subject.source_texts.get(fact.quoted_from)
        if text is None or not fact.quote:
            continue
        if fact.quoted_from not in known:
            known[fact.quoted_from] = labels(_printed(knowledge, fact.quoted_from))
        places = list(text.find(fact.quote))
        for words, _, _ in places:
            if words not in found:
                found[words] = marks(words, known[fact.quoted_from])
        readings = [
            list(_problems(fact, _Place(words, low, high, found[words]), knowledge)) for words, low, high in places
        ]
        if readings and all(readings):
            for message, expected, hint in min(readings, key=len):
                yield Flaw(subject.place(fact.location, "cites"), message, expected, hint)


def _printed(knowledge: KnowledgeBase, document: str) -> dict[str, str]:
    """How the sources are printed that statements of a document are given to, or of no document.

    The [1] of another document is another source.
    """
    cited: dict[str, set[str]] = {}
    for fact in knowledge.facts.values():
        for source in fact.cites:
            cited.setdefault(source, set()).add(fact.quoted_from)
    return {
        source.id: source.printed_as
        for source in knowledge.sources.values()
        if document in cited.get(source.id, {document})
    }


@dataclass(frozen=True, slots=True)
class _Place:
    """A place of a text at which the words of a statement stand, and the marks of that text."""

    words: Words
    low: int
    high: int
    found: tuple[Mark, ...]

    @property
    def beside(self) -> list[Mark]:
        """The marks from the beginning of the words to the end of the sentence."""
        end = sentence_end(self.words, self.high)
        return [mark for mark in self.found if self.low <= mark.start < end]

    def printed(self, found: Sequence[Mark]) -> str:
        """Marks as they are printed."""
        return ", ".join(dict.fromkeys(self.words.text[mark.start : mark.end] for mark in found)) or "none"


def _problems(fact: Fact, place: _Place, knowledge: KnowledgeBase) -> Iterator[Problem]:
    """What is wrong with what a statement cites, at one place where its words stand."""
    beside = place.beside
    for source in fact.cites:
        as_printed = knowledge.sources[source].printed_as
        if source == fact.quoted_from:
            yield f"{fact.id} cites the document that it is quoted from", "what that document cites for it, or `[]`", ""
        elif fact.attribution:
            yield from _unexplained(fact, source, as_printed, place)
        elif not as_printed:
            message = f"{fact.id} is given to {source}, and nothing says how {fact.quoted_from} prints {source}"
            yield message, f"`printed-as` in the source {source}", _EXPLAIN
        elif source not in named(beside):
            message = f"{fact.id} is given to {source} ({as_printed}), which {fact.quoted_from} does not print with it"
            yield message, f"what is printed with these words: {place.printed(beside)}", _EXPLAIN
    owed = [*(mark for mark in beside if mark.start < place.high), *nearest(beside, place.high)]
    if not fact.attribution:
        yield from _not_cited(fact, dict.fromkeys(owed), place)
    elif not fact.cites and not owed:
        yield f"{fact.id} explains an attribution and cites nothing", "the source in `cites`", ""


def _not_cited(fact: Fact, owed: Iterable[Mark], place: _Place) -> Iterator[Problem]:
    """Marks that are printed with the words, and that are those of no source that is cited."""
    for mark in owed:
        if not mark.sources & set(fact.cites):
            names = " or ".join(sorted(mark.sources))
            message = f"{fact.quoted_from} prints {place.printed([mark])} with {fact.id}, which cites no {names}"
            hint = "where the mark is not meant for these words, `attribution` says so"
            yield message, f"{names} among its `cites`", hint


def _unexplained(fact: Fact, source: str, printed: str, place: _Place) -> Iterator[Problem]:
    """An explained attribution is to the next mark after the words, or to a source that the explanation names."""
    explained = sorted({source, printed} - {""})
    following = nearest(place.found, place.high)
    told = any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", fact.attribution) for name in explained)
    if not told and source not in named(following):
        document = fact.quoted_from
        message = f"{fact.id} is given to {source}, and its `attribution` does not say where {document} names it"
        expected = f"{' or '.join(explained)} in it, or what is printed next: {place.printed(following)}"
        yield message, expected, ""


CHECK = Check(
    "citation",
    Severity.error,
    "A statement is given to a source that its document does not name for it, or not to one that it names.",
    _find,
)
