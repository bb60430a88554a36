"""The knowledge base answers its own scenarios, and they cover what they must."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.advising import ENGINES, Advisor, read_case_node
from engine.errors import Refused
from engine.loading import load
from engine.model.advice import Advice
from engine.paths import data_paths, without
from rulewright.authoring.scenario import Scenario
from rulewright.authoring.scenarios import outcome, read_scenarios

KB = Path(__file__).resolve().parents[2] / "kb"
SCENARIOS = read_scenarios(KB)
KNOWLEDGE = load(KB)
ADVISOR = Advisor(KNOWLEDGE, ENGINES)
FAST = Advisor(KNOWLEDGE, ("compiled",))


def advice_of(scenario: Scenario) -> Advice:
    """Its advice without open questions, which nothing here reads."""
    return FAST.advise(read_case_node(scenario.case, KNOWLEDGE), scenario.sources, questions=False)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_scenario(scenario: Scenario) -> None:
    found = outcome(scenario, ADVISOR)
    assert found.passed, (found.differences, found.problems)


def test_there_are_at_least_forty_scenarios() -> None:
    assert len(SCENARIOS) >= 40


def test_every_drug_and_role_stands_under_every_heading_that_it_can() -> None:
    """Headings that cannot occur: only the initial therapy completes or is provisional on its own (see the rules)."""
    seen: dict[tuple[str, str], set[str]] = {}
    for scenario in SCENARIOS:
        for standing in advice_of(scenario).options:
            if "role" in standing.key:
                seen.setdefault((standing.key["drug"], standing.key["role"]), set()).add(standing.heading)
    common = {"advised", "not-supported-now", "undetermined"}
    extra = {("methylprednisolone", "initial"): {"completed", "provisional"}}
    assert seen == {key: common | extra.get(key, set()) for key in seen}
    assert len(seen) == 10


def test_every_declared_prohibition_is_kept_in_every_scenario() -> None:
    from rulewright.authoring.prohibition import violations

    for scenario in SCENARIOS:
        advice = advice_of(scenario)
        for prohibition in KNOWLEDGE.vocabulary.prohibitions.values():
            assert list(violations(prohibition, advice, KNOWLEDGE)) == [], scenario.name


ORDER = {"false": 0, "unknown": 1, "provisional": 2, "true": 3}


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_deleting_a_datum_never_advises_unmarked_what_the_fuller_case_refutes(scenario: Scenario) -> None:
    """A field, a whole section, or an item of a list that is then no longer complete.

    What a deletion derives all the same is marked: it names the stated default that it rests on.
    """
    full = advice_of(scenario)
    refuted = {atom for atom, value in full.values.items() if value == "false"}
    checked = 0
    for path in data_paths(scenario.case):
        case = without(scenario.case, path)
        assert case is not None, path
        try:
            fewer = FAST.advise(read_case_node(case, KNOWLEDGE), scenario.sources, questions=False)
        except Refused as refused:
            codes = {problem.code for problem in refused.problems}
            if codes != {"missing-field"}:
                raise
            continue
        checked += 1
        marked = {" ".join(standing.key.values()) for standing in fewer.options if standing.assumed}
        for atom in refuted:
            if fewer.values.get(atom) == "true" and atom.startswith("option("):
                assert atom.removeprefix("option(").removesuffix(")").replace(", ", " ") in marked, (path, atom)
        statements = [entry for entries in fewer.sections.values() for entry in entries]
        for entry in statements:
            if entry.value == "true" and entry.conclusion in refuted:
                assert entry.assumed, (path, entry.conclusion)
    assert checked
