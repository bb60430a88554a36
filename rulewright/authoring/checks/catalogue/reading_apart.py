"""Readings that are named where they are about nothing that is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.errors import Location
from engine.model.fact import Fact
from engine.model.knowledge import KnowledgeBase
from rulewright.authoring.checks.finding import Check, Flaw, Severity
from rulewright.authoring.checks.readings import is_about
from rulewright.authoring.checks.subject import Subject


def _find(subject: Subject) -> Iterator[Flaw]:
    yield from _of_claims(subject)
    yield from _of_rules(subject)
    yield from _of_regimens(subject)
    yield from _of_prohibitions(subject)


def _of_claims(subject: Subject) -> Iterator[Flaw]:
    facts = subject.knowledge.facts
    for fact in facts.values():
        if fact.is_interpretation:
            continue
        for claim in fact.claims:
            for name in claim.read_by:
                if not _speaks_of(facts[name], [fact.id], subject.knowledge):
                    place = subject.item(claim.location, "read-by", name)
                    yield _flaw(place, facts[name], f"the claim of {fact.id} is read by it")


def _of_rules(subject: Subject) -> Iterator[Flaw]:
    """A rule rests on what it names and on the claims that its instances match."""
    knowledge, program = subject.knowledge, subject.program
    matched: dict[str, set[str]] = {}
    for clause in program.clauses:
        facts = matched.setdefault(clause.rule, set())
        for name in clause.evidence:
            facts.update(program.evidence[name].needs if name in program.evidence else ())
    for rule in knowledge.rules.values():
        beside = {*rule.because, *matched.get(rule.id, ())}
        for name in rule.because:
            if _quotes(rule.because, knowledge) and not _speaks_of(knowledge.facts[name], beside, knowledge):
                place = subject.item(rule.location, "because", name)
                yield _flaw(place, knowledge.facts[name], f"the rule `{rule.id}` names it")


def _of_regimens(subject: Subject) -> Iterator[Flaw]:
    knowledge = subject.knowledge
    for regimen in knowledge.regimens:
        for phase in regimen.phases:
            for name in phase.facts:
                if _quotes(phase.facts, knowledge) and not _speaks_of(knowledge.facts[name], phase.facts, knowledge):
                    place = subject.item(phase.location, "from", name)
                    yield _flaw(place, knowledge.facts[name], f"a phase of the regimen `{regimen.id}` is from it")


def _of_prohibitions(subject: Subject) -> Iterator[Flaw]:
    knowledge = subject.knowledge
    for title, prohibition in knowledge.vocabulary.prohibitions.items():
        because, location = prohibition["because"], prohibition["location"]
        assert isinstance(because, tuple)
        assert isinstance(location, Location)
        for name in because:
            if _quotes(because, knowledge) and not _speaks_of(knowledge.facts[name], because, knowledge):
                place = subject.item(location, "because", name)
                yield _flaw(place, knowledge.facts[name], f"the prohibition `{title}` names it")


def _speaks_of(fact: Fact, beside: Iterable[str], knowledge: KnowledgeBase) -> bool:
    """Whether a reading is about one of those facts, or about a source that one was read in or cites."""
    if not fact.is_interpretation:
        return True
    return any(is_about(fact, knowledge.facts[name]) for name in beside)


def _quotes(names: Iterable[str], knowledge: KnowledgeBase) -> list[str]:
    return [name for name in names if not knowledge.facts[name].is_interpretation]


def _flaw(place: Location, reading: Fact, used: str) -> Flaw:
    return Flaw(
        place,
        f"the reading {reading.id} is about {', '.join(reading.about)}, and {used}",
        "a reading of one of the statements that stand here",
        f"name another reading; or, where {reading.id} does read what stands here, add that to its `about`",
        place.column + len(reading.id),
    )


CHECK = Check(
    "reading-apart",
    Severity.warning,
    "A reading is named where it is about none of the statements that it stands with.",
    _find,
)
