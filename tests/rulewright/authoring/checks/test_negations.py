"""Which words say only not."""

from __future__ import annotations

import pytest

from engine.model.vocabulary import Term
from rulewright.authoring.checks.negations import denies, says_only_not

GREASE = Term("work", "grease")

ONLY_NOT = [
    "Clay must not be used above 29 °C.",
    "Clay should not be used above 25 °C: we lost two pumps.",
    "Clay must never be given to old pumps",
    "Clay may not be applied in winter.",
    "Clay cannot be used in winter.",
    "You mustn\u2019t use clay in winter.",
    "Sealed bearings must never be greased.",
    "Do not use clay in winter.",
    "In winter, do not use clay.",
    "Never use clay in winter.",
    "Avoid clay in winter.",
    "Clay should be avoided in winter.",
    "Clay is contraindicated in winter.",
    "Clay is not recommended in winter.",
    "Clay must not be used in winter. It is contraindicated above 29 °C.",
    "Clay must not be used in winter and should not be used in old pumps.",
]
MORE = [
    "",
    "Clay should be used in winter.",
    "Clay may be used, but should not be used in winter.",
    "Clay should be used in winter. It must not be used in summer.",
    "Clay should not be used in summer; in winter it may be.",
    "Do not use clay; use lithium.",
    "Clay must not be used unless the pump is cold.",
    "Clay must not be used without a filter.",
    "Clay should not be used alone.",
    "Clay must not be used for more than 3 days.",
    "Clay should not be given together with lithium.",
    "The grease must not exceed 40 g.",
    "Greasing must not be delayed.",
    "Greasing should not be omitted.",
    "Clay is not contraindicated in winter.",
    "If the pump does not start, clay is added.",
    "Pumps that do not use clay are greased.",
    "A critical pump is not stopped while nothing can take its place.",
    "Seals that cannot be greased are of clay.",
    "Clay need not be avoided.",
    "never more than 40 g of grease",
]


@pytest.mark.parametrize("words", ONLY_NOT)
def test_words_that_say_only_not(words: str) -> None:
    assert says_only_not(words, [GREASE])


@pytest.mark.parametrize("words", MORE)
def test_words_that_say_more_or_no_such_thing(words: str) -> None:
    assert not says_only_not(words, [GREASE])


def test_what_must_not_be_done_is_what_a_term_is_called() -> None:
    assert not says_only_not("Sealed bearings must never be greased.", [Term("work", "inspect")])
    assert says_only_not("Sealed bearings must never be inspected.", [Term("work", "look", label="inspecting")])


@pytest.mark.parametrize(
    ("name", "label", "denied"),
    [
        ("stop", "", True),
        ("x", "no grease", True),
        ("without-grease", "", True),
        ("grease", "", False),
        ("knot", "", False),
    ],
)
def test_terms_that_are_a_not_themselves(name: str, label: str, denied: bool) -> None:
    assert denies(Term("work", name, label=label)) is denied
