"""Where the word of a modality has to stand."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from rulewright.authoring.checks.finding import Finding
from rulewright.authoring.checks.inspect import inspect

PUMPS = Path(__file__).parents[3] / "knowledge" / "pumps"
TEXT = """\
Hot bearings should be greased. A noisy coupling may be inspected!
Work that is recommended:
- inspection of the seal
- replacement of the shaft

Nothing more must be done. Shafts must be dry. Seals shall not be greased. Stop the pump when it shakes.
Note that you are doing it.
"""
FACT = """\
read-in: BU
facts:
  - id: X1
    quote: {quote}
    locator: "8"
    modality: {modality}
    {more}
    claims:
      - {{claim: work, work: inspect, part: coupling, situation: leaking{claim}}}
"""
READING = """\
read-in: RD
interpretations:
  - id: X2
    about: [{about}]
    states: It should be so.
    not-used-by-rules: an example
"""


def found(
    tmp_path: Path,
    quote: str,
    modality: str,
    more: str = "",
    claim: str = "",
    about: str = "H9",
    text: str = TEXT,
) -> list[int]:
    """The lines of the findings; without a ``text`` none is at hand."""
    findings = findings_of(tmp_path, quote, modality, more, claim, about, text)
    return [one.location.line for one in findings]


def findings_of(
    tmp_path: Path,
    quote: str,
    modality: str,
    more: str = "",
    claim: str = "",
    about: str = "H9",
    text: str = TEXT,
) -> list[Finding]:
    root = tmp_path / "kb"
    shutil.copytree(PUMPS, root)
    if text:
        (root / "texts").mkdir(exist_ok=True)
        (root / "texts" / "BU.txt").write_text(text, encoding="utf-8")
        source = root / "sources" / "BU.yaml"
        source.write_text(source.read_text(encoding="utf-8") + "text: texts/BU.txt\n", encoding="utf-8")
    written = FACT.format(quote=quote, modality=modality, more=more or "note: nothing", claim=claim)
    (root / "facts" / "x.yaml").write_text(written, encoding="utf-8")
    (root / "facts" / "y.yaml").write_text(READING.format(about=about), encoding="utf-8")
    inspection = inspect(root, today=date(2026, 1, 1), only=["modality-printed"])
    assert inspection.knowledge is not None, inspection.findings
    return [one for one in inspection.findings if one.location.file.endswith("x.yaml")]


@pytest.mark.parametrize(
    ("quote", "modality", "more", "lines"),
    [
        ("A noisy coupling may be inspected", "may", "", []),
        ("A noisy coupling", "may", "", []),  # in its sentence
        ("A noisy coupling", "should", "", [6]),  # in the sentence before
        ("Hot bearings", "may", "", [6]),  # in the sentence after
        ("A noisy coupling", "must", "", [6]),
        ("inspection of the seal", "recommended", "", []),  # where its list begins
        ("replacement of the shaft", "recommended", "", []),
        ("replacement of the shaft", "should", "", [6]),
        ("A noisy coupling", "should", 'note: "read with the sentence before (should be greased)"', []),
        ("A noisy coupling", "must", 'note: "read with the sentence before (should be greased)"', [6]),
    ],
)
def test_the_word_stands_with_the_quote(quote: str, modality: str, more: str, lines: list[int], tmp_path: Path) -> None:
    assert found(tmp_path, quote, modality, more) == lines


RAISED = [
    ("A noisy coupling may be inspected, but should not be greased.", "must", [6]),
    ("A noisy coupling may be inspected, but should not be greased.", "should", []),
    ("A noisy coupling may be inspected, but should not be greased.", "may", []),
    ("A noisy coupling may be inspected.", "should", [6]),
    ("A noisy coupling should be inspected.", "may", []),  # a weaker one is no overstatement
    ("A noisy coupling is inspected.", "must", []),  # no modality is printed
    ("A noisy coupling may be inspected.", "recommended", []),  # the editors' own word
]


@pytest.mark.parametrize("has_text", [True, False])
@pytest.mark.parametrize(("quote", "modality", "lines"), RAISED)
def test_a_word_stronger_than_every_printed_one(
    quote: str, modality: str, lines: list[int], has_text: bool, tmp_path: Path
) -> None:
    assert found(tmp_path, quote, modality, text=quote if has_text else "") == lines


def test_a_stronger_word_is_carried_over_with_a_note_or_a_reading(tmp_path: Path) -> None:
    quote, note = "A noisy coupling may be inspected.", 'note: "read with the next sentence (should be)"'
    assert found(tmp_path / "a", quote, "should", note, text="") == []
    assert found(tmp_path / "b", quote, "should", about="X1", text="") == []


def test_a_claim_has_its_own_word(tmp_path: Path) -> None:
    assert found(tmp_path / "a", "A noisy coupling", "may", claim=", modality: should") == [9]
    assert found(tmp_path / "b", "A noisy coupling", "may", claim=", modality: may") == []


def test_a_reading_of_the_statement_may_say_it(tmp_path: Path) -> None:
    assert found(tmp_path / "a", "A noisy coupling", "should", about="X1") == []
    assert found(tmp_path / "b", "A noisy coupling", "should", claim=", read-by: [X2]") == []


@pytest.mark.parametrize("word", ["observed", "do"])  # "doing" is no form of so short a word
def test_a_word_that_the_document_never_prints_is_the_editors(word: str, tmp_path: Path) -> None:
    root = tmp_path / "kb"
    shutil.copytree(PUMPS, root)
    path = root / "vocabulary" / "terms.yaml"
    may = "    may: {status: allowed}\n"
    text = path.read_text(encoding="utf-8").replace(may, may + may.replace("may", word))
    assert f"    {word}: {{status" in text
    path.write_text(text, encoding="utf-8")
    (root / "texts").mkdir()
    (root / "texts" / "BU.txt").write_text(TEXT, encoding="utf-8")
    source = root / "sources" / "BU.yaml"
    source.write_text(source.read_text(encoding="utf-8") + "text: texts/BU.txt\n", encoding="utf-8")
    (root / "facts" / "x.yaml").write_text(
        FACT.format(quote="A noisy coupling", modality=word, more="note: nothing", claim=""), encoding="utf-8"
    )
    inspection = inspect(root, today=date(2026, 1, 1), only=["modality-printed"])
    assert inspection.knowledge is not None, inspection.findings
    assert [one for one in inspection.findings if one.location.file.endswith("x.yaml")] == []


@pytest.mark.parametrize(
    ("quote", "says", "hint"),
    [
        ("Shafts must be dry.", "which says `must`", "where it is carried over"),
        (
            "Seals shall not be greased.",
            "which says `shall`, which is no declared modality",
            "where it is carried over",
        ),
        ("Stop the pump when it shakes.", "which says none", "an instruction"),
    ],
)
def test_the_finding_tells_what_the_sentence_prints(quote: str, says: str, hint: str, tmp_path: Path) -> None:
    (finding,) = findings_of(tmp_path, quote, "should")
    assert finding.message.endswith(says)
    assert finding.hint.startswith(hint)
    assert ("`instructs`" in finding.hint) == (hint == "an instruction")
