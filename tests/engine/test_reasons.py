"""Reasons are gathered once from what many chains share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from engine.compiled import Compiled
from engine.model.case import Case
from engine.model.rule import Codes, OneOf
from engine.model.vocabulary import Attribute, FieldType, Headings, Section, Vocabulary
from engine.observing import UNKNOWN, Observer
from engine.program import Atom, Clause, Datum, GroundCondition, Holds, Program
from engine.reasons import Coded, Reasons

VOCABULARY = Vocabulary(
    terms={},
    claims={},
    sections={"patient": Section("patient", {"sign": Attribute("sign", FieldType("one of", words=("yes", "no")))})},
    conclusions={},
    quantities={},
    prohibitions={},
    headings=Headings(),
)
SIGN = GroundCondition(Datum("patient.sign", OneOf(("yes",))), 0, Codes(when_unknown="SIGN_MISSING"))


def atom(name: str) -> Atom:
    return Atom("situation", (name,))


def clause(number: int, head: str, *body: GroundCondition | str) -> Clause:
    when = tuple(
        GroundCondition(Holds(atom(part)), place) if isinstance(part, str) else part for place, part in enumerate(body)
    )
    return Clause(f"rule-{number}", 0, (), (), when, (), atom(head))


def diamonds(length: int) -> Iterator[Clause]:
    """Each conclusion is drawn in two ways, each of which rests on the one below: 2 ** length chains."""
    yield clause(0, "top-0", SIGN)
    for at in range(length):
        yield clause(4 * at + 1, f"left-{at}", f"top-{at}")
        yield clause(4 * at + 2, f"right-{at}", f"top-{at}")
        yield clause(4 * at + 3, f"top-{at + 1}", f"left-{at}")
        yield clause(4 * at + 4, f"top-{at + 1}", f"right-{at}")


def reasons_of(clauses: list[Clause]) -> Reasons:
    program = Program(
        tuple(clauses), (tuple(range(len(clauses))),), {}, tuple({each.head: None for each in clauses}), frozenset()
    )
    case = Case("", datetime(2026, 3, 1, tzinfo=UTC), {}, {})
    observer = Observer(VOCABULARY, case, frozenset())
    return Reasons(program, VOCABULARY, observer, Compiled(program, VOCABULARY).evaluate(case, observer))


def test_a_conclusion_that_many_chains_share_is_explained_once(monkeypatch: pytest.MonkeyPatch) -> None:
    reasons = reasons_of(list(diamonds(30)))
    asked: list[int] = []
    explain = Reasons.clause

    def counting(self: Reasons, index: int, seen: frozenset[Atom]) -> list[Coded]:
        asked.append(index)
        return explain(self, index, seen)

    monkeypatch.setattr(Reasons, "clause", counting)
    assert reasons.derivation.value(atom("top-30")) == UNKNOWN
    assert [(why.code, why.kind) for why in reasons.of(atom("top-30"))] == [("SIGN_MISSING", "unknown")]
    assert sorted(asked) == sorted(set(asked))
    assert len(asked) == 4 * 30 + 1


@pytest.mark.parametrize("first", ["a", "b"])
def test_what_was_asked_before_does_not_change_the_reasons_around_a_cycle(first: str) -> None:
    """a and b rest on each other, and each on a datum of its own."""
    other = GroundCondition(Datum("patient.sign", OneOf(("no",))), 0, Codes(when_unknown="OTHER_MISSING"))
    clauses = [clause(1, "a", "b"), clause(2, "b", "a"), clause(3, "a", SIGN), clause(4, "b", other)]
    asked_before, fresh = reasons_of(clauses), reasons_of(clauses)
    asked_before.of(atom(first))
    for name in ("a", "b"):
        assert asked_before.of(atom(name)) == fresh.of(atom(name))
        assert {why.code for why in fresh.of(atom(name))} == {"SIGN_MISSING", "OTHER_MISSING"}
        fresh = reasons_of(clauses)
