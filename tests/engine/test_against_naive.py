"""The engines against the naive evaluator, on random knowledge bases and cases, and on the knowledge base itself."""

from __future__ import annotations

import copy
import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from oracle.naive import FALSE, TRUE, Firing, Model, Naive, NegativeCycle
from oracle.programs import AS_OF, Written, WrittenCase, cases, dumped, programs

from engine.compiled import Compiled
from engine.derivation import Derivation
from engine.errors import Findings, Refused
from engine.grounding import ground
from engine.loading import load
from engine.loading.case import read_case
from engine.model.case import Case
from engine.model.knowledge import KnowledgeBase
from engine.program import Program
from engine.reading import read_text

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "kb" / "scenarios" / "examples").glob("*.yaml"))
PROGRAMS = 300


class Engine(Protocol):
    """What evaluates a case."""

    def evaluate(self, case: Case) -> Derivation: ...


Make = Callable[[Program, KnowledgeBase], Engine]


def compiled(program: Program, knowledge: KnowledgeBase) -> Engine:
    return Compiled(program, knowledge.vocabulary)


def rete(program: Program, knowledge: KnowledgeBase) -> Engine:
    found: Engine = importlib.import_module("engine.rete").Rete(program, knowledge)
    return found


# To compare another engine, add it here. `rete` joins as soon as engine/rete.py exists.
ENGINES: list[Make] = [compiled, *([rete] if (ROOT / "engine" / "rete.py").exists() else [])]
each_engine = pytest.mark.parametrize("engine", ENGINES, ids=lambda make: make.__name__)


def random_programs(config: pytest.Config, programs: int = PROGRAMS) -> Any:
    """How many random programs: a fixed set of them, or as many new ones as the option asks for."""
    asked = config.getoption("--random-programs")
    return settings(
        max_examples=programs if asked is None else asked,
        derandomize=asked is None,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )


def shown_conclusions(knowledge: KnowledgeBase, derivation: Derivation) -> Model:
    """The conclusions and arguments of the vocabulary, without what lies between them (``for option [F1]``)."""
    kinds = knowledge.vocabulary.conclusions
    shown = {*kinds, "withheld", "conflict", *(f"{side} {name}" for name in kinds for side in ("for", "against"))}
    return {atom: value for atom, value in derivation.values.items() if atom.relation in shown}


def rule_firings(knowledge: KnowledgeBase, program: Program, derivation: Derivation) -> frozenset[Firing]:
    """The firings of the rules that an author wrote, in the naive evaluator's form."""
    found = ((program.clauses[firing.clause], firing) for firing in derivation.firings)
    return frozenset(
        (rule.rule, rule.number, rule.evidence, tuple(sorted(rule.bindings)), tuple(sorted(firing.items)), firing.value)
        for rule, firing in found
        if rule.rule in knowledge.rules and rule.number < len(knowledge.rules[rule.rule].then)
    )


def grounded(knowledge: KnowledgeBase, admitted: frozenset[str] | None) -> Program | None:
    """The ground program; None where it is refused for a negative cycle."""
    try:
        return ground(knowledge, admitted)
    except Refused as refused:
        if {problem.code for problem in refused.problems} != {"negative-cycle"}:
            raise
        return None


def naive(knowledge: KnowledgeBase, admitted: frozenset[str] | None) -> Naive | None:
    """The naive evaluator; None where it finds a negative cycle."""
    try:
        return Naive(knowledge, admitted)
    except NegativeCycle:
        return None


def assert_equal(
    knowledge: KnowledgeBase,
    program: Program,
    derivation: Derivation,
    expected: tuple[Model, frozenset[Firing]],
    engine: Make,
) -> None:
    values, firings = expected
    assert shown_conclusions(knowledge, derivation) == values, engine.__name__
    assert rule_firings(knowledge, program, derivation) == firings, engine.__name__


