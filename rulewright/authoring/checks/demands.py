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
from fractions import Fraction
from functools import cached_property

from engine.model.knowledge import KnowledgeBase
from engine.model.rule import FactPattern
from engine.model.vocabulary import Vocabulary
from engine.program import (
    Atom,
    Clause,
    Count,
    Datum,
    GroundCondition,
    GroundTest,
    Holds,
    ItemField,
    Literal,
    Program,
    atoms_of,
)
from engine.resolution import argument
from rulewright.authoring.checks.assuming import Assuming
from rulewright.authoring.checks.contexts import NO_NEED, Context, Need, Never, items_of, places
from rulewright.authoring.checks.domains import Domains

DEEPEST = 4
"""How many rules lie at most between a condition and what it is said to follow from."""
MOST_ATOMS = 64
"""Of the conclusions that hold wherever another does, so many are kept."""


class Demands:
    """The over-estimates of one ground program."""

    def __init__(self, knowledge: KnowledgeBase, program: Program) -> None:
        self.vocabulary = knowledge.vocabulary
        self.knowledge = knowledge
        self.program = program
        self.by_head = program.by_head
        self.readers: dict[Atom, list[int]] = defaultdict(list)
        self.items: list[dict[str, str]] = []
        self.open = _open(knowledge)
        tests: list[tuple[str, GroundTest]] = []
        for index, clause in enumerate(program.clauses):
            self.items.append(items_of(clause))
            for condition in clause.when:
                for atom in atoms_of(condition.literal):
                    self.readers[atom].append(index)
            for condition in (*clause.when, *clause.unless):
                tests.extend(_tests(condition.literal, self.items[index], self.vocabulary))
        for population in program.populations.values():
            tests.extend(_tests(population, {}, self.vocabulary))
        self.domains = Domains(self.vocabulary, tests)
        self.assuming = Assuming(self.vocabulary, self.domains, self.need, self.by_head.keys())
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
                words = self.assuming.hold(found, condition.literal, items)
                if words:
                    return Never(condition.position, False, words)
        for condition in clause.unless:
            if condition not in without:
                words = self._lack(found, condition, items)
                if words:
                    return Never(condition.position, True, words)
        return found

    def _lack(self, found: Context, condition: GroundCondition, items: dict[str, str]) -> str:
        """Take in that a condition is false (or, where it stands so, open); the reason where it cannot be."""
        literal = condition.literal
        words = self.assuming.lack(found, condition, items)
        if not words and condition.stands and isinstance(literal, Datum | ItemField):
            return f"{literal} holds wherever the rest does" if self.entails(found, literal, items) else ""
        return words

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
            return all(self._is_met(found, *where, True) for where in places(literal, items, self.vocabulary))
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
            return any(self._is_met(found, *where, False) for where in places(literal, items, self.vocabulary))
        return isinstance(literal, Count) and self.assuming.alone(literal, items) is None

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


def _open(knowledge: KnowledgeBase) -> frozenset[str]:
    """The conclusions of rules that may have more instances where fewer facts are admitted."""
    found: set[str] = set()
    for rule in knowledge.rules.values():
        if any(isinstance(condition.pattern, FactPattern) for condition in rule.unless):
            for conclusion in rule.then:
                found |= {argument(conclusion.relation, conclusion.side), conclusion.relation}
                found |= {"withheld", "conflict"} if conclusion.side else set()
    return frozenset(found)


def _tests(literal: Literal, items: dict[str, str], vocabulary: Vocabulary) -> Iterator[tuple[str, GroundTest]]:
    if isinstance(literal, Count):
        for _, member in literal.members:
            yield from _tests(member, items, vocabulary)
    else:
        for place, _, test in places(literal, items, vocabulary):
            yield place, test
