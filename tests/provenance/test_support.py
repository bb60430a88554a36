"""Minimal sufficient sets against a search through every subset, on random graphs with cycles, values and counts."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import chain, combinations

import pytest

from engine.counting import counted
from engine.observing import FALSE, PROVISIONAL, TRUE, UNKNOWN
from engine.program import Atom, Count, Holds
from provenance.why import support
from provenance.why.needs import All, Any, Cited, Drawn, Given, Member, Need, Points, Way, Ways
from provenance.why.network import Solver, network_of
from provenance.why.support import Sufficient, sufficient

LEVELS = (UNKNOWN, PROVISIONAL, TRUE)
Sets = set[frozenset[str]]
About = Mapping[str, tuple[str, ...]]


# The judge: values by iteration from below, for one set of facts ------------------------------------------------------


def value(need: Need, values: Mapping[str, int], facts: frozenset[str], about: About) -> int:
    if isinstance(need, Given):
        return need.value
    if isinstance(need, Cited):
        there = need.fact in facts and (need.fact not in about or not facts.isdisjoint(about[need.fact]))
        return TRUE if there else FALSE
    if isinstance(need, Drawn):
        return values.get(need.conclusion, FALSE)
    if isinstance(need, All):
        return min((value(part, values, facts, about) for part in need.parts), default=TRUE)
    if isinstance(need, Any):
        return max((value(part, values, facts, about) for part in need.parts), default=FALSE)
    return points_value(need, values, facts, about)


def points_value(need: Points, values: Mapping[str, int], facts: frozenset[str], about: About) -> int:
    """By the engine's own counting: for each limit, what speaks against meeting it is as the advice found it."""
    found = TRUE
    for at_least, at_most, sign in ((need.at_least, None, 1), (None, need.at_most, -1)):
        if at_least is None and at_most is None:
            continue
        members = tuple((member.points, Holds(Atom("m", (str(n),)))) for n, member in enumerate(need.members))
        held = [
            value(member.need, values, facts, about) if sign * member.points > 0 else member.value
            for member in need.members
        ]
        found = min(found, counted(Count(members, at_least, at_most), held))
    return found


def evaluated(ways: Ways, facts: frozenset[str], about: About) -> dict[str, int]:
    values = dict.fromkeys(ways, FALSE)
    while True:
        new = {
            name: max((value(way.need, values, facts, about) for way in some), default=FALSE)
            for name, some in ways.items()
        }
        if new == values:
            return values
        values = new


def every_subset(facts: Iterable[str]) -> Iterable[frozenset[str]]:
    names = sorted(facts)
    return map(frozenset, chain.from_iterable(combinations(names, size) for size in range(len(names) + 1)))


def minimal_sets(ways: Ways, conclusion: str, level: int, facts: Iterable[str], about: About) -> Sets:
    found: Sets = set()
    for some in every_subset(facts):  # smallest first
        if not any(smaller <= some for smaller in found) and evaluated(ways, some, about)[conclusion] >= level:
            found.add(some)
    return found


# Random graphs --------------------------------------------------------------------------------------------------------

FACTS = tuple("abcdefg")
CONCLUSIONS = tuple("RSTUVWXYZ")


def random_need(chance: random.Random, below: tuple[str, ...], counts: bool = True) -> Need:
    kinds = ["cited"] * 6 + ["given", "any"] + (["drawn"] * 6 if below else [])
    kind = "points" if below and counts else chance.choice(kinds)
    if kind == "cited":
        return Cited(chance.choice(FACTS))
    if kind == "given":
        return Given(chance.choice((UNKNOWN, PROVISIONAL, TRUE, TRUE)))
    if kind == "drawn":
        return Drawn(chance.choice(below))
    if kind == "any":
        return Any(tuple(random_need(chance, below, counts=False) for _ in range(chance.randint(1, 3))))
    limits = chance.choice(((1, None), (2, None), (3, None), (None, 0), (None, 1), (1, 2), (-1, None)))
    members = tuple(
        Member(Fraction(chance.choice((1, 1, 2, -1, -2))), random_need(chance, below, counts=False), FALSE)
        for _ in range(chance.randint(1, 4))
    )
    least, most = (None if limit is None else Fraction(limit) for limit in limits)
    return Points(members, least, most)


def random_ways(chance: random.Random) -> dict[str, tuple[Way, ...]]:
    """Conclusions that draw on each other around cycles; a count reads only what comes after it, as in a program."""
    names = CONCLUSIONS[: chance.randint(2, len(CONCLUSIONS))]
    number = 0
    ways: dict[str, tuple[Way, ...]] = {}
    for at, name in enumerate(names):
        some = []
        for _ in range(chance.randint(1, 4)):
            number += 1
            parts: list[Need] = [
                random_need(chance, names, counts=False) for _ in range(chance.choice((1, 1, 2, 2, 3)))
            ]
            if names[at + 1 :] and chance.random() < 0.3:
                parts.append(random_need(chance, names[at + 1 :]))
            some.append(Way(f"f{number}", All(tuple(parts))))
        ways[name] = tuple(some)
    return ways


