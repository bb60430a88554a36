"""`rulewright certainty CASE [CONCLUSION]`: how sure a conclusion is, as far as somebody graded what it rests on."""

from __future__ import annotations

from typing import Annotated

import typer

from rulewright.cli.advise import AsOfOption, CaseArgument, Engines, EnginesOption, Format, SourcesOption, inquired
from rulewright.cli.knowledge import KnowledgeOption, load_knowledge
from rulewright.cli.trace import named


def certainty(
    case: CaseArgument,
    conclusion: Annotated[
        str | None,
        typer.Argument(
            metavar="[CONCLUSION]",
            help="A conclusion, as in 'option(tomato feed, top)', or words of it; by default a line for each that "
            "the advice holds.",
            show_default=False,
        ),
    ] = None,
    format: Annotated[
        Format, typer.Option(help="text: for reading. json: the answer with every derivation.")
    ] = Format.TEXT,
    sources: SourcesOption = None,
    as_of: AsOfOption = None,
    engines: EnginesOption = Engines.BOTH,
    kb: KnowledgeOption = None,
) -> None:
    """Say how sure a conclusion is: the weakest grade along a derivation, the best over them, and what sets it."""
    from provenance.certainty import certainties, held
    from provenance.render.certainty import certainty_page
    from rulewright.cli.output import emit, emit_sheet, width

    knowledge = load_knowledge(kb)
    inquiry = inquired(knowledge, case, sources, as_of, engines)
    wanted = held(inquiry.grounds) if conclusion is None else named(inquiry.advice, knowledge, conclusion)
    answer = certainties(inquiry.grounds, wanted)
    if format is Format.JSON:
        emit(answer.model_dump_json(indent=2) + "\n")
    else:
        emit_sheet(certainty_page(answer, knowledge, width(), whole=conclusion is not None))
