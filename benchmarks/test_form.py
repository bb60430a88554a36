"""How long it takes to put files in their canonical form, and to begin a fact."""

# ruff: noqa: D103  the name of a test is its sentence

from __future__ import annotations

from pathlib import Path

from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.conftest import ROOT, Prepared, measured
from engine.loading import read
from rulewright.authoring.form.files import formed
from rulewright.authoring.new.fact import NewFact, fact
from rulewright.authoring.new.trial import refuse_what_breaks


def test_form_kb(benchmark: BenchmarkFixture) -> None:
    files = benchmark(lambda: formed([ROOT / "kb"]))
    assert not any(file.changes for file in files)


def test_form_generated(benchmark: BenchmarkFixture, generated_folder: Path) -> None:
    files = measured(benchmark, 2, lambda: formed([generated_folder]))
    assert len(files) > 100


def test_begin_a_fact(benchmark: BenchmarkFixture, kb: Prepared) -> None:
    root = ROOT / "kb"
    documents = read(root).documents

    def begun() -> None:
        refuse_what_breaks(root, [fact(root, kb.knowledge, documents, NewFact("S0"))])

    benchmark(begun)
