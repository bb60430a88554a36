"""`rulewright fmt [PATHS]`: files of a knowledge base in their canonical form, every comment kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rulewright.cli.knowledge import KnowledgeOption, folder_of, written_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rulewright.authoring.form.files import Formed


def fmt(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[PATHS]",
            help="Files and folders; by default the knowledge base. `-`: from standard input to standard output.",
            show_default=False,
        ),
    ] = None,
    kb: KnowledgeOption = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; end with 1 where a file is not in its canonical form.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Write nothing; show what would change.")] = False,
) -> None:
    """Put files in their canonical form: order of fields, wrapping, quotes. What they say and every comment stay."""
    from engine.loading.files import shown
    from rulewright.authoring.form.files import formed, write
    from rulewright.cli.files import STANDARD_INPUT
    from rulewright.cli.output import NEGATIVE, emit

    if paths == [Path(STANDARD_INPUT)]:
        _standard_input()
        return
    files = formed(paths or [folder_of(kb) if check or diff else written_to(kb)])
    changing = [file for file in files if file.changes]
    if diff:
        emit("".join(line for file in changing for line in _difference(file)))
    else:
        done = changing if check else write(files)
        what = "would be formatted" if check else "formatted"
        lines = [f"{what}: {shown(file.path)}" for file in done]
        lines.append(f"{len(done):,} of {len(files):,} {'file' if len(files) == 1 else 'files'} {what}")
        emit("\n".join(lines) + "\n")
    if check and changing:
        raise typer.Exit(NEGATIVE)


def _standard_input() -> None:
    from rulewright.authoring.form.form import in_form
    from rulewright.cli.files import STANDARD_INPUT, read_named
    from rulewright.cli.output import emit_to

    text, name = read_named(STANDARD_INPUT, "a file of a knowledge base")
    emit_to(None, in_form(text, name))


def _difference(file: Formed) -> Iterator[str]:
    """What would change in a file, as `diff -u` tells it."""
    from difflib import unified_diff

    from engine.loading.files import shown

    name = shown(file.path)
    before, after = file.written.splitlines(keepends=True), file.text.splitlines(keepends=True)
    for line in unified_diff(before, after, name, f"{name} (formatted)"):
        yield line if line.endswith("\n") else line + "\n\\ No newline at end of file\n"
