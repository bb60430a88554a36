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

from collections.abc import Iterable
from typing import TYPE_CHECKING

from engine.formula import inputs, parse_formula
from engine.model.advice import Advice, FiringRecord
from engine.model.knowledge import KnowledgeBase
from provenance.grounds import Grounds

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


def derivation_graph(advice: Advice, knowledge: KnowledgeBase) -> nx.DiGraph[str]:
    """The graph of an advice, its nodes and edges in an order that depends on the advice alone.

    Conclusions that the advice shows have ``shown=True``. Raises `Refused` for the wrong knowledge base.
    """
    return graph_of(Grounds(advice, knowledge))


def graph_of(grounds: Grounds) -> nx.DiGraph[str]:
    """The graph of an advice whose grounds are at hand."""
    return _Builder(grounds).graph()


class _Builder:
    def __init__(self, grounds: Grounds) -> None:
        import networkx as nx

        self.grounds = grounds
        self.advice = grounds.advice
        self.knowledge = grounds.knowledge
        self.made: nx.DiGraph[str] = nx.DiGraph()
        self.rules = {rule.id: rule for rule in self.advice.rules}
        self.inputs = {given.path: given for given in self.advice.inputs}

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
            given = self.inputs.get(path)
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


def support_of(graph: nx.DiGraph[str], conclusions: Iterable[str]) -> set[str]:
    """The nodes of these conclusions and of all that they rest on.

    What a reading is about besides is no support: a reading of five doses makes none of them rest on the four others.
    """
    found: set[str] = set()
    waiting = [node for name in conclusions if (node := f"conclusion:{name}") in graph]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(end for _, end, data in graph.out_edges(node, data=True) if data["relation"] != "about")
    return found


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
