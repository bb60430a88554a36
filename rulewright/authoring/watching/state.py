"""Where an author stands: the knowledge base as it last loaded, and what its scenarios were advised by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from engine.advising import Advisor
from engine.derivation import Derivation, Firing
from engine.model.advice import Advice
from engine.model.case import Case
from engine.model.knowledge import KnowledgeBase
from engine.observing import Observer
from engine.program import Atom, Program
from provenance.grounds import Grounds
from provenance.inquiry import Inquiry
from rulewright.authoring.checks.inspect import Inspection
from rulewright.authoring.scenario import Broken, Scenario
from rulewright.authoring.scenarios import Outcome


@dataclass(frozen=True)
class Derived:
    """What follows from a case, with the program that it follows by."""

    knowledge: KnowledgeBase
    program: Program
    observer: Observer
    derivation: Derivation

    @property
    def values(self) -> Mapping[Atom, int]:
        """The value of every conclusion that is not false."""
        return self.derivation.values

    @property
    def firings(self) -> tuple[Firing, ...]:
        """The firings, by the numbers of their clauses."""
        return self.derivation.firings


@dataclass(frozen=True)
class Given:
    """An advice for a scenario's case, and everything that it was made from."""

    derived: Derived
    advice: Advice

    @cached_property
    def shown(self) -> frozenset[str]:
        """The ids of the facts and sources that the advice shows."""
        return frozenset(part.id for parts in (self.advice.facts, self.advice.sources) for part in parts)

    @cached_property
    def grounds(self) -> Grounds:
        """What the advice rests on."""
        return Grounds(self.advice, self.derived.knowledge, self.derived.program, self.derived.observer.case)


def derived(advisor: Advisor, case: Case, sources: tuple[str, ...] | None) -> Derived:
    """What follows from a case; raises `Refused` and `EnginesDiffer` as the advisor does."""
    return Derived(advisor.knowledge, *advisor.derive(case, sources))


def given(inquiry: Inquiry) -> Given:
    """The advice of an inquiry, with what it was made from."""
    return Given(derived(inquiry.advisor, inquiry.case, inquiry.sources), inquiry.advice)


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
