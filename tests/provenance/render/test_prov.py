"""PROV: valid by the published schema, unchanged by a round trip, and the same graph as the derivation's."""

from __future__ import annotations

import importlib.resources
import json
import sys
from collections import Counter
from collections.abc import Callable

import jsonschema
import networkx as nx
import pytest
from prov.model import (
    ProvActivity,
    ProvAgent,
    ProvAssociation,
    ProvAttribution,
    ProvDocument,
    ProvEntity,
    ProvGeneration,
    ProvInfluence,
    ProvUsage,
)

from engine.errors import Refused
from engine.model.advice import Advice
from engine.model.knowledge import KnowledgeBase
from provenance.graph import graph_of, shown_conclusions
from provenance.grounds import Grounds
from provenance.render.prov import OF_ADVICE, PREFIXES, named, prov_document, prov_json, prov_n

CASES = ("refractory-child", "untreated-child", "biologic-asked-for-first", "crowded", "nothing-known")
CONCLUSION = "option(anakinra, refractory)"


@pytest.fixture(scope="module")
def schema() -> jsonschema.Draft4Validator:
    """The schema of PROV-JSON, from the package that is installed."""
    text = importlib.resources.files("prov.tests").joinpath("schemas/prov-json.schema.json").read_text("utf-8")
    return jsonschema.Draft4Validator(json.loads(text))


@pytest.fixture
def grounds(advised: Callable[[str], Advice], knowledge: KnowledgeBase) -> Callable[[str], Grounds]:
    return lambda name: Grounds(advised(name), knowledge)


@pytest.mark.parametrize("name", CASES)
def test_the_json_is_valid_by_the_schema(
    name: str, grounds: Callable[[str], Grounds], schema: jsonschema.Draft4Validator
) -> None:
    written = json.loads(prov_json(grounds(name)))
    assert [error.message for error in schema.iter_errors(written)] == []
    assert len(written["entity"]) > 5
    written["wasGeneratedBy"] = {"_:one": {"prov:entity": 7}}
    assert not schema.is_valid(written)


@pytest.mark.parametrize("name", CASES)
def test_a_round_trip_changes_nothing(name: str, grounds: Callable[[str], Grounds]) -> None:
    first = prov_document(grounds(name))
    again = ProvDocument.deserialize(content=prov_json(grounds(name)), format="json")
    assert again == first
    assert again.get_provn().count("\n") == first.get_provn().count("\n")
    lines = sorted(line for line in prov_n(grounds(name)).splitlines() if "prefix" not in line)
    assert sorted(line for line in f"{again.get_provn()}\n".splitlines() if "prefix" not in line) == lines


@pytest.mark.parametrize("name", CASES)
def test_every_node_and_edge_of_what_is_shown_is_there_and_no_other(
    name: str, grounds: Callable[[str], Grounds]
) -> None:
    asked = grounds(name)
    graph = graph_of(asked)
    followed = graph.edge_subgraph(edge for edge in graph.edges if graph.edges[edge]["relation"] != "about")
    shown = {f"conclusion:{each}" for each in shown_conclusions(asked.advice, asked.knowledge)}
    below = {node for start in shown & set(followed) for node in nx.descendants(followed, start)}
    part = graph.subgraph(shown & set(graph) | below)
    document = prov_document(asked)

    kinds = Counter(data["kind"] for _, data in part.nodes(data=True))
    assert len(list(document.get_records(ProvActivity))) == kinds["firing"]
    assert len(list(document.get_records(ProvAgent))) == kinds["source"] + 1
    entities = {str(record.identifier) for record in document.get_records(ProvEntity)} - {f"rw:{asked.advice.id}"}
    assert entities == {named(node) for node, data in part.nodes(data=True) if data["kind"] not in ("firing", "source")}

    relations = Counter(data["relation"] for _, _, data in part.edges(data=True))
    assert len(list(document.get_records(ProvGeneration))) == relations["drawn-by"]
    assert len(list(document.get_records(ProvAssociation))) == relations["by-rule"]
    attributed = sum(relations[kind] for kind in ("quoted-from", "cited-to", "stated-in"))
    assert len(list(document.get_records(ProvAttribution))) == attributed + 1
    used = {
        (start, end)
        for start, end, data in part.edges(data=True)
        if start.startswith("firing:") and data["relation"] != "by-rule"
    }
    written = {(str(record.args[0]), str(record.args[1])) for record in document.get_records(ProvUsage)}
    assert written == {(named(start), named(end)) for start, end in used}
    edges = part.number_of_edges()
    assert len(list(document.get_records(ProvInfluence))) == edges - len(used) - attributed - sum(
        relations[kind] for kind in ("drawn-by", "by-rule")
    )


def test_one_conclusion_has_its_own_support_alone(grounds: Callable[[str], Grounds]) -> None:
    asked = grounds("refractory-child")
    whole, part = json.loads(prov_json(asked)), json.loads(prov_json(asked, [CONCLUSION]))
    assert named(f"conclusion:{CONCLUSION}") in part["entity"]
    assert part["entity"].keys() < whole["entity"].keys()
    assert not any("etoposide" in name for name in part["activity"])
    fact = part["entity"]["fact:G13"]
    assert "fact:G12" not in part["entity"]  # a reading is about both doses; neither rests on the other
    assert fact["prov:label"] == "anakinra (IL-1 inhibitor) at 2-10 mg/kg/day"
    members = [entry["prov:entity"] for entry in part["hadMember"].values()]
    assert members == [named(f"conclusion:{CONCLUSION}")]


def test_what_is_of_the_knowledge_base_has_the_same_name_whatever_the_case(grounds: Callable[[str], Grounds]) -> None:
    one, other = (json.loads(prov_json(grounds(name)))["prefix"] for name in ("refractory-child", "untreated-child"))
    different = {kind for kind in one if one[kind] != other[kind]}
    assert different == {PREFIXES.get(kind, kind) for kind in OF_ADVICE}


def test_the_same_advice_gives_the_same_text(grounds: Callable[[str], Grounds]) -> None:
    assert prov_json(grounds("crowded")) == prov_json(grounds("crowded"))
    assert prov_n(grounds("crowded")) == prov_n(grounds("crowded"))


def test_without_the_library_the_message_says_what_to_install(
    grounds: Callable[[str], Grounds], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "prov.model", None)
    with pytest.raises(Refused) as refused:
        prov_json(grounds("untreated-child"))
    assert "rulewright[reports]" in str(refused.value)
