"""Arguments for and against become conclusions, by declared precedence.

Rules only argue. The clauses made here, in a later stratum, draw the conclusion, ``withheld`` or ``conflict``:

- precedence *against*: the conclusion stands unless something argues against it, which then withholds it;
- precedence *for*: it stands whenever something argues for it, and is withheld only where nothing does;
- precedence *none*: neither stands while both are argued, and ``conflict`` says so.

A declared preference (``prefer``) comes before precedence: an argument is beaten where one on the other side holds that
rests on a fact preferred to one of its own. Beaten arguments do not count. Preferences do not run in a circle, so where
anything is argued something is left, and exactly one of the conclusion, ``withheld`` and ``conflict`` is drawn.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from engine.model.knowledge import KnowledgeBase
from engine.program import Atom, Clause, Evidence, GroundCondition, Holds

RESOLUTION = "resolution"
NUMBERS = {"withheld": 1, "conflict": 2, "unbeaten for ": 3, "unbeaten against ": 4}


def argument(relation: str, side: str) -> str:
    """The name of a relation of arguments: ``for option``."""
    return f"{side} {relation}" if side else relation


def resolve(clauses: list[Clause], knowledge: KnowledgeBase, evidence: Mapping[str, Evidence]) -> list[Clause]:
    """The clauses with those that resolve their arguments."""
    argued: dict[tuple[str, tuple[str, ...]], dict[str, list[Clause]]] = defaultdict(lambda: {"for": [], "against": []})
    for clause in clauses:
        side, _, relation = clause.head.relation.partition(" ")
        if relation:
            argued[relation, clause.head.arguments][side].append(clause)
    beats = {(prefer.stronger, prefer.weaker) for prefer in knowledge.prefers}
    found = list(clauses)
    for (relation, key), sides in sorted(argued.items()):
        resolver = _Resolver(
            relation, key, knowledge.vocabulary.conclusions[relation].argued, beats, knowledge, evidence
        )
        found.extend(resolver.clauses(sides["for"], sides["against"]))
    return found


class _Resolver:
    def __init__(
        self,
        relation: str,
        key: tuple[str, ...],
        precedence: str,
        beats: set[tuple[str, str]],
        knowledge: KnowledgeBase,
        evidence: Mapping[str, Evidence],
    ) -> None:
        self.relation = relation
        self.key = key
        self.precedence = precedence
        self.beats = beats
        self.knowledge = knowledge
        self.evidence = evidence

    def clauses(self, pros: list[Clause], cons: list[Clause]) -> list[Clause]:
        ties = [
            (tag(pro, self.knowledge, self.evidence), tag(con, self.knowledge, self.evidence))
            for pro in pros
            for con in cons
        ]
        if not any(self.stronger(a, b) or self.stronger(b, a) for a, b in ties):
            return self.plain(bool(pros), bool(cons))
        tagged = [self.tagged(clause) for clause in (*pros, *cons)]
        return tagged + self.preferring(
            sorted({tag(pro, self.knowledge, self.evidence) for pro in pros}),
            sorted({tag(con, self.knowledge, self.evidence) for con in cons}),
        )

    def stronger(self, one: tuple[str, ...], other: tuple[str, ...]) -> bool:
        return any((a, b) in self.beats for a in one for b in other)

    def tagged(self, clause: Clause) -> Clause:
        side = clause.head.relation.partition(" ")[0]
        return replace(
            clause, head=self.atom(side, tag(clause, self.knowledge, self.evidence)), number=clause.number + 1000
        )

    def atom(self, side: str, facts: tuple[str, ...]) -> Atom:
        return Atom(f"{side} {self.relation} [{'+'.join(facts)}]", self.key)

    def plain(self, pros: bool, cons: bool, which: str = "") -> list[Clause]:
        """Clauses that go by precedence alone, over all arguments or over those that are ``which``."""
        pro, con = Atom(f"{which}for {self.relation}", self.key), Atom(f"{which}against {self.relation}", self.key)
        found = []
        if pros:
            unless = (con,) if cons and self.precedence != "for" else ()
            found.append(self.draw(self.relation, (pro,), unless))
        if cons:
            unless = (pro,) if pros and self.precedence != "against" else ()
            found.append(self.draw("withheld", (con,), unless))
        if pros and cons and self.precedence == "none":
            found.append(self.draw("conflict", (pro, con), ()))
        return found

    def preferring(self, pros: list[tuple[str, ...]], cons: list[tuple[str, ...]]) -> list[Clause]:
        """Clauses that leave out what is beaten, and then go by precedence."""
        found = []
        for side, own, other, theirs in (("for", pros, "against", cons), ("against", cons, "for", pros)):
            for facts in own:
                rivals = tuple(self.atom(other, rival) for rival in theirs if self.stronger(rival, facts))
                found.append(self.draw(f"unbeaten {side} {self.relation}", (self.atom(side, facts),), rivals))
        return found + self.plain(bool(pros), bool(cons), "unbeaten ")

    def draw(self, relation: str, when: Iterable[Atom], unless: Iterable[Atom]) -> Clause:
        held = tuple(GroundCondition(Holds(atom), position) for position, atom in enumerate(when))
        absent = tuple(GroundCondition(Holds(atom), position) for position, atom in enumerate(unless))
        label = f"{RESOLUTION} of {self.relation}"
        bindings = tuple((f"{n}", str(c.literal)) for n, c in enumerate((*held, *absent)))
        number = next((number for start, number in NUMBERS.items() if relation.startswith(start)), 0)
        return Clause(label, number, bindings, (), held, absent, Atom(relation, self.key))


def tag(clause: Clause, knowledge: KnowledgeBase, evidence: Mapping[str, Evidence]) -> tuple[str, ...]:
    """The facts of a clause that some preference names."""
    named = {fact for prefer in knowledge.prefers for fact in (prefer.stronger, prefer.weaker)}
    rule = knowledge.rules.get(clause.rule)
    cited = {fact for item in clause.evidence for fact in evidence[item].facts} | set(rule.because if rule else ())
    return tuple(sorted(named & cited))
