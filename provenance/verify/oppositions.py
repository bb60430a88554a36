"""What pulls apart in a case, found again from the emitted values.

The definitions are those of docs/language.md, 9.4: what is in play, the ways in which a side bears, when an opposition
is touched, and what settled it.
"""

from __future__ import annotations

from dataclasses import replace

from engine.model.rule import Interaction, Opposes
from engine.program import Atom, Holds
from provenance.verify.bearings import Bearings
from provenance.verify.ground import conclusions_read
from provenance.verify.standings import Standings
from provenance.verify.truth import NAMES, PROVISIONAL
from provenance.verify.verdict import Tree

HELD = NAMES[PROVISIONAL:]
ARGUING = ("speaks-for", "speaks-against")


class Oppositions:
    """What the advice must say of sides that pull apart."""

    def __init__(self, standings: Standings, options: list[Tree], sections: dict[str, list[Tree]]) -> None:
        self.standings = standings
        self.derivation = standings.derivation
        self.ground = standings.ground
        self.knowledge = standings.knowledge
        self.head = standings.head
        self.facts = standings.ground.facts
        fields = self.ground.fields(self.head.conclusion) if self.head.conclusion else ()
        self.options = [option for option in options if fields and list(option["key"]) == list(fields)]
        self.statements = [entry for entries in sections.values() for entry in entries if entry["value"] in HELD]
        self.bearings = Bearings(standings)

    def all(self) -> list[Tree]:
        """Every opposition; those that nobody declared only where no declared one shows the same firings apart."""
        found = [entry for opposes in self.knowledge.opposes if (entry := self._declared(opposes))]
        for option in self.options:
            entry = self._argued(option)
            if entry and not any(_shows(other, entry) for other in found):
                found.append(entry)
        names = dict.fromkeys(prefer.name for prefer in self.knowledge.prefers)
        chosen = [entry for option in self.options for name in names if (entry := self._preferred(option, name))]
        found += [entry for entry in chosen if not any(_shows(other, entry) for other in found)]
        return found + [entry for one in self.knowledge.interactions if (entry := self._interacting(one))]

    # Declared --------------------------------------------------------------------------------------------------------

    def _declared(self, opposes: Opposes) -> Tree | None:
        about = dict(opposes.about)
        every = {fact for side in opposes.sides for fact in side.facts if fact in self.facts}
        keys = [option for option in self.options if about.items() <= option["key"].items()]
        keys = [option for option in keys if self._in_play(option) or self._held_back(option, every)]
        sides = []
        for side in opposes.sides:
            facts = [fact for fact in side.facts if fact in self.facts]
            ways = [way for option in keys for way in self.bearings.on_option(option, set(facts))]
            for entry in self.statements:
                if all(word == entry["key"].get(field, word) for field, word in about.items()):
                    ways += self.bearings.by_drawing("states", entry["conclusion"], entry["conclusion"], set(facts))
            sides.append(self.bearings.side(side.label, facts, ways))
        if not _touched(sides):
            return None
        pairs = {(one.stronger, one.weaker) for one in self.knowledge.prefers if one.name == opposes.settled_by}
        reasons = [one.reason for one in self.knowledge.prefers if one.name == opposes.settled_by]
        settled_by, why = self._settled(opposes.settled_by)
        for side in sides:
            side["standing"] = _place(side, sides, pairs)
        return self._entry(
            "declared",
            opposes.name,
            sides,
            settled_by,
            reasons[0] if reasons else why,
            title=opposes.title,
            about=about,
            facts=[
                fact for fact in dict.fromkeys(f for side in opposes.sides for f in side.facts) if fact in self.facts
            ],
            applied=_parted_here(sides, pairs),
            because=[fact for fact in opposes.because if fact in self.facts],
            note=opposes.note,
        )

    def _settled(self, name: str) -> tuple[str, str]:
        """What settles it, and the words of a reading; one that is not admitted settles nothing."""
        if any(prefer.name == name for prefer in self.knowledge.prefers):
            return name, ""
        return (name, self.knowledge.facts[name].states) if name in self.facts else ("unresolved", "")

    def _in_play(self, option: Tree) -> bool:
        argued = self.derivation.value(self.bearings.argument("for", option)) >= PROVISIONAL
        running = option["running"] == "yes"
        return option["heading"] not in ("completed", "not-supported-now") or running or option["requested"] or argued

    def _held_back(self, option: Tree, facts: set[str]) -> bool:
        """Whether an argument would hold if what these facts draw were not there."""
        objections = self.bearings.objecting(option, facts)

        def is_theirs(literal: object) -> bool:
            drawn = self.derivation.by_head.get(literal.atom, ()) if isinstance(literal, Holds) else ()
            return any(firing.value >= PROVISIONAL and self.bearings.cited(firing) & objections for firing in drawn)

        for instance in self.bearings.instances(option):
            freed = replace(instance, unless=tuple(one for one in instance.unless if not is_theirs(one.literal)))
            if freed != instance and any(firing.value >= PROVISIONAL for firing in self.derivation.chosen(freed)):
                return True
        return False

    # Without a declaration -------------------------------------------------------------------------------------------

    def _argued(self, option: Tree) -> Tree | None:
        held = {side: self.bearings.held(self.bearings.argument(side, option)) for side in ("for", "against")}
        if not all(held.values()):
            return None
        key = tuple(option["key"].values())
        outcomes = {"for": Atom(self.head.conclusion, key), "against": Atom("withheld", key)}
        won = next((side for side in ("against", "for") if self.derivation.value(outcomes[side]) >= PROVISIONAL), "")
        lost = {"for": "against", "against": "for"}.get(won, "")
        beating = {
            one.name: one.reason
            for one in self.knowledge.prefers
            if won
            and any(one.stronger in self.bearings.cited(firing) for firing in held[won])
            and any(one.weaker in self.bearings.cited(firing) for firing in held[lost])
        }
        precedence = {
            "for": "where both are argued, what argues for it goes before",
            "against": "where both are argued, what argues against it goes before",
            "none": "what argues on the other side was beaten",
        }[self.knowledge.vocabulary.conclusions[self.head.conclusion].argued]
        sides = []
        for side in ("for", "against"):
            atom = self.bearings.argument(side, option)
            way = self.bearings.by_firing(f"speaks-{side}", str(atom), str(outcomes["for"]), held[side])
            sides.append(self.bearings.side(side, way["facts"], [way]))
            sides[-1]["standing"] = {won: "goes before", lost: "gives way"}[side] if won else ""
        return self._entry(
            "argued",
            str(outcomes["for"]),
            sides,
            " and ".join(beating) or ("precedence" if won else "unresolved"),
            "; ".join(beating.values()) or (precedence if won else ""),
            about=dict(option["key"]),
            applied=bool(won),
        )

    def _preferred(self, option: Tree, name: str) -> Tree | None:
        held = [
            firing for side in ("for", "against") for firing in self.bearings.held(self.bearings.argument(side, option))
        ]
        pairs = [
            (one.stronger, one.weaker)
            for one in self.knowledge.prefers
            if one.name == name
            and any(
                one.stronger in self.bearings.cited(first) and one.weaker in self.bearings.cited(second)
                for first in held
                for second in held
                if first is not second
            )
        ]
        if not pairs:
            return None
        on = str(Atom(self.head.conclusion, tuple(option["key"].values())))
        sides = []
        for fact in dict.fromkeys([stronger for stronger, _ in pairs] + [weaker for _, weaker in pairs]):
            ways = []
            for side in ("for", "against"):
                firings = [
                    one
                    for one in self.bearings.held(self.bearings.argument(side, option))
                    if fact in self.bearings.cited(one)
                ]
                if firings:
                    atom = str(self.bearings.argument(side, option))
                    ways.append(self.bearings.by_firing(f"speaks-{side}", atom, on, firings, {fact}))
            sides.append(self.bearings.side(fact, [fact], ways))
            sides[-1]["standing"] = "gives way" if fact in {weaker for _, weaker in pairs} else "goes before"
        why = next(one.reason for one in self.knowledge.prefers if one.name == name)
        return self._entry("preference", name, sides, name, why, about=dict(option["key"]), applied=True)

    def _interacting(self, interaction: Interaction) -> Tree | None:
        there, back = interaction.between, interaction.between[::-1]
        rules = {f"interaction-{interaction.name}", f"interaction-{interaction.name}-reversed"}
        drawn = [Atom(interaction.draws, pair) for pair in (there, back)]
        on = [str(atom) for atom in drawn if any(one.instance.rule in rules for one in self.bearings.held(atom))]
        if not on:
            return None
        sides = []
        for term in interaction.between:
            atom = Atom(interaction.reads, (term,))
            way = self.bearings.by_firing("stands-with", str(atom), on[0], self.bearings.held(atom))
            way["facts"] = self._nearest(atom)
            sides.append(self.bearings.side(term, way["facts"], [way]))
        settled_by, why = self._settled(interaction.settled_by)
        return self._entry(
            "interaction",
            interaction.name,
            sides,
            settled_by,
            why,
            effect=interaction.effect,
            because=[fact for fact in interaction.because if fact in self.facts],
            note=interaction.note,
        )

    def _nearest(self, atom: Atom) -> list[str]:
        """The statements of the best firings of a conclusion; where a firing cites none, of what it reads."""
        found, seen, layer = set[str](), {atom}, [atom]
        while layer:
            below: list[Atom] = []
            for firing in [firing for one in layer for firing in self.derivation.best(one)]:
                statements = {fact for fact in self.bearings.cited(firing) if self.bearings.is_statement(fact)}
                found |= statements
                below += [] if statements else conclusions_read(firing.instance.when)
            layer = [one for one in dict.fromkeys(below) if one not in seen]
            seen.update(layer)
        return sorted(found)

    def _entry(self, kind: str, name: str, sides: list[Tree], settled_by: str, why: str, **more: Tree) -> Tree:
        plain = {"title": "", "about": {}, "applied": False, "effect": "", "because": [], "note": ""}
        facts = list(dict.fromkeys(fact for side in sides for fact in side["facts"]))
        found = {"kind": kind, "name": name, "facts": facts, "sides": sides, "settled_by": settled_by, "reason": why}
        return plain | found | more


