"""What edits do to cases: against the full advices of both sides, which are written and compared anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from oracle.programs import VOCABULARY, Written, WrittenCase, cases, dumped, programs

from engine.advising import Advisor
from engine.document import Mapping as Document
from engine.errors import Findings, Refused
from engine.loading.case import read_case
from engine.model.advice import Advice, Standing
from engine.model.knowledge import KnowledgeBase
from engine.reading import read_text
from rulewright.authoring.diff.bench import Bench, Plan, Span
from rulewright.authoring.diff.compare import of_scenarios
from rulewright.authoring.diff.edits import edits
from rulewright.authoring.diff.effects import Difference, Versions
from rulewright.authoring.diff.model import OF_THE_PROOF, Edit
from rulewright.authoring.diff.writing import line
from rulewright.authoring.scenarios import read_scenarios
from tests.rulewright.authoring.diff.conftest import ROOT, Edited
from tests.rulewright.authoring.diff.test_smallest import document

THRESHOLD = ("rules/situations.yaml", '">= 24 h"', '">= 36 h"')
ELAPSED = '      - test: {$c.elapsed: ">= 24 h"}\n        else: WINDOW_NOT_REACHED\n'
RESPONSE = "      - test: {$c.response: inadequate}\n        else: RESPONSE_ADEQUATE\n"
NUMBERS = (*range(12), *range(15, 155, 4))
"""The first cases, and more of those that are aimed at what was edited."""
SCENARIOS = ("both-triggers-of-cyclosporine", "weight-thirty-days-old")
TOO_EARLY = """\
as-of: 2026-03-01T08:00Z
patient: {mas: confirmed}
courses: [{drug: methylprednisolone, route: IV, started: -12 h, response: adequate}]
"""
"""A case in which two conditions of one rule fail."""
ADEQUATE = TOO_EARLY.replace("-12 h", "-30 h")
"""A case in which one fails, and another too where it is asked to wait longer: the same values, other reasons."""
ARGUMENT = """\
rules:
  - id: one-more
    title: One more argument for the same
    because: [R12]
    when: [{situation: {is: mas}}, {situation: {is: refractory}}]
    then: [{for: {option: {drug: anakinra, role: refractory}, modality: include}}]
