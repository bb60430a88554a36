"""How long it takes to read and check a knowledge base, and to ground it."""

# ruff: noqa: D103  the name of a test is its sentence

from __future__ import annotations

from pathlib import Path

from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.conftest import ROOT, Prepared, measured
from engine.compiled import Compiled
from engine.grounding import ground
from engine.loading import load


def test_load_kb(benchmark: BenchmarkFixture) -> None:
    knowledge = benchmark(load, ROOT / "kb")
    assert knowledge.name == "mas"


def test_ground_kb(benchmark: BenchmarkFixture, kb: Prepared) -> None:
    program = benchmark(ground, kb.knowledge)
    assert program == kb.program


def test_load_generated(benchmark: BenchmarkFixture, generated_folder: Path) -> None:
    knowledge = measured(benchmark, 3, lambda: load(generated_folder))
    assert (len(knowledge.facts), len(knowledge.rules)) == (10_000, 2_000)


def test_ground_generated(benchmark: BenchmarkFixture, everything: Prepared) -> None:
    program = measured(benchmark, 3, lambda: ground(everything.knowledge))
    assert program == everything.program


def test_compile_generated(benchmark: BenchmarkFixture, everything: Prepared) -> None:
    measured(benchmark, 3, lambda: Compiled(everything.program, everything.knowledge.vocabulary))
