"""A page as its readers have it: in a browser without a network, by pointer, by keyboard, on a telephone, on paper."""

from __future__ import annotations

import base64
import io
import re
import unicodedata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.provenance.render.html.conftest import NAMES, Browser, Paged

pytestmark = pytest.mark.debian("chromium", "chromium-driver")
TAB, ENTER, SPACE, ESCAPE, RIGHT = "\ue004", "\ue007", " ", "\ue00c", "\ue014"

VISIBLE_QUOTES = """
return [...document.querySelectorAll('figure.quote blockquote')]
    .filter((one) => one.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true}))
    .map((one) => one.textContent)
"""
FOCUSED = "return document.activeElement && (document.activeElement.id || document.activeElement.textContent.trim())"


def squeezed(text: str) -> str:
    """Without spaces and ligatures, both of which a print sets as it likes."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_asked_for_and_nothing_is_complained_of(chromium: Browser, paged: Paged, name: str) -> None:
    address = chromium.open(paged(name).html)
    chromium.open_all()
    for button in chromium.find("[data-draw], [data-view]"):
        chromium.ask("arguments[0].click()", button)
    assert chromium.requests() == [address]
    assert chromium.ask("return performance.getEntriesByType('resource').length") == 0
    assert chromium.complaints() == []


def test_the_page_forbids_what_it_does_not_do(chromium: Browser, paged: Paged) -> None:
    """The checks above would see a request, a foreign script and a foreign style; the page's policy refuses each."""
    foreign = '<img src="http://192.0.2.1/x.png"><script>document.title = "foreign"</script><p style="color: red">x</p>'
    chromium.open(paged("untreated-child").html.replace("</main>", f"{foreign}</main>"))
    assert chromium.ask("return document.title") != "foreign"
    refused = [text for text in chromium.complaints() if "Content Security Policy" in text]
    assert len(refused) == 3
    assert "http://192.0.2.1/x.png" in chromium.requests()


@pytest.mark.parametrize("width", [1366, 390])
@pytest.mark.parametrize("name", NAMES)
def test_the_sentence_behind_each_dose_is_two_clicks_away(
    chromium: Browser, paged: Paged, name: str, width: int
) -> None:
    page = paged(name)
    doses = [dose for standing in page.advice.options for dose in standing.doses]
    if name not in ("nothing-known", "pumps"):
        assert doses
    chromium.open(page.html, width)
    for dose in doses:
        chromium.ask("for (const one of document.querySelectorAll('details')) one.open = false")
        assert chromium.ask(VISIBLE_QUOTES) == []
        (place,) = chromium.find(f'[data-dose="{dose.evidence}"]')
        clicks = 0
        for details in chromium.ask(
            "const found = []; for (let one = arguments[0]; one; one = one.parentElement) "
            "if (one.matches('details')) found.unshift(one); return found",
            place,
        ):
            (summary, *_) = details.find_elements("css selector", "summary")
            chromium.ask("arguments[0].scrollIntoView({block: 'center'})", summary)
            summary.click()
            clicks += 1
        assert clicks <= 2
        shown = chromium.ask(VISIBLE_QUOTES)
        for fact in dose.facts:
            assert f"“{page.knowledge.facts[fact].quote}”" in shown, (dose.evidence, fact)


@pytest.mark.parametrize("width", [1366, 390])
@pytest.mark.parametrize("name", NAMES)
def test_the_page_is_no_wider_than_the_screen(chromium: Browser, paged: Paged, name: str, width: int) -> None:
    chromium.open(paged(name).html, width)
    for _ in range(2):
        shown, room = chromium.ask("const page = document.documentElement; return [page.scrollWidth, page.clientWidth]")
        assert shown == room
        assert width - 20 <= room <= width
        chromium.open_all()


@pytest.mark.parametrize(
    ("name", "width", "dark"),
    [("refractory-child", 1366, False), ("crowded", 390, True), ("untreated-child", 390, False), ("pumps", 1366, True)],
)
def test_axe_finds_no_barrier(chromium: Browser, paged: Paged, name: str, width: int, dark: bool) -> None:
    """axe-core checks names, roles, the order of headings, landmarks and the contrast of colours, among others."""
    chromium.open(paged(name).html, width, dark=dark)
    chromium.open_all()
    assert barriers(chromium) == {}


