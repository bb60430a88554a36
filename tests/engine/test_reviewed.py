"""How parts stand by their reviews, and what the lines of an advice say of that; judged by a walk of its own."""

from __future__ import annotations

import itertools
import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from oracle.spoilt import base, write

from engine.advising import Advisor, read_case_text
from engine.content import digest, subjects
from engine.errors import Refused
from engine.loading import load
from engine.model.advice import Advice, Standing, Statement
from engine.model.knowledge import KnowledgeBase
from engine.model.review import VERDICTS, Review, Subject
from engine.reviewed import Reviewed, verdict
from provenance.verify import verify

ROOT = Path(__file__).parents[2]
FOLDERS = {"kb": ROOT / "kb", "pumps": ROOT / "tests" / "knowledge" / "pumps"}
OLD = "0" * 64
DAY = date(2026, 3, 1)


@cache
def knowledge(folder: str = "kb") -> KnowledgeBase:
    return load(FOLDERS[folder])


def test_nothing_that_is_kept_here_is_marked_as_reviewed() -> None:
    assert not list(ROOT.glob("**/kb/reviews/*"))
    assert all(not knowledge(folder).reviews and knowledge(folder).release == "demonstration" for folder in FOLDERS)


# States ---------------------------------------------------------------------------------------------------------------

NOW = "1" * 64
PART = Subject("fact", "F1")
TABLE: list[tuple[str, list[tuple[str, int, str, str]]]] = [
    ("approved", [("Ann", 1, "approved", NOW)]),
    ("stale", [("Ann", 1, "approved", OLD)]),
    ("stale", [("Ann", 1, "rejected", OLD), ("Bob", 2, "approved", OLD)]),
    ("approved", [("Ann", 1, "rejected", OLD), ("Bob", 1, "approved", NOW)]),
    ("rejected", [("Ann", 9, "approved", NOW), ("Bob", 1, "rejected", NOW)]),
    ("needs-change", [("Ann", 9, "approved", NOW), ("Bob", 1, "needs-change", NOW)]),
    ("rejected", [("Ann", 1, "needs-change", NOW), ("Bob", 1, "rejected", NOW)]),
    ("approved", [("Ann", 1, "rejected", NOW), ("Ann", 2, "approved", NOW)]),
    ("rejected", [("Ann", 1, "approved", NOW), ("Ann", 1, "rejected", NOW)]),  # of one day, the later in the file
    ("approved", [("Ann", 2, "approved", NOW), ("Ann", 1, "rejected", NOW)]),  # by the day, not by the place
    ("approved", [("Ann", 1, "approved", NOW), ("Ann", 2, "rejected", OLD)]),  # the words came back
]


@pytest.mark.parametrize(("expected", "entries"), TABLE)
def test_the_state_of_a_part(expected: str, entries: list[tuple[str, int, str, str]]) -> None:
    made = [Review(PART, by, said, date(2026, 1, day), words, "") for by, day, said, words in entries]
    assert verdict(sorted(made, key=lambda review: review.on), NOW) == expected


def test_a_changed_text_makes_a_review_stale_and_the_old_text_makes_it_current_again() -> None:
    found = knowledge()
    part = Subject("fact", "G07")
    found = replace(found, reviews=(Review(part, "Ann Example", "approved", DAY, digest(found, part), "read"),))
    assert Reviewed(found).state(part) == "approved"
    fact = found.facts["G07"]
    changed = replace(found, facts={**found.facts, "G07": replace(fact, quote=fact.quote.replace("30", "3"))})
    assert Reviewed(changed).state(part) == "stale"
    assert Reviewed(replace(changed, facts={**changed.facts, "G07": fact})).state(part) == "approved"


# Lines ----------------------------------------------------------------------------------------------------------------


def advised(found: KnowledgeBase, name: str) -> Advice:
    text = (ROOT / "kb" / "scenarios" / "examples" / f"{name}.yaml").read_text(encoding="utf-8")
    case = yaml.load(text, yaml.BaseLoader)["case"]
    return Advisor(found, ("compiled",)).advise(read_case_text(yaml.safe_dump(case), "case", found))


def reviewed_at_random(found: KnowledgeBase, seed: int) -> tuple[KnowledgeBase, dict[str, str]]:
    """Entries about some parts, and how each part must then stand."""
    dice = random.Random(seed)
    made: list[Review] = []
    states: dict[str, str] = {}
    for part in subjects(found):
        state = dice.choice(["approved", "approved", "unreviewed", "stale", *VERDICTS])
        name = part.id if part.kind in ("fact", "reading") else f"{part.kind}:{part.id}"
        states[name] = state
        if state != "unreviewed":
            said, words = ("approved", OLD) if state == "stale" else (state, digest(found, part))
            made.append(Review(part, "Ann Example", said, DAY, words, "made up"))
    return replace(found, reviews=tuple(made), digest=f"{seed:064x}"), states


