"""Why any conclusion is not so, as a scenario expects it: of statements and situations too."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.advising import Advisor
from engine.errors import Findings
from engine.loading import load
from engine.reading import Mapping, read_text
from rulewright.authoring.scenario import Scenario
from rulewright.authoring.scenarios import outcome, read_each
from rulewright.authoring.trials import trial

KB = Path(__file__).resolve().parents[3] / "kb"
ADVISOR = Advisor(load(KB), ("compiled",))
SCENARIOS = {found.name: found for found in read_each(KB)}
CARE, CAUTION = "care(MANAGE_COAGULOPATHY)", "caution(RAPIDLY_FATAL_TREAT_EARLY)"


def scenario(entries: str, like: str, word: str = "reasons") -> Scenario:
    found = SCENARIOS[like]
    assert isinstance(found, Scenario)
    expect = read_text(f"{word}: {{{entries}}}", "own.yaml", Findings())
    assert isinstance(expect, Mapping)
    return Scenario(found.name, found.case, expect, found.sources, found.location)


@pytest.mark.parametrize(
    ("like", "conclusion", "codes"),
    [
        ("findings-not-recorded", CARE, "FINDING_MISSING"),
        ("findings-without-the-syndrome", CARE, "NOT_MAS"),
        ("findings-ask-for-care", CARE, ""),  # it is so
        ("diagnosis-not-recorded", CAUTION, "DIAGNOSIS_MISSING"),
        ("excluded", CAUTION, ""),  # no code says that
        ("confirmed-and-untreated", "option(cyclosporine A, add-on)", "NOT_REFRACTORY, NOT_STARTED_STEROID"),
    ],
)
def test_every_reason_and_no_other(like: str, conclusion: str, codes: str) -> None:
    written = scenario(f'"{conclusion}": [{codes}]', like)
    found = outcome(written, ADVISOR)
    assert found.passed, (found.differences, found.problems)
    told = trial(written, ADVISOR.knowledge)  # where there is an advice, and nothing else, what it rests on is had anew
    advice = ADVISOR.advise(told.case, told.sources)
    assert not told.differences(advice, ADVISOR.knowledge)
    other = scenario(f'"{conclusion}": [{"" if codes else "RESPONSE_MISSING"}]', like)
    (differing,) = outcome(other, ADVISOR).differences
    assert differing.aspect == "reasons"
    assert differing.actual == (codes or "none")
    assert trial(other, ADVISOR.knowledge).differences(advice, ADVISOR.knowledge) == (differing.text,)


@pytest.mark.parametrize(
    ("reasons", "code"),
    [
        (f"{CARE}: [FINDING_MISING]", "unknown-term"),
        ("care(MANAGE_COAGULOPATY): [FINDING_MISSING]", "expectation"),
        (f"{CARE}: FINDING_MISSING", "type"),
    ],
)
def test_what_could_never_fail_is_refused(reasons: str, code: str) -> None:
    found = outcome(scenario(reasons, "findings-not-recorded"), ADVISOR)
    assert [problem.code for problem in found.problems] == [code]


@pytest.mark.parametrize(
    ("like", "conclusion", "facts"),
    [
        ("findings-ask-for-care", CARE, ["G20"]),  # what its rule matches
        ("findings-not-recorded", CARE, ["G20"]),  # which is open
        ("findings-without-the-syndrome", CARE, []),  # nothing draws it
        ("inadequate-at-30-hours", "situation(window-open)", ["G09", "I01"]),  # what warrants its rule
        ("biologic-asked-for-first", "premature(anakinra)", ["G04", "I17", "R13", "R14"]),  # both
    ],
)
def test_all_that_the_firings_of_a_conclusion_rest_on(like: str, conclusion: str, facts: list[str]) -> None:
    entry = f'"{conclusion}": [{", ".join(facts)}]'
    found = outcome(scenario(entry, like, "rests-on"), ADVISOR)
    assert found.passed, (found.differences, found.problems)
    for other in (facts[1:], [*facts, "G05"]):
        if other != facts:
            (differing,) = outcome(scenario(f'"{conclusion}": {other}', like, "rests-on"), ADVISOR).differences
            assert differing.aspect == "facts"
            assert differing.actual == (", ".join(sorted(facts)) or "none")


def test_a_fact_that_is_none_is_refused() -> None:
    found = outcome(scenario(f"{CARE}: [G99]", "findings-ask-for-care", "rests-on"), ADVISOR)
    assert [problem.code for problem in found.problems] == ["unknown-term"]