def test_each_engine_derives_what_the_naive_evaluator_derives(pytestconfig: pytest.Config) -> None:
    """All engines on the same programs, which take longer to make and to judge than to evaluate."""

    @random_programs(pytestconfig)
    @given(programs(), st.tuples(cases(), cases(), cases()))
    def agree(written: Written, some: tuple[WrittenCase, ...]) -> None:
        knowledge = written.load()
        program, oracle = grounded(knowledge, written.admitted), naive(knowledge, written.admitted)
        assert (program is None) == (oracle is None), "one of the two sees a negative cycle"
        assume(program is not None)
        assert program is not None
        assert oracle is not None
        made = [(engine, engine(program, knowledge)) for engine in ENGINES]
        for case in some:
            read = case.read(knowledge.vocabulary)
            expected = oracle.evaluate(read)
            for engine, prepared in made:
                assert_equal(knowledge, program, prepared.evaluate(read), expected, engine)

    agree()


# A field of a record or of an item, a section, or an item: each may be forgotten. Where absence has a stated default
# (flag, wanted; urgent and stopped of a course) leaving the field out says something, so those stay.
DEFAULTED = {"flag", "wanted", "stopped", "urgent"}


def with_one_datum_less(case: WrittenCase) -> Iterator[WrittenCase]:
    """The case without each of its data in turn."""

    def without(change: Callable[[dict[str, Any]], None]) -> WrittenCase:
        body = copy.deepcopy(case.body)
        change(body)
        return WrittenCase(body)

    for name in case.body.get("patient", {}):
        if name not in DEFAULTED:
            yield without(lambda body, name=name: body["patient"].pop(name))  # type: ignore[misc]
    for section in ("courses", "visits"):
        if section not in case.body:
            continue
        given_list = case.body[section]
        yield without(lambda body, section=section: body.pop(section))  # type: ignore[misc]
        items = given_list["items"] if isinstance(given_list, dict) else given_list
        for at, item in enumerate(items):
            rest = items[:at] + items[at + 1 :]
            shorter = {"complete": False, "items": rest}
            yield without(lambda body, section=section, shorter=shorter: body.update({section: shorter}))  # type: ignore[misc]
            for name in item:
                if name not in DEFAULTED:
                    less = [{k: v for k, v in one.items() if k != name} if one is item else one for one in items]
                    given_less = {**given_list, "items": less} if isinstance(given_list, dict) else less
                    yield without(lambda body, section=section, found=given_less: body.update({section: found}))  # type: ignore[misc]


