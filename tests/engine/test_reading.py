"""YAML and JSON give the same values, and each value knows where it stands."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import Findings
from engine.reading import Mapping, Node, Scalar, Sequence, read_json, read_text


def plain(node: Node | None) -> Any:
    """A node without its places."""
    if isinstance(node, Mapping):
        assert node.entries.keys() == node.keys.keys()
        return {key: plain(value) for key, value in node.entries.items()}
    if isinstance(node, Sequence):
        return [plain(item) for item in node]
    return None if node is None else (node.value, node.text)


def of_yaml(text: str) -> Node:
    findings = Findings()
    node = read_text(text, "x.yaml", findings)
    assert list(map(str, findings)) == []
    assert node is not None
    return node


def of_json(text: str) -> Node:
    findings = Findings()
    node = read_json(text, findings)
    assert list(map(str, findings)) == []
    assert node is not None
    return node


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"]), max_size=8)
documents = st.recursive(
    texts | st.booleans() | st.integers(-(10**30), 10**30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(document=documents, ascii_only=st.booleans(), indent=st.sampled_from([None, 1, "\t"]))
def test_a_json_document_is_the_same_read_as_yaml(document: Any, ascii_only: bool, indent: int | str | None) -> None:
    text = json.dumps(document, ensure_ascii=ascii_only, indent=indent)
    assert plain(of_yaml(text)) == plain(of_json(text))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("12", Fraction(12)),
        ("-1.50", Fraction(-3, 2)),
        ("-0", Fraction(0)),
        ("0.1", Fraction(1, 10)),
        ("true", True),
        ("'true'", "true"),
        ('"12"', "12"),
        ("12 kg", "12 kg"),
        ("2026-03-01", "2026-03-01"),
        ("2026-03-01T08:00Z", "2026-03-01T08:00Z"),
        ("-30 h", "-30 h"),
        ("north", "north"),
        ("1.2.3", "1.2.3"),
        ('"012"', "012"),
        ("'no'", "no"),
        ("> \n two\n lines\n", "two lines\n"),
        ("| \n two\n lines\n", "two\nlines\n"),
    ],
)
def test_a_scalar_is_a_boolean_an_exact_number_or_text(written: str, value: object) -> None:
    node = of_yaml(f"a: {written}")
    assert isinstance(node, Mapping)
    found = node.entries["a"]
    assert isinstance(found, Scalar)
    assert found.value == value
    assert type(found.value) is type(value)


def test_keys_and_values_know_their_line_and_column_and_pointer() -> None:
    root = of_yaml("a:\n  - b: é\n    c/d: [x,  z]\n")
    assert isinstance(root, Mapping)
    items = root.entries["a"]
    assert isinstance(items, Sequence)
    inner = items.items[0]
    assert isinstance(inner, Mapping)
    last = inner.entries["c/d"]
    assert isinstance(last, Sequence)
    assert [str(place) for place in (root.keys["a"], items.location, inner.keys["c/d"], last.items[1].location)] == [
        "x.yaml:1:1",
        "x.yaml:2:3",
        "x.yaml:3:5",
        "x.yaml:3:15",
    ]
    assert last.items[1].location.pointer == "/a/0/c~1d/1"


def test_a_value_that_is_refused_leaves_its_key_so_that_nobody_reports_it_missing() -> None:
    findings = Findings()
    node = read_text("a: no\nb: 3\n", "x.yaml", findings)
    assert isinstance(node, Mapping)
    assert list(node.keys) == ["a", "b"]
    assert list(node.entries) == ["b"]
    assert [problem.hint for problem in findings] == [
        "some YAML readers take this word for a boolean: write `true` or `false`, or quote it"
    ]
