"""Numbers of readings: taken up, printed, computed from what is printed, or found."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from rulewright.authoring.checks.inspect import inspect

PUMPS = Path(__file__).parents[3] / "knowledge" / "pumps"
FACTS = """\
read-in: HB
facts:
  - id: X1
    quote: "Wait 2 to 4 hours; 300 g at 20 g/cm."
    locator: "9"
"""
READING = """\
read-in: RD
interpretations:
  - id: X2
    about: [{about}]
    states: {states}
"""
RULE = """\
rules:
  - id: x
    title: It is over
    because: [X1, X2]
    when: [{readings: {pressure: "> 640 kPa"}}]
    then: [{situation: {is: leaking}}]
"""


def found(tmp_path: Path, states: str, about: str = "X1", facts: str = FACTS) -> list[str]:
    root = tmp_path / "kb"
    shutil.copytree(PUMPS, root)
    (root / "facts" / "x.yaml").write_text(facts, encoding="utf-8")
    (root / "facts" / "y.yaml").write_text(READING.format(about=about, states=states), encoding="utf-8")
    (root / "rules" / "x.yaml").write_text(RULE, encoding="utf-8")
    inspection = inspect(root, today=date(2026, 1, 1), only=["reading-numbers"])
    assert inspection.knowledge is not None, inspection.findings
    lines = (root / "facts" / "y.yaml").read_text(encoding="utf-8").split("\n")
    return [lines[one.location.line - 1][one.location.column - 1 : one.end - 1] for one in inspection.findings]


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ("Up to 4 h is early.", []),
        ("Up to 240 min is early.", []),
        ("Up to 5 h is early.", ["5 h"]),
        ("From 2 h on, and after 7 h.", ["7 h"]),
        ("Above 640 kPa it is over.", []),  # the rule takes it from the reading
        ("Above 641 kPa it is over.", ["641 kPa"]),
        ("It binds above 15 cm.", []),  # 300 g by 20 g/cm
        ("It binds above 16 cm.", ["16 cm"]),
        ("It binds above 15.0 cm, not 15.1 cm.", ["15.1 cm"]),
        ("A bar is 100 kPa, and 6.4 of them are 640 kPa.", []),  # what is taken from it is computed with it
        ("A bar is 101 kPa, and 6.4 of them are 640 kPa.", ["101 kPa"]),
        ("A bar is 100 kPa, and 6.4 of them are 641 kPa.", ["100 kPa", "641 kPa"]),
        ("A day is a day, and 3 are 3.", []),  # no unit, or one of it
        (">-\n      The first line says nothing.\n      The second says 9 h.", ["9 h"]),
    ],
)
def test_a_number_of_a_reading_stands_somewhere(states: str, expected: list[str], tmp_path: Path) -> None:
    assert found(tmp_path, states) == expected


def test_a_reading_of_a_source_may_say_what_any_of_its_statements_says(tmp_path: Path) -> None:
    assert found(tmp_path, "Up to 4 h is early, 5 h late.", "HB") == ["5 h"]
    assert found(tmp_path / "other", "Up to 4 h is early.", "OM") == ["4 h"]


@pytest.mark.parametrize(("weight", "expected"), [("15 g", []), ("16 g", ["16 g"])])
def test_a_factor_of_a_rate_that_a_claim_takes(weight: str, expected: list[str], tmp_path: Path) -> None:
    claim = "{claim: amount, work: grease, part: coupling, per: pump.shaft-diameter, rate: 45 g/cm, read-by: [X2]}"
    facts = FACTS.replace("Wait 2 to 4 hours; 300 g at 20 g/cm.", "Three spoons for each 10 mm.")
    assert facts != FACTS
    states = f"A spoon weighs {weight}, so that three for 10 mm are 45 g for each centimetre."
    assert found(tmp_path, states, facts=f"{facts}    claims: [{claim}]\n") == expected
