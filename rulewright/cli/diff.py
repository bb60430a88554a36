"""`rulewright diff`: what was edited between two versions of a knowledge base, and what that changes in cases."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated

import typer

from rulewright.cli.knowledge import KnowledgeOption, folder_of, latest_day

MOST_PROCESSES = 8


class Format(StrEnum):
    """How a comparison is printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


class FailOn(StrEnum):
    """The differences for which the exit code is 1."""

    ADVICE = "advice"
    ANY = "any"
    NEVER = "never"


VersionArgument = Annotated[
    str, typer.Argument(metavar="OLD", help="The version before: a folder, or a git revision (main, v1.2:kb).")
]


def diff(
    context: typer.Context,
    old: VersionArgument,
    new: Annotated[
        str | None,
        typer.Argument(
            metavar="[NEW]",
            help="The version after, likewise; by default the folder of the knowledge base as it is.",
            show_default=False,
        ),
    ] = None,
    cases: Annotated[
        int, typer.Option(metavar="N", min=0, help="So many cases are sampled beside the scenarios.")
    ] = 1000,
    seed: Annotated[int, typer.Option(metavar="N", help="The same seed samples the same cases.")] = 1,
    format: Annotated[
        Format, typer.Option(help="text: for reading. json: all of it. markdown: for a pull request.")
    ] = Format.TEXT,
    fail_on: Annotated[
        FailOn,
        typer.Option(
            help="When the exit code is 1. advice: some case gets other advice. any: also where only its proof or "
            "reviews differ. never: not even then."
        ),
    ] = FailOn.ADVICE,
    processes: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=1, help="So many processes share the work; by default one a core.", show_default=False
        ),
    ] = None,
    kb: KnowledgeOption = None,
) -> None:
    """Compare two versions of a knowledge base: parts added, removed, changed in meaning or only re-worded; and each
    difference in advice, once, with the smallest case that shows it.

    A revision is one of the folder that --kb names, else of the folder that it is compared with.
    """
    from rulewright.authoring.diff.compare import compare_versions, fails
    from rulewright.authoring.diff.versions import read_versions
    from rulewright.cli.output import NEGATIVE, emit, emit_sheet, width

    source = context.get_parameter_source("kb")
    said = kb if source is not None and source.name == "COMMANDLINE" else None
    before, after = read_versions(old, new, folder_of(kb), latest_day(), revisions_of=said)
    number = processes or min(os.cpu_count() or 1, MOST_PROCESSES)
    with counting() as tell:
        found = compare_versions(before, after, cases, seed, number, tell)
    if format is Format.JSON:
        emit(found.model_dump_json(indent=2) + "\n")
    elif format is Format.MARKDOWN:
        from rulewright.authoring.diff.markdown import diff_markdown

        emit(diff_markdown(found))
    else:
        from rulewright.authoring.diff.page import diff_page

        emit_sheet(diff_page(found, width()))
    if fails(found, fail_on.value):
        raise typer.Exit(NEGATIVE)


@contextmanager
def counting() -> Iterator[Callable[[int, int, str], None]]:
    """Counts along on standard error, where that is a terminal, and leaves nothing behind there."""
    shown = sys.stderr is not None and sys.stderr.isatty()

    def tell(done: int, total: int, what: str) -> None:
        if shown:
            sys.stderr.write(f"\r\x1b[K{done:,} of {total:,} {what}")
            sys.stderr.flush()

    try:
        yield tell
    finally:
        if shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
