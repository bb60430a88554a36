from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.rulewright.cli.conftest import Run

Example = Callable[[str], Path]


@pytest.mark.debian("graphviz")
def test_graph_draws_what_a_conclusion_rests_on_into_a_file(run: Run, example: Example, tmp_path: Path) -> None:
    where = tmp_path / "anakinra.svg"
    ran = run("graph", example("refractory-child"), "option(anakinra, refractory)", "--output", where)
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    root = ElementTree.parse(where).getroot()
    assert root.get("role") == "img"
    text = " ".join(root.itertext())
    assert "anakinra (IL-1 inhibitor) at 2-10 mg/kg/day" in text
    assert "pulse is complete" not in text
    assert list(tmp_path.iterdir()) == [where]


def test_dot_and_json_need_no_program(run: Run, example: Example, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert run("graph", example("untreated-child"), "--format", "dot").out.startswith("digraph ")
    made = json.loads(run("graph", example("untreated-child"), "initial", "--format", "json").out)
    assert "option(methylprednisolone, initial)" in made["conclusions"]
    assert {"fact.G07", "source.S1"} <= {box["id"] for box in made["boxes"]}


def test_everything_is_drawn_with_one_support_picked_out(run: Run, example: Example) -> None:
    arguments = ("graph", example("refractory-child"), "option(anakinra, refractory)", "--format", "json")
    alone = json.loads(run(*arguments).out)
    whole = json.loads(run(*arguments, "--all").out)
    assert {box["id"] for box in whole["boxes"] if box["support"]} == {box["id"] for box in alone["boxes"]}
    assert len(whole["boxes"]) > len(alone["boxes"])


def test_a_missing_program_is_named_with_what_to_install(
    run: Run, example: Example, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    ran = run("graph", example("untreated-child"))
    assert (ran.code, ran.out) == (2, "")
    assert "missing-program" in ran.err
    assert "apt install graphviz" in ran.err


def test_what_is_asked_wrongly_is_said(run: Run, example: Example, tmp_path: Path) -> None:
    ran = run("graph", example("untreated-child"), "option(anakinra, refractori)")
    assert (ran.code, ran.out) == (2, "")
    assert "unknown-conclusion" in ran.err
    assert "did you mean `option(anakinra, refractory)`?" in ran.err
    for where in (tmp_path, "/", "..", tmp_path / "missing" / "x.dot"):
        ran = run("graph", example("untreated-child"), "--format", "dot", "--output", where)
        assert (ran.code, ran.out) == (2, "")
        assert f"{where}: unwritable: " in ran.err
    assert list(tmp_path.iterdir()) == []


def test_a_link_is_followed_and_what_is_no_file_is_not_replaced(run: Run, example: Example, tmp_path: Path) -> None:
    (tmp_path / "link.dot").symlink_to(tmp_path / "real.dot")
    arguments = ("graph", example("untreated-child"), "--format", "dot", "--output")
    assert run(*arguments, tmp_path / "link.dot").code == 0
    assert (tmp_path / "link.dot").is_symlink()
    assert (tmp_path / "real.dot").read_text(encoding="utf-8").startswith("digraph")
    assert run(*arguments, "/dev/null").code == 0
    assert Path("/dev/null").is_char_device()


def test_an_existing_file_stays_where_the_new_one_cannot_be_made(
    run: Run, example: Example, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = tmp_path / "old.svg"
    where.write_text("old", encoding="utf-8")
    monkeypatch.setenv("PATH", "/nowhere")
    assert run("graph", example("untreated-child"), "--output", where).code == 2
    assert where.read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize(("format", "begins"), [("prov-json", "{"), ("prov-n", "document\n")])
def test_provenance_is_written_for_the_conclusion_that_is_asked_for(
    run: Run, example: Example, format: str, begins: str
) -> None:
    ran = run("graph", example("refractory-child"), "option(anakinra, refractory)", "--format", format)
    assert ran.code == 0
    assert ran.out.startswith(begins)
    assert "anakinra (IL-1 inhibitor) at 2-10 mg/kg/day" in ran.out
    assert "VP-16" not in ran.out
