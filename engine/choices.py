"""Sides that nobody had to declare: arguments for and against, or in an order of preference; terms that interact."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bearing import Bearings, Key
from engine.derivation import Firing
from engine.model.advice import Bearing, Opposition, Side
from engine.model.rule import Interaction
from engine.model.told import Way
from engine.observing import PROVISIONAL
from engine.program import Atom

UNRESOLVED = "unresolved"
PRECEDENCE = "precedence"
WORDS = {
    "for": "where both are argued, what argues for it goes before",
    "against": "where both are argued, what argues against it goes before",
    "none": "what argues on the other side was beaten",
}
"""What the declared precedence of a conclusion says (see `engine.resolution`)."""


def argued(bearings: Bearings) -> Iterator[Opposition]:
    """Keys for and against which arguments hold, with the precedence or the preferences that settled them."""
    for key in bearings.options:
        head = bearings.head.conclusion
        pro, con = bearings.argument("for", key), bearings.argument("against", key)
        if not bearings.held(pro) or not bearings.held(con):
            continue
        value = bearings.derivation.value
        won = "for" if value(Atom(head, key)) >= PROVISIONAL else ""
        won = "against" if value(Atom("withheld", key)) >= PROVISIONAL else won
        winner, loser = (pro, con) if won == "for" else (con, pro)
        names = dict(beaten(bearings, bearings.held(winner), bearings.held(loser))) if won else {}
        precedence = bearings.knowledge.vocabulary.conclusions[head].argued
        settled_by = " and ".join(names) or (PRECEDENCE if won else UNRESOLVED)
        standing = {won: "goes before", {"for": "against", "against": "for"}.get(won, ""): "gives way"} if won else {}
        sides = tuple(
            side.model_copy(update={"standing": standing.get(side.label, "")})
            for side in (
                _argument(bearings, "for", "speaks-for", pro, key),
                _argument(bearings, "against", "speaks-against", con, key),
            )
        )
        yield Opposition(
            kind="argued",
            name=str(Atom(head, key)),
            about=dict(zip(bearings.standings.fields, key, strict=True)),
            facts=facts_of(sides),
            sides=sides,
            settled_by=settled_by,
            reason="; ".join(names.values()) or (WORDS[precedence] if won else ""),
            applied=bool(won),
        )


def beaten(bearings: Bearings, winners: list[Firing], losers: list[Firing]) -> Iterator[tuple[str, str]]:
    """The preferences, each with its reason, that put a fact of one argument before a fact of another."""
    cited = {firing: bearings.program.cited[firing.clause] for firing in (*winners, *losers)}
    for prefer in bearings.knowledge.prefers:
        if any(prefer.stronger in cited[one] and prefer.weaker in cited[other] for one in winners for other in losers):
            yield prefer.name, prefer.reason


def _argument(bearings: Bearings, label: str, way: Way, atom: Atom, key: Key) -> Side:
    on = str(Atom(bearings.head.conclusion, key))
    found = bearings.bearing(way, atom, on, bearings.held(atom))
    return bearings.side(label, found.facts, [found])


def preferences(bearings: Bearings) -> Iterator[Opposition]:
    """Keys over which a preference chose between arguments that hold: each fact that it ordered is a side."""
    reasons = {prefer.name: prefer.reason for prefer in bearings.knowledge.prefers}
    for key in bearings.options:
        ways: dict[Way, Atom] = {
            "speaks-for": bearings.argument("for", key),
            "speaks-against": bearings.argument("against", key),
        }
        holding = [(way, firing) for way, atom in ways.items() for firing in bearings.held(atom)]
        for name, reason in reasons.items() if len(holding) > 1 else ():
            pairs = [
                (prefer.stronger, prefer.weaker)
                for prefer in bearings.knowledge.prefers
                if prefer.name == name
                and any(
                    one != other and prefer.stronger in cited(bearings, one) and prefer.weaker in cited(bearings, other)
                    for _, one in holding
                    for _, other in holding
                )
            ]
            if pairs:
                ordered = [stronger for stronger, _ in pairs] + [weaker for _, weaker in pairs]
                sides = tuple(_preferred(bearings, fact, ways, key, pairs) for fact in dict.fromkeys(ordered))
                yield Opposition(
                    kind="preference",
                    name=name,
                    about=dict(zip(bearings.standings.fields, key, strict=True)),
                    facts=facts_of(sides),
                    sides=sides,
                    settled_by=name,
                    reason=reason,
                    applied=True,
                )


def cited(bearings: Bearings, firing: Firing) -> frozenset[str]:
    """The facts of a firing itself."""
    return bearings.program.cited[firing.clause]


def _preferred(bearings: Bearings, fact: str, ways: dict[Way, Atom], key: Key, pairs: list[tuple[str, str]]) -> Side:
    on = str(Atom(bearings.head.conclusion, key))
    found: list[Bearing] = []
    for way, atom in ways.items():
        firings = bearings.drawn(atom, {fact}, PROVISIONAL)
        if firings:
            found.append(bearings.bearing(way, atom, on, firings, {fact}))
    yields = any(fact == weaker for _, weaker in pairs)
    side = bearings.side(fact, (fact,), found)
    return side.model_copy(update={"standing": "gives way" if yields else "goes before"})


def interactions(bearings: Bearings) -> Iterator[Opposition]:
    """The declared interactions of two terms that both stand, once for both directions."""
    for interaction in bearings.knowledge.interactions:
        first, second = interaction.between
        drawn = [Atom(interaction.draws, pair) for pair in ((first, second), (second, first))]
        rules = (f"interaction-{interaction.name}", f"interaction-{interaction.name}-reversed")
        on = next(
            (
                atom
                for atom in drawn
                for firing in bearings.held(atom)
                if bearings.program.clauses[firing.clause].rule in rules
            ),
            None,
        )
        if on is not None:
            yield _interaction(bearings, interaction, str(on))


def _interaction(bearings: Bearings, interaction: Interaction, on: str) -> Opposition:
    sides = []
    for term in interaction.between:
        atom = Atom(interaction.reads, (term,))
        facts = bearings.nearest(atom)
        found = bearings.bearing("stands-with", atom, on, bearings.held(atom))
        sides.append(bearings.side(term, facts, [found.model_copy(update={"facts": facts})]))
    reading = bearings.knowledge.facts.get(interaction.settled_by)
    admitted = reading is not None and reading.id in bearings.program.facts
    return Opposition(
        kind="interaction",
        name=interaction.name,
        facts=facts_of(sides),
        sides=tuple(sides),
        settled_by=interaction.settled_by if admitted else UNRESOLVED,
        reason=reading.states if reading is not None and admitted else "",
        effect=interaction.effect,
        because=tuple(fact for fact in interaction.because if fact in bearings.program.facts),
        note=interaction.note,
    )


def facts_of(sides: tuple[Side, ...] | list[Side]) -> tuple[str, ...]:
    """The facts of every side, each once."""
    return tuple(dict.fromkeys(fact for side in sides for fact in side.facts))
