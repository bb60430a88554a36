"""How sure each conclusion is, worked out again the slow way from the firings: grade by grade, round by round.

A derivation has the weakest grade of its statements, a conclusion the best of its derivations. A statement without a
grade carries nothing at the lower bound and limits nothing at the upper one.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date
from fractions import Fraction
from typing import NamedTuple

from engine.formula import parse_formula
from engine.model.case import Entry
from engine.model.fact import Grade
from engine.model.knowledge import KnowledgeBase
from engine.model.quantity import Interval
from engine.model.rule import Compare, Reference
from engine.model.vocabulary import Attribute, Term
from engine.program import Atom, Count, Datum, GroundAmount, Holds, Item, ItemField, Literal
from provenance.verify.derivation import Derivation, Firing
from provenance.verify.ground import conclusions_read
from provenance.verify.truth import FALSE, PROVISIONAL, TRUE, Items, leaves
from provenance.verify.verdict import Tree

NEEDS_NONE = -1
"""The rank of what no statement limits; the strongest grade has 0."""


class Statement(NamedTuple):
    """A statement that a firing rests on; without a grade it has no rank."""

    fact: str
    rank: int | None
    by: str


@dataclass
class Reach:
    """What a bound reaches: rank and round of each conclusion, and the firings that reach it first."""

    rank: dict[Atom, int]
    round: dict[Atom, int]
    first: dict[Atom, list[Firing]]


class Certainties:
    """What the advice must say of the certainty of its conclusions."""

    def __init__(self, derivation: Derivation) -> None:
        self.derivation = derivation
        self.knowledge = derivation.knowledge
        self.day = derivation.observed.case.as_of.astimezone(UTC).date()
        scale = self.knowledge.vocabulary.terms.get("certainty", {})
        heads = {name: root(scale, name) for name in scale}
        self.names = [name for name in scale if heads[name] == name]
        self.ranks = {name: self.names.index(head) for name, head in heads.items() if head in self.names}
        self.supports = [
            firing for firing in derivation.firings if firing.value == derivation.value(firing.instance.head)
        ]
        self.statements = {id(firing): list(self._statements(firing)) for firing in self.supports}
        self.lower, self.upper = self._reach(None), self._reach(NEEDS_NONE)

    def of(self, atom: Atom, said: bool = True) -> Tree:
        """The certainty of a conclusion, as the advice writes it; ``said`` is False where none is drawn."""
        found: dict[str, Tree] = {
            "status": "not drawn", "conclusion": "", "grade": "", "limiting": [],
            "at_most": "", "bounding": [], "ungraded": [], "graded_by": {},
        }  # fmt: skip
        if not said or not self.derivation.value(atom) or atom not in self.upper.rank:
            return found
        found["conclusion"] = str(atom)
        low, high = self.lower.rank.get(atom), self.upper.rank[atom]
        if low == NEEDS_NONE:
            return found | {"status": "no evidence"}
        set_by = self._limiting(atom) if low is not None else set[Statement]()
        bounding, ungraded = set[Statement](), set[Statement]()
        if low is None or (low > 0 and high < low):
            bounding, ungraded = self._bounding(atom, high)
        if low is None:
            found["status"] = "not graded" if high == NEEDS_NONE else "partly graded"
        else:
            found |= {"status": "graded", "grade": self.names[low]}
        telling = sorted(set_by | bounding, key=lambda one: (one.fact, one.by))
        by = {one.fact: [other.by for other in telling if other.fact == one.fact] for one in telling}
        return found | {
            "limiting": sorted({one.fact for one in set_by}),
            "at_most": self.names[high] if bounding else "",
            "bounding": sorted({one.fact for one in bounding}),
            "ungraded": sorted({one.fact for one in ungraded}),
            "graded_by": {fact: list(dict.fromkeys(names)) for fact, names in by.items()},
        }

    # The two bounds --------------------------------------------------------------------------------------------------

    def _reach(self, ungraded: int | None) -> Reach:
        """Grade by grade, from the strongest: in each round every conclusion that a firing reaches now."""
        reach = Reach({}, {}, {})
        rounds = 0
        for rank in range(NEEDS_NONE, len(self.names)):
            while True:
                fresh: dict[Atom, list[Firing]] = {}
                for firing in self.supports:
                    ranks = [ungraded if one.rank is None else one.rank for one in self.statements[id(firing)]]
                    usable = all(own is not None and own <= rank for own in ranks)
                    if firing.instance.head not in reach.rank and usable and self._stands(firing, reach.rank):
                        fresh.setdefault(firing.instance.head, []).append(firing)
                if not fresh:
                    break
                rounds += 1
                for head, firings in fresh.items():
                    reach.rank[head], reach.round[head], reach.first[head] = rank, rounds, firings
        return reach

    def _stands(self, firing: Firing, reached: Container[Atom]) -> bool:
        return all(self._carried(literal, firing, reached) for literal in premises(firing))

    def _carried(self, literal: Literal, firing: Firing, reached: Container[Atom]) -> bool:
        """Whether conclusions that were reached give a condition at least the value of the firing."""
        if isinstance(literal, Holds):
            return literal.atom in reached
        if not isinstance(literal, Count) or literal.at_least is None:
            return True
        points = Fraction(0)
        for number, member in literal.members:
            worth = number if literal.is_sum else Fraction(1)
            value = self.derivation.observed.value(member, firing.items)
            if worth < 0:
                points += worth * (value == TRUE or (value != FALSE and firing.value >= PROVISIONAL))
            elif value >= firing.value and self._carried(member, firing, reached):
                points += worth
        return points >= literal.at_least

    def _counted(self, literal: Literal, firing: Firing) -> list[Atom]:
        """The conclusions inside a count that can carry it."""
        if isinstance(literal, Holds):
            return [literal.atom]
        if not isinstance(literal, Count) or literal.at_least is None:
            return []
        return [
            atom
            for number, member in literal.members
            if (number >= 0 or not literal.is_sum)
            and self.derivation.observed.value(member, firing.items) >= firing.value
            for atom in self._counted(member, firing)
        ]

    # Which statements set them ---------------------------------------------------------------------------------------

    def _limiting(self, atom: Atom) -> set[Statement]:
        rank, found = self.lower.rank[atom], set[Statement]()
        waiting, seen = [atom], set[Atom]()
        while waiting:
            at = waiting.pop()
            for firing in self.lower.first[at] if at not in seen else ():
                found |= {one for one in self.statements[id(firing)] if one.rank == rank}
                for literal in premises(firing):
                    better = {other for other, own in self.lower.rank.items() if own < rank}
                    if isinstance(literal, Holds) or not self._carried(literal, firing, better):
                        waiting += self._earlier(self.lower, literal, firing, rank)
            seen.add(at)
        return found

    def _earlier(self, reach: Reach, literal: Literal, firing: Firing, rank: int | None = None) -> list[Atom]:
        """The conclusions of a condition that were reached before the firing, of one rank if one is asked for."""
        before = reach.round[firing.instance.head]
        return [
            atom
            for atom in self._counted(literal, firing)
            if reach.round.get(atom, before) < before and rank in (None, reach.rank[atom])
        ]

    def _bounding(self, atom: Atom, rank: int) -> tuple[set[Statement], set[Statement]]:
        graded = {other for other, own in self.lower.rank.items() if own <= rank}
        better = {other for other in graded if self.lower.rank[other] < rank}
        bounding, ungraded = set[Statement](), set[Statement]()
        waiting, seen = [atom], set[Atom]()
        while waiting:
            at = waiting.pop()
            if at in seen:
                continue
            seen.add(at)
            if at in graded:
                bounding |= set[Statement]() if at in better else self._limiting(at)
                continue
            for firing in self.upper.first[at]:
                bounding |= {one for one in self.statements[id(firing)] if one.rank == rank}
                ungraded |= {one for one in self.statements[id(firing)] if one.rank is None}
                for literal in premises(firing):
                    if isinstance(literal, Holds):
                        waiting.append(literal.atom)
                    elif not self._carried(literal, firing, graded):
                        waiting += self._earlier(self.upper, literal, firing)
                    elif not self._carried(literal, firing, better):
                        waiting += [other for other in self._counted(literal, firing) if other in graded]
        return bounding, ungraded

    # Statements ------------------------------------------------------------------------------------------------------

    def _statements(self, firing: Firing) -> Iterator[Statement]:
        """The statements that a firing rests on itself; readings are none."""
        ground, facts = self.derivation.ground, self.knowledge.facts
        graded: list[tuple[str, Grade | None]] = []
        for claim in firing.instance.evidence:
            name, _, number = claim.partition("/")
            if name in facts:
                graded.append((name, facts[name].claims[int(number or 0)].grade))
            else:
                graded += [(fact, facts[fact].grade) for fact in ground.evidence[claim].facts]
        warrants = [*ground.warrants.get(firing.instance.rule, ())]
        for condition in firing.instance.when:
            warrants += self.read_under(condition.literal, firing.items)
        for _, note in firing.instance.annotations:
            warrants += self._warrants(note.times) if isinstance(note, GroundAmount) else []
        graded += [(fact, facts[fact].grade) for fact in warrants]
        for fact, grade in graded:
            if not facts[fact].is_interpretation:
                if grade and self.knowledge.sources[grade.by].stands_at(self.day):
                    yield Statement(fact, self.ranks[grade.certainty], grade.by)
                else:
                    yield Statement(fact, None, "")

    def read_under(self, literal: Literal, items: Items) -> list[str]:
        """The facts under which the data of a condition are read, converted and computed."""
        if isinstance(literal, Count):
            return [fact for _, member in literal.members for fact in self.read_under(member, items)]
        if isinstance(literal, Datum):
            return self._warrants(literal.path) + self._compared([literal.test], items)
        if isinstance(literal, ItemField):
            return self._of_field(items[literal.variable], literal.field) + self._compared([literal.test], items)
        if isinstance(literal, Item):
            section = self.knowledge.vocabulary.items[literal.item]
            fields = [field for field, _ in literal.tests] + [section.order] * bool(literal.order)
            name = items.get(literal.variable, section.name)
            own = [fact for field in fields for fact in self._of_field(name, field)]
            return own + self._compared([test for _, test in literal.tests], items)
        return []

    def _compared(self, tests: Iterable[object], items: Items) -> list[str]:
        bounds = [test.bound for test in tests if isinstance(test, Compare)]
        found: list[str] = []
        for path in [bound.path for bound in bounds if isinstance(bound, Reference)]:
            variable, _, field = path.partition(".")
            if variable[0] != "$":
                found += self._warrants(path)
            elif variable[1:] in items:
                found += self._of_field(items[variable[1:]], field)
        return found

    def _warrants(self, path: str) -> list[str]:
        vocabulary = self.knowledge.vocabulary
        quantity, attribute = vocabulary.quantities.get(path), vocabulary.attribute(path)
        if quantity is not None:
            read = [leaf.path for leaf in leaves(parse_formula(quantity.formula))]
            return [*quantity.because, *(fact for one in read for fact in self._warrants(one))]
        if attribute is None:
            return []
        return [*attribute.because, *self._conversion(attribute, self.derivation.observed.case.data.get(path))]

    def _of_field(self, name: str, field: str) -> list[str]:
        """The facts under which a field is read: of a named item, its value converted too."""
        section, _, number = name.rstrip("]").partition("[")
        attributes = self.knowledge.vocabulary.sections[section].attributes
        entry = self.derivation.observed.entry(name, field) if number.isdigit() else None
        start = attributes[attributes[field].since].because if attributes[field].since else ()
        return [*attributes[field].because, *start, *self._conversion(attributes[field], entry)]

    @staticmethod
    def _conversion(attribute: Attribute, entry: Entry | None) -> list[str]:
        value, unit = (entry.value if entry else None), attribute.type.unit
        if not isinstance(value, Interval) or unit is None or value.unit.commensurable(unit):
            return []
        usable = [one for one in attribute.type.conversions if one.unit.commensurable(value.unit)]
        return [fact for one in usable for fact in one.because]


def premises(firing: Firing) -> list[Literal]:
    """The conditions of a firing that read a conclusion."""
    return [condition.literal for condition in firing.instance.when if conclusions_read([condition])]


def root(scale: Mapping[str, Term], name: str) -> str:
    """The word at the end of the way of `is-a`, whose rank a grade has."""
    while scale[name].is_a:
        name = scale[name].is_a
    return name


def design(knowledge: KnowledgeBase, fact: str) -> str:
    """The study design behind a statement: its own, else the one of all it is attributed to, or of its document."""
    stated = knowledge.facts[fact]
    if stated.design or stated.is_interpretation:
        return stated.design
    told = [knowledge.sources[source].design for source in (stated.cites if stated.cites else [stated.quoted_from])]
    return told[0] if all(one == told[0] for one in told) else ""


def grades(knowledge: KnowledgeBase, fact: str) -> list[Tree]:
    """The grades that were stated of a fact, and of its claims where they have another."""
    stated = knowledge.facts[fact]
    own = stated.grade
    found = [(0, own), *((number + 1, claim.grade) for number, claim in enumerate(stated.claims) if claim.grade != own)]
    return [{"claim": number, "certainty": grade.certainty, "by": grade.by} for number, grade in found if grade]


def ungraded(knowledge: KnowledgeBase, facts: list[str], day: date) -> list[str]:
    """What must be said where nobody graded anything, or whoever did no longer stands."""
    told = [(fact, grade["by"]) for fact in facts for grade in grades(knowledge, fact)]
    fallen = [f"{fact} (by {source})" for fact, source in told if not knowledge.sources[source].stands_at(day)]
    found = [] if told else ["No source here grades its certainty."]
    if fallen:
        found.append(f"Grades do not count where their grader no longer stands: {', '.join(dict.fromkeys(fallen))}.")
    return found
