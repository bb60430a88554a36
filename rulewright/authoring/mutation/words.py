"""Mutants of the vocabulary: what the absence of a datum means, how long it is valid, reason codes of terms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.model.knowledge import KnowledgeBase
from engine.model.quantity import Quantity
from engine.model.vocabulary import Attribute, Section, Term
from rulewright.authoring.mutation.constraints import moved
from rulewright.authoring.mutation.mutant import Change, Mutant, Operator


def word_mutants(knowledge: KnowledgeBase) -> Iterator[Mutant]:
    """Every mutant of what a case may say, and of terms that give a reason."""
    for section in knowledge.vocabulary.sections.values():
        for attribute in section.attributes.values():
            yield from _attribute(section, attribute)
        if section.missing:
            change = _with_section(replace(section, missing=""))
            yield Mutant(section.name, "drop", f"missing {section.missing}", "", section.location, change)
    for terms in knowledge.vocabulary.terms.values():
        for term in terms.values():
            name = f"{term.kind} {term.name}"
            if term.when_false:
                change = _with_term(replace(term, when_false=""))
                yield Mutant(name, "drop", f"else {term.when_false}", "", term.location, change)
            if term.when_unknown:
                change = _with_term(replace(term, when_unknown=""))
                yield Mutant(name, "drop", f"missing {term.when_unknown}", "", term.location, change)


def _attribute(section: Section, attribute: Attribute) -> Iterator[Mutant]:
    def made(operator: Operator, what: str, into: str, new: Attribute) -> Mutant:
        changed = replace(section, attributes={**section.attributes, attribute.name: new})
        of = f"{section.name}.{attribute.name}"
        return Mutant(of, operator, what, into, attribute.location, _with_section(changed))

    if attribute.absent is not None:
        shown = str(attribute.absent).lower()
        yield made("drop", f"absent {shown}", "", replace(attribute, absent=None))
    if attribute.type.unsettled:
        words = ", ".join(attribute.type.unsettled)
        yield made("drop", f"unsettled {words}", "", replace(attribute, type=replace(attribute.type, unsettled=())))
    if attribute.missing:
        yield made("drop", f"missing {attribute.missing}", "", replace(attribute, missing=""))
    if attribute.stale:
        yield made("drop", f"stale {attribute.stale}", "", replace(attribute, stale=""))
    if attribute.stale_after is not None:
        what = f"valid-for {attribute.stale_after}"
        yield made("drop", what, "", replace(attribute, stale_after=None))
        for limit in moved(attribute.stale_after):
            assert isinstance(limit, Quantity)
            yield made("shift", what, str(limit), replace(attribute, stale_after=limit))


def _with_section(section: Section) -> Change:
    def change(knowledge: KnowledgeBase) -> KnowledgeBase:
        vocabulary = knowledge.vocabulary
        return replace(
            knowledge,
            vocabulary=replace(vocabulary, sections={**vocabulary.sections, section.name: section}),
        )

    return change


def _with_term(term: Term) -> Change:
    def change(knowledge: KnowledgeBase) -> KnowledgeBase:
        vocabulary = knowledge.vocabulary
        terms = {**vocabulary.terms, term.kind: {**vocabulary.terms[term.kind], term.name: term}}
        return replace(knowledge, vocabulary=replace(vocabulary, terms=terms))

    return change
