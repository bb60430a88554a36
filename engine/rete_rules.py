"""Rules as the matcher reads them: patterns over flat facts, and the clause that each way of filling them stands for.

A rule is translated as it was written: its facts, conclusions and conditions on the case become patterns that share
variables, and the matcher joins them. From the ground program come the strata, the literals that the case decides, and
the clauses, by the evidence, conclusions and values that fill the patterns.

Values that are not text are joined by labels (`Labels`), so that values which are equal, and only they, have one label.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import TypeAlias

from engine.grounding import Measure, compare_constants, text_of
from engine.matching import Assertion
from engine.model.knowledge import KnowledgeBase
from engine.model.rule import (
    Compare,
    ConclusionPattern,
    Condition,
    Constraint,
    DatumPattern,
    FactPattern,
    ItemPattern,
    ItemTest,
    OfClass,
    OneOf,
    Optional,
    Pattern,
    Recorded,
    Reference,
    Rule,
    Variable,
    Within,
)
from engine.model.vocabulary import FieldType, Vocabulary
from engine.observing import NOT, STANDS
from engine.program import Atom, Clause, Datum, Evidence, GroundCondition, Holds, Literal, Program
from engine.resolution import RESOLUTION, argument

STATED = "stated"
"""The level of resident facts; those of a case are at a level of truth."""
MOST_FIELDS = 150
"""Of one fact; a relation of which more is asked goes by several names."""

Terms: TypeAlias = tuple[tuple[str, str], ...]
Columns: TypeAlias = dict[str, tuple[str, object]]
Table: TypeAlias = tuple[int, ...]
Texts: TypeAlias = tuple[str, ...]

IDENTITY, TEXT = "identity", "text"


class Labels:
    """Text for any value: equal values, and only they, have the same."""

    def __init__(self) -> None:
        self._others: dict[object, str] = {}

    def of(self, value: object) -> str:
        """The label of a value. Text is its own, unless the matcher would take it for a variable."""
        if isinstance(value, str):
            return f"\0{value}" if value[:1] in ("$", "\0") else value
        return self._others.setdefault(value, f"\0\0{len(self._others)}")


@dataclass(frozen=True, slots=True)
class Read:
    """A pattern of a rule, not yet for a level of truth.

    ``source`` is the relation of the conclusion, or the shape of the condition on the case; ``table`` the negation of
    what must be absent; ``binder`` the item variable that a condition on the case binds.
    """

    relation: str
    terms: Terms
    source: str = ""
    table: Table | None = None
    binder: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition of a plan that the case decides: where it stands, and the fields of its facts."""

    position: int
    read: Read
    terms: tuple[str, ...]
    texts: tuple[str, ...]
    items: tuple[str, ...]
    unless: bool = False


@dataclass(eq=False, slots=True)
class Slot:
    """A condition on the case for given values: the literals to decide, and the fact to post where they are not false.

    ``items`` are the item variables that it reads, ``binder`` the one that it binds.
    """

    source: str
    labels: Terms
    items: tuple[str, ...]
    literals: tuple[Literal, ...]
    binder: str
    table: Table | None
    posted: dict[str, Assertion] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Plan:
    """A rule, or a shape of resolution clauses, as patterns: what must hold, in written order, and what must not."""

    name: str
    reads: list[Read] = field(default_factory=list)
    absent: list[Read] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    clauses: dict[tuple[Texts, ...], list[int]] = field(default_factory=lambda: defaultdict(list))
    exact: bool = True
    """Whether every match is a clause. A shape of resolution clauses also matches keys that resolve in another way."""


class Asking:
    """What patterns ask of the facts of each relation, as fields of those facts."""

    def __init__(self) -> None:
        self.names: dict[str, dict[str, Columns]] = defaultdict(dict)

    def name(self, relation: str, columns: Columns) -> str:
        """The name under which facts of a relation have these fields."""
        names = self.names[relation]
        for name, known in names.items():
            if len(known.keys() | columns.keys()) <= MOST_FIELDS:
                known.update(columns)
                return name
        name = f"{relation} ({len(names) + 1})" if names else relation
        names[name] = dict(columns)
        return name


