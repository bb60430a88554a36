"""A program for the matcher: each clause as a way to fill the patterns of its rule, the strata, and the match rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.binding import Measure, text_of
from engine.matching import MatchRule, Pattern
from engine.model.knowledge import KnowledgeBase
from engine.model.rule import Recorded
from engine.observing import NOT, PROVISIONAL, STANDS, TRUE, UNKNOWN
from engine.program import Atom, Clause, Count, Datum, Evidence, GroundCondition, Holds, Literal, Program
from engine.resolution import RESOLUTION
from engine.rete_facts import DERIVED, LEVELS, STATED, TEXT, YES, Facts, Terms, Texts, at_stratum
from engine.rete_rules import (
    Asked,
    Plan,
    Read,
    Shapes,
    Table,
    fact_positions,
    optional_fields,
    planned,
    settled,
    variables,
)
from engine.strata import components, reads

MOST_READS = 15
"""Patterns of one match rule; the rest is joined to an intermediate fact."""
KEY = "#"
"""The field of an intermediate fact that tells it from every other of its run."""


@dataclass(eq=False, slots=True)
class Slot:
    """A condition on the case for given values: the literals to decide, and the fact to post where they are not false.

    ``items`` are the items of the case that it reads, ``binder`` the one that it binds.
    ``levels`` are the fields that say at which levels the fact stands, for each value that it can have.
    """

    source: str
    labels: Terms
    items: Texts
    binder: str
    table: Table | None
    literals: tuple[Literal, ...]
    texts: Texts
    levels: Mapping[int, Terms]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a match rule stands for: a plan at a value in a stratum, or the first part of one.

    A part has ``draws``, the relation of its intermediate fact, and ``carried``: for each field of that fact, the
    number of the premise and the field in it. What begins with an intermediate fact is ``continued``.
    """

    plan: Plan
    value: int
    stratum: int
    continued: bool
    draws: str = ""
    carried: tuple[tuple[str, int, str], ...] = ()


