"""Every datum of a case is accounted for: read by a rule, or reported as read by none."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.advising import Advisor, read_case_node
from engine.loading import load
from engine.model.advice import Advice, Input
from engine.paths import data_paths
from rulewright.authoring.scenarios import read_scenarios

KB = Path(__file__).resolve().parents[2] / "kb"
SCENARIOS = {scenario.name: scenario for scenario in read_scenarios(KB)}
ADVISOR = Advisor(load(KB), ("compiled",))


def advice_of(name: str) -> Advice:
    return ADVISOR.advise(read_case_node(SCENARIOS[name].case, ADVISOR.knowledge))


def datum(advice: Advice, path: str) -> Input:
    return next(entry for entry in advice.inputs if entry.path == path)


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_datum_of_the_case_is_there_once(name: str) -> None:
    listed = [entry.path for entry in advice_of(name).inputs]
    written = set(data_paths(SCENARIOS[name].case)) - {"patient", "labs", "findings"}
    assert len(listed) == len(set(listed))
    assert {path for path in written if not path.endswith("]")} <= set(listed)


def test_a_datum_on_which_a_rule_failed_was_read() -> None:
    """750 mg/d is not below the source's dose for 25 kg: the rule that looks at it does not fire."""
    dose = datum(advice_of("refractory-child"), "courses[0].dose")
    assert dose.rules == ("steroid-below-the-dose-of-the-source",)


def test_an_earlier_value_of_an_item_is_not_lost() -> None:
    response = datum(advice_of("the-latest-response-counts"), "courses[0].response")
    assert response.text.startswith("inadequate")
    assert [note.partition(" (")[0] for note in response.notes] == ["earlier: adequate"]
