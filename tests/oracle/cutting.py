"""A knowledge base from whose text things were cut out, as an author would who had never heard of them.

This judges `provenance.withdrawal`: it reads no standing and no admission, but deletes statements, and whatever cannot
be said without them, from the YAML, and loads what is left. What the vocabulary cannot lose without others losing their
words is disarmed instead: a formula becomes one that has no value, and the data that are no longer read are left out of
the case.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from oracle.programs import dumped

from engine.errors import Refused
from engine.loading import load
from engine.model.knowledge import KnowledgeBase

Node = Any
Texts = dict[str, Node]
"""The documents of a knowledge base by their paths."""


@dataclass
class Cut:
    """The documents that are left, the ids that fell, and the paths of the data that are no longer read."""

    documents: Texts
    fallen: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)


def documents_of(root: Path) -> Texts:
    """Every document of a knowledge base but its scenarios."""
    paths = sorted(path for path in root.rglob("*.yaml") if "scenarios" not in path.parts)
    return {str(path.relative_to(root)): yaml.safe_load(path.read_text(encoding="utf-8")) for path in paths}


def cut(documents: Texts, ids: set[str]) -> Cut:
    """The documents without some statements and sources, and without whatever rests on them alone."""
    found = Cut(documents)
    found.fallen = _fallen(documents, ids)
    gone = found.fallen
    for path, document in documents.items():
        kind = path.partition("/")[0]
        if kind == "facts":
            _facts(document, gone)
        elif kind == "rules":
            _rules(document, gone)
        elif kind == "vocabulary":
            _vocabulary(document, gone, found.unread)
    return found


def _list(node: Node) -> list[str]:
    return node if isinstance(node, list) else []


def _fallen(documents: Texts, ids: set[str]) -> set[str]:
    """The statements and readings that cannot be made any more, by going round until none is added."""
    fallen = set(ids)
    sources = {document["id"] for path, document in documents.items() if path.startswith("sources/")}
    files = [document for path, document in documents.items() if path.startswith("facts/")]
    for document in files:
        for fact in document.get("facts", ()):
            cites = fact.get("cites", [])
            any_of, all_of = (cites, []) if isinstance(cites, list) else (cites.get("any-of"), cites.get("all-of"))
            lost_any = bool(any_of) and not [name for name in any_of if name not in ids]
            lost_all = bool(all_of) and bool([name for name in all_of if name in ids])
            if document["read-in"] in ids or lost_any or lost_all:
                fallen.add(fact["id"])
    left = {fact["id"] for document in files for fact in document.get("facts", ())} - fallen
    documents_left = {d["read-in"] for d in files for fact in d.get("facts", ()) if fact["id"] in left} & sources
    for document in files:
        for reading in document.get("interpretations", ()):
            if document["read-in"] in ids or not set(reading["about"]) & (left | documents_left):
                fallen.add(reading["id"])
    return fallen


def _facts(document: Node, gone: set[str]) -> None:
    for part in ("facts", "interpretations"):
        if part not in document:
            continue
        document[part] = [fact for fact in document[part] if fact["id"] not in gone]
        for fact in document[part]:
            cites = fact.get("cites")
            for place in [cites] if isinstance(cites, list) else list((cites or {}).values()):
                place[:] = [name for name in place if name not in gone]
            if isinstance(cites, dict) and not any(cites.values()):
                fact["cites"] = []
            for name in ("about", "restates"):
                if name in fact:
                    fact[name] = [other for other in fact[name] if other not in gone]
            if not fact.get("restates", True):
                del fact["restates"]
            claims = [claim for claim in fact.get("claims", ()) if not _rests_on(claim, gone)]
            if claims:
                fact["claims"] = claims
            else:
                fact.pop("claims", None)


def _rests_on(claim: Node, gone: set[str]) -> bool:
    read_by = claim.get("read-by", [])
    return bool(gone & set(_list(read_by))) or bool(
        gone & {value for value in claim.values() if isinstance(value, str)}
    )


def _rules(document: Node, gone: set[str]) -> None:
    if "rules" in document:
        document["rules"] = [rule for rule in document["rules"] if not gone & set(_list(rule.get("because")))]
    for regimen in document.get("regimens", ()):
        regimen["phases"] = [phase for phase in regimen["phases"] if not gone & set(phase["from"])]
    if "regimens" in document:
        document["regimens"] = [regimen for regimen in document["regimens"] if regimen["phases"]]
    document.pop("opposes", None)  # it is shown beside an advice, and draws nothing
    for beside in document.get("beside", ()):
        beside["facts"] = [fact for fact in beside["facts"] if fact not in gone]
    if "beside" in document:
        document["beside"] = [beside for beside in document["beside"] if beside["facts"]]
    for prefer in document.get("prefer", {}).values():
        prefer["order"] = [fact for fact in prefer["order"] if fact not in gone]
    if "prefer" in document:
        document["prefer"] = {name: body for name, body in document["prefer"].items() if len(body["order"]) > 1}
    if "interactions" in document:
        document["interactions"] = {
            name: {key: value for key, value in body.items() if key != "settled-by"}
            for name, body in document["interactions"].items()
            if not gone & set(_list(body.get("because")))
        }
    for part in ("rules", "regimens", "beside", "prefer", "interactions"):
        if part in document and not document[part]:
            del document[part]


def _vocabulary(document: Node, gone: set[str], unread: set[str]) -> None:
    for quantity in document.get("quantities", {}).values():
        if gone & set(quantity["because"]):
            quantity["formula"] = f"1 / ({quantity['formula']} - ({quantity['formula']}))"
            quantity["because"] = ["STAYS"]
    for name, section in document.get("case", {}).items():
        for attribute, body in section["attributes"].items():
            if _without_warrants(body, gone):
                unread.add(f"{name}.{attribute}")
    for terms in document.get("terms", {}).values():
        for term in terms.values():
            if isinstance(term, dict):
                term.pop("because", None)
    for prohibition in document.get("prohibitions", {}).values():
        prohibition["because"] = [fact for fact in prohibition.get("because", []) if fact not in gone]
        if not prohibition["because"]:
            del prohibition["because"]


def _without_warrants(attribute: Node, gone: set[str]) -> bool:
    """Whether a datum is no longer read; conversions that are no longer made lose their factor."""
    for other in attribute.get("also", ()):
        if gone & set(other.pop("because", [])):
            other.pop("times")
    return bool(gone & set(attribute.pop("because", [])))


def loaded(documents: Texts, root: Path, also: Callable[[Texts], None] = lambda _: None) -> KnowledgeBase:
    """The documents written to a folder and read back.

    A statement to which nothing is left says so, and one that stays when all others fell is added: formulas rest on it.
    """
    first = next(name for name, document in documents.items() if name.startswith("facts/") and "facts" in document)
    stays = {"id": "STAYS", "quote": "words", "locator": "nowhere", "not-used-by-rules": "it warrants formulas"}
    documents[first]["facts"] = [*documents[first]["facts"], stays]
    also(documents)
    for attempt in range(2):
        for name, document in documents.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dumped(document), encoding="utf-8")
        try:
            return load(root)
        except Refused as refused:
            unused = {problem.message.split("`")[1] for problem in refused.problems if problem.code == "unused"}
            if attempt or any(problem.code != "unused" for problem in refused.problems):
                raise
            for document in documents.values():
                for fact in [*document.get("facts", ()), *document.get("interpretations", ())]:
                    if fact["id"] in unused:
                        fact["not-used-by-rules"] = "nothing is left that uses it"
    raise AssertionError
