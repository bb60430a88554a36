"""What a knowledge base says of a case, worked out the slow and obvious way.

Nothing here is shared with the engines: no ground program, no index, no order of work. Every choice of claims, words
and items is tried for every rule; an instance of a rule has the least value of its conditions, a conclusion the best
value of its instances, and all of it is repeated, level by level, until nothing changes. It is the yardstick for the
engines, so it follows the text of the design.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from itertools import product
from typing import Any

from engine.model.case import Case, Entry, ItemList, Moment
from engine.model.knowledge import KnowledgeBase
from engine.model.quantity import Interval, Quantity, Range, square_root
from engine.model.rule import (
    Compare,
    Conclusion,
    ConclusionPattern,
    Constraint,
    CountPattern,
    DatumPattern,
    FactPattern,
    ItemPattern,
    ItemTest,
    OfClass,
    OneOf,
    Optional,
    Pattern,
    PopulationPattern,
    Recorded,
    Reference,
    Rule,
    Variable,
    Within,
)
from engine.model.unit import Unit, UnitError
from engine.model.vocabulary import Attribute, FieldType
from engine.program import Atom

FALSE, UNKNOWN, PROVISIONAL, TRUE = range(4)
NOT = {FALSE: TRUE, UNKNOWN: UNKNOWN, PROVISIONAL: UNKNOWN, TRUE: FALSE}
STANDS = {FALSE: TRUE, UNKNOWN: PROVISIONAL, PROVISIONAL: UNKNOWN, TRUE: FALSE}

Firing = tuple[str, int, tuple[str, ...], tuple[tuple[str, str], ...], tuple[tuple[str, str], ...], int]
"""Rule, number of the conclusion, ids of the evidence in order, bindings, items, value."""

Bindings = Mapping[str, object]
Model = dict[Atom, int]


class NegativeCycle(Exception):
    """Some conclusion depends on its own absence, or on a count of itself."""


@dataclass(frozen=True)
class Measured:
    """What a variable is bound to by a datum that has no list of possible words: the datum itself."""

    path: str


@dataclass(frozen=True)
class Claimed:
    """One claim with the facts that it rests on."""

    id: str
    name: str
    kind: str
    values: Mapping[str, object]
    modality: str
    facts: tuple[str, ...]

    def value(self, name: str) -> object:
        return {"is": self.name, "modality": self.modality or None}.get(name, self.values.get(name))


@dataclass(frozen=True)
class Instance:
    """A rule with words and claims put for its variables, for one of its conclusions."""

    rule: Rule
    number: int
    bindings: Bindings
    evidence: tuple[Claimed, ...]
    head: Atom


@dataclass(frozen=True)
class Choice:
    """What the variables of a rule stand for: words and claims' values, and items of the case."""

    bindings: Bindings
    items: Mapping[str, str]


@dataclass
class Step:
    """One way to draw a conclusion: what it reads (and whether that must be settled before), and what it gives."""

    head: Atom
    reads: list[tuple[Atom, bool]]
    value: Callable[[Patient, Model], int]


