"""Reads the constraints of patterns: what a condition asks of one field."""

from __future__ import annotations

import re
from collections.abc import Collection
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from fractions import Fraction

from engine.errors import Findings, Location, clipped, did_you_mean
from engine.fields import kind_of, text_of
from engine.loading.claims import paths
from engine.loading.types import fits
from engine.model.quantity import QuantityError, parse_quantity
from engine.model.rule import Compare, Constraint, OfClass, OneOf, Optional, Recorded, Reference, Variable, Within
from engine.model.vocabulary import FieldType, Section, Vocabulary
from engine.reading import Mapping, Node, Scalar, Sequence

VARIABLE = re.compile(r"\$([A-Za-z][A-Za-z0-9-]*)\Z")
ITEM_FIELD = re.compile(r"\$([A-Za-z][A-Za-z0-9-]*)\.([A-Za-z][A-Za-z0-9-]*)\Z")
COMPARISON = re.compile(r"(<=|>=|==|!=|<|>)\s*(.*)\Z", re.DOTALL)
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?\Z")
SIGNS = {"=<": "<=", "=>": ">=", "≤": "<=", "≥": ">=", "≠": "!=", "=": "=="}
"""Signs that are written for comparisons and are none, and those that are; the longer first."""
LONGEST_NUMBER = 40
MEMBER = "member"
"""The kind of claim that says who belongs to a class."""
EXPECTED = {
    "quantity": "a comparison such as `>= 24 h`",
    "range": "a comparison such as `>= 2 mg/kg/d`",
    "time": "a comparison with another time, known or unknown",
    "boolean": "true or false",
    "finding": "true or false",
    "number": "a number or a comparison",
}
LONG = ("any_of", "class", "within", "optional")


@dataclass(frozen=True, slots=True)
class Position:
    """A field that a pattern constrains: ``of`` a claim, a conclusion or the case.

    ``defaulted``: absence of the datum has a meaning, so that a rule can ask whether it is unknown.
    """

    what: str
    type: FieldType
    of: str
    defaulted: bool = True


