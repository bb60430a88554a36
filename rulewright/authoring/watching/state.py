"""Where an author stands: the knowledge base as it last loaded, and what its scenarios were advised by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from engine.advising import Advisor, Derived
from engine.model.advice import Advice
from engine.model.knowledge import KnowledgeBase
from provenance.grounds import Grounds
from provenance.inquiry import Inquiry
from rulewright.authoring.checks.inspect import Inspection
from rulewright.authoring.scenario import Broken, Scenario
from rulewright.authoring.scenarios import Outcome


@dataclass(frozen=True)
class Given:
    """An advice for a scenario's case, and everything that it was made from."""

    knowledge: KnowledgeBase
    derived: Derived
    advice: Advice

    @cached_property
    def shown(self) -> frozenset[str]:
        """The ids of the facts and sources that the advice shows."""
        return frozenset(part.id for parts in (self.advice.facts, self.advice.sources) for part in parts)

    @cached_property
    def grounds(self) -> Grounds:
        """What the advice rests on."""
        return Grounds(self.advice, self.knowledge, self.derived.program, self.derived.observer.case)


def given(inquiry: Inquiry) -> Given:
    """The advice of an inquiry, with what it was made from."""
    return Given(inquiry.knowledge, inquiry.derived, inquiry.advice)


@dataclass(frozen=True)
class Answer:
    """A scenario, what became of it, and its advice (None: its case is refused, or it cannot be read)."""

    scenario: Scenario | Broken
    outcome: Outcome
    given: Given | None = field(default=None, compare=False)


@dataclass(frozen=True)
class State:
    """The last good state: ``inspection`` is of a knowledge base that loads, ``answers`` are its scenarios by name."""

    inspection: Inspection
    advisor: Advisor
    answers: Mapping[str, Answer]

    @property
    def knowledge(self) -> KnowledgeBase:
        """The knowledge base as it last loaded."""
        return self.advisor.knowledge
