"""How facts bear on a case, found again from the emitted values: docs/language.md, 9.4 says what each way means."""

from __future__ import annotations

from collections.abc import Iterator

from engine.program import Atom, Clause, Holds
from provenance.verify.derivation import Firing
from provenance.verify.doses import reason
from provenance.verify.standings import Standings
from provenance.verify.truth import NAMES, PROVISIONAL
from provenance.verify.verdict import Tree


class Bearings:
    """The ways in which facts bear, in one derivation."""

    def __init__(self, standings: Standings) -> None:
        self.standings = standings
        self.derivation = standings.derivation
        self.ground = standings.ground
        self.knowledge = standings.knowledge
        self.head = standings.head
        self.atoms = {str(atom): atom for atom in self.ground.atoms}

    def on_option(self, option: Tree, facts: set[str]) -> Iterator[Tree]:
        """Every way in which facts bear on one option."""
        name = str(Atom(self.head.conclusion, tuple(option["key"].values())))
        pro, con = self.argument("for", option), self.argument("against", option)
        speaking = self.by_drawing("speaks-for", str(pro), name, facts)
        yield from speaking or self._ruled_out(option, name, facts)
        objections = self.objecting(option, facts)
        yield from self.by_drawing("speaks-against", str(con), name, objections)
        unless = [condition.literal for instance in self.instances(option) for condition in instance.unless]
        for atom in dict.fromkeys(str(literal.atom) for literal in unless if isinstance(literal, Holds)):
            yield from self.by_drawing("stands-in-the-way", atom, name, objections)
        for text, atom_ in self.atoms.items():
            dose = self.head.dose and atom_.relation == self.head.dose
            if dose and atom_.arguments[: len(option["key"])] == tuple(option["key"].values()):
                yield from self.by_drawing("doses", text, name, facts)
        beside = [entry["fact"] for entry in option["beside"] if entry["fact"] in facts]
        if beside:
            yield _way("beside", "", name, "true", beside, [])

    def by_drawing(self, way: str, conclusion: str, on: str, facts: set[str]) -> list[Tree]:
        """The firings of a conclusion that cite some of the facts, as one way of bearing."""
        atom = self.atoms.get(conclusion)
        firings = (
            [firing for firing in self.derivation.by_head.get(atom, ()) if self.cited(firing) & facts] if atom else []
        )
        return [self.by_firing(way, conclusion, on, firings, facts)] if firings else []

    def by_firing(
        self, way: str, conclusion: str, on: str, firings: list[Firing], facts: set[str] | None = None
    ) -> Tree:
        """A way of bearing by these firings: of ``facts``, or (None) of the statements that they cite."""
        claims, readings = self.derivation.parted({fact for firing in firings for fact in self.cited(firing)})
        found = _way(
            way,
            conclusion,
            on,
            NAMES[max(firing.value for firing in firings)],
            claims if facts is None else [fact for fact in claims + readings if fact in facts],
            [fact for fact in readings if facts is None or fact not in facts],
        )
        return found | {"firings": [firing.id for firing in firings]}

    def _ruled_out(self, option: Tree, on: str, facts: set[str]) -> list[Tree]:
        """The instances that would argue for it by these facts, none of which holds, with their reason codes."""
        pro = self.argument("for", option)
        instances = [instance for instance in self.instances(option) if self.ground.cited(instance) & facts]
        if not instances:
            return []
        claims, readings = self.derivation.parted({fact for one in instances for fact in self.ground.cited(one)})
        told: dict[str, Tree] = {}
        for instance in instances:
            for code, kind in self.standings.reasons.instance(instance, frozenset({pro})):
                if kind == "false" and code not in told:
                    told[code] = reason(self.derivation, code, kind, instance.rule)
        own = [fact for fact in claims + readings if fact in facts]
        found = _way("would-speak-for", str(pro), on, "false", own, [fact for fact in readings if fact not in facts])
        return [found | {"reasons": list(told.values())}]

    def objecting(self, option: Tree, facts: set[str]) -> set[str]:
        """The facts that no argument for it cites."""
        return facts.difference(*(self.ground.cited(instance) for instance in self.instances(option)))

    def argument(self, side: str, option: Tree) -> Atom:
        """The argument for or against an option."""
        return Atom(f"{side} {self.head.conclusion}", tuple(option["key"].values()))

    def instances(self, option: Tree) -> list[Clause]:
        """The instances that could argue for an option."""
        return [self.ground.instances[number] for number in self.ground.by_head.get(self.argument("for", option), ())]

    def held(self, atom: Atom) -> list[Firing]:
        """The firings of a conclusion that hold, provisionally at least."""
        return [firing for firing in self.derivation.by_head.get(atom, ()) if firing.value >= PROVISIONAL]

    def cited(self, firing: Firing) -> set[str]:
        """The facts of a firing itself."""
        return self.ground.cited(firing.instance)

    def is_statement(self, fact: str) -> bool:
        """Whether a fact is quoted from a document, and no reading."""
        return not self.knowledge.facts[fact].is_interpretation

    def side(self, label: str, facts: list[str], ways: list[Tree]) -> Tree:
        """A side, with what it rests on; nothing has settled yet where it stands."""
        levels = {fact: self.knowledge.facts[fact].evidence_level for fact in facts}
        return {
            "label": label,
            "facts": facts,
            "readings": sorted({fact for way in ways for fact in way["readings"]}),
            "populations": self.standings.populations(set(facts)),
            "evidence_levels": {fact: level for fact, level in levels.items() if level},
            "bearings": ways,
            "standing": "",
        }


def _way(way: str, conclusion: str, on: str, value: str, facts: list[str], readings: list[str]) -> Tree:
    said = {"way": way, "conclusion": conclusion, "on": on, "value": value, "facts": facts, "readings": readings}
    return said | {"firings": [], "reasons": []}
