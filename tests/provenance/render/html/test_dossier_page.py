from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date

import pytest

from engine.content import digest
from engine.errors import Refused
from engine.model.knowledge import KnowledgeBase
from engine.model.review import Review, Subject
from provenance.model.dossier import Consequences, Dossier
from provenance.model.withdrawal import Tally
from provenance.render.html.dossier import dossier_page
from provenance.review.dossier import dossier
from tests.provenance.render.html.conftest import Browser
from tests.provenance.render.html.test_advice_page import parsed
from tests.provenance.render.html.test_in_browser import barriers, printed, squeezed

SOURCES = ("S0", "S1", "S5", "S7", "ED")


def words_of(found: Dossier) -> list[str]:
    """All that a panel must have before it."""
    said = [found.source.shown, found.source.command, found.digest[:12]]
    said += [text for one in found.source.candidates for text in (one.cite, *one.identifiers.values())]
    for one in found.statements:
        said += [one.words, one.locator, one.fidelity_note, one.attribution, one.population, one.note, one.not_used]
        said += [one.command, one.review.digest[:12], *one.claims, *(reading.states for reading in one.readings)]
        said += [who for using in one.uses.values() for who in using]
    return [text for text in said if text]


@pytest.mark.parametrize("source", SOURCES)
def test_each_statement_stands_beside_what_was_made_of_it(knowledge: KnowledgeBase, source: str) -> None:
    found = dossier(knowledge, source, "my kb")
    html = dossier_page(found)
    page = parsed(html)
    assert found.statements
    for text in words_of(found):
        assert squeezed(text) in squeezed(page.text), text
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(set(ids)) == len(ids)
    assert {a["href"] for tag, a in page.tags if tag == "a"} <= {f"#{id_}" for id_ in ids}
    assert html.count('class="sign"') == 1 + len(found.statements)
    assert ("The document bends its source" in page.text) is any(one.fidelity == "bent" for one in found.statements)
    assert ("no source" in page.text) is any(one.kind == "fact" and not one.cites for one in found.statements)


def test_what_falls_and_who_judged_are_told_and_nothing_is_told_that_was_not_asked(knowledge: KnowledgeBase) -> None:
    part = Subject("fact", "R12")
    entry = Review(part, "Ann Example", "rejected", date(2026, 1, 2), digest(knowledge, part), "bent too far")
    found = dossier(replace(knowledge, reviews=(entry,)), "S7")
    assert "What falls without it" not in dossier_page(found)
    tally = Tally(
        line="option",
        name="option(x)",
        text="anakinra, for refractory cases",
        effect="fell",
        scenarios=3,
        example="refractory-child",
        before="advised",
        after="not supported now",
    )
    told = Consequences(scenarios=9, differing=3, changed=3, lines=(tally,))
    statements = tuple(one.model_copy(update={"without": told}) for one in found.statements)
    text = parsed(dossier_page(found.model_copy(update={"statements": statements}))).text
    assert "3 of 9 scenarios are advised otherwise" in text
    assert "anakinra, for refractory cases (3 scenarios, as in refractory-child): advised → not supported now" in text
    assert "rejected by Ann Example on 2026-01-02: bent too far" in text
    assert "REJECTED BY A REVIEWER" in text


def test_without_jinja_the_extra_is_named(knowledge: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(Refused, match=r"pip install 'rulewright\[reports\]'"):
        dossier_page(dossier(knowledge, "S7"))


@pytest.mark.debian("chromium", "chromium-driver")
@pytest.mark.parametrize(("source", "width", "dark"), [("S1", 1366, False), ("S0", 390, True)])
def test_a_dossier_in_a_browser(
    chromium: Browser, knowledge: KnowledgeBase, source: str, width: int, dark: bool
) -> None:
    found = dossier(knowledge, source)
    address = chromium.open(dossier_page(found), width, dark=dark)
    shown, room = chromium.ask("const page = document.documentElement; return [page.scrollWidth, page.clientWidth]")
    assert shown == room
    assert chromium.requests() == [address]
    assert chromium.complaints() == []
    assert barriers(chromium) == {}
    text = squeezed(printed(chromium))
    for one in found.statements:
        assert squeezed(one.words) in text
    assert text.count(squeezed("Signature:")) == 1 + len(found.statements)
