"""The digest of a part changes with every change of what it says, and with nothing else."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from oracle.spoilt import base, write

from engine.content import content, digest, parts_of, subjects
from engine.loading import load
from engine.model.knowledge import KnowledgeBase
from engine.model.quantity import Quantity, Range
from engine.model.review import KINDS, Subject
from engine.model.unit import Unit

ROOT = Path(__file__).parents[2]
MMOL = Unit.parse("mmol")
PUMPS = ROOT / "tests" / "knowledge" / "pumps"


@cache
def knowledge(folder: str = "kb") -> KnowledgeBase:
    return load(PUMPS if folder == "pumps" else ROOT / "kb")


def digests(found: KnowledgeBase) -> dict[Subject, str]:
    return {subject: digest(found, subject) for subject in subjects(found)}


def test_every_kind_can_be_reviewed_and_no_two_parts_have_one_digest() -> None:
    found = {**digests(knowledge()), **digests(knowledge("pumps"))}
    assert {subject.kind for subject in found} == set(KINDS)
    assert len(set(found.values())) == len(found)


# What changes nothing -------------------------------------------------------------------------------------------------


def rewritten(text: str, flow: bool, style: str) -> str:
    """The same document: keys in reverse order, without comments, in other brackets, quotes and line breaks."""
    root = yaml.compose(text, yaml.SafeLoader)
    assert root is not None

    def visit(node: yaml.Node) -> None:
        if isinstance(node, yaml.MappingNode):
            node.value.reverse()
            node.flow_style = flow
            for _, value in node.value:
                visit(value)
        elif isinstance(node, yaml.SequenceNode):
            node.flow_style = flow
            for item in node.value:
                visit(item)
        elif isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:str":
            node.style = style

    visit(root)
    return str(yaml.serialize(root, allow_unicode=True, width=61))


@pytest.mark.parametrize(("flow", "style"), [(True, '"'), (False, "'")])
@pytest.mark.parametrize("folder", ["kb", "pumps"])
def test_layout_changes_no_digest(tmp_path: Path, folder: str, flow: bool, style: str) -> None:
    before = knowledge(folder)
    root = tmp_path / "kb"
    shutil.copytree(before.root, root, ignore=shutil.ignore_patterns("scenarios", "__pycache__"))
    for path in [*root.glob("facts/*.yaml"), *root.glob("rules/*.yaml"), *root.glob("sources/*.yaml")]:
        text = path.read_text(encoding="utf-8")
        path.write_text("# another remark\n" + rewritten(text, flow, style), encoding="utf-8")
    after = load(root)
    assert after.digest != before.digest
    assert digests(after) == digests(before)


def test_data_of_one_condition_have_no_order_and_conditions_have_one(tmp_path: Path) -> None:
    rule = """rules:
  - id: fine
    title: a rule
    because: [F1]
    when:
      - patient: {alarm: true, weight: "< 20 kg"}
      - patient: {height: {is: $h, known: true}}
      - course: {drug: {class: biologic}, dose: "> 1 mg/d"}
    then:
      - situation: {is: ill}
