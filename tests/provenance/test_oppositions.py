"""What pulls apart: on random knowledge bases the checker finds the same by itself, and it notices what is altered."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle.programs import (
    DRUGS,
    EARLY,
    EDITORS,
    HEAD,
    ROLES,
    SOURCE,
    VOCABULARY,
    Written,
    WrittenCase,
    cases,
    dumped,
    programs,
)

from engine.advising import Advisor
from engine.errors import Refused
from engine.loading import load
from engine.model.advice import Advice
from engine.model.knowledge import KnowledgeBase
from provenance.verify import verify

HEADINGS = """
headings: {conclusion: option, subject: drug, known-by: [therapy], asked: patient.wanted, given: courses}
"""
SECTION = "situation: {key: {is: {type: term, of: situation}}}"
FACTS = ["F1", "F2", "F3", "I1"]
SURE = """
- id: whatever-is-claimed
  title: Every therapy that is claimed, unless something stands in its way
  mechanism: true
  when: [{fact: {claim: therapy, drug: $d, role: $r, modality: $m}}]
  unless: [{situation: {is: s1}}]
  then: [{for: {option: {drug: $d, role: $r}, modality: $m}}]
- id: as-well
  title: A second argument for the same
  because: [F2]
  when: [{patient: {score: 2}}, {fact: {claim: therapy, drug: $d, role: $r, modality: $m}}]
  then: [{for: {option: {drug: $d, role: $r}, modality: $m}}]
- id: in-the-way
  title: What stands in its way
  because: [F1]
  when: [{patient: {alarm: true}}]
  then: [{situation: {is: s1}}]
- id: beside-it
  title: What stands with it
  because: [F2]
  when: [{patient: {sign: true}}]
  then: [{situation: {is: s2}}]
- id: not-at-all
  title: What argues against it
  because: [F3]
  when: [{patient: {flag: true}}, {fact: {claim: therapy, drug: $d, role: $r}}]
  then: [{against: {option: {drug: $d, role: $r}}}]
"""
"""Rules beside the random ones, so that arguments, and what stands in their way, are no rare accident."""


@st.composite
def relations(draw: Any) -> dict[str, Any]:
    """Oppositions over the facts that every random knowledge base has, and research beside its options."""
    opposes: dict[str, Any] = {}
    for number in range(draw(st.integers(1, 3))):
        facts = draw(st.permutations(FACTS))
        cut = draw(st.integers(1, 3))
        sides: list[dict[str, Any]] = [
            {"label": "one", "facts": list(facts[:cut])},
            {"label": "other", "facts": list(facts[cut:])},
        ]
        entry: dict[str, Any] = {"sides": sides, "settled-by": draw(st.sampled_from(["unresolved", "I1"]))}
        about = {}
        if draw(st.booleans()):
            about["drug"] = draw(st.sampled_from(DRUGS))
        if draw(st.integers(0, 3)) == 3:
            about["role"] = draw(st.sampled_from(ROLES))
        opposes[f"O{number}"] = entry | ({"about": about} if about else {})
    keys = st.fixed_dictionaries({"drug": st.sampled_from(DRUGS), "role": st.sampled_from(ROLES)})
    beside = [{**draw(keys), "facts": [fact]} for fact in FACTS[:3] for _ in range(draw(st.integers(0, 3)))]
    return {"opposes": opposes, "beside": beside}


def loaded(written: Written, more: dict[str, Any]) -> KnowledgeBase:
    vocabulary = VOCABULARY.replace("PRECEDENCE", written.precedence) + HEADINGS
    vocabulary = vocabulary.replace(SECTION, SECTION.replace("}}}", "}}, section: state, ask: true}"))
    assert "section: state" in vocabulary
    rules = {**yaml.safe_load(written.rules), **more}
    rules["rules"] = [*rules["rules"], *yaml.safe_load(SURE)]
    rules.setdefault("prefer", {"P1": {"order": ["F1", "F2", "F3"], "because": "a reason"}})
    if "interactions" not in rules:
        clash = {"between": EARLY[:2], "symmetric": True, "effect": "worse", "reads": "situation", "draws": "clash"}
        rules["interactions"] = {"N1": {**clash, "because": ["F1"]}}
    files = {
        "kb.yaml": HEAD,
        "vocabulary/v.yaml": vocabulary,
        "sources/S.yaml": SOURCE,
        "sources/E.yaml": EDITORS,
        "facts/S.yaml": written.facts,
        "facts/E.yaml": written.readings,
        "rules/r.yaml": dumped(rules),
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder) / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return load(Path(folder))


def test_the_checker_finds_the_same_apart() -> None:
    seen: Counter[str] = Counter()

    @settings(
        max_examples=120,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
    @given(programs(), relations(), st.lists(cases(), min_size=2, max_size=4))
    def agree(written: Written, more: dict[str, Any], patients: list[WrittenCase]) -> None:
        try:
            knowledge = loaded(written, more)
            advisor = Advisor(knowledge, ("compiled",))
            advices = [advisor.advise(patient.read(knowledge.vocabulary)) for patient in patients]
        except Refused:
            return
        for advice in advices:
            flaws = verify(advice, knowledge).problems
            assert [str(flaw) for flaw in flaws if flaw.place.startswith("/opposed")] == []
            for opposition in advice.opposed:
                seen[opposition.kind] += 1
                seen.update(bearing.way for side in opposition.sides for bearing in side.bearings)
                seen.update(bearing.value for side in opposition.sides for bearing in side.bearings)
                seen.update(side.standing for side in opposition.sides if side.standing)

    agree()
    assert seen.keys() >= {
        *("declared", "argued", "preference", "interaction"),
        *("speaks-for", "speaks-against", "would-speak-for", "stands-in-the-way", "states", "beside", "stands-with"),
        *("true", "provisional", "unknown", "false", "goes before", "gives way"),
    }


def alterations(opposed: list[Any]) -> Iterator[tuple[str, list[Any]]]:
    """Every opposition, side and bearing left out, and every word of one said otherwise."""
    for way in ways(opposed):
        copy = json.loads(json.dumps(opposed))
        at: Any = copy
        for step in way[:-1]:
            at = at[step]
        value = at[way[-1]]
        if isinstance(at, list):
            del at[way[-1]]
            yield f"{way} left out", copy
        elif isinstance(value, bool):
            at[way[-1]] = not value
            yield f"{way} turned round", copy
        elif isinstance(value, str):
            others = {"value": "unknown", "way": "states", "kind": "argued", "standing": "gives way"}
            other = others.get(str(way[-1]), f"{value}x")
            if other == value:
                other = {"states": "speaks-for"}.get(value, "")
            at[way[-1]] = other
            yield f"{way} is {other!r}", copy


def ways(tree: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for step, value in items:
        if way or isinstance(tree, list):
            yield (*way, step)
        yield from ways(value, (*way, step))


def test_whatever_is_said_otherwise_of_what_pulls_apart_is_noticed(
    advised: Callable[[str], Advice], knowledge: KnowledgeBase
) -> None:
    tree = advised("biologic-asked-for-first").model_dump(mode="json")
    assert verify(tree, knowledge).ok
    every = list(alterations(tree["opposed"]))
    assert len(every) > 60
    for what, opposed in every:
        assert not verify({**tree, "opposed": opposed}, knowledge).ok, what
