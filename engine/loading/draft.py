"""A vocabulary while its files are read: what was declared so far, and what is checked when all of it was."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from engine.errors import Findings, Location, clipped
from engine.fields import Fields, mapping_of, text_of
from engine.loading.references import References
from engine.loading.types import field_type
from engine.model.vocabulary import (
    ClaimKind,
    ConclusionKind,
    DeclaredQuantity,
    FieldType,
    Headings,
    Section,
    Term,
    Vocabulary,
)
from engine.reading import Mapping


@dataclass(slots=True)
class Draft:
    """What the vocabulary's files declare; ``checks`` are made when all of them were read."""

    findings: Findings
    references: References
    terms: dict[str, dict[str, Term]] = field(default_factory=dict)
    claims: dict[str, ClaimKind] = field(default_factory=dict)
    sections: dict[str, Section] = field(default_factory=dict)
    conclusions: dict[str, ConclusionKind] = field(default_factory=dict)
    quantities: dict[str, DeclaredQuantity] = field(default_factory=dict)
    prohibitions: dict[str, dict[str, object]] = field(default_factory=dict)
    headings: Headings = field(default_factory=Headings)
    headings_at: Location | None = None
    places: dict[str, Location] = field(default_factory=dict)
    checks: list[Callable[[Vocabulary], None]] = field(default_factory=list)

    def vocabulary(self) -> Vocabulary:
        """The vocabulary, with everything checked that needs all of it."""
        found = Vocabulary(
            self.terms, self.claims, self.sections, self.conclusions, self.quantities, self.prohibitions, self.headings
        )
        for check in self.checks:
            check(found)
        return found

    def new(self, table: Collection[Any], name: str, place: Location, what: str) -> bool:
        """Whether nothing of that kind has the name yet; a problem is recorded where something has."""
        key = f"{what} {name}"
        if name in table:
            self.findings.add(
                "duplicate-id",
                place,
                f"the {what} `{clipped(name)}` is declared twice",
                "each once",
                f"first at {self.places.get(key, '')}",
            )
            return False
        self.places[key] = place
        return True

    def expect(
        self, name: str, known: Callable[[Vocabulary], Collection[str]], place: Location, message: str = ""
    ) -> None:
        """Check, when everything was read, that a name is declared; an empty one is not looked for."""
        if not name:
            return

        def check(vocabulary: Vocabulary) -> None:
            names = known(vocabulary)
            if name not in names:
                self.findings.unknown_term(name, names, place, message)

        self.checks.append(check)

    def expect_term(self, kind: str, name: str, place: Location) -> None:
        """Check, when everything was read, that a term of a kind is declared."""
        self.expect(name, lambda found: found.terms.get(kind, {}), place, f"`{clipped(name)}` is not a declared {kind}")

    def expect_type(self, type_: FieldType, place: Location) -> None:
        """Check, when everything was read, that the kind of term that a type names is declared."""
        if type_.kind in ("term", "set of terms"):
            self.expect(
                type_.of, lambda found: found.terms, place, f"`{clipped(type_.of)}` is not a declared kind of term"
            )

    def term(self, fields: Fields, name: str, kind: str) -> str:
        """A field that holds the name of a term."""
        found = fields.text(name)
        if found:
            self.expect_term(kind, found, fields.node.entries[name].location)
        return found

    def types(self, fields: Fields, name: str, allowed: Collection[str]) -> dict[str, FieldType]:
        """A field that maps names to their types."""
        node = fields.mapping(name)
        found: dict[str, FieldType] = {}
        for key, value in node.entries.items() if node is not None else ():
            found[key] = field_type(value, f"the field `{clipped(key)}`", self.findings, allowed)
            of = value.get("of") if isinstance(value, Mapping) else None
            self.expect_type(found[key], of.location if of is not None else value.location)
        return found

    def texts(self, fields: Fields, name: str) -> dict[str, str]:
        """A field that maps names to texts."""
        node = fields.mapping(name)
        if node is None:
            return {}
        what = f"of `{name}` of {fields.what}"
        return {
            key: text_of(value, f"`{clipped(key)}` {what}", self.findings) or "" for key, value in node.entries.items()
        }

    def entries(self, node: Mapping, what: str, table: Collection[Any]) -> list[tuple[str, Fields, Location]]:
        """The things that a part of the vocabulary declares, each new."""
        found = []
        for name, place in node.keys.items():
            if name not in node.entries:
                self.places.setdefault(f"{what} {name}", place)
                continue
            body = mapping_of(node.entries[name], f"the {what} `{clipped(name)}`", self.findings)
            if body is not None and self.new(table, name, place, what):
                found.append((name, Fields(body, f"the {what} `{clipped(name)}`", self.findings), place))
        return found
