"""Why a conclusion was drawn: against every subset of the facts, and against deriving the case from scratch."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from oracle.naive import Naive, NegativeCycle
from oracle.programs import AS_OF, Written, WrittenCase, dumped, programs
from oracle.programs import cases as random_cases

from engine.advising import Advisor, read_case_text
from engine.compiled import Compiled
from engine.counting import counted
from engine.errors import Refused
from engine.loading import load
from engine.model.advice import Advice, FiringRecord
from engine.model.case import Case
from engine.model.knowledge import KnowledgeBase
from engine.model.rule import OneOf
from engine.observing import FALSE, NAMES, NOT, STANDS, TRUE, Observer
from engine.program import Atom, Clause, Count, Datum, GroundTest, Holds, Item, ItemField, Literal
from provenance.grounds import Grounds
from provenance.inquiry import Inquiry
from provenance.model.why import Guard, Unfolded, Why
from provenance.render.json import canonical
from provenance.render.why import why_page
from provenance.why.answer import why

CASES = Path(__file__).with_name("why_cases.yaml")
Advised = Callable[[str], Advice]
Values = Mapping[str, int]
ATOM = re.compile(r"[a-z][a-z -]*\([^()]*\)")


def random_programs(config: pytest.Config, number: int) -> Any:
    asked = config.getoption("--random-programs")
    return settings(
        max_examples=number if asked is None else asked,
        derandomize=asked is None,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


# The judge of the sets: the emitted firings restricted to some facts, by iteration from below ------------------------


class Restricted:
    """The firings of an advice, of which those are left whose facts are at hand."""

    def __init__(self, grounds: Grounds) -> None:
        self.grounds = grounds
        self.advice = grounds.advice
        self.firings = [(firing, grounds.clause(firing)) for firing in self.advice.firings]

    def values(self, facts: frozenset[str]) -> dict[str, int]:
        known = self.grounds.knowledge.facts
        there = {
            fact
            for fact in facts
            if not known[fact].is_interpretation or any(subject in facts for subject in known[fact].about)
        }
        found: dict[str, int] = {}
        grew = True
        while grew:
            grew = False
            for firing, clause in self.firings:
                if self.warrants(clause) <= there:
                    value = self.body(firing, clause, there, found)
                    if value > found.get(firing.conclusion, FALSE):
                        found[firing.conclusion] = value
                        grew = True
        return found

    def warrants(self, clause: Clause) -> set[str]:
        rule = self.grounds.knowledge.rules.get(clause.rule)
        evidence = {fact for id_ in clause.evidence for fact in self.grounds.program.evidence[id_].facts}
        return evidence | set(rule.because if rule else ())

    def body(self, firing: FiringRecord, clause: Clause, there: set[str], found: Values) -> int:
        value = TRUE
        for condition in clause.when:
            value = min(value, self.literal(condition.literal, firing.items, there, found))
        for premise, condition in zip(firing.absent, clause.unless, strict=True):
            read = NAMES.index(premise.value)
            if not has_conclusion(condition.literal):
                read = self.case_value(condition.literal, firing.items, there)
            value = min(value, (STANDS if condition.stands else NOT)[read])
        return value

    def literal(self, literal: Literal, items: dict[str, str], there: set[str], found: Values) -> int:
        if isinstance(literal, Holds):
            return found.get(str(literal.atom), FALSE)
        if not has_conclusion(literal):
            return self.case_value(self.narrowed(literal, there), items, there)
        assert isinstance(literal, Count)
        value = TRUE
        for at_least, at_most, sign in ((literal.at_least, None, 1), (None, literal.at_most, -1)):
            if at_least is not None or at_most is not None:
                held = [
                    self.literal(member, items, there, found)
                    if sign * points > 0
                    else self.opposing(member, items, there)
                    for points, member in literal.members
                ]
                value = min(value, counted(Count(literal.members, at_least, at_most), held))
        return value

    def opposing(self, member: Literal, items: dict[str, str], there: set[str]) -> int:
        """As the advice found it; but a datum that is not read may be anything."""
        value = self.grounds.reasons.literal(member, items)
        return value if value or has_conclusion(member) else self.case_value(member, items, there)

    def case_value(self, literal: Literal, items: dict[str, str], there: set[str]) -> int:
        if isinstance(literal, Count):
            return counted(literal, [self.case_value(member, items, there) for _, member in literal.members])
        observer = Observer(self.grounds.vocabulary, self.grounds.case, frozenset(there))
        if isinstance(literal, Datum):
            return observer.datum(literal.path, literal.test)
        if isinstance(literal, ItemField):
            return observer.item_field(literal, items)
        assert isinstance(literal, Item)
        held = dict(observer.items(literal, items))
        return held.get(items[literal.variable], FALSE) if literal.variable in items else max(held.values(), default=0)

    def narrowed(self, literal: Literal, there: set[str]) -> Literal:
        """A condition on the case with only those members of a class that the facts at hand name."""
        if isinstance(literal, Datum):
            return Datum(literal.path, self.members(literal.test, there))
        if isinstance(literal, ItemField):
            return ItemField(literal.variable, literal.field, self.members(literal.test, there))
        if isinstance(literal, Item):
            tests = tuple((field, self.members(test, there)) for field, test in literal.tests)
            return Item(literal.item, literal.variable, tests, literal.order)
        if isinstance(literal, Count):
            members = tuple((points, self.narrowed(member, there)) for points, member in literal.members)
            return Count(members, literal.at_least, literal.at_most)
        return literal

    def members(self, test: GroundTest, there: set[str]) -> GroundTest:
        if not isinstance(test, OneOf) or not test.of_class:
            return test
        claims = [one for one in self.grounds.program.evidence.values() if one.kind == "member"]
        return OneOf(
            tuple(
                str(one.value("member"))
                for one in claims
                if one.value("class") == test.of_class and there.issuperset(one.facts)
            )
        )


def has_conclusion(literal: Literal) -> bool:
    return isinstance(literal, Holds) or (
        isinstance(literal, Count) and any(has_conclusion(member) for _, member in literal.members)
    )


def every_subset(facts: Iterable[str]) -> Iterator[frozenset[str]]:
    names = sorted(facts)
    return map(frozenset, chain.from_iterable(combinations(names, size) for size in range(len(names) + 1)))


def whole_sets(answer: Why) -> list[frozenset[str]]:
    return [frozenset((*answer.evidence.common, *some)) for some in answer.evidence.sets]


def inquired(written: Written, case: WrittenCase) -> Inquiry:
    """A case under question; what is refused for a negative cycle is left out."""
    knowledge = written.load()
    try:
        inquiry = Inquiry(Advisor(knowledge, ("compiled",)), case.read(knowledge.vocabulary))
        assert inquiry.advice.values is not None
    except Refused as refused:
        if {problem.code for problem in refused.problems} != {"negative-cycle"}:
            raise
        assume(False)
    return inquiry


def drawn(advice: Advice) -> list[str]:
    return [name for name, value in advice.values.items() if value != "false"]


def test_the_sets_are_the_minimal_ones_of_all_subsets(pytestconfig: pytest.Config) -> None:
    @random_programs(pytestconfig, 120)
    @given(programs(), random_cases())
    def agree(written: Written, case: WrittenCase) -> None:
        assert_sets(inquired(written, case))

    agree()


def assert_sets(inquiry: Inquiry) -> None:
    restricted = Restricted(inquiry.grounds)
    values = {facts: restricted.values(facts) for facts in every_subset(inquiry.knowledge.facts)}
    for name in drawn(inquiry.advice):
        level = NAMES.index(inquiry.advice.values[name])
        expected: list[frozenset[str]] = []
        for facts, found in values.items():  # the smallest first
            if found.get(name, FALSE) >= level and not any(smaller <= facts for smaller in expected):
                expected.append(facts)
        answer = why(inquiry, name)
        assert set(whole_sets(answer)) == set(expected), name
        assert answer.evidence.number == len(expected) == answer.evidence.listed


# The judge of what it falls without: the naive evaluator, without each fact in turn -----------------------------------


def values_without(knowledge: KnowledgeBase, case: Case, fact: str) -> Mapping[Atom, int]:
    """The values that are left; none where the rules that are left run in a negative circle."""
    left = set(knowledge.facts) - {fact}
    statements = {one for one in left if not knowledge.facts[one].is_interpretation}
    left = {one for one in left if one in statements or statements & set(knowledge.facts[one].about)}
    try:
        values: Mapping[Atom, int] = Naive(knowledge, frozenset(left)).evaluate(case)[0]
    except NegativeCycle:
        return {}
    return values


def test_what_it_falls_without_is_what_deriving_again_without_each_fact_shows(pytestconfig: pytest.Config) -> None:
    @random_programs(pytestconfig, 120)
    @given(programs(), random_cases())
    def agree(written: Written, case: WrittenCase) -> None:
        assert_falls(inquired(written, case))

    agree()


def assert_falls(inquiry: Inquiry) -> None:
    knowledge, atoms = inquiry.knowledge, inquiry.grounds.atoms
    without = {fact: values_without(knowledge, inquiry.case, fact) for fact in knowledge.facts}
    shown = {*knowledge.vocabulary.conclusions, "withheld", "conflict", "for option", "against option"}
    for name in drawn(inquiry.advice):
        if atoms[name].relation not in shown:
            continue  # what resolution draws in between
        level = NAMES.index(inquiry.advice.values[name])
        fallen = {fact for fact, values in without.items() if values.get(atoms[name], FALSE) < level}
        answer = why(inquiry, name)
        guards = {guard.fact for guard in answer.guarded_by}
        everywhere = frozenset.intersection(*whole_sets(answer))
        assert answer.confirmed
        assert set(answer.falls_without) | guards == fallen, name
        assert set(answer.falls_without) == fallen & everywhere
        assert set(answer.replaced) == everywhere - fallen


@pytest.mark.parametrize("written", yaml.safe_load(CASES.read_text(encoding="utf-8")), ids=lambda one: one["name"])
def test_every_way_to_rest_on_a_fact(written: dict[str, Any]) -> None:
    claims = written.get("claims", {})
    facts = [
        {"id": name, "quote": "words"} | ({"claims": claims[name]} if name in claims else {})
        for name in ("F1", "F2", "F3")
    ]
    rules = [
        {"id": f"r{number}", "title": "a rule", "then": [{"situation": {"is": rule["draws"]}}]}
        | {name: part for name, part in rule.items() if name != "draws"}
        for number, rule in enumerate(written["rules"])
    ]
    readings = READINGS.replace("[F1]", str(written.get("about", ["F1"])))
    knowledge = Written(dumped({"read-in": "S", "facts": facts}), readings, dumped({"rules": rules}), "against")
    inquiry = inquired(knowledge, WrittenCase({"as-of": AS_OF, **written["case"]}))
    answer = why(inquiry, written["asked"])
    assert set(whole_sets(answer)) == set(map(frozenset, written["sets"]))
    assert [guard.fact for guard in answer.guarded_by] == written.get("guards", [])
    assert list(answer.replaced) == written.get("replaced", [])
    assert_sets(inquiry)
    assert_falls(inquiry)


# Firings are told as they were -----------------------------------------------------------------------------------


def test_no_firing_is_told_with_the_conclusion_or_the_premises_of_another(pytestconfig: pytest.Config) -> None:
    @random_programs(pytestconfig, 100)
    @given(programs(), random_cases())
    def hold(written: Written, case: WrittenCase) -> None:
        inquiry = inquired(written, case)
        program = inquiry.grounds.program
        fired = set()
        for one in Compiled(program, inquiry.grounds.vocabulary).evaluate(inquiry.case).firings:
            clause = program.clauses[one.clause]
            found = (one.items, one.value, facts_of(inquiry, clause), read_by(clause))
            fired.add((str(clause.head), clause.rule, *found))
        told = set()
        for name in drawn(inquiry.advice):
            answer = why(inquiry, name, unfold=True)
            for conclusion in answer.drawn:
                for firing in conclusion.firings:
                    premises = tuple(premise.conclusions for premise in firing.premises)
                    absent = tuple(premise.conclusions for premise in firing.absent)
                    facts = frozenset((*firing.facts, *firing.warrants))
                    items = tuple(firing.items.items())
                    value = NAMES.index(firing.value)
                    told.add((conclusion.conclusion, firing.rule, items, value, facts, (premises, absent)))
                    assert firing.attains == (firing.value == conclusion.value)
            assert answer.unfolded is not None
            assert_no_mixture(inquiry.advice, answer.unfolded)
        assert told == fired

    hold()


def facts_of(inquiry: Inquiry, clause: Clause) -> frozenset[str]:
    rule = inquiry.knowledge.rules.get(clause.rule)
    evidence = (inquiry.grounds.program.evidence[id_] for id_ in clause.evidence)
    return frozenset({fact for one in evidence for fact in one.facts} | set(rule.because if rule else ()))


def read_by(clause: Clause) -> tuple[tuple[tuple[str, ...], ...], ...]:
    return tuple(
        tuple(tuple(dict.fromkeys(atoms_in(condition.literal))) for condition in conditions)
        for conditions in (clause.when, clause.unless)
    )


def atoms_in(literal: Literal) -> Iterator[str]:
    if isinstance(literal, Holds):
        yield str(literal.atom)
    elif isinstance(literal, Count):
        for _, member in literal.members:
            yield from atoms_in(member)


def assert_no_mixture(advice: Advice, place: Unfolded) -> None:
    firings = {firing.id: firing for firing in advice.firings}
    for way in place.ways:
        firing = firings[way.id]
        assert (firing.conclusion, firing.rule, firing.value) == (place.conclusion, way.rule, place.value)
        for premise in way.premises:
            assert any(
                premise.conclusion in (read.conclusion, *ATOM.findall(read.condition)) for read in firing.premises
            )
            assert_no_mixture(advice, premise)


# What carries it, on knowledge that is read at a glance ---------------------------------------------------------------


def situations(facts: str, rules: str) -> Written:
    return Written(f"read-in: S\nfacts:\n{facts}", READINGS, f"rules:\n{rules}", "against")


READINGS = "read-in: E\ninterpretations:\n  - {id: I1, about: [F1], states: a reading, not-used-by-rules: none}\n"
THREE = "".join(f"  - {{id: F{n}, quote: words}}\n" for n in (1, 2, 3))
GUARDED = """\
  - {id: a, title: a, because: [F1], when: [{patient: {alarm: true}}], unless: [{situation: {is: s2}}],
     then: [{situation: {is: s3}}]}
  - {id: b, title: b, because: [F2], when: [{patient: {alarm: true}}], unless: [{situation: {is: s1}}],
     then: [{situation: {is: s2}}]}
  - {id: c, title: c, because: [F3], when: [{patient: {alarm: true}}], then: [{situation: {is: s1}}]}
