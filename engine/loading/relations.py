"""Reads the declared relations: facts that precede each other, research beside an option, terms that interact."""

from __future__ import annotations

from engine.errors import Findings, Location, clipped
from engine.fields import ID, Fields
from engine.loading.references import References
from engine.model.rule import (
    Beside,
    Conclusion,
    ConclusionPattern,
    Condition,
    Interaction,
    OneOf,
    Prefer,
    Rule,
)
from engine.model.vocabulary import FieldType, Vocabulary
from engine.reading import Mapping

UNRESOLVED = "unresolved"


class RelationReader:
    """Reads relations against a vocabulary."""

    def __init__(self, vocabulary: Vocabulary, findings: Findings, references: References) -> None:
        self.vocabulary = vocabulary
        self.findings = findings
        self.references = references

    def named(self, name: str, place: Location, what: str) -> None:
        """Record a name by which nothing could speak of the relation."""
        if not ID.match(name):
            message = f"`{clipped(name)}` is no name of {what}"
            self.findings.add("name", place, message, "letters, digits, `-`, `.` and `_`")

    def beside(self, body: Mapping) -> list[Beside]:
        """Facts that stand beside one key of the argued conclusion."""
        fields = Fields(body, "an entry of `beside`", self.findings)
        head = self.vocabulary.conclusions.get(self.vocabulary.headings.conclusion)
        if head is None:
            message = "`beside` stands beside what `headings` lays out, and there are none"
            self.findings.add("heading", body.location, message, "`headings` in the vocabulary")
            return []
        key = tuple((name, self.word(fields, name, type_)) for name, type_ in head.key.items())
        facts = self.references.texts(fields, "facts", required=True)
        fields.done()
        return [Beside(key, fact, body.location) for fact in facts]

    def word(self, fields: Fields, name: str, type_: FieldType) -> str:
        """A required field that holds a word of the vocabulary."""
        found = fields.text(name, True)
        if found:
            self.declared(found, type_, fields.node.entries[name].location, name)
        return found

    def declared(self, word: str, type_: FieldType, place: Location, what: str) -> None:
        """Record a word that a field cannot hold."""
        terms = self.vocabulary.terms
        known = terms.get(type_.of, {}) if type_.kind == "term" else type_.words
        if type_.kind in ("term", "one of") and word not in known:
            self.findings.unknown_term(word, known, place, f"`{clipped(word)}` is not a declared {what}")

    def settled(self, fields: Fields, required: bool = False) -> str:
        """What settles it: the name of a preference, a reading's id, or "unresolved" (also where nothing is said)."""
        found = fields.text("settled-by", required)
        if found and found != UNRESOLVED:
            self.references.add("preference or interpretation", found, fields.node.entries["settled-by"].location)
        return found or UNRESOLVED

    def several(self, fields: Fields, part: str, number: int) -> None:
        """Record that fewer than two things are related."""
        if number == 1:
            self.findings.add("blank", fields.place(part), f"{fields.what} relates one fact", "two facts or more")

    def prefer(self, name: str, body: Mapping, place: Location) -> list[Prefer]:
        """Facts in the order in which they go before each other."""
        self.named(name, place, "a preference")
        if name == UNRESOLVED:
            self.findings.add("reserved-name", place, f"`{name}` is a word of the language", "another name")
        fields = Fields(body, f"`{clipped(name)}` of `prefer`", self.findings)
        order = self.references.texts(fields, "order", required=True)
        reason = fields.words("because", True)
        fields.done()
        self.several(fields, "order", len(order))
        return [
            Prefer(name, stronger, weaker, reason, place)
            for at, stronger in enumerate(order)
            for weaker in order[at + 1 :]
        ]

    # Interactions ----------------------------------------------------------------------------------------------------

    def interaction(self, name: str, body: Mapping, place: Location) -> tuple[Interaction, list[Rule]]:
        """Two terms that affect each other, and the rules that say so."""
        self.named(name, place, "an interaction")
        fields = Fields(body, f"`{clipped(name)}` of `interactions`", self.findings)
        between = fields.named("between", True)
        reads, draws = fields.text("reads", True), fields.text("draws", True)
        terms = tuple(term for term, _ in between)
        found = Interaction(
            name,
            (terms[0], terms[1]) if len(terms) == 2 else ("", ""),
            fields.boolean("symmetric"),
            fields.text("effect", True),
            reads,
            draws,
            self.references.texts(fields, "because", required=True),
            self.settled(fields),
            fields.words("note"),
            place,
        )
        fields.done()
        if between and len(terms) != 2:
            self.findings.add("type", fields.place("between"), f"`{name}` is between {len(terms)} terms", "two terms")
        key = self.key(fields, "reads", reads, ("is",))
        drawn = self.key(fields, "draws", draws, ("of", "with"))
        for term, at in between if key else ():
            self.declared(term, key["is"], at, "term")
        if drawn and (self.vocabulary.conclusions[draws].argued or "effect" not in self.drawable(draws)):
            message = f"`{draws}` is argued, or has no annotation `effect`"
            self.findings.add("conclusion", fields.place("draws"), message, "a conclusion with the annotation `effect`")
        return found, _rules(found, reads, draws) if key and drawn and terms else []

    def drawable(self, name: str) -> tuple[str, ...]:
        """What a conclusion says besides its key."""
        return tuple(self.vocabulary.conclusions[name].annotations)

    def key(self, fields: Fields, part: str, name: str, wanted: tuple[str, ...]) -> dict[str, FieldType]:
        """The key of the conclusion that an interaction reads or draws; empty with a problem recorded."""
        if not name:
            return {}
        kind = self.vocabulary.conclusions.get(name)
        place = fields.node.entries[part].location
        if kind is None:
            message = f"`{clipped(name)}` is not a declared conclusion"
            self.findings.unknown_term(name, self.vocabulary.conclusions, place, message)
            return {}
        if tuple(kind.key) != wanted:
            message = f"the key of `{name}` is {', '.join(kind.key)}"
            self.findings.add("conclusion", place, message, f"a conclusion whose key is {', '.join(wanted)}")
            return {}
        return dict(kind.key)


def _rules(interaction: Interaction, reads: str, draws: str) -> list[Rule]:
    """An interaction as rules: both terms stand under the conclusion ``reads``, and ``draws`` follows, once a
    direction.
    """
    first, second = interaction.between
    pairs = [(first, second), (second, first)] if interaction.symmetric else [(first, second)]
    return [
        Rule(
            f"interaction-{interaction.name}" + ("" if at == 0 else "-reversed"),
            f"{of} and {other} interact ({interaction.effect})",
            tuple(
                Condition(ConclusionPattern(reads, (("is", OneOf((term,))),)), location=interaction.location)
                for term in (of, other)
            ),
            (),
            (
                Conclusion(
                    draws, (("of", of), ("with", other)), (("effect", interaction.effect),), "", interaction.location
                ),
            ),
            because=interaction.because,
            location=interaction.location,
        )
        for at, (of, other) in enumerate(pairs)
    ]
