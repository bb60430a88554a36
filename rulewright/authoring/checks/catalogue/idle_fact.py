"""Facts that no rule can reach, and that do not say why; claims that were to open an option, and open none."""

from __future__ import annotations

from collections.abc import Iterator

from engine.model.fact import Fact
from engine.model.knowledge import KnowledgeBase
from engine.program import Evidence
from engine.reachable import named_facts
from rulewright.authoring.checks.finding import Check, Flaw, Severity
from rulewright.authoring.checks.matching import Matching
from rulewright.authoring.checks.places import claim_place
from rulewright.authoring.checks.subject import Subject


def _find(subject: Subject) -> Iterator[Flaw]:
    knowledge, program = subject.knowledge, subject.program
    matching = Matching(knowledge, program)
    claims: dict[str, list[Evidence]] = {}
    for evidence in program.evidence.values():
        if evidence.facts and evidence.name in knowledge.facts:
            claims.setdefault(evidence.name, []).append(evidence)
    matched = matching.rules_of
    named = named_facts(knowledge) | {fact for name in matched for fact in program.evidence[name].needs}
    named |= {fact for entry in knowledge.prefers for fact in (entry.stronger, entry.weaker)}
    for fact in knowledge.facts.values():
        idle = [one for one in claims.get(fact.id, ()) if one.id not in matched]
        if fact.not_used_by_rules or not idle:
            continue
        if fact.id not in named:
            yield _of_fact(fact, matching.why_not(idle[0]))
        else:
            yield from (_of_claim(one, knowledge, matching) for one in idle if _lays_out(one, knowledge))


def _of_fact(fact: Fact, why: str) -> Flaw:
    return Flaw(
        fact.location,
        f"no rule can reach {fact.id}, and nothing else names it: {why}",
        "a claim that a rule matches, or `not-used-by-rules` with the reason",
        "as it stands, no advice can ever cite it",
    )


def _of_claim(evidence: Evidence, knowledge: KnowledgeBase, matching: Matching) -> Flaw:
    return Flaw(
        claim_place(knowledge, evidence.id),
        f"no rule matches this claim of {evidence.name}: {matching.why_not(evidence)}",
        "a claim that a rule matches",
        f"a `{evidence.kind}` claim that matches no rule opens no option and gives no dose",
    )


def _lays_out(evidence: Evidence, knowledge: KnowledgeBase) -> bool:
    """Whether a claim is of a kind that the options of an advice are laid out by."""
    headings = knowledge.vocabulary.headings
    return evidence.kind in (*headings.known_by, headings.dosing)


CHECK = Check(
    "idle-fact",
    Severity.warning,
    "No rule can reach what a fact claims, and the fact does not say why.",
    _find,
)
