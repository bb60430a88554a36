"""Two versions compared over sampled cases: what an edit costs, by how much of the advice it reaches."""

# ruff: noqa: D103  the name of a test is its sentence

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from rulewright.authoring.diff.bench import Bench, Plan, Span
from rulewright.authoring.diff.edits import edits
from rulewright.authoring.diff.versions import read_versions

KB = Path(__file__).parents[1] / "kb"
CASES = 100
EDITS = {
    "nothing": ("kb.yaml", "name:", "name:"),
    "a threshold": ("rules/situations.yaml", '">= 24 h"', '">= 36 h"'),
    "a rate": ("rules/doses.yaml", "rate: 30 mg/kg/d", "rate: 3 mg/kg/d"),
    "a validity": ("vocabulary/case.yaml", "valid-for: 30 d", "valid-for: 20 d"),
    "the first condition of all": ("rules/situations.yaml", "{mas: confirmed}", "{mas: suspected}"),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_hundred_cases(benchmark: BenchmarkFixture, name: str, tmp_path: Path) -> None:
    file, before, after = EDITS[name]
    shutil.copytree(KB, tmp_path / "kb", ignore=shutil.ignore_patterns("__pycache__"))
    path = tmp_path / "kb" / file
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))
    old, new = read_versions(str(KB), str(tmp_path / "kb"), KB)
    bench = Bench(Plan(old.knowledge, new.knowledge, edits(old.parts, new.parts), new.moments, 1))
    assert bench.cases
    tally = benchmark.pedantic(bench.sample, (Span(0, CASES),), rounds=3, iterations=1)
    assert tally.tried == CASES
