"""What was found is told as ranges, in words that hold for every value that they name, and is advised once more."""

from __future__ import annotations

import copy
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from oracle.programs import VOCABULARY, Written

from engine.advising import Advisor, read_case_text
from engine.loading import load
from provenance.inquiry import Inquiry
from provenance.model.whynot import Change, Changes, ChangeSet
from provenance.render.whynot import why_not_page
from provenance.whynot.answer import not_drawn, why_not
from provenance.whynot.changing.cells import cells
from provenance.whynot.changing.places import Span
from provenance.whynot.changing.telling import joined, readable
from provenance.whynot.smallest import smallest_changes

ROOT = Path(__file__).resolve().parents[3]
PUMPS = ROOT / "tests" / "knowledge" / "pumps"
ADVISORS = {name: Advisor(load(root), ("compiled",)) for name, root in (("kb", ROOT / "kb"), ("pumps", PUMPS))}


def asked(text: str, conclusion: str, base: str = "kb") -> Changes:
    advisor = ADVISORS[base]
    inquiry = Inquiry(advisor, read_case_text(text, "case.yaml", advisor.knowledge))
    return smallest_changes(inquiry, inquiry.grounds.atoms[conclusion])


def example(name: str, conclusion: str) -> Changes:
    return asked((ROOT / "kb" / "scenarios" / "examples" / f"{name}.yaml").read_text(encoding="utf-8"), conclusion)


def words(one: ChangeSet) -> tuple[str, ...]:
    return tuple(change.cell for change in one.changes)


ADDED = "a course: drug methylprednisolone, route IV"
EXPECTED: dict[tuple[str, str], list[tuple[str, ...]]] = {
    ("untreated-child", "option(cyclosporine A, add-on)"): [
        ("declared refractory: true",),
        (f"{ADDED}, started at least 24 h before the as-of time, response inadequate",),
    ],
    ("untreated-child", "option(etoposide, refractory)"): [("declared refractory: true",)],
    ("untreated-child", "option(anakinra, refractory)"): [
        ("declared refractory: true", f"{ADDED}, days given less than 3"),
        ("declared refractory: true", f"{ADDED}, started less than 72 h before the as-of time"),
        ("declared refractory: true", f"{ADDED}, started at least 72 h before the as-of time, days given at least 3"),
        (
            "a course: drug cyclosporine A, response inadequate",
            f"{ADDED}, started at least 24 h before the as-of time, response inadequate",
        ),
    ],
    ("refractory-child", "option(cyclosporine A, add-on)"): [
        ("course 2 (cyclosporine A): not there",),
        ("drug of course 2 (cyclosporine A): any but cyclosporine A",),
        ("response of course 2 (cyclosporine A): adequate",),
    ],
    ("refractory-child", "option(methylprednisolone, initial)"): [
        ("course 1 (methylprednisolone): not there",),
        ("days given of course 1 (methylprednisolone): less than 3",),
        ("drug of course 1 (methylprednisolone): any but methylprednisolone",),
        ("route of course 1 (methylprednisolone): PO or SC or IM",),
        ("started of course 1 (methylprednisolone): less than 72 h before the as-of time",),
    ],
    ("biologic-asked-for-first", "option(IVIG, refractory)"): [("declared refractory: true",)],
}


@pytest.mark.parametrize(("name", "conclusion"), EXPECTED)
def test_the_smallest_changes_of_the_examples(name: str, conclusion: str) -> None:
    found = example(name, conclusion)
    assert (found.value, found.whole) == ("true", True)
    assert found.number == len(found.sets)
    assert sorted(map(words, found.sets)) == sorted(EXPECTED[name, conclusion])
    assert {len(one.changes) for one in found.sets} == {found.size}
    assert all(change.exact for one in found.sets for change in one.changes)


@pytest.mark.parametrize("name", ["untreated-child", "refractory-child", "biologic-asked-for-first"])
def test_the_advice_for_the_changed_case_draws_it_and_with_one_change_less_it_does_not(name: str) -> None:
    """Each set of changes made on the case's document by what the answer says, not by what the search did."""
    advisor = ADVISORS["kb"]
    text = (ROOT / "kb" / "scenarios" / "examples" / f"{name}.yaml").read_text(encoding="utf-8")
    inquiry = Inquiry(advisor, read_case_text(text, "case.yaml", advisor.knowledge))
    for line in not_drawn(inquiry).lines:
        found = smallest_changes(inquiry, inquiry.grounds.atoms[line.conclusion])
        for one in found.sets:
            assert value_after(inquiry, one.changes, line.conclusion) == "true"
            for number in range(len(one.changes)):
                fewer = (*one.changes[:number], *one.changes[number + 1 :])
                assert value_after(inquiry, fewer, line.conclusion) != "true"


