"""Each mapping has the fields in its schema that it has for the loader: an unknown one is put into every mapping."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path, PurePath
from typing import Any

import pytest
import yaml
from oracle.spoilt import base, write

from engine.errors import Findings, Location, Refused
from engine.loading import load, read
from rulewright.authoring.editor.grammar import Grammar, keys
from rulewright.authoring.editor.outline import outline
from rulewright.authoring.scenarios import run
from rulewright.authoring.schemas import kind_of_file

KB = Path(__file__).resolve().parents[4] / "kb"
NEW = "unheard-of"
TOLD_BETTER = {"certainty", "design", "graded-by"}
"""Fields that the loader knows of a reading to say that it may not have them."""
Asked = list[tuple[str, set[str]]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """The fields that were known wherever an unknown one was found: what has them, and their names."""
    found: Asked = []
    recorded = Findings.unknown_field

    def record(self: Findings, name: str, known: Any, location: Location, what: str) -> None:
        if name == NEW:
            found.append((what, {*known} - {NEW}))
        recorded(self, name, known, location, what)

    monkeypatch.setattr(Findings, "unknown_field", record)
    return found


def with_a_field(text: str) -> Iterator[str]:
    """The document with an unknown field in one of its mappings, in each of them in turn (JSON is YAML too)."""
    document = yaml.load(text, Loader=yaml.BaseLoader)
    for mapping in list(mappings(document)):
        mapping[NEW] = "x"
        yield json.dumps(document, ensure_ascii=False)
        del mapping[NEW]


def mappings(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from mappings(inner)


def offered(grammar: Grammar, text: str) -> set[str]:
    """The fields that the schema has where the unknown one stands."""
    places = grammar.places(outline(text))
    return {*keys(next(place.forms for place in places if place.is_key and place.leaf.text == NEW))}


def compare(root: Path, path: str, load_: Callable[[], object], asked: Asked) -> int:
    """How many mappings have the same fields for both; fails where they do not."""
    text = (root / path).read_text(encoding="utf-8")
    grammar = Grammar(kind_of_file(PurePath(path)), load(root).vocabulary)
    compared = 0
    for written in with_a_field(text):
        asked.clear()
        (root / path).write_text(written, encoding="utf-8")
        try:
            load_()
        except Refused:
            pass
        finally:
            (root / path).write_text(text, encoding="utf-8")
        for what, known in asked[:1]:
            if what == "a scenario file":
                continue  # which may be a scenario instead
            found = offered(grammar, written)
            if path.startswith("vocabulary"):
                assert known <= found, what  # which fields a type has is for the loader to say
            else:
                assert known - TOLD_BETTER == found - TOLD_BETTER, what
            compared += 1
    return compared


@pytest.mark.parametrize("path", [path for path in base() if path != "case"])
def test_fields_of_what_the_loader_reads(path: str, asked: Asked, tmp_path: Path) -> None:
    root = Path(write({name: text for name, text in base().items() if name != "case"}, tmp_path))
    assert compare(root, path, lambda: read(root), asked) > 0


SCENARIO = """\
scenarios:
  - name: one
    case:
      as-of: 2026-03-01T08:00Z
      patient: {mas: confirmed, weight: 20 kg, underlying-disease: sJIA}
      courses: []
    expect:
      options: [{drug: methylprednisolone, role: initial, populations: {G07: unknown}}]
      undetermined: [{drug: anakinra, role: refractory}]
      cautions: [{is: RAPIDLY_FATAL_TREAT_EARLY}]
      must-not: [{option: {drug: tacrolimus}}, {caution: {is: RAPIDLY_FATAL_TREAT_EARLY}}]
      opposed: [{is: T5, sides: {early blockade: {facts: [R12]}}}]
"""


def test_fields_of_what_a_scenario_expects(asked: Asked, tmp_path: Path) -> None:
    copied = {
        path.relative_to(KB).as_posix(): path.read_text(encoding="utf-8")
        for path in KB.rglob("*.yaml")
        if "scenarios" not in path.parts
    }
    root = Path(write({**copied, "scenarios/one.yaml": SCENARIO}, tmp_path))
    assert compare(root, "scenarios/one.yaml", lambda: run(root, engines=("compiled",)), asked) > 7
