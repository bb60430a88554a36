"""The paths that answer from the knowledge base alone: facts, rules, sources and terms by their ids."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypeVar

from fastapi import APIRouter, Path

from engine.errors import NOWHERE, Findings
from engine.model.knowledge import KnowledgeBase
from rulewright.service.entries import fact_entry, rule_entry, source_entry, term_entry
from rulewright.service.models import FactEntry, RuleEntry, SourceEntry, TermEntry
from rulewright.service.problems import Failed, OneProblem, documented

Thing = TypeVar("Thing")


def lookup_router(knowledge: KnowledgeBase) -> APIRouter:
    """The routes over one knowledge base."""
    router = APIRouter(prefix="/v1", tags=["knowledge"], responses=documented("not-found"))
    terms = knowledge.vocabulary.terms
    first_kind = next((kind for kind, named in terms.items() if named), "")
    first_term = next(iter(terms.get(first_kind, {})), "")
    fact_id = Path(description="such as " + _first(knowledge.facts), examples=[_first(knowledge.facts)])
    rule_id = Path(description="such as " + _first(knowledge.rules), examples=[_first(knowledge.rules)])
    source_id = Path(description="such as " + _first(knowledge.sources), examples=[_first(knowledge.sources)])
    kind_id = Path(description="such as " + first_kind, examples=[first_kind])
    name_id = Path(description="such as " + first_term, examples=[first_term])

    @router.get("/facts/{id}", summary="A fact: its exact words, its source, and what it claims")
    async def fact(id: str = fact_id) -> FactEntry:
        return fact_entry(_named(id, knowledge.facts, "fact"))

    @router.get("/rules/{id}", summary="A rule in words, and the facts that warrant it")
    async def rule(id: str = rule_id) -> RuleEntry:
        return rule_entry(_named(id, knowledge.rules, "rule"))

    @router.get("/sources/{id}", summary="A source: its identity as far as it is known, its standing, and its facts")
    async def source(id: str = source_id) -> SourceEntry:
        return source_entry(_named(id, knowledge.sources, "source"), knowledge)

    @router.get("/terms/{name}", summary="The terms of this name; terms of several kinds may share one")
    async def terms_named(name: str = name_id) -> list[TermEntry]:
        found = [term_entry(named[name]) for named in terms.values() if name in named]
        if not found:
            raise _unknown(name, list(dict.fromkeys(each for named in terms.values() for each in named)), "term")
        return found

    @router.get("/terms/{kind}/{name:path}", summary="The term of this kind and name")
    async def term(kind: str = kind_id, name: str = name_id) -> TermEntry:
        return term_entry(_named(name, _named(kind, terms, "kind of term"), kind))

    return router


def _first(things: Mapping[str, object]) -> str:
    return next(iter(things), "")


def _named(name: str, things: Mapping[str, Thing], what: str) -> Thing:
    if name not in things:
        raise _unknown(name, things, what)
    return things[name]


def _unknown(name: str, things: Collection[str], what: str) -> Failed:
    findings = Findings()
    findings.dangling(name, things, NOWHERE, what)
    (problem,) = findings
    detail = f"{problem.message}; {problem.hint}" if problem.hint else problem.message
    found = OneProblem(code=problem.code, message=problem.message, expected=problem.expected, hint=problem.hint)
    return Failed("not-found", detail, [found])