def test_axe_would_find_a_barrier(chromium: Browser, paged: Paged) -> None:
    broken = paged("untreated-child").html.replace("<h2", "<h5", 1).replace('<label for="what">', "<label>")
    assert {"heading-order", "select-name"} & barriers(chromium_with(chromium, broken)).keys()


def chromium_with(chromium: Browser, html: str) -> Browser:
    chromium.open(html)
    return chromium


def barriers(chromium: Browser) -> dict[str, list[str]]:
    """The rules of axe-core that the open page breaks, each with the first elements that do."""
    spec = find_spec("axe_core_python")
    assert spec is not None
    assert spec.origin is not None
    chromium.ask((Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8"))
    found = chromium.driver.execute_async_script(
        "const done = arguments[arguments.length - 1]; axe.run(document, {resultTypes: ['violations']}).then(done)"
    )
    return {
        violation["id"]: [node["html"][:120] for node in violation["nodes"][:3]] for violation in found["violations"]
    }


# Keyboard ------------------------------------------------------------------------------------------------------------


def test_every_line_is_reached_opened_and_closed_by_keyboard(chromium: Browser, paged: Paged) -> None:
    page = paged("refractory-child")
    chromium.open(page.html)
    chromium.keys(TAB)
    assert chromium.ask(FOCUSED) == "Skip to the content"
    box = chromium.ask("const box = document.activeElement.getBoundingClientRect(); return [box.left, box.top]")
    assert min(box) >= 0
    chromium.keys(ENTER)
    assert chromium.ask(FOCUSED) == "main"
    lines = chromium.ask("return [...document.querySelectorAll('details.line')].map((one) => one.id)")
    for place in lines[:6]:
        chromium.keys(TAB)
        assert chromium.ask("return document.activeElement.parentElement.id") == place
        assert chromium.ask("return getComputedStyle(document.activeElement).outlineStyle") == "solid"
    is_open = "return document.activeElement.parentElement.open"
    for key, expected in ((ENTER, True), (SPACE, False), (SPACE, True)):
        chromium.keys(key)
        assert chromium.ask(is_open) is expected
    chromium.keys(TAB)
    assert chromium.ask("return document.activeElement.closest('details').id") == lines[5]


@pytest.mark.debian("graphviz")
def test_the_drawing_is_moved_and_followed_by_keyboard(chromium: Browser, paged: Paged) -> None:
    chromium.open(paged("refractory-child").html)
    seen = "return document.querySelector('.drawing:not([hidden]) svg').getAttribute('viewBox').split(' ').map(Number)"
    chromium.ask("document.querySelector('.drawing').focus()")
    start = chromium.ask(seen)
    chromium.keys(RIGHT)
    moved = chromium.ask(seen)
    assert moved[0] > start[0]
    assert moved[1:] == start[1:]
    chromium.keys("+")
    assert chromium.ask(seen)[2] < moved[2]
    chromium.keys("0")
    whole = chromium.ask(seen)
    assert whole[2] > moved[2]
    chromium.keys(TAB)
    link = chromium.ask("return document.activeElement.getAttribute('href')")
    assert link.startswith("#")
    assert chromium.ask("return document.activeElement.getAttribute('aria-label').length") > 10
    chromium.keys(ENTER)
    assert chromium.ask("return location.hash") == link
    assert "#" + chromium.ask("return (document.activeElement.closest('[id]') || {}).id") == link
    chromium.keys(ESCAPE)
    assert chromium.ask("return document.activeElement.getAttribute('href')") == link


# The drawing ---------------------------------------------------------------------------------------------------------


@pytest.mark.debian("graphviz")
@pytest.mark.parametrize("width", [1366, 390])
def test_the_drawing_is_filtered_moved_and_followed_to_the_quote(chromium: Browser, paged: Paged, width: int) -> None:
    from selenium.webdriver import ActionChains
    from selenium.webdriver.support.select import Select

    page = paged("refractory-child")
    chromium.open(page.html, width)
    (choice,) = chromium.find("#what")
    Select(choice).select_by_visible_text("anakinra, for refractory cases")
    shown = [one for one in chromium.find(".drawing") if one.is_displayed()]
    assert len(shown) == 1
    text = shown[0].get_attribute("textContent")
    assert page.knowledge.facts["G13"].quote in squeeze_lines(text)
    assert "intravenous immunoglobulin" not in squeeze_lines(text)
    (svg,) = shown[0].find_elements("css selector", "svg")
    before = svg.get_dom_attribute("viewBox")
    chromium.ask("arguments[0].scrollIntoView({block: 'center'})", shown[0])
    ActionChains(chromium.driver).move_to_element(shown[0]).click_and_hold().move_by_offset(
        -60, -40
    ).release().perform()
    assert svg.get_dom_attribute("viewBox") != before
    assert chromium.ask("return location.hash") == ""
    chromium.find("[data-view=fit]")[0].click()
    (link,) = shown[0].find_elements("css selector", 'a[href="#quote-G13"]')
    ActionChains(chromium.driver).move_to_element(link).click().perform()
    assert chromium.ask(FOCUSED) == "quote-G13"
    (card,) = chromium.find("#quote-G13")
    assert page.knowledge.facts["G13"].quote in card.text
    assert "identity unresolved" in card.text


def squeeze_lines(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.debian("graphviz")
def test_a_line_leads_to_its_own_drawing(chromium: Browser, paged: Paged) -> None:
    chromium.open(paged("refractory-child").html)
    chromium.open_all()
    for button in chromium.find("[data-draw]"):
        chromium.ask("arguments[0].click()", button)
        shown = [one for one in chromium.find(".drawing") if one.is_displayed()]
        assert len(shown) == 1
        place = button.get_attribute("data-draw")
        chosen = chromium.ask(
            "const one = document.getElementById('what'); return one.selectedOptions[0].dataset.place"
        )
        assert chosen == place
        assert shown[0].find_elements("css selector", ".node.asked")


# Without a script, and on paper --------------------------------------------------------------------------------------


def test_without_a_script_lines_open_and_links_lead_to_words(chromium: Browser, paged: Paged) -> None:
    page = paged("refractory-child")
    chromium.open(page.html, script=False)
    (line, *_) = chromium.find("details.line")
    (summary, *_) = line.find_elements("css selector", "summary")
    summary.click()
    (quote, *_) = line.find_elements("css selector", "figure.quote blockquote")
    assert quote.is_displayed()
    (link, *_) = line.find_elements("css selector", "figcaption a.id")
    link.click()
    assert chromium.driver.current_url.endswith(link.get_attribute("href").partition("#")[2])
    assert not any(one.is_displayed() for one in chromium.find(".live-only"))
    chromium.command("Emulation.setScriptExecutionDisabled", value=False)


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("name", ["untreated-child", "refractory-child", "crowded"])
def test_the_print_holds_every_quote_and_every_dose(chromium: Browser, paged: Paged, name: str, script: bool) -> None:
    page = paged(name)
    chromium.open(page.html, script=script)
    text = squeezed(printed(chromium))
    chromium.command("Emulation.setScriptExecutionDisabled", value=False)
    used = [fact for fact in page.advice.facts if fact.quote]
    assert used
    for fact in used:
        assert squeezed(fact.quote) in text, fact.id
    for standing in page.advice.options:
        for dose in standing.doses:
            for step in dose.steps:
                assert squeezed(page_words(step.text)) in text, step.text


def page_words(text: str) -> str:
    from provenance.render.wording import sentence_words

    return sentence_words(text)


def printed(chromium: Browser) -> str:
    """The text of the page's print."""
    from pypdf import PdfReader

    made: Any = chromium.command("Page.printToPDF", preferCSSPageSize=True)
    pages = PdfReader(io.BytesIO(base64.b64decode(made["data"]))).pages
    return "\n".join(page.extract_text() for page in pages)
