"""Words that are stronger than those of the statements behind them."""

from __future__ import annotations

from collections.abc import Iterator

from engine.model.fact import Fact
from engine.model.rule import Rule
from rulewright.authoring.checks.finding import Check, Flaw, Severity
from rulewright.authoring.checks.places import some
from rulewright.authoring.checks.subject import Subject

MODALITY = "modality"


def _find(subject: Subject) -> Iterator[Flaw]:
    for fact in subject.knowledge.facts.values():
        yield from _claims(fact, subject)
    for rule in subject.knowledge.rules.values():
        yield from _constants(rule, subject)


def _claims(fact: Fact, subject: Subject) -> Iterator[Flaw]:
    """A claim with a stronger word than its statement's, where no reading says why."""
    ranks = subject.knowledge.vocabulary.modalities
    for claim in fact.claims:
        stronger = fact.modality and claim.modality and ranks[claim.modality] < ranks[fact.modality]
        if stronger and not claim.read_by:
            yield Flaw(
                subject.place(claim.location, MODALITY),
                f"this claim of {fact.id} is put as `{claim.modality}`, and the statement itself as `{fact.modality}`",
                f"`{fact.modality}`, or a weaker word",
                "where the words allow the stronger one, say so in an interpretation and name it in `read-by`",
            )


def _constants(rule: Rule, subject: Subject) -> Iterator[Flaw]:
    """A rule that writes a modality which no statement that it rests on reaches."""
    knowledge, program = subject.knowledge, subject.program
    ranks = knowledge.vocabulary.modalities
    for number, conclusion in enumerate(rule.then):
        word = dict(conclusion.annotations).get(MODALITY)
        if not isinstance(word, str) or word not in ranks:
            continue
        warrants = [knowledge.facts[name].modality for name in rule.because]
        for clause in program.clauses:
            if clause.rule != rule.id or clause.number != number:
                continue
            stated = [*warrants, *(program.evidence[name].modality for name in clause.evidence)]
            reached = [each for each in stated if each]
            if not any(ranks[each] <= ranks[word] for each in reached):
                said = f"say {some(f'`{each}`' for each in reached)}" if reached else "state no modality"
                yield Flaw(
                    subject.place(conclusion.location, *_way(conclusion.side), MODALITY),
                    f"`{rule.id}` puts {clause.head} as `{word}`, and the statements that it rests on {said}",
                    "a word that one of them uses",
                    "bind the statement's own word: `modality: $modality` in `fact` and here",
                )
                break


def _way(side: str) -> tuple[str, ...]:
    return (side,) if side else ()


CHECK = Check(
    "modality",
    Severity.error,
    "A claim or a rule is put in stronger words than the statements behind it.",
    _find,
)
