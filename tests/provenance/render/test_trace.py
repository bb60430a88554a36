"""A trace leads from a conclusion to quotes, readings, case data and stated defaults, and says everything once."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from engine.model.advice import Advice
from engine.model.case import Case
from engine.model.knowledge import KnowledgeBase
from provenance.render.trace import matching, trace, traceable

NAMES = ("refractory-child", "untreated-child", "biologic-asked-for-first", "crowded", "nothing-known")
Advised = Callable[[str], Advice]
LEAF = re.compile(
    r"“.*” — |READING |quoted above|case: |DEFAULT: |not recorded in the case|: see \(\d+\)|heading: |computed: |"
    r"dose: |nothing in the knowledge base draws it|"
    r"no item of the case meets"
)


def traced(advice: Advice, knowledge: KnowledgeBase, words: str, case: Case | None = None) -> str:
    return "\n".join(text for _, text in trace(advice, knowledge, matching(advice, knowledge, words), case).paragraphs)


@pytest.mark.parametrize("name", NAMES)
def test_every_leaf_is_a_quote_a_reading_a_datum_or_a_default(
    advised: Advised, knowledge: KnowledgeBase, cases: dict[str, Case], name: str
) -> None:
    advice = advised(name)
    entries = trace(advice, knowledge, traceable(advice, knowledge), cases[name]).paragraphs[1:]
    for (indent, text), (following, _) in zip(entries, [*entries[1:], (0, "")], strict=True):
        if following <= indent:
            assert LEAF.search(text), text


@pytest.mark.parametrize("name", NAMES)
def test_each_chain_and_each_quote_is_printed_once(
    advised: Advised, knowledge: KnowledgeBase, cases: dict[str, Case], name: str
) -> None:
    advice = advised(name)
    text = "\n".join(text for _, text in trace(advice, knowledge, traceable(advice, knowledge), cases[name]).paragraphs)
    numbered = re.findall(r"\((\d+)\) [^\n]+? is (?:TRUE|FALSE|UNKNOWN|PROVISIONAL)", text)
    assert len(numbered) == len(set(numbered))
    quoted = re.findall(r"^([A-Z]+\d+) “", text, re.MULTILINE) + re.findall(r"READING ([A-Z]+\d+)", text)
    assert len(quoted) == len(set(quoted))
    referred = set(re.findall(r"see \((\d+)\)", text))
    assert referred <= set(numbered)


def test_an_option_is_followed_to_the_words_and_the_place_in_the_case(
    advised: Advised, knowledge: KnowledgeBase, cases: dict[str, Case]
) -> None:
    text = traced(advised("refractory-child"), knowledge, "option(anakinra, refractory)", cases["refractory-child"])
    assert "(1) option(anakinra, refractory) is TRUE: anakinra, for refractory cases" in text
    assert "[rule therapy-in-the-situation-its-source-names;" in text
    assert (
        "G13 “anakinra (IL-1 inhibitor) at 2-10 mg/kg/day” — S0, From the Guidelines, statement 5; "
        "read as “include”; attributed to S1 [1]" in text
    )
    assert "READING I04 (about" in text
    assert "response inadequate (10:95)" in text
    assert "Data of the case are followed by their line:column in refractory-child.yaml." in text
    assert "courses[0].stopped was not said, and counts as not having happened" in text


def test_what_is_not_supported_is_followed_to_what_it_lacks(
    advised: Advised, knowledge: KnowledgeBase, cases: dict[str, Case]
) -> None:
    text = traced(advised("untreated-child"), knowledge, "option(etoposide, refractory)", cases["untreated-child"])
    assert "heading: not supported now, because the case is not refractory" in text
    assert (
        "it needs: patient.refractory is true — DEFAULT: patient.refractory was not said, and counts as false" in text
    )
    assert "case: courses given 0 listed, complete" in text


def test_a_dose_is_followed_through_its_arithmetic(advised: Advised, knowledge: KnowledgeBase) -> None:
    text = traced(advised("refractory-child"), knowledge, "dose(etoposide, refractory, G11)")
    assert (
        "computed: sqrt(125 × 25 / 3600) = 0.9317 m² [reading I07]" in text
        or "computed: sqrt(125 × 25 / 3600) = 0.9317 m² [I07]" in text
    )
    assert "dose: 139.8 mg per dose" in text


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("option(anakinra, refractory)", ["option(anakinra, refractory)"]),
        ("anakinra", ["option(anakinra, refractory)", "dose(anakinra, refractory, G13)"]),
        ("ANAKINRA dose", ["dose(anakinra, refractory, G13)"]),
        ("opportunistic", ["caution(OPPORTUNISTIC_INFECTION_MONITOR)"]),
        ("situation(pulse-complete)", ["situation(pulse-complete)"]),
        ("pulse is complete", ["situation(pulse-complete)"]),
        ("nonsense", []),
    ],
)
def test_a_conclusion_is_found_by_its_name_or_its_words(
    advised: Advised, knowledge: KnowledgeBase, words: str, found: list[str]
) -> None:
    assert matching(advised("refractory-child"), knowledge, words) == found


def test_a_trace_needs_no_case_beside_the_advice(advised: Advised, knowledge: KnowledgeBase) -> None:
    assert "DEFAULT: patient.refractory" in traced(advised("untreated-child"), knowledge, "option(IVIG, refractory)")
