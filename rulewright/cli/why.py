"""`rulewright why CASE CONCLUSION`: everything that draws a conclusion, and what evidence carries it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from rulewright.cli.advise import AsOfOption, CaseArgument, Engines, EnginesOption, Format, SourcesOption, inquired
from rulewright.cli.knowledge import KnowledgeOption, as_option, folder_of, load_knowledge
from rulewright.cli.trace import named

if TYPE_CHECKING:
    from provenance.inquiry import Inquiry


def why(
    case: CaseArgument,
    conclusion: Annotated[
        str,
        typer.Argument(
            metavar="CONCLUSION",
            help="A conclusion, as in 'option(tomato feed, top)', or words of it.",
            show_default=False,
        ),
    ],
    expanded: Annotated[
        bool, typer.Option("--expanded", help="Add the tree of proofs, each conclusion wherever it is used.")
    ] = False,
    most: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            help="List at most so many sufficient sets; by default 1,000 in JSON, of which text prints 12.",
            show_default=False,
        ),
    ] = None,
    format: Annotated[
        Format,
        typer.Option(help="text: for reading. json: the answer with its evidence; a list where several are asked for."),
    ] = Format.TEXT,
    sources: SourcesOption = None,
    as_of: AsOfOption = None,
    engines: EnginesOption = Engines.BOTH,
    kb: KnowledgeOption = None,
) -> None:
    """Ask why a conclusion was drawn: every firing, the minimal sets of evidence, and what it falls without."""
    from provenance.render.layout import Sheet
    from provenance.render.why import SHOWN_SETS, why_page
    from provenance.why.answer import why as answered
    from provenance.why.support import MOST_LISTED
    from rulewright.cli.output import emit, emit_sheet, width

    knowledge = load_knowledge(kb)
    inquiry = inquired(knowledge, case, sources, as_of, engines)
    names = drawn(inquiry, conclusion, as_option(folder_of(kb)))
    answers = [answered(inquiry, name, max(most or MOST_LISTED, SHOWN_SETS), expanded) for name in names]
    if format is Format.JSON:
        documents = ",\n".join(answer.model_dump_json(indent=2) for answer in answers)
        emit(f"{documents}\n" if len(answers) == 1 else f"[\n{documents}\n]\n")
        return
    sheet = Sheet(width())
    for answer in answers:
        if sheet.lines:
            sheet.gap()
            sheet.rule()
        sheet.lines.extend(why_page(answer, inquiry.advice, knowledge, width(), most or SHOWN_SETS).lines)
    emit_sheet(sheet)


def drawn(inquiry: Inquiry, words: str, option: str) -> list[str]:
    """The conclusions that words name and that are not false; raises `Refused` where there is none.

    ``option`` names the knowledge base in the command of a hint.
    """
    from shlex import quote

    from engine.errors import Location, Problem, Refused, listed

    found = named(inquiry.advice, inquiry.knowledge, words, lambda value: value != "false")
    drawn_ = [name for name in found if inquiry.advice.values.get(name, "false") != "false"]
    if not drawn_:
        raise Refused(
            [
                Problem(
                    Location("CONCLUSION"),
                    "not-drawn",
                    f"{listed(found, 4)} {'is' if len(found) == 1 else 'are'} not drawn for this case",
                    "a conclusion that is drawn",
                    f"`rulewright why-not CASE {quote(found[0])}{option}` says why it is not",
                )
            ]
        )
    return drawn_