class Translation:
    """A program as plans, the slots that each clause needs, and the stratum in which it is matched.

    The strata are those of rules, not of ground clauses, as far as that is possible: a rule that stands in one stratum
    is matched once. Rules that only their clauses can order are written in each stratum in which they have a clause.
    """

    def __init__(self, program: Program, knowledge: KnowledgeBase) -> None:
        self.program = program
        self.knowledge = knowledge
        self.facts = Facts(program, knowledge.vocabulary)
        self._shapes = Shapes()
        self._slots: dict[tuple[str, Texts], Slot] = {}
        self._plans: dict[object, Plan] = {}
        self.plan_of: list[Plan] = []
        self.slots_of: list[tuple[Slot, ...]] = []
        for index, clause in enumerate(program.clauses):
            plan, signature, slots = self._clause(clause)
            plan.clauses[signature].append(index)
            self.plan_of.append(plan)
            self.slots_of.append(slots)
        self.stratum_of = strata(program, [plan.name for plan in self.plan_of])
        self.strata = max(self.stratum_of, default=-1) + 1
        self._taint()

    # Clauses ---------------------------------------------------------------------------------------------------------

    def _clause(self, clause: Clause) -> tuple[Plan, tuple[Texts, ...], tuple[Slot, ...]]:
        """The plan of a clause, what fills its patterns, and its slots."""
        rule = self.knowledge.rules.get(clause.rule)
        if rule is None:
            return self._resolution(clause), tuple(clause.head.arguments for _ in clause.when), ()
        ids = dict(zip(fact_positions(rule), clause.evidence, strict=True))
        taken = {at: self.program.evidence[id_] for at, id_ in ids.items()}
        missing = frozenset((at, name) for at, name in optional_fields(rule) if taken[at].value(name) is None)
        rule = settled(rule, missing)
        plan = self._plans.get((rule.id, missing))
        if plan is None:
            name = " ".join((rule.id, *(f"without {name} {at}" for at, name in sorted(missing))))
            plan = self._plans[rule.id, missing] = planned(rule, name, self.facts, self._shapes)
        held = {condition.position: condition for condition in clause.when}
        shown = dict(clause.bindings)
        values = {
            variable: _bound(name, taken.get(at), held.get(at), shown[variable])
            for at, condition in enumerate(rule.when)
            for variable, name in variables(condition.pattern)
            if plan.first.get(variable) == at and variable in shown
        }
        slots = [self._slot(asked, clause, values) for asked in plan.asked]
        asked_at = {asked.position: slot for asked, slot in zip(plan.asked, slots, strict=True) if asked.table is None}
        signature: list[Texts] = []
        for at in range(len(rule.when)):
            if at in taken:
                signature.append((taken[at].id,))
            else:
                signature.append(asked_at[at].texts if at in asked_at else _atom(held[at]).arguments)
        signature += [slot.texts for asked, slot in zip(plan.asked, slots, strict=True) if asked.table is not None]
        return plan, tuple(signature), tuple(slots)

    def _slot(self, asked: Asked, clause: Clause, values: Mapping[str, object]) -> Slot:
        """The slot of a condition, shared by all clauses in which it says the same."""
        conditions = clause.when if asked.table is None else clause.unless
        literals = tuple(condition.literal for condition in conditions if condition.position == asked.position)
        labels = [(name, self.facts.labels.of(values[name])) for name in asked.terms]
        labels += [(f"{name} {TEXT}", self.facts.labels.of(text_of(values[name]))) for name in asked.texts]
        items = tuple(name for name in asked.items if name != asked.binder)
        texts = tuple(text for _, text in labels)
        slot = Slot(asked.source, tuple(labels), items, asked.binder, asked.table, literals, texts, {})
        known = self._slots.setdefault((slot.source, slot.texts), slot)
        if known.literals != literals:
            raise AssertionError(f"one condition on a case stands for two: {known.literals} and {literals}")
        return known

    def _resolution(self, clause: Clause) -> Plan:
        """The plan of resolution clauses of one shape: the same relations, all of one key, which is a variable here."""
        if clause.rule.partition(" ")[0] != RESOLUTION:
            raise AssertionError(f"no rule is called {clause.rule}")
        held = [_atom(condition) for condition in clause.when]
        absent = [(_atom(condition), STANDS if condition.stands else NOT) for condition in clause.unless]
        if any(atom.arguments != clause.head.arguments for atom in (*held, *(atom for atom, _ in absent))):
            raise AssertionError(f"a resolution clause with several keys: {clause}")
        relations = (*(atom.relation for atom in held), "unless", *(atom.relation for atom, _ in absent))
        shape = (clause.head.relation, *relations)
        plan = self._plans.get(shape)
        if plan is None:
            plan = self._plans[shape] = Plan(f"{clause.rule}: {', '.join(shape)}", exact=False)
            terms = tuple((str(n), f"${n}") for n in range(len(clause.head.arguments)))
            for at, atom in enumerate(held):
                plan.reads.append(Read(at, self.facts.conclusions(atom.relation, {}), terms, atom.relation))
            for at, (atom, table) in enumerate(absent):
                relation = self.facts.conclusions(atom.relation, {}, negated=True)
                plan.absent.append(Read(at, relation, terms, atom.relation, table))
        return plan

    # Levels ----------------------------------------------------------------------------------------------------------

    def _taint(self) -> None:
        """Find what can be provisional: what an ``if_unknown: stands`` draws, and whatever reads it."""
        readers: dict[Atom, set[Atom]] = defaultdict(set)
        waiting = []
        for clause in self.program.clauses:
            for atom, _ in reads(clause):
                readers[atom].add(clause.head)
            if any(condition.stands for condition in clause.unless):
                waiting.append(clause.head)
        tainted: set[Atom] = set()
        while waiting:
            atom = waiting.pop()
            if atom not in tainted:
                tainted.add(atom)
                waiting.extend(readers[atom])
        shapes = {
            slot.source for slot in self._slots.values() if slot.table is STANDS or _counted(slot.literals) & tainted
        }
        for slot in self._slots.values():
            slot.levels = {
                value: tuple(
                    (level, YES)
                    for to, level in LEVELS.items()
                    if to <= value and (to != PROVISIONAL or slot.source in shapes)
                )
                for value in LEVELS
            }
        for plan, clause in zip(self.plan_of, self.program.clauses, strict=True):
            held = {condition.position for condition in clause.when if _reads(condition) & tainted}
            absent = {condition.position for condition in clause.unless if _reads(condition) & tainted}
            plan.presumed.update(read for read in plan.reads if read.source in shapes or read.position in held)
            plan.presumed.update(read for read in plan.absent if read.position in absent)
        self.presumed = {read.source for plan in self.plan_of for read in plan.presumed}

    def levels(self, atom: Atom, above: int, value: int) -> Texts:
        """The levels above a value, up to another, at which patterns read a conclusion."""
        presumed = atom.relation in self.presumed
        return tuple(level for to, level in LEVELS.items() if above < to <= value and (to != PROVISIONAL or presumed))

    # Match rules -----------------------------------------------------------------------------------------------------

    def written(self) -> Iterator[tuple[MatchRule, Meaning]]:
        """Every plan at every value and stratum that it can have."""
        needed = {(plan.name, stratum): plan for plan, stratum in zip(self.plan_of, self.stratum_of, strict=True)}
        for (_, stratum), plan in needed.items():
            provisional = plan.presumed or any(read.table is STANDS for read in plan.absent)
            for value in LEVELS if provisional else (TRUE, UNKNOWN):
                yield from _in_parts(plan, value, stratum)

    def negated(self) -> list[dict[str, None]]:
        """The relations that each stratum negates."""
        found: list[dict[str, None]] = [{} for _ in range(self.strata)]
        for plan, stratum in zip(self.plan_of, self.stratum_of, strict=True):
            found[stratum].update((read.source, None) for read in plan.absent if read.source)
        return found


