"""Every check has its page; the bad example of each page is found where the page says, and the good one is not."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from engine.errors import CODES
from rulewright.authoring.checks.catalogue import catalogue
from rulewright.authoring.checks.finding import Check
from rulewright.authoring.checks.inspect import Inspection, inspect
from rulewright.authoring.checks.waivers import CODE as WAIVER

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "checks"
PUMPS = ROOT / "tests" / "knowledge" / "pumps"
TODAY = date(2026, 11, 25)
BLOCK = re.compile(r"^```(?:yaml|text)\n# (?P<file>\S+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = re.compile(r"[ ]*# <- found here$", re.MULTILINE)
CHECKS = {check.code: check for check in catalogue()}


def section(code: str, heading: str) -> dict[str, str]:
    """The files that a section of a page shows, each whole."""
    page = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    body = page.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return {block["file"]: block["text"] for block in BLOCK.finditer(body)}


def inspected(files: dict[str, str], code: str, tmp_path: Path) -> Inspection:
    """The pumps with those files in the place of their own, or beside them."""
    root = tmp_path / "kb"
    shutil.copytree(PUMPS, root)
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(MARK.sub("", text), encoding="utf-8")
    return inspect(root, today=TODAY, only=[code])


def marked(files: dict[str, str]) -> set[tuple[str, int]]:
    """The places that the example marks: file and line."""
    return {
        (name, number)
        for name, text in files.items()
        for number, line in enumerate(text.split("\n"), 1)
        if MARK.search(line)
    }


@pytest.mark.parametrize("code", CHECKS)
def test_the_bad_example_is_found_where_the_page_says(code: str, tmp_path: Path) -> None:
    files = section(code, "Bad")
    found = inspected(files, code, tmp_path)
    assert found.knowledge is not None, found.findings
    places = {
        (Path(finding.location.file).relative_to(tmp_path / "kb").as_posix(), finding.location.line)
        for finding in found.findings
    }
    assert places == marked(files) != set()
    assert {finding.code for finding in found.findings} == {code}


@pytest.mark.parametrize("code", CHECKS)
def test_nothing_is_found_in_the_good_example(code: str, tmp_path: Path) -> None:
    files = section(code, "Good")
    assert files
    found = inspected(files, code, tmp_path)
    assert found.knowledge is not None, found.findings
    assert found.findings == ()


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_a_page_tells_what_the_check_says_of_itself(check: Check) -> None:
    page = (PAGES / f"{check.code}.md").read_text(encoding="utf-8")
    assert page.startswith(f"# {check.code}\n\n*{check.severity.name}.* {check.title}\n\n## What it finds\n")
    assert "\n## Why it matters\n" in page
    assert len(page.split("\n## Why it matters\n")[1].split("\n## ")[0].split()) >= 20


def test_the_list_of_checks_is_complete() -> None:
    rows = re.findall(
        r"^\| \[([\w-]+)\]\((\S+)\) \| (\w+) \| (.+) \|$", (PAGES / "README.md").read_text("utf-8"), re.MULTILINE
    )
    assert rows == [(check.code, f"{check.code}.md", check.severity.name, check.title) for check in catalogue()]
    assert {path.stem for path in PAGES.glob("*.md")} - {"README"} == set(CHECKS)


def test_a_code_names_one_thing() -> None:
    assert not {*CHECKS, WAIVER} & set(CODES)


def test_the_waiver_of_the_readme_waives(tmp_path: Path) -> None:
    text = (PAGES / "README.md").read_text(encoding="utf-8")
    files = {block["file"]: block["text"] for block in BLOCK.finditer(text)}
    found = inspected(files, "standing", tmp_path)
    assert found.findings == ()
    assert [finding.code for finding in found.waived] == ["standing"]
