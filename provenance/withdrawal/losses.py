"""What falls in a knowledge base with a withdrawal, whatever the case: facts with their causes, and what rests on them.

A knowledge base before and after are compared under the same choice of documents on the same day; over several such
choices (those of many scenarios) what falls under any of them is told once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from engine.grounding import ground
from engine.model.fact import Fact
from engine.model.knowledge import KnowledgeBase
from engine.model.vocabulary import Attribute
from engine.program import Program
from provenance.model.withdrawal import Fall, FallenFact, KeptFact, Loss
from provenance.withdrawal.withdrawal import Withdrawal, told


@dataclass(frozen=True)
class Admission:
    """The programs before and after, under one choice of documents on one day."""

    before: Program
    after: Program

    @classmethod
    def of(cls, before: KnowledgeBase, after: KnowledgeBase, old: frozenset[str], new: frozenset[str]) -> Admission:
        """The programs over what was, and over what is still, admitted."""
        program = ground(before, old)
        return cls(program, program if old == new else ground(after, new))


def fall(before: KnowledgeBase, after: KnowledgeBase, withdrawal: Withdrawal, admissions: Iterable[Admission]) -> Fall:
    """What falls in the knowledge base, under any of some admissions."""
    finder = _Finder(before, after)
    facts: dict[str, FallenFact] = {}
    kept: dict[str, KeptFact] = {}
    losses: dict[tuple[str, str, str], Loss] = {}
    for admission in admissions:
        for id_ in sorted(admission.before.facts - admission.after.facts):
            facts.setdefault(id_, finder.fallen(before.facts[id_], admission))
        for entry in finder.kept(admission):
            kept.setdefault(entry.id, entry)
        for loss in finder.losses(admission):
            losses.setdefault((loss.kind, loss.name, loss.outcome), loss)
    order = {id_: (fact.is_interpretation, number) for number, (id_, fact) in enumerate(before.facts.items())}
    return Fall(
        withdrawn=told(before, withdrawal),
        facts=tuple(sorted(facts.values(), key=lambda entry: order[entry.id])),
        kept=tuple(sorted((entry for id_, entry in kept.items() if id_ not in facts), key=lambda one: order[one.id])),
        losses=tuple(losses.values()),
    )


class _Finder:
    def __init__(self, before: KnowledgeBase, after: KnowledgeBase) -> None:
        self.knowledge = before
        self.after = after
        self.fell = {id_ for id_, source in before.sources.items() if source.standing != after.sources[id_].standing}

    # Facts -----------------------------------------------------------------------------------------------------------

    def fallen(self, fact: Fact, admission: Admission) -> FallenFact:
        """Why a fact is no longer admitted: the nearest cause."""
        what: Literal["statement", "reading"] = "reading" if fact.is_interpretation else "statement"
        cause: Literal["withdrawn", "document", "attribution", "subject"]
        through: tuple[str, ...]
        if fact.id in self.after.withdrawn:
            cause, through, because = "withdrawn", (fact.id,), "it is withdrawn itself"
        elif fact.quoted_from in self.fell:
            cause, through = "document", (fact.quoted_from,)
            because = f"it is {'stated' if fact.is_interpretation else 'read'} in {fact.quoted_from}"
        elif fact.is_interpretation:
            left = self.subjects(admission.after)
            through = tuple(name for name in fact.about if name not in left)
            cause, because = "subject", f"it is a reading about {_and(through)} alone"
        else:
            through = tuple(name for name in fact.cites if name in self.fell)
            gone = [name for name in fact.cites if name not in self.fell]
            cause, because = "attribution", f"it is attributed to {_and(through)} alone"
            if gone and fact.cites_all:
                because = f"it rests on {_and(fact.cites)} together"
            elif gone:
                because += f"; {_and(gone)}, to which it is attributed too, did not stand before"
        return FallenFact(id=fact.id, what=what, words=fact.words, cause=cause, through=through, because=because)

    def subjects(self, program: Program) -> set[str]:
        """What a reading may be about: the statements that are admitted, and their documents."""
        stated = [fact for id_ in program.facts if not (fact := self.knowledge.facts[id_]).is_interpretation]
        return {fact.id for fact in stated} | {fact.quoted_from for fact in stated}

    def kept(self, admission: Admission) -> Iterator[KeptFact]:
        """Facts that stay and lose some of what they are attributed to, or are about."""
        old, new = self.subjects(admission.before), self.subjects(admission.after)
        for id_ in sorted(admission.after.facts):
            fact = self.knowledge.facts[id_]
            if fact.is_interpretation:
                lost = tuple(name for name in fact.about if name in old - new)
                left = tuple(name for name in fact.about if name in new)
            else:
                lost = tuple(name for name in fact.cites if name in self.fell)
                left = tuple(name for name in fact.cites if name not in self.fell)
            if lost:
                what: Literal["statement", "reading"] = "reading" if fact.is_interpretation else "statement"
                yield KeptFact(id=id_, what=what, words=fact.words, lost=lost, left=left)

    # What rests on them ----------------------------------------------------------------------------------------------

    def losses(self, admission: Admission) -> Iterator[Loss]:
        """What of the knowledge base rests on facts that fall."""
        gone = admission.before.facts - admission.after.facts
        yield from self._rules(admission, gone)
        yield from self._claims(admission, gone)
        yield from self._vocabulary(gone)
        yield from self._relations(gone)

    def _rules(self, admission: Admission, gone: frozenset[str]) -> Iterator[Loss]:
        old = {clause.rule for clause in admission.before.clauses}
        new = {clause.rule for clause in admission.after.clauses}
        for rule in self.knowledge.rules.values():
            lost = _of(rule.because, gone)
            if rule.id in old and lost:
                yield Loss(kind="rule", name=rule.id, text=rule.title, facts=lost, outcome="it is not run")
            elif rule.id in old - new:
                yield Loss(
                    kind="rule", name=rule.id, text=rule.title, outcome="it is not run: nothing is left that it matches"
                )

    def _claims(self, admission: Admission, gone: frozenset[str]) -> Iterator[Loss]:
        """Claims of statements that stay, and phases: not read, because a reading or another of their facts fell."""
        for id_, evidence in admission.before.evidence.items():
            named = [value for value in evidence.values.values() if isinstance(value, str)]
            lost = _of((*evidence.facts, *named), gone)
            if not lost or id_ in admission.after.evidence:
                continue
            if evidence.name == id_ and id_ not in self.knowledge.facts:
                yield Loss(kind="phase", name=id_, facts=lost, outcome="the phase of the regimen is not read")
            elif evidence.name not in gone:
                text = f"{evidence.kind} of {evidence.name}"
                yield Loss(kind="claim", name=id_, text=text, facts=lost, outcome="the claim is not read")

    def _vocabulary(self, gone: frozenset[str]) -> Iterator[Loss]:
        vocabulary = self.knowledge.vocabulary
        for quantity in vocabulary.quantities.values():
            if lost := _of(quantity.because, gone):
                text = quantity.label or quantity.name
                yield Loss(kind="quantity", name=quantity.name, text=text, facts=lost, outcome="it is not computed")
        for section in vocabulary.sections.values():
            for attribute in section.attributes.values():
                path = f"{section.name}.{attribute.name}"
                yield from self._datum(path, attribute, gone)
        for kind, terms in vocabulary.terms.items():
            for term in terms.values():
                if lost := _of(term.because, gone):
                    name = f"{term.name} ({kind})"
                    yield Loss(kind="term", name=name, text=term.title, facts=lost, outcome="its definition falls")
        for name, body in vocabulary.prohibitions.items():
            because = body.get("because")
            if lost := _of(because if isinstance(because, tuple) else (), gone):
                text = str(body.get("sentence", ""))
                outcome = "its warrant falls; scenarios still test it"
                yield Loss(kind="prohibition", name=name, text=text, facts=lost, outcome=outcome)

    def _datum(self, path: str, attribute: Attribute, gone: frozenset[str]) -> Iterator[Loss]:
        if lost := _of(attribute.because, gone):
            yield Loss(kind="datum", name=path, text=attribute.title, facts=lost, outcome="it is not read")
        for conversion in attribute.type.conversions:
            if lost := _of(conversion.because, gone):
                text = f"{attribute.title} in {conversion.unit.text}"
                yield Loss(kind="conversion", name=path, text=text, facts=lost, outcome="it is not converted")

    def _relations(self, gone: frozenset[str]) -> Iterator[Loss]:
        knowledge = self.knowledge
        for beside in knowledge.besides:
            if beside.fact in gone:
                name = " / ".join(value for _, value in beside.key)
                yield Loss(kind="beside", name=name, facts=(beside.fact,), outcome=f"{beside.fact} is not shown beside")
        for opposes in knowledge.opposes:
            settled = (opposes.settled_by,) if opposes.settled_by in knowledge.facts else ()
            if lost := _of((*opposes.facts, *opposes.because), gone):
                yield Loss(kind="opposition", name=opposes.name, facts=lost, outcome="its sides lose facts")
            if _of(settled, gone):
                yield Loss(kind="opposition", name=opposes.name, facts=settled, outcome="nothing settles it")
        for prefer in knowledge.prefers:
            if lost := _of((prefer.stronger, prefer.weaker), gone):
                text = f"{prefer.stronger} before {prefer.weaker}"
                yield Loss(kind="preference", name=prefer.name, text=text, facts=lost, outcome="it does not apply")


def _of(facts: Iterable[str], gone: frozenset[str]) -> tuple[str, ...]:
    return tuple(fact for fact in dict.fromkeys(facts) if fact in gone)


def _and(names: Iterable[str]) -> str:
    every = list(names)
    return f"{', '.join(every[:-1])} and {every[-1]}" if len(every) > 1 else "".join(every)
