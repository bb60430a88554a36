"""`rulewright what-if CASE --set PATH=VALUE`: what would be advised if the case were another, and what would not."""

from __future__ import annotations

from typing import Annotated

import typer

from rulewright.cli.advise import AsOfOption, CaseArgument, Engines, EnginesOption, Format, SourcesOption, inquired
from rulewright.cli.knowledge import KnowledgeOption, load_knowledge


def what_if(
    case: CaseArgument,
    sets: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="PATH=VALUE",
            help="Give a datum another value, as in 'plot.area=30 m2', 'treatments[0].result=helped' or "
            "'treatments=[]'.",
            show_default=False,
        ),
    ] = None,
    removed: Annotated[
        list[str] | None,
        typer.Option(
            "--remove",
            metavar="PATH",
            help="Leave a datum out, as in 'analysis.potassium'. A list without one of its items, as in "
            "'treatments[1]', is no longer complete; 'treatments.complete=true' says that it is.",
            show_default=False,
        ),
    ] = None,
    additions: Annotated[
        list[str] | None,
        typer.Option(
            "--add",
            metavar="PATH=ITEM",
            help="Add an item to a list, as in 'treatments={product: sulfur dust, started: -30 h}'.",
            show_default=False,
        ),
    ] = None,
    as_of_then: Annotated[
        str | None,
        typer.Option(
            metavar="TIME", help="Let the changed case stand at another time than the case.", show_default=False
        ),
    ] = None,
    format: Annotated[
        Format, typer.Option(help="text: for reading. json: the answer with exact values.")
    ] = Format.TEXT,
    sources: SourcesOption = None,
    as_of: AsOfOption = None,
    engines: EnginesOption = Engines.BOTH,
    kb: KnowledgeOption = None,
) -> None:
    """Change the case and see which lines of the advice appear, disappear or change, or are only drawn in another
    way.
    """
    from engine.errors import Findings
    from provenance.render.whatif import what_if_page
    from provenance.variants.changes import read_changes
    from provenance.variants.whatif import what_if as answered
    from rulewright.cli.output import emit, emit_sheet, width

    knowledge = load_knowledge(kb)
    inquiry = inquired(knowledge, case, sources, as_of, engines)
    findings = Findings()
    changes = read_changes(sets or (), removed or (), additions or (), findings)
    answer = answered(inquiry, changes, as_of_then or "", findings)
    if format is Format.JSON:
        emit(answer.model_dump_json(indent=2) + "\n")
    else:
        emit_sheet(what_if_page(answer, width()))
