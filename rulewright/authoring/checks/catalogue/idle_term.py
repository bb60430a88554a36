"""Terms that are declared and that nothing names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache

from engine.model.knowledge import KnowledgeBase
from engine.model.vocabulary import Vocabulary
from engine.reasons import NOT_ADMITTED
from rulewright.authoring.checks.finding import Check, Flaw, Severity
from rulewright.authoring.checks.subject import Subject

WHOLE = ("modality", "certainty", "abbreviation")
"""Kinds whose terms nothing needs to name: steps of a scale, which is declared whole; words that stand for others."""
PROSE = frozenset({"quote", "states", "label", "title", "note", "location", "locator", "written"})
"""Fields in which no term is named."""


def _find(subject: Subject) -> Iterator[Flaw]:
    knowledge = subject.knowledge
    vocabulary = knowledge.vocabulary
    named = set(_words(_written(knowledge)))
    recorded = _of_cases(vocabulary)
    for kind, terms in vocabulary.terms.items():
        if kind in WHOLE or kind in recorded:
            continue
        for term in terms.values():
            if term.name not in named and term.name != NOT_ADMITTED:
                yield Flaw(
                    term.location,
                    f"the {kind} `{term.name}` is declared, and nothing names it",
                    "a fact, a rule or a declaration that names it",
                    "take it out, or see whether something was meant to name it",
                    term.location.column + len(term.name),
                )


def _of_cases(vocabulary: Vocabulary) -> set[str]:
    """The kinds whose terms cases may name: they are used where a case names them."""
    attributes = (one for section in vocabulary.sections.values() for one in section.attributes.values())
    return {attribute.type.of for attribute in attributes if attribute.type.of}


def _written(knowledge: KnowledgeBase) -> Iterator[object]:
    """Everything that can name a term."""
    vocabulary = knowledge.vocabulary
    yield from knowledge.facts.values()
    yield from knowledge.rules.values()
    yield from knowledge.regimens
    yield from knowledge.besides
    yield from knowledge.opposes
    yield from knowledge.interactions
    yield from (source.design for source in knowledge.sources.values())
    yield vocabulary.headings
    yield vocabulary.prohibitions
    for terms in vocabulary.terms.values():
        for term in terms.values():
            yield (term.is_a, term.when_false, term.when_unknown, term.status)
    for section in vocabulary.sections.values():
        yield section.missing
        yield from ((attribute.missing, attribute.stale) for attribute in section.attributes.values())


def _words(things: Iterable[object]) -> Iterator[str]:
    """Every text in some values, but for prose."""
    waiting = list(things)
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple | list):
            waiting.extend(value)
        elif is_dataclass(value) and not isinstance(value, type):
            waiting.extend(getattr(value, name) for name in _parts(type(value)))
        elif isinstance(value, Mapping):
            waiting.extend(value.values())


@cache
def _parts(kind: type) -> tuple[str, ...]:
    """The fields of a kind of value that hold no prose."""
    return tuple(part.name for part in fields(kind) if part.name not in PROSE)


CHECK = Check(
    "idle-term",
    Severity.warning,
    "A term is declared, and nothing names it.",
    _find,
)
