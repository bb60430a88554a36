"""`rulewright schema`: the published contract of an advice, and the schemas of the files of a knowledge base."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from rulewright.cli.knowledge import KnowledgeOption


class Contract(StrEnum):
    """The contracts that are published."""

    ADVICE = "advice"


class Kind(StrEnum):
    """The kinds of file of a knowledge base."""

    kb = "kb"
    vocabulary = "vocabulary"
    sources = "sources"
    facts = "facts"
    rules = "rules"
    scenarios = "scenarios"
    reviews = "reviews"


def schema(
    contract: Annotated[
        Contract | None, typer.Argument(help="The contract of what `advise --format json` prints.", show_default=False)
    ] = None,
    kind: Annotated[
        Kind | None, typer.Option(help="The schema of this kind of file of a knowledge base.", show_default=False)
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Write the schemas of every kind of file to --output.")] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="The folder that --all writes to.", show_default=False),
    ] = None,
    stale: Annotated[
        bool, typer.Option("--check", help="With --all: write nothing; end with 1 where a file is not up to date.")
    ] = False,
    kb: KnowledgeOption = None,
) -> None:
    """Print the JSON Schema of an advice, or those of the files of a knowledge base, from its vocabulary."""
    from rulewright.cli.output import emit_bytes

    _one(contract, kind, every, output, stale)
    if contract is not None:
        from provenance.render.json import schema_text

        emit_bytes(schema_text().encode())
        return
    from rulewright.authoring import schemas
    from rulewright.cli.knowledge import load_under_review

    vocabulary = load_under_review(kb).vocabulary
    if kind is not None:
        emit_bytes(schemas.schema_text(kind.value, vocabulary).encode())
    elif output is not None:
        _all(schemas.schema_files(vocabulary), output, stale)


def _one(contract: Contract | None, kind: Kind | None, every: bool, output: Path | None, stale: bool) -> None:
    """Raise a usage error where it is not one thing that is asked for."""
    if (contract is not None) + (kind is not None) + every != 1:
        raise typer.BadParameter("say which schema is meant: `advice`, `--kind KIND`, or `--all --output DIR`")
    if every != (output is not None):
        raise typer.BadParameter("`--all` and `--output DIR` go together")
    if stale and not every:
        raise typer.BadParameter("`--check` goes with `--all --output DIR`")


def _all(texts: dict[str, str], folder: Path, stale: bool) -> None:
    from rulewright.cli.files import write_named
    from rulewright.cli.output import NEGATIVE, emit

    old = [name for name, text in texts.items() if _text(folder / name) != text]
    if stale:
        lines = [f"{folder / name} is not what the vocabulary says\n" for name in old]
        emit("".join(lines) or f"{len(texts)} schemas in {folder} are up to date\n")
        if old:
            raise typer.Exit(NEGATIVE)
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name in old:
        write_named(str(folder / name), texts[name])
    emit(f"{len(texts)} schemas in {folder}, {len(old)} of them written anew\n")


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
