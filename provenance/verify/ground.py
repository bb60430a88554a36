"""Every instance of every rule, the slow and obvious way: rules x admitted claims x the words a variable can stand for.

Nothing is indexed and nothing is skipped. All rules are grounded again and again until no conclusion becomes possible
that was not before. Only the types of `engine.program`, and so the wording of conditions, are shared with the engines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

from engine.model.knowledge import KnowledgeBase
from engine.model.quantity import Quantity, Range
from engine.model.rule import (
    Amount,
    Compare,
    Conclusion,
    ConclusionPattern,
    Constraint,
    CountPattern,
    DatumPattern,
    FactPattern,
    ItemPattern,
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
from engine.model.vocabulary import FieldType, Section
from engine.program import (
    Atom,
    Clause,
    Count,
    Datum,
    Evidence,
    GroundAmount,
    GroundCondition,
    GroundTest,
    Holds,
    Item,
    ItemField,
    Literal,
)

RESOLUTION = "resolution"
"""The arguments of a side where no preference divides them."""
Bound: TypeAlias = dict[str, object]
Tag: TypeAlias = tuple[str, ...]
Way: TypeAlias = tuple[Bound, tuple[str, ...], Literal | None]
"""The bindings after a pattern, the evidence it used, and what the case must say (None: the evidence settles it)."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a variable stands for that is bound to a datum without a list of possible words: the datum."""

    path: str


