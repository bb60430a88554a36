"""A formula reads a datum that is a plain number by its name alone; both engines and the checker agree about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.advising import Advisor, read_case_text
from engine.errors import Refused
from engine.loading import load
from provenance.inquiry import Inquiry
from provenance.verify import verify
from provenance.whynot.answer import why_not

FILES = {
    "kb.yaml": "{name: small, version: 1, title: t, scope: s, intended-use: u, intended-user: w,\n"
    " release: demonstration, sources-as-of: today}\n",
    "vocabulary/words.yaml": """
terms: {state: {crowded: {}}, reason: {COUNT_MISSING: {}}}
case:
  bed:
    attributes:
      plants: {type: number, plausible: 0 to 1000, missing: COUNT_MISSING}
      area: {type: quantity, unit: m2, plausible: 0.1 m2 to 500 m2}
conclusions: {found: {key: {is: {type: term, of: state}}, section: states, ask: true}}
quantities: {crowding: {formula: "FORMULA", unit: 1/m2, because: [F1]}}
""",
    "sources/D.yaml": "{id: D, kind: secondary, title: d, identity: unresolved, known: read}\n",
    "facts/d.yaml": "{read-in: D, facts: [{id: F1, quote: More than 9 plants on a square metre are crowded.}]}\n",
    "rules/r.yaml": """
rules: [{id: crowded, title: t, because: [F1], when: [{test: {crowding: "> 9 1/m2"}}], then: [{found: {is: crowded}}]}]
""",
}


def written(root: Path, formula: str) -> Path:
    for name, text in FILES.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text.replace("FORMULA", formula), encoding="utf-8")
    return root


@pytest.mark.parametrize("formula", ["bed.plants / bed.area[m2]", "bed.plants[1] / bed.area[m2]"])
@pytest.mark.parametrize(
    ("bed", "value"),
    [
        ("plants: 19, area: 2 m2", "true"),
        ("plants: 18, area: 2 m2", "false"),
        ("plants: 19, area: 20000 cm2", "true"),
        ("area: 2 m2", "unknown"),
        ("plants: 19", "unknown"),
        ("plants: 0, area: 2 m2", "false"),
    ],
)
def test_a_number_is_read_by_its_name_alone(tmp_path: Path, formula: str, bed: str, value: str) -> None:
    advisor = Advisor(load(written(tmp_path, formula)))
    advice = advisor.advise(read_case_text(f"{{as-of: 2026-03-01T08:00Z, bed: {{{bed}}}}}", "c", advisor.knowledge))
    assert advice.values.get("found(crowded)", "false") == value
    assert verify(advice, advisor.knowledge).ok


def test_what_a_change_of_the_number_would_do_is_found(tmp_path: Path) -> None:
    advisor = Advisor(load(written(tmp_path, "bed.plants / bed.area[m2]")), ["compiled"])
    case = read_case_text("{as-of: 2026-03-01T08:00Z, bed: {plants: 12, area: 2 m2}}", "c", advisor.knowledge)
    answer = why_not(Inquiry(advisor, case), "found(crowded)")
    [check] = answer.instances[0].conditions[0].checks
    assert check.value == "6 1/m2"
    assert answer.changes is not None
    assert {change.path for one in answer.changes.sets for change in one.changes} == {"bed.plants", "bed.area"}


@pytest.mark.parametrize(
    ("formula", "code", "expected"),
    [
        ("bed.plants / bed.area", "unit", "`bed.area[m2]`, or another unit of that kind"),
        ("bed.plants[kg] / bed.area[m2]", "unit", "`bed.plants`"),
        ("bed.plant / bed.area[m2]", "unknown-term", ""),
    ],
)
def test_what_has_a_unit_needs_it_and_what_has_none_takes_none(
    tmp_path: Path, formula: str, code: str, expected: str
) -> None:
    with pytest.raises(Refused) as refused:
        load(written(tmp_path, formula))
    [problem] = refused.value.problems
    assert problem.code == code
    assert expected in problem.expected
