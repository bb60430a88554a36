"""`rulewright dossier SOURCE`: what a panel works through to judge a source, with room to sign."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from rulewright.cli.files import OutputOption
from rulewright.cli.knowledge import KnowledgeOption, load_under_review

if TYPE_CHECKING:
    from pathlib import Path

    from engine.model.knowledge import KnowledgeBase
    from provenance.model.dossier import Dossier


class Format(StrEnum):
    """How the dossier is printed."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


def dossier(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="A document, or the editors' readings, by its id: its statements, or those attributed to it.",
            show_default=False,
        ),
    ],
    format: Annotated[
        Format, typer.Option(help="text: for reading and signing. html: the same as one file. json: the same as data.")
    ] = Format.TEXT,
    output: OutputOption = None,
    withdrawals: Annotated[
        bool,
        typer.Option(
            help="Withdraw the source and each statement in turn over every scenario, and say what falls; that takes "
            "about a second for each."
        ),
    ] = True,
    kb: KnowledgeOption = None,
) -> None:
    """Print a source, each statement beside its reading, what stands on it and falls without it, and room to sign."""
    from rulewright.cli.output import emit_page, emit_to, width

    made = compiled(load_under_review(kb), source, kb, withdrawals)
    if format is Format.JSON:
        emit_to(output, made.model_dump_json(indent=2) + "\n")
    elif format is Format.HTML:
        from provenance.render.html.dossier import dossier_page

        emit_to(output, dossier_page(made))
    else:
        from provenance.render.dossier import page

        emit_page(output, page(made, width()))


def compiled(knowledge: KnowledgeBase, source: str, kb: Path | None, withdrawals: bool) -> Dossier:
    """The dossier of a source of the knowledge base in a folder; raises `Refused` for one that there is not."""
    from engine.loading import default_knowledge
    from provenance.review.dossier import dossier as made
    from provenance.review.dossier import of_source
    from rulewright.authoring.trials import trials
    from rulewright.cli.output import progress

    folder = str(kb or "")
    if not withdrawals or source not in knowledge.sources:
        return made(knowledge, source, folder)
    found = trials(kb or default_knowledge(), knowledge)
    with progress(1 + sum(1 for _ in of_source(knowledge, source)), "withdrawals") as tell:
        return made(knowledge, source, folder, found, tell)