def value_after(inquiry: Inquiry, changes: tuple[Change, ...], conclusion: str) -> str:
    body = copy.deepcopy(dict(inquiry.advice.case))
    for change in sorted(changes, key=lambda one: one.path, reverse=True):
        make(body, change)
    case = read_case_text(json.dumps(body), "changed.json", inquiry.knowledge)
    return inquiry.variant(case).values[conclusion]


def make(body: dict[str, Any], change: Change) -> None:
    section, _, rest = change.path.partition(".") if "[" not in change.path else change.path.partition("[")
    if change.operation == "add-item":
        body[section].append({k: json_value(v) for k, v in (part.split(": ", 1) for part in change.value.split(", "))})
    elif change.operation == "remove-item":
        del body[section][int(rest.removesuffix("]"))]
    elif "[" in change.path:
        number, _, field = rest.partition("].")
        body[section][int(number)][field] = json_value(change.value)
    else:
        body.setdefault(section, {})[rest] = json_value(change.value)


def json_value(text: str) -> object:
    return yaml.safe_load(text) if text in ("true", "false") or text.isdecimal() else text


@pytest.mark.parametrize(
    ("exact", "shown"),
    [
        (
            Span(None, Fraction(388800000001, 3600000000), False, False, "h"),
            Span(None, Fraction(108), False, True, "h"),
        ),
        (Span(Fraction(100, 3), None, True, False, "kg"), Span(Fraction(3334, 100), None, True, False, "kg")),
        (
            Span(Fraction(72), Fraction(145, 2), True, False, "h"),
            Span(Fraction(72), Fraction(145, 2), True, False, "h"),
        ),
        (
            Span(Fraction(1, 3000), Fraction(2, 3000), True, True, "g"),
            Span(Fraction(4, 10000), Fraction(6, 10000), True, True, "g"),
        ),
        (Span(Fraction(1, 3), Fraction(1, 3), True, True, "g"), Span(Fraction(1, 3), Fraction(1, 3), True, True, "g")),
    ],
)
def test_ends_are_rounded_into_the_range_and_never_out_of_it(exact: Span, shown: Span) -> None:
    assert readable(exact) == shown


def test_what_fills_in_comes_before_what_adds_and_what_alters() -> None:
    case = "{as-of: 2026-03-06T08:00Z, patient: {mas: confirmed, requested: [anakinra]}}"
    found = asked(case, "option(etoposide, refractory)")
    order = {"fills": 0, "adds": 1, "alters": 2}
    ranks = [max(order[change.novelty] for change in one.changes) for one in found.sets]
    assert ranks == sorted(ranks)
    weight = asked(
        "{as-of: 2026-03-06T08:00Z, patient: {mas: confirmed}, courses: []}",
        "dose(methylprednisolone, follow-on, pulse-then-follow-on/follow-on)",
    )
    assert [(words(one), one.changes[0].novelty) for one in weight.sets] == [(("weight: any value",), "fills")]


def test_a_stale_measurement_is_taken_anew() -> None:
    case = "{as-of: 2026-03-06T08:00Z, patient: {mas: confirmed, weight: {value: 20 kg, at: 2026-01-01}}, courses: []}"
    found = asked(case, "dose(methylprednisolone, follow-on, pulse-then-follow-on/follow-on)")
    ((change,),) = (one.changes for one in found.sets)
    assert (change.path, change.novelty, change.before, change.cell) == (
        "patient.weight",
        "fills",
        "20 kg",
        "weight: any value",
    )


def test_a_list_that_was_not_given_is_completed() -> None:
    found = asked("{as-of: 2026-03-06T08:00Z, patient: {mas: confirmed}}", "option(methylprednisolone, initial)")
    assert [(words(one), one.changes[0].operation) for one in found.sets] == [
        (("courses given: a complete list, for example none at all",), "complete")
    ]


QUIET = """
as-of: 2026-01-15T12:00Z
pump: {standby: true, sealed-bearing: false, leak: false, noise: false}
readings: {vibration: 2 mm/s, bearing-temperature: 60 Cel, pressure: 400 kPa}
repairs: []
inspections: [{kind: vibration, day: 2026-01-01, result: true}]
"""


