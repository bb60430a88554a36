"""A list of retracted identifiers against the sources of a knowledge base, and what falls with what it hits.

What is certainly on the list is withdrawn together, as retracted. What only may be (a candidate of a source whose
identity is not settled, one of two identifiers) is withdrawn source by source, and kept apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from engine.model.knowledge import KnowledgeBase
from engine.model.source import Source
from provenance.model.withdrawal import CaseWithdrawal, Drill, Hit, Possible, Retractions
from provenance.withdrawal.identifiers import Identifier, Known, Listed, known_of
from provenance.withdrawal.withdrawal import Withdrawal

Over = Callable[[Withdrawal], CaseWithdrawal | Drill]
"""What a withdrawal does: over one case (`over_case`), or over scenarios (`over_scenarios`)."""


def retractions(knowledge: KnowledgeBase, listed: Iterable[Listed], over: Over) -> Retractions:
    """Which sources are on a list of retracted identifiers, which may be, and what falls with them."""
    lines = {entry.identifier: entry.line for entry in listed}
    hits: list[Hit] = []
    identified: list[str] = []
    unread: list[str] = []
    for source in knowledge.sources.values():
        known, wrong = known_of(source)
        unread += wrong
        if known:
            identified.append(source.id)
        hits += [hit for entry in known for hit in _hits(source, entry, lines)]
    certain = tuple(dict.fromkeys(hit.source for hit in hits if hit.certain))
    doubtful = dict.fromkeys(hit.source for hit in hits if hit.source not in certain)
    return Retractions(
        identifiers=len(lines),
        identified=tuple(identified),
        unidentified=tuple(id_ for id_ in knowledge.sources if id_ not in identified),
        unread=tuple(unread),
        unmatched=tuple(name for name in map(str, lines) if name not in {hit.identifier for hit in hits}),
        hits=tuple(hits),
        certain=over(Withdrawal(sources=certain, kind="retracted")) if certain else None,
        possible=tuple(
            Possible(
                source=id_,
                hits=tuple(hit for hit in hits if hit.source == id_),
                over=over(Withdrawal(sources=(id_,), kind="retracted")),
            )
            for id_ in doubtful
        ),
    )


def _hits(source: Source, known: Known, lines: Mapping[Identifier, int]) -> Iterator[Hit]:
    for identifier in known.alternatives:
        if identifier not in lines:
            continue
        every = " or ".join(map(str, known.alternatives))
        why = [f"its identifier is given as {every}"] if len(known.alternatives) > 1 else []
        if known.candidate:
            why.insert(0, f"a candidate for {source.id}, whose identity is {source.identity}")
        elif source.identity != "verified":
            why.insert(0, f"the source's own identifier; its identity is {source.identity}")
        yield Hit(
            source=source.id,
            shown=source.shown,
            identifier=str(identifier),
            line=lines[identifier],
            certain=not known.candidate and len(known.alternatives) == 1,
            why="; ".join(why) or "the source's own identifier",
            candidate=known.candidate,
            confidence=known.confidence or ("" if known.candidate else source.confidence),
        )
