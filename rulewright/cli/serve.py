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
    taken = unusable(host, port)
    if taken:
        print(f"rulewright serve: {taken}", file=sys.stderr)
        raise typer.Exit(BAD_INPUT)
    run(kb, host, port, workers)


def unusable(host: str, port: int) -> str:
    """Why nobody can listen at an address, with what to do; empty where it is free."""
    import errno
    import os
    import socket

    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, protocol, _, address in found:
            with socket.socket(family, kind, protocol) as tried:
                # As the server does: an address that was used a moment ago is free.
                tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                tried.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            other = port + 1 if port < 65535 else port - 1
            return f"{host}:{port} is taken by another program; choose another port, as in --port {other}"
        said = error.strerror or str(error) if isinstance(error, socket.gaierror) else os.strerror(error.errno or 0)
        return f"cannot listen at {host}:{port} ({said}); choose another with --host or --port"
    return ""
