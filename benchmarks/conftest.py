"""Knowledge bases that are ready for cases, made once a run."""

# ruff: noqa: D103  a fixture says what it gives

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest
import yaml
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks import generated, workload
from engine.advising import read_case_text
from engine.compiled import Compiled
from engine.grounding import ground
from engine.loading import load
from engine.model.case import Case
from engine.model.knowledge import KnowledgeBase
from engine.program import Program

ROOT = Path(__file__).parents[1]
Result = TypeVar("Result")


@dataclass(frozen=True)
class Prepared:
    """A knowledge base that is ready for cases, and some of them."""

    knowledge: KnowledgeBase
    program: Program
    compiled: Compiled
    cases: list[Case]


def prepared(folder: Path, cases: list[str]) -> Prepared:
    knowledge = load(folder)
    program = ground(knowledge)
    read = [read_case_text(text, "case.yaml", knowledge) for text in cases]
    return Prepared(knowledge, program, Compiled(program, knowledge.vocabulary), read)


def measured(benchmark: BenchmarkFixture, rounds: int, function: Callable[[], Result]) -> Result:
    """Measure what takes too long for as many rounds as the benchmark would choose."""
    found: Result = benchmark.pedantic(function, rounds=rounds)  # type: ignore[no-untyped-call]
    return found


@pytest.fixture(scope="session")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepared(workload.write(tmp_path_factory.mktemp("comparison")), [yaml.safe_dump(workload.CASE)])


@pytest.fixture(scope="session")
def kb() -> Prepared:
    examples = sorted((ROOT / "kb" / "scenarios" / "examples").glob("*.yaml"))
    return prepared(ROOT / "kb", [path.read_text(encoding="utf-8") for path in examples])


@pytest.fixture(scope="session")
def generated_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generated.write(tmp_path_factory.mktemp("generated"))


@pytest.fixture(scope="session")
def everything(generated_folder: Path) -> Prepared:
    return prepared(generated_folder, generated.cases(2000))
