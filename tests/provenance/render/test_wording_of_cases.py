"""The page takes its words from the vocabulary, heads every group, and says what is open and what was not used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.advising import Advisor, read_case_text
from engine.loading import load
from engine.model.knowledge import KnowledgeBase
from provenance.grounds import Grounds
from provenance.render.html.advice import advice_page
from provenance.render.naming import amount_word, fit_words
from provenance.render.text import page

ROOT = Path(__file__).resolve().parents[3]
MAS = load(ROOT / "kb")
KETTLES = load(ROOT / "tests" / "knowledge" / "kettles")
PUMPS = load(ROOT / "tests" / "knowledge" / "pumps")
GRADED = load(ROOT / "tests" / "knowledge" / "graded")
STALE = """
as-of: 2026-03-01T08:00Z
patient: {mas: confirmed, weight: {value: 20 kg, at: 2026-01-01}}
courses: [{drug: methylprednisolone, route: IV, started: -30 h, dose: 400 mg/d}]
"""


def pages(text: str, knowledge: KnowledgeBase) -> tuple[str, str]:
    case = read_case_text(text, "case.yaml", knowledge)
    advice = Advisor(knowledge, ("compiled",)).advise(case)
    printed = " ".join(line for _, line in page(advice, knowledge, words="none").paragraphs)
    return printed, advice_page(Grounds(advice, knowledge), drawn=False)


@pytest.mark.parametrize(
    ("knowledge", "subject", "amount"),
    [(MAS, "patient", "dose"), (PUMPS, "pump", "amount"), (GRADED, "orchard", "amount")],
)
def test_a_case_and_an_amount_are_called_what_the_vocabulary_calls_them(
    knowledge: KnowledgeBase, subject: str, amount: str
) -> None:
    assert fit_words(knowledge.vocabulary, "direct") == f"{subject}s like this one"
    assert fit_words(knowledge.vocabulary, "unspecified") == ""
    assert amount_word(knowledge.vocabulary) == amount


def test_that_no_source_gives_an_amount_is_said_only_where_it_is_drawn() -> None:
    case = "{as-of: 2026-01-15T12:00Z, kettle: {heat: 20 Cel, sings: true, steams: true, sour: false}}"
    for shown in pages(case, KETTLES):
        assert "coffee" in shown
        assert "no amount" not in shown
        assert "later" not in shown, "no claim of kettles can say when a measure begins"
        assert not re.search(
            r"\bthen\b(?! *\()", re.sub(r"<(script|style).*?</\1>", "", shown, flags=re.DOTALL).casefold()
        )


def test_the_pages_of_pumps_speak_of_no_dose() -> None:
    for shown in pages("{as-of: 2026-01-15T12:00Z}", PUMPS):
        assert " dose" not in shown
        assert "nothing yet; see missing data" in shown.lower(), "severities are open"


def test_a_stale_measurement_is_not_listed_as_used() -> None:
    text, html = pages(STALE, MAS)
    used, found, rest = text.partition("Asked for by rules, and not used: ")
    assert found
    assert "weight 20 kg" not in used[used.index("Used: ") :]
    assert rest.startswith("weight 20 kg")
    assert "Asked for by rules, and not used" in html


def test_a_group_of_one_has_a_heading_beside_a_group_of_several() -> None:
    case = (ROOT / "kb" / "scenarios" / "examples" / "refractory-child.yaml").read_text(encoding="utf-8")
    for shown in pages(case, MAS):
        assert "For refractory cases: 4 options, in no order" in shown
        assert "After the initial course: 1 option" in shown
