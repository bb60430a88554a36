"""The scenarios of a knowledge base as trials of a withdrawal: their cases, read, and what their authors expect."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.abc import Traversable
from pathlib import Path

from engine.advising import read_case_node
from engine.errors import Findings, Refused
from engine.model.advice import Advice
from engine.model.knowledge import KnowledgeBase
from provenance.withdrawal.drill import Trial
from rulewright.authoring.expectation import Expectation
from rulewright.authoring.scenario import Scenario, name_known_sources
from rulewright.authoring.scenarios import read_scenarios


def trials(root: Traversable | Path, knowledge: KnowledgeBase) -> list[Trial]:
    """Every scenario below ``scenarios/``, in the order in which they are read; raises `Refused` with every problem."""
    findings = Findings()
    found = []
    for scenario in read_scenarios(root):
        try:
            found.append(trial(scenario, knowledge))
        except Refused as refused:
            findings.problems.extend(refused.problems)
    findings.refuse_if_any()
    return found


def trial(scenario: Scenario, knowledge: KnowledgeBase) -> Trial:
    """One scenario; raises `Refused` where its case or a source that it names is wrong."""
    findings = Findings()
    name_known_sources(scenario, knowledge, findings)
    findings.refuse_if_any()

    def differences(advice: Advice, after: KnowledgeBase) -> Sequence[str]:
        # What the rules of the knowledge base can no longer draw is a difference here, and no mistake of the author.
        problems = Findings()
        told = [found.text for found in Expectation(after, scenario.expect, problems).differences(advice)]
        return tuple(dict.fromkeys([*told, *(problem.message for problem in problems)]))

    case = read_case_node(scenario.case, knowledge)
    return Trial(scenario.name, str(scenario.location), case, scenario.sources, differences)
