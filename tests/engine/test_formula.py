"""Formulas of declared quantities."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.formula import (
    Formula,
    FormulaError,
    Number,
    Operation,
    Value,
    evaluate,
    inputs,
    parse_formula,
    with_numbers,
)
from engine.model.unit import Unit


def read(value: Value) -> Fraction:
    return {"patient.height": Fraction(125), "patient.weight": Fraction(25)}[value.path]


def test_mosteller() -> None:
    formula = parse_formula("sqrt(patient.height[cm] * patient.weight[kg] / 3600)")
    found = evaluate(formula, read)
    # By hand: 3125/3600 = 0.868055…, whose root is 0.931694991…
    assert abs(found - Fraction("0.9316949906249123")) < Fraction(1, 10**15)
    assert with_numbers(formula, read) == "sqrt(125 x 25 / 3600)"
    assert list(inputs(formula)) == [
        Value("patient.height", Unit.parse("cm")),
        Value("patient.weight", Unit.parse("kg")),
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("8 / 2 / 2", 2),
        ("8 - 2 - 2", 4),
        ("-2 * -3", 6),
        ("2 - -2", 4),
        ("min(3, 1, 2)", 1),
        ("max(3, 1, 2)", 3),
        ("sqrt(9)", 3),
        ("1 / 3", Fraction(1, 3)),
        ("0.1 + 0.2", Fraction(3, 10)),
        ("patient.weight * 2 + max(1, patient.height)", 175),
    ],
)
def test_value(text: str, value: Fraction) -> None:
    assert evaluate(parse_formula(text), read) == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "ends where a value"),
        ("1 +", "ends where a value"),
        ("(1", "not closed"),
        ("1 2", "should end"),
        ("weight[kgs]", "kgs"),
        ("sqrt(1, 2)", "one argument"),
        ("min(1)", "two or more"),
        ("sqrt 4", "parentheses"),
        ("2 ^ 3", "no part of a formula"),
        ("(" * 60 + "1" + ")" * 60, "too deeply"),
        (")", "stands where"),
    ],
)
def test_what_cannot_be_read(text: str, said: str) -> None:
    with pytest.raises(FormulaError, match=said.replace("(", r"\(")):
        parse_formula(text)


@pytest.mark.parametrize("text", ["1 / 0", "sqrt(0 - 1)"])
def test_what_has_no_value(text: str) -> None:
    with pytest.raises(FormulaError):
        evaluate(parse_formula(text), read)


formulas = st.recursive(
    st.integers(1, 50).map(lambda number: Number(Fraction(number))),
    lambda inner: st.builds(lambda sign, a, b: Operation(sign, (a, b)), st.sampled_from("+-*/"), inner, inner),
    max_leaves=8,
)


@given(formulas)
def test_what_is_shown_means_the_same(formula: Formula) -> None:
    """The step that a reader sees computes to the value that was used."""
    try:
        value = evaluate(formula, read)
    except FormulaError:
        return
    assert evaluate(parse_formula(with_numbers(formula, read).replace(" x ", " * ")), read) == value