class Ground:
    """The instances of a knowledge base's rules over the admitted facts, the resolution of arguments among them."""

    def __init__(self, knowledge: KnowledgeBase, facts: frozenset[str]) -> None:
        self.knowledge = knowledge
        self.vocabulary = knowledge.vocabulary
        self.facts = facts
        self.evidence = {claim.id: claim for claim in self._claims()}
        kinds = self.vocabulary.conclusions.items()
        self.argued = {
            f"{side} {name}": (side, name) for name, kind in kinds if kind.argued for side in ("for", "against")
        }
        self.named: dict[str, Section] = {}
        """The list that each variable for an item ranges over, in the rule that is being grounded."""
        self.possible: dict[str, dict[tuple[str, ...], None]] = defaultdict(dict)
        self.warrants = {rule.id: tuple(fact for fact in rule.because if fact in facts) for rule in self._rules()}
        drawn = self._drawn()
        self.instances = [*drawn, *Resolution(self, drawn).clauses()]
        self.by_head: dict[Atom, list[int]] = defaultdict(list)
        for number, instance in enumerate(self.instances):
            self.by_head[instance.head].append(number)
        self.atoms = sorted(self.by_head)

    def cited(self, instance: Clause) -> set[str]:
        """The facts of an instance: its evidence, and what warrants its rule."""
        return self.matched(instance) | set(self.warrants.get(instance.rule, ()))

    def matched(self, instance: Clause) -> set[str]:
        """The facts of an instance's evidence."""
        return {fact for claim in instance.evidence for fact in self.evidence[claim].facts}

    def fields(self, relation: str) -> tuple[str, ...]:
        """The key of a conclusion; `withheld` and `conflict` have that of what is argued."""
        kinds = self.vocabulary.conclusions
        kind = kinds.get(self.argued.get(relation, ("", relation))[1])
        return tuple((kind or next(kind for kind in kinds.values() if kind.argued)).key)

    def population(self, fact: str) -> Count:
        """That the case is of the population of a fact; every one is where it names none."""
        population = self.knowledge.facts[fact].population
        members: list[tuple[Fraction, Literal]] = []
        for path, value in population.conditions if population else ():
            type_ = self.type_of(path)
            words = self.within(type_.of, str(value)) if type_.kind in ("term", "set of terms") else (value,)
            members.append((Fraction(1), Datum(path, OneOf(tuple(words)))))
        return Count(tuple(members), Fraction(len(members)), None)

    # Claims and rules ------------------------------------------------------------------------------------------------

    def _claims(self) -> Iterator[Evidence]:
        for fact in self.knowledge.facts.values():
            for number, claim in enumerate(fact.claims):
                facts = tuple(dict.fromkeys((fact.id, *claim.read_by)))
                if self.facts.issuperset(facts) and self._speaks_of_admitted(claim.kind, claim.fields):
                    id_ = fact.id if len(fact.claims) == 1 else f"{fact.id}/{number}"
                    yield Evidence(id_, fact.id, claim.kind, claim.fields, claim.modality, facts, claim.grade)
        for regimen in self.knowledge.regimens:
            for phase in regimen.phases:
                if self.facts.issuperset(phase.facts) and self._speaks_of_admitted(regimen.claim, phase.claim):
                    id_ = f"{regimen.id}/{phase.role}"
                    yield Evidence(id_, id_, regimen.claim, phase.claim, "", phase.facts)  # type: ignore[arg-type]

    def _speaks_of_admitted(self, kind: str, fields: Mapping[str, object]) -> bool:
        """Whether every fact that a claim speaks of in its fields is admitted."""
        types = self.vocabulary.claims[kind].fields if kind in self.vocabulary.claims else {}
        return not any(
            types[name].kind == "fact" and value not in self.facts for name, value in fields.items() if name in types
        )

    def _rules(self) -> list[Rule]:
        return [rule for rule in self.knowledge.rules.values() if self.facts >= set(rule.because)]

    def _drawn(self) -> list[Clause]:
        while True:
            found = list(dict.fromkeys(clause for rule in self._rules() for clause in self._instances(rule)))
            before = sum(map(len, self.possible.values()))
            for clause in found:
                relations = [clause.head.relation]
                if clause.head.relation in self.argued:
                    relations += [self.argued[clause.head.relation][1], "withheld", "conflict"]
                for relation in relations:
                    self.possible[relation][clause.head.arguments] = None
            if sum(map(len, self.possible.values())) == before:
                return found

    def _instances(self, rule: Rule) -> Iterator[Clause]:
        patterns = [condition.pattern for condition in rule.when]
        items = [pattern for pattern in patterns if isinstance(pattern, ItemPattern) and pattern.variable]
        self.named = {
            pattern.variable.name: self.vocabulary.items[pattern.item] for pattern in items if pattern.variable
        }
        states: list[tuple[Bound, tuple[str, ...], tuple[GroundCondition, ...]]] = [({}, (), ())]
        for position, condition in enumerate(rule.when):
            states = [
                (
                    after,
                    (*evidence, *used),
                    held if literal is None else (*held, GroundCondition(literal, position, condition.codes)),
                )
                for bound, evidence, held in states
                for after, used, literal in self.ways(condition.pattern, bound)
            ]
        for bound, evidence, held in states:
            absent = [
                (GroundCondition(literal, position, condition.codes, condition.stands) if literal is not None else None)
                for position, condition in enumerate(rule.unless)
                for _, _, literal in self.ways(condition.pattern, bound)
            ]
            if None in absent:  # a claim that refutes the instance, whatever the case says
                continue
            for number, conclusion in enumerate(rule.then):
                yield self._clause(rule, number, conclusion, bound, evidence, held, tuple(filter(None, absent)))

    def _clause(
        self, rule: Rule, number: int, drawn: Conclusion, bound: Bound, evidence: tuple[str, ...],
        when: tuple[GroundCondition, ...], unless: tuple[GroundCondition, ...],
    ) -> Clause:  # fmt: skip
        key = tuple(words(bound[value.name]) if isinstance(value, Variable) else value for _, value in drawn.key)
        notes = [(name, self._note(value, bound)) for name, value in drawn.annotations]
        notes = [(name, value) for name, value in notes if value is not None]
        head = Atom(f"{drawn.side} {drawn.relation}".strip(), key)
        shown = tuple((name, words(value)) for name, value in bound.items())
        modality = next((words(value) for name, value in reversed(notes) if name == "modality"), "")
        return Clause(rule.id, number, shown, evidence, when, unless, head, tuple(notes), modality)  # type: ignore[arg-type]

    def _note(self, value: object, bound: Bound) -> object:
        def got(part: object) -> object:
            return bound.get(part.name) if isinstance(part, Variable) else part

        if not isinstance(value, Amount):
            return words(got(value)) if isinstance(got(value), Measured) else got(value)
        rate, times, cap = got(value.rate), got(value.times), got(value.at_most)
        if isinstance(rate, Quantity):
            rate = Range(rate.value, rate.value, rate.unit)
        return (
            GroundAmount(rate, words(times), cap if isinstance(cap, Quantity) else None)
            if isinstance(rate, Range)
            else None
        )

    # Patterns --------------------------------------------------------------------------------------------------------

    def ways(self, pattern: Pattern, bound: Bound) -> Iterator[Way]:
        """Each way to meet a pattern."""
        if isinstance(pattern, FactPattern):
            for kind in pattern.kinds:
                for claim in self.evidence.values():
                    after = self._fits(claim, pattern, bound) if claim.kind == kind else None
                    if after is not None:
                        yield after, (claim.id,), None
        elif isinstance(pattern, ConclusionPattern):
            yield from ((after, (), literal) for after, literal in self._conclusions(pattern, bound))
        elif isinstance(pattern, DatumPattern):
            path = pattern.path if isinstance(pattern.path, str) else words(bound[pattern.path.name])
            for after, test in self._tests(pattern.constraint, self.type_of(path), bound, Measured(path)):
                yield after, (), Datum(path, test)
        elif isinstance(pattern, ItemPattern):
            yield from self._items(pattern, bound)
        elif isinstance(pattern, PopulationPattern):
            yield bound, (), self.population(words(bound[pattern.fact.name]))
        elif isinstance(pattern, CountPattern):
            members = [(points, way[2]) for points, member in pattern.members for way in self.ways(member, bound)]
            yield bound, (), Count(tuple(members), pattern.at_least, pattern.at_most, pattern.is_sum)  # type: ignore[arg-type]
        else:
            item = self.named[pattern.variable.name]
            for after, test in self._tests(pattern.constraint, item.attributes[pattern.field].type, bound, None):
                yield after, (), ItemField(pattern.variable.name, pattern.field, test)

    def _fits(self, claim: Evidence, pattern: FactPattern, bound: Bound) -> Bound | None:
        after = dict(bound)
        for name, constraint in pattern.constraints:
            value = claim.value(name)
            if isinstance(constraint, Recorded):
                fits = (value is not None) == constraint.known
            elif isinstance(constraint, Optional):
                fits = value is None or same(after.setdefault(constraint.variable.name, value), value)
            else:
                fits = value is not None and self._word_fits(value, constraint, after)
            if not fits:
                return None
        return after

    def _word_fits(self, value: object, constraint: Constraint, bound: Bound) -> bool:
        """Whether a word or number meets a constraint; a variable that stands for nothing yet takes it."""
        if isinstance(constraint, Variable):
            held = bound.setdefault(constraint.name, value)
            return same(held, value) or (isinstance(value, str) and words(held) == value)
        if isinstance(constraint, OneOf):
            return any(same(value, one) for one in constraint.values)
        if isinstance(constraint, Within):
            return any(value in self.within(kind, constraint.term) for kind in self.vocabulary.terms)
        if isinstance(constraint, OfClass):
            return value in self.members(constraint.name)
        assert isinstance(constraint, Compare)
        limit = bound[constraint.bound.name] if isinstance(constraint.bound, Variable) else constraint.bound
        if isinstance(value, Range):
            value = Quantity(value.high if constraint.op in ("<", "<=") else value.low, value.unit)
        if isinstance(value, Quantity) and isinstance(limit, Quantity) and value.unit.commensurable(limit.unit):
            value, limit = value.unit.convert(value.value, limit.unit), limit.value
        if not isinstance(value, Fraction) or not isinstance(limit, Fraction):
            return False
        order = (value > limit) - (value < limit)
        return order in {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1), "==": (0,), "!=": (-1, 1)}[constraint.op]

    def _conclusions(self, pattern: ConclusionPattern, bound: Bound) -> Iterator[tuple[Bound, Literal]]:
        """The conclusion that a pattern names, or any of the possible ones where it leaves some of the key open."""
        relation = f"{pattern.side} {pattern.relation}".strip()
        fields = self.fields(relation)
        fixed: dict[str, str] = {}
        for name, constraint in pattern.constraints:
            if isinstance(constraint, Variable) and constraint.name in bound:
                fixed[name] = words(bound[constraint.name])
            elif isinstance(constraint, OneOf) and len(constraint.values) == 1:
                fixed[name] = words(constraint.values[0])
        named = (
            [tuple(fixed[field] for field in fields)]
            if fixed.keys() >= set(fields)
            else sorted(self.possible[relation])
        )
        found: list[tuple[Bound, list[Literal]]] = []
        for arguments in named:
            after, values = dict(bound), dict(zip(fields, arguments, strict=True))
            if all(self._word_fits(values[name], constraint, after) for name, constraint in pattern.constraints):
                others = next((atoms for known, atoms in found if known == after), None)
                if others is None:
                    found.append((after, [Holds(Atom(relation, arguments))]))
                else:
                    others.append(Holds(Atom(relation, arguments)))
        for after, atoms in found:
            any_of = Count(tuple((Fraction(1), atom) for atom in atoms), Fraction(1), None)
            yield after, atoms[0] if len(atoms) == 1 else any_of

    def _items(self, pattern: ItemPattern, bound: Bound) -> Iterator[Way]:
        attributes = self.vocabulary.items[pattern.item].attributes
        states: list[tuple[Bound, tuple[tuple[str, GroundTest], ...]]] = [(bound, ())]
        for name, constraint in pattern.constraints:
            states = [
                (more, (*tests, (name, test)))
                for after, tests in states
                for more, test in self._tests(constraint, attributes[name].type, after, None)
            ]
        variable = pattern.variable.name if pattern.variable else ""
        yield from ((after, (), Item(pattern.item, variable, tests, pattern.order)) for after, tests in states)

    def _tests(
        self, constraint: Constraint, type_: FieldType, bound: Bound, datum: Measured | None
    ) -> Iterator[tuple[Bound, GroundTest]]:
        """A constraint on the case without variables; one that stands for nothing yet takes each word in turn."""
        if isinstance(constraint, Variable) and constraint.name not in bound:
            domain = self.vocabulary.domain(type_)
            for word in domain:
                yield {**bound, constraint.name: word}, OneOf((word,))
            if not domain and datum is not None:
                yield {**bound, constraint.name: datum}, Recorded(True, exact=True)
            elif not domain:
                yield bound, Recorded(True)
        elif isinstance(constraint, Variable):
            value = bound[constraint.name]
            measured = isinstance(value, (Range, Quantity, Measured, Fraction))
            yield bound, Compare("==", _limit("==", value)) if measured else OneOf((value,))  # type: ignore[arg-type]
        elif isinstance(constraint, Compare) and isinstance(constraint.bound, Variable):
            yield bound, Compare(constraint.op, _limit(constraint.op, bound[constraint.bound.name]))
        elif isinstance(constraint, Within):
            yield bound, OneOf(self.within(type_.of, constraint.term))
        elif isinstance(constraint, OfClass):
            yield bound, OneOf(self.members(constraint.name))  # type: ignore[arg-type]
        else:
            assert isinstance(constraint, (OneOf, Compare, Recorded))
            yield bound, constraint

    # Words -----------------------------------------------------------------------------------------------------------

    def type_of(self, path: str) -> FieldType:
        """The type of a datum or declared quantity."""
        attribute = self.vocabulary.attribute(path)
        return attribute.type if attribute else FieldType("quantity")

    def within(self, kind: str, name: str) -> tuple[str, ...]:
        """A term and every more special one, by following `is-a` upwards from each."""
        terms = self.vocabulary.terms.get(kind, {})

        def reaches(term: str) -> bool:
            return term == name or (term in terms and bool(terms[term].is_a) and reaches(terms[term].is_a))

        return tuple(sorted({name, *filter(reaches, terms)}))

    def members(self, name: str) -> tuple[object, ...]:
        """The members of a class, by the claims that say so."""
        claims = (claim for claim in self.evidence.values() if claim.kind == "member" and claim.value("class") == name)
        return tuple(dict.fromkeys(claim.value("member") for claim in claims))


