"""Arguments for and against become conclusions, by declared precedence.

Rules only argue. The clauses made here, in a later stratum, draw the conclusion, ``withheld`` or ``conflict``:

- precedence *against*: the conclusion stands unless something argues against it that no preferred argument beats;
- precedence *for*: it stands unless a preferred argument against it beats every argument for it;
- precedence *none*: neither stands while both are argued, and ``conflict`` says so.

A declared preference (``prefer``) between two facts puts an argument that rests on the one before an argument that
rests on the other, whatever the precedence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from engine.model.knowledge import KnowledgeBase
from engine.program import Atom, Clause, GroundCondition, Holds

RESOLUTION = "resolution"


def argument(relation: str, side: str) -> str:
    """The name of a relation of arguments: ``for option``."""
    return f"{side} {relation}" if side else relation


def resolve(clauses: list[Clause], knowledge: KnowledgeBase) -> list[Clause]:
    """The clauses with those that resolve their arguments."""
    argued: dict[tuple[str, tuple[str, ...]], dict[str, list[Clause]]] = defaultdict(lambda: {"for": [], "against": []})
    for clause in clauses:
        side, _, relation = clause.head.relation.partition(" ")
        if relation:
            argued[relation, clause.head.arguments][side].append(clause)
    beats = {(prefer.stronger, prefer.weaker) for prefer in knowledge.prefers}
    found = list(clauses)
    for (relation, key), sides in sorted(argued.items()):
        resolver = _Resolver(relation, key, knowledge.vocabulary.conclusions[relation].argued, beats, knowledge)
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
    ) -> None:
        self.relation = relation
        self.key = key
        self.precedence = precedence
        self.beats = beats
        self.knowledge = knowledge

    def clauses(self, pros: list[Clause], cons: list[Clause]) -> list[Clause]:
        ties = [(tag(pro, self.knowledge), tag(con, self.knowledge)) for pro in pros for con in cons]
        if not any(self.stronger(a, b) or self.stronger(b, a) for a, b in ties):
            return self.plain(bool(pros), bool(cons))
        tagged = [self.tagged(clause) for clause in (*pros, *cons)]
        return tagged + self.preferring(
            sorted({tag(pro, self.knowledge) for pro in pros}), sorted({tag(con, self.knowledge) for con in cons})
        )

    def stronger(self, one: tuple[str, ...], other: tuple[str, ...]) -> bool:
        return any((a, b) in self.beats for a in one for b in other)

    def tagged(self, clause: Clause) -> Clause:
        side = clause.head.relation.partition(" ")[0]
        return replace(clause, head=self.atom(side, tag(clause, self.knowledge)), number=clause.number + 1000)

    def atom(self, side: str, facts: tuple[str, ...]) -> Atom:
        return Atom(f"{side} {self.relation} [{'+'.join(facts)}]", self.key)

    def plain(self, pros: bool, cons: bool) -> list[Clause]:
        pro, con = Atom(f"for {self.relation}", self.key), Atom(f"against {self.relation}", self.key)
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
        found = []
        for pro in pros:
            if self.precedence == "for":
                against = [con for con in cons if self.stronger(con, pro)]
            else:
                against = [con for con in cons if not self.stronger(pro, con)]
            found.append(
                self.draw(self.relation, (self.atom("for", pro),), tuple(self.atom("against", con) for con in against))
            )
        for con in cons:
            if self.precedence == "against":
                beaten_by = [pro for pro in pros if self.stronger(pro, con)]
            else:
                beaten_by = [pro for pro in pros if not self.stronger(con, pro)]
            found.append(
                self.draw("withheld", (self.atom("against", con),), tuple(self.atom("for", pro) for pro in beaten_by))
            )
        if self.precedence == "none":
            found.extend(
                self.draw("conflict", (self.atom("for", pro), self.atom("against", con)), ())
                for pro in pros
                for con in cons
                if not self.stronger(pro, con) and not self.stronger(con, pro)
            )
        return found

    def draw(self, relation: str, when: Iterable[Atom], unless: Iterable[Atom]) -> Clause:
        held = tuple(GroundCondition(Holds(atom), position) for position, atom in enumerate(when))
        absent = tuple(GroundCondition(Holds(atom), position) for position, atom in enumerate(unless))
        label = f"{RESOLUTION} of {self.relation}"
        bindings = tuple((f"{n}", str(c.literal)) for n, c in enumerate((*held, *absent)))
        return Clause(
            label, {"withheld": 1, "conflict": 2}.get(relation, 0), bindings, (), held, absent, Atom(relation, self.key)
        )


def tag(clause: Clause, knowledge: KnowledgeBase) -> tuple[str, ...]:
    """The facts of a clause that some preference names."""
    named = {fact for prefer in knowledge.prefers for fact in (prefer.stronger, prefer.weaker)}
    rule = knowledge.rules.get(clause.rule)
    cited = {item.partition("/")[0] for item in clause.evidence} | set(rule.because if rule else ())
    return tuple(sorted(named & cited))
