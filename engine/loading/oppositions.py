"""Reads `opposes`: sides that pull apart, what they are about, and what settles it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from engine.errors import Findings, Location, clipped
from engine.fields import Fields, mapping_of
from engine.loading.patterns import PatternReader
from engine.loading.relations import UNRESOLVED, RelationReader
from engine.model.fact import Fact
from engine.model.knowledge import KnowledgeBase
from engine.model.rule import FactPattern, OneOf, Opposes, Side
from engine.reading import Mapping as MappingNode
from engine.reading import Node


class OppositionReader:
    """Reads oppositions against a vocabulary; the names that it finds are remembered as those of ``relations`` are."""

    def __init__(self, relations: RelationReader) -> None:
        self.relations = relations
        self.findings = relations.findings
        self.references = relations.references
        self.vocabulary = relations.vocabulary

    def opposes(self, name: str, body: MappingNode, place: Location) -> Opposes:
        """One opposition: its sides, or ``facts`` of which each is a side of its own."""
        self.relations.named(name, place, "an opposition")
        fields = Fields(body, f"`{clipped(name)}` of `opposes`", self.findings)
        short = fields.has("facts")
        if short and fields.has("sides"):
            message = f"{fields.what} has both `facts` and `sides`"
            self.findings.add("opposition", fields.place("facts"), message, "one of the two")
        sides = self.lone(fields) if short and not fields.has("sides") else self.sides(fields)
        found = Opposes(
            name,
            sides,
            self.relations.settled(fields, required=True),
            title=fields.words("title"),
            about=self.about(fields),
            because=self.references.texts(fields, "because"),
            note=fields.words("note"),
            location=place,
        )
        fields.done(also=("facts",))
        return found

    def lone(self, fields: Fields) -> tuple[Side, ...]:
        """The short form: each fact is a side, and its id the label."""
        facts = self.references.texts(fields, "facts", required=True)
        self.relations.several(fields, "facts", len(facts))
        place = fields.place("facts")
        return tuple(Side(fact, (fact,), location=place) for fact in facts)

    def sides(self, fields: Fields) -> tuple[Side, ...]:
        """The sides, two or more, each with a label of its own."""
        nodes = fields.sequence("sides", required=True, filled=True)
        found: dict[str, Side] = {}
        for node in nodes:
            body = mapping_of(node, f"a side of {fields.what}", self.findings)
            side = self.side(body, fields.what) if body is not None else None
            if side is not None and side.label in found:
                message = f"two sides of {fields.what} are called `{clipped(side.label)}`"
                self.findings.add("duplicate-id", side.location, message, "each label once")
            elif side is not None:
                found[side.label] = side
        if len(nodes) == 1:
            self.findings.add("blank", fields.place("sides"), f"{fields.what} has one side", "two sides or more")
        return tuple(found.values())

    def side(self, body: MappingNode, what: str) -> Side | None:
        """One side; None where it has no label."""
        fields = Fields(body, f"a side of {what}", self.findings)
        label = fields.words("label", True)
        facts = self.references.texts(fields, "facts")
        claims = tuple(
            pattern for node in fields.sequence("claims", filled=True) for pattern in self.claim(node, fields.what)
        )
        fields.done()
        if not fields.has("facts") and not fields.has("claims"):
            message = f"{fields.what} names no fact"
            self.findings.add("missing-field", body.location, message, "`facts`, `claims` or both")
        place = fields.place("label") if fields.has("label") else body.location
        return Side(label, facts, claims, place) if label else None

    def claim(self, node: Node, what: str) -> Iterable[FactPattern]:
        """A pattern of claims: its kind, and fields with the word or words that each must hold; none if it is wrong."""
        before = len(self.findings)
        body = mapping_of(node, f"an entry of `claims` of {what}", self.findings)
        for pattern in PatternReader(self.vocabulary, self.findings, what).fact(body) if body is not None else ():
            assert isinstance(pattern, FactPattern)
            for field, constraint in pattern.constraints:
                if body is not None and not isinstance(constraint, OneOf):
                    place = body.entries[field].location
                    message = f"`{field}` of a claim of {what} is neither a word nor a list of words"
                    self.findings.add("constraint", place, message, "a word, or a list of words")
            if len(self.findings) == before:
                yield pattern

    def about(self, fields: Fields) -> tuple[tuple[str, str], ...]:
        """Fields of the key of the argued conclusion, each with its word."""
        node = fields.mapping("about")
        if node is None:
            return ()
        head = self.vocabulary.conclusions.get(self.vocabulary.headings.conclusion)
        if head is None:
            message = "`about` is a key of what `headings` lays out, and there is none"
            self.findings.add("heading", node.location, message, "`headings` in the vocabulary")
            return ()
        inner = Fields(node, f"`about` of {fields.what}", self.findings)
        found = tuple(
            (name, self.relations.word(inner, name, type_)) for name, type_ in head.key.items() if inner.has(name)
        )
        inner.done(also=head.key)
        if not node.keys:
            self.findings.add("blank", node.location, f"`about` of {fields.what} is empty", "a field, or no `about`")
        return found


def with_claims(opposes: Opposes, facts: Mapping[str, Fact]) -> Opposes:
    """The opposition with the statements that make a claim which a side's patterns match, behind those it names."""
    sides = []
    for side in opposes.sides:
        matched = [
            fact.id
            for fact in facts.values()
            if not fact.is_interpretation and any(matches(fact, pattern) for pattern in side.claims)
        ]
        sides.append(replace(side, facts=tuple(dict.fromkeys((*side.facts, *matched)))))
    return replace(opposes, sides=tuple(sides))


