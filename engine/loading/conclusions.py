"""Reads what rules draw: conclusions, arguments for and against one, and the doses that they compute."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as MappingType
from fractions import Fraction

from engine.errors import Findings, Location, clipped
from engine.fields import Fields, kind_of, mapping_of, text_of
from engine.loading.constraints import VARIABLE, ConstraintReader, Position
from engine.loading.sections import measured_in
from engine.loading.types import quantity_of, range_of
from engine.model.rule import Amount, Conclusion, HeadValue, Variable
from engine.model.vocabulary import ConclusionKind, FieldType, Vocabulary
from engine.reading import Mapping, Node, Scalar

SIDES = ("for", "against")


class ConclusionReader:
    """Reads the conclusions of one rule."""

    def __init__(self, vocabulary: Vocabulary, findings: Findings) -> None:
        self.vocabulary = vocabulary
        self.findings = findings
        self.constraints = ConstraintReader(vocabulary, findings, {})

    def read(self, fields: Fields) -> Iterator[Conclusion]:
        """Everything under `then`."""
        for node in fields.sequence("then", True, filled=True):
            body = mapping_of(node, f"a conclusion of {fields.what}", self.findings)
            if body is None:
                continue
            if len(body.keys) != 1:
                message = f"a conclusion of {fields.what} has {len(body.keys)} names"
                self.findings.add("conclusion", node.location, message, "one conclusion an item")
                continue
            for word, inner in body.entries.items():
                found = self.conclusion(word, inner, body.keys[word])
                if found is not None:
                    yield found

    def conclusion(self, word: str, node: Node, place: Location) -> Conclusion | None:
        """One conclusion or argument; None with a problem recorded."""
        kinds = self.vocabulary.conclusions
        if word not in SIDES and word not in kinds:
            self.findings.unknown_term(word, kinds, place, f"`{clipped(word)}` is not a declared conclusion")
            return None
        body = mapping_of(node, f"`{word}`", self.findings)
        if body is None:
            return None
        if word in SIDES:
            return self.argument(word, body, place)
        kind = kinds[word]
        if kind.argued:
            expected = f"`for: {{{word}: …}}` or `against: {{{word}: …}}`"
            self.findings.add("conclusion", place, f"`{word}` is argued: only its resolution draws it", expected)
            return None
        self.unknown_fields(body, word, (*kind.key, *kind.annotations))
        return self.drawn(kind, body, body, "")

    def argument(self, side: str, body: Mapping, place: Location) -> Conclusion | None:
        """An argument for or against a conclusion."""
        argued = {name: kind for name, kind in self.vocabulary.conclusions.items() if kind.argued}
        names = [name for name in body.keys if name in argued]
        if len(names) != 1:
            message = f"`{side}` names no conclusion that is argued for and against"
            expected = f"one of {', '.join(argued)}" if argued else "a conclusion with `argued`: none is declared"
            self.findings.add("conclusion", place, message, expected)
            return None
        (name,) = names
        kind = argued[name]
        key = body.entries.get(name)
        if key is None:
            return None
        if not isinstance(key, Mapping):
            self.findings.add("type", key.location, f"`{name}` is {kind_of(key)}", "a mapping of its key")
            return None
        self.unknown_fields(key, name, tuple(kind.key))
        self.unknown_fields(body, side, (name, *kind.annotations))
        return self.drawn(kind, key, body, side)

    def unknown_fields(self, node: Mapping, word: str, known: tuple[str, ...]) -> None:
        """Record the fields that a conclusion does not have."""
        for name, place in node.keys.items():
            if name not in known:
                self.findings.unknown_field(name, known, place, f"`{word}`")

    def drawn(self, kind: ConclusionKind, key_node: Mapping, body: Mapping, side: str) -> Conclusion:
        """The conclusion with its key and annotations."""
        key: list[tuple[str, str | Variable]] = []
        for name, type_ in kind.key.items():
            node = key_node.entries.get(name)
            if node is None:
                if name not in key_node.keys:
                    message = f"`{kind.name}` has no `{name}`"
                    expected = f"every key field: {', '.join(kind.key)}"
                    self.findings.add("missing-field", key_node.location, message, expected)
                continue
            value = self.key_value(node, f"`{name}` of `{kind.name}`", type_)
            if value is not None:
                key.append((name, value))
        annotations: list[tuple[str, HeadValue]] = []
        for name, node in body.entries.items():
            if name in kind.annotations and name not in kind.key:
                annotation = self.annotation(name, node, kind.name)
                if annotation is not None:
                    annotations.append((name, annotation))
        return Conclusion(kind.name, tuple(key), tuple(annotations), side, body.location)

    def key_value(self, node: Node, what: str, type_: FieldType) -> str | Variable | None:
        """A word or a variable; None with a problem recorded."""
        value = self.head_value(node, what, type_)
        if value is None or isinstance(value, (str, Variable)):
            return value
        self.findings.add("type", node.location, f"{what} is {kind_of(node)}", "a word or a variable")
        return None

    def head_value(self, node: Node, what: str, type_: FieldType) -> str | bool | Fraction | Variable | None:
        """A constant that the field can hold, or a variable; None with a problem recorded."""
        if not isinstance(node, Scalar):
            self.findings.add("type", node.location, f"{what} is {kind_of(node)}", "a word or a variable")
            return None
        match = VARIABLE.match(node.value) if isinstance(node.value, str) else None
        if match:
            return Variable(match[1])
        return self.constraints.value(node, Position(what, type_, "conclusion"))

    def annotation(self, name: str, node: Node, conclusion: str) -> HeadValue | None:
        """What a conclusion says besides its key; a mapping is a dose to compute."""
        what = f"`{name}` of `{conclusion}`"
        if isinstance(node, Mapping):
            return self.amount(node, what)
        return self.head_value(node, what, annotation_type(name, self.vocabulary))

    def amount(self, node: Mapping, what: str) -> Amount | None:
        """A rate times a measure of the case, at most a cap."""
        fields = Fields(node, what, self.findings)
        rate_node, cap_node = fields.node_of("rate", True), fields.node_of("at_most")
        rate = _variable(rate_node) or range_of(rate_node, f"`rate` of {what}", self.findings)
        cap = _variable(cap_node) or quantity_of(cap_node, f"`at_most` of {what}", self.findings)
        times = self.times(fields, what)
        fields.done()
        return None if rate is None or times is None else Amount(rate, times, cap)

    def times(self, fields: Fields, what: str) -> Variable | str | None:
        """The measure that a rate is multiplied with."""
        node = fields.node_of("times", True)
        text = text_of(node, f"`times` of {what}", self.findings) if node is not None else None
        if node is None or text is None:
            return None
        match = VARIABLE.match(text)
        if match:
            return Variable(match[1])
        if measured_in(self.vocabulary, text) is not None:
            return text
        expected = "section.attribute, a declared quantity or a variable"
        self.findings.add("unknown-term", node.location, f"`{clipped(text)}` of {what} is no measured datum", expected)
        return None


def annotation_type(name: str, vocabulary: Vocabulary) -> FieldType:
    """The type of an annotation: its name says so for modalities and reasons, others hold anything."""
    terms: MappingType[str, object] = vocabulary.terms
    if name == "modality" and "modality" in terms:
        return FieldType("term", "modality")
    if name in ("code", "reason") and "reason" in terms:
        return FieldType("term", "reason")
    return FieldType("any")


def _variable(node: Node | None) -> Variable | None:
    match = VARIABLE.match(node.text) if isinstance(node, Scalar) else None
    return Variable(match[1]) if match else None
