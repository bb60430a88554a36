"""`rulewright withdraw ID...`: what falls, survives or changes without a source, a statement or a reading."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rulewright.cli.advise import AsOfOption, Engines, EnginesOption, Format, SourcesOption, inquired
from rulewright.cli.knowledge import KnowledgeOption, load_knowledge

if TYPE_CHECKING:
    from engine.model.advice import Advice
    from engine.model.knowledge import KnowledgeBase
    from provenance.model.withdrawal import CaseWithdrawal, Drill, Retractions
    from provenance.withdrawal.retractions import Over
    from provenance.withdrawal.withdrawal import Withdrawal


class Kind(StrEnum):
    """How something is withdrawn."""

    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    RETRACTED = "retracted"


class Gate(StrEnum):
    """What makes the exit code 1."""

    FALLS = "falls"
    CHANGES = "changes"
    ANY = "any"


def withdraw(
    ids: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ID]...",
            help="Sources, statements or readings, withdrawn together.",
            show_default=False,
        ),
    ] = None,
    retracted: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Instead of ids: a list of retracted PMIDs and DOIs, one a line (# for comments; - reads standard "
            "input). Every source that is on it is drilled, and every one that may be, apart.",
            show_default=False,
        ),
    ] = None,
    kind: Annotated[Kind, typer.Option(help="How they are withdrawn.")] = Kind.WITHDRAWN,
    by: Annotated[
        str | None,
        typer.Option(metavar="ID", help="With --kind superseded: the source or fact that does.", show_default=False),
    ] = None,
    note: Annotated[str, typer.Option(metavar="TEXT", help="Said beside what is withdrawn.", show_default=False)] = "",
    case: Annotated[
        str | None,
        typer.Option(
            metavar="CASE",
            help="Over this case alone; by default over every scenario of the knowledge base.",
            show_default=False,
        ),
    ] = None,
    conclusions: Annotated[
        str | None,
        typer.Option(
            metavar="WORDS", help="Only lines of the advice that hold all of these words.", show_default=False
        ),
    ] = None,
    fail_on: Annotated[
        Gate,
        typer.Option(
            help="When the exit code is 1. falls: something falls, or stands that was held back. changes: also where a "
            "heading, dose, certainty or reason changes. any: also where only proofs, citations or expectations do."
        ),
    ] = Gate.CHANGES,
    format: Annotated[
        Format, typer.Option(help="text: for reading. json: the answer with its evidence.")
    ] = Format.TEXT,
    sources: SourcesOption = None,
    as_of: AsOfOption = None,
    engines: EnginesOption = Engines.BOTH,
    kb: KnowledgeOption = None,
) -> None:
    """Withdraw, supersede or retract a source, a statement or a reading, and see which conclusions fall, survive by
    other support, or change. Nothing is written: it is a drill.
    """
    from provenance.withdrawal.drill import fails
    from rulewright.cli.output import NEGATIVE, emit, emit_sheet, width

    _check(ids or (), retracted, kind, by, case, sources, as_of)
    knowledge = load_knowledge(kb)
    over = _over(knowledge, kb, case, sources, as_of, engines, conclusions)
    if retracted is not None:
        answer: Retractions | CaseWithdrawal | Drill = _listed(knowledge, retracted, over)
    else:
        from provenance.withdrawal.withdrawal import read_withdrawal

        answer = over(read_withdrawal(knowledge, ids or (), kind.value, by or "", note))
    if format is Format.JSON:
        emit(answer.model_dump_json(indent=2) + "\n")
    else:
        from provenance.render.withdrawal import withdrawal_page

        emit_sheet(withdrawal_page(answer, width()))
    if fails(answer, fail_on.value):
        raise typer.Exit(NEGATIVE)


def _check(
    ids: Sequence[str],
    retracted: str | None,
    kind: Kind,
    by: str | None,
    case: str | None,
    sources: str | None,
    as_of: str | None,
) -> None:
    """Refuse options that say nothing together, all at once."""
    from engine.errors import Findings, Location

    findings = Findings()
    if bool(ids) == (retracted is not None):
        message = "ids and a list are given" if ids else "nothing is named that is withdrawn"
        findings.add("missing-field", Location("ID"), message, "ids of sources or facts, or --retracted FILE")
    if retracted is not None and (by or kind is not Kind.WITHDRAWN):
        findings.add("withdrawal", Location("--kind"), "what is on the list is retracted", "no --kind and no --by")
    if case is None and (sources is not None or as_of is not None):
        message = "scenarios have documents and times of their own"
        findings.add("withdrawal", Location("--case"), message, "--case CASE beside --sources and --as-of")
    findings.refuse_if_any()


def _over(
    knowledge: KnowledgeBase,
    kb: Path | None,
    case: str | None,
    sources: str | None,
    as_of: str | None,
    engines: Engines,
    conclusions: str | None,
) -> Over:
    """What a withdrawal is drilled over: the case, or the scenarios; read once, with every problem."""
    from provenance.withdrawal.drill import only, over_case, over_scenarios

    if case is not None:
        inquiry = inquired(knowledge, case, sources, as_of, engines)
        return lambda withdrawal: only(over_case(inquiry, withdrawal), conclusions, knowledge)

    from datetime import UTC, datetime

    from engine.loading import default_knowledge
    from rulewright.authoring.trials import trials
    from rulewright.cli.output import progress

    found = trials(kb or default_knowledge(), knowledge)

    today = None if found else datetime.now(UTC).date()
    kept: dict[str, Advice] = {}

    def scenarios(withdrawal: Withdrawal) -> Drill:
        with progress(len(found), "scenarios") as tell:
            return only(over_scenarios(knowledge, withdrawal, found, tell, kept, today), conclusions, knowledge)

    return scenarios


def _listed(knowledge: KnowledgeBase, file: str, over: Over) -> Retractions:
    """The sources that are, or may be, on the list in a file."""
    from provenance.withdrawal.identifiers import read_list
    from provenance.withdrawal.retractions import retractions
    from rulewright.cli.files import read_named

    return retractions(knowledge, read_list(*read_named(file, "a list of PMIDs and DOIs")), over)
