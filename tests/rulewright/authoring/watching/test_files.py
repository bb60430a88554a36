"""A save is noticed by what the disk says of a file."""

from __future__ import annotations

import os
from pathlib import Path

from rulewright.authoring.watching.files import changed, stamps


def test_saved_new_and_removed_files_are_noticed_and_others_are_not(tmp_path: Path) -> None:
    for name in ("kb.yaml", "facts/a.yaml", "facts/b.yml", "texts/S.txt", "facts/notes.md", ".git/c.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x: 1\n", encoding="utf-8")
    before = stamps(tmp_path)
    assert [str(path.relative_to(tmp_path)) for path in before] == [
        "facts/a.yaml",
        "facts/b.yml",
        "kb.yaml",
        "texts/S.txt",
    ]
    assert changed(before, stamps(tmp_path)) == ()
    (tmp_path / "facts" / "notes.md").write_text("more", encoding="utf-8")
    (tmp_path / "facts" / "a.yaml").write_text("x: 12\n", encoding="utf-8")
    (tmp_path / "facts" / "b.yml").unlink()
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "r.yaml").write_text("x: 1\n", encoding="utf-8")
    found = changed(before, stamps(tmp_path))
    assert [path.name for path in found] == ["a.yaml", "b.yml", "r.yaml"]


def test_a_file_of_the_same_size_and_time_that_took_the_place_of_another_is_noticed(tmp_path: Path) -> None:
    path, other = tmp_path / "a.yaml", tmp_path / "b.tmp"
    path.write_text("x: 1\n", encoding="utf-8")
    before = stamps(tmp_path)
    time = path.stat().st_mtime_ns
    other.write_text("x: 2\n", encoding="utf-8")
    os.utime(other, ns=(time, time))
    other.replace(path)
    assert changed(before, stamps(tmp_path)) == (path,)


def test_a_folder_that_leads_back_to_itself_and_one_that_is_gone_are_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "a.yaml").write_text("x: 1\n", encoding="utf-8")
    (tmp_path / "facts" / "again").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "facts" / "gone.yaml").symlink_to(tmp_path / "nowhere.yaml")
    assert [path.name for path in stamps(tmp_path)] == ["a.yaml"]
    assert stamps(tmp_path / "nowhere") == {}