class Translation:
    """The plans of a program, the slots of its clauses, and the facts that are resident."""

    def __init__(self, program: Program, knowledge: KnowledgeBase) -> None:
        self.program = program
        self.knowledge = knowledge
        self.vocabulary = knowledge.vocabulary
        self.labels = Labels()
        self.evidence_asked = Asking()
        self.conclusions_asked = Asking()
        self.by_kind: dict[str, list[Evidence]] = defaultdict(list)
        for item in program.evidence.values():
            self.by_kind[item.kind].append(item)
        self.paired: dict[str, tuple[FactPattern, dict[str, list[object]]]] = {}
        self.shapes: dict[object, str] = {}
        self.slots: dict[tuple[str, Terms], Slot] = {}
        self.plan_of: list[Plan] = []
        self.slots_of: list[tuple[Slot, ...]] = []
        plans: dict[object, Plan] = {}
        for index, clause in enumerate(program.clauses):
            plan, signature, slots = self._clause(clause, plans)
            plan.clauses[signature].append(index)
            self.plan_of.append(plan)
            self.slots_of.append(slots)
        self.plans = list(plans.values())

    def _clause(self, clause: Clause, plans: dict[object, Plan]) -> tuple[Plan, tuple[Texts, ...], tuple[Slot, ...]]:
        rule = self.knowledge.rules.get(clause.rule)
        if rule is None:
            shape = _shape(clause)
            if shape not in plans:
                plans[shape] = self._resolution(clause)
            return plans[shape], tuple(clause.head.arguments for _ in clause.when), ()
        taken = dict(zip(_facts_of(rule), map(self.program.evidence.__getitem__, clause.evidence), strict=True))
        missing = frozenset(
            (at, name) for at, name in _optionals_read(rule) if taken[at].value(name) is None
        )
        key = (rule.id, missing)
        if key not in plans:
            plans[key] = _Translator(self, _settled(rule, missing), f"{rule.id}{sorted(missing) or ''}").plan()
        return plans[key], *self._filled(_settled(rule, missing), plans[key], clause, taken)

    def _resolution(self, clause: Clause) -> Plan:
        """Resolution clauses of one shape: the same relations, of one key."""
        if clause.rule.partition(" ")[0] != RESOLUTION:
            raise AssertionError(f"no rule is called {clause.rule}")
        terms = tuple((str(at), f"${at}") for at in range(len(clause.head.arguments)))
        plan = Plan(f"{clause.rule} {_shape(clause)}", exact=False)
        for condition in (*clause.when, *clause.unless):
            literal = condition.literal
            assert isinstance(literal, Holds)
            assert literal.atom.arguments == clause.head.arguments
        for condition in clause.when:
            relation = condition.literal.atom.relation  # type: ignore[union-attr]
            plan.reads.append(Read(self.conclusions_asked.name(relation, {}), terms, relation))
        for condition in clause.unless:
            relation = condition.literal.atom.relation  # type: ignore[union-attr]
            name = self.conclusions_asked.name(f"not {relation}", {})
            plan.absent.append(Read(name, terms, relation, STANDS if condition.stands else NOT))
        return plan

    # A clause of a rule ----------------------------------------------------------------------------------------------

    def _filled(
        self, rule: Rule, plan: Plan, clause: Clause, taken: Mapping[int, Evidence]
    ) -> tuple[tuple[Texts, ...], tuple[Slot, ...]]:
        """What fills each pattern of the plan in a clause, and the slots of its conditions on the case."""
        shown = dict(clause.bindings)
        held = {condition.position: condition for condition in clause.when}
        values: dict[str, object] = {}
        signature: list[Texts] = []
        for position, condition in enumerate(rule.when):
            for name, term in bound_by(condition.pattern):
                if name not in values and name in shown:
                    values[name] = self._value(condition.pattern, term, taken.get(position), held.get(position), shown[name])
        slots = []
        asked = {at.position: at for at in plan.asked if not at.unless}
        for position in range(len(rule.when)):
            if position in taken:
                signature.append((taken[position].id,))
            elif position in asked:
                slots.append(self._slot(asked[position], (held[position].literal,), values))
                signature.append(tuple(text for _, text in slots[-1].labels))
            else:
                literal = held[position].literal
                assert isinstance(literal, Holds)
                signature.append(literal.atom.arguments)
        for at in plan.asked:
            if at.unless:
                literals = tuple(condition.literal for condition in clause.unless if condition.position == at.position)
                slots.append(self._slot(at, literals, values))
                signature.append(tuple(text for _, text in slots[-1].labels))
        return tuple(signature), tuple(slots)

    def _value(
        self, pattern: Pattern, field_name: str, item: Evidence | None, held: GroundCondition | None, shown: str
    ) -> object:
        """What a variable stands for that this pattern binds."""
        if item is not None:
            return item.value(field_name)
        if isinstance(pattern, DatumPattern) and held is not None:
            literal = held.literal
            if isinstance(literal, Datum) and isinstance(literal.test, Recorded):
                return Measure(literal.path)
        return shown

    def _slot(self, asked: Asked, literals: tuple[Literal, ...], values: Mapping[str, object]) -> Slot:
        labels = (
            *((name, self.labels.of(values[name])) for name in asked.terms),
            *((f"{name} {TEXT}", self.labels.of(text_of(values[name]))) for name in asked.texts),
        )
        read = asked.read
        items = tuple(name for name in asked.items if name != read.binder)
        slot = Slot(read.source, labels, items, literals, read.binder, read.table)
        known = self.slots.setdefault((read.source, labels), slot)
        if known.literals != literals:
            raise AssertionError(f"one condition of a case stands for two: {known.literals} and {literals}")
        return known

    # Resident facts --------------------------------------------------------------------------------------------------

    def resident(self) -> dict[Assertion, Texts]:
        """The evidence as the patterns of the rules read it; each fact with the id of its evidence."""
        found: dict[Assertion, Texts] = {}
        for base, names in self.evidence_asked.names.items():
            pattern, others = self.paired.get(base, (None, {}))
            kinds = pattern.kinds if pattern is not None else base.split("|")
            for name, columns in names.items():
                for item in (item for kind in kinds for item in self.by_kind.get(kind, ())):
                    given = {column: text for column, ask in columns.items() if (text := self._asked(item, ask)) is not None}
                    for pairs in self._pairs(pattern, others, item):
                        found[Assertion(name, STATED, (("id", item.id), *given.items(), *pairs))] = (item.id,)
        return found

    def _pairs(self, pattern: FactPattern | None, others: Mapping[str, list[object]], item: Evidence) -> Iterator[Terms]:
        """The values of variables with which the item passes the comparisons of a pattern."""
        ways: list[dict[str, object]] = [{}]
        for variable, candidates in others.items():
            ways = [{**way, variable: value} for way in ways for value in candidates]
        for way in ways:
            compared = pattern.constraints if pattern is not None and way else ()
            if all(_passes(item.value(name), constraint, way) for name, constraint in compared):
                yield tuple((f"${variable}", self.labels.of(value)) for variable, value in way.items())

    def _asked(self, item: Evidence, ask: tuple[str, object]) -> str | None:
        name, constraint = ask
        value = item.value(name)
        if isinstance(constraint, Recorded):
            return "true" if (value is not None) == constraint.known else None
        if value is None:
            return None
        if constraint in (IDENTITY, TEXT):
            return self.labels.of(value if constraint == IDENTITY else text_of(value))
        return "true" if self.meets(value, constraint) else None

    def meets(self, value: object, constraint: object) -> bool:
        """Whether a claim's value meets a constraint that names no variable."""
        if isinstance(constraint, OneOf):
            return value in constraint.values
        if isinstance(constraint, Within):
            kinds = self.vocabulary.terms
            return any(value in self.vocabulary.within(kind, constraint.term) for kind in kinds)
        if isinstance(constraint, OfClass):
            members = self.by_kind.get("member", ())
            return any(item.value("class") == constraint.name and item.value("member") == value for item in members)
        return isinstance(constraint, Compare) and compare_constants(value, constraint, {})  # type: ignore[arg-type]

    def conclusion(self, relation: str, atom: Atom, level: str, stratum: int | None = None) -> Iterator[Assertion]:
        """A conclusion as facts, under each name by which patterns read its relation."""
        given = [(str(at), self.labels.of(text)) for at, text in enumerate(atom.arguments)]
        for name, columns in self.conclusions_asked.names[relation].items():
            asked = [
                (column, "true")
                for column, (at, constraint) in columns.items()
                if self._text_meets(atom.arguments[int(at)], constraint)
            ]
            yield Assertion(name if stratum is None else f"{name} @{stratum}", level, (*given, *asked))

    def _text_meets(self, text: str, constraint: object) -> bool:
        if isinstance(constraint, OneOf):
            return text in map(text_of, constraint.values)
        return isinstance(constraint, Recorded) and constraint.known or self.meets(text, constraint)


