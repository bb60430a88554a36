"""The derivation graph as a picture that a person can read: what belongs together is one box, and nothing is invented.

Everything drawn stands in the derivation graph (`provenance.graph`). Drawn together are firings of one conclusion that
differ in their evidence alone, as in a trace (the arrows then say which firing has which evidence); the data of one
item of a list; and the conclusions under one firing's ``unless`` that are false. Arrows lead from a conclusion to what
it rests on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from engine.model.advice import FiringRecord
from engine.statements import sentence
from provenance.graph import graph_of
from provenance.grounds import Grounds
from provenance.model.picture import Box, BoxKind, Line, LineKind, Picture
from provenance.render.naming import ITEM, Names, ordered
from provenance.render.selection import doses_of, traceable_of
from provenance.render.wording import sentence_words, value_words

if TYPE_CHECKING:
    import networkx as nx

_UNSAFE = re.compile(r"[^A-Za-z0-9.-]")
_LINES: dict[str, LineKind] = {
    "reads": "reads",
    "absent": "unless",
    "assumes": "assumes",
    "computes": "computes",
    "rests-on": "rests-on",
    "warranted-by": "warranted-by",
    "read-under": "read-under",
}


def picture(
    grounds: Grounds,
    conclusions: Sequence[str] | None = None,
    everything: bool = False,
    graph: nx.DiGraph[str] | None = None,
) -> Picture:
    """The picture of these conclusions' support; of all that the advice shows where None is given.

    With ``everything`` all that the advice shows is drawn, and the support of ``conclusions`` is marked. ``graph`` is
    the derivation graph of the advice, where it is at hand.
    """
    return _Painter(grounds, conclusions, everything, graph_of(grounds) if graph is None else graph).picture()


def box_id(node: str) -> str:
    """The id of a node's box: the same in every picture, and different for different nodes."""
    kind, _, name = node.partition(":")
    return f"{kind}.{_UNSAFE.sub(lambda found: f'_{ord(found[0]):x}_', name)}"


