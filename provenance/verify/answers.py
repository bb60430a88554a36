"""Missing data: that every open question is asked, and that every answer to a listed set settles it.

Shown by carrying sets of possible values through the rules: a test on data of the set may come out true or false, any
other keeps its value, and a conclusion that can only come out true or false is settled. What this cannot show may still
be so: two tests on one datum are taken as independent. A set must not hold a datum too many by the same measure, and
none of at most three data may be left out where fewer than six are listed; strict minimality is not checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import TypeAlias

from engine.formula import parse_formula
from engine.model.case import Moment
from engine.model.quantity import Interval, Quantity
from engine.model.rule import Compare, Reference
from engine.model.vocabulary import Attribute, Section
from engine.program import Atom, Clause, Count, Datum, GroundTest, Holds, Item, ItemField, Literal
from provenance.verify.derivation import Derivation
from provenance.verify.doses import open_doses
from provenance.verify.ground import conclusions_read
from provenance.verify.statements import sentence
from provenance.verify.truth import FALSE, NOT, PROVISIONAL, STANDS, TRUE, UNKNOWN, Items, countable, leaves, refers
from provenance.verify.verdict import Flaws, Tree

Values: TypeAlias = frozenset[int]
EITHER: Values = frozenset({TRUE, FALSE})
NEVER: Values = frozenset({FALSE})
LARGEST, MOST_SETS, MOST_DATA = 3, 6, 12


def check_missing(derivation: Derivation, options: list[Tree], emitted: list[Tree], flaws: Flaws) -> None:
    """Each open question is asked once, in order, with sets that settle it."""
    asked = _questions(derivation, options)
    flaws.compare("question", "/missing", [entry["question"] for entry in emitted], list(map(str, asked)))
    by_name, known = {str(atom): atom for atom in asked}, Open(derivation)
    for number, entry in enumerate(emitted):
        atom = by_name.get(entry["question"])
        if atom is not None:
            flaws.compare("question", f"/missing/{number}/text", entry["text"], sentence(derivation, atom))
            _check_sets(known, atom, entry, f"/missing/{number}", flaws)


def _questions(derivation: Derivation, options: list[Tree]) -> list[Atom]:
    """Standings that are open, doses of what is advised that are, and open statements that are worth asking about."""
    found: dict[Atom, None] = {}
    for option in options:
        key = tuple(option["key"].values())
        if option["heading"] in ("undetermined", "provisional") and not option["unresolved"]:
            found[Atom(derivation.knowledge.vocabulary.headings.conclusion, key)] = None
        if option["heading"] == "advised":
            found.update(dict.fromkeys(open_doses(derivation, key)))
    for atom in derivation.ground.atoms:
        kind = derivation.knowledge.vocabulary.conclusions.get(atom.relation)
        if kind is not None and kind.asked_for and derivation.value(atom) in (UNKNOWN, PROVISIONAL):
            found[atom] = None
    return list(found)


def _check_sets(known: Open, atom: Atom, entry: Tree, place: str, flaws: Flaws) -> None:
    sets = [frozenset(data) for data in entry["sets"]]
    candidates = sorted(known.candidates(atom))[:MOST_DATA]

    def settles(data: frozenset[str]) -> bool:
        return Possible(known, data).atom(atom) <= EITHER

    for number, (data, written) in enumerate(zip(sets, entry["sets"], strict=True)):
        where = f"{place}/sets/{number}"
        if not 1 <= len(data) <= LARGEST or written != sorted(data) or not data.issubset(candidates):
            flaws.add("missing-data", where, "a set is one to three open data that the question rests on, in order")
        elif not settles(data):
            flaws.add("missing-data", where, f"answers to {', '.join(written)} need not settle {atom}")
        elif any(settles(data - {one}) for one in data):
            flaws.add("missing-data", where, f"{atom} is settled by fewer data than {', '.join(written)}")
    if sets != sorted(set(sets), key=lambda data: (len(data), sorted(data))):
        flaws.add("missing-data", f"{place}/sets", "the sets stand once each, smaller before larger, then by name")
    elif len(sets) < MOST_SETS and settles(frozenset(candidates)):
        for data in (frozenset(chosen) for size in range(1, LARGEST + 1) for chosen in combinations(candidates, size)):
            if not any(smaller <= data for smaller in sets) and settles(data):
                flaws.add(
                    "missing-data", f"{place}/sets", f"{', '.join(sorted(data))} would settle {atom}, and is not listed"
                )
                break
    flaws.compare("missing-data", f"{place}/more", entry["more"], not sets)


class Open:
    """What the case leaves open: the data that are lacking for a test that is unknown."""

    def __init__(self, derivation: Derivation) -> None:
        self.derivation = derivation
        self.observed = derivation.observed
        self.vocabulary = derivation.knowledge.vocabulary
        self._lacking: dict[Datum, set[str] | None] = {}

    def candidates(self, atom: Atom) -> set[str]:
        """The data that a conclusion rests on and the case does not settle."""
        found, seen, waiting = set[str](), set[Atom](), [atom]
        while waiting:
            at = waiting.pop()
            if at in seen or self.derivation.value(at) == TRUE:
                continue
            seen.add(at)
            for instance in instances(self.derivation, at):
                conditions = (*instance.when, *instance.unless)
                waiting += conclusions_read(conditions)
                for condition in conditions:
                    found.update(self._of(condition.literal))
        return found

    def _of(self, literal: Literal) -> Iterator[str]:
        """The data that could settle a literal, whatever items its variables stand for."""
        if isinstance(literal, Datum):
            yield from self.for_datum(literal) or ()
        elif isinstance(literal, Count):
            for _, member in literal.members:
                yield from self._of(member)
        elif isinstance(literal, Item):
            yield from self._of_items(literal)
        elif isinstance(literal, ItemField):
            for section in self.vocabulary.items.values():
                if literal.field in section.attributes:
                    yield from self._of_field(section, literal)

    def _of_items(self, literal: Item) -> Iterator[str]:
        section, listed = self.observed.section(literal.item)
        if not listed.complete:
            yield section.name
            return
        for name, item in zip(_names(section, len(listed.items)), listed.items, strict=True):
            for field, test in literal.tests:
                if not refers(test) and self.observed.field(name, field, test, {}) == UNKNOWN:
                    yield from self.for_field(section, name, field, test, {}) or ()
            if literal.order and section.order not in item:
                yield f"{name}.{section.order}"

    def _of_field(self, section: Section, literal: ItemField) -> Iterator[str]:
        _, listed = self.observed.section(section.item)
        for name in _names(section, len(listed.items) if listed.complete else 0):
            if refers(literal.test):
                other = literal.test.bound.path.partition(".")[2]  # type: ignore[union-attr]
                yield from (*self._absent(section, name, literal.field), *self._absent(section, name, other))
            elif self.observed.field(name, literal.field, literal.test, {}) == UNKNOWN:
                yield from self.for_field(section, name, literal.field, literal.test, {}) or ()

    def for_datum(self, literal: Datum) -> set[str] | None:
        """What is lacking for a test of a datum, empty if it is known; None where no answer would settle it."""
        if literal not in self._lacking:
            value = self.observed.known(literal.path) if literal.path in self.observed.case.data else None
            factors: set[str] | None = None
            if isinstance(value, Interval) and value.exact is not None:
                factors = self._factors(self.vocabulary.attribute(literal.path), value, literal.test, {})
            own, other = factors or self._for_path(literal.path), self._for_bound(literal.test, {})
            found = None if own is None or other is None else (own | other) or None
            known = self.observed.datum(literal.path, literal.test) != UNKNOWN
            self._lacking[literal] = set() if known else found
        return self._lacking[literal]

    def _for_path(self, path: str) -> set[str] | None:
        if self.observed.is_path_closed(path):
            return None
        declared, attribute = self.vocabulary.quantities.get(path), self.vocabulary.attribute(path)
        if declared is not None:
            values = leaves(parse_formula(declared.formula))
            return {value.path for value in values if self.observed.exactly(value.path, value.unit) is None}
        # Recorded, and yet a test of it is unknown: too old, unsettled or only bounded. A new value would tell.
        given = path in self.observed.case.data
        return {path} if attribute is not None and (given or attribute.absent is None) else None

    def _for_bound(self, test: GroundTest, items: Items) -> set[str] | None:
        bound = test.bound if isinstance(test, Compare) else None
        if not isinstance(bound, Reference):
            return set()
        if not bound.path.startswith("$"):
            return set() if isinstance(self.observed.known(bound.path), Interval) else self._for_path(bound.path)
        variable, _, field = bound.path[1:].partition(".")
        name = items[variable]
        section = self.vocabulary.sections[name.partition("[")[0]]
        if self.observed.is_field_closed(section, field):
            return None
        if name.endswith("[?]"):
            return {section.name}
        entry = self.observed.entry(name, field)
        if entry is not None:
            return None if _spans(entry.value) else set()
        return self._absent(section, name, field) or None

    def for_field(self, section: Section, name: str, field: str, test: GroundTest, items: Items) -> set[str] | None:
        """What is lacking for a test of an item's field that is unknown; None where no answer would settle it."""
        if self.observed.is_field_closed(section, field):
            return None
        if name.endswith("[?]"):
            return {section.name}
        entry, other = self.observed.entry(name, field), self._for_bound(test, items)
        if other is None:
            return None
        if entry is None:
            own = self._absent(section, name, field)
            return own | other if own else None
        value = entry.value
        if _spans(value) or (isinstance(value, Interval) and value.exact is None):
            return None
        if isinstance(value, Interval):
            lacking = self._factors(section.attributes[field], value, test, items)
            if lacking is None:
                return None
            other = other | lacking
        return other or None

    def _factors(self, attribute: Attribute | None, value: Interval, test: GroundTest, items: Items) -> set[str] | None:
        """The factors that are not known for a conversion to a bound's unit; None where one may not be made."""
        bound = self.observed.bound_value(test.bound, items) if isinstance(test, Compare) else None
        if not isinstance(bound, (Quantity, Interval)) or value.unit.commensurable(bound.unit):
            return set()
        ways = self.observed.conversions(attribute, value.unit, bound.unit)
        if any(not self.observed.facts >= set(way.because) for way in ways):
            return None
        factors = {way.factor for way in ways if isinstance(way.factor, str)}
        return {path for path in factors if not isinstance(self.observed.known(path), Interval)}

    def _absent(self, section: Section, name: str, field: str) -> set[str]:
        attribute = section.attributes.get(field)
        if attribute is None or attribute.absent is not None or self.observed.entry(name, field) is not None:
            return set()
        if self.observed.is_field_closed(section, field):
            return set()
        return {f"{name}.{attribute.since or field}"}


