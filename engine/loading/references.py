"""The names by which one part of a knowledge base speaks of another, with the place of each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from engine.errors import Findings, Location
from engine.fields import Fields


@dataclass(slots=True)
class References:
    """Names of things that may stand in files not yet read; `check` looks for them when all were."""

    named: list[tuple[str, str, Location]] = field(default_factory=list)

    def add(self, what: str, name: str, place: Location) -> None:
        """Remember that somebody spoke of a ``what`` ("fact", "source", …) of this name."""
        self.named.append((what, name, place))

    def texts(self, fields: Fields, name: str, what: str = "fact", required: bool = False) -> tuple[str, ...]:
        """A field that lists such names."""
        found = fields.named(name, required)
        for text, place in found:
            self.add(what, text, place)
        return tuple(text for text, _ in found)

    def text(self, fields: Fields, name: str, what: str, required: bool = False) -> str:
        """A field that holds one such name."""
        found = fields.text(name, required)
        if found:
            self.add(what, found, fields.node.entries[name].location)
        return found

    def check(self, known: Mapping[str, Collection[str]], findings: Findings) -> None:
        """Record every name that is not among those known of its kind."""
        for what, name, place in self.named:
            if name not in known[what]:
                findings.dangling(name, known[what], place, what)
