"""What a chain ends in: facts in their document's words, and the places where the data of a case were written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.model.case import Case
from engine.model.knowledge import KnowledgeBase


def fact_words(knowledge: KnowledgeBase, id_: str, told: Iterable[str] = ()) -> str:
    """A fact as it is quoted, with where it was read and to whom it is attributed; a reading says that it is one.

    Sources that were ``told`` before are named by their ids.
    """
    fact = knowledge.facts[id_]
    if fact.is_interpretation:
        about = f" (about {', '.join(fact.about)})" if fact.about else ""
        return f"READING {id_}{about}: {fact.states}"
    where = f"{fact.quoted_from}{', ' + fact.locator if fact.locator else ''}"
    cited = [knowledge.sources[name] for name in fact.cites]
    shown = [f"{source.id} {source.printed_as}".strip() if source.id in told else source.shown for source in cited]
    sources = (" and " if fact.cites_all else " or ").join(shown)
    said = [where]
    said += [f"read as “{fact.modality}”"] if fact.modality else []
    said += [f"attributed to {sources}" if sources else "attributed to no source"]
    said += [f"of {fact.population.label}"] if fact.population else []
    said += [f"{fact.fidelity}: {fact.fidelity_note}"] if fact.fidelity_note else []
    said += [fact.evidence_level] if fact.evidence_level else []
    return f"{id_} “{fact.quote}” — {'; '.join(said)}"


def places_of(case: Case) -> Mapping[str, str]:
    """Where each datum of a case was written, as line:column in its file; with the file's name where it is another.

    A scenario may take over data that stand in the file of the one that it is like.
    """
    found = {path: entry.location for path, entry in case.data.items()}
    for name, given in case.lists.items():
        for number, item in enumerate(given.items):
            found |= {f"{name}[{number}].{field}": entry.location for field, entry in item.items()}
    main = file_of(case)
    return {
        path: f"{place.line}:{place.column}" if place.file == main else str(place)
        for path, place in found.items()
        if place.line
    }


def file_of(case: Case) -> str:
    """The file that a case was written in, as far as its data tell."""
    entries = [
        *case.data.values(),
        *(entry for given in case.lists.values() for item in given.items for entry in item.values()),
    ]
    return next((entry.location.file for entry in entries if entry.location.file), "")
