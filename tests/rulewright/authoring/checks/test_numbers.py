"""What words say in numbers, and whether what is stated because of them is what they say."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from rulewright.authoring.checks.finding import Finding
from rulewright.authoring.checks.inspect import inspect
from rulewright.authoring.checks.numerals import numerals, shown

ROOT = Path(__file__).parents[4]
PUMPS = ROOT / "tests" / "knowledge" / "pumps"
NUMERALS = yaml.safe_load(Path(__file__).with_name("numerals.yaml").read_text(encoding="utf-8"))
CASES = yaml.safe_load(Path(__file__).with_name("numbers.yaml").read_text(encoding="utf-8"))
CLAIM = {"claim": "amount", "work": "grease", "part": "coupling", "per": "pump.shaft-diameter", "rate": "1 g/cm"}


def found(root: Path) -> tuple[Finding, ...]:
    inspection = inspect(root, today=date(2025, 6, 1), only=["numbers"])
    assert inspection.knowledge is not None, inspection.findings
    return inspection.findings


@pytest.mark.parametrize("words", NUMERALS)
def test_the_numbers_of_a_text(words: str) -> None:
    assert [f"{shown(numeral)} {numeral.bound}".strip() for numeral in numerals(words)] == NUMERALS[words]


@pytest.fixture
def pumps(tmp_path: Path) -> Path:
    root = tmp_path / "kb"
    shutil.copytree(PUMPS, root)
    return root


@pytest.mark.parametrize("case", CASES, ids=[str(number) for number in range(len(CASES))])
def test_a_quote_and_what_is_stated(case: dict[str, Any], pumps: Path) -> None:
    claims = [CLAIM | case["claim"]] if "claim" in case else []
    fact = {"id": "X1", "quote": case["quote"], "claims": claims}
    write(pumps / "facts" / "x.yaml", {"read-in": "HB", "facts": [fact]})
    if "when" in case:
        tank = {"tank": {"attributes": {"fillings": {"type": "quantity", "unit": "{filling}/d"}}}}
        write(pumps / "vocabulary" / "x.yaml", {"case": tank})
        then = [{"situation": {"is": "leaking"}}]
        rule = {"id": "tested", "title": "Tested", "because": ["X1"], "when": [case["when"]], "then": then}
        write(pumps / "rules" / "x.yaml", {"rules": [rule]})
    problems = found(pumps)
    if "found" not in case:
        assert problems == ()
        return
    (problem,) = problems
    assert case["found"] in problem.message
    line = Path(problem.location.file).read_text(encoding="utf-8").split("\n")[problem.location.line - 1]
    marked = line[problem.location.column - 1 : problem.end - 1].strip('"')
    assert marked in re.findall("`([^`]+)`", problem.message)[0]


def write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


@pytest.mark.parametrize("name", ["kb", "tests/knowledge/pumps", "tests/knowledge/graded"])
def test_no_false_alarm(name: str) -> None:
    assert found(ROOT / name) == ()


def test_the_finding_says_what_the_words_say_and_who_else_says_it(pumps: Path) -> None:
    rule = pumps / "rules" / "state.yaml"
    rule.write_text(rule.read_text(encoding="utf-8").replace('"<= 30 d"', '"<= 20 d"'), encoding="utf-8")
    (problem,) = found(pumps)
    assert problem.message == "`<= 20 d` in the rule repaired-twice does not stand in the words of R3"
    assert problem.expected == "a number that they say: 1 mo"
    readings = pumps / "facts" / "readings.yaml"
    more = "\n  - id: R9\n    about: [HB]\n    states: A month has 20 days of work.\n    not-used-by-rules: x\n"
    readings.write_text(readings.read_text(encoding="utf-8").rstrip() + more, encoding="utf-8")
    (problem,) = found(pumps)
    assert problem.hint == "R9 says it: name it too"


def test_a_rule_that_names_no_fact_has_no_number(pumps: Path) -> None:
    rule = "rules:\n  - id: x\n    title: X\n    definition: true\n    when: [{readings: {pressure: '> 7 kPa'}}]\n"
    (pumps / "rules" / "x.yaml").write_text(rule + "    then: [{situation: {is: leaking}}]\n", encoding="utf-8")
    (problem,) = found(pumps)
    assert problem.message == "`> 7 kPa` in the rule x stands in the words of no fact: it names none"


def test_a_definition_and_a_formula_may_compare_with_nothing(pumps: Path) -> None:
    rule = "rules:\n  - id: x\n    title: X\n    definition: true\n    when: [{readings: {pressure: '> 0 kPa'}}]\n"
    (pumps / "rules" / "x.yaml").write_text(rule + "    then: [{situation: {is: leaking}}]\n", encoding="utf-8")
    layout = pumps / "vocabulary" / "layout.yaml"
    text = layout.read_text(encoding="utf-8")
    formula = "readings.pressure[kPa] * readings.flow[L/min] / 60000"
    assert formula in text
    layout.write_text(text.replace(formula, f"max({formula}, 0)"), encoding="utf-8")
    assert found(pumps) == ()
    layout.write_text(text.replace(formula, f"max({formula}, 3)"), encoding="utf-8")
    (problem,) = found(pumps)
    assert "`3` in the quantity pump-power" in problem.message


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("vocabulary/layout.yaml", "kg] / 3600)", "kg] / 3660)"),
        ("vocabulary/layout.yaml", "formula: 30 *", "formula: 31 *"),
        ("vocabulary/layout.yaml", "amount: 12 mg/kg", "amount: 13 mg/kg"),
        ("vocabulary/case.yaml", "valid-for: 30 d", "valid-for: 3 d"),
        ("rules/doses.yaml", "duration: 3 d", "duration: 4 d"),
        ("rules/doses.yaml", "after the 3-day course", "after the 5-day course"),
        ("facts/founding-document.yaml", "doses: twice weekly", "doses: once weekly"),
    ],
)
def test_a_changed_number_is_found_where_it_stands(tmp_path: Path, file: str, old: str, new: str) -> None:
    root = tmp_path / "kb"
    shutil.copytree(ROOT / "kb", root)
    path = root / file
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    (problem,) = found(root)
    line = text[: text.index(old)].count("\n") + 1
    assert (problem.location.file, problem.location.line) == (str(path), line)


def seeds(text: str) -> list[str]:
    """The text with each quantity changed in turn: its last digit, and its unit."""
    changed = []
    for match in re.finditer(r"(?<=[ \"-])([0-9.]+)( (?:mg/kg/d|mg/d|mg/m2|g/kg|d|h|kPa)\b)", text):
        number = match[1][:-1] + str((int(match[1][-1]) + 1) % 10)
        changed.append(text[: match.start()] + number + match[2] + text[match.end() :])
        unit = {" d": " h", " h": " d"}.get(match[2], match[2].replace("mg", "ug").replace("g/kg", "mg/kg"))
        changed.append(text[: match.start()] + match[1] + unit + text[match.end() :])
    return changed


FILES = ["facts/founding-document.yaml", "rules/doses.yaml", "rules/situations.yaml", "rules/immunosuppression.yaml"]


def test_a_changed_digit_or_unit_is_found(tmp_path: Path) -> None:
    root = tmp_path / "kb"
    shutil.copytree(ROOT / "kb", root)
    every = 0
    missed = []
    for name in FILES:
        path = root / name
        whole = path.read_text(encoding="utf-8")
        lines = [line for line in whole.split("\n") if "quote:" not in line and "note:" not in line]
        for line in [line for line in lines if ":" in line]:  # not within a folded text
            for other in seeds(line) if not line.lstrip().startswith(("title:", "#")) else []:
                every += 1
                path.write_text(whole.replace(line, other, 1), encoding="utf-8")
                inspection = inspect(root, today=date(2026, 1, 1), only=["numbers"])
                if not inspection.findings:
                    missed.append(other)
        path.write_text(whole, encoding="utf-8")
    assert every >= 30
    assert missed == []