"""
EDITS = {
    "a threshold": [THRESHOLD],
    "a modality": [("facts/founding-document.yaml", "modality: potential", "modality: may")],
    "a rate": [("rules/doses.yaml", "rate: 30 mg/kg/d", "rate: 3 mg/kg/d")],
    "a cap": [("rules/doses.yaml", "cap: 1000 mg/d", "cap: 500 mg/d")],
    "a word that is asked for": [("rules/situations.yaml", "{mas: confirmed}", "{mas: suspected}")],
    "a reason code": [("rules/situations.yaml", "else: WINDOW_NOT_REACHED", "else: NOT_STARTED_STEROID")],
    "an order of conditions": [("rules/situations.yaml", f"{ELAPSED}{RESPONSE}", f"{RESPONSE}{ELAPSED}")],
    "the validity of a measurement": [("vocabulary/case.yaml", "valid-for: 30 d", "valid-for: 20 d")],
    "a code for what is missing": [("vocabulary/case.yaml", "missing: WEIGHT_MISSING", "missing: HEIGHT_MISSING")],
    "a formula": [("vocabulary/layout.yaml", "patient.weight[kg] / 3600)", "patient.weight[kg] / 3500)")],
    "a source that no longer stands": [("sources/S0.yaml", "", "valid: {to: 2026-03-04}\n")],
    "a preference": [("rules/therapies.yaml", "order: [G09, G03]", "order: [G03, G09]")],
    "a warrant that a side of an opposition holds": [
        ("rules/cautions.yaml", "because: [R10, I05]", "because: [R10, R12, I05]")
    ],
    "one more argument for what is argued": [("rules/more.yaml", "", ARGUMENT)],
    "a quote": [
        ("facts/founding-document.yaml", "methylprednisolone at 30 mg/kg/day", "methylprednisolone of 30 mg/kg/day")
    ],
}


def said(advice: Advice) -> dict[tuple[str, str], object]:
    """The lines of a full advice, with what a reader would be told of them; no words, no proofs."""
    found: dict[tuple[str, str], object] = {}
    for standing in advice.options:
        found["option", ", ".join(standing.key.values())] = list(of_option(standing))
    for entries in advice.sections.values():
        for entry in entries:
            found["statement", entry.conclusion] = (
                entry.value,
                entry.annotations,
                entry.populations,
                entry.designs,
                (entry.certainty.status, entry.certainty.grade, entry.certainty.at_most),
            )
    for opposition in advice.opposed:
        number = f"{opposition.kind} {opposition.name} {sorted(opposition.about.items())}"
        bearings = {
            (side.label, bearing.way, bearing.on)
            for side in opposition.sides
            for bearing in side.bearings
            if bearing.value in ("true", "provisional")
        }
        found["opposition", number] = (opposition.settled_by, opposition.effect, bearings)
    return found


def of_option(standing: Standing) -> Iterator[object]:
    yield standing.heading, standing.running, standing.unresolved, standing.reason
    if standing.heading in ("advised", "provisional"):
        yield standing.status, standing.modality
    yield {(reason.code, reason.kind) for reason in standing.reasons}, standing.marks
    yield standing.populations, standing.evidence_levels, standing.designs
    yield [(entry.fact, entry.population) for entry in standing.beside]
    yield standing.certainty.status, standing.certainty.grade, standing.certainty.at_most
    for dose in standing.doses:
        yield dose.evidence, dose.value, dose.rate, dose.times, dose.measure, dose.cap, dose.outcome, dose.amount
        yield dose.stated, {reason.code for reason in dose.reasons}


def lines_that_differ(versions: Versions, advisors: tuple[Advisor, Advisor], case: Document) -> dict[str, int]:
    """How many lines of each kind a reader would find changed, by full advices of both sides."""
    one, other = (
        said(advisor.advise(read_case(case, advisor.knowledge.vocabulary, Findings()), questions=False))  # type: ignore[arg-type]
        for advisor in advisors
    )
    lines = {line for line in one.keys() | other.keys() if one.get(line) != other.get(line)}
    return {kind: sum(line == kind for line, _ in lines) for kind in ("option", "statement", "opposition")}


def told(versions: Versions, case: Document) -> dict[str, int]:
    found = {
        (difference.line, difference.name)
        for difference in versions.outcome(case).differences
        if difference.kind not in OF_THE_PROOF
    }
    return {kind: sum(line == kind for line, _ in found) for kind in ("option", "statement", "opposition")}


def bench(edited: Edited, seed: int = 3) -> Bench:
    old, new = edited.versions()
    plan = Plan(old.knowledge, new.knowledge, edits(old.parts, new.parts), (*new.moments, *old.moments), seed)
    return Bench(plan)


@pytest.mark.parametrize("name", EDITS)
def test_lines_are_told_changed_where_full_advices_differ(edit: Callable[..., Edited], name: str) -> None:
    tried = bench(edit(*EDITS[name]))
    advisors = (Advisor(tried.plan.old, ["compiled"]), Advisor(tried.plan.new, ["compiled"]))
    differed = 0
    scenarios = {scenario.name: scenario.case for scenario in read_scenarios(ROOT / "kb")}
    more = (document(TOO_EARLY), document(ADEQUATE), *(scenarios[each] for each in SCENARIOS))
    for case in (*map(tried.cases.document, NUMBERS), *more):
        expected = lines_that_differ(tried.versions, advisors, case)
        assert told(tried.versions, case) == expected, line(case)
        differed += any(expected.values())
    assert (differed > 0) is (name != "a quote"), "the cases say nothing of this edit"


@pytest.mark.parametrize("name", ["a threshold", "a rate", "a word that is asked for", "a code for what is missing"])
def test_what_is_not_written_would_say_the_same(edit: Callable[..., Edited], name: str) -> None:
    """Writing the whole advice of every case finds the differences that the shortcuts find, and no other."""
    tried = bench(edit(*EDITS[name]))
    whole = bench(edit_again(tried))
    whole.versions.everywhere = True
    for case in (*map(tried.cases.document, NUMBERS), document(ADEQUATE)):
        found = set(tried.versions.outcome(case).differences)
        assert found == set(whole.versions.outcome(case).differences), line(case)


def edit_again(tried: Bench) -> Edited:
    return Edited(Path(tried.plan.old.root), Path(tried.plan.new.root))


def test_the_same_knowledge_has_no_effects() -> None:
    edited = Edited(ROOT / "kb", ROOT / "kb")
    diff = edited.diff(cases=200)
    assert (diff.edits, diff.effects) == ((), ())
    assert (diff.scenarios.changed, diff.sampled.changed, diff.sampled.proof_only) == (0, 0, 0)
    assert (diff.sampled.cases, diff.sampled.unread, diff.sampled.partly) == (200, 0, 0)
    assert diff.scenarios.cases == len(edited.versions()[0].scenarios) > 50


def test_words_and_order_have_no_effects(edit: Callable[..., Edited]) -> None:
    diff = edit(
        ("rules/situations.yaml", "title: Macrophage activation syndrome is confirmed\n", "title: It is\n"),
        ("rules/situations.yaml", "because: [G09, I01, I12]", "because: [I12, G09, I01]"),
    ).diff(cases=200)
    assert [each.what for each in diff.edits] == ["re-worded", "re-worded"]
    assert diff.effects == ()


def test_an_edit_whose_effect_is_known(edit: Callable[..., Edited]) -> None:
    """The first course counts after 24 hours; asked to wait for 36, it no longer opens the additions at 30."""
    edited = edit(THRESHOLD)
    tally = of_scenarios(bench(edited), *edited.versions(), lambda *_: None)
    rule = ("rule:inadequate-response-to-the-initial-corticosteroid",)
    lost = Difference(
        "option lost", "option", "tacrolimus, addition", "advised (option, include)", "not supported now", rule
    )
    assert {"inadequate-at-24-hours", "inadequate-at-30-hours"} <= set(tally.shown[lost].scenarios)
    assert {difference.because for difference in tally.shown} == {rule}
    assert tally.tried > 100
    assert 0 < tally.changed < tally.tried


def test_each_difference_names_its_own_edit(edit: Callable[..., Edited]) -> None:
    shown = bench(edit(THRESHOLD, *EDITS["a rate"])).sample(Span(0, 200)).shown
    because = {difference.because for difference in shown if difference.kind == "dose changed"}
    assert because == {("regimen:pulse-then-follow-on",)}
    lost = {difference.because for difference in shown if difference.kind == "option lost"}
    assert lost == {("rule:inadequate-response-to-the-initial-corticosteroid",)}


def test_a_datum_that_one_side_does_not_know_is_left_out_for_it(edit: Callable[..., Edited]) -> None:
    diff = edit(("vocabulary/case.yaml", "      ESR:", "      feet:")).diff(cases=100)
    assert {each.name: each.what for each in diff.edits} == {
        "datum:labs.ESR": "removed",
        "datum:labs.feet": "added",
    }
    assert diff.sampled.partly > 5
    assert diff.sampled.unread == 0
    assert diff.effects == ()


# Random knowledge bases ----------------------------------------------------------------------------------------------

LAYOUT = """
headings:
  {conclusion: option, subject: drug, known-by: [therapy], asked: patient.wanted, given: courses,
   unclaimed-code: NOBODY}
