"""Rules as patterns over flat facts, as they were written: the matcher joins the variables that conditions share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import TypeAlias, TypeGuard

from engine.binding import text_of
from engine.model.rule import (
    Compare,
    ConclusionPattern,
    Condition,
    Constraint,
    DatumPattern,
    FactPattern,
    ItemPattern,
    ItemTest,
    OneOf,
    Optional,
    Pattern,
    Recorded,
    Reference,
    Rule,
    Variable,
)
from engine.model.vocabulary import Vocabulary
from engine.observing import NOT, STANDS
from engine.resolution import argument
from engine.rete_facts import IDENTITY, TEXT, YES, Columns, Facts, Terms, Texts

Table: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """A pattern, not yet for a level of truth.

    ``source`` is what it reads: the relation of a conclusion, the shape of a condition on the case, or "" for evidence.
    ``position`` is its place under `when`, or under `unless`, where ``table`` negates it.
    """

    position: int
    relation: str
    terms: Terms
    source: str = ""
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition that the case decides: its place in the rule, and the fields of its facts.

    ``terms`` are variables by their value, ``texts`` those that are needed as text as well, ``items`` the items of the
    case that it names, ``binder`` among them the one that it binds. ``table`` negates it under `unless`.
    """

    position: int
    source: str
    terms: Texts
    texts: Texts
    items: Texts
    binder: str
    table: Table | None


@dataclass(eq=False, slots=True)
class Plan:
    """A rule, or a shape of resolution clauses, as patterns: what must hold, in written order, and what must not.

    ``first`` is where each variable is bound, ``presumed`` are the reads that can be of something provisional.
    ``clauses`` are found by what fills the patterns. Every match of a rule is a clause; where it is not ``exact``
    (resolution), a match may be of a key that resolves in another way.
    """

    name: str
    exact: bool = True
    reads: list[Read] = field(default_factory=list)
    absent: list[Read] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    first: dict[str, int] = field(default_factory=dict)
    presumed: set[Read] = field(default_factory=set)
    clauses: dict[tuple[Texts, ...], list[int]] = field(default_factory=lambda: defaultdict(list))


class Shapes:
    """Names of conditions on the case: rules that state the same condition share its facts."""

    def __init__(self) -> None:
        self._names: dict[object, str] = {}

    def name(self, shape: object) -> str:
        """The name of a shape, new or known."""
        return self._names.setdefault(shape, f"case {len(self._names) + 1}")


def planned(rule: Rule, name: str, facts: Facts, shapes: Shapes) -> Plan:
    """The rule as patterns."""
    translator = _Translator(rule, facts, shapes)
    plan = translator.plan(name)
    plan.first = translator.first
    return plan


