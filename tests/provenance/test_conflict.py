"""Conflicts as answers: every chain is that of its own side, whole, and nothing of another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.advising import Advisor, read_case_node
from engine.errors import Refused
from engine.model.advice import Advice, FiringRecord
from engine.model.case import Case
from engine.model.knowledge import KnowledgeBase
from provenance.conflict import conflicts
from provenance.grounds import Grounds
from provenance.model.conflict import Chain, Conflicts
from rulewright.authoring.scenarios import read_scenarios

KB_ROOT = Path(__file__).resolve().parents[2] / "kb"
Scenario = Callable[[str], Advice]


@pytest.fixture(scope="module")
def scenario(knowledge: KnowledgeBase) -> Scenario:
    """The advice for a scenario of the knowledge base, by its name."""
    found = {one.name: one for one in read_scenarios(KB_ROOT)}
    advisor = Advisor(knowledge, ("compiled",))
    return lambda name: advisor.advise(read_case_node(found[name].case, knowledge))


def chains(found: Conflicts, name: str) -> dict[str, list[Chain]]:
    (conflict,) = (one for one in found.conflicts if one.opposition.name == name)
    return {side.label: list(side.chains) for side in conflict.sides}


def below(advice: Advice, ids: set[str]) -> set[str]:
    """The firings below these, by fixpoint over the text of the advice alone: what their true premises rest on."""
    firings = {firing.id: firing for firing in advice.firings}
    found = set(ids)
    while True:
        read = {
            premise.conclusion
            for id_ in found
            for premise in firings[id_].premises
            if premise.conclusion and advice.values.get(premise.conclusion, "false") != "false"
        }
        more = {
            firing.id
            for firing in advice.firings
            if firing.conclusion in read and firing.value == advice.values[firing.conclusion]
        }
        if more <= found:
            return found
        found |= more


NAMES = (
    "both-triggers-of-cyclosporine",
    "refractory-child",
    "biologic-asked-for-first",
    "tocilizumab-in-three-roles-at-once",
    "early-blockade-held-back-by-the-other-side-alone",
    "an-infection-and-a-biologic",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_chain_is_the_closure_of_its_own_firings(scenario: Scenario, knowledge: KnowledgeBase, name: str) -> None:
    advice = scenario(name)
    found = conflicts(Grounds(advice, knowledge))
    assert [one.opposition for one in found.conflicts] == [*advice.opposed] != []
    for conflict in found.conflicts:
        for side, argued in zip(conflict.opposition.sides, conflict.sides, strict=True):
            assert [chain.bearing for chain in argued.chains] == [*side.bearings]
            for chain in argued.chains:
                assert {firing.id for firing in chain.firings} == below(advice, {*chain.bearing.firings})
                assert {*chain.bearing.facts} <= {*chain.facts}
                assert all(firing in advice.firings for firing in chain.firings)


def test_the_chain_of_one_trigger_has_nothing_of_the_other(scenario: Scenario, knowledge: KnowledgeBase) -> None:
    advice = scenario("both-triggers-of-cyclosporine")
    sides = chains(conflicts(Grounds(advice, knowledge), ["T2"]), "T2")
    (specific,), (refractory,) = sides["after an inadequate response"], sides["in refractory cases"]
    assert specific.bearing.conclusion == refractory.bearing.conclusion == "for option(cyclosporine A, add-on)"
    assert "G09" in specific.facts
    assert "G03" not in specific.facts
    assert "G03" in refractory.facts
    assert "patient.refractory" in refractory.data
    assert "patient.refractory" not in specific.data
    assert not {one.id for one in drawing(specific)} & {one.id for one in drawing(refractory)}


def drawing(chain: Chain) -> list[FiringRecord]:
    return [firing for firing in chain.firings if firing.conclusion == chain.bearing.conclusion]


def test_what_bears_without_a_firing_has_its_facts_alone(scenario: Scenario, knowledge: KnowledgeBase) -> None:
    found = conflicts(Grounds(scenario("biologic-asked-for-first"), knowledge), ["T4"])
    ruled_out, beside = chains(found, "T4")["as therapy"]
    assert (ruled_out.bearing.way, ruled_out.firings, ruled_out.facts) == ("would-speak-for", (), ("G14", "R07", "I04"))
    assert [reason.code for reason in ruled_out.bearing.reasons] == [
        "NOT_REFRACTORY",
        "PRIOR_IMMUNOSUPPRESSION_INSUFFICIENT",
    ]
    assert (beside.bearing.way, beside.facts) == ("beside", ("R09",))


# What is not touched ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "opposition", "why"),
    [
        ("untreated-child", "T1", "no side bears on this case: nothing that it is about is in play"),
        ("refractory-child", "T2", "no side holds in this case: what they speak for is open or ruled out"),
        ("refractory-child", "T24", "only one side bears on this case: infections as harm of biologics"),
    ],
)
def test_what_is_not_touched_says_why(
    scenario: Scenario, knowledge: KnowledgeBase, name: str, opposition: str, why: str
) -> None:
    found = conflicts(Grounds(scenario(name), knowledge), [opposition])
    assert found.conflicts == ()
    assert [(one.name, one.why) for one in found.untouched] == [(opposition, why)]


@pytest.mark.parametrize("name", NAMES)
def test_every_declared_opposition_is_shown_or_said_not_to_be(
    scenario: Scenario, knowledge: KnowledgeBase, name: str
) -> None:
    found = conflicts(Grounds(scenario(name), knowledge))
    declared = [one.opposition.name for one in found.conflicts if one.opposition.kind == "declared"]
    assert sorted([*declared, *(one.name for one in found.untouched)]) == sorted(one.name for one in knowledge.opposes)


def test_unknown_names_are_refused_together(
    cases: dict[str, Case], advised: Scenario, knowledge: KnowledgeBase
) -> None:
    with pytest.raises(Refused) as refused:
        conflicts(Grounds(advised("untreated-child"), knowledge), ["T1", "T44", "nothing"])
    assert [(problem.code, problem.hint) for problem in refused.value.problems] == [
        ("unknown-opposition", "did you mean `T4`?"),
        ("unknown-opposition", ""),
    ]
