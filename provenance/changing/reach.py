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

from engine.counting import counted
from engine.derivation import Derivation
from engine.formula import inputs, parse_formula
from engine.model.rule import Compare, Recorded, Reference
from engine.model.vocabulary import Section
from engine.observing import FALSE, PROVISIONAL, TRUE, UNLISTED, Observer
from engine.program import (
    Atom,
    Clause,
    Count,
    Datum,
    GroundCondition,
    GroundTest,
    Holds,
    Item,
    ItemField,
    Literal,
    other_item,
)
from provenance.changing.bearing import Bearing
from provenance.changing.places import ADDED, Place, Variation

Family = tuple[int, ...]
NEVER: Family = ()
NOW: Family = (0,)
LARGEST_FAMILY = 200
MOST_COMBINATIONS = 60
MOST_ROUNDS = 40
LONGEST_LIST = 60
Node = tuple[Atom, bool]
Items = dict[str, str]


class Places:
    """Numbers places, so that sets of them are numbers too."""

    def __init__(self) -> None:
        self.every: list[Place] = []
        self._bits: dict[Place, int] = {}
        self.free = 0

    def bit(self, place: Place) -> int:
        """The bit of a place."""
        found = self._bits.get(place)
        if found is None:
            found = self._bits[place] = 1 << len(self.every)
            self.every.append(place)
            if not place.cost:
                self.free |= found
        return found

    def of(self, bits: int) -> list[Place]:
        """The places of a set."""
        return [place for number, place in enumerate(self.every) if bits >> number & 1]

    def cost(self, bits: int) -> int:
        """How many changes a set takes."""
        return (bits & ~self.free).bit_count()


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
        self.places = places
        self.variation = variation
        self.observer = observer
        self.derivation = derivation
        self.left = left
        self.goal = goal
        self.filled = variation.places
        self.changed_items = {(place.at, place.item) for place in self.filled if place.kind == "field"}
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
            found = self._either(found, self._instance(clause, 0, {}, NOW))
        return found

    def _kept(self, atom: Atom) -> Family:
        found = NOW
        for clause in self.bearing.by_head.get(atom, ()):
            found = self._both(found, self._blocked(clause, 0, {}))
        return found

    def _instance(self, clause: Clause, at: int, items: Items, so_far: Family) -> Family:
        """What makes a body true, over every choice of items; ``so_far`` is what the conditions before it need."""
        while at < len(clause.when) and so_far:
            literal = clause.when[at].literal
            if isinstance(literal, Item) and literal.variable:
                found = NEVER
                for name, needed in self._meet(literal, items):
                    bound = {**items, literal.variable: name}
                    found = self._either(found, self._instance(clause, at + 1, bound, self._both(so_far, needed)))
                return found
            so_far = self._both(so_far, self._true(literal, items))
            at += 1
        for condition in clause.unless if so_far else ():
            so_far = self._both(so_far, self._absent(condition, items))
        return so_far

    def _absent(self, condition: GroundCondition, items: Items) -> Family:
        if self.goal < TRUE and condition.stands:
            # It may stay open: what needs to be undone is only that it holds.
            return NOW if self._value(condition.literal, items) < PROVISIONAL else self._any_place()
        return self._false(condition.literal, items)

    def _any_place(self) -> Family:
        return self._singles(self.openings())

    def _blocked(self, clause: Clause, at: int, items: Items) -> Family:
        """What makes a body false for every choice of items that is not false yet."""
        found = NEVER
        while at < len(clause.when):
            literal = clause.when[at].literal
            if isinstance(literal, Item) and literal.variable:
                rest = NOW
                for name, _ in self._choices(literal, items):
                    bound = {**items, literal.variable: name}
                    one = self._either(self._item_gone(literal, name, items), self._blocked(clause, at + 1, bound))
                    rest = self._both(rest, one)
                return self._either(found, rest)
            found = self._either(found, self._false(literal, items))
            at += 1
        for condition in clause.unless:
            found = self._either(found, self._true(condition.literal, items))
        return found

    # Literals --------------------------------------------------------------------------------------------------------

    def _value(self, literal: Literal, items: Items) -> int:
        if isinstance(literal, Holds):
            return self.derivation.value(literal.atom)
        if isinstance(literal, Datum):
            return self.observer.datum(literal.path, literal.test)
        if isinstance(literal, ItemField):
            return self.observer.item_field(literal, items)
        if isinstance(literal, Item):
            return self.observer.exists(literal, items)
        return counted(literal, [self._value(member, items) for _, member in literal.members])

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
            return self._sides(*self._datum(literal.path), literal.test, items)
        if isinstance(literal, ItemField):
            return self._field(items[literal.variable], literal.field, literal.test, items)
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
            found = self._either(found, turn if value < self.goal else NEVER)
            found = self._either(found, self._false(member, items) if value != FALSE else NEVER)
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
                both = self._both(both, turn)
            found = self._either(found, both)
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
                    needed = self._both(needed, self._field(name, field, test, items))
            if literal.order and needed == NOW:
                needed = self._order(section, literal, items, wanted=True)
            yield name, needed
        adding = self._singles([self._adding(section)])
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

    def _adding(self, section: Section) -> Place:
        return Place("add", section.name, f"{ADDED}{self.variation.added(section.name) + 1}")

    def _order(self, section: Section, literal: Item, items: Items, wanted: bool) -> Family:
        """What could make an item the first or latest, or make it so no longer: anything about the list."""
        if wanted and not self.observer.listed(section).complete:
            return self._singles([Place("complete", section.name)])
        places = [Place("complete", section.name), self._adding(section)]
        for item in self.variation.ids.get(section.name, ()):
            places.append(Place("drop", section.name, item))
            for field in (section.order, *(field for field, _ in literal.tests)):
                attribute = section.attributes[field]
                places.append(Place("field", section.name, item, attribute.since or field))
        for field, test in literal.tests:
            places += self._places_of_bound(test, items)
            for conversion in section.attributes[field].type.conversions:
                if isinstance(conversion.factor, str):
                    places += self._places_of_value(conversion.factor)
        return self._singles(places)

    def _item_gone(self, literal: Item, name: str, items: Items) -> Family:
        """What makes an item meet a pattern no longer."""
        section = self.observer.section(literal.item)
        if name.endswith(f"[{UNLISTED}]"):
            return self._singles([Place("complete", section.name)])
        found = self._singles([Place("drop", section.name, self.variation.name_of(name))])
        for field, test in literal.tests:
            if self.observer.field(section, name, field, test, items) == FALSE:
                return NOW
            found = self._either(found, self._field(name, field, test, items))
        return self._either(found, self._order(section, literal, items, wanted=False)) if literal.order else found

    def _exists(self, literal: Item, items: Items) -> Family:
        found = NEVER
        for _, needed in self._items(literal, items):
            found = self._either(found, needed)
        return found

    def _none(self, literal: Item, items: Items) -> Family:
        found = NOW
        for name, _ in self.observer.items(literal, items):
            found = self._both(found, self._item_gone(literal, name, items))
        return found

    # Tests -----------------------------------------------------------------------------------------------------------

    def _field(self, name: str, field: str, test: GroundTest, items: Items) -> Family:
        """What could change the outcome of a test of an item's field."""
        section = self.vocabulary.sections[name.partition("[")[0]]
        if name.endswith(f"[{UNLISTED}]"):
            return self._singles([Place("complete", section.name), self._adding(section)])
        attribute = section.attributes[field]
        item = self.variation.name_of(name)
        own = self._singles([Place("field", section.name, item, attribute.since or field)])
        entry = self.observer.entry(section, name, field)
        known = entry is not None or attribute.absent is not None
        factors = [c.factor for c in attribute.type.conversions if isinstance(c.factor, str)] if entry else []
        others = [place for factor in factors for place in self._places_of_value(factor)]
        return self._sides(self._either(own, self._singles(others)), known, test, items)

    def _datum(self, path: str) -> tuple[Family, bool]:
        """What could change a datum or declared quantity, and whether it is known."""
        declared = self.vocabulary.quantities.get(path)
        if declared is None:
            attribute = self.vocabulary.attribute(path)
            known = self.observer.given(path) is not None or (attribute is not None and attribute.absent is not None)
            conversions = attribute.type.conversions if attribute is not None else ()
            factors = [c.factor for c in conversions if isinstance(c.factor, str)]
            others = [place for factor in factors for place in self._places_of_value(factor)]
            return self._singles([Place("datum", path), *others]), known
        known = self.observer.quantity(path) is not None
        lacking = [
            value.path
            for value in inputs(parse_formula(declared.formula))
            if self.observer.exactly(value.path, value.unit) is None
        ]
        if not known and lacking:
            family = NOW
            for each in dict.fromkeys(lacking):
                family = self._both(family, self._singles(self._places_of_value(each)))
            return family, False
        return self._singles(self._places_of_value(path)), known

    def _sides(self, own: Family, known: bool, test: GroundTest, items: Items) -> Family:
        """Either side of a comparison may change; each that is not known must be."""
        if not isinstance(test, Compare) or not isinstance(test.bound, Reference) or isinstance(test, Recorded):
            return own
        other, other_known = self._other_side(test, items)
        if known and other_known:
            return self._either(own, other)
        if not known and not other_known:
            return self._both(own, other)
        return other if known else own

    def _other_side(self, test: Compare, items: Items) -> tuple[Family, bool]:
        assert isinstance(test.bound, Reference)
        known = self.observer.bound(test.bound, items) is not None
        name = other_item(test)
        if not name:
            return self._singles(self._places_of_value(test.bound.path)), known
        if items[name].endswith(f"[{UNLISTED}]"):
            section = items[name].partition("[")[0]
            return self._singles([Place("complete", section)]), known
        return self._singles(self._places_of_bound(test, items)), known

    def _places_of_bound(self, test: GroundTest, items: Items) -> list[Place]:
        if not isinstance(test, Compare) or not isinstance(test.bound, Reference):
            return []
        name = other_item(test)
        if not name:
            return self._places_of_value(test.bound.path)
        if name not in items or items[name].endswith(f"[{UNLISTED}]"):
            return []
        section = self.vocabulary.sections[items[name].partition("[")[0]]
        field = test.bound.path.partition(".")[2]
        attribute = section.attributes[field]
        return [Place("field", section.name, self.variation.name_of(items[name]), attribute.since or field)]

    def _places_of_value(self, path: str) -> list[Place]:
        declared = self.vocabulary.quantities.get(path)
        if declared is None:
            return [Place("datum", path)]
        return [Place("datum", value.path) for value in inputs(parse_formula(declared.formula))]

    # Places ----------------------------------------------------------------------------------------------------------

    def openings(self) -> Iterator[Place]:
        """Every place that what bears on the conclusion reads."""
        for path in self.bearing.data:
            yield Place("datum", path)
        for section in self.bearing.lists.values():
            yield Place("complete", section.name)
            yield self._adding(section)
            for item in self.variation.ids.get(section.name, ()):
                yield Place("drop", section.name, item)
                for field in self.bearing.settable(section):
                    yield Place("field", section.name, item, field)

    def _singles(self, places: Iterable[Place]) -> Family:
        """Any one of some places, of those that are still to be filled."""
        found = {self.places.bit(place): None for place in places if self._is_open(place)}
        return tuple(bits for bits in found if self.places.cost(bits) <= self.left)

    def _is_open(self, place: Place) -> bool:
        if place in self.filled:
            return False
        if place.kind == "complete":
            section = self.vocabulary.sections[place.at]
            return not self.observer.listed(section).complete
        if place.kind == "add":
            return len(self.variation.ids.get(place.at, ())) < LONGEST_LIST
        if place.kind == "drop":
            return not place.item.startswith(ADDED) and (place.at, place.item) not in self.changed_items
        return True

    def _both(self, one: Family, other: Family) -> Family:
        if one == NOW or not other:
            return other
        if other == NOW or not one:
            return one
        found = {bits for a in one for b in other if self.places.cost(bits := a | b) <= self.left}
        least = _least(found)
        return one if len(least) > LARGEST_FAMILY else least

    def _either(self, one: Family, other: Family) -> Family:
        if not one or other == NOW:
            return other
        if not other or one == NOW:
            return one
        least = _least({*one, *other})
        if len(least) <= LARGEST_FAMILY:
            return least
        # Too many to carry: any one place of each set will do, which asks for less.
        return _least({bits & -bits for bits in least})


def _least(sets: set[int]) -> Family:
    """Those sets of which no other is a part."""
    found: list[int] = []
    for bits in sorted(sets, key=lambda bits: (bits.bit_count(), bits)):
        if not any(smaller & bits == smaller for smaller in found):
            found.append(bits)
    return tuple(found)


def _is_added(name: str) -> bool:
    return name.endswith(f"[{ADDED}]")


def _first(found: Iterable[object], number: int) -> Iterator[object]:
    for _, one in zip(range(number), found, strict=False):
        yield one