class ConstraintReader:
    """Reads the constraints of one rule; ``items`` tells which section each item variable ranges over."""

    def __init__(self, vocabulary: Vocabulary, findings: Findings, items: MappingType[str, Section]) -> None:
        self.vocabulary = vocabulary
        self.findings = findings
        self.items = items

    def read(self, node: Node, at: Position) -> Constraint | None:
        """One constraint on a field; None with a problem recorded."""
        if isinstance(node, Mapping):
            return self.long(node, at)
        if isinstance(node, Sequence):
            return self.any_of(node, at)
        if isinstance(node.value, str):
            text = node.value
            match = VARIABLE.match(text)
            if match:
                return Variable(match[1])
            if text in ("known", "unknown"):
                return self.recorded(text == "known", at, node.location)
            compared = COMPARISON.match(text)
            if compared:
                return self.comparison(compared[1], compared[2].strip(), at, node.location)
        if isinstance(node.value, Fraction) and at.type.kind in ("number", "any"):
            return Compare("==", node.value)
        value = self.value(node, at)
        return None if value is None else OneOf((value,))

    def any_of(self, node: Sequence, at: Position) -> Constraint | None:
        """Any of some values."""
        if not node.items:
            self.findings.add("constraint", node.location, f"{at.what} is none of no values", "one value or more")
            return None
        values = [value for item in node if (value := self.value(item, at)) is not None]
        return OneOf(tuple(values)) if values else None

    def recorded(self, known: bool, at: Position, place: Location) -> Constraint | None:
        """Whether the field is stated. Of a datum without a stated default nobody can know that it is not there."""
        if at.of == "conclusion":
            self.findings.add("constraint", place, f"{at.what} is part of a key, and always known", "a value")
            return None
        if not known and not at.defaulted:
            self.findings.add(
                "constraint",
                place,
                f"{at.what} can never be found unknown: its absence says nothing",
                "`absent` in the vocabulary, or another test",
            )
            return None
        return Recorded(known)

    def long(self, node: Mapping, at: Position) -> Constraint | None:
        """A constraint that is written as a mapping."""
        words = tuple(node.keys)
        if len(words) != 1 or words[0] not in LONG:
            hint = did_you_mean(words[0], LONG) if len(words) == 1 else ""
            expected = "a value, a list, a comparison, a variable, known, unknown, " + ", ".join(
                f"{{{w}: …}}" for w in LONG
            )
            self.findings.add("constraint", node.location, f"{at.what} has a constraint that is none", expected, hint)
            return None
        (word,) = words
        inner = node.entries.get(word)
        if inner is None:
            return None
        if word == "any_of":
            if isinstance(inner, Sequence):
                return self.any_of(inner, at)
            self.findings.add("type", inner.location, f"`any_of` of {at.what} is {kind_of(inner)}", "a list")
            return None
        text = text_of(inner, f"`{word}` of {at.what}", self.findings)
        if text is None:
            return None
        if word == "class":
            return self.of_class(text, at, inner.location)
        return self.within(inner, text, at) if word == "within" else self.optional(text, at, inner.location)

    def of_class(self, name: str, at: Position, place: Location) -> Constraint | None:
        """A member of a class, as claims say it."""
        kind = self.vocabulary.claims.get(MEMBER)
        member = kind.fields.get("member") if kind is not None else None
        classes = kind.fields.get("class") if kind is not None else None
        if member is None or classes is None:
            expected = f"a kind of claim `{MEMBER}` with the fields `member` and `class`"
            self.findings.add("constraint", place, "the vocabulary has no claims of membership", expected)
            return None
        if at.type.kind not in ("term", "set of terms", "any") or at.type.of not in (member.of, ""):
            self.findings.add("constraint", place, f"{at.what} is no {member.of}", "a value, or a field of that kind")
            return None
        known = self.vocabulary.terms.get(classes.of, {})
        if name not in known:
            self.unknown(name, known, place, classes.of)
            return None
        return OfClass(name)

    def within(self, node: Node, term: str, at: Position) -> Constraint | None:
        """A term or any more special one."""
        if at.type.kind not in ("term", "set of terms"):
            self.findings.add("constraint", node.location, f"{at.what} has no more special terms", "a value or a list")
            return None
        return Within(term) if self.value(node, at) is not None else None

    def optional(self, text: str, at: Position, place: Location) -> Constraint | None:
        """A variable that is bound where a claim states the field."""
        match = VARIABLE.match(text)
        if match is None:
            self.findings.add("constraint", place, f"`{clipped(text)}` is no variable", "a variable such as `$x`")
            return None
        if at.of != "fact":
            self.findings.add(
                "constraint", place, f"{at.what} is no field of a claim", "`optional` in a `fact` pattern"
            )
            return None
        return Optional(Variable(match[1]))

    def value(self, node: Node, at: Position) -> str | bool | Fraction | None:
        """A constant that the field can hold; None with a problem recorded."""
        kind = at.type.kind
        if not isinstance(node, Scalar):
            self.findings.add("type", node.location, f"{at.what} is {kind_of(node)}", "a value")
            return None
        if isinstance(node.value, bool) and kind in ("boolean", "finding", "any"):
            return node.value
        if isinstance(node.value, Fraction) and kind in ("number", "any"):
            return node.value
        if isinstance(node.value, str) and kind in (*FINITE, "text", "datum", "fact", "any"):
            return node.value if self.is_value(node.value, at, node.location) else None
        self.findings.add("type", node.location, f"{at.what} is {kind_of(node)}", *_meant(node.text, at.type))
        return None

    def is_value(self, word: str, at: Position, place: Location) -> bool:
        """Whether a field can hold a word; a problem is recorded where it cannot."""
        if not word or word[0] == "$":
            expected = "a value" if not word else "a value, or a variable such as `$x` alone"
            self.findings.add("constraint", place, f"`{clipped(word)}` is no value of {at.what}", expected)
            return False
        known: Collection[str] | None = None
        if at.type.kind in ("term", "set of terms"):
            known = self.vocabulary.terms.get(at.type.of, {})
        elif at.type.kind == "one of":
            known = at.type.words
        elif at.type.kind == "datum":
            known = (*paths(self.vocabulary), *self.vocabulary.quantities)
        elif at.type.kind == "any" and at.of == "case":
            known = self.any_datum()
        if known is None or word in known:
            return True
        self.unknown(word, known, place, f"value of {at.what}")
        return False

    def any_datum(self) -> Collection[str] | None:
        """Every word that some datum of a record can hold; None where one of them holds any text."""
        types = [
            attribute.type
            for section in self.vocabulary.sections.values()
            if not section.is_list
            for attribute in section.attributes.values()
        ]
        if any(type_.kind in ("text", "any") for type_ in types):
            return None
        return {word for type_ in types for word in self.vocabulary.domain(type_)}

    def unknown(self, word: str, known: Collection[str], place: Location, what: str) -> None:
        """Record that a word is not declared."""
        self.findings.unknown_term(word, known, place, f"`{clipped(word)}` is not a declared {what}")

    # Comparisons -----------------------------------------------------------------------------------------------------

    def comparison(self, op: str, text: str, at: Position, place: Location) -> Constraint | None:
        """A comparison with a constant, a variable or another datum, of the same kind and in a unit that fits."""
        match = VARIABLE.match(text)
        if at.type.kind not in ("quantity", "range", "number", "time", "any"):
            expected = (
                "true or false" if at.type.kind in ("boolean", "finding") else "one of its values, or a list of them"
            )
            self.findings.add("type", place, f"{at.what} cannot be compared in size", expected)
            return None
        if match:
            return Compare(op, Variable(match[1]))
        if ITEM_FIELD.match(text) or self.vocabulary.attribute(text) is not None or text in self.vocabulary.quantities:
            return self.reference(op, text, at, place)
        if at.type.kind == "time":
            expected = "a comparison with another time, such as `< $d.started`"
            self.findings.add("type", place, f"{at.what} is compared with `{clipped(text)}`", expected)
            return None
        return self.constant(op, text, at, place)

    def reference(self, op: str, path: str, at: Position, place: Location) -> Constraint | None:
        """A comparison with another datum of the case."""
        if at.of != "case":
            self.findings.add("constraint", place, f"{at.what} is no datum of the case", "a comparison with a constant")
            return None
        type_ = self.reference_type(path, place)
        if type_ is None:
            return None
        if not comparable(at.type, type_):
            self.findings.add(
                "variable-type" if at.type.kind != type_.kind else "unit",
                place,
                f"{at.what} is compared with `{path}`, which is another kind of thing",
                f"a {at.type.kind} in a unit that fits" if at.type.unit else f"a {at.type.kind}",
            )
            return None
        return Compare(op, Reference(path))

    def reference_type(self, path: str, place: Location) -> FieldType | None:
        """The type of a field of an item, of a datum or of a declared quantity; None with a problem recorded."""
        match = ITEM_FIELD.match(path)
        if match is None:
            return self.path_type(path, place)
        section = self.items.get(match[1])
        if section is None:
            first = next(iter(self.vocabulary.items), "item")
            self.findings.add(
                "unbound-variable",
                place,
                f"nothing before this condition binds `${match[1]}` to an item",
                f"an earlier pattern such as `{first}: {{is: ${match[1]}}}`",
                did_you_mean(match[1], self.items),
            )
            return None
        attribute = section.attributes.get(match[2])
        if attribute is None:
            self.findings.unknown_field(match[2], section.attributes, place, f"an item of `{section.name}`")
            return None
        return attribute.type

    def path_type(self, path: str, place: Location) -> FieldType | None:
        """The type of a datum or declared quantity; None with a problem recorded."""
        quantity = self.vocabulary.quantities.get(path)
        if quantity is not None:
            return FieldType("quantity", unit=quantity.unit)
        attribute = self.vocabulary.attribute(path)
        if attribute is None:
            known = (*paths(self.vocabulary), *self.vocabulary.quantities)
            message = f"`{clipped(path)}` is no datum of the case and no declared quantity"
            self.findings.unknown_term(path, known, place, message)
            return None
        return attribute.type

    def constant(self, op: str, text: str, at: Position, place: Location) -> Constraint | None:
        """A comparison with a number or a quantity."""
        type_ = at.type
        if NUMBER.match(text) and len(text) <= LONGEST_NUMBER:
            if type_.kind in ("quantity", "range"):
                unit = type_.unit.text if type_.unit else "kg"
                message = f"{at.what} is compared with a number without a unit"
                hint = "a datum without a unit is `type: number` in the vocabulary" if unit == "1" else ""
                self.findings.add("unit", place, message, f"a unit, such as `{op} {text} {unit}`", hint)
                return None
            return Compare(op, Fraction(text))
        try:
            bound = parse_quantity(text)
        except QuantityError as error:
            message = f"{at.what}: {error.message}"
            self.findings.add("quantity", place, message, _expected(type_), error.hint)
            return None
        if type_.kind == "number":
            self.findings.add("unit", place, f"{at.what} is a number without a unit", "a comparison with a number")
            return None
        if not fits(type_, bound.unit):
            unit = type_.unit.text if type_.unit else ""
            message = f"{at.what} is measured in `{unit}` and compared in `{bound.unit.text}`"
            self.findings.add("unit", place, message, f"a unit commensurable with `{unit}`")
            return None
        return Compare(op, bound)


