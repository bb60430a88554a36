"""The words of a part of a knowledge base, as its reviewer reads them: what it says, and what it was read as."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

from engine.content import parts_of
from engine.model.fact import Claim, ClaimValue, Fact
from engine.model.knowledge import KnowledgeBase
from engine.model.review import Subject
from engine.model.rule import Opposes, Prefer, Regimen, Rule
from engine.model.source import Source
from provenance.render.leaves import fact_words
from provenance.render.rules import claim_in_words, conclusion_in_words, condition_in_words


def words_of(knowledge: KnowledgeBase, subject: Subject) -> tuple[str, ...]:
    """What a part says, a line for each thing that it says."""
    return tuple(line for part in parts_of(knowledge, subject) for line in _lines(knowledge, part))


def claims_of(fact: Fact) -> tuple[str, ...]:
    """What a statement was read as claiming, a line for each claim."""
    return tuple(claim_in_words(claim) for claim in fact.claims)


def _lines(knowledge: KnowledgeBase, part: object) -> Iterator[str]:
    if isinstance(part, Fact):
        yield from _fact(knowledge, part)
    elif isinstance(part, Rule):
        yield from _rule(knowledge, part)
    elif isinstance(part, Regimen):
        for phase in part.phases:
            claim = Claim(part.claim, cast("dict[str, ClaimValue]", phase.claim), "")
            yield f"phase {phase.role} — {claim_in_words(claim)}"
            yield from _quoted(knowledge, phase.facts)
    elif isinstance(part, Prefer):
        yield f"{part.stronger} goes before {part.weaker}: {part.reason}"
        yield from _quoted(knowledge, (part.stronger, part.weaker))
    elif isinstance(part, Opposes):
        yield f"{' and '.join(part.facts)} pull apart; settled by: {part.settled_by}"
        yield from _said("note", part.note)
        yield from _quoted(knowledge, part.facts)
    elif isinstance(part, Source):
        yield from _source(part)


def _fact(knowledge: KnowledgeBase, fact: Fact) -> Iterator[str]:
    yield fact_words(knowledge, fact.id)
    yield from _said("how attributed", fact.attribution)
    yield from (f"claims {line}" for line in claims_of(fact))
    yield from _said("defines", ", ".join(fact.defines))
    yield from _said("restates", ", ".join(fact.restates))
    yield from _said("note", fact.note)
    yield from _said("used by no rule", fact.not_used_by_rules)
    yield from _quoted(knowledge, [reading for claim in fact.claims for reading in claim.read_by])
    yield from _quoted(knowledge, fact.about)


def _rule(knowledge: KnowledgeBase, rule: Rule) -> Iterator[str]:
    yield rule.title
    yield from (f"when {condition_in_words(condition)}" for condition in rule.written or rule.when)
    yield from (f"unless {condition_in_words(condition)}" for condition in rule.unless)
    yield from (f"then {conclusion_in_words(conclusion)}" for conclusion in rule.then)
    if rule.mechanism:
        yield "warranted by the facts that it matches"
    if rule.definition:
        yield "names what the case says"
    yield from _said("note", rule.note)
    yield from _quoted(knowledge, rule.because)


def _source(source: Source) -> Iterator[str]:
    yield source.title
    yield f"{source.kind}; identity {source.identity}" + (f"; known: {source.known}" if source.known else "")
    yield from _said("cite", source.cite)
    yield from _said("confidence", source.confidence)
    yield from _said("identifiers", ", ".join(f"{name} {value}" for name, value in source.identifiers))
    for candidate in source.candidates:
        confidence = f", confidence {candidate.confidence}" if candidate.confidence else ""
        yield f"candidate: {candidate.cite}{confidence}"
    yield from _said("evidence level", source.evidence_level)
    yield f"standing: {source.standing}" + (f": {source.standing_note}" if source.standing_note else "")
    yield from _said("note", source.note)


def _said(label: str, text: str) -> Iterator[str]:
    if text:
        yield f"{label}: {text}"


def _quoted(knowledge: KnowledgeBase, ids: Iterable[str]) -> Iterator[str]:
    """The words of other facts, to which those of a part belong."""
    for id_ in dict.fromkeys(ids):
        fact = knowledge.facts.get(id_)
        if fact is not None:
            yield f"beside {id_}: " + (fact.states if fact.is_interpretation else f"“{fact.quote}”")
