"""Forward chaining on durable-rules: the second engine.

The admitted evidence is resident in the matcher (`engine.rete_facts`) and the rules are patterns over it, as they were
written (`engine.rete_rules`). The facts of a case flow through; each match is a clause of the program that fires
(`engine.rete_program`). Truth is a chain of values, so each rule is matched at nested levels: *certain* for what is
true, *possible* for what is not false, and *presumed* between them where ``if_unknown: stands`` can make a difference.

Conditions on the case are decided outside, exactly, by the `Observer`: a clause whose conclusions have all been drawn,
and that the case touches, has its conditions decided and posted as facts. Under `unless` their negation is posted, so
that only conclusions and evidence are negated in the matcher.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from engine.amounts import Amounts
from engine.counting import counted
from engine.derivation import Derivation, Firing, Items
from engine.errors import EnginesDiffer, MatcherUnavailable
from engine.matching import Assertion, Match, Matcher, MatcherFailure, MatcherLimit, MatchRule, resident_megabytes
from engine.model.case import Case
from engine.model.knowledge import KnowledgeBase
from engine.observing import FALSE, TRUE, Observer
from engine.program import Atom, Datum, Holds, Item, ItemField, Literal, Program
from engine.rete_facts import DERIVED, Filled, Texts
from engine.rete_program import KEY, Meaning, Slot, Translation
from engine.rete_touching import Touching

__all__ = ["Rete", "resident_megabytes"]


class Rete:
    """A program prepared for any number of cases, one at a time.

    The matcher's memory only grows: a service reads `resident_megabytes` and hands over to a fresh process before a
    bound. Raises `MatcherUnavailable` where the matcher cannot hold the program or fails on a case.
    """

    def __init__(self, program: Program, knowledge: KnowledgeBase) -> None:
        self.program = program
        self.vocabulary = knowledge.vocabulary
        self.amounts = Amounts(program, knowledge.vocabulary)
        self.translation = Translation(program, knowledge)
        self.touching = Touching(self.translation, knowledge.vocabulary)
        self.negated = self.translation.negated()
        self.meanings: dict[str, Meaning] = {}
        self.concluded: dict[tuple[Atom, Texts], tuple[Assertion, ...]] = {}
        rules: list[list[MatchRule]] = [[] for _ in range(self.translation.strata)]
        for rule, meaning in self.translation.written():
            rules[meaning.stratum].append(rule)
            self.meanings[rule.name] = meaning
        try:
            self.matcher = Matcher(rules, self.translation.facts.resident())
        except (MatcherLimit, MatcherFailure) as error:
            raise MatcherUnavailable(str(error)) from error

    @property
    def cases_run(self) -> int:
        """How many cases this matcher has run."""
        return self.matcher.cases_run

    def evaluate(self, case: Case, observer: Observer | None = None) -> Derivation:
        """Everything that follows from the case."""
        run = _Run(self, case, observer or Observer(self.vocabulary, case, self.program.facts))
        try:
            self.matcher.run((), run.draw, run.before_stratum)
        except MatcherFailure as error:
            raise MatcherUnavailable(str(error)) from error
        firings = tuple(sorted(Firing(index, items, value) for (index, items), value in run.fired.items()))
        return Derivation(run.values, firings, self.amounts.computed(run.fired, run.observer))

    def conclusion(self, atom: Atom, levels: Texts) -> tuple[Assertion, ...]:
        """A conclusion as the facts that patterns read; kept, since there are no more than the program draws."""
        found = self.concluded.get((atom, levels))
        if found is None:
            found = self.concluded[atom, levels] = tuple(self.translation.facts.conclusion(atom, levels))
        return found


class _Run:
    """One case. Everything is reset with the first stratum, since the matcher may run a case again."""

    def __init__(self, rete: Rete, case: Case, observer: Observer) -> None:
        self.rete = rete
        self.translation = rete.translation
        self.case = case
        self.observer = observer
        self._reset()

    def _reset(self) -> None:
        self.values: dict[Atom, int] = {}
        self.fired: dict[tuple[int, Items], int] = {}
        self.stratum = -1
        self._drawn: dict[str, list[Atom]] = defaultdict(list)
        self._parts = 0
        self._decided: dict[tuple[Slot, Texts], int] = {}
        self._lacking: dict[int, int] = {}
        self._waiting: list[list[int]] = [[] for _ in range(self.translation.strata)]

    def before_stratum(self, number: int, _: frozenset[Assertion]) -> Iterator[Assertion]:
        """The conclusions that the stratum negates, all settled, and the conditions of the clauses that wait for it."""
        if number == 0:
            self._reset()
            for index in self.rete.touching.touched(self.observer):
                self._approach(index)
        self.stratum = number
        for relation in self.rete.negated[number]:
            for atom in self._drawn.get(relation, ()):
                levels = self.translation.levels(atom, FALSE, self.values[atom])
                yield from self.translation.facts.denied(atom, levels, number)
        for index in self._waiting[number]:
            yield from self._conditions(index)

    def draw(self, match: Match) -> Iterable[Assertion]:
        """Record the clauses that a match stands for; what they conclude, and what becomes worth asking then."""
        meaning = self.rete.meanings[match.rule]
        facts = match.facts
        if meaning.continued:
            facts = (*facts[0].note, *facts[1:])
        if meaning.draws:
            return [self._part(meaning, facts)]
        filled: list[Filled] = [fact.note for fact in facts]
        signature = tuple([texts for texts, _ in filled])
        items = tuple([item for _, bound in filled for item in bound])
        indices = meaning.plan.clauses.get(signature)
        if indices is None:
            if meaning.plan.exact:
                raise EnginesDiffer(f"{match.rule} holds for {signature}, which is no clause of the program")
            return ()
        found: list[Assertion] = []
        for index in indices:
            if self.translation.stratum_of[index] != meaning.stratum:
                continue
            if meaning.value > self.fired.get((index, items), FALSE):
                self.fired[index, items] = meaning.value
                found.extend(self._conclude(self.rete.program.clauses[index].head, meaning.value))
        return found

    def _part(self, meaning: Meaning, facts: tuple[Assertion, ...]) -> Assertion:
        fields = [(name, dict(facts[number].fields)[field]) for name, number, field in meaning.carried]
        self._parts += 1
        return Assertion(meaning.draws, DERIVED, ((KEY, str(self._parts)), *fields), facts)

    def _conclude(self, atom: Atom, value: int) -> Iterator[Assertion]:
        before = self.values.get(atom, FALSE)
        if value <= before:
            return
        self.values[atom] = value
        levels = self.translation.levels(atom, before, value)
        if levels:
            yield from self.rete.conclusion(atom, levels)
        if before == FALSE:
            self._drawn[atom.relation].append(atom)
            for index in self.rete.touching.readers.get(atom, ()):
                if self._approach(index):
                    yield from self._conditions(index)

    # Conditions on the case ------------------------------------------------------------------------------------------

    def _approach(self, index: int) -> bool:
        """Note that the clause lacks one thing less; whether it lacks nothing in the stratum that runs."""
        lacking = self._lacking[index] = self._lacking.get(index, self.rete.touching.needs[index]) - 1
        if lacking > 0:
            return False
        stratum = self.translation.stratum_of[index]
        if stratum == self.stratum:
            return True
        self._waiting[stratum].append(index)
        return False

    def _conditions(self, index: int) -> Iterator[Assertion]:
        """The conditions of a clause as facts, for each choice of items with which none of them is false."""
        return self._chosen(self.translation.slots_of[index], 0, {}, ())

    def _chosen(
        self, slots: tuple[Slot, ...], at: int, items: dict[str, str], facts: tuple[Assertion, ...]
    ) -> Iterator[Assertion]:
        if at == len(slots):
            yield from facts
            return
        slot = slots[at]
        if slot.binder:
            (literal,) = slot.literals
            assert isinstance(literal, Item)
            for name, value in self.observer.items(literal, items):
                more = {**items, slot.binder: name}
                yield from self._chosen(slots, at + 1, more, (*facts, self._posted(slot, more, value)))
            return
        value = self._value(slot, items)
        if value:
            yield from self._chosen(slots, at + 1, items, (*facts, self._posted(slot, items, value)))

    def _posted(self, slot: Slot, items: dict[str, str], value: int) -> Assertion:
        names = (*slot.items, slot.binder) if slot.binder else slot.items
        fields = (*slot.levels[value], *slot.labels, *((f"[{name}]", items[name]) for name in names))
        bound = ((slot.binder, items[slot.binder]),) if slot.binder else ()
        return Assertion(slot.source, DERIVED, fields, (slot.texts, bound))

    def _value(self, slot: Slot, items: dict[str, str]) -> int:
        """The value of a condition, or of its negation under `unless`; decided once in a case."""
        key = (slot, tuple(items[name] for name in slot.items))
        found = self._decided.get(key)
        if found is None:
            values = [self._literal(literal, items) for literal in slot.literals]
            if slot.table is not None:
                found = min((slot.table[value] for value in values), default=TRUE)
            else:
                (found,) = values
            self._decided[key] = found
        return found

    def _literal(self, literal: Literal, items: dict[str, str]) -> int:
        if isinstance(literal, Holds):
            return self.values.get(literal.atom, FALSE)
        if isinstance(literal, Datum):
            return self.observer.datum(literal.path, literal.test)
        if isinstance(literal, ItemField):
            return self.observer.item_field(literal, items)
        if isinstance(literal, Item):
            return self.observer.exists(literal, items)
        return counted(literal, [self._literal(member, items) for _, member in literal.members])
