"""A save under `watch`: from the files to what is told of it, over a copy of `kb/` with all its scenarios.

As `watch` does it, with the second process beside this one: measure by the clock.
"""

# ruff: noqa: D103

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from engine.uncollected import uncollected
from rulewright.authoring.watching.beside import Beside, beside
from rulewright.authoring.watching.page import findings_text, told_sheet
from rulewright.authoring.watching.round import begin
from rulewright.authoring.watching.state import State

KB = Path(__file__).resolve().parents[1] / "kb"
DAY = date(2026, 3, 1)
EDITS = {
    "a comment": ("rules/situations.yaml", "rules:", "# seen\nrules:"),
    "a dose": ("facts/founding-document.yaml", "rate: 2-10 mg/kg/d", "rate: 2-12 mg/kg/d"),
    "a bound": ("rules/situations.yaml", '">= 24 h"', '">= 25 h"'),
    "a quote": ("facts/founding-document.yaml", "methylprednisolone at 30 mg", "methylprednisolone at 31 mg"),
    "a label of the vocabulary": ("vocabulary/terms.yaml", "label: ", "label: another "),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("watched") / "kb"
    shutil.copytree(KB, found)
    return found


@pytest.fixture(scope="module")
def state(folder: Path) -> State:
    begun = begin(None, folder, DAY)
    state = begun.after(list(begun.answers()))
    assert state is not None
    return state


@pytest.fixture(scope="module")
def other(folder: Path, state: State) -> Iterator[Beside]:
    with beside() as found:
        found.read(folder, DAY)
        while not found.has(state.knowledge.digest):
            pass
        yield found


@pytest.mark.parametrize("name", EDITS)
def test_save(benchmark: BenchmarkFixture, name: str, folder: Path, state: State, other: Beside) -> None:
    file, old, new = EDITS[name]
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text

    def save() -> int:
        with uncollected():
            return saved()

    def saved() -> int:
        other.read(folder, DAY)
        begun = begin(state, folder, DAY)
        text = findings_text(begun)
        answers = list(begun.answers(other))
        return len(text) + len(told_sheet(begun.told(answers), 100, set()).lines)

    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    try:
        benchmark.pedantic(save, rounds=5, iterations=1, warmup_rounds=1)
    finally:
        path.write_text(text, encoding="utf-8")
