"""What an advice says of the knowledge base, the documents, and the limits of both; and its identifier."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date
from typing import Any

from engine.model.advice import FORMAT, SEMANTICS
from engine.model.case import Case
from engine.model.knowledge import KnowledgeBase
from provenance.verify.certainty import grades, ungraded
from provenance.verify.derivation import Derivation
from provenance.verify.ground import RESOLUTION
from provenance.verify.reviews import Reviews, limits
from provenance.verify.verdict import Flaws, Tree


def admitted(knowledge: KnowledgeBase, day: date, chosen: frozenset[str] | None) -> frozenset[str]:
    """The facts of the documents that stand on a day (of those chosen), unless they or what they rest on has fallen.

    And the readings that are about such facts, or about such documents.
    """
    stands = {source.id for source in knowledge.sources.values() if source.stands_at(day)}
    read = stands if chosen is None else stands & chosen
    there = [fact for fact in knowledge.facts.values() if fact.id not in knowledge.withdrawn]
    facts = [fact for fact in there if not fact.is_interpretation]
    fallen = {fact.id: [source not in stands for source in fact.cites] for fact in facts}
    left = {
        fact.id
        for fact in facts
        if fact.quoted_from in read
        and not (any(fallen[fact.id]) if fact.cites_all else fallen[fact.id] and all(fallen[fact.id]))
    }
    readings = (fact for fact in there if fact.is_interpretation and fact.quoted_from in stands)
    documents = {knowledge.facts[name].quoted_from for name in left}
    return frozenset(left | {reading.id for reading in readings if (left | documents) & set(reading.about)})


def check_identity(knowledge: KnowledgeBase, case: Case, advice: dict[str, Tree], flaws: Flaws) -> frozenset[str]:
    """The facts that were admitted: those of all documents that stand, or of the documents that the advice names."""
    day = case.as_of.astimezone(UTC).date()
    named = frozenset(advice["admitted"])
    ways = [admitted(knowledge, day, None), admitted(knowledge, day, named)]
    facts = next(
        (facts for facts in ways if _id(knowledge, case, facts) == advice["id"]),
        ways[_documents(knowledge, ways[0]) != sorted(named)],
    )
    flaws.compare("admitted", "/admitted", advice["admitted"], _documents(knowledge, facts))
    flaws.compare("identity", "/id", advice["id"], _id(knowledge, case, facts))
    return facts


def _documents(knowledge: KnowledgeBase, facts: frozenset[str]) -> list[str]:
    return sorted({knowledge.facts[fact].quoted_from for fact in facts})


def _id(knowledge: KnowledgeBase, case: Case, facts: frozenset[str]) -> str:
    parts = [FORMAT, SEMANTICS, knowledge.digest, _documents(knowledge, facts), sorted(facts), case.canonical]
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return f"rw1-{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def check_knowledge(knowledge: KnowledgeBase, advice: dict[str, Tree], flaws: Flaws) -> None:
    """The knowledge base is the one that is named, and the banner says how far it was reviewed."""
    parts = ("name", "version", "title", "digest", "release", "scope", "intended_use", "intended_user", "sources_as_of")
    flaws.compare("knowledge", "/knowledge", advice["knowledge"], {part: getattr(knowledge, part) for part in parts})
    notice = (
        f"{Reviews(knowledge).notice()} {knowledge.intended_use} For: {knowledge.intended_user} "
        f"Sources as of: {knowledge.sources_as_of}."
    )
    flaws.compare("notice", "/notice", advice["notice"], notice)


def check_quotes(derivation: Derivation, said: dict[str, Any], advice: dict[str, Tree], flaws: Flaws) -> None:
    """Every fact that is named or cited is quoted as the knowledge base has it, with its sources and its limits."""
    knowledge, ground = derivation.knowledge, derivation.ground
    shown = {fact for option in said["options"] for fact in (*option["claims"], *option["readings"])}
    shown |= {
        fact
        for entries in said["sections"].values()
        for entry in entries
        for fact in (*entry["claims"], *entry["readings"])
    }
    for entry in said["opposed"]:
        shown |= {*entry["facts"], *entry["because"], *({entry["settled_by"]} & knowledge.facts.keys())}
        shown |= {fact for side in entry["sides"] for fact in side["readings"]}
    shown |= {fact for firing in derivation.firings for fact in ground.cited(firing.instance)}
    sources = {source for fact in shown for source in (knowledge.facts[fact].quoted_from, *knowledge.facts[fact].cites)}
    sources |= {grade["by"] for fact in shown for grade in grades(knowledge, fact)}
    rules = sorted({firing.instance.rule for firing in derivation.firings})
    flaws.compare("quote", "/facts", advice["facts"], [_fact(knowledge, fact) for fact in sorted(shown)])
    flaws.compare("source", "/sources", advice["sources"], [_source(knowledge, source) for source in sorted(sources)])
    flaws.compare("rule", "/rules", advice["rules"], [_rule(derivation, rule) for rule in rules])
    day = derivation.observed.case.as_of.astimezone(UTC).date()
    told = _limits(knowledge, sorted(shown), day) + limits(knowledge, said)
    flaws.compare("limits", "/limits", advice["limits"], told)


def _fact(knowledge: KnowledgeBase, name: str) -> Tree:
    fact = knowledge.facts[name]
    plain = ["id", "quote", "states", "quoted_from", "locator", "modality", "evidence_level", "design"]
    plain += ["fidelity_note", "note"]
    return {part: getattr(fact, part) for part in plain} | {
        "cites": list(fact.cites),
        "grades": grades(knowledge, name),
        "population": fact.population.label if fact.population else "",
        "fidelity": "" if fact.is_interpretation else fact.fidelity,
    }


def _source(knowledge: KnowledgeBase, name: str) -> Tree:
    parts = ("id", "printed_as", "kind", "identity", "shown", "standing", "evidence_level", "design", "note")
    return {part: getattr(knowledge.sources[name], part) for part in parts}


def _rule(derivation: Derivation, name: str) -> Tree:
    rule = derivation.knowledge.rules.get(name)
    if rule is None:
        assert name.startswith(RESOLUTION)
        return {"id": name, "title": "Arguments for and against are resolved by declared precedence", "because": []}
    return {"id": name, "title": rule.title, "because": list(derivation.ground.warrants[name])}


def _limits(knowledge: KnowledgeBase, facts: list[str], day: date) -> list[str]:
    """What the reader must know of the basis."""
    sources = sorted(
        {source for fact in facts for source in (knowledge.facts[fact].quoted_from, *knowledge.facts[fact].cites)}
    )
    identity = {source: knowledge.sources[source].identity for source in sources}
    quoted = {name: knowledge.facts[name] for name in facts}
    told = (
        ([source for source in sources if identity[source] == "unresolved"], "The identity of {} is unresolved."),
        (
            [source for source in sources if identity[source] == "probable"],
            "The identity of {} is probable and not verified.",
        ),
        (
            [f for f in facts if not quoted[f].is_interpretation and not quoted[f].cites],
            "The document attributes {} to no source.",
        ),
        ([f for f in facts if quoted[f].fidelity == "bent"], "The document bends its source in {}."),
        ([f for f in facts if quoted[f].is_interpretation], "The advice rests on readings of the editors: {}."),
    )
    said = [(names, sentence.format(", ".join(names))) for names, sentence in told]
    limits = [sentence for names, sentence in said[:-1] if names]
    return limits + ungraded(knowledge, facts, day) + [sentence for names, sentence in said[-1:] if names]