def conclusions_of(advice: Advice, found: KnowledgeBase, line: Standing | Statement) -> list[str]:
    """What a line says, as the advice names it: of an option its arguments, its doses and what is said beside it."""
    if isinstance(line, Statement):
        return [line.conclusion]
    argument = ", ".join(line.key.values())
    named = {f"{word}({argument})" for word in ("option", "for option", "against option", "withheld")}
    head = found.vocabulary.headings
    beside = {head.dose, head.no_dose, head.running, head.remark, head.completed, *head.marks}
    for conclusion in advice.values:
        relation, _, rest = conclusion.partition("(")
        if relation in beside and (rest.rstrip(")") == argument or rest.startswith(f"{argument}, ")):
            named.add(conclusion)
    return [name for name in named if advice.values.get(name, "false") != "false"]


def claims(found: KnowledgeBase) -> dict[str, tuple[str, ...]]:
    """The parts behind each claim, by the id under which a firing names it."""
    made = {
        f"{fact.id}/{number}" if len(fact.claims) > 1 else fact.id: (fact.id, *claim.read_by)
        for fact in found.facts.values()
        for number, claim in enumerate(fact.claims)
    }
    for regimen in found.regimens:
        for phase in regimen.phases:
            made[f"{regimen.id}/{phase.role}"] = (*phase.facts, f"regimen:{regimen.id}")
    return made


def read_under(found: KnowledgeBase, condition: str) -> set[str]:
    """The readings under which the data and quantities that a condition names are read."""
    vocabulary = found.vocabulary
    parts: set[str] = set()
    for name, declared in vocabulary.quantities.items():
        if name in condition:
            parts |= {*declared.because, *read_under(found, declared.formula)}
    for section in vocabulary.sections.values():
        for name, attribute in section.attributes.items():
            if not section.is_list and f"{section.name}.{name}" in condition:
                parts |= set(attribute.because)
            assert not (section.is_list and attribute.because)  # of items this walk knows nothing
    return parts


def behind(advice: Advice, found: KnowledgeBase, line: Standing | Statement) -> set[str]:
    """The parts behind a line, from the text of the advice: its firings, and what they read, without any engine.

    Only for lines that hold: what an option lacks that is not advised is in no firing.
    """
    parts = {*line.claims, *line.readings}
    known = claims(found)
    because = {rule.id: rule.because for rule in advice.rules}
    waiting, seen = conclusions_of(advice, found, line), set[str]()
    while waiting:
        name = waiting.pop()
        best = [one for one in advice.firings if one.conclusion == name and one.value == advice.values[name]]
        for firing in best if name not in seen else ():
            parts |= {*because[firing.rule], *(part for claim in firing.evidence for part in known[claim])}
            parts |= {f"rule:{firing.rule}"} if firing.rule in found.rules else set()
            for premise in (*firing.premises, *firing.absent):
                parts |= read_under(found, premise.condition)
            for premise in firing.premises:  # a count names the conclusions that it reads in its condition
                inside = [atom for atom in advice.values if atom in premise.condition]
                waiting += [premise.conclusion] if premise.conclusion else inside
        seen.add(name)
    return parts | {
        f"preference:{prefer.name}" for prefer in found.prefers if {prefer.stronger, prefer.weaker} <= parts
    }


def every_line(advice: Advice) -> list[Standing | Statement]:
    return [*advice.options, *(entry for entries in advice.sections.values() for entry in entries)]


def lines(advice: Advice) -> Iterator[Standing | Statement]:
    for standing in advice.options:
        if standing.heading in ("advised", "provisional", "completed"):
            yield standing
    yield from itertools.chain.from_iterable(advice.sections.values())


@pytest.mark.parametrize("name", ["untreated-child", "refractory-child", "biologic-asked-for-first"])
@pytest.mark.parametrize("seed", range(4))
def test_each_line_names_what_it_rests_on_and_nobody_approved(name: str, seed: int) -> None:
    found, states = reviewed_at_random(knowledge(), seed)
    advice = advised(found, name)
    seen = 0
    for line in lines(advice):
        expected = {part: states[part] for part in behind(advice, found, line) if states[part] != "approved"}
        assert dict(line.unreviewed) == expected, line
        seen += len(expected)
    assert seen > 10
    verdict_ = verify(advice, found)
    assert verdict_.ok, verdict_.problems


def test_a_line_whose_whole_support_is_approved_names_nothing() -> None:
    found = knowledge()
    every = tuple(
        Review(part, "Ann Example", "approved", DAY, digest(found, part), "made up") for part in subjects(found)
    )
    advice = advised(replace(found, reviews=every), "refractory-child")
    assert not any(line.unreviewed for line in every_line(advice))
    assert not any("review" in limit.lower() for limit in advice.limits)


def test_what_is_not_supported_names_the_rules_that_could_have_supported_it() -> None:
    advice = advised(knowledge(), "untreated-child")
    (standing,) = [one for one in advice.options if one.key == {"drug": "etoposide", "role": "refractory"}]
    assert standing.heading == "not-supported-now"
    assert {"G11", "I04", "rule:therapy-in-the-situation-its-source-names"} <= standing.unreviewed.keys()


