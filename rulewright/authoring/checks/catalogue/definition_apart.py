"""Terms that name a statement as what defines them, where the statement does not speak of them; and the reverse."""

from __future__ import annotations

from collections.abc import Iterator

from engine.model.fact import Fact
from engine.model.vocabulary import Term
from rulewright.authoring.checks.finding import Check, Flaw, Severity
from rulewright.authoring.checks.naming import is_named
from rulewright.authoring.checks.subject import Subject


def _find(subject: Subject) -> Iterator[Flaw]:
    facts = subject.knowledge.facts
    defined: dict[str, set[str]] = {}
    for terms in subject.knowledge.vocabulary.terms.values():
        for term in terms.values():
            defined.setdefault(term.name, set()).update(term.because)
            yield from (_of_term(term, facts[name], subject) for name in term.because if not speaks(facts[name], term))
    for fact in facts.values():
        yield from (_of_fact(fact, name, subject) for name in fact.defines if fact.id not in defined[name])


def speaks(fact: Fact, term: Term) -> bool:
    """Whether a statement defines a term, claims something of it, or has a word for it."""
    if term.name in fact.defines or any(term.name in claim.fields.values() for claim in fact.claims):
        return True
    return is_named(term, fact.words)


def _of_term(term: Term, fact: Fact, subject: Subject) -> Flaw:
    place = subject.item(term.location, "because", fact.id)
    return Flaw(
        place,
        f"`{term.name}` names {fact.id} as what defines it, and {fact.id} does not speak of it",
        "a statement or reading with a word for it",
        f"name another; or, where {fact.id} does define it, say so there: `defines: [{term.name}]`",
        place.column + len(fact.id),
    )


def _of_fact(fact: Fact, name: str, subject: Subject) -> Flaw:
    place = subject.item(fact.location, "defines", name)
    return Flaw(
        place,
        f"{fact.id} says that it defines `{name}`, and the term does not name it",
        f"`because: [{fact.id}]` beside the term",
        "as it stands, nobody who looks the term up is led to these words",
        place.column + len(name),
    )


CHECK = Check(
    "definition-apart",
    Severity.warning,
    "A term names a statement as what defines it that does not speak of it, or the reverse.",
    _find,
)
