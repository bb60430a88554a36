"""Reads claims: what a statement says, in the fields that the vocabulary declares for its kind."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from engine.errors import Findings, clipped
from engine.fields import Fields, kind_of, text_of
from engine.loading.references import References
from engine.loading.types import quantity_of, range_of
from engine.model.fact import ClaimValue
from engine.model.quantity import Quantity, Range
from engine.model.vocabulary import ClaimKind, FieldType, Vocabulary
from engine.reading import Node, Scalar


class ClaimReader:
    """Reads the fields of claims, each of its declared type."""

    def __init__(self, vocabulary: Vocabulary, findings: Findings, references: References) -> None:
        self.vocabulary = vocabulary
        self.findings = findings
        self.references = references

    def fields(self, fields: Fields, kind: ClaimKind) -> dict[str, ClaimValue]:
        """The values of a claim's own fields."""
        values: dict[str, ClaimValue] = {}
        for name, type_ in kind.fields.items():
            node = fields.node_of(name, required=name in kind.required)
            if node is not None:
                value = self.value(node, type_, f"`{name}` of {fields.what}")
                if value is not None:
                    values[name] = value
        return values

    def value(self, node: Node, type_: FieldType, what: str) -> ClaimValue | None:
        """One value, or None with a problem recorded."""
        if type_.kind == "range":
            return self.measured(range_of(node, what, self.findings), node, type_, what)
        if type_.kind == "quantity":
            return self.measured(quantity_of(node, what, self.findings), node, type_, what)
        if type_.kind in ("number", "boolean"):
            wanted = Fraction if type_.kind == "number" else bool
            if isinstance(node, Scalar) and isinstance(node.value, wanted):
                return node.value
            self.findings.add("type", node.location, f"{what} is {kind_of(node)}", f"a {type_.kind}")
            return None
        text = text_of(node, what, self.findings)
        if text is None:
            return None
        if not text.strip():
            self.findings.add("blank", node.location, f"{what} is empty", "something, or the field left out")
            return None
        if type_.kind == "fact":
            self.references.add("fact", text, node.location)
            return text
        known = self.known(type_)
        if known is not None and text not in known:
            message = f"{what} is `{clipped(text)}`, which is not declared"
            self.findings.unknown_term(text, known, node.location, message)
            return None
        return text

    def known(self, type_: FieldType) -> Collection[str] | None:
        """The words that a field can hold; None where it can hold any."""
        if type_.kind == "datum":
            return (*paths(self.vocabulary), *self.vocabulary.quantities)
        if type_.kind == "term":
            return self.vocabulary.terms.get(type_.of, {})
        return type_.words if type_.kind == "one of" else None

    def measured(
        self, found: Range | Quantity | None, node: Node, type_: FieldType, what: str
    ) -> Range | Quantity | None:
        """A range or quantity in a unit that fits."""
        if found is None:
            return None
        if type_.unit is not None and not found.unit.commensurable(type_.unit):
            self.findings.add(
                "unit",
                node.location,
                f"{what} is in `{found.unit.text}`",
                f"a unit commensurable with `{type_.unit.text}`",
            )
            return None
        low, high = (found.value, found.value) if isinstance(found, Quantity) else (found.low, found.high)
        if type_.plausible is not None and found.unit.commensurable(type_.plausible[0].unit):
            least, most = (bound.to(found.unit).value for bound in type_.plausible)
            if low < least or high > most:
                expected = f"between {type_.plausible[0]} and {type_.plausible[1]}"
                self.findings.add("implausible", node.location, f"{what} is `{found}`", expected)
                return None
        return found


def paths(vocabulary: Vocabulary) -> tuple[str, ...]:
    """Every `section.attribute` of the records of a case."""
    return tuple(
        f"{section.name}.{name}"
        for section in vocabulary.sections.values()
        if not section.is_list
        for name in section.attributes
    )
