"""What an engine derives from a program and a case: the value of every conclusion, and every firing that draws one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.amount import Computed
from engine.observing import FALSE
from engine.program import Atom, Clause, Count, Holds, Program

Items = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, order=True)
class Firing:
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


def premises(clause: Clause) -> list[Atom]:
    """The conclusions that a clause reads under `when`, members of counts among them, each once."""
    found: dict[Atom, None] = {}
    for condition in clause.when:
        if isinstance(condition.literal, Holds):
            found[condition.literal.atom] = None
        elif isinstance(condition.literal, Count):
            for _, member in condition.literal.members:
                if isinstance(member, Holds):
                    found[member.atom] = None
    return list(found)


def ranks(program: Program, derivation: Derivation) -> tuple[dict[Atom, int], dict[Firing, int]]:
    """The rank of every conclusion that is not false, and of every firing: a proof descends in rank.

    A firing that attains its conclusion's value from premises that are ranked already comes one after the highest of
    them; a conclusion has the rank of the first such firing. A firing of less than the conclusion's value, or around a
    cycle, is ranked after its premises too, and never supports what supports it.
    """
    atoms: dict[Atom, int] = {}
    supporting = [
        firing
        for firing in derivation.firings
        if firing.value == derivation.values[program.clauses[firing.clause].head]
    ]
    waiting: dict[Atom, list[int]] = {}
    missing: list[int] = []
    needs: list[list[Atom]] = []
    for number, firing in enumerate(supporting):
        # A premise of less value than the firing (inside a count) does not carry it.
        clause = program.clauses[firing.clause]
        needed = _carrying(clause, firing, derivation)
        needs.append(needed)
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
        firing: 1 + max((atoms[atom] for atom in premises(program.clauses[firing.clause]) if atom in atoms), default=0)
        for firing in derivation.firings
    }
    return atoms, firings


def _carrying(clause: Clause, firing: Firing, derivation: Derivation) -> list[Atom]:
    found: dict[Atom, None] = {}
    for condition in clause.when:
        if isinstance(condition.literal, Holds):
            found[condition.literal.atom] = None
        elif isinstance(condition.literal, Count):
            for _, member in condition.literal.members:
                if isinstance(member, Holds) and derivation.value(member.atom) >= firing.value:
                    found[member.atom] = None
    return list(found)
