"""A dossier holds every statement of its source beside what was made of it, and what falls without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import yaml

from engine.advising import Advisor
from engine.content import digest
from engine.errors import Refused
from engine.loading import load
from engine.model.advice import Advice
from engine.model.knowledge import KnowledgeBase
from engine.model.review import Review, Subject
from provenance.model.dossier import Dossier
from provenance.render.dossier import page
from provenance.review.dossier import dossier
from provenance.withdrawal.drill import Trial, over_scenarios
from provenance.withdrawal.withdrawal import Withdrawal
from rulewright.authoring.trials import trials

ROOT = Path(__file__).parents[2]
FOLDERS = {"kb": ROOT / "kb", "pumps": ROOT / "tests" / "knowledge" / "pumps"}
SOURCES = [("kb", "S0"), ("kb", "S1"), ("kb", "S6"), ("kb", "ED"), ("pumps", "HB"), ("pumps", "RD")]


@cache
def knowledge(folder: str) -> KnowledgeBase:
    return load(FOLDERS[folder])


@cache
def every(folder: str) -> tuple[Trial, ...]:
    return tuple(trials(FOLDERS[folder], knowledge(folder)))


def written(folder: str) -> dict[str, dict[str, object]]:
    """Every fact as its author wrote it, with the document that it was read in."""
    found = {}
    for path in sorted((FOLDERS[folder] / "facts").glob("*.yaml")):
        root = yaml.safe_load(path.read_text(encoding="utf-8"))
        for entry in (*root.get("facts", ()), *root.get("interpretations", ())):
            found[str(entry["id"])] = {**entry, "read-in": root["read-in"]}
    return found


def cited(entry: dict[str, object]) -> list[str]:
    names = entry.get("cites") or []
    return list(next(iter(names.values()))) if isinstance(names, dict) else list(names)  # type: ignore[call-overload]


@pytest.mark.parametrize(("folder", "source"), SOURCES)
def test_every_statement_of_the_source_is_there_in_its_words(folder: str, source: str) -> None:
    entries = written(folder)
    expected = {
        name
        for name, entry in entries.items()
        if entry["read-in"] == source or source in cited(entry) or source in entry.get("about", ())  # type: ignore[operator]
    }
    made = dossier(knowledge(folder), source)
    assert {statement.id for statement in made.statements} == expected
    assert made.source.id == source
    for statement in made.statements:
        entry = entries[statement.id]
        assert statement.words == " ".join(str(entry.get("quote") or entry["states"]).split())
        assert statement.read_in == entry["read-in"]
        assert list(statement.cites) == cited(entry)
        assert statement.locator == entry.get("locator", "")
        assert statement.not_used == " ".join(str(entry.get("not-used-by-rules", "")).split())
        assert len(statement.claims) == len(entry.get("claims", ()))  # type: ignore[arg-type]
        told = entry.get("fidelity", "unread") if cited(entry) else ""
        assert statement.fidelity == told
        about = [name for name, other in entries.items() if statement.id in other.get("about", ())]  # type: ignore[operator]
        read_by = [name for claim in entry.get("claims", ()) for name in claim.get("read-by", ())]  # type: ignore[attr-defined]
        assert {reading.id for reading in statement.readings} == {*about, *read_by}
        assert statement.review.state == "unreviewed"
        assert statement.review.digest == digest(knowledge(folder), Subject(statement.kind, statement.id))


def test_roles_tell_how_a_statement_belongs_to_the_source() -> None:
    roles = {statement.id: statement.role for statement in dossier(knowledge("kb"), "S6").statements}
    assert roles["R07"] == "attributed to it among others"
    assert roles["R09"] == "attributed to it alone"
    assert {statement.role for statement in dossier(knowledge("kb"), "ED").statements} == {"stated by it"}
    about = [one for one in dossier(knowledge("kb"), "S0").statements if one.role == "about it"]
    assert all(one.kind == "reading" and "S0" in one.about for one in about)
    assert about


def test_what_uses_a_statement_is_named() -> None:
    (statement,) = [one for one in dossier(knowledge("kb"), "S0").statements if one.id == "G07"]
    assert "the-pulse-is-running" in statement.uses["rules that it warrants"]
    assert statement.uses["regimens"] == ("pulse-then-follow-on (initial)",)


# What falls without it ------------------------------------------------------------------------------------------------


@cache
def pumps_drilled() -> dict[str, Dossier]:
    return {source: dossier(knowledge("pumps"), source, trials=every("pumps")) for source in knowledge("pumps").sources}


def advices(found: KnowledgeBase) -> dict[str, Advice]:
    advisor = Advisor(found, ("compiled",))
    return {trial.name: advisor.advise(trial.case, trial.sources) for trial in every("pumps")}


def headings(advice: Advice) -> dict[tuple[str, ...], bool]:
    """Every option, and whether it is advised, if only provisionally."""
    return {tuple(one.key.values()): one.heading in ("advised", "provisional") for one in advice.options}


@pytest.mark.parametrize("source", ["HB", "OM", "BU", "RD"])
def test_what_falls_is_what_a_knowledge_base_without_it_advises_no_longer(source: str) -> None:
    """Each statement is taken out of the knowledge base, and every scenario is advised again."""
    found = knowledge("pumps")
    before = {name: headings(advice) for name, advice in advices(found).items()}
    seen = 0
    for statement in pumps_drilled()[source].statements:
        after = advices(replace(found, withdrawn=frozenset({statement.id}), digest="0" * 64))
        expected: dict[tuple[str, ...], int] = {}
        for name, stood in before.items():
            stands = headings(after[name])
            for key in (key for key, advised in stood.items() if advised and not stands.get(key)):
                expected[key] = expected.get(key, 0) + 1
        assert statement.without is not None
        fell: dict[tuple[str, ...], int] = {}
        for line in statement.without.lines:  # one for each state of a line
            if (line.line, line.effect) == ("option", "fell"):
                key = tuple(line.name.split(", "))
                fell[key] = fell.get(key, 0) + line.scenarios
        assert fell == expected, statement.id
        assert statement.without.scenarios == len(before)
        assert statement.without.changed <= statement.without.differing <= len(before)
        seen += len(expected)
    assert seen or source != "HB"


def test_advices_that_are_kept_between_withdrawals_are_those_of_each() -> None:
    kept: dict[str, Advice] = {}
    for fact in list(knowledge("pumps").facts)[:4]:
        withdrawal = Withdrawal(facts=(fact,))
        together = over_scenarios(knowledge("pumps"), withdrawal, every("pumps"), kept=kept)
        assert together == over_scenarios(knowledge("pumps"), withdrawal, every("pumps"))
    assert kept == advices(knowledge("pumps"))


def test_without_scenarios_nothing_is_said_of_what_falls() -> None:
    made = dossier(knowledge("kb"), "S4")
    assert made.source.without is None
    assert all(statement.without is None for statement in made.statements)
    assert "without it" not in page(made, 100).text()


# As text --------------------------------------------------------------------------------------------------------------


def plain(made: Dossier, width: int = 100) -> str:
    return " ".join(page(made, width).text().split())


@pytest.mark.parametrize(("folder", "source"), SOURCES)
def test_the_page_holds_every_quote_and_reading_and_room_to_sign(folder: str, source: str) -> None:
    made = dossier(knowledge(folder), source, folder="a folder")
    text = plain(made)
    assert made.source.shown in text
    for statement in made.statements:
        assert statement.words in text
        assert all(reading.states in text for reading in statement.readings)
        assert statement.review.digest[:12] in text
        assert f"rulewright review {statement.kind}:{statement.id} --by" in text
    assert text.count("Signature: ____") == text.count("--kb 'a folder'") == len(made.statements) + 1
    assert max(map(len, page(made, 80).text().splitlines())) <= 80 + len(" --kb 'a folder'")


def test_the_page_shouts_what_is_bent_or_was_changed_since_its_review() -> None:
    found = knowledge("kb")
    part = Subject("fact", "R09")
    day = date(2026, 3, 1)
    stale = replace(found, reviews=(Review(part, "Ann Example", "approved", day, "0" * 64, "as printed"),))
    text = plain(dossier(stale, "S6"))
    assert "R09 — fact attributed to it alone; STALE" in text
    assert "fidelity: BENT: the cited source says something else — the source says that the strategy" in text
    assert "approved by Ann Example on 2026-03-01 (of words that were changed since): as printed" in text
    assert "Reviews: 1 stale" in text or "7 unreviewed, 1 stale" in text


def test_a_source_that_there_is_not_is_refused_with_a_hint() -> None:
    with pytest.raises(Refused) as caught:
        dossier(knowledge("kb"), "S66")
    (problem,) = caught.value.problems
    assert (problem.code, problem.hint) == ("unknown-source", "did you mean `S6`?")


def test_each_withdrawal_is_told_of_while_it_is_made() -> None:
    heard: list[str] = []
    tell: Callable[[str], None] = heard.append
    made = dossier(knowledge("pumps"), "BU", trials=every("pumps")[:2], tell=tell)
    assert heard == ["BU", *(statement.id for statement in made.statements)]
