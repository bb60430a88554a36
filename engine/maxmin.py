"""The weakest statement along a derivation, the best over derivations: a max-min over firings, cycles and all.

The scale is finite, so the least fixpoint settles: what the strongest grade carries is closed first, then what the next
one carries (a shortest path, after Knuth 1977, "A generalization of Dijkstra's algorithm"). Within a grade conclusions
are reached in rounds. The firings of the round that first reaches a conclusion are its first derivations: whatever
carries them was reached in an earlier round, so none of them rests on what it supports.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from engine.derivation import Firing
from engine.program import Atom

NEUTRAL = -1
"""The rank of what needs no grade; the strongest grade has 0, weaker ones more."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A statement among the premises of a firing; ``rank`` is None where no grade of it counts.

    ``by`` and ``stated`` are who graded it, and with which word: of a grade that no longer counts too.
    """

    fact: str
    rank: int | None
    by: str = ""
    stated: str = ""


@dataclass(frozen=True, slots=True)
class Threshold:
    """At least ``least`` points of conclusions that hold; what else counts was taken off the bound."""

    least: Fraction
    members: tuple[tuple[Fraction, Atom | Threshold], ...]

    def atoms(self) -> Iterator[Atom]:
        """The conclusions that could carry it."""
        for _, member in self.members:
            if isinstance(member, Threshold):
                yield from member.atoms()
            else:
                yield member

    def met(self, reached: Container[Atom]) -> bool:
        """Whether the conclusions that were reached are enough."""
        points = Fraction(0)
        for worth, member in self.members:
            if member.met(reached) if isinstance(member, Threshold) else member in reached:
                points += worth
        return points >= self.least


@dataclass(frozen=True, slots=True)
class Body:
    """What a firing rests on: statements, conclusions all of which it needs, and bounds on conclusions."""

    firing: Firing
    head: Atom
    leaves: tuple[Leaf, ...]
    needs: tuple[Atom, ...]
    counts: tuple[Threshold, ...]

    def read(self) -> Iterator[Atom]:
        """The conclusions that could carry it."""
        yield from self.needs
        for count in self.counts:
            yield from count.atoms()

    def weakest(self, ungraded: int | None) -> int | None:
        """The weakest rank among its statements, one without a grade having ``ungraded``; None where one has none."""
        worst = NEUTRAL
        for leaf in self.leaves:
            rank = ungraded if leaf.rank is None else leaf.rank
            if rank is None:
                return None
            worst = max(worst, rank)
        return worst


class Bound:
    """The rank that each conclusion attains, and the bodies of its first derivations.

    ``ungraded`` is the rank of a statement without a grade; None where it carries nothing. ``round`` numbers the rounds
    through all grades: whatever carries a conclusion has a lower one.
    """

    def __init__(self, bodies: Iterable[Body], grades: int, ungraded: int | None) -> None:
        self.ungraded = ungraded
        self.rank: dict[Atom, int] = {}
        self.round: dict[Atom, int] = {}
        self.first: dict[Atom, list[Body]] = {}
        self._bodies = list(bodies)
        self._weakest = [body.weakest(ungraded) for body in self._bodies]
        self._lacking = [len(body.needs) for body in self._bodies]
        self._readers: dict[Atom, list[int]] = {}
        ready: list[dict[int, None]] = [{} for _ in range(grades + 1)]
        for number, body in enumerate(self._bodies):
            weakest = self._weakest[number]
            if weakest is not None:
                for atom in dict.fromkeys(body.read()):
                    self._readers.setdefault(atom, []).append(number)
                if self._is_carried(number):
                    ready[weakest - NEUTRAL][number] = None
        rounds = 0
        for rank in range(NEUTRAL, grades):
            layer: Iterable[int] = ready[rank - NEUTRAL]
            while layer:
                rounds += 1
                layer = self._carried_by(self._reach(layer, rank, rounds), rank, ready)

    def of(self, body: Body) -> int | None:
        """The rank that one body attains; None where it attains none."""
        weakest = body.weakest(self.ungraded)
        needed = [self.rank.get(atom) for atom in body.needs]
        needed += [self._enough(count) for count in body.counts]
        ranks = [rank for rank in (weakest, *needed) if rank is not None]
        return max(ranks) if len(ranks) == len(needed) + 1 else None

    def _enough(self, count: Threshold) -> int | None:
        """The best rank of which, with all better ones, the conclusions suffice."""
        if count.met(()):
            return NEUTRAL
        ranks = {atom: self.rank[atom] for atom in count.atoms() if atom in self.rank}
        tried = sorted(set(ranks.values()))
        return next((top for top in tried if count.met([atom for atom in ranks if ranks[atom] <= top])), None)

    def _is_carried(self, number: int) -> bool:
        return not self._lacking[number] and all(count.met(self.rank) for count in self._bodies[number].counts)

    def _reach(self, layer: Iterable[int], rank: int, rounds: int) -> list[Atom]:
        """Take in the conclusions of these bodies that were not reached before."""
        fresh: dict[Atom, list[Body]] = {}
        for number in layer:
            body = self._bodies[number]
            if body.head not in self.rank:
                fresh.setdefault(body.head, []).append(body)
        for head, bodies in fresh.items():
            self.rank[head], self.round[head], self.first[head] = rank, rounds, bodies
        return list(fresh)

    def _carried_by(self, fresh: list[Atom], rank: int, ready: list[dict[int, None]]) -> list[int]:
        """The bodies that have what they need since these were reached; what a weaker grade limits waits for it."""
        for atom in fresh:
            for number in self._readers.get(atom, ()):
                self._lacking[number] -= atom in self._bodies[number].needs
        found: dict[int, None] = {}
        for number in dict.fromkeys(number for atom in fresh for number in self._readers.get(atom, ())):
            weakest = self._weakest[number]
            if weakest is not None and self._bodies[number].head not in self.rank and self._is_carried(number):
                (found if weakest <= rank else ready[weakest - NEUTRAL])[number] = None
        return sorted(found)
