"""The derivation graph leads from conclusions to sources, and is made of the advice and the knowledge base alone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import networkx as nx
import pytest

from engine.errors import Refused
from engine.model.advice import Advice
from engine.model.knowledge import KnowledgeBase
from provenance.graph import KINDS, RELATIONS, derivation_graph
from provenance.render.json import canonical

NAMES = ("refractory-child", "untreated-child", "biologic-asked-for-first", "crowded", "nothing-known")
Advised = Callable[[str], Advice]


@pytest.mark.parametrize("name", NAMES)
def test_every_node_and_edge_is_of_a_declared_kind(advised: Advised, knowledge: KnowledgeBase, name: str) -> None:
    graph = derivation_graph(advised(name), knowledge)
    assert {kind for _, kind in graph.nodes(data="kind")} <= set(KINDS)
    assert {data["relation"] for _, _, data in graph.edges(data=True)} <= set(RELATIONS)
    assert all(
        node == f"{data['kind']}:{node.partition(':')[2]}" and data["label"] for node, data in graph.nodes(data=True)
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_conclusion_that_is_not_false_is_drawn_and_reaches_its_evidence(
    advised: Advised, knowledge: KnowledgeBase, name: str
) -> None:
    advice, rules = advised(name), knowledge.rules
    graph = derivation_graph(advice, knowledge)
    for conclusion, value in advice.values.items():
        if value != "false":
            reached = nx.descendants(graph, f"conclusion:{conclusion}")
            assert any(node.startswith("firing:") for node in reached), conclusion
            assert any(node.startswith("source:") for node in reached) or all(
                rules[firing.rule].definition for firing in advice.firings if firing.conclusion == conclusion
            ), conclusion


@pytest.mark.parametrize("name", NAMES)
def test_what_is_true_or_provisional_ends_in_data_defaults_and_sources_alone(
    advised: Advised, knowledge: KnowledgeBase, name: str
) -> None:
    graph = derivation_graph(advised(name), knowledge)
    for node in graph:
        if not graph.out_degree(node):
            data = graph.nodes[node]
            ends = data["kind"] in ("source", "datum", "default", "rule") or (
                data["kind"] == "conclusion" and data["value"] == "false"
            )
            assert ends, (node, data)


def test_the_refractory_option_rests_on_its_facts_readings_data_and_defaults(
    advised: Advised, knowledge: KnowledgeBase
) -> None:
    graph = derivation_graph(advised("refractory-child"), knowledge)
    reached = nx.descendants(graph, "conclusion:option(anakinra, refractory)")
    assert {
        "fact:G13",
        "fact:G04",
        "interpretation:I04",
        "datum:courses[1].response",
        "datum:patient.mas",
        "source:S0",
        "source:S1",
    } <= reached
    assert graph.edges["fact:G13", "source:S0"]["relation"] == "quoted-from"
    assert graph.edges["fact:G13", "source:S1"]["relation"] == "cited-to"
    assert "default:courses[0].stopped" in nx.descendants(graph, "conclusion:situation(combination)")
    assert "interpretation:I07" in nx.descendants(graph, "conclusion:dose(etoposide, refractory, G11)")
    assert "interpretation:I20" in nx.descendants(graph, "datum:patient.weight")


def test_everything_that_falls_with_a_source_is_upstream_of_it(advised: Advised, knowledge: KnowledgeBase) -> None:
    graph = derivation_graph(advised("refractory-child"), knowledge)
    assert "source:S7" not in graph, "its facts are shown beside an option, and are part of no derivation"
    assert "conclusion:option(tocilizumab, refractory)" in nx.ancestors(graph, "source:S6")


def test_an_advice_read_back_from_its_json_has_the_same_graph(advised: Advised, knowledge: KnowledgeBase) -> None:
    advice = advised("crowded")
    again = derivation_graph(Advice.model_validate_json(canonical(advice)), knowledge)
    first = derivation_graph(advice, knowledge)
    assert list(first.nodes(data=True)) == list(again.nodes(data=True))
    assert {(start, end): data for start, end, data in first.edges(data=True)} == {
        (start, end): data for start, end, data in again.edges(data=True)
    }


def test_the_order_of_nodes_and_edges_depends_on_the_advice_alone(advised: Advised, knowledge: KnowledgeBase) -> None:
    one, other = (derivation_graph(advised("refractory-child"), knowledge) for _ in range(2))
    assert list(one) == list(other)
    assert list(one.edges) == list(other.edges)


def test_an_advice_of_another_knowledge_base_is_refused(advised: Advised, knowledge: KnowledgeBase) -> None:
    with pytest.raises(Refused, match="other-knowledge"):
        derivation_graph(advised("untreated-child"), replace(knowledge, digest="0" * 64))


def test_networkx_is_imported_when_a_graph_is_asked_for_and_not_before() -> None:
    names = "provenance, provenance.graph, provenance.render.text, provenance.render.trace"
    code = f"import sys, {names}; print('networkx' in sys.modules)"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "False"
