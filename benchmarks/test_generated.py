"""Cases of the generated knowledge base: 10,000 facts and 2,000 rules. Both engines must be right on them."""

# ruff: noqa: D103  the name of a test is its sentence

from __future__ import annotations

from itertools import cycle
from pathlib import Path

import pytest
from oracle.naive import Naive
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks import generated
from benchmarks.conftest import Prepared, measured, prepared
from engine.derivation import Derivation
from engine.model.knowledge import KnowledgeBase
from engine.observing import TRUE
from engine.program import Atom
from engine.rete import Rete

COMPARED = 50
"""Cases on which the engines are compared: one of each disease."""


@pytest.fixture(scope="module")
def rete(everything: Prepared) -> Rete:
    return Rete(everything.program, everything.knowledge)


def test_every_generated_rule_fires(everything: Prepared) -> None:
    fired = set()
    for case in everything.cases:
        firings = everything.compiled.evaluate(case).firings
        fired |= {everything.program.clauses[firing.clause].rule for firing in firings if firing.value == TRUE}
    assert set(everything.knowledge.rules) <= fired


def test_the_engines_agree_on_generated_cases(everything: Prepared, rete: Rete) -> None:
    for case in everything.cases[:COMPARED]:
        assert rete.evaluate(case) == everything.compiled.evaluate(case)


def test_the_engines_agree_with_the_naive_evaluator(tmp_path: Path) -> None:
    """On one disease of the same make: the naive evaluator tries every rule instance."""
    one = prepared(generated.write(tmp_path, 1), generated.cases(3, 1))
    naive, rete = Naive(one.knowledge), Rete(one.program, one.knowledge)
    for case in one.cases:
        values, firings = naive.evaluate(case)
        derivation = one.compiled.evaluate(case)
        assert written_values(one.knowledge, derivation) == values
        assert written_firings(one, derivation) == firings
        assert rete.evaluate(case) == derivation


def written_values(knowledge: KnowledgeBase, derivation: Derivation) -> dict[Atom, int]:
    """The conclusions and arguments that the vocabulary names, without what resolution draws between them."""
    kinds = knowledge.vocabulary.conclusions
    named = {*kinds, "withheld", "conflict", *(f"{side} {name}" for name in kinds for side in ("for", "against"))}
    return {atom: value for atom, value in derivation.values.items() if atom.relation in named}


def written_firings(one: Prepared, derivation: Derivation) -> frozenset[object]:
    """The firings of the rules that an author wrote, in the naive evaluator's form."""
    rules = one.knowledge.rules
    return frozenset(
        (c.rule, c.number, c.evidence, tuple(sorted(c.bindings)), tuple(sorted(firing.items)), firing.value)
        for firing in derivation.firings
        if (c := one.program.clauses[firing.clause]).rule in rules and c.number < len(rules[c.rule].then)
    )


def test_generated_case_compiled(benchmark: BenchmarkFixture, everything: Prepared) -> None:
    cases = cycle(everything.cases)
    assert benchmark(lambda: everything.compiled.evaluate(next(cases))).firings


def test_generated_case_rete(benchmark: BenchmarkFixture, everything: Prepared, rete: Rete) -> None:
    cases = cycle(everything.cases)
    assert measured(benchmark, 200, lambda: rete.evaluate(next(cases))).firings


def test_generated_start_of_rete(benchmark: BenchmarkFixture, everything: Prepared) -> None:
    measured(benchmark, 1, lambda: Rete(everything.program, everything.knowledge))
