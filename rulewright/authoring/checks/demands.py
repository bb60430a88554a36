"""What a case must be like for a clause to hold, and the clauses that no case can make hold.

Of each clause and each conclusion an over-estimate is computed: cells of data (`domains`) in which a case lies wherever
it holds, provisionally at least, and other conclusions that hold then too. A clause whose over-estimate is empty holds
in no case. The converse is not claimed: what is not found here may hold in no case all the same.

Where a datum is known only within bounds, a test is true where all values within them pass it; so the cells that two
true tests allow together hold every value within the bounds, and are not empty. With fewer facts admitted there are
fewer clauses, and less is possible; but where a rule has facts under ``unless`` there may be more, so anything that
such a rule draws is taken as possible. What follows from other rules is said to follow only where their facts are those
of the clause itself.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, reduce

from engine.grounding import population_literal
from engine.model.knowledge import KnowledgeBase
from engine.model.rule import FactPattern
from engine.program import (
    Atom,
    Clause,
    Count,
    Datum,
    GroundCondition,
    GroundTest,
    Holds,
    Item,
    ItemField,
    Literal,
    Program,
    shown,
)
from engine.resolution import argument
from rulewright.authoring.checks.domains import Domains, Key, Masks

DEEPEST = 4
"""How many rules lie at most between a condition and what it is said to follow from."""
MOST_ATOMS = 64
"""Of the conclusions that hold wherever another does, so many are kept."""


@dataclass(frozen=True, slots=True)
class Need:
    """What holds wherever a conclusion does: in which cells a case lies, and which conclusions hold."""

    masks: Masks
    atoms: frozenset[Atom]

    def joined(self, other: Need) -> Need:
        """What holds wherever either does."""
        masks = {key: mask | other.masks[key] for key, mask in self.masks.items() if key in other.masks}
        return Need(masks, self.atoms & other.atoms)


NO_NEED = Need({}, frozenset())


@dataclass(frozen=True, slots=True)
class Never:
    """Why a clause holds in no case: the condition at which that shows (its place in the rule), and in words."""

    position: int
    under_unless: bool
    words: str


@dataclass
class Context:
    """What is known where some conditions hold.

    ``masks`` are the cells of data, those of the fields of items too (under ``$variable``); ``held`` the conclusions
    that hold, ``lacking`` those that are false, ``literals`` the conditions themselves, ``facts`` those that are
    admitted for certain. ``said`` are the conditions that speak of a key, in words.
    """

    masks: Masks = field(default_factory=dict)
    held: set[Atom] = field(default_factory=set)
    lacking: set[Atom] = field(default_factory=set)
    literals: set[Literal] = field(default_factory=set)
    facts: frozenset[str] = frozenset()
    said: dict[Key, list[str]] = field(default_factory=dict)


class Demands:
    """The over-estimates of one ground program."""

    def __init__(self, knowledge: KnowledgeBase, program: Program) -> None:
        self.vocabulary = knowledge.vocabulary
        self.knowledge = knowledge
        self.program = program
        self.by_head: dict[Atom, list[int]] = defaultdict(list)
        self.readers: dict[Atom, list[int]] = defaultdict(list)
        self.items: list[dict[str, str]] = []
        self.open = _open(knowledge)
        tests: list[tuple[str, GroundTest]] = []
        for index, clause in enumerate(program.clauses):
            self.by_head[clause.head].append(index)
            self.items.append(items_of(clause))
            for condition in clause.when:
                for atom in _atoms(condition.literal):
                    self.readers[atom].append(index)
            for condition in (*clause.when, *clause.unless):
                tests.extend(self._tests(condition.literal, self.items[index]))
        for fact in knowledge.facts.values():
            if fact.population is not None:
                tests.extend(self._tests(population_literal(knowledge, fact.id), {}))
        self.domains = Domains(self.vocabulary, tests)
        self.needs: dict[Atom, Need] = {}
        self.never: dict[int, Never] = {}
        self._settle()

    def is_possible(self, atom: Atom) -> bool:
        """Whether some case may draw a conclusion."""
        return self.need(atom) is not None

    @cached_property
    def relations(self) -> frozenset[str]:
        """The conclusions that some rule draws, or may draw where fewer facts are admitted."""
        return self.open | {atom.relation for atom in self.by_head}

    def need(self, atom: Atom) -> Need | None:
        """What holds wherever a conclusion does; None where no case draws it."""
        return NO_NEED if atom.relation in self.open else self.needs.get(atom)

    def facts(self, index: int) -> frozenset[str]:
        """The facts without which there is no such clause."""
        clause, program = self.program.clauses[index], self.program
        matched = (fact for name in clause.evidence for fact in program.evidence[name].needs)
        return frozenset((*matched, *program.rule_facts.get(clause.rule, ())))

    def context(self, index: int, without: tuple[GroundCondition, ...] = ()) -> Context | Never:
        """What is known where the clause of that number holds, some of its conditions left out; or why it never does.

        What follows from conditions under ``unless`` with ``if_unknown: stands`` is left out.
        """
        clause, items, found = self.program.clauses[index], self.items[index], Context(facts=self.facts(index))
        for condition in clause.when:
            if condition not in without:
                words = self._hold(found, condition.literal, items)
                if words:
                    return Never(condition.position, False, words)
        for condition in clause.unless:
            if condition not in without:
                words = self._lack(found, condition, items)
                if words:
                    return Never(condition.position, True, words)
        return found

    # To the least that is possible ---------------------------------------------------------------------------------

    def _settle(self) -> None:
        """Find what is possible from the bottom up; then leave out what cannot stand beside its own `unless`, until
        nothing more falls.
        """
        contradicted: dict[int, Never] = {}
        while True:
            self._possible(contradicted)
            fresh = {
                index: never
                for index, clause in enumerate(self.program.clauses)
                if index not in self.never and (never := self._beside_its_unless(index, clause)) is not None
            }
            if not fresh:
                return
            contradicted.update(fresh)

    def _possible(self, contradicted: dict[int, Never]) -> None:
        self.needs, self.never = {}, dict(contradicted)
        waiting = deque(index for index in range(len(self.program.clauses)) if index not in contradicted)
        queued = set(waiting)
        while waiting:
            index = waiting.popleft()
            queued.discard(index)
            found = self.context(index)
            if isinstance(found, Never):
                self.never[index] = found
                continue
            self.never.pop(index, None)
            head = self.program.clauses[index].head
            need = self._need(found)
            before = self.needs.get(head)
            joined = need if before is None else before.joined(need)
            if joined != before:
                self.needs[head] = joined
                for reader in self.readers.get(head, ()):
                    if reader not in queued and reader not in contradicted:
                        queued.add(reader)
                        waiting.append(reader)

    @staticmethod
    def _need(found: Context) -> Need:
        """What a clause passes on: nothing of single items, nor of the steps by which preferences are applied, which
        are others where fewer facts are admitted.
        """
        masks = {key: mask for key, mask in found.masks.items() if not key[0].startswith("$")}
        atoms = [atom for atom in found.held if not (atom.relation.startswith("unbeaten ") or " [" in atom.relation)]
        return Need(masks, frozenset(atoms if len(atoms) <= MOST_ATOMS else sorted(atoms)[:MOST_ATOMS]))

    def _beside_its_unless(self, index: int, clause: Clause) -> Never | None:
        """Why a clause never holds: what it asks for draws what it must do without."""
        negated = [condition for condition in clause.unless if isinstance(condition.literal, Holds)]
        if not negated:
            return None
        found = self.context(index)
        if isinstance(found, Never):
            return found
        for condition in negated:
            if self.entails(found, condition.literal, self.items[index]):
                words = f"what it asks for draws {condition.literal}, which it must do without"
                return Never(condition.position, True, words)
        return None

    # Conditions ------------------------------------------------------------------------------------------------------

    def _hold(self, found: Context, literal: Literal, items: dict[str, str]) -> str:
        """Take in that a condition holds; the reason where it cannot, else an empty text."""
        found.literals.add(literal)
        if isinstance(literal, Holds):
            need = self.need(literal.atom)
            if need is None:
                return f"nothing draws {literal.atom}" if self._is_undrawn(literal.atom) else _nowhere(literal.atom)
            found.held.add(literal.atom)
            found.held |= need.atoms
            return self._narrow(found, need.masks, f"what {literal.atom} needs")
        if isinstance(literal, Count):
            return self._count(found, literal, items)
        for place, name, test in self._places(literal, items):
            masks = {(name, what): mask for (_, what), mask in self.domains.masks(place, test, True).items()}
            words = self._narrow(found, masks, shown(test))
            if words:
                return words
        return ""

    def _lack(self, found: Context, condition: GroundCondition, items: dict[str, str]) -> str:
        """Take in that a condition is false; the reason where it cannot be."""
        literal = condition.literal
        if isinstance(literal, Holds):
            if literal.atom in found.held:
                return f"{literal.atom} would have to hold, and not to hold"
            if not condition.stands:
                found.lacking.add(literal.atom)
        elif isinstance(literal, Datum | ItemField):
            if literal in found.literals:
                return f"{literal} would have to hold, and not to hold"
            if condition.stands:
                return f"{literal} holds wherever the rest does" if self.entails(found, literal, items) else ""
            for place, name, test in self._places(literal, items):
                masks = {(name, what): mask for (_, what), mask in self.domains.masks(place, test, False).items()}
                words = self._narrow(found, masks, f"not {shown(test)}")
                if words:
                    return words
        return ""

    def _narrow(self, found: Context, masks: Masks, words: str) -> str:
        for key, mask in masks.items():
            said = found.said.setdefault(key, [])
            left = found.masks.get(key, -1) & mask
            if not left:
                before = " and ".join(dict.fromkeys(said))
                return f"{_name(key)}: {words}" + (f", and {before}" if before else ", which no case can meet")
            found.masks[key] = left
            said.append(words)
        return ""

    def _count(self, found: Context, literal: Count, items: dict[str, str]) -> str:
        """Take in a count: where every member is needed, all hold; where one is, what they have in common."""
        needs = [self._alone(member, items) for _, member in literal.members]
        points = [(points, need) for (points, _), need in zip(literal.members, needs, strict=True)]
        most = sum((worth for worth, need in points if worth > 0 and need is not None), Fraction(0))
        least = sum((worth for worth, need in points if worth < 0 and need is not None), Fraction(0))
        if literal.at_least is not None and most < literal.at_least:
            return f"of {_bounds(literal)} no more than {most} can be met"
        if literal.at_most is not None and least > literal.at_most:
            return f"of {_bounds(literal)} no fewer than {least} can be met"
        if literal.at_least is None:
            return ""
        for (worth, member), need in zip(literal.members, needs, strict=True):
            if worth > 0 and need is not None and most - worth < literal.at_least:
                words = self._hold(found, member, items)
                if words:
                    return words
        some = [need for worth, need in points if worth > 0 and need is not None]
        if literal.at_least > 0 and some:
            common = reduce(Need.joined, some)
            found.held |= common.atoms
            return self._narrow(found, common.masks, f"what {_bounds(literal)} needs")
        return ""

    def _alone(self, literal: Literal, items: dict[str, str]) -> Need | None:
        """What holds wherever one condition does; None where it never does."""
        found = Context()
        return None if self._hold(found, literal, items) else Need(found.masks, frozenset(found.held))

    # What follows ----------------------------------------------------------------------------------------------------

    def entails(self, found: Context, literal: Literal, items: dict[str, str], deepest: int = DEEPEST) -> bool:
        """Whether a condition holds wherever what is known does; False where that is not seen."""
        if literal in found.literals:
            return True
        if isinstance(literal, Holds):
            if literal.atom in found.held:
                return True
            clauses = self.by_head.get(literal.atom, ()) if deepest else ()
            return any(self._fires(found, index, deepest - 1) for index in clauses)
        if isinstance(literal, Count):
            return self._entails_count(found, literal, items, deepest)
        if isinstance(literal, Datum | ItemField):
            return all(self._is_met(found, *where, True) for where in self._places(literal, items))
        return False

    def _fires(self, found: Context, index: int, deepest: int) -> bool:
        """Whether a clause holds wherever what is known does; one that speaks of items is not looked into."""
        clause = self.program.clauses[index]
        if self.items[index] or clause.rule not in self.knowledge.rules or not self.facts(index) <= found.facts:
            return False
        return all(self.entails(found, each.literal, {}, deepest) for each in clause.when) and all(
            self.excludes(found, each.literal, {}) for each in clause.unless
        )

    def excludes(self, found: Context, literal: Literal, items: dict[str, str]) -> bool:
        """Whether a condition is false wherever what is known holds; False where that is not seen."""
        if isinstance(literal, Holds):
            need = self.need(literal.atom)
            if need is None or literal.atom in found.lacking or need.atoms & found.lacking:
                return True
            return any(key in found.masks and not found.masks[key] & mask for key, mask in need.masks.items())
        if isinstance(literal, Datum | ItemField):
            return any(self._is_met(found, *where, False) for where in self._places(literal, items))
        return isinstance(literal, Count) and self._alone(literal, items) is None

    def _is_met(self, found: Context, place: str, name: str, test: GroundTest, outcome: bool) -> bool:
        """Whether a test comes out so in every cell in which its datum can be."""
        masks = self.domains.masks(place, test, outcome)
        if not masks or not self.domains.decides(test):
            return False
        known = [(found.masks.get((name, what)), mask) for (_, what), mask in masks.items()]
        return all(cells is not None and not cells & ~mask for cells, mask in known)

    def _entails_count(self, found: Context, literal: Count, items: dict[str, str], deepest: int) -> bool:
        least = most = Fraction(0)
        for points, member in literal.members:
            if self.entails(found, member, items, deepest):
                least, most = least + points, most + points
            elif not self.excludes(found, member, items):
                least, most = least + min(points, Fraction(0)), most + max(points, Fraction(0))
        enough = literal.at_least is None or least >= literal.at_least
        return enough and (literal.at_most is None or most <= literal.at_most)

    # Places ----------------------------------------------------------------------------------------------------------

    def _places(self, literal: Literal, items: dict[str, str]) -> Iterator[tuple[str, str, GroundTest]]:
        """The tests of a condition: the place of the domain, what is narrowed (an item's field is its own), the test.

        An item that no variable names is one of its own each time.
        """
        if isinstance(literal, Datum):
            yield literal.path, literal.path, literal.test
        elif isinstance(literal, ItemField):
            section = self.vocabulary.items[items[literal.variable]].name
            yield f"{section}.{literal.field}", f"${literal.variable}.{literal.field}", literal.test
        elif isinstance(literal, Item):
            section = self.vocabulary.items[literal.item].name
            name = literal.variable or f"{id(literal)} {literal.item}"
            for field_name, test in literal.tests:
                yield f"{section}.{field_name}", f"${name}.{field_name}", test

    def _tests(self, literal: Literal, items: dict[str, str]) -> Iterator[tuple[str, GroundTest]]:
        if isinstance(literal, Count):
            for _, member in literal.members:
                yield from self._tests(member, items)
        else:
            for place, _, test in self._places(literal, items):
                yield place, test

    def _is_undrawn(self, atom: Atom) -> bool:
        return not self.by_head.get(atom)


def items_of(clause: Clause) -> dict[str, str]:
    """The item that each variable of a clause stands for one of."""
    literals = (condition.literal for condition in clause.when)
    return {literal.variable: literal.item for literal in literals if isinstance(literal, Item) and literal.variable}


def _atoms(literal: Literal) -> Iterator[Atom]:
    if isinstance(literal, Holds):
        yield literal.atom
    elif isinstance(literal, Count):
        for _, member in literal.members:
            yield from _atoms(member)


def _name(key: Key) -> str:
    """What a key is of, in words; an item without a variable is called by its kind."""
    return key[0].partition(" ")[2] or key[0]


def _open(knowledge: KnowledgeBase) -> frozenset[str]:
    """The conclusions of rules that may have more instances where fewer facts are admitted."""
    found: set[str] = set()
    for rule in knowledge.rules.values():
        if any(isinstance(condition.pattern, FactPattern) for condition in rule.unless):
            for conclusion in rule.then:
                found |= {argument(conclusion.relation, conclusion.side), conclusion.relation}
                found |= {"withheld", "conflict"} if conclusion.side else set()
    return frozenset(found)


def _nowhere(atom: Atom) -> str:
    return f"no case can draw {atom}"


def _bounds(literal: Count) -> str:
    return f"the {'sum' if literal.is_sum else 'count'} ({str(literal).partition(' of ')[0]})"


__all__ = ["Context", "Demands", "Need", "Never", "items_of"]
