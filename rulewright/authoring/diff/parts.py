"""The parts of a knowledge base that an author edits, each with its meaning and its text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.abc import Traversable
from pathlib import Path

from engine.document import Node
from engine.errors import NOWHERE, Location
from engine.model.knowledge import KnowledgeBase
from engine.model.vocabulary import Section
from rulewright.authoring.diff.meaning import meaning
from rulewright.authoring.diff.writing import Writing, in_any_order, line, without_keys
from rulewright.authoring.scenario import Scenario

KINDS = (
    "knowledge base",
    "source",
    "fact",
    "reading",
    "rule",
    "regimen",
    "preference",
    "opposition",
    "interaction",
    "beside",
    "term",
    "scale",
    "section",
    "datum",
    "quantity",
    "claim kind",
    "conclusion",
    "layout",
    "prohibition",
    "review",
    "scenario",
)
"""The kinds of parts, in the order in which their edits are shown."""
RANKED = ("modality", "certainty")
"""Kinds of terms whose order of declaration ranks them."""


@dataclass(frozen=True)
class Written:
    """A part: what it ``means`` in a fixed form, and its text (``nodes``, usually one)."""

    kind: str
    id: str
    title: str
    means: str
    place: Location
    nodes: tuple[Node | None, ...] = ()

    @property
    def text(self) -> str:
        """Its text on one line, as it is written."""
        return " ".join(map(line, self.nodes))

    @property
    def words(self) -> str:
        """Its text, whatever the order of entries."""
        return " ".join(map(in_any_order, self.nodes))


class Parts:
    """Every part of a knowledge base that was loaded from a folder, and of its scenarios."""

    def __init__(self, knowledge: KnowledgeBase, root: Traversable | Path, scenarios: Sequence[Scenario]) -> None:
        self.knowledge = knowledge
        self.writing = Writing(root)
        self.scenarios = scenarios

    def all(self) -> dict[tuple[str, str], Written]:
        """The parts by kind and id."""
        return {(part.kind, part.id): part for part in self._each()}

    def _each(self) -> Iterator[Written]:
        known = self.knowledge
        head = {
            name: getattr(known, name)
            for name in ("scope", "intended_use", "intended_user", "release", "sources_as_of", "reviewer")
        }
        yield Written("knowledge base", known.name, known.title, meaning(head), NOWHERE, (self.writing.head,))
        for source in known.sources.values():
            yield self.part("source", source.id, source.cite or source.title, [source], source.location)
        for fact in known.facts.values():
            kind = "reading" if fact.is_interpretation else "fact"
            yield self.part(kind, fact.id, fact.words, [fact], fact.location)
        for rule in known.rules.values():
            if rule.location != NOWHERE:
                yield self.part("rule", rule.id, rule.title, [rule], rule.location)
        for regimen in known.regimens:
            yield self.part("regimen", regimen.id, "", [regimen], regimen.location)
        yield from self.declared()
        yield from self.vocabulary()
        for review in known.reviews:
            id_ = f"{review.of} by {review.by} on {review.on}"
            yield self.part("review", id_, review.verdict, [review], review.location)
        for scenario in self.scenarios:
            means = meaning(
                {"case": line(without_keys(scenario.case, "title", "note")), "expect": line(scenario.expect)}
            )
            nodes = (scenario.case, scenario.expect)
            sources = "" if scenario.sources is None else f" from {', '.join(sorted(scenario.sources))}"
            yield Written("scenario", scenario.name, "", means + sources, scenario.location, nodes)

    def part(
        self, kind: str, id_: str, title: str, parts: Sequence[object], place: Location, under_key: bool = False
    ) -> Written:
        """A part that was read from one place; several things may have been read there."""
        return Written(kind, id_, title, meaning(tuple(parts)), place, (self.writing.at(place, under_key),))

    def declared(self) -> Iterator[Written]:
        """Preferences, oppositions, interactions, and what stands beside an option."""
        known = self.knowledge
        prefers = defaultdict(list)
        for entry in known.prefers:
            prefers[entry.name].append(entry)
        for name, entries in prefers.items():
            yield self.part("preference", name, entries[0].reason, entries, entries[0].location, True)
        for opposes in known.opposes:
            yield self.part("opposition", opposes.name, opposes.title, [opposes], opposes.location, True)
        for interaction in known.interactions:
            title = " and ".join(interaction.between)
            yield self.part("interaction", interaction.name, title, [interaction], interaction.location, True)
        for beside in known.besides:
            id_ = f"{beside.fact} beside {', '.join(word for _, word in beside.key)}"
            yield self.part("beside", id_, "", [beside], beside.location)

    def vocabulary(self) -> Iterator[Written]:
        """Terms, data, quantities, kinds of claims and conclusions, and how an advice is laid out."""
        known = self.knowledge.vocabulary
        for kind, terms in known.terms.items():
            for term in terms.values():
                yield self.part("term", f"{kind} {term.name}", term.label, [term], term.location, True)
            if kind in RANKED:
                yield Written(
                    "scale", kind, "", meaning(known.modalities if kind == "modality" else known.grades), NOWHERE
                )
        for section in known.sections.values():
            yield from self.section(section)
        for quantity in known.quantities.values():
            yield self.part("quantity", quantity.name, quantity.label, [quantity], quantity.location, True)
        for claim in known.claims.values():
            yield self.part("claim kind", claim.name, claim.label, [claim], claim.location, True)
        for conclusion in known.conclusions.values():
            yield self.part("conclusion", conclusion.name, conclusion.label, [conclusion], conclusion.location, True)
        layout = self.writing.entry("headings")
        yield Written(
            "layout", "headings", "", meaning(known.headings), layout.location if layout else NOWHERE, (layout,)
        )
        for name, prohibition in known.prohibitions.items():
            stands = prohibition.get("location")
            assert isinstance(stands, Location)
            yield self.part("prohibition", name, str(prohibition.get("sentence", "")), [prohibition], stands, True)

    def section(self, section: Section) -> Iterator[Written]:
        """A section of a case without its data, and each of its data."""
        node = without_keys(self.writing.at(section.location, True), "attributes")
        means = meaning(replace(section, attributes={}))
        yield Written("section", section.name, section.label, means, section.location, (node,))
        for attribute in section.attributes.values():
            id_ = f"{section.name}.{attribute.name}"
            yield self.part("datum", id_, attribute.label, [attribute], attribute.location, True)
