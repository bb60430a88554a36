"""`rulewright test --coverage`: what the scenarios of a knowledge base exercise."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rulewright.authoring.coverage.report import Coverage


def show_coverage(kb: Path | None, pattern: str, as_json: bool) -> None:
    """Run the scenarios whose name contains a pattern and print what they exercise.

    Raises `Refused` where the knowledge base or a scenario is wrong.
    """
    from rulewright.cli.output import emit, emit_sheet, width

    found = _covered(kb, pattern)
    if as_json:
        emit(found.model_dump_json(indent=2) + "\n")
        return
    from rulewright.authoring.coverage.sheet import page

    emit_sheet(page(found, width()))


def _covered(kb: Path | None, pattern: str) -> Coverage:
    from engine.loading import default_knowledge
    from rulewright.authoring.coverage.measure import cover
    from rulewright.authoring.trials import trials
    from rulewright.cli.knowledge import load_knowledge
    from rulewright.cli.output import progress

    knowledge = load_knowledge(kb)
    found = [trial for trial in trials(kb or default_knowledge(), knowledge) if pattern in trial.name]
    with progress(len(found), "scenarios") as tell:
        return cover(knowledge, found, tell)
