"""Numbers and units are printed so that they cannot be misread (ISMP)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.advice import Number, Span
from engine.model.quantity import exact_text
from provenance.render.wording import amount_words, number_words, sentence_words, span_words, unit_words, value_words


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("mg/d", "mg per day"),
        ("mg/kg/d", "mg/kg per day"),
        ("mg/m2", "mg/m²"),
        ("m2", "m²"),
        ("10*9/L", "× 10⁹/L"),
        ("U/L", "units/L"),
        ("[IU]/mL", "international units/mL"),
        ("mL/min/{1.73_m2}", "mL per minute per 1.73 m²"),
        ("{INR}", ""),
        ("Cel", "°C"),
        ("a", "years"),
        ("ug/kg/h", "mcg/kg per hour"),
        ("%", "%"),
        ("1", ""),
        ("d", "days"),
    ],
)
def test_a_unit_is_spoken(unit: str, words: str) -> None:
    assert unit_words(unit) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("1000", "1,000"),
        ("1/2", "0.5"),
        ("3/2", "1.5"),
        ("600", "600"),
        ("1234567", "1,234,567"),
        ("2000/3", "666.7"),
        ("1/3000", "0.0003333"),
        ("-5", "−5"),
    ],
)
def test_a_number_is_printed(value: str, words: str) -> None:
    assert number_words(Fraction(value)) == words


@given(st.fractions(min_value=-(10**7), max_value=10**7))
def test_no_number_has_a_trailing_zero_or_a_naked_point(value: Fraction) -> None:
    text = number_words(value)
    whole, point, decimals = text.lstrip("−").partition(".")
    assert whole
    assert whole[0] != ","
    assert not point or (decimals and decimals[-1] != "0")


def test_the_ends_of_a_range_are_joined_by_a_word() -> None:
    assert span_words(Span(low="50", high="1250", unit="mg/d")) == "50 to 1,250 mg per day"
    assert span_words(Span(low="1", high="1", unit="d")) == "1 day"
    assert amount_words(Number(value="3", unit="d")) == "3 days"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("> 40000 ng/mL", "more than 40,000 ng/mL"),
        ("25.50 kg (measured 2026-03-05)", "25.5 kg (measured 2026-03-05)"),
        ("8 a", "8 years"),
        ("1 a", "1 year"),
        ("confirmed", "confirmed"),
        ("2 listed, complete", "2 listed, complete"),
        ("INR prolonged", "INR prolonged"),
        ("2026-03-01T08:00Z", "2026-03-01 08:00 UTC"),
        ("1.2 {INR}", "1.2"),
        ("3", "3"),
        ("-20 h", "20 hours before the as-of time"),
        ("<= 0.10 mg/dL", "at most 0.1 mg/dL"),
    ],
)
def test_a_value_of_a_case_is_spoken(text: str, words: str) -> None:
    assert value_words(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2-3 mg/kg/d x 25 kg = 50-75 mg/d", "2 to 3 mg/kg per day × 25 kg = 50 to 75 mg per day"),
        ("sqrt(125 x 25 / 3600) = 0.9317 m2", "sqrt(125 × 25 / 3600) = 0.9317 m²"),
        ("at most 1,000 mg per day", "at most 1,000 mg per day"),
        ("25-50 g in total", "25 to 50 g in total"),
        ("capped at 1000 mg/d.", "capped at 1,000 mg per day."),
        ("3 a day, 2 m away", "3 a day, 2 m away"),
    ],
)
def test_quantities_in_running_text_are_spoken(text: str, words: str) -> None:
    assert sentence_words(text) == words


@given(st.text(max_size=60))
def test_any_text_can_be_printed(text: str) -> None:
    sentence_words(text)
    value_words(text)


@given(
    st.decimals(0, 10**6, places=4, allow_nan=False),
    st.sampled_from(["0", "0.0001", "-0.0001", "0.9"]),
    st.sampled_from(["", "> ", ">= ", "< ", "<= "]),
)
def test_what_was_written_compares_in_words_as_it_does(number: Decimal, off: str, sign: str) -> None:
    """A bound in running text and a value of a case are printed in full: rounded, 12,345.6 would seem to be 12,346."""
    bound, value = Fraction(number), Fraction(number) + Fraction(off)
    if value >= 0:
        told = sentence_words(f"concentration at least {exact_text(bound)} mg/L").removeprefix(
            "concentration at least "
        )
        seen = value_words(f"{sign}{exact_text(value)} mg/L")
        told_number, seen_number = (Fraction(text.split()[-2].replace(",", "")) for text in (told, seen))
        assert (told_number, seen_number) == (bound, value)
