"""`GET /v1/facts|rules|sources|terms`: what advice rests on, by its id."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from engine.model.knowledge import KnowledgeBase
from tests.rulewright.service.conftest import Client


def test_every_fact_is_answered_with_its_exact_words(service: Client, knowledge: KnowledgeBase) -> None:
    for fact in knowledge.facts.values():
        entry = service.get(f"/v1/facts/{fact.id}").json()
        assert entry["quote"] == fact.quote
        assert entry["states"] == fact.states
        assert entry["quoted_from"] == fact.quoted_from
        assert tuple(entry["cites"]) == fact.cites
        assert [claim["kind"] for claim in entry["claims"]] == [claim.kind for claim in fact.claims]


def test_the_values_of_a_claim_are_written_with_their_units(service: Client) -> None:
    claims = service.get("/v1/facts/G11").json()["claims"]
    assert any("150 mg/m2" in value for claim in claims for value in claim["fields"].values())


def test_every_rule_is_answered_in_words(service: Client, knowledge: KnowledgeBase) -> None:
    for rule in knowledge.rules.values():
        entry = service.get(f"/v1/rules/{rule.id}").json()
        assert entry["title"] == rule.title
        assert [len(entry[part]) for part in ("when", "unless", "then")] == [
            len(rule.when),
            len(rule.unless),
            len(rule.then),
        ]
        assert not [line for part in ("when", "unless", "then") for line in entry[part] if "(" in line and "=" in line]


def test_a_rule_reads_as_it_is_written(service: Client) -> None:
    rule = service.get("/v1/rules/therapy-in-the-situation-its-source-names").json()
    assert rule["when"][1] == "situation: {is: mas}"
    assert rule["unless"][-1] == (
        "completed: {drug: $drug, role: $role}; when true COURSE_COMPLETED; if unknown, the conclusion stands"
    )
    assert rule["then"] == ["for option: {drug: $drug, role: $role}; modality: $modality"]


def test_a_source_is_never_named_beyond_what_is_known(service: Client, knowledge: KnowledgeBase) -> None:
    for source in knowledge.sources.values():
        entry = service.get(f"/v1/sources/{source.id}").json()
        assert (entry["identity"], entry["shown"]) == (source.identity, source.shown)
    assert "G01" in service.get("/v1/sources/S0").json()["facts_read_in_it"]
    assert "G01" in service.get("/v1/sources/S1").json()["facts_that_cite_it"]


def test_every_term_is_found_by_its_kind_and_by_its_name(service: Client, knowledge: KnowledgeBase) -> None:
    for kind, named in knowledge.vocabulary.terms.items():
        for name in named:
            entry = service.get(f"/v1/terms/{quote(kind, safe='')}/{quote(name, safe='')}").json()
            assert (entry["kind"], entry["name"]) == (kind, name)
            assert entry in service.get(f"/v1/terms/{quote(name, safe='')}").json()


def test_a_name_of_several_kinds_is_answered_with_all(service: Client, knowledge: KnowledgeBase) -> None:
    kinds: dict[str, list[str]] = {}
    for kind, named in knowledge.vocabulary.terms.items():
        for name in named:
            kinds.setdefault(name, []).append(kind)
    name = max(kinds, key=lambda each: len(kinds[each]))
    assert [entry["kind"] for entry in service.get(f"/v1/terms/{quote(name)}").json()] == kinds[name]


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("/v1/facts/G1", "did you mean `G"),
        ("/v1/rules/therapy-in-the-situation-its-source-name", "`therapy-in-the-situation-its-source-names`"),
        ("/v1/sources/S00", "did you mean `S0`?"),
        ("/v1/terms/drug/cyclosporin%20A", "did you mean `cyclosporine A`?"),
        ("/v1/terms/drugs/anakinra", "did you mean `drug`?"),
        ("/v1/terms/anakinara", "did you mean `anakinra`?"),
    ],
)
def test_what_is_not_there_is_404_with_a_hint(path: str, hint: str, service: Client) -> None:
    response = service.get(path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    (problem,) = response.json()["problems"]
    assert problem["code"] == "dangling"
    assert hint in problem["hint"]
    assert hint in response.json()["detail"]


def test_any_text_may_be_asked_for(service: Client) -> None:
    for text in ("%00", "%2F", "..%2F..%2Fetc%2Fpasswd", "a" * 5000, "%F0%9F%92%8A", "%22%3Cscript%3E"):
        for kind in ("facts", "rules", "sources", "terms"):
            response = service.get(f"/v1/{kind}/{text}")
            assert response.status_code == 404
            assert len(response.content) < 2000
