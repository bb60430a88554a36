"""Why-not names every rule that could draw a conclusion, and marks its conditions as the case has them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.advising import Advisor, read_case_node, read_case_text
from engine.errors import Refused
from engine.loading import load
from engine.model.knowledge import KnowledgeBase
from engine.observing import NOT, STANDS, TRUE
from engine.program import Clause, GroundCondition, Holds
from engine.resolution import RESOLUTION
from provenance.inquiry import Inquiry
from provenance.model.whynot import Check, WhyCondition, WhyNot
from provenance.render.whynot import not_drawn_page, why_not_page
from provenance.whynot.answer import not_drawn, why_not
from provenance.whynot.bounds import numbers_in
from provenance.whynot.marks import MARKS
from rulewright.authoring.scenarios import read_scenarios

ROOT = Path(__file__).resolve().parents[2]
PUMPS = ROOT / "tests" / "knowledge" / "pumps"
BASES = {"kb": load(ROOT / "kb"), "pumps": load(PUMPS)}
ADVISORS = {name: Advisor(knowledge, ("compiled",)) for name, knowledge in BASES.items()}
SCENARIOS = [("kb", scenario) for scenario in read_scenarios(ROOT / "kb")]
SCENARIOS += [("pumps", scenario) for scenario in read_scenarios(PUMPS)]

GIVEN_TWICE = """
as-of: 2026-03-01T08:00Z
patient: {weight: 20 kg, mas: confirmed}
courses:
  - {drug: methylprednisolone, route: IV, started: -12 h, response: inadequate}
  - {drug: methylprednisolone, route: PO, started: -30 h}
