"""Each form tells the same findings: where, how grave, what, what would be right; and says that some were waived."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as Schema

from engine.errors import Location
from engine.loading.files import Document
from rulewright.authoring.checks.finding import Check, Finding, Severity
from rulewright.authoring.checks.inspect import Inspection
from rulewright.authoring.reporters import REPORTERS
from rulewright.authoring.reporters.pretty import word_end

TEXT = "id: S1\nreview-by: 2020-01-01\n\tx: 50%, then µ\n"
SLOW = Check("slow", Severity.warning, "What is slow.", lambda _: ())
FOUND = (
    Finding(Location("kb/a b.yaml", 2, 12), "slow", Severity.warning, "too slow", "2021, or later", "go on", 22),
    Finding(Location("kb/a b.yaml", 3, 5), "unit", Severity.error, "50%: what,\nthen?"),
    Finding(Location("/elsewhere/kb"), "no-such-folder", Severity.error, "there is none"),
    Finding(Location("kb/a b.yaml", 1, 1), "idle", Severity.info, "no use", end=3),
)
WAIVED = (Finding(Location("kb/a b.yaml", 2, 1), "slow", Severity.warning, "slow too"),)


def inspection(found: tuple[Finding, ...] = FOUND, waived: tuple[Finding, ...] = WAIVED) -> Inspection:
    return Inspection(found, waived, (SLOW,), (Document("kb/a b.yaml", TEXT, None),), None, None)


def test_pretty_shows_the_line_and_what_is_meant() -> None:
    blocks = REPORTERS["pretty"](inspection()).split("\n\n")
    assert blocks[0].splitlines() == [
        "kb/a b.yaml:2:12: warning slow: too slow",
        "     2 | review-by: 2020-01-01",
        "       |            ^^^^^^^^^^",
        "    expected: 2021, or later",
        "    hint: go on",
    ]
    assert blocks[1].splitlines()[-2:] == ["     3 | \tx: 50%, then µ", "       | \t   ^^^^^^^^^^^"]
    assert blocks[2] == "/elsewhere/kb: error no-such-folder: there is none"
    assert blocks[4].splitlines()[0] == "2 errors, 1 warning, 1 info, 1 waived"


def test_pretty_cuts_a_long_line_around_the_place() -> None:
    long = "x" * 300 + "HERE" + "y" * 300
    found = Finding(Location("f", 1, 301), "slow", Severity.warning, "m", end=305)
    told = REPORTERS["pretty"](Inspection((found,), (), (SLOW,), (Document("f", long, None),), None, None))
    shown, carets = told.splitlines()[1:3]
    assert len(shown) < 200
    assert shown[carets.index("^") : carets.rindex("^") + 1] == "HERE"


def test_compact_has_a_line_for_each() -> None:
    lines = REPORTERS["compact"](inspection(FOUND[:1] + FOUND[2:])).splitlines()
    assert lines == [
        "kb/a b.yaml:2:12: warning slow: too slow",
        "/elsewhere/kb: error no-such-folder: there is none",
        "kb/a b.yaml:1:1: info idle: no use",
    ]


def test_a_message_of_two_lines_stays_on_one_line_of_compact() -> None:
    assert REPORTERS["compact"](inspection(FOUND[1:2])) == "kb/a b.yaml:3:5: error unit: 50%: what, then?\n"


def test_json_holds_every_field() -> None:
    document = json.loads(REPORTERS["json"](inspection()))
    assert document["findings"][0] == {
        "file": "kb/a b.yaml",
        "line": 2,
        "column": 12,
        "end_column": 22,
        "code": "slow",
        "severity": "warning",
        "message": "too slow",
        "expected": "2021, or later",
        "hint": "go on",
    }
    assert [found["code"] for found in document["findings"]] == ["slow", "unit", "no-such-folder", "idle"]
    assert [found["message"] for found in document["waived"]] == ["slow too"]
    assert document["checks"] == ["slow"]


def test_github_has_a_command_for_each_and_escapes_what_would_end_it() -> None:
    assert REPORTERS["github"](inspection()).splitlines() == [
        "::warning file=kb/a b.yaml,line=2,col=12,endColumn=22,title=slow::too slow (expected 2021, or later)%0Ago on",
        "::error file=kb/a b.yaml,line=3,col=5,title=unit::50%25: what,%0Athen?",
        "::error file=/elsewhere/kb,title=no-such-folder::there is none",
        "::notice file=kb/a b.yaml,line=1,col=1,endColumn=3,title=idle::no use",
    ]
    odd = Finding(Location("a,b:c%.yaml", 1, 1), "slow", Severity.error, "m")
    assert REPORTERS["github"](inspection((odd,))) == "::error file=a%2Cb%3Ac%25.yaml,line=1,col=1,title=slow::m\n"


def test_sarif_is_valid_and_tells_everything() -> None:
    text = REPORTERS["sarif"](inspection())
    Schema.model_validate_json(text)
    run = json.loads(text)["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["idle", "no-such-folder", "slow", "unit"]
    assert [rule["defaultConfiguration"]["level"] for rule in rules] == ["note", "error", "warning", "error"]
    assert rules[2]["shortDescription"] == {"text": "What is slow."}
    assert rules[3]["shortDescription"]["text"].startswith("A unit is unknown")
    results = run["results"]
    assert [rules[result["ruleIndex"]]["id"] for result in results] == [result["ruleId"] for result in results]
    assert [result["level"] for result in results] == ["warning", "error", "error", "note", "warning"]
    assert [result.get("suppressions") for result in results] == [None] * 4 + [[{"kind": "inSource"}]]
    assert results[0]["message"]["text"] == "too slow\nexpected: 2021, or later\nhint: go on"
    place = results[0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "kb/a%20b.yaml"
    assert place["region"] == {"startLine": 2, "startColumn": 12, "endColumn": 22}
    assert results[2]["locations"][0]["physicalLocation"] == {"artifactLocation": {"uri": "file:///elsewhere/kb"}}


@pytest.mark.parametrize("form", REPORTERS)
def test_every_form_can_say_that_nothing_is_found(form: str) -> None:
    told = REPORTERS[form](inspection((), ()))
    assert "slow too" not in told
    if form == "sarif":
        assert json.loads(told)["runs"][0]["results"] == []
        Schema.model_validate_json(told)
    elif form == "json":
        assert json.loads(told)["findings"] == []
    else:
        assert told == ""


def test_the_program_offers_every_form() -> None:
    from rulewright.cli.check import Form

    assert [form.value for form in Form] == list(REPORTERS)
    page = (Path(__file__).parents[4] / "docs" / "checks" / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == list(REPORTERS)


@pytest.mark.parametrize(
    ("line", "marked"),
    [
        ("    because: [«H99», H1]", "H99"),
        ("      - pump: {«leek»: true}", "leek"),
        ("    «quote»: words, and more: of them", "quote"),
        ("    title: «words, and more» # a remark", "words, and more"),
        ("    title: «words»", "words"),
        ("  - {claim: limit, above: «90 C», situation: hot}", "90 C"),
        ('  - {above: «"> 90, C"», situation: hot}', '"> 90, C"'),
        ("  - {title: «'it''s, so'»}", "'it''s, so'"),
        ("  - «id»: W1", "id"),
        ("  - state: «{is: hot}»", "{is: hot}"),
        ("  - «{»claim: limit, datum: readings.vibration, above: 7.1 mm/s}", "{"),
        ("  - state: «[»hot,", "["),
        ("  depth: «-3» # of the bed", "-3"),
        ("  empty:«»", ""),
        ("«-» one", "-"),
    ],
)
def test_the_word_that_is_meant_is_marked(line: str, marked: str) -> None:
    """Where only the beginning is known, as of what loading refuses."""
    start = line.index("«")
    text = line.replace("«", "").replace("»", "")
    assert text[start : word_end(text, start)] == marked
