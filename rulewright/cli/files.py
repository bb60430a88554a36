"""Reading and writing what the user names: a file, or `-`. What cannot be read or written is a located problem."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from errno import EISDIR
from os import strerror
from pathlib import Path
from typing import Annotated

import typer

from engine.errors import SAVE_AS_UTF8, Location, Problem, Refused, similar

STANDARD_INPUT = "-"
SHOWN_STANDARD_INPUT = "<stdin>"
_MOST_BYTES = 80_000_000
"""More bytes than the largest document can have (the reader counts characters); a device without end is not read on."""

OutputOption = Annotated[
    str | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help="Write to this file instead of standard output.", show_default=False
    ),
]


def read_named(name: str, what: str) -> tuple[str, str]:
    """The text of a file, and its name as it is shown in problems.

    ``what`` says what was expected ("a case in YAML or JSON"). Raises `Refused` where it cannot be read.
    """
    if name == STANDARD_INPUT:
        return _decoded(_standard_input(what), SHOWN_STANDARD_INPUT, what), SHOWN_STANDARD_INPUT
    path = Path(name)
    try:
        if path.is_dir():
            raise _refused(name, "a-folder", f"{name} is a folder", what)
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        raise _refused(
            name, "no-such-file", f"there is no file {name}", f"{what}, or - for standard input", _similar(path)
        ) from None
    except PermissionError:
        raise _refused(name, "unreadable", f"{name} may not be read: permission denied", what) from None
    except (OSError, ValueError) as error:
        raise _refused(
            name, "unreadable", f"{name} cannot be read: {getattr(error, 'strerror', None) or error}", what
        ) from None
    return _decoded(raw, name, what), name


def write_named(name: str, content: str) -> None:
    """Write UTF-8 text to a file, whole or not at all, in place of what was there.

    What is no ordinary file (a terminal, a pipe) is written to as it is. Raises `Refused` where nothing can be written.
    """
    fresh = None
    try:
        path = Path(name).resolve()
        if not path.name or path.is_dir():
            raise IsADirectoryError(EISDIR, strerror(EISDIR))
        if path.exists() and not path.is_file():
            path.write_text(content, encoding="utf-8", newline="\n")
            return
        fresh = path.with_name(f".{path.name}.{os.getpid()}.part")
        fresh.write_text(content, encoding="utf-8", newline="\n")
        fresh.replace(path)
    except (OSError, ValueError, RuntimeError) as error:
        if fresh is not None:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)
        said = getattr(error, "strerror", None) or error
        wanted = "the name of a file in a folder that is there and can be written"
        raise Refused([Problem(Location(name), "unwritable", f"{name} cannot be written: {said}", wanted)]) from None


def write_new(path: Path, content: str) -> None:
    """Write UTF-8 text to a file that is not there yet, in a folder that is made where it is missing.

    Raises `Refused` where there is such a file, which is left as it is, or where it cannot be written.
    """
    fresh = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(content, encoding="utf-8", newline="\n")
        os.link(fresh, path)  # unlike a renaming, this never takes the place of another file
    except FileExistsError:
        raise _refused(str(path), "file-exists", f"there is a file {path}", "a name that no file has") from None
    except OSError as error:
        said = error.strerror or error
        wanted = "a folder that can be written"
        raise _refused(str(path), "unwritable", f"{path} cannot be written: {said}", wanted) from None
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def _standard_input(what: str) -> bytes:
    if sys.stdin is None or sys.stdin.closed:
        raise _refused(SHOWN_STANDARD_INPUT, "unreadable", "there is no standard input", what)
    buffer = getattr(sys.stdin, "buffer", None)
    return buffer.read(_MOST_BYTES + 1) if buffer is not None else sys.stdin.read(_MOST_BYTES + 1).encode()


def _decoded(raw: bytes, name: str, what: str) -> str:
    if len(raw) > _MOST_BYTES:
        raise _refused(name, "document-too-large", f"{name} is larger than {_MOST_BYTES:,} bytes", what)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line = before.count(b"\n") + 1
        column = len(before) - (before.rfind(b"\n") + 1) + 1
        message = f"{name} is not UTF-8 text"
        place = Location(name, line, column)
        raise Refused([Problem(place, "not-utf8", message, what, SAVE_AS_UTF8)]) from None


def _refused(name: str, code: str, message: str, expected: str, hint: str = "") -> Refused:
    return Refused([Problem(Location(name), code, message, expected, hint)])


def _similar(path: Path) -> str:
    try:
        name = similar(path.name, (entry.name for entry in path.parent.iterdir()))
    except OSError:
        return f"there is no folder {path.parent} either" if not path.parent.exists() else ""
    return f"did you mean `{path.with_name(name)}`?" if name else ""
