"""What a conclusion rests on: facts, readings, stated defaults, and the firings that draw it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from engine.derivation import Derivation, Firing
from engine.model.knowledge import KnowledgeBase
from engine.model.rule import OneOf, Recorded
from engine.observing import Observer
from engine.program import Atom, Count, Datum, Holds, Item, ItemField, Literal, Program, is_bound


class Support:
    """Walks the firings of one derivation from conclusions to what they rest on."""

    def __init__(self, knowledge: KnowledgeBase, program: Program, observer: Observer, derivation: Derivation) -> None:
        self.knowledge = knowledge
        self.program = program
        self.observer = observer
        self.derivation = derivation
        self.by_head: dict[Atom, list[Firing]] = defaultdict(list)
        self.ids: dict[Firing, str] = {}
        for number, firing in enumerate(derivation.firings, 1):
            self.by_head[program.clauses[firing.clause].head].append(firing)
            self.ids[firing] = f"f{number}"
        self._fired = {firing.clause for firing in derivation.firings}

    def fired(self, clause: int) -> bool:
        """Whether a clause fired at all."""
        return clause in self._fired

    def instances(self, atom: Atom) -> Sequence[int]:
        """The numbers of the clauses that could draw a conclusion."""
        return self.program.by_head.get(atom, ())

    def best(self, atom: Atom) -> list[Firing]:
        """The firings that give a conclusion its value."""
        value = self.derivation.value(atom)
        return [firing for firing in self.by_head.get(atom, ()) if firing.value == value]

    def firing_ids(self, atom: Atom) -> list[str]:
        """The ids of every firing of a conclusion."""
        return [self.ids[firing] for firing in self.by_head.get(atom, ())]

    def reached(self, atoms: Iterable[Atom]) -> Iterator[Firing]:
        """Every firing on the way down from these conclusions."""
        seen: set[Atom] = set()
        waiting = list(atoms)
        while waiting:
            atom = waiting.pop()
            if atom in seen:
                continue
            seen.add(atom)
            for firing in self.best(atom):
                yield firing
                waiting.extend(self.program.premises[firing.clause])

    def facts(self, atoms: Iterable[Atom]) -> set[str]:
        """The facts that the conclusions rest on, all the way down."""
        found: set[str] = set()
        for firing in self.reached(atoms):
            found |= self.program.cited[firing.clause]
        return found

    def readings(self, atoms: Iterable[Atom]) -> set[str]:
        """The interpretations that the conclusions rest on, all the way down."""
        return {fact for fact in self.facts(atoms) if self.knowledge.facts[fact].is_interpretation}

    def own_facts(self, atoms: Iterable[Atom]) -> set[str]:
        """The facts of the firings of these very conclusions."""
        return {fact for atom in atoms for firing in self.best(atom) for fact in self.program.cited[firing.clause]}

    def own(self, atoms: Iterable[Atom]) -> set[str]:
        """The evidence facts of the firings of these very conclusions."""
        return {
            fact
            for atom in atoms
            for firing in self.best(atom)
            for id_ in self.program.clauses[firing.clause].evidence
            for fact in self.program.evidence[id_].facts
        }

    def instance_facts(self, atom: Atom, failing: bool) -> set[str]:
        """The facts of the instances that could draw a conclusion; with ``failing``, of what stands in their way
        too.
        """
        found: set[str] = set()
        for number in self.instances(atom):
            clause = self.program.clauses[number]
            if failing:
                found |= self.program.cited[number]
                for condition in clause.unless:
                    if isinstance(condition.literal, Holds) and self.derivation.value(condition.literal.atom):
                        found |= self.own_facts([condition.literal.atom])
            elif number in self._fired:
                found |= {fact for id_ in clause.evidence for fact in self.program.evidence[id_].facts}
        return found

    def parted(self, facts: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Facts as statements and readings, each in order."""
        known = self.knowledge.facts
        ordered = sorted(set(facts))
        return (
            tuple(fact for fact in ordered if not known[fact].is_interpretation),
            tuple(fact for fact in ordered if known[fact].is_interpretation),
        )

    def assumed(self, atoms: Iterable[Atom]) -> tuple[str, ...]:
        """The stated defaults that the conclusions rest on: what was not said, and what that was taken to mean.

        A conclusion rests on what makes it true, and, through each `unless`, on what makes the other false.
        """
        found: dict[str, None] = {}
        seen: set[Atom] = set()
        waiting = list(atoms)
        while waiting:
            atom = waiting.pop()
            if atom in seen:
                continue
            seen.add(atom)
            for literal, items in self._grounds_of(atom):
                if isinstance(literal, Holds):
                    waiting.append(literal.atom)
                else:
                    found.update(dict.fromkeys(self._defaults(literal, items)))
        return tuple(found)

    def _grounds_of(self, atom: Atom) -> Iterator[tuple[Literal, dict[str, str]]]:
        """The literals that give a conclusion its value: of its best firings, or all that keep it from being drawn."""
        firings = self.best(atom) if self.derivation.value(atom) else []
        for firing in firings:
            clause = self.program.clauses[firing.clause]
            for condition in (*clause.when, *clause.unless):
                yield from self._parts(condition.literal, dict(firing.items))
        if not firings:
            for number in self.instances(atom):
                clause = self.program.clauses[number]
                for condition in clause.when:
                    yield from self._parts(condition.literal, {})
                for condition in clause.unless:
                    yield from self._parts(condition.literal, {})

    def _parts(self, literal: Literal, items: dict[str, str]) -> Iterator[tuple[Literal, dict[str, str]]]:
        if isinstance(literal, Count):
            for _, member in literal.members:
                yield from self._parts(member, items)
        else:
            yield literal, items

    def _defaults(self, literal: Literal, items: dict[str, str]) -> Iterator[str]:
        if isinstance(literal, Datum):
            attribute = self.knowledge.vocabulary.attribute(literal.path)
            absent = attribute is not None and attribute.absent is not None and self.observer.is_read(attribute)
            if attribute and absent and literal.path not in self.observer.case.data:
                yield f"{attribute.title}: not given, taken as {_meaning(attribute.absent)}"
        elif isinstance(literal, ItemField) and literal.variable in items:
            name = items[literal.variable]
            section = self.knowledge.vocabulary.sections[name.partition("[")[0]]
            if not name.endswith("[?]"):
                yield from self._field_default(section.name, name, literal.field, literal.test, items)
        elif isinstance(literal, Item) and is_bound(literal, items):
            section = self.observer.section(literal.item)
            for name, _ in self.observer.items(literal, items):
                if not name.endswith("[?]"):
                    for field, test in literal.tests:
                        yield from self._field_default(section.name, name, field, test, items)

    def _field_default(
        self, section_name: str, name: str, field: str, test: object, items: dict[str, str]
    ) -> Iterator[str]:
        section = self.knowledge.vocabulary.sections[section_name]
        attribute = section.attributes[field]
        if attribute.absent is None or self.observer.entry(section, name, field) is not None:
            return
        if isinstance(test, (Recorded, OneOf)) and self.observer.field(section, name, field, test, items):
            key = self.observer.entry(section, name, section.key[0]) if section.key else None
            who = key.text if key else name
            yield f"{attribute.title} of {who} ({name}): not recorded, taken as {_meaning(attribute.absent)}"


def _meaning(absent: object) -> str:
    words = {"never": "not having happened", "empty": "none"}
    return words.get(str(absent), str(absent).lower())
