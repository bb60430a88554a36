"""Diagrams hold the minimal sets that lists of sets would hold."""

from __future__ import annotations

import random
from itertools import combinations
from math import comb

import pytest

from provenance.why.families import EMPTY, NONE, Families, TooLarge

Sets = set[frozenset[int]]


def minimal(sets: Sets) -> Sets:
    return {one for one in sets if not any(other < one for other in sets)}


def random_sets(chance: random.Random) -> Sets:
    return minimal({frozenset(chance.sample(range(7), chance.randint(0, 4))) for _ in range(chance.randint(0, 7))})


def family(families: Families, sets: Sets) -> int:
    found = NONE
    for one in sets:
        found = families.either(found, families.single(list(one)))
    return found


def held(families: Families, found: int) -> list[frozenset[int]]:
    return [frozenset(one) for one in families.listed(found, 10_000)]


@pytest.mark.parametrize("seed", range(200))
def test_sums_and_products_keep_the_minimal_sets(seed: int) -> None:
    chance, families = random.Random(seed), Families()
    one, other = random_sets(chance), random_sets(chance)
    a, b = family(families, one), family(families, other)
    assert set(held(families, a)) == one
    for found, expected in (
        (families.either(a, b), minimal(one | other)),
        (families.both(a, b), minimal({x | y for x in one for y in other})),
    ):
        listed = held(families, found)
        assert set(listed) == expected
        assert families.number(found) == len(listed) == len(expected)
        assert [len(some) for some in listed] == sorted(len(some) for some in listed)
    assert families.either(a, b) == families.either(b, a)
    assert families.both(a, b) == families.both(b, a)


def test_equal_families_are_one() -> None:
    families = Families()
    assert family(families, {frozenset({1, 2}), frozenset({3})}) == family(
        families, {frozenset({3}), frozenset({2, 1}), frozenset({1, 2, 3})}
    )
    assert families.both(EMPTY, NONE) == NONE
    assert families.either(EMPTY, families.single([1])) == EMPTY


def test_a_million_sets_are_counted_in_a_small_diagram() -> None:
    families = Families(most=1_000)
    found = EMPTY
    for n in reversed(range(20)):
        found = families.both(families.either(families.single([2 * n]), families.single([2 * n + 1])), found)
    assert families.number(found) == 2**20
    assert len(list(families.listed(found, 1_000))) == 1_000


def test_the_lightest_come_first_by_the_weights_given() -> None:
    families = Families()
    found = family(families, {frozenset({0}), frozenset({1, 2}), frozenset({3})})
    assert list(families.listed(found, 10, {0: 5, 3: 2})) == [[3], [1, 2], [0]] or list(
        families.listed(found, 10, {0: 5, 3: 2})
    ) == [[1, 2], [3], [0]]
    assert list(families.listed(found, 1, {0: 5, 3: 9})) == [[1, 2]]


def test_deep_diagrams_do_not_exhaust_the_stack() -> None:
    families = Families()
    found = families.both(families.single(range(0, 6_000, 2)), families.single(range(1, 6_000, 2)))
    assert list(families.listed(found, 2)) == [list(range(6_000))]


def test_what_grows_too_large_is_given_up() -> None:
    families = Families(most=40)
    with pytest.raises(TooLarge):
        family(families, {frozenset(some) for some in combinations(range(12), 6)})
    roomy = Families()
    assert roomy.number(family(roomy, {frozenset(some) for some in combinations(range(8), 4)})) == comb(8, 4)
