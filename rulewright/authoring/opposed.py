"""What a scenario expects of what pulls apart: that it is shown, with these sides and this settling, or is not."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, get_args

from engine.errors import Findings, Location, clipped, did_you_mean, listed
from engine.fields import Fields
from engine.model.knowledge import KnowledgeBase
from engine.model.told import Way
from engine.reading import Mapping, Node, Scalar
from rulewright.authoring.difference import Difference, Subject
from rulewright.authoring.known import NOT_SHOWN, Known

if TYPE_CHECKING:
    from engine.model.advice import Advice, Opposition, Side

WAYS: tuple[str, ...] = get_args(Way)


class Opposed(Known):
    """Compares the oppositions of one advice with `opposed` and `not-opposed`."""

    def __init__(self, knowledge: KnowledgeBase, findings: Findings, advice: Advice) -> None:
        super().__init__(knowledge, findings)
        self.advice = advice
        self.shown = {entry.name: entry for entry in advice.opposed}
        names = [entry.name for entry in knowledge.opposes] + [entry.name for entry in knowledge.prefers]
        names += [entry.name for entry in knowledge.interactions]
        self.names = dict.fromkeys((*names, *self.shown))

    def differences(self, fields: Fields) -> Iterator[Difference]:
        """Every way in which what pulls apart is not what was expected; an empty `opposed` expects nothing to."""
        nodes = fields.sequence("opposed")
        if fields.has("opposed") and not nodes and self.shown:
            shown = listed(self.shown)
            text = f"expected nothing to pull apart, and there are {shown}"
            yield Subject("opposed", fields.place("opposed")).says("", "nothing", shown, text)
        for node in nodes:
            yield from self.expected(node)
        for node in fields.sequence("not-opposed", filled=True):
            name = self.named(node)
            if name in self.shown:
                text = f"the opposition `{name}` is shown"
                yield self.subject(name, node.location).says("", "not shown", "shown", text)

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

    def expected(self, node: Node) -> Iterator[Difference]:
        """One opposition that must be shown: by its name, or with what is expected of it."""
        if not isinstance(node, Mapping):
            name = self.named(node)
            if name and name not in self.shown:
                yield self.not_shown(name, node.location)
            return
        fields = Fields(node, "an expected opposition", self.findings)
        is_ = fields.node_of("is", True)
        name = self.named(is_) if is_ is not None else ""
        found = self.shown.get(name)
        if name and found is None:
            yield self.not_shown(name, node.location)
        settled = fields.text("settled-by")
        if found is not None:
            yield from self.settling(fields, settled, found)
            yield from self.sides(fields, found)
        fields.done(also=("applied", "sides"))

    def subject(self, name: str, at: Location) -> Subject:
        """An opposition, with the conclusions that its sides bear on."""
        found = self.shown.get(name)
        on = [bearing.on or bearing.conclusion for side in found.sides for bearing in side.bearings] if found else []
        return Subject(name, at, tuple(dict.fromkeys(one for one in on if one in self.advice.values)))

    def not_shown(self, name: str, at: Location) -> Difference:
        """That an opposition does not bear on the case."""
        return self.subject(name, at).says("", "shown", "not shown", f"the opposition `{name}` is not shown")

    def settling(self, fields: Fields, settled: str, found: Opposition) -> Iterator[Difference]:
        """What must have settled it, and whether that had to choose."""
        subject = self.subject(found.name, fields.location)
        if settled and settled != found.settled_by:
            text = f"expected to be settled by {settled}, is by {found.settled_by}"
            yield subject.differs("settled by", settled, found.settled_by, text, fields.place("settled-by"))
        if fields.has("applied") and fields.boolean("applied") != found.applied:
            said = {True: "had to choose", False: "had nothing to choose"}
            text = f"what settles it {said[found.applied]}"
            yield subject.differs("what settles it", said[not found.applied], said[found.applied], text)

    def sides(self, fields: Fields, found: Opposition) -> Iterator[Difference]:
        """Each named side with what is expected of it; `[]` where nothing of it bears."""
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
                yield from self.side(node, side, found)

    def side(self, node: Mapping, side: Side, found: Opposition) -> Iterator[Difference]:
        """One side: the ways in which it bears, alone or beside its facts and how their populations fit."""
        body = node.entries[side.label]
        if not isinstance(body, Mapping):
            yield from self.ways(Fields(node, f"the sides of `{found.name}`", self.findings), side.label, side, found)
            return
        fields = Fields(body, f"the side `{side.label}` of `{found.name}`", self.findings)
        if fields.has("ways"):
            yield from self.ways(fields, "ways", side, found)
        whole = self.subject(found.name, node.location)
        subject = Subject(f"{found.name}, {side.label}", body.location, whole.conclusions)
        yield from self.exactly(fields, "facts", side.facts, subject)
        yield from self.fits(fields, lambda fact: {side.populations.get(fact, NOT_SHOWN)}, subject)
        fields.done()

    def ways(self, fields: Fields, name: str, side: Side, found: Opposition) -> Iterator[Difference]:
        """The ways in which a side bears: exactly these."""
        named = fields.named(name)
        for way, place in named:
            if way not in WAYS:
                self.findings.unknown_term(way, WAYS, place, f"`{clipped(way)}` is no way of bearing")
        wanted: set[str] = {way for way, _ in named}
        ways: set[str] = {bearing.way for bearing in side.bearings}
        if wanted != ways:
            expected, actual = listed(wanted) or "nothing", listed(ways) or "nothing"
            text = f"{found.name}, {side.label}: expected {expected}, is {actual}"
            yield self.subject(found.name, fields.location).says(side.label, expected, actual, text)
