"""A knowledge base without some of its sources, statements or readings, as the program itself would treat it.

A source gets its standing, so that `KnowledgeBase.admitted` decides what falls with it; a statement or reading is taken
out of what is admitted. Nothing is deleted: rules and claims that name what fell do not ground, and the identity of
every advice is another one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from engine.errors import Findings, Location, clipped, did_you_mean, listed
from engine.model.knowledge import KnowledgeBase
from provenance.model.withdrawal import Kind, What, Withdrawn

SOURCE, FACT = "source", "fact"
KINDS: tuple[Kind, ...] = ("withdrawn", "superseded", "retracted")


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Sources and facts (statements and readings) that are withdrawn together.

    ``by`` is the id of the source or fact that supersedes them, and empty for another kind.
    """

    sources: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    kind: Kind = "withdrawn"
    by: str = ""
    note: str = ""


def read_withdrawal(
    knowledge: KnowledgeBase, ids: Iterable[str], kind: str = "withdrawn", by: str = "", note: str = ""
) -> Withdrawal:
    """What some ids name; raises `Refused` with every problem.

    What is superseded says by what: a source by a source, a fact by a fact, and not by one that is withdrawn with it.
    """
    findings = Findings()
    named = [found for id_ in ids if (found := _named(knowledge, id_, Location("ID"), findings)) is not None]
    if not named and not findings:
        findings.add("missing-field", Location("ID"), "nothing is named that is withdrawn", "ids of sources or facts")
    if kind not in KINDS:
        findings.add("withdrawal", Location("--kind"), f"`{clipped(kind)}` is no kind of withdrawal", listed(KINDS))
    replacement = _replacement(knowledge, named, kind, by, findings)
    findings.refuse_if_any()
    return Withdrawal(
        tuple(dict.fromkeys(id_ for what, id_ in named if what == SOURCE)),
        tuple(dict.fromkeys(id_ for what, id_ in named if what == FACT)),
        next(known for known in KINDS if known == kind),
        replacement,
        note,
    )


def _named(knowledge: KnowledgeBase, id_: str, place: Location, findings: Findings) -> tuple[str, str] | None:
    """Whether an id is that of a source or of a fact, and the id; no two things of a knowledge base share one."""
    for what, known in ((SOURCE, knowledge.sources), (FACT, knowledge.facts)):
        if id_ in known:
            return what, id_
    names = [*knowledge.sources, *knowledge.facts]
    hint = did_you_mean(id_, names)
    if id_ in knowledge.rules:
        hint = "it is a rule: withdraw a fact of its `because`"
    message = f"there is no source or fact `{clipped(id_)}`"
    findings.add("unknown-id", place, message, f"one of {listed(names, 12)}", hint)
    return None


def _replacement(
    knowledge: KnowledgeBase, named: Sequence[tuple[str, str]], kind: str, by: str, findings: Findings
) -> str:
    """The id of what supersedes; every problem with it is recorded."""
    place = Location("--by")
    if kind != "superseded":
        if by:
            findings.add("withdrawal", place, f"what is {clipped(kind)} is not superseded by anything", "no `by`")
        return ""
    if not by:
        findings.add("withdrawal", place, "what is superseded is superseded by something", "the id of a source or fact")
        return ""
    found = _named(knowledge, by, place, findings)
    if found is None:
        return ""
    if found in named:
        findings.add("withdrawal", place, f"`{by}` is withdrawn itself", "an id that stays")
    elif any(what != found[0] for what, _ in named):
        other = "sources" if found[0] == SOURCE else "facts"
        findings.add("withdrawal", place, f"`{by}` supersedes {other} only", "a source for sources, a fact for facts")
    return found[1]


def without(knowledge: KnowledgeBase, withdrawal: Withdrawal) -> KnowledgeBase:
    """The knowledge base after a withdrawal; its digest depends on the one before and on what is withdrawn."""
    note = withdrawal.note or (f"superseded by {withdrawal.by}" if withdrawal.by else f"{withdrawal.kind} in a drill")
    parts = [
        knowledge.digest,
        sorted(withdrawal.sources),
        sorted(withdrawal.facts),
        withdrawal.kind,
        withdrawal.by,
        withdrawal.note,
    ]
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    fallen = {
        id_: replace(knowledge.sources[id_], standing=withdrawal.kind, standing_note=note) for id_ in withdrawal.sources
    }
    return replace(
        knowledge,
        sources={id_: fallen.get(id_, source) for id_, source in knowledge.sources.items()},
        withdrawn=knowledge.withdrawn | set(withdrawal.facts),
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


def told(knowledge: KnowledgeBase, withdrawal: Withdrawal) -> tuple[Withdrawn, ...]:
    """What is withdrawn, in words: sources before facts."""

    def entry(id_: str, what: What, words: str) -> Withdrawn:
        return Withdrawn(id=id_, what=what, words=words, kind=withdrawal.kind, by=withdrawal.by, note=withdrawal.note)

    facts = [knowledge.facts[id_] for id_ in withdrawal.facts]
    return (
        *(entry(id_, "source", knowledge.sources[id_].shown) for id_ in withdrawal.sources),
        *(entry(fact.id, "reading" if fact.is_interpretation else "statement", fact.words) for fact in facts),
    )
