"""Lists of retracted identifiers: what is read, what hits a source, what only may, and what no list can find."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from engine.advising import Advisor, read_case_text
from engine.errors import Refused
from engine.loading import load
from engine.model.knowledge import KnowledgeBase
from engine.model.source import Candidate, Source
from provenance.inquiry import Inquiry
from provenance.model.withdrawal import CaseWithdrawal, Retractions
from provenance.withdrawal.drill import fails, over_case
from provenance.withdrawal.identifiers import Identifier, known_of, parse_identifier, read_list
from provenance.withdrawal.retractions import retractions
from provenance.withdrawal.withdrawal import Withdrawal

KB = Path(__file__).resolve().parents[2] / "kb"

IDENTIFIERS = r"""
"21169853": PMID:21169853
"PMID: 21169853": PMID:21169853
"pmid21169853": PMID:21169853
"PMID:0021169853": PMID:21169853
https://pubmed.ncbi.nlm.nih.gov/21169853/: PMID:21169853
https://www.ncbi.nlm.nih.gov/pubmed/21169853: PMID:21169853
10.1097/RHU.0b013e318205092d: doi:10.1097/rhu.0b013e318205092d
"doi:10.1097/RHU.0b013e318205092d": doi:10.1097/rhu.0b013e318205092d
"DOI: 10.1097/rhu.0b013e318205092D": doi:10.1097/rhu.0b013e318205092d
https://doi.org/10.1097/RHU.0b013e318205092d: doi:10.1097/rhu.0b013e318205092d
http://dx.doi.org/10.1002/(SICI)1097-0258(19980815)17:15%3C1661: doi:10.1002/(sici)1097-0258(19980815)17:15<1661
10.1000.10/123: doi:10.1000.10/123
"": null
abc: null
"0": null
PMID 0: null
"1234567890": null
"21169853 27688774": null
10.1000/x.: null
10.1000/: null
10.10/x: null
11.1000/x: null
https://doi.org/: null
https://example.org/10.1000/182: null
PMC1234567: null
"21169853.": null
"-5": null
"1e5": null
"1\uFF12\uFF13": null
"""


@pytest.mark.parametrize(("text", "expected"), yaml.safe_load(IDENTIFIERS).items())
def test_an_identifier_is_read_in_every_usual_way_and_in_no_other(text: str, expected: str | None) -> None:
    found = parse_identifier(text)
    assert (str(found) if found else None) == expected


def test_a_list_has_comments_empty_lines_a_mark_of_order_and_any_line_ends() -> None:
    text = "\ufeff# retracted\r\n\r\n  PMID: 1 # the first\r\n10.1000/A#b\r\n1\r\n\tdoi:10.1000/a#B\t# again\r\n"
    assert [(str(entry.identifier), entry.line) for entry in read_list(text, "list")] == [
        ("PMID:1", 3),
        ("doi:10.1000/a#b", 4),
    ]


def test_every_malformed_line_is_told_with_its_place() -> None:
    with pytest.raises(Refused) as refused:
        read_list("1\nabc\n# fine\n  10.1000/x.\n2\n", "list.txt")
    assert [(str(one.location), one.code) for one in refused.value.problems] == [
        ("list.txt:2:1", "identifier"),
        ("list.txt:4:3", "identifier"),
    ]
    assert "is that part of it?" in refused.value.problems[1].hint


def test_a_list_of_nothing_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        read_list("# nothing\n\n", "list.txt")
    assert [one.code for one in refused.value.problems] == ["empty"]


def source(identity: str = "verified", *candidates: Candidate, **identifiers: str) -> Source:
    return Source("X", "research", "title", identity, candidates=candidates, identifiers=tuple(identifiers.items()))


def test_what_a_source_has_is_read_by_its_name_and_alternatives_stay_alternatives() -> None:
    found, unread = known_of(source(pmid="12 or 0013", doi="https://doi.org/10.1000/A", isbn="978", url="10.1000/b"))
    assert [entry.alternatives for entry in found] == [
        (Identifier("pmid", "12"), Identifier("pmid", "13")),
        (Identifier("doi", "10.1000/a"),),
        (Identifier("doi", "10.1000/b"),),
    ]
    assert unread == []


def test_what_should_be_an_identifier_and_is_none_is_told() -> None:
    found, unread = known_of(source("probable", Candidate("C", "0.3", (("doi", "to come"),)), pmid="12?"))
    assert found == []
    assert unread == ["`12?` as pmid of X", "`to come` as doi of a candidate of X"]


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return load(KB)


def asked(kb: KnowledgeBase, text: str) -> tuple[Retractions, list[Withdrawal]]:
    """The answer for a list, and the withdrawals that were drilled for it."""
    case = read_case_text((KB / "scenarios" / "examples" / "refractory-child.yaml").read_text(), "case", kb)
    inquiry = Inquiry(Advisor(kb, ("compiled",)), case)
    drilled: list[Withdrawal] = []

    def over(withdrawal: Withdrawal) -> CaseWithdrawal:
        drilled.append(withdrawal)
        return over_case(inquiry, withdrawal)

    return retractions(kb, read_list(text, "list"), over), drilled


def test_what_is_on_the_list_and_what_may_be_are_drilled_apart(kb: KnowledgeBase) -> None:
    found, drilled = asked(kb, "39317415\n10.1097/RHU.0b013e318205092d\nPMID:27688774\n37487610\n99\n")
    assert drilled == [Withdrawal(("S6", "S7"), kind="retracted"), Withdrawal(("S1",), kind="retracted")]
    assert [(hit.source, hit.line, hit.certain, hit.confidence) for hit in found.hits] == [
        ("S1", 1, False, "0.5"),
        ("S1", 4, False, "0.12"),
        ("S6", 3, True, "0.99"),
        ("S7", 2, True, "0.99"),
    ]
    assert "its identifier is given as PMID:37486733 or PMID:37487610" in found.hits[1].why
    assert "a candidate for S1, whose identity is unresolved" in found.hits[0].why
    assert isinstance(found.certain, CaseWithdrawal)
    assert {entry.id for entry in found.certain.fall.withdrawn} == {"S6", "S7"}
    assert [(possible.source, len(possible.hits)) for possible in found.possible] == [("S1", 2)]
    assert found.identifiers == 5


def test_no_hit_says_what_was_looked_for_and_what_no_list_can_find(kb: KnowledgeBase) -> None:
    found, drilled = asked(kb, "1\n2\n10.1000/182\n")
    assert (found.hits, found.certain, found.possible, drilled) == ((), None, (), [])
    assert found.identifiers == 3
    assert found.identified == ("S1", "S3", "S6", "S7")
    assert set(found.identified) | set(found.unidentified) == set(kb.sources)
    assert not fails(found, "any")


def test_one_of_two_identifiers_of_a_verified_source_is_no_certain_hit(kb: KnowledgeBase) -> None:
    changed = replace(kb.sources["S6"], identifiers=(("pmid", "5 or 6"),))
    doubtful = replace(kb, sources={**kb.sources, "S6": changed})
    found, drilled = asked(doubtful, "6")
    assert [(hit.certain, hit.why) for hit in found.hits] == [(False, "its identifier is given as PMID:5 or PMID:6")]
    assert (found.certain, drilled) == (None, [Withdrawal(("S6",), kind="retracted")])


def test_what_may_be_retracted_is_let_pass_no_more_than_what_is(kb: KnowledgeBase) -> None:
    found, _ = asked(kb, "39317415")
    assert found.certain is None
    assert fails(found, "falls")
