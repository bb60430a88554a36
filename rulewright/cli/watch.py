"""`rulewright watch`: at each save, what is wrong, which scenarios differ, and what changes in advice."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rulewright.cli.knowledge import KnowledgeOption, as_option, existing, folder_of, latest_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rulewright.authoring.watching.beside import Beside
    from rulewright.authoring.watching.files import Stamps
    from rulewright.authoring.watching.round import Round
    from rulewright.authoring.watching.state import Answer, State

SETTLED = 0.03
"""Seconds that files must stand still before they are read: an editor may write one in several steps."""
SOON = 0.4
"""Seconds of running scenarios after which what was found is told, and the others are told after it."""


def watch(
    kb: KnowledgeOption = None,
    interval: Annotated[
        float, typer.Option(min=0.02, max=60, metavar="SECONDS", help="How often the files are looked at.")
    ] = 0.1,
) -> None:
    """Wait for saves of a knowledge base's files: each is checked, the scenarios that it can affect are run, and what
    changes in advice is shown. Ctrl-C ends it.

    Compared is with the last state that loaded. The compiled engine answers alone; `test` compares both engines.
    """
    from contextlib import nullcontext
    from gc import collect
    from os import cpu_count

    from engine.loading.files import shown
    from engine.uncollected import uncollected
    from rulewright.authoring.watching.beside import beside
    from rulewright.cli.output import emit

    folder = existing(folder_of(kb))
    emit(f"Reading {shown(folder)} …\n")
    state: State | None = None
    loads = True
    try:
        with beside() if (cpu_count() or 1) > 1 else nullcontext() as other:
            for files in _saves(folder, interval):
                with uncollected():
                    state, loads = _save(state, loads, folder, files, other)
                collect()  # now, while nobody waits: what was replaced is held in circles
    except KeyboardInterrupt:
        emit("\nStopped.\n")


def _saves(folder: Path, interval: float) -> Iterator[tuple[Path, ...]]:
    """The files of each save, once they stand still; at first none, for the state that is found.

    Raises `Refused` where the working folder goes away, from which all of them are named.
    """
    from time import sleep

    from engine.errors import Location, Problem, Refused
    from rulewright.authoring.watching.files import changed, stamps

    here = Path.cwd()
    seen: Stamps = stamps(folder)
    yield ()
    while True:
        sleep(interval)
        if not here.is_dir():
            message = f"the working folder {here} is no longer there"
            raise Refused([Problem(Location(str(here)), "no-such-folder", message, "a folder that stays")])
        now = stamps(folder)
        files = changed(seen, now)
        if not files:
            continue
        while True:
            sleep(SETTLED)
            later = stamps(folder)
            if later == now:
                break
            now = later
        files, seen = changed(seen, now), now
        if files:
            yield files


def _save(
    state: State | None, loaded: bool, folder: Path, files: Sequence[Path], other: Beside | None
) -> tuple[State | None, bool]:
    """Tell what a save changed; ``loaded`` is whether the knowledge base did before.

    Returns the state to compare the next one with, and whether it loads now.
    """
    from datetime import datetime
    from time import perf_counter

    from engine.loading.files import shown
    from rulewright.authoring.watching.page import findings_text, summary, told_sheet
    from rulewright.authoring.watching.round import begin
    from rulewright.cli.output import emit, emit_sheet, width

    begun = perf_counter()
    if files:
        time = datetime.now().astimezone().strftime("%H:%M:%S")
        emit(f"\n{time}  {', '.join(map(shown, files))}\n")
    if other is not None:
        other.read(folder, latest_day())
    round_ = begin(state, folder, today=latest_day(), option=as_option(folder))
    if round_.loads and not loaded:
        emit("The knowledge base loads again.\n" if state is not None else "The knowledge base loads.\n")
    emit(findings_text(round_))
    answers: list[Answer] = []
    known: set[str] = set()
    for part in _parts(round_, other):
        sheet = told_sheet(round_.told(part), width(), known, as_option(folder))
        if sheet.lines:
            emit_sheet(sheet)
        answers.extend(part)
    if round_.removed:
        emit(f"No longer there: {', '.join(round_.removed)}\n")
    if round_.loads:
        failing = sum(not answer.outcome.passed for answer in (*round_.kept, *answers))
        emit(summary(round_, failing, perf_counter() - begun) + "\n")
    if not files:
        emit(f"Watching {shown(folder)}; Ctrl-C ends it.\n")
    return round_.after(answers), round_.loads


def _parts(round_: Round, other: Beside | None) -> Iterator[list[Answer]]:
    """The answers of a round: those that are there soon, then the others together."""
    from time import perf_counter

    begun = perf_counter()
    soon = round_.state is not None
    part: list[Answer] = []
    for answer in round_.answers(other):
        part.append(answer)
        if soon and perf_counter() - begun > SOON:
            yield part
            part, soon = [], False
    if part:
        yield part
