"""The scenarios notice it when the knowledge base, or an expectation, is wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.advising import Advisor
from engine.errors import Refused
from engine.loading import load
from rulewright.authoring.scenarios import outcome, read_scenarios, run

KB = Path(__file__).resolve().parents[3] / "kb"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(KB, tmp_path / "kb")
    return tmp_path / "kb"


def edit(path: Path, old: str, new: str, times: int = 1) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, times), encoding="utf-8")


def failing(root: Path) -> str:
    """The first scenario that fails; an empty text where none does."""
    advisor = Advisor(load(root), ("compiled",))
    for scenario in read_scenarios(root):
        found = outcome(scenario, advisor)
        if not found.passed:
            return found.name
    return ""


EDITS = {
    "an inverted comparison of the window": (
        "rules/situations.yaml",
        '- test: {$c.elapsed: ">= 24 h"}',
        '- test: {$c.elapsed: "<= 24 h"}',
    ),
    "a strict bound": ("rules/situations.yaml", '- test: {$c.elapsed: ">= 24 h"}', '- test: {$c.elapsed: "> 24 h"}'),
    "the end of the window": ("rules/situations.yaml", '"<= 48 h"', '"< 48 h"'),
    "past the window": ("rules/situations.yaml", '"> 48 h"', '">= 48 h"'),
    "three days": (
        "rules/immunosuppression.yaml",
        '- test: {$c.days-given: ">= 3"}',
        '- test: {$c.days-given: ">= 2"}',
    ),
    "72 hours": ("rules/immunosuppression.yaml", '- test: {$c.elapsed: ">= 72 h"}', '- test: {$c.elapsed: "> 72 h"}'),
    "hours for days": (
        "rules/immunosuppression.yaml",
        '- test: {$c.elapsed: ">= 72 h"}',
        '- test: {$c.elapsed: ">= 72 d"}',
    ),
    "a dropped premise": (
        "rules/situations.yaml",
        "      - test: {$c.response: inadequate}\n        else: RESPONSE_ADEQUATE\n",
        "",
    ),
    "a dropped unless": (
        "rules/therapies.yaml",
        "      - failed: {drug: $drug, role: $role}\n        when_true: ALREADY_GIVEN_INADEQUATE\n",
        "",
    ),
    "a dropped guard of biologics": (
        "rules/therapies.yaml",
        "      - premature: {drug: $drug}\n        when_true: PRIOR_IMMUNOSUPPRESSION_INSUFFICIENT\n",
        "",
    ),
    "a dropped if_unknown": ("rules/therapies.yaml", "        if_unknown: stands\n", ""),
    "an opposition that loses a side": (
        "rules/tensions.yaml",
        "      - {label: infections as harm of biologics, facts: [R15]}\n",
        "",
    ),
    "an exposure that is no side": (
        "rules/tensions.yaml",
        "facts: [L02, L03, L04, L05, L06]",
        "facts: [L03, L04, L05]",
    ),
    "a pattern that names another drug": (
        "rules/tensions.yaml",
        "- {claim: therapy, drug: tocilizumab}",
        "- {claim: therapy, drug: IVIG}",
    ),
    "an opposition that is about nothing": ("rules/tensions.yaml", "    about: {drug: tocilizumab}\n", ""),
    "an opposition that is settled by nothing": ("rules/tensions.yaml", "settled-by: I22", "settled-by: unresolved"),
    "an interaction of other drugs": (
        "rules/tensions.yaml",
        "between: [cyclosporine A, tacrolimus]",
        "between: [cyclosporine A, IVIG]",
    ),
    "a fact that stands as the wrong side": (
        "rules/tensions.yaml",
        "in refractory cases, facts: [G04",
        "in refractory cases, facts: [G05",
    ),
    "another code of a finding": (
        "vocabulary/case.yaml",
        "coagulopathy: {type: finding, missing: FINDING_MISSING",
        "coagulopathy: {type: finding, missing: DOSE_MISSING",
    ),
    "another code of a course that is complete": (
        "rules/therapies.yaml",
        "when_true: COURSE_COMPLETED",
        "when_true: PRECEDENT_ONLY",
    ),
    "a statement of another role": (
        "facts/founding-document.yaml",
        "{claim: therapy, drug: methylprednisolone, role: initial, situation: mas}",
        "{claim: therapy, drug: methylprednisolone, role: follow-on, situation: mas}",
    ),
    "research that stands no longer beside": ("rules/therapies.yaml", "[G29, R04, R11, R12]", "[G29, R04, R11]"),
    "a dose ten times too high": ("rules/doses.yaml", "rate: 30 mg/kg/d", "rate: 300 mg/kg/d"),
    "a cap in the wrong unit": ("rules/doses.yaml", "cap: 1000 mg/d", "cap: 1000 g/d"),
    "the follow-on's range": ("rules/doses.yaml", "rate: 2-3 mg/kg/d", "rate: 2-4 mg/kg/d"),
    "the etoposide dose": ("facts/founding-document.yaml", "rate: 150 mg/m2", "rate: 15 mg/m2"),
    "two swapped units": ("facts/founding-document.yaml", "rate: 1-2 g/kg", "rate: 1-2 mg/kg"),
    "a modality raised": (
        "facts/founding-document.yaml",
        "    modality: potential\n    claims:\n      - {claim: therapy, drug: cyclosporine A",
        "    modality: should\n    claims:\n      - {claim: therapy, drug: cyclosporine A",
    ),
    "a claim attributed to the label": (
        "facts/founding-document.yaml",
        '"etoposide (VP-16) at 150 mg/m² twice weekly"\n    locator: From the Guidelines, statement 5\n    cites: [S1]',
        '"etoposide (VP-16) at 150 mg/m² twice weekly"\n    locator: From the Guidelines, statement 5\n    cites: [S2]',
    ),
    "a trial dose as a dose": (
        "facts/founding-document.yaml",
        "  - id: L03\n",
        (
            "  - id: L99\n    quote: x\n    cites: [S2]\n    claims:\n      - {claim: dosing, drug: tocilizumab,"
            " role: refractory, rate: 12 mg/kg, per: patient.weight, amount-is: per dose}\n  - id: L03\n"
        ),
    ),
    "the formula of the body surface": ("vocabulary/layout.yaml", "/ 3600)", "/ 360)"),
    "the validity of a weight": ("vocabulary/case.yaml", "valid-for: 30 d", "valid-for: 29 d"),
    "a suspected diagnosis that settles": ("vocabulary/case.yaml", "        unsettled: [suspected]\n", ""),
    "a default for refractory turned round": (
        "vocabulary/case.yaml",
        "refractory: {type: boolean, absent: false",
        "refractory: {type: boolean",
    ),
    "a membership dropped": (
        "facts/interpretations.yaml",
        "      - {claim: member, member: tocilizumab, class: biologic}\n",
        "",
    ),
    "a population widened": (
        "facts/founding-document.yaml",
        "patient.underlying-disease: early-onset sJIA",
        "patient.underlying-disease: sJIA",
    ),
    "a caution dropped": (
        "facts/founding-document.yaml",
        "      - {claim: caution, caution: LABEL_SILENT_ON_MAS_TREATMENT, situation: tocilizumab-in-play}\n",
        "",
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_wrong_edit_of_the_knowledge_base_fails_a_scenario(name: str, copy: Path) -> None:
    file, old, new = EDITS[name]
    edit(copy / file, old, new, times=99)
    try:
        noticed = failing(copy)
    except Refused as refused:
        noticed = str(refused)
    assert noticed


EXPECTATIONS = {
    "another heading": (
        (
            "options:\n        - {drug: methylprednisolone, role: initial, status: indicated, dose: 600 mg/d,"
            ' running: "no"}'
        ),
        "undetermined:\n        - {drug: methylprednisolone, role: initial}",
    ),
    "another status": (
        "role: initial, status: indicated, dose: 600 mg/d",
        "role: initial, status: option, dose: 600 mg/d",
    ),
    "another dose": ("dose: 600 mg/d, running", "dose: 601 mg/d, running"),
    "another principal reason": (
        "role: addition, because: NOT_STARTED_STEROID",
        "role: addition, because: NOT_REFRACTORY",
    ),
    "an order of reasons": ("[NOT_STARTED_STEROID, NOT_REFRACTORY]", "[NOT_REFRACTORY, NOT_STARTED_STEROID]"),
    "a heading too many": (
        "        emapalumab / case-precedent: not-supported-now\n",
        "        emapalumab / case-precedent: not-supported-now\n        emapalumab / initial: advised\n",
    ),
    "a heading missing": ("        emapalumab / case-precedent: not-supported-now\n", ""),
    "a prohibition that is broken": (
        "        - care: {is: TREAT_INFECTION}",
        "        - option: {drug: methylprednisolone}",
    ),
}


@pytest.mark.parametrize("name", EXPECTATIONS)
def test_a_wrong_expectation_fails_its_scenario(name: str, copy: Path) -> None:
    old, new = EXPECTATIONS[name]
    edit(copy / "scenarios" / "diagnosis.yaml", old, new)
    assert [found.name for found in run(copy, ("confirmed-and-untreated",), ("compiled",)) if not found.passed]


UNKNOWN = {
    "an unknown field": ('running: "no"}', 'runing: "no"}'),
    "a heading of what nobody declared": ("emapalumab / case-precedent: not", "emapalumap / case-precedent: not"),
    "an unknown reason": ("because: NOT_STARTED_STEROID}", "because: NOT_STARTED_STEROIDS}"),
    "an unknown prohibition": ("        - care: {is: TREAT_INFECTION}", "        - a dose that nobody declared"),
    "an unknown kind of statement": (
        "        - care: {is: TREAT_INFECTION}",
        "        - cares: {is: TREAT_INFECTION}\n        - advices: {is: X}",
    ),
    "a misspelt field that must not be": (
        "        - care: {is: TREAT_INFECTION}",
        "        - care: {iss: TREAT_INFECTION}",
    ),
    "a misspelt word that must not be": (
        "        - care: {is: TREAT_INFECTION}",
        "        - care: {is: TREAT_INFECTIONS}",
    ),
    "a misspelt option that must not be": (
        "        - care: {is: TREAT_INFECTION}",
        "        - option: {drug: methylprednisolon}",
    ),
    "nothing expected": (
        "    set: {patient.mas: excluded}\n    expect:\n",
        "    set: {patient.mas: excluded}\n    expect: {}\n    note:\n",
    ),
    "a gap in a list": ("set: {patient.mas: suspected}", "set: {'courses[1].drug': anakinra}"),
    "an unknown base": ("like: confirmed-and-untreated", "like: confirmed-and-treated"),
    "a datum that is not there": ("without: [patient.mas]", "without: [patient.msa]"),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_an_expectation_that_could_never_fail_is_refused(name: str, copy: Path) -> None:
    old, new = UNKNOWN[name]
    edit(copy / "scenarios" / "diagnosis.yaml", old, new)
    with pytest.raises(Refused) as refused:
        run(copy, engines=("compiled",))
    assert all(problem.location.line for problem in refused.value.problems)