def words(value: object) -> str:
    """A bound value as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Measured):
        return value.path
    return value.text(None) if isinstance(value, Range) else str(value)


def same(one: object, other: object) -> bool:
    """Equal, and of one type: the number 1 is not the boolean true."""
    return type(one) is type(other) and one == other


Ends = tuple[Any, Any, bool, bool]
"""The two ends that a value lies between (None: unbounded), and whether each is left out."""


def signs(one: Ends, other: Ends) -> set[int]:
    """How a value between two ends can stand to a value between two others: below (-1), equal (0), above (1)."""

    def reaches_below(a: Ends, b: Ends) -> bool:
        """Some value of the first is less than some value of the second."""
        return a[0] is None or b[1] is None or a[0] < b[1]

    def all_below(a: Ends, b: Ends) -> bool:
        """Every value of the first is less than every value of the second."""
        return a[1] is not None and b[0] is not None and (a[1] < b[0] or (a[1] == b[0] and (a[3] or b[2])))

    found = ({-1} if reaches_below(one, other) else set()) | ({1} if reaches_below(other, one) else set())
    return found if all_below(one, other) or all_below(other, one) else found | {0}


def outcome(op: str, possible: set[int]) -> int:
    """The value of a comparison whose two sides can stand in any of these orders."""
    passing = {"<": {-1}, "<=": {-1, 0}, ">": {1}, ">=": {0, 1}, "==": {0}, "!=": {-1, 1}}[op]
    return TRUE if possible <= passing else FALSE if not possible & passing else UNKNOWN


class Naive:
    """A knowledge base with the facts that are admitted (all by default). Raises `NegativeCycle`."""

    def __init__(self, knowledge: KnowledgeBase, admitted: frozenset[str] | None = None) -> None:
        self.knowledge = knowledge
        self.vocabulary = knowledge.vocabulary
        self.facts = frozenset(knowledge.facts) if admitted is None else admitted
        self.claims = list(self._claims())
        self.possible: set[Atom] = set()
        self.instances: list[Instance] = []
        self._enumerate()
        self.steps = [self._step(instance) for instance in self.instances]
        self.steps += self._resolution()
        self.levels = self._levels()

    # Instances -------------------------------------------------------------------------------------------------------

    def _claims(self) -> Iterator[Claimed]:
        for fact in self.knowledge.facts.values():
            for number, claim in enumerate(fact.claims):
                facts = tuple(dict.fromkeys((fact.id, *claim.read_by)))
                id_ = fact.id if len(fact.claims) == 1 else f"{fact.id}/{number}"
                types = self.vocabulary.claims[claim.kind].fields
                about = {value for name, value in claim.fields.items() if types[name].kind == "fact"}
                if self.facts.issuperset({*facts, *about}):
                    yield Claimed(id_, fact.id, claim.kind, claim.fields, claim.modality, facts)
        for regimen in self.knowledge.regimens:
            for phase in regimen.phases:
                if self.facts.issuperset(phase.facts):
                    id_ = f"{regimen.id}/{phase.role}"
                    yield Claimed(id_, id_, regimen.claim, phase.claim, "", phase.facts)

    def _enumerate(self) -> None:
        """All instances of all rules; again while they show more conclusions to be possible."""
        rules = [rule for rule in self.knowledge.rules.values() if self.facts >= set(rule.because)]
        before = -1
        while len(self.possible) > before:
            before = len(self.possible)
            self.instances = [instance for rule in rules for instance in self._instances(rule)]
            for head in [instance.head for instance in self.instances]:
                self.possible.add(head)
                relation = head.relation.partition(" ")[2]
                if relation:
                    self.possible |= {Atom(name, head.arguments) for name in (relation, "withheld", "conflict")}

    def _instances(self, rule: Rule) -> Iterator[Instance]:
        states: list[tuple[dict[str, object], tuple[Claimed, ...]]] = [({}, ())]
        for condition in rule.when:
            states = [more for state in states for more in self._extend(rule, condition.pattern, *state)]
        for bindings, evidence in states:
            refuted = (c.pattern for c in rule.unless if isinstance(c.pattern, FactPattern))
            if not any(self.claims_fitting(pattern, bindings) for pattern in refuted):
                for number, conclusion in enumerate(rule.then):
                    yield Instance(rule, number, bindings, evidence, head_of(conclusion, bindings))

    def _extend(
        self, rule: Rule, pattern: Pattern, bindings: dict[str, object], evidence: tuple[Claimed, ...]
    ) -> Iterator[tuple[dict[str, object], tuple[Claimed, ...]]]:
        """Every choice for the variables that the pattern meets first."""
        if isinstance(pattern, FactPattern):
            for claim, found in self.claims_fitting(pattern, bindings):
                yield found, (*evidence, claim)
            return
        fresh: dict[str, Iterable[object]] = {}
        for name, type_, constraint in self.fields_of(rule, pattern, bindings):
            if isinstance(constraint, Variable) and constraint.name not in bindings:
                choices: Iterable[object] = self.vocabulary.domain(type_)
                if isinstance(pattern, ConclusionPattern):
                    choices = sorted({argument for atom in self.possible for argument in atom.arguments})
                elif isinstance(pattern, DatumPattern) and not choices:
                    choices = [Measured(name)]
                if choices or isinstance(pattern, ConclusionPattern):
                    fresh.setdefault(constraint.name, choices)
        for values in product(*fresh.values()):
            more = {**bindings, **dict(zip(fresh, values, strict=True))}
            if not fresh or not isinstance(pattern, ConclusionPattern) or self.atoms_fitting(pattern, more):
                yield more, evidence

    def fields_of(self, rule: Rule, pattern: Pattern, bindings: Bindings) -> list[tuple[str, FieldType, Constraint]]:
        """The constraints of a pattern, each with its field (or path) and that field's type."""
        if isinstance(pattern, DatumPattern):
            path = pattern.path if isinstance(pattern.path, str) else words(bindings[pattern.path.name])
            attribute = self.vocabulary.attribute(path)
            return [(path, attribute.type if attribute else FieldType("quantity"), pattern.constraint)]
        if isinstance(pattern, ItemPattern):
            attributes = self.vocabulary.items[pattern.item].attributes
            return [(name, attributes[name].type, constraint) for name, constraint in pattern.constraints]
        if isinstance(pattern, ItemTest):
            named = (c.pattern for c in rule.when if isinstance(c.pattern, ItemPattern))
            section = next(self.vocabulary.items[one.item] for one in named if one.variable == pattern.variable)
            return [(pattern.field, section.attributes[pattern.field].type, pattern.constraint)]
        if isinstance(pattern, ConclusionPattern):
            return [(name, FieldType("any"), constraint) for name, constraint in pattern.constraints]
        return []

    # What words and claims alone decide ------------------------------------------------------------------------------

    def claims_fitting(self, pattern: FactPattern, bindings: Bindings) -> list[tuple[Claimed, dict[str, object]]]:
        """The claims that a pattern fits, each with the bindings that it leads to."""
        tried = [(claim, self._fit(claim, pattern, bindings)) for claim in self.claims if claim.kind in pattern.kinds]
        return [(claim, found) for claim, found in tried if found is not None]

    def _fit(self, claim: Claimed, pattern: FactPattern, bindings: Bindings) -> dict[str, object] | None:
        found = dict(bindings)
        for name, constraint in pattern.constraints:
            value = claim.value(name)
            if isinstance(constraint, (Variable, Optional)):
                variable = constraint if isinstance(constraint, Variable) else constraint.variable
                stated = value is not None
                fits = same(found.setdefault(variable.name, value), value) if stated else constraint != variable
            elif isinstance(constraint, Recorded):
                fits = (value is not None) == constraint.known
            else:
                fits = value is not None and self.constant_meets(value, constraint, found)
            if not fits:
                return None
        return found

    def constant_meets(self, value: object, constraint: Constraint, bindings: Bindings) -> bool:
        """Whether a word or number of a claim or conclusion meets a constraint."""
        if isinstance(constraint, OneOf):
            return any(same(value, allowed) for allowed in constraint.values)
        if isinstance(constraint, Within):
            return any(self.is_within(kind, str(value), constraint.term) for kind in self.vocabulary.terms)
        if isinstance(constraint, OfClass):
            return value in self.members(constraint.name)
        assert isinstance(constraint, Compare), constraint
        bound = bindings[constraint.bound.name] if isinstance(constraint.bound, Variable) else constraint.bound
        one, other = interval(value), interval(bound)
        return one is not None and other is not None and self.order(constraint.op, one, other) == TRUE

    def is_within(self, kind: str, name: str, general: str) -> bool:
        """Whether a term is another, or is a kind of it."""
        term = self.vocabulary.terms.get(kind, {}).get(name)
        return name == general or (term is not None and bool(term.is_a) and self.is_within(kind, term.is_a, general))

    def members(self, name: str) -> set[object]:
        """The members of a class."""
        claims = (claim for claim in self.claims if claim.kind == "member")
        return {claim.value("member") for claim in claims if claim.value("class") == name}

    def order(self, op: str, one: Interval, other: Interval) -> int:
        """Compare two intervals, exactly; unknown where their units measure different things."""
        if not one.unit.commensurable(other.unit):
            return UNKNOWN
        return outcome(op, signs(ends_of(one.to(other.unit)), ends_of(other)))

    def atoms_fitting(self, pattern: ConclusionPattern, bindings: Bindings) -> list[Atom]:
        """The possible conclusions that a pattern fits, all its variables bound."""
        relation = f"{pattern.side} {pattern.relation}".strip()
        argued = next((kind for kind in self.vocabulary.conclusions.values() if kind.argued), None)
        kind = self.vocabulary.conclusions.get(pattern.relation, argued)
        assert kind is not None
        found = []
        for atom in self.possible:
            arguments = dict(zip(kind.key, atom.arguments, strict=False))
            if atom.relation == relation and all(
                words(bindings[constraint.name]) == arguments[name]
                if isinstance(constraint, Variable)
                else self.constant_meets(arguments[name], constraint, bindings)
                for name, constraint in pattern.constraints
            ):
                found.append(atom)
        return found

    # Levels ----------------------------------------------------------------------------------------------------------

    def _step(self, instance: Instance) -> Step:
        reads = [
            (atom, strict or negative)
            for negative, conditions in ((False, instance.rule.when), (True, instance.rule.unless))
            for condition in conditions
            for atom, strict in self._reads(condition.pattern, instance.bindings)
        ]
        return Step(instance.head, reads, lambda patient, model: patient.best(instance, model))

    def _reads(self, pattern: Pattern, bindings: Bindings) -> Iterator[tuple[Atom, bool]]:
        if isinstance(pattern, ConclusionPattern):
            yield from ((atom, False) for atom in self.atoms_fitting(pattern, bindings))
        elif isinstance(pattern, CountPattern):
            for _, member in pattern.members:
                yield from ((atom, True) for atom, _ in self._reads(member, bindings))

    def _levels(self) -> dict[Atom, int]:
        """A level for each conclusion: above what must be settled before it, not below anything that it reads."""
        levels = {step.head: 0 for step in self.steps}
        changed = True
        while changed:
            changed = False
            for step in self.steps:
                for atom, strict in step.reads:
                    if atom in levels and levels[step.head] < levels[atom] + strict:
                        levels[step.head] = levels[atom] + strict
                        changed = True
                        if levels[step.head] > len(levels):
                            raise NegativeCycle(step.head)
        return levels

    # Arguments for and against ---------------------------------------------------------------------------------------

    def _resolution(self) -> Iterator[Step]:
        """Steps from arguments to what they come to; those that rest on the same preferred facts are one argument."""
        beats = {(prefer.stronger, prefer.weaker) for prefer in self.knowledge.prefers}
        named = {fact for pair in beats for fact in pair}
        sides: dict[tuple[str, tuple[str, ...]], dict[str, dict[Atom, set[str]]]] = {}
        for instance in self.instances:
            side, _, relation = instance.head.relation.partition(" ")
            if relation:
                rests = {fact for claim in instance.evidence for fact in claim.facts} | set(instance.rule.because)
                tag = rests & named & self.facts
                argued = relation, instance.head.arguments
                atom = Atom(f"{instance.head.relation} {sorted(tag)}", instance.head.arguments)
                sides.setdefault(argued, {"for": {}, "against": {}})[side][atom] = tag
                step = self._step(instance)
                yield Step(atom, step.reads, step.value)

        def stronger(one: set[str], other: set[str]) -> bool:
            return any((a, b) in beats for a in one for b in other)

        for (name, key), found in sides.items():
            pros, cons = found["for"], found["against"]
            beaten_by_pro = {c: [p for p in pros if stronger(pros[p], cons[c])] for c in cons}
            beaten_by_con = {p: [c for c in cons if stronger(cons[c], pros[p])] for p in pros}
            precedence = self.vocabulary.conclusions[name].argued
            yield from resolved(name, key, precedence, beaten_by_pro, beaten_by_con)

    # One case --------------------------------------------------------------------------------------------------------

    def evaluate(self, case: Case) -> tuple[Model, frozenset[Firing]]:
        """The value of every conclusion of the vocabulary that is not false, and every firing that is not false."""
        patient = Patient(self, case)
        model: Model = dict.fromkeys(self.levels, FALSE)
        for level in sorted(set(self.levels.values())):
            changed = True
            while changed:
                changed = False
                for step in self.steps:
                    if self.levels[step.head] == level and (value := step.value(patient, model)) > model[step.head]:
                        model[step.head] = value
                        changed = True
        firings = frozenset(firing for instance in self.instances for firing in patient.firings(instance, model))
        return {atom: value for atom, value in model.items() if value and "[" not in atom.relation}, firings


