"""The page that says why: every firing once, what suffices with what differs told apart, and every word at its foot."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from engine.model.advice import Advice
from engine.model.knowledge import KnowledgeBase
from provenance.grounds import Grounds
from provenance.model.why import EvidenceSets, Guard, Why
from provenance.render.why import why_page
from provenance.why.answer import why

Advised = Callable[[str], Advice]
NAMES = ("refractory-child", "untreated-child", "crowded")


def printed(answer: Why, advice: Advice, knowledge: KnowledgeBase, most: int = 12) -> str:
    return "\n".join(text for _, text in why_page(answer, advice, knowledge, 100, most).paragraphs)


@pytest.mark.parametrize("name", NAMES)
def test_every_page_tells_each_firing_once_with_its_facts_and_each_word_at_its_foot(
    advised: Advised, knowledge: KnowledgeBase, name: str
) -> None:
    advice = advised(name)
    grounds = Grounds(advice, knowledge)
    for conclusion, value in advice.values.items():
        if value == "false":
            continue
        answer = why(grounds, conclusion)
        text = printed(answer, advice, knowledge)
        for firing in (firing for drawn in answer.drawn for firing in drawn.firings):
            [line] = [line for line in text.splitlines() if line.startswith(f"{firing.id}, rank {firing.rank}: ")]
            assert set(re.findall(r"\b[GRLI]\d\d\b", line)) == {*firing.facts, *firing.warrants}
        body, _, words = text.partition("\nIN THEIR WORDS\n")
        named = set(re.findall(r"\b[GRLI]\d\d\b", body.replace("from G", "from ")))
        quoted = set(re.findall(r"^(?:READING )?([GRLI]\d\d)\b", words, re.MULTILINE))
        assert named <= quoted


def test_what_all_sets_hold_is_told_apart_from_what_differs(advised: Advised, knowledge: KnowledgeBase) -> None:
    advice = advised("refractory-child")
    text = printed(why(Grounds(advice, knowledge), "option(anakinra, refractory)"), advice, knowledge)
    assert "Any one of 2 sets suffices" in text
    assert "Every set holds G09 and readings I01 I04 I12, and one of these besides: G04, G13." in text
    assert "It falls without any one of these: G09 and readings I01 I04 I12." in text
    assert "Every statement that it rests on was read in one document, S0." in text
    text = printed(why(Grounds(advice, knowledge), "option(tacrolimus, addition)"), advice, knowledge)
    assert "One set, and all of it is needed: G09 R03 and readings I01 I12 I13." in text
    assert "case report (n = 1)" in text.partition("WARNINGS")[2]


def test_as_many_sets_are_printed_as_asked_for(advised: Advised, knowledge: KnowledgeBase) -> None:
    advice = advised("refractory-child")
    name = next(name for name in advice.values if name.startswith("caution(BIOLOGIC_AFTER"))
    answer = why(Grounds(advice, knowledge), name)
    assert answer.evidence.number == 20
    for most, left in ((3, 17), (12, 8), (20, 0)):
        text = printed(answer, advice, knowledge, most).partition("WHAT IT FALLS WITHOUT")[0]
        assert len(re.findall(r"^· ", text, re.MULTILINE)) == most
        assert (f"{left} more" in text) == bool(left)


def test_what_was_not_counted_and_what_was_not_confirmed_says_so(advised: Advised, knowledge: KnowledgeBase) -> None:
    advice = advised("refractory-child")
    answer = why(Grounds(advice, knowledge), "option(anakinra, refractory)")
    unsure = answer.model_copy(
        update={
            "evidence": EvidenceSets(common=("G09",), sets=(("G04",), ("G13",)), listed=2, number=None, bound=3432),
            "confirmed": False,
            "proofs": 10**100,
            "proofs_exact": False,
            "guarded_by": (Guard(fact="R10", lets_in=("premature(anakinra)",)),),
            "replaced": ("G07",),
        }
    )
    text = printed(unsure, advice, knowledge)
    assert "There are more sets than were counted (at most 3,432)" in text
    assert "and others" in text
    assert "NOT CONFIRMED" in text.upper()
    assert "at least 10^100 ways" in text
    assert "R10 proves nothing of it, and keeps something out of its way" in text
    assert "because this would hold: premature(anakinra)" in text
    assert "G07: in every set above, yet if withdrawn something else draws it" in text


def test_the_tree_of_proofs_is_added_where_it_is_asked_for(advised: Advised, knowledge: KnowledgeBase) -> None:
    advice = advised("refractory-child")
    name = "option(anakinra, refractory)"
    assert "UNFOLDED" not in printed(why(Grounds(advice, knowledge), name), advice, knowledge)
    text = printed(why(Grounds(advice, knowledge), name, unfold=True), advice, knowledge)
    tree = text.partition("UNFOLDED")[2].partition("WHAT EVIDENCE")[0]
    assert tree.count("situation(refractory) is true") == 2, "wherever it is used"
    assert "way 1 of 2" in tree
    assert "way 2 of 2" in tree
    cut = printed(why(Grounds(advice, knowledge), name, unfold=True, places=2), advice, knowledge)
    assert "not unfolded further" in cut
