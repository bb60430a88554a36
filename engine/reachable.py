"""Which parts of a knowledge base an advice can rest on."""

from __future__ import annotations

from collections.abc import Iterator

from engine.content import subjects
from engine.model.knowledge import KnowledgeBase
from engine.model.review import Subject


def reachable(knowledge: KnowledgeBase) -> Iterator[Subject]:
    """The parts that an advice can rest on.

    Not among them are facts that say why no rule uses them and that nothing names, and the documents of such facts
    alone.
    """
    named = named_facts(knowledge)
    used = {fact.id: fact for fact in knowledge.facts.values() if not fact.not_used_by_rules or fact.id in named}
    sources = {source for fact in used.values() for source in (fact.quoted_from, *fact.cites)}
    for subject in subjects(knowledge):
        if subject.kind in ("fact", "reading"):
            wanted = subject.id in used
        else:
            wanted = subject.kind != "source" or subject.id in sources
        if wanted:
            yield subject


def named_facts(knowledge: KnowledgeBase) -> frozenset[str]:
    """The facts that anything but a claim names."""
    vocabulary = knowledge.vocabulary
    found: set[str] = {beside.fact for beside in knowledge.besides}
    for rule in knowledge.rules.values():
        found.update(rule.because)
    for fact in knowledge.facts.values():
        found.update(reading for claim in fact.claims for reading in claim.read_by)
    for regimen in knowledge.regimens:
        found.update(fact for phase in regimen.phases for fact in phase.facts)
    for opposed in knowledge.opposes:
        found.update(opposed.facts, opposed.because, (opposed.settled_by,))
    found.update(entry.settled_by for entry in knowledge.interactions)
    for terms in vocabulary.terms.values():
        found.update(fact for term in terms.values() for fact in term.because)
    for section in vocabulary.sections.values():
        for attribute in section.attributes.values():
            found.update(attribute.because)
            found.update(fact for also in attribute.type.conversions for fact in also.because)
    found.update(fact for quantity in vocabulary.quantities.values() for fact in quantity.because)
    for prohibition in vocabulary.prohibitions.values():
        because = prohibition["because"]
        found.update(because if isinstance(because, tuple) else ())
    return frozenset(found)
