"""A knowledge base on another subject (pumps) runs on the same engine: nothing of the first one hides in it."""

import importlib.util
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.advising import Advisor, read_case_text
from engine.grounding import ground
from engine.loading import load
from engine.model.advice import Advice, Standing
from engine.model.case import Case
from engine.observing import NAMES
from rulewright.authoring.scenarios import run

PUMPS = Path(__file__).parents[1] / "knowledge" / "pumps"
ENGINES: list[tuple[str, ...]] = [("compiled",)]
if importlib.util.find_spec("engine.rete"):
    ENGINES.append(("compiled", "rete"))

QUIET = {
    "pump": {"standby": "true", "sealed-bearing": "false", "leak": "false", "noise": "false", "shaft-diameter": "5 cm"},
    "readings": {"vibration": "2 mm/s", "bearing-temperature": "60 Cel", "pressure": "400 kPa", "flow": "300 L/min"},
}


@pytest.fixture(scope="module")
def advisor() -> Advisor:
    return Advisor(load(PUMPS), ("compiled",))


def pump_case(advisor: Advisor, *, repairs: str = "[]", inspections: str = "[]", **changes: str) -> Case:
    """The quiet pump with some data changed, or left out where the change is empty."""
    lines = ["as-of: 2026-01-15T12:00Z", f"repairs: {repairs}", f"inspections: {inspections}"]
    for section, data in QUIET.items():
        own = {name.replace("_", "-"): value for name, value in changes.items() if section_of(name) == section}
        shown = [f"{name}: {value}" for name, value in (data | own).items() if value]
        lines.append(f"{section}: {{{', '.join(shown)}}}")
    return read_case_text("\n".join(lines), "case.yaml", advisor.knowledge)


def advised(advisor: Advisor, *, repairs: str = "[]", inspections: str = "[]", **changes: str) -> Advice:
    """The advice on the quiet pump so changed."""
    return advisor.advise(pump_case(advisor, repairs=repairs, inspections=inspections, **changes))


def values(advisor: Advisor, case: Case) -> dict[str, str]:
    """The value of every conclusion that something could draw."""
    program, _, derivation = advisor.derive(case)
    return {str(atom): NAMES[derivation.value(atom)] for atom in program.atoms}


def section_of(name: str) -> str:
    return "readings" if name.replace("_", "-") in QUIET["readings"] else "pump"


def standing(advice: Advice, work: str, part: str) -> Standing:
    return next(entry for entry in advice.options if entry.key == {"work": work, "part": part})


@pytest.mark.parametrize("engines", ENGINES, ids="+".join)
def test_every_scenario_of_the_pumps_passes(engines: tuple[str, ...]) -> None:
    outcomes = run(PUMPS, engines=engines)
    assert len(outcomes) >= 10
    assert {outcome.name: outcome.differences for outcome in outcomes if not outcome.passed} == {}


def test_every_rule_has_an_instance() -> None:
    knowledge = load(PUMPS)
    assert set(knowledge.rules) == {
        clause.rule for clause in ground(knowledge).clauses if not clause.rule.startswith("resolution")
    }


def test_a_conflict_that_nothing_settles_shows_both_chains(advisor: Advisor) -> None:
    advice = advised(advisor, vibration="9 mm/s", noise="true", standby="false", critical="true")
    stop = standing(advice, "stop", "pump")
    assert (stop.heading, stop.unresolved, stop.status) == ("undetermined", True, "")
    assert {"H2", "O1"} <= set(stop.claims)
    assert advice.values["conflict(stop, pump)"] == "true"
    drawn = {firing.rule for firing in advice.firings if firing.conclusion.endswith("plan(stop, pump)")}
    assert {"work-in-its-situation", "a-critical-pump-goes-on"} <= drawn
    assert not any(entry.question == "plan(stop, pump)" for entry in advice.missing)  # no datum settles it


def test_the_grease_is_a_small_derivation(advisor: Advisor) -> None:
    (dose,) = standing(advised(advisor, bearing_temperature="95 Cel"), "grease", "bearing").doses
    assert (dose.text, dose.outcome, dose.facts) == ("20-30 g", "below", ("H4",))
    assert dose.amount is not None
    assert (dose.amount.low, dose.amount.high, dose.amount.unit) == ("20", "30", "g")
    assert [step.text for step in dose.steps] == ["4-6 g/cm x 5 cm = 20-30 g", "below the cap of 40 g"]


