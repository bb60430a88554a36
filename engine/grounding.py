"""Rules and admitted evidence to a ground program.

Evidence is matched here, once, when the knowledge base is loaded; a case only decides which clauses hold. Conclusions
are enumerated as far as they could ever be drawn, so that variables bound by them become constants too.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import NoReturn

from engine.binding import Bindings, Measure, bounded, compare_constants, equal_to, text_of
from engine.errors import Findings, Location, Problem, Refused
from engine.fitting import check_units
from engine.model.fact import ClaimValue
from engine.model.knowledge import KnowledgeBase
from engine.model.quantity import Quantity, Range
from engine.model.rule import (
    Amount,
    Compare,
    Conclusion,
    ConclusionPattern,
    Condition,
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
    Rule,
    Variable,
    Within,
)
from engine.model.vocabulary import FieldType, Section
from engine.program import (
    EVERYBODY,
    Annotation,
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
    Program,
)
from engine.resolution import argument, resolve
from engine.strata import stratify

MOST_INSTANCES = 200_000
"""Of one rule; more would be a product that nobody meant."""


def ground(knowledge: KnowledgeBase, admitted: frozenset[str] | None = None) -> Program:
    """The ground program over the admitted facts (all of them by default).

    Raises `Refused` where a conclusion would depend on its own absence (the cycle is named), where the units of claims
    do not fit what they are used with, and where a rule has too many instances.
    """
    facts = frozenset(knowledge.facts) if admitted is None else admitted
    grounder = _Grounder(knowledge, facts)
    clauses = grounder.run()
    findings = Findings()
    check_units(clauses, grounder.evidence, knowledge, findings)
    strata = stratify(clauses, knowledge, findings)
    findings.refuse_if_any()
    atoms = tuple(sorted({clause.head for clause in clauses}))
    because = {rule.id: tuple(fact for fact in rule.because if fact in facts) for rule in knowledge.rules.values()}
    return Program(tuple(clauses), strata, grounder.evidence, atoms, facts, because, grounder.populations)


def evidence_of(knowledge: KnowledgeBase, admitted: frozenset[str]) -> dict[str, Evidence]:
    """The claims of the admitted facts, and the phases of regimens whose facts are all admitted.

    A claim is read under the readings that it names in ``read_by``, and is about the facts that its fields name: all of
    them must be admitted.
    """
    found: dict[str, Evidence] = {}
    for fact in knowledge.facts.values():
        if fact.id in admitted:
            for number, claim in enumerate(fact.claims):
                readings = tuple(reading for reading in claim.read_by if reading != fact.id)
                named = facts_named(knowledge, claim.kind, claim.fields)
                if all(other in admitted for other in (*readings, *named)):
                    id_ = f"{fact.id}/{number}" if len(fact.claims) > 1 else fact.id
                    facts = (fact.id, *readings)
                    found[id_] = Evidence(
                        id_, fact.id, claim.kind, claim.fields, claim.modality, facts, claim.grade, named
                    )
    for regimen in knowledge.regimens:
        for phase in regimen.phases:
            values: dict[str, ClaimValue] = dict(phase.claim)  # type: ignore[arg-type]
            named = facts_named(knowledge, regimen.claim, values)
            if all(fact in admitted for fact in (*phase.facts, *named)):
                id_ = f"{regimen.id}/{phase.role}"
                found[id_] = Evidence(id_, id_, regimen.claim, values, "", phase.facts, None, named)
    return found


def facts_named(knowledge: KnowledgeBase, kind: str, fields: Mapping[str, ClaimValue]) -> tuple[str, ...]:
    """The facts that a claim speaks of: the values of its fields of the type ``fact``."""
    declared = knowledge.vocabulary.claims.get(kind)
    types = declared.fields if declared is not None else {}
    return tuple(str(value) for name, value in fields.items() if name in types and types[name].kind == "fact")


class _Index:
    """Claims by kind, and by the value of one field."""

    def __init__(self, evidence: Iterable[Evidence]) -> None:
        self.kinds: dict[str, list[Evidence]] = defaultdict(list)
        for item in evidence:
            self.kinds[item.kind].append(item)
        self.by_field: dict[tuple[str, str], dict[ClaimValue | None, list[Evidence]]] = {}

    def candidates(self, kind: str, equal: list[tuple[str, ClaimValue]]) -> list[Evidence]:
        best = self.kinds.get(kind, [])
        for name, value in equal:
            table = self.by_field.get((kind, name))
            if table is None:
                table = defaultdict(list)
                for item in self.kinds.get(kind, []):
                    table[item.value(name)].append(item)
                self.by_field[kind, name] = table
            found = table.get(value, [])
            if len(found) < len(best):
                best = found
        return best


class _Grounder:
    def __init__(self, knowledge: KnowledgeBase, facts: frozenset[str]) -> None:
        self.knowledge = knowledge
        self.vocabulary = knowledge.vocabulary
        self.evidence = evidence_of(knowledge, facts)
        self.facts = facts
        self.index = _Index(self.evidence.values())
        self.possible: dict[str, dict[tuple[str, ...], None]] = defaultdict(dict)
        self.members: dict[str, tuple[str, ...]] = {}
        self.ranges: dict[str, Section] = {}
        self.place = Location()
        self.populations = {
            fact.id: population_literal(knowledge, fact.id)
            for fact in knowledge.facts.values()
            if fact.population is not None
        }

    def run(self) -> list[Clause]:
        """Ground every rule, again whenever a conclusion becomes possible that it could match."""
        rules = [rule for rule in self.knowledge.rules.values() if all(fact in self.facts for fact in rule.because)]
        readers = self._readers(rules)
        found: dict[str, list[Clause]] = {}
        waiting = deque(rules)
        queued = {rule.id for rule in rules}
        while waiting:
            rule = waiting.popleft()
            queued.discard(rule.id)
            found[rule.id] = list(self.clauses(rule))
            for clause in found[rule.id]:
                for relation, arguments in self._made_possible(clause.head):
                    for reader in readers.get(relation, ()):
                        if reader[0].id not in queued and _could_match(reader[1], arguments, self.fields(relation)):
                            queued.add(reader[0].id)
                            waiting.append(reader[0])
        every = list({clause.key: clause for rule in rules for clause in found[rule.id]}.values())
        return resolve(every, self.knowledge, self.evidence)

    def _made_possible(self, head: Atom) -> Iterator[tuple[str, tuple[str, ...]]]:
        relations = [head.relation]
        if head.relation.startswith(("for ", "against ")):
            relations += [head.relation.partition(" ")[2], "withheld", "conflict"]
        for relation in relations:
            if head.arguments not in self.possible[relation]:
                self.possible[relation][head.arguments] = None
                yield relation, head.arguments

    def _readers(self, rules: list[Rule]) -> dict[str, list[tuple[Rule, ConclusionPattern]]]:
        """The rules whose instances depend on which conclusions are possible, by what they read."""
        found: dict[str, list[tuple[Rule, ConclusionPattern]]] = defaultdict(list)
        for rule in rules:
            waiting: list[Pattern] = [condition.pattern for condition in (*rule.when, *rule.unless)]
            while waiting:
                pattern = waiting.pop()
                if isinstance(pattern, CountPattern):
                    waiting.extend(member for _, member in pattern.members)
                elif isinstance(pattern, ConclusionPattern) and not self.names_one(pattern):
                    found[argument(pattern.relation, pattern.side)].append((rule, pattern))
        return found

    def names_one(self, pattern: ConclusionPattern) -> bool:
        """Whether a pattern names one conclusion by constants alone, so that no other could meet it."""
        constants = [
            name
            for name, constraint in pattern.constraints
            if isinstance(constraint, OneOf) and len(constraint.values) == 1
        ]
        return len(constants) == len(pattern.constraints) and set(constants) == set(self.fields(pattern.relation))

    def fields(self, relation: str) -> tuple[str, ...]:
        """The key fields of a conclusion, in order."""
        name = relation.partition(" ")[2] or relation
        kind = self.vocabulary.conclusions.get(name)
        if kind is None:
            kind = next(kind for kind in self.vocabulary.conclusions.values() if kind.argued)
        return tuple(kind.key)

    def clauses(self, rule: Rule) -> Iterator[Clause]:
        """Every ground instance of the rule, for each of its conclusions."""
        patterns = [condition.pattern for condition in rule.when]
        items = [pattern for pattern in patterns if isinstance(pattern, ItemPattern) and pattern.variable is not None]
        self.ranges = {str(item.variable)[1:]: self.vocabulary.items[item.item] for item in items}
        states: list[tuple[Bindings, tuple[str, ...], tuple[GroundCondition, ...]]] = [({}, (), ())]
        for position, condition in enumerate(rule.when):
            grown: list[tuple[Bindings, tuple[str, ...], tuple[GroundCondition, ...]]] = []
            self.place = condition.location
            for bindings, evidence, literals in states:
                if len(grown) > MOST_INSTANCES:
                    self.refuse("too-many-instances", f"the rule `{rule.id}` has more than {MOST_INSTANCES} instances")
                for more, used, literal in self.match(condition.pattern, bindings):
                    held = (
                        literals
                        if literal is None
                        else (*literals, GroundCondition(literal, position, condition.codes))
                    )
                    grown.append(({**bindings, **more}, (*evidence, *used), held))
            states = grown
        for bindings, evidence, literals in states:
            unless = self.unless(rule, bindings)
            if unless is None:
                continue
            shown = tuple((name, text_of(value)) for name, value in bindings.items())
            for number, conclusion in enumerate(rule.then):
                if any(isinstance(value, Variable) and value.name not in bindings for _, value in conclusion.key):
                    continue  # an optional field that the claim does not state names nothing to draw
                yield self.clause(rule, number, conclusion, bindings, shown, evidence, literals, unless)

    def unless(self, rule: Rule, bindings: Bindings) -> tuple[GroundCondition, ...] | None:
        """The literals under `unless`; None where evidence already makes one of them true."""
        found: list[GroundCondition] = []
        for position, condition in enumerate(rule.unless):
            if isinstance(condition.pattern, FactPattern):
                if any(True for _ in self.facts_matching(condition.pattern, bindings)):
                    return None
                continue
            literals = list(self.literals(condition, bindings))
            found.extend(GroundCondition(literal, position, condition.codes, condition.stands) for literal in literals)
        return tuple(found)

    def literals(self, condition: Condition, bindings: Bindings) -> Iterator[Literal]:
        for _, _, literal in self.match(condition.pattern, bindings, negated=True):
            if literal is not None:
                yield literal

    def match(
        self, pattern: Pattern, bindings: Bindings, negated: bool = False
    ) -> Iterator[tuple[Bindings, tuple[str, ...], Literal | None]]:
        """Each way to meet a pattern: what it binds, the evidence it uses, and the literal that the case decides."""
        if isinstance(pattern, FactPattern):
            for more, item in self.facts_matching(pattern, bindings):
                yield more, (item.id,), None
        elif isinstance(pattern, ConclusionPattern):
            yield from self.conclusions_matching(pattern, bindings, negated)
        elif isinstance(pattern, DatumPattern):
            yield from self.datum(pattern, bindings)
        elif isinstance(pattern, ItemPattern):
            yield from self.item(pattern, bindings, negated)
        elif isinstance(pattern, ItemTest):
            section = self.ranges[pattern.variable.name]
            for more, test in self.tests(pattern.constraint, section.attributes[pattern.field].type, bindings):
                yield more, (), ItemField(pattern.variable.name, pattern.field, test)
        elif isinstance(pattern, PopulationPattern):
            yield {}, (), self.population(pattern, bindings)
        else:
            yield {}, (), self.count(pattern, bindings)

    def refuse(self, code: str, message: str) -> NoReturn:
        """Refuse the condition that is matched."""
        raise Refused([Problem(self.place, code, message)])

    def facts_matching(self, pattern: FactPattern, bindings: Bindings) -> Iterator[tuple[Bindings, Evidence]]:
        """The evidence that a pattern matches, with what it binds."""
        equal: list[tuple[str, ClaimValue]] = []
        for name, constraint in pattern.constraints:
            if isinstance(constraint, OneOf) and len(constraint.values) == 1:
                equal.append((name, constraint.values[0]))
            elif isinstance(constraint, Variable) and constraint.name in bindings:
                bound = bindings[constraint.name]
                if not isinstance(bound, Measure):
                    equal.append((name, bound))
        for kind in pattern.kinds:
            for item in self.index.candidates(kind, equal):
                more = self.fits(item, pattern.constraints, bindings)
                if more is not None:
                    yield more, item

    def fits(
        self, item: Evidence, constraints: Iterable[tuple[str, Constraint]], bindings: Bindings
    ) -> Bindings | None:
        more: Bindings = {}
        for name, constraint in constraints:
            value = item.value(name)
            if isinstance(constraint, Optional):
                known = more.get(constraint.variable.name, bindings.get(constraint.variable.name))
                if value is not None and known is not None and known != value:
                    return None
                if value is not None:
                    more[constraint.variable.name] = value
            elif isinstance(constraint, Recorded):
                if (value is not None) != constraint.known:
                    return None
            elif value is None:
                return None
            elif isinstance(constraint, Variable):
                known = more.get(constraint.name, bindings.get(constraint.name))
                if known is None:
                    more[constraint.name] = value
                elif known != value:
                    return None
            elif not self.evidence_meets(value, constraint, {**bindings, **more} if more else bindings):
                return None
        return more

    def evidence_meets(self, value: ClaimValue, constraint: Constraint, bindings: Bindings) -> bool:
        if isinstance(constraint, OneOf):
            if isinstance(value, str):
                return value in constraint.values
            return any(value == one and isinstance(value, bool) == isinstance(one, bool) for one in constraint.values)
        if isinstance(constraint, Within):
            return any(value in self.vocabulary.within(kind, constraint.term) for kind in self.vocabulary.terms)
        if isinstance(constraint, OfClass):
            return value in self.class_members(constraint.name)
        if isinstance(constraint, Compare):
            return compare_constants(value, constraint, bindings)
        raise AssertionError(constraint)

    def class_members(self, name: str) -> tuple[str, ...]:
        """The members of a class, by the claims of kind ``member``."""
        if name not in self.members:
            found = (
                str(item.value("member")) for item in self.index.kinds.get("member", ()) if item.value("class") == name
            )
            self.members[name] = tuple(dict.fromkeys(found))
        return self.members[name]

    def conclusions_matching(
        self, pattern: ConclusionPattern, bindings: Bindings, negated: bool
    ) -> Iterator[tuple[Bindings, tuple[str, ...], Literal | None]]:
        relation = argument(pattern.relation, pattern.side)
        fields = self.fields(relation)
        ready = self.arguments(fields, pattern, bindings)
        if ready is not None:
            yield {}, (), Holds(Atom(relation, ready))
            return
        # What a pattern leaves open, any of several conclusions can meet: they are one literal, that one of them holds.
        ways: dict[tuple[tuple[str, str], ...], tuple[Bindings, list[Atom]]] = {}
        for arguments in sorted(self.possible[relation]):
            more = self.fits_atom(dict(zip(fields, arguments, strict=True)), pattern, bindings)
            if more is not None:
                found = {} if negated else more
                key = tuple((name, text_of(value)) for name, value in found.items())
                ways.setdefault(key, (found, []))[1].append(Atom(relation, arguments))
        for found, atoms in ways.values():
            yield found, (), any_of(atoms)

    def fits_atom(self, values: dict[str, str], pattern: ConclusionPattern, bindings: Bindings) -> Bindings | None:
        """What a pattern binds where a conclusion with these key fields meets it."""
        more: Bindings = {}
        for name, constraint in pattern.constraints:
            value = values[name]
            if isinstance(constraint, Variable):
                known = more.get(constraint.name, bindings.get(constraint.name))
                if known is None:
                    more[constraint.name] = value
                elif text_of(known) != value:
                    return None
            elif isinstance(constraint, Recorded):
                if not constraint.known:
                    return None
            elif not self.evidence_meets(value, constraint, bindings):
                return None
        return more

    def arguments(
        self, fields: tuple[str, ...], pattern: ConclusionPattern, bindings: Bindings
    ) -> tuple[str, ...] | None:
        """The one key that a pattern names; None where it leaves some of it open, or restricts a field twice."""
        found: dict[str, str] = {}
        for name, constraint in pattern.constraints:
            if isinstance(constraint, OneOf) and len(constraint.values) == 1:
                value = text_of(constraint.values[0])
            elif isinstance(constraint, Variable) and constraint.name in bindings:
                value = text_of(bindings[constraint.name])
            else:
                return None
            if found.setdefault(name, value) != value:
                return None
        return tuple(found[field] for field in fields) if found.keys() == set(fields) else None

    def datum(
        self, pattern: DatumPattern, bindings: Bindings
    ) -> Iterator[tuple[Bindings, tuple[str, ...], Literal | None]]:
        path = pattern.path if isinstance(pattern.path, str) else text_of(bindings[pattern.path.name])
        type_ = self.path_type(path)
        if (
            isinstance(pattern.constraint, Variable)
            and pattern.constraint.name not in bindings
            and not self.vocabulary.domain(type_)
        ):
            yield {pattern.constraint.name: Measure(path)}, (), Datum(path, Recorded(True, exact=True))
            return
        for more, test in self.tests(pattern.constraint, type_, bindings):
            yield more, (), Datum(path, test)

    def path_type(self, path: str) -> FieldType:
        quantity = self.vocabulary.quantities.get(path)
        if quantity is not None:
            return FieldType("quantity", unit=quantity.unit)
        attribute = self.vocabulary.attribute(path)
        return attribute.type if attribute is not None else FieldType("any")

    def tests(
        self, constraint: Constraint, type_: FieldType, bindings: Bindings
    ) -> Iterator[tuple[Bindings, GroundTest]]:
        """The constraint on a field of the case as tests without variables; an unbound variable takes each value in
        turn.
        """
        if isinstance(constraint, Variable):
            if constraint.name in bindings:
                yield {}, equal_to(bindings[constraint.name])
                return
            for value in self.vocabulary.domain(type_):
                yield {constraint.name: value}, OneOf((value,))
        elif isinstance(constraint, Within):
            yield {}, OneOf(tuple(sorted(self.vocabulary.within(type_.of, constraint.term))))
        elif isinstance(constraint, OfClass):
            yield {}, OneOf(self.class_members(constraint.name), constraint.name)
        elif isinstance(constraint, Compare) and isinstance(constraint.bound, Variable):
            bound = bounded(constraint.op, bindings[constraint.bound.name])
            if bound is None:
                shown = text_of(bindings[constraint.bound.name])
                self.refuse(
                    "variable-type", f"`{constraint.bound}` is `{shown}`, with which nothing is compared in size"
                )
            yield {}, bound
        elif isinstance(constraint, (OneOf, Compare, Recorded)):
            yield {}, constraint

    def item(
        self, pattern: ItemPattern, bindings: Bindings, negated: bool
    ) -> Iterator[tuple[Bindings, tuple[str, ...], Literal | None]]:
        section = self.vocabulary.items[pattern.item]
        ways: list[tuple[Bindings, tuple[tuple[str, GroundTest], ...]]] = [({}, ())]
        for name, constraint in pattern.constraints:
            type_ = section.attributes[name].type
            grown = []
            for more, tests in ways:
                if (
                    isinstance(constraint, Variable)
                    and constraint.name not in bindings
                    and constraint.name not in more
                    and not self.vocabulary.domain(type_)
                ):
                    grown.append((more, (*tests, (name, Recorded(True)))))
                    continue
                for added, test in self.tests(constraint, type_, {**bindings, **more}):
                    grown.append(({**more, **added}, (*tests, (name, test))))
            ways = grown
        variable = pattern.variable.name if pattern.variable else ""
        for more, tests in ways:
            yield ({} if negated else more), (), Item(pattern.item, variable, tests, pattern.order)

    def population(self, pattern: PopulationPattern, bindings: Bindings) -> Literal:
        name = text_of(bindings[pattern.fact.name])
        phase = self.evidence.get(name)
        if name not in self.knowledge.facts and phase is not None:
            members = tuple(member for fact in phase.facts for member in self.population_of(fact).members)
            return Count(members, Fraction(len(members)), None)
        return self.population_of(name)

    def population_of(self, fact: str) -> Count:
        return self.populations.get(fact, EVERYBODY)

    def count(self, pattern: CountPattern, bindings: Bindings) -> Literal:
        members: list[tuple[Fraction, Literal]] = []
        for points, member in pattern.members:
            members.extend(
                (points, literal) for _, _, literal in self.match(member, bindings, negated=True) if literal is not None
            )
        return Count(tuple(members), pattern.at_least, pattern.at_most, pattern.is_sum)

    def clause(
        self,
        rule: Rule,
        number: int,
        conclusion: Conclusion,
        bindings: Bindings,
        shown: tuple[tuple[str, str], ...],
        evidence: tuple[str, ...],
        when: tuple[GroundCondition, ...],
        unless: tuple[GroundCondition, ...],
    ) -> Clause:
        arguments = tuple(
            text_of(bindings[value.name]) if isinstance(value, Variable) else value for _, value in conclusion.key
        )
        annotations: list[tuple[str, Annotation]] = []
        modality = ""
        for name, value in conclusion.annotations:
            found = self.annotation(value, bindings)
            if found is not None:
                annotations.append((name, found))
                if name == "modality":
                    modality = text_of(found)
        head = Atom(argument(conclusion.relation, conclusion.side), arguments)
        return Clause(rule.id, number, shown, evidence, when, unless, head, tuple(annotations), modality)

    def annotation(self, value: object, bindings: Bindings) -> Annotation | None:
        if isinstance(value, Variable):
            bound = bindings.get(value.name)
            return bound.path if isinstance(bound, Measure) else bound
        if isinstance(value, Amount):
            rate = bindings.get(value.rate.name) if isinstance(value.rate, Variable) else value.rate
            times = bindings.get(value.times.name) if isinstance(value.times, Variable) else value.times
            cap = bindings.get(value.at_most.name) if isinstance(value.at_most, Variable) else value.at_most
            if isinstance(rate, Quantity):
                rate = Range(rate.value, rate.value, rate.unit)
            path = times.path if isinstance(times, Measure) else str(times)
            if not isinstance(rate, Range):
                return None
            return GroundAmount(rate, path, cap if isinstance(cap, Quantity) else None)
        return value  # type: ignore[return-value]


def any_of(atoms: list[Atom]) -> Literal:
    """That one of these conclusions holds."""
    if len(atoms) == 1:
        return Holds(atoms[0])
    return Count(tuple((Fraction(1), Holds(atom)) for atom in atoms), Fraction(1), None)


def population_literal(knowledge: KnowledgeBase, fact: str) -> Count:
    """That the case belongs to the population of a fact; true of everybody where the fact names none."""
    population = knowledge.facts[fact].population
    members: list[tuple[Fraction, Literal]] = []
    for path, value in population.conditions if population else ():
        attribute = knowledge.vocabulary.attribute(path)
        if isinstance(value, str) and attribute is not None and attribute.type.kind in ("term", "set of terms"):
            test = OneOf(tuple(sorted(knowledge.vocabulary.within(attribute.type.of, value))))
        else:
            test = OneOf((value,))
        members.append((Fraction(1), Datum(path, test)))
    return Count(tuple(members), Fraction(len(members)), None)


def _could_match(pattern: ConclusionPattern, arguments: tuple[str, ...], fields: tuple[str, ...]) -> bool:
    constants = dict(zip(fields, arguments, strict=False))
    return all(
        not isinstance(constraint, OneOf) or constants.get(name) in constraint.values
        for name, constraint in pattern.constraints
    )