class Possible:
    """The values that conclusions may have, once the data of one set were answered."""

    def __init__(self, known: Open, data: frozenset[str]) -> None:
        self.derivation = known.derivation
        self.observed = known.observed
        self.open = known
        self.data = data
        self._known: dict[Atom, Values] = {}
        self._entered: set[Atom] = set()

    def atom(self, atom: Atom) -> Values:
        """The values that a conclusion may have; around a cycle, the one that it has and both answers."""
        if atom not in self._known:
            if atom in self._entered:
                return EITHER | {self.derivation.value(atom)}
            self._entered.add(atom)
            found = NEVER
            for instance in instances(self.derivation, atom):
                found = each(max, found, self._body(instance, 0, {}))
            self._entered.discard(atom)
            self._known[atom] = found
        return self._known[atom]

    def _body(self, instance: Clause, at: int, items: Mapping[str, str]) -> Values:
        if at == len(instance.when):
            value = frozenset({TRUE})
            for condition in instance.unless:
                negation = STANDS if condition.stands else NOT
                value = each(
                    min, value, frozenset(negation[found] for found in self._literal(condition.literal, items))
                )
            return value
        literal = instance.when[at].literal
        if isinstance(literal, Item) and literal.variable:
            best = NEVER
            for name, found in self._items(literal, items):
                best = each(
                    max, best, each(min, found, self._body(instance, at + 1, {**items, literal.variable: name}))
                )
            return best
        found = self._literal(literal, items)
        return found if found == NEVER else each(min, found, self._body(instance, at + 1, items))

    def _literal(self, literal: Literal, items: Items) -> Values:
        if isinstance(literal, Holds):
            return self.atom(literal.atom)
        if isinstance(literal, Datum):
            value, lacking = self.observed.datum(literal.path, literal.test), self.open.for_datum(literal)
            either = value == UNKNOWN and lacking is not None and lacking <= self.data
            return EITHER if either else frozenset({value})
        if isinstance(literal, ItemField):
            return self._field(items[literal.variable], literal.field, literal.test, items)
        if isinstance(literal, Item):
            best = NEVER
            for _, found in self._items(literal, items):
                best = each(max, best, found)
            return best
        return countable(literal, [self._literal(member, items) for _, member in literal.members])

    def _field(self, name: str, field: str, test: GroundTest, items: Items) -> Values:
        section = self.derivation.knowledge.vocabulary.sections[name.partition("[")[0]]
        value = self.observed.field(name, field, test, items)
        lacking = self.open.for_field(section, name, field, test, items) if value == UNKNOWN else None
        # The whole list as an answer brings every field of every item with it.
        either = lacking is not None and all(
            path in self.data or path.partition("[")[0] in self.data for path in lacking
        )
        return EITHER if either else frozenset({value})

    def _items(self, literal: Item, items: Items) -> Iterator[tuple[str, Values]]:
        """The items that may match, and the one that a list may hold besides."""
        section, listed = self.observed.section(literal.item)
        fits = {name: self._fits(name, literal, items) for name in _names(section, len(listed.items))}
        for name, found in fits.items():
            yield (
                name,
                each(min, found, self._first(literal, name, fits, items))
                if literal.order and found != NEVER
                else found,
            )
        if not listed.complete:
            read = not any(self.observed.is_field_closed(section, field) for field, _ in literal.tests)
            yield f"{section.name}[?]", EITHER if section.name in self.data and read else frozenset({UNKNOWN})

    def _fits(self, name: str, literal: Item, items: Items) -> Values:
        value = frozenset({TRUE})
        for field, test in literal.tests:
            value = each(min, value, self._field(name, field, test, items))
        return value

    def _first(self, literal: Item, name: str, fits: Mapping[str, Values], items: Items) -> Values:
        """Whether an item is the first or latest: either, once every match and every time of a match is known."""
        section, listed = self.observed.section(literal.item)
        value = self.observed.matching(literal, items).get(name, FALSE)
        own = (
            (self._field(name, field, test, items), self.observed.field(name, field, test, items))
            for field, test in literal.tests
        )
        if value != UNKNOWN and all(answered == {now} for answered, now in own):
            return frozenset({value})
        known = listed.complete
        for other, item in zip(fits, listed.items, strict=True):
            parts = [self._field(other, field, test, items) for field, test in literal.tests]
            if NEVER not in parts:
                when = item.get(section.order)
                dated = f"{other}.{section.order}" in self.data if when is None else not _spans(when.value)
                known = known and dated and all(part <= EITHER for part in parts)
        ordered = not self.observed.is_field_closed(section, section.order)
        return EITHER if ordered and (known or section.name in self.data) else EITHER | {UNKNOWN}


def instances(derivation: Derivation, atom: Atom) -> list[Clause]:
    """The instances that could draw a conclusion."""
    return [derivation.ground.instances[number] for number in derivation.ground.by_head.get(atom, ())]


def each(operation: Callable[[int, int], int], one: Values, other: Values) -> Values:
    """Every value that an operation can give."""
    return frozenset(operation(a, b) for a in one for b in other)


def _names(section: Section, count: int) -> list[str]:
    return [f"{section.name}[{number}]" for number in range(count)]


def _spans(value: object) -> bool:
    """Whether a value is only known to lie between two ends."""
    return isinstance(value, (Moment, Interval)) and None not in (value.low, value.high) and value.low != value.high
