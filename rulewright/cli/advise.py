"""`rulewright advise CASE`: one page to act on, or the advice as JSON."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from rulewright.cli.files import OutputOption
from rulewright.cli.knowledge import KnowledgeOption, load_knowledge

if TYPE_CHECKING:
    from engine.model.advice import Advice
    from engine.model.case import Case
    from engine.model.knowledge import KnowledgeBase
    from provenance.inquiry import Inquiry


class Format(StrEnum):
    """How the advice is printed."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


class Engines(StrEnum):
    """Which engines answer: both, compared; or one alone."""

    BOTH = "both"
    COMPILED = "compiled"


class Words(StrEnum):
    """Whose words stand below the page."""

    CONSIDERED = "considered"
    ALL = "all"
    NONE = "none"


CaseArgument = Annotated[
    str, typer.Argument(metavar="CASE", help="A case in YAML or JSON; - reads standard input.", show_default=False)
]
SourcesOption = Annotated[
    str | None,
    typer.Option(
        metavar="IDS",
        help="Admit only statements read in these documents, as in S0 or S0,S9; by default all that are current.",
        show_default=False,
    ),
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        help="Answer as of this instant instead of the case's own, as in 2026-03-01T08:00Z.",
        show_default=False,
    ),
]
EnginesOption = Annotated[
    Engines, typer.Option(help="both: nothing is answered where the two differ. compiled: faster, one engine.")
]


def advise(
    case: CaseArgument,
    format: Annotated[
        Format,
        typer.Option(
            help="text: one page. json: the advice with its evidence (rulewright schema advice). html: one file to "
            "read, follow and print, with its drawings where Graphviz is installed."
        ),
    ] = Format.TEXT,
    output: OutputOption = None,
    sources: SourcesOption = None,
    as_of: AsOfOption = None,
    engines: EnginesOption = Engines.BOTH,
    words: Annotated[
        Words,
        typer.Option(
            help="Whose words stand below the page: those behind what is to be considered, behind every line, or none."
        ),
    ] = Words.CONSIDERED,
    kb: KnowledgeOption = None,
) -> None:
    """Answer one case: what to consider now and then, what is missing, what is not supported and why."""
    knowledge = load_knowledge(kb)
    inquiry = inquired(knowledge, case, sources, as_of, engines)
    if format is Format.JSON:
        from provenance.render.json import canonical
        from rulewright.cli.output import emit_to

        emit_to(output, canonical(inquiry.advice).decode())
    elif format is Format.HTML:
        _emit_html(inquiry, output)
    else:
        from provenance.render.text import page
        from rulewright.cli.output import emit_page, width

        emit_page(output, page(inquiry.advice, knowledge, width(), words.value))


def _emit_html(inquiry: Inquiry, output: str | None) -> None:
    """The advice as a file of HTML; where Graphviz is missing, standard error says what the file lacks."""
    import sys

    from provenance.render.html.advice import advice_page
    from provenance.render.svg import INSTALL, is_installed
    from rulewright.cli.output import emit_to

    emit_to(output, advice_page(inquiry.grounds, inquiry.case))
    if not is_installed():
        print(f"rulewright advise: the page is without its drawings, which need {INSTALL}", file=sys.stderr)


def advised(
    knowledge: KnowledgeBase, case: str, sources: str | None, as_of: str | None, engines: Engines
) -> tuple[Advice, Case]:
    """The advice for the case in a file; raises `Refused` with every problem of the case and of the options."""
    inquiry = inquired(knowledge, case, sources, as_of, engines)
    return inquiry.advice, inquiry.case


def inquired(knowledge: KnowledgeBase, case: str, sources: str | None, as_of: str | None, engines: Engines) -> Inquiry:
    """The case in a file, under question; raises `Refused` with every problem of the case and of the options."""
    from engine.advising import ENGINES, Advisor, read_case_text
    from engine.errors import Findings, Location, Refused
    from provenance.inquiry import Inquiry
    from rulewright.cli.files import read_named

    advisor = Advisor(knowledge, ENGINES if engines is Engines.BOTH else (engines.value,))
    findings = Findings()
    chosen = None if sources is None else [name.strip() for name in sources.split(",") if name.strip()]
    if chosen is not None and not chosen:
        findings.add("missing-field", Location("--sources"), "no source is named", "ids of sources, as in S0,S9")
    advisor.admitted_sources(chosen, findings)
    try:
        text, file = read_named(case, "a case in YAML or JSON")
        read = read_case_text(text, file, knowledge, as_of or "")
    except Refused as refused:
        raise Refused([*refused.problems, *findings]) from None
    findings.refuse_if_any()
    return Inquiry(advisor, read, chosen)
