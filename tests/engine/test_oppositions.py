"""What pulls apart, case by case: ways of bearing, what is in play, what touches, and what settles."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.advising import Advisor, read_case_node
from engine.loading import load
from engine.model.advice import Advice, Bearing, Opposition
from provenance.verify import verify
from rulewright.authoring.scenarios import read_scenarios

HERE = Path(__file__).parent
PUMPS = HERE.parent / "knowledge" / "pumps"
CASES = yaml.safe_load((HERE / "oppositions.yaml").read_text(encoding="utf-8"))
UNKNOWN = "SET-UNKNOWN"


def advised(case: dict[str, Any], folder: Path) -> tuple[Advice, Any]:
    """The advice for a case of the pumps, whose relations are those of the case alone."""
    root = folder / "pumps"
    shutil.copytree(PUMPS, root)
    work = (root / "rules" / "work.yaml").read_text(encoding="utf-8")
    own = yaml.safe_load(work)
    (root / "rules" / "work.yaml").write_text(
        yaml.safe_dump(
            {"rules": [*own["rules"], *case.get("more-rules", [])], "beside": own["beside"], **case["rules"]},
            sort_keys=False,
        )
    )
    for name, part, file in (("more-facts", "facts", "handbook"), ("more-readings", "interpretations", "readings")):
        path = root / "facts" / f"{file}.yaml"
        held = yaml.safe_load(path.read_text(encoding="utf-8"))
        held[part] += case.get(name, [])
        path.write_text(yaml.safe_dump(held, sort_keys=False, allow_unicode=True))
    conclusions = root / "vocabulary" / "conclusions.yaml"
    text = conclusions.read_text(encoding="utf-8")
    conclusions.write_text(text.replace("argued: none", f"argued: {case.get('argued', 'none')}"))
    scenario: dict[str, Any] = {"name": "this-one", "like": case["like"], "expect": {"not-used": []}}
    changes = case.get("set", {})
    scenario["set"] = {path: value for path, value in changes.items() if value != UNKNOWN}
    scenario["without"] = [path for path, value in changes.items() if value == UNKNOWN]
    (root / "scenarios" / "this.yaml").write_text(yaml.safe_dump({"scenarios": [scenario]}, sort_keys=False))
    knowledge = load(root)
    node = next(found.case for found in read_scenarios(root) if found.name == "this-one")
    return Advisor(knowledge, ("compiled",)).advise(read_case_node(node, knowledge), case.get("sources")), knowledge


def told(bearing: Bearing) -> str:
    reasons = f" ({' '.join(reason.code for reason in bearing.reasons)})" if bearing.reasons else ""
    return " ".join([bearing.way, bearing.value, *bearing.facts]) + reasons


def shown(opposition: Opposition) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": opposition.name,
        "kind": opposition.kind,
        "settled-by": opposition.settled_by,
        "sides": {side.label: [told(bearing) for bearing in side.bearings] for side in opposition.sides},
    }
    standing = {side.label: side.standing for side in opposition.sides if side.standing}
    return found | ({"applied": True} if opposition.applied else {}) | ({"standing": standing} if standing else {})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_pulls_apart(case: dict[str, Any], tmp_path: Path) -> None:
    advice, knowledge = advised(case, tmp_path)
    assert [shown(opposition) for opposition in advice.opposed] == case["shown"]
    for opposition in advice.opposed:
        for side in opposition.sides:
            wanted = case.get("facts", {}).get(opposition.name, {}).get(side.label)
            assert wanted is None or [*side.facts] == wanted
    assert [*map(str, verify(advice, knowledge).problems)] == []
    firings = {firing.id: firing for firing in advice.firings}
    for bearing in (way for one in advice.opposed for side in one.sides for way in side.bearings):
        drawn = [firings[id_] for id_ in bearing.firings]
        assert {firing.conclusion for firing in drawn} <= {bearing.conclusion}
        for firing in drawn if bearing.way != "stands-with" else ():
            claims = {name.partition("/")[0] for name in firing.evidence}
            rule = knowledge.rules.get(firing.rule)
            assert {*bearing.facts} & (claims | set(rule.because if rule else ()))
