"""`rulewright fmt` as its users type it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.loading import load
from rulewright.authoring.form.form import in_form

Run = Callable[..., Any]
PUMPS = Path(__file__).parents[2] / "knowledge" / "pumps"
TORN = "kind:   'secondary'   # as they say\nid: HB\nidentity: verified\ntitle: The handbook\n"
FORM = "id: HB\nkind: secondary  # as they say\ntitle: The handbook\nidentity: verified\n"


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "copy"
    shutil.copytree(PUMPS, root)
    (root / "sources" / "HB.yaml").write_text(TORN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return root


def contents(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_a_file_is_formatted_and_the_others_are_left(run: Run, copy: Path) -> None:
    before, knowledge = contents(copy), load(copy)
    (copy / "sources" / "HB.yaml").chmod(0o640)
    done = run("fmt", "--kb", copy)
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == ["formatted: copy/sources/HB.yaml", "1 of 18 files formatted"]
    after = contents(copy)
    assert [path.name for path in after if after[path] != before.get(path)] == ["HB.yaml"]
    assert after[copy / "sources" / "HB.yaml"].decode() == FORM
    assert (copy / "sources" / "HB.yaml").stat().st_mode & 0o777 == 0o640
    assert load(copy).sources == knowledge.sources
    assert run("fmt", "--check", copy).out == "0 of 18 files would be formatted\n"


def test_a_file_that_may_only_be_read_is_left(run: Run, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(copy)
    monkeypatch.setattr("os.access", lambda path, wanted: Path(path).name != "HB.yaml")
    refused = run("fmt", copy)
    assert (refused.code, refused.out) == (2, "")
    assert "HB.yaml: unwritable: copy/sources/HB.yaml cannot be written (Permission denied)" in refused.err
    assert contents(copy) == before


def test_check_and_diff_write_nothing(run: Run, copy: Path) -> None:
    before = contents(copy)
    checked = run("fmt", "--check", copy / "sources")
    assert (checked.code, checked.err) == (1, "")
    assert "would be formatted: copy/sources/HB.yaml" in checked.out
    shown = run("fmt", "--diff", copy / "sources" / "HB.yaml")
    assert shown.code == 0
    assert "-kind:   'secondary'   # as they say\n id: HB\n+kind: secondary  # as they say\n" in shown.out
    assert run("fmt", "--diff", "--check", copy / "sources" / "HB.yaml").code == 1
    assert contents(copy) == before


def test_where_one_file_is_wrong_none_is_written_and_every_problem_is_told(run: Run, copy: Path) -> None:
    (copy / "facts" / "one.yaml").write_text("read-in: [HB\nfacts: []\n", encoding="utf-8")
    (copy / "facts" / "two.yaml").write_text("read-in: no\nread-in: HB\nfacts: []\n", encoding="utf-8")
    (copy / "facts" / "three.yaml").write_bytes(b"read-in: \xff\n")
    before = contents(copy)
    done = run("fmt", copy, "gone.yaml", copy / "sources" / "HB.yaml", Path(__file__))
    assert (done.code, done.out) == (2, "")
    told = {line.split(":")[0].rpartition("/")[2]: line for line in done.err.splitlines()}
    assert set(told) == {"one.yaml", "two.yaml", "three.yaml", "gone.yaml", "test_fmt.py", "6 problems"}
    assert "two.yaml:1:10: yaml-surprise" in done.err
    assert "two.yaml:2:1: duplicate-key" in done.err
    assert contents(copy) == before


def test_standard_input_goes_to_standard_output(run: Run) -> None:
    done = run("fmt", "-", stdin=TORN)
    assert (done.code, done.out, done.err) == (0, FORM, "")
    refused = run("fmt", "-", stdin="a: [1\n")
    assert (refused.code, refused.out) == (2, "")


def test_what_somebody_wrote_meanwhile_is_not_overwritten(
    run: Run, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = copy / "sources" / "HB.yaml"

    def slowly(text: str, file: str) -> str:
        found = in_form(text, file)
        path.write_text(TORN + "note: added meanwhile\n", encoding="utf-8")
        return found

    monkeypatch.setattr("rulewright.authoring.form.files.in_form", slowly)
    done = run("fmt", path)
    assert done.code == 2
    assert "HB.yaml: unwritable: copy/sources/HB.yaml cannot be written (the file was changed meanwhile)" in done.err
    assert path.read_text(encoding="utf-8") == TORN + "note: added meanwhile\n"
    assert {one.name for one in path.parent.iterdir()} == {one.name for one in (PUMPS / "sources").iterdir()}


def test_a_byte_order_mark_and_other_line_ends_go(run: Run, copy: Path) -> None:
    path = copy / "sources" / "HB.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + TORN.replace("\n", "\r\n").encode())
    assert run("fmt", path).code == 0
    assert path.read_bytes() == FORM.encode()


def test_a_file_in_another_encoding_is_told_how_to_save(run: Run, copy: Path) -> None:
    (copy / "sources" / "HB.yaml").write_bytes(TORN.replace("handbook", "café").encode("latin-1"))
    refused = run("fmt", copy)
    assert refused.code == 2
    assert "save it as UTF-8" in refused.err
