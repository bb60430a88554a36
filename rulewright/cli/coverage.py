"""`rulewright test --coverage`: what the scenarios of a knowledge base exercise."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.model.knowledge import KnowledgeBase
    from provenance.withdrawal.drill import Trial


def show_coverage(kb: Path | None, filters: tuple[str, ...], as_json: bool) -> None:
    """Run the scenarios that the filters choose, by default all, and print what they exercise.

    Raises `Refused` where the knowledge base or a scenario is wrong.
    """
    from rulewright.authoring.coverage.measure import cover
    from rulewright.authoring.coverage.sheet import page
    from rulewright.cli.knowledge import load_knowledge
    from rulewright.cli.output import emit, emit_sheet, progress, width

    knowledge = load_knowledge(kb)
    trials = chosen_trials(kb, knowledge, filters)
    with progress(len(trials), "scenarios") as tell:
        found = cover(knowledge, trials, tell)
    if as_json:
        emit(found.model_dump_json(indent=2) + "\n")
    else:
        emit_sheet(page(found, width()))


def chosen_trials(kb: Path | None, knowledge: KnowledgeBase, filters: tuple[str, ...]) -> list[Trial]:
    """The scenarios that the filters choose, their cases read; raises `Refused` with every problem."""
    from engine.loading import default_knowledge
    from rulewright.authoring.scenarios import read_scenarios
    from rulewright.authoring.selection import chosen
    from rulewright.authoring.trials import trial

    scenarios = chosen(read_scenarios(kb or default_knowledge()), filters)
    return [trial(scenario, knowledge) for scenario in scenarios]
