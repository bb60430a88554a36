"""Counts and sums: against every way in which open members can turn out, in the engine and in the checker alike."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle.spoilt import base, case_of, read

from engine.advising import Advisor
from engine.counting import ANY, countable, counted
from engine.errors import Findings
from engine.model.rule import Recorded
from engine.observing import FALSE, PROVISIONAL, TRUE, UNKNOWN
from engine.program import Count, Datum
from provenance.verify import truth, verify

VALUES = (FALSE, UNKNOWN, PROVISIONAL, TRUE)
POINTS = [Fraction(points) for points in (-2, -1, 1, 2, 3)] + [Fraction(1, 2)]


def literal(points: list[Fraction], least: Fraction | None, most: Fraction | None) -> Count:
    members = tuple((each, Datum(f"a.m{number}", Recorded(True, False))) for number, each in enumerate(points))
    return Count(members, least, most, True)


@st.composite
def sums(draw: st.DrawFn, most_members: int = 5) -> Count:
    points = draw(st.lists(st.sampled_from(POINTS), min_size=1, max_size=most_members))
    bounds = st.none() | st.integers(-4, 8).map(Fraction)
    return literal(points, draw(bounds), draw(bounds))


def by_every_way(count: Count, values: list[int]) -> int:
    """True if the bounds are met however the open members turn out; provisional if so once the provisional stand."""

    def met(standing: bool) -> set[bool]:
        ways = []
        for (points, _), value in zip(count.members, values, strict=True):
            certain = value == TRUE or (standing and value == PROVISIONAL)
            ways.append([points] if certain else [Fraction(0)] if value == FALSE else [Fraction(0), points])
        totals = [sum(way, Fraction(0)) for way in product(*ways)]
        return {
            (count.at_least is None or total >= count.at_least) and (count.at_most is None or total <= count.at_most)
            for total in totals
        }

    if len(met(False)) == 1:
        return TRUE if met(False) == {True} else FALSE
    return PROVISIONAL if met(True) == {True} else UNKNOWN


@settings(max_examples=300, deadline=None)
@given(sums(), st.data())
def test_a_count_with_one_bound_comes_to_what_every_way_comes_to(count: Count, data: st.DataObject) -> None:
    values = data.draw(st.lists(st.sampled_from(VALUES), min_size=len(count.members), max_size=len(count.members)))
    for least, most in ((count.at_least, None), (None, count.at_most)):
        one = Count(count.members, least, most, True)
        assert counted(one, values) == by_every_way(one, values)
    assert counted(count, values) == truth.counted(count, values)


@settings(max_examples=150, deadline=None)
@given(sums(), st.data())
def test_members_of_several_values_come_to_what_each_choice_comes_to(count: Count, data: st.DataObject) -> None:
    members = [data.draw(st.frozensets(st.sampled_from(VALUES), min_size=1)) for _ in count.members]
    expected = {counted(count, list(choice)) for choice in product(*members)}
    assert countable(count, members) == expected
    assert truth.countable(count, members) == expected


def test_many_members_are_counted_exactly_and_too_many_different_points_in_any_way() -> None:
    either = frozenset({TRUE, FALSE})
    sixty = literal([Fraction(1)] * 60, Fraction(50), None)
    assert countable(sixty, [frozenset({TRUE})] * 49 + [either] * 11) == either
    assert countable(sixty, [frozenset({TRUE})] * 50 + [either] * 10) == {TRUE}
    assert countable(sixty, [frozenset({TRUE})] * 38 + [either] * 11 + [frozenset({FALSE})] * 11) == {FALSE}
    powers = literal([Fraction(2**number) for number in range(20)], Fraction(1), None)
    assert countable(powers, [either] * 20) == ANY == truth.countable(powers, [either] * 20)


RULE = """
rules:
  - id: fine
    title: a rule
    because: [F1]
    when:
      - count: {{at_least: {least}, of: [{members}]}}
    then:
      - situation: {{is: ill}}
"""


@pytest.mark.parametrize(("least", "sets"), [(9, [("labs.m9",)]), (8, []), (10, [])])
def test_one_unknown_of_ten_members_is_asked_for_where_it_decides(
    tmp_path: Path, least: int, sets: list[tuple[str, ...]]
) -> None:
    """Eight of ten hold and one is not known: it decides whether nine hold, and nothing else does."""
    attributes = ", ".join(f"m{number}: {{type: boolean}}" for number in range(10))
    vocabulary = base()["vocabulary/v.yaml"].replace("case:\n", f"case:\n  labs: {{attributes: {{{attributes}}}}}\n")
    drawn = 'template: "{is.label}"}'
    vocabulary = vocabulary.replace(drawn, drawn.replace('}"}', '}", section: care, ask: true}'), 1)
    members = ", ".join(f"{{labs: {{m{number}: true}}}}" for number in range(10))
    rule = RULE.format(least=least, members=members)
    knowledge = read({"vocabulary/v.yaml": vocabulary, "rules/r.yaml": rule}, tmp_path)
    data = ", ".join(f"m{number}: {'true' if number < 8 else 'false'}" for number in range(9))
    case = case_of(f"{{as-of: 2026-03-10T12:00Z, labs: {{{data}}}}}", knowledge, Findings())
    assert case is not None
    advice = Advisor(knowledge).advise(case)
    found = [list(entry.sets) for entry in advice.missing if entry.question == "situation(ill)"]
    assert found == ([sets] if sets else [])
    assert verify(advice.model_dump(mode="json"), knowledge).problems == ()
