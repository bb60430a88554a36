"""Reads `count` and `sum`: bounds on how many conditions hold, or on the points that they are worth."""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from fractions import Fraction
from typing import Protocol

from engine.errors import Findings, Location, clipped, listed
from engine.fields import Fields, kind_of
from engine.model.rule import ConclusionPattern, CountPattern, ItemPattern, OneOf, Pattern
from engine.model.vocabulary import FieldType, Vocabulary
from engine.reading import Mapping, Node, Scalar

UNCOUNTED = ("fact", "count", "sum", "population")


class Patterns(Protocol):
    """What reads the members of a count."""

    what: str
    vocabulary: Vocabulary

    @property
    def relations(self) -> MappingType[str, MappingType[str, FieldType]]:
        """The key fields of the conclusions that a rule can read."""
        ...

    def patterns(self, word: str, node: Node, place: Location) -> list[Pattern]:
        """The patterns that begin with a word."""
        ...


class CountReader:
    """Reads the counts of one rule."""

    def __init__(self, patterns: Patterns, findings: Findings) -> None:
        self.patterns = patterns
        self.findings = findings

    def count(self, word: str, node: Node) -> list[Pattern]:
        """Bounds on how many conditions hold, or on the points that they are worth."""
        if not isinstance(node, Mapping):
            message = f"`{word}` of {self.patterns.what} is {kind_of(node)}"
            self.findings.add("type", node.location, message, "a mapping with `at_least` or `at_most`, and `of`")
            return []
        fields = Fields(node, f"`{word}` of {self.patterns.what}", self.findings)
        at_least, at_most = fields.number("at_least"), fields.number("at_most")
        if not fields.has("at_least") and not fields.has("at_most"):
            message = f"`{word}` has no bound"
            self.findings.add("missing-field", node.location, message, "`at_least`, `at_most` or both")
        if at_least is not None and at_most is not None and at_least > at_most:
            self.findings.add(
                "quantity", fields.place("at_most"), f"`{word}` can never hold", "`at_least` below `at_most`"
            )
        members: list[tuple[Fraction, Pattern]] = []
        for item in fields.sequence("of", True, filled=True):
            members.extend(self.points(item) if word == "sum" else self.members(item, Fraction(1)))
        fields.done()
        return [CountPattern(tuple(members), at_least, at_most, word == "sum")] if members else []

    def points(self, node: Node) -> list[tuple[Fraction, Pattern]]:
        """A member of a sum, with what it is worth."""
        if not isinstance(node, Mapping):
            self.findings.add("type", node.location, f"an item of `sum` is {kind_of(node)}", "{points: …, if: …}")
            return []
        fields = Fields(node, "an item of `sum`", self.findings)
        points, inner = fields.number("points", True), fields.node_of("if", True)
        fields.done()
        return [] if points is None or inner is None else self.members(inner, points)

    def members(self, node: Node, points: Fraction) -> list[tuple[Fraction, Pattern]]:
        """What is counted: a situation by its name, or one pattern that binds nothing."""
        pattern = self.member(node)
        return [] if pattern is None else [(points, pattern)]

    def member(self, node: Node) -> Pattern | None:
        """One member, or None with a problem recorded."""
        if isinstance(node, Scalar) and isinstance(node.value, str):
            return self.named_member(node)
        if not isinstance(node, Mapping) or len(node.keys) != 1:
            message = f"a member is {kind_of(node)}"
            self.findings.add("type", node.location, message, "the name of a situation, or one pattern")
            return None
        for word, inner in node.entries.items():
            if word in UNCOUNTED:
                expected = "a datum, an item, a test or a conclusion"
                self.findings.add("type", node.location, f"`{word}` cannot be counted", expected)
                return None
            found = self.patterns.patterns(word, inner, node.keys[word])
            if len(found) > 1:
                self.findings.add("type", node.location, "a member holds several conditions", "one condition each")
            if found and isinstance(found[0], ItemPattern) and found[0].variable is not None:
                self.findings.add("type", node.location, "a member names an item", "an item pattern without `is`")
            return found[0] if found else None
        return None

    def named_member(self, node: Scalar) -> Pattern | None:
        """A conclusion with one key field, by the term in it."""
        names = [(name, key) for name, key in self.patterns.relations.items() if len(key) == 1]
        found = []
        for name, key in names:
            ((field, type_),) = key.items()
            if type_.kind == "term" and node.text in self.patterns.vocabulary.terms.get(type_.of, {}):
                found.append(ConclusionPattern(name, ((field, OneOf((node.text,))),)))
        if len(found) > 1:
            meanings = listed(f"`{{{pattern.relation}: {node.text}}}`" for pattern in found)
            message = f"`{clipped(node.text)}` names more than one conclusion"
            self.findings.add("condition", node.location, message, f"one of {meanings}")
        if found:
            return found[0]
        every = [
            term
            for _, key in names
            for type_ in key.values()
            for term in self.patterns.vocabulary.terms.get(type_.of, {})
        ]
        self.findings.unknown_term(node.text, every, node.location, f"`{clipped(node.text)}` names no situation")
        return None
