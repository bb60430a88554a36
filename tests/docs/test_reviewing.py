"""docs/reviewing.md is true: its commands are run in their order, in a copy, and print what the page shows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from walkthrough.page import LEFT_OUT, Command, matches, steps, take

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reviewing.md"


def test_every_command_of_the_page_prints_what_the_page_shows(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "kb", tmp_path / "kb")
    told = 0
    for step in steps(PAGE.read_text(encoding="utf-8")):
        take(step, tmp_path)
        if isinstance(step, Command):
            told += sum(line != LEFT_OUT for line in step.shown)
    assert told > 60
    assert (tmp_path / "refractory-child.html").stat().st_size > 10_000
    assert not (ROOT / "kb" / "reviews").exists() or not list((ROOT / "kb" / "reviews").glob("*.yaml"))


@pytest.mark.parametrize(
    ("shown", "printed", "expected"),
    [
        (("a", "…", "c"), ["a", "b", "c"], True),
        (("a", "…", "c"), ["a", "c"], True),
        (("a", "c"), ["a", "b", "c"], False),
        (("…", "b"), ["a", "b", "c"], False),
        (("it says so …",), ["it says so and more"], True),
        (("digest …, and more",), ["digest 12ab, and more"], True),
        (("digest …, and more",), ["digest 12ab, and less"], False),
        ((), ["a"], False),
        ((), [], True),
    ],
)
def test_what_is_shown_is_compared_line_by_line(shown: tuple[str, ...], printed: list[str], expected: bool) -> None:
    assert matches(shown, printed) is expected
