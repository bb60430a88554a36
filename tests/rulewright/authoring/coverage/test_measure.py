"""What a few scenarios exercise of a small knowledge base, counted by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.loading import load
from rulewright.authoring.coverage.measure import cover
from rulewright.authoring.coverage.report import Coverage
from rulewright.authoring.coverage.sheet import page
from rulewright.authoring.trials import trials

KETTLES = Path(__file__).parents[3] / "knowledge" / "kettles"


@pytest.fixture(scope="module")
def found() -> Coverage:
    knowledge = load(KETTLES)
    return cover(knowledge, trials(KETTLES, knowledge))


def test_the_outcomes_of_every_condition_are_counted_by_scenario(found: Coverage) -> None:
    counted = {entry.name: (entry.met, entry.failed, entry.unknown, entry.never) for entry in found.conditions}
    assert counted == {
        "hot when 1": (4, 1, 1, ()),
        "ready when 1": (1, 5, 0, ("unknown",)),
        "ready when 1.1": (6, 0, 0, ("failed", "unknown")),
        "ready when 1.2": (1, 5, 0, ("unknown",)),
        # What was not said to be wanted is not wanted: that is never unknown.
        "ready when 1.3": (0, 6, 0, ("met",)),
        # Both instances together; in one of the five where `ready` failed, `hot` failed too.
        "brewed-at-its-sign when 2": (4, 5, 1, ()),
        "brewed-at-its-sign unless 1": (1, 5, 0, ("unknown",)),
        # Coffee has no amount, so its instance is not ground.
        "how-much when 1": (3, 2, 1, ()),
        # A measurement is known or unknown; that it was not taken is no fact of the case.
        "how-much when 3": (6, 0, 0, ("unknown",)),
    }


def test_instances_are_told_apart(found: Coverage) -> None:
    by_name = {entry.name: entry for entry in found.conditions}
    instances = {
        entry.text: (entry.met, entry.failed, entry.unknown) for entry in by_name["brewed-at-its-sign when 2"].instances
    }
    assert instances == {"sign(hot)": (4, 1, 1), "sign(ready)": (1, 5, 0)}


def test_rules_facts_codes_and_headings(found: Coverage) -> None:
    assert {rule.id: (rule.drawn, rule.instances, rule.drawn_instances) for rule in found.rules} == {
        "hot": (4, 1, 1),
        "ready": (1, 1, 1),
        "brewed-at-its-sign": (3, 2, 2),
        "how-much": (3, 1, 1),
    }
    assert {code.code: code.given for code in found.codes} == {
        "NOT_HOT": 1,
        "HEAT_MISSING": 1,
        "SPOILT": 1,
        "TEA_LESS": 0,
    }
    assert {fact.id: (fact.kind, fact.used > 0, fact.excuse) for fact in found.facts} == {
        "T1": ("statement", True, ""),
        "T2": ("statement", True, ""),
        "T3": ("statement", True, ""),
        "T4": ("statement", False, "history"),
        "C1": ("reading", True, ""),
        "C2": ("reading", True, ""),
    }
    assert {(*entry.key.values(), entry.heading): entry.scenarios for entry in found.headings} == {
        ("tea", "advised"): 3,
        ("tea", "provisional"): 0,
        ("tea", "not-supported-now"): 2,
        ("tea", "undetermined"): 1,
        ("coffee", "advised"): 1,
        ("coffee", "provisional"): 0,
        ("coffee", "not-supported-now"): 5,
        ("coffee", "undetermined"): 0,
    }


def test_boundaries_are_seen_just_below_at_and_just_above(found: Coverage) -> None:
    seen = {entry.of: (entry.below, entry.at, entry.above, entry.never) for entry in found.boundaries}
    assert seen == {
        # 89, 90 and 100 degrees: the last is more than a tenth away from 90.
        "kettle.heat in hot": (1, 3, 0, ("above",)),
        "count in ready": (5, 1, 0, ("above",)),
        # 10 g and 20 g are far from 15 g.
        "amount of measure(tea, T3)": (0, 0, 0, ("below", "at", "above")),
        "age of kettle.water": (0, 5, 0, ("below", "above")),
    }
    cap = next(entry for entry in found.boundaries if entry.of.startswith("amount"))
    assert cap.nearest == {"below": "10 g", "above": "20 g"}
    assert (cap.bound, Path(cap.place.file).name) == ("at most 15 g", "book.yaml")


def test_the_totals_are_those_of_the_parts(found: Coverage) -> None:
    assert {total.what: (total.covered, total.total) for total in found.totals} == {
        "rules": (4, 4),
        "conditions": (3, 9),
        "ground conditions": (3, 10),
        "statements": (3, 3),
        "readings": (2, 2),
        "headings": (5, 8),
        "conclusions": (7, 7),
        "codes": (3, 4),
        "boundaries": (0, 4),
    }
    assert Coverage.model_validate_json(found.model_dump_json()) == found


def test_without_scenarios_everything_is_missing() -> None:
    found = cover(load(KETTLES), [])
    assert found.scenarios == 0
    assert {total.what: total.covered for total in found.totals} == dict.fromkeys(
        [total.what for total in found.totals], 0
    )
    assert {total.total for total in found.totals} == {2, 3, 4, 7, 8, 9, 10}


def test_the_page_says_what_is_missing_where(found: Coverage) -> None:
    text = page(found, 120).text()
    assert "tea.yaml:13:9: ready when 1.3: never met: kettle.wanted: true" in text
    assert "tea.yaml:26:9: brewed-at-its-sign when 2, where sign(ready) never unknown" in text
    assert "nothing just above (nearest: below 89 Cel, at 90 Cel, above 100 Cel)" in " ".join(text.split())
    assert "TEA_LESS" in text
    assert "NOT_HOT" not in text
    assert "T4" not in text