def test_a_reading_on_its_limit_is_not_above_it(advisor: Advisor) -> None:
    texts = ("7.1 mm/s", "0.71 cm/s", "7.1001 mm/s")
    found = [advised(advisor, vibration=text).values["situation(vibration-high)"] for text in texts]
    assert found == ["false", "false", "true"]


def test_a_reading_known_within_bounds_decides_only_where_all_of_it_agrees(advisor: Advisor) -> None:
    found = {
        text: advised(advisor, vibration=f'"{text}"').values["situation(vibration-high)"]
        for text in ("> 7.1 mm/s", ">= 7.1 mm/s", "> 3 mm/s", "<= 7.1 mm/s", "< 3 mm/s")
    }
    assert found == {
        "> 7.1 mm/s": "true",
        ">= 7.1 mm/s": "unknown",
        "> 3 mm/s": "unknown",
        "<= 7.1 mm/s": "false",
        "< 3 mm/s": "false",
    }


def test_recursion_reaches_what_a_fault_reaches_and_nothing_supports_itself(advisor: Advisor) -> None:
    faulty = advised(advisor, bearing_temperature="95 Cel", noise="true")
    assert {part for part in PARTS if faulty.values.get(f"faulty({part})") == "true"} == {"bearing", "shaft", "seal"}
    quiet = advised(advisor)
    assert not [part for part in PARTS if quiet.values.get(f"faulty({part})", "false") != "false"]
    ranks = {firing.conclusion: firing.rank for firing in faulty.firings if firing.rule == "hot-and-noisy"}
    around = [firing for firing in faulty.firings if firing.rule == "fault-goes-on" and "bearing" in firing.conclusion]
    assert all(firing.rank > ranks["faulty(bearing)"] for firing in around)


PARTS = ("pump", "bearing", "shaft", "impeller", "coupling", "seal")


def test_a_statement_about_a_whole_class_reaches_its_members_and_cites_who_says_so(advisor: Advisor) -> None:
    advice = advised(advisor, vibration="9 mm/s")
    inspected = {
        entry.key["part"] for entry in advice.options if entry.key["work"] == "inspect" and entry.heading == "advised"
    }
    assert inspected == {"bearing", "shaft", "impeller", "coupling", "pump"}  # the pump: nothing was measured
    assert standing(advice, "inspect", "shaft").claims == ("H5",)


def test_deleting_a_repair_makes_its_list_incomplete_and_refutes_nothing(advisor: Advisor) -> None:
    failed = "{part: seal, begun: -7 d, ended: -6 d, result: failed}"
    full = advised(advisor, repairs=f"[{failed}]", leak="true")
    less = advised(advisor, repairs="[{complete: false}]", leak="true")
    assert standing(full, "replace", "seal").reason == "IN_VAIN"
    assert standing(less, "replace", "seal").heading == "provisional"
    assert less.values["in-vain(seal)"] == "unknown"


def completions(advisor: Advisor, unknown: list[str], **known: str) -> Iterator[dict[str, str]]:
    """The values of every conclusion, for every way in which the unknown booleans may turn out."""
    for choice in itertools.product(("true", "false"), repeat=len(unknown)):
        yield values(advisor, pump_case(advisor, **known, **dict(zip(unknown, choice, strict=True))))


@pytest.mark.parametrize(
    "known",
    [
        {},
        {"vibration": "9 mm/s"},
        {"vibration": "9 mm/s", "bearing_temperature": "95 Cel"},
        {"bearing_temperature": "95 Cel", "critical": "true"},
        {"vibration": "9 mm/s", "bearing_temperature": "95 Cel", "critical": "true"},
    ],
    ids=str,
)
def test_what_is_settled_agrees_with_every_completion(advisor: Advisor, known: dict[str, str]) -> None:
    flags = ["standby", "leak", "noise", "sealed_bearing"]
    for size in range(len(flags) + 1):
        for unknown in itertools.combinations(flags, size):
            left = values(advisor, pump_case(advisor, **known, **dict.fromkeys(unknown, "")))
            full = list(completions(advisor, list(unknown), **known))
            for conclusion, value in left.items():
                if value in ("true", "false"):
                    assert {each[conclusion] for each in full} == {value}, (unknown, conclusion)


# Small knowledge bases, each made for one question ------------------------------------------------------------------

HEAD = """
name: small
version: 0.1.0
title: A small knowledge base
scope: one question
intended-use: Tests.
intended-user: Tests.
release: demonstration
sources-as-of: now
"""
SOURCE = "{id: S, kind: secondary, title: A document, identity: verified}"
FLAGS = ("a", "b", "c", "d")
Truth = dict[str, bool]


