"""Aspects are told in words: no field of the contract is told by its own name."""

from __future__ import annotations

import pytest

from engine.model.advice import Certainty, Dose, Opposition, Side, Standing, Statement
from provenance.model.comparison import Aspect, Change
from provenance.render.aspects import aspect_value, aspect_words, kind_words
from provenance.render.comparison import only_said_again

SELF = {"key", "firings", "text", "kind", "name", "title", "about", "effect", "note", "conclusion", "evidence"}
"""What pairs lines and entries, is left out of a comparison, or is a word of the field already."""


@pytest.mark.parametrize("part", [Standing, Statement, Opposition])
def test_every_field_of_a_line_has_words(part: type[Standing] | type[Statement] | type[Opposition]) -> None:
    for name in set(part.model_fields) - SELF:
        assert kind_words(name) != name.replace("_", " "), name


@pytest.mark.parametrize(
    ("inner", "part"),
    [("dose", Dose), ("certainty", Certainty), ("sides", Side), ("sides.bearings.against x(y)", Side)],
)
def test_every_field_within_a_line_has_words(inner: str, part: type[Dose] | type[Certainty] | type[Side]) -> None:
    for name in set(part.model_fields) - SELF:
        assert not kind_words(f"{inner}.{name}").startswith(inner), name


@pytest.mark.parametrize(
    ("name", "of", "said"),
    [
        ("sides.bearings.premature(anakinra).value", "1", "whether what a side does holds"),
        ("sides.bearings.for option(a, b).reasons.NOT_REFRACTORY", "1", "why a side does not speak for it"),
        ("sides.bearings.against option(a, b)", "1", "how its sides bear on the case"),
        ("sides.populations.R11", "1", "whether the cases of R11 are like this one"),
        ("marks", "window", "mark “window”"),
        ("dose.reasons.WEIGHT_STALE", "G10", "why the dose of G10 is not computed"),
        ("dose.stated.route", "G10", "dose: route of G10"),
        ("brand_new.field-x", "z", "brand new: field x of z"),
    ],
)
def test_an_aspect_is_told_in_words_and_an_unknown_one_as_it_is_written(name: str, of: str, said: str) -> None:
    assert aspect_words(name, of) == said


def test_values_of_bearings_fits_and_marks_are_words() -> None:
    whole = '{"way":"speaks-against","conclusion":"against option(a, b)","value":"true"}'
    assert aspect_value("sides.bearings.against option(a, b)", whole) == "speaks against it"
    assert aspect_value("sides.bearings.against option(a, b).value", "unknown") == "open"
    assert aspect_value("beside.population", "direct") == "cases like this one"
    assert aspect_value("marks", "in-window") == "in window"
    assert aspect_value("note", "in-window") == "in-window"


def test_what_only_follows_from_the_way_of_a_bearing_is_not_told() -> None:
    bearing = "sides.bearings.for option(a, b)"
    way = Aspect(name=f"{bearing}.way", of="1", before=("speaks-for",), after=("would-speak-for",))
    value = Aspect(name=f"{bearing}.value", of="1", before=("true",), after=("false",))
    other = Change(line="opposition", name="x", what="changed", aspects=(value,))
    assert only_said_again(value, (way, value))
    assert not only_said_again(value, other.aspects)
    assert not only_said_again(way, (way, value))
