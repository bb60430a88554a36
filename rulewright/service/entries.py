"""The knowledge base's facts, sources, rules and terms as the service shows them."""

from __future__ import annotations

from datetime import date

from engine.model.fact import Claim, Fact
from engine.model.knowledge import KnowledgeBase
from engine.model.rule import Rule
from engine.model.source import Source
from engine.model.vocabulary import Term
from engine.record import fact_record
from provenance.render.rules import conclusion_in_words, condition_in_words, value_in_words
from rulewright.service.models import (
    CandidateEntry,
    ClaimEntry,
    CodeEntry,
    FactEntry,
    RuleEntry,
    SourceEntry,
    TermEntry,
)


def fact_entry(fact: Fact) -> FactEntry:
    """A statement, or an interpretation."""
    return FactEntry(
        **fact_record(fact).model_dump(),
        is_interpretation=fact.is_interpretation,
        attribution=fact.attribution,
        cites_all=fact.cites_all,
        about=fact.about,
        defines=fact.defines,
        restates=fact.restates,
        claims=tuple(claim_entry(claim) for claim in fact.claims),
        not_used_by_rules=fact.not_used_by_rules,
        written_at=str(fact.location),
    )


def claim_entry(claim: Claim) -> ClaimEntry:
    """A claim, with its values as they are written."""
    fields = {name: value_in_words(value) for name, value in claim.fields.items()}
    return ClaimEntry(kind=claim.kind, modality=claim.modality, fields=fields, read_by=claim.read_by)


def source_entry(source: Source, knowledge: KnowledgeBase) -> SourceEntry:
    """A document, and the statements that come from it."""
    return SourceEntry(
        id=source.id,
        printed_as=source.printed_as,
        kind=source.kind,
        identity=source.identity,
        shown=source.shown,
        standing=source.standing,
        evidence_level=source.evidence_level,
        note=source.note,
        title=source.title,
        cite=source.cite,
        known=source.known,
        confidence=source.confidence,
        candidates=tuple(
            CandidateEntry(cite=each.cite, confidence=each.confidence, identifiers=dict(each.identifiers))
            for each in source.candidates
        ),
        identifiers=dict(source.identifiers),
        standing_note=source.standing_note,
        published=_day(source.published),
        review_by=_day(source.review_by),
        valid_from=_day(source.valid_from),
        valid_to=_day(source.valid_to),
        facts_read_in_it=tuple(fact.id for fact in knowledge.facts.values() if fact.quoted_from == source.id),
        facts_that_cite_it=tuple(fact.id for fact in knowledge.facts.values() if source.id in fact.cites),
        written_at=str(source.location),
    )


def rule_entry(rule: Rule) -> RuleEntry:
    """A rule in words."""
    return RuleEntry(
        id=rule.id,
        title=rule.title,
        mechanism=rule.mechanism,
        definition=rule.definition,
        because=rule.because,
        when=tuple(condition_in_words(condition) for condition in rule.when),
        unless=tuple(condition_in_words(condition) for condition in rule.unless),
        then=tuple(conclusion_in_words(conclusion) for conclusion in rule.then),
        note=rule.note,
        written_at=str(rule.location),
    )


def term_entry(term: Term) -> TermEntry:
    """A word of the vocabulary."""
    return TermEntry(
        kind=term.kind,
        name=term.name,
        label=term.label,
        note=term.note,
        is_a=term.is_a,
        synonyms=term.synonyms,
        codes=tuple(
            CodeEntry(system=code.system, code=code.code, status=code.status, note=code.note) for code in term.codes
        ),
        because=term.because,
        status=term.status,
        written_at=str(term.location),
    )


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
