"""A bound that is a plain number is printed as its rule writes it (7.6), wherever a condition is told."""

from __future__ import annotations

from fractions import Fraction

import pytest

from engine.advising import Advisor, read_case_text
from engine.loading import load
from engine.model.rule import Compare, OneOf
from engine.program import Count, Datum, shown
from provenance.inquiry import Inquiry
from provenance.render.picture import picture
from provenance.whynot.answer import why_not

FILES = {
    "kb.yaml": "{name: small, version: 1, title: t, scope: s, intended-use: u, intended-user: w,\n"
    " release: demonstration, sources-as-of: today}\n",
    "vocabulary/words.yaml": """
terms: {thing: {sour: {}, sweet: {}}}
case: {water: {attributes: {ph: {type: number}, odd: {type: boolean}}}}
conclusions: {found: {key: {is: {type: term, of: thing}}}}
""",
    "sources/D.yaml": "{id: D, kind: secondary, title: d, identity: unresolved, known: read}\n",
    "facts/d.yaml": "{read-in: D, facts: [{id: F1, quote: Water is sweet above 7.6.}]}\n",
    "rules/r.yaml": """
rules:
  - {id: high, title: t, because: [F1], when: [{water: {ph: "> 7.6"}}], then: [{found: {is: sweet}}]}
  - {id: low, title: t, because: [F1], when: [{water: {ph: "< 6.25"}}], then: [{found: {is: sour}}]}
  - id: points
    title: t
    because: [F1]
    when:
      - sum:
          at_least: 2.5
          of:
            - {points: 0.5, if: {water: {ph: "< 6.25"}}}
            - {points: 2, if: {water: {odd: true}}}
    then: [{found: {is: sour}}]
""",
}


@pytest.fixture(scope="module")
def inquiry(tmp_path_factory: pytest.TempPathFactory) -> Inquiry:
    root = tmp_path_factory.mktemp("base")
    for name, text in FILES.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    advisor = Advisor(load(root), ["compiled"])
    case = read_case_text("{as-of: 2026-03-01T08:00Z, water: {ph: 6, odd: true}}", "c", advisor.knowledge)
    return Inquiry(advisor, case)


def test_an_advice_states_plain_numbers_as_the_rule_does(inquiry: Inquiry) -> None:
    told = {condition.condition for firing in inquiry.advice.firings for condition in firing.premises}
    assert told == {"water.ph < 6.25", "at least 2.5 of [0.5 if water.ph < 6.25, 2 if water.odd is true]"}


def test_what_is_not_drawn_states_its_bound_as_the_rule_does(inquiry: Inquiry) -> None:
    answer = why_not(inquiry, "found(sweet)")
    [condition] = answer.instances[0].conditions
    [check] = condition.checks
    assert check.bound is not None
    assert check.bound.text == "> 7.6"
    assert check.bound.told_by == "words"
    assert "/" not in condition.text


def test_the_graph_states_plain_numbers_as_the_rule_does(inquiry: Inquiry) -> None:
    drawn = picture(inquiry.grounds, ["found(sour)"])
    told = " ".join(text for box in drawn.boxes for text in box.text)
    assert "when water.ph < 6.25" in told
    assert "/" not in told


def test_a_ratio_whose_decimals_have_no_end_stays_one() -> None:
    assert str(Datum("water.ph", Compare(">", Fraction(1, 3)))) == "water.ph > 1/3"
    assert shown(OneOf((Fraction(38, 5), Fraction(2, 3)))) == "is 7.6 or 2/3"
    assert str(Count(((Fraction(1, 3), Datum("water.odd", OneOf((True,)))),), Fraction(1, 2), None, is_sum=True)) == (
        "at least 0.5 of [1/3 if water.odd is true]"
    )