""".replace("      - patient: {height: {is: $h, known: true}}\n", "      - patient: {sign: true}\n")
    facts = (
        "read-in: S1\nfacts:\n  - {id: F8, quote: a, claims: [{claim: member, member: anakinra, class: biologic}]}\n"
    )

    def of(text: str, name: str) -> str:
        files = {**base(), "rules/r.yaml": text, "facts/m.yaml": facts}
        return digest(load(write(files, tmp_path / name)), Subject("rule", "fine"))

    plain = of(rule, "plain")
    assert plain == of(rule.replace('{alarm: true, weight: "< 20 kg"}', '{weight: "< 20 kg", alarm: true}'), "data")
    moved = rule.replace("      - patient: {sign: true}\n", "").replace(
        "    then", "      - patient: {sign: true}\n    then"
    )
    assert plain != of(moved, "conditions")
    assert plain != of(rule.replace("alarm: true", "alarm: false"), "value")


# What changes a digest ------------------------------------------------------------------------------------------------


SMALL = Fraction(1, 1000)
LEAVES: dict[type, Callable[[Any], list[Any]]] = {
    str: lambda text: [f"{text} x"],
    bool: lambda value: [not value],
    type(None): lambda _: [],
    Fraction: lambda number: [number + SMALL],
    date: lambda day: [day + timedelta(days=1)],
    Quantity: lambda known: [Quantity(known.value + SMALL, known.unit), Quantity(known.value, MMOL)],
    Range: lambda known: [
        Range(known.low - SMALL, known.high, known.unit),
        Range(known.low, known.high + SMALL, known.unit),
        Range(known.low, known.high, MMOL),
    ],
}


def changed(value: Any) -> Iterator[Any]:
    """The value with one thing in it changed, in every way there is: a leaf, or an item left out."""
    if type(value) in LEAVES:
        yield from LEAVES[type(value)](value)
    elif isinstance(value, tuple):
        for at, item in enumerate(value):
            yield (*value[:at], *value[at + 1 :])
            yield from ((*value[:at], other, *value[at + 1 :]) for other in changed(item))
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield {key: other for key, other in value.items() if key != name}
            yield from ({**value, name: other} for other in changed(item))
    else:
        for part in dataclasses.fields(value):
            if part.compare:
                for other in changed(getattr(value, part.name)):
                    yield dataclasses.replace(value, **{part.name: other})


def having(found: KnowledgeBase, subject: Subject, old: Any, new: Any) -> KnowledgeBase:
    """The knowledge base with one part in place of another."""
    if subject.kind in ("fact", "reading"):
        return dataclasses.replace(found, facts={**found.facts, subject.id: new})
    if subject.kind == "rule":
        return dataclasses.replace(found, rules={**found.rules, subject.id: new})
    if subject.kind == "source":
        return dataclasses.replace(found, sources={**found.sources, subject.id: new})
    name = {"regimen": "regimens", "preference": "prefers", "opposition": "opposes"}[subject.kind]
    entries = tuple(new if entry is old else entry for entry in getattr(found, name))
    parts: dict[str, Any] = {name: entries}
    return dataclasses.replace(found, **parts)


def as_written(part: Any) -> Any:
    """A rule with its classes, and without what was made of them."""
    return dataclasses.replace(part, when=part.written, written=()) if getattr(part, "written", ()) else part


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("folder", ["kb", "pumps"])
def test_every_change_of_a_part_changes_its_digest_and_that_of_no_unrelated_part(folder: str, kind: str) -> None:
    found = knowledge(folder)
    before = digests(found)
    for subject in [subject for subject in before if subject.kind == kind]:
        for old in parts_of(found, subject):
            seen = 0
            for new in changed(as_written(old)):
                if getattr(new, "id", subject.id) != subject.id or getattr(new, "name", subject.id) != subject.id:
                    continue  # another part
                if getattr(new, "is_interpretation", kind == "reading") != (kind == "reading"):
                    continue
                after = having(found, subject, old, new)
                assert digest(after, subject) != before[subject], new
                seen += 1
            assert seen >= 3, subject


EDITS: list[tuple[str, str, str, set[str]]] = [
    (
        "facts/founding-document.yaml",
        "at 30 mg/kg/day (maximum 1 gram)",
        "at 3 mg/kg/day (maximum 1 gram)",
        {"fact:G07"},
    ),
    ("facts/founding-document.yaml", "rate: 2-7 mg/kg/d", "rate: 2-8 mg/kg/d", {"fact:G10"}),
    (
        "facts/interpretations.yaml",
        "at least 24 h have passed",
        "at least 12 h have passed",
        {"reading:I01", "fact:G09"},
    ),
    ("rules/doses.yaml", "cap: 1000 mg/d", "cap: 2000 mg/d", {"regimen:pulse-then-follow-on"}),
    ("rules/doses.yaml", "from: [G08, I03, I06]", "from: [G08, I03]", {"regimen:pulse-then-follow-on"}),
    ("rules/therapies.yaml", '">= 72 h"', '">= 71 h"', {"rule:the-follow-on-is-running"}),
    ("rules/therapies.yaml", '{$p.days-given: ">= 3"}', '{$p.days-given: ">= 2"}', {"rule:the-follow-on-is-running"}),
    ("sources/S5.yaml", 'confidence: "0.6"', 'confidence: "0.7"', {"source:S5"}),
]


@pytest.mark.parametrize(
    ("file", "old", "new", "least"), EDITS, ids=lambda value: value[:40] if isinstance(value, str) else ""
)
def test_an_edit_of_the_text_changes_the_digests_that_it_must(
    tmp_path: Path, file: str, old: str, new: str, least: set[str]
) -> None:
    root = tmp_path / "kb"
    shutil.copytree(ROOT / "kb", root, ignore=shutil.ignore_patterns("scenarios"))
    text = (root / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (root / file).write_text(text.replace(old, new), encoding="utf-8")
    before, after = digests(knowledge()), digests(load(root))
    moved = {str(subject) for subject, found in after.items() if before[subject] != found}
    assert least <= moved
    named = (
        {str(subject) for subject in before if subject.kind == "source"} if not file.startswith("sources") else set()
    )
    assert not moved & named
    assert len(moved) < 16


# What the words mean --------------------------------------------------------------------------------------------------

VOCABULARY: list[tuple[str, str, Callable[[Subject], bool]]] = [
    ("situation: {ill: is ill,", "situation: {ill: is very ill,", lambda subject: subject.id in ("F1", "fine")),
    ("anakinra: one", "anakinra: another", lambda subject: subject.id in ("F1", "F2")),
    ("alarm: {type: boolean}", "alarm: {type: boolean, label: the bell}", lambda subject: subject.id == "fine"),
    ("plausible: 1 kg to 400 kg", "plausible: 2 kg to 400 kg", lambda subject: False),
    ("synonyms: [toci]", "synonyms: [toci, mab]", lambda subject: False),
    ('formula: "2 * patient', 'formula: "3 * patient', lambda subject: False),
]


@pytest.mark.parametrize(
    ("old", "new", "moves"), VOCABULARY, ids=lambda value: value[:30] if isinstance(value, str) else ""
)
def test_a_declaration_belongs_to_what_names_it(
    tmp_path: Path, old: str, new: str, moves: Callable[[Subject], bool]
) -> None:
    files = base()
    assert files["vocabulary/v.yaml"].count(old) == 1
    before = digests(load(write(files, tmp_path / "before")))
    files["vocabulary/v.yaml"] = files["vocabulary/v.yaml"].replace(old, new)
    after = digests(load(write(files, tmp_path / "after")))
    assert {subject for subject in after if after[subject] != before[subject]} == {
        subject for subject in after if moves(subject)
    }


EVERYTHING = """rules:
  - id: fine
    title: a rule
    because: [F1]
    when:
      - fact: {is: $f, claim: therapy, drug: $drug, role: {is: $role, any_of: [initial, rescue]}}
      - population: {of: $f}
      - patient: {disease: {within: bird-flu}, weight: "> 20.5 kg"}
        else: NOT_WORSE
      - course: {is: $c, drug: {class: biologic}, order: latest}
      - test: {$c.dose: known, $c.started: "< $c.stopped"}
      - count: {at_least: 1, of: [{patient: {alarm: true}}, {situation: worse}]}
    unless:
      - situation: {is: worse}
        when_true: NOT_WORSE
        if_unknown: stands
    then:
      - for: {option: {drug: $drug, role: $role}, modality: may}
regimens:
  - id: course
    claim: dosing
    drug: anakinra
    per: patient.weight
    phases: [{role: initial, rate: 2-3.5 mg/kg/d, from: [F1]}]
"""


PINNED = {
    "fact:F1": "fbc08b55f5ca",
    "fact:F2": "6ca0461ced02",
    "reading:I1": "8d41c6c9f3c1",
    "rule:fine": "8039ca0687b2",
    "regimen:course": "952b3721463f",
    "source:ED": "89b956f9a7b4",
    "source:S1": "fdcf24c79cda",
}


def test_digests_are_those_of_the_version_before(tmp_path: Path) -> None:
    """A digest that was recorded is good for ever: where this fails, every review of every user becomes stale."""
    found = load(write({**base(), "rules/r.yaml": EVERYTHING}, tmp_path))
    first = content(found, Subject("rule", "fine"))
    assert isinstance(first[4], dict)
    assert {"disease bird-flu", "disease flu", "patient.disease", "courses.dose", "conclusion option"} <= first[
        4
    ].keys()
    assert {str(subject): digest(found, subject)[:12] for subject in subjects(found)} == PINNED
