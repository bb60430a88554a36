"""The same thing twice: facts, claims, rules, and words for people that stand for two terms."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator

from engine.model.fact import Claim, Fact
from engine.model.vocabulary import Term
from rulewright.authoring.checks.finding import Check, Flaw, Severity
from rulewright.authoring.checks.subject import Subject


def _find(subject: Subject) -> Iterator[Flaw]:
    yield from _facts(subject)
    for fact in subject.knowledge.facts.values():
        yield from _claims(fact)
    yield from _rules(subject)
    for terms in subject.knowledge.vocabulary.terms.values():
        yield from _terms(terms.values())


def _facts(subject: Subject) -> Iterator[Flaw]:
    """Facts of one document with the same words and the same claims; one that says that it restates another may."""
    first: dict[Hashable, Fact] = {}
    for fact in subject.knowledge.facts.values():
        key = (fact.quoted_from, fact.cites, _plain(fact.words), fact.population, frozenset(map(_said, fact.claims)))
        other = first.setdefault(key, fact)
        if other is not fact and other.id not in fact.restates and fact.id not in other.restates:
            yield Flaw(
                subject.place(fact.location, "id"),
                f"{fact.id} says what {other.id} says, in the same words and with the same claims",
                "each statement once",
                f"{other.id} stands at {other.location}; if the document says it twice, write `restates: [{other.id}]`",
            )


def _claims(fact: Fact) -> Iterator[Flaw]:
    seen: set[Hashable] = set()
    for claim in fact.claims:
        if _said(claim) in seen:
            yield Flaw(claim.location, f"{fact.id} makes this claim twice", "each claim once")
        seen.add(_said(claim))


def _said(claim: Claim) -> Hashable:
    return (claim.kind, frozenset(claim.fields.items()), claim.modality, frozenset(claim.read_by), claim.grade)


def _rules(subject: Subject) -> Iterator[Flaw]:
    """Rules that draw the same from the same, whatever their variables are called; told at all but the first."""
    known: set[str] = set()
    for found in subject.covered:
        before = [other for other in found.mutual if other in known]
        known.add(found.rule)
        if before:
            rule, other = subject.knowledge.rules[found.rule], subject.knowledge.rules[before[0]]
            yield Flaw(
                subject.place(rule.location, "id"),
                f"the rule `{rule.id}` draws the same from the same as `{other.id}`",
                "each rule once",
                f"`{other.id}` stands at {other.location}",
            )


def _terms(terms: Collection[Term]) -> Iterator[Flaw]:
    """Terms of one kind with the same label, or one called what another is also called."""
    called: dict[str, Term] = {}
    for term in terms:
        other = called.setdefault(_plain(term.title), term)
        if other is not term:
            yield Flaw(
                term.location,
                f"`{term.name}` and `{other.name}` are both called `{term.title}`",
                "a label for each that tells it from the other",
                "a reader of an advice could not tell which of them is meant",
            )
    for term in terms:
        for word in term.synonyms:
            other = called.setdefault(_plain(word), term)
            if other is not term:
                yield Flaw(
                    term.location,
                    f"`{word}` is a synonym of `{term.name}`, and is what `{other.name}` is called",
                    "a word that stands for one term",
                    "whoever writes it in a case would be shown the wrong term",
                )


def _plain(words: str) -> str:
    """Words without what a reader does not notice: case, and how they are broken into lines."""
    return " ".join(words.split()).casefold()


CHECK = Check(
    "duplicate",
    Severity.warning,
    "The same fact, claim or rule stands twice, or two terms are called the same.",
    _find,
)
