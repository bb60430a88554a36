"""What a scenario expects of what pulls apart: that it is shown, with these sides and this settling, or is not."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import get_args

from engine.errors import Findings, clipped, did_you_mean, listed
from engine.fields import Fields
from engine.model.advice import Advice, Opposition, Way
from engine.model.knowledge import KnowledgeBase
from engine.reading import Mapping, Node, Scalar

WAYS: tuple[str, ...] = get_args(Way)


class Opposed:
    """Compares the oppositions of one advice with `opposed` and `not-opposed`."""

    def __init__(self, knowledge: KnowledgeBase, findings: Findings, advice: Advice) -> None:
        self.knowledge = knowledge
        self.findings = findings
        self.shown = {entry.name: entry for entry in advice.opposed}
        names = [entry.name for entry in knowledge.opposes] + [entry.name for entry in knowledge.prefers]
        names += [entry.name for entry in knowledge.interactions]
        self.names = dict.fromkeys((*names, *self.shown))

    def differences(self, fields: Fields) -> Iterator[str]:
        """Every way in which what pulls apart is not what was expected; an empty `opposed` expects nothing to."""
        nodes = fields.sequence("opposed")
        if fields.has("opposed") and not nodes and self.shown:
            yield f"expected nothing to pull apart, and there are {listed(self.shown)}"
        for node in nodes:
            yield from self.expected(node)
        for node in fields.sequence("not-opposed", filled=True):
            name = self.named(node)
            if name in self.shown:
                yield f"the opposition `{name}` is shown"

    def named(self, node: Node) -> str:
        """A name that is that of an opposition, a preference or an interaction; else empty, with a problem recorded."""
        name = node.text if isinstance(node, Scalar) else ""
        if name in self.names or self.argued(name):
            return name
        self.findings.add(
            "unknown-opposition",
            node.location,
            f"nothing that pulls apart is called `{clipped(name)}`",
            f"one of {listed(self.names, 20)}" if self.names else "a declared opposition",
            did_you_mean(name, self.names),
        )
        return ""

    def argued(self, name: str) -> bool:
        """Whether a name is that of the argued conclusion with some key, over which arguments could pull apart."""
        return name.startswith(f"{self.knowledge.vocabulary.headings.conclusion}(") and name.endswith(")")

    def expected(self, node: Node) -> Iterator[str]:
        """One opposition that must be shown: by its name, or with what is expected of it."""
        if not isinstance(node, Mapping):
            name = self.named(node)
            if name and name not in self.shown:
                yield f"the opposition `{name}` is not shown"
            return
        fields = Fields(node, "an expected opposition", self.findings)
        is_ = fields.node_of("is", True)
        name = self.named(is_) if is_ is not None else ""
        found = self.shown.get(name)
        if name and found is None:
            yield f"the opposition `{name}` is not shown"
        settled = fields.text("settled-by")
        if found is not None and settled and settled != found.settled_by:
            yield f"{name}: expected to be settled by {settled}, is by {found.settled_by}"
        if found is not None and fields.has("applied") and fields.boolean("applied") != found.applied:
            yield f"{name}: what settles it {'had nothing to choose' if not found.applied else 'had to choose'}"
        if found is not None:
            yield from self.sides(fields, found)
        fields.done(also=("applied", "sides"))

    def sides(self, fields: Fields, found: Opposition) -> Iterator[str]:
        """Each named side with exactly the ways in which it bears; `[]` where nothing of it does."""
        node = fields.mapping("sides")
        known: Collection[str] = [side.label for side in found.sides]
        for label in node.entries if node is not None else ():
            side = next((side for side in found.sides if side.label == label), None)
            if side is None and node is not None:
                message = f"`{found.name}` has no side `{clipped(label)}`"
                self.findings.add(
                    "expectation", node.keys[label], message, f"one of {listed(known)}", did_you_mean(label, known)
                )
            elif side is not None and node is not None:
                named = Fields(node, f"the sides of `{found.name}`", self.findings).named(label)
                for way, place in named:
                    if way not in WAYS:
                        self.findings.unknown_term(way, WAYS, place, f"`{clipped(way)}` is no way of bearing")
                wanted: set[str] = {way for way, _ in named}
                ways: set[str] = {bearing.way for bearing in side.bearings}
                if wanted != ways:
                    expected, actual = listed(sorted(wanted)) or "nothing", listed(sorted(ways)) or "nothing"
                    yield f"{found.name}, {label}: expected {expected}, is {actual}"
