"""Statements that say only *not*, by which an option is argued for."""

from __future__ import annotations

from collections.abc import Iterator

from engine.model.fact import Fact
from engine.model.rule import Rule
from engine.model.vocabulary import Term
from engine.program import Clause
from rulewright.authoring.checks.finding import Check, Flaw, Severity
from rulewright.authoring.checks.naming import is_hinted_at
from rulewright.authoring.checks.negations import denies, has_not, says_only_not
from rulewright.authoring.checks.places import claim_of, claim_place
from rulewright.authoring.checks.subject import Subject

_MEMBER = "member"
"""The kind of claim that says who belongs to a class, and nothing of whether to use anything."""


def _find(subject: Subject) -> Iterator[Flaw]:
    rules = subject.knowledge.rules
    negative = {fact.id for fact in subject.knowledge.facts.values() if has_not(fact.words)}
    for clause in subject.program.clauses:
        rule = rules.get(clause.rule)
        if rule is None or clause.number >= len(rule.then) or rule.then[clause.number].side != "for":
            continue
        facts = _warrants(clause, rule, subject)
        if facts and all(fact.id in negative for fact in facts) and _only_not(facts, clause, rule, subject):
            yield _flaw(clause, rule, facts, subject)


def _only_not(facts: list[Fact], clause: Clause, rule: Rule, subject: Subject) -> bool:
    """Whether all that an option is argued for by says only not, and one of them of that option."""
    terms = dict(_key(clause, rule, subject))
    if not terms or any(map(denies, terms.values())):
        return False
    named = subject.knowledge.vocabulary.headings.subject
    about = [terms[named]] if named in terms else [*terms.values()]
    speaks = any(all(is_hinted_at(term, fact.words) for term in about) for fact in facts)
    return speaks and all(says_only_not(fact.words, terms.values()) for fact in facts)


def _warrants(clause: Clause, rule: Rule, subject: Subject) -> list[Fact]:
    """The statements and readings that a clause rests on, by its rule's warrant and by the claims it matches."""
    evidence = (subject.program.evidence[name] for name in clause.evidence)
    matched = (fact for each in evidence if each.kind != _MEMBER for fact in each.facts)
    return [subject.knowledge.facts[name] for name in dict.fromkeys((*rule.because, *matched))]


def _key(clause: Clause, rule: Rule, subject: Subject) -> Iterator[tuple[str, Term]]:
    """The fields of the key of what is argued for, each with its term."""
    vocabulary = subject.knowledge.vocabulary
    kind = vocabulary.conclusions[rule.then[clause.number].relation]
    for (name, type_), word in zip(kind.key.items(), clause.head.arguments, strict=True):
        term = vocabulary.terms.get(type_.of, {}).get(word)
        if term is not None:
            yield name, term


def _flaw(clause: Clause, rule: Rule, facts: list[Fact], subject: Subject) -> Flaw:
    claims = [name for name in clause.evidence if claim_of(subject.knowledge, name) is not None]
    said = " and ".join(fact.id for fact in facts)
    argued = "/".join(clause.head.arguments)
    says = "say" if len(facts) > 1 else "says"
    if claims and not rule.because:
        return Flaw(
            claim_place(subject.knowledge, claims[0]),
            f"by this claim `{rule.id}` argues for {argued}, and {said} {says} only what must not be",
            "no such claim: the fact as the `because` of a rule that argues `against`",
            "where the words allow it all the same, say so in an interpretation and name it in `read-by`",
        )
    return Flaw(
        subject.place(rule.then[clause.number].location, "for"),
        f"`{rule.id}` argues for {argued}, and {said} {says} only what must not be",
        "`against`",
        "where the words allow it all the same, say so in an interpretation and name it in `because`",
    )


CHECK = Check(
    "says-not",
    Severity.error,
    "A statement says only what must not be, and an option is argued for by it.",
    _find,
)
