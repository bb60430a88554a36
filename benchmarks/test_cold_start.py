"""`rulewright advise` as a person starts it: a fresh process, from the interpreter's start to the last line."""

# ruff: noqa: D103  the name of a test is its sentence

from __future__ import annotations

import subprocess
import sys

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.conftest import ROOT, measured

CASE = ROOT / "kb" / "scenarios" / "examples" / "untreated-child.yaml"


@pytest.mark.parametrize("arguments", [["--format", "json"], []], ids=["json", "text"])
def test_advise_from_a_cold_start(benchmark: BenchmarkFixture, arguments: list[str]) -> None:
    command = [sys.executable, "-m", "rulewright", "advise", str(CASE), *arguments]

    def advise() -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    done = measured(benchmark, 10, advise)
    assert done.returncode == 0, done.stderr
    assert "methylprednisolone" in done.stdout
