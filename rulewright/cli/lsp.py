"""`rulewright lsp`: the language server, for editors to start."""

from __future__ import annotations


def lsp() -> None:
    """Speak the language server protocol on standard input and output: an editor starts this.

    As an author types it is told what is wrong, where an id is defined and used, what it stands for, and what may be
    written next. Nothing need be said of the knowledge base: a file belongs to the folder above it with a kb.yaml.
    """
    from engine.errors import Location, Problem, Refused

    try:
        from rulewright.authoring.editor.server import server
    except ModuleNotFoundError as error:
        if error.name not in ("pygls", "lsprotocol"):
            raise
        message = "the language server needs the Python package pygls"
        place, expected = Location("lsp"), "the extra `editor`: pip install 'rulewright[editor]'"
        raise Refused([Problem(place, "missing-package", message, expected)]) from None
    from importlib.metadata import version

    from rulewright.cli.knowledge import latest_day

    server(version("rulewright"), latest_day).start_io()