def matches(fact: Fact, pattern: FactPattern) -> bool:
    """Whether a fact makes a claim of the pattern: of one of its kinds, each constrained field one of its words."""
    for claim in fact.claims:
        stated = {"is": fact.id, "modality": claim.modality, **claim.fields}
        if claim.kind in pattern.kinds and all(
            isinstance(constraint, OneOf) and stated.get(field) in constraint.values
            for field, constraint in pattern.constraints
        ):
            return True
    return False


def check_oppositions(knowledge: KnowledgeBase, findings: Findings) -> None:
    """Record sides that nothing can stand on, that share a fact, or that what is said to settle them does not part."""
    for opposes in knowledge.opposes:
        for number, side in enumerate(opposes.sides):
            if side.claims and not side.facts:
                message = f"no statement makes a claim that the side `{clipped(side.label)}` asks for"
                findings.add("opposition", side.location, message, "a pattern that some claim matches, or `facts`")
            for other in opposes.sides[:number]:
                for fact in sorted({*side.facts} & {*other.facts}):
                    message = f"`{fact}` stands on two sides: `{clipped(other.label)}` and `{clipped(side.label)}`"
                    findings.add("opposition", side.location, message, "each fact on one side")
        if opposes.settled_by != UNRESOLVED:
            _settling(knowledge, opposes, findings)
    for interaction in knowledge.interactions:
        if any(prefer.name == interaction.settled_by != UNRESOLVED for prefer in knowledge.prefers):
            message = f"`{interaction.settled_by}` prefers facts, and `{interaction.name}` relates terms"
            findings.add("opposition", interaction.location, message, "a reading, or `unresolved`")


def _settling(knowledge: KnowledgeBase, opposes: Opposes, findings: Findings) -> None:
    """A preference settles it that puts a fact of one side before one of another; a reading that is about some fact."""
    preferred = [prefer for prefer in knowledge.prefers if prefer.name == opposes.settled_by]
    reading = knowledge.facts.get(opposes.settled_by)
    parted = any(
        prefer.stronger in one.facts and prefer.weaker in other.facts
        for prefer in preferred
        for one in opposes.sides
        for other in opposes.sides
        if one is not other
    )
    subjects = {*opposes.facts} | {
        knowledge.facts[fact].quoted_from for fact in opposes.facts if fact in knowledge.facts
    }
    expected = "a preference or a reading that is about its sides, or `unresolved`"
    if preferred and not parted:
        message = f"`{opposes.settled_by}` prefers no fact of one side of `{opposes.name}` to one of another"
        findings.add("opposition", opposes.location, message, expected)
    elif not preferred and reading is not None and reading.is_interpretation and not subjects & {*reading.about}:
        message = f"`{opposes.settled_by}` is about no fact of a side of `{opposes.name}`"
        findings.add("opposition", opposes.location, message, expected)
