"""`rulewright graph CASE [CONCLUSION]`: what conclusions rest on, as a drawing."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from provenance.grounds import Grounds

from rulewright.cli.advise import AsOfOption, CaseArgument, Engines, EnginesOption, SourcesOption, advised
from rulewright.cli.files import OutputOption
from rulewright.cli.knowledge import KnowledgeOption, load_knowledge


class Drawing(StrEnum):
    """What a drawing is written as."""

    SVG = "svg"
    DOT = "dot"
    JSON = "json"
    PROV_JSON = "prov-json"
    PROV_N = "prov-n"


def graph(
    case: CaseArgument,
    conclusion: Annotated[
        str | None,
        typer.Argument(
            metavar="[CONCLUSION]",
            help="A conclusion, as in 'option(tomato feed, top)', or words of it: its support alone is drawn. By "
            "default all that the advice shows and that is not ruled out.",
            show_default=False,
        ),
    ] = None,
    format: Annotated[
        Drawing,
        typer.Option(
            help="svg: laid out by Graphviz, which must be installed. dot: for Graphviz. json: boxes and lines. "
            "prov-json, prov-n: W3C PROV, without --all; needs the extra `reports`."
        ),
    ] = Drawing.SVG,
    all: Annotated[
        bool, typer.Option("--all", help="Draw everything that the advice shows, with CONCLUSION's support picked out.")
    ] = False,
    output: OutputOption = None,
    sources: SourcesOption = None,
    as_of: AsOfOption = None,
    engines: EnginesOption = Engines.BOTH,
    kb: KnowledgeOption = None,
) -> None:
    """Draw what conclusions rest on: rules, data, statements in their documents' words, readings and sources."""
    from provenance.grounds import Grounds
    from rulewright.cli.output import emit_to
    from rulewright.cli.trace import named

    knowledge = load_knowledge(kb)
    advice, read = advised(knowledge, case, sources, as_of, engines)
    wanted = None if conclusion is None else named(advice, knowledge, conclusion)
    emit_to(output, written(Grounds(advice, knowledge, case=read), wanted, format, all))


def written(grounds: Grounds, wanted: list[str] | None, format: Drawing, everything: bool) -> str:
    """What these conclusions, or else all that the advice shows, rest on."""
    if format in (Drawing.PROV_JSON, Drawing.PROV_N):
        from provenance.render.prov import prov_json, prov_n

        return (prov_json if format is Drawing.PROV_JSON else prov_n)(grounds, wanted)
    from provenance.render.dot import dot
    from provenance.render.picture import picture
    from provenance.render.svg import svg

    drawn = picture(grounds, wanted, everything=everything)
    if format is Drawing.SVG:
        return svg(drawn)
    return dot(drawn) if format is Drawing.DOT else drawn.model_dump_json(indent=2) + "\n"
