"""A source with all that was read in it, what was made of that, what stands on it, and how far it was reviewed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from engine.errors import Location, Problem, Refused, did_you_mean, listed
from engine.model.advice import Advice
from engine.model.fact import Fact
from engine.model.knowledge import KnowledgeBase
from engine.model.review import Subject
from engine.model.source import Source
from engine.reviewed import Reviewed, subject_of
from provenance.model.dossier import (
    Consequences,
    Dossier,
    Fidelity,
    Publication,
    ReadingSheet,
    Role,
    SourceSheet,
    StatementSheet,
)
from provenance.review.reviews import part_review, recording
from provenance.review.uses import Uses
from provenance.review.words import claims_of
from provenance.withdrawal.drill import Trial, over_scenarios
from provenance.withdrawal.withdrawal import Withdrawal


def dossier(
    knowledge: KnowledgeBase,
    source: str,
    folder: str = "",
    trials: Sequence[Trial] | None = None,
    tell: Callable[[str], None] | None = None,
) -> Dossier:
    """The dossier of a source.

    ``folder`` is that of the knowledge base as the reader would name it, for the commands that record verdicts.
    ``trials`` are the scenarios over which the source and each of its statements is withdrawn in turn (None: that is
    left out); ``tell`` hears the id of each. Raises `Refused` for a source that there is not.
    """
    found = knowledge.sources.get(source)
    if found is None:
        known = knowledge.sources
        hint = did_you_mean(source, known)
        message = f"there is no source `{source}`"
        raise Refused([Problem(Location("SOURCE"), "unknown-source", message, f"one of {listed(known)}", hint)])
    made = _Dossier(knowledge, found, folder, _Falls(knowledge, trials, tell) if trials is not None else None)
    return Dossier(
        name=knowledge.name,
        version=knowledge.version,
        digest=knowledge.digest,
        release=knowledge.release,
        source=made.source_sheet(),
        statements=tuple(made.statements()),
    )


def of_source(knowledge: KnowledgeBase, source: str) -> Iterator[tuple[Fact, Role]]:
    """The statements and readings that have to do with a source, and what they have."""
    for fact in knowledge.facts.values():
        if fact.quoted_from == source:
            yield fact, "stated by it" if fact.is_interpretation else "read in it"
        elif source in fact.cites:
            yield fact, "attributed to it alone" if len(fact.cites) == 1 else "attributed to it among others"
        elif source in fact.about:
            yield fact, "about it"


class _Dossier:
    def __init__(self, knowledge: KnowledgeBase, source: Source, folder: str, falls: _Falls | None) -> None:
        self.knowledge = knowledge
        self.source = source
        self.folder = folder
        self.falls = falls
        self.reviewed = Reviewed(knowledge)
        self.uses = Uses(knowledge)

    def source_sheet(self) -> SourceSheet:
        source = self.source
        subject = Subject("source", source.id)
        return SourceSheet(
            id=source.id,
            kind=source.kind,
            title=source.title,
            identity=source.identity,  # type: ignore[arg-type]
            shown=source.shown,
            printed_as=source.printed_as,
            cite=source.cite,
            known=source.known,
            confidence=source.confidence,
            candidates=tuple(
                Publication(
                    cite=candidate.cite, confidence=candidate.confidence, identifiers=dict(candidate.identifiers)
                )
                for candidate in source.candidates
            ),
            identifiers=dict(source.identifiers),
            evidence_level=source.evidence_level,
            standing=source.standing,  # type: ignore[arg-type]
            standing_note=source.standing_note,
            published=_day(source.published),
            review_by=_day(source.review_by),
            valid_from=_day(source.valid_from),
            valid_to=_day(source.valid_to),
            note=source.note,
            without=self.falls.of(Withdrawal(sources=(source.id,)), source.id) if self.falls else None,
            review=part_review(self.reviewed, subject),
            command=recording(subject, self.folder),
        )

    def statements(self) -> Iterator[StatementSheet]:
        """What was read in the source, what is attributed to it, and what readings say of it, as they are written."""
        for fact, role in of_source(self.knowledge, self.source.id):
            yield self.statement(fact, role)

    def statement(self, fact: Fact, role: Role) -> StatementSheet:
        subject = subject_of(fact)
        return StatementSheet(
            id=fact.id,
            kind="reading" if fact.is_interpretation else "fact",
            role=role,
            words=fact.words,
            read_in=fact.quoted_from,
            locator=fact.locator,
            cites=fact.cites,
            cites_all=fact.cites_all,
            attribution=fact.attribution,
            fidelity=_fidelity(fact),
            fidelity_note=fact.fidelity_note,
            modality=fact.modality,
            population=fact.population.label if fact.population else "",
            evidence_level=fact.evidence_level,
            note=fact.note,
            about={name: self.words(name) for name in fact.about},
            claims=claims_of(fact),
            readings=tuple(self.readings(fact)),
            uses={how: tuple(who) for how, who in self.uses.of_fact(fact.id).items() if who},
            not_used=fact.not_used_by_rules,
            without=self.falls.of(Withdrawal(facts=(fact.id,)), fact.id) if self.falls else None,
            review=part_review(self.reviewed, subject),
            command=recording(subject, self.folder),
        )

    def words(self, name: str) -> str:
        """The words of a fact, or a source in one line."""
        fact = self.knowledge.facts.get(name)
        return fact.words if fact is not None else self.knowledge.sources[name].shown

    def readings(self, fact: Fact) -> Iterator[ReadingSheet]:
        """The readings beside a statement, each once."""
        named = dict.fromkeys(reading for claim in fact.claims for reading in claim.read_by)
        about = [other.id for other in self.knowledge.facts.values() if fact.id in other.about]
        for name in dict.fromkeys((*named, *about)):
            reading = self.knowledge.facts[name]
            yield ReadingSheet(
                id=name,
                states=reading.states,
                how="its claims are read by it" if name in named else "about it",
                state=self.reviewed.state(subject_of(reading)),
            )


class _Falls:
    """Withdraws one thing after another over the same scenarios."""

    def __init__(self, knowledge: KnowledgeBase, trials: Sequence[Trial], tell: Callable[[str], None] | None) -> None:
        self.knowledge = knowledge
        self.trials = trials
        self.tell = tell
        self.kept: dict[str, Advice] = {}

    def of(self, withdrawal: Withdrawal, id_: str) -> Consequences:
        """What falls or changes with it."""
        if self.tell is not None:
            self.tell(id_)
        drill = over_scenarios(self.knowledge, withdrawal, self.trials, kept=self.kept)
        return Consequences(
            scenarios=drill.scenarios,
            differing=drill.scenarios - drill.unchanged,
            changed=drill.otherwise,
            behind=drill.behind,
            lines=drill.tallies,
            losses=drill.fall.losses,
        )


def _fidelity(fact: Fact) -> Fidelity:
    if fact.is_interpretation or not fact.cites:
        return ""
    return fact.fidelity  # type: ignore[return-value]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
