"""A statement is given to the sources that its document prints with it, and to no other."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from rulewright.authoring.checks.finding import Finding
from rulewright.authoring.checks.inspect import inspect

ROOT = Path(__file__).parents[4]
PUMPS = ROOT / "tests" / "knowledge" / "pumps"
CASES = yaml.safe_load(Path(__file__).with_name("citation.yaml").read_text(encoding="utf-8"))
PRINTED = {"A": "[1]", "B": "[2]", "C": "[3]", "N": "Miller 2020", "Q": ""}


def found(root: Path, *, texts: Path | None = None, code: str = "citation") -> tuple[Finding, ...]:
    inspection = inspect(root, today=date(2026, 1, 1), texts=texts, only=[code])
    assert inspection.knowledge is not None, inspection.findings
    return inspection.findings


@pytest.fixture
def pumps(tmp_path: Path) -> Path:
    """The pumps, with sources that documents can cite."""
    root = tmp_path / "kb"
    shutil.copytree(PUMPS, root)
    for name, printed in PRINTED.items():
        source = {"id": name, "kind": "research", "title": name, "identity": "verified"}
        write(root / "sources" / f"{name}.yaml", source | ({"printed-as": printed} if printed else {}))
    return root


def write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def state(root: Path, **fields: Any) -> None:
    fact = {"id": "X1", "quote": "Oil it", "not-used-by-rules": "a test"} | fields
    write(root / "facts" / "x.yaml", {"read-in": "HB", "facts": [fact]})


@pytest.mark.parametrize("case", CASES, ids=[str(number) for number in range(len(CASES))])
def test_a_text_and_what_a_statement_cites(case: dict[str, Any], pumps: Path, tmp_path: Path) -> None:
    state(pumps, **{name: case[name] for name in ("quote", "cites", "attribution") if name in case})
    (tmp_path / "HB.txt").write_text(case["text"], encoding="utf-8")
    problems = found(pumps, texts=tmp_path)
    if "found" in case:
        assert any(case["found"] in problem.message for problem in problems)
    else:
        assert problems == ()


def test_the_mark_of_another_document_is_another_source(pumps: Path, tmp_path: Path) -> None:
    state(pumps, cites=[])
    (tmp_path / "HB.txt").write_text("Oil it [1].", encoding="utf-8")
    assert len(found(pumps, texts=tmp_path)) == 1
    other = {"id": "X2", "quote": "Rest", "cites": ["A"], "not-used-by-rules": "a test"}
    write(pumps / "facts" / "y.yaml", {"read-in": "OM", "facts": [other]})
    assert found(pumps, texts=tmp_path) == ()


def test_every_other_attribution_of_the_founding_document_is_found(tmp_path: Path) -> None:
    root = tmp_path / "kb"
    shutil.copytree(ROOT / "kb", root)
    path = root / "facts" / "founding-document.yaml"
    whole = path.read_text(encoding="utf-8")
    cites = list(re.finditer(r"    cites: (.*)\n", whole))
    assert len(cites) == 56
    assert found(root) == ()
    missed = []
    for number, match in enumerate(cites):
        other = "[S7]" if "S7" not in match[1] else "[S3]"
        path.write_text(f"{whole[: match.start(1)]}{other}{whole[match.end(1) :]}", encoding="utf-8")
        line = whole.count("\n", 0, match.start()) + 1
        if [finding.location.line for finding in found(root)][:1] != [line]:
            missed.append(number)
    assert missed == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"cites": ["A"]}, ""),
        ({"cites": ["A"], "fidelity": "unread"}, ""),
        ({"cites": ["A"], "fidelity": "same"}, "says that the words of A are `same`, and nothing shows"),
        ({"cites": ["A", "B"], "fidelity": "bent"}, "says that the words of A or B are `bent`, and nothing shows"),
        ({"cites": ["A"], "fidelity": "bent", "fidelity-note": "it says: oil it or else"}, ""),
        ({"cites": [], "fidelity": "same"}, "says that a source's own words are `same`, and cites no source"),
    ],
)
def test_words_are_compared_with_a_source_that_was_read(
    pumps: Path, tmp_path: Path, fields: dict[str, Any], said: str
) -> None:
    state(pumps, **fields)
    problems = found(pumps, code="fidelity")
    assert [said in problem.message for problem in problems] == ([True] if said else [])
    if said and fields["cites"]:
        (tmp_path / "A.txt").write_text("Oil it or else.", encoding="utf-8")
        assert found(pumps, texts=tmp_path, code="fidelity") == ()
