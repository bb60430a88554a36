"""What two places say of one thing agrees: levels of evidence, and the units of a datum."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from rulewright.authoring.checks.inspect import inspect

ROOT = Path(__file__).parents[4]
PUMPS = ROOT / "tests" / "knowledge" / "pumps"
CASES = yaml.safe_load(Path(__file__).with_name("apart.yaml").read_text(encoding="utf-8"))
STATEMENT = {"id": "X1", "quote": "Oil it", "cites": ["T1"], "not-used-by-rules": "a test"}


def write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def prepare(root: Path, case: dict[str, Any]) -> None:
    """Write what the case says into the knowledge base."""
    source = {"id": "T1", "kind": "research", "title": "A trial", "identity": "verified"}
    level = {"evidence-level": case["source"]} if case.get("source") else {}
    write(root / "sources" / "T1.yaml", source | level)
    if "datum" in case:
        attributes = {"size": case["datum"], "on": {"type": "boolean"}}
        write(root / "vocabulary" / "x.yaml", {"case": {"motor": {"attributes": attributes}}})
    more = {name: case[key] for name, key in (("evidence-level", "level"), ("note", "note")) if key in case}
    write(root / "facts" / "x.yaml", {"read-in": "HB", "facts": [STATEMENT | more]})


@pytest.mark.parametrize("case", CASES, ids=[f"{case['check']}-{number}" for number, case in enumerate(CASES)])
def test_two_places_that_say_one_thing(case: dict[str, Any], tmp_path: Path) -> None:
    root = tmp_path / "kb"
    shutil.copytree(PUMPS, root)
    prepare(root, case)
    inspection = inspect(root, today=date(2026, 1, 1), only=[case["check"]])
    assert inspection.knowledge is not None, inspection.findings
    if "found" not in case:
        assert inspection.findings == ()
        return
    (problem,) = inspection.findings
    assert case["found"] in problem.message
    assert problem.location.line > 1


@pytest.mark.parametrize("name", ["kb", "tests/knowledge/pumps", "tests/knowledge/graded"])
def test_no_false_alarm(name: str) -> None:
    inspection = inspect(ROOT / name, today=date(2025, 6, 1), only=sorted({case["check"] for case in CASES}))
    assert inspection.knowledge is not None
    assert inspection.findings == ()