"""


def asked(text: str, base: str = "kb") -> Inquiry:
    return Inquiry(ADVISORS[base], read_case_text(text, "case.yaml", BASES[base]))


def example(name: str) -> Inquiry:
    path = ROOT / "kb" / "scenarios" / "examples" / f"{name}.yaml"
    return asked(path.read_text(encoding="utf-8"))


def said(answer: WhyNot, knowledge: KnowledgeBase = BASES["kb"]) -> str:
    return "\n".join(text for _, text in why_not_page(answer, knowledge).paragraphs)


@pytest.mark.parametrize(("base", "scenario"), SCENARIOS, ids=lambda part: getattr(part, "name", part))
def test_every_rule_that_could_draw_it_is_told_with_marks_as_the_case_has_them(base: str, scenario: object) -> None:
    """Every conclusion of every scenario; marks of conditions that no item decides against a direct evaluation."""
    knowledge = BASES[base]
    inquiry = Inquiry(ADVISORS[base], read_case_node(scenario.case, knowledge), scenario.sources)  # type: ignore[attr-defined]
    grounds = inquiry.grounds
    for atom in grounds.program.atoms:
        if grounds.derivation.value(atom) == TRUE or " " in atom.relation:
            continue
        answer = why_not(inquiry, str(atom), changes=False)
        assert answer.value != "true"
        numbers = [undrawn.number for undrawn in answer.undrawn]
        assert numbers == list(range(2, len(numbers) + 2))
        expected = {clause.rule for clause in grounds.program.clauses if clause.head == atom}
        if f"{RESOLUTION} of {atom.relation}" in expected:
            argued = f"for {atom.relation}"
            expected = {
                c.rule
                for c in grounds.program.clauses
                if (c.head.relation, c.head.arguments) == (argued, atom.arguments)
            }
        told = [instance for instance in answer.instances if instance.side != "against"]
        assert {instance.rule for instance in told} == expected
        distances = [instance.distance for instance in told]
        assert distances == sorted(distances, key=lambda one: (one is None, one))
        for instance in told:
            clause = next(
                c
                for c in grounds.program.clauses
                if c.rule == instance.rule
                and {fact for id_ in c.evidence for fact in grounds.program.evidence[id_].facts}
                <= set(instance.evidence)
                and len(asked_once(c)) == len(instance.conditions)
                and all(
                    str(ground.literal.atom) == told_condition.conclusion
                    for ground, told_condition in zip(asked_once(c), instance.conditions, strict=True)
                    if isinstance(ground.literal, Holds)
                )
            )
            for ground, condition in zip(asked_once(clause), instance.conditions, strict=True):
                if isinstance(ground.literal, Holds):
                    value = grounds.derivation.value(ground.literal.atom)
                    negated = (STANDS if ground.stands else NOT)[value]
                    assert condition.mark == MARKS[negated if condition.unless else value]
                    below = {undrawn.conclusion for undrawn in answer.undrawn} | {answer.conclusion}
                    assert condition.mark == "met" or condition.conclusion in below


def asked_once(clause: Clause) -> list[GroundCondition]:
    """The conditions of an instance; one that stands in it twice is told once, in its first place."""
    found: list[GroundCondition] = []
    for conditions in (clause.when, clause.unless):
        for number, one in enumerate(conditions):
            if all((one.literal, one.stands) != (earlier.literal, earlier.stands) for earlier in conditions[:number]):
                found.append(one)
    return found


UNSETTLED = "{as-of: 2026-03-01T08:00Z, patient: {underlying-disease: sJIA}}"


def test_a_condition_that_stands_twice_is_told_and_counted_once() -> None:
    answer = why_not(asked(UNSETTLED), "option(methylprednisolone, initial)")
    for instance in answer.instances:
        assert [one.conclusion for one in instance.conditions].count("situation(mas)") == 1
        assert instance.distance == 2, "the diagnosis, and whether the course is complete"


def test_fewer_changes_that_draw_it_provisionally_are_told_beside_those_that_draw_it() -> None:
    answer = why_not(asked(UNSETTLED), "option(methylprednisolone, initial)")
    assert answer.changes is not None
    assert answer.changes.provisionally is not None
    assert (answer.changes.size, answer.changes.meaning) == (2, "to be advised without reservation")
    provisionally = answer.changes.provisionally
    assert (provisionally.size, provisionally.value) == (1, "provisional")
    cells = [change.cell for one in provisionally.sets for change in one.changes]
    assert cells == ["macrophage activation syndrome: confirmed"]
    confirmed = asked("{as-of: 2026-03-01T08:00Z, patient: {mas: confirmed}}")
    assert confirmed.advice.values["option(methylprednisolone, initial)"] == "provisional"
    again = why_not(confirmed, "option(methylprednisolone, initial)")
    assert again.changes is not None
    assert (again.changes.size, again.changes.provisionally) == (1, None)
    text = said(answer)
    assert "Drawn means here: to be advised without reservation." in text
    assert "With 1 change it stands provisionally:" in text
    assert "courses given: a complete list, for example none at all" in text


def checks(condition: WhyCondition) -> list[Check]:
    return [*condition.checks, *(check for item in condition.items for check in item.checks)]


def test_each_item_is_tried_test_by_test_with_the_words_that_set_the_bound() -> None:
    answer = why_not(asked(GIVEN_TWICE), "option(cyclosporine A, add-on)")
    below = {undrawn.conclusion: undrawn for undrawn in answer.undrawn}
    (instance,) = below["situation(inadequate-steroid-response)"].instances
    assert (instance.distance, instance.items) == (1, {"c": "courses[0]"})
    pattern, elapsed, response = instance.conditions
    tried = {(item.label, check.test): check.mark for item in pattern.items for check in item.checks}
    assert tried == {
        ("course 1 (methylprednisolone)", "drug is methylprednisolone"): "met",
        ("course 1 (methylprednisolone)", "route is IV"): "met",
        ("course 1 (methylprednisolone)", "first of those"): "met",
        ("course 2 (methylprednisolone)", "drug is methylprednisolone"): "met",
        ("course 2 (methylprednisolone)", "route is IV"): "failed",
    }
    (check,) = checks(elapsed)
    assert (elapsed.mark, check.value, check.path) == ("failed", "12 h", "courses[0].started")
    assert elapsed.codes == ("WINDOW_NOT_REACHED",)
    assert check.bound is not None
    assert (check.bound.text, check.bound.facts, check.bound.told_by) == (">= 24 h", ("G09", "I01"), "words")
    assert response.mark == "met"
    text = said(answer)
    assert "course 1 (methylprednisolone): time since the first dose at least 24 hours: FAILED (12 hours)" in text
    assert "the bound >= 24 hours is set by G09 I01" in text
    assert "G09 “If the patient does not respond adequately within 24-48 hours" in text


def test_where_there_is_no_item_it_is_said_and_no_reason_is_made_up() -> None:
    answer = why_not(example("untreated-child"), "situation(inadequate-steroid-response)")
    pattern, elapsed, response = answer.instances[0].conditions
    assert (pattern.mark, pattern.note, pattern.codes) == ("failed", "courses given: none", ("NOT_STARTED_STEROID",))
    assert elapsed.codes == response.codes == ()
    assert checks(elapsed)[0].note == "no course to test"
    assert answer.distance == 4


def test_a_list_that_was_not_given_is_unknown() -> None:
    answer = why_not(asked("{as-of: 2026-03-01T08:00Z}"), "situation(inadequate-steroid-response)")
    assert answer.value == "unknown"
    assert {condition.mark for condition in answer.instances[0].conditions} == {"unknown"}
    assert answer.instances[0].conditions[0].note == "courses given: not given"


def test_a_bound_that_a_claim_states_is_the_claims() -> None:
    case = """
