"""How far a case is from drawing a conclusion: the fewest tests that would have to come out otherwise.

- A conclusion that holds is at distance 0. Any other is as far as its nearest instance; one that nothing draws, or that
  only a circle of rules would draw, is out of reach (None).
- An instance lacks what its conditions lack together, for the choice of items that lacks least; a condition that stands
  in it twice lacks once. A test of a datum or of
  an item's field lacks 1 where it is not true. A pattern of an item lacks one for each of its tests that the item does
  not pass, and one where it passes them and is not the first or latest that is asked for; where a new item would have
  to be added, it lacks each of its tests (at least one), and so does every later test of that item.
- A conclusion under ``when`` lacks its own distance, for each condition that reads it. Under ``unless`` whatever is not
  false lacks 1.
- A count lacks what the cheapest choice of its members lacks that puts the points within the bounds: members made to
  hold lack what they lack, members made false lack 1, members left as they are lack nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction

from engine.counting import counted
from engine.observing import FALSE, TRUE, UNLISTED
from engine.program import Atom, Clause, Count, GroundCondition, Holds, Item, Literal, atoms_of
from engine.reasons import Reasons

FAR = 10**300
"""Out of reach, while distances are summed: more than a chain of conditions comes to that share what they rest on."""

Choice = dict[str, str]
Span = tuple[Fraction, Fraction]


class Distances:
    """Distances under one derivation; each conclusion is measured once."""

    def __init__(self, reasons: Reasons) -> None:
        self.reasons = reasons
        self.observer = reasons.observer
        self.derivation = reasons.derivation
        self.clauses = reasons.program.clauses
        self._known: dict[Atom, int] = {}

    def conclusion(self, atom: Atom) -> int | None:
        """The distance of a conclusion; None where it is out of reach."""
        if atom not in self._known:
            self._measure(atom)
        return _shown(self._known[atom])

    def instance(self, clause: Clause) -> tuple[int | None, Choice]:
        """The distance of an instance, and the items for which it is least; a new item is called ``treatments[?]``."""
        for condition in clause.when:
            for atom in atoms_of(condition.literal):
                self.conclusion(atom)
        distance, items = self._nearest(clause)
        return _shown(distance), items

    def _measure(self, atom: Atom) -> None:
        """The least fixpoint over everything that the conclusion could be drawn from, without recursion."""
        needed: dict[Atom, None] = {}
        waiting = [atom]
        readers: dict[Atom, list[int]] = defaultdict(list)
        while waiting:
            at = waiting.pop()
            if at in needed or at in self._known:
                continue
            needed[at] = None
            if self.derivation.value(at) == TRUE:
                self._known[at] = 0
                continue
            for index in self.reasons.program.by_head.get(at, ()):
                for read in self.reasons.program.premises[index]:
                    readers[read].append(index)
                    waiting.append(read)
        known = self._known
        known.update((at, FAR) for at in needed if at not in known)
        agenda = dict.fromkeys(
            index for at in needed for index in self.reasons.program.by_head.get(at, ()) if known[at]
        )
        while agenda:
            index, _ = agenda.popitem()
            head = self.clauses[index].head
            distance, _ = self._nearest(self.clauses[index])
            if distance < known[head]:
                known[head] = distance
                agenda.update(dict.fromkeys(readers.get(head, ())))

    def _nearest(self, clause: Clause) -> tuple[int, Choice]:
        """The least that an instance lacks, over every choice of items; what lacks more than that is not tried."""
        conditions = [(condition, False) for condition in each_once(clause.when)]
        conditions += [(condition, True) for condition in each_once(clause.unless)]
        best = FAR + 1
        chosen: Choice = {}
        waiting: list[tuple[int, int, Choice]] = [(0, 0, {})]
        while waiting:
            at, lacking, items = waiting.pop()
            if lacking >= best:
                continue
            if at == len(conditions):
                best, chosen = lacking, items
                continue
            condition, under_unless = conditions[at]
            ways = [
                (at + 1, min(lacking + more, FAR), bound) for more, bound in self._ways(condition, under_unless, items)
            ]
            waiting.extend(sorted(ways, key=lambda way: -way[1]))
        return min(best, FAR), chosen

    def _ways(self, condition: GroundCondition, under_unless: bool, items: Choice) -> Iterator[tuple[int, Choice]]:
        literal = condition.literal
        if under_unless:
            yield (0 if self.reasons.literal(literal, items) == FALSE else 1), items
        elif isinstance(literal, Item) and literal.variable:
            for name, lacking in self.items(literal, items):
                yield lacking, {**items, literal.variable: name}
        else:
            yield self._lacking(literal, items), items

    def items(self, literal: Item, items: Choice) -> Iterator[tuple[str, int]]:
        """Each item of the case with what it lacks of a pattern, and last the item that would have to be added."""
        section = self.observer.section(literal.item)
        values = dict(self.observer.items(literal, items))
        for number in range(len(self.observer.listed(section).items)):
            name = f"{section.name}[{number}]"
            failing = sum(
                self.observer.field(section, name, field, test, items) != TRUE for field, test in literal.tests
            )
            yield name, failing or (0 if values.get(name, FALSE) == TRUE else 1)
        yield f"{section.name}[{UNLISTED}]", max(1, len(literal.tests))

    def _lacking(self, literal: Literal, items: Choice) -> int:
        """What a condition under ``when`` lacks."""
        if isinstance(literal, Holds):
            return self._known.get(literal.atom, FAR)
        if isinstance(literal, Count):
            return self._count(literal, items)
        if self.reasons.literal(literal, items) == TRUE:
            return 0
        if isinstance(literal, Item):
            return min(lacking for _, lacking in self.items(literal, items))
        return 1

    def _count(self, literal: Count, items: Choice) -> int:
        values = [self.reasons.literal(member, items) for _, member in literal.members]
        if counted(literal, values) == TRUE:
            return 0
        sums: dict[Span, int] = {(Fraction(0), Fraction(0)): 0}
        for (points, member), value in zip(literal.members, values, strict=True):
            ways = [
                (points, points, self._lacking(member, items)),
                (Fraction(0), Fraction(0), 0 if value == FALSE else 1),
            ]
            if value not in (TRUE, FALSE):
                ways.append((min(points, Fraction(0)), max(points, Fraction(0)), 0))
            grown: dict[Span, int] = {}
            for (low, high), lacking in sums.items():
                for least, most, more in ways:
                    span = (low + least, high + most)
                    grown[span] = min(grown.get(span, FAR), lacking + more)
            sums = grown
        return min(
            (
                lacking
                for (low, high), lacking in sums.items()
                if (literal.at_least is None or low >= literal.at_least)
                and (literal.at_most is None or high <= literal.at_most)
            ),
            default=FAR,
        )


def each_once(conditions: Iterable[GroundCondition]) -> list[GroundCondition]:
    """The conditions without those that ask again what one before them asks, as where two of a rule come to one."""
    found: dict[tuple[Literal, bool], GroundCondition] = {}
    for condition in conditions:
        found.setdefault((condition.literal, condition.stands), condition)
    return list(found.values())


def _shown(distance: int) -> int | None:
    return None if distance >= FAR else distance
