"""What may stand beside an identity that is called verified."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from rulewright.authoring.checks.inspect import inspect

PUMPS = Path(__file__).parents[3] / "knowledge" / "pumps"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("identity: verified", ""),
        ('identity: verified\nconfidence: "0.95"', ""),
        ('identity: verified\nconfidence: "0.949"', "its confidence is 0.949"),
        ("identity: verified\nconfidence: high", ""),
        ("identity: verified\ncandidates: [{cite: A book}]", "it has 1 candidate beside"),
        ("identity: verified\nknown: a blue cover", "`known` says what little is known of it"),
        ('identity: probable\ncite: A book\nconfidence: "0.1"', ""),
        ("identity: unresolved\nknown: a blue cover\ncandidates: [{cite: A book}]", ""),
    ],
)
def test_verified_and_doubted(said: str, expected: str, tmp_path: Path) -> None:
    root = tmp_path / "kb"
    shutil.copytree(PUMPS, root)
    (root / "sources" / "HB.yaml").write_text(f"id: HB\nkind: guideline\ntitle: A book\n{said}\n", encoding="utf-8")
    inspection = inspect(root, today=date(2026, 1, 1), only=["identity"])
    assert inspection.knowledge is not None, inspection.findings
    assert [found.message.partition(", and ")[2] for found in inspection.findings] == [expected] * bool(expected)
    assert all(found.location.line == 4 for found in inspection.findings)
