"""The page: what a clinician must find, and what must never stand there."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.advising import Advisor, read_case_node, read_case_text
from engine.loading import load
from engine.model.advice import Advice
from engine.model.knowledge import KnowledgeBase
from provenance.render.text import page
from provenance.render.wording import sentence_words
from rulewright.authoring.scenarios import read_scenarios

Advised = Callable[[str], Advice]
NAMES = ("refractory-child", "untreated-child", "biologic-asked-for-first", "crowded", "nothing-known")
HEADINGS = (
    "CONSIDER NOW",
    "THEN",
    "MISSING DATA THAT WOULD CHANGE THIS",
    "NOT SUPPORTED NOW, AND WHY",
    "WATCH",
    "CARE",
    "BASIS AND LIMITS",
    "INPUTS USED AND NOT USED",
)
MISREAD = {
    "a trailing zero": r"\d\.\d*0(?!\d)",
    "a naked decimal point": r"(?<!\d)\.\d",
    "U for units": r"\d ?U\b|\bIU\b|\bU/",
    "an abbreviation that is misread": r"(?i)\bq\.?d\b|\bq\.?o\.?d\b|\bcc\b|µg|μg|\bSC\b|\bSQ\b|\bHS\b|\bMTX\b",
    "a slash for per day": r"/d\b|/day\b",
    "a thousand without its separator": r"(?<![\d,.\-])\d{4,} (?:mg|g|kg|mcg|ng|units|mL)",
    "a raw UCUM unit": r"m2\b|10\*|\bCel\b|\{",
    "a hyphen between the ends of a dose": r"\d-\d+(?:\.\d+)? (?:mg|g|mcg|units)\b",
}


def text_of(advice: Advice, knowledge: KnowledgeBase, width: int = 100, words: str = "considered") -> str:
    return page(advice, knowledge, width, words).text()


def section(text: str, heading: str) -> str:
    """The lines below a heading, in one line."""
    start = re.search(rf"^{re.escape(heading)}\b.*$", text, re.MULTILINE)
    assert start, heading
    found = start[0][len(heading) :] + text[start.end() :]
    found = re.split(r"\n\n[A-Z][A-Z ,]{3,}|\n─", found)[0]
    return " ".join(found.split())


def spoken(text: str) -> str:
    """What the page says itself: without the words that it quotes, and without what identifies it."""
    own = (
        text[: text.index("BASIS AND LIMITS")]
        + text[text.index("INPUTS USED AND NOT USED") : text.rindex("Advice rw1-")]
    )
    return re.sub(r"“[^”]*”", "", own)


@pytest.mark.parametrize("name", NAMES)
def test_the_sections_stand_in_the_order_of_the_design(advised: Advised, knowledge: KnowledgeBase, name: str) -> None:
    text = text_of(advised(name), knowledge)
    places = [re.search(rf"^{re.escape(heading)}(  |$)", text, re.MULTILINE) for heading in HEADINGS]
    assert all(places)
    assert sorted(places, key=lambda place: place.start() if place else 0) == places


@pytest.mark.parametrize("name", NAMES)
def test_the_banner_says_what_it_is_and_for_whom(advised: Advised, knowledge: KnowledgeBase, name: str) -> None:
    banner = " ".join(text_of(advised(name), knowledge).partition("CONSIDER NOW")[0].split())
    assert "No clinician has reviewed this knowledge base." in banner
    for said in (knowledge.intended_use, knowledge.intended_user, knowledge.sources_as_of):
        assert " ".join(said.split()) in banner
    assert not re.search(
        r"(?i)\bFDA.(approved|cleared)|CE.mark|medical device", text_of(advised(name), knowledge, words="none")
    )


@pytest.mark.parametrize("width", [80, 100, 120])
@pytest.mark.parametrize("name", NAMES)
def test_the_page_is_as_wide_as_it_is_asked_to_be(
    advised: Advised, knowledge: KnowledgeBase, name: str, width: int
) -> None:
    assert max(map(len, text_of(advised(name), knowledge, width, "all").splitlines())) <= width


def test_the_page_of_an_untreated_child(advised: Advised, knowledge: KnowledgeBase) -> None:
    text = text_of(advised("untreated-child"), knowledge)
    now = section(text, "CONSIDER NOW")
    assert now.startswith(
        "• methylprednisolone, initial therapy: 600 mg per day, route intravenous, duration 3 days — "
        "indicated (“should”) [G01 G02 G07; readings I02 I06 I20; none reviewed]"
    )
    assert (
        "30 mg/kg per day × 20 kg (weight, undated) = 600 mg per day; below the maximum of 1,000 mg per day; "
        "not stated: doses per day, schedule" in now
    )
    assert (
        "no dose above takes them into account: AST 210 units/L (hepatic function) [reading I18; none reviewed]" in now
    )
    then = section(text, "THEN")
    assert "methylprednisolone, after the initial course: 40 to 60 mg per day, starts after the 3-day course" in then
    assert "not stated: maximum, route, duration, doses per day, schedule" in then


def test_the_page_of_a_refractory_child(advised: Advised, knowledge: KnowledgeBase) -> None:
    text = text_of(advised("refractory-child"), knowledge)
    now = section(text, "CONSIDER NOW")
    assert "For refractory cases: 4 options, in no order" in now
    assert "etoposide: 139.8 mg per dose, doses twice weekly" in now
    assert (
        "150 mg/m² × 0.9317 m² (body surface area (Mosteller): sqrt(125 × 25 / 3600), height undated, "
        "weight undated) = 139.8 mg" in now
    )
    assert "intravenous immunoglobulin (IVIG): 25 to 50 g in total" in now
    assert "tocilizumab: the source gives no dose" in now
    assert "Complete: methylprednisolone, initial therapy" in now
    assert (
        "After the initial course: 1 option • methylprednisolone: 50 to 75 mg per day, starts after the 3-day course"
        in now
    ), "what follows a complete course comes now"
    assert "no later dose" in section(text, "THEN")
    not_now = section(text, "NOT SUPPORTED NOW, AND WHY")
    assert not_now.startswith("(this is no advice to stop anything)")
    assert (
        "cyclosporine A [G03 G09 G27; readings I01 I04; none reviewed] (already running; this is no advice to stop it)"
        in not_now
    )
    apart = section(text, "WHERE THE SOURCES PULL APART")
    assert "T5: early blockade of interleukin 1, or adequate immunosuppression first — UNRESOLVED" in apart
    assert "early blockade: stands beside anakinra, for refractory cases, and opens nothing. Case series" in apart
    assert "T4: tocilizumab as therapy, as exposure and as a risk of sequence — UNRESOLVED" in apart
    assert "as exposure: nothing of it bears on this case. About patients like this one [L02 L03 L04 L05 L06]" in apart
    assert "T3: cyclosporine A and tacrolimus (duplication: two alternatives at once) — UNRESOLVED" in apart
    assert "T1: the place of anakinra — settled by a reading [reading I22]" in apart
    for quote in ("The need for early institution", "biologics given after insufficient", "3 per 112 (3%)"):
        assert quote in text, "the words of each side stand below"
    assert "— nowhere in this case" in text_of(advised("untreated-child"), knowledge)
    assert "dose 750 mg per day" in section(text, "INPUTS USED AND NOT USED")


def test_a_cap_is_told_in_the_unit_of_the_dose(advised: Advised, knowledge: KnowledgeBase) -> None:
    now = section(text_of(advised("biologic-asked-for-first"), knowledge), "CONSIDER NOW")
    assert "1,000 mg per day, route intravenous" in now
    assert (
        "30 mg/kg per day × 75 kg (weight, undated) = 2,250 mg per day; held at the maximum of 1,000 mg per day" in now
    )


def test_what_was_asked_for_and_is_not_supported_comes_first(advised: Advised, knowledge: KnowledgeBase) -> None:
    not_now = section(text_of(advised("biologic-asked-for-first"), knowledge), "NOT SUPPORTED NOW, AND WHY")
    first = not_now.split("•")[1]
    assert first.strip().startswith(
        "No adequate immunosuppression came before and none is in progress; also: the case is not refractory"
    )
    assert "tocilizumab" in first
    assert "(asked for)" in first


def test_a_provisional_option_names_its_gap(advised: Advised, knowledge: KnowledgeBase) -> None:
    text = text_of(advised("crowded"), knowledge)
    now = section(text, "CONSIDER NOW")
    assert "PROVISIONAL, in spite of a gap: the courses given are not fully recorded" in now
    assert "765 mg per day" in now
    assert "30 mg/kg per day × 25.5 kg (weight of 2026-03-05)" in now
    assert "Assumed for methylprednisolone: stopped of methylprednisolone (courses[0]): not recorded" in now
    missing = section(text, "MISSING DATA THAT WOULD CHANGE THIS")
    assert "All courses given confirms or ends what is provisional: methylprednisolone, initial therapy" in missing


def test_data_that_the_sources_do_not_address_stand_beside_the_doses(
    advised: Advised, knowledge: KnowledgeBase
) -> None:
    now = section(text_of(advised("crowded"), knowledge), "CONSIDER NOW")
    assert (
        "no dose above takes them into account: pregnancy; eGFR 20 mL per minute per 1.73 m² (renal function); "
        "underlying disease other" in now
    )


def test_every_datum_is_used_or_said_to_be_unused(advised: Advised, knowledge: KnowledgeBase) -> None:
    told = section(text_of(advised("crowded"), knowledge), "INPUTS USED AND NOT USED")
    used, _, unused = told.partition("No rule used this:")
    assert "weight 25.5 kg (measured 2026-03-05)" in used
    assert "ferritin more than 40,000 ng/mL" in unused
    assert "platelets 48 × 10⁹/L (measured 2026-03-05) (earlier: 120 × 10⁹/L" in unused
    assert "route subcutaneous" in told


@pytest.mark.parametrize("name", NAMES)
def test_every_advised_line_ends_with_its_facts(advised: Advised, knowledge: KnowledgeBase, name: str) -> None:
    advice = advised(name)
    text = text_of(advice, knowledge)
    bullets = [bullet for heading in ("CONSIDER NOW", "THEN") for bullet in section(text, heading).split("• ")[1:]]
    options = [standing for standing in advice.options if standing.heading in ("advised", "provisional")]
    assert len(bullets) == len(options)
    for bullet in bullets:
        first = bullet.partition("]")[0]
        assert re.search(r"\[(?:[A-Z]+\d+ ?)+(?:; readings? (?:[A-Z]+\d+ ?)+)?; none reviewed$", first), bullet
        assert "mg" not in bullet or re.search(r"\[[^\]]*G\d\d", bullet), bullet


@pytest.mark.parametrize("name", NAMES)
def test_the_words_behind_what_is_to_be_considered_stand_below_the_page(
    advised: Advised, knowledge: KnowledgeBase, name: str
) -> None:
    advice = advised(name)
    told = " ".join(text_of(advice, knowledge).split())
    facts = {fact.id: fact for fact in advice.facts}
    for standing in advice.options:
        if standing.heading in ("advised", "provisional"):
            for id_ in (*standing.claims, *(fact for dose in standing.doses for fact in dose.facts)):
                assert f"“{' '.join(facts[id_].quote.split())}”" in told
    assert "THE WORDS BEHIND" not in text_of(advice, knowledge, words="none")
    every = " ".join(text_of(advice, knowledge, words="all").split())
    printed = set(re.findall(r"\b[A-Z]\d\d\b", every.partition("BASIS AND LIMITS")[0])) & facts.keys()
    assert printed
    assert all(
        " ".join(sentence_words(facts[id_].states).split()) in every or f"“{facts[id_].quote}”" in every
        for id_ in printed
    )


def test_an_unresolved_source_is_never_printed_as_if_its_author_were_known(
    advised: Advised, knowledge: KnowledgeBase
) -> None:
    for name in NAMES:
        text = text_of(advised(name), knowledge, words="all")
        for source in knowledge.sources.values():
            if source.identity == "unresolved":
                for candidate in source.candidates:
                    assert candidate.cite.split(",")[0] not in text


def test_nothing_on_any_page_can_be_misread() -> None:
    """Every scenario's page, without the words that it quotes."""
    root = Path(__file__).resolve().parents[3] / "kb"
    knowledge = load(root)
    advisor = Advisor(knowledge, ("compiled",))
    found = []
    for scenario in read_scenarios(root):
        text = spoken(
            text_of(advisor.advise(read_case_node(scenario.case, knowledge), scenario.sources), knowledge, words="none")
        )
        for what, pattern in MISREAD.items():
            found += [
                (scenario.name, what, line) for line in text.splitlines() if re.search(pattern, line.replace("/dL", ""))
            ]
        text = " ".join(text.split())
        assert not re.search(r"(?i)\bstop\b(?! it\b| anything\b)|\bwithheld\b|first.line|preferred", text), (
            scenario.name
        )
        assert text.count("in no order") >= text.count(" options")
    assert found == []


