"""The checker finds nothing in an advice that is as it should be, and something in every other."""

from __future__ import annotations

import ast
import contextlib
import copy
import faulthandler
import importlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import oracle.programs
import pytest
import yaml
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from oracle.programs import Written, WrittenCase, cases, programs

import engine.advising
from engine.advising import Advisor, read_case_text
from engine.errors import Refused
from engine.grounding import ground
from engine.loading import load
from engine.model import quantity
from engine.model.advice import Advice
from engine.model.knowledge import KnowledgeBase
from engine.model.quantity import square_root
from engine.program import Atom, Clause, GroundCondition, Holds, Program
from provenance.verify import verify
from provenance.verify.doses import _decimal as exactly
from provenance.verify.doses import significant
from provenance.verify.truth import root

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "kb" / "scenarios" / "examples"
KNOWLEDGE = load(ROOT / "kb")
ADVISOR = Advisor(KNOWLEDGE, ["compiled"])

Tree = Any
"""A JSON value."""
Steps = tuple[str | int, ...]
"""The way to a value: keys and positions."""


# Genuine advices ------------------------------------------------------------------------------------------------------


def example(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.load((EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)["case"]
    for course in found.get("courses", ()):
        course.update({name: int(value) for name, value in course.items() if name == "days-given"})
    return found


def changed(case: dict[str, Any], **records: Any) -> dict[str, Any]:
    """A case with other entries in its records; None takes one out, and a list replaces a list."""
    found = copy.deepcopy(case)
    for section, entries in records.items():
        if not isinstance(entries, dict) or "items" in entries:
            found[section] = entries
            continue
        record = found.setdefault(section, {})
        for name, value in entries.items():
            record.pop(name.replace("_", "-"), None)
            if value is not None:
                record[name.replace("_", "-")] = value
    return {section: entries for section, entries in found.items() if entries is not None}


CHILD, REFRACTORY, ASKED = (
    example(name) for name in ("untreated-child", "refractory-child", "biologic-asked-for-first")
)
PULSE = {"drug": "methylprednisolone", "route": "IV", "started": "-80 h"}
FORMS = {
    "as-of": "2026-03-06T10:00+02:00",
    "title": "every form of a value",
    "patient": {
        "age": "8 a",
        "weight": [{"value": "20 kg", "at": "-40 d"}, {"value": "25.50 kg", "at": "2026-03-05"}],
        "height": {"value": "125 cm", "at": "-31 d"},
        "mas": {"value": "confirmed", "at": "2026-03-01"},
        "refractory": True,
        "requested": ["tocilizumab", "anakinra", "dexamethasone"],
    },
    "labs": {"ferritin": "> 40000 ng/mL", "AST": "210 [IU]/L", "eGFR": "20 mL/min/{1.73_m2}"},
    "findings": {"infection": "pneumonia on the left", "coagulopathy": False, "pregnancy": True},
    "courses": {
        "complete": False,
        "items": [
            {**PULSE, "started": "2026-03-01", "days-given": 4, "dose": "20 mg/kg/d", "response": "inadequate"},
            {"drug": "tocilizumab", "started": "-30 h", "mas-onset-during": True},
            {"drug": "canakinumab", "started": "-6 d", "stopped": "2026-03-03T12:30:00.5Z"},
        ],
    },
}
CASES: dict[str, tuple[dict[str, Any], tuple[str, ...] | None]] = {
    "untreated child": (CHILD, None),
    "refractory child": (REFRACTORY, None),
    "a biologic asked for first": (ASKED, None),
    "the founding document alone": (REFRACTORY, ("S0",)),
    "weight missing": (changed(REFRACTORY, patient={"weight": None}), None),
    "height bounded": (changed(REFRACTORY, patient={"height": "> 120 cm"}), None),
    "weight stale": (changed(CHILD, patient={"weight": {"value": "20 kg", "at": "-31 d"}}), None),
    "courses absent": (changed(CHILD, courses=None), None),
    "courses incomplete": (changed(CHILD, courses={"complete": False, "items": [{"drug": "cyclosporine A"}]}), None),
    "provisional": (changed(CHILD, courses=[PULSE]), None),
    "asked for and running": (
        changed(
            REFRACTORY,
            patient={"requested": ["anakinra", "dexamethasone"]},
            courses=[PULSE, {"drug": "anakinra", "started": "-9 h"}],
        ),
        None,
    ),
    "in its window": (
        changed(
            CHILD,
            courses=[{**PULSE, "started": "-30 h", "days-given": 1, "response": "inadequate", "dose": "300 mg/d"}],
        ),
        None,
    ),
    "suspected": (changed(CHILD, patient={"mas": "suspected"}), None),
    "excluded": (changed(CHILD, patient={"mas": "excluded"}), None),
    "another population": (changed(REFRACTORY, patient={"underlying_disease": "Kawasaki"}), None),
    "a precedent": (
        changed(REFRACTORY, patient={"underlying_disease": "early-onset sJIA"}, findings={"infection": True}),
        None,
    ),
    "nothing known": ({"as-of": "2026-03-01T08:00Z"}, None),
    "every form of a value": (FORMS, None),
}


def advised(name: str, knowledge: KnowledgeBase = KNOWLEDGE, advisor: Advisor = ADVISOR) -> Advice:
    case, sources = CASES[name]
    return advisor.advise(read_case_text(json.dumps(case), "case.json", knowledge), sources)


def tree_of(advice: Advice) -> dict[str, Tree]:
    return advice.model_dump(mode="json")


@pytest.mark.parametrize(
    ("weight", "amount", "outcome"),
    [
        ("33.3333 kg", "999.999 mg/d", "below"),
        ("33.3334 kg", "1000 mg/d", "capped"),
        ("33.33 kg", "999.9 mg/d", "below"),
        ("20.001 kg", "600 mg/d", "below"),
    ],
)
def test_a_dose_is_not_rounded_to_its_cap(weight: str, amount: str, outcome: str) -> None:
    """A dose of 999.999 mg, below its cap of 1000 mg, is not printed as 1000 mg; the checker rounds by itself."""
    case = changed(example("untreated-child"), patient={"weight": weight})
    advice = ADVISOR.advise(read_case_text(json.dumps(case), "case.json", KNOWLEDGE))
    dose = next(dose for standing in advice.options for dose in standing.doses if dose.cap and dose.amount)
    assert (dose.text, dose.outcome) == (amount, outcome)
    product = dose.steps[-2].text.rpartition(" = ")[2].removesuffix(" mg/d")
    assert (Fraction(product) > 1000, Fraction(product) < 1000) == (outcome == "capped", outcome == "below")
    assert verify(advice, KNOWLEDGE).ok


@pytest.mark.parametrize("name", CASES)
def test_a_genuine_advice_has_no_problem(name: str) -> None:
    advice = advised(name)
    assert [*map(str, verify(advice, KNOWLEDGE).problems)] == []
    assert verify(tree_of(advice), KNOWLEDGE).ok
    assert verify(advice.model_dump_json(), KNOWLEDGE).ok


def test_the_cases_reach_every_heading_and_what_stands_beside_it() -> None:
    advices = [tree_of(advised(name)) for name in CASES]
    options = [option for advice in advices for option in advice["options"]]
    assert {option["heading"] for option in options} == {
        "completed", "advised", "provisional", "not-supported-now", "undetermined",
    }  # fmt: skip
    assert {reason["kind"] for option in options for reason in option["reasons"]} == {
        "withheld", "false", "unknown", "gap", "remark", "completed",
    }  # fmt: skip
    assert {dose["outcome"] for option in options for dose in option["doses"]} >= {"", "below", "capped"}
    assert {option["running"] for option in options} == {"yes", "no", "unknown"}
    assert any(option["marks"] for option in options)
    assert any(option["assumed"] for option in options)
    assert any("role" not in option["key"] for option in options)
    assert any(entry["sets"] and len(entry["sets"][0]) > 1 for advice in advices for entry in advice["missing"])
    assert any(entry["more"] for advice in advices for entry in advice["missing"])
    assert any(advice["sections"]["not-addressed"] for advice in advices)
    assert any(advice["opposed"] for advice in advices)


def test_a_verdict_says_what_was_checked_and_what_was_not() -> None:
    verdict = verify(advised("untreated child"), KNOWLEDGE)
    assert verdict.ok
    assert any("arithmetic" in text for text in verdict.checked)
    assert any("minimality" in text for text in verdict.not_checked)


def test_the_checker_shares_no_evaluation_with_the_engines() -> None:
    """Types, loading and reading are shared, what a digest is of, and the reader of formulas; nothing else."""
    allowed = {"engine.errors", "engine.reading", "engine.formula", "engine.program", "engine.loading.case"}
    allowed |= {"engine.content"}
    models = {path.stem for path in (ROOT / "engine" / "model").glob("*.py")}
    modules = sorted((ROOT / "provenance" / "verify").glob("*.py"))
    assert modules
    for path in modules:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or "."] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                if name.startswith("engine"):
                    assert name in allowed | {f"engine.model.{model}" for model in models}, path
                else:
                    assert not name.startswith(("oracle", "tests", "networkx", "provenance.graph", ".")), path
                if name == "engine.formula":
                    assert isinstance(node, ast.ImportFrom)
                    assert {alias.name for alias in node.names} <= {
                        "PLAIN",
                        "Formula",
                        "Number",
                        "Operation",
                        "Value",
                        "parse_formula",
                    }


# Every alteration -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Alteration:
    """A change of one place of a tree; ``apply`` makes it and gives what undoes it."""

    what: str
    steps: Steps
    apply: Callable[[Tree], Callable[[], None]] = field(compare=False)
    is_variant: bool = False
    """Another way to alter what is altered already: left to `--all-alterations` and to samples."""

    def __str__(self) -> str:
        return f"{self.what} /{'/'.join(map(str, self.steps))}"


def at(tree: Tree, steps: Steps) -> Tree:
    for step in steps:
        tree = tree[step]
    return tree


def put(steps: Steps, value: Tree) -> Callable[[Tree], Callable[[], None]]:
    """Put another value at a place."""

    def apply(tree: Tree) -> Callable[[], None]:
        holder, last = at(tree, steps[:-1]), steps[-1]
        before = copy.copy(holder)
        holder[last] = value

        def undo() -> None:
            holder.clear()
            holder.update(before) if isinstance(holder, dict) else holder.extend(before)

        return undo

    return apply


def replaced(steps: Steps, make: Callable[[Tree], Tree]) -> Callable[[Tree], Callable[[], None]]:
    """Put what is made of the value at a place there."""

    def apply(tree: Tree) -> Callable[[], None]:
        return put(steps, make(at(tree, steps)))(tree)

    return apply


def places(tree: Tree, steps: Steps = ()) -> Iterator[tuple[Steps, Tree]]:
    yield steps, tree
    for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ():
        yield from places(value, (*steps, key))


def shape(steps: Steps) -> Steps:
    """Where a value stands, whichever of its list it is."""
    return tuple("*" if isinstance(step, int) else step for step in steps)


WORDS = {
    "value": ["true", "unknown"], "heading": ["advised", "undetermined"], "running": ["yes", "unknown"],
    "release": ["reviewed"], "outcome": ["below", "capped"], "kind": ["false", "unknown", "secondary"],
    "population": ["direct", "indirect"],
}  # fmt: skip
NOTHING = {
    "measure": {"value": "20", "unit": "kg"}, "cap": {"value": "1000", "unit": "mg/d"},
    "product": {"low": "1", "high": "1", "unit": "mg/d"}, "amount": {"low": "1", "high": "1", "unit": "mg/d"},
}  # fmt: skip


def alterations(tree: dict[str, Tree]) -> Iterator[Alteration]:
    """Every leaf changed, to what stands elsewhere in its place; every entry taken out, doubled, swapped, added."""
    seen: dict[Steps, set[str]] = defaultdict(set)
    for steps, value in places(tree):
        if isinstance(value, str):
            seen[shape(steps)].add(value)
    for steps, value in list(places(tree)):
        if isinstance(value, list):
            yield from in_list(steps, value)
        elif isinstance(value, dict):
            for key in value:
                yield Alteration("taken out", (*steps, key), without((*steps, key)), is_variant=True)
            yield Alteration(
                "added", (*steps, "added"), put((*steps, "added"), next(iter(value.values()), "x")), is_variant=True
            )
        else:
            others = (
                [*sorted(seen[shape(steps)] - {value}), *WORDS.get(str(steps[-1]), ())]
                if isinstance(value, str)
                else []
            )
            for number, other in enumerate(instead_of(value, str(steps[-1]), others)):
                yield Alteration(
                    f"{value!r:.40} becomes {other!r:.40} at", steps, put(steps, other), is_variant=number > 0
                )


def instead_of(value: Tree, name: str, others: list[str]) -> list[Tree]:
    """Other values for a leaf: the most plausible first."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1]
    if value is None:
        return [NOTHING[name]]
    return [other for other in (*others[:1], value + "1", value[:-1]) if other != value]


def in_list(steps: Steps, value: list[Tree]) -> Iterator[Alteration]:
    for number in range(len(value)):
        here = (*steps, number)
        yield Alteration("taken out", here, replaced(steps, partial(taken_out, number)))
        yield Alteration("doubled", here, replaced(steps, partial(doubled, number)), is_variant=True)
        if number and value[number] != value[number - 1]:
            yield Alteration("swapped with the one before", here, replaced(steps, partial(swapped, number)))
    if not value:
        yield Alteration("invented an entry of", steps, put(steps, [["x"] if steps[-1] == "sets" else "x"]))


def taken_out(number: int, value: list[Tree]) -> list[Tree]:
    return value[:number] + value[number + 1 :]


def doubled(number: int, value: list[Tree]) -> list[Tree]:
    return value[: number + 1] + value[number:]


def swapped(number: int, value: list[Tree]) -> list[Tree]:
    return [*value[: number - 1], value[number], value[number - 1], *value[number + 1 :]]


def without(steps: Steps) -> Callable[[Tree], Callable[[], None]]:
    """Take an entry out of an object."""

    def apply(tree: Tree) -> Callable[[], None]:
        holder, value = at(tree, steps[:-1]), at(tree, steps)
        del holder[steps[-1]]

        def undo() -> None:
            holder[steps[-1]] = value

        return undo

    return apply


def unnoticed(tree: dict[str, Tree], some: list[Alteration]) -> list[str]:
    """The alterations of which the checker says nothing; none is allowed."""
    faulthandler.cancel_dump_traceback_later()  # with `--all-alterations` it takes minutes, and hangs nowhere
    before = json.dumps(tree)
    found = []
    for alteration in some:
        undo = alteration.apply(tree)
        altered = json.dumps(tree)
        if altered != before and verify(tree, KNOWLEDGE).ok:
            found.append(str(alteration))
        undo()
    assert json.dumps(tree, sort_keys=True) == json.dumps(json.loads(before), sort_keys=True)
    return found


SHORT = "excluded"
PARTS = 4
LONG = ["refractory child", "provisional", "courses absent", "asked for and running", "every form of a value"]


@pytest.mark.parametrize("part", range(PARTS))
def test_every_value_of_a_short_advice_that_is_altered_is_noticed(part: int, request: pytest.FixtureRequest) -> None:
    """In parts, which processes share among them."""
    tree = tree_of(advised(SHORT))
    every = list(alterations(tree))
    if not request.config.getoption("--all-alterations", default=False):
        every = [alteration for number, alteration in enumerate(every) if not alteration.is_variant or number % 29 == 0]
    assert len(every) > 1500
    assert unnoticed(tree, every[part::PARTS]) == []


@pytest.mark.parametrize("name", LONG)
def test_an_altered_advice_is_noticed(name: str, request: pytest.FixtureRequest) -> None:
    tree = tree_of(advised(name))
    step = 1 if request.config.getoption("--all-alterations", default=False) else 499
    assert unnoticed(tree, list(alterations(tree))[LONG.index(name) :: step]) == []


SHORT_TREE = tree_of(advised(SHORT))
SHORT_ALTERATIONS = list(alterations(SHORT_TREE))


@settings(max_examples=60, derandomize=True, database=None, deadline=None)
@given(st.tuples(st.sampled_from(SHORT_ALTERATIONS), st.sampled_from(SHORT_ALTERATIONS)))
def test_a_pair_of_alterations_is_noticed(pair: tuple[Alteration, Alteration]) -> None:
    tree = copy.deepcopy(SHORT_TREE)
    for alteration in pair:
        with contextlib.suppress(KeyError, IndexError, TypeError):  # the first has taken its place away
            alteration.apply(tree)
    same = json.dumps(tree) == json.dumps(SHORT_TREE)
    assert same or not verify(tree, KNOWLEDGE).ok


def test_two_units_that_are_swapped_are_noticed() -> None:
    tree = tree_of(advised("refractory child"))
    dose = next(option for option in tree["options"] if option["key"]["drug"] == "IVIG")["doses"][0]
    dose["rate"]["unit"], dose["amount"]["unit"] = dose["amount"]["unit"], dose["rate"]["unit"]
    problems = verify(tree, KNOWLEDGE).problems
    assert {problem.place.rpartition("/doses/0/")[2] for problem in problems} == {"rate/unit", "amount/unit"}


# Consistent omissions -------------------------------------------------------------------------------------------------


def is_same(one: Clause, other: Clause) -> bool:
    return one.key == other.key


genuine_program = lru_cache(maxsize=4)(partial(ground, KNOWLEDGE))


def advised_without(name: str, lost: Callable[[Clause], bool]) -> Advice:
    """The advice of a program in which some clauses never fire.

    All that follows is derived consistently, so that the advice is without a flaw but for what was left out.
    """
    never = (GroundCondition(Holds(Atom("never", ())), 0),)

    def reduced(_: KnowledgeBase, admitted: frozenset[str]) -> Program:
        program = genuine_program(admitted)
        clauses = tuple(replace(clause, when=never) if lost(clause) else clause for clause in program.clauses)
        return replace(program, clauses=clauses)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine.advising, "ground", reduced)
        return advised(name, advisor=Advisor(KNOWLEDGE, ["compiled"]))


@pytest.mark.parametrize("name", ["refractory child", "provisional"])
def test_an_advice_that_leaves_out_any_one_firing_clause_is_noticed(name: str) -> None:
    fired = {
        (firing.rule, firing.conclusion, firing.evidence, frozenset(firing.bindings.items()))
        for firing in advised(name).firings
    }
    program = genuine_program(KNOWLEDGE.admitted(date(2026, 3, 6), CASES[name][1]))
    clauses = [
        clause
        for clause in program.clauses
        if (clause.rule, str(clause.head), clause.evidence, frozenset(clause.bindings)) in fired
    ]
    assert len(clauses) > 40
    for clause in clauses if name == "refractory child" else clauses[::5]:
        reduced = advised_without(name, partial(is_same, clause))
        assert "omission" in {problem.code for problem in verify(reduced, KNOWLEDGE).problems}, str(clause)


@pytest.mark.parametrize(
    "relation", ["caution", "care", "option", "withheld", "situation", "running", "completed", "dose", "no-dose"]
)
def test_an_advice_that_leaves_out_a_kind_of_conclusion_is_noticed(relation: str) -> None:
    name = "a biologic asked for first" if relation == "withheld" else "refractory child"
    reduced = advised_without(name, lambda clause: clause.head.relation == relation)
    assert any(problem.code == "omission" for problem in verify(reduced, KNOWLEDGE).problems)


def test_a_caution_that_is_left_out_everywhere_is_noticed() -> None:
    """Its values, firings and statement are taken out of the text, and the firings are numbered anew."""
    tree = tree_of(advised("refractory child"))
    caution = "caution(LABEL_SILENT_ON_MAS_TREATMENT)"
    tree["values"][caution] = "false"
    tree["sections"]["watch"] = [entry for entry in tree["sections"]["watch"] if entry["conclusion"] != caution]
    tree["firings"] = [firing for firing in tree["firings"] if firing["conclusion"] != caution]
    ids = {firing["id"]: f"f{number}" for number, firing in enumerate(tree["firings"], 1)}
    for holder in [*tree["options"], *(entry for entries in tree["sections"].values() for entry in entries)]:
        holder["firings"] = [ids[id_] for id_ in holder["firings"]]
    for firing in tree["firings"]:
        firing["id"] = ids[firing["id"]]
    problems = verify(tree, KNOWLEDGE).problems
    assert [problem for problem in problems if problem.code == "omission" and caution in problem.message]


def test_an_advice_from_less_knowledge_under_the_same_digest_is_noticed() -> None:
    """Each rule, and the claims of each fact, left out in turn: the advice differs, or has lost nothing."""
    rules, facts = KNOWLEDGE.rules, KNOWLEDGE.facts
    less = [replace(KNOWLEDGE, rules={id_: rule for id_, rule in rules.items() if id_ != lost}) for lost in rules]
    stating = [fact for fact in facts.values() if fact.claims]
    less += [replace(KNOWLEDGE, facts={**facts, fact.id: replace(fact, claims=())}) for fact in stating]
    genuine = advised("refractory child")
    for knowledge in less[::3]:
        advice = advised("refractory child", knowledge, Advisor(knowledge, ["compiled"]))
        assert advice == genuine or not verify(advice, KNOWLEDGE).ok


# A conclusion that supports itself ------------------------------------------------------------------------------------

RECURSIVE = {
    "kb.yaml": """
{name: small, version: 1, title: t, scope: s, intended-use: u, intended-user: w, release: demonstration,
 sources-as-of: now}
""",
    "vocabulary/v.yaml": """
terms: {situation: {one: one, other: other}}
case: {patient: {attributes: {sign: {type: boolean}}}}
conclusions: {situation: {key: {is: {type: term, of: situation}}}}
""",
    "sources/S.yaml": "{id: S, kind: secondary, title: a document, identity: verified}",
    "facts/S.yaml": "{read-in: S, facts: [{id: F1, quote: words}]}",
    "rules/r.yaml": """
rules:
  - {id: base, title: t, because: [F1], when: [{patient: {sign: true}}], then: [{situation: {is: one}}]}
  - {id: there, title: t, because: [F1], when: [{situation: one}], then: [{situation: {is: other}}]}
  - {id: back, title: t, because: [F1], when: [{situation: other}], then: [{situation: {is: one}}]}
""",
}


@pytest.fixture
def recursive(tmp_path: Path) -> KnowledgeBase:
    for name, text in RECURSIVE.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load(tmp_path)


def test_two_conclusions_that_support_each_other_are_genuine_if_something_else_does(recursive: KnowledgeBase) -> None:
    case = read_case_text('{"as-of": "2026-03-01T08:00Z", "patient": {"sign": true}}', "c", recursive)
    assert verify(Advisor(recursive, ["compiled"]).advise(case), recursive).problems == ()


@pytest.mark.parametrize("ranks", [(1, 2), (2, 1), (2, 3), (7, 7)])
def test_two_conclusions_that_support_only_each_other_are_noticed(
    recursive: KnowledgeBase, ranks: tuple[int, int]
) -> None:
    """Every step of the forged cycle is right by itself: only the descent of ranks can tell."""
    case = read_case_text('{"as-of": "2026-03-01T08:00Z", "patient": {"sign": true}}', "c", recursive)
    tree = tree_of(Advisor(recursive, ["compiled"]).advise(case))
    other = read_case_text('{"as-of": "2026-03-01T08:00Z", "patient": {"sign": false}}', "c", recursive)
    genuine = tree_of(Advisor(recursive, ["compiled"]).advise(other))
    tree |= {part: genuine[part] for part in ("case", "id", "inputs")}
    tree["firings"] = [firing for firing in tree["firings"] if firing["rule"] != "base"]
    tree["rules"] = [rule for rule in tree["rules"] if rule["id"] != "base"]
    for number, (firing, rank) in enumerate(zip(tree["firings"], ranks, strict=True), 1):
        firing |= {"id": f"f{number}", "rank": rank}
    assert tree["values"] == {"situation(one)": "true", "situation(other)": "true"}
    problems = verify(tree, recursive).problems
    assert {problem.code for problem in problems} <= {"self-support", "rank"}
    assert [problem.message.split(" is ")[0] for problem in problems if problem.code == "self-support"] == [
        "situation(one)",
        "situation(other)",
    ]


# An engine that goes wrong --------------------------------------------------------------------------------------------

Broken = tuple[str, str, Callable[[Any], Any], str]
"""A module, what of it is put in place of what, and the case in which it shows."""

BROKEN: dict[str, Broken] = {
    "a cap that is not applied": (
        "engine.amount", "Recipe.of", lambda old: lambda *a: replace(old(*a), cap=None), "a biologic asked for first",
    ),
    "a square root of too few digits": (
        "engine.formula", "square_root", lambda _: lambda v: Fraction(round(v**0.5 * 100), 100), "refractory child",
    ),
    "a comparison that leaves out its bound": (
        "engine.observing", "ordered", lambda _: lambda op, one, other: one > other, "refractory child",
    ),
    "a stale value that is used": ("engine.observing", "Observer.is_stale", lambda _: lambda *_: False, "weight stale"),
    "what is unknown counts as false": ("engine.observing", "_absent", lambda _: lambda *_: 0, "courses absent"),
    "an incomplete list counts as complete": (
        "engine.observing", "Observer.listed", lambda old: lambda *a: replace(old(*a), complete=True),
        "courses incomplete",
    ),
    "readings that are not gathered": (
        "engine.support", "Support.readings", lambda _: lambda *_: set(), "refractory child",
    ),
    "a default that is not told": (
        "engine.support", "Support._defaults", lambda _: lambda *_: iter(()), "refractory child",
    ),
    "a heading that is too kind": ("engine.standing", "Standings.heading", lambda _: lambda *_: "advised", "suspected"),
    "reasons in the wrong order": (
        "engine.reasons", "Reasons.of", lambda old: lambda *a: old(*a)[::-1], "a biologic asked for first",
    ),
    "sets that do not settle": ("engine.missing", "MissingData.settles", lambda _: lambda *_: True, "courses absent"),
    "sets that are not found": ("engine.missing", "MissingData.settles", lambda _: lambda *_: False, "courses absent"),
    "ranks that are all the same": ("engine.derivation", "carrying", lambda _: lambda *_: [], "refractory child"),
    "a datum that is forgotten": ("engine.inputs", "Account._lists", lambda _: lambda *_: iter(()), "refractory child"),
    "limits that are not told": ("engine.advising", "limits", lambda _: lambda *_: (), "refractory child"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_a_broken_engine_writes_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module_name, path, broken, case = BROKEN[name]
    holder: Any = importlib.import_module(module_name)
    *outer, last = path.split(".")
    for part in outer:
        holder = getattr(holder, part)
    monkeypatch.setattr(holder, last, broken(getattr(holder, last)))
    advice = advised(case, advisor=Advisor(KNOWLEDGE, ["compiled"]))
    monkeypatch.undo()
    assert advice != advised(case)
    assert not verify(advice, KNOWLEDGE).ok


# Bad input ------------------------------------------------------------------------------------------------------------

GOOD = json.dumps(SHORT_TREE)
BAD: dict[str, Any] = {
    "nothing": "",
    "half a text": GOOD[:5000],
    "a list": "[]",
    "null": "null",
    "a number": "3",
    "no fields": "{}",
    "too deep": "[" * 100_000,
    "a key twice": GOOD.replace('"limits":', '"limits": [], "limits":', 1),
    "not a number": '{"id": NaN}',
    "a number too long": '{"id": 1' + "0" * 5000 + "}",
    "too large a number": '{"case": {"x": 1e999}}',
    "half a character": GOOD.replace('"id": "rw1', '"id": "\ud800rw1', 1),
    "half a character, escaped": GOOD.replace('"id": "rw1', '"id": "\\ud800rw1', 1),
    "half a character in the case": GOOD.replace('"as-of": "', '"title": "\\ud800", "as-of": "', 1),
    "a set": {"id": {1, 2}},
    "a type": {"id": int},
    "a case in a case": {**SHORT_TREE, "case": {"case": SHORT_TREE["case"]}},
    "a case of numbers": {**SHORT_TREE, "case": {"patient": 1.5}},
    "a case at the edge of time": {**SHORT_TREE, "case": {"as-of": "0001-01-01T00:00+23:00"}},
    "a case with null": {**SHORT_TREE, "case": {"as-of": None}},
    "a case without a time": {**SHORT_TREE, "case": {}},
    "a made-up model": Advice.model_construct(id="x"),
    "unknown documents": {**SHORT_TREE, "admitted": ["nobody"]},
    "a number as text": {**SHORT_TREE, "firings": [{**SHORT_TREE["firings"][0], "rank": "1"}]},
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_gives_problems_and_never_a_traceback(name: str) -> None:
    problems = verify(BAD[name], KNOWLEDGE).problems
    assert problems
    assert all(
        problem.code and problem.message and (not problem.place or problem.place.startswith("/"))
        for problem in problems
    )


def test_a_problem_names_its_place() -> None:
    tree = copy.deepcopy(SHORT_TREE)
    tree["options"][0]["heading"] = "completed"
    (problem,) = verify(tree, KNOWLEDGE).problems
    assert str(problem) == '/options/0/heading: standing: "completed" should be "not-supported-now"'


def test_another_version_of_the_knowledge_base_is_noticed() -> None:
    assert {problem.code for problem in verify(SHORT_TREE, replace(KNOWLEDGE, digest="0" * 64)).problems} == {
        "knowledge",
        "identity",
    }


# The checker's own arithmetic -----------------------------------------------------------------------------------------

POSITIVE = st.fractions(min_value=0, max_value=10**40) | st.fractions(min_value=0, max_value=1)


@given(POSITIVE)
@settings(derandomize=True, database=None, deadline=None)
def test_the_square_root_is_the_nearest_of_34_digits(value: Fraction) -> None:
    assert root(value) == square_root(value)


@given(POSITIVE | st.fractions())
@settings(derandomize=True, database=None, deadline=None)
def test_four_significant_figures(value: Fraction) -> None:
    assert significant(value) == quantity.significant(value)
    assert exactly(value) == quantity.exact_text(value)


# Random knowledge bases -----------------------------------------------------------------------------------------------

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


@settings(
    max_examples=60, derandomize=True, database=None, deadline=None,
    phases=(Phase.generate,), suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(programs(), cases())
def test_what_is_advised_from_random_knowledge_is_genuine(written: Written, case: WrittenCase) -> None:
    vocabulary = oracle.programs.VOCABULARY
    for plain, told in SAID.items():
        assert plain in vocabulary
        vocabulary = vocabulary.replace(plain, told, 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(oracle.programs, "VOCABULARY", vocabulary + LAYOUT)
        try:
            knowledge = written.load()
            advice = Advisor(knowledge, ["compiled"]).advise(case.read(knowledge.vocabulary))
        except Refused:  # a conclusion would depend on its own absence
            assume(False)
    assert [*map(str, verify(advice, knowledge).problems)] == []
