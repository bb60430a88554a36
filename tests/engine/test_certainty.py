"""How sure a conclusion is, against every proof of it, enumerated."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from oracle.programs import Written, WrittenCase, cases, programs
from oracle.proofs import Leaf as Named
from oracle.proofs import Proof, TooManyProofs, Way, best, proofs, weakest

from engine.advising import Advisor, read_case_text
from engine.certainty import Certainties
from engine.counting import counted
from engine.derivation import Derivation, Firing
from engine.errors import Refused
from engine.loading import load
from engine.maxmin import NEUTRAL, Body, Bound, Leaf, Threshold
from engine.model.advice import Certainty
from engine.model.fact import Fact, Grade
from engine.model.knowledge import KnowledgeBase
from engine.model.vocabulary import Term
from engine.observing import FALSE, TRUE
from engine.program import Atom, Count, Holds, Item, Literal, Program, atoms_of
from engine.reasons import Reasons
from provenance.verify import verify

ROOT = Path(__file__).parents[2]
GRADED = ROOT / "tests" / "knowledge" / "graded"
CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "certainty_cases.yaml").read_text("utf-8"))
SCALE = ("high", "moderate", "low", "very low")
DAY = date(2026, 3, 10)


def randomly(examples: int) -> Any:
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )


# The max-min alone, on random graphs with cycles and bounds -----------------------------------------------------------


def atom(number: int) -> Atom:
    return Atom("c", (str(number),))


@st.composite
def bodies(draw: st.DrawFn) -> list[Body]:
    """Ways to draw six conclusions from statements, from each other and from so many of each other."""
    atoms = st.integers(0, 5).map(atom)
    leaves = st.tuples(st.sampled_from("FGHIJ"), st.sampled_from([None, 0, 1, 2, 3]))
    found = []
    for number in range(draw(st.integers(1, 9))):
        counts = []
        if draw(st.integers(0, 2)) == 2:
            members = draw(st.lists(atoms, min_size=1, max_size=3, unique=True))
            points = [Fraction(draw(st.integers(1, 2))) for _ in members]
            counts.append(Threshold(Fraction(draw(st.integers(1, 3))), tuple(zip(points, members, strict=True))))
        statements = tuple(Leaf(f"{name}{rank}", rank) for name, rank in draw(st.lists(leaves, max_size=2)))
        needs = tuple(draw(st.lists(atoms, max_size=2, unique=True)))
        found.append(Body(Firing(number, (), TRUE), draw(atoms), statements, needs, tuple(counts)))
    return found


def ways_of(some: list[Body], name: Atom) -> list[Way[Atom]]:
    found = []
    for body in some:
        if body.head == name:
            choices = tuple((tuple(dict.fromkeys(count.atoms())), count.met) for count in body.counts)
            found.append(Way(frozenset((leaf.fact, leaf.rank) for leaf in body.leaves), body.needs, choices))
    return found


@randomly(400)
@given(bodies())
def test_each_bound_is_the_best_of_the_weakest_over_all_proofs(some: list[Body]) -> None:
    for ungraded in (None, NEUTRAL):
        bound = Bound(some, 4, ungraded)
        for name in map(atom, range(6)):
            assert bound.rank.get(name) == best(proofs(name, lambda at: ways_of(some, at)), ungraded)


@randomly(200)
@given(bodies())
def test_what_reaches_a_conclusion_first_was_reached_before_it(some: list[Body]) -> None:
    bound = Bound(some, 4, NEUTRAL)
    for head, first in bound.first.items():
        for body in first:
            before = {name for name, number in bound.round.items() if number < bound.round[head]}
            assert set(body.needs) <= before
            assert all(count.met(before) for count in body.counts)


@randomly(200)
@given(bodies(), st.data())
def test_another_derivation_never_lowers_a_grade_and_no_grade_is_made_up(some: list[Body], data: st.DataObject) -> None:
    fewer = data.draw(st.lists(st.sampled_from(some), unique_by=id))
    graded = {leaf.rank for body in some for leaf in body.leaves}
    for ungraded in (None, NEUTRAL):
        more, less = Bound(some, 4, ungraded), Bound(fewer, 4, ungraded)
        for name, rank in less.rank.items():
            assert more.rank[name] <= rank
        assert {rank for rank in more.rank.values() if rank != NEUTRAL} <= graded


# Random knowledge bases whose statements are graded at random ---------------------------------------------------------


def with_grades(knowledge: KnowledgeBase, draw: Any) -> KnowledgeBase:
    """The knowledge base with a scale, and grades by its own document on some facts and claims."""
    grade = st.none() | st.sampled_from(SCALE[:3]).map(lambda word: Grade(word, "S"))
    facts: dict[str, Fact] = {}
    for name, fact in knowledge.facts.items():
        own = None if fact.is_interpretation else draw(grade)
        claims = tuple(replace(claim, grade=own if draw(st.booleans()) else draw(grade)) for claim in fact.claims)
        facts[name] = fact if fact.is_interpretation else replace(fact, grade=own, claims=claims)
    scale = {word: Term("certainty", word) for word in SCALE}
    return replace(
        knowledge,
        facts=facts,
        vocabulary=replace(knowledge.vocabulary, terms={**knowledge.vocabulary.terms, "certainty": scale}),
    )


READ_UNDER = {r"\bpatient\.flag\b": "F2", r"\b(ratio|doubled)\b": "F1"}
FIELDS = {("courses", "response"): "F3", ("courses", "stopped"): "F3", ("visits", "at"): "F1"}
"""What the vocabulary of the random knowledge bases says under which facts a datum is read."""


class Enumerated:
    """The proofs of the conclusions of one derivation, from its firings."""

    def __init__(self, knowledge: KnowledgeBase, program: Program, reasons: Reasons, derivation: Derivation) -> None:
        self.knowledge = knowledge
        self.program = program
        self.reasons = reasons
        self.derivation = derivation
        self.ways: dict[Atom, list[Way[Atom]]] = defaultdict(list)
        for firing in derivation.firings:
            head = program.clauses[firing.clause].head
            if firing.value == derivation.value(head):
                self.ways[head].append(self.way(firing))

    def way(self, firing: Firing) -> Way[Atom]:
        clause = self.program.clauses[firing.clause]
        leaves = {leaf for id_ in clause.evidence for leaf in self.claimed(id_)}
        leaves |= {self.leaf(fact, self.knowledge.facts[fact].grade) for fact in self.warrants(clause.rule)}
        items = dict(firing.items)
        read = {fact for condition in clause.when for fact in self.read_under(condition.literal, items)}
        if any(name in str(clause.annotations) for name in ("ratio", "doubled")):
            read.add("F1")
        leaves |= {self.leaf(fact, self.knowledge.facts[fact].grade) for fact in read}
        literals = [condition.literal for condition in clause.when]
        needs = tuple(literal.atom for literal in literals if isinstance(literal, Holds))
        counts = [
            literal for literal in literals if isinstance(literal, Count) and any(True for _ in atoms_of(literal))
        ]
        return Way(frozenset(leaves), needs, tuple(self.choice(count, firing) for count in counts))

    def read_under(self, literal: Literal, items: dict[str, str]) -> set[str]:
        """The statements under which the random vocabulary has the data of a condition read."""
        if isinstance(literal, Count):
            return set[str]().union(*(self.read_under(member, items) for _, member in literal.members))
        text, observer = str(literal), self.reasons.observer
        found = {fact for name, fact in READ_UNDER.items() if re.search(name, text)}
        sections = {name: items[name].partition("[")[0] for name in items}
        fields = [(sections[name], field, items[name]) for name, field in re.findall(r"\$(\w+)\.(\w+)", text)]
        if isinstance(literal, Item):
            section = observer.section(literal.item)
            name = items.get(literal.variable, "")
            fields += [(section.name, field, name) for field, _ in literal.tests]
            fields += [(section.name, section.order, name)] if literal.order else []
        for section_name, field, name in fields:
            if field == "dose" and name and not name.endswith("[?]"):
                entry = observer.entry(observer.vocabulary.sections[section_name], name, field)
                found |= {"F2"} if entry is not None and entry.text.endswith("mg/kg/d") else set()
            found |= {fact for of, fact in FIELDS.items() if of == (section_name, field)}
        return found

    def claimed(self, id_: str) -> list[Named]:
        evidence = self.program.evidence[id_]
        if evidence.kind == "dosing" and "/" in id_ and id_.split("/", maxsplit=1)[0] not in self.knowledge.facts:
            statements = [fact for fact in evidence.facts if not self.knowledge.facts[fact].is_interpretation]
            return [self.leaf(fact, self.knowledge.facts[fact].grade) for fact in statements]
        fact, _, number = id_.partition("/")
        return [self.leaf(fact, self.knowledge.facts[fact].claims[int(number or 0)].grade)]

    def warrants(self, rule: str) -> list[str]:
        because = self.knowledge.rules[rule].because if rule in self.knowledge.rules else ()
        return [fact for fact in because if not self.knowledge.facts[fact].is_interpretation]

    @staticmethod
    def leaf(fact: str, grade: Grade | None) -> Named:
        return fact, None if grade is None else SCALE.index(grade.certainty)

    def choice(self, count: Count, firing: Firing) -> tuple[tuple[Atom, ...], Any]:
        items = dict(firing.items)
        names = tuple(dict.fromkeys(name for name in atoms_of(count) if self.derivation.value(name) >= firing.value))

        def masked(literal: Literal, some: frozenset[Atom]) -> int:
            """The value of a condition if of the conclusions that speak for it only these held."""
            if isinstance(literal, Holds):
                return self.derivation.value(literal.atom) if literal.atom in some else FALSE
            if isinstance(literal, Count):
                values = [
                    self.reasons.literal(member, items) if points < 0 else masked(member, some)
                    for points, member in literal.members
                ]
                return counted(literal, values)
            return self.reasons.literal(literal, items)

        # A conclusion whose points are below zero speaks against the count: that it holds is no premise.
        for_it = tuple(name for name in names if not any(p < 0 and m == Holds(name) for p, m in count.members))
        return for_it, lambda some: masked(count, some) >= firing.value


def evaluated(
    written: Written, case: WrittenCase, draw: Any
) -> tuple[KnowledgeBase, Program, Reasons, Derivation, Any]:
    knowledge = with_grades(written.load(), draw)
    read = case.read(knowledge.vocabulary)
    try:
        program, observer, derivation = Advisor(knowledge, ("compiled",)).derive(read)
    except Refused:
        assume(False)
    return knowledge, program, Reasons(program, knowledge.vocabulary, observer, derivation), derivation, read


def drawn(derivation: Derivation) -> list[Atom]:
    return [name for name, value in derivation.values.items() if value]


def test_certainty_is_that_of_the_proofs() -> None:
    statuses: Counter[str] = Counter()

    @randomly(70)
    @given(programs(), cases(), st.data())
    def compare(written: Written, case: WrittenCase, data: st.DataObject) -> None:
        compare_with_proofs(*evaluated(written, case, data.draw)[:4], statuses)

    compare()
    assert min(statuses[status] for status in ("graded", "partly graded", "not graded")) > 10


def compare_with_proofs(
    knowledge: KnowledgeBase, program: Program, reasons: Reasons, derivation: Derivation, statuses: Counter[str]
) -> None:
    certainties = Certainties(knowledge, program, reasons, derivation, DAY)
    enumerated = Enumerated(knowledge, program, reasons, derivation)
    for name in drawn(derivation):
        try:
            found = proofs(name, lambda at: enumerated.ways[at])
        except TooManyProofs:
            continue
        assert_told(certainties.of(name), found)
        statuses[certainties.of(name).status] += 1


def assert_told(told: Certainty, found: set[Proof]) -> None:
    """What is told of a conclusion's certainty is what its proofs say."""
    low, high = best(found, None), best(found, -1)
    assert high is not None
    if low == -1:
        assert told == Certainty(status="no evidence", conclusion=told.conclusion)
        return
    status = "graded" if low is not None else "not graded" if high == -1 else "partly graded"
    assert (told.status, told.grade) == (status, "" if low is None else SCALE[low])
    if low is None:
        assert not told.limiting
    else:  # some best proof is limited by nothing but what is named, and everything that is named limits one
        limits = [{fact for fact, rank in proof if rank == low} for proof in found if weakest(proof, None) == low]
        assert any(limit <= set(told.limiting) for limit in limits)
        assert set(told.limiting) <= set().union(*limits)
    if low == 0 or low == high:
        assert not told.at_most + "".join((*told.bounding, *told.ungraded))
    else:  # some proof reaches the upper bound with nothing ungraded but what is named
        reaching = [proof for proof in found if weakest(proof, -1) == high]
        assert any({fact for fact, rank in proof if rank is None} <= set(told.ungraded) for proof in reaching)
        assert set(told.ungraded) <= {fact for proof in found for fact, rank in proof if rank is None}
        assert told.at_most == ("" if high == -1 else SCALE[high])
        assert bool(told.bounding) == (high != -1)
    assert told.graded_by.keys() == {*told.limiting, *told.bounding}


