"""The minimal sets of facts that each suffice for a conclusion, from the network of what it needs.

Facts that every proof uses are taken out first, and facts that always come together are one element, so that diagrams
hold only what differs. Where the diagrams would grow too large, a bounded search finds some of the sets, each of which
it proves minimal, and Sperner's theorem bounds how many there are: of n elements, no more sets than n over half of n
have none that contains another.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from math import comb

from engine.strata import components
from provenance.why.families import EMPTY, NONE, Families, TooLarge
from provenance.why.network import NOTHING, Branch, Network, Node, Solver, each_bit, trimmed

MOST_NODES = 60_000
"""Of all diagrams of one conclusion together."""
MOST_LISTED = 1_000
MOST_VISITS = 500_000
"""Of the bounded search: how many branches it looks at, all its questions together."""
LARGEST_BOUND = 10_000
"""Of how many elements the bound on the number of sets is written out; it has a third as many digits."""


@dataclass(frozen=True, slots=True)
class Sufficient:
    """The minimal sufficient sets of a conclusion.

    Each of ``sets`` suffices together with ``common``, the facts that no set lacks, and none of its facts can be
    spared. ``number`` is how many there are, None where that is not known; then there are at most ``bound`` (None: that
    number would fill a page), and ``sets`` are those that a bounded search found.
    """

    common: frozenset[str]
    sets: tuple[frozenset[str], ...]
    number: int | None
    bound: int | None


def sufficient(network: Network, most: int = MOST_LISTED, nodes: int = MOST_NODES) -> Sufficient:
    """The minimal sufficient sets of a network's root, at most so many of them listed, those of fewest facts first."""
    if not network.branches[0]:
        return Sufficient(frozenset(), (), 0, 0)
    core = in_every_proof(network)
    common = frozenset(network.names(core))
    rest, groups = _grouped(_without(network, core), network.facts)
    try:
        families = Families(nodes)
        family = _solved(rest, families)
        weights = {number: len(group) for number, group in enumerate(groups)}
        sets = tuple(_named(found, groups) for found in families.listed(family, most, weights))
        number = families.number(family)
        return Sufficient(common, sets, number, number)
    except TooLarge:
        found, all_of_them = _searched(rest, most)
        found.sort(key=lambda mask: sum(len(groups[bit]) for bit in each_bit(mask)))
        sets = tuple(_named(each_bit(mask), groups) for mask in found)
        size = len(groups)
        bound = len(sets) if all_of_them else comb(size, size // 2) if size <= LARGEST_BOUND else None
        return Sufficient(common, sets, len(sets) if all_of_them else None, bound)


def in_every_proof(network: Network) -> int:
    """The facts that no proof of the root can spare: the greatest solution of its branches' having them in common."""
    everything = (1 << len(network.facts)) - 1
    needed = [everything] * len(network.branches)
    readers: list[set[Node]] = [set() for _ in network.branches]
    for node, branches in enumerate(network.branches):
        for branch in branches:
            for other in branch.nodes:
                readers[other].add(node)
    waiting = deque(reversed(range(len(network.branches))))
    queued = set(waiting)
    while waiting:
        node = waiting.popleft()
        queued.discard(node)
        found = everything
        for branch in network.branches[node]:
            facts = branch.facts
            for other in branch.nodes:
                facts |= needed[other]
            found &= facts
        if found != needed[node]:
            needed[node] = found
            waiting.extend(readers[node] - queued)
            queued |= readers[node]
    return needed[0]


def _without(network: Network, core: int) -> list[list[Branch]]:
    """The branches with these facts granted; a node that needs nothing more, or one other node, is passed through."""
    granted: list[list[Branch]] = [[] for _ in network.branches]
    stands_for: dict[Node, Branch] = {}
    for node in _in_order(network):
        found: dict[Branch, None] = {}
        for branch in network.branches[node]:
            facts, nodes = branch.facts & ~core, dict[Node, None]()
            for other in branch.nodes:
                meant = stands_for.get(other, Branch(0, (other,)))
                facts |= meant.facts
                nodes |= dict.fromkeys(meant.nodes)
            if node not in nodes:  # what needs itself proves nothing
                found[Branch(facts, tuple(nodes))] = None
        granted[node] = [NOTHING] if NOTHING in found else list(found)
        if len(granted[node]) == 1 and len(granted[node][0].nodes) < 2:
            stands_for[node] = granted[node][0]
    return granted


def _in_order(network: Network) -> list[Node]:
    """The nodes in an order in which each has a branch all of whose nodes came before."""
    readers: list[list[int]] = [[] for _ in network.branches]
    heads: list[Node] = []
    left: list[int] = []
    found: dict[Node, None] = {}
    for node, branches in enumerate(network.branches):
        for branch in branches:
            for other in branch.nodes:
                readers[other].append(len(heads))
            heads.append(node)
            left.append(len(branch.nodes))
            if not branch.nodes:
                found[node] = None
    order = list(found)
    for node in order:  # grows while it is walked
        for reader in readers[node]:
            left[reader] -= 1
            if not left[reader] and heads[reader] not in found:
                found[heads[reader]] = None
                order.append(heads[reader])
    return order


def _grouped(branches: list[list[Branch]], facts: tuple[str, ...]) -> tuple[Network, list[tuple[str, ...]]]:
    """The network with one element for all facts that occur in the same branches, and the facts of each element."""
    network = trimmed(branches, facts)
    where: dict[int, list[int]] = {bit: [] for bit in range(len(network.facts))}
    for number, branch in enumerate(branch for some in network.branches for branch in some):
        for bit in each_bit(branch.facts):
            where[bit].append(number)
    together: dict[tuple[int, ...], list[int]] = {}
    for bit, places in where.items():
        together.setdefault(tuple(places), []).append(bit)
    groups = list(together.values())
    stands_for = {group[0]: 1 << number for number, group in enumerate(groups)}
    smaller = tuple(
        tuple(Branch(sum(stands_for.get(bit, 0) for bit in each_bit(branch.facts)), branch.nodes) for branch in some)
        for some in network.branches
    )
    names = [tuple(network.facts[bit] for bit in group) for group in groups]
    return Network(smaller, tuple(group[0] for group in names)), names


def _named(elements: Iterable[int], groups: list[tuple[str, ...]]) -> frozenset[str]:
    return frozenset(fact for element in elements for fact in groups[element])


def _solved(network: Network, families: Families) -> int:
    """The family of the root: each node's is the sum, over its branches, of the products of what they take."""
    edges = {
        node: dict.fromkeys((other for branch in branches for other in branch.nodes), False)
        for node, branches in enumerate(network.branches)
    }
    component = components(edges)
    members: dict[int, list[Node]] = {}
    for node, number in component.items():
        members.setdefault(number, []).append(node)
    solved = [NONE] * len(network.branches)
    for number in sorted(members):  # what a node needs has a lower number, or its own
        waiting = deque(members[number])
        while waiting:
            node = waiting.popleft()
            found = _family(network.branches[node], solved, families)
            if found != solved[node]:
                solved[node] = found
                waiting.extend(other for other in members[number] if node in edges[other] and other not in waiting)
    return solved[0]


def _family(branches: Iterable[Branch], solved: list[int], families: Families) -> int:
    found = NONE
    for branch in branches:
        product = EMPTY
        for other in branch.nodes:
            product = families.both(solved[other], product)
        product = families.both(families.single(list(each_bit(branch.facts))), product)
        found = families.either(found, product)
    return found


# Where diagrams are too large ----------------------------------------------------------------------------------------


def _searched(network: Network, most: int) -> tuple[list[int], bool]:
    """Some minimal sets, and whether they are all: by a tree of hitting sets (R. Reiter, Artificial Intelligence 1987).

    A set is found without what was excluded; each of its elements is excluded in turn, until nothing is left to find.
    """
    solver = Solver(network)
    everything = (1 << len(network.facts)) - 1
    left = MOST_VISITS // (1 + sum(len(branches) for branches in network.branches))
    found: dict[int, None] = {}
    waiting = deque([0])
    seen = {0}
    while waiting and len(found) < most and left > 0:
        excluded = waiting.popleft()
        one = next((known for known in found if not known & excluded), None)
        if one is None:
            left -= 1
            one = solver.proof(everything & ~excluded)
            if one is None:
                continue
            one, checks = _shrunk(solver, one)
            left -= checks
            found[one] = None
        for bit in each_bit(one):
            more = excluded | 1 << bit
            if more not in seen:
                seen.add(more)
                waiting.append(more)
    return list(found), not waiting


def _shrunk(solver: Solver, facts: int) -> tuple[int, int]:
    """A minimal set within a sufficient one, and how many checks it took."""
    checks = 0
    for bit in each_bit(facts):
        if facts >> bit & 1:
            checks += 1
            facts = smaller if (smaller := solver.proof(facts & ~(1 << bit))) is not None else facts
    return facts, checks
