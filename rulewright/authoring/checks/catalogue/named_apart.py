"""Claims on something that their words do not name, while they name another thing of that kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.model.fact import Claim, Fact
from engine.model.vocabulary import Term
from rulewright.authoring.checks.finding import Check, Flaw, Severity
from rulewright.authoring.checks.naming import is_hinted_at, is_named
from rulewright.authoring.checks.subject import Subject


def _find(subject: Subject) -> Iterator[Flaw]:
    vocabulary = subject.knowledge.vocabulary
    argued = vocabulary.conclusions.get(vocabulary.headings.conclusion)
    about = argued.key.get(vocabulary.headings.subject) if argued is not None else None
    if about is None:
        return
    known = vocabulary.terms.get(about.of, {})
    for fact in subject.knowledge.facts.values():
        for claim in fact.claims:
            fields = vocabulary.claims[claim.kind].fields
            values = [value for name, value in claim.fields.items() if name in fields and fields[name].of == about.of]
            terms = [known[value] for value in values if isinstance(value, str) and value in known]
            if terms:
                yield from _of_claim(fact, claim, terms, known, subject)


def _of_claim(
    fact: Fact, claim: Claim, terms: list[Term], known: Mapping[str, Term], subject: Subject
) -> Iterator[Flaw]:
    """The flaw of a claim at none of whose terms its words hint, while they name others of that kind."""
    words = _words(fact, claim, subject)
    if any(is_hinted_at(term, words) for term in terms):
        return
    others = [other.name for other in known.values() if is_named(other, words)]
    if others and not any(_lineage(term, known) & {*others} for term in terms):
        place, end = subject.part(claim.location, terms[0].name)
        yield Flaw(
            place,
            f"{fact.id} makes a claim on `{terms[0].name}`, and its words name {' and '.join(others[:3])} instead",
            " or ".join(others[:3]),
            "where the words call it otherwise, that is one of its `synonyms`; where they leave open what is meant, a "
            "reading that says so is named in `read-by`",
            end,
        )


def _words(fact: Fact, claim: Claim, subject: Subject) -> str:
    """The words that a claim is made by: those that are quoted, the sentence or item around them, and its readings."""
    text = subject.source_texts.get(fact.quoted_from)
    around = text.around(fact.quote, alone=True) if text is not None and fact.quote else ""
    readings = [subject.knowledge.facts[name].words for name in claim.read_by]
    return "\n".join([fact.words, around, *readings])


def _lineage(term: Term, known: Mapping[str, Term]) -> set[str]:
    """The more general terms of one, and the more special ones."""
    found = set()
    for other in known.values():
        at: Term | None = other
        line = []
        while at is not None and at.name not in line:
            line.append(at.name)
            at = known.get(at.is_a)
        if term.name in line:
            found |= {*line}
    return found


CHECK = Check(
    "named-apart",
    Severity.warning,
    "A claim is made on something that its words do not name, while they name another.",
    _find,
)