def best(model: Model, atoms: Iterable[Atom]) -> int:
    """The best value among some conclusions."""
    return max((model[atom] for atom in atoms), default=FALSE)


def resolved(
    relation: str,
    key: tuple[str, ...],
    precedence: str,
    beaten_by_pro: dict[Atom, list[Atom]],
    beaten_by_con: dict[Atom, list[Atom]],
) -> Iterator[Step]:
    """What arguments come to: those that are beaten by one that holds do not count, and precedence decides the rest.

    Against: any argument against withholds. For: any argument for carries. None: both sides together are a conflict.
    """
    pros, cons = list(beaten_by_con), list(beaten_by_pro)

    def unbeaten(model: Model, beaten_by: dict[Atom, list[Atom]]) -> int:
        """How far some argument of a side holds and none holds that beats it."""
        return max((min(model[one], NOT[best(model, others)]) for one, others in beaten_by.items()), default=FALSE)

    def stands(patient: Patient, model: Model) -> int:
        pro, con = unbeaten(model, beaten_by_con), unbeaten(model, beaten_by_pro)
        return pro if precedence == "for" else min(pro, NOT[con])

    def withheld(patient: Patient, model: Model) -> int:
        pro, con = unbeaten(model, beaten_by_con), unbeaten(model, beaten_by_pro)
        return con if precedence == "against" else min(con, NOT[pro])

    def conflict(patient: Patient, model: Model) -> int:
        return min(unbeaten(model, beaten_by_con), unbeaten(model, beaten_by_pro))

    def reads(own: dict[Atom, list[Atom]], other: dict[Atom, list[Atom]], opposed: bool) -> list[tuple[Atom, bool]]:
        """What a side reads: its arguments; and settled first, what beats them and, where it is opposed, the other."""
        found = [(one, False) for one in own] + [(rival, True) for rivals in own.values() for rival in rivals]
        if opposed:
            found += [(atom, True) for one, rivals in other.items() for atom in (one, *rivals)]
        return found

    if pros:
        yield Step(Atom(relation, key), reads(beaten_by_con, beaten_by_pro, precedence != "for"), stands)
    if cons:
        yield Step(Atom("withheld", key), reads(beaten_by_pro, beaten_by_con, precedence != "against"), withheld)
    if pros and cons and precedence == "none":
        both = reads(beaten_by_con, {}, False) + reads(beaten_by_pro, {}, False)
        yield Step(Atom("conflict", key), both, conflict)