def settled(ways: Ways, about: About) -> dict[str, tuple[Way, ...]]:
    """The same with the value of each member of a count as it is when every fact is there."""
    values: dict[str, int] = evaluated(ways, frozenset(FACTS), about)
    for _ in CONCLUSIONS:  # a value may depend on what a count below was given
        ways = {
            name: tuple(Way(way.firing, restated(way.need, values, about)) for way in some)
            for name, some in ways.items()
        }
        values = evaluated(ways, frozenset(FACTS), about)
    return dict(ways)


def restated(need: Need, values: Mapping[str, int], about: About) -> Need:
    if isinstance(need, (All, Any)):
        return type(need)(tuple(restated(part, values, about) for part in need.parts))
    if isinstance(need, Points):
        members = tuple(
            Member(member.points, member.need, value(member.need, values, frozenset(FACTS), about))
            for member in need.members
        )
        return Points(members, need.at_least, need.at_most)
    return need


ABOUT: tuple[About, ...] = ({}, {"g": ("a", "b")}, {"f": ("a",), "g": ("b", "c", "d")})


@pytest.mark.parametrize("seed", range(200))
def test_the_sets_are_those_that_a_search_through_every_subset_finds(seed: int) -> None:
    chance = random.Random(seed)
    about = chance.choice(ABOUT)
    ways = settled(random_ways(chance), about)
    for level in LEVELS:
        network = network_of(ways, "R", level, about)
        found = sufficient(network)
        expected = minimal_sets(ways, "R", level, FACTS, about)
        assert whole(found) == expected
        assert found.number == len(expected) == len(found.sets)
        assert [len(some) for some in found.sets] == sorted(len(some) for some in found.sets)


def whole(found: Sufficient) -> Sets:
    return {found.common | some for some in found.sets}


# Where diagrams are given up -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(60))
def test_a_search_finds_the_same_sets_where_diagrams_may_not_grow(seed: int) -> None:
    chance = random.Random(seed)
    ways = settled(random_ways(chance), {})
    network = network_of(ways, "R", TRUE, {})
    whole_answer, searched = sufficient(network), sufficient(network, nodes=2)
    assert whole(searched) == whole(whole_answer)
    assert searched.number == whole_answer.number


def of_every_pair(elements: int) -> Ways:
    """A conclusion that needs half of so many facts, whichever: as many minimal sets as there can be."""
    members = tuple(Member(Fraction(1), Cited(f"x{n}"), TRUE) for n in range(elements))
    return {"R": (Way("f", Points(members, Fraction(elements // 2), None)),)}


def test_what_a_short_search_finds_is_minimal_and_there_are_no_more_than_the_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(support, "MOST_VISITS", 20_000)
    ways = of_every_pair(14)
    network = network_of(ways, "R", TRUE, {})
    found = sufficient(network, nodes=20)
    assert found.number is None
    assert found.bound == 3432 == sufficient(network).number
    assert 0 < len(found.sets) < 3432
    for some in found.sets:
        assert evaluated(ways, some, {})["R"] == TRUE
        assert all(evaluated(ways, some - {fact}, {})["R"] == FALSE for fact in some)


def test_no_more_are_listed_than_asked_for_and_all_are_counted() -> None:
    found = sufficient(network_of(of_every_pair(14), "R", TRUE, {}), most=10)
    assert (len(found.sets), found.number) == (10, 3432)


@pytest.mark.parametrize("distinct", [True, False])
def test_a_chain_of_diamonds(distinct: bool) -> None:
    ways: dict[str, tuple[Way, ...]] = {"R0": (Way("start", Cited("common")),)}
    for n in range(1, 21):
        sides = [f"{side}{n}" if distinct else side for side in ("left", "right")]
        ways[f"R{n}"] = tuple(
            Way(f"{side}-{n}", All((Cited(fact), Drawn(f"R{n - 1}"))))
            for side, fact in zip(("left", "right"), sides, strict=True)
        )
    found = sufficient(network_of(ways, "R20", TRUE, {}))
    assert found.number == (2**20 if distinct else 2)
    assert found.common == {"common"}
    assert len(found.sets) == (1_000 if distinct else 2)


@pytest.mark.parametrize("seed", range(40))
def test_whether_it_survives_without_some_facts(seed: int) -> None:
    chance = random.Random(seed)
    about = chance.choice(ABOUT)
    ways = settled(random_ways(chance), about)
    for level in LEVELS:
        network = network_of(ways, "R", level, about)
        solver = Solver(network)
        for gone in every_subset(FACTS):
            left = frozenset(FACTS) - gone
            assert solver.survives(network.bits(gone)) == (evaluated(ways, left, about)["R"] >= level)
