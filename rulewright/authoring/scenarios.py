"""Runs the scenarios of a knowledge base: each case is advised, and the advice compared with what its author
expects.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.abc import Traversable
from pathlib import Path

from engine.advising import ENGINES, Advisor, read_case_node
from engine.errors import EnginesDiffer, Findings, Location, Refused
from engine.loading import default_knowledge, load
from engine.model.knowledge import KnowledgeBase
from engine.reading import read_text
from rulewright.authoring.expectation import Expectation
from rulewright.authoring.scenario import Scenario, ScenarioReader


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one scenario: no differences, or each of them as a sentence."""

    name: str
    path: str
    differences: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether the advice is what was expected."""
        return not self.differences


def run(root: Traversable | Path | None = None, pattern: str = "", engines: tuple[str, ...] = ENGINES) -> list[Outcome]:
    """Run the scenarios whose name contains ``pattern``; raises `Refused` where the knowledge base or a scenario is
    wrong.
    """
    where = default_knowledge() if root is None else root
    knowledge = load(where)
    scenarios = [scenario for scenario in read_scenarios(where) if pattern in scenario.name]
    advisor = Advisor(knowledge, engines)
    findings = Findings()
    outcomes = [outcome(scenario, advisor, findings) for scenario in scenarios]
    findings.refuse_if_any()
    return outcomes


def read_scenarios(root: Traversable | Path) -> list[Scenario]:
    """The scenarios below ``scenarios/``; raises `Refused` with every problem."""
    findings = Findings()
    reader = ScenarioReader(findings)
    for path in _files(root / "scenarios"):
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            findings.add("unreadable", Location(str(path)), f"{path} cannot be read as UTF-8 text", "a readable file")
            continue
        node = read_text(text, shown(path), findings)
        if node is not None:
            reader.read(node, path.name.rpartition(".")[0])
    found = list(reader.scenarios())
    findings.refuse_if_any()
    return found


def outcome(scenario: Scenario, advisor: Advisor, findings: Findings) -> Outcome:
    """Advise one scenario's case and compare."""
    knowledge: KnowledgeBase = advisor.knowledge
    try:
        advice = advisor.advise(read_case_node(scenario.case, knowledge), scenario.sources)
    except Refused as refused:
        findings.problems.extend(refused.problems)
        return Outcome(scenario.name, str(scenario.location), ("its case is refused",))
    except EnginesDiffer as differ:
        return Outcome(scenario.name, str(scenario.location), (str(differ),))
    differences = Expectation(knowledge, scenario.expect, findings).differences(advice)
    return Outcome(scenario.name, str(scenario.location), tuple(dict.fromkeys(differences)))


def shown(path: Traversable) -> str:
    """A path as a person would type it."""
    try:
        return str(Path(str(path)).resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _files(folder: Traversable | Path) -> Iterator[Traversable]:
    if folder.is_dir():
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if entry.is_dir():
                yield from _files(entry)
            elif entry.name.endswith((".yaml", ".yml")):
                yield entry
