"""Where what a ground clause is made of was written: its conditions, its conclusion, the claims that it matches."""

from __future__ import annotations

from collections.abc import Iterable

from engine.errors import Location
from engine.model.fact import Claim
from engine.model.knowledge import KnowledgeBase
from engine.model.rule import Condition
from engine.program import Clause

TAGGED = 1000
"""From this number on a clause draws again, under the facts that preferences name, what the rule's own clause draws."""


def condition_at(knowledge: KnowledgeBase, rule: str, position: int, under_unless: bool) -> Condition | None:
    """The condition at a place of a rule; None for what the program itself adds."""
    written = knowledge.rules.get(rule)
    conditions = () if written is None else written.unless if under_unless else written.when
    return conditions[position] if position < len(conditions) else None


def conclusion_place(knowledge: KnowledgeBase, clause: Clause) -> Location:
    """Where the conclusion of a clause was written."""
    rule = knowledge.rules[clause.rule]
    return rule.then[clause.number].location if clause.number < len(rule.then) else rule.location


def claim_of(knowledge: KnowledgeBase, evidence: str) -> Claim | None:
    """The claim that a piece of evidence is; None for the phase of a regimen."""
    name, _, part = evidence.rpartition("/")
    fact = knowledge.facts.get(name or part)
    return fact.claims[int(part) if name else 0] if fact is not None else None


def claim_place(knowledge: KnowledgeBase, evidence: str) -> Location:
    """Where the claim or the phase of a regimen was written that a piece of evidence is."""
    claim = claim_of(knowledge, evidence)
    if claim is not None:
        return claim.location
    name, _, part = evidence.rpartition("/")
    phases = (phase for regimen in knowledge.regimens if regimen.id == name for phase in regimen.phases)
    return next((phase.location for phase in phases if phase.role == part), Location(knowledge.root))


def some(words: Iterable[object], most: int = 3) -> str:
    """The first of some things in words, and how many more there are."""
    every = list(dict.fromkeys(str(word) for word in words))
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + more
