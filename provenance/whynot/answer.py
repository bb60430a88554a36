"""Why a conclusion was not drawn: what each rule lacks that could draw it, nearest first.

Arguments are looked through: of a conclusion that is argued for and against, the instances that argue for it are told,
and those that argue against it where any does. Which instances there are is settled by the evidence that is admitted: a
rule that matches none of it has no instance, and is not told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from engine.errors import Location, Problem, Refused
from engine.model.advice import Reason, Standing
from engine.observing import FALSE, NAMES, TRUE, UNKNOWN
from engine.program import Atom, Clause
from engine.record import fact_record
from engine.resolution import RESOLUTION
from engine.statements import sentence
from provenance.grounds import Grounds
from provenance.inquiry import Inquiry
from provenance.model.whynot import Instance, NotDrawn, NotDrawnLine, Side, Undrawn, WhyCondition, WhyNot
from provenance.render.naming import ordered
from provenance.whynot.distance import Distances
from provenance.whynot.marks import Marks
from provenance.whynot.smallest import smallest_changes


def why_not(inquiry: Inquiry, conclusion: str, changes: bool = True) -> WhyNot:
    """Why the case does not draw a conclusion, named as in the advice: ``option(tomato feed, top)``.

    ``changes`` asks for the smallest changes of the case that would have drawn it, too. Raises `Refused` where nothing
    in the knowledge base draws such a conclusion, and where it is drawn.
    """
    grounds = inquiry.grounds
    atom = grounds.atoms.get(conclusion)
    if atom is None:
        raise Refused([_problem("unknown-conclusion", f"no rule draws `{conclusion}`", "a conclusion of the advice")])
    if grounds.derivation.value(atom) == TRUE:
        message = f"`{conclusion}` is drawn, and simply true"
        raise Refused([_problem("already-drawn", message, "a conclusion that is not", "ask why instead")])
    told = _Explainer(grounds).why_not(atom)
    return told.model_copy(update={"changes": smallest_changes(inquiry, atom)}) if changes else told


def not_drawn(inquiry: Inquiry) -> NotDrawn:
    """One line for each option that the advice does not hold simply true, in the order of the advice."""
    explainer = _Explainer(inquiry.grounds)
    names = inquiry.grounds.atoms
    lines = []
    for standing in inquiry.advice.options:
        name = explainer.marks.names.atom(standing)
        if name in names and inquiry.grounds.derivation.value(names[name]) != TRUE:
            lines.append(explainer.line(names[name], standing))
    return NotDrawn(advice=inquiry.advice.id, lines=tuple(lines))


def _problem(code: str, message: str, expected: str, hint: str = "") -> Problem:
    return Problem(Location("CONCLUSION"), code, message, expected, hint)


class _Explainer:
    def __init__(self, grounds: Grounds) -> None:
        self.grounds = grounds
        self.program = grounds.program
        self.derivation = grounds.derivation
        self.marks = Marks(grounds)
        self.distances = Distances(grounds.reasons)
        self.numbers: dict[Atom, int] = {}
        self.undrawn: dict[Atom, Undrawn] = {}
        self.all_wanted: set[Atom] = set()
        self.used: set[str] = set()

    def why_not(self, atom: Atom) -> WhyNot:
        """Everything but the changes."""
        standing = self.standings.get(str(atom))
        reasons = standing.reasons if standing else tuple(self._reasons(atom))
        self.numbers[atom] = 1
        instances = tuple(self.instances(atom, everything=True))
        waiting = [*self._read(instances)]
        while waiting:
            at, under_unless = waiting.pop(0)
            if at == atom or (at in self.undrawn and (under_unless or at in self.all_wanted)):
                continue
            self.numbers.setdefault(at, len(self.numbers) + 1)
            if not under_unless:
                self.all_wanted.add(at)
            self.undrawn[at] = self.descend(at)
            waiting.extend(self._read(self.undrawn[at].instances))
        undrawn = sorted(self.undrawn.values(), key=lambda one: one.number)
        known = self.grounds.knowledge.facts
        return WhyNot(
            advice=self.grounds.advice.id,
            conclusion=str(atom),
            text=sentence(self.grounds.knowledge, atom),
            value=NAMES[self.derivation.value(atom)],
            heading=standing.heading if standing else "",
            reasons=reasons,
            distance=self.distances.conclusion(atom),
            instances=instances,
            undrawn=tuple(undrawn),
            facts=tuple(fact_record(known[fact]) for fact in ordered(self.used) if fact in known),
        )

    @cached_property
    def standings(self) -> dict[str, Standing]:
        """Where the advice puts each option, by its conclusion."""
        return {self.marks.names.atom(standing): standing for standing in self.grounds.advice.options}

    def _reasons(self, atom: Atom) -> Iterator[Reason]:
        for why in self.grounds.reasons.of(atom):
            term = self.grounds.vocabulary.term("reason", why.code)
            rule = self.program.clauses[why.clause].rule
            yield Reason(code=why.code, text=term.title if term else why.code, kind=why.kind, rule=rule)

    def line(self, atom: Atom, standing: Standing) -> NotDrawnLine:
        """One conclusion in a line."""
        nearest = next(iter(self._groups(atom, "for")), None)
        return NotDrawnLine(
            conclusion=str(atom),
            text=sentence(self.grounds.knowledge, atom),
            value=NAMES[self.derivation.value(atom)],
            heading=standing.heading,
            reason=standing.reasons[0] if standing.reasons else None,
            rule=nearest[0].rule if nearest else "",
            title=self._title(nearest[0].rule) if nearest else "",
            distance=self.distances.conclusion(atom),
        )

    # Conclusions on the way ------------------------------------------------------------------------------------------

    def _read(self, instances: Iterable[Instance]) -> Iterator[tuple[Atom, bool]]:
        """The conclusions that stand in the way of instances, and whether that is by holding."""
        for instance in instances:
            for condition in instance.conditions:
                for name in _names(condition):
                    yield self.grounds.atoms[name], condition.unless

    def descend(self, atom: Atom) -> Undrawn:
        """A conclusion that stands in the way: by not holding, or under ``unless`` by holding or being open."""
        value = self.derivation.value(atom)
        drawn = [] if value != TRUE else self.grounds.drawn_by.get(str(atom), [])
        facts = [
            fact for firing in drawn for fact in (*self.grounds.evidence(firing), *self.grounds.warrants(firing.rule))
        ]
        self.used.update(facts)
        return Undrawn(
            number=self.numbers[atom],
            conclusion=str(atom),
            text=sentence(self.grounds.knowledge, atom),
            value=NAMES[value],
            distance=self.distances.conclusion(atom),
            instances=() if value == TRUE else tuple(self.instances(atom, atom in self.all_wanted)),
            drawn_by=tuple(dict.fromkeys(firing.rule for firing in drawn)),
            evidence=tuple(ordered(facts)),
        )

    # Instances -------------------------------------------------------------------------------------------------------

    def instances(self, atom: Atom, everything: bool) -> Iterator[Instance]:
        """The instances that could draw a conclusion, nearest first; arguments against it that are not false last.

        Without ``everything`` those alone that are not false: they keep open what should be false.
        """
        argued = self._is_argued(atom)
        for group in self._groups(atom, "for" if argued else ""):
            if everything or self._value(group) != FALSE:
                yield self._instance(group, "for" if argued else "")
        if argued:
            for group in self._groups(atom, "against"):
                if self._value(group) != FALSE:
                    yield self._instance(group, "against")

    def _is_argued(self, atom: Atom) -> bool:
        return any(
            clause.rule == f"{RESOLUTION} of {atom.relation}" for clause in self.grounds.clauses_of.get(atom, ())
        )

    def _groups(self, atom: Atom, side: Side) -> list[list[Clause]]:
        """Instances that ask the same of the case together, the nearest first, then by the strength of their words."""
        head = Atom(f"{side} {atom.relation}", atom.arguments) if side and self._is_argued(atom) else atom
        groups: dict[tuple[object, ...], list[Clause]] = {}
        for clause in self.grounds.clauses_of.get(head, ()):
            groups.setdefault((clause.rule, clause.when, clause.unless), []).append(clause)
        ranks = self.grounds.vocabulary.modalities

        def order(group: list[Clause]) -> tuple[bool, int, int]:
            distance, _ = self.distances.instance(group[0])
            strength = min(ranks.get(clause.modality, len(ranks)) for clause in group)
            return distance is None, distance or 0, strength

        return sorted(groups.values(), key=order)

    def _value(self, group: list[Clause]) -> int:
        return max((self._best.get(clause.key, FALSE) for clause in group), default=FALSE)

    @cached_property
    def _best(self) -> dict[tuple[object, ...], int]:
        """The best value of each clause that fired."""
        found: dict[tuple[object, ...], int] = {}
        for firing in self.derivation.firings:
            key = self.program.clauses[firing.clause].key
            found[key] = max(firing.value, found.get(key, FALSE))
        return found

    def _instance(self, group: list[Clause], side: Side) -> Instance:
        first = group[0]
        distance, items = self.distances.instance(first)
        evidence = [fact for clause in group for id_ in clause.evidence for fact in self.program.evidence[id_].facts]
        warrants = [fact for fact in self.program.rule_facts.get(first.rule, ()) if fact not in evidence]
        conditions = tuple(self.marks.conditions(group, items))
        self.used.update(evidence, warrants, *map(_bounding, conditions))
        return Instance(
            rule=first.rule,
            title=self._title(first.rule),
            side=side,
            value=NAMES[self._value(group)],
            distance=distance,
            modality=tuple(dict.fromkeys(clause.modality for clause in group if clause.modality)),
            evidence=tuple(ordered(evidence)),
            warrants=tuple(warrants),
            items=items,
            gives_way=tuple(self._beaten(group, side)),
            conditions=conditions,
        )

    def _title(self, rule: str) -> str:
        declared = self.grounds.knowledge.rules.get(rule)
        return declared.title if declared else rule

    def _beaten(self, group: list[Clause], side: Side) -> Iterator[str]:
        """The preferences by which arguments on the other side beat these, where both hold."""
        if not side or self._value(group) < UNKNOWN:
            return
        relation = group[0].head.relation.partition(" ")[2]
        other = Atom(f"{'against' if side == 'for' else 'for'} {relation}", group[0].head.arguments)
        own = {fact for clause in group for fact in self._cited(clause)}
        for rival in self.grounds.clauses_of.get(other, ()):
            if self._best.get(rival.key, FALSE):
                for prefer in self.grounds.knowledge.prefers:
                    if prefer.stronger in self._cited(rival) and prefer.weaker in own:
                        yield f"{self._title(rival.rule)} (preference {prefer.name}: {prefer.reason})"

    def _cited(self, clause: Clause) -> set[str]:
        facts = {fact for id_ in clause.evidence for fact in self.program.evidence[id_].facts}
        return facts | set(self.program.rule_facts.get(clause.rule, ()))


def _names(condition: WhyCondition) -> Iterator[str]:
    """The conclusions that a condition reads and that keep it from being met."""
    if condition.mark == "met":
        return
    if condition.conclusion:
        yield condition.conclusion
    for member in condition.members:
        yield from _names(member)


def _bounding(condition: WhyCondition) -> set[str]:
    """The facts that set the bounds of a condition."""
    checks = [*condition.checks, *(check for item in condition.items for check in item.checks)]
    found = {fact for check in checks if check.bound for fact in check.bound.facts}
    return found.union(*(_bounding(member) for member in condition.members))
