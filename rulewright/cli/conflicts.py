"""`rulewright conflicts CASE [NAME]`: where the sources pull apart in a case, with the chains of every side."""

from __future__ import annotations

from typing import Annotated

import typer

from rulewright.cli.advise import AsOfOption, CaseArgument, Engines, EnginesOption, Format, SourcesOption, inquired
from rulewright.cli.knowledge import KnowledgeOption, load_knowledge


def conflicts(
    case: CaseArgument,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]",
            help="One opposition, preference or interaction by its name; by default all that the case touches.",
            show_default=False,
        ),
    ] = None,
    format: Annotated[Format, typer.Option(help="text: chains to read. json: the same as data.")] = Format.TEXT,
    sources: SourcesOption = None,
    as_of: AsOfOption = None,
    engines: EnginesOption = Engines.BOTH,
    kb: KnowledgeOption = None,
) -> None:
    """Show where the sources pull apart: every side with its chains, and what settled it, or "unresolved"."""
    from provenance.conflict import conflicts as pulling
    from rulewright.cli.output import emit, emit_sheet, width

    inquiry = inquired(load_knowledge(kb), case, sources, as_of, engines)
    found = pulling(inquiry.grounds, () if name is None else (name,))
    if format is Format.JSON:
        emit(found.model_dump_json(indent=2) + "\n")
        return
    from provenance.render.conflict import conflict_sheet

    emit_sheet(conflict_sheet(found, inquiry.grounds, inquiry.case, width()))
