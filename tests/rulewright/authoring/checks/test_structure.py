"""The checks of facts, words and rules, each by a table of cases beside the knowledge base on pumps."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from rulewright.authoring.checks.inspect import Inspection, inspect

HERE = Path(__file__).parent
PUMPS = HERE.parents[2] / "knowledge" / "pumps"
MARK = re.compile(r"[ ]*# <-$")
HEADS = {
    "facts": ("facts/zz.yaml", "read-in: HB\nfacts:\n"),
    "rules": ("rules/zz.yaml", "rules:\n"),
    "relations": ("rules/zzz.yaml", ""),
    "vocabulary": ("vocabulary/zz.yaml", ""),
    "scenarios": ("scenarios/zz.yaml", "scenarios:\n"),
}
"""Where each part of a case is written, and what stands before it."""
NO_DOSE = (
    "conclusions: {no-grease: {key: {work: {type: term, of: work}, part: {type: term, of: part}}}}\n",
    "  no-dose: no-grease\n",
)


def cases() -> list[Any]:
    found: list[Any] = []
    for path in sorted((HERE / "cases").glob("*.yaml")):
        table = yaml.safe_load(path.read_text(encoding="utf-8"))
        found.extend(pytest.param(path.stem, case, id=f"{path.stem}: {case['name']}") for case in table)
    return found


def write(root: Path, case: dict[str, Any]) -> set[tuple[str, int]]:
    """Write the parts of a case beside the pumps; the places that it marks."""
    shutil.copytree(PUMPS, root)
    marked = set()
    for part, (name, head) in HEADS.items():
        if part in case:
            lines = (head + case[part]).splitlines()
            marked |= {(name, number) for number, line in enumerate(lines, 1) if MARK.search(line)}
            (root / name).write_text("\n".join(MARK.sub("", line) for line in lines) + "\n", encoding="utf-8")
    if case.get("headings"):
        (root / "vocabulary" / "no-dose.yaml").write_text(NO_DOSE[0], encoding="utf-8")
        layout = root / "vocabulary" / "layout.yaml"
        layout.write_text(layout.read_text(encoding="utf-8").rstrip("\n") + "\n" + NO_DOSE[1], encoding="utf-8")
    return marked


def places(found: Inspection, root: Path) -> set[tuple[str, int]]:
    return {(Path(each.location.file).relative_to(root).as_posix(), each.location.line) for each in found.findings}


@pytest.mark.parametrize(("code", "case"), cases())
def test_what_is_found_and_where(code: str, case: dict[str, Any], tmp_path: Path) -> None:
    root = tmp_path / "kb"
    marked = write(root, case)
    found = inspect(root, today=date(2026, 1, 1), only=[code])
    assert found.knowledge is not None, found.findings
    messages = [each.message for each in found.findings]
    wanted = case.get("finds", [])
    assert len(messages) == len(wanted), messages
    assert all(part in message for part, message in zip(wanted, messages, strict=True)), messages
    assert places(found, root) == marked
    assert case.get("hint", "") in "".join(each.hint for each in found.findings)


@pytest.mark.parametrize("root", [PUMPS, PUMPS.parent / "graded", PUMPS.parents[2] / "kb"], ids=lambda root: root.name)
def test_nothing_is_found_in_the_knowledge_bases_that_are_here(root: Path) -> None:
    found = inspect(root, today=date(2025, 6, 1))
    assert found.knowledge is not None
    assert {path.stem for path in (HERE / "cases").glob("*.yaml")} <= {check.code for check in found.ran}
    told = [each for each in found.findings if root.name == "kb" or each.code != "untested"]
    assert (told, found.waived) == ([], ())


def test_a_knowledge_base_without_scenarios_is_told_so_once(tmp_path: Path) -> None:
    root = tmp_path / "kb"
    write(root, {})
    shutil.rmtree(root / "scenarios")
    found = inspect(root, today=date(2026, 1, 1), only=["untested"])
    assert places(found, root) == {("kb.yaml", 1)}
    assert [each.message for each in found.findings] == ["there is no scenario: nothing tests what is written here"]


def test_what_is_never_drawn_leads_to_the_rule_that_should_draw_it(tmp_path: Path) -> None:
    root = tmp_path / "kb"
    rules = """\
- id: b
  title: B
  because: [H3]
  when: [{readings: {vibration: "> 200 mm/s"}}]
  then: [{faulty: {is: coupling}}]
- id: a
  title: A
  because: [H3]
  when: [{faulty: {is: coupling}}, {pump: {noise: true}}]
  then: [{faulty: {is: impeller}}]
"""
    write(root, {"rules": rules})
    first, second = inspect(root, today=date(2026, 1, 1), only=["unreachable"]).findings
    assert first.message.startswith("the rule `b` can never fire: readings.vibration")
    assert second.message == "the rule `a` can never fire: no case can draw faulty(coupling)"
    assert second.hint == "look first at `b`, which should draw it and can never fire either"
