"""In which scenarios each outcome of a condition or conclusion was seen, and which outcomes there could be."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.observing import PROVISIONAL, UNKNOWN
from rulewright.authoring.coverage.possible import Values
from rulewright.authoring.coverage.report import OUTCOMES, Outcome


def outcome(value: int) -> Outcome:
    """The outcome of a condition that has a value; what is provisional is met."""
    return "met" if value >= PROVISIONAL else "unknown" if value == UNKNOWN else "failed"


@dataclass(slots=True)
class Tally:
    """Outcomes by the numbers of the scenarios that showed them."""

    possible: set[Outcome] = field(default_factory=set)
    seen: dict[Outcome, set[int]] = field(default_factory=lambda: {word: set() for word in OUTCOMES})

    def see(self, scenario: int, value: int) -> None:
        """Take in one value."""
        self.seen[outcome(value)].add(scenario)

    def could(self, values: Values) -> None:
        """Take in what could come out."""
        self.possible |= {outcome(value) for value in values}

    @property
    def never(self) -> tuple[Outcome, ...]:
        """What could come out and did not."""
        return tuple(word for word in OUTCOMES if word in self.possible and not self.seen[word])

    def number(self, word: Outcome) -> int:
        """In how many scenarios an outcome was seen."""
        return len(self.seen[word])
