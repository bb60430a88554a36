"""The smallest sets of changes that draw a conclusion, found by trying; sizes in turn, what is out of reach left out.

Whatever set of changes draws the conclusion fills all places of some set of the family that `reach` finds. So it fills
one place of any choice of places that hits every set of the family, and it is enough to try the values of those. After
each change the family is found anew. Nothing is lost by this, as long as the family is a necessary condition.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.derivation import Derivation
from engine.model.case import Case
from engine.model.vocabulary import Vocabulary
from engine.observing import TRUE, Observer
from engine.program import Atom, Program
from provenance.whynot.changing.bearing import Bearing
from provenance.whynot.changing.families import Family, Places
from provenance.whynot.changing.places import DONE, Filling, Place, Variation
from provenance.whynot.changing.reach import Reach
from provenance.whynot.changing.values import Values

MOST_CHANGES = 3
MOST_TRIED = 12_000


@dataclass
class Found:
    """Variations of one size that reach the goal; ``whole`` is False where the search was stopped before its end."""

    size: int = 0
    variations: list[Variation] = field(default_factory=list)
    tried: int = 0
    whole: bool = True


class _Stopped(Exception):
    """Enough was tried."""


class Search:
    """Looks for changes of one case that draw one conclusion."""

    def __init__(self, program: Program, vocabulary: Vocabulary, case: Case, atom: Atom, goal: int = TRUE) -> None:
        self.bearing = Bearing(program, vocabulary, atom)
        self.vocabulary = vocabulary
        self.atom = atom
        self.goal = goal
        self.start = Variation.of(case)
        self.values = Values(self.bearing, gaps=goal < TRUE)
        self.places = Places()
        self.outcomes: dict[tuple[object, ...], bool] = {}
        self.tried = 0
        self._ways: dict[Place, int] = {}

    def smallest(self, most: int = MOST_CHANGES) -> Found:
        """All sets of the least number of changes that reach the goal, at most ``most``; none where more are needed."""
        found: dict[tuple[object, ...], Variation] = {}
        for size in range(1, most + 1):
            seen: set[tuple[object, ...]] = set()
            try:
                for variation in self._explore(self.start, size, seen):
                    for reduced in self._without_needless_fields(variation):
                        found.setdefault(reduced.key(), reduced)
            except _Stopped:
                return Found(size if found else 0, list(found.values()), self.tried, whole=False)
            if found:
                return Found(size, list(found.values()), self.tried)
        return Found(0, [], self.tried)

    def _explore(self, variation: Variation, left: int, seen: set[tuple[object, ...]]) -> Iterator[Variation]:
        """The variations that reach the goal with no more than ``left`` changes beyond these."""
        key = variation.key()
        if key in seen:
            return
        seen.add(key)
        if self.outcomes.get(key) is False:
            observer, derivation = self._evaluated(variation)
        else:
            observer, derivation = self._evaluated(variation)
            self._count()
            self.outcomes[key] = derivation.value(self.atom) >= self.goal
        if self.outcomes[key]:
            yield from self._required(variation, observer)
            return
        if not left and all(place.kind != "add" for place in variation.places):
            return
        family = Reach(self.bearing, self.places, variation, observer, derivation, left, self.goal).family()
        if not family:
            return
        for place in self._hitting(family, variation, observer, derivation):
            for filling in self.values.of(place, variation, observer):
                following = variation.fill(place, filling)
                if following.is_sound(self.vocabulary):
                    yield from self._explore(following, left - place.cost, seen)

    def _evaluated(self, variation: Variation) -> tuple[Observer, Derivation]:
        observer = Observer(self.vocabulary, variation.case, self.bearing.program.facts)
        return observer, self.bearing.compiled.evaluate(variation.case, observer)

    def _count(self) -> None:
        self.tried += 1
        if self.tried > MOST_TRIED:
            raise _Stopped

    def _reaches(self, variation: Variation) -> bool:
        key = variation.key()
        if key not in self.outcomes:
            self._count()
            self.outcomes[key] = self._evaluated(variation)[1].value(self.atom) >= self.goal
        return self.outcomes[key]

    def _hitting(self, family: Family, variation: Variation, observer: Observer, derivation: Derivation) -> list[Place]:
        """A few places of which every set of the family holds one; every place where nothing is known to be needed."""
        if 0 in family:
            reach = Reach(self.bearing, self.places, variation, observer, derivation, MOST_CHANGES, self.goal)
            return [place for place in reach.touch.openings() if reach.touch.is_open(place)]
        chosen: list[Place] = []
        left = list(family)
        while left:
            counts: dict[Place, int] = {}
            for bits in left:
                for place in self.places.of(bits):
                    counts[place] = counts.get(place, 0) + 1
            best = max(counts, key=lambda place: (*self._promise(place, counts[place], variation, observer), place))
            chosen.append(best)
            bit = self.places.bit(best)
            left = [bits for bits in left if not bits & bit]
        return chosen

    def _promise(self, place: Place, number: int, variation: Variation, observer: Observer) -> tuple[int, int, bool]:
        """How much it saves to try a place first: in how many sets it is, and in how few ways it can be filled."""
        if place not in self._ways:
            self._ways[place] = max(1, len(self.values.of(place, variation, observer)))
        return number, -self._ways[place], place.kind not in ("add", "drop")

    # Added items -----------------------------------------------------------------------------------------------------

    def _required(self, variation: Variation, observer: Observer) -> Iterator[Variation]:
        """The variation with every field that an added item must have, in each way that still reaches the goal."""
        for place in [place for place in variation.places if place.kind == "add"]:
            section = self.vocabulary.sections[place.at]
            entries = variation.case.lists[place.at].items[variation.number(place.at, place.item)]
            for name, attribute in section.attributes.items():
                if attribute.required and name not in entries:
                    wanted = Place("field", place.at, place.item, name)
                    for filling in self.values.of(wanted, variation, observer):
                        following = variation.fill(wanted, filling)
                        if following.is_sound(self.vocabulary) and self._reaches(following):
                            yield from self._required(following, observer)
                    return
        yield variation

    def _without_needless_fields(self, variation: Variation) -> list[Variation]:
        """The variation, else those of its parts that reach the goal with fewer fields of added items."""
        fewer = []
        for number, (place, _) in enumerate(variation.filled):
            if place.cost or self.vocabulary.sections[place.at].attributes[place.field].required:
                continue
            rest = [*variation.filled[:number], *variation.filled[number + 1 :]]
            without = self._refilled(rest)
            if without.is_sound(self.vocabulary) and self._reaches(without):
                fewer += self._without_needless_fields(without)
        return fewer or [variation]

    def _refilled(self, filled: list[tuple[Place, Filling]]) -> Variation:
        variation = self.start
        for place, filling in filled:
            variation = variation.fill(place, filling)
        return variation


__all__ = ["DONE", "Found", "Search"]