"""
SAID = {
    "situation: {key: {is: {type: term, of: situation}}}": "situation: {key: {is: {type: term, of: situation}}, "
    "section: watch, ask: true, template: 'it is {is.label}'}",
    "  modality: {strong": "  reason: {NOBODY: no claim, MISSING: not known, FAILS: not so}\n  modality: {strong",
    "state: {type: one of,": "state: {type: one of, missing: MISSING,",
    "s1: one, s2: two": "s1: one, s2: {label: two, else: FAILS, missing: MISSING}",
}


def laid_out() -> str:
    vocabulary: str = VOCABULARY
    for plain, worded in SAID.items():
        assert plain in vocabulary
        vocabulary = vocabulary.replace(plain, worded, 1)
    return vocabulary + LAYOUT


def edits_between(old: KnowledgeBase, new: KnowledgeBase) -> list[Edit]:
    """The edits of two knowledge bases with one vocabulary, found by comparing what was loaded."""
    found = [
        Edit(kind=kind, id=id_, what="changed" if id_ in one and id_ in other else "added")
        for kind, one, other in (("fact", old.facts, new.facts), ("rule", old.rules, new.rules))
        for id_ in one.keys() | other.keys()
        if one.get(id_) != other.get(id_)
    ]
    rest = [
        (side.regimens, side.prefers, side.interactions, side.vocabulary.conclusions["option"].argued)
        for side in (old, new)
    ]
    return [*found, *([Edit(kind="preference", id="P1", what="changed")] if rest[0][1:] != rest[1][1:] else [])] + (
        [Edit(kind="regimen", id="R1", what="changed")] if rest[0][0] != rest[1][0] else []
    )


@settings(
    max_examples=40, derandomize=True, database=None, deadline=None,
    phases=(Phase.generate,), suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(programs(), programs(), cases())
def test_random_knowledge_bases(one: Written, other: Written, case: WrittenCase) -> None:
    vocabulary = laid_out()
    node = read_text(dumped(case.body), "case.yaml", Findings())
    assert isinstance(node, Document)
    try:
        old, new = one.load(vocabulary), other.load(vocabulary)
        versions = Versions(old, new, edits_between(old, new))
        expected = lines_that_differ(versions, (Advisor(old, ["compiled"]), Advisor(new, ["compiled"])), node)
    except Refused:  # a conclusion would depend on its own absence
        assume(False)
    assert told(versions, node) == expected


@pytest.mark.parametrize("folder", ["tests/knowledge/pumps", "tests/knowledge/graded"])
def test_other_subjects(edit: Callable[..., Edited], folder: str) -> None:
    same = Edited(ROOT / folder, ROOT / folder).diff(cases=60)
    assert same.effects == ()
    tried = bench(edit(*OTHERS[folder], of=folder))
    advisors = (Advisor(tried.plan.old, ["compiled"]), Advisor(tried.plan.new, ["compiled"]))
    differed = 0
    for number in NUMBERS:
        case = tried.cases.document(number)
        expected = lines_that_differ(tried.versions, advisors, case)
        assert told(tried.versions, case) == expected, number
        differed += any(expected.values())
    assert differed


OTHERS = {
    "tests/knowledge/pumps": [("facts/handbook.yaml", "modality: must", "modality: may")],
    "tests/knowledge/graded": [("facts/P1.yaml", "certainty: moderate", "certainty: low")],
}
