"""Asks on a terminal for what the options did not say; elsewhere nothing is asked."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable

import typer

from engine.errors import Findings, Location, Problem, did_you_mean


def asks() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr is not None and sys.stderr.isatty()


def words(given: str | None, question: str, default: str = "") -> str:
    """What was given, else what is answered; the default (by default: nothing) where that is nothing."""
    if given is not None or not asks():
        return given if given is not None else default
    return str(typer.prompt(question, default=default, show_default=bool(default), err=True)).strip()


def until_right(given: str | None, question: str, wrong: Callable[[str], Iterable[Problem]], default: str = "") -> str:
    """What was given, else what is answered; on a terminal it is told what is wrong with it, and asked again until
    nothing is.
    """
    answer = words(given, question, default)
    while asks() and (found := list(wrong(answer))):
        tell_problems(found)
        answer = words(None, question, default)
    return answer


def tell(what: str) -> None:
    """Say to whoever answers what is wrong with the answer."""
    typer.echo(f"{what}.", err=True)


def tell_problems(found: Iterable[Problem]) -> None:
    """Say what is wrong with the answer, and what is expected of it."""
    for problem in found:
        expected = f" (expected {problem.expected})" if problem.expected else ""
        tell(f"{problem.message}{expected}. {problem.hint}".rstrip(". "))


def several(given: list[str] | None, question: str, known: Collection[str], lacking: str = "") -> list[str] | None:
    """What was given, else the words of the answer, parted by commas, asked for until all are known; None where that
    is nothing, which is told as ``lacking`` and asked for again where it is so.
    """
    if given is not None or not asks():
        return given
    while True:
        answer = str(typer.prompt(f"{question} (parted by commas)", default="", show_default=False, err=True))
        found = [word.strip() for word in answer.split(",") if word.strip()]
        unknown = [word for word in found if word not in known]
        if not unknown and (found or not lacking):
            return found or None
        if not found:
            tell(lacking)
        for word in unknown:
            tell(f"There is no `{word}`. {did_you_mean(word, known)}".rstrip(". "))


def choice(given: str | None, question: str, known: Collection[str], required: bool = True) -> str:
    """What was given, else one of the known words; on a terminal asked for until it is one."""
    if not asks() or not known or given in known:
        return given or ""
    if given:
        tell(f"`{given}` is none of them")
    shown = ", ".join(known)
    while True:
        answer = str(typer.prompt(f"{question} ({shown})", default="", show_default=False, err=True)).strip()
        if answer in known or (not answer and not required):
            return answer
        tell(f"`{answer}` is none of them")


def require(value: str, option: str, what: str, findings: Findings) -> str:
    """The value; a problem is recorded where there is none."""
    if not value:
        findings.add(
            "missing-field", Location(option), f"{what} is not given", f"`{option}`, or an answer on a terminal"
        )
    return value
