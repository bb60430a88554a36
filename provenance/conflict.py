"""Conflicts as answers: each side of what pulls apart in a case, down to its grounds."""

from __future__ import annotations

from collections.abc import Iterable

from engine.bearing import Bearings, holds
from engine.errors import Location, Problem, Refused, did_you_mean, listed
from engine.model.advice import Bearing, FiringRecord, Opposition, Side
from engine.oppositions import Declared, counts
from engine.reviewed import Reviewed
from engine.standing import Standings
from engine.support import Support
from provenance.grounds import Grounds
from provenance.model.conflict import ArguedSide, Chain, Conflict, Conflicts, Untouched


def conflicts(grounds: Grounds, names: Iterable[str] = ()) -> Conflicts:
    """What pulls apart in an advice, and the declared oppositions that its case does not touch.

    ``names`` restricts it to some, by the names under which the advice or the knowledge base has them. Raises `Refused`
    with every name that is that of nothing.
    """
    advice, knowledge = grounds.advice, grounds.knowledge
    shown = {opposition.name for opposition in advice.opposed}
    declared = [entry.name for entry in knowledge.opposes]
    declared += dict.fromkeys(entry.name for entry in knowledge.prefers)
    declared += [entry.name for entry in knowledge.interactions]
    wanted = tuple(dict.fromkeys(names))
    unknown = [name for name in wanted if name not in {*shown, *declared}]
    if unknown:
        raise Refused([_unknown(name, [*shown, *declared]) for name in unknown])
    found = [entry for entry in advice.opposed if not wanted or entry.name in wanted]
    left = [
        entry
        for entry in knowledge.opposes
        if entry.name not in {touched.name for touched in advice.opposed if touched.kind == "declared"}
        and (not wanted or entry.name in wanted)
    ]
    weighing = Declared(_bearings(grounds)) if left else None
    return Conflicts(
        advice=advice.id,
        conflicts=tuple(conflict(grounds, opposition) for opposition in found),
        untouched=tuple(
            Untouched(name=entry.name, title=entry.title, sides=tuple(sides), why=why(sides))
            for entry in left
            if weighing is not None
            for sides in [weighing.sides(entry)]
        ),
    )


def conflict(grounds: Grounds, opposition: Opposition) -> Conflict:
    """One opposition of an advice with the chains of its sides."""
    return Conflict(
        opposition=opposition,
        sides=tuple(
            ArguedSide(label=side.label, chains=tuple(chain(grounds, bearing) for bearing in side.bearings))
            for side in opposition.sides
        ),
    )


def chain(grounds: Grounds, bearing: Bearing) -> Chain:
    """The firings by which a side bears, and all below; never those by which another side draws the same conclusion."""
    if not bearing.firings:
        return Chain(bearing=bearing, facts=(*bearing.facts, *bearing.readings))
    found: dict[str, FiringRecord] = {}
    waiting = [grounds.firings[id_] for id_ in bearing.firings]
    while waiting:
        firing = waiting.pop()
        if firing.id in found:
            continue
        found[firing.id] = firing
        for premise, literal, under_unless in grounds.premises(firing):
            if not under_unless:
                for conclusion in grounds.conclusions(premise, literal):
                    waiting += best(grounds, conclusion)
    firings = sorted(found.values(), key=lambda firing: int(firing.id[1:]))
    facts = {fact for firing in firings for fact in (*grounds.evidence(firing), *grounds.warrants(firing.rule))}
    data = dict.fromkeys(
        path for firing in firings for premise in (*firing.premises, *firing.absent) for path in premise.data
    )
    return Chain(bearing=bearing, firings=tuple(firings), facts=tuple(sorted(facts)), data=tuple(data))


def best(grounds: Grounds, conclusion: str) -> list[FiringRecord]:
    """The firings that give a conclusion its value."""
    value = grounds.advice.values.get(conclusion, "false")
    return [firing for firing in grounds.drawn_by.get(conclusion, ()) if firing.value == value]


def why(sides: Iterable[Side]) -> str:
    """Why sides that bear so do not make an opposition that the case touches."""
    every = tuple(sides)
    bearing = [side.label for side in every if side.bearings]
    counting = [side.label for side in every if counts(side, every)]
    if not bearing:
        return "no side bears on this case: nothing that it is about is in play"
    if len(counting) < 2:
        only = f"only one side bears on this case: {counting[0]}" if counting else "the sides bear on different things"
        return only if counting else f"{only}, and none of them holds"
    assert not any(map(holds, every))
    return "no side holds in this case: what they speak for is open or ruled out"


def _bearings(grounds: Grounds) -> Bearings:
    """The bearings over the values that the advice states."""
    support = Support(grounds.knowledge, grounds.program, grounds.observer, grounds.derivation)
    reviewed = Reviewed(grounds.knowledge)
    standings = Standings(
        grounds.knowledge, grounds.program, grounds.observer, grounds.derivation, grounds.reasons, support, reviewed
    )
    return Bearings(standings, grounds.advice.options, grounds.advice.sections)


def _unknown(name: str, known: list[str]) -> Problem:
    return Problem(
        Location("NAME"),
        "unknown-opposition",
        f"nothing that pulls apart is called `{name}`",
        f"one of {listed(dict.fromkeys(known), 20)}" if known else "nothing: this knowledge base declares none",
        did_you_mean(name, known),
    )