def _touched(sides: list[Tree]) -> bool:
    """Two sides bear, one of them holds; what does not hold bears only on what another side bears on too."""
    holding = [way for side in sides for way in side["bearings"] if way["value"] in HELD and way["way"] != "beside"]
    bearing = 0
    for number, side in enumerate(sides):
        elsewhere = {way["on"] for other, rest in enumerate(sides) if other != number for way in rest["bearings"]}
        bearing += any(way["value"] in HELD or way["on"] in elsewhere for way in side["bearings"])
    return bool(holding) and bearing > 1


def _place(side: Tree, sides: list[Tree], pairs: set[tuple[str, str]]) -> str:
    others = {fact for other in sides if other is not side for fact in other["facts"]}
    if any(weaker in side["facts"] and stronger in others for stronger, weaker in pairs):
        return "gives way"
    before = any(stronger in side["facts"] and weaker in others for stronger, weaker in pairs)
    return "goes before" if before else ""


def _parted_here(sides: list[Tree], pairs: set[tuple[str, str]]) -> bool:
    """Whether arguments of two sides hold over one conclusion, by facts that a preference orders."""
    arguing = [
        (number, way["on"], fact)
        for number, side in enumerate(sides)
        for way in side["bearings"]
        if way["way"] in ARGUING and way["value"] in HELD
        for fact in way["facts"]
    ]
    return any(
        one != other and on == about and (stronger, weaker) in pairs
        for one, on, stronger in arguing
        for other, about, weaker in arguing
    )


def _shows(shown: Tree, entry: Tree) -> bool:
    """Whether an opposition has the firings of another on two of its sides or more, and names what settled it."""
    if entry["settled_by"] not in (shown["settled_by"], *shown["settled_by"].split(" and ")):
        return False
    places: set[int] = set()
    for side in entry["sides"]:
        firings = {id_ for way in side["bearings"] for id_ in way["firings"]}
        on = {
            number
            for number, other in enumerate(shown["sides"])
            if any(firings.intersection(way["firings"]) for way in other["bearings"])
        }
        if not on:
            return False
        places |= on
    return len(places) > 1
