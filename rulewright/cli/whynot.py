"""`rulewright why-not CASE [CONCLUSION]`: what each rule lacks, and the smallest changes that would draw it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from rulewright.cli.advise import AsOfOption, CaseArgument, Engines, EnginesOption, Format, SourcesOption, inquired
from rulewright.cli.knowledge import KnowledgeOption, as_option, folder_of, load_knowledge
from rulewright.cli.trace import named

if TYPE_CHECKING:
    from provenance.inquiry import Inquiry


def why_not(
    case: CaseArgument,
    conclusion: Annotated[
        str | None,
        typer.Argument(
            metavar="[CONCLUSION]",
            help="A conclusion, as in 'option(tomato feed, top)', or words of it; by default one line for each "
            "option that is not drawn.",
            show_default=False,
        ),
    ] = None,
    format: Annotated[
        Format, typer.Option(help="text: for reading. json: the answer with its evidence.")
    ] = Format.TEXT,
    changes: Annotated[
        bool,
        typer.Option("--changes/--no-changes", help="Look for the smallest changes of the case that would draw it."),
    ] = True,
    sources: SourcesOption = None,
    as_of: AsOfOption = None,
    engines: EnginesOption = Engines.BOTH,
    kb: KnowledgeOption = None,
) -> None:
    """Ask why a conclusion was not drawn: each rule that could, nearest first; conditions met, failed or unknown."""
    from provenance.render.layout import Sheet
    from provenance.render.whynot import not_drawn_page, why_not_page
    from provenance.whynot.answer import not_drawn
    from provenance.whynot.answer import why_not as answered
    from rulewright.cli.output import emit, emit_sheet, width

    knowledge = load_knowledge(kb)
    inquiry = inquired(knowledge, case, sources, as_of, engines)
    if conclusion is None:
        overview = not_drawn(inquiry)
        if format is Format.JSON:
            emit(overview.model_dump_json(indent=2) + "\n")
        else:
            emit_sheet(not_drawn_page(overview, width()))
        return
    answers = [answered(inquiry, name, changes) for name in undrawn(inquiry, conclusion, as_option(folder_of(kb)))]
    if format is Format.JSON:
        emit("".join(answer.model_dump_json(indent=2) + "\n" for answer in answers))
        return
    sheet = Sheet(width())
    for answer in answers:
        if sheet.lines:
            sheet.gap()
            sheet.rule()
        sheet.lines.extend(why_not_page(answer, knowledge, width()).lines)
    emit_sheet(sheet)


def undrawn(inquiry: Inquiry, words: str, option: str) -> list[str]:
    """The conclusions that words name and that are not drawn; raises `Refused` where there is none.

    ``option`` names the knowledge base in the command of a hint.
    """
    from shlex import quote

    from engine.errors import Location, Problem, Refused, listed

    found = named(inquiry.advice, inquiry.knowledge, words, lambda value: value != "true")
    open_ = [name for name in found if inquiry.advice.values.get(name, "false") != "true"]
    if not open_:
        raise Refused(
            [
                Problem(
                    Location("CONCLUSION"),
                    "already-drawn",
                    f"{listed(found, 4)} {'is' if len(found) == 1 else 'are'} drawn for this case",
                    "a conclusion that is not drawn",
                    f"`rulewright why CASE {quote(found[0])}{option}` says why it is",
                )
            ]
        )
    return open_
