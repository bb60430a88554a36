"""How long the checks take: as a person starts them on `kb/`, and over 12,000 generated items."""

# ruff: noqa: D103  the name of a test is its sentence

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.conftest import ROOT, measured
from rulewright.authoring.checks.catalogue import catalogue
from rulewright.authoring.checks.inspect import inspect
from rulewright.authoring.checks.subject import Subject

TODAY = date(2026, 11, 25)


def test_check_from_a_cold_start(benchmark: BenchmarkFixture) -> None:
    command = [sys.executable, "-m", "rulewright", "check", "--kb", "kb", "--today", "2026-11-25"]

    def check() -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    done = measured(benchmark, 10, check)
    assert (done.returncode, done.stderr) == (0, "")


def test_inspect_kb(benchmark: BenchmarkFixture) -> None:
    found = benchmark(inspect, ROOT / "kb", today=TODAY)
    assert found.findings == ()


def test_check_generated_from_a_cold_start(benchmark: BenchmarkFixture, generated_folder: Path) -> None:
    command = [sys.executable, "-m", "rulewright", "check", "--kb", str(generated_folder), "--today", "2026-11-25"]

    def check() -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    done = measured(benchmark, 3, check)
    assert (done.returncode, done.stderr) == (1, "")
    assert "facts     10,000" in done.stdout
    assert "rules     2,000" in done.stdout


@pytest.mark.parametrize("code", [check.code for check in catalogue()])
def test_one_check_of_generated(benchmark: BenchmarkFixture, generated_folder: Path, code: str) -> None:
    whole = inspect(generated_folder, today=TODAY, only=["waiver"])
    assert whole.knowledge is not None
    assert whole.program is not None
    (check,) = (check for check in catalogue() if check.code == code)
    parts = (generated_folder, whole.knowledge, whole.program, whole.documents, TODAY)
    measured(benchmark, 3, lambda: list(check.find(Subject(*parts))))