class _Translator:
    def __init__(self, rule: Rule, facts: Facts, shapes: Shapes) -> None:
        self.rule = rule
        self.facts = facts
        self.shapes = shapes
        self.vocabulary = facts.vocabulary
        self.items: set[str] = set()
        self.first: dict[str, int] = {}
        for position, condition in enumerate(rule.when):
            pattern = condition.pattern
            if isinstance(pattern, ItemPattern) and pattern.variable:
                self.items.add(pattern.variable.name)
            for variable, name in variables(pattern):
                if not isinstance(pattern, ItemPattern) or self._is_term(pattern, name):
                    self.first.setdefault(variable, position)
        self.textual = set(self._textual())

    def plan(self, name: str) -> Plan:
        plan = Plan(name)
        for position, condition in enumerate(self.rule.when):
            self._add(plan, condition, position, None)
        for position, condition in enumerate(self.rule.unless):
            self._add(plan, condition, position, STANDS if condition.stands else NOT)
        return plan

    def _add(self, plan: Plan, condition: Condition, position: int, table: Table | None) -> None:
        pattern = condition.pattern
        # Under `unless` nothing is bound, and all that `when` binds is known.
        at = position if table is None else len(self.rule.when)
        if isinstance(pattern, FactPattern):
            read = self._fact(pattern, at)
        elif isinstance(pattern, ConclusionPattern):
            read = self._conclusion(pattern, at, table)
        else:
            asked = self._asked(pattern, position, at, table)
            plan.asked.append(asked)
            read = Read(position, asked.source, _fields(asked), asked.source)
            plan.reads.append(read)
            return
        read = replace(read, position=position, table=table)
        (plan.reads if table is None else plan.absent).append(read)

    # Variables -------------------------------------------------------------------------------------------------------

    def _is_term(self, pattern: ItemPattern, name: str) -> bool:
        """Whether a variable in this field of an item takes a word; any other value is not bound."""
        return bool(self.vocabulary.domain(self.vocabulary.items[pattern.item].attributes[name].type))

    def _textual(self) -> Iterator[str]:
        """The variables that can stand for something else than text, and that a conclusion reads, as text."""
        for position, condition in enumerate((*self.rule.when, *self.rule.unless)):
            if isinstance(condition.pattern, ConclusionPattern):
                for variable, _ in variables(condition.pattern):
                    first = self.first.get(variable, position)
                    if first < position and any(not isinstance(value, str) for value in self._values(variable)):
                        yield variable

    def _values(self, variable: str) -> list[object]:
        """The values that a fact can bind a variable to; None stands for a measure that the case binds it to."""
        pattern = self.rule.when[self.first[variable]].pattern
        if isinstance(pattern, DatumPattern):
            return [None]
        if not isinstance(pattern, FactPattern):
            return []
        names = [name for other, name in variables(pattern) if other == variable]
        found = (
            item.value(name) for kind in pattern.kinds for item in self.facts.by_kind.get(kind, ()) for name in names
        )
        return list(dict.fromkeys(value for value in found if value is not None))

    # Patterns --------------------------------------------------------------------------------------------------------

    def _fact(self, pattern: FactPattern, at: int) -> Read:
        columns: Columns = {}
        terms: dict[str, str] = {}
        compared: dict[str, list[object]] = {}
        joined = {name for _, name in variables(pattern)}
        for name, constraint in pattern.constraints:
            if isinstance(constraint, Variable):
                column = f"{name}#{len(terms)}" if name in terms else name
                columns[column] = (name, IDENTITY)
                terms[column] = f"${constraint.name}"
                if constraint.name in self.textual and self.first.get(constraint.name) == at:
                    columns[f"{name} {TEXT}"] = (name, TEXT)
                    terms[f"{name} {TEXT}"] = f"${constraint.name} {TEXT}"
            elif _is_constant(constraint) and name not in joined | terms.keys():
                columns[name] = (name, IDENTITY)
                terms[name] = self.facts.labels.of(constraint.values[0])
            elif isinstance(constraint, Compare) and isinstance(constraint.bound, Variable):
                variable = constraint.bound.name
                compared[variable] = [value for value in self._values(variable) if value is not None]
                terms[f"${variable}"] = f"${variable}"
            elif not isinstance(constraint, Optional):
                columns[f"{name} {constraint}"] = (name, constraint)
                terms[f"{name} {constraint}"] = YES
        return Read(at, self.facts.evidence(pattern, columns, compared), tuple(terms.items()))

    def _conclusion(self, pattern: ConclusionPattern, at: int, table: Table | None) -> Read:
        source = argument(pattern.relation, pattern.side)
        places = {name: str(place) for place, name in enumerate(key_fields(self.vocabulary, pattern.relation))}
        columns: Columns = {}
        terms: dict[str, str] = {}
        joined = {name for _, name in variables(pattern)}
        for name, constraint in pattern.constraints:
            place = places[name]
            if isinstance(constraint, Variable):
                if place in terms:
                    columns[place := f"{place}#{len(terms)}"] = (places[name], IDENTITY)
                late = constraint.name in self.textual and self.first.get(constraint.name) != at
                terms[place] = f"${constraint.name} {TEXT}" if late else f"${constraint.name}"
            elif _is_constant(constraint) and name not in joined and place not in terms:
                terms[place] = self.facts.labels.of(text_of(constraint.values[0]))
            else:
                columns[f"{place} {constraint}"] = (place, constraint)
                terms[f"{place} {constraint}"] = YES
        relation = self.facts.conclusions(source, columns, negated=table is not None)
        return Read(at, relation, tuple(terms.items()), source)

    def _asked(self, pattern: Pattern, position: int, at: int, table: Table | None) -> Asked:
        mentioned = list(dict.fromkeys(mentions(pattern)))
        terms = tuple(name for name in mentioned if self.first.get(name, at + 1) <= at)
        texts = tuple(name for name in terms if name in self.textual and self.first[name] == at)
        items = tuple(name for name in mentioned if name in self.items)
        binder = pattern.variable.name if isinstance(pattern, ItemPattern) and pattern.variable else ""
        fresh = tuple(name for name in terms if self.first[name] == at)
        source = self.shapes.name((pattern, table, terms, fresh, texts, items))
        return Asked(position, source, terms, texts, items, binder, table)


