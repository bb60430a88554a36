"""Where an argument for an option holds, what keeps another one from holding is no reason why it is not advised."""

from __future__ import annotations

import pytest

from engine.advising import Advisor, read_case_text
from engine.loading import load
from provenance.verify import verify

FILES = {
    "kb.yaml": "{name: small, version: 1, title: t, scope: s, intended-use: u, intended-user: w,\n"
    " release: demonstration, sources-as-of: today}\n",
    "vocabulary/words.yaml": """
terms:
  measure: {spray: {}}
  modality: {must: {status: advised}, may: {status: possible}}
  status: {advised: {}, possible: {}}
  reason: {TOO_HOT: {}, FEW: {}, FEW_UNKNOWN: {}, SMALL: {}, HEAT_MISSING: {}, PESTS_MISSING: {}, BED_MISSING: {}}
case:
  bed:
    attributes:
      pests: {type: number, plausible: 0 to 1000, missing: PESTS_MISSING}
      plants: {type: number, plausible: 0 to 1000, missing: BED_MISSING}
      heat: {type: quantity, unit: Cel, plausible: -20 Cel to 50 Cel, missing: HEAT_MISSING}
conclusions:
  option: {key: {measure: {type: term, of: measure}}, annotations: {modality: strongest, reason: all}, argued: none}
headings: {conclusion: option, subject: measure}
""",
    "sources/D.yaml": "{id: D, kind: secondary, title: d, identity: unresolved, known: read}\n",
    "facts/d.yaml": """
read-in: D
facts:
  - {id: F1, quote: Spray must be used where 50 pests and 10 plants are counted., modality: must}
  - {id: F2, quote: Spray may be used where 5 pests are counted., modality: may}
  - {id: F3, quote: It is not for more than 30 Cel.}
""",
    "rules/r.yaml": """
rules:
  - id: must
    title: t
    because: [F1]
    when: [{bed: {pests: ">= 50"}, else: FEW}, {bed: {plants: ">= 10"}, else: SMALL}]
    then: [{for: {option: {measure: spray}, modality: must}}]
  - id: may
    title: t
    because: [F2]
    when: [{bed: {pests: ">= 5"}, else: FEW}]
    then: [{for: {option: {measure: spray}, modality: may}}]
  - id: heat
    title: t
    because: [F3]
    when: [{bed: {heat: "> 30 Cel"}}]
    then: [{against: {option: {measure: spray}, reason: TOO_HOT}}]
""",
}


@pytest.fixture(scope="module")
def advisor(tmp_path_factory: pytest.TempPathFactory) -> Advisor:
    root = tmp_path_factory.mktemp("small")
    for name, text in FILES.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return Advisor(load(root))


@pytest.mark.parametrize(
    ("bed", "heading", "reasons"),
    [
        ("pests: 11", "undetermined", ["HEAT_MISSING"]),
        ("pests: 11, plants: 3", "undetermined", ["HEAT_MISSING"]),
        ("pests: 60, plants: 12", "undetermined", ["HEAT_MISSING"]),
        ("pests: 11, heat: 40 Cel", "undetermined", []),
        ("pests: 3", "not-supported-now", ["FEW", "BED_MISSING", "HEAT_MISSING"]),
        ("heat: 20 Cel", "undetermined", ["PESTS_MISSING", "BED_MISSING"]),
        ("pests: 11, heat: 20 Cel", "advised", []),
    ],
)
def test_only_what_keeps_it_back_is_told(advisor: Advisor, bed: str, heading: str, reasons: list[str]) -> None:
    case = read_case_text(f"{{as-of: 2026-03-01T08:00Z, bed: {{{bed}}}}}", "c", advisor.knowledge)
    advice = advisor.advise(case)
    (option,) = advice.options
    assert option.heading == heading
    assert [reason.code for reason in option.reasons] == reasons
    assert verify(advice, advisor.knowledge).ok
