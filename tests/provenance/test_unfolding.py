"""Proofs are counted as an enumeration finds them, and the tree of them holds each, around cycles too."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product

import pytest

from provenance.why import unfolding
from provenance.why.unfolding import DEEPEST, MOST_PROOFS, Place, Step, Steps, proofs, unfolded

Proof = tuple[str, tuple["Proof", ...]]


def every_proof(steps: Steps, name: str, above: frozenset[str] = frozenset()) -> Iterator[Proof]:
    """Every proof tree in which no conclusion stands below itself."""
    below = above | {name}
    for step in steps.get(name, ()):
        if below.isdisjoint(step.reads):
            for premises in product(*(list(every_proof(steps, other, below)) for other in step.reads)):
                yield step.firing, premises


def random_steps(seed: int) -> dict[str, tuple[Step, ...]]:
    """Firings of a few conclusions around cycles, ranked as an engine ranks them; all conclusions are drawn."""
    chance = random.Random(seed)
    names = "ABCDEF"[: chance.randint(2, 6)]
    reads = [
        (f"f{number}", chance.choice(names), tuple(sorted(set(chance.choices(names, k=chance.randint(0, 2))))))
        for number in range(chance.randint(3, 14))
    ]
    rank: dict[str, int] = {}
    for layer in range(1, len(names) + 1):
        fresh = {head for _, head, read in reads if head not in rank and all(other in rank for other in read)}
        rank |= dict.fromkeys(fresh, layer)
    steps: dict[str, list[Step]] = {}
    for firing, head, read in reads:
        if all(other in rank for other in (head, *read)):
            steps.setdefault(head, []).append(Step(firing, read, 1 + max((rank[other] for other in read), default=0)))
    return {name: tuple(some) for name, some in steps.items()}


def in_tree(place: Place) -> Iterator[Proof]:
    for step, below in place.ways:
        for premises in product(*(list(in_tree(other)) for other in below)):
            yield step.firing, premises


@pytest.mark.parametrize("seed", range(150))
def test_as_many_proofs_as_an_enumeration_finds_and_the_tree_holds_each(seed: int) -> None:
    steps = random_steps(seed)
    for name in steps:
        expected = list(every_proof(steps, name))
        assert proofs(steps, name) == (len(expected), True)
        tree = unfolded(steps, name, 100_000)
        assert sorted(in_tree(tree)) == sorted(expected)


@pytest.mark.parametrize("seed", range(150))
def test_where_a_cycle_is_too_much_a_true_number_of_proofs_is_told_as_a_lower_bound(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unfolding, "MOST_STATES", -1)
    steps = random_steps(seed)
    for name in steps:
        number, exact = proofs(steps, name)
        expected = len(list(every_proof(steps, name)))
        assert 1 <= number <= expected
        assert not exact or number == expected


def diamonds(length: int) -> dict[str, tuple[Step, ...]]:
    steps: dict[str, tuple[Step, ...]] = {"end-0": (Step("start", (), 1),)}
    for n in range(1, length + 1):
        for side in ("left", "right"):
            steps[f"{side}-{n}"] = (Step(f"{side}-{n}", (f"end-{n - 1}",), 2 * n),)
        steps[f"end-{n}"] = tuple(Step(f"{side}-to-{n}", (f"{side}-{n}",), 2 * n + 1) for side in ("left", "right"))
    return steps


def test_a_million_proofs_are_counted_and_not_enumerated() -> None:
    assert proofs(diamonds(20), "end-20") == (2**20, True)
    assert proofs(diamonds(400), "end-400") == (MOST_PROOFS, False)


def test_the_tree_is_cut_where_it_grows_beyond_what_was_asked_for() -> None:
    def places(place: Place) -> int:
        return sum(1 + places(other) for _, below in place.ways for other in below)

    def cut(place: Place) -> bool:
        return place.cut or any(cut(other) for _, below in place.ways for other in below)

    for most in (0, 1, 2, 7, 100):
        tree = unfolded(diamonds(20), "end-20", most)
        assert places(tree) <= most
        assert cut(tree)
    assert not cut(unfolded(diamonds(3), "end-3", 100))


def test_a_deep_chain_is_cut() -> None:
    chain = {f"c{n}": (Step(f"f{n}", (f"c{n - 1}",) if n else (), n + 1),) for n in range(300)}
    place, depth = unfolded(chain, "c299", 1000), 0
    while place.ways:
        place, depth = place.ways[0][1][0], depth + 1
    assert place.cut
    assert depth == DEEPEST
