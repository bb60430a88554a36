"""`rulewright review` as its users type it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
Example = Callable[[str], Path]
PUMPS = Path(__file__).parents[2] / "knowledge" / "pumps"
WHO = ("--by", "Ann Example", "--note", "made up for a test")


@pytest.fixture
def copy(kb: Path, tmp_path: Path) -> Path:
    root = tmp_path / "copy"
    shutil.copytree(kb, root)
    return root


def test_a_review_is_recorded_shown_counted_and_named_by_the_advice(run: Run, copy: Path, example: Example) -> None:
    done = run("review", "G07", *WHO, "--verdict", "approved", "--on", "2026-03-01", "--kb", copy)
    assert (done.code, done.err) == (0, "")
    assert "fact:G07 approved by Ann Example on 2026-03-01" in " ".join(done.out.split())
    assert "“methylprednisolone at 30 mg/kg/day (maximum 1 gram) intravenously for 3 days”" in done.out
    assert run("review", "I02", *WHO, "--verdict", "rejected", "--kb", copy).code == 0
    listed = run("review", "--kb", copy)
    assert "fact:G07 — approved, approved by Ann Example on 2026-03-01" in listed.out
    assert "reading:I02 — REJECTED" in listed.out
    page = " ".join(run("advise", example("untreated-child"), "--kb", copy).out.split())
    assert "REJECTED BY A REVIEWER: I02; not reviewed: G01, G02, I06, I20, G18, 7 more]" in page
    assert "[G22; none of these reviewed]" in page
    assert "REJECTED BY A REVIEWER, AND IN USE: I02." in page
    text = (copy / "facts" / "founding-document.yaml").read_text(encoding="utf-8")
    (copy / "facts" / "founding-document.yaml").write_text(text.replace("(maximum 1 gram)", "(maximum 2 grams)"))
    stale = run("review", "--status", "stale", "--format", "json", "--kb", copy)
    assert [part["id"] for part in json.loads(stale.out)["parts"]] == ["fact:G07", "reading:I02"]  # I02 is about G07
    assert "CHANGED SINCE ITS REVIEW: G07, I02" in " ".join(
        run("advise", example("untreated-child"), "--kb", copy).out.split()
    )


def test_a_part_is_shown_with_its_words_and_the_command_that_records_a_verdict(run: Run, copy: Path) -> None:
    shown = run("review", "the-follow-on-is-running", "--kb", copy)
    assert shown.out.startswith("rule:the-follow-on-is-running — unreviewed")
    assert "beside I03: The 2-3 mg/kg/day is methylprednisolone" in shown.out
    assert not (copy / "reviews").exists()
    command = " ".join(shown.out[shown.out.index("rulewright review") :].split())
    words = command.replace('"NAME"', "Ann").replace("VERDICT", "approved").replace('"TEXT"', "made-up").split()
    assert run(*words[1:]).code == 0
    answer = json.loads(run("review", "the-follow-on-is-running", "--kb", copy, "--format", "json").out)
    assert (answer["state"], answer["entries"][0]["current"]) == ("approved", True)
    assert answer["digest"] == answer["entries"][0]["digest"]


def test_a_dry_run_says_what_it_would_do(run: Run, copy: Path) -> None:
    done = run("review", "S1", *WHO, "--verdict", "needs-change", "--dry-run", "--format", "json", "--kb", copy)
    answer = json.loads(done.out)
    assert (answer["dry_run"], answer["part"]["id"], answer["part"]["state"]) == (True, "source:S1", "needs-change")
    assert not (copy / "reviews").exists()


WRONG: list[tuple[list[str], list[str]]] = [
    (["G7", *WHO, "--verdict", "approved"], ["ID: unknown-id"]),
    (["rule:G07", *WHO, "--verdict", "approved"], ["ID: unknown-id"]),
    (["G07", "--by", " "], ["--by: blank", "--note: missing-field", "--verdict: missing-field"]),
    (["G07", "--by", "a\tb\x07", "--note", "", "--verdict", "approved"], ["--by: character", "--note: blank"]),
    (["G07", *WHO, "--verdict", "approved", "--on", "2126-03-01"], ["--on: date"]),
    (["G07", *WHO, "--verdict", "approved", "--on", "2026-02-30"], ["--on: date"]),
    (["G07", *WHO, "--verdict", "approved", "--on", "1 March"], ["--on: date"]),
    ([*WHO, "--verdict", "approved"], ["ID: missing-field"]),
    (["G07", "--status", "stale"], ["--status: unknown-field"]),
    (["--dry-run"], ["--by: missing-field", "--note: missing-field", "--verdict: missing-field", "ID: missing-field"]),
]


@pytest.mark.parametrize(("arguments", "expected"), WRONG, ids=lambda value: " ".join(value)[:50])
def test_what_is_wrong_is_told_at_once_and_nothing_is_written(
    run: Run, copy: Path, arguments: list[str], expected: list[str]
) -> None:
    done = run("review", *arguments, "--kb", copy)
    assert (done.code, done.out) == (2, "")
    assert [": ".join(line.split(": ")[:2]) for line in done.err.splitlines()[:-1]] == expected
    assert not (copy / "reviews").exists()


def test_the_hint_names_what_was_meant(run: Run, copy: Path) -> None:
    done = run("review", "the-follow-on-is-runing", *WHO, "--verdict", "approved", "--kb", copy)
    assert "did you mean `the-follow-on-is-running`?" in done.err


def test_an_id_that_two_parts_have_must_be_told_apart(run: Run, tmp_path: Path) -> None:
    root = tmp_path / "pumps"
    shutil.copytree(PUMPS, root)
    fact = next(
        line.split("id: ")[1] for line in (root / "facts" / "handbook.yaml").read_text().splitlines() if "id: " in line
    )
    rules = root / "rules" / "state.yaml"
    first = next(line.split("id: ")[1] for line in rules.read_text().splitlines() if "- id: " in line)
    rules.write_text(rules.read_text().replace(f"- id: {first}\n", f"- id: {fact}\n"))
    refused = run("review", fact, *WHO, "--verdict", "approved", "--kb", root)
    assert refused.code == 2
    assert f"ambiguous-id: `{fact}` names 2 parts (expected one of fact:{fact}, rule:{fact})" in refused.err
    assert run("review", f"rule:{fact}", *WHO, "--verdict", "approved", "--kb", root).code == 0


def test_a_knowledge_base_that_does_not_load_takes_no_review(run: Run, copy: Path) -> None:
    (copy / "sources" / "S1.yaml").write_text("id: S1\n")
    done = run("review", "G07", *WHO, "--verdict", "approved", "--kb", copy)
    assert done.code == 2
    assert "missing-field" in done.err
    assert not (copy / "reviews").exists()


def test_a_release_is_refused_until_all_of_it_is_approved(run: Run, tmp_path: Path) -> None:
    root = tmp_path / "pumps"
    shutil.copytree(PUMPS, root)
    head = root / "kb.yaml"
    head.write_text(head.read_text().replace("release: demonstration", "release: reviewed"))
    checked = run("check", "--kb", root)
    needed = json.loads(run("review", "--kb", root, "--format", "json").out)["needed"]
    assert checked.code == 1
    assert checked.out.count(": error unreviewed: ") == len(needed) > 20
    for part in needed:
        assert run("review", part, *WHO, "--verdict", "approved", "--kb", root).code == 0
    assert run("check", "--kb", root).code == 0
    assert "Everything that an advice can rest on has a current approving review." in run("review", "--kb", root).out


def test_a_review_of_tomorrow_is_refused_by_every_verb(run: Run, copy: Path, example: Example) -> None:
    assert run("review", "G07", *WHO, "--verdict", "approved", "--kb", copy).code == 0
    path = copy / "reviews" / "ann-example.yaml"
    lines = path.read_text().splitlines()
    path.write_text("\n".join("    date: 2126-01-01" if "date:" in line else line for line in lines) + "\n")
    for arguments in (("check",), ("advise", example("untreated-child")), ("review",)):
        refused = run(*arguments, "--kb", copy)
        assert refused.code in (1, 2)
        assert "date: a review of 2126-01-01 lies in the future" in refused.out + refused.err
