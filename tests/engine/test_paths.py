"""Paths lead to data in either notation of a list, and what they change is a copy."""

from __future__ import annotations

import pytest

from engine.errors import NOWHERE, Findings
from engine.paths import added, changed, data_paths, found_at, items_of, reachable, steps, without
from engine.reading import Mapping, Node, Scalar, Sequence, read_text

SEQUENCE = "{patient: {weight: 25 kg}, courses: [{complete: false}, {drug: a, route: IV}, {drug: b}]}"
MAPPING = "{patient: {weight: 25 kg}, courses: {complete: false, items: [{drug: a, route: IV}, {drug: b}]}}"
NO_LIST = "{patient: {weight: 25 kg}}"


def document(text: str) -> Mapping:
    found = read_text(text, "case", Findings())
    assert isinstance(found, Mapping)
    return found


def plain(node: Node | None) -> object:
    """A document without its places."""
    if isinstance(node, Mapping):
        return {key: plain(value) for key, value in node.entries.items()}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return None if node is None else node.text


@pytest.mark.parametrize("text", [SEQUENCE, MAPPING])
def test_an_item_is_found_by_its_number_among_the_items(text: str) -> None:
    root = document(text)
    assert plain(found_at(root, "courses[0].drug")) == "a"
    assert plain(found_at(root, "courses[1]")) == {"drug": "b"}
    assert found_at(root, "courses[2]") is None
    assert found_at(root, "courses[1].route") is None
    assert [plain(item) for item in items_of(found_at(root, "courses"))] == [
        {"drug": "a", "route": "IV"},
        {"drug": "b"},
    ]
    assert list(data_paths(root)) == [
        "patient",
        "patient.weight",
        "courses",
        "courses[0]",
        "courses[0].drug",
        "courses[0].route",
        "courses[1]",
        "courses[1].drug",
    ]


def test_what_is_set_stands_in_the_copy_alone() -> None:
    value = Scalar("c", "c", NOWHERE)
    for text in (SEQUENCE, MAPPING):
        root = document(text)
        after = changed(root, "courses[1].drug", value, NOWHERE)
        assert plain(found_at(after, "courses[1].drug")) == "c"
        assert plain(found_at(after, "courses[0].drug")) == "a"
        assert plain(root) == plain(document(text))
    assert plain(changed(document(NO_LIST), "labs.ferritin", value, NOWHERE)) == {
        "patient": {"weight": "25 kg"},
        "labs": {"ferritin": "c"},
    }


def test_what_is_removed_leaves_a_list_that_may_hold_others() -> None:
    root = document("{courses: [{drug: a}, {drug: b}]}")
    assert plain(without(root, "courses[0]")) == {"courses": [{"drug": "b"}, {"complete": "false"}]}
    assert plain(without(root, "courses[0].drug")) == {"courses": [{}, {"drug": "b"}]}
    assert plain(without(root, "courses")) == {}
    assert without(root, "courses[2]") is None
    assert without(root, "courses[0].route") is None
    assert without(root, "labs.ferritin") is None
    assert plain(without(document(SEQUENCE), "courses[1]")) == {
        "patient": {"weight": "25 kg"},
        "courses": [{"complete": "false"}, {"drug": "a", "route": "IV"}],
    }


def test_an_item_is_added_at_the_end_and_says_nothing_of_others() -> None:
    item = document("{drug: c}")
    complete, incomplete = document("{courses: [{drug: a}]}"), document("{courses: [{drug: a}, {complete: false}]}")
    assert plain(added(complete, "courses", item, NOWHERE)) == {"courses": [{"drug": "a"}, {"drug": "c"}]}
    assert plain(added(incomplete, "courses", item, NOWHERE)) == {
        "courses": [{"drug": "a"}, {"drug": "c"}, {"complete": "false"}]
    }
    assert plain(added(document("{patient: {}}"), "courses", item, NOWHERE)) == {
        "patient": {},
        "courses": [{"drug": "c"}, {"complete": "false"}],
    }
    after = added(document(MAPPING), "courses", item, NOWHERE)
    assert plain(found_at(after, "courses[2].drug")) == "c"
    assert plain(found_at(after, "courses.complete")) == "false"


def test_whether_a_list_is_complete_is_set_in_either_notation() -> None:
    yes = Scalar(True, "true", NOWHERE)
    for text in (SEQUENCE, MAPPING):
        after = changed(document(text), "courses.complete", yes, NOWHERE)
        assert plain(found_at(after, "courses")) == {
            "complete": "true",
            "items": [{"drug": "a", "route": "IV"}, {"drug": "b"}],
        }


def test_a_path_leaves_no_gap_in_a_list() -> None:
    root = document(SEQUENCE)
    assert reachable(root, steps("courses[2].drug"))
    assert not reachable(root, steps("courses[3].drug"))
    assert reachable(document(NO_LIST), steps("courses[0]"))
    assert not reachable(document(NO_LIST), steps("courses[1]"))