class Resolution:
    """Arguments for and against to conclusions, as `engine.resolution` documents it: by precedence and preference."""

    def __init__(self, ground: Ground, drawn: list[Clause]) -> None:
        self.ground = ground
        self.beats = {(prefer.stronger, prefer.weaker) for prefer in ground.knowledge.prefers}
        self.sides: dict[tuple[str, tuple[str, ...]], dict[str, list[Clause]]] = {}
        for clause in drawn:
            if clause.head.relation in ground.argued:
                side, relation = ground.argued[clause.head.relation]
                self.sides.setdefault((relation, clause.head.arguments), {"for": [], "against": []})[side].append(
                    clause
                )

    def clauses(self) -> Iterator[Clause]:
        """The clauses that resolve, after the arguments split by what they rest on where a preference divides them."""
        for (relation, key), sides in sorted(self.sides.items(), key=lambda entry: entry[0]):
            tags = {side: {self._tag(clause) for clause in found} for side, found in sides.items()}
            if any(self._beats(a, b) or self._beats(b, a) for a in tags["for"] for b in tags["against"]):
                for side, found in sides.items():
                    for clause in found:
                        head = _argument(side, relation, key, self._tag(clause))
                        yield replace(clause, head=head, number=clause.number + 1000)
                yield from self._unbeaten(relation, key, tags)
                which = "unbeaten "
            else:
                which = ""
            yield from self._by_precedence(relation, key, which, bool(tags["for"]), bool(tags["against"]))

    def _unbeaten(self, relation: str, key: tuple[str, ...], tags: dict[str, set[Tag]]) -> Iterator[Clause]:
        """An argument is unbeaten while none of the other side holds that a preference puts before it."""
        for side, other in (("for", "against"), ("against", "for")):
            for tag in tags[side]:
                rivals = sorted(rival for rival in tags[other] if self._beats(rival, tag))
                held = [_argument(side, relation, key, tag)]
                yield _draw(
                    relation,
                    f"unbeaten {side} {relation}",
                    key,
                    held,
                    [_argument(other, relation, key, rival) for rival in rivals],
                )

    def _by_precedence(
        self, relation: str, key: tuple[str, ...], which: str, pros: bool, cons: bool
    ) -> Iterator[Clause]:
        """What the arguments that are left come to."""
        precedence = self.ground.vocabulary.conclusions[relation].argued
        pro, con = Atom(f"{which}for {relation}", key), Atom(f"{which}against {relation}", key)
        if pros:
            yield _draw(relation, relation, key, [pro], [con] if cons and precedence != "for" else [])
        if cons:
            yield _draw(relation, "withheld", key, [con], [pro] if pros and precedence != "against" else [])
        if pros and cons and precedence == "none":
            yield _draw(relation, "conflict", key, [pro, con], [])

    def _beats(self, one: Tag, other: Tag) -> bool:
        return any((a, b) in self.beats for a in one for b in other)

    def _tag(self, clause: Clause) -> Tag:
        """The facts of an argument that some preference names."""
        return tuple(sorted(self.ground.cited(clause) & {fact for pair in self.beats for fact in pair}))


