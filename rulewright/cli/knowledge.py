"""The option `--kb DIR` that every verb has, and the loading of the folder that it names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from engine.model.knowledge import KnowledgeBase

KnowledgeOption = Annotated[
    Path | None,
    typer.Option(
        "--kb",
        metavar="DIR",
        help="The folder of the knowledge base; by default the one that is installed.",
        show_default=False,
    ),
]


def load_knowledge(folder: Path | None) -> KnowledgeBase:
    """The knowledge base in a folder, by default the installed one; raises `Refused` with every problem."""
    from engine.loading import load

    return load(folder)


def title_of(knowledge: KnowledgeBase) -> str:
    """One line that tells which knowledge base this is."""
    return (
        f"{knowledge.name} {knowledge.version} ({knowledge.title}), digest {knowledge.digest[:12]}, {knowledge.release}"
    )