as-of: 2026-01-15T12:00Z
pump: {standby: true, leak: false, noise: false}
readings: {vibration: 7 mm/s, bearing-temperature: 60 Cel}
"""
    answer = why_not(asked(case, "pumps"), "situation(vibration-high)")
    (check,) = checks(answer.instances[0].conditions[0])
    assert (check.mark, check.value) == ("failed", "7 mm/s")
    assert check.bound is not None
    assert (check.bound.text, check.bound.facts, check.bound.told_by) == ("> 7.1 mm/s", ("H1",), "claim")


def test_bounds_that_only_a_reading_or_a_formula_sets() -> None:
    case = GIVEN_TWICE.replace(
        "-30 h}", "-30 h}\n  - {drug: methylprednisolone, route: IV, started: -100 h, days-given: 2, dose: 700 mg/d}"
    )
    inquiry = asked(case)
    (pulse,) = why_not(inquiry, "situation(pulse-complete)").instances
    meant = [item.label for item in pulse.conditions[1].items]
    assert meant == ["course 1 (methylprednisolone)", "course 3 (methylprednisolone)"], "course 2 was given by mouth"
    days, hours = (checks(condition)[0].bound for condition in pulse.conditions[1:])
    assert days is not None
    assert hours is not None
    assert (days.facts, days.told_by) == (("G07", "I16"), "words")  # "for 3 days", "three days were given"
    assert (hours.facts, hours.told_by) == (("G07", "I16"), "words")  # 72 h are 3 days
    (low,) = why_not(inquiry, "situation(steroid-below-source-dose)").instances
    formula = checks(low.conditions[2])[0]
    assert formula.note == "the source's initial dose before its cap: 600 mg/d"
    assert formula.bound is not None
    assert (formula.bound.facts, formula.bound.told_by) == (("G07",), "formula")


def test_what_argues_against_it_is_told() -> None:
    answer = why_not(example("biologic-asked-for-first"), "option(tocilizumab, refractory)")
    against = [instance for instance in answer.instances if instance.side == "against"]
    assert [instance.rule for instance in against] == ["biologic-asked-for-too-early-is-withheld"]
    assert against[0].value == "true"
    assert answer.reasons[0].code == "PRIOR_IMMUNOSUPPRESSION_INSUFFICIENT"
    assert "AGAINST it: “A biologic that is asked for before adequate immunosuppression is withheld”" in said(answer)


def test_what_is_provisional_names_the_gap() -> None:
    case = """