class _Translator:
    """Translates one rule."""

    def __init__(self, translation: Translation, rule: Rule, name: str) -> None:
        self.translation = translation
        self.vocabulary = translation.vocabulary
        self.rule = rule
        self.made = Plan(name)
        self.items = {
            condition.pattern.variable.name
            for condition in rule.when
            if isinstance(condition.pattern, ItemPattern) and condition.pattern.variable
        }
        self.bound: dict[str, int] = {}
        self.first: dict[str, int] = {}
        for position, condition in enumerate(rule.when):
            for name_, field_name in bound_by(condition.pattern):
                if self._is_bound_by(condition.pattern, field_name):
                    self.first.setdefault(name_, position)
        self.textual = set(self._textual())

    def plan(self) -> Plan:
        """The rule as patterns."""
        for position, condition in enumerate(self.rule.when):
            pattern = condition.pattern
            if isinstance(pattern, FactPattern):
                self.made.reads.append(self._fact(pattern, position))
            elif isinstance(pattern, ConclusionPattern):
                self.made.reads.append(self._conclusion(pattern, position))
            else:
                self._asked(condition, position)
            for name, at in self.first.items():
                if at == position:
                    self.bound[name] = position
        for position, condition in enumerate(self.rule.unless):
            pattern, table = condition.pattern, STANDS if condition.stands else NOT
            if isinstance(pattern, FactPattern):
                self.made.absent.append(replace(self._fact(pattern, -1), table=table))
            elif isinstance(pattern, ConclusionPattern):
                self.made.absent.append(self._conclusion(pattern, -1, table))
            else:
                self._asked(condition, position, table)
        return self.made

    def _is_bound_by(self, pattern: Pattern, field_name: str) -> bool:
        """Whether a variable in a field of this pattern is bound there; in a field of an item, only to a word."""
        if isinstance(pattern, ItemPattern):
            type_ = self.vocabulary.items[pattern.item].attributes[field_name].type
            return bool(self.vocabulary.domain(type_))
        return True

    def _textual(self) -> Iterator[str]:
        """Variables that stand for something else than text, and are read as text by a conclusion."""
        for position, condition in enumerate((*self.rule.when, *self.rule.unless)):
            if isinstance(condition.pattern, ConclusionPattern):
                for name, _ in bound_by(condition.pattern):
                    first = self.first.get(name, position)
                    if first < position and not self._is_text(name, self.rule.when[first].pattern):
                        yield name

    def _is_text(self, name: str, pattern: Pattern) -> bool:
        if isinstance(pattern, FactPattern):
            fields_ = [field_name for other, field_name in bound_by(pattern) if other == name]
            return all(
                isinstance(item.value(field_name), (str, type(None)))
                for kind in pattern.kinds
                for item in self.translation.by_kind.get(kind, ())
                for field_name in fields_
            )
        return not isinstance(pattern, DatumPattern)

    def _fact(self, pattern: FactPattern, position: int) -> Read:
        columns: Columns = {}
        terms: dict[str, str] = {}
        others: dict[str, list[object]] = {}
        variables = [name for name, constraint in pattern.constraints if isinstance(constraint, Variable)]
        for name, constraint in pattern.constraints:
            if isinstance(constraint, Variable):
                column = name if name not in terms else f"{name}#{len(terms)}"
                columns[column] = (name, IDENTITY)
                terms[column] = f"${constraint.name}"
                if self.first.get(constraint.name) == position and constraint.name in self.textual:
                    columns[f"{name} {TEXT}"] = (name, TEXT)
                    terms[f"{name} {TEXT}"] = f"${constraint.name} {TEXT}"
            elif isinstance(constraint, OneOf) and len(constraint.values) == 1 and name not in variables and name not in terms:
                columns[name] = (name, IDENTITY)
                terms[name] = self.translation.labels.of(constraint.values[0])
            elif isinstance(constraint, Compare) and isinstance(constraint.bound, Variable):
                others[constraint.bound.name] = self._comparable(constraint.bound.name)
                terms[f"${constraint.bound.name}"] = f"${constraint.bound.name}"
            elif not isinstance(constraint, Optional):
                columns[f"{name} {constraint}"] = (name, constraint)
                terms[f"{name} {constraint}"] = "true"
        base = "|".join(pattern.kinds)
        if others:
            base = f"{base} compared {len(self.translation.paired) + 1}"
            self.translation.paired[base] = (pattern, others)
        return Read(self.translation.evidence_asked.name(base, columns), tuple(terms.items()))

    def _comparable(self, variable: str) -> list[object]:
        """The values that a variable can have which a fact binds; only they are ever compared in size."""
        pattern = self.rule.when[self.first[variable]].pattern if variable in self.first else None
        if not isinstance(pattern, FactPattern):
            return []
        fields_ = [field_name for other, field_name in bound_by(pattern) if other == variable]
        found = (
            item.value(field_name)
            for kind in pattern.kinds
            for item in self.translation.by_kind.get(kind, ())
            for field_name in fields_
        )
        return list(dict.fromkeys(value for value in found if value is not None))

    def _conclusion(self, pattern: ConclusionPattern, position: int, table: Table | None = None) -> Read:
        source = argument(pattern.relation, pattern.side)
        places = {name: str(at) for at, name in enumerate(key_fields(self.vocabulary, pattern.relation))}
        columns: Columns = {}
        terms: dict[str, str] = {}
        variables = {name for name, constraint in pattern.constraints if isinstance(constraint, Variable)}
        for name, constraint in pattern.constraints:
            at = places[name]
            if isinstance(constraint, Variable):
                column = at if at not in terms else f"{at}#{len(terms)}"
                if column != at:
                    raise AssertionError(f"two variables for `{name}` of `{pattern.relation}` in {self.rule.id}")
                late = constraint.name in self.textual and self.first.get(constraint.name) != position
                terms[at] = f"${constraint.name} {TEXT}" if late else f"${constraint.name}"
            elif isinstance(constraint, OneOf) and len(constraint.values) == 1 and name not in variables:
                terms[at] = self.translation.labels.of(text_of(constraint.values[0]))
            elif not isinstance(constraint, Optional):
                columns[f"{at} {constraint}"] = (at, constraint)
                terms[f"{at} {constraint}"] = "true"
        name = self.translation.conclusions_asked.name(source if table is None else f"not {source}", columns)
        return Read(name, tuple(terms.items()), source, table)

    def _asked(self, condition: Condition, position: int, table: Table | None = None) -> None:
        """A condition that the case decides; under `unless` its negation is posted, which the case decides as well."""
        pattern = condition.pattern
        mentioned = list(dict.fromkeys(mentions(pattern)))
        known = self.bound if table is not None else {n: at for n, at in self.first.items() if at <= position}
        names = tuple(name for name in mentioned if name in known)
        texts = tuple(n for n in names if n in self.textual and table is None and self.first[n] == position)
        items = tuple(name for name in mentioned if name in self.items)
        binder = pattern.variable.name if isinstance(pattern, ItemPattern) and pattern.variable else ""
        new = tuple(name for name in names if name not in self.bound)
        shapes = self.translation.shapes
        source = shapes.setdefault((pattern, table, names, new, texts, items), f"case {len(shapes) + 1}")
        terms = (
            *((name, f"${name}") for name in names),
            *((f"{name} {TEXT}", f"${name} {TEXT}") for name in texts),
            *((f"[{name}]", f"$[{name}]") for name in items),
        )
        read = Read(source, terms, source, None, binder)
        self.made.reads.append(read)
        self.made.asked.append(
            Asked(position, replace(read, table=table), names, texts, items, unless=table is not None)
        )


