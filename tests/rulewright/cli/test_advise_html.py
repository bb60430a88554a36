from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.rulewright.cli.conftest import Run

Example = Callable[[str], Path]


def test_an_advice_is_one_file_of_html(run: Run, example: Example, tmp_path: Path) -> None:
    where = tmp_path / "advice.html"
    ran = run("advise", example("untreated-child"), "--format", "html", "--output", where)
    assert (ran.code, ran.out) == (0, "")
    page = where.read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "600 mg per day" in page
    assert run("advise", example("untreated-child"), "--format", "html").out == page
    assert list(tmp_path.iterdir()) == [where]


def test_a_page_without_its_drawings_is_made_and_said(
    run: Run, example: Example, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    ran = run("advise", example("untreated-child"), "--format", "html", "-o", tmp_path / "advice.html")
    assert (ran.code, ran.out) == (0, "")
    assert "without its drawings" in ran.err
    assert "apt install graphviz" in ran.err


def test_html_without_its_extra_names_it(run: Run, example: Example, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    ran = run("advise", example("untreated-child"), "--format", "html")
    assert (ran.code, ran.out) == (2, "")
    assert "pip install 'rulewright[reports]'" in ran.err
    assert run("advise", example("untreated-child")).code == 0


@pytest.mark.parametrize("format", ["text", "json"])
def test_every_form_can_be_written_to_a_file(run: Run, example: Example, tmp_path: Path, format: str) -> None:
    where = tmp_path / "advice"
    assert run("advise", example("untreated-child"), "--format", format, "-o", where).out == ""
    assert run("advise", example("untreated-child"), "--format", format).out == where.read_text(encoding="utf-8")