def _pattern(plan: Plan, read: Read, value: int, stratum: int) -> Pattern:
    """What a plan reads, to reach the value; see the tables `NOT` and `STANDS`."""
    if not read.source:
        return Pattern(read.relation, STATED, read.terms, negated=read.table is not None)
    presumed = PROVISIONAL if read in plan.presumed else TRUE
    if read.table is None:
        level = presumed if value == PROVISIONAL else value
        return Pattern(read.relation, DERIVED, (*read.terms, (LEVELS[level], YES)))
    level = TRUE if value == UNKNOWN else presumed if value == PROVISIONAL and read.table is STANDS else UNKNOWN
    return Pattern(read.relation + at_stratum(stratum), DERIVED, (*read.terms, (LEVELS[level], YES)), negated=True)


def _in_parts(plan: Plan, value: int, stratum: int) -> Iterator[tuple[MatchRule, Meaning]]:
    """A plan as match rules: one, or several of which each but the last draws an intermediate fact for the next."""
    name = f"{plan.name} {LEVELS[value]} in stratum {stratum}"
    left = [_pattern(plan, read, value, stratum) for read in plan.reads]
    negated = [_pattern(plan, read, value, stratum) for read in plan.absent]
    where: dict[str, tuple[int, str]] = {}
    begun: list[Pattern] = []
    done = 0
    while len(begun) + len(left) > MOST_READS:
        some, left = left[: MOST_READS - len(begun)], left[MOST_READS - len(begun) :]
        for number, pattern in enumerate(some, done):
            for field_name, term in pattern.variables:
                where.setdefault(term, (number, field_name))
        done += len(some)
        part = f"{name} up to premise {done}"
        later = {term for pattern in (*left, *negated) for _, term in pattern.variables}
        carried = tuple((term.removeprefix("$"), *at) for term, at in where.items() if term in later)
        yield MatchRule(part, (*begun, *some)), Meaning(plan, value, stratum, bool(begun), part, carried)
        begun = [Pattern(part, DERIVED, tuple((field_name, f"${field_name}") for field_name, _, _ in carried))]
    yield MatchRule(name, (*begun, *left, *negated)), Meaning(plan, value, stratum, bool(begun))


def strata(program: Program, plans: Sequence[str]) -> list[int]:
    """The stratum of each clause; clauses of one plan share theirs unless a cycle through negation forbids it."""
    ground = [0] * len(program.clauses)
    for number, stratum in enumerate(program.strata):
        for index in stratum:
            ground[index] = number
    nodes = [Atom(plan, ()) for plan in plans]
    edges = _edges(program, nodes)
    component = components(edges)
    torn = {
        component[node]
        for node, read in edges.items()
        for other, strict in read.items()
        if strict and component[node] == component[other]
    }
    if torn:
        # Within a cycle through negation the clauses of the program have strata all the same.
        nodes = [
            Atom(node.relation, (str(ground[index]),)) if component[node] in torn else node
            for index, node in enumerate(nodes)
        ]
        edges = _edges(program, nodes)
        component = components(edges)
    level: dict[int, int] = {}
    for node in sorted(edges, key=lambda node: component[node]):
        own = component[node]
        level.setdefault(own, 0)
        for other, strict in edges[node].items():
            if component[other] != own:
                level[own] = max(level[own], level[component[other]] + strict)
    return [level[component[node]] for node in nodes]


def _edges(program: Program, nodes: Sequence[Atom]) -> dict[Atom, dict[Atom, bool]]:
    """What each group of clauses reads of others, and whether it must be settled first."""
    drawn_by: dict[Atom, dict[Atom, None]] = defaultdict(dict)
    for clause, node in zip(program.clauses, nodes, strict=True):
        drawn_by[clause.head][node] = None
    edges: dict[Atom, dict[Atom, bool]] = {node: {} for node in nodes}
    for clause, node in zip(program.clauses, nodes, strict=True):
        for atom, strict in reads(clause):
            for other in drawn_by.get(atom, ()):
                edges[node][other] = edges[node].get(other, False) or strict
    return edges


def _counted(literals: Iterable[Literal]) -> set[Atom]:
    return {
        member.atom
        for literal in literals
        if isinstance(literal, Count)
        for _, member in literal.members
        if isinstance(member, Holds)
    }


def _reads(condition: GroundCondition) -> set[Atom]:
    """The conclusions that a condition reads; one that leaves part of a key open reads several."""
    return {condition.literal.atom} if isinstance(condition.literal, Holds) else _counted([condition.literal])


def _atom(condition: GroundCondition) -> Atom:
    assert isinstance(condition.literal, Holds)
    return condition.literal.atom


def _bound(name: str, taken: Evidence | None, held: GroundCondition | None, shown: str) -> object:
    """What a variable stands for that this pattern binds."""
    if taken is not None:
        return taken.value(name)
    literal = held.literal if held is not None else None
    return Measure(literal.path) if isinstance(literal, Datum) and isinstance(literal.test, Recorded) else shown
