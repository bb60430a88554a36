"""Two ground programs side by side: which clauses both have, and which parts of a knowledge base a clause is made from.

Clauses are the same where they say the same, whatever their claims are numbered.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from engine.formula import inputs, parse_formula
from engine.model.knowledge import KnowledgeBase
from engine.model.vocabulary import Section
from engine.program import (
    Atom,
    Clause,
    Datum,
    Evidence,
    GroundAmount,
    GroundCondition,
    Holds,
    Item,
    ItemField,
    Literal,
    Program,
    atoms_of,
    other_datum,
)
from rulewright.authoring.diff.twins import Twins

Key = tuple[str, ...]
READ = ("source", "section", "datum", "quantity", "term")
"""Parts that a clause reads or cites by name: it stays the same where they are edited, and says something else."""


def roots_of(key: Key, knowledge: KnowledgeBase, atoms: Collection[Atom]) -> tuple[Atom, ...]:
    """The conclusions that an option is about: for and against it, whether it runs or is complete, its doses, what is
    said beside it.
    """
    head = knowledge.vocabulary.headings
    longer = {head.dose, head.remark, *head.marks} - {""}
    found = [Atom(relation, key) for relation in head.relations]
    return (*found, *(atom for atom in atoms if atom.relation in longer and atom.arguments[: len(key)] == key))


class Outline:
    """One program: what its clauses draw and say, and what each conclusion could rest on.

    By clause, ``light`` identifies what it draws and from which claims, ``drawn`` that with its conditions in any
    order, ``exact`` that with their order and reason codes. ``numbers`` gives both programs the same number for the
    same words.
    """

    def __init__(self, program: Program, knowledge: KnowledgeBase, numbers: dict[object, int]) -> None:
        self.program = program
        self.knowledge = knowledge
        evidence = {id_: _evidence(found) for id_, found in program.evidence.items()}
        self.light: list[int] = []
        self.drawn: list[int] = []
        self.exact: list[int] = []
        for clause in program.clauses:
            claims = tuple(evidence[id_] for id_ in clause.evidence)
            warrants = frozenset(program.rule_facts.get(clause.rule, ()))
            whole = (clause.rule, warrants, clause.head, clause.bindings, clause.modality, claims, clause.annotations)
            drawn = (*whole, frozenset(map(_literal, clause.when)), frozenset(map(_literal, clause.unless)))
            exact = (*whole, tuple(map(_coded, clause.when)), tuple(map(_coded, clause.unless)))
            self.light.append(numbers.setdefault(whole, len(numbers)))
            self.drawn.append(numbers.setdefault(drawn, len(numbers)))
            self.exact.append(numbers.setdefault(exact, len(numbers)))

    def options(self) -> Iterator[Key]:
        """The keys of the argued conclusion that some clause or claim knows."""
        head = self.knowledge.vocabulary.headings
        if not head.conclusion:
            return
        for atom in self.program.by_head:
            if atom.relation.partition(" [")[0] in (f"for {head.conclusion}", f"against {head.conclusion}"):
                yield atom.arguments
        for evidence in self.program.evidence.values():
            key = [evidence.value(name) for name in self.knowledge.vocabulary.conclusions[head.conclusion].key]
            if evidence.kind in head.known_by and all(isinstance(part, str) for part in key):
                yield tuple(map(str, key))

    def statements(self) -> Iterator[Atom]:
        """The conclusions that an advice prints as statements."""
        kinds = self.knowledge.vocabulary.conclusions
        return (atom for atom in self.program.atoms if atom.relation in kinds and kinds[atom.relation].section)

    def below(self, atom: Atom) -> Iterator[Atom]:
        """The conclusions that the clauses of a conclusion read."""
        for index in self.program.by_head.get(atom, ()):
            yield from reads(self.program.clauses[index])

    def parts(self, index: int) -> frozenset[str]:
        """The parts that a clause is made from, as edits name them."""
        clause = self.program.clauses[index]
        found = {f"rule:{clause.rule}"}
        found |= {f"regimen:{id_.partition('/')[0]}" for id_ in clause.evidence}
        found |= {f"interaction:{clause.rule.removeprefix('interaction-').removesuffix('-reversed')}"}
        for condition in (*clause.when, *clause.unless):
            found |= set(self.read(condition.literal))
        for _, value in clause.annotations:
            if isinstance(value, GroundAmount):
                found |= set(self.datum(value.times))
        for fact in self.facts(index) & self.knowledge.facts.keys():
            known = self.knowledge.facts[fact]
            found |= {f"{'reading' if known.is_interpretation else 'fact'}:{fact}", f"source:{known.quoted_from}"}
            graders = {grade.by for grade in (known.grade, *(claim.grade for claim in known.claims)) if grade}
            found |= {f"source:{source}" for source in (*known.cites, *graders)}
        return frozenset(found)

    def facts(self, index: int) -> frozenset[str]:
        """The facts behind the claims of a clause, and those that warrant its rule."""
        clause = self.program.clauses[index]
        facts = {fact for id_ in clause.evidence for fact in self.program.evidence[id_].needs}
        return frozenset(facts.union(self.program.rule_facts.get(clause.rule, ())))

    def read(self, literal: Literal) -> Iterator[str]:
        """What a condition reads: data, lists, quantities, and terms that a conclusion is about."""
        sections = self.knowledge.vocabulary.items
        if isinstance(literal, Datum):
            yield from self.datum(literal.path)
            yield from self.datum(other_datum(literal.test))
        elif isinstance(literal, Item):
            yield from self.fields(sections[literal.item], [name for name, _ in literal.tests])
        elif isinstance(literal, ItemField):
            for section in sections.values():
                yield from self.fields(section, [literal.field])
        elif isinstance(literal, Holds):
            yield from self.terms(literal.atom)
        else:
            for _, member in literal.members:
                yield from self.read(member)

    def datum(self, path: str) -> Iterator[str]:
        """A datum of a record, or a declared quantity with the data of its formula."""
        declared = self.knowledge.vocabulary.quantities.get(path)
        yield f"datum:{path}" if declared is None else f"quantity:{path}"
        if declared is not None:
            yield from (f"datum:{value.path}" for value in inputs(parse_formula(declared.formula)))
        else:
            yield f"section:{path.partition('.')[0]}"

    def fields(self, section: Section, names: Iterable[str]) -> Iterator[str]:
        """Fields of the items of a list, and the list."""
        yield f"section:{section.name}"
        for name in names:
            if name in section.attributes:
                yield f"datum:{section.name}.{name}"
                yield f"datum:{section.name}.{section.attributes[name].since or name}"

    def terms(self, atom: Atom) -> Iterator[str]:
        """The terms that a conclusion is about."""
        kind = self.knowledge.vocabulary.conclusions.get(atom.relation.rpartition(" ")[2])
        for type_, word in zip(kind.key.values(), atom.arguments, strict=False) if kind is not None else ():
            yield f"term:{type_.of} {word}"


def _evidence(evidence: Evidence) -> tuple[object, ...]:
    values = tuple(sorted(evidence.values.items(), key=lambda pair: pair[0]))
    return (evidence.name, evidence.kind, values, evidence.modality, evidence.facts, evidence.grade, evidence.named)


def _literal(condition: GroundCondition) -> tuple[object, ...]:
    return condition.literal, condition.stands


def _coded(condition: GroundCondition) -> tuple[object, ...]:
    return condition.literal, condition.stands, condition.codes


def reads(clause: Clause) -> Iterator[Atom]:
    """The conclusions that a clause reads, under `unless` too."""
    for condition in (*clause.when, *clause.unless):
        yield from atoms_of(condition.literal)


class Pairing:
    """Two outlines, and what only one of them has.

    ``changed`` names the parts that were edited in meaning; ``aged`` are those of them that are data of which only the
    validity was edited: where a case gives such a datum to both sides or to none, it is read alike.
    """

    def __init__(
        self, old: Outline, new: Outline, changed: Collection[str], aged: Collection[str] = frozenset()
    ) -> None:
        self.sides = (old, new)
        self.changed = frozenset(changed)
        self._cited: dict[int, frozenset[str]] = {}
        drawn = frozenset(old.drawn) & frozenset(new.drawn)
        exact = frozenset(old.exact) & frozenset(new.exact)
        self.lone: dict[Atom, frozenset[str]] = {}
        """The edited parts of clauses that only one side has, word for word, by what they draw."""
        self.lone_drawn = tuple(
            {index for index, number in enumerate(side.drawn) if number not in drawn} for side in self.sides
        )
        lone_exact = [[index for index, number in enumerate(side.exact) if number not in exact] for side in self.sides]
        for side, indexes in zip(self.sides, lone_exact, strict=True):
            for index in indexes:
                head = side.program.clauses[index].head
                self.lone[head] = self.lone.get(head, frozenset()) | self.edited(side, index)
        self.closure = lru_cache(maxsize=4096)(self._closure)
        self.roots = lru_cache(maxsize=4096)(self._roots_of)
        one, other = (frozenset(side.options()) for side in self.sides)
        self.options = one | other
        self.statements = frozenset(atom for side in self.sides for atom in side.statements())
        self.of_one_side = one ^ other
        read = {part for part in self.changed if part.partition(":")[0] in READ}
        self.read_otherwise = self._reading(read.difference(aged))
        self.aged = self._reading(read.intersection(aged))
        self.argued_otherwise = self._argued_otherwise()
        self.twins = Twins(old, new, lone_exact[0], lone_exact[1], self.read_otherwise)
        self.touching = {
            head: self.options_on(frozenset({head})) for head in self.lone.keys() | self.read_otherwise | self.aged
        }

    def _reading(self, parts: Collection[str]) -> frozenset[Atom]:
        """What is drawn by clauses that read or cite some parts, be they the same on both sides."""
        return frozenset(
            clause.head
            for side in self.sides
            for index, clause in enumerate(side.program.clauses)
            if not side.parts(index).isdisjoint(parts)
        )

    def _argued_otherwise(self) -> frozenset[Atom]:
        """The arguments whose clauses do not ask the same of a case, by the same facts, on both sides."""
        found = [
            {
                (clause.head, side.facts(index), frozenset(map(_literal, (*clause.when, *clause.unless))))
                for index, clause in enumerate(side.program.clauses)
                if clause.head.relation.partition(" ")[0] in ("for", "against")
            }
            for side in self.sides
        ]
        return frozenset(head for head, _, _ in found[0] ^ found[1])

    def cited(self, number: int) -> frozenset[str]:
        """The facts that the clauses of this ``light`` number cite."""
        if number not in self._cited:
            self._cited[number] = frozenset(
                fact
                for side in self.sides
                for index, own in enumerate(side.light)
                if own == number
                for fact in side.facts(index)
            )
        return self._cited[number]

    def options_on(self, atoms: frozenset[Atom]) -> frozenset[Key]:
        """The options whose lines can depend on some conclusions."""
        return frozenset(key for key in self.options if not atoms.isdisjoint(self.closure(self.roots(key))))

    def statements_on(self, atoms: frozenset[Atom]) -> frozenset[Atom]:
        """The statements whose lines can depend on some conclusions."""
        return frozenset(atom for atom in self.statements if not atoms.isdisjoint(self.closure((atom,))))

    def _roots_of(self, key: Key) -> tuple[Atom, ...]:
        found = (root for side in self.sides for root in roots_of(key, side.knowledge, side.program.atoms))
        return tuple(dict.fromkeys(found))

    def edited(self, side: Outline, index: int) -> frozenset[str]:
        """The edited parts that a clause is made from."""
        return side.parts(index) & self.changed

    def below(self, atom: Atom) -> Iterator[Atom]:
        """The conclusions that a conclusion could rest on directly, on either side."""
        for side in self.sides:
            yield from side.below(atom)

    def _closure(self, roots: tuple[Atom, ...]) -> frozenset[Atom]:
        """Every conclusion that some conclusions could rest on, these among them."""
        return frozenset(self.walk(roots, None))

    def walk(self, roots: Iterable[Atom], within: Collection[Atom] | None) -> list[Atom]:
        """The conclusions below some, nearest first; only ``within`` these, where they are given."""
        seen = {root: None for root in roots if within is None or root in within}
        waiting = list(seen)
        while waiting:
            following: list[Atom] = []
            for atom in waiting:
                for other in self.below(atom):
                    if other not in seen and (within is None or other in within):
                        seen[other] = None
                        following.append(other)
            waiting = following
        return list(seen)
