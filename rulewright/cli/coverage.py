"""`rulewright test --coverage`: what the scenarios of a knowledge base exercise."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from engine.model.knowledge import KnowledgeBase
    from provenance.withdrawal.drill import Trial
    from rulewright.authoring.coverage.report import Coverage


HtmlOption = Annotated[
    Path | None,
    typer.Option(
        "--html",
        metavar="DIR",
        help="With --coverage: write to this folder the files line by line, with what is exercised of each, too.",
        show_default=False,
    ),
]


def show_coverage(kb: Path | None, filters: tuple[str, ...], as_json: bool, html: Path | None = None) -> None:
    """Run the scenarios that the filters choose, by default all, and print what they exercise.

    ``html`` is a folder for an annotated listing of the files, and is made where it is not there. Raises `Refused`
    where the knowledge base or a scenario is wrong.
    """
    from rulewright.authoring.coverage.measure import cover
    from rulewright.authoring.coverage.sheet import page
    from rulewright.cli.knowledge import load_knowledge
    from rulewright.cli.output import emit, emit_sheet, progress, width

    knowledge = load_knowledge(kb)
    trials = chosen_trials(kb, knowledge, filters)
    with progress(len(trials), "scenarios") as tell:
        found = cover(knowledge, trials, tell)
    if html is not None:
        _write_listing(found, knowledge.name, html)
    if as_json:
        emit(found.model_dump_json(indent=2) + "\n")
    else:
        emit_sheet(page(found, width()))


def _write_listing(found: Coverage, name: str, folder: Path) -> None:
    from engine.errors import Location, Problem, Refused
    from rulewright.authoring.coverage.listing import listing
    from rulewright.cli.files import write_named

    pages = listing(found, name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"{folder} cannot be made: {error.strerror}"
        raise Refused([Problem(Location(str(folder)), "unwritable", message, "the name of a folder")]) from None
    for file, text in pages.items():
        write_named(str(folder / file), text)


def chosen_trials(kb: Path | None, knowledge: KnowledgeBase, filters: tuple[str, ...]) -> list[Trial]:
    """The scenarios that the filters choose, their cases read; raises `Refused` with every problem."""
    from engine.loading import default_knowledge
    from rulewright.authoring.scenario_files import folder_shown
    from rulewright.authoring.scenarios import read_scenarios
    from rulewright.authoring.selection import chosen
    from rulewright.authoring.trials import trial

    root = kb or default_knowledge()
    scenarios = chosen(read_scenarios(root), filters, folder_shown(root))
    return [trial(scenario, knowledge) for scenario in scenarios]
