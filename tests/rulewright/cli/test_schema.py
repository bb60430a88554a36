from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.loading import load
from rulewright.authoring.schemas import MAKERS, schema_files, schema_name

KB = Path(__file__).resolve().parents[3] / "kb"
PUMPS = Path(__file__).resolve().parents[2] / "knowledge" / "pumps"
Run = Callable[..., Any]


@pytest.mark.parametrize("kind", MAKERS)
def test_schema_prints_that_of_a_kind_of_file(run: Run, kind: str) -> None:
    ran = run("schema", "--kind", kind, "--kb", PUMPS)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == schema_files(load(PUMPS).vocabulary)[schema_name(kind)]


def test_the_contract_of_an_advice_is_printed_as_before(run: Run) -> None:
    ran = run("schema", "advice")
    assert (ran.code, json.loads(ran.out)["title"]) == (0, "Advice (rulewright/advice/1)")


def test_all_are_written_and_kept_true(run: Run, tmp_path: Path) -> None:
    copy = tmp_path / "kb"
    shutil.copytree(PUMPS, copy)
    folder = copy / ".schemas"
    everything = ("schema", "--all", "--kb", copy, "--output", folder)
    assert run(*everything, "--check").code == 1
    assert not folder.exists()

    ran = run(*everything)
    assert (ran.code, ran.out) == (0, f"7 schemas in {folder}, 7 of them written anew\n")
    assert {path.name for path in folder.iterdir()} == {schema_name(kind) for kind in MAKERS}
    assert run(*everything).out.endswith(", 0 of them written anew\n")
    assert run(*everything, "--check").code == 0

    terms = copy / "vocabulary" / "more.yaml"
    terms.write_text("terms:\n  modality: {perhaps: it may be}\n", encoding="utf-8")
    ran = run(*everything, "--check")
    assert ran.code == 1
    assert f"{folder / 'facts.schema.json'} is not what the vocabulary says\n" in ran.out
    assert str(folder / "kb.schema.json") not in ran.out
    run(*everything)
    assert "it may be" in (folder / "facts.schema.json").read_text(encoding="utf-8")
    load(copy)


@pytest.mark.parametrize(
    "arguments",
    [(), ("advice", "--kind", "facts"), ("--all",), ("--kind", "facts", "--output", "x"), ("advice", "--check")],
)
def test_it_must_be_said_which_schema_is_meant(run: Run, arguments: tuple[str, ...]) -> None:
    ran = run("schema", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "--all" in ran.err


def test_a_knowledge_base_that_does_not_load_has_no_schema(run: Run, tmp_path: Path) -> None:
    (tmp_path / "kb.yaml").write_text("name: x\n", encoding="utf-8")
    ran = run("schema", "--kind", "facts", "--kb", tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "missing-field" in ran.err
