"""Everything that is wrong is told at once: its code, and its place to the column. Nothing else is told."""

from __future__ import annotations

import ast
import time
from pathlib import Path

import pytest
from oracle.spoilt import (
    BAD,
    Spoilt,
    base,
    case_of,
    places,
    problems_of,
    read,
    spoilt,
    unmarked,
    write,
)

from engine.errors import CODES, Findings, Refused
from engine.loading import load
from engine.reading import read_json, read_text

ROOT = Path(__file__).parents[3]
EXAMPLES = [example for file in sorted(BAD.glob("*.txt")) for example in spoilt(file.name) if file.name != "base.txt"]


def test_the_base_has_nothing_wrong(tmp_path: Path) -> None:
    assert problems_of(base(), tmp_path) == ()


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_every_problem_is_found_at_its_place_and_no_other(example: Spoilt, tmp_path: Path) -> None:
    found = problems_of(example.files, tmp_path)
    assert places(found, tmp_path) == example.expected
    assert all(problem.message and problem.code in CODES for problem in found)


# Files ---------------------------------------------------------------------------------------------------------------


def refused(root: Path | str) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as caught:
        load(root)
    return [(problem.code, str(problem.location).removeprefix(f"{root}/")) for problem in caught.value.problems]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert refused(tmp_path / "kb") == [("no-such-folder", str(tmp_path / "kb"))]
    assert refused("no\0where") == [("no-such-folder", "no\0where")]


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "kb").write_text("name: small")
    assert refused(tmp_path / "kb") == [("no-such-folder", str(tmp_path / "kb"))]


def test_an_empty_folder(tmp_path: Path) -> None:
    assert refused(tmp_path) == [("unreadable", "kb.yaml")]


def test_without_its_head_everything_else_is_told_all_the_same(tmp_path: Path) -> None:
    files = base() | {"rules/r.yaml": "rulez: []\n", "sources/s.yaml": "{id: S1}\n"}
    del files["kb.yaml"]
    root = write(files, tmp_path)
    assert ("unreadable", "kb.yaml") in refused(root)
    assert ("unknown-field", "rules/r.yaml:1:1") in refused(root)
    assert ("missing-field", "sources/s.yaml:1:1") in refused(root)


def test_a_folder_where_a_file_is_expected_and_the_reverse(tmp_path: Path) -> None:
    files = base()
    for name in ("kb.yaml", "facts/f.yaml", "facts/e.yaml"):
        del files[name]
    root = write({**files, "facts": "", "kb.yaml/what": "", "rules/s.yaml/r.yaml": "rules: 3\n"}, tmp_path)
    assert refused(root) == [
        ("unreadable", "facts"),
        ("unreadable", "kb.yaml"),
        ("type", "rules/s.yaml/r.yaml:1:8"),
    ]


def test_a_name_that_nothing_reads(tmp_path: Path) -> None:
    root = write({**base(), "rulez/r.yaml": "rules: []\n", "more.yaml": "a: b\n", "notes/read.me": "words"}, tmp_path)
    assert refused(root) == [("unknown-folder", "more.yaml"), ("unknown-folder", "rulez")]


def test_a_file_with_an_ending_that_nothing_reads(tmp_path: Path) -> None:
    strays = ("facts/notes.txt", "sources/S2.yam", "rules/deep/r.YAML", "vocabulary/words", "scenarios/a/cases.txt")
    root = write(base() | dict.fromkeys(strays, "a: b\n"), tmp_path)
    assert refused(root) == [("unknown-folder", stray) for stray in sorted(strays)]
    with pytest.raises(Refused) as caught:
        load(root)
    assert "nothing reads `notes.txt`, for it does not end in .yaml" in str(caught.value)


def test_files_that_are_let_be(tmp_path: Path) -> None:
    beside = ("README", "Makefile", "notes.txt", "notes/read.me", "texts/S1.pdf", "texts/scan/S1.txt")
    left = ("facts/f.yaml~", "rules/#r.yaml#", "sources/S1.yaml.orig", "facts/.f.yaml.swp", "rules/r.yaml.bak")
    notes = ("rules/README.md", "facts/README", "scenarios/README.txt", "scenarios/why.md", "vocabulary/_draft.txt")
    root = write(base() | dict.fromkeys((*beside, *left, *notes), "words\n"), tmp_path)
    load(root)