def small(folder: Path, rules: str, argued: str = "none") -> Advisor:
    """A knowledge base over four flags, with one fact named after each and these rules."""
    vocabulary = f"""
terms: {{sign: {{one: {{}}, two: {{}}, three: {{}}, four: {{}}, five: {{}}, six: {{}}, seven: {{}}, eight: {{}}}}}}
case: {{flags: {{attributes: {{{", ".join(f"{flag}: {{type: boolean}}" for flag in FLAGS)}}}}}}}
conclusions:
  drawn: {{key: {{is: {{type: term, of: sign}}}}}}
  argued: {{key: {{is: {{type: term, of: sign}}}}, argued: {argued}}}
claims: {{remark: {{fields: {{word: {{type: text}}}}}}}}
"""
    facts = "read-in: S\nfacts:\n" + "".join(
        f"  - {{id: F{flag}, quote: of {flag}, claims: [{{claim: remark, word: {flag}}}]}}\n" for flag in FLAGS
    )
    parts = {"kb": HEAD, "vocabulary/all": vocabulary, "sources/S": SOURCE, "facts/S": facts, "rules/all": rules}
    for name, text in parts.items():
        path = folder / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Advisor(load(folder), ("compiled",))


def flagged(advisor: Advisor, known: Truth) -> dict[str, str]:
    """The values where these flags are known and the others are not."""
    flags = ", ".join(f"{flag}: {str(value).lower()}" for flag, value in known.items())
    case = read_case_text(f"as-of: 2026-01-01T00:00Z\nflags: {{{flags}}}\n", "case.yaml", advisor.knowledge)
    return values(advisor, case)


def partial() -> Iterator[Truth]:
    """Every way in which some of the flags are known."""
    for choice in itertools.product((True, False, None), repeat=len(FLAGS)):
        yield {flag: value for flag, value in zip(FLAGS, choice, strict=True) if value is not None}


def full(known: Truth) -> Iterator[Truth]:
    """Every way in which the other flags may turn out."""
    left = [flag for flag in FLAGS if flag not in known]
    for choice in itertools.product((True, False), repeat=len(left)):
        yield known | dict(zip(left, choice, strict=True))


SUMS: dict[str, tuple[tuple[float, ...], float | None, float | None]] = {
    "one": ((1, 1, 1, 1), 2, None),
    "two": ((1, 1, 1, 1), None, 1),
    "three": ((3, -2, 1.5, -0.5), 1, None),
    "four": ((3, -2, 1.5, -0.5), None, 0),
    "five": ((-1, -1, -1, -1), None, -2),
    "six": ((-1, -1, -1, -1), -1, None),
    "seven": ((3, -2, 1.5, -0.5), -1, 2),
    "eight": ((2, 2, 2, 2), 3, 5),
}


def sum_rules() -> str:
    rules = ["rules:"]
    for sign, (points, least, most) in SUMS.items():
        bounds = ", ".join(
            f"{word}: {bound}" for word, bound in (("at_least", least), ("at_most", most)) if bound is not None
        )
        if set(points) == {1}:
            members = ", ".join(f"{{flags: {{{flag}: true}}}}" for flag in FLAGS)
            pattern = f"count: {{{bounds}, of: [{members}]}}"
        else:
            members = ", ".join(
                f"{{points: {worth}, if: {{flags: {{{flag}: true}}}}}}"
                for flag, worth in zip(FLAGS, points, strict=True)
            )
            pattern = f"sum: {{{bounds}, of: [{members}]}}"
        rules.append(
            f"  - {{id: of-{sign}, title: t, because: [Fa], when: [{{{pattern}}}], then: [{{drawn: {{is: {sign}}}}}]}}"
        )
    return "\n".join(rules)


def test_bounds_on_a_count_or_sum_are_true_exactly_where_every_completion_meets_them(tmp_path: Path) -> None:
    advisor = small(tmp_path, sum_rules())
    for known in partial():
        found = flagged(advisor, known)
        for sign, (points, least, most) in SUMS.items():
            totals = [
                sum(worth for flag, worth in zip(FLAGS, points, strict=True) if flags[flag]) for flags in full(known)
            ]
            met = [(least is None or total >= least) and (most is None or total <= most) for total in totals]
            value = found[f"drawn({sign})"]
            assert (value == "true") == all(met), (known, sign)
            if least is None or most is None:
                assert (value == "false") == (not any(met)), (known, sign)
            elif value == "false":
                assert not any(met), (known, sign)


