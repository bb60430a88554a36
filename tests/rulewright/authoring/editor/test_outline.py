"""The outline of a document is what the loader reads of it, and nothing that is typed keeps it from being made out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle.mistakes import spoilt

from engine.document import Mapping, Node, Scalar, Sequence
from engine.errors import Findings
from engine.reading import read_text
from rulewright.authoring.editor.outline import Leaf, Outline, Row, Table, outline

ROOT = Path(__file__).resolve().parents[4]
FILES = sorted(
    path
    for folder in (ROOT / "kb", ROOT / "tests" / "knowledge")
    for path in folder.rglob("*.yaml")
    if ".schemas" not in path.parts
)
WRITTEN = """\
key: one
"quoted: key": 'it''s'
list:
- plain text
  over two lines   # a comment
- - nested
  - "with \\"quotes\\" and a # sign"
-
  later: {a: 1, b: [x, {c: d}], "e": f,
    g: over two
      lines, h: [p: q]}
folded: >-
  some words
  more: words
empty list: []
literal: |
    - no item
    # no comment
last: "two
  lines"
"""


def same(found: Outline | None, read: Node) -> None:
    """They hold the same at the same places."""
    place = read.location.line - 1, read.location.column - 1
    if isinstance(read, Scalar):
        assert isinstance(found, Leaf)
        assert " ".join(found.text.split()) == " ".join(read.text.split())
    elif isinstance(read, Sequence):
        assert isinstance(found, Row)
        assert len(found.items) == len(read.items)
        for mine, other in zip(found.items, read.items, strict=True):
            same(mine, other)
    else:
        assert isinstance(found, Table)
        assert [entry.key.text for entry in found.entries] == list(read.entries)
        for entry in found.entries:
            key = read.keys[entry.key.text]
            assert entry.key.start == (key.line - 1, key.column - 1)
            same(entry.value, read.entries[entry.key.text])
    assert found.start == place


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_of_a_document_without_mistakes_it_is_what_the_loader_reads(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    read = read_text(text, path.name, Findings())
    assert isinstance(read, Mapping)
    same(outline(text), read)


def test_every_way_of_writing_is_read() -> None:
    findings = Findings()
    read = read_text(WRITTEN, "x.yaml", findings)
    assert read is not None
    assert not findings.problems
    same(outline(WRITTEN), read)


@settings(max_examples=300, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_nothing_that_is_typed_keeps_it_from_being_made_out(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(FILES)).read_text(encoding="utf-8")[:2500]
    spoilt_text = data.draw(spoilt(text))
    cut = data.draw(st.integers(0, len(spoilt_text)))
    for written in (spoilt_text, spoilt_text[:cut]):
        lines = written.split("\n")
        for leaf in leaves(outline(written)):
            assert leaf.start <= leaf.end
            assert leaf.end[0] < len(lines)
            assert leaf.end[1] <= len(lines[leaf.end[0]])


def leaves(node: Outline | None) -> list[Leaf]:
    if node is None:
        return []
    if isinstance(node, Leaf):
        return [node]
    if isinstance(node, Row):
        return [leaf for item in node.items for leaf in leaves(item)]
    return [leaf for entry in node.entries for leaf in [entry.key, *leaves(entry.value)]]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a: {b: c, d\ne: f\n", ["a", "b", "c", "d", "e", "f"]),
        ("a:\n  - {b: [c\n  - {d: e}\nf: g\n", ["a", "b", "c", "d", "e", "f", "g"]),
        ("a:\n  b\n  c: d\n", ["a", "b", "c", "d"]),
        ('a: "no end\nb: c\n', ["a", "no end", "b", "c"]),
        ("a: b\n   c: d\ne: f\n", ["a", "b", "e", "f"]),
        ("- a:\n  -\n- b\n", ["a", "", "b"]),
        ("\n" * 3000 + "a: [b,\n" + "\n" * 3000 + "c: d\n", ["a", "b", "c", "d"]),
        ("[" * 5000, []),
        ("a: " + "- " * 3000, ["a", "- " * 2999 + "-"]),
    ],
    ids=["brace", "bracket", "key", "quote", "indented", "dash", "far", "deep", "dashes"],
)
def test_a_mistake_costs_no_more_than_what_it_stands_in(typed: str, kept: list[str]) -> None:
    assert [leaf.text for leaf in leaves(outline(typed)) if leaf.text or not typed.startswith("[")] == kept
