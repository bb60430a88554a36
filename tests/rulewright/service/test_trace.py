"""`POST /v1/trace`: the chain from a conclusion back to the words it rests on."""

from __future__ import annotations

from typing import Any

from tests.rulewright.service.conftest import Client

CONCLUSION = "option(methylprednisolone, initial)"


def reached(trace: dict[str, Any], start: str) -> set[str]:
    found, waiting = {start}, [start]
    while waiting:
        node = waiting.pop()
        more = {edge["to"] for edge in trace["edges"] if edge["from"] == node} - found
        found |= more
        waiting.extend(more)
    return found


def test_a_chain_leads_from_the_conclusion_to_facts_their_sources_and_the_data(
    service: Client, case: dict[str, Any]
) -> None:
    response = service.post("/v1/trace", {"case": case, "conclusion": CONCLUSION})
    assert response.status_code == 200
    trace = response.json()
    assert trace["conclusion"] == CONCLUSION
    nodes = {node["id"]: node for node in trace["nodes"]}
    assert reached(trace, f"conclusion:{CONCLUSION}") == set(nodes)
    assert {node["kind"] for node in trace["nodes"]} >= {"conclusion", "firing", "rule", "fact", "source", "datum"}
    facts = [node for node in trace["nodes"] if node["kind"] == "fact"]
    for fact in facts:
        entry = service.get(f"/v1/facts/{fact['id'].removeprefix('fact:')}").json()
        assert entry["quote"] == fact["label"]
    assert trace["advice"] == service.post("/v1/advise", case).json()["id"]
    assert response.headers["etag"] == f'"{trace["advice"]}"'


def test_without_a_conclusion_the_whole_graph_is_answered(service: Client, case: dict[str, Any]) -> None:
    whole = service.post("/v1/trace", {"case": case}).json()
    assert service.post("/v1/trace", case).json() == whole
    part = service.post("/v1/trace", {"case": case, "conclusion": CONCLUSION}).json()
    assert {node["id"] for node in part["nodes"]} < {node["id"] for node in whole["nodes"]}
    values = service.post("/v1/advise", case).json()["values"]
    conclusions = {node["id"].removeprefix("conclusion:") for node in whole["nodes"] if node["kind"] == "conclusion"}
    assert conclusions >= set(values)


def test_an_unknown_conclusion_is_refused_with_a_hint(service: Client, case: dict[str, Any]) -> None:
    response = service.post("/v1/trace", {"case": case, "conclusion": "option(methylprednisolon, initial)"})
    assert response.status_code == 422
    (problem,) = response.json()["problems"]
    assert (problem["code"], problem["pointer"]) == ("dangling", "/conclusion")
    assert problem["hint"] == f"did you mean `{CONCLUSION}`?"


def test_a_wrong_case_is_refused_as_it_is_for_advice(service: Client) -> None:
    wrong = {"case": {"patient": {"weight": 20}}, "conclusion": ""}
    response = service.post("/v1/trace", wrong)
    assert response.status_code == 422
    found = {(problem["code"], problem["pointer"]) for problem in response.json()["problems"]}
    assert {("missing-field", "/case"), ("unit", "/case/patient/weight"), ("blank", "/conclusion")} <= found
