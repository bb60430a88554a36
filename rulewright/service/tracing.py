"""The derivation graph of an advice, as far as one conclusion reaches in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from provenance.graph import graph_of, support_of
from provenance.grounds import Grounds
from rulewright.service.models import Trace, TraceEdge, TraceNode


def trace(grounds: Grounds, conclusion: str = "") -> Trace:
    """The chain from a conclusion, or from all of them, to everything it rests on; in the graph's own order."""
    graph = graph_of(grounds)
    reached = support_of(graph, [conclusion]) if conclusion else set(graph)
    return Trace(
        advice=grounds.advice.id,
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
