"""A source that no longer stands is found with what that leaves out, and nothing asks for what no advice could use."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from engine.loading import load
from rulewright.authoring.checks.inspect import inspect

PUMPS = Path(__file__).parents[3] / "knowledge" / "pumps"
FALLEN = "standing: {is: retracted, note: it was taken back}\n"
EMPTY = "scenarios:\n  - {name: nothing, case: {as-of: 2026-03-01T08:00Z}, expect: {warnings: []}}\n"


@pytest.fixture
def pumps(tmp_path: Path) -> Path:
    root = tmp_path / "kb"
    shutil.copytree(PUMPS, root)
    return root


def messages(root: Path, check: str) -> list[str]:
    inspection = inspect(root, today=date(2026, 6, 1), only=[check])
    assert inspection.knowledge is not None, inspection.findings
    return [found.message for found in inspection.findings]


def test_what_a_source_that_does_not_stand_leaves_out(pumps: Path) -> None:
    source = pumps / "sources" / "OM.yaml"
    source.write_text(source.read_text(encoding="utf-8") + FALLEN, encoding="utf-8")
    knowledge = load(pumps)
    used = [fact for fact in knowledge.facts.values() if "OM" in (fact.quoted_from, *fact.cites)]
    assert {fact.id for fact in used if knowledge.fallen(fact)} == {
        fact.id for fact in used if fact.id not in knowledge.admitted(date(2026, 6, 1))
    }
    (message,) = messages(pumps, "standing")
    assert message.startswith("the source OM is retracted: no advice uses ")


@pytest.mark.parametrize(
    ("cites", "told"),
    [
        ("[NEW]", "no advice uses X1"),
        ("[NEW, HB]", "X1 rests on others beside it"),
        ("{all-of: [NEW, HB]}", "no advice uses X1"),
    ],
)
def test_a_fact_that_others_bear_too_is_still_used(pumps: Path, cites: str, told: str) -> None:
    (pumps / "sources" / "NEW.yaml").write_text(
        f"id: NEW\nkind: guideline\ntitle: New\nidentity: verified\n{FALLEN}", encoding="utf-8"
    )
    fact = f"  - id: X1\n    quote: A pump may stop.\n    modality: may\n    cites: {cites}\n"
    (pumps / "facts" / "new.yaml").write_text(f"read-in: HB\nfacts:\n{fact}", encoding="utf-8")
    rule = (
        "rules:\n  - {id: new, title: New, because: [X1], when: [{pump: {leak: true}}], then: [{faulty: {is: seal}}]}\n"
    )
    (pumps / "rules" / "new.yaml").write_text(rule, encoding="utf-8")
    assert messages(pumps, "standing") == [f"the source NEW is retracted: {told}"]


def test_no_scenario_is_asked_for_rules_that_cannot_fire_while_a_source_does_not_stand(pumps: Path) -> None:
    (pumps / "scenarios" / "pumps.yaml").write_text(EMPTY, encoding="utf-8")
    before = messages(pumps, "untested")
    for name in ("HB", "OM", "BU"):
        source = pumps / "sources" / f"{name}.yaml"
        source.write_text(source.read_text(encoding="utf-8") + FALLEN, encoding="utf-8")
    knowledge = load(pumps)
    rested = [
        f"`{rule.id}`"
        for rule in knowledge.rules.values()
        if any(knowledge.fallen(knowledge.facts[fact]) for fact in rule.because)
    ]
    asked = " ".join(messages(pumps, "untested"))
    assert rested
    assert any(name in " ".join(before) for name in rested)
    assert not any(name in asked for name in rested)
