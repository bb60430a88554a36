"""What the verbs print, and the exit codes that they end with."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from engine.errors import Problem

if TYPE_CHECKING:
    from provenance.render.layout import Sheet

DONE = 0
NEGATIVE = 1
BAD_INPUT = 2
INTERNAL_ERROR = 70
INTERRUPTED = 130
READER_GONE = 141

NARROWEST, USUAL, WIDEST = 80, 100, 120


def width() -> int:
    """The width of a page: the terminal's, kept legible; 100 where there is no terminal and COLUMNS says nothing."""
    return min(max(shutil.get_terminal_size((USUAL, 40)).columns, NARROWEST), WIDEST)


@contextmanager
def reader() -> Iterator[None]:
    """Ends the program quietly where the reader of its output went away."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        drop_output()
        raise SystemExit(READER_GONE) from None


def emit(text: str) -> None:
    """Print text as it is; a character that the terminal cannot show becomes a question mark, never an error."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    if encoding.lower().replace("-", "") != "utf8":
        text = text.encode(encoding, "replace").decode(encoding)
    with reader():
        sys.stdout.write(text)


def emit_bytes(content: bytes) -> None:
    """Print UTF-8 bytes as they are, whatever the terminal's encoding."""
    with reader():
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def emit_to(name: str | None, content: str) -> None:
    """Write a document to the file of that name, or as UTF-8 to standard output where there is none (or it is -)."""
    from rulewright.cli.files import STANDARD_INPUT, write_named

    if name is None or name == STANDARD_INPUT:
        emit_bytes(content.encode())
    else:
        write_named(name, content)


@contextmanager
def progress(total: int, what: str) -> Iterator[Callable[[str], None]]:
    """A bar on standard error, where that is a terminal, that leaves nothing behind there; else nothing.

    What it yields is told the name of each thing when it is done.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda name: bar.update(task, advance=1, description=f"{what}: {name}" if name else what)


def on_terminal() -> bool:
    """Whether a person reads along."""
    return sys.stdout.isatty()


def emit_sheet(sheet: Sheet) -> None:
    """Print a page: with emphasis on a terminal, plain everywhere else (and where NO_COLOR is set)."""
    if not on_terminal() or os.environ.get("NO_COLOR"):
        emit(sheet.text())
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(width=sheet.width, highlight=False, force_terminal=True)
    with reader():
        for line in sheet.lines:
            console.print(Text(line.text, line.style), soft_wrap=True)


def emit_page(name: str | None, sheet: Sheet) -> None:
    """Print a page, or write it as plain text to the file of that name."""
    from rulewright.cli.files import STANDARD_INPUT

    if name is None or name == STANDARD_INPUT:
        emit_sheet(sheet)
    else:
        emit_to(name, sheet.text())


def problems(found: Iterable[Problem], code: int = BAD_INPUT) -> int:
    """Print problems on standard error, sorted and counted; returns the exit code."""
    every = sorted(set(found))
    for problem in every:
        print(problem, file=sys.stderr)
    print(f"{len(every):,} problem{'' if len(every) == 1 else 's'}", file=sys.stderr)
    return code


def drop_output() -> None:
    """Give up on standard output after its reader went away, so that nothing fails at exit."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return