def test_a_line_rests_on_the_reading_under_which_its_datum_is_read(tmp_path: Path) -> None:
    files = base()
    words = files["vocabulary/v.yaml"].replace("alarm: {type: boolean}", "alarm: {type: boolean, because: [I1]}")
    files["vocabulary/v.yaml"] = words.replace(
        'situation: {key: {is: {type: term, of: situation}}, template: "{is.label}"}',
        'situation: {key: {is: {type: term, of: situation}}, template: "{is.label}", section: states}',
    )
    files["facts/e.yaml"] = files["facts/e.yaml"].replace(", not-used-by-rules: it is only read", "")
    found = load(write(files, tmp_path))
    case = read_case_text("{as-of: 2026-03-10T12:00Z, patient: {alarm: true}}", "case", found)
    advice = Advisor(found, ("compiled",)).advise(case)
    (line,) = advice.sections["states"]
    assert dict(line.unreviewed) == {"F1": "unreviewed", "I1": "unreviewed", "rule:fine": "unreviewed"}
    assert verify(advice, found).ok


@pytest.mark.parametrize("path", ["options", "sections"])
def test_the_checker_finds_a_line_that_hides_what_nobody_approved(path: str) -> None:
    found, _ = reviewed_at_random(knowledge(), 1)
    tree: dict[str, Any] = advised(found, "refractory-child").model_dump(mode="json")
    line = next(
        line
        for line in (tree["options"] if path == "options" else itertools.chain(*tree["sections"].values()))
        if line["unreviewed"]
    )
    name, state = next(iter(line["unreviewed"].items()))
    for lie in ({}, {**line["unreviewed"], name: "stale" if state != "stale" else "unreviewed"}):
        line["unreviewed"], kept = lie, line["unreviewed"]
        assert any("unreviewed" in problem.place for problem in verify(tree, found).problems)
        line["unreviewed"] = kept
    assert verify(tree, found).ok


def test_the_foot_and_the_banner_say_how_far_it_was_reviewed() -> None:
    found, states = reviewed_at_random(knowledge(), 2)
    advice = advised(found, "refractory-child")
    approved = sum(state == "approved" for state in states.values())
    assert f"{approved} of its {len(states)} parts have a current approving review" in advice.notice
    assert "No clinician has reviewed" not in advice.notice
    listed = {name: state for line in every_line(advice) for name, state in line.unreviewed.items()}
    rejected = ", ".join(sorted(name for name, state in listed.items() if state == "rejected"))
    assert f"REJECTED BY A REVIEWER, AND IN USE: {rejected}." in advice.limits
    tree = advice.model_dump(mode="json")
    tree["notice"] = tree["notice"].replace(f"{approved} of", f"{approved + 1} of")
    tree["limits"] = [limit for limit in tree["limits"] if "REJECTED" not in limit]
    assert {problem.code for problem in verify(tree, found).problems} == {"notice", "limits"}


# A release ------------------------------------------------------------------------------------------------------------


def test_a_release_that_is_reviewed_is_one_and_any_gap_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "pumps"
    shutil.copytree(FOLDERS["pumps"], root)
    head = root / "kb.yaml"
    head.write_text(head.read_text(encoding="utf-8").replace("release: demonstration", "release: reviewed"))
    with pytest.raises(Refused) as caught:
        load(root)
    assert {problem.code for problem in caught.value.problems} == {"unreviewed"}
    found = load(root, under_review=True)
    entries = "".join(
        f'  - {{of: "{part}", verdict: approved, date: 2026-03-01, digest: "{digest(found, part)}", note: made up}}\n'
        for part in Reviewed(found).open
    )
    assert len(caught.value.problems) == entries.count("\n") > 20
    (root / "reviews").mkdir()
    (root / "reviews" / "ann.yaml").write_text(f"reviewer: Ann Example\nreviews:\n{entries}")
    released = load(root)
    assert released.digest != found.digest
    objection = entries.splitlines()[0].replace("approved", "rejected").replace("03-01", "03-02")
    (root / "reviews" / "bob.yaml").write_text(f"reviewer: Bob Example\nreviews:\n{objection}\n")
    with pytest.raises(Refused) as again:
        load(root)
    assert len(again.value.problems) == 1


def test_a_review_of_a_later_day_is_refused_where_the_day_is_known(tmp_path: Path) -> None:
    entry = f'{{of: fact:F1, verdict: rejected, date: 2026-03-02, digest: "{OLD}", note: made up}}'
    text = f"reviewer: Ann\nreviews:\n  - {entry}\n"
    root = write({**base(), "reviews/ann.yaml": text}, tmp_path)
    assert len(load(root).reviews) == len(load(root, today=date(2026, 3, 2)).reviews) == 1
    with pytest.raises(Refused) as caught:
        load(root, today=date(2026, 3, 1))
    assert [(problem.code, problem.location.line) for problem in caught.value.problems] == [("date", 3)]