@pytest.mark.parametrize("used", list(itertools.product((True, False), repeat=3)), ids=str)
def test_an_interaction_goes_one_way_or_both(advisor: Advisor, used: tuple[bool, ...]) -> None:
    lubricants = ("lithium grease", "clay grease", "solvent")
    repairs = ", ".join(
        f"{{part: {part}, begun: -40 d, ended: -39 d, lubricant: {lubricant}}}"
        for part, lubricant, there in zip(("bearing", "shaft", "coupling"), lubricants, used, strict=True)
        if there
    )
    found = values(advisor, pump_case(advisor, repairs=f"[{repairs}]"))
    lithium, clay, solvent = used
    drawn = {conclusion for conclusion, value in found.items() if conclusion.startswith("clash") and value == "true"}
    both = {"clash(lithium grease, clay grease)", "clash(clay grease, lithium grease)"}
    assert drawn == (both if lithium and clay else set()) | (
        {"clash(solvent, clay grease)"} if solvent and clay else set()
    )
    assert "clash(clay grease, solvent)" not in found


RESOLVED = ("argued", "withheld", "conflict")
PREFER = {"nothing": "", "the pro": "[Fa, Fb]", "the con": "[Fb, Fa]"}
BOTH_HOLD = {
    ("against", "nothing"): "withheld",
    ("for", "nothing"): "argued",
    ("none", "nothing"): "conflict",
} | {(argued, "the pro"): "argued" for argued in ("against", "for", "none")}
BOTH_HOLD |= {(argued, "the con"): "withheld" for argued in ("against", "for", "none")}


def argument_rules(sides: dict[str, str], orders: list[str]) -> str:
    rules = "rules:\n" + "".join(
        f"  - {{id: by-{flag}, title: t, because: [F{flag}], when: [{{flags: {{{flag}: true}}}}],"
        f" then: [{{{side}: {{argued: {{is: one}}}}}}]}}\n"
        for flag, side in sides.items()
    )
    if orders:
        rules += "prefer:\n" + "".join(
            f"  p{number}: {{order: {order}, because: a reason}}\n" for number, order in enumerate(orders)
        )
    return rules


def resolved(found: dict[str, str], value: str) -> set[str]:
    return {name for name in RESOLVED if found.get(f"{name}(one)") == value}


@pytest.mark.parametrize("argued", ["against", "for", "none"])
@pytest.mark.parametrize("preferred", PREFER)
def test_one_argument_on_each_side_is_resolved_by_preference_and_else_by_precedence(
    tmp_path: Path, argued: str, preferred: str
) -> None:
    orders = [PREFER[preferred]] if PREFER[preferred] else []
    advisor = small(tmp_path, argument_rules({"a": "for", "b": "against"}, orders), argued)
    for pro, con in itertools.product((True, False), repeat=2):
        both, either = BOTH_HOLD[argued, preferred], "argued" if pro else "withheld"
        expected = {both} if pro and con else {either} if pro or con else set()
        assert resolved(flagged(advisor, {"a": pro, "b": con}), "true") == expected
    for known in ({}, {"a": True}, {"b": True}, {"a": False}, {"b": False}):
        found = flagged(advisor, known)
        for name in RESOLVED:
            ways = {flagged(advisor, flags).get(f"{name}(one)", "false") for flags in full(known)}
            value = found.get(f"{name}(one)", "false")
            assert value == "unknown" or ways == {value}, (known, name)


ORDERS: tuple[list[str], ...] = (
    [],
    ["[Fa, Fc]"],
    ["[Fc, Fa]"],
    ["[Fa, Fc]", "[Fd, Fb]"],
    ["[Fa, Fc]", "[Fb, Fd]"],
    ["[Fc, Fa]", "[Fd, Fb]"],
)


@pytest.mark.parametrize(
    ("argued", "orders"),
    [(argued, orders) for argued in ("against", "for", "none") for orders in ORDERS],
    ids=str,
)
def test_whatever_is_argued_is_resolved_in_one_way(tmp_path: Path, argued: str, orders: list[str]) -> None:
    sides = {"a": "for", "b": "for", "c": "against", "d": "against"}
    advisor = small(tmp_path, argument_rules(sides, orders), argued)
    for flags in full({}):
        assert len(resolved(flagged(advisor, flags), "true")) == any(flags.values()), flags
