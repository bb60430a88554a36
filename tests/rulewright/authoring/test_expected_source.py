"""What a scenario may expect of sources, and what is no expectation."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.advising import Advisor, read_case_node
from engine.errors import Findings
from engine.loading import load
from engine.model.advice import Advice
from engine.reading import Mapping, read_text
from rulewright.authoring.expectation import Expectation
from rulewright.authoring.scenarios import read_scenarios

KB = Path(__file__).resolve().parents[3] / "kb"
KNOWLEDGE = load(KB)


@pytest.fixture(scope="module")
def advice() -> Advice:
    [scenario] = [one for one in read_scenarios(KB) if one.name == "untreated-child"]
    return Advisor(KNOWLEDGE, ("compiled",)).advise(read_case_node(scenario.case, KNOWLEDGE))


def compared(text: str, advice: Advice) -> tuple[list[str], list[str]]:
    """The differences as sentences, and the problems of the expectation."""
    findings = Findings()
    node = read_text(f"cited-sources: {text}", "expect.yaml", findings)
    assert isinstance(node, Mapping)
    differences = Expectation(KNOWLEDGE, node, findings).differences(advice)
    return [str(one) for one in differences], [f"{one.location} {one.code}" for one in findings.problems]


@pytest.mark.parametrize(
    ("text", "differences", "problems"),
    [
        ("{S0: {kind: secondary, identity: unresolved, standing: current}}", [], []),
        ("{S0: {identity: verified}}", ["source S0: expected identity verified, is unresolved"], []),
        ("{S0: {kind: label, standing: retracted}}",
         ["source S0: expected kind label, is secondary", "source S0: expected standing retracted, is current"], []),
        ("{S2: {kind: label}}", ["source S2: expected named, is not named"], []),
        ("{S99: {kind: research}}", [], ["expect.yaml:1:1 unknown-term"]),
        ("{S0: {kind: book}}", [], ["expect.yaml:1:28 unknown-term"]),
        ("{S0: {shape: round}}", [], ["expect.yaml:1:22 unknown-field"]),
        ("{S0: {}}", [], ["expect.yaml:1:21 expectation"]),
        ("{S0: secondary}", [], ["expect.yaml:1:21 type"]),
    ],
)  # fmt: skip
def test_sources_are_compared(text: str, differences: list[str], problems: list[str], advice: Advice) -> None:
    assert "S2" not in {source.id for source in advice.sources}
    assert compared(text, advice) == (differences, problems)
