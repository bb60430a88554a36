"""A review is added whole, to what stands there, whoever writes at the same time."""

from __future__ import annotations

import multiprocessing
import os
from datetime import date
from pathlib import Path

import pytest
from oracle.spoilt import base, write

from engine.content import digest
from engine.errors import Refused
from engine.loading import load
from engine.model.review import Review, Subject
from rulewright.authoring.reviewing import record

DAY = date(2026, 3, 1)
FACT = Subject("fact", "F1")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    found: Path = write(base(), tmp_path / "kb")
    return found


def review(by: str, note: str = "made up", verdict: str = "approved", of: Subject = FACT) -> Review:
    return Review(of, by, verdict, DAY, "a" * 64, note)


AWKWARD = [
    ("Jane Doe", "jane-doe.yaml"),
    ("no", "no.yaml"),
    ("0x1F", "0x1f.yaml"),
    ("Dr. Ærø Müller-Lüdenscheidt (MAS)", "dr-r-muller-ludenscheidt-mas.yaml"),
    ("李 雷", "reviewer.yaml"),
    ("../../etc/passwd", "etc-passwd.yaml"),
    ('O\'Neil: "x" #1 \\ {a}', "o-neil-x-1-a.yaml"),
]


@pytest.mark.parametrize(("name", "file"), AWKWARD)
def test_a_name_and_a_note_come_back_as_they_were_given(root: Path, name: str, file: str) -> None:
    for note in ("yes", 'it says: "30 mg" — # not a comment', "~", "12", "back\\slash"):
        path, _ = record(root, review(name, note))
        assert path == root / "reviews" / file
    found = load(root).reviews
    assert [entry.note for entry in found] == ["yes", 'it says: "30 mg" — # not a comment', "~", "12", "back\\slash"]
    assert {entry.by for entry in found} == {name}


def test_what_stands_in_a_file_is_never_changed(root: Path) -> None:
    path, _ = record(root, review("Jane Doe", "first"))
    written = path.read_text(encoding="utf-8").replace("reviews:", "# a remark of hers\nreviews:").rstrip("\n")
    path.write_text(written, encoding="utf-8")  # an editor left the last line without its end
    path.chmod(0o640)
    again, entry = record(root, review("JANE doe", "second", "rejected"))
    assert again == path
    assert entry.by == "Jane Doe"
    assert path.read_text(encoding="utf-8").startswith(f"{written}\n  - of: ")
    assert path.stat().st_mode & 0o777 == 0o640
    assert [entry.note for entry in load(root).reviews] == ["first", "second"]
    assert [entry.name for entry in (root / "reviews").iterdir()] == ["jane-doe.yaml"]  # nothing else is left


def test_two_reviewers_whose_names_make_one_file_name_have_two_files(root: Path) -> None:
    first, _ = record(root, review("J. Doe"))
    second, _ = record(root, review("J Doe"))
    assert (first.name, second.name) == ("j-doe.yaml", "j-doe-2.yaml")
    assert len(load(root).reviews) == 2


def test_the_same_review_is_recorded_once_and_another_verdict_of_the_day_beside_it(root: Path) -> None:
    path, _ = record(root, review("Jane Doe"))
    before = path.read_bytes()
    with pytest.raises(Refused) as caught:
        record(root, review("jane doe"))
    assert [problem.code for problem in caught.value.problems] == ["duplicate-item"]
    assert path.read_bytes() == before
    record(root, review("Jane Doe", verdict="needs-change"))
    assert [entry.verdict for entry in load(root).reviews] == ["approved", "needs-change"]


@pytest.mark.parametrize(
    "text",
    [
        "{reviewer: Jane Doe, reviews: []}\n",
        "reviews:\n  - {of: fact:F1, verdict: approved, date: 2026-03-01, digest: " + "b" * 64 + ", note: made up}\n"
        "reviewer: Jane Doe\n",
        "reviewer: Jane Doe\nreviews:\n- {of: fact:F1, verdict: approved, date: 2026-03-01, digest: "
        + "b" * 64
        + ", note: made up}\n",
    ],
)
def test_a_file_at_whose_end_nothing_can_be_added_is_left_as_it_is(root: Path, text: str) -> None:
    path = root / "reviews" / "jane.yaml"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as caught:
        record(root, review("Jane Doe"))
    assert [problem.code for problem in caught.value.problems] == ["not-appendable"]
    assert path.read_text(encoding="utf-8") == text


def test_a_dry_run_writes_nothing(root: Path) -> None:
    path, _ = record(root, review("Jane Doe"), dry_run=True)
    assert path.name == "jane-doe.yaml"
    assert not (root / "reviews").exists()


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_folder_that_cannot_be_written_to_is_a_problem_and_no_traceback(root: Path) -> None:
    (root / "reviews").write_text("a file where the folder should be")
    with pytest.raises(Refused) as caught:
        record(root, review("Jane Doe"))
    assert [problem.code for problem in caught.value.problems] == ["unwritable"]


def several(root: str, by: str, number: int) -> None:
    for each in range(number):
        record(Path(root), review(by, f"number {each} of {by} in {os.getpid()}"))


def test_nothing_is_lost_where_several_write_at_once(root: Path) -> None:
    context = multiprocessing.get_context("fork")
    names = ["Jane Doe", "Jane Doe", "Jane Doe", "John Roe"]
    writers = [context.Process(target=several, args=(str(root), name, 8)) for name in names]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * len(names)
    found = load(root).reviews
    assert len(found) == len({entry.note for entry in found}) == 8 * len(names)
    assert sorted(path.name for path in (root / "reviews").iterdir()) == ["jane-doe.yaml", "john-roe.yaml"]


def test_a_review_that_was_recorded_is_about_the_words_of_that_day(root: Path) -> None:
    now = digest(load(root), FACT)
    record(root, Review(FACT, "Jane Doe", "approved", DAY, now, "made up"))
    (entry,) = load(root).reviews
    assert (entry.of, entry.digest, entry.on) == (FACT, now, DAY)