FINITE = ("term", "set of terms", "one of")
"""The types whose values are words of the vocabulary."""


def _expected(type_: FieldType) -> str:
    """What can be written of a field of a type, with its own unit where it has one."""
    if type_.kind in ("quantity", "range") and type_.unit is not None:
        return f"a comparison such as `>= {'2' if type_.kind == 'range' else '24'} {type_.unit.text}`"
    return EXPECTED.get(type_.kind, "text")


def _meant(text: str, type_: FieldType) -> tuple[str, str]:
    """What was expected instead of a word that a field cannot hold, and what may have been meant by a sign in it."""
    expected = _expected(type_)
    if COMPARISON.match(text):
        return expected, "a list is any of its values: two bounds are two conditions, one below the other"
    sign = next((sign for sign in SIGNS if text.startswith(sign)), "")
    return expected, f"did you mean `{SIGNS[sign]} {clipped(text.removeprefix(sign).strip())}`?" if sign else ""


def comparable(one: FieldType, other: FieldType) -> bool:
    """Whether values of two types can be compared in size."""
    if "any" in (one.kind, other.kind):
        return True
    if {one.kind, other.kind} <= {"quantity", "range"}:
        if one.unit is None or other.unit is None:
            return True
        units = (other.unit, *(conversion.unit for conversion in other.conversions))
        return any(fits(one, unit) for unit in units)
    return one.kind == other.kind and one.kind in ("number", "time")
