"""`rulewright case new`: a commented case to fill in."""

from __future__ import annotations

from typing import Annotated

import typer

from rulewright.cli.knowledge import KnowledgeOption, load_knowledge

app = typer.Typer(help="Cases.", no_args_is_help=True, pretty_exceptions_enable=False)


@app.command("new", epilog="Example: rulewright case new > my-case.yaml")
def new(
    as_of: Annotated[
        str | None,
        typer.Option(
            metavar="TIME", help="The moment for which advice will be asked; by default now.", show_default=False
        ),
    ] = None,
    kb: KnowledgeOption = None,
) -> None:
    """Print a commented template of a case, generated from the vocabulary of the knowledge base."""
    from datetime import UTC, datetime

    from engine.advising import read_case_text
    from rulewright.cli.output import emit
    from rulewright.cli.template import template

    knowledge = load_knowledge(kb)
    if as_of is not None:
        read_case_text("{title: none}", "case", knowledge, as_of)  # refused where it is no instant
    emit(template(knowledge, as_of or datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ")))
