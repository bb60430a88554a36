"""The smallest case: nothing can be left out of it, and it still shows what the larger one showed."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from itertools import combinations

import pytest

from engine.document import Mapping as Document
from engine.document import Sequence as Listed
from engine.errors import Findings
from engine.paths import data_paths, found_at, without
from engine.reading import read_text
from provenance.render.wording import sentence_words
from rulewright.authoring.diff.bench import Bench, Cut, Plan, Span
from rulewright.authoring.diff.edits import edits
from rulewright.authoring.diff.smallest import data_of, size, smallest
from tests.rulewright.authoring.diff.conftest import Change, Edited

CASE = """\
title: a case
as-of: 2026-03-01T08:00Z
patient: {weight: {value: 20 kg, at: -1 d}, height: [{value: 1 m, at: -9 d}, {value: 2 m, at: -1 d}], mas: confirmed,
  requested: [anakinra, etoposide]}
labs: {CRP: 1 mg/L, ferritin: 2 ng/mL, ALT: 3 U/L, AST: 4 U/L, LDH: 5 U/L, INR: 6}
courses: [{drug: anakinra, started: -3 d}, {drug: etoposide, route: IV}]
"""


def document(text: str) -> Document:
    node = read_text(text, "case.yaml", Findings())
    assert isinstance(node, Document)
    return node


def test_what_counts_as_a_datum() -> None:
    case = document(CASE)
    assert size(case) == 2 + 4 + 1 + 2 + 6 + 2 + 2
    assert size(document("{as-of: 2026-03-01T08:00Z, courses: []}")) == 1
    assert size(document("{as-of: 2026-03-01T08:00Z}")) == 0


def holds_all(paths: tuple[str, ...], case: Document) -> bool:
    return all(found_at(case, path) is not None for path in paths)


@pytest.mark.parametrize("number", range(1, 4))
def test_what_is_needed_is_found_among_the_rest(number: int) -> None:
    """Whichever one, two or three data a difference needs, these are left, and nothing else is."""
    case = document(CASE)
    paths = [path for path in data_of(case) if "[" not in path]
    for needed in combinations(paths, number):
        left = smallest(case, partial(holds_all, needed))
        assert sorted(data_of(left)) == sorted(needed)
        assert size(left) <= number  # no times, no earlier values, no words of a set beyond one


def test_an_item_that_goes_leaves_the_list_open() -> None:
    def has_a_route(case: Document) -> bool:
        return any(found_at(case, f"courses[{number}].route") is not None for number in range(2))

    left = smallest(document(CASE), has_a_route)
    assert data_of(left) == ["courses[0].route"]
    assert isinstance(left.entries["courses"], Listed)
    assert len(left.entries["courses"].items) == 2  # the item, and the mark that there may be others


CAP = ("rules/doses.yaml", "cap: 1000 mg/d", "cap: 500 mg/d")
THRESHOLD = ("rules/situations.yaml", '">= 24 h"', '">= 36 h"')


@pytest.mark.parametrize(("change", "most"), [(CAP, 20), (THRESHOLD, 6)], ids=["a cap", "a threshold"])
def test_the_smallest_case_of_an_effect_is_minimal(edit: Callable[..., Edited], change: Change, most: int) -> None:
    """Each effect of the smaller edit, and the first of the other, which has some fifty."""
    edited = edit(change)
    old, new = edited.versions()
    bench = Bench(Plan(old.knowledge, new.knowledge, edits(old.parts, new.parts), new.moments, 1))
    tally = bench.sample(Span(0, 100))
    found = sorted(tally.shown.items())[:most]
    assert found
    for difference, shown in found:
        example = bench.cut(Cut(difference, shown))
        case = document(json.dumps(example.case))
        assert difference in bench.versions.outcome(case).differences, "the case does not show it"
        assert size(case) == example.data <= size(shown.case)
        for path in data_paths(case):
            smaller = without(case, path)
            assert smaller is not None
            told = bench.versions.outcome(smaller).differences.get(difference)
            shows_no_dose = told is not None and difference.kind == "dose changed" and not told.computed_otherwise
            assert told is None or shows_no_dose, f"{difference} does not need {path}"


def test_the_smallest_case_of_another_dose_shows_it(edit: Callable[..., Edited]) -> None:
    """A case without a weight differs in the cap too; where some case computes the amounts, the smallest one does."""
    old, new = edit(CAP).versions()
    bench = Bench(Plan(old.knowledge, new.knowledge, edits(old.parts, new.parts), new.moments, 1))
    tally = bench.sample(Span(0, 200))
    changes = [(difference, shown) for difference, shown in tally.shown.items() if difference.kind == "dose changed"]
    assert changes
    for difference, shown in changes:
        example = bench.cut(Cut(difference, shown))
        assert " mg per day" in sentence_words(example.before) != sentence_words(example.after)
        assert "weight" in str(example.case["patient"])
