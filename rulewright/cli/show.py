"""`rulewright show ID`: a fact, rule, source or term in full, and what uses it."""

from __future__ import annotations

from typing import Annotated

import typer

from rulewright.cli.knowledge import KnowledgeOption, load_knowledge


def show(
    id: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="The id of a fact, rule or source, or a term, datum or conclusion of the vocabulary.",
            show_default=False,
        ),
    ],
    kb: KnowledgeOption = None,
) -> None:
    """Show what an id names, and what uses it; an id that names several things shows them all."""
    from engine.errors import Location, Problem, Refused, did_you_mean
    from provenance.render.layout import Sheet
    from rulewright.cli.entries import Entries
    from rulewright.cli.output import emit_sheet, width

    entries = Entries(load_knowledge(kb), Sheet(width()))
    if not entries.show(id):
        expected = "the id of a fact, rule, source, term, datum or conclusion"
        raise Refused(
            [
                Problem(
                    Location("ID"),
                    "unknown-id",
                    f"nothing is called `{id}`",
                    expected,
                    did_you_mean(id, entries.names()),
                )
            ]
        )
    emit_sheet(entries.sheet)
