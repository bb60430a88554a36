"""`rulewright next CASE`: the missing data, ranked by how much of the advice each would settle."""

from __future__ import annotations

from typing import Annotated

import typer

from rulewright.cli.advise import AsOfOption, CaseArgument, Engines, EnginesOption, Format, SourcesOption, inquired
from rulewright.cli.knowledge import KnowledgeOption, load_knowledge


def next_data(
    case: CaseArgument,
    format: Annotated[Format, typer.Option(help="text: for reading. json: every answer that was tried.")] = Format.TEXT,
    sources: SourcesOption = None,
    as_of: AsOfOption = None,
    engines: EnginesOption = Engines.BOTH,
    kb: KnowledgeOption = None,
) -> None:
    """Say which datum to ask for next: what it settles whatever the answer is, and what each answer would change."""
    from provenance.render.next import next_page
    from provenance.variants.next import next_data as answered
    from rulewright.cli.output import emit, emit_sheet, width

    knowledge = load_knowledge(kb)
    answer = answered(inquired(knowledge, case, sources, as_of, engines))
    if format is Format.JSON:
        emit(answer.model_dump_json(indent=2) + "\n")
    else:
        emit_sheet(next_page(answer, width()))
