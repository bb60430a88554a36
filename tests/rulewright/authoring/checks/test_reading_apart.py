"""Where a reading may be named: beside what it is about, and nowhere else."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from rulewright.authoring.checks.inspect import inspect

PUMPS = Path(__file__).parents[3] / "knowledge" / "pumps"
RULE = """\
rules:
  - id: noisy
    title: It is noisy
    because: [{because}]
    when: [{{pump: {{leak: true}}}}]
    then: [{{situation: {{is: leaking}}}}]
"""
READINGS = """\
read-in: RD
interpretations:
  - id: X1
    about: [{about}]
    states: A noise is one that is heard.
"""


def found(tmp_path: Path, because: str, about: str) -> list[str]:
    root = tmp_path / "kb"
    shutil.copytree(PUMPS, root)
    (root / "rules" / "x.yaml").write_text(RULE.format(because=because), encoding="utf-8")
    (root / "facts" / "x.yaml").write_text(READINGS.format(about=about), encoding="utf-8")
    inspection = inspect(root, today=date(2026, 1, 1), only=["reading-apart"])
    assert inspection.knowledge is not None, inspection.findings
    lines = (root / "rules" / "x.yaml").read_text(encoding="utf-8").split("\n")
    return [lines[one.location.line - 1][one.location.column - 1 : one.end - 1] for one in inspection.findings]


@pytest.mark.parametrize(
    ("because", "about", "expected"),
    [
        ("H9, X1", "H9", []),
        ("H9, X1", "H9, H7", []),
        ("H9, X1", "H7", ["X1"]),
        ("H9, X1", "HB", []),  # the document that H9 was read in
        ("H9, X1", "OM", ["X1"]),
        ("X1", "H7", []),  # nothing to compare it with
        ("X1, R3", "H7", []),
        ("H9, X1, R2", "H9", ["R2"]),
    ],
)
def test_a_reading_stands_with_what_it_is_about(because: str, about: str, expected: list[str], tmp_path: Path) -> None:
    assert found(tmp_path, because, about) == expected


PROHIBITION = """\
prohibitions:
  no-grease:
    sentence: grease of unknown kind
    because: [{because}]
    no-dose: {{work: grease, amount: 99 g}}
"""


@pytest.mark.parametrize(
    ("because", "about", "expected"),
    [
        ("H4, X1", "H4", []),
        ("H4, X1", "HB", []),
        ("H4, X1", "H7", ["X1"]),
        ("X1", "H7", []),
    ],
)
def test_of_prohibitions(because: str, about: str, expected: list[str], tmp_path: Path) -> None:
    root = tmp_path / "kb"
    shutil.copytree(PUMPS, root)
    path = root / "vocabulary" / "x.yaml"
    path.write_text(PROHIBITION.format(because=because), encoding="utf-8")
    (root / "facts" / "x.yaml").write_text(READINGS.format(about=about), encoding="utf-8")
    inspection = inspect(root, today=date(2026, 1, 1), only=["reading-apart"])
    assert inspection.knowledge is not None, inspection.findings
    lines = path.read_text(encoding="utf-8").split("\n")
    words = [lines[one.location.line - 1][one.location.column - 1 : one.end - 1] for one in inspection.findings]
    assert words == expected
