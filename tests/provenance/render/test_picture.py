from __future__ import annotations

from collections.abc import Callable

import networkx as nx
import pytest

from engine.model.advice import Advice
from engine.model.knowledge import KnowledgeBase
from provenance.graph import graph_of
from provenance.grounds import Grounds
from provenance.model.picture import Line, Picture
from provenance.render.picture import box_id, picture
from provenance.render.selection import traceable

CASES = ["untreated-child", "refractory-child", "biologic-asked-for-first", "crowded", "nothing-known"]
RELATIONS = {
    "drawn-by": "drawn-by",
    "reads": "reads",
    "unless": "absent",
    "assumes": "assumes",
    "computes": "computes",
    "rests-on": "rests-on",
    "warranted-by": "warranted-by",
    "read-under": "read-under",
    "attributed-to": "cited-to",
}
NOT_FOLLOWED = {"about", "quoted-from", "stated-in"}

Grounded = Callable[[str], Grounds]


@pytest.fixture
def grounded(advised: Callable[[str], Advice], knowledge: KnowledgeBase) -> Grounded:
    return lambda name: Grounds(advised(name), knowledge)


def edges(graph: nx.DiGraph[str], drawn: Picture, line: Line) -> set[tuple[str, str]]:
    """The edges of the graph that a line stands for."""
    nodes = {box.id: box.nodes for box in drawn.boxes}
    return {
        (start, end)
        for start in nodes[line.start]
        for end in nodes[line.end]
        if graph.has_edge(start, end) and graph.edges[start, end]["relation"] == RELATIONS[line.kind]
    }


def support(graph: nx.DiGraph[str], conclusion: str) -> set[str]:
    """The nodes under a conclusion through the firings that give it its value, found without the painter."""
    kept: nx.DiGraph[str] = nx.DiGraph(graph)
    for start, end, said in graph.edges(data=True):
        relation = said["relation"]
        weaker = relation == "drawn-by" and graph.nodes[start]["value"] != graph.nodes[end]["value"]
        if relation in NOT_FOLLOWED or weaker:
            kept.remove_edge(start, end)
    return {f"conclusion:{conclusion}"} | nx.descendants(kept, f"conclusion:{conclusion}")


@pytest.mark.parametrize("case", CASES)
def test_every_line_stands_for_an_edge_of_the_graph_and_every_edge_of_the_support_has_its_line(
    case: str, grounded: Grounded
) -> None:
    grounds = grounded(case)
    graph = graph_of(grounds)
    drawn = picture(grounds)
    told: set[tuple[str, str]] = set()
    for line in drawn.lines:
        found = edges(graph, drawn, line)
        assert found, line
        told |= found
    nodes = set().union(*(support(graph, name) for name in drawn.conclusions)) if drawn.conclusions else set()
    assert {node for box in drawn.boxes for node in box.nodes} == nodes
    wanted = {
        (start, end)
        for start, end, said in graph.subgraph(nodes).edges(data=True)
        if said["relation"] not in {*NOT_FOLLOWED, "by-rule"}
        and not (said["relation"] == "drawn-by" and graph.nodes[start]["value"] != graph.nodes[end]["value"])
    }
    assert told == wanted


@pytest.mark.parametrize("case", CASES)
def test_a_picture_of_one_conclusion_is_its_support_and_nothing_else(case: str, grounded: Grounded) -> None:
    grounds = grounded(case)
    graph = graph_of(grounds)
    for name in traceable(grounds.advice, grounds.knowledge):
        drawn = picture(grounds, [name])
        assert {node for box in drawn.boxes for node in box.nodes} == support(graph, name)
        assert [box.nodes for box in drawn.boxes if box.asked] == [(f"conclusion:{name}",)]


@pytest.mark.parametrize("case", CASES)
def test_firings_that_share_a_box_share_everything_that_is_not_labelled(case: str, grounded: Grounded) -> None:
    grounds = grounded(case)
    graph = graph_of(grounds)
    drawn = picture(grounds)
    boxes = {box.id: box for box in drawn.boxes}
    shared = 0
    for line in drawn.lines:
        firings = [node for node in boxes[line.start].nodes if node.startswith("firing:")]
        if boxes[line.start].kind != "rule" or line.kind == "warranted-by":
            continue
        shared += len(firings) > 1
        ends = boxes[line.end].nodes
        having = [firing for firing in firings if any(graph.has_edge(firing, end) for end in ends)]
        named = line.label if line.kind != "unless" else ""
        assert having == [f"firing:{name}" for name in named.split()] if named else having == firings
    if case == "refractory-child":
        assert shared


def test_the_support_of_one_conclusion_is_picked_out_of_everything(grounded: Grounded) -> None:
    grounds = grounded("refractory-child")
    name = "option(anakinra, refractory)"
    whole, alone = picture(grounds, [name], everything=True), picture(grounds, [name])
    assert {box.id for box in whole.boxes if box.support} == {box.id for box in alone.boxes}
    assert {line for line in whole.lines if line.support} == set(alone.lines)
    assert {box.id for box in whole.boxes} == {box.id for box in picture(grounds).boxes}
    assert not all(box.support for box in whole.boxes)


def test_what_is_ruled_out_is_said_to_be_left_out(grounded: Grounded) -> None:
    drawn = picture(grounded("untreated-child"))
    assert "option(anakinra, refractory)" in drawn.omitted
    assert not any("option(anakinra, refractory)" in box.nodes for box in drawn.boxes)


def test_an_unresolved_source_and_a_statement_without_one_are_drawn_as_such(grounded: Grounded) -> None:
    boxes = {box.id: box for box in picture(grounded("untreated-child")).boxes}
    assert "identity unresolved" in " ".join(boxes["source.S1"].text)
    assert "attributed to no source" in " ".join(boxes["fact.G07"].text)
    assert not any(line.start == "fact.G07" for line in picture(grounded("untreated-child")).lines)


def test_ids_differ_where_nodes_do() -> None:
    names = ["fact:a b", "fact:a_20_b", "fact:a-b", "fact:a.b", "fact:a(b)", "rule:a b", "fact:é", "fact:a__b"]
    assert len({box_id(name) for name in names}) == len(names)
