"""How facts bear on a case: by what they argue, draw, stand in the way of, or stand beside.

Only the facts of a firing itself count: those whose claims it matched, and those that warrant its rule. What stands
further down a chain bears on what its own firings draw.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from engine.derivation import Firing
from engine.model.advice import Bearing, Reason, Side, Standing, Statement
from engine.model.told import Way
from engine.observing import FALSE, NAMES, PROVISIONAL
from engine.program import Atom, Holds
from engine.standing import Standings

Key = tuple[str, ...]

WEAK = ("beside", "would-speak-for")
"""Ways of bearing that do not hold: what opens nothing, and what some condition rules out."""


class Bearings:
    """Finds the bearings of facts in one derivation. ``options`` and ``sections`` are what the advice shows."""

    def __init__(
        self, standings: Standings, options: tuple[Standing, ...], sections: dict[str, tuple[Statement, ...]]
    ) -> None:
        self.standings = standings
        self.knowledge = standings.knowledge
        self.program = standings.program
        self.derivation = standings.derivation
        self.support = standings.support
        self.reasons = standings.reasons
        self.head = standings.head
        self.sections = sections
        fields = standings.fields
        self.options = {
            tuple(standing.key[field] for field in fields): standing
            for standing in options
            if fields and all(field in standing.key for field in fields)
        }
        self.atoms = self.program.names
        self.doses: dict[Key, list[Atom]] = defaultdict(list)
        for atom in self.program.atoms:
            if atom.relation == self.head.dose:
                self.doses[atom.arguments[: len(fields)]].append(atom)

    # Sides -----------------------------------------------------------------------------------------------------------

    def side(self, label: str, facts: tuple[str, ...], bearings: Iterable[Bearing]) -> Side:
        """A side with what the case and the sources make of its facts."""
        known = self.knowledge.facts
        found = tuple(bearings)
        return Side(
            label=label,
            facts=facts,
            readings=tuple(sorted({fact for bearing in found for fact in bearing.readings})),
            populations=self.standings.populations(set(facts)),
            evidence_levels={fact: known[fact].evidence_level for fact in facts if known[fact].evidence_level},
            bearings=found,
        )

    def on_key(self, key: Key, facts: Collection[str]) -> Iterator[Bearing]:
        """How facts bear on one key of the argued conclusion."""
        on = str(Atom(self.head.conclusion, key))
        pro, con = self.argument("for", key), self.argument("against", key)
        yield from self.drawing("speaks-for", pro, on, facts) or self.would_speak(pro, on, facts)
        against = self.not_for(key, facts)
        yield from self.drawing("speaks-against", con, on, against)
        for atom in self.in_the_way(key):
            yield from self.drawing("stands-in-the-way", atom, on, against)
        for atom in self.doses.get(key, ()):
            yield from self.drawing("doses", atom, on, facts)
        beside = tuple(entry.fact for entry in self.options[key].beside if entry.fact in facts)
        if beside:
            yield Bearing(way="beside", on=on, value="true", facts=beside)

    def on_statements(self, about: dict[str, str], facts: Collection[str]) -> Iterator[Bearing]:
        """The statements that hold and that facts draw, where their key agrees with ``about``."""
        for entries in self.sections.values():
            for entry in entries:
                agrees = all(entry.key.get(field, word) == word for field, word in about.items())
                if agrees and entry.value in ("provisional", "true"):
                    yield from self.drawing("states", self.atoms[entry.conclusion], entry.conclusion, facts)

    # Bearings --------------------------------------------------------------------------------------------------------

    def drawing(self, way: Way, atom: Atom, on: str, facts: Collection[str]) -> list[Bearing]:
        """The bearing of facts by the firings of a conclusion that cite them; none where none does."""
        firings = self.drawn(atom, facts)
        return [self.bearing(way, atom, on, firings, facts)] if firings else []

    def bearing(
        self, way: Way, atom: Atom, on: str, firings: list[Firing], facts: Collection[str] | None = None
    ) -> Bearing:
        """The bearing by some firings of a conclusion: of ``facts``, or (None) of every statement that they cite."""
        claims, readings = self.cited(firing.clause for firing in firings)
        return Bearing(
            way=way,
            conclusion=str(atom),
            on=on,
            value=NAMES[max(firing.value for firing in firings)],
            facts=claims if facts is None else tuple(fact for fact in (*claims, *readings) if fact in facts),
            readings=tuple(fact for fact in readings if facts is None or fact not in facts),
            firings=tuple(self.support.ids[firing] for firing in firings),
        )

    def would_speak(self, pro: Atom, on: str, facts: Collection[str]) -> list[Bearing]:
        """The clauses that cite facts and could argue for a key, with the reasons why none of them does."""
        clauses = [index for index in self.support.instances(pro) if self.program.cited[index].intersection(facts)]
        if not clauses:
            return []
        claims, readings = self.cited(clauses)
        reasons: dict[str, Reason] = {}
        for index in clauses:
            for code, kind in self.reasons.clause(index, frozenset({pro})):
                if kind == "false":
                    reasons.setdefault(code, self.standings.reason(code, kind, self.program.clauses[index].rule))
        return [
            Bearing(
                way="would-speak-for",
                conclusion=str(pro),
                on=on,
                value=NAMES[FALSE],
                facts=tuple(fact for fact in (*claims, *readings) if fact in facts),
                readings=tuple(fact for fact in readings if fact not in facts),
                reasons=tuple(reasons.values()),
            )
        ]

    # Look-ups --------------------------------------------------------------------------------------------------------

    def argument(self, side: str, key: Key) -> Atom:
        """The argument for or against a key."""
        return Atom(f"{side} {self.head.conclusion}", key)

    def instances(self, key: Key) -> Sequence[int]:
        """The numbers of the clauses that could argue for a key."""
        return self.support.instances(self.argument("for", key))

    def not_for(self, key: Key, facts: Collection[str]) -> frozenset[str]:
        """The facts that no clause arguing for a key cites.

        The others do not count against it: a rule that matches a claim for a key, to find what it speaks of, makes no
        objection of that claim.
        """
        return frozenset(facts).difference(*(self.program.cited[index] for index in self.instances(key)))

    def in_the_way(self, key: Key) -> list[Atom]:
        """The conclusions that an argument for a key may not meet, each once."""
        found: dict[Atom, None] = {}
        for index in self.instances(key):
            for condition in self.program.clauses[index].unless:
                if isinstance(condition.literal, Holds):
                    found[condition.literal.atom] = None
        return list(found)

    def drawn(self, atom: Atom, facts: Collection[str], least: int = FALSE) -> list[Firing]:
        """The firings of a conclusion, of at least this value, that cite one of these facts."""
        return [
            firing
            for firing in self.support.by_head.get(atom, ())
            if firing.value >= least and not self.program.cited[firing.clause].isdisjoint(facts)
        ]

    def held(self, atom: Atom) -> list[Firing]:
        """The firings of a conclusion that hold, provisionally at least."""
        return [firing for firing in self.support.by_head.get(atom, ()) if firing.value >= PROVISIONAL]

    def cited(self, clauses: Iterable[int]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The statements and the readings that the clauses of these numbers cite themselves."""
        return self.support.parted({fact for index in clauses for fact in self.program.cited[index]})

    def nearest(self, atom: Atom) -> tuple[str, ...]:
        """The statements nearest below a conclusion: of its best firings; of what those read, where they cite none."""
        found: set[str] = set()
        seen, waiting = {atom}, [atom]
        while waiting:
            for firing in self.support.best(waiting.pop()):
                claims, _ = self.cited([firing.clause])
                found.update(claims)
                below = [] if claims else [read for read in self.program.premises[firing.clause] if read not in seen]
                seen.update(below)
                waiting.extend(below)
        return self.support.parted(found)[0]


def holds(side: Side) -> bool:
    """Whether a side does more in this case than stand beside, or than speak for what some condition rules out."""
    return any(bearing.way not in WEAK and bearing.value in ("provisional", "true") for bearing in side.bearings)
