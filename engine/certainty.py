"""How sure a conclusion is: along a derivation the weakest grade, over derivations the best, never upgraded.

The premises that count are statements: the evidence of a firing, the facts that warrant its rule, and those under which
a datum is read or a quantity computed. Readings, definitions, the data of the case and what is absent are neutral. The
firings that count are those that give a conclusion its value.

A statement that nobody graded is not the lowest grade, it is an unknown one. So a conclusion has two bounds, each a
max-min over the same derivations, between which its certainty lies whatever the missing grades are:

- *lower*: a statement without a grade carries nothing, so only derivations count of which every statement is graded;
- *upper*: a statement without a grade limits nothing.

Where the two are the same the certainty is known.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction

from engine.derivation import Derivation, Firing
from engine.formula import inputs, parse_formula
from engine.maxmin import NEUTRAL, Body, Bound, Leaf, Threshold
from engine.model.advice import Certainty
from engine.model.case import Entry
from engine.model.fact import Grade
from engine.model.knowledge import KnowledgeBase
from engine.model.quantity import Interval
from engine.model.rule import Compare, Reference
from engine.model.vocabulary import Attribute
from engine.observing import FALSE, PROVISIONAL, TRUE, UNLISTED
from engine.program import (
    Atom,
    Clause,
    Count,
    Datum,
    GroundAmount,
    GroundTest,
    Holds,
    Item,
    ItemField,
    Literal,
    Program,
    atoms_of,
)
from engine.reasons import Reasons


class Certainties:
    """The certainty of every conclusion of one derivation, as of a day: a grade stands while its grader does."""

    def __init__(
        self, knowledge: KnowledgeBase, program: Program, reasons: Reasons, derivation: Derivation, day: date
    ) -> None:
        self.knowledge = knowledge
        self.vocabulary = knowledge.vocabulary
        self.program = program
        self.reasons = reasons
        self.derivation = derivation
        self.day = day
        ranks = self.vocabulary.grades
        self.words = list(ranks)
        self.bodies = [
            self.body(firing)
            for firing in derivation.firings
            if firing.value == derivation.value(program.clauses[firing.clause].head)
        ]
        grades = max(ranks.values(), default=-1) + 1
        self.lower = Bound(self.bodies, grades, None)
        self.upper = Bound(self.bodies, grades, NEUTRAL)

    def of(self, atom: Atom) -> Certainty:
        """The certainty of a conclusion that is not false; of any other, that it was not drawn."""
        if not self.derivation.value(atom):
            return Certainty()
        own, best = self.lower.rank.get(atom), self.upper.rank[atom]
        if own == NEUTRAL:
            return Certainty(status="no evidence", conclusion=str(atom))
        limiting = self.limiting(atom) if own is not None else ()
        bounding: tuple[Leaf, ...] = ()
        ungraded: tuple[Leaf, ...] = ()
        if own is None or (best < own and own > 0):  # nothing is better than the strongest grade
            bounding, ungraded = self.bounding(atom, best)
        by: dict[str, dict[str, None]] = {}
        for leaf in sorted({*limiting, *bounding}, key=lambda leaf: (leaf.fact, leaf.by)):
            by.setdefault(leaf.fact, {})[leaf.by] = None
        return Certainty(
            status="graded" if own is not None else "not graded" if best == NEUTRAL else "partly graded",
            conclusion=str(atom),
            grade="" if own is None else self.words[own],
            limiting=_names(limiting),
            at_most=self.words[best] if bounding else "",
            bounding=_names(bounding),
            ungraded=_names(ungraded),
            graded_by={fact: tuple(names) for fact, names in by.items()},
        )

    # Which statements set a bound ------------------------------------------------------------------------------------

    def limiting(self, atom: Atom) -> tuple[Leaf, ...]:
        """The statements that set the grade of a conclusion, in its first derivations that are graded throughout."""
        rank = self.lower.rank[atom]
        found: dict[Leaf, None] = {}
        for body in self.first_bodies(atom, rank, self.lower):
            found.update((leaf, None) for leaf in body.leaves if leaf.rank == rank)
        return tuple(found)

    def limited(self, body: Body, rank: int) -> Iterator[Atom]:
        """The premises of a body that have this grade, and without which it would have a better one."""
        own = self.lower.rank
        yield from (atom for atom in body.needs if own[atom] == rank)
        for count in body.counts:
            if not count.met({atom for atom in count.atoms() if own.get(atom, rank) < rank}):
                yield from (atom for atom in self.before(self.lower, body, count) if own[atom] == rank)

    def bounding(self, atom: Atom, rank: int) -> tuple[tuple[Leaf, ...], tuple[Leaf, ...]]:
        """The statements that bound what the first derivations could reach, and those of them that nobody graded.

        What a derivation that is graded throughout gives as well at this bound is taken from that.
        """
        bounding: dict[Leaf, None] = {}
        ungraded: dict[Leaf, None] = {}
        for body in self.first_bodies(atom, rank, self.upper):
            bounding.update((leaf, None) for leaf in body.leaves if leaf.rank == rank)
            ungraded.update((leaf, None) for leaf in body.leaves if leaf.rank is None)
        return tuple(bounding), tuple(ungraded)

    def first_bodies(self, atom: Atom, rank: int, bound: Bound) -> Iterator[Body]:
        """The bodies of the first derivations of a conclusion that has this rank at a bound, the nearest first."""
        seen, waiting = {atom}, deque([atom])
        while waiting:
            for body in self.bodies_at(waiting.popleft(), rank, bound):
                yield body
                for premise in self.followed(body, rank):
                    if premise not in seen:
                        seen.add(premise)
                        waiting.append(premise)

    def bodies_at(self, atom: Atom, rank: int, bound: Bound) -> list[Body]:
        """The bodies to follow at a conclusion: graded throughout where that suffices; none where it does better."""
        own = self.lower.rank.get(atom)
        if own is None or own > rank:
            return bound.first[atom]
        return self.lower.first[atom] if own == rank else []

    def followed(self, body: Body, rank: int) -> Iterator[Atom]:
        """The premises of a body of this rank that set it, or that are not graded throughout at this rank."""
        if self.is_graded(body.head, rank):
            yield from self.limited(body, rank)
            return
        yield from body.needs
        for count in body.counts:
            graded = [other for other in count.atoms() if self.is_graded(other, rank)]
            if not count.met(graded):
                yield from self.before(self.upper, body, count)
            elif not count.met([other for other in graded if self.is_graded(other, rank - 1)]):
                yield from graded

    def is_graded(self, atom: Atom, rank: int) -> bool:
        """Whether a derivation that is graded throughout gives a conclusion at this grade or a better one."""
        return self.lower.rank.get(atom, rank + 1) <= rank

    @staticmethod
    def before(bound: Bound, body: Body, count: Threshold) -> Iterator[Atom]:
        """The conclusions of a count that were reached before the body that reads it."""
        rounds = bound.round
        return (atom for atom in count.atoms() if atom in rounds and rounds[atom] < rounds[body.head])

    # What a firing rests on ------------------------------------------------------------------------------------------

    def body(self, firing: Firing) -> Body:
        """What a firing rests on."""
        clause = self.program.clauses[firing.clause]
        items = dict(firing.items)
        needs: dict[Atom, None] = {}
        counts = []
        for condition in clause.when:
            if isinstance(condition.literal, Holds):
                needs[condition.literal.atom] = None
            elif isinstance(condition.literal, Count) and any(True for _ in atoms_of(condition.literal)):
                counts.append(self.threshold(condition.literal, firing.value, items))
        return Body(firing, clause.head, tuple(self.leaves(clause, items)), tuple(needs), tuple(counts))

    def threshold(self, count: Count, value: int, items: dict[str, str]) -> Threshold:
        """What is left of a count's lower bound for its conclusions: the data of the case are neutral.

        A member counts for a firing of some value as it does for the count: with its points where it has that value;
        points below zero where it holds at all (of an unknown firing, where it certainly does). An upper bound asks for
        what is absent.
        """
        least = count.at_least
        if least is None:
            return Threshold(Fraction(0), ())
        members: list[tuple[Fraction, Atom | Threshold]] = []
        for points, member in count.members:
            found = self.reasons.literal(member, items)
            if points < 0:
                least -= points if found == TRUE or (found != FALSE and value >= PROVISIONAL) else 0
            elif found >= value:
                if isinstance(member, Holds):
                    members.append((points, member.atom))
                elif isinstance(member, Count) and any(True for _ in atoms_of(member)):
                    members.append((points, self.threshold(member, value, items)))
                else:
                    least -= points
        return Threshold(least, tuple(members))

    def leaves(self, clause: Clause, items: dict[str, str]) -> Iterator[Leaf]:
        """The statements among the premises of a firing."""
        facts = self.knowledge.facts
        for id_ in clause.evidence:
            evidence = self.program.evidence[id_]
            if evidence.name in facts:
                yield from self.leaf(evidence.name, evidence.grade)
            else:  # a phase of a regimen
                for fact in evidence.facts:
                    yield from self.leaf(fact, facts[fact].grade)
        for fact in (*self.program.rule_facts.get(clause.rule, ()), *self.read(clause, items)):
            yield from self.leaf(fact, facts[fact].grade)

    def read(self, clause: Clause, items: dict[str, str]) -> Iterable[str]:
        """The facts under which a firing reads its data and computes its amounts, each once."""
        found = {fact: None for condition in clause.when for fact in self.read_under(condition.literal, items)}
        for _, value in clause.annotations:
            if isinstance(value, GroundAmount):
                found.update(dict.fromkeys(self.warrants(value.times)))
        return found

    def leaf(self, fact: str, grade: Grade | None) -> Iterator[Leaf]:
        """A statement with its grade, which counts while its grader stands; a reading is none."""
        if self.knowledge.facts[fact].is_interpretation:
            return
        if grade is None:
            yield Leaf(fact, None)
        else:
            stands = self.knowledge.sources[grade.by].stands_at(self.day)
            yield Leaf(fact, self.vocabulary.grades[grade.certainty] if stands else None, grade.by, grade.certainty)

    def read_under(self, literal: Literal, items: dict[str, str]) -> Iterator[str]:
        """The facts under which the data of a condition are read, converted and computed, those in counts too."""
        if isinstance(literal, Datum):
            yield from self.warrants(literal.path)
            yield from self.compared(literal.test, items)
        elif isinstance(literal, ItemField):
            yield from self.of_field(items[literal.variable], literal.field)
            yield from self.compared(literal.test, items)
        elif isinstance(literal, Item):
            section = self.vocabulary.items[literal.item]
            name = items.get(literal.variable, f"{section.name}[{UNLISTED}]")
            for field in (*(field for field, _ in literal.tests), *([section.order] if literal.order else [])):
                yield from self.of_field(name, field)
            for _, test in literal.tests:
                yield from self.compared(test, items)
        elif isinstance(literal, Count):
            for _, member in literal.members:
                yield from self.read_under(member, items)

    def compared(self, test: GroundTest, items: dict[str, str]) -> Iterator[str]:
        """The facts under which the datum is read that a test compares with."""
        if isinstance(test, Compare) and isinstance(test.bound, Reference):
            variable, _, field = test.bound.path.partition(".")
            if not variable.startswith("$"):
                yield from self.warrants(test.bound.path)
            elif variable[1:] in items:
                yield from self.of_field(items[variable[1:]], field)

    def warrants(self, path: str) -> Iterator[str]:
        """The facts under which a datum is read and converted, or a declared quantity computed and its data read."""
        declared = self.vocabulary.quantities.get(path)
        if declared is not None:
            yield from declared.because
            for value in inputs(parse_formula(declared.formula)):
                yield from self.warrants(value.path)
        elif (attribute := self.vocabulary.attribute(path)) is not None:
            yield from attribute.because
            yield from _converted(attribute, self.reasons.observer.given(path))

    def of_field(self, name: str, field: str) -> Iterator[str]:
        """The facts under which a field of an item is read and converted; a time since another field, with that."""
        section = self.vocabulary.sections[name.partition("[")[0]]
        since = section.attributes[field].since
        for one in (field, since) if since else (field,):
            yield from section.attributes[one].because
        if not name.endswith(f"[{UNLISTED}]"):
            yield from _converted(section.attributes[field], self.reasons.observer.entry(section, name, field))


def _converted(attribute: Attribute, entry: Entry | None) -> Iterator[str]:
    """The facts under which a value is converted that was recorded in a unit of another kind."""
    value, unit = entry.value if entry else None, attribute.type.unit
    if isinstance(value, Interval) and unit is not None and not value.unit.commensurable(unit):
        for conversion in attribute.type.conversions:
            if conversion.unit.commensurable(value.unit):
                yield from conversion.because


def _names(leaves: Iterable[Leaf]) -> tuple[str, ...]:
    return tuple(sorted({leaf.fact for leaf in leaves}))
