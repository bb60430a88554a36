"""A statement or a reading as a card: its words, where they were read, to whom they are attributed, how faithfully."""

from __future__ import annotations

from dataclasses import dataclass

from engine.model.knowledge import KnowledgeBase
from engine.model.review import Subject
from engine.model.source import Source
from engine.reviewed import Reviewed, subject_of
from provenance.render.html.page import anchor
from provenance.render.naming import LACKING
from provenance.render.wording import sentence_words

ALARMING = ("rejected", "needs-change", "stale")
FIDELITY = {
    "same": "The cited source was read and says the same.",
    "bent": "The document bends its source",
    "unread": "The cited source itself was not read.",
}


@dataclass(frozen=True)
class Citation:
    """A source as a card names it.

    ``doubt`` says in short what is not known of its identity, ``known`` what is; ``standing`` is "" if it is current.
    """

    id: str
    place: str
    name: str
    doubt: str
    known: str
    standing: str


@dataclass(frozen=True)
class Card:
    """The words of a fact and what a reviewer must know of them.

    ``together`` says that it rests on all it cites; ``review`` who judged it, ``alarming`` that readers must be warned.
    """

    id: str
    place: str
    is_reading: bool
    words: str
    read_in: Citation
    locator: str
    cited: tuple[Citation, ...]
    together: bool
    notes: tuple[str, ...]
    about: tuple[str, ...]
    review: str
    alarming: bool


def card(knowledge: KnowledgeBase, id_: str, reviewed: Reviewed) -> Card:
    """The card of a fact; ``reviewed`` says how the parts of the knowledge base stand."""
    fact = knowledge.facts[id_]
    notes = []
    if not fact.is_interpretation:
        notes += [f"Read as “{fact.modality}”."] if fact.modality else []
        if fact.cites or fact.fidelity_note:
            said = FIDELITY.get(fact.fidelity, fact.fidelity)
            notes.append(f"{said.rstrip('.')}: {fact.fidelity_note}" if fact.fidelity_note else said)
        notes += [f"About {fact.population.label}."] if fact.population else []
        notes += [f"Evidence: {fact.evidence_level}."] if fact.evidence_level else []
    notes += [fact.attribution, fact.note]
    return Card(
        id=id_,
        place=anchor("quote", id_),
        is_reading=fact.is_interpretation,
        words=sentence_words(fact.states) if fact.is_interpretation else fact.quote,
        read_in=citation(knowledge.sources[fact.quoted_from]),
        locator=fact.locator,
        cited=tuple(citation(knowledge.sources[name]) for name in fact.cites),
        together=fact.cites_all,
        notes=tuple(note for note in notes if note),
        about=fact.about,
        review=review_said(reviewed, subject_of(fact)),
        alarming=reviewed.state(subject_of(fact)) in ALARMING,
    )


def review_said(reviewed: Reviewed, subject: Subject) -> str:
    """How a part stands by its reviews, with everyone who judged it."""
    state = reviewed.state(subject)
    words = LACKING.get(state, state)
    who = ", ".join(f"{entry.verdict} by {entry.by} on {entry.on}" for entry in reviewed.entries.get(subject, ()))
    return f"{words[:1].upper()}{words[1:]}{f': {who}' if who else ''}."


def citation(source: Source) -> Citation:
    """A source with its identity said honestly."""
    name = f"{source.id} {source.printed_as}".strip()
    doubt = {"unresolved": "identity unresolved", "probable": "identity probable, not verified"}.get(
        source.identity, ""
    )
    if source.identity != "unresolved":
        name = f"{name} {source.cite or source.title}"
    note = f" ({source.standing_note})" if source.standing_note else ""
    standing = "" if source.standing == "current" else f"{source.standing}{note}"
    return Citation(source.id, anchor("source", source.id), name, doubt, source.known, standing)
