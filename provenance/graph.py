"""The derivation graph of an advice: from each conclusion through firings, rules, case data and facts to sources.

It is made from the emitted advice and the knowledge base, never from an engine's memory, so that an advice read back
from its file has the same graph. Nodes are named ``kind:id`` and carry ``kind`` and ``label``; edges a ``relation``:

- conclusion —drawn-by→ firing
- firing —by-rule→ rule; —reads→ conclusion or datum; —absent→ conclusion; —assumes→ default; —rests-on→ fact or
  interpretation; —computes→ quantity
- rule —warranted-by→ fact or interpretation; quantity —warranted-by→ interpretation; —reads→ datum
- datum —read-under→ interpretation
- fact —quoted-from→ source; —cited-to→ source; interpretation —about→ fact or source; —stated-in→ source
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from engine.errors import Location, Problem, Refused
from engine.formula import inputs, parse_formula
from engine.grounding import ground
from engine.model.advice import Advice, FiringRecord, Premise
from engine.model.knowledge import KnowledgeBase
from engine.model.rule import Compare, Reference
from engine.model.vocabulary import Attribute
from engine.program import Clause, Count, Datum, GroundTest, Item, ItemField, Literal, Program

if TYPE_CHECKING:
    import networkx as nx

KINDS = ("conclusion", "firing", "rule", "datum", "default", "quantity", "fact", "interpretation", "source")
RELATIONS = (
    "drawn-by",
    "by-rule",
    "reads",
    "absent",
    "assumes",
    "computes",
    "rests-on",
    "warranted-by",
    "read-under",
    "quoted-from",
    "cited-to",
    "about",
    "stated-in",
)
MEANS = {"never": "not having happened", "empty": "nothing", False: "false"}

_ITEM = re.compile(r"([^\[\]]+\[\d+\])\.")


class Grounds:
    """What the firings of one advice rest on, looked up in the knowledge base that made it.

    Raises `Refused` where the advice was made from another knowledge base than the one given.
    """

    def __init__(self, advice: Advice, knowledge: KnowledgeBase) -> None:
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
        self.recorded = {given.path for given in advice.inputs}
        self.firings = {firing.id: firing for firing in advice.firings}
        self.drawn_by: dict[str, list[FiringRecord]] = {}
        for firing in advice.firings:
            self.drawn_by.setdefault(firing.conclusion, []).append(firing)

    @cached_property
    def program(self) -> Program:
        """The ground program over the documents that the advice admitted, as of its time."""
        day = datetime.fromisoformat(self.advice.as_of).date()
        return ground(self.knowledge, self.knowledge.admitted(day, self.advice.admitted))

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
        """The facts and readings behind the claims that a firing matched, each once."""
        known = self.program.evidence
        return list(dict.fromkeys(fact for id_ in firing.evidence for fact in known[id_].facts))

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
        if attribute is not None and attribute.absent is not None and path not in self.recorded:
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


def derivation_graph(advice: Advice, knowledge: KnowledgeBase) -> nx.DiGraph[str]:
    """The graph of an advice, its nodes and edges in an order that depends on the advice alone.

    Conclusions that the advice shows have ``shown=True``. Raises `Refused` for the wrong knowledge base.
    """
    return _Builder(Grounds(advice, knowledge)).graph()


class _Builder:
    def __init__(self, grounds: Grounds) -> None:
        import networkx as nx

        self.grounds = grounds
        self.advice = grounds.advice
        self.knowledge = grounds.knowledge
        self.made: nx.DiGraph[str] = nx.DiGraph()
        self.rules = {rule.id: rule for rule in self.advice.rules}

    def graph(self) -> nx.DiGraph[str]:
        shown = set(shown_conclusions(self.advice, self.knowledge))
        for conclusion, value in self.advice.values.items():
            self.made.add_node(
                f"conclusion:{conclusion}", kind="conclusion", label=conclusion, value=value, shown=conclusion in shown
            )
        for firing in self.advice.firings:
            self.firing(firing)
        return self.made

    def link(self, start: str, end: str, relation: str, **said: str) -> None:
        """An edge; the first relation between two nodes stays."""
        if not self.made.has_edge(start, end):
            self.made.add_edge(start, end, relation=relation, **said)

    def firing(self, firing: FiringRecord) -> None:
        node = f"firing:{firing.id}"
        self.made.add_node(
            node, kind="firing", label=f"{firing.id}: {firing.conclusion}", value=firing.value, rank=firing.rank
        )
        self.link(self.conclusion(firing.conclusion), node, "drawn-by")
        self.link(node, self.rule(firing.rule), "by-rule")
        for fact in self.grounds.evidence(firing):
            self.link(node, self.fact(fact), "rests-on")
        for premise, literal, under_unless in self.grounds.premises(firing):
            for conclusion in self.grounds.conclusions(premise, literal):
                self.link(node, self.conclusion(conclusion), "absent" if under_unless else "reads", value=premise.value)
            for path in premise.data:
                self.link(node, self.datum(path), "reads", value=premise.value)
            for path, means in self.grounds.defaults(premise, literal, firing.items):
                default = f"default:{path}"
                self.made.add_node(default, kind="default", label=f"{path} was not said, and counts as {means}")
                self.link(node, default, "assumes", value=premise.value)
            for name in self.grounds.quantities(literal):
                self.link(node, self.quantity(name), "computes")

    def conclusion(self, name: str) -> str:
        node = f"conclusion:{name}"
        if node not in self.made:  # nothing in the knowledge base could draw it
            self.made.add_node(node, kind="conclusion", label=name, value="false", shown=False)
        return node

    def rule(self, name: str) -> str:
        node = f"rule:{name}"
        if node not in self.made:
            record = self.rules.get(name)
            self.made.add_node(node, kind="rule", label=record.title if record else name)
            for fact in self.grounds.warrants(name):
                self.link(node, self.fact(fact), "warranted-by")
        return node

    def datum(self, path: str) -> str:
        node = f"datum:{path}"
        if node not in self.made:
            given = next((given for given in self.advice.inputs if given.path == path), None)
            self.made.add_node(node, kind="datum", label=f"{path}: {given.text}" if given else path)
            for fact in self.grounds.readings_of(path):
                self.link(node, self.fact(fact), "read-under")
        return node

    def quantity(self, name: str) -> str:
        node = f"quantity:{name}"
        if node not in self.made:
            declared = self.knowledge.vocabulary.quantities[name]
            self.made.add_node(node, kind="quantity", label=declared.label or name)
            for value in inputs(parse_formula(declared.formula)):
                if value.path in self.grounds.recorded:
                    self.link(node, self.datum(value.path), "reads")
            for fact in declared.because:
                if fact in self.knowledge.facts:
                    self.link(node, self.fact(fact), "warranted-by")
        return node

    def fact(self, name: str) -> str:
        fact = self.knowledge.facts[name]
        kind = "interpretation" if fact.is_interpretation else "fact"
        node = f"{kind}:{name}"
        if node in self.made:
            return node
        self.made.add_node(node, kind=kind, label=fact.words)
        self.link(node, self.source(fact.quoted_from), "stated-in" if fact.is_interpretation else "quoted-from")
        for cited in fact.cites:
            self.link(node, self.source(cited), "cited-to")
        for about in fact.about:
            if about in self.knowledge.facts:
                self.link(node, self.fact(about), "about")
            elif about in self.knowledge.sources:
                self.link(node, self.source(about), "about")
        return node

    def source(self, name: str) -> str:
        node = f"source:{name}"
        if node not in self.made:
            source = self.knowledge.sources[name]
            self.made.add_node(node, kind="source", label=source.shown, identity=source.identity)
        return node


def shown_conclusions(advice: Advice, knowledge: KnowledgeBase) -> list[str]:
    """The conclusions that the advice shows: one for every standing that has a whole key, and every statement."""
    relation = knowledge.vocabulary.headings.conclusion
    kind = knowledge.vocabulary.conclusions.get(relation)
    found: dict[str, None] = {}
    for standing in advice.options:
        if kind is not None and all(field in standing.key for field in kind.key):
            found[f"{relation}({', '.join(standing.key[field] for field in kind.key)})"] = None
    for declared in dict.fromkeys(kind.section for kind in knowledge.vocabulary.conclusions.values() if kind.section):
        for statement in advice.sections.get(declared, ()):
            found[statement.conclusion] = None
    return list(found)


def _items_of(data: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(match[1] for path in data if (match := _ITEM.match(path))))


def _key(rule: str, number: int, evidence: Iterable[str], bindings: Iterable[tuple[str, str]]) -> tuple[object, ...]:
    return rule, number, tuple(evidence), frozenset(bindings)