def key_fields(vocabulary: Vocabulary, relation: str) -> tuple[str, ...]:
    """The key fields of a conclusion; `withheld` and `conflict` have those of what is argued."""
    kind = vocabulary.conclusions.get(relation)
    return tuple((kind or next(kind for kind in vocabulary.conclusions.values() if kind.argued)).key)


def bound_by(pattern: Pattern) -> Iterator[tuple[str, str]]:
    """The variables that a pattern can bind, each with its field."""
    if isinstance(pattern, (FactPattern, ConclusionPattern, ItemPattern)):
        for name, constraint in pattern.constraints:
            if isinstance(constraint, Variable):
                yield constraint.name, name
    elif isinstance(pattern, (DatumPattern, ItemTest)) and isinstance(pattern.constraint, Variable):
        yield pattern.constraint.name, ""


def mentions(node: object) -> Iterator[str]:
    """The variables in a pattern, those of items too."""
    if isinstance(node, Variable):
        yield node.name
    elif isinstance(node, Reference):
        if node.path.startswith("$"):
            yield node.path[1:].partition(".")[0]
    elif isinstance(node, tuple):
        for part in node:
            yield from mentions(part)
    elif is_dataclass(node):
        for part in fields(node):
            yield from mentions(getattr(node, part.name))


def _passes(value: object, constraint: Constraint, way: Mapping[str, object]) -> bool:
    if not isinstance(constraint, Compare) or not isinstance(constraint.bound, Variable):
        return True
    return value is not None and compare_constants(value, constraint, way)  # type: ignore[arg-type]


