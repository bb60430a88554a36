"""A withdrawal gives what loading a knowledge base without the withdrawn things gives, and says what it did."""

from __future__ import annotations

import copy
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from oracle.cutting import Cut, Texts, cut, documents_of, loaded
from oracle.naive import Naive
from oracle.programs import EDITORS, HEAD, SOURCE, VOCABULARY, Written, WrittenCase, cases, programs

from engine.advising import Advisor, read_case_text
from engine.compiled import Compiled
from engine.errors import Refused
from engine.grounding import ground
from engine.loading import load
from engine.model.advice import Advice
from engine.model.case import Case
from engine.model.knowledge import KnowledgeBase
from provenance.grounds import Grounds
from provenance.inquiry import Inquiry
from provenance.model.withdrawal import CaseWithdrawal
from provenance.verify import verify
from provenance.withdrawal.drill import over_case
from provenance.withdrawal.withdrawal import Withdrawal, read_withdrawal, without

KB = Path(__file__).resolve().parents[2] / "kb"
EXAMPLES = KB / "scenarios" / "examples"
SOME = settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def values(knowledge: KnowledgeBase, case: Case, sources: tuple[str, ...] | None = None) -> dict[str, int]:
    """The conclusions of the vocabulary that are not false: what lies between arguments and conclusions is left out."""
    program = ground(knowledge, knowledge.admitted(case.as_of.date(), sources))
    derivation = Compiled(program, knowledge.vocabulary).evaluate(case)
    shown = {*knowledge.vocabulary.conclusions, "withheld", "conflict"}
    shown |= {f"{side} {name}" for side in ("for", "against") for name in knowledge.vocabulary.conclusions}
    return {str(atom): value for atom, value in derivation.values.items() if atom.relation in shown}


def parted(knowledge: KnowledgeBase, ids: set[str]) -> Withdrawal:
    """Ids as a withdrawal, whatever they are of."""
    return Withdrawal(
        tuple(sorted(ids & set(knowledge.sources))), tuple(sorted(ids & set(knowledge.facts))), "retracted"
    )


# Random knowledge bases ----------------------------------------------------------------------------------------------

CITED = ["S1", "S2", "S3"]


def documents(written: Written, cites: list[Any]) -> Texts:
    """A random knowledge base as documents, its statements attributed to sources."""
    found = {
        "kb.yaml": HEAD,
        "vocabulary/v.yaml": VOCABULARY.replace("PRECEDENCE", written.precedence),
        "sources/S.yaml": SOURCE,
        "sources/E.yaml": EDITORS,
        "facts/S.yaml": written.facts,
        "facts/E.yaml": written.readings,
        "rules/r.yaml": written.rules,
        **{f"sources/{name}.yaml": SOURCE.replace("id: S,", f"id: {name},") for name in CITED},
    }
    texts = {name: yaml.safe_load(text) for name, text in found.items()}
    for fact, own in zip(texts["facts/S.yaml"]["facts"], cites, strict=False):
        if own is not None:
            fact["cites"] = own
    return texts


def attributions() -> st.SearchStrategy[list[Any]]:
    some = st.lists(st.sampled_from(CITED), min_size=1, max_size=2, unique=True)
    one = st.none() | some | some.map(lambda names: {"all-of": names})
    return st.lists(one, min_size=6, max_size=6)


def case_without(case: WrittenCase, found: Cut) -> WrittenCase | None:
    """The case without the data that are no longer read; None where that cannot be said by leaving them out."""
    body = {name: part.copy() if isinstance(part, dict) else part for name, part in case.body.items()}
    for path in found.unread:
        section, _, field = path.partition(".")
        if field in ("flag", "stopped"):  # to leave these out says something
            return None
        part = body.get(section)
        items = part["items"] if isinstance(part, dict) and "items" in part else part if isinstance(part, list) else []
        kept = [{name: value for name, value in item.items() if name != field} for item in items]
        if isinstance(part, list):
            body[section] = kept
        elif isinstance(part, dict) and "items" in part:
            body[section] = {**part, "items": kept}
        elif isinstance(part, dict):
            part.pop(field, None)
    return WrittenCase(body)


