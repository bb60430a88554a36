"""docs/authoring.md is true: followed from its beginning to its end in an empty folder, it prints what it shows."""

from __future__ import annotations

from pathlib import Path

from walkthrough.page import LEFT_OUT, Command, File, run, steps, take

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "authoring.md"


def test_the_page_leads_from_an_empty_folder_to_a_checked_and_tested_knowledge_base(tmp_path: Path) -> None:
    told = 0
    for step in steps(PAGE.read_text(encoding="utf-8")):
        take(step, tmp_path)
        if isinstance(step, Command):
            told += sum(line != LEFT_OUT for line in step.shown)
    assert told > 50
    written = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "anchoring").rglob("*.yaml"))
    assert "author-must-say" not in written, "nothing is left to say"
    coverage = run("rulewright test --kb anchoring --coverage", tmp_path).stdout
    assert coverage.count(" 100 %") >= 8, coverage
    assert "  0 %" not in coverage


def test_the_slips_of_the_page_are_the_only_commands_that_do_not_succeed() -> None:
    found = list(steps(PAGE.read_text(encoding="utf-8")))
    refused = [step.text for step in found if isinstance(step, Command) and step.exit]
    assert refused == [
        "rulewright check --kb anchoring",
        "rulewright check --kb anchoring",
        "rulewright test --kb anchoring",
        "rulewright check --kb anchoring",
        "rulewright test --kb anchoring",
        "rulewright diff before anchoring",
    ]
    assert isinstance(found[-1], Command)
    assert found[-1].shown[-1].endswith("0 differ")
    assert sum(isinstance(step, File) for step in found) > 8


def test_the_pages_that_it_names_are_there() -> None:
    import re

    for name in re.findall(r"`(docs/[\w./-]+)`", PAGE.read_text(encoding="utf-8")):
        assert (ROOT / name).exists(), name
