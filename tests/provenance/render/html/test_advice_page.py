from __future__ import annotations

import base64
import hashlib
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from html import unescape
from html.parser import HTMLParser

import pytest

from engine.advising import Advisor, read_case_text
from engine.content import digest
from engine.errors import Refused
from engine.model.advice import Advice
from engine.model.case import Case
from engine.model.knowledge import KnowledgeBase
from engine.model.review import Review, Subject
from provenance.grounds import Grounds
from provenance.render.html.advice import advice_page
from provenance.render.html.chain import nested
from provenance.render.html.page import anchor
from provenance.render.naming import Names
from provenance.render.told import Told
from provenance.render.wording import sentence_words
from tests.provenance.render.html.conftest import NAMES, Paged

VOID = {"meta", "br", "link", "input", "img", "hr"}
Advised = Callable[[str], Advice]


@dataclass
class Parsed(HTMLParser):
    """What stands in a page: tags in order and well nested, attributes, and text without style and script."""

    open: list[str] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, (tag, self.getpos())

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("style", "script"):
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def parsed(html: str) -> Parsed:
    page = Parsed()
    page.feed(html)
    page.close()
    assert page.open == []
    return page


@pytest.mark.parametrize("name", NAMES)
def test_the_page_is_well_formed_and_every_link_in_it_leads_somewhere(paged: Paged, name: str) -> None:
    page = parsed(paged(name).html)
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(set(ids)) == len(ids)
    links = [attributes["href"] or "" for tag, attributes in page.tags if tag == "a"]
    assert links
    assert {link.removeprefix("#") for link in links} <= set(ids)
    for attribute in ("aria-labelledby", "aria-describedby", "for"):
        assert {attributes[attribute] for _, attributes in page.tags if attribute in attributes} <= set(ids)