@SOME
@given(
    programs(),
    st.tuples(cases(), cases()),
    attributions(),
    st.sets(st.sampled_from(["F1", "F2", "F3", "I1", "S1", "S2", "S3", "E", "S"]), min_size=1, max_size=2),
)
def test_a_withdrawal_gives_what_the_text_without_it_gives(
    written: Written, some: tuple[WrittenCase, WrittenCase], cites: list[Any], ids: set[str]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        whole = loaded(documents(written, cites), Path(folder) / "whole")
        found = cut(documents(written, cites), ids)
        poorer = [case_without(case, found) for case in some]
        assume(all(poorer))
        scratch = loaded(found.documents, Path(folder) / "cut")
        drilled = without(whole, parted(whole, ids))
        day = some[0].read(whole.vocabulary).as_of.date()
        fallen = found.fallen | ({"STAYS"} if "S" in ids else set())
        assert drilled.admitted(day) == whole.admitted(day) - fallen
        for case, less in zip(some, poorer, strict=True):
            assert less is not None
            try:
                expected = values(scratch, less.read(scratch.vocabulary))
            except Refused as refused:
                assume({problem.code for problem in refused.problems} != {"negative-cycle"})
                raise
            try:
                actual = values(drilled, case.read(drilled.vocabulary))
            except Refused as refused:
                assume({problem.code for problem in refused.problems} != {"negative-cycle"})
                raise
            assert actual == expected


@SOME
@given(programs(), cases(), attributions(), st.sets(st.sampled_from(["F1", "F2", "F3", "I1", "S1"]), min_size=1))
def test_a_withdrawal_gives_what_the_naive_evaluator_gives_of_what_is_left(
    written: Written, case: WrittenCase, cites: list[Any], ids: set[str]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        whole = loaded(documents(written, cites), Path(folder))
        left = frozenset(whole.facts) - cut(documents(written, cites), ids).fallen
        assert without(whole, parted(whole, ids)).admitted(date(2026, 3, 10)) == left
    drilled = without(whole, parted(whole, ids))
    read = case.read(whole.vocabulary)
    try:
        actual = values(drilled, read)
    except Refused as refused:
        assume({problem.code for problem in refused.problems} != {"negative-cycle"})
        raise
    assert actual == {str(atom): value for atom, value in Naive(whole, left).evaluate(read)[0].items()}


# The knowledge base --------------------------------------------------------------------------------------------------

CASES = ["refractory-child", "biologic-asked-for-first", "untreated-child"]
IDS = [*(path.stem for path in sorted((KB / "sources").glob("*.yaml"))), *load(KB).facts]


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return load(KB)


@pytest.fixture(scope="module")
def texts() -> Texts:
    return documents_of(KB)


@pytest.fixture(scope="module")
def bodies() -> dict[str, dict[str, Any]]:
    return {
        path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))["case"] for path in sorted(EXAMPLES.glob("*.yaml"))
    }


def read(body: dict[str, Any], knowledge: KnowledgeBase) -> Case:
    found: Case = WrittenCase(body).read(knowledge.vocabulary)
    return found


