"""`rulewright serve`: answer cases over HTTP."""

from __future__ import annotations

from typing import Annotated

import typer

from rulewright.cli.knowledge import KnowledgeOption


def serve(
    host: Annotated[
        str, typer.Option(help="The address to listen at; the default is this machine alone.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen at.")] = 8765,
    workers: Annotated[int, typer.Option(min=1, max=64, help="How many processes answer.")] = 2,
    kb: KnowledgeOption = None,
) -> None:
    """Serve advice over HTTP until stopped; needs the extra `service`."""
    import sys

    from rulewright.cli.output import BAD_INPUT

    try:
        from rulewright.service import run
    except ImportError as error:
        said = str(error) if "rulewright[service]" in str(error) else f"{error}: pip install 'rulewright[service]'"
        print(f"rulewright serve: {said}", file=sys.stderr)
        raise typer.Exit(BAD_INPUT) from None
    run(kb, host, port, workers)
