"""A run of scenarios: what became of each, and which were not run because one before them did not pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.abc import Traversable
from pathlib import Path

from engine.advising import Advisor
from engine.errors import Refused
from rulewright.authoring.failure import status
from rulewright.authoring.scenario import Broken, Scenario
from rulewright.authoring.scenario_files import folder_shown
from rulewright.authoring.scenarios import Outcome, outcome, read_each
from rulewright.authoring.selection import chosen


@dataclass(frozen=True)
class Report:
    """The outcomes in the order of the scenarios, and the scenarios that were left out after the first failure."""

    outcomes: tuple[Outcome, ...]
    left_out: tuple[Scenario | Broken, ...] = ()

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """Those that did not pass."""
        return tuple(found for found in self.outcomes if not found.passed)

    @property
    def passed(self) -> bool:
        """Whether there was something to run, and all of it passed."""
        return bool(self.outcomes) and not self.failed

    def summary(self) -> str:
        """The run in a line: ``107 scenarios, 1 differs, 1 refused``."""
        number = Counter(map(status, self.outcomes))
        said = [f"{len(self.outcomes):,} scenario{'' if len(self.outcomes) == 1 else 's'}"]
        said.append(f"{number['differs']:,} differ{'s' if number['differs'] == 1 else ''}")
        said += [f"{number[word]:,} {word}" for word in ("refused", "no answer") if number[word]]
        said += [f"{len(self.left_out):,} not run"] if self.left_out else []
        return ", ".join(said)


def picked(root: Traversable | Path, filters: Sequence[str]) -> list[Scenario | Broken]:
    """The scenarios of a knowledge base that the filters mean, broken ones too; none where there are none at all.

    Raises `Refused` with each filter that means none, and with what is wrong with the files in which its scenario may
    stand.
    """
    every = read_each(root)
    try:
        return chosen(every, filters, folder_shown(root)) if every else []
    except Refused as refused:
        unread = [problem for one in every if isinstance(one, Broken) for problem in one.problems]
        raise Refused([*refused.problems, *unread]) from None


def run_each(
    scenarios: Sequence[Scenario | Broken],
    advisor: Advisor,
    fail_fast: bool = False,
    tell: Callable[[str], None] = lambda _: None,
) -> Report:
    """Run scenarios one after the other, with ``fail_fast`` up to the first that does not pass.

    ``tell`` hears the name of each when it is done.
    """
    outcomes: list[Outcome] = []
    for scenario in scenarios:
        outcomes.append(outcome(scenario, advisor))
        tell(scenario.name)
        if fail_fast and not outcomes[-1].passed:
            break
    return Report(tuple(outcomes), tuple(scenarios[len(outcomes) :]))
