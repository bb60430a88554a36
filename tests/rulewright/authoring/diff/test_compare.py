"""The comparison as a whole: the same from the same seed, however many processes; what it is told as."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from rulewright.authoring.diff.bench import Cut, Plan, Span
from rulewright.authoring.diff.compare import fails
from rulewright.authoring.diff.edits import edits
from rulewright.authoring.diff.effects import Difference, Outcome, Told
from rulewright.authoring.diff.markdown import diff_markdown
from rulewright.authoring.diff.model import Diff
from rulewright.authoring.diff.page import diff_page
from rulewright.authoring.diff.tally import MOST_KEPT, Tally
from rulewright.authoring.diff.telling import of_the_advice, of_the_proof
from rulewright.authoring.diff.workers import workers
from rulewright.authoring.diff.writing import line
from tests.rulewright.authoring.diff.conftest import Edited
from tests.rulewright.authoring.diff.test_smallest import CASE, document


@pytest.fixture
def edited(edit: Callable[..., Edited]) -> Edited:
    """Pumps that count as distressed with one sign, and a bearing that counts as hot without a noise."""
    return edit(
        ("rules/state.yaml", "at_least: 2", "at_least: 1"),
        (
            "rules/state.yaml",
            "      - situation: bearing-hot\n      - pump: {noise: true}\n",
            "      - situation: bearing-hot\n",
        ),
        of="tests/knowledge/pumps",
    )


def done(plan: Plan, processes: int) -> tuple[dict[str, tuple[int, str, str]], list[str]]:
    """What a sample shows, and the first differences cut down."""
    with workers(plan, processes) as work:
        tally = Tally()
        for _, part in work([Span(first, first + 7) for first in range(0, 42, 7)]):
            assert isinstance(part, Tally)
            tally.take(part)
        cuts = [Cut(*entry) for entry in sorted(tally.shown.items(), key=lambda entry: entry[0])[:6]]
        examples = dict(work(cuts))
    shown = {str(each): (found.cases, found.start, line(found.case)) for each, found in tally.shown.items()}
    return shown, [str(examples[place]) for place in range(len(cuts))]


def test_the_seed_decides_and_not_the_processes(edited: Edited) -> None:
    old, new = edited.versions()
    plan = Plan(old.knowledge, new.knowledge, edits(old.parts, new.parts), new.moments, 5)
    one = done(plan, 1)
    assert one == done(plan, 2)
    assert len(one[0]) > len(one[1]) == 6
    assert one != done(replace(plan, seed=6), 1)


def test_what_fails(edited: Edited) -> None:
    diff = edited.diff(cases=40)
    proofs = diff.model_copy(update={"effects": tuple(e for e in diff.effects if e.kind == "other proof")})
    nothing = diff.model_copy(update={"effects": ()})
    assert proofs.effects
    assert [fails(diff, on) for on in ("advice", "any", "never")] == [True, True, False]
    assert [fails(proofs, on) for on in ("advice", "any", "never")] == [False, True, False]
    assert [fails(nothing, on) for on in ("advice", "any", "never")] == [False, False, False]


def test_a_page_tells_every_effect_once_with_its_case(edited: Edited) -> None:
    diff = edited.diff(cases=40)
    page = " ".join(diff_page(diff).text().split())
    assert "rule two-signs-of-distress: changed in meaning" in page
    assert "when[0].count.at_least: 2 → 1" in page
    assert f"Of {diff.scenarios.cases} scenarios and 40 sampled cases" in page
    assert f"{diff.scenarios.changed} and {diff.sampled.changed} get other advice" in page
    for effect in diff.effects:
        if effect.kind != "other proof":
            assert effect.name in page
    assert page.count(" smallest case (") == len(of_the_advice(diff)) + len(of_the_proof(diff))
    assert len(of_the_advice(diff)) <= sum(effect.kind != "other proof" for effect in diff.effects)
    assert "Questions for missing data" in page


def test_markdown_says_the_same_and_nothing_breaks_its_tables(edited: Edited) -> None:
    diff = edited.diff(cases=40)
    text = diff_markdown(diff)
    assert text.startswith("## `")
    row = next(line for line in text.splitlines() if "two-signs-of-distress" in line and line.startswith("|"))
    assert row.count("|") == 5
    assert row.endswith("| `2` | `1` |")
    assert text.count("<details>") == text.count("</details>") == text.count("```yaml")
    for effect in diff.effects:
        assert f"`{effect.name}`" in text


def test_the_contract_reads_back(edited: Edited) -> None:
    diff = edited.diff(cases=40)
    assert Diff.model_validate_json(diff.model_dump_json()) == diff
    assert json.loads(diff.model_dump_json())["seed"] == 1


def test_memory_is_bounded_by_the_differences_that_are_kept() -> None:
    tally, case = Tally(), document(CASE)
    for number in range(MOST_KEPT + 7):
        difference = Difference("option lost", "option", f"option {number}", "advised", "not listed", ())
        tally.count(Outcome({difference: Told(None, None)}), case, number)
    assert (len(tally.shown), tally.more, tally.changed) == (MOST_KEPT, 7, MOST_KEPT + 7)
