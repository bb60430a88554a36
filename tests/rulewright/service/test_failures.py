"""Whatever fails is answered with problem details, and never with part of an answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.errors import EnginesDiffer, MatcherUnavailable
from engine.model.knowledge import KnowledgeBase
from rulewright.service import create_app
from rulewright.service.answering import ENGINES, Answerer, Answering, Reply, task
from rulewright.service.worker import Prepare, WorkerSpent
from rulewright.service.workers import Limits, WorkerPool
from tests.rulewright.service.conftest import Client, Serve
from tests.rulewright.service.misbehaving import Fails
from tests.rulewright.service.unreliable import Answers

CONCLUSIONS = "option(anakinra, refractory) (compiled: true, rete: unknown)"


def answered(prepare: Prepare, knowledge: KnowledgeBase, case: dict[str, Any], client_for: Serve) -> Any:
    pool = WorkerPool(prepare, 1, Limits(seconds=2, wait=20))
    with client_for(create_app(knowledge, pool)) as client:
        return client.post("/v1/advise", case)


def test_both_engines_answer() -> None:
    assert set(ENGINES) == {"compiled", "rete"}


def test_where_the_engines_differ_nothing_is_served_and_the_conclusions_are_named(
    knowledge: KnowledgeBase, case: dict[str, Any], client_for: Serve
) -> None:
    response = answered(Answers(Reply("engines-differ", detail=CONCLUSIONS)), knowledge, case, client_for)
    assert response.status_code == 500
    assert response.json()["type"] == "urn:rulewright:problem:engines-differ"
    assert CONCLUSIONS in response.json()["detail"]


def test_engines_that_differ_are_an_answer_and_are_not_tried_again(
    knowledge: KnowledgeBase, case: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    answerer = Answering(knowledge, ("compiled",))()
    assert isinstance(answerer, Answerer)

    def differ(*_: object) -> None:
        raise EnginesDiffer(CONCLUSIONS)

    monkeypatch.setattr(answerer.advisor, "derive", differ)
    reply = Reply.from_bytes(answerer(task("advise", json.dumps(case).encode())))
    assert (reply.kind, reply.detail, reply.content) == ("engines-differ", CONCLUSIONS, b"")


def test_a_matcher_that_failed_spends_its_worker(
    knowledge: KnowledgeBase, case: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    answerer = Answering(knowledge, ("compiled",))()
    assert isinstance(answerer, Answerer)

    def fail(*_: object) -> None:
        raise MatcherUnavailable("durable-rules failed")

    monkeypatch.setattr(answerer.advisor, "derive", fail)
    with pytest.raises(WorkerSpent, match="durable-rules failed"):
        answerer(task("advise", json.dumps(case).encode()))


@pytest.mark.parametrize("word", ["exit", "segfault", "hang", "spent"])
def test_a_case_that_no_worker_survives_is_unavailable(
    word: str, knowledge: KnowledgeBase, case: dict[str, Any], client_for: Serve
) -> None:
    response = answered(Fails(word), knowledge, case, client_for)
    assert response.status_code == 503
    assert response.json()["type"] == "urn:rulewright:problem:matcher-unavailable"
    assert response.headers["retry-after"]


def test_a_defect_is_logged_and_not_shown(
    knowledge: KnowledgeBase, case: dict[str, Any], client_for: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    response = answered(Fails("defect"), knowledge, case, client_for)
    assert response.status_code == 500
    assert response.json()["type"] == "urn:rulewright:problem:internal-error"
    assert "Traceback" not in response.text
    assert "KeyError" not in response.text
    assert "KeyError: 'a defect'" in caplog.text


def test_a_defect_of_the_service_itself_is_not_shown_either(
    knowledge: KnowledgeBase, case: dict[str, Any], client_for: Serve
) -> None:
    class Defective(WorkerPool):
        def ask(self, _task: bytes) -> bytes:
            raise KeyError("a secret")

    with client_for(create_app(knowledge, Defective(Fails("exit"), 1))) as client:
        response = client.post("/v1/advise", case)
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert "secret" not in response.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/v1", 404),
        ("GET", "/v1/facts/", 404),
        ("GET", "/docs", 404),
        ("POST", "/v2/advise", 404),
        ("GET", "/v1/advise", 405),
        ("DELETE", "/v1/facts/G01", 405),
        ("PUT", "/healthz", 405),
    ],
)
def test_unknown_paths_and_methods_are_problems_too(method: str, path: str, status: int, service: Client) -> None:
    response = service.request(method, path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == status
    assert ("allow" in response.headers) == (status == 405)


def test_health_tells_what_is_served_and_by_whom(service: Client, knowledge: KnowledgeBase) -> None:
    response = service.get("/healthz")
    assert response.status_code == 200
    health = response.json()
    assert health["status"] == "ok"
    assert health["knowledge"]["digest"] == knowledge.digest
    assert health["engines"] == list(ENGINES)
    assert health["workers"]["alive"] >= 1


def test_health_is_503_where_no_worker_can_be_had(knowledge: KnowledgeBase, client_for: Serve) -> None:
    pool = WorkerPool(Fails("exit"), 1)
    with client_for(create_app(knowledge, pool)) as client:
        assert client.get("/healthz").status_code == 200
        pool.close()
        response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["status"] == "unavailable"
