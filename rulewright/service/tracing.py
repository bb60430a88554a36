"""The derivation graph of an advice, as far as one conclusion reaches in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.errors import Findings, Location
from engine.model.advice import Advice
from engine.model.knowledge import KnowledgeBase
from provenance.graph import derivation_graph, support_of
from rulewright.service.models import Trace, TraceEdge, TraceNode

if TYPE_CHECKING:
    import networkx as nx


def trace(advice: Advice, knowledge: KnowledgeBase, conclusion: str = "") -> Trace:
    """The chain from a conclusion to everything it rests on; raises `Refused` where there is no such conclusion."""
    findings = Findings()
    if conclusion and conclusion not in advice.values:
        findings.dangling(conclusion, advice.values, Location(pointer="/conclusion"), "conclusion")
    findings.refuse_if_any()
    return written(derivation_graph(advice, knowledge), advice, conclusion)


def written(graph: nx.DiGraph[str], advice: Advice, conclusion: str) -> Trace:
    """The part of the graph that the conclusion reaches, in the graph's own order."""
    reached = support_of(graph, [conclusion]) if conclusion else set(graph)
    return Trace(
        advice=advice.id,
        conclusion=conclusion,
        nodes=tuple(_node(name, data) for name, data in graph.nodes(data=True) if name in reached),
        edges=tuple(
            TraceEdge(source=one, target=other, relation=data["relation"], value=data.get("value", ""))
            for one, other, data in graph.edges(data=True)
            if one in reached and other in reached
        ),
    )


def _node(name: str, data: Mapping[str, Any]) -> TraceNode:
    properties = {key: value for key, value in data.items() if key not in ("kind", "label")}
    return TraceNode(id=name, kind=data["kind"], label=data["label"], properties=properties)
