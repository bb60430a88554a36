"""The needs of one conclusion as a network of alternatives: a node holds when all that one of its branches names does.

A node stands for a conclusion, or a part of a need, that reaches one level of truth. Facts are bits of whole numbers,
so that a set of facts is one number. The network holds only what takes part in some proof of its root.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from provenance.why.needs import All, Any, Bound, Cited, Drawn, Given, Need, Points, Ways, bounds

Node: TypeAlias = int
Key: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """One way to have a node: these facts (a bit each) and these nodes."""

    facts: int
    nodes: tuple[Node, ...]


NOTHING = Branch(0, ())
"""What is had without anything."""


@dataclass(frozen=True, slots=True)
class Network:
    """``branches[n]`` are the ways to have node n; ``facts[b]`` is the name of the fact of bit b; the root is node 0.

    Facts are numbered in the order in which they are met from the root. A root without a branch cannot be had at all.
    """

    branches: tuple[tuple[Branch, ...], ...]
    facts: tuple[str, ...]

    def bits(self, facts: Iterable[str]) -> int:
        """These facts as a set; those that the network does not know make no difference."""
        numbers = {fact: 1 << number for number, fact in enumerate(self.facts)}
        return sum(numbers.get(fact, 0) for fact in set(facts))

    def names(self, facts: int) -> list[str]:
        """The names of a set of facts."""
        return [self.facts[bit] for bit in each_bit(facts)]


@dataclass(slots=True)
class Solver:
    """Asks a network what holds from a set of facts, again and again."""

    network: Network
    readers: list[list[tuple[Node, int, int]]] = field(init=False)
    starts: list[tuple[Node, int, int, int]] = field(init=False)

    def __post_init__(self) -> None:
        self.readers = [[] for _ in self.network.branches]
        self.starts = []
        number = 0
        for node, branches in enumerate(self.network.branches):
            for branch in branches:
                self.starts.append((node, number, branch.facts, len(branch.nodes)))
                for other in branch.nodes:
                    self.readers[other].append((node, number, branch.facts))
                number += 1

    def survives(self, without: int) -> bool:
        """Whether the root holds without these facts."""
        return self.proof(~without) is not None

    def proof(self, available: int) -> int | None:
        """The facts of one proof of the root from what is available; None where there is none."""
        used: list[int | None] = [None] * len(self.readers)
        left = [count for _, _, _, count in self.starts]
        gathered = [facts for _, _, facts, _ in self.starts]
        layer = [(node, number) for node, number, facts, count in self.starts if not count and not facts & ~available]
        for node, number in layer:  # grows while it is walked
            if used[node] is not None:
                continue
            used[node] = gathered[number]
            if not node:
                return used[0]
            for reader, branch, facts in self.readers[node]:
                left[branch] -= 1
                gathered[branch] |= gathered[number]
                if not left[branch] and not facts & ~available:
                    layer.append((reader, branch))
        return None


def network_of(ways: Ways, conclusion: str, level: int, about: Mapping[str, Iterable[str]]) -> Network:
    """The network of a conclusion that reaches a level.

    ``about`` names, for each interpretation, the statements of which one must be there too, or it is not admitted.
    """
    return _Maker(ways, about).network(conclusion, level)


class _Maker:
    def __init__(self, ways: Ways, about: Mapping[str, Iterable[str]]) -> None:
        self.ways = ways
        self.about = about
        self.numbers: dict[Key, Node] = {}
        self.waiting: list[Callable[[], list[Branch]]] = []
        self.bits: dict[str, int] = {}

    def network(self, conclusion: str, level: int) -> Network:
        self.conclusion(conclusion, level)
        found = [branches() for branches in self.waiting]  # grows while it is walked
        return trimmed(found, list(self.bits))

    def node(self, key: Key, branches: Callable[[], list[Branch]]) -> Node:
        if key not in self.numbers:
            self.numbers[key] = len(self.numbers)
            self.waiting.append(branches)
        return self.numbers[key]

    def conclusion(self, name: str, level: int) -> Node:
        needs = [way.need for way in self.ways.get(name, ())]
        return self.node(("conclusion", name, level), lambda: self.branches(needs, level))

    def branches(self, needs: Iterable[Need], level: int) -> list[Branch]:
        """One branch for each of these needs that can reach the level."""
        return [branch for need in needs if (branch := self.branch(need, level)) is not None]

    def branch(self, need: Need, level: int) -> Branch | None:
        """What it takes for a need to reach a level; None where nothing does."""
        if isinstance(need, Given):
            return NOTHING if need.value >= level else None
        if isinstance(need, Cited):
            return self.cited(need.fact)
        if isinstance(need, Drawn):
            return Branch(0, (self.conclusion(need.conclusion, level),))
        if isinstance(need, All):
            return _together(self.branch(part, level) for part in need.parts)
        if isinstance(need, Any):
            return self.any_of(("any", id(need), level), self.branches(need.parts, level))
        return self.points(need, level)

    def cited(self, fact: str) -> Branch:
        """A fact; an interpretation with something that it is about."""
        bit = 1 << self.bits.setdefault(fact, len(self.bits))
        if fact not in self.about:
            return Branch(bit, ())
        subjects = [self.cited(subject) for subject in sorted(self.about[fact])]
        return _together((Branch(bit, ()), self.any_of(("about", fact), subjects))) or NOTHING

    def any_of(self, key: Key, branches: list[Branch]) -> Branch | None:
        if NOTHING in branches:
            return NOTHING
        if len(branches) < 2:
            return branches[0] if branches else None
        return Branch(0, (self.node(key, lambda: branches),))

    def points(self, need: Points, level: int) -> Branch | None:
        return _together(
            self.bound(("points", id(need), level, number), bound) for number, bound in enumerate(bounds(need, level))
        )

    def bound(self, key: Key, bound: Bound) -> Branch | None:
        """Members with points enough, chosen one after the other."""
        members = [(points, self.branch(need, level)) for points, need, level in bound.members]
        usable = [(points, branch) for points, branch in members if branch is not None]
        usable.sort(key=lambda member: -member[0])
        return self.enough(key, usable, 0, bound.needed)

    def enough(self, key: Key, members: list[tuple[Fraction, Branch]], start: int, needed: Fraction) -> Branch | None:
        if needed <= 0:
            return NOTHING
        left = members[start:]
        most = sum((points for points, _ in left), Fraction(0))
        if most < needed:
            return None
        if most - left[-1][0] < needed:
            return _together(branch for _, branch in left)
        points, first = members[start]

        def branches() -> list[Branch]:
            with_ = self.enough(key, members, start + 1, needed - points)
            without = self.enough(key, members, start + 1, needed)
            found = _together((first, with_)), without
            return [branch for branch in found if branch is not None]

        return Branch(0, (self.node((*key, start, needed), branches),))


def _together(branches: Iterable[Branch | None]) -> Branch | None:
    """One branch that takes all of these; None where one of them cannot be had."""
    facts = 0
    nodes: dict[Node, None] = {}
    for branch in branches:
        if branch is None:
            return None
        facts |= branch.facts
        nodes |= dict.fromkeys(branch.nodes)
    return Branch(facts, tuple(nodes))


def trimmed(branches: Sequence[Sequence[Branch]], facts: Sequence[str]) -> Network:
    """The network without what can never be had and what the root does not reach; facts are numbered anew."""
    holding = _holding(branches)
    if not branches or not holding[0]:
        return Network(((),), ())
    numbers: dict[Node, Node] = {0: 0}
    order = [0]
    bits: dict[int, int] = {}
    found: list[tuple[Branch, ...]] = []
    for node in order:  # grows while it is walked
        kept: dict[Branch, None] = {}
        for branch in branches[node]:
            if all(holding[other] for other in branch.nodes):
                fresh = [other for other in branch.nodes if other not in numbers]
                numbers |= {other: len(numbers) + number for number, other in enumerate(fresh)}
                order += fresh
                mask = sum(1 << bits.setdefault(bit, len(bits)) for bit in each_bit(branch.facts))
                kept[Branch(mask, tuple(sorted(numbers[other] for other in branch.nodes)))] = None
        found.append(tuple(kept))
    return Network(tuple(found), tuple(facts[bit] for bit in bits))


def _holding(branches: Sequence[Sequence[Branch]]) -> list[bool]:
    """Which nodes hold when every fact is at hand: nothing supports itself."""
    holds = [False] * len(branches)
    readers: list[list[int]] = [[] for _ in branches]
    heads: list[Node] = []
    left: list[int] = []
    layer: list[Node] = []
    for node, some in enumerate(branches):
        for branch in some:
            for other in branch.nodes:
                readers[other].append(len(heads))
            heads.append(node)
            left.append(len(branch.nodes))
            if not branch.nodes and not holds[node]:
                holds[node] = True
                layer.append(node)
    for node in layer:  # grows while it is walked
        for reader in readers[node]:
            left[reader] -= 1
            if not left[reader] and not holds[heads[reader]]:
                holds[heads[reader]] = True
                layer.append(heads[reader])
    return holds


def each_bit(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set, lowest first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
