"""The values that a datum may have, cut into cells between which no test of a program tells apart.

A set of cells is a whole number, one bit for each: what two tests allow together is their intersection. The lowest bit
is that nothing is recorded. A place is the path of a record's datum, the name of a declared quantity, or a list and a
field of its items.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from engine.model.quantity import Quantity
from engine.model.rule import Compare, OneOf, Recorded
from engine.model.unit import Unit
from engine.model.vocabulary import Attribute, Vocabulary
from engine.program import GroundTest

Key: TypeAlias = tuple[str, str]
"""A place, and in what its values are told apart: words, one member of a set, or numbers of one kind of unit."""
Masks: TypeAlias = dict[Key, int]

NOTHING = 1
"""The cell of what is not recorded."""
YES, NO = 2, 4
"""The cells of one member of a set of terms."""
WORDS, NUMBERS, TIME = "words", "numbers", "time"


@dataclass(frozen=True, slots=True)
class Domain:
    """The cells of one key: every word (and one cell for any other), or every cut and what lies between two."""

    words: tuple[object, ...] = ()
    cuts: tuple[Fraction, ...] = ()
    possible: int = 0
    """The cells that a case can be in."""

    def of_words(self, accepts: Callable[[object], bool]) -> int:
        """The cells of the words that are accepted."""
        return sum(1 << (number + 1) for number, word in enumerate(self.words) if accepts(word))

    def compared(self, op: str, value: Fraction) -> int:
        """The cells of the numbers that pass a comparison with a cut."""
        at = 2 + 2 * self.cuts.index(value)
        point, last = 1 << at, 2 + 2 * len(self.cuts)
        below, above = point - 2, (1 << last) - (point << 1)
        return {
            "<": below,
            "<=": below | point,
            ">": above,
            ">=": above | point,
            "==": point,
            "!=": below | above,
        }[op]


class Domains:
    """The domains of every datum that some tests read, and what each test allows."""

    def __init__(self, vocabulary: Vocabulary, tests: Iterable[tuple[str, GroundTest]]) -> None:
        self.vocabulary = vocabulary
        self._units: dict[Key, Unit] = {}
        self._cuts: dict[Key, set[Fraction]] = {}
        self._said: dict[str, set[str]] = {}
        for place, test in dict.fromkeys(tests):
            self._take_in(place, test)
        self._domains: dict[Key, Domain] = {}
        self._known: dict[tuple[str, GroundTest, bool], Masks] = {}

    def attribute(self, place: str) -> Attribute | None:
        """The attribute at a place; None for a declared quantity."""
        section, _, name = place.partition(".")
        found = self.vocabulary.sections.get(section)
        return found.attributes.get(name) if found is not None else None

    def masks(self, place: str, test: GroundTest, outcome: bool) -> Masks:
        """The cells in which a datum is where a test of it comes out true, or false; keys of which nothing follows are
        left out.
        """
        known = self._known.get((place, test, outcome))
        if known is None:
            found = self._true(place, test) if outcome else self._false(place, test)
            known = self._known[place, test, outcome] = {
                key: mask & self.domain(key).possible for key, mask in found.items()
            }
        return known

    @staticmethod
    def decides(test: GroundTest) -> bool:
        """Whether the cell of a recorded datum alone decides a test: it compares with no other datum."""
        if isinstance(test, Compare):
            return isinstance(test.bound, Quantity | Fraction)
        return isinstance(test, OneOf) or not test.exact

    def domain(self, key: Key) -> Domain:
        """The cells of a key."""
        if key not in self._domains:
            self._domains[key] = self._domain(key)
        return self._domains[key]

    # The cells -------------------------------------------------------------------------------------------------------

    def _take_in(self, place: str, test: GroundTest) -> None:
        key = self._key(place, test)
        if key is not None and isinstance(test, Compare) and isinstance(test.bound, Quantity):
            unit = self._units.setdefault(key, test.bound.unit)
            self._cuts.setdefault(key, set()).add(test.bound.to(unit).value)
        elif key is not None and isinstance(test, Compare) and isinstance(test.bound, Fraction):
            self._cuts.setdefault(key, set()).add(test.bound)
        elif isinstance(test, OneOf):
            self._said.setdefault(place, set()).update(value for value in test.values if isinstance(value, str))
            numbers = [value for value in test.values if _is_number(value)]
            self._cuts.setdefault((place, NUMBERS), set()).update(numbers)  # type: ignore[arg-type]

    def _key(self, place: str, test: GroundTest) -> Key | None:
        """The key of which a test speaks; None where nothing is known of the values."""
        attribute = self.attribute(place)
        if isinstance(test, Compare) and isinstance(test.bound, Quantity):
            return (place, str(test.bound.unit.dimension))
        if attribute is None:
            declared = self.vocabulary.quantities.get(place)
            return (place, str(declared.unit.dimension)) if declared is not None else None
        kind, unit = attribute.type.kind, attribute.type.unit
        if kind in ("term", "one of", "boolean", "finding", "text"):
            return (place, WORDS)
        if kind == "quantity" and unit is not None:
            return (place, str(unit.dimension))
        return {"number": (place, NUMBERS), "time": (place, TIME)}.get(kind)

    def _domain(self, key: Key) -> Domain:
        place, what = key
        if what.startswith("has "):
            return Domain(possible=YES | NO)
        if what == TIME:
            return Domain(possible=3)
        attribute = self.attribute(place)
        if what == WORDS:
            assert attribute is not None
            declared = (True, False) if attribute.type.kind in ("boolean", "finding") else ()
            words = (*declared, *self.vocabulary.domain(attribute.type))
            others = tuple(sorted(self._said.get(place, ()))) if attribute.type.kind == "text" else ()
            number = len(words) + len(others) + (attribute.type.kind == "text")
            return Domain((*words, *others), possible=(1 << (number + 1)) - 1)
        cuts = set(self._cuts.get(key, ()))
        low, high = self._limits(key, attribute)
        cuts.update(end for end in (low, high) if end is not None)
        domain = Domain(cuts=tuple(sorted(cuts)))
        possible = (1 << (2 + 2 * len(cuts))) - 1
        for op, end in ((">=", low), ("<=", high)):
            possible &= domain.compared(op, end) | NOTHING if end is not None else possible
        return Domain(cuts=domain.cuts, possible=possible)

    def _limits(self, key: Key, attribute: Attribute | None) -> tuple[Fraction | None, Fraction | None]:
        """The least and the greatest value that a case can hold, in the unit of the cuts; None where there is none.

        What is converted into another kind of unit is held to no limits.
        """
        if attribute is None or attribute.type.conversions:
            return None, None
        plausible, unit = attribute.type.plausible, attribute.type.unit
        if key[1] == NUMBERS:
            return (plausible[0].value, plausible[1].value) if plausible is not None else (None, None)
        if unit is None or str(unit.dimension) != key[1]:
            return None, None
        into = self._units.get(key, unit)
        if plausible is not None:
            return plausible[0].to(into).value, plausible[1].to(into).value
        return (None if unit.offset or into.offset else Fraction(0)), None

    # What a test allows ----------------------------------------------------------------------------------------------

    def _true(self, place: str, test: GroundTest) -> Masks:
        attribute = self.attribute(place)
        if attribute is not None and attribute.type.kind == "set of terms":
            single = isinstance(test, OneOf) and len(test.values) == 1
            return {(place, f"has {value}"): YES for value in _values(test)} if single else {}
        key = self._key(place, test)
        if key is None:
            return {}
        stated = attribute is not None and attribute.absent is not None
        domain = self.domain(key)
        if isinstance(test, Recorded):
            return {key: domain.possible & ~NOTHING if test.known else NOTHING if stated else 0}
        found = self._passing(key, domain, test)
        if isinstance(test, OneOf) and attribute is not None and attribute.absent is False and False in test.values:
            found |= NOTHING
        return {key: found}

    def _false(self, place: str, test: GroundTest) -> Masks:
        attribute = self.attribute(place)
        if attribute is not None and attribute.type.kind == "set of terms":
            return {(place, f"has {value}"): NO for value in _values(test)}
        key = self._key(place, test)
        if key is None:
            return {}
        stated = attribute is not None and attribute.absent is not None
        domain = self.domain(key)
        if isinstance(test, Recorded):
            return {key: domain.possible & ~NOTHING if not test.known else NOTHING if stated else 0}
        if isinstance(test, Compare) and not isinstance(test.bound, Quantity | Fraction):
            return {key: domain.possible & (-1 if stated else ~NOTHING)}
        found = domain.possible & ~self._passing(key, domain, test) & ~NOTHING
        if attribute is not None:
            found &= ~domain.of_words(lambda word: word in attribute.type.unsettled)
        if stated and not (attribute is not None and attribute.absent is False and _allows_false(test)):
            found |= NOTHING
        return {key: found}

    def _passing(self, key: Key, domain: Domain, test: GroundTest) -> int:
        """The cells of recorded values that pass; every one where it depends on another datum."""
        if isinstance(test, OneOf):
            values = test.values
            if key[1] == NUMBERS:
                return sum({domain.compared("==", value) for value in values if isinstance(value, Fraction)})
            return domain.of_words(lambda word: any(word == one and type(word) is type(one) for one in values))
        assert isinstance(test, Compare)
        if isinstance(test.bound, Quantity):
            return domain.compared(test.op, test.bound.to(self._units[key]).value)
        if isinstance(test.bound, Fraction) and domain.cuts:
            return domain.compared(test.op, test.bound)
        return domain.possible & ~NOTHING


def _is_number(value: object) -> bool:
    return isinstance(value, Fraction) and not isinstance(value, bool)


def _values(test: GroundTest) -> tuple[object, ...]:
    return test.values if isinstance(test, OneOf) else ()


def _allows_false(test: GroundTest) -> bool:
    return isinstance(test, OneOf) and False in test.values
