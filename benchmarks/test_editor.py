"""How long an author waits in an editor: from the last letter to what is wrong, and to what may be written next."""

# ruff: noqa: D103  a measure says what it measures

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import cycle
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.conftest import ROOT
from engine.loading import load
from rulewright.authoring.editor.completing import offers
from rulewright.authoring.editor.desk import Desk, diagnosis
from rulewright.authoring.editor.finding import uses
from rulewright.authoring.editor.outline import outline
from rulewright.authoring.schemas import schema_files

FACTS = ROOT / "kb" / "facts" / "founding-document.yaml"
TODAY = date(2026, 3, 1)


@pytest.fixture
def desk() -> Desk:
    found = Desk(ROOT / "kb")
    assert found.names
    return found


@pytest.fixture
def letters(desk: Desk) -> Iterator[int]:
    """Each step types or takes back a letter of a drug; the number of the line with it."""
    text = FACTS.read_text(encoding="utf-8")
    texts = cycle([text.replace("drug: anakinra", "drug: ana", 1), text])
    line = next(number for number, line in enumerate(text.split("\n")) if "drug: anakinra" in line)

    def typed() -> Iterator[int]:
        while True:
            desk.write(FACTS, next(texts))
            yield line

    return typed()


def test_what_is_wrong_after_a_letter(benchmark: BenchmarkFixture, desk: Desk, letters: Iterator[int]) -> None:
    def look() -> dict[Path, object]:
        next(letters)
        return dict(diagnosis(desk.folder(), TODAY))

    assert set(look()) == {FACTS}
    benchmark(look)


def test_what_may_follow_after_a_letter(benchmark: BenchmarkFixture, desk: Desk, letters: Iterator[int]) -> None:
    column = FACTS.read_text(encoding="utf-8").split("\n")[next(letters)].index("drug: anakinra") + len("drug: ana")
    found = benchmark(lambda: offers(desk, FACTS, (next(letters), column)))
    assert len(found) == len(desk.vocabulary.terms["drug"])


def test_uses_after_a_letter(benchmark: BenchmarkFixture, desk: Desk, letters: Iterator[int]) -> None:
    number = next(letters)
    before = next(number for number, line in enumerate(desk.page(FACTS).lines) if "read-by: [I04]" in line)
    spot = before, desk.page(FACTS).lines[before].index("I04") + 1
    assert before < number
    assert len(benchmark(lambda: (next(letters), uses(desk, FACTS, spot))[1])) > 5


def test_outline_of_the_largest_file(benchmark: BenchmarkFixture) -> None:
    text = FACTS.read_text(encoding="utf-8")
    assert benchmark(lambda: outline(text)) is not None


def test_schemas(benchmark: BenchmarkFixture) -> None:
    vocabulary = load(ROOT / "kb").vocabulary
    assert len(benchmark(lambda: schema_files(vocabulary))) == 7
