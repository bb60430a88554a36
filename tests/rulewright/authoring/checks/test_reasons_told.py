"""Where the check of reasons finds nothing, every refused or open option has a reason, on random knowledge bases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from oracle.programs import Written, WrittenCase, cases, dumped, programs

from engine.compiled import Compiled
from engine.errors import Refused
from engine.grounding import ground
from engine.model.knowledge import KnowledgeBase
from engine.model.rule import Codes, Condition, OneOf
from engine.model.vocabulary import Attribute, Section, Term
from engine.observing import FALSE, UNKNOWN, Observer
from engine.program import Atom, Clause, GroundCondition, Holds, Item, Program
from engine.reasons import Reasons
from rulewright.authoring.checks.catalogue.reason import Silence
from rulewright.authoring.checks.demands import Demands


class Coding:
    """Gives codes to some conditions, terms, data and lists; most of each, so that some options are told throughout."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)

    def code(self, likely: float = 0.8) -> str:
        return "SAID" if self.chance.random() < likely else ""

    def condition(self, condition: Condition, under_unless: bool) -> Condition:
        codes = Codes(when_true=self.code()) if under_unless else Codes(when_false=self.code())
        return replace(condition, codes=replace(codes, when_unknown=self.code(0.4)))

    def attribute(self, attribute: Attribute) -> Attribute:
        stale = "SAID" if attribute.stale_after is not None else ""
        return replace(attribute, missing=self.code(), stale=stale)

    def section(self, section: Section) -> Section:
        attributes = {name: self.attribute(attribute) for name, attribute in section.attributes.items()}
        return replace(section, missing=self.code() if section.is_list else "", attributes=attributes)

    def terms(self, terms: Mapping[str, Term]) -> dict[str, Term]:
        return {
            name: replace(term, when_false=self.code(0.2), when_unknown=self.code(0.2)) for name, term in terms.items()
        }

    def knowledge(self, knowledge: KnowledgeBase) -> KnowledgeBase:
        vocabulary = knowledge.vocabulary
        terms = {kind: self.terms(terms) if kind == "situation" else terms for kind, terms in vocabulary.terms.items()}
        sections = {name: self.section(section) for name, section in vocabulary.sections.items()}
        rules = {
            name: replace(
                rule,
                when=tuple(self.condition(each, False) for each in rule.when),
                unless=tuple(self.condition(each, True) for each in rule.unless),
            )
            for name, rule in knowledge.rules.items()
        }
        return replace(knowledge, vocabulary=replace(vocabulary, terms=terms, sections=sections), rules=rules)


def drawn(program: Program) -> set[Atom]:
    """The conclusions that rest, by some clause, on none that no rule draws; of the others another check speaks."""
    found: set[Atom] = set()
    while True:
        fresh = {clause.head for clause in program.clauses if _rests_on(clause) <= found} - found
        if not fresh:
            return found
        found |= fresh


def _rests_on(clause: Clause) -> set[Atom]:
    return {condition.literal.atom for condition in clause.when if isinstance(condition.literal, Holds)}


@settings(max_examples=80, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs(), st.lists(cases(), min_size=4, max_size=4), st.integers(0, 2**32))
def test_where_nothing_is_found_a_reason_is_told(written: Written, some: list[WrittenCase], seed: int) -> None:
    knowledge = Coding(seed).knowledge(written.load())
    try:
        program = ground(knowledge)
    except Refused:
        assume(False)
    demands = Demands(knowledge, program)
    silence, engine = Silence(demands), Compiled(program, knowledge.vocabulary)
    arguments = sorted(atom for atom in drawn(program) if atom.relation.startswith("for "))
    for case in some:
        read = case.read(knowledge.vocabulary)
        observer = Observer(knowledge.vocabulary, read, program.facts)
        derivation = engine.evaluate(read, observer)
        reasons = Reasons(program, knowledge.vocabulary, observer, derivation)
        for atom in arguments:
            value = derivation.value(atom)
            if value in (FALSE, UNKNOWN):
                found = {silent.is_open for silent in silence.of(atom)}
                assert (value == UNKNOWN) in found or reasons.of(atom), atom


@pytest.mark.parametrize(
    ("visits", "codes"),
    [
        ([{"at": "-24 h"}, {"response": "north"}], {"TIME_MISSING"}),
        ([{"at": "-24 h", "response": "north"}, {"at": "-48 h"}], {"RESPONSE_MISSING"}),
        ([{"at": "-24 h", "response": "north"}, {"at": "-48 h", "response": "south"}], set()),
    ],
)
def test_what_leaves_open_which_item_comes_first_is_told(visits: list[dict[str, str]], codes: set[str]) -> None:
    facts = [{"id": f"F{n}", "quote": "words", "claims": [{"claim": "therapy", "drug": "d1"}]} for n in (1, 2, 3)]
    readings = [{"id": "I1", "about": ["F1"], "states": "a reading", "not-used-by-rules": "perhaps"}]
    written = Written(
        dumped({"read-in": "S", "facts": facts}),
        dumped({"read-in": "E", "interpretations": readings}),
        dumped({"rules": []}),
        "against",
        None,
    )
    vocabulary = written.load().vocabulary
    section = vocabulary.items["visit"]
    fields = {
        name: replace(field, missing={"at": "TIME_MISSING", "response": "RESPONSE_MISSING"}.get(name, "OTHER"))
        for name, field in section.attributes.items()
    }
    sections = {**vocabulary.sections, section.name: replace(section, attributes=fields, missing="")}
    vocabulary = replace(vocabulary, sections=sections)
    read = WrittenCase({"as-of": "2026-03-10T12:00Z", "visits": visits}).read(vocabulary)
    north = (("response", OneOf(("north",))),) if codes != {"TIME_MISSING"} else ()
    condition = GroundCondition(Item("visit", "v", north, "first"), 0)
    program = ground(written.load())
    observer = Observer(vocabulary, read, program.facts)
    reasons = Reasons(program, vocabulary, observer, Compiled(program, vocabulary).evaluate(read, observer))
    told = reasons.condition(condition, {"v": "visits[0]"}, UNKNOWN, False)
    assert set(told) == codes
