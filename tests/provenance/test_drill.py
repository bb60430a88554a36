"""A withdrawal over scenarios: what is counted, what is broken, and what a gate lets pass."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from engine.advising import Advisor, read_case_text
from engine.errors import Refused
from engine.loading import load
from engine.model.knowledge import KnowledgeBase
from provenance.comparison.lines import option_said
from provenance.inquiry import Inquiry
from provenance.model.dossier import Consequences
from provenance.model.withdrawal import CaseWithdrawal, Drill
from provenance.render.dossier import consequences
from provenance.render.tallies import reach_words
from provenance.render.withdrawal import withdrawal_page
from provenance.render.wording import sentence_words
from provenance.withdrawal.drill import GATES, Trial, fails, only, over_case, over_scenarios, reach
from provenance.withdrawal.effects import EFFECTS
from provenance.withdrawal.withdrawal import read_withdrawal, without
from rulewright.authoring.trials import trials

KB = Path(__file__).resolve().parents[2] / "kb"
PUMPS = Path(__file__).resolve().parents[1] / "knowledge" / "pumps"
GRADED = Path(__file__).resolve().parents[1] / "knowledge" / "graded"


@pytest.fixture(scope="module")
def pumps() -> KnowledgeBase:
    return load(PUMPS)


@pytest.fixture(scope="module")
def found(pumps: KnowledgeBase) -> list[Trial]:
    return trials(PUMPS, pumps)


def drilled(pumps: KnowledgeBase, found: list[Trial], *ids: str) -> Drill:
    return over_scenarios(pumps, read_withdrawal(pumps, ids), found)


@pytest.mark.parametrize("name", ["R2", "H2", "HB", "RD", "B1"])
def test_a_drill_counts_what_each_case_by_itself_says(name: str, pumps: KnowledgeBase, found: list[Trial]) -> None:
    whole = drilled(pumps, found, name)
    counted: Counter[tuple[str, str]] = Counter()
    broken = {}
    after = Advisor(without(pumps, read_withdrawal(pumps, [name])), ("compiled",))
    for trial in found:
        inquiry = Inquiry(Advisor(pumps, ("compiled",)), trial.case, trial.sources)
        case = over_case(inquiry, read_withdrawal(pumps, [name]))
        counted.update((line.name, line.effect) for line in case.lines)
        broken[trial.name] = list(trial.differences(after.advise(trial.case, trial.sources), after.knowledge))
    tallied: Counter[tuple[str, str]] = Counter()
    for tally in whole.tallies:
        tallied[tally.name, tally.effect] += tally.scenarios
    assert tallied == counted
    assert {effect.name: list(effect.broken) for effect in whole.effects if effect.broken} == {
        name: told for name, told in broken.items() if told
    }
    assert whole.scenarios == len(found)
    assert whole.already == ()


def test_a_statement_that_keeps_one_of_its_sources_is_told_over_scenarios_too() -> None:
    knowledge = load(KB)
    some = [trial for trial in trials(KB, knowledge) if trial.name == "refractory-child"]
    whole = over_scenarios(knowledge, read_withdrawal(knowledge, ["S5"]), some)
    case = over_case(Inquiry(Advisor(knowledge, ("compiled",)), some[0].case), read_withdrawal(knowledge, ["S5"]))
    assert [effect.lines for effect in whole.effects] == [case.lines]
    assert [(line.name, line.effect) for line in case.lines if line.line == "option"] == [
        ("tocilizumab, refractory", "basis")
    ]


def test_the_same_facts_may_fall_on_one_day_and_stay_on_another(tmp_path: Path) -> None:
    root = tmp_path / "kb"
    shutil.copytree(KB, root)
    source = root / "sources" / "S6.yaml"
    source.write_text(source.read_text(encoding="utf-8") + "valid: {to: 2026-03-31}\n", encoding="utf-8")
    facts = root / "facts" / "founding-document.yaml"
    text = facts.read_text(encoding="utf-8")
    for name in ("R09", "R10", "R13", "R14", "R15", "R16", "R17"):  # what S6 alone carries is no matter here
        start = text.index(f"  - id: {name}\n")
        text = text[:start] + text[start:].replace("cites: [S6]", "cites: []", 1)
    facts.write_text(text, encoding="utf-8")
    knowledge = load(root)
    template = next(trial for trial in trials(root, knowledge) if trial.name == "refractory-child")
    later = replace(template.case, as_of=template.case.as_of.replace(month=4))
    some = [template, replace(template, name="later", case=later)]
    drilling = over_scenarios(knowledge, read_withdrawal(knowledge, ["S5"]), some)
    lost = {
        effect.name: {fact for line in effect.lines for one in line.carried for way in one.lost for fact in way.facts}
        for effect in drilling.effects
    }
    assert "R07" not in lost["refractory-child"]
    assert "R07" in lost["later"]
    assert [fact.id for fact in drilling.fall.facts] == ["R07"]


def test_what_falls_stands_before_what_changes_and_the_example_is_the_first(
    pumps: KnowledgeBase, found: list[Trial]
) -> None:
    whole = drilled(pumps, found, "HB")
    order = [EFFECTS.index(tally.effect) for tally in whole.tallies]
    assert order == sorted(order)
    names = [trial.name for trial in found]
    for tally in whole.tallies:
        having = [
            effect.name
            for effect in whole.effects
            for line in effect.lines
            if (line.name, line.effect, line.before, line.after)
            == (tally.name, tally.effect, tally.before, tally.after)
        ]
        assert tally.example == min(having, key=names.index)


def test_a_scenario_whose_documents_do_not_hold_what_falls_is_untouched(
    pumps: KnowledgeBase, found: list[Trial]
) -> None:
    touched = {effect.name for effect in drilled(pumps, found, "B1").effects}
    admitting = {trial.name for trial in found if "B1" in pumps.admitted(trial.day, trial.sources)}
    assert touched <= admitting
    assert touched
    assert len(admitting) < len(found)


def test_a_scenario_that_did_not_hold_before_is_not_called_broken(pumps: KnowledgeBase, found: list[Trial]) -> None:
    first = found[0]
    failing = Trial(first.name, first.place, first.case, first.sources, lambda advice, knowledge: ["never holds"])
    whole = over_scenarios(pumps, read_withdrawal(pumps, ["HB"]), [failing])
    assert whole.already == (first.name,)
    assert not any(effect.broken for effect in whole.effects)


def test_each_gate_lets_pass_what_it_says(pumps: KnowledgeBase, found: list[Trial]) -> None:
    whole = drilled(pumps, found, "HB")
    for effect in EFFECTS:
        lines = [line.model_copy(update={"effect": effect}) for one in whole.effects for line in one.lines[:1]][:1]
        one = whole.model_copy(
            update={"effects": (whole.effects[0].model_copy(update={"lines": tuple(lines), "broken": ()}),)}
        )
        assert {gate for gate in GATES if fails(one, gate)} == {
            gate for gate, those in GATES.items() if effect in those
        }
    nothing = whole.model_copy(update={"effects": ()})
    assert not any(fails(nothing, gate) for gate in GATES)
    broken = whole.model_copy(
        update={"effects": (whole.effects[0].model_copy(update={"lines": (), "broken": ("it is not",)}),)}
    )
    assert {gate for gate in GATES if fails(broken, gate)} == {"any"}


def test_words_choose_lines_and_unknown_words_are_refused(pumps: KnowledgeBase, found: list[Trial]) -> None:
    whole = drilled(pumps, found, "R2")
    chosen = only(whole, "over-pressure", pumps)
    assert {tally.name for tally in chosen.tallies} == {"situation(over-pressure)"}
    assert only(whole, None, pumps) == whole
    with pytest.raises(Refused) as refused:
        only(whole, "over-presure", pumps)
    assert [(one.code, one.hint) for one in refused.value.problems] == [
        ("unknown-conclusion", "did you mean `over-pressure`?")
    ]


# Certainty -----------------------------------------------------------------------------------------------------------


def test_a_line_that_is_less_sure_says_how_sure_it_was_and_is() -> None:
    knowledge = load(GRADED)
    text = "{as-of: 2026-04-01T18:00Z, forecast: {lowest: -2 Cel, dew-point: -9 Cel}}"
    inquiry = Inquiry(Advisor(knowledge, ("compiled",)), read_case_text(text, "case", knowledge))
    found = over_case(inquiry, read_withdrawal(knowledge, ["G11"]))
    line = next(line for line in found.lines if "WAKE_THE_GROWERS" in line.name)
    assert line.effect == "certainty"
    assert "certainty low: G10" in line.before
    assert "certainty very low" in line.after


# States --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return load(KB)


@pytest.fixture(scope="module")
def some(kb: KnowledgeBase) -> list[Trial]:
    return [trial for trial in trials(KB, kb) if "refractory" in trial.name or "untreated" in trial.name]


def test_no_state_of_one_scenario_is_told_of_another(kb: KnowledgeBase, some: list[Trial]) -> None:
    whole = over_scenarios(kb, read_withdrawal(kb, ["S7"]), some)
    told = {
        (line.line, line.name, line.effect, line.before, line.after): 0 for one in whole.effects for line in one.lines
    }
    for one in whole.effects:
        for line in one.lines:
            told[line.line, line.name, line.effect, line.before, line.after] += 1
    assert {(one.line, one.name, one.effect, one.before, one.after): one.scenarios for one in whole.tallies} == told
    states = [one for one in whole.tallies if one.name == "anakinra, refractory"]
    assert len({one.after for one in states}) > 2
    text = page(whole)
    assert f"anakinra, for refractory cases: in {len(some)} scenarios in " in text
    for state in states[:6]:
        assert f"in {state.scenarios}, as in {state.example}: still {sentence_words(state.after)}" in text
    left = states[6:]
    assert not left or f"in {sum(state.scenarios for state in left)} more, in {len(left)} other state" in text


@pytest.mark.parametrize("name", ["S7", "I04", "R11"])
def test_the_drill_and_the_dossier_count_alike(name: str, kb: KnowledgeBase, some: list[Trial]) -> None:
    whole = over_scenarios(kb, read_withdrawal(kb, [name]), some)
    kinds = Counter(
        "otherwise"
        if any(line.line != "conclusion" and line.effect not in ("basis", "proof") for line in one.lines)
        else "behind"
        if any(line.effect not in ("basis", "proof") for line in one.lines)
        else "cited"
        for one in whole.effects
        if one.lines
    )
    assert (whole.otherwise, whole.behind, whole.cited) == (kinds["otherwise"], kinds["behind"], kinds["cited"])
    assert whole.unchanged == len(some) - kinds.total()
    told = Consequences(
        scenarios=whole.scenarios,
        differing=kinds.total(),
        changed=whole.otherwise,
        behind=whole.behind,
        lines=whole.tallies,
    )
    if whole.otherwise:
        assert consequences(told)[0] in page(whole)
    else:
        assert "every line stands" in consequences(told)[0]


def test_conclusions_that_no_line_shows_are_no_mere_citation(pumps: KnowledgeBase, found: list[Trial]) -> None:
    whole = drilled(pumps, found, "R2")
    hidden = tuple(
        one.model_copy(update={"lines": tuple(line.model_copy(update={"line": "conclusion"}) for line in one.lines)})
        for one in whole.effects
    )
    assert reach(hidden, len(found)) == {
        "otherwise": 0,
        "behind": 2,
        "cited": 0,
        "unchanged": len(found) - 2,
    }
    assert reach_words(9, 0, 2, 1) == (
        "0 of 9 scenarios are advised otherwise, in 2 only conclusions that no line shows, "
        "in 1 only what is cited or proven"
    )


def test_an_option_that_no_claim_names_any_more_is_not_told_as_unknown(kb: KnowledgeBase) -> None:
    text = (KB / "scenarios" / "examples" / "biologic-asked-for-first.yaml").read_text()
    inquiry = Inquiry(Advisor(kb, ("compiled",)), read_case_text(text, "case", kb))
    found = over_case(inquiry, read_withdrawal(kb, ["I04"]))
    lines = {line.name: line for line in found.lines if line.line == "option"}
    assert lines["tocilizumab, refractory"].after == "named by no claim any more"
    assert lines["tocilizumab"].before == "told in the lines of its claims"


@pytest.mark.parametrize(("status", "said"), [("advised", "advised"), ("option", "advised (option)")])
def test_a_status_that_is_the_heading_is_said_once(status: str, said: str, kb: KnowledgeBase) -> None:
    text = (KB / "scenarios" / "examples" / "refractory-child.yaml").read_text()
    advice = Advisor(kb, ("compiled",)).advise(read_case_text(text, "case", kb))
    standing = next(one for one in advice.options if one.heading == "advised")
    assert option_said(standing.model_copy(update={"status": status, "doses": ()})) == said


# The page ------------------------------------------------------------------------------------------------------------


def page(found: CaseWithdrawal | Drill) -> str:
    return " ".join(withdrawal_page(found).text().split())


def test_the_page_of_a_drill_says_how_many_and_names_an_example(pumps: KnowledgeBase, found: list[Trial]) -> None:
    told = page(drilled(pumps, found, "R2"))
    assert (
        f"0 of {len(found)} scenarios are advised otherwise, in 2 only conclusions that no line shows, "
        f"and {len(found) - 2} are unchanged; "
        "2 no longer meet what is expected."
    ) in told
    assert "quantity, it is not computed: pump-power (rests on R2)" in told
    assert "pressure-in-metres-of-water" in told


def test_the_page_of_a_case_tells_what_was_held_back_first() -> None:
    knowledge = load(KB)
    case = read_case_text((KB / "scenarios" / "examples" / "refractory-child.yaml").read_text(), "case", knowledge)
    found = over_case(Inquiry(Advisor(knowledge, ("compiled",)), case), read_withdrawal(knowledge, ["G27"]))
    told = page(found)
    assert told.index("NOW STANDS") < told.index("FACTS THAT FALL")
    assert "A drill: nothing is written to the knowledge base." in told
    survives = over_case(Inquiry(Advisor(knowledge, ("compiled",)), case), read_withdrawal(knowledge, ["G04"]))
    assert "lost G04 I04; carried now by G13 I04" in page(survives)
    nothing = over_case(Inquiry(Advisor(knowledge, ("compiled",)), case), read_withdrawal(knowledge, ["G05"]))
    assert "Nothing changes" in page(nothing)
    assert not any(fails(nothing, gate) for gate in GATES)
