"""A mutant: one change of a loaded knowledge base, where it is, and how it reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from engine.errors import Location
from engine.model.fact import Claim, Fact
from engine.model.knowledge import KnowledgeBase
from engine.model.rule import Rule

Operator: TypeAlias = Literal["negate", "drop", "shift", "swap"]
OPERATORS: tuple[Operator, ...] = ("negate", "drop", "shift", "swap")
Change: TypeAlias = Callable[[KnowledgeBase], KnowledgeBase]


@dataclass(frozen=True)
class Mutant:
    """One change. ``of`` is the id of what is changed, ``what`` the words that are, ``into`` those in their place.

    ``into`` is empty where something is dropped. ``in_rule`` says that nothing but the conditions and conclusions of a
    rule is changed. The name holds no position, so that edits elsewhere leave it as it is.
    """

    of: str
    operator: Operator
    what: str
    into: str
    location: Location
    change: Change = field(compare=False, repr=False)
    in_rule: bool = False
    again: int = 0

    @property
    def name(self) -> str:
        """What tells it from every other of its knowledge base; ``again`` numbers those that would read the same."""
        change = f" into {self.into}" if self.into else ""
        more = f" ({self.again + 1})" if self.again else ""
        return f"{self.of}: {self.operator} {self.what}{change}{more}"


def numbered(mutants: Iterable[Mutant]) -> list[Mutant]:
    """The mutants with names that differ."""
    seen: dict[str, int] = {}
    found = []
    for mutant in mutants:
        number = seen.get(mutant.name, 0)
        seen[mutant.name] = number + 1
        found.append(replace(mutant, again=number) if number else mutant)
    return found


def with_rule(rule: Rule) -> Change:
    """The change that puts a rule in the place of the one of its name."""
    return lambda knowledge: replace(knowledge, rules={**knowledge.rules, rule.id: rule})


def with_fact(fact: Fact) -> Change:
    """The change that puts a fact in the place of the one of its name."""
    return lambda knowledge: replace(knowledge, facts={**knowledge.facts, fact.id: fact})


def with_claim(fact: Fact, number: int, claim: Claim | None) -> Change:
    """The change that puts a claim in the place of one of a fact's (from 0), or takes that away."""
    claims = list(fact.claims)
    claims[number : number + 1] = [] if claim is None else [claim]
    return with_fact(replace(fact, claims=tuple(claims)))
