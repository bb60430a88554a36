"""What each firing of an advice needs: exactly what it takes for the engine to draw it again.

That is the evidence that it matched (the claims by which a term belongs to a class among it), the readings under which
that is read, the facts that warrant its rule, the facts under which it reads the data of the case, and the conclusions
under its ``when``. The conclusions under its ``unless`` are as the advice found them, and so are those that speak
against a count; so is which conclusions a count reads that asks for a class of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.model.advice import FiringRecord
from engine.observing import FALSE, NAMES, NOT, STANDS, TRUE
from engine.program import Count, Holds, Literal
from provenance.grounds import Grounds
from provenance.why.needs import All, Cited, Drawn, Given, Member, Need, Points, Way, Ways
from provenance.why.reading import Reading, reads_conclusions

STAYS_FALSE = (TRUE, FALSE, FALSE, FALSE)


def ways_of(grounds: Grounds, conclusions: Iterable[str]) -> Ways:
    """Every way in which the advice draws each of these conclusions."""
    reader = _Reader(grounds)
    return {
        conclusion: tuple(Way(firing.id, reader.firing(firing)) for firing in grounds.drawn_by.get(conclusion, ()))
        for conclusion in conclusions
    }


class _Reader:
    def __init__(self, grounds: Grounds) -> None:
        self.grounds = grounds
        self.reading = Reading(grounds)

    def firing(self, firing: FiringRecord) -> Need:
        clause = self.grounds.clause(firing)
        cited = (*self.grounds.warrants(clause.rule), *self.grounds.evidence(firing))
        parts: dict[Need, None] = dict.fromkeys(Cited(fact) for fact in cited)
        for condition in clause.when:
            parts[self.literal(condition.literal, firing.items)] = None
        for premise, condition in zip(firing.absent, clause.unless, strict=True):
            turned = STANDS if condition.stands else NOT
            if reads_conclusions(condition.literal):
                parts[Given(turned[NAMES.index(premise.value)])] = None
            else:
                parts[self.reading.need(condition.literal, firing.items, turned, classes=False)] = None
        parts.pop(Given(TRUE), None)
        return All(tuple(parts))

    def literal(self, literal: Literal, items: Mapping[str, str]) -> Need:
        """What a condition under `when` needs."""
        if isinstance(literal, Holds):
            return Drawn(str(literal.atom))
        if isinstance(literal, Count) and reads_conclusions(literal):
            members = tuple(
                Member(points, self.literal(member, items), self.value(member, items), self.stays(member, items))
                for points, member in literal.members
            )
            return Points(members, literal.at_least, literal.at_most)
        return self.reading.need(literal, items)

    def value(self, literal: Literal, items: Mapping[str, str]) -> int:
        return self.grounds.reasons.literal(literal, dict(items))

    def stays(self, literal: Literal, items: Mapping[str, str]) -> Need:
        """What it takes for a member of a count to stay false where it is; a conclusion is as the advice found it."""
        if reads_conclusions(literal) or self.value(literal, items) != FALSE:
            return Given(TRUE)
        return self.reading.need(literal, items, STAYS_FALSE, classes=False)
