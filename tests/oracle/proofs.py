"""Every proof of a conclusion, tree by tree: what rests on what, enumerated, so that nothing clever can be wrong.

A proof of a conclusion is one of its firings with a proof of each conclusion that the firing takes, none of which takes
the conclusion itself anywhere below. Of a count it takes any conclusions that are enough together.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Generic, TypeVar

Name = TypeVar("Name", bound=Hashable)
Leaf = tuple[str, int | None]
"""A statement and the rank of its grade, 0 for the strongest; None where nobody graded it."""
Proof = frozenset[Leaf]
"""The statements of one proof."""
MOST = 3000


class TooManyProofs(Exception):
    """There are more proofs than are worth the time."""


@dataclass(frozen=True)
class Way(Generic[Name]):
    """One way to draw a conclusion: statements, conclusions it needs, and choices among conclusions.

    A choice is some conclusions, and whether a set of them is enough.
    """

    leaves: Proof
    needs: tuple[Name, ...] = ()
    choices: tuple[tuple[tuple[Name, ...], Callable[[frozenset[Name]], bool]], ...] = ()

    def taken(self) -> Iterator[frozenset[Name]]:
        """Each set of conclusions that this way can take."""
        sets = [frozenset(self.needs)]
        for members, enough in self.choices:
            subsets = (frozenset(some) for size in range(len(members) + 1) for some in combinations(members, size))
            sets = [one | some for some in subsets if enough(some) for one in sets]
        yield from dict.fromkeys(sets)


def proofs(name: Name, ways: Callable[[Name], Iterable[Way[Name]]], above: frozenset[Name] = frozenset()) -> set[Proof]:
    """The statements of every proof of a conclusion; raises `TooManyProofs`."""
    found: set[Proof] = set()
    for way in ways(name):
        for taken in way.taken():
            if taken & (above | {name}):
                continue
            made = {way.leaves}
            for premise in taken:
                below = proofs(premise, ways, above | {name})
                made = {one | other for one in made for other in below}
                if len(made) > MOST:
                    raise TooManyProofs
            found |= made
            if len(found) > MOST:
                raise TooManyProofs
    return found


def weakest(proof: Proof, ungraded: int | None) -> int | None:
    """The weakest grade along a proof, -1 where nothing limits it; None where a statement carries nothing."""
    ranks = [ungraded if rank is None else rank for _, rank in proof]
    return None if None in ranks else max((rank for rank in ranks if rank is not None), default=-1)


def best(found: Iterable[Proof], ungraded: int | None) -> int | None:
    """The best over proofs."""
    ranks = [rank for proof in found if (rank := weakest(proof, ungraded)) is not None]
    return min(ranks, default=None)
