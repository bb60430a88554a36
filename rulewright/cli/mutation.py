"""`rulewright test --mutate`: which changes of a knowledge base its scenarios do not notice."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rulewright.authoring.mutation.report import Mutation

MutateOption = Annotated[
    bool,
    typer.Option(
        "--mutate",
        help="Change the knowledge base instead, in one place at a time (a condition negated or dropped, a threshold "
        "shifted, a statement, reading or claim taken away, and the like), and list the changes that no scenario "
        "notices.",
    ),
]
MutantsOption = Annotated[
    str,
    typer.Option("--mutants", metavar="TEXT", help="With --mutate: only changes whose name holds this."),
]
JobsOption = Annotated[
    int, typer.Option(min=1, max=64, metavar="N", help="With --mutate: on so many processes at once.")
]
SeedOption = Annotated[
    int, typer.Option(metavar="N", help="With --mutate: the seed of the order in which changes are tried.")
]


def show_mutation(
    kb: Path | None, filters: tuple[str, ...], of: str, jobs: int, seed: int, as_json: bool, verbose: bool
) -> None:
    """Print what the scenarios that the filters choose make of the mutants; ends the program as negative where one
    survives that is not listed, or the list is wrong. Raises `Refused` where the knowledge base or a scenario is wrong.
    """
    from rulewright.authoring.mutation.sheet import page
    from rulewright.cli.output import NEGATIVE, emit, emit_sheet, width

    found = _mutated(kb, filters, of, jobs, seed)
    if as_json:
        emit(found.model_dump_json(indent=2) + "\n")
    else:
        emit_sheet(page(found, width(), verbose))
    if not found.passed:
        raise typer.Exit(NEGATIVE)


def _mutated(kb: Path | None, filters: tuple[str, ...], of: str, jobs: int, seed: int) -> Mutation:
    from importlib.resources import as_file

    from engine.loading import default_knowledge
    from rulewright.authoring.mutation.equivalent import read_equivalent
    from rulewright.authoring.mutation.running import mutate
    from rulewright.cli.output import progress

    with ExitStack() as stack:
        root = kb or stack.enter_context(as_file(default_knowledge()))

        def counted(number: int) -> Callable[[str], None]:
            return stack.enter_context(progress(number, "mutants"))

        return mutate(root, read_equivalent(root), filters, of, seed, jobs, counted)