class _Painter:
    def __init__(
        self, grounds: Grounds, conclusions: Sequence[str] | None, everything: bool, graph: nx.DiGraph[str]
    ) -> None:
        self.grounds = grounds
        self.advice = grounds.advice
        self.knowledge = grounds.knowledge
        self.graph = graph
        self.names = Names(grounds.advice, grounds.knowledge)
        shown = traceable_of(grounds)
        held = [name for name in shown if self.advice.values.get(name, "false") != "false"]
        self.asked = tuple(dict.fromkeys(held if conclusions is None else conclusions))
        self.others = held if everything else []
        self.absent = [name for name in shown if name not in held] if everything or conclusions is None else []
        self.doses = doses_of(grounds)
        self.titles = {rule.id: rule.title for rule in self.advice.rules}
        self.boxes: dict[str, Box] = {}
        self.lines: dict[tuple[str, str, str], Line] = {}

    def picture(self) -> Picture:
        """The boxes and arrows: first the support of what is asked for, then the rest."""
        self.conclusions(self.asked)
        supported, firm = set(self.boxes), set(self.lines)
        self.conclusions(self.others)
        asked = {box_id(f"conclusion:{name}") for name in self.asked}
        boxes = (
            box.model_copy(update={"support": name in supported, "asked": name in asked})
            for name, box in self.boxes.items()
        )
        return Picture(
            advice=self.advice.id,
            title=str(self.advice.case.get("title", "") or "a case without a title"),
            conclusions=self.asked,
            boxes=tuple(boxes),
            lines=tuple(line.model_copy(update={"support": key in firm}) for key, line in self.lines.items()),
            omitted=tuple(self.absent),
        )

    def box(self, node: str, kind: BoxKind, title: str, text: Iterable[str] = (), value: str = "") -> str:
        """The box of a node, made once."""
        id_ = box_id(node)
        if id_ not in self.boxes:
            said = tuple(line for line in text if line)
            self.boxes[id_] = Box.model_validate(
                {"id": id_, "kind": kind, "title": title, "text": said, "value": value, "nodes": (node,)}
            )
        return id_

    def line(self, start: str, end: str, kind: LineKind, label: str = "") -> None:
        """An arrow, drawn once."""
        self.lines.setdefault((start, end, kind), Line(start=start, end=end, kind=kind, label=label))

    # Conclusions and what draws them ---------------------------------------------------------------------------------

    def conclusions(self, names: Iterable[str]) -> None:
        """Conclusions and, down to the leaves, all that gives them their values."""
        pending = list(names)[::-1]
        while pending:
            name = pending.pop()
            node = f"conclusion:{name}"
            if box_id(node) in self.boxes:
                continue
            value = self.advice.values.get(name, "false")
            atom = self.grounds.atoms.get(name)
            said = sentence_words(sentence(self.knowledge, atom)) if atom else "nothing draws it"
            dose = [sentence_words(self.doses[name].text)] if name in self.doses else []
            start = self.box(node, "conclusion", said, [*dose, name if said != name else ""], value)
            for firings in self.ways(name, value):
                self.line(start, self.way(firings), "drawn-by")
                pending += self.read(firings[0])[::-1]

    def ways(self, name: str, value: str) -> list[list[FiringRecord]]:
        """The firings that give a conclusion its value, those that differ in their evidence alone together."""
        groups: dict[tuple[object, ...], list[FiringRecord]] = {}
        for firing in self.grounds.drawn_by.get(name, ()):
            if firing.value == value:
                key = (firing.rule, tuple(firing.items.items()), firing.premises, firing.absent)
                groups.setdefault(key, []).append(firing)
        return list(groups.values())

    def read(self, firing: FiringRecord) -> list[str]:
        """The conclusions that a firing reads and that are drawn in a box of their own."""
        ends = self.graph.adj[f"firing:{firing.id}"].items()
        return [
            end.partition(":")[2]
            for end, said in ends
            if self.graph.nodes[end]["kind"] == "conclusion" and not self.is_ruled_out(end, said["relation"])
        ]

    def is_ruled_out(self, end: str, relation: str) -> bool:
        """Whether a node is a conclusion that must be false for a firing, and is."""
        return relation == "absent" and self.graph.nodes[end].get("value") == "false"

    def way(self, firings: Sequence[FiringRecord]) -> str:
        """The box of a rule that fired, with arrows to all that it rests on."""
        first = firings[0]
        node = f"firing:{first.id}"
        id_ = self.box(node, "rule", self.title(first.rule), self.rule_text(firings), first.value)
        nodes = (*(f"firing:{firing.id}" for firing in firings), f"rule:{first.rule}")
        self.boxes[id_] = self.boxes[id_].model_copy(update={"nodes": nodes})
        ruled_out: dict[str, None] = {}
        for firing in firings:
            for end, said in self.graph.adj[f"firing:{firing.id}"].items():
                if self.is_ruled_out(end, said["relation"]):
                    ruled_out[end] = None
                elif said["relation"] != "by-rule":
                    self.arrow(id_, end, said["relation"], firings)
        for end in self.graph.adj[f"rule:{first.rule}"]:
            self.line(id_, self.leaf(end), "warranted-by")
        if ruled_out:
            names = [end.partition(":")[2] for end in ruled_out]
            absent = self.box(f"absent:{first.id}", "absent", "not drawn", names, "false")
            self.boxes[absent] = self.boxes[absent].model_copy(update={"nodes": tuple(ruled_out)})
            self.line(id_, absent, "unless", "unless")
        return id_

    def arrow(self, start: str, end: str, relation: str, firings: Sequence[FiringRecord]) -> None:
        """One arrow from a rule; it names the firings where not all that share the box have it."""
        kind = _LINES[relation]
        if self.graph.nodes[end]["kind"] == "conclusion":
            self.line(start, box_id(end), kind, "unless" if kind == "unless" else "")
            return
        having = [firing.id for firing in firings if self.graph.has_edge(f"firing:{firing.id}", end)]
        self.line(start, self.leaf(end), kind, "" if len(having) == len(firings) else " ".join(having))

    def title(self, rule: str) -> str:
        declared = self.knowledge.rules.get(rule)
        return self.titles.get(rule) or (declared.title if declared else rule)

    def rule_text(self, firings: Sequence[FiringRecord]) -> list[str]:
        """A rule's id with its firings, the items it was bound to, and its conditions on data."""
        first = firings[0]
        bound = [f"${name}: {self.item(item)}" for name, item in first.items.items()]
        text = ["; ".join([f"rule {first.rule}", " ".join(firing.id for firing in firings), *bound])]
        for premise, _, under_unless in self.grounds.premises(first):
            if not premise.conclusion:
                value = premise.value if premise.value != ("false" if under_unless else "true") else ""
                notes = [note for note in (value, "" if premise.data else "not recorded") if note]
                lead = "unless" if under_unless else "when"
                text.append(f"{lead} {sentence_words(premise.condition)}" + (f" ({', '.join(notes)})" if notes else ""))
        return list(dict.fromkeys(text))

    def item(self, name: str) -> str:
        match = ITEM.match(name)
        return self.names.item(match["section"], match["number"]) if match else name

    # Leaves ----------------------------------------------------------------------------------------------------------

    def leaf(self, node: str) -> str:
        """The box of what a firing rests on, with arrows to what that rests on in turn."""
        kind, _, name = node.partition(":")
        if kind == "datum":
            return self.datum(node, name)
        if kind == "default":
            return self.box(node, "default", "a stated default", [self.graph.nodes[node]["label"]])
        if kind == "quantity":
            return self.quantity(node, name)
        return self.fact(node, name)

    def datum(self, node: str, path: str) -> str:
        """A datum; those of one item of a list share its box."""
        given = self.names.inputs.get(path)
        value = value_words(given.text) if given else ""
        match = ITEM.match(path)
        if match is None or not match["field"]:
            id_ = self.box(node, "datum", self.names.datum(path), [value])
        else:
            item = f"{match['section']}[{match['number']}]"
            id_ = self.box(f"datum:{item}", "datum", self.names.item(match["section"], match["number"]))
            label = given.label if given else match["field"]
            self.grow(id_, node, f"{label} {value}".strip())
        self.warranted(id_, node, "read-under")
        return id_

    def grow(self, id_: str, node: str, text: str) -> None:
        """One more node and line of text in a box that stands for several."""
        box = self.boxes[id_]
        if text not in box.text:
            nodes = tuple(name for name in box.nodes if self.graph.has_node(name))
            update = {"text": (*box.text, text), "nodes": (*nodes, node)}
            self.boxes[id_] = box.model_copy(update=update)

    def quantity(self, node: str, name: str) -> str:
        """A declared quantity, the data that it is computed from and the reading that warrants its formula."""
        declared = self.knowledge.vocabulary.quantities[name]
        id_ = self.box(
            node, "quantity", self.graph.nodes[node]["label"], [f"{declared.formula}, in {declared.unit.text}"]
        )
        for end, said in self.graph.adj[node].items():
            self.line(id_, self.leaf(end), _LINES[said["relation"]])
        return id_

    def warranted(self, id_: str, node: str, kind: LineKind) -> None:
        """Arrows to the readings under which a datum is read."""
        for end in self.graph.adj[node]:
            self.line(id_, self.leaf(end), kind)

    def fact(self, node: str, name: str) -> str:
        """A statement in its document's words, or a reading; and the sources of a statement."""
        if box_id(node) in self.boxes:
            return box_id(node)
        fact = self.knowledge.facts[name]
        if fact.is_interpretation:
            about = f", about {' '.join(ordered(fact.about))}" if fact.about else ""
            return self.box(node, "interpretation", f"reading {name}{about}", [sentence_words(fact.states)])
        where = f"{fact.quoted_from}{', ' + fact.locator if fact.locator else ''}"
        bent = f"{fact.fidelity}: {fact.fidelity_note}" if fact.fidelity_note else ""
        notes = [where, "" if fact.cites else "attributed to no source", bent]
        id_ = self.box(node, "fact", name, [f"“{fact.quote}”", "; ".join(filter(None, notes))])
        for cited in fact.cites:
            source = self.knowledge.sources[cited]
            standing = "" if source.standing == "current" else source.standing.upper()
            end = self.box(f"source:{cited}", "source", source.id, [source.shown, standing])
            self.line(id_, end, "attributed-to", "" if fact.cites_all or len(fact.cites) == 1 else "or")
        return id_
