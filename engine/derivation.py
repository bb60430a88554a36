"""What an engine derives from a program and a case: the value of every conclusion, and every firing that draws one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from engine.amount import Computed
from engine.observing import FALSE
from engine.program import Atom, Program

Items = tuple[tuple[str, str], ...]


class Firing(NamedTuple):
    """A clause whose body is not false, for one choice of items; ``value`` is the body's."""

    clause: int
    items: Items
    value: int


@dataclass(frozen=True)
class Derivation:
    """Conclusions that are not in ``values`` are false. ``amounts`` holds the computed doses by firing's clause."""

    values: Mapping[Atom, int]
    firings: tuple[Firing, ...]
    amounts: Mapping[tuple[int, str], Computed]

    def value(self, atom: Atom) -> int:
        """The value of a conclusion."""
        return self.values.get(atom, FALSE)


def carrying(premises: Iterable[Atom], value: int, derivation: Derivation) -> list[Atom]:
    """The premises that carry a firing of this value: all but those, inside counts, that have less value than it."""
    return [atom for atom in premises if derivation.value(atom) >= value]


def ranks(program: Program, derivation: Derivation) -> tuple[dict[Atom, int], dict[Firing, int]]:
    """The rank of every conclusion that is not false, and of every firing: a proof descends in rank.

    A firing comes one after the highest of the premises that carry it; a conclusion has the rank of the first firing
    that gives it its value. So every premise that carries a firing has a lower rank than the firing, and a firing
    around a cycle is ranked after its premises too, and never supports what supports it.
    """
    atoms: dict[Atom, int] = {}
    supporting = [
        firing
        for firing in derivation.firings
        if firing.value == derivation.values[program.clauses[firing.clause].head]
    ]
    waiting: dict[Atom, list[int]] = {}
    missing: list[int] = []
    for number, firing in enumerate(supporting):
        needed = carrying(program.premises[firing.clause], firing.value, derivation)
        missing.append(len(needed))
        for atom in needed:
            waiting.setdefault(atom, []).append(number)
    layer = [number for number, count in enumerate(missing) if count == 0]
    rank = 0
    while layer:
        rank += 1
        fresh = []
        for number in layer:
            head = program.clauses[supporting[number].clause].head
            if head not in atoms:
                atoms[head] = rank
                fresh.append(head)
        layer = []
        for atom in fresh:
            for number in waiting.get(atom, ()):
                missing[number] -= 1
                if missing[number] == 0:
                    layer.append(number)
    firings = {
        firing: 1
        + max(
            (atoms[atom] for atom in carrying(program.premises[firing.clause], firing.value, derivation)),
            default=0,
        )
        for firing in derivation.firings
    }
    return atoms, firings
