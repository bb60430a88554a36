"""What a claim is on may stand in the sentence around its quote, or in a reading of it."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from rulewright.authoring.checks.inspect import inspect

PUMPS = Path(__file__).parents[3] / "knowledge" / "pumps"
FACT = """\
read-in: TX
facts:
  - id: X1
    quote: "inspected with care"
    locator: "1"
    modality: should
    claims: [{{claim: work, work: grease, part: coupling, situation: leaking, read-by: [{read_by}]}}]
"""
SOURCE = """\
id: TX
kind: guideline
title: A text
identity: verified
text: texts/TX.txt
"""
READINGS = """\
read-in: RD
interpretations:
  - {id: X8, about: [X1], states: With care is with grease., not-used-by-rules: an example}
  - {id: X9, about: [X1], states: With care is by daylight., not-used-by-rules: an example}
"""


@pytest.mark.parametrize(
    ("text", "read_by", "finds"),
    [
        ("It is inspected with care.", "", 1),
        ("What was greased is inspected with care.", "", 0),
        ("Bearings are greased. It is inspected with care.", "", 1),  # another sentence
        ("Do this:\n- it is inspected with care\n- it is greased", "", 1),  # another item of a list
        ("Do this:\n- it is inspected with care, and greased\n- it is stopped", "", 0),
        ("It is inspected with care.", "X8", 0),
        ("It is inspected with care.", "X9", 1),
    ],
)
def test_words_are_those_of_the_sentence_and_of_the_readings(
    text: str, read_by: str, finds: int, tmp_path: Path
) -> None:
    root = tmp_path / "kb"
    shutil.copytree(PUMPS, root)
    (root / "texts").mkdir(exist_ok=True)
    (root / "texts" / "TX.txt").write_text(text, encoding="utf-8")
    (root / "sources" / "TX.yaml").write_text(SOURCE, encoding="utf-8")
    (root / "facts" / "x.yaml").write_text(FACT.format(read_by=read_by), encoding="utf-8")
    (root / "facts" / "y.yaml").write_text(READINGS, encoding="utf-8")
    found = inspect(root, today=date(2026, 1, 1), only=["named-apart"])
    assert found.knowledge is not None, found.findings
    assert len(found.findings) == finds