@randomly(40)
@given(programs(), cases(), st.data())
def test_a_bound_is_reached_once_somebody_grades_what_is_named(
    written: Written, case: WrittenCase, data: st.DataObject
) -> None:
    knowledge, program, reasons, derivation, _ = evaluated(written, case, data.draw)
    before = Certainties(knowledge, program, reasons, derivation, DAY)
    for name in drawn(derivation):
        told = before.of(name)
        if not told.ungraded:
            continue
        facts = {
            fact: replace(stated, grade=stated.grade or BEST, claims=tuple(
                replace(claim, grade=claim.grade or BEST) for claim in stated.claims
            )) if fact in told.ungraded else stated
            for fact, stated in knowledge.facts.items()
        }  # fmt: skip
        evidence = {
            id_: replace(item, grade=item.grade or BEST) if item.name in told.ungraded else item
            for id_, item in program.evidence.items()
        }
        graded = Certainties(
            replace(knowledge, facts=facts), replace(program, evidence=evidence), reasons, derivation, DAY
        )
        after = graded.of(name)
        assert (after.status, after.grade) == ("graded", told.at_most or SCALE[0])


BEST = Grade(SCALE[0], "S")


@randomly(30)
@given(programs(), cases(), st.data())
def test_the_checker_finds_the_same(written: Written, case: WrittenCase, data: st.DataObject) -> None:
    knowledge, _, _, _, read = evaluated(written, case, data.draw)
    advice = Advisor(knowledge, ("compiled",)).advise(read)
    assert verify(advice, knowledge).problems == ()


