"""A second process answers some of the scenarios of a save: what is told is the same with it and without it."""

from __future__ import annotations

import multiprocessing
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from rulewright.authoring.watching.beside import Beside, beside
from rulewright.authoring.watching.page import told_sheet
from rulewright.authoring.watching.round import Round, begin
from rulewright.authoring.watching.state import Answer, State

PUMPS = Path(__file__).resolve().parents[3] / "knowledge" / "pumps"
DAY = date(2026, 1, 1)
EDITS = {
    "a bound, by which scenarios fail": ("facts/handbook.yaml", "above: 7.1 mm/s", "above: 17.1 mm/s"),
    "a label, which every advice may show": ("vocabulary/terms.yaml", "label: ", "label: another "),
}


@pytest.fixture(scope="module")
def other() -> Iterator[Beside]:
    with beside() as found:
        yield found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PUMPS, tmp_path / "pumps"))


@pytest.fixture
def state(folder: Path) -> State:
    begun = begin(None, folder, DAY)
    found = begun.after(list(begun.answers()))
    assert found is not None
    return found


def edited(folder: Path, name: str) -> None:
    file, old, new = EDITS[name]
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def page(begun: Round, answers: list[Answer]) -> str:
    return told_sheet(begun.told(answers), 100, set()).text()


def in_order(answers: list[Answer]) -> list[Answer]:
    return sorted(answers, key=lambda answer: answer.scenario.name)


@pytest.mark.parametrize("name", EDITS)
def test_the_same_is_answered_and_told(name: str, folder: Path, state: State, other: Beside) -> None:
    edited(folder, name)
    begun = begin(state, folder, DAY)
    alone = in_order(list(begun.answers()))
    other.read(folder, DAY)
    assert begun.advisor is not None
    while not other.has(begun.advisor.knowledge.digest):
        pass
    taken = [found is not None for _, found in other.shared([answer.scenario for answer in alone])]
    assert any(taken)
    shared = in_order(list(begin(state, folder, DAY).answers(other)))
    assert len(shared) == len(alone) >= 6
    for one, two in zip(alone, shared, strict=True):
        assert (one.scenario, one.outcome) == (two.scenario, two.outcome)
        assert one.given is not None
        assert two.given is not None
        assert one.given.advice == two.given.advice
        assert one.given.derived.derivation == two.given.derived.derivation
    assert page(begun, alone) == page(begun, shared)


def test_what_it_read_of_another_state_of_the_files_is_not_asked(folder: Path, state: State, other: Beside) -> None:
    other.read(folder, DAY)
    while not other.has(state.knowledge.digest):
        pass
    edited(folder, "a label, which every advice may show")
    begun = begin(state, folder, DAY)
    assert begun.advisor is not None
    assert not other.has(begun.advisor.knowledge.digest)
    alone = in_order(list(begun.answers()))
    assert in_order(list(begun.answers(other))) == alone
    digests = {answer.given.advice.knowledge.digest for answer in begun.answers(other) if answer.given is not None}
    assert digests == {begun.advisor.knowledge.digest}


def test_files_that_do_not_load_are_not_asked_of(folder: Path, other: Beside) -> None:
    (folder / "kb.yaml").write_text("name: [", encoding="utf-8")
    other.read(folder, DAY)
    assert not other.has("any")


def test_a_process_that_is_gone_costs_no_answer(folder: Path, state: State) -> None:
    edited(folder, "a label, which every advice may show")
    before = {process.pid for process in multiprocessing.active_children()}
    with beside() as gone:
        (process,) = (each for each in multiprocessing.active_children() if each.pid not in before)
        gone.read(folder, DAY)
        begun = begin(state, folder, DAY)
        assert begun.advisor is not None
        while not gone.has(begun.advisor.knowledge.digest):
            pass
        answers = begun.answers(gone)
        first = next(answers)
        process.kill()
        process.join()
        found = [first, *answers]
    assert sorted(answer.scenario.name for answer in found) == sorted(begun.reached)
    assert in_order(found) == in_order(list(begin(state, folder, DAY).answers()))