@pytest.mark.parametrize(
    ("conclusion", "size", "sets"),
    [
        ("situation(over-pressure)", 1, [("pressure: more than 600 kPa",)]),
        (
            "situation(inspection-due)",
            1,
            [
                ("day of inspection 1: more than 90 d before the as-of time",),
                ("inspection 1: not there",),
                ("kind of inspection 1: visual",),
            ],
        ),
        (
            "severity(moderate)",
            2,
            [
                ("bearing temperature: more than 90 Cel", "vibration: more than 7.1 mm/s"),
                ("standby: false", "vibration: more than 7.1 mm/s"),
            ],
        ),
        ("severity(severe)", 0, []),
    ],
)
def test_points_limits_and_absences_of_a_second_subject(
    conclusion: str, size: int, sets: list[tuple[str, ...]]
) -> None:
    found = asked(QUIET, conclusion, "pumps")
    assert (found.size, sorted(map(words, found.sets))) == (size, sorted(sets))
    assert found.whole


FOUR_GAPS = """
rules:
  - id: drawn-in-spite-of-four-gaps
    title: a rule
    because: [F1]
    when: [{patient: {alarm: true}}]
    unless:
      - {patient: {state: high}, if_unknown: stands}
      - {patient: {sign: true}, if_unknown: stands}
      - {patient: {score: 2}, if_unknown: stands}
      - {patient: {disease: flu}, if_unknown: stands}
    then: [{situation: {is: s1}}]
"""
FACTS = "{read-in: S, facts: [{id: F1, quote: words}, {id: F2, quote: words}, {id: F3, quote: words}]}"
READINGS = "{read-in: E, interpretations: [{id: I1, about: [F1], states: a reading, not-used-by-rules: none}]}"


def test_where_provisional_is_the_best_it_is_said() -> None:
    knowledge = Written(FACTS, READINGS, FOUR_GAPS, "against").load()
    inquiry = Inquiry(
        Advisor(knowledge, ("compiled",)), read_case_text("{as-of: 2026-03-06T08:00Z}", "c.yaml", knowledge)
    )
    found = smallest_changes(inquiry, inquiry.grounds.atoms["situation(s1)"])
    assert (found.size, found.value, [words(one) for one in found.sets]) == (1, "provisional", [("alarm: true",)])
    text = why_not_page(why_not(inquiry, "situation(s1)"), knowledge).text()
    assert "1 change is enough, in 1 way. Nothing of at most three changes makes it more than provisional." in text


COMPARED = """
rules:
  - id: heavier
    title: a rule
    because: [F1]
    when: [{visit: {weighed: "> patient.weight"}}]
    then: [{situation: {is: s1}}]
  - {id: doubled, title: a rule, because: [F1], when: [{test: {doubled: "> 50 kg"}}], then: [{situation: {is: s2}}]}
  - id: per-kilogram
    title: a rule
    because: [F1]
    when: [{course: {dose: "> 5 mg/kg/d"}}]
    then: [{situation: {is: s3}}]
  - id: later
    title: a rule
    because: [F1]
    when: [{course: {is: $a}}, {course: {is: $b, started: "> $a.started"}}]
    then: [{situation: {is: s4}}]
  - {id: two, title: a rule, because: [F1], when: [{patient: {alarm: true, sign: true}}], then: [{situation: {is: s5}}]}
  - id: without-two
    title: a rule
    because: [F1]
    when: [{patient: {score: known}}]
    unless: [{situation: {is: s5}}]
    then: [{situation: {is: s6}}]
"""


def made_up(case: str, conclusion: str) -> list[tuple[tuple[str, ...], bool]]:
    knowledge = Written(FACTS, READINGS, COMPARED, "against").load()
    inquiry = Inquiry(Advisor(knowledge, ("compiled",)), read_case_text(case, "c.yaml", knowledge))
    found = smallest_changes(inquiry, inquiry.grounds.atoms[conclusion])
    return [(words(one), all(change.exact for change in one.changes)) for one in found.sets]


def test_a_bound_that_is_itself_only_bounded() -> None:
    case = "{as-of: 2026-03-06T08:00Z, patient: {weight: '<= 20 kg'}, visits: [{weighed: 5 kg}]}"
    assert made_up(case, "situation(s1)") == [
        (("one more visit: weighed more than 20 kg",), True),
        (("weighed of visit 1: more than 20 kg",), True),
        (("weight: less than 5 kg",), True),
    ]


def test_what_must_not_hold_is_undone_at_any_of_its_conditions() -> None:
    case = "{as-of: 2026-03-06T08:00Z, patient: {score: 1, alarm: true, sign: true}}"
    assert sorted(made_up(case, "situation(s6)")) == [(("alarm: false",), True), (("sign: false",), True)]