# The graded knowledge base --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def graded() -> Advisor:
    return Advisor(load(GRADED))


@pytest.mark.parametrize("row", CASES, ids=lambda row: row["name"])
def test_what_is_told_of_the_graded_knowledge_base(row: dict[str, Any], graded: Advisor) -> None:
    text = yaml.safe_dump({"as-of": "2025-04-10T16:00Z", **row["case"]}).replace(
        "'2025-04-10T16:00Z'", "2025-04-10T16:00Z"
    )
    case = read_case_text(text, "case.yaml", graded.knowledge)
    program, observer, derivation = graded.derive(case)
    reasons = Reasons(program, graded.knowledge.vocabulary, observer, derivation)
    certainties = Certainties(graded.knowledge, program, reasons, derivation, case.as_of.date())
    names = {str(one): one for one in program.atoms}
    for name, expected in row["told"].items():
        told = certainties.of(names[name]).model_dump(mode="json")
        assert {part: told[part] for part in expected} == expected, name
    advice = graded.advise(case)
    assert verify(advice, graded.knowledge).problems == ()


FORGED = {
    "a better grade": {"grade": "high"},
    "another statement in its place": {"limiting": ["G1"]},
    "what is open left out": {"at_most": "", "bounding": [], "ungraded": []},
    "an upgrade": {"grade": "high", "limiting": [], "at_most": "", "bounding": [], "ungraded": [], "graded_by": {}},
    "another grader": {"graded_by": {"G2": ["P2"], "G6": ["P1"]}},
    "no grade": {"status": "not graded", "grade": "", "limiting": []},
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_certainty_is_noticed(name: str, graded: Advisor) -> None:
    text = "{as-of: 2025-04-10T16:00Z, orchard: {stage: blossom}, forecast: {lowest: -5 Cel}}"
    advice = graded.advise(read_case_text(text, "case.yaml", graded.knowledge))
    tree = advice.model_dump(mode="json")
    (option,) = [one for one in tree["options"] if one["key"]["measure"] == "heaters"]
    option["certainty"] |= FORGED[name]
    assert {problem.code for problem in verify(tree, graded.knowledge).problems} == {"standing"}
