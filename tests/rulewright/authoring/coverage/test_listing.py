"""The annotated listing: every line of every file, and in words what no scenario exercises of it."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from engine.loading import load
from rulewright.authoring.coverage.listing import listing
from rulewright.authoring.coverage.measure import cover
from rulewright.authoring.trials import trials

KETTLES = Path(__file__).parents[3] / "knowledge" / "kettles"
ROW = re.compile(r'<tr id="L(\d+)"(?: class="(\w+)")?>(.*?)</tr>', re.DOTALL)


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    knowledge = load(KETTLES)
    return listing(cover(knowledge, trials(KETTLES, knowledge)), knowledge.name)


def rows(page: str) -> dict[int, tuple[str, str, list[str]]]:
    """Each line: its state, its text, and its notes."""
    found = {}
    for number, state, cells in ROW.findall(page):
        source = re.search(r'<td class="source">(.*?)</td>', cells, re.DOTALL)
        assert source is not None
        notes = [unescape(re.sub("<[^>]*>", "", note)) for note in re.findall("<li>(.*?)</li>", cells)]
        found[int(number)] = (state, unescape(source[1]), notes)
    return found


def page_of(pages: dict[str, str], name: str) -> dict[int, tuple[str, str, list[str]]]:
    return rows(next(page for file, page in pages.items() if file.endswith(name)))


def test_every_line_stands_there_as_it_is_written(pages: dict[str, str]) -> None:
    for name in ("rules/tea.yaml", "facts/book.yaml", "vocabulary/words.yaml"):
        lines = (KETTLES / name).read_text(encoding="utf-8").splitlines()
        found = page_of(pages, f"{name.replace('/', '-')}.html")
        assert [text for _, text, _ in found.values()] == lines


def test_what_is_exercised_stands_beside_its_line(pages: dict[str, str]) -> None:
    told = {
        text.strip(): (state, notes) for state, text, notes in page_of(pages, "rules-tea.yaml.html").values() if notes
    }
    assert told["- id: hot"] == ("covered", ["drawn in 4; 1 of 1 instance"])
    assert told['- kettle: {heat: ">= 90 Cel"}'] == (
        "partly",
        [
            "met 4, failed 1, unknown 1",
            "kettle.heat in hot, >= 90 Cel: just below 1, at 3, just above 0 NOTHING JUST ABOVE",
        ],
    )
    state, notes = told["- count:"]
    assert state == "partly"
    assert "member 3: met 0, failed 6, unknown 0 NEVER MET" in notes
    codes = {text.strip(): (state, notes) for state, text, notes in page_of(pages, "words.yaml.html").values() if notes}
    assert [found for text, found in codes.items() if text.startswith("TEA_LESS")] == [
        ("none", ["given in 0 NEVER GIVEN"])
    ]
    facts = {text.strip(): (state, notes) for state, text, notes in page_of(pages, "book.yaml.html").values() if notes}
    assert facts["- id: T4"] == ("covered", ["not used by rules: history"])


def test_the_index_leads_to_every_file_and_counts(pages: dict[str, str]) -> None:
    index = pages["index.html"]
    assert set(re.findall(r'<a href="([^"#]+)"', index)) == pages.keys() - {"index.html"}
    assert "What 6 scenarios exercise" in index
    assert "<li>tea: provisional</li>" in index
    for page in pages.values():
        assert "http" not in re.sub(r'http-equiv="Content-Security-Policy"', "", page)
