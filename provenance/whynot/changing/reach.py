"""Which places would have to be filled at least, whatever the values, for a conclusion to come out true.

A family is a set of sets of places, none within another, each set as the bits of a number. It is a *necessary*
condition: whatever changes make a conclusion true (or false) fill all places of some set of the family. A test that
comes out so already needs nothing; any other needs one of the places that it reads; where a value is not known, every
place without which it is not known. Sets are carried through the rules: all conditions of an instance together, any of
the instances of a conclusion; and the other way around for a conclusion that must not hold. Sets that cost more changes
than are left are dropped. Where a family grows too large it is replaced by a weaker one, so that nothing is ever ruled
out wrongly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

from engine.derivation import Derivation
from engine.observing import FALSE, PROVISIONAL, TRUE, UNLISTED, Observer
from engine.program import (
    Atom,
    Clause,
    Count,
    Datum,
    GroundCondition,
    Holds,
    Item,
    ItemField,
    Literal,
    other_item,
)
from engine.valuing import value_of
from provenance.whynot.changing.bearing import Bearing
from provenance.whynot.changing.families import NEVER, NOW, Families, Family, Places
from provenance.whynot.changing.places import ADDED, Place, Variation
from provenance.whynot.changing.touching import Items, Touch

Node = tuple[Atom, bool]
MOST_COMBINATIONS = 60
MOST_ROUNDS = 40


class Reach:
    """Families for one variation of a case; ``left`` is how many changes may still be made, ``goal`` what is wanted."""

    def __init__(
        self,
        bearing: Bearing,
        places: Places,
        variation: Variation,
        observer: Observer,
        derivation: Derivation,
        left: int,
        goal: int = TRUE,
    ) -> None:
        self.bearing = bearing
        self.vocabulary = bearing.vocabulary
        self.families = Families(places, left)
        self.touch = Touch(bearing, self.families, variation, observer)
        self.variation = variation
        self.observer = observer
        self.derivation = derivation
        self.goal = goal
        self.known: dict[Node, Family] = {}
        self._of_case: dict[tuple[int, bool], Family] = {}
        self._meeting: dict[int, list[tuple[str, Family]]] = {}
        self._bound: dict[int, list[tuple[str, int]]] = {}

    def family(self) -> Family:
        """What the conclusion needs; empty where it is out of reach of the changes left."""
        nodes, is_cyclic = self._nodes((self.bearing.atom, True))
        for node in nodes:
            self.known[node] = NEVER if node[1] else NOW
        for _ in range(MOST_ROUNDS if is_cyclic else 1):
            stable = True
            for node in nodes:
                found = self._drawn(node[0]) if node[1] else self._kept(node[0])
                if found != self.known[node]:
                    self.known[node] = found
                    stable = False
            if stable:
                break
        else:
            if is_cyclic:
                return NOW
        return self.known[self.bearing.atom, True]

    # The order of work -----------------------------------------------------------------------------------------------

    def _nodes(self, root: Node) -> tuple[list[Node], bool]:
        """What the root rests on, each after what it rests on itself, and whether that goes in circles."""
        order: list[Node] = []
        state: dict[Node, int] = {root: 1}
        stack: list[tuple[Node, Iterator[Node]]] = [(root, self._rests_on(root))]
        is_cyclic = False
        while stack:
            node, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                stack.pop()
                state[node] = 2
                order.append(node)
            elif following not in state:
                state[following] = 1
                stack.append((following, self._rests_on(following)))
            elif state[following] == 1:
                is_cyclic = True
        return order, is_cyclic

    def _rests_on(self, node: Node) -> Iterator[Node]:
        atom, wanted = node
        for clause in self.bearing.by_head.get(atom, ()):
            for conditions, sign in ((clause.when, True), (clause.unless, False)):
                for condition in conditions:
                    yield from self._read(condition.literal, wanted == sign)

    def _read(self, literal: Literal, wanted: bool) -> Iterator[Node]:
        if isinstance(literal, Holds):
            if not self._holds(literal.atom, wanted):
                yield literal.atom, wanted
        elif isinstance(literal, Count):
            for _, member in literal.members:
                yield from self._read(member, True)
                yield from self._read(member, False)

    def _holds(self, atom: Atom, wanted: bool) -> bool:
        value = self.derivation.value(atom)
        return value >= self.goal if wanted else value == FALSE

    # Conclusions -----------------------------------------------------------------------------------------------------

    def _drawn(self, atom: Atom) -> Family:
        found = NEVER
        for clause in self.bearing.by_head.get(atom, ()):
            found = self.families.either(found, self._instance(clause, 0, {}, NOW))
        return found

    def _kept(self, atom: Atom) -> Family:
        found = NOW
        for clause in self.bearing.by_head.get(atom, ()):
            found = self.families.both(found, self._blocked(clause, 0, {}))
        return found

    def _instance(self, clause: Clause, at: int, items: Items, so_far: Family) -> Family:
        """What makes a body true, over every choice of items; ``so_far`` is what the conditions before it need."""
        while at < len(clause.when) and so_far:
            literal = clause.when[at].literal
            if isinstance(literal, Item) and literal.variable:
                found = NEVER
                for name, needed in self._meet(literal, items):
                    bound = {**items, literal.variable: name}
                    found = self.families.either(
                        found, self._instance(clause, at + 1, bound, self.families.both(so_far, needed))
                    )
                return found
            so_far = self.families.both(so_far, self._true(literal, items))
            at += 1
        for condition in clause.unless if so_far else ():
            so_far = self.families.both(so_far, self._absent(condition, items))
        return so_far

    def _absent(self, condition: GroundCondition, items: Items) -> Family:
        if self.goal < TRUE and condition.stands:
            # It may stay open: what needs to be undone is only that it holds.
            return NOW if self._value(condition.literal, items) < PROVISIONAL else self._any_place()
        return self._false(condition.literal, items)

    def _any_place(self) -> Family:
        return self.touch.singles(self.touch.openings())

    def _blocked(self, clause: Clause, at: int, items: Items) -> Family:
        """What makes a body false for every choice of items that is not false yet."""
        found = NEVER
        while at < len(clause.when):
            literal = clause.when[at].literal
            if isinstance(literal, Item) and literal.variable:
                rest = NOW
                for name, _ in self._choices(literal, items):
                    bound = {**items, literal.variable: name}
                    one = self.families.either(
                        self._item_gone(literal, name, items), self._blocked(clause, at + 1, bound)
                    )
                    rest = self.families.both(rest, one)
                return self.families.either(found, rest)
            found = self.families.either(found, self._false(literal, items))
            at += 1
        for condition in clause.unless:
            found = self.families.either(found, self._true(condition.literal, items))
        return found

    # Literals --------------------------------------------------------------------------------------------------------

    def _value(self, literal: Literal, items: Items) -> int:
        return value_of(literal, items, self.observer, self.derivation)

    def _true(self, literal: Literal, items: Items) -> Family:
        return self._turned(literal, items, True)

    def _false(self, literal: Literal, items: Items) -> Family:
        return self._turned(literal, items, False)

    def _turned(self, literal: Literal, items: Items, wanted: bool) -> Family:
        """What makes a literal true, or false; found once where neither items nor conclusions have a say."""
        if isinstance(literal, Holds):
            if self._holds(literal.atom, wanted):
                return NOW
            return self.known.get((literal.atom, wanted), NEVER if wanted else NOW)
        number = self.bearing.numbers.get(id(literal))
        if number is None or isinstance(literal, Count):
            return self._found(literal, items, wanted)
        known = self._of_case.get((number, wanted))
        if known is None:
            known = self._of_case[number, wanted] = self._found(literal, items, wanted)
        return known

    def _found(self, literal: Datum | Item | ItemField | Count, items: Items, wanted: bool) -> Family:
        if self._is_virtual(literal, items):
            return NOW  # of an item that would be added: what it needs is told with the item
        value = self._value(literal, items)
        if (value >= self.goal) if wanted else (value == FALSE):
            return NOW
        if isinstance(literal, Datum):
            return self.touch.datum(literal, items)
        if isinstance(literal, ItemField):
            return self.touch.field(items[literal.variable], literal.field, literal.test, items)
        if isinstance(literal, Item):
            return self._exists(literal, items) if wanted else self._none(literal, items)
        return self._counted(literal, items, wanted)

    def _is_virtual(self, literal: Literal, items: Items) -> bool:
        if isinstance(literal, Count):
            return any(self._is_virtual(member, items) for _, member in literal.members)
        spoken = [items.get(literal.variable, "")] if isinstance(literal, ItemField) else []
        tests = [literal.test] if isinstance(literal, ItemField) else []
        tests += [test for _, test in literal.tests] if isinstance(literal, Item) else []
        spoken += [items.get(name, "") for name in map(other_item, tests) if name]
        return any(map(_is_added, spoken))

    def _counted(self, literal: Count, items: Items, wanted: bool) -> Family:
        """What moves the points of a count: as many members as are lacking where that can be told, else one."""
        values = [self._value(member, items) for _, member in literal.members]
        turns = [self._true(member, items) for _, member in literal.members]
        simple = literal.at_most is None and all(points == 1 for points, _ in literal.members)
        if wanted and simple and literal.at_least is not None:
            lacking = literal.at_least - sum(value >= self.goal for value in values)
            open_ = [turn for turn, value in zip(turns, values, strict=True) if value < self.goal]
            return self._some(open_, lacking)
        if not wanted and simple and literal.at_least is not None:
            members = [member for _, member in literal.members]
            possible = [member for member, value in zip(members, values, strict=True) if value != FALSE]
            turns = [self._false(member, items) for member in possible]
            return self._some(turns, len(possible) - literal.at_least + 1)
        found = NEVER
        for (_, member), turn, value in zip(literal.members, turns, values, strict=True):
            found = self.families.either(found, turn if value < self.goal else NEVER)
            found = self.families.either(found, self._false(member, items) if value != FALSE else NEVER)
        return found

    def _some(self, turns: Sequence[Family], number: Fraction) -> Family:
        """So many of these together."""
        need = -int(-number // 1)  # upward
        if need > len(turns):
            return NEVER
        if need <= 0:
            return NOW
        if len(list(_first(combinations(turns, need), MOST_COMBINATIONS + 1))) > MOST_COMBINATIONS:
            need = 1
        found = NEVER
        for chosen in combinations(turns, need):
            both = NOW
            for turn in chosen:
                both = self.families.both(both, turn)
            found = self.families.either(found, both)
        return found

    # Items -----------------------------------------------------------------------------------------------------------

    def _items(self, literal: Item, items: Items) -> Iterator[tuple[str, Family]]:
        """Each item with what makes it meet a pattern, and last one that would be added."""
        section = self.observer.section(literal.item)
        tests = tuple(test for test in literal.tests if not _is_added(items.get(other_item(test[1]), "")))
        if len(tests) < len(literal.tests):
            literal = replace(literal, tests=tests, order="")
        values = dict(self.observer.items(literal, items))
        for number in range(len(self.observer.listed(section).items)):
            name = f"{section.name}[{number}]"
            if values.get(name) == TRUE:
                yield name, NOW
                continue
            needed = NOW
            for field, test in literal.tests:
                if self.observer.field(section, name, field, test, items) != TRUE:
                    needed = self.families.both(needed, self.touch.field(name, field, test, items))
            if literal.order and needed == NOW:
                needed = self.touch.order(section, literal, items, wanted=True)
            yield name, needed
        adding = self.touch.singles([self.touch.adding(section)])
        if adding:
            yield f"{section.name}[{ADDED}]", adding

    def _meet(self, literal: Item, items: Items) -> list[tuple[str, Family]]:
        number = self.bearing.numbers.get(id(literal))
        if number is None:
            return list(self._items(literal, items))
        if number not in self._meeting:
            self._meeting[number] = list(self._items(literal, items))
        return self._meeting[number]

    def _choices(self, literal: Item, items: Items) -> list[tuple[str, int]]:
        number = self.bearing.numbers.get(id(literal))
        if number is None:
            return self.observer.items(literal, items)
        if number not in self._bound:
            self._bound[number] = self.observer.items(literal, items)
        return self._bound[number]

    def _item_gone(self, literal: Item, name: str, items: Items) -> Family:
        """What makes an item meet a pattern no longer."""
        section = self.observer.section(literal.item)
        if name.endswith(f"[{UNLISTED}]"):
            return self.touch.singles([Place("complete", section.name)])
        found = self.touch.singles([Place("drop", section.name, self.variation.name_of(name))])
        for field, test in literal.tests:
            if self.observer.field(section, name, field, test, items) == FALSE:
                return NOW
            found = self.families.either(found, self.touch.field(name, field, test, items))
        return (
            self.families.either(found, self.touch.order(section, literal, items, wanted=False))
            if literal.order
            else found
        )

    def _exists(self, literal: Item, items: Items) -> Family:
        found = NEVER
        for _, needed in self._items(literal, items):
            found = self.families.either(found, needed)
        return found

    def _none(self, literal: Item, items: Items) -> Family:
        found = NOW
        for name, _ in self.observer.items(literal, items):
            found = self.families.both(found, self._item_gone(literal, name, items))
        return found


def _is_added(name: str) -> bool:
    return name.endswith(f"[{ADDED}]")


def _first(found: Iterable[object], number: int) -> Iterator[object]:
    for _, one in zip(range(number), found, strict=False):
        yield one
