"""Runs the scenarios of a knowledge base: each case is advised, and the advice compared with what its author
expects.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from importlib.abc import Traversable
from pathlib import Path
from time import perf_counter
from typing import Literal

from engine.advising import ENGINES, Advisor, read_case_node
from engine.errors import EnginesDiffer, Findings, Location, MatcherUnavailable, Problem, Refused
from engine.loading import default_knowledge, load
from provenance.inquiry import Inquiry
from rulewright.authoring.difference import Difference
from rulewright.authoring.expectation import Expectation
from rulewright.authoring.scenario import Broken, Scenario, name_known_sources
from rulewright.authoring.scenario_files import read_each, read_scenarios, shown

Wrong = Literal["", "scenario", "case", "expectation"]

__all__ = ["Outcome", "Wrong", "answered", "outcome", "read_each", "read_scenarios", "run", "shown"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one scenario: nothing to tell, or each difference, or what is wrong with the scenario itself.

    ``wrong`` says what the problems are of: what is written as such (it cannot be read), its case, or what it expects.
    ``failure`` says that the engines could not answer. ``inquiry`` asks on about the advice of a scenario that did not
    pass (None where there was none). ``seconds`` is what it took.
    """

    name: str
    location: Location
    differences: tuple[Difference, ...] = ()
    problems: tuple[Problem, ...] = ()
    wrong: Wrong = ""
    failure: str = ""
    inquiry: Inquiry | None = field(default=None, compare=False)
    seconds: float = field(default=0, compare=False)

    @property
    def passed(self) -> bool:
        """Whether the advice is what was expected."""
        return not (self.differences or self.problems or self.failure)


def run(
    root: Traversable | Path | None = None, filters: tuple[str, ...] = (), engines: tuple[str, ...] = ENGINES
) -> list[Outcome]:
    """Run the scenarios that the filters choose (`selection`), by default all; raises `Refused` where the knowledge
    base or one of its scenarios is wrong.
    """
    from rulewright.authoring.selection import chosen

    where = default_knowledge() if root is None else root
    advisor = Advisor(load(where), engines)
    outcomes = [outcome(scenario, advisor) for scenario in chosen(read_scenarios(where), filters)]
    Findings([problem for found in outcomes for problem in found.problems]).refuse_if_any()
    return outcomes


def outcome(scenario: Scenario | Broken, advisor: Advisor) -> Outcome:
    """Advise one scenario's case and compare; what is wrong with the scenario is told, not raised."""
    told = answered(scenario, advisor)
    return replace(told, inquiry=None) if told.passed else told


def answered(scenario: Scenario | Broken, advisor: Advisor, inquiry: Inquiry | None = None) -> Outcome:
    """As `outcome`, and the inquiry is kept where the scenario passed, too.

    ``inquiry`` is that of this scenario to this advisor, where one was begun already.
    """
    if isinstance(scenario, Broken):
        return Outcome(scenario.name, scenario.location, problems=scenario.problems, wrong="scenario")
    begun = perf_counter()
    told = _told(scenario, advisor, inquiry)
    return replace(told, seconds=perf_counter() - begun)


def _told(scenario: Scenario, advisor: Advisor, inquiry: Inquiry | None) -> Outcome:
    knowledge = advisor.knowledge
    begun = Outcome(scenario.name, scenario.location)
    findings = Findings()
    name_known_sources(scenario, knowledge, findings)
    try:
        findings.refuse_if_any()
        if inquiry is None:
            inquiry = Inquiry(advisor, read_case_node(scenario.case, knowledge), scenario.sources)
        advice = inquiry.advice
    except Refused as refused:
        return replace(begun, problems=refused.problems, wrong="scenario" if findings.problems else "case")
    except (EnginesDiffer, MatcherUnavailable) as error:
        return replace(begun, failure=str(error))
    differences = Expectation(knowledge, scenario.expect, findings).differences(advice, inquiry.grounds)
    problems = tuple(sorted(set(findings.problems)))
    wrong: Wrong = "expectation" if problems else ""
    return replace(begun, differences=tuple(differences), problems=problems, wrong=wrong, inquiry=inquiry)
