"""The option `--kb DIR` that every verb has, and the loading of the folder that it names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from datetime import date

    from engine.model.knowledge import KnowledgeBase


def nearest(given: Path | None) -> Path | None:
    """The folder that was given, else the nearest with a `kb.yaml`, from the working folder upwards.

    It is named as seen from the working folder (`.`, `..`, `../..`); None where there is none.
    """
    from engine.loading.files import HEAD

    if given is not None:
        return given
    here = Path.cwd()
    for number, folder in enumerate((here, *here.parents)):
        if (folder / HEAD).is_file():
            return Path(*[".."] * number)
    return None


KnowledgeOption = Annotated[
    Path | None,
    typer.Option(
        "--kb",
        metavar="DIR",
        help="The folder of the knowledge base; by default the nearest with a kb.yaml, from the working folder "
        "upwards, else the one that is installed, which is only read.",
        callback=nearest,
        show_default=False,
    ),
]


def load_knowledge(folder: Path | None) -> KnowledgeBase:
    """The knowledge base in a folder, by default the installed one; raises `Refused` with every problem."""
    from engine.loading import load

    return load(folder, today=latest_day())


def load_under_review(folder: Path | None) -> KnowledgeBase:
    """The knowledge base in a folder, as `load_knowledge`, while its reviews are made: for no advice."""
    from engine.loading import load

    return load(folder, today=latest_day(), under_review=True)


def folder_of(folder: Path | None) -> Path:
    """The folder of a knowledge base, by default of the installed one: to name it, or to read a file of it."""
    from engine.loading import default_knowledge
    from engine.loading.files import HEAD, shown

    return folder if folder is not None else Path(shown(default_knowledge() / HEAD)).parent


def written_to(folder: Path | None) -> Path:
    """The folder of a knowledge base that is to be written; raises `Refused` where that is a part of the program.

    The next installation would overwrite what was written there. A working copy of the program is another matter: it
    holds the knowledge base as its authors know it.
    """
    from engine.errors import Location, Problem, Refused

    found = folder_of(folder)
    if folder is None and _is_packaged(found):
        message = f"the knowledge base in {found} is a part of the installed program, and is not written to"
        expected = "--kb DIR, or to be run within the folder of a knowledge base"
        hint = "`rulewright new kb NAME` begins one; a copy of that folder is one, too"
        raise Refused([Problem(Location("--kb"), "unwritable", message, expected, hint)])
    return found


def _is_packaged(folder: Path) -> bool:
    """Whether a folder was installed with the program, and is no working copy."""
    from importlib.metadata import PackageNotFoundError, files

    from engine.loading.files import HEAD

    try:
        installed = files("rulewright") or []
    except PackageNotFoundError:
        return False
    here = (folder / HEAD).resolve()
    return any(file.name == HEAD and Path(str(file.locate())).resolve() == here for file in installed)


def existing(folder: Path) -> Path:
    """The folder; raises `Refused` where it is none."""
    from engine.errors import Location, Problem, Refused

    if not folder.is_dir():
        what = "is a file" if folder.exists() else "does not exist"
        message = f"the folder {folder} {what}"
        raise Refused([Problem(Location(str(folder)), "no-such-folder", message, "a folder with kb.yaml in it")])
    return folder


def as_option(folder: Path) -> str:
    """The option that names a folder in a command that can be pasted; nothing where it is meant without one."""
    from shlex import quote

    meant = folder_of(nearest(None))
    return "" if meant.resolve() == folder.resolve() else f" --kb {quote(str(folder))}"


def latest_day() -> date:
    """The day that it is where the day begins first (UTC+14): none that a review can have been made on is later."""
    from datetime import UTC, datetime, timedelta

    return (datetime.now(UTC) + timedelta(hours=14)).date()


def title_of(knowledge: KnowledgeBase) -> str:
    """One line that tells which knowledge base this is."""
    return (
        f"{knowledge.name} {knowledge.version} ({knowledge.title}), digest {knowledge.digest[:12]}, {knowledge.release}"
    )