def test_links_that_lead_back_or_nowhere(tmp_path: Path) -> None:
    root = write(base(), tmp_path)
    (root / "rules" / "again").symlink_to(root / "rules")
    (root / "facts" / "gone.yaml").symlink_to(root / "nothing.yaml")
    (root / "sources" / "self.yaml").symlink_to(root / "sources" / "self.yaml")
    assert refused(root) == [
        ("unreadable", "facts/gone.yaml"),
        ("folder-loop", "rules/again"),
        ("unreadable", "sources/self.yaml"),
    ]


def test_files_that_cannot_be_opened_or_are_no_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write(base(), tmp_path)
    (root / "sources" / "s.yaml").write_bytes(b"id: S1\ntitle: caf\xe9\n")
    (root / "sources" / "pipe.yaml").mkdir()
    plain_read, plain_list = Path.read_bytes, Path.iterdir

    def read_bytes(path: Path) -> bytes:
        if path.name == "f.yaml":
            raise PermissionError(13, "Permission denied")
        return plain_read(path)

    def iterdir(path: Path) -> object:
        if path.name == "rules":
            raise PermissionError(13, "Permission denied")
        return plain_list(path)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    monkeypatch.setattr(Path, "iterdir", iterdir)
    assert refused(root) == [
        ("unreadable", "facts/f.yaml"),
        ("unreadable", "rules"),
        ("unreadable", "sources/s.yaml:2:11"),
    ]


def test_words_of_an_unreadable_vocabulary_are_not_reported_as_unknown(tmp_path: Path) -> None:
    files = {"vocabulary/v.yaml": "terms: [\n", "sources/s.yaml": "id: [\n", "rules/r.yaml": "rules: []\nrules: []\n"}
    assert [problem.code for problem in problems_of(files, tmp_path)] == ["duplicate-key", "syntax", "syntax"]


# Requests ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("syntax", "/")]),
        ("{", [("syntax", "/")]),
        ('{"a": null}', [("null", "/a")]),
        ('{"a": 1e3, "b": NaN, "c": -Infinity}', [("number", "/a"), ("number", "/b"), ("number", "/c")]),
        ('{"a": 1, "a": 2}', [("duplicate-key", "/a")]),
        ('{"a/b": {"~": [1, null]}}', [("null", "/a~1b/~0/1")]),
        ('{"a": "\\ud800"}', [("character", "/a")]),
        ('{"a": "\\u0000", "\\u0001": 1}', [("character", "/"), ("character", "/a")]),
        ('{"a": 0.' + "1" * 60 + "}", [("number-too-long", "/a")]),
        ("[" * 100_000 + "]" * 100_000, [("nesting", "/")]),
        ("[" * 70 + "]" * 70, [("nesting", "/" + "/".join("0" * 61))]),
    ],
)
def test_what_is_wrong_with_a_request(text: str, expected: list[tuple[str, str]]) -> None:
    findings = Findings()
    read_json(text, findings)
    assert sorted((problem.code, str(problem.location)) for problem in findings) == expected


def test_documents_have_a_largest_size() -> None:
    findings = Findings()
    read_json('"' + "x" * 20_000_000 + '"', findings)
    read_text("x" * 20_000_001, "case.yaml", findings)
    read_text("x: " + "[" * 5000, "case.yaml", findings)
    read_text("- " * 5000 + "x", "case.yaml", findings)
    assert [(problem.code, str(problem.location)) for problem in findings] == [
        ("document-too-large", "/"),
        ("document-too-large", "case.yaml:1:1"),
        ("nesting", "case.yaml:1:1"),
        ("nesting", "case.yaml:1:1"),
    ]


def test_a_list_has_a_largest_length(tmp_path: Path) -> None:
    items = "\n".join(f"  - {{drug: anakinra, started: -{number} h}}" for number in range(501))
    findings = Findings()
    case_of(f"as-of: 2026-03-10T12:00Z\ncourses:\n{items}\n", read({}, tmp_path), findings)
    assert [(problem.code, str(problem.location)) for problem in findings] == [("too-many-items", "case:3:3")]


# All at once ---------------------------------------------------------------------------------------------------------


