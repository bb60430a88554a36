"""A slip that many make is told with what was meant, once, where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from oracle.spoilt import base, problems_of, write

from engine.errors import Refused
from engine.loading import load

RULE = """rules:
  - id: r
    title: a rule
    because: {because}
    when: [{{patient: {{{tested}}}}}]
    then: [{{situation: {{is: ill}}}}]
"""


def told(changes: dict[str, str], tmp_path: Path) -> list[tuple[str, str, str]]:
    """The code, what was expected and the hint of every problem that a change of the base brings."""
    found = problems_of(base() | changes, tmp_path)
    return [(problem.code, problem.expected, problem.hint) for problem in found]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("rules:\n  - id: r\n\ttitle: a rule\n", "indent with spaces, not with a tab"),
        ("rules:\n\t- id: r\n", "indent with spaces, not with a tab"),
        ("rules: @all\n", "put the value in quotes"),
        ("rules: [{id: r, title: 2 {item}/d}]\n", "quote a value that holds"),
        ("rules: [{id: r, title: sorted: by size}]\n", "quote a value that holds"),
        ("rules: [{id: r, title: the #1 rule}]\n", "` #` begins a comment"),
        ("rules: [{id: r, title: a rule\n", "close what is open"),
    ],
)
def test_what_is_no_yaml(text: str, hint: str, tmp_path: Path) -> None:
    ((code, _, said),) = told({"rules/r.yaml": text}, tmp_path)
    assert code == "syntax"
    assert hint in said


def test_a_file_in_another_encoding(tmp_path: Path) -> None:
    root = write(base(), tmp_path)
    (root / "rules" / "latin.yaml").write_bytes("rules: []  # café\n".encode("latin-1"))
    with pytest.raises(Refused) as caught:
        load(root)
    (problem,) = caught.value.problems
    assert problem.hint.startswith("save it as UTF-8")


@pytest.mark.parametrize("is_there", [True, False])
def test_a_knowledge_base_without_its_words(is_there: bool, tmp_path: Path) -> None:
    root = write({name: text for name, text in base().items() if not name.startswith("vocabulary/")}, tmp_path)
    if is_there:
        (root / "vocabulary").mkdir()
    with pytest.raises(Refused) as caught:
        load(root)
    (problem,) = caught.value.problems
    assert (problem.code, problem.location.file) == ("unreadable", str(root / "vocabulary"))


def test_a_reason_that_is_no_list_is_told_once(tmp_path: Path) -> None:
    changes = {"rules/r.yaml": RULE.format(because="F1", tested="alarm: true")}
    assert told(changes, tmp_path) == [("type", "a list, as in `[F1]`", "")]
    changes = {"rules/r.yaml": RULE.format(because="[]", tested="alarm: true")}
    assert told(changes, tmp_path) == [("unwarranted", "one fact or more", "")]


@pytest.mark.parametrize(
    ("tested", "problems"),
    [
        (
            'weight: [">= 5 kg", "< 9 kg"]',
            [("type", "a comparison such as `>= 24 kg`", "two bounds are two conditions")] * 2,
        ),
        ('score: [">= 5"]', [("type", "a number or a comparison", "two bounds are two conditions")]),
        ('score: "=< 3"', [("type", "a number or a comparison", "did you mean `<= 3`?")]),
        ('weight: "≥ 3 kg"', [("type", "a comparison such as `>= 24 kg`", "did you mean `>= 3 kg`?")]),
        ('temperature: "> 38 degrees"', [("quantity", "a comparison such as `>= 24 Cel`", "did you mean `deg`?")]),
        ("temperature: warm", [("type", "a comparison such as `>= 24 Cel`", "")]),
        ('flips: "< 4"', [("unit", "a unit, such as `< 4 1`", "`type: number`")]),
    ],
)
def test_what_is_no_comparison(tested: str, problems: list[tuple[str, str, str]], tmp_path: Path) -> None:
    words = base()["vocabulary/v.yaml"].replace("score:", 'flips: {type: quantity, unit: "1"}\n      score:')
    changes = {"vocabulary/v.yaml": words, "rules/r.yaml": RULE.format(because="[F1]", tested=tested)}
    found = told(changes, tmp_path)
    assert [problem[:2] for problem in found] == [problem[:2] for problem in problems]
    assert all(wanted[2] in said[2] for said, wanted in zip(found, problems, strict=True))


def test_a_count_that_is_declared_as_a_quantity(tmp_path: Path) -> None:
    words = base()["vocabulary/v.yaml"]
    changed = words.replace("score:", 'flips: {type: quantity, unit: "1", plausible: 1 to 30}\n      score:')
    ((code, _, hint),) = told({"vocabulary/v.yaml": changed}, tmp_path)
    assert code == "quantity"
    assert "`type: number`" in hint


DOSES = """rules:
  - id: r
    title: a rule
    mechanism: true
    when:
      - fact: {is: $from, claim: dosing, drug: $drug, role: $role, rate: $rate, per: $per}
      - datum: {is: $per, value: $measure}
    then: [{dose: {drug: $drug, role: $role, from: $from, amount: {rate: $rate, times: $measure}}}]
"""


def test_a_dose_per_piece(tmp_path: Path) -> None:
    facts, words = base()["facts/f.yaml"], base()["vocabulary/v.yaml"]
    written = "rate: 2-3 mg/kg/d, per: patient.weight"
    counted = facts.replace(written, "rate: 2-3 mg/d, per: patient.score")
    ((code, _, hint),) = told({"facts/f.yaml": counted, "rules/s.yaml": DOSES}, tmp_path / "counted")
    assert code == "unit"
    assert "declare a quantity of the count in `{piece}`" in hint
    pieces = 'quantities:\n  pieces: {formula: patient.score, unit: "{piece}", because: [F1]}'
    changes = {
        "facts/f.yaml": facts.replace(written, 'rate: "2-3 mg/d/{piece}", per: pieces'),
        "vocabulary/v.yaml": words.replace("quantities:", pieces),
        "rules/s.yaml": DOSES,
    }
    assert told(changes, tmp_path / "pieces") == []