WEATHER = {
    "kb.yaml": """
name: weather
version: "1"
title: What the sky means
scope: a toy
intended-use: A toy.
intended-user: Nobody.
release: demonstration
sources-as-of: yesterday
""",
    "vocabulary/all.yaml": """
terms:
  sign: {RAIN: {label: It will rain.}, WIND: {label: It will be windy.}}
case:
  sky:
    attributes:
      clouds: {type: quantity, unit: "%", plausible: 0 % to 100 %}
      pressure: {type: quantity, unit: Pa}
claims:
  omen: {fields: {sign: {type: term, of: sign}}, required: [sign]}
conclusions:
  outlook: {key: {is: {type: term, of: sign}}, section: outlook, ask: true, template: "{is.label}"}
""",
    "sources/D.yaml": "id: D\nkind: secondary\ntitle: A proverb\nidentity: unresolved\nknown: an old saying\n",
    "facts/D.yaml": """
read-in: D
facts:
  - {id: P1, quote: clouds bring rain, cites: [], claims: [{claim: omen, sign: RAIN}]}
  - {id: P2, quote: low air brings wind, cites: [], claims: [{claim: omen, sign: WIND}]}
""",
    "rules/all.yaml": """
rules:
  - id: clouds
    title: Clouds bring rain
    because: [P1]
    when: [sky: {clouds: ">= 80 %"}]
    then: [outlook: {is: RAIN}]
  - id: wind
    title: Low air brings wind
    because: [P2]
    when: [sky: {pressure: "< 100000 Pa"}]
    then: [outlook: {is: WIND}]
""",
}


def test_a_knowledge_base_without_options_prints_its_sections(tmp_path: Path) -> None:
    for name, text in WEATHER.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    knowledge = load(tmp_path)
    case = read_case_text("{as-of: 2026-01-01T00:00Z, sky: {clouds: 85 %}}", "case", knowledge)
    text = text_of(Advisor(knowledge, ("compiled",)).advise(case), knowledge)
    assert "CONSIDER NOW" not in text
    assert "NOT SUPPORTED" not in text
    assert section(text, "OUTLOOK") == "• It will rain. [P1; none reviewed]"
    assert "• Pressure — outlook: “It will be windy.” [P2; none reviewed]" in section(
        text, "MISSING DATA THAT WOULD CHANGE THIS"
    )
    assert "Used: clouds 85%" in text
