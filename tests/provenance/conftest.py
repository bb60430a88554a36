from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from engine.advising import Advisor, read_case_text
from engine.loading import load
from engine.model.advice import Advice
from engine.model.case import Case
from engine.model.knowledge import KnowledgeBase

KB = Path(__file__).resolve().parents[2] / "kb"
EXAMPLES = KB / "scenarios" / "examples"

# Everything at once: incomplete lists, a gap, data on which the sources are silent, a drug without a claim.
CROWDED = """
title: Made-up child, incompletely recorded
as-of: 2026-03-06T08:00Z
patient:
  age: 8 a
  weight: {value: 25.50 kg, at: 2026-03-05}
  mas: confirmed
  underlying-disease: other
  requested: [anakinra, canakinumab]
labs:
  eGFR: "20 mL/min/{1.73_m2}"
  ferritin: "> 40000 ng/mL"
  platelets: [{value: 120 10*9/L, at: 2026-03-04}, {value: 48 10*9/L, at: 2026-03-05}]
findings: {pregnancy: true, infection: true, coagulopathy: INR prolonged}
courses:
  - {drug: methylprednisolone, dose: 300 mg/d, route: IV, started: 2026-03-04T08:00Z, response: inadequate}
  - {drug: anakinra, route: SC, started: -30 h}
  - {complete: false}
"""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--all-alterations",
        action="store_true",
        help="alter every value of several advices (by default every value of a short one, and a sample of the others)",
    )


@pytest.fixture(scope="session")
def knowledge() -> KnowledgeBase:
    return load(KB)


@pytest.fixture(scope="session")
def cases(knowledge: KnowledgeBase) -> dict[str, Case]:
    found = {
        path.stem: read_case_text(path.read_text(encoding="utf-8"), path.name, knowledge)
        for path in sorted(EXAMPLES.glob("*.yaml"))
    }
    found["crowded"] = read_case_text(CROWDED, "crowded.yaml", knowledge)
    found["nothing-known"] = read_case_text("{as-of: 2026-03-06T08:00Z}", "nothing.yaml", knowledge)
    return found


@pytest.fixture(scope="session")
def advised(knowledge: KnowledgeBase, cases: dict[str, Case]) -> Callable[[str], Advice]:
    advisor = Advisor(knowledge, ("compiled",))
    return cache(lambda name: advisor.advise(cases[name]))
