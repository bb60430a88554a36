"""A quote stands in the text of its document, or the finding says where the two part."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from rulewright.authoring.checks.finding import Finding
from rulewright.authoring.checks.inspect import inspect

ROOT = Path(__file__).parents[4]
PUMPS = ROOT / "tests" / "knowledge" / "pumps"
CASES = yaml.safe_load(Path(__file__).with_suffix("").with_name("verbatim.yaml").read_text(encoding="utf-8"))
OLD = "Pumps have moved water since antiquity."


@pytest.fixture
def pumps(tmp_path: Path) -> Path:
    root = tmp_path / "kb"
    shutil.copytree(PUMPS, root)
    return root


def found(root: Path, texts: Path | None = None) -> tuple[Finding, ...]:
    inspection = inspect(root, today=date(2026, 1, 1), texts=texts, only=["verbatim"])
    assert inspection.knowledge is not None, inspection.findings
    return inspection.findings


@pytest.mark.parametrize("case", CASES, ids=[str(number) for number in range(len(CASES))])
def test_a_quote_and_a_text(case: dict[str, Any], pumps: Path, tmp_path: Path) -> None:
    facts = pumps / "facts" / "handbook.yaml"
    quotes = [line[11:].strip('"') for line in facts.read_text(encoding="utf-8").split("\n") if " quote: " in line]
    quoted = case["quote"].replace('"', '\\"')
    facts.write_text(facts.read_text(encoding="utf-8").replace(OLD, quoted), encoding="utf-8")
    texts = tmp_path / "texts"
    texts.mkdir()
    others = "\n\n".join(quote for quote in quotes if OLD not in quote)
    (texts / "HB.txt").write_text(f"{case['text']}\n\n{others}", encoding="utf-8")
    problems = found(pumps, texts)
    if "found" not in case:
        assert problems == ()
        return
    (problem,) = problems
    assert case["found"] in problem.message
    line = facts.read_text(encoding="utf-8").split("\n")[problem.location.line - 1]
    assert line.startswith("    quote: ")
    marked = line[problem.location.column - 1 : problem.end - 1] if problem.end else ""
    assert marked == case.get("marks", "")


def test_every_quote_of_the_knowledge_base_stands_in_its_document() -> None:
    inspection = inspect(ROOT / "kb", today=date(2026, 1, 1), only=["verbatim"])
    assert inspection.findings == ()
    assert inspection.knowledge is not None
    text = (ROOT / "kb" / inspection.knowledge.sources["S0"].text).read_text(encoding="utf-8")
    quotes = [fact.quote for fact in inspection.knowledge.facts.values() if fact.quoted_from == "S0"]
    assert len(quotes) == 56
    assert all(quote in text for quote in quotes)


def test_a_text_that_is_not_there_is_found(pumps: Path) -> None:
    source = pumps / "sources" / "HB.yaml"
    source.write_text(source.read_text(encoding="utf-8") + "text: texts/HB.txt\n", encoding="utf-8")
    (problem,) = found(pumps)
    assert problem.message.startswith("the text of HB is not at hand: ")
    assert (problem.location.line, problem.location.column) == (5, 7)
    (pumps / "texts").mkdir()
    (pumps / "texts" / "HB.txt").write_bytes(b"\xff\xfe")
    (problem,) = found(pumps)
    assert problem.message.endswith("HB.txt is not UTF-8 text")


def test_the_text_of_no_source_is_found(pumps: Path, tmp_path: Path) -> None:
    (tmp_path / "HBX.txt").write_text("words", encoding="utf-8")
    (problem,) = found(pumps, tmp_path)
    assert problem.message == "HBX.txt is the text of no source"
    assert problem.hint == "did you mean `HB`?"


def test_the_folder_of_texts_goes_before_what_the_source_names(pumps: Path, tmp_path: Path) -> None:
    source = pumps / "sources" / "OM.yaml"
    source.write_text(source.read_text(encoding="utf-8") + "text: texts/rules.txt\n", encoding="utf-8")
    (pumps / "texts").mkdir()
    (pumps / "texts" / "rules.txt").write_text(
        "A critical pump is not stopped while nothing can take its place.", encoding="utf-8"
    )
    assert found(pumps) == ()
    (tmp_path / "OM.txt").write_text("A critical pump is not stopped.", encoding="utf-8")
    assert [problem.location.file for problem in found(pumps, tmp_path)] == [
        str(pumps / "facts" / "rules-of-the-works.yaml")
    ]


@pytest.mark.parametrize(
    "path", ["../secret.txt", "/etc/passwd.txt", "texts/OM.pdf", "texts//OM.txt", ".txt", "a\\b.txt"]
)
def test_a_text_lies_below_the_knowledge_base(pumps: Path, path: str) -> None:
    source = pumps / "sources" / "OM.yaml"
    source.write_text(source.read_text(encoding="utf-8") + f"text: '{path}'\n", encoding="utf-8")
    problems = inspect(pumps, today=date(2026, 1, 1)).findings
    assert [(problem.code, problem.location.line) for problem in problems] == [("name", 5)]