def test_mistakes_all_over_a_knowledge_base_are_told_at_once(tmp_path: Path) -> None:
    spoils = {
        "kb.yaml": ("release: demonstration", "release: «unknown-term»demo"),
        "vocabulary/v.yaml": ("absent: false", "absent: «absent»true"),
        "sources/e.yaml": ("kind: interpretation", "kind: «unknown-term»interpretations"),
        "facts/f.yaml": ("drug: anakinra, role: initial, situation: ill", "drug: «unknown-term»anakina, role: initial"),
        "facts/e.yaml": ("about: [F1]", "about: [«dangling»F11]"),
        "rules/r.yaml": ("because: [F1]", "because: [«dangling»F0]\n    «unknown-field»becuase: [F1]"),
    }
    more = {
        "vocabulary/w.yaml": "quantities:\n  big: {formula: «unit»'3 * patient.weight[m]', unit: kg, because: [F1]}\n",
        "sources/z.yaml": "{«duplicate-id»id: S1, kind: label, title: «yaml-surprise»on, identity: verified}\n",
        "facts/g.yaml": "read-in: S1\nfacts:\n  - {«unused»id: F3, quote: words}\n",
        "rules/s.yaml": "regimens: [{id: R1, claim: dosing, phases: «type»3}]\n",
        "rules/t.yaml": "prefer: {P1: {order: [F2, «duplicate-item»F2, F1], because: it is}}\n",
    }
    files = base()
    expected = []
    for path, (right, wrong) in spoils.items():
        assert right in files[path]
        files[path] = files[path].replace(right, wrong, 1)
    for path, text in (files | more).items():
        files[path], found = unmarked(text)
        expected += [(code, f"{path}:{line}:{column}") for code, line, column in found]
    assert len(expected) == 13
    assert places(problems_of(files, tmp_path), tmp_path) == tuple(sorted(expected))


def test_a_product_that_nobody_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.grounding.MOST_INSTANCES", 100)
    conditions = "\n".join(f"      - patient: {{wanted: $drug-{number}}}" for number in range(6))
    rule = f"rules:\n  - id: one\n    title: a rule\n    because: [F1]\n    when:\n{conditions}\n"
    found = problems_of({"rules/s.yaml": f"{rule}    then:\n      - situation: {{is: worse}}\n"}, tmp_path)
    assert places(found, tmp_path) == (("too-many-instances", "rules/s.yaml:10:9"),)


def test_thousands_of_problems_are_told_in_seconds(tmp_path: Path) -> None:
    terms = "\n".join(f"    drug-{number}: one" for number in range(1000))
    claims = "\n".join(
        f"  - {{id: G{number}, quote: words, claims: [{{claim: therapy, drug: drag-{number}, role: initial}}]}}"
        for number in range(3000)
    )
    files = {
        "vocabulary/w.yaml": f"terms:\n  drug:\n{terms}\n",
        "facts/g.yaml": f"read-in: S1\nfacts:\n{claims}\n",
    }
    start = time.process_time()
    found = problems_of(files, tmp_path)
    assert len(found) == 3000
    assert time.process_time() - start < 15
    assert found[0].hint == "did you mean `drug-0`?"


# Codes ---------------------------------------------------------------------------------------------------------------


def emitted() -> set[str]:
    """The codes that the source gives to problems."""
    found = set()
    for path in (path for layer in ("engine", "provenance", "rulewright") for path in (ROOT / layer).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            place = {"Problem": 1, "_refused": 1}.get(
                called, 0 if called.endswith(("findings.add", "self.refuse")) else -1
            )
            if place >= 0:
                given = [part for part in ast.walk(node.args[place]) if isinstance(part, ast.Constant)]
                found |= {str(part.value) for part in given}
    return found


def test_every_code_is_in_the_table_and_every_code_of_the_table_is_given() -> None:
    assert emitted() <= {*CODES, ""}
    assert CODES.keys() <= emitted() | {"unknown-term", "unknown-field", "dangling"}


def test_every_code_is_shown_by_an_example() -> None:
    shown = {code for example in EXAMPLES for code, _ in example.expected}
    here = {"document-too-large", "folder-loop", "no-such-folder", "null", "number", "too-many-items", "unknown-folder"}
    here |= {"too-many-instances", "unreadable"}
    elsewhere = {  # of scenarios, of requests and questions, and of the machine
        "a-folder",
        "already-drawn",
        "ambiguous-id",
        "change",
        "expectation",
        "file-exists",
        "identifier",
        "missing-package",
        "missing-program",
        "no-form",
        "no-such-file",
        "no-such-version",
        "not-an-advice",
        "not-appendable",
        "not-drawn",
        "not-utf8",
        "other-knowledge",
        "scenario",
        "unknown-conclusion",
        "unknown-id",
        "unknown-opposition",
        "unknown-scenario",
        "unknown-source",
        "unwritable",
        "withdrawal",
    }
    assert shown | here | elsewhere == CODES.keys()