def test_of_a_comparison_both_sides_are_filled_in() -> None:
    case = "{as-of: 2026-03-06T08:00Z, visits: [{response: north}]}"
    told = [one for one, _ in made_up(case, "situation(s1)")]
    assert told
    assert all(any(word.startswith("weight: ") for word in one) for one in told)
    assert any(any(word.startswith("weighed of visit 1: ") for word in one) for one in told)


def test_of_what_enters_a_formula_the_value_tried_alone_is_vouched_for() -> None:
    ((told, exact),) = made_up("{as-of: 2026-03-06T08:00Z, patient: {weight: 20 kg}}", "situation(s2)")
    assert (told, exact) == (("weight: such as 25.01 kg",), False)  # twice the weight is more than 50 kg


def test_a_value_in_a_unit_that_needs_a_conversion() -> None:
    case = "{as-of: 2026-03-06T08:00Z, patient: {weight: 20 kg}, courses: [{dose: 4 mg/kg/d}]}"
    found = dict(made_up(case, "situation(s3)"))
    assert ("dose of course 1: more than 5 mg/kg/d",) in found


def test_of_two_times_that_are_compared_each_has_the_other_for_its_bound() -> None:
    case = "{as-of: 2026-03-06T08:00Z, courses: [{started: -10 h}, {drug: d1}]}"
    found = dict(made_up(case, "situation(s4)"))
    assert found[("started of course 2: less than 10 h before the as-of time or more than 10 h before the as-of time",)]


def diamonds(together: bool) -> str:
    """Twenty diamonds on top of one another; each is drawn by both of its sides, or by either."""
    rules = [rule("base", ["{patient: {alarm: true}}"], "{linked: {drug: d1, situation: n0}}")]
    for at in range(20):
        sides = [f"{{linked: {{drug: {drug}, situation: n{at}}}}}" for drug in ("d2", "d3")]
        start = f"{{linked: {{drug: d1, situation: n{at}}}}}"
        goal = f"{{linked: {{drug: d1, situation: n{at + 1}}}}}"
        rules += [rule(f"up-{at}-{n}", [start], side) for n, side in enumerate(sides)]
        rules += [rule(f"over-{at}", sides, goal)] if together else []
        rules += [] if together else [rule(f"over-{at}-{n}", [side], goal) for n, side in enumerate(sides)]
    return "rules:\n" + "".join(f"  - {one}\n" for one in rules)


def rule(name: str, when: list[str], then: str) -> str:
    return f"{{id: {name}, title: a rule, because: [F1], when: [{', '.join(when)}], then: [{then}]}}"


@pytest.mark.parametrize(("together", "distance"), [(True, 2**20), (False, 1)])
def test_a_chain_of_twenty_diamonds(together: bool, distance: int) -> None:
    """A million ways down, and one datum at the bottom: counted once for each condition that rests on it."""
    written = Written(FACTS, READINGS, diamonds(together), "against")
    terms = ", ".join(f"n{number}: node" for number in range(21))
    knowledge = written.load(VOCABULARY.replace("{s1: one,", f"{{{terms}, s1: one,"))
    inquiry = Inquiry(
        Advisor(knowledge, ("compiled",)), read_case_text("{as-of: 2026-03-06T08:00Z}", "c.yaml", knowledge)
    )
    answer = why_not(inquiry, "linked(d1, n20)")
    assert answer.distance == distance
    assert len(answer.undrawn) == 60
    assert answer.changes is not None
    assert [words(one) for one in answer.changes.sets] == [("alarm: true",)]


def test_cells_meet_at_every_point_and_hold_their_value() -> None:
    points = [Fraction(20), Fraction(1, 3), Fraction(20), Fraction(900)]
    found = list(cells(points, Fraction(0), Fraction(400), "kg"))
    assert [span.low == span.high for span, _ in found] == [False, True, False, True, False]
    assert joined([span for span, _ in found]) == [Span(Fraction(0), Fraction(400), True, True, "kg")]
    for span, value in found:
        assert span.low is not None
        assert span.high is not None
        assert span.low == value == span.high or span.low < value < span.high
    assert list(cells([], Fraction(0), Fraction(0), "")) == [
        (Span(Fraction(0), Fraction(0), True, True, ""), Fraction(0))
    ]


@pytest.mark.parametrize(
    ("low", "high"), [(None, None), (Fraction(0), None), (None, Fraction(5)), (None, Fraction(-5))]
)
def test_cells_without_an_end(low: Fraction | None, high: Fraction | None) -> None:
    found = list(cells([Fraction(-7), Fraction(3)], low, high, "h"))
    for span, value in found:
        assert span.low is None or span.low <= value
        assert span.high is None or value <= span.high
    assert joined([span for span, _ in found]) == [Span(low, high, low is not None, high is not None, "h")]
