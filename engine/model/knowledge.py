"""A knowledge base as it was loaded: immutable, and known by the digest of its text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from engine.model.fact import Fact
from engine.model.review import Review
from engine.model.rule import Beside, Interaction, Opposes, Prefer, Regimen, Rule
from engine.model.source import Source
from engine.model.vocabulary import Vocabulary

REVIEWER = "qualified person"
"""Who may judge a knowledge base that does not say it."""
RELEASES = ("demonstration", "reviewed")


@dataclass(frozen=True)
class KnowledgeBase:
    """Everything that is known, and by whom it may be used.

    ``digest`` is a SHA-256 over the files that were read. ``withdrawn`` are facts that are admitted on no day: what
    names one of them stays as it is written, and is treated as what names any fact that is not admitted. ``reviewer``
    is what somebody is called who may judge it.
    """

    name: str
    version: str
    title: str
    scope: str
    intended_use: str
    intended_user: str
    release: str
    sources_as_of: str
    vocabulary: Vocabulary
    sources: Mapping[str, Source]
    facts: Mapping[str, Fact]
    rules: Mapping[str, Rule]
    regimens: tuple[Regimen, ...]
    besides: tuple[Beside, ...]
    opposes: tuple[Opposes, ...]
    prefers: tuple[Prefer, ...]
    interactions: tuple[Interaction, ...]
    digest: str
    root: str = ""
    withdrawn: frozenset[str] = frozenset()
    reviewer: str = REVIEWER
    reviews: tuple[Review, ...] = ()

    def design(self, fact: str) -> str:
        """The study design behind a statement, as a term; empty where none is stated.

        It is the statement's own, else that of the sources to which it is attributed where they all have the same one,
        else, where it is attributed to none, that of the document that it was read in. A reading has none.
        """
        stated = self.facts[fact]
        if stated.design or stated.is_interpretation:
            return stated.design
        designs = {self.sources[source].design for source in stated.cites or (stated.quoted_from,)}
        return designs.pop() if len(designs) == 1 else ""

    def fallen(self, fact: Fact) -> tuple[str, ...]:
        """The sources that no longer stand and because of which no advice, of whatever day, uses a statement."""
        read_in, gone = (
            [name for name in names if self.sources[name].standing != "current"]
            for names in ((fact.quoted_from,), fact.cites)
        )
        falls = gone and (fact.cites_all or len(gone) == len(fact.cites))
        return tuple(dict.fromkeys([*read_in, *(gone if falls else ())]))

    def admitted(self, day: date, sources: tuple[str, ...] | None = None) -> frozenset[str]:
        """The facts that may be used on a day when these documents are admitted (None: all that stand on that day).

        A statement is admitted with the document it was read in, unless every source that it is attributed to has
        fallen (any one of them, where it rests on all together). An interpretation is admitted with what it is
        about.
        """
        standing = {source.id for source in self.sources.values() if source.stands_at(day)}
        read = standing if sources is None else standing & set(sources)
        found = set()
        for fact in self.facts.values():
            if fact.is_interpretation or fact.quoted_from not in read or fact.id in self.withdrawn:
                continue
            fallen = [source not in standing for source in fact.cites]
            if not fallen or not (any(fallen) if fact.cites_all else all(fallen)):
                found.add(fact.id)
        # A reading may be about a statement, or about a document of which some statement was admitted.
        subjects = found | {self.facts[fact].quoted_from for fact in found}
        readings = {
            fact.id
            for fact in self.facts.values()
            if fact.is_interpretation and fact.quoted_from in standing and subjects & set(fact.about)
        }
        return frozenset(found | (readings - self.withdrawn))