@pytest.mark.parametrize("name", NAMES)
def test_the_page_asks_for_nothing(paged: Paged, name: str) -> None:
    html = paged(name).html
    page = parsed(html)
    for tag, attributes in page.tags:
        assert tag not in ("link", "img", "iframe", "object", "embed", "base", "form")
        assert not {"src", "srcset", "style", "action", "background", "ping"} & attributes.keys()
        assert not [key for key in attributes if key.startswith("on")]
    for kind in ("style", "script"):
        (content,) = re.findall(rf"<{kind}>(.*?)</{kind}>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        (policy,) = [a["content"] or "" for t, a in page.tags if a.get("http-equiv") == "Content-Security-Policy"]
        assert f"{kind}-src 'sha256-{digest}'" in policy
        assert "default-src 'none'" in policy
        assert not re.search(r"url\(|@import|fetch\(|XMLHttpRequest|import\(", content)


@pytest.mark.parametrize("name", NAMES)
def test_everything_that_the_advice_says_is_on_the_page(paged: Paged, name: str) -> None:
    shown = paged(name)
    text = parsed(shown.html).text
    advice, knowledge = shown.advice, shown.knowledge
    said = [advice.notice, *advice.limits, advice.id]
    said += [reason.text for standing in advice.options for reason in standing.reasons if reason.kind != "remark"]
    said += [
        entry.text
        for entries in advice.sections.values()
        for entry in entries
        if entry.value in ("true", "provisional")
    ]
    said += [step.text for standing in advice.options for dose in standing.doses for step in dose.steps]
    said += [given.label for given in advice.inputs]
    said += [fact.quote for fact in advice.facts]
    said += [fact.fidelity_note for fact in advice.facts]
    silent = {
        entry.text
        for kind in knowledge.vocabulary.conclusions.values()
        if kind.section and all(type_.kind == "datum" for type_ in kind.key.values())
        for entry in advice.sections.get(kind.section, ())
    }
    for words in said:
        plain = " ".join(words.split())
        forms = (plain, sentence_words(plain), plain[:1].upper() + plain[1:])
        assert words in silent or any(form in text for form in forms), words
    names = Names(advice, knowledge)
    for standing in advice.options:
        if standing.heading != "completed":
            assert f'id="{anchor("line", names.atom(standing))}"' in shown.html


@pytest.mark.parametrize("name", NAMES)
def test_every_side_of_what_pulls_apart_is_shown_with_its_words(paged: Paged, name: str) -> None:
    shown = paged(name)
    text = parsed(shown.html).text
    if name == "refractory-child":
        assert "T5: early blockade of interleukin 1, or adequate immunosuppression first UNRESOLVED" in text
    for opposition in shown.advice.opposed:
        assert f" {opposition.name}: " in text or opposition.kind == "argued"
        for side in opposition.sides:
            assert f"{side.label}: " in text
            for fact in side.facts:
                assert f"Statement {fact} “{shown.knowledge.facts[fact].quote}”" in text


@pytest.mark.parametrize("name", NAMES)
def test_every_dose_has_the_words_it_is_taken_from_in_its_own_line(paged: Paged, name: str) -> None:
    shown = paged(name)
    names = Names(shown.advice, shown.knowledge)
    for standing in shown.advice.options:
        for dose in standing.doses:
            line = shown.html.partition(f'id="{anchor("line", names.atom(standing))}"')[2].partition("every-step")[0]
            part = unescape(line.partition(f'data-dose="{dose.evidence}"')[2].partition("</div>")[0])
            for fact in dose.facts:
                assert f"“{shown.knowledge.facts[fact].quote}”" in part
            for reading in dose.readings:
                assert sentence_words(shown.knowledge.facts[reading].states) in part


def test_unresolved_sources_are_shown_as_unresolved_and_no_statement_is_given_to_them_silently(paged: Paged) -> None:
    text = parsed(paged("untreated-child").html).text
    assert "S1 [1] (guideline) identity unresolved" in text
    assert "The document attributes it to no source." in text
    assert "the document drops the condition" in text
    assert "No clinician has reviewed this knowledge base." in text


def test_reviews_are_shown_and_an_objection_is_shouted(knowledge: KnowledgeBase, cases: dict[str, Case]) -> None:
    day = date(2026, 1, 2)
    judged = tuple(
        Review(part, "Ann Example", verdict, day, digest(knowledge, part) if current else "0" * 64, "")
        for part, verdict, current in (
            (Subject("fact", "G08"), "approved", True),
            (Subject("reading", "I06"), "rejected", True),
            (Subject("fact", "G13"), "approved", False),
        )
    )
    known = replace(knowledge, reviews=judged, digest="1" * 64)
    advice = Advisor(known, ("compiled",)).advise(cases["refractory-child"])
    html = advice_page(Grounds(advice, known), drawn=False)
    text = parsed(html).text
    assert "Approved: approved by Ann Example on 2026-01-02." in text
    assert "REJECTED BY A REVIEWER: rejected by Ann Example on 2026-01-02." in text
    assert "CHANGED SINCE ITS REVIEW: approved by Ann Example on 2026-01-02." in text
    assert "Not reviewed." in text
    lines = dict(re.findall(r'<details class="line [a-z]+" id="([^"]+)">(.*?)</summary>', html, re.DOTALL))
    shouted = {place for place, line in lines.items() if "ids alarming" in line}
    names = Names(advice, known)
    assert shouted >= {anchor("line", names.atom(one)) for one in advice.options if "I06" in one.unreviewed}
    assert all("REJECTED BY A REVIEWER" in lines[place] or "CHANGED SINCE" in lines[place] for place in shouted)
    assert shouted < lines.keys()


def test_what_a_case_or_a_source_says_is_never_markup(knowledge: KnowledgeBase) -> None:
    attack = "</title><script>alert(1)</script><b onclick='x'>&amp;"
    case = read_case_text(
        f'{{title: "{attack}", as-of: 2026-03-06T08:00Z, patient: {{mas: confirmed}}}}', "c", knowledge
    )
    advice = Advisor(knowledge, ("compiled",)).advise(case)
    html = advice_page(Grounds(advice, knowledge, case=case), case)
    page = parsed(html)
    assert attack in page.text
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert not [tag for tag, attributes in page.tags if "onclick" in attributes]


def test_the_same_advice_is_the_same_page(knowledge: KnowledgeBase, advised: Advised, paged: Paged) -> None:
    again = advice_page(Grounds(advised("untreated-child"), knowledge), None, drawn=False)
    assert again == advice_page(Grounds(advised("untreated-child"), knowledge), None, drawn=False)
    assert paged("untreated-child").html.count("<h2") == again.count("<h2")


def test_without_graphviz_the_page_is_whole_and_says_what_it_lacks(
    knowledge: KnowledgeBase, advised: Advised, paged: Paged, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = paged("refractory-child")
    monkeypatch.setenv("PATH", "/nowhere")
    page = parsed(advice_page(Grounds(advised("refractory-child"), knowledge)))
    assert "apt install graphviz" in page.text
    assert "svg" not in {tag for tag, _ in page.tags}
    lines = [
        attributes["id"]
        for tag, attributes in page.tags
        if attributes.get("class", "") and "line " in f"{attributes['class']} "
    ]
    assert lines == re.findall(r'<details class="line [a-z]+" id="([^"]+)"', whole.html)


def test_without_jinja_the_extra_is_named(
    knowledge: KnowledgeBase, advised: Advised, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(Refused, match=r"missing-package.*pip install 'rulewright\[reports\]'"):
        advice_page(Grounds(advised("untreated-child"), knowledge), None, drawn=False)


@pytest.mark.parametrize(
    ("depths", "expected"),
    [
        ([0, 1, 1, 0], "<ul><li><ul><li></li><li></li></ul></li><li></li></ul>"),
        ([0, 2, 1], "<ul><li><ul><li></li></ul><ul><li></li></ul></li></ul>"),
        ([0, 1, 2, 0], "<ul><li><ul><li><ul><li></li></ul></li></ul></li><li></li></ul>"),
        ([], ""),
    ],
)
def test_a_chain_is_nested_as_deep_as_it_is_told(depths: list[int], expected: str) -> None:
    chain = nested(Told(depth, str(number)) for number, depth in enumerate(depths))
    built = ""
    for row in chain.rows:
        built += "</li></ul>" * row.ups + ("<ul>" if row.opens else "</li>") + "<li>"
    assert built + "</li></ul>" * chain.depth == expected


def test_a_chain_may_be_deeper_than_python_nests() -> None:
    chain = nested(Told(depth, "x") for depth in range(20_000))
    assert chain.depth == 20_000
    assert not any(row.ups for row in chain.rows)
