"""The results as JUnit XML: its structure, its counts, and what stands in it.

The structure is that of the schema of Ant's JUnit task (https://github.com/windyroad/JUnit-Schema), of which a
document written from these scenarios was found valid; here it is said again, element by element.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from engine.advising import Advisor
from engine.loading import load
from rulewright.authoring.failure import failure_page, status
from rulewright.authoring.junit import junit
from rulewright.authoring.testing import Report, picked, run_each

Write = Any
BEGUN = datetime(2026, 3, 1, 8, 30, 15, 123456, tzinfo=UTC)
INTEGER = re.compile(r"\d+\Z")
DECIMAL = re.compile(r"\d+(\.\d+)?\Z")
ATTRIBUTES: dict[str, dict[str, re.Pattern[str]]] = {
    "testsuites": {},
    "testsuite": {
        "name": re.compile(r"\S"),
        "package": re.compile(""),
        "id": INTEGER,
        "timestamp": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\Z"),
        "hostname": re.compile(r"\S"),
        "tests": INTEGER,
        "failures": INTEGER,
        "errors": INTEGER,
        "skipped": INTEGER,
        "time": DECIMAL,
    },
    "testcase": {"name": re.compile(r"\S"), "classname": re.compile(r"\S"), "time": DECIMAL},
    "failure": {"type": re.compile(r"\S"), "message": re.compile("")},
    "error": {"type": re.compile(r"\S"), "message": re.compile("")},
    "skipped": {},
    "properties": {},
    "system-out": {},
    "system-err": {},
}
CHILDREN = {
    "testsuites": re.compile(r"(testsuite )*\Z"),
    "testsuite": re.compile(r"properties (testcase )*system-out system-err \Z"),
    "testcase": re.compile(r"(failure |error |skipped )?\Z"),
}


def check_structure(element: ET.Element) -> None:
    wanted = ATTRIBUTES[element.tag]
    assert element.keys() == list(wanted) or set(element.keys()) == set(wanted), element.tag
    for name, pattern in wanted.items():
        assert pattern.match(element.get(name, "")), (element.tag, name, element.get(name))
    children = "".join(f"{child.tag} " for child in element)
    assert CHILDREN.get(element.tag, re.compile(r"\Z")).match(children), (element.tag, children)
    for child in element:
        check_structure(child)


@pytest.fixture
def report(pumps: Path, write: Write) -> Report:
    write("last", "options: [{work: stop, part: pump}]")
    write('a <b> & "c" ]]> d', "headings: {}", "set: {pump.leak: 12}", file="more/other.yaml")
    write("differs", "headings: {}", file="more/other.yaml")
    scenarios = picked(pumps, [])
    whole = run_each(scenarios, Advisor(load(pumps), ("compiled",)), False, lambda _: None)
    return Report(whole.outcomes[:3], tuple(scenarios[3:]))


@pytest.fixture
def write(write: Write, pumps: Path) -> Write:
    (pumps / "scenarios" / "more").mkdir()
    return write


def test_the_document_has_the_structure_of_the_schema(report: Report) -> None:
    root = ET.fromstring(junit(report, BEGUN, lambda found: failure_page(found, chains="none").text()))
    check_structure(root)
    assert [suite.get("id") for suite in root] == ["0", "1"]
    assert [suite.get("timestamp") for suite in root] == ["2026-03-01T08:30:15"] * 2


def test_every_scenario_stands_in_the_suite_of_its_file_once_with_what_became_of_it(report: Report) -> None:
    root = ET.fromstring(junit(report, BEGUN, lambda found: found.name))
    found = {
        suite.get("name"): {case.get("name"): [child.tag for child in case] for case in suite.iter("testcase")}
        for suite in root
    }
    assert found == {
        "other": {'a <b> & "c" ]]> d': ["error"], "differs": ["failure"]},
        "pumps": {"quiet": [], "last": ["skipped"]},
    }
    for suite in root:
        cases = list(suite.iter("testcase"))
        assert suite.get("tests") == str(len(cases))
        for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert suite.get(name) == str(sum(case.find(tag) is not None for case in cases))
        seconds = sum(float(case.get("time", "")) for case in cases)
        assert float(suite.get("time", "")) == pytest.approx(seconds, abs=1e-5)


def test_a_failure_says_in_a_line_what_differs_and_in_its_text_what_a_person_reads(report: Report) -> None:
    root = ET.fromstring(junit(report, BEGUN, lambda found: failure_page(found).text()))
    for outcome in report.failed:
        (case,) = [case for case in root.iter("testcase") if case.get("name") == outcome.name]
        (told,) = case
        assert told.get("type") == status(outcome)
        assert told.text == failure_page(outcome).text()
        first = (outcome.differences or outcome.problems)[0]
        assert str(first) in told.get("message", "")


def test_characters_that_xml_cannot_hold_are_replaced(report: Report) -> None:
    text = junit(report, BEGUN, lambda _: "a\x1b[1mb\x00c\ufffe")
    assert "a\ufffd[1mb\ufffdc\ufffd" in [element.text for element in ET.fromstring(text).iter()]
