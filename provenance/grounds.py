"""What the firings of one advice rest on: looked up in the knowledge base that made it, and in its own case.

Everything that questions an advice (why, why not, what if, the graph, a trace) starts here. An advice that was read
back from its file has the same grounds: the ground program, the case and the values are had from the advice and the
knowledge base, never from an engine's memory.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property

from engine.derivation import Derivation, Firing
from engine.errors import Findings, Location, Problem, Refused
from engine.grounding import ground
from engine.loading.case import read_case
from engine.model.advice import Advice, FiringRecord, Premise
from engine.model.case import Case
from engine.model.knowledge import KnowledgeBase
from engine.model.rule import Compare, Reference
from engine.model.vocabulary import Attribute
from engine.observing import NAMES, Observer
from engine.program import Atom, Clause, Count, Datum, GroundTest, Item, ItemField, Literal, Program
from engine.reading import read_text
from engine.reasons import Reasons

MEANS = {"never": "not having happened", "empty": "nothing", False: "false"}

_ITEM = re.compile(r"([^\[\]]+\[\d+\])\.")


class Grounds:
    """What the firings of one advice rest on, looked up in the knowledge base that made it.

    ``program`` and ``case`` are those that the advice was made from, where they are at hand; else they are made anew
    from the advice. Raises `Refused` where the advice was made from another knowledge base than the one given.
    """

    def __init__(
        self, advice: Advice, knowledge: KnowledgeBase, program: Program | None = None, case: Case | None = None
    ) -> None:
        if advice.knowledge.digest != knowledge.digest:
            raise Refused(
                [
                    Problem(
                        Location(pointer="/knowledge/digest"),
                        "other-knowledge",
                        f"the advice was made from {advice.knowledge.name} {advice.knowledge.version} "
                        f"({advice.knowledge.digest[:12]}), not from this knowledge base ({knowledge.digest[:12]})",
                        "the knowledge base that made the advice",
                    )
                ]
            )
        self.advice = advice
        self.knowledge = knowledge
        self.vocabulary = knowledge.vocabulary
        self._program = program
        self._case = case
        self.recorded = {given.path for given in advice.inputs}
        self.firings = {firing.id: firing for firing in advice.firings}
        self.drawn_by: dict[str, list[FiringRecord]] = {}
        for firing in advice.firings:
            self.drawn_by.setdefault(firing.conclusion, []).append(firing)

    @cached_property
    def program(self) -> Program:
        """The ground program over the documents that the advice admitted, as of its time."""
        if self._program is not None:
            return self._program
        day = datetime.fromisoformat(self.advice.as_of).date()
        return ground(self.knowledge, self.knowledge.admitted(day, self.advice.admitted))

    @cached_property
    def case(self) -> Case:
        """The case that was advised; raises `Refused` where what the advice holds is no case."""
        if self._case is not None:
            return self._case
        findings = Findings()
        node = read_text(json.dumps(self.advice.case), "case", findings)
        case = read_case(node, self.vocabulary, findings) if node is not None else None
        findings.refuse_if_any()
        assert case is not None
        return case

    @cached_property
    def observer(self) -> Observer:
        """Answers conditions from the case, under the facts that the advice admitted."""
        return Observer(self.vocabulary, self.case, self.program.facts)

    @cached_property
    def atoms(self) -> Mapping[str, Atom]:
        """Every conclusion that the program can draw, by the name under which the advice has its value."""
        return self.program.names

    @cached_property
    def derivation(self) -> Derivation:
        """The values and firings as the advice states them, over the clauses of the program; without amounts."""
        index = {clause.key: number for number, clause in enumerate(self.program.clauses)}
        values = {
            atom: NAMES.index(value)
            for name, atom in self.atoms.items()
            if (value := self.advice.values.get(name, "false")) != "false"
        }
        firings = tuple(
            Firing(index[self.clause(firing).key], tuple(firing.items.items()), NAMES.index(firing.value))
            for firing in self.advice.firings
        )
        return Derivation(values, firings, {})

    @cached_property
    def reasons(self) -> Reasons:
        """Evaluates and explains conditions on the case."""
        return Reasons(self.program, self.vocabulary, self.observer, self.derivation)

    @cached_property
    def clauses_of(self) -> Mapping[Atom, tuple[Clause, ...]]:
        """The clauses that could draw each conclusion, in the order of the program."""
        clauses = self.program.clauses
        return {atom: tuple(clauses[index] for index in numbers) for atom, numbers in self.program.by_head.items()}

    @cached_property
    def _clauses(self) -> dict[tuple[object, ...], Clause]:
        return {
            _key(clause.rule, clause.number, clause.evidence, clause.bindings): clause
            for clause in self.program.clauses
        }

    def clause(self, firing: FiringRecord) -> Clause:
        """The clause that fired."""
        return self._clauses[_key(firing.rule, firing.number, firing.evidence, firing.bindings.items())]

    def evidence(self, firing: FiringRecord) -> list[str]:
        """The facts and readings behind the claims that a firing matched, and the facts that these name, each once."""
        known = self.program.evidence
        return list(dict.fromkeys(fact for id_ in firing.evidence for fact in known[id_].needs))

    def warrants(self, rule: str) -> tuple[str, ...]:
        """The facts and readings that warrant a rule."""
        return self.program.rule_facts.get(rule, ())

    def premises(self, firing: FiringRecord) -> Iterator[tuple[Premise, Literal, bool]]:
        """The conditions of a firing as emitted, with their literals, and whether each is under ``unless``."""
        clause = self.clause(firing)
        for premise, condition in zip(firing.premises, clause.when, strict=True):
            yield premise, condition.literal, False
        for premise, condition in zip(firing.absent, clause.unless, strict=True):
            yield premise, condition.literal, True

    def defaults(self, premise: Premise, literal: Literal, items: dict[str, str]) -> Iterator[tuple[str, str]]:
        """The stated defaults that a condition relied on: the path of what was not said, and what that counts as."""
        if isinstance(literal, Datum):
            yield from self._default(self.vocabulary.attribute(literal.path), literal.path)
        elif isinstance(literal, ItemField) and literal.variable in items:
            yield from self._field_default(items[literal.variable], literal.field)
        elif isinstance(literal, Item):
            named = [items[literal.variable]] if literal.variable in items else _items_of(premise.data)
            for name in named:
                for field, _ in literal.tests:
                    yield from self._field_default(name, field)
        elif isinstance(literal, Count):
            for _, member in literal.members:
                yield from self.defaults(premise, member, items)

    def _field_default(self, name: str, field: str) -> Iterator[tuple[str, str]]:
        section = self.vocabulary.sections.get(name.partition("[")[0])
        attribute = section.attributes.get(field) if section else None
        if not name.endswith("[?]"):
            yield from self._default(attribute, f"{name}.{field}")

    def _default(self, attribute: Attribute | None, path: str) -> Iterator[tuple[str, str]]:
        absent = attribute is not None and attribute.absent is not None and self.observer.is_read(attribute)
        if attribute is not None and absent and path not in self.recorded:
            yield path, MEANS.get(attribute.absent, str(attribute.absent))

    def quantities(self, literal: Literal) -> Iterator[str]:
        """The declared quantities that a condition computes."""
        if isinstance(literal, Datum):
            if literal.path in self.vocabulary.quantities:
                yield literal.path
            yield from self._bound(literal.test)
        elif isinstance(literal, ItemField):
            yield from self._bound(literal.test)
        elif isinstance(literal, Item):
            for _, test in literal.tests:
                yield from self._bound(test)
        elif isinstance(literal, Count):
            for _, member in literal.members:
                yield from self.quantities(member)

    def _bound(self, test: GroundTest) -> Iterator[str]:
        if (
            isinstance(test, Compare)
            and isinstance(test.bound, Reference)
            and test.bound.path in self.vocabulary.quantities
        ):
            yield test.bound.path

    def conclusions(self, premise: Premise, literal: Literal) -> Iterator[str]:
        """The conclusions that a condition reads, those inside a count too."""
        if premise.conclusion:
            yield premise.conclusion
        elif isinstance(literal, Count):
            for _, member in literal.members:
                atom = getattr(member, "atom", None)
                if atom is not None:
                    yield str(atom)
                elif isinstance(member, Count):
                    yield from self.conclusions(premise, member)

    def readings_of(self, path: str) -> tuple[str, ...]:
        """The readings under which a datum is read."""
        attribute = self.vocabulary.attribute(path)
        return tuple(fact for fact in attribute.because if fact in self.knowledge.facts) if attribute else ()


def _items_of(data: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(match[1] for path in data if (match := _ITEM.match(path))))


def _key(rule: str, number: int, evidence: Iterable[str], bindings: Iterable[tuple[str, str]]) -> tuple[object, ...]:
    return rule, number, tuple(evidence), frozenset(bindings)