"""
REPLACED = """\
  - {id: a, title: a, because: [F1], when: [{situation: {is: s1}}], then: [{situation: {is: s3}}]}
  - {id: b, title: b, because: [F2], when: [{patient: {alarm: true}}], unless: [{situation: {is: s1}}],
     then: [{situation: {is: s3}}]}
  - {id: c, title: c, because: [F3], when: [{patient: {alarm: true}}], then: [{situation: {is: s1}}]}
"""


def asked(rules: str, name: str) -> Why:
    inquiry = inquired(situations(THREE, rules), WrittenCase({"as-of": AS_OF, "patient": {"alarm": True}}))
    return why(inquiry, name)


def test_a_fact_that_keeps_something_out_of_the_way_is_a_guard_and_no_support() -> None:
    answer = asked(GUARDED, "situation(s3)")
    assert answer.evidence.common == ("F1",)
    assert answer.falls_without == ("F1",)
    assert answer.guarded_by == (Guard(fact="F3", lets_in=("situation(s2)",)),)
    assert answer.replaced == ()


def test_a_fact_of_every_set_without_which_another_rule_draws_it_is_no_fact_that_it_falls_without() -> None:
    answer = asked(REPLACED, "situation(s3)")
    assert answer.evidence.common == ("F1", "F3")
    assert answer.falls_without == ("F1",)
    assert answer.replaced == ("F3",)
    assert answer.guarded_by == ()


def test_a_conclusion_that_the_advice_does_not_have_is_refused_with_a_hint() -> None:
    with pytest.raises(Refused) as refused:
        asked(GUARDED, "situation(s33)")
    assert "unknown-conclusion" in str(refused.value)
    assert "did you mean `situation(s3)`?" in str(refused.value)


def test_what_is_false_has_no_firing_and_no_set() -> None:
    answer = asked(GUARDED, "situation(s2)")
    assert (answer.value, answer.proofs, answer.evidence.number) == ("false", 0, 0)
    assert answer.drawn[0].firings == ()
    assert not answer.alone


# The knowledge base ------------------------------------------------------------------------------------------------


def test_one_case_report_that_carries_an_option_alone_is_told_with_its_level(
    cases: dict[str, Case], knowledge: KnowledgeBase
) -> None:
    inquiry = Inquiry(Advisor(knowledge, ("compiled",)), cases["refractory-child"])
    answer = why(inquiry, "option(tacrolimus, addition)")
    sources = {one.id: one for one in answer.alone if one.kind == "source"}
    assert list(sources) == ["S3", "S0", "ED"]
    assert [one.roles for one in sources.values()] == [("cited",), ("document",), ("editors",)]
    assert "case report (n = 1)" in sources["S3"].evidence_levels
    assert sources["S3"].facts == ("R03",)
    assert answer.read_in == ("S0",)
    assert {one.id for one in answer.alone if one.kind == "interpretation"} == {"I01", "I12", "I13"}


def test_what_two_sources_carry_falls_with_neither(cases: dict[str, Case], knowledge: KnowledgeBase) -> None:
    inquiry = Inquiry(Advisor(knowledge, ("compiled",)), cases["refractory-child"])
    answer = why(inquiry, "option(tocilizumab, refractory)")
    assert {"G14", "R07"} == {fact for some in answer.evidence.sets for fact in some}
    assert {one.id for one in answer.alone if one.kind == "source"} == {"S0", "ED"}


def test_a_source_carries_it_alone_exactly_where_the_case_without_it_says_so(
    cases: dict[str, Case], knowledge: KnowledgeBase
) -> None:
    case = cases["refractory-child"]
    inquiry = Inquiry(Advisor(knowledge, ("compiled",)), case)
    without = {
        name: Advisor(
            replace(knowledge, sources={**knowledge.sources, name: replace(source, standing="retracted")}),
            ("compiled",),
        )
        .advise(case)
        .values
        for name, source in knowledge.sources.items()
    }
    for name, value in inquiry.advice.values.items():
        if value != "false":
            answer = why(inquiry, name)
            fallen = {
                source
                for source, values in without.items()
                if NAMES.index(values.get(name, "false")) < NAMES.index(value)
            }
            assert {one.id for one in answer.alone if one.kind == "source"} == fallen, name


def frost(text: str) -> Inquiry:
    knowledge = load(Path(__file__).resolve().parents[1] / "knowledge" / "graded")
    return Inquiry(Advisor(knowledge, ("compiled",)), read_case_text(text, "case", knowledge))


def test_of_two_documents_the_one_that_carries_it_is_told_and_a_letter_like_any_other() -> None:
    inquiry = frost("{as-of: 2026-04-01T18:00Z, forecast: {lowest: -2 Cel, dew-point: -9 Cel}}")
    for name, value in inquiry.advice.values.items():
        if value != "false":
            answer = why(inquiry, name)
            without = {
                source: Advisor(
                    replace(
                        inquiry.knowledge,
                        sources={
                            **inquiry.knowledge.sources,
                            source: replace(inquiry.knowledge.sources[source], standing="retracted"),
                        },
                    ),
                    ("compiled",),
                ).advise(inquiry.case)
                for source in inquiry.knowledge.sources
            }
            fallen = {
                source
                for source, advice in without.items()
                if NAMES.index(advice.values.get(name, "false")) < NAMES.index(value)
            }
            told = [one for one in answer.alone if one.kind == "source"]
            assert {one.id for one in told} == fallen, name
            assert all(one.roles for one in told), name
    assert "L1" in {one.id for one in why(inquiry, "cold(hollow)").alone}
    [panel] = why(inquiry, "warning(WAKE_THE_GROWERS)").alone
    assert (panel.id, panel.roles) == ("P1", ("document",))
    assert {"G9", "G10"} <= set(panel.facts)


def test_what_data_are_read_under_stands_at_the_condition_and_in_the_tree() -> None:
    inquiry = frost("{as-of: 2026-04-01T18:00Z, forecast: {lowest: -2 Cel, dew-point: -9 Cel}}")
    answer = why(inquiry, "situation(dry-frost)", unfold=True)
    [firing] = answer.drawn[0].firings
    assert [one.read_under for one in firing.premises] == [(), ("G9", "G10")]
    assert answer.unfolded is not None
    [way] = answer.unfolded.ways
    assert (way.facts, way.read_under) == (("G2", "I3"), ("G9", "G10"))
    text = "\n".join(line for _, line in why_page(answer, inquiry.advice, inquiry.knowledge).paragraphs)
    assert "read under G9 G10" in text.partition("UNFOLDED")[0]
    assert "G2 and reading I3; its data read under G9 G10" in text.partition("UNFOLDED")[2]
    warned = why(inquiry, "warning(WAKE_THE_GROWERS)")
    text = "\n".join(line for _, line in why_page(warned, inquiry.advice, inquiry.knowledge).paragraphs)
    assert ".." not in text.splitlines()[0]
    assert "It falls without G2." in text
    assert "It falls if the source P1 is withdrawn:" in text


def test_an_advice_read_back_is_answered_alike(advised: Advised, knowledge: KnowledgeBase) -> None:
    advice = advised("refractory-child")
    name = "option(anakinra, refractory)"
    again = Advice.model_validate_json(canonical(advice))
    assert why(Grounds(again, knowledge), name) == why(Grounds(advice, knowledge), name)


def test_the_answer_is_read_back_from_its_json(advised: Advised, knowledge: KnowledgeBase) -> None:
    answer = why(Grounds(advised("crowded"), knowledge), "option(anakinra, refractory)", unfold=True)
    assert Why.model_validate_json(answer.model_dump_json()) == answer


# What lies between arguments and what they come to ------------------------------------------------------------------

ARGUED = """\
  - {id: a, title: a, because: [F1], when: [{patient: {alarm: true}}], then: [{for: {option: {drug: d1, role: r1}}}]}
  - id: b
    title: b
    because: [F2]
    when: [{patient: {alarm: true}}]
    then: [{against: {option: {drug: d1, role: r1}}}]
  - {id: c, title: c, because: [F3], when: [{patient: {alarm: true}}], then: [{for: {option: {drug: d1, role: r1}}}]}
prefer: {P1: {order: [F1, F2], because: a reason}}
"""


def test_every_conclusion_of_an_argument_falls_as_the_advice_without_each_fact_says() -> None:
    inquiry = inquired(situations(THREE, ARGUED), WrittenCase({"as-of": AS_OF, "patient": {"alarm": True}}))
    knowledge, advice = inquiry.knowledge, inquiry.advice
    without = {
        fact: Advisor(replace(knowledge, withdrawn=frozenset({fact})), ("compiled",)).advise(inquiry.case).values
        for fact in knowledge.facts
    }
    assert {"for option [F1](d1, r1)", "unbeaten for option(d1, r1)", "option(d1, r1)"} <= set(drawn(advice))
    for name in drawn(advice):
        level = NAMES.index(advice.values[name])
        fallen = {fact for fact, values in without.items() if NAMES.index(values.get(name, "false")) < level}
        answer = why(inquiry, name)
        assert {*answer.falls_without, *(guard.fact for guard in answer.guarded_by)} == fallen, name