@pytest.mark.parametrize("name", IDS)
def test_everything_of_the_knowledge_base_falls_as_if_it_had_never_been_written(
    name: str, kb: KnowledgeBase, texts: Texts, bodies: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    withdrawal = read_withdrawal(kb, [name], "retracted")
    found = cut(copy.deepcopy(texts), {name})
    scratch = loaded(found.documents, tmp_path)
    drilled = without(kb, withdrawal)
    for body in (body for stem, body in bodies.items() if stem in CASES or name in ("S1", "S6", "I07", "I20")):
        patient = {key: value for key, value in body["patient"].items() if f"patient.{key}" not in found.unread}
        expected = values(scratch, read({**body, "patient": patient}, scratch))
        assert values(drilled, read(body, drilled)) == expected


def case_of(stem: str, knowledge: KnowledgeBase) -> Case:
    return read_case_text((EXAMPLES / f"{stem}.yaml").read_text(encoding="utf-8"), stem, knowledge)


def drill(kb: KnowledgeBase, stem: str, *ids: str, kind: str = "withdrawn", by: str = "") -> CaseWithdrawal:
    inquiry = Inquiry(Advisor(kb, ("compiled",)), case_of(stem, kb))
    return over_case(inquiry, read_withdrawal(kb, ids, kind, by))


def standing(advice: Advice) -> set[str]:
    """What stands, by the advice alone."""
    options = {
        f"option {', '.join(entry.key.values())}"
        for entry in advice.options
        if entry.heading in ("advised", "provisional")
    }
    return options | {
        name
        for name, value in advice.values.items()
        if value in ("true", "provisional") and not name.startswith(("option(", "for ", "against ", "unbeaten "))
    }


@pytest.mark.parametrize("name", ["S1", "S6", "S0", "ED", "G27", "G04", "I04", "I07", "R14", "S5"])
@pytest.mark.parametrize("stem", ["refractory-child", "biologic-asked-for-first"])
def test_what_appears_and_falls_is_what_stands_after_and_before(name: str, stem: str, kb: KnowledgeBase) -> None:
    found = drill(kb, stem, name)
    drilled = without(kb, read_withdrawal(kb, [name]))
    before = standing(Advisor(kb, ("compiled",)).advise(case_of(stem, kb)))
    advice = Advisor(drilled).advise(case_of(stem, kb))
    after = standing(advice)
    told = {
        effect: {
            f"option {line.name}" if line.line == "option" else line.name
            for line in found.lines
            if line.effect == effect and line.line != "opposition"
        }
        for effect in ("appeared", "fell")
    }
    kinds = tuple(f"{kind}(" for kind in kb.vocabulary.conclusions if kind not in ("option", "dose"))
    assert told["appeared"] == {one for one in after - before if one.startswith(("option ", *kinds))}
    assert told["fell"] == {one for one in before - after if one.startswith(("option ", *kinds))}
    assert advice.id != Advisor(kb, ("compiled",)).advise(case_of(stem, kb)).id
    assert verify(advice, drilled).ok
    with pytest.raises(Refused):  # it is no advice of the knowledge base that stands
        Grounds(advice, kb)


def test_nothing_that_a_reader_sees_changes_without_a_line_that_says_so(kb: KnowledgeBase) -> None:
    for name in IDS[::5]:
        found = drill(kb, "refractory-child", name)
        drilled = without(kb, read_withdrawal(kb, [name]))
        old, new = (
            {
                "/".join(entry.key.values()): (
                    entry.heading,
                    entry.status,
                    [dose.amount for dose in entry.doses],
                    [reason.code for reason in entry.reasons],
                )
                for entry in Advisor(base, ("compiled",)).advise(case_of("refractory-child", base)).options
            }
            for base in (kb, drilled)
        )
        differ = {key for key in {*old, *new} if old.get(key) != new.get(key)}
        told = {
            line.name.replace(", ", "/")
            for line in found.lines
            if line.line == "option" and line.effect not in ("basis", "proof")
        }
        assert differ <= told, name


# What is said --------------------------------------------------------------------------------------------------------


def lines(found: CaseWithdrawal, effect: str) -> dict[str, str]:
    return {line.name: line.after for line in found.lines if line.effect == effect}


def test_what_was_held_back_is_told_first(kb: KnowledgeBase) -> None:
    found = drill(kb, "refractory-child", "G27")
    assert found.lines[0].effect == "appeared"
    assert found.lines[0].name == "cyclosporine A, add-on"
    assert "the response was inadequate" in found.lines[0].before
    assert found.lines[0].after.startswith("advised")


def test_what_survives_names_what_carries_it(kb: KnowledgeBase) -> None:
    found = drill(kb, "refractory-child", "G04")
    line = next(line for line in found.lines if line.name == "anakinra, refractory")
    assert line.effect == "basis"
    assert all(entry.lost for entry in line.carried)
    carried = {entry.conclusion: entry for entry in line.carried}["for option(anakinra, refractory)"]
    assert [way.facts for way in carried.lost] == [("G04", "I04")]
    assert [way.facts for way in carried.by] == [("G13", "I04")]


def test_the_other_source_of_a_statement_carries_it(kb: KnowledgeBase) -> None:
    found = drill(kb, "refractory-child", "S5")
    assert found.fall.facts == ()
    assert [(kept.id, kept.lost, kept.left) for kept in found.fall.kept] == [("R07", ("S5",), ("S6",))]
    assert [(line.name, line.effect) for line in found.lines if line.line == "option"] == [
        ("tocilizumab, refractory", "basis")
    ]


def test_a_dose_without_its_formula_is_told_as_another_dose(kb: KnowledgeBase) -> None:
    found = drill(kb, "refractory-child", "I07")
    assert [(line.name, line.effect) for line in found.lines if line.line == "option"] == [
        ("etoposide, refractory", "dose")
    ]
    assert [(loss.kind, loss.name) for loss in found.fall.losses] == [("quantity", "body-surface-area")]


CAUSES = """
S1: {G01: [attribution, it is attributed to S1 alone]}
S0: {G01: [document, it is read in S0], I01: [subject, it is a reading about G09 alone]}
ED: {I01: [document, it is stated in ED]}
R10: {R10: [withdrawn, it is withdrawn itself], I05: [subject, it is a reading about R10 alone]}
"""


@pytest.mark.parametrize(("name", "expected"), yaml.safe_load(CAUSES).items())
def test_each_fact_says_why_it_fell(name: str, expected: dict[str, list[str]], kb: KnowledgeBase) -> None:
    told = {fact.id: [fact.cause, fact.because] for fact in drill(kb, "untreated-child", name).fall.facts}
    assert {id_: told.get(id_) for id_ in expected} == expected


def test_one_of_several_sources_that_are_needed_together_is_enough_to_fall(tmp_path: Path) -> None:
    written = Written(
        "{read-in: S, facts: [{id: F1, quote: w, claims: [{claim: therapy}]}]}",
        "{read-in: E, interpretations: [{id: I1, about: [F1], states: r, not-used-by-rules: x}]}",
        "rules: [{id: r, title: r, because: [F1], when: [{patient: {flag: true}}], then: [{situation: {is: s1}}]}]",
        "for",
    )
    texts = documents(written, [{"all-of": ["S1", "S2"]}])
    texts["vocabulary/v.yaml"]["quantities"] = {}
    for section in texts["vocabulary/v.yaml"]["case"].values():
        for attribute in section["attributes"].values():
            attribute.pop("because", None)
            for other in attribute.get("also", ()):
                other.pop("because", None)
    knowledge = loaded(texts, tmp_path)
    case = WrittenCase({"as-of": "2026-03-10T12:00Z", "patient": {"flag": True}}).read(knowledge.vocabulary)
    found = over_case(Inquiry(Advisor(knowledge), case), read_withdrawal(knowledge, ["S2"]))
    assert [(fact.id, fact.because) for fact in found.fall.facts] == [
        ("F1", "it rests on S1 and S2 together"),
        ("I1", "it is a reading about F1 alone"),
    ]
    assert lines(found, "fell") == {"situation(s1)": "does not hold"}


# What is asked -------------------------------------------------------------------------------------------------------

WRONG: dict[str, tuple[dict[str, Any], list[str]]] = {
    "nothing": ({"ids": []}, ["missing-field"]),
    "unknown ids, all at once": ({"ids": ["S99", "G07", "G99"]}, ["unknown-id", "unknown-id"]),
    "a rule": ({"ids": ["pulse-is-running"]}, ["unknown-id"]),
    "a kind that there is not": ({"ids": ["S1"], "kind": "burnt"}, ["withdrawal"]),
    "superseded by nothing": ({"ids": ["S1"], "kind": "superseded"}, ["withdrawal"]),
    "superseded by itself": ({"ids": ["S1"], "kind": "superseded", "by": "S1"}, ["withdrawal"]),
    "superseded by what there is not": ({"ids": ["S1"], "kind": "superseded", "by": "S99"}, ["unknown-id"]),
    "a source by a fact": ({"ids": ["S1"], "kind": "superseded", "by": "G07"}, ["withdrawal"]),
    "retracted by something": ({"ids": ["S1"], "kind": "retracted", "by": "S2"}, ["withdrawal"]),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_withdrawal_is_refused_with_every_problem(name: str, kb: KnowledgeBase) -> None:
    asked, codes = WRONG[name]
    with pytest.raises(Refused) as refused:
        read_withdrawal(kb, **asked)
    assert sorted(problem.code for problem in refused.value.problems) == sorted(codes)


def test_a_rule_is_not_withdrawn_and_the_hint_says_what_can_be(kb: KnowledgeBase) -> None:
    with pytest.raises(Refused) as refused:
        read_withdrawal(kb, ["pulse-is-running"])
    assert "withdraw a fact of its `because`" in str(refused.value)


def test_the_same_withdrawal_is_the_same_knowledge_and_another_is_another(kb: KnowledgeBase) -> None:
    def digest(*ids: str, **more: str) -> str:
        return without(kb, read_withdrawal(kb, ids, **more)).digest

    assert digest("S1", "G07") == digest("G07", "S1", "S1")
    ways = [
        digest("S1"),
        digest("S2"),
        digest("G07"),
        digest("S1", kind="retracted"),
        digest("S1", kind="superseded", by="S2"),
        kb.digest,
    ]
    assert len(set(ways)) == len(ways)


def test_what_supersedes_is_said_and_takes_nothing_over(kb: KnowledgeBase) -> None:
    found = drill(kb, "refractory-child", "S1", kind="superseded", by="S6")
    assert (found.fall.withdrawn[0].kind, found.fall.withdrawn[0].by) == ("superseded", "S6")
    alone = drill(kb, "refractory-child", "S1")
    assert [(line.name, line.effect) for line in found.lines] == [(line.name, line.effect) for line in alone.lines]
    drilled = without(kb, read_withdrawal(kb, ["S1"], "superseded", "S6"))
    assert drilled.sources["S1"].standing_note == "superseded by S6"