def _facts_of(rule: Rule) -> Iterator[int]:
    return (at for at, condition in enumerate(rule.when) if isinstance(condition.pattern, FactPattern))


def _optionals_read(rule: Rule) -> Iterator[tuple[int, str]]:
    """The optional fields whose variable another condition reads: such a rule is translated with and without it."""
    for at in _facts_of(rule):
        for name, constraint in rule.when[at].pattern.constraints:  # type: ignore[union-attr]
            if isinstance(constraint, Optional):
                others = [c.pattern for n, c in enumerate((*rule.when, *rule.unless)) if n != at]
                if constraint.variable.name in mentions(tuple(others)):
                    yield at, name


def _settled(rule: Rule, missing: frozenset[tuple[int, str]]) -> Rule:
    """The rule in which an optional field that others read is there, or is not."""
    read = set(_optionals_read(rule))
    if not read:
        return rule
    when = list(rule.when)
    for at, condition in enumerate(when):
        if isinstance(condition.pattern, FactPattern):
            constraints = tuple(
                (name, Recorded(False) if (at, name) in missing else constraint.variable)
                if isinstance(constraint, Optional) and (at, name) in read
                else (name, constraint)
                for name, constraint in condition.pattern.constraints
            )
            when[at] = replace(condition, pattern=replace(condition.pattern, constraints=constraints))
    return replace(rule, when=tuple(when))


def _shape(clause: Clause) -> str:
    """What resolution clauses have in common that differ in their key only."""

    def relations(conditions: Iterable[GroundCondition]) -> list[str]:
        return [c.literal.atom.relation for c in conditions if isinstance(c.literal, Holds)]

    return f"{clause.head.relation}/{len(clause.head.arguments)} :- {relations(clause.when)}, not {relations(clause.unless)}"
