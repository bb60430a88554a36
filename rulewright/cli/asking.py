"""Asks on a terminal for what the options did not say; elsewhere nothing is asked."""

from __future__ import annotations

import sys
from collections.abc import Collection

import typer

from engine.errors import Findings, Location


def asks() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr is not None and sys.stderr.isatty()


def words(given: str | None, question: str, default: str = "") -> str:
    """What was given, else what is answered; the default (by default: nothing) where that is nothing."""
    if given is not None or not asks():
        return given if given is not None else default
    return str(typer.prompt(question, default=default, show_default=bool(default), err=True)).strip()


def several(given: list[str] | None, question: str) -> list[str] | None:
    """What was given, else the words of the answer, parted by commas; None where that is nothing."""
    if given is not None or not asks():
        return given
    answer = str(typer.prompt(f"{question} (parted by commas)", default="", show_default=False, err=True))
    return [word.strip() for word in answer.split(",") if word.strip()] or None


def choice(given: str | None, question: str, known: Collection[str], required: bool = True) -> str:
    """What was given, else one of the known words, asked for until it is one."""
    if given is not None or not asks() or not known:
        return given or ""
    shown = ", ".join(known)
    while True:
        answer = str(typer.prompt(f"{question} ({shown})", default="", show_default=False, err=True)).strip()
        if answer in known or (not answer and not required):
            return answer
        typer.echo(f"`{answer}` is none of them.", err=True)


def require(value: str, option: str, what: str, findings: Findings) -> str:
    """The value; a problem is recorded where there is none."""
    if not value:
        findings.add(
            "missing-field", Location(option), f"{what} is not given", f"`{option}`, or an answer on a terminal"
        )
    return value