def test_a_datum_less_never_turns_a_certain_conclusion_round(pytestconfig: pytest.Config) -> None:
    @random_programs(pytestconfig, PROGRAMS // 2)
    @given(programs(), cases())
    def monotone(written: Written, case: WrittenCase) -> None:
        knowledge = written.load()
        program = grounded(knowledge, written.admitted)
        assume(program is not None)
        assert program is not None
        full = case.read(knowledge.vocabulary)
        poorer = [(less, less.read(knowledge.vocabulary)) for less in with_one_datum_less(case)]
        for engine in ENGINES:
            made = engine(program, knowledge)
            fuller = made.evaluate(full)
            for less, read in poorer:
                found = made.evaluate(read)
                turned = [atom for atom in program.atoms if {fuller.value(atom), found.value(atom)} == {FALSE, TRUE}]
                assert not turned, (engine.__name__, less)

    monotone()


@pytest.fixture(scope="module")
def knowledge_base() -> KnowledgeBase:
    return load(ROOT / "kb")


@pytest.fixture(scope="module")
def judge(knowledge_base: KnowledgeBase) -> Callable[[Case], tuple[Model, frozenset[Firing]]]:
    """The naive evaluator of the knowledge base, grounded once."""
    found: Callable[[Case], tuple[Model, frozenset[Firing]]] = Naive(knowledge_base).evaluate
    return found


@each_engine
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_knowledge_base_gives_what_the_naive_evaluator_gives(
    engine: Make,
    path: Path,
    knowledge_base: KnowledgeBase,
    judge: Callable[[Case], tuple[Model, frozenset[Firing]]],
) -> None:
    findings = Findings()
    node = read_text(path.read_text(encoding="utf-8"), path.name, findings)
    assert node is not None
    case = read_case(node, knowledge_base.vocabulary, findings)
    findings.refuse_if_any()
    assert case is not None
    program = ground(knowledge_base)
    assert_equal(knowledge_base, program, engine(program, knowledge_base).evaluate(case), judge(case), engine)


# Small programs that random ones seldom reach -------------------------------------------------------------------------

FACTS = """\
read-in: S
facts:
  - {id: F1, quote: w, claims: [{claim: therapy, drug: d1, role: r1, situation: s1}]}
  - {id: F2, quote: w, claims: [{claim: therapy, drug: d1, role: r2, situation: s2}]}
  - id: F3
    quote: w
    population: {label: some, within: {patient.disease: flu, patient.sign: true}}
    claims: [{claim: effect, drug: d1, situation: s1, datum: patient.weight, limit: 20 kg}]
  - {id: F4, quote: w, claims: [{claim: effect, drug: d2, situation: s2, datum: patient.score}]}
"""
READINGS = "{read-in: E, interpretations: [{id: I1, about: [F1], states: r, not-used-by-rules: perhaps}]}"
CASE = {
    "patient": {"state": "high", "weight": "20 kg", "score": 1, "disease": "flu-b", "sign": False},
    "courses": [
        {"days": 1, "dose": "5 mg/kg/d", "started": "-48 h"},
        {"days": 2, "started": "-48 h"},
        {"days": 3, "started": "2026-03-09"},
    ],
    "visits": [{"response": "north"}],
}
ADMITTED = frozenset({"F2", "F3", "F4"})

SMALL: dict[str, dict[str, Any]] = yaml.safe_load("""
what is provisional leaves open what it would refute:
  rules:
    - {unless: [{patient: {alarm: true}, if_unknown: stands}], then: [{situation: {is: s1}}]}
    - {unless: [{situation: s1}], then: [{situation: {is: s2}}]}
    - {unless: [{situation: s1, if_unknown: stands}], then: [{situation: {is: s3}}]}
what is provisional counts as long as it stands:
  rules:
    - {unless: [{patient: {alarm: true}, if_unknown: stands}], then: [{situation: {is: s1}}]}
    - {when: [{count: {at_least: 1, of: [s1]}}], then: [{situation: {is: s2}}]}
    - {when: [{count: {at_most: 0, of: [s1]}}], then: [{situation: {is: s3}}]}
a dose per kilogram is compared by the weight:
  rules:
    - {when: [{course: {dose: '>= 100 mg/d'}}], then: [{situation: {is: s1}}]}
    - {when: [{course: {dose: '> 100 mg/d'}}], then: [{situation: {is: s2}}]}
a population asks for all of its conditions:
  rules:
    - {when: [{fact: {is: $f, claim: effect}}, {population: {of: $f}}], then: [{situation: {is: s1}}]}
    - {when: [{fact: {is: $f, claim: therapy}}, {population: {of: $f}}], then: [{situation: {is: s2}}]}
the time since a day is as vague as the day:
  rules:
    - {when: [{course: {days: 3, elapsed: '>= 24 h'}}], then: [{situation: {is: s1}}]}
    - {when: [{course: {days: 3, elapsed: '>= 12 h'}}], then: [{situation: {is: s2}}]}
of two items with one time each is the first:
  rules:
    - {when: [{course: {is: $c, order: first}}, {test: {$c.days: 2}}], then: [{situation: {is: s1}}]}
a condition on part of a key is met by any conclusion that fits:
  rules:
    - {when: [{patient: {state: high}}], then: [{linked: {drug: d1, situation: s1}}]}
    - {when: [{patient: {state: low}}], then: [{linked: {drug: d1, situation: s2}}]}
    - {when: [{linked: {drug: d1}}], then: [{situation: {is: s3}}]}
one of several conclusions is enough:
  rules:
    - {when: [{patient: {state: high}}], then: [{situation: {is: s1}}]}
    - {when: [{patient: {state: low}}], then: [{situation: {is: s2}}]}
    - {when: [{situation: {is: [s1, s2]}}], then: [{situation: {is: s3}}]}
one of several conclusions is enough, though a later rule draws it:
  rules:
    - {when: [{situation: {is: [s1, s2]}}], then: [{situation: {is: s3}}]}
    - {when: [{patient: {state: high}}], then: [{situation: {is: s1}}]}
none of several conclusions may hold, though a later rule draws one:
  rules:
    - {unless: [{situation: {is: [s1, s2]}}], then: [{situation: {is: s3}}]}
    - {when: [{patient: {state: high}}], then: [{situation: {is: s1}}]}
what is provisional leaves open what any of several conclusions would refute:
  rules:
    - {unless: [{situation: {is: [s1, s2]}, if_unknown: stands}], then: [{situation: {is: s3}}]}
    - {unless: [{patient: {alarm: true}, if_unknown: stands}], then: [{situation: {is: s1}}]}
    - {unless: [{patient: {sign: true}, if_unknown: stands}], then: [{situation: {is: s2}}]}
  case: {}
no conclusion of part of a key may hold, though a later rule draws one:
  rules:
    - {unless: [{linked: {drug: d1}}], then: [{situation: {is: s3}}]}
    - {when: [{patient: {state: high}}], then: [{linked: {drug: d1, situation: s1}}]}
a member on part of a key counts once:
  rules:
    - {when: [{patient: {state: high}}],
       then: [{linked: {drug: d1, situation: s1}}, {linked: {drug: d1, situation: s2}}]}
    - {when: [{count: {at_least: 2, of: [{linked: {drug: d1}}]}}], then: [{situation: {is: s3}}]}
a member on part of a key counts, though a later rule draws it:
  rules:
    - {when: [{count: {at_least: 1, of: [{linked: {drug: d1}}]}}], then: [{situation: {is: s3}}]}
    - {when: [{patient: {state: high}}], then: [{linked: {drug: d1, situation: s1}}]}
an optional field that is stated agrees with what is bound:
  rules:
    - when:
        - fact: {claim: therapy, role: r1, situation: $s}
        - fact: {claim: therapy, role: r2, situation: {optional: $s}}
      then: [{situation: {is: $s}}]
a variable on a word of an item takes the words of its own list:
  rules:
    - {when: [{visit: {is: $v}}, {test: {$v.response: $w}}], then: [{situation: {is: s3}}]}
the number one is not true:
  rules:
    - when: [{fact: {claim: effect, datum: $p, drug: d2}}, {datum: {is: $p, value: true}}]
      then: [{situation: {is: s3}}]
two arguments for, each preferred to another of two against:
  rules:
    - {when: [{patient: {state: high}}], then: [{for: {option: {drug: d1, role: r1}}}]}
    - {when: [{patient: {state: high}}], then: [{against: {option: {drug: d1, role: r1}}}]}
    - {when: [{patient: {state: high}}], then: [{for: {option: {drug: d1, role: r1}}}]}
    - {when: [{patient: {state: high}}], then: [{against: {option: {drug: d1, role: r1}}}]}
  prefer: {P1: {order: [F1, F2], because: r}, P2: {order: [F3, F4], because: r}}
a preference reaches the facts of a regimen:
  rules:
    - {when: [{fact: {claim: dosing, drug: $d, role: $r}}], then: [{for: {option: {drug: $d, role: $r}}}]}
    - {when: [{patient: {state: high}}], then: [{against: {option: {drug: d1, role: r1}}}]}
  regimens: [{id: R1, claim: dosing, drug: d1, phases: [{role: r1, rate: 2 mg/kg/d, from: [F3]}]}]
  prefer: {P1: {order: [F3, F2], because: r}}
a preference needs its fact to be admitted:
  rules:
    - {when: [{patient: {state: high}}], then: [{for: {option: {drug: d1, role: r1}}}], because: [F1, F3]}
    - {when: [{patient: {state: high}}], then: [{against: {option: {drug: d1, role: r1}}}]}
  prefer: {P1: {order: [F1, F2], because: r}}
  admit-all-but: F1
""")


@each_engine
@pytest.mark.parametrize("name", SMALL)
def test_a_small_program_gives_what_the_naive_evaluator_gives(engine: Make, name: str) -> None:
    parts = dict(SMALL[name])
    admitted = ADMITTED if parts.pop("admit-all-but", "") else None
    body = parts.pop("case", CASE)
    parts["rules"] = [
        {"id": f"rule-{number}", "title": "a rule", "because": [f"F{number}"], **rule}
        for number, rule in enumerate(parts["rules"], 1)
    ]
    knowledge = Written(FACTS, READINGS, dumped(parts), "against").load()
    case = WrittenCase({"as-of": AS_OF, **body}).read(knowledge.vocabulary)
    program = ground(knowledge, admitted)
    assert_equal(
        knowledge, program, engine(program, knowledge).evaluate(case), Naive(knowledge, admitted).evaluate(case), engine
    )