def _is_constant(constraint: Constraint) -> TypeGuard[OneOf]:
    return isinstance(constraint, OneOf) and len(constraint.values) == 1


def _fields(asked: Asked) -> Terms:
    return (
        *((name, f"${name}") for name in asked.terms),
        *((f"{name} {TEXT}", f"${name} {TEXT}") for name in asked.texts),
        *((f"[{name}]", f"$[{name}]") for name in asked.items),
    )


def key_fields(vocabulary: Vocabulary, relation: str) -> Texts:
    """The key fields of a conclusion; `withheld` and `conflict` have those of what is argued."""
    kind = vocabulary.conclusions.get(relation)
    return tuple((kind or next(kind for kind in vocabulary.conclusions.values() if kind.argued)).key)


def variables(pattern: Pattern) -> Iterator[tuple[str, str]]:
    """The variables that a pattern binds, or joins, each with its field."""
    if isinstance(pattern, (FactPattern, ConclusionPattern, ItemPattern)):
        for name, constraint in pattern.constraints:
            if isinstance(constraint, Variable):
                yield constraint.name, name
    elif isinstance(pattern, (DatumPattern, ItemTest)) and isinstance(pattern.constraint, Variable):
        yield pattern.constraint.name, ""


def mentions(node: object) -> Iterator[str]:
    """Every variable in a pattern, those of items too."""
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


# Optional fields -----------------------------------------------------------------------------------------------------


def fact_positions(rule: Rule) -> list[int]:
    """Where the rule reads evidence under `when`."""
    return [at for at, condition in enumerate(rule.when) if isinstance(condition.pattern, FactPattern)]


def optional_fields(rule: Rule) -> list[tuple[int, str]]:
    """The optional fields, by position, whose variable another condition reads."""
    found = []
    for at in fact_positions(rule):
        others = tuple(other.pattern for place, other in enumerate((*rule.when, *rule.unless)) if place != at)
        read = set(mentions(others))
        for name, constraint in rule.when[at].pattern.constraints:  # type: ignore[union-attr]
            if isinstance(constraint, Optional) and constraint.variable.name in read:
                found.append((at, name))
    return found


def settled(rule: Rule, missing: frozenset[tuple[int, str]]) -> Rule:
    """The rule in which each optional field that another condition reads is there, or is missing."""
    when = list(rule.when)
    for at, name in optional_fields(rule):
        pattern = when[at].pattern
        assert isinstance(pattern, FactPattern)
        constraints = tuple(
            (field_name, Recorded(False) if (at, name) in missing else constraint.variable)
            if isinstance(constraint, Optional) and field_name == name
            else (field_name, constraint)
            for field_name, constraint in pattern.constraints
        )
        when[at] = replace(when[at], pattern=replace(pattern, constraints=constraints))
    return replace(rule, when=tuple(when))
