"""Where sides pull apart over what an advice says, by relations that the knowledge base declares.

A side of a declared opposition *bears* on a case by what its facts do in it (see `engine.bearing`), over what is *in
play*: what is advised, provisional, undetermined, running or asked for, what something argues for, and what a side of
the opposition alone holds back. The case *touches* an opposition where two sides or more bear on it and at least one of
them holds: does more than stand beside, or than speak for what is open or ruled out. What does not hold counts only
where another side bears on the same conclusion.

Where arguments for and against hold together, where a preference chose between arguments that hold, and where two terms
interact, sides pull apart too (see `engine.choices`). What a declared opposition shows is not shown again.

No subject is known here: what is about what follows from keys, facts and clauses.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from engine.bearing import Bearings, Key, holds
from engine.choices import argued, interactions, preferences
from engine.model.advice import Bearing, Opposition, Side, Standing, Statement
from engine.model.rule import Opposes
from engine.observing import NOT, PROVISIONAL, STANDS
from engine.program import Clause, Holds, Item
from engine.standing import Standings

UNRESOLVED = "unresolved"
IN_PLAY = ("advised", "provisional", "undetermined")


def opposed(
    standings: Standings, options: tuple[Standing, ...], sections: dict[str, tuple[Statement, ...]]
) -> tuple[Opposition, ...]:
    """Everything that pulls apart in a case: declared oppositions first, then what no declaration shows."""
    bearings = Bearings(standings, options, sections)
    found = list(Declared(bearings).touched())
    found += [entry for entry in argued(bearings) if not any(covers(shown, entry) for shown in found)]
    found += [entry for entry in preferences(bearings) if not any(covers(shown, entry) for shown in found)]
    return (*found, *interactions(bearings))


class Declared:
    """The declared oppositions of a knowledge base, over one case."""

    def __init__(self, bearings: Bearings) -> None:
        self.bearings = bearings
        self.knowledge = bearings.knowledge
        self.admitted = bearings.program.facts

    def touched(self) -> Iterator[Opposition]:
        """The oppositions that the case touches, in the order of their declaration."""
        for opposes in self.knowledge.opposes:
            sides = self.sides(opposes)
            if touches(sides):
                yield self.opposition(opposes, sides)

    def sides(self, opposes: Opposes) -> list[Side]:
        """The sides of an opposition with how they bear, whether the case touches it or not."""
        keys = self.in_play(opposes)
        found = []
        for side in opposes.sides:
            facts = tuple(fact for fact in side.facts if fact in self.admitted)
            bearings = [bearing for key in keys for bearing in self.bearings.on_key(key, facts)]
            bearings += self.bearings.on_statements(dict(opposes.about), facts)
            found.append(self.bearings.side(side.label, facts, bearings))
        return found

    # What is in play -------------------------------------------------------------------------------------------------

    def in_play(self, opposes: Opposes) -> list[Key]:
        """The keys that the opposition is about and that are in play, in the order of the standings."""
        facts = frozenset(opposes.facts) & self.admitted
        return [
            key
            for key, standing in self.bearings.options.items()
            if all(standing.key[field] == word for field, word in opposes.about)
            and (self.plays(key, standing) or self.held_back(key, facts))
        ]

    def plays(self, key: Key, standing: Standing) -> bool:
        """Whether a key is in play whatever the sides say."""
        spoken = bool(self.bearings.held(self.bearings.argument("for", key)))
        return standing.heading in IN_PLAY or standing.running == "yes" or standing.requested or spoken

    def held_back(self, key: Key, facts: frozenset[str]) -> bool:
        """Whether some clause would argue for a key but for what these facts draw."""
        against = self.bearings.not_for(key, facts)
        return any(
            self.only_by(self.bearings.program.clauses[index], against) for index in self.bearings.instances(key)
        )

    def only_by(self, clause: Clause, facts: Collection[str]) -> bool:
        """Whether a clause does not hold, and would but for those of its `unless` that these facts make true."""
        left = []
        for condition in clause.unless:
            literal = condition.literal
            if not isinstance(literal, Holds) or not self.bearings.drawn(literal.atom, facts, PROVISIONAL):
                left.append(condition)
        if len(left) == len(clause.unless):
            return False
        reasons, observer = self.bearings.reasons, self.bearings.standings.observer
        choices: list[dict[str, str]] = [{}]
        for condition in clause.when:
            literal = condition.literal
            if isinstance(literal, Item) and literal.variable:
                choices = [
                    {**items, literal.variable: name}
                    for items in choices
                    for name, value in observer.items(literal, items)
                    if value >= PROVISIONAL
                ]
            else:
                choices = [items for items in choices if reasons.literal(literal, items) >= PROVISIONAL]
        return any(
            all((STANDS if rest.stands else NOT)[reasons.literal(rest.literal, items)] >= PROVISIONAL for rest in left)
            for items in choices
        )

    # What settles it -------------------------------------------------------------------------------------------------

    def opposition(self, opposes: Opposes, sides: list[Side]) -> Opposition:
        """A touched opposition with what settles it. A reading that is not admitted settles nothing."""
        reading = self.knowledge.facts.get(opposes.settled_by)
        prefers = [prefer for prefer in self.knowledge.prefers if prefer.name == opposes.settled_by]
        pairs = [(prefer.stronger, prefer.weaker) for prefer in prefers]
        settled_by, reason = opposes.settled_by, prefers[0].reason if prefers else ""
        if reading is not None and not prefers:
            settled_by, reason = (reading.id, reading.states) if reading.id in self.admitted else (UNRESOLVED, "")
        return Opposition(
            kind="declared",
            name=opposes.name,
            title=opposes.title,
            about=dict(opposes.about),
            facts=tuple(fact for fact in opposes.facts if fact in self.admitted),
            sides=tuple(placed(side, sides, pairs) for side in sides),
            settled_by=settled_by,
            reason=reason,
            applied=any(chosen(one, other, pairs) for one in sides for other in sides if one is not other),
            because=tuple(fact for fact in opposes.because if fact in self.admitted),
            note=opposes.note,
        )


def touches(sides: Iterable[Side]) -> bool:
    """Whether two sides or more bear on the case, and at least one of them holds."""
    every = tuple(sides)
    return sum(counts(side, every) for side in every) > 1 and any(map(holds, every))


def counts(side: Side, sides: Iterable[Side]) -> bool:
    """Whether a side bears on the case: what is open or ruled out counts where another side bears on the same thing."""
    others = {bearing.on for other in sides if other is not side for bearing in other.bearings}
    return any(bearing.value in ("provisional", "true") or bearing.on in others for bearing in side.bearings)


def placed(side: Side, sides: Iterable[Side], pairs: Collection[tuple[str, str]]) -> Side:
    """The side with its place beside others: it goes before where it holds a preferred fact, and none that yields."""
    rest = {fact for other in sides if other is not side for fact in other.facts}
    yields = any(stronger in rest and weaker in side.facts for stronger, weaker in pairs)
    leads = any(stronger in side.facts and weaker in rest for stronger, weaker in pairs)
    standing = "gives way" if yields else "goes before" if leads else ""
    return side.model_copy(update={"standing": standing})


def chosen(one: Side, other: Side, pairs: Collection[tuple[str, str]]) -> bool:
    """Whether a preference had to choose: both sides argue over one conclusion, by facts that it puts in order."""
    return any(
        stronger in first.facts and weaker in second.facts
        for first in arguments(one)
        for second in arguments(other)
        if first.on == second.on
        for stronger, weaker in pairs
    )


def arguments(side: Side) -> list[Bearing]:
    """The arguments of a side that hold."""
    return [
        bearing
        for bearing in side.bearings
        if bearing.way in ("speaks-for", "speaks-against") and bearing.value in ("provisional", "true")
    ]


def covers(shown: Opposition, entry: Opposition) -> bool:
    """Whether an opposition shows already what another would: its firings, on different sides, and what settled it."""
    if entry.settled_by != shown.settled_by and entry.settled_by not in shown.settled_by.split(" and "):
        return False
    ours = [{firing for bearing in side.bearings for firing in bearing.firings} for side in shown.sides]
    theirs = [{firing for bearing in side.bearings for firing in bearing.firings} for side in entry.sides]
    met = [{number for number, own in enumerate(ours) if own & firings} for firings in theirs]
    return all(met) and len(set().union(*met)) > 1
