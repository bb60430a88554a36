"""The proofs of a conclusion: how many there are, and the tree of them, as far as it is asked for.

A proof draws each conclusion by a firing that gives it its value, and uses none for itself. Proofs are counted, never
enumerated: 20 diamonds in a row are 80 firings and a million proofs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from engine.strata import components

LARGEST_CYCLE = 40
MOST_STATES = 20_000
"""Beyond these the proofs around a cycle are not all counted: there are more than polynomially many to tell apart."""
MOST_PROOFS = 10**100
"""No more are counted: where conclusions share what they are drawn from, the digits themselves may double at each."""
DEEPEST = 50
"""How far down the tree of proofs goes: no page and no reader of JSON takes any depth."""


@dataclass(frozen=True, slots=True)
class Step:
    """A firing that gives its conclusion its value, the conclusions that it reads, and its rank."""

    firing: str
    reads: tuple[str, ...]
    rank: int


Steps: TypeAlias = Mapping[str, tuple[Step, ...]]


class _TooMany(Exception):
    """A cycle has more states than are looked at."""


def proofs(steps: Steps, conclusion: str) -> tuple[int, bool]:
    """How many proofs a conclusion has, and whether that is exact; else there are at least so many.

    Outside of cycles the number of a conclusion is the sum, over its firings, of the products of what they read.
    Around a cycle the conclusions on the way down are kept, so that none is used for itself; where that becomes too
    much, only proofs that descend in the ranks of their conclusions are counted. Counting ends at `MOST_PROOFS`.
    """
    found: dict[str, int] = {}
    exact = True
    edges = {name: {other: False for step in some for other in step.reads} for name, some in _below(steps, conclusion)}
    component = components(edges)
    members: dict[int, list[str]] = {}
    for name, number in component.items():
        members.setdefault(number, []).append(name)
    for number in sorted(members):
        names = members[number]
        cycle = frozenset(names) if len(names) > 1 or names[0] in edges[names[0]] else frozenset()
        try:
            around = _Around(steps, found, cycle)
            counted = {name: around.number(name, frozenset()) for name in names}
        except _TooMany:
            counted, exact = _descending(steps, found, cycle), False
        found |= {name: min(number, MOST_PROOFS) for name, number in counted.items()}
    return found[conclusion], exact and found[conclusion] < MOST_PROOFS


def _below(steps: Steps, conclusion: str) -> list[tuple[str, tuple[Step, ...]]]:
    found = {conclusion: steps.get(conclusion, ())}
    waiting = deque([conclusion])
    while waiting:
        for step in found[waiting.popleft()]:
            for other in step.reads:
                if other not in found:
                    found[other] = steps.get(other, ())
                    waiting.append(other)
    return list(found.items())


@dataclass
class _Around:
    """Counts the proofs of the conclusions of one cycle; outside of any, it is one sum."""

    steps: Steps
    known: Mapping[str, int]
    cycle: frozenset[str]
    seen: dict[tuple[str, frozenset[str]], int] = field(default_factory=dict)

    def number(self, name: str, above: frozenset[str]) -> int:
        key = (name, above)
        if key not in self.seen:
            if self.cycle and (len(self.cycle) > LARGEST_CYCLE or len(self.seen) > MOST_STATES):
                raise _TooMany
            below = above | {name}
            self.seen[key] = _sum(
                [self.number(other, below) if other in self.cycle else self.known[other] for other in step.reads]
                for step in self.steps.get(name, ())
                if below.isdisjoint(step.reads)
            )
        return self.seen[key]


def _sum(products: Iterable[Iterable[int]]) -> int:
    """A sum of products, as far as counting goes."""
    found = 0
    for factors in products:
        product = 1
        for factor in factors:
            product = min(product * factor, MOST_PROOFS)
        found = min(found + product, MOST_PROOFS)
    return found


def _descending(steps: Steps, known: Mapping[str, int], cycle: frozenset[str]) -> dict[str, int]:
    """The proofs in which each conclusion of a cycle is drawn from conclusions of it of lower rank."""
    rank = {name: min(step.rank for step in steps[name]) for name in cycle}
    found: dict[str, int] = {}
    for name in sorted(cycle, key=lambda name: (rank[name], name)):
        found[name] = _sum(
            [found[other] if other in cycle else known[other] for other in step.reads]
            for step in steps[name]
            if all(other not in cycle or rank[other] < rank[name] for other in step.reads)
        )
    return found


@dataclass
class Place:
    """A conclusion at one place of the unfolded tree, with the ways to draw it there; ``cut`` where they are left out.

    A firing is no way here if it reads a conclusion above: a proof uses none for itself.
    """

    conclusion: str
    above: frozenset[str]
    ways: list[tuple[Step, list[Place]]] = field(default_factory=list)
    cut: bool = False


def unfolded(steps: Steps, conclusion: str, most: int) -> Place:
    """The tree of proofs from a conclusion down, broadest first, with at most so many places besides the first.

    It is cut below `DEEPEST` conclusions too.
    """
    places = [Place(conclusion, frozenset())]
    for place in places:  # grows while it is walked
        here = place.above | {place.conclusion}
        usable = [step for step in steps.get(place.conclusion, ()) if here.isdisjoint(step.reads)]
        wide = len(places) - 1 + sum(len(step.reads) for step in usable) > most
        if wide or (len(here) > DEEPEST and any(step.reads for step in usable)):
            place.cut = True
            continue
        for step in usable:
            below = [Place(other, here) for other in step.reads]
            place.ways.append((step, below))
            places.extend(below)
    for place in reversed(places):  # what comes back to what is above is no way
        place.ways = [way for way in place.ways if all(other.ways or other.cut for other in way[1])]
    return places[0]
