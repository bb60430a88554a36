"""Tallies over scenarios in words: how many a withdrawal reaches, and each line once with its states."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from provenance.model.withdrawal import Tally
from provenance.render.naming import count_words
from provenance.render.wording import sentence_words

MOST_STATES = 6
"""Of one line are told; how many more there are is said."""


@dataclass(frozen=True, slots=True)
class Told:
    """One effect on one line: its title with the scenarios that have it, and the line in each of its states."""

    title: str
    where: str
    states: tuple[str, ...]


def reach_words(scenarios: int, otherwise: int, behind: int, cited: int) -> str:
    """Of how many scenarios the advice says something else, and in how many more only what is not said changes."""
    every = count_words(scenarios, "scenario")
    kinds = (("only conclusions that no line shows", behind), ("only what is cited or proven", cited))
    more = " more" if otherwise else ""
    rest = "".join(f", in {number:,}{more} {what}" for what, number in kinds if number)
    return f"{otherwise:,} of {every} {'is' if otherwise == 1 else 'are'} advised otherwise{rest}"


def told_tallies(tallies: Iterable[Tally]) -> Iterator[Told]:
    """The tallies of one effect, those of one line together: a state is told with the scenarios that have that one."""
    lines: dict[tuple[str, str], list[Tally]] = {}
    for tally in tallies:
        lines.setdefault((tally.line, tally.name), []).append(tally)
    for same in lines.values():
        first = same[0]
        what = f"{first.line} " if first.line == "opposition" else ""
        title = what + sentence_words(first.text or first.name).rstrip(".")
        where = count_words(sum(tally.scenarios for tally in same), "scenario")
        if len(same) == 1:
            yield Told(title, f"{where}, as in {first.example}", (_change(first),))
            continue
        states = [f"{one.scenarios:,}, as in {one.example}: {_change(one)}" for one in same[:MOST_STATES]]
        if left := same[MOST_STATES:]:
            states.append(f"{sum(one.scenarios for one in left):,} more, in {count_words(len(left), 'other state')}")
        yield Told(title, where, tuple(states))


def _change(tally: Tally) -> str:
    before, after = sentence_words(tally.before), sentence_words(tally.after)
    return f"still {after}" if before == after else f"{before} → {after}"
