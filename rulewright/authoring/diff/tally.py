"""What many cases show, kept small: each difference once, how often, and one case that shows it."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.document import Mapping as Document
from rulewright.authoring.diff.effects import Difference, Outcome
from rulewright.authoring.diff.model import OF_THE_PROOF
from rulewright.authoring.diff.smallest import size

MOST_KEPT = 2000
"""More differences than that are counted together: they would be read by nobody, and memory must stay bounded."""


@dataclass
class Shown:
    """A difference: the cases and scenarios that show it, and the smallest of them so far.

    ``order`` puts a case that shows another dose before those in which none is computed, then the smaller one first,
    and those of the same size in one order, whichever process met them first.
    """

    case: Document
    sources: tuple[str, ...] | None
    start: str
    order: tuple[bool, int, int]
    cases: int = 0
    scenarios: list[str] = field(default_factory=list)

    def take(self, other: Shown) -> None:
        """Add what others showed."""
        self.cases += other.cases
        self.scenarios += other.scenarios
        if other.order < self.order:
            self.case, self.sources, self.start, self.order = other.case, other.sources, other.start, other.order


@dataclass
class Tally:
    """What was tried, and what it showed."""

    tried: int = 0
    changed: int = 0
    proof_only: int = 0
    partly: int = 0
    unread: int = 0
    shown: dict[Difference, Shown] = field(default_factory=dict)
    more: int = 0

    def count(
        self, outcome: Outcome, case: Document, number: int, scenario: str = "", sources: tuple[str, ...] | None = None
    ) -> None:
        """Add one case: a scenario's, or the sampled one of this number."""
        self.tried += 1
        self.partly += outcome.partly
        self.unread += outcome.unread
        kinds = {difference.kind for difference in outcome.differences}
        self.changed += bool(kinds - set(OF_THE_PROOF))
        self.proof_only += bool(kinds) and not kinds - set(OF_THE_PROOF)
        if not outcome.differences:
            return
        start = f"the scenario {scenario}" if scenario else f"sampled case {number}"
        data = size(case)
        for difference, told in outcome.differences.items():
            order = (difference.kind == "dose changed" and not told.computed_otherwise, data, number)
            one = Shown(case, sources, start, order, int(not scenario), [scenario] if scenario else [])
            self.add(difference, one)

    def add(self, difference: Difference, one: Shown) -> None:
        """Add what shows a difference."""
        if difference in self.shown:
            self.shown[difference].take(one)
        elif len(self.shown) < MOST_KEPT:
            self.shown[difference] = one
        else:
            self.more += 1

    def take(self, other: Tally) -> None:
        """Add another tally."""
        self.tried += other.tried
        self.changed += other.changed
        self.proof_only += other.proof_only
        self.partly += other.partly
        self.unread += other.unread
        self.more += other.more
        for difference, one in other.shown.items():
            self.add(difference, one)
