"""A scenario that an edit is said not to reach is advised what it was: it is advised anew, and the lines compared."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from provenance.comparison.compare import changed_lines
from rulewright.authoring.watching.round import LINES, Round, answer, begin
from rulewright.authoring.watching.state import State

ROOT = Path(__file__).resolve().parents[4]
DAY = date(2026, 1, 1)
BASES = {
    "pumps": ROOT / "tests" / "knowledge" / "pumps",
    "graded": ROOT / "tests" / "knowledge" / "graded",
    "kettles": ROOT / "tests" / "knowledge" / "kettles",
}
EDITS = 20
"""So many edits of each knowledge base that it still loads with."""


def state_of(folder: Path) -> State:
    begun = begin(None, folder, DAY)
    state = begun.after(list(begun.answers()))
    assert state is not None
    return state


def said_again(state: State, begun: Round, what: object) -> None:
    """Every scenario that is left out is advised anew: it passes, and no line says anything else."""
    assert begun.advisor is not None
    for found in begun.kept:
        old, new = state.answers[found.scenario.name].given, answer(found.scenario, begun.advisor)
        assert old is not None
        assert new.given is not None
        assert new.outcome.passed, (what, found.scenario.name)
        assert changed_lines(old.grounds, new.given.grounds, LINES) == (), (what, found.scenario.name)


def digit(text: str, rng: random.Random) -> str:
    return _replaced(text, r"\d", lambda old: str((int(old) + rng.randint(1, 9)) % 10), rng)


def bound(text: str, rng: random.Random) -> str:
    return _replaced(text, r"[<>]=?", lambda _: rng.choice(["<", "<=", ">", ">="]), rng)


def word(text: str, rng: random.Random) -> str:
    other = rng.choice(re.findall(r"[A-Za-z]{3,}", text))
    return _replaced(text, r"[A-Za-z]{3,}", lambda _: other, rng)


def line(text: str, rng: random.Random) -> str:
    lines = text.split("\n")
    del lines[rng.randrange(len(lines))]
    return "\n".join(lines)


def _replaced(text: str, pattern: str, new: Callable[[str], str], rng: random.Random) -> str:
    found = list(re.finditer(pattern, text))
    if not found:
        return text
    match = rng.choice(found)
    return text[: match.start()] + new(match[0]) + text[match.end() :]


@pytest.mark.parametrize("name", BASES)
def test_what_is_left_out_says_what_it_said(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    shutil.copytree(BASES[name], folder)
    state = state_of(folder)
    rng = random.Random(20_260_101)
    files = sorted(
        path for part in ("facts", "rules", "sources", "vocabulary") for path in folder.glob(f"{part}/*.yaml")
    )
    loaded = kept = reached = 0
    while loaded < EDITS:
        path = rng.choice(files)
        text = path.read_text(encoding="utf-8")
        edited = rng.choice([digit, digit, bound, word, line])(text, rng)
        path.write_text(edited, encoding="utf-8")
        begun = begin(state, folder, DAY)
        path.write_text(text, encoding="utf-8")
        if edited == text or not begun.loads:
            continue
        loaded += 1
        kept += len(begun.kept)
        reached += len(begun.reached)
        said_again(state, begun, (path, edited))
    assert kept > EDITS, "most edits leave most scenarios alone"
    assert reached > EDITS, "and some do not"


Edited = Callable[[str, str, str], tuple[State, Round]]


@pytest.fixture
def edited(tmp_path: Path) -> Edited:
    """Replaces words of a file of the pumps; gives the state before it and the save."""
    folder = tmp_path / "pumps"
    shutil.copytree(BASES["pumps"], folder)

    def saved(file: str, old: str, new: str) -> tuple[State, Round]:
        state = state_of(folder)
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        begun = begin(state, folder, DAY)
        assert begun.loads, begun.inspection.findings
        return state, begun

    return saved


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("rules/state.yaml", "title: The seal leaks", "title: A seal leaks"),
        ("facts/handbook.yaml", 'quote: "Hot bearings', 'quote: "All hot bearings'),
        ("facts/handbook.yaml", "never more than 40 g", "never more than 39 g"),
        ("kb.yaml", "# ", "# # "),
        ("rules/state.yaml", "rules:", "rules:  # seen"),
    ],
)
def test_what_changes_words_alone_reaches_nothing(edited: Edited, file: str, old: str, new: str) -> None:
    state, begun = edited(file, old, new)
    assert begun.reached == ()
    said_again(state, begun, new)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("rules/work.yaml", "when_true: IN_VAIN", "when_true: NOT_HOT"),  # a reason
        ("rules/work.yaml", "if_unknown: stands", "# if_unknown: stands"),
        ("rules/state.yaml", '"<= 90 d"', '"<= 5 d"'),  # between two items of a case
        ("rules/severity.yaml", "at_least: 6", "at_least: 5"),  # a count
        ("facts/handbook.yaml", "modality: should", "modality: recommended"),
        ("facts/handbook.yaml", "4-6 g/cm, per: pump.shaft-diameter, cap: 40 g", "4-6 g/cm, per: pump.shaft-diameter"),
        ("facts/handbook.yaml", "above: 90 Cel", "above: 50 Cel"),
        ("rules/state.yaml", "because: [H9]", "because: [H2]"),
        ("vocabulary/terms.yaml", "label: ", "label: another "),
    ],
)
def test_what_changes_an_advice_reaches_it(edited: Edited, file: str, old: str, new: str) -> None:
    state, begun = edited(file, old, new)
    assert begun.reached
    said_again(state, begun, new)


def test_a_dose_reaches_those_alone_that_are_told_it(edited: Edited) -> None:
    state, begun = edited("facts/handbook.yaml", "rate: 4-6 g/cm", "rate: 4-7 g/cm")
    told = {
        name
        for name, found in state.answers.items()
        if found.given is not None and any(standing.doses for standing in found.given.advice.options)
    }
    assert set(begun.reached) == told
    assert 0 < len(told) < len(state.answers)
    said_again(state, begun, "4-7 g/cm")