as-of: 2026-03-06T08:00Z
patient: {weight: 20 kg, mas: confirmed}
courses: [{drug: methylprednisolone, route: IV, started: -100 h}]
"""
    answer = why_not(asked(case), "option(methylprednisolone, initial)")
    assert answer.value == "provisional"
    gap = next(c for c in answer.instances[0].conditions if c.conclusion == "completed(methylprednisolone, initial)")
    assert (gap.mark, gap.codes) == ("provisional", ("DAYS_GIVEN_MISSING",))


def test_what_is_drawn_or_cannot_be_is_refused() -> None:
    inquiry = example("refractory-child")
    with pytest.raises(Refused, match="already-drawn"):
        why_not(inquiry, "option(anakinra, refractory)")
    with pytest.raises(Refused, match="unknown-conclusion"):
        why_not(inquiry, "option(anakinra, initial)")


def test_one_line_for_each_option_that_is_not_drawn() -> None:
    inquiry = example("untreated-child")
    overview = not_drawn(inquiry)
    headings = {"option({}, {})".format(*s.key.values()): s.heading for s in inquiry.advice.options}
    assert [line.conclusion for line in overview.lines] == [name for name, at in headings.items() if at != "advised"]
    first = overview.lines[0]
    assert first.reason is not None
    assert (first.conclusion, first.reason.code, first.distance) == (
        "option(cyclosporine A, add-on)",
        "NOT_STARTED_STEROID",
        1,
    )
    text = "\n".join(text for _, text in not_drawn_page(overview).paragraphs)
    assert text.count("nearest: ") == len(overview.lines) == 8


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("within 24-48 hours", [("24", "h"), ("48", "h")]),
        ("30 mg/kg/day (maximum 1 gram) for 3 days", [("30", "mg/kg/d"), ("1", "g"), ("3", "d")]),
        ("1,000 mg per day; three days were given", [("1000", "mg/d"), ("3", "d")]),
        ("above 90 degrees, 7.1 mm/s", [("90", "Cel"), ("7.1", "mm/s")]),
        ("one of the two; G07 of 2", [("2", None), ("2", None)]),
    ],
)
def test_numbers_are_read_with_their_units(text: str, found: list[tuple[str, str | None]]) -> None:
    assert [(number, unit.text if unit else None) for number, unit in numbers_in(text)] == [
        (Fraction(number), unit) for number, unit in found
    ]


COMPARED = re.compile(r"time since the first dose at least 24 hours: (?P<mark>met|FAILED) \((?P<value>[^ ]+) hours\)")


@given(st.integers(-2_000_000, 2_000_000) | st.sampled_from([-1_000_000, -1, 0, 1]))
@settings(max_examples=30, deadline=None)
def test_what_is_printed_beside_a_bound_compares_as_the_case_does(microseconds: int) -> None:
    """A day before the as-of time, and a little more or less: 23 h 59 min 59 s is not printed as 24 hours."""
    started = datetime(2026, 2, 28, 8, tzinfo=UTC) - timedelta(microseconds=microseconds)
    written = started.isoformat().replace("+00:00", "Z")
    inquiry = asked(
        f"""
as-of: 2026-03-01T08:00Z
patient: {{weight: 20 kg, mas: confirmed}}
courses: [{{drug: methylprednisolone, route: IV, started: {written}, response: adequate}}]
"""
    )
    text = " ".join(said(why_not(inquiry, "situation(inadequate-steroid-response)", changes=False)).split())
    found = COMPARED.search(text)
    assert found, text
    assert (Fraction(found["value"]) >= 24) == (microseconds >= 0) == (found["mark"] == "met")