def _argument(side: str, relation: str, key: tuple[str, ...], tag: Tag) -> Atom:
    return Atom(f"{side} {relation} [{'+'.join(tag)}]", key)


def _draw(argued: str, relation: str, key: tuple[str, ...], when: list[Atom], unless: list[Atom]) -> Clause:
    held = tuple(GroundCondition(Holds(atom), position) for position, atom in enumerate(when))
    absent = tuple(GroundCondition(Holds(atom), position) for position, atom in enumerate(unless))
    bindings = tuple((str(number), str(atom)) for number, atom in enumerate((*when, *unless)))
    numbers = {"withheld": 1, "conflict": 2, f"unbeaten for {argued}": 3, f"unbeaten against {argued}": 4}
    number = numbers.get(relation, 0)
    return Clause(f"{RESOLUTION} of {argued}", number, bindings, (), held, absent, Atom(relation, key))


def _limit(op: str, value: object) -> Quantity | Fraction | Reference:
    """What a comparison with a bound variable is with: the end of a range that the comparison is sure of."""
    if isinstance(value, Range):
        return Quantity(value.low if op in ("<", "<=", "==") else value.high, value.unit)
    if isinstance(value, Measured):
        return Reference(value.path)
    assert isinstance(value, (Quantity, Fraction))
    return value


def same(one: object, other: object) -> bool:
    """Equal, and of one type: the number 1 is not the boolean true."""
    return type(one) is type(other) and one == other


def words(value: object) -> str:
    """A value that a variable stands for, as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Measured):
        return value.path
    return value.text(None) if isinstance(value, Range) else str(value)


def conclusions_read(conditions: Iterable[GroundCondition]) -> list[Atom]:
    """The conclusions that conditions read, members of counts among them."""
    return [atom for condition in conditions for atom in _read(condition.literal)]


def _read(literal: Literal) -> list[Atom]:
    if isinstance(literal, Count):
        return [atom for _, member in literal.members for atom in _read(member)]
    return [literal.atom] if isinstance(literal, Holds) else []
