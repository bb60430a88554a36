"""What an edit can reach: the lines whose clauses it changed or whose clauses read it, or any line at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.model.knowledge import KnowledgeBase
from rulewright.authoring.diff.model import Edit
from rulewright.authoring.diff.parts import RANKED

OF_A_CLAUSE = ("fact", "reading", "rule", "regimen")
"""Parts that change an advice only by the clauses that are made from them."""
OF_WHAT_IS_READ = ("source", "section", "datum", "quantity")
"""Parts that change an advice only by the clauses that read them, or by what these clauses cite."""
NO_EFFECT = ("knowledge base", "prohibition", "review", "scenario")
"""Parts that no advice is made from; reviews are told apart."""


def tells_everywhere(old: KnowledgeBase, new: KnowledgeBase, edits: Iterable[Edit]) -> bool:
    """Whether something was edited that may change lines without changing a clause that they rest on.

    That is so of what ranks, lays out or stands beside the lines, and of the cases that a statement is about.
    """
    populations = {
        path
        for side in (old, new)
        for fact in side.facts.values()
        if fact.population is not None
        for path, _ in fact.population.conditions
    }
    apart = populations | {side.vocabulary.headings.asked for side in (old, new)}
    beside = [side.facts[entry.fact] for side in (old, new) for entry in side.besides if entry.fact in side.facts]
    sources = {source for fact in beside for source in (fact.quoted_from, *fact.cites)}
    for edit in edits:
        if edit.kind in ("fact", "reading"):
            if _aside(old, edit.id) != _aside(new, edit.id) and edit.what == "changed":
                return True
        elif edit.kind in ("datum", "source"):
            if edit.id in apart or edit.id in sources:
                return True
        elif edit.kind == "term":
            if edit.id.partition(" ")[0] in (*RANKED, "status"):
                return True
        elif edit.kind not in (*OF_A_CLAUSE, *OF_WHAT_IS_READ, *NO_EFFECT):
            return True
    return False


def only_aged(old: KnowledgeBase, new: KnowledgeBase, path: str) -> bool:
    """Whether only the validity of a record's datum was edited, or what is plausible, or its words."""
    one, other = old.vocabulary.attribute(path), new.vocabulary.attribute(path)
    if one is None or other is None:
        return False
    alike = replace(other, stale_after=one.stale_after, label=one.label, codes=one.codes)
    return one == replace(alike, type=replace(other.type, plausible=one.type.plausible))


def opposing(knowledge: KnowledgeBase) -> Iterator[str]:
    """The facts by which sides pull apart."""
    for opposes in knowledge.opposes:
        yield from (*opposes.facts, *opposes.because)
    for prefer in knowledge.prefers:
        yield from (prefer.stronger, prefer.weaker)
    for interaction in knowledge.interactions:
        yield from interaction.because


def _aside(knowledge: KnowledgeBase, id_: str) -> tuple[object, ...]:
    """What is said of a statement wherever it is cited."""
    fact = knowledge.facts.get(id_)
    return () if fact is None else (fact.population, fact.evidence_level, fact.design, fact.grade)
