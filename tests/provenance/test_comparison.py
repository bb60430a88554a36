"""A comparison finds everything that differs in two advices, nothing where they are the same, and has two sides."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from oracle.programs import Written, WrittenCase, cases, programs
from pydantic import ValidationError

from engine.advising import Advisor, read_case_text
from engine.errors import Refused
from engine.model.advice import Advice, Number, Part, Span
from engine.model.knowledge import KnowledgeBase
from provenance.comparison.compare import compare, compare_to
from provenance.grounds import Grounds
from provenance.model.comparison import Aspect, Change
from provenance.render.comparison import comparison_page

NAMES = ("refractory-child", "untreated-child", "biologic-asked-for-first", "crowded", "nothing-known")
Advised = Callable[[str], Advice]
CHILD = """
as-of: 2026-03-06T08:00Z
patient: {age: 8 a, weight: 25 kg, height: 125 cm, mas: confirmed, underlying-disease: sJIA}
courses:
  - {drug: methylprednisolone, dose: 750 mg/d, route: IV, started: -5 d, days-given: 3, response: inadequate}
  - {drug: cyclosporine A, dose: 100 mg/d, route: IV, started: -3 d, response: inadequate}
"""


@pytest.fixture
def answered(knowledge: KnowledgeBase) -> Callable[..., Advice]:
    advisor = Advisor(knowledge, ("compiled",))
    return lambda text, sources=None: advisor.advise(read_case_text(text, "case.yaml", knowledge), sources)


# The same ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_an_advice_does_not_differ_from_itself(advised: Advised, knowledge: KnowledgeBase, name: str) -> None:
    found = compare(advised(name), Advice.model_validate_json(advised(name).model_dump_json()), knowledge)
    assert (found.changes, found.proofs) == ((), ())
    assert comparison_page(found).text() == "Nothing changes: both say the same, and rest on the same.\n"


@pytest.mark.parametrize("name", NAMES)
def test_identifiers_of_firings_are_no_difference(advised: Advised, knowledge: KnowledgeBase, name: str) -> None:
    text = advised(name).model_dump_json()
    renamed = Advice.model_validate_json(re.sub(r'"f(\d+)"', r'"g\1"', text))
    assert renamed.firings == () or renamed != advised(name)
    found = compare(advised(name), renamed, knowledge)
    assert (found.changes, found.proofs) == ((), ())


# Whatever differs shows ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["refractory-child", "crowded"])
def test_any_alteration_shows(
    advised: Advised, knowledge: KnowledgeBase, name: str, request: pytest.FixtureRequest
) -> None:
    before = advised(name)
    grounds = Grounds(before, knowledge)
    tree = json.loads(before.model_dump_json())
    whole = request.config.getoption("--all-alterations")
    leaves = list(altered_leaves(tree))
    chosen = leaves if whole else first_and_last_of_each_shape(leaves)
    assert len(chosen) > 150
    for way in chosen:
        after = altered(before, way)
        if after is not None:
            assert compare_to(grounds, after).changes, way


@pytest.mark.parametrize("name", ["refractory-child", "crowded"])
def test_whatever_is_left_out_shows(advised: Advised, knowledge: KnowledgeBase, name: str) -> None:
    before = advised(name)
    grounds = Grounds(before, knowledge)
    for way in first_and_last_of_each_shape(list(entries(json.loads(before.model_dump_json())))):
        after = Advice.model_validate(without(before, way))
        assert compare_to(grounds, after).changes, way


@pytest.mark.parametrize(("one", "other"), list(permutations(NAMES, 2)))
def test_turned_round_it_says_the_same_turned_round(
    advised: Advised, knowledge: KnowledgeBase, one: str, other: str
) -> None:
    there, back = compare(advised(one), advised(other), knowledge), compare(advised(other), advised(one), knowledge)
    assert there.before == back.after
    assert there.after == back.before
    assert unordered(there.changes) == unordered(map(turned, back.changes))
    assert {change.conclusion: (len(change.gone), len(change.new), len(change.altered)) for change in there.proofs} == {
        change.conclusion: (len(change.new), len(change.gone), len(change.altered)) for change in back.proofs
    }


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs(), cases(), cases())
def test_two_advices_of_a_random_knowledge_base_differ_where_their_content_does(
    written: Written, one: WrittenCase, other: WrittenCase
) -> None:
    try:
        knowledge = written.load()
        advisor = Advisor(knowledge, ("compiled",))
        before, after = (advisor.advise(case.read(knowledge.vocabulary)) for case in (one, other))
    except Refused:
        return
    found = compare(before, after, knowledge)
    assert bool(found.changes) == (content(before) != content(after))
    told = {change.name for change in found.changes} | {
        aspect.of for change in found.changes for aspect in change.aspects if aspect.name == "conclusions"
    }
    lines = {line.conclusion for advice in (before, after) for line in sum(advice.sections.values(), ())}
    for name, value in after.values.items():
        if before.values[name] != value:
            assert name in told, name
        elif name in {change.name for change in found.changes if change.what == "proof"} and name not in lines:
            assert name in {firing.conclusion for firing in (*before.firings, *after.firings)}


# What is said ---------------------------------------------------------------------------------------------------------


def test_a_dose_changes_with_its_measure(answered: Callable[..., Advice], knowledge: KnowledgeBase) -> None:
    found = compare(answered(CHILD), answered(CHILD.replace("weight: 25 kg", "weight: 25.5 kg")), knowledge)
    [anakinra] = [change for change in found.changes if change.name == "anakinra, refractory"]
    assert (anakinra.what, anakinra.before, anakinra.after) == (
        "changed",
        "advised (option): 50-250 mg/d",
        "advised (option): 51-255 mg/d",
    )
    assert {
        aspect.name: (aspect.before, aspect.after) for aspect in anakinra.aspects if "steps" not in aspect.name
    } == {
        "dose.measure": ((Number(value="25", unit="kg"),), (Number(value="51/2", unit="kg"),)),
        "dose.product": ((Span(low="50", high="250", unit="mg/d"),), (Span(low="51", high="255", unit="mg/d"),)),
        "dose.amount": ((Span(low="50", high="250", unit="mg/d"),), (Span(low="51", high="255", unit="mg/d"),)),
        "dose.text": (("50-250 mg/d",), ("51-255 mg/d",)),
    }
    page = comparison_page(found).text()
    assert "advised (option): 50 to 250 mg per day → advised (option): 51 to" in page
    assert "what the dose of G13/1 is computed from: 25 kg → 25.5 kg" in page


def test_an_option_falls_with_the_situation_that_it_stood_on(
    answered: Callable[..., Advice], knowledge: KnowledgeBase
) -> None:
    found = compare(
        answered(CHILD),
        answered(CHILD.replace("days-given: 3, response: inadequate", "days-given: 3, response: adequate")),
        knowledge,
    )
    [anakinra] = [change for change in found.changes if change.name == "anakinra, refractory"]
    said = {(aspect.name, aspect.of): (aspect.before, aspect.after) for aspect in anakinra.aspects}
    assert said["heading", ""] == (("advised",), ("not-supported-now",))
    assert said["dose", "G13/1"] == (("50-250 mg/d",), ())
    assert said["conclusions", "option(anakinra, refractory)"] == (("true",), ("false",))
    assert "situation(inadequate-steroid-response)" in anakinra.through
    behind = {change.name: (change.before, change.after) for change in found.changes if change.line == "conclusion"}
    assert behind["situation(refractory)"] == ("holds", "does not hold")


def test_a_line_that_says_the_same_by_another_proof_is_told_apart(
    answered: Callable[..., Advice], knowledge: KnowledgeBase
) -> None:
    """A response that was measured again is another datum behind the same conclusions."""
    again = CHILD.replace("cyclosporine A, dose: 100 mg/d, route: IV", "cyclosporine A, dose: 110 mg/d, route: PO")
    found = compare(answered(CHILD), answered(again), knowledge)
    assert {(change.line, change.what) for change in found.changes} <= {
        ("option", "proof"),
        ("statement", "proof"),
        ("conclusion", "proof"),
        ("datum", "changed"),
    }


def test_an_item_is_known_by_its_key_and_not_by_its_place(
    answered: Callable[..., Advice], knowledge: KnowledgeBase
) -> None:
    """The second course without the first: what it is read for does not differ, and the first is gone."""
    lines = CHILD.splitlines(keepends=True)
    swapped = "".join([*lines[:4], lines[5], lines[4]])
    found = compare(answered(CHILD), answered(swapped), knowledge)
    assert {change.line for change in found.changes} <= {"datum", "option", "statement"}
    assert not found.proofs
    [gone] = [
        change
        for change in compare(answered(CHILD), answered("".join(lines[:4] + lines[5:])), knowledge).changes
        if change.line == "datum" and change.name.endswith(".drug") and change.what == "disappeared"
    ]
    assert gone.before == "methylprednisolone"


def test_the_order_is_that_of_the_advice(advised: Advised, knowledge: KnowledgeBase) -> None:
    one, other = advised("untreated-child"), advised("refractory-child")
    told = [change.name for change in compare(one, other, knowledge).changes if change.line == "option"]
    order = [", ".join(standing.key.values()) for standing in other.options]
    assert told == sorted(told, key=order.index)


# Ways to the values of an advice --------------------------------------------------------------------------------------

Way = tuple[str | int, ...]
WORDS = (
    "true",
    "provisional",
    "false",
    "unknown",
    "direct",
    "indirect",
    "yes",
    "no",
    "advised",
    "completed",
    "gap",
    "remark",
    "below",
    "capped",
    "demonstration",
    "reviewed",
    "argued",
    "preference",
    "speaks-for",
    "stands-with",
    "goes before",
    "graded",
    "not graded",
    "stale",
    "unreviewed",
    "7/3",
    "2026-03-07T08:00:00Z",
)


def altered_leaves(tree: Any, way: Way = ()) -> Iterator[Way]:
    """The way to every leaf, but identifiers."""
    if way in (("id",), ("knowledge", "digest"), ("format",), ("semantics",)):
        return
    if len(way) > 1 and (way[-1] == "firings" or (way[-1] == "id" and way[0] == "firings")):
        return
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from altered_leaves(value, (*way, key))
    elif isinstance(tree, list):
        for number, value in enumerate(tree):
            yield from altered_leaves(value, (*way, number))
    else:
        yield way


def entries(tree: Any, way: Way = ()) -> Iterator[Way]:
    """The way to every entry of a list, but identifiers."""
    if len(way) > 1 and way[-1] == "firings":
        return
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from entries(value, (*way, key))
    elif isinstance(tree, list):
        for number, value in enumerate(tree):
            yield (*way, number)
            yield from entries(value, (*way, number))


def first_and_last_of_each_shape(ways: list[Way]) -> list[Way]:
    found: dict[Way, list[Way]] = {}
    for way in ways:
        found.setdefault(tuple(step for step in way if isinstance(step, str)), []).append(way)
    return [way for ways in found.values() for way in dict.fromkeys((ways[0], ways[-1]))]


def altered(advice: Advice, way: Way) -> Advice | None:
    """The advice with another value at a leaf; None where the contract allows no other."""
    old = at(advice, way)
    if old is None:
        return None
    others: tuple[Any, ...] = (f"{old} x", *WORDS) if way != ("as_of",) else WORDS[-1:]
    if isinstance(old, bool | int):
        others = (not old,) if isinstance(old, bool) else (old + 1,)
    for other in others:
        try:
            if other != old:
                return Advice.model_validate(with_another(advice, way, other))
        except ValidationError:
            continue
    raise AssertionError(f"nothing else may stand at {way}")


def without(advice: Advice, way: Way) -> Any:
    """The advice without an entry of a list, as it is yet to be validated."""
    *rest, number = way
    return with_another(advice, tuple(rest), [one for n, one in enumerate(at(advice, tuple(rest))) if n != number])


def at(found: Any, way: Way) -> Any:
    for step in way:
        found = getattr(found, str(step)) if isinstance(found, Part) else found[step]
    return found


def with_another(found: Any, way: Way, other: Any) -> Any:
    """A part with something else at a place, as it is yet to be validated; what is not on the way stays as it is."""
    if not way:
        return other
    first, *rest = way
    if isinstance(found, list | tuple):
        return [with_another(one, tuple(rest), other) if n == first else one for n, one in enumerate(found)]
    fields = {name: getattr(found, name) for name in type(found).model_fields} if isinstance(found, Part) else found
    return {**fields, first: with_another(fields[first], tuple(rest), other)}


def turned(change: Change) -> Change:
    """The change as it is told from the other side."""
    what = {"appeared": "disappeared", "disappeared": "appeared"}.get(change.what, change.what)
    aspects = [
        Aspect(name=aspect.name, of=aspect.of, before=aspect.after, after=aspect.before) for aspect in change.aspects
    ]
    return change.model_copy(
        update={"what": what, "before": change.after, "after": change.before, "aspects": tuple(aspects)}
    )


def unordered(changes: Iterable[Change]) -> dict[tuple[str, str], Change]:
    """Changes by their line, but those of data, of which the items are named by their place after; orders made one."""
    return {
        (change.line, change.name): change.model_copy(
            update={"aspects": tuple(sorted(change.aspects, key=str)), "through": tuple(sorted(change.through))}
        )
        for change in changes
        if change.line != "datum"
    }


def content(advice: Advice) -> str:
    """An advice without identifiers, its firings in the order of what they say."""
    tree = advice.model_dump(mode="json", exclude={"id"})
    firings = sorted(json.dumps({**firing, "id": ""}, sort_keys=True) for firing in tree.pop("firings"))
    for line in [*tree["options"], *(line for section in tree["sections"].values() for line in section)]:
        line.pop("firings")
    for bearing in (way for one in tree["opposed"] for side in one["sides"] for way in side["bearings"]):
        bearing.pop("firings")
    return json.dumps([tree, firings], sort_keys=True)
