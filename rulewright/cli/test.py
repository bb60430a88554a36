"""`rulewright test`: whether the scenarios of a knowledge base get the advice that their authors expect."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from rulewright.cli.advise import Engines, EnginesOption
from rulewright.cli.coverage import HtmlOption, show_coverage
from rulewright.cli.knowledge import KnowledgeOption, folder_of, load_knowledge
from rulewright.cli.mutation import JobsOption, MutantsOption, MutateOption, SeedOption, show_mutation
from rulewright.cli.record import NameOption, RecordedSourcesOption, RecordOption, record_scenario

if TYPE_CHECKING:
    from pathlib import Path

    from rulewright.authoring.testing import Report


class Format(StrEnum):
    """How a report is printed."""

    TEXT = "text"
    JSON = "json"


class Chains(StrEnum):
    """How much is told of why a conclusion differs."""

    BRIEF = "brief"
    FULL = "full"
    NONE = "none"


FiltersArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[FILTER]...",
        help="Which scenarios: words of a name, a pattern such as 'inadequate-*', a file or folder, or FILE:LINE; by "
        "default all. Several choose those that any of them means.",
        show_default=False,
    ),
]

CoverageOption = Annotated[
    bool,
    typer.Option(
        "--coverage",
        help="Print instead what the scenarios exercise: rules, conditions, facts, headings, conclusions, reason "
        "codes and boundary values, and what none of them does.",
    ),
]
FormatOption = Annotated[Format, typer.Option(help="How coverage and mutants are printed: for reading, or as data.")]


def run_scenarios(
    filters: FiltersArgument = None,
    fail_fast: Annotated[bool, typer.Option("--fail-fast", help="Stop after the first that does not pass.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="List those that pass, too.")] = False,
    chains: Annotated[
        Chains,
        typer.Option(
            "--trace",
            help="How each conclusion that differs is traced. brief: rules, data and ids of facts. full: with their "
            "words. none: not at all.",
        ),
    ] = Chains.BRIEF,
    junit: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Write the results as JUnit XML, too.", show_default=False),
    ] = None,
    engines: EnginesOption = Engines.BOTH,
    record: RecordOption = None,
    name: NameOption = None,
    sources: RecordedSourcesOption = None,
    coverage: CoverageOption = False,
    html: HtmlOption = None,
    mutate: MutateOption = False,
    mutants: MutantsOption = "",
    jobs: JobsOption = 1,
    seed: SeedOption = 0,
    format: FormatOption = Format.TEXT,
    kb: KnowledgeOption = None,
) -> None:
    """Run the scenarios: each case is advised, and the advice compared with what is expected."""
    if record is not None:
        if filters or coverage or mutate or junit is not None:
            raise typer.BadParameter("`--record CASE` writes one scenario and runs none")
        record_scenario(record, name, sources, engines, kb)
        return
    if name is not None or sources is not None:
        raise typer.BadParameter("`--name` and `--sources` go with `--record CASE`")
    if (html is not None and not coverage) or (mutants and not mutate):
        raise typer.BadParameter("`--html` goes with `--coverage`, `--mutants` with `--mutate`")
    if coverage and mutate:
        raise typer.BadParameter("one of `--coverage` and `--mutate`")
    if coverage:
        show_coverage(kb, tuple(filters or ()), format is Format.JSON, html)
        return
    if mutate:
        show_mutation(kb, tuple(filters or ()), mutants, jobs, seed, format is Format.JSON, verbose)
        return
    from datetime import UTC, datetime

    from engine.advising import ENGINES, Advisor
    from engine.loading import default_knowledge
    from rulewright.authoring.failure import failure_page
    from rulewright.authoring.testing import picked, run_each
    from rulewright.cli.files import write_named
    from rulewright.cli.output import NEGATIVE, progress

    begun = datetime.now(UTC)
    knowledge = load_knowledge(kb)
    scenarios = picked(kb or default_knowledge(), filters or [])
    advisor = Advisor(knowledge, ENGINES if engines is Engines.BOTH else (engines.value,))
    with progress(len(scenarios), "scenarios") as tell:
        report = run_each(scenarios, advisor, fail_fast, tell)
    if junit is not None:
        from rulewright.authoring.junit import junit as document

        write_named(junit, document(report, begun, lambda found: failure_page(found, chains=chains.value).text()))
    _print(report, verbose, chains, kb)
    if not report.passed:
        raise typer.Exit(NEGATIVE)


def _print(report: Report, verbose: bool, chains: Chains, kb: Path | None) -> None:
    from provenance.render.layout import Sheet
    from rulewright.authoring.failure import failure_page
    from rulewright.cli.output import emit_sheet, width

    sheet = Sheet(width())
    for outcome in report.outcomes:
        if not outcome.passed:
            if sheet.lines and sheet.lines[-1].text:
                sheet.gap()
            sheet.lines.extend(failure_page(outcome, width(), chains.value).lines)
            sheet.gap()
        elif verbose:
            sheet.line(f"ok      {outcome.name}  ({outcome.location})")
    if not report.outcomes:
        sheet.add(f"There are no scenarios in {folder_of(kb) / 'scenarios'}: nothing is tested.")
    sheet.line(report.summary())
    emit_sheet(sheet)