def head_of(conclusion: Conclusion, bindings: Bindings) -> Atom:
    """The conclusion that an instance draws."""
    arguments = tuple(words(bindings[v.name]) if isinstance(v, Variable) else words(v) for _, v in conclusion.key)
    return Atom(f"{conclusion.side} {conclusion.relation}".strip(), arguments)


def ends_of(value: Interval) -> Ends:
    """The ends of an interval."""
    return value.low, value.high, value.low_open, value.high_open


def interval(value: object) -> Interval | None:
    """A quantity, a range, a number or a measured value as an interval; None for anything else."""
    if isinstance(value, Range):
        return Interval(value.low, value.high, False, False, value.unit)
    if isinstance(value, Quantity):
        return Interval.of(value)
    if isinstance(value, Fraction):
        return Interval.of(Quantity(value, Unit.parse("1")))
    return value if isinstance(value, Interval) else None


@dataclass
class Patient:
    """What one case says of the conditions of rules."""

    naive: Naive
    case: Case
    _never: Attribute = field(default_factory=lambda: Attribute("", FieldType("quantity")))

    def best(self, instance: Instance, model: Model) -> int:
        """The value of an instance: the best over the items that it can be about."""
        return max((firing[-1] for firing in self.firings(instance, model)), default=FALSE)

    def firings(self, instance: Instance, model: Model) -> Iterator[Firing]:
        """The instance for every choice of items for which it is not false."""
        rule, bindings = instance.rule, instance.bindings
        named = [c.pattern for c in rule.when if isinstance(c.pattern, ItemPattern) and c.pattern.variable]
        for names in product(*(self.names(pattern.item) for pattern in named)):
            items = {one.variable.name: name for one, name in zip(named, names, strict=True) if one.variable}
            choice = Choice(bindings, items)
            value = TRUE
            for condition in rule.when:
                if not isinstance(condition.pattern, FactPattern):
                    value = min(value, self.truth(condition.pattern, choice, model))
            for condition in rule.unless:
                negation = STANDS if condition.stands else NOT
                value = min(value, negation[self.truth(condition.pattern, choice, model)])
            if value:
                evidence = tuple(claim.id for claim in instance.evidence)
                shown = tuple(sorted((name, words(bound)) for name, bound in bindings.items()))
                yield rule.id, instance.number, evidence, shown, tuple(sorted(items.items())), value

    def truth(self, pattern: Pattern, choice: Choice, model: Model) -> int:
        """The value of a condition."""
        if isinstance(pattern, FactPattern):
            return TRUE if self.naive.claims_fitting(pattern, choice.bindings) else FALSE
        if isinstance(pattern, DatumPattern):
            path = pattern.path if isinstance(pattern.path, str) else words(choice.bindings[pattern.path.name])
            attribute = self.naive.vocabulary.attribute(path) or self._never
            return self.test(attribute, self.datum(path), pattern.constraint, choice, path)
        if isinstance(pattern, ItemTest):
            return self.item_test(choice.items[pattern.variable.name], pattern.field, pattern.constraint, choice)
        if isinstance(pattern, ItemPattern):
            if pattern.variable and pattern.variable.name in choice.items:
                return self.picked(choice.items[pattern.variable.name], pattern, choice)
            names = self.names(pattern.item)
            return max((self.picked(name, pattern, choice) for name in names), default=FALSE)
        if isinstance(pattern, ConclusionPattern):
            return max(
                (model.get(atom, FALSE) for atom in self.naive.atoms_fitting(pattern, choice.bindings)), default=FALSE
            )
        if isinstance(pattern, PopulationPattern):
            return self.belongs(words(choice.bindings[pattern.fact.name]))
        return self.counted(pattern, [self.truth(member, choice, model) for _, member in pattern.members])

    def belongs(self, name: str) -> int:
        """Whether the patient is of the population of a fact, or of all that a phase rests on; everybody is of none."""
        knowledge, found = self.naive.knowledge, TRUE
        rests = next(claim.facts for claim in self.naive.claims if claim.name == name)
        for fact in (name,) if name in knowledge.facts else rests:
            population = knowledge.facts[fact].population
            for path, value in population.conditions if population else ():
                attribute = self.naive.vocabulary.attribute(path)
                assert attribute is not None
                terms = attribute.type.kind in ("term", "set of terms")
                constraint = Within(str(value)) if terms else OneOf((value,))
                found = min(found, self.test(attribute, self.datum(path), constraint, Choice({}, {})))
        return found

    def counted(self, pattern: CountPattern, values: list[int]) -> int:
        """Bounds on points: true if met however the open members turn out, false if not met in any way."""

        def totals(standing: bool) -> tuple[Fraction, Fraction]:
            low = high = Fraction(0)
            for (points, _), value in zip(pattern.members, values, strict=True):
                certain = value == TRUE or (standing and value == PROVISIONAL)
                ways = [points] if certain else [Fraction(0)] if value == FALSE else [Fraction(0), points]
                low, high = low + min(ways), high + max(ways)
            return low, high

        found = TRUE
        for op, bound in ((">=", pattern.at_least), ("<=", pattern.at_most)):
            if bound is not None:
                met = {}
                for standing in (False, True):
                    low, high = totals(standing)
                    met[standing] = outcome(op, signs((low, high, False, False), (bound, bound, False, False)))
                standing_value = PROVISIONAL if met[True] == TRUE else UNKNOWN
                found = min(found, met[False] if met[False] != UNKNOWN else standing_value)
        return found

    # Items -----------------------------------------------------------------------------------------------------------

    def listed(self, section: str) -> ItemList:
        return self.case.lists.get(section, ItemList((), False))

    def names(self, item: str) -> list[str]:
        """The items of a list, and the one more that a list that may be incomplete can hold."""
        section = self.naive.vocabulary.items[item].name
        known = self.listed(section)
        numbers = [*range(len(known.items)), *([] if known.complete else ["?"])]
        return [f"{section}[{number}]" for number in numbers]

    def matched(self, name: str, pattern: ItemPattern, choice: Choice) -> int:
        """Whether an item passes the tests of a pattern."""
        return min(
            [UNKNOWN if name.endswith("[?]") else TRUE]
            + [self.item_test(name, field_name, test, choice) for field_name, test in pattern.constraints]
        )

    def picked(self, name: str, pattern: ItemPattern, choice: Choice) -> int:
        """Whether an item matches, and is the first or latest that does where the pattern asks for that."""
        found = self.matched(name, pattern, choice)
        if pattern.order and not name.endswith("[?]"):
            section = self.naive.vocabulary.items[pattern.item]
            own, before = self.entry(name, section.order), "<" if pattern.order == "first" else ">"
            for other in self.names(pattern.item):
                if other != name:
                    theirs = self.entry(other, section.order)
                    ahead = UNKNOWN
                    if own is not None and theirs is not None:
                        ahead = self.compare(theirs.value, before, own.value, self._never)
                    found = min(found, NOT[min(self.matched(other, pattern, choice), ahead)])
        return found

    def closed(self, because: Iterable[str]) -> bool:
        """Whether what something of the vocabulary rests on is not all admitted: it then says nothing."""
        return not self.naive.facts.issuperset(because)

    def item_test(self, name: str, field_name: str, constraint: Constraint, choice: Choice) -> int:
        """Whether a field of an item passes a test; unknown for an item that is not listed."""
        if name.endswith("[?]"):
            return UNKNOWN
        attribute = self.naive.vocabulary.sections[name.partition("[")[0]].attributes[field_name]
        return self.test(attribute, self.entry(name, field_name), constraint, choice)

    def entry(self, name: str, field_name: str) -> Entry | None:
        """What an item says in a field; the hours since another field are worked out."""
        section, _, number = name.rstrip("]").partition("[")
        if number == "?":
            return None
        fields, attributes = self.listed(section).items[int(number)], self.naive.vocabulary.sections[section].attributes
        since = attributes[field_name].since
        if self.closed(attributes[field_name].because) or (since and self.closed(attributes[since].because)):
            return None
        if not since:
            return fields.get(field_name)
        start = fields[since].value if since in fields else None
        if not isinstance(start, Moment):
            return None
        low, high = (max(Fraction(0), self.hours(self.case.as_of - at)) for at in (start.high, start.low))
        return Entry(Interval(low, high, False, False, Unit.parse("h")), "")

    @staticmethod
    def hours(span: timedelta) -> Fraction:
        return Fraction(span // timedelta(microseconds=1), 3_600_000_000)

    # Tests -----------------------------------------------------------------------------------------------------------

    def datum(self, path: str) -> Entry | None:
        """What is known of a datum or a declared quantity: not what was measured too long ago."""
        declared = self.naive.vocabulary.quantities.get(path)
        if declared is not None and self.closed(declared.because):
            return None
        if declared is not None:
            number = self.formula(declared.formula)
            return None if number is None else Entry(Interval.of(Quantity(number, declared.unit)), "")
        attribute, entry = self.naive.vocabulary.attribute(path), self.case.data.get(path)
        if attribute and self.closed(attribute.because):
            return None
        if attribute and attribute.stale_after and entry and entry.at:
            limit = attribute.stale_after.to(Unit.parse("h")).value
            return None if self.hours(self.case.as_of - entry.at.low) > limit else entry
        return entry

    def formula(self, text: str) -> Fraction | None:
        """The value of a formula, read by Python: `path[unit]` and `path` become look-ups, a number a fraction."""

        def exact(path: str, unit: str) -> Fraction:
            entry = self.datum(path)
            found = entry.value.exact if entry and isinstance(entry.value, Interval) else None
            if entry and isinstance(entry.value, Fraction):
                found = Quantity(entry.value, Unit.parse("1"))
            if found is None or not found.unit.commensurable(Unit.parse(unit)):
                raise LookupError(path)
            return found.to(Unit.parse(unit)).value

        python = re.sub(
            r"\b([A-Za-z][\w.-]*)\b(?:\[([^\]]*)\])?(?!\s*\()|(\d+(?:\.\d+)?)",
            lambda m: f"exact({m[1]!r}, {m[2] or '1'!r})" if m[1] else f"Fraction({m[3]!r})",
            text,
        )
        given = {"exact": exact, "Fraction": Fraction, "sqrt": square_root, "min": min, "max": max}
        try:
            return Fraction(eval(python, given))
        except (LookupError, ZeroDivisionError, ValueError):
            return None

    def test(
        self, attribute: Attribute, entry: Entry | None, constraint: Constraint, choice: Choice, path: str = ""
    ) -> int:
        """Whether what is recorded passes a test."""
        if self.closed(attribute.because):
            return UNKNOWN
        if isinstance(constraint, Variable):
            bound = choice.bindings.get(constraint.name)
            if bound is None or bound == Measured(path):
                known = Recorded(True, exact=bound is not None)
                return self.test(attribute, entry, known, choice)
            equal = Compare("==", constraint) if isinstance(bound, (Measured, Fraction, Quantity, Range)) else None
            return self.test(attribute, entry, equal or OneOf((bound,)), choice)  # type: ignore[arg-type]
        if isinstance(constraint, Recorded):
            vague = entry is not None and isinstance(entry.value, Interval) and entry.value.exact is None
            if constraint.known:
                unsaid = UNKNOWN if attribute.absent is None else FALSE
                return unsaid if entry is None else UNKNOWN if constraint.exact and vague else TRUE
            return FALSE if entry is not None else UNKNOWN if attribute.absent is None else TRUE
        if entry is None and attribute.absent is None:
            return UNKNOWN
        if isinstance(constraint, Compare):
            bound = self.bound(constraint, choice)
            if entry is None or bound is None:
                return FALSE if entry is None else UNKNOWN
            return self.compare(entry.value, constraint.op, bound, attribute)
        default = {False: False, "empty": frozenset[str](), "never": None}[attribute.absent or False]
        value = entry.value if entry else default
        held = value if isinstance(value, frozenset) else [value]
        if any(self.allowed(attribute, one, constraint) for one in held):
            return TRUE
        return UNKNOWN if isinstance(value, str) and value in attribute.type.unsettled else FALSE

    def allowed(self, attribute: Attribute, value: object, constraint: Constraint) -> bool:
        if isinstance(constraint, Within):
            return self.naive.is_within(attribute.type.of, str(value), constraint.term)
        return self.naive.constant_meets(value, constraint, {})

    def bound(self, constraint: Compare, choice: Choice) -> object:
        """What a comparison is with: a constant, a claim's value, or what the case says; None where it is not known."""
        bound: object = (
            choice.bindings[constraint.bound.name] if isinstance(constraint.bound, Variable) else constraint.bound
        )
        if isinstance(bound, Range):
            return Quantity(bound.low if constraint.op in ("<", "<=") else bound.high, bound.unit)
        if not isinstance(bound, (Reference, Measured)):
            return bound
        if bound.path.startswith("$"):
            variable, _, field_name = bound.path[1:].partition(".")
            entry = self.entry(choice.items[variable], field_name)
        else:
            entry = self.datum(bound.path)
        return entry.value if entry else None

    def compare(self, value: object, op: str, bound: object, attribute: Attribute) -> int:
        """Compare two values of the case; a declared conversion helps where their units measure different things."""
        if isinstance(value, Moment) and isinstance(bound, Moment):
            return outcome(op, signs((value.low, value.high, False, False), (bound.low, bound.high, False, False)))
        one, other = interval(value), interval(bound)
        if one is None or other is None or isinstance(value, Fraction) != isinstance(bound, Fraction):
            return UNKNOWN
        for conversion in attribute.type.conversions:
            if self.closed(conversion.because) or one.unit.commensurable(other.unit):
                continue
            entry = self.datum(conversion.factor) if isinstance(conversion.factor, str) else None
            measured = entry.value.exact if entry and isinstance(entry.value, Interval) else None
            factor = conversion.factor if isinstance(conversion.factor, Quantity) else measured
            if factor is None:
                continue
            back = not conversion.unit.commensurable(one.unit)  # from the attribute's own unit
            if back and (not conversion.unit.commensurable(other.unit) or factor.value <= 0):
                continue
            ends = [None if end is None else Quantity(end, one.unit) for end in (one.low, one.high)]
            try:
                low, high = (
                    None if end is None else (end / factor if back else end * factor).to(other.unit).value
                    for end in ends
                )
            except UnitError:
                continue
            one = Interval(low, high, one.low_open, one.high_open, other.unit)
        return self.naive.order(op, one, other)
