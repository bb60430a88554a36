"""Reads `case` of the vocabulary: the sections of a case, their attributes, and what absence means."""

from __future__ import annotations

from fractions import Fraction

from engine.errors import Location, clipped
from engine.fields import Fields, mapping_of, text_of
from engine.loading.draft import Draft
from engine.loading.names import DOCUMENT, ITEM_WORDS, PATTERNS, check_name
from engine.loading.terms import read_codes
from engine.loading.types import CASE_TYPES, field_type, quantity_of
from engine.model.quantity import Quantity
from engine.model.unit import Unit, UnitError
from engine.model.vocabulary import Attribute, Conversion, FieldType, Section, Vocabulary
from engine.reading import Mapping, Node, Scalar, Sequence

HOUR = Unit.parse("h")
ONLY_LISTS = ("key", "order", "missing")
ABSENCES: dict[str, bool | str] = {"boolean": False, "set of terms": "empty", "time": "never"}
"""What absence can be said to mean, by type. Of a measurement it is unknown."""


def read_sections(draft: Draft, node: Mapping) -> None:
    """Take in the sections of one file."""
    for name, fields, place in draft.entries(node, "section", draft.sections):
        check_name(name, place, "a section", draft.findings, PATTERNS | DOCUMENT)
        item = fields.text("item")
        if item:
            check_name(item, fields.place("item"), "an item", draft.findings, PATTERNS | DOCUMENT)
        declared = fields.mapping("attributes", True)
        attributes = _attributes(draft, declared, bool(item)) if declared is not None else {}
        section = Section(
            name,
            attributes,
            item=item,
            key=fields.texts("key"),
            order=fields.text("order"),
            missing=draft.term(fields, "missing", "reason"),
            label=fields.words("label"),
            location=place,
        )
        fields.done()
        _check_section(draft, section, fields)
        draft.sections[name] = section


def _check_section(draft: Draft, section: Section, fields: Fields) -> None:
    for word in ONLY_LISTS if not section.is_list else ():
        if fields.has(word):
            draft.findings.add(
                "missing-field", fields.place(word), f"only a list has a `{word}`", "an `item` that names what it lists"
            )
    for name in (*section.key, *((section.order,) if section.order else ())):
        if name not in section.attributes:
            place = fields.place("key" if name in section.key else "order")
            draft.findings.unknown_term(name, section.attributes, place, f"`{clipped(name)}` is not an attribute")
    order = section.attributes.get(section.order)
    if order is not None and order.type.kind not in ("time", "any"):
        draft.findings.add("type", fields.place("order"), f"`{section.order}` is no time", "an attribute of type time")
    for attribute in section.attributes.values():
        _check_since(draft, section, attribute)


def _check_since(draft: Draft, section: Section, attribute: Attribute) -> None:
    """The time since another attribute is a duration, of an item."""
    if not attribute.since:
        return
    start = section.attributes.get(attribute.since)
    if start is None:
        draft.findings.unknown_term(attribute.since, section.attributes, attribute.location)
    elif not section.is_list or start.type.kind != "time" or start.since:
        draft.findings.add(
            "type", attribute.location, f"`{attribute.name}` is not the time since a time of an item", "a list's time"
        )
    unit = attribute.type.unit
    if attribute.required or unit is None or not unit.commensurable(HOUR):
        draft.findings.add(
            "type", attribute.location, f"`{attribute.name}` is computed, and a time", "a quantity in a unit of time"
        )


def _attributes(draft: Draft, declared: Mapping, of_items: bool) -> dict[str, Attribute]:
    found: dict[str, Attribute] = {}
    reserved = ITEM_WORDS if of_items else frozenset[str]()
    for name, place in declared.keys.items():
        check_name(name, place, "an attribute", draft.findings, reserved)
        node = declared.entries.get(name)
        body = mapping_of(node, f"the attribute `{clipped(name)}`", draft.findings) if node is not None else None
        found[name] = (
            _attribute(draft, name, Fields(body, f"the attribute `{clipped(name)}`", draft.findings), place, of_items)
            if body is not None
            else Attribute(name, FieldType("any"), location=place)
        )
    return found


def _attribute(draft: Draft, name: str, fields: Fields, place: Location, of_items: bool) -> Attribute:
    type_ = field_type(fields.node, fields.what, draft.findings, CASE_TYPES, fields)
    of = fields.node.get("of")
    draft.expect_type(type_, of.location if of is not None else place)
    attribute = Attribute(
        name,
        type_,
        label=fields.words("label"),
        absent=_absent(draft, fields, type_),
        required=fields.boolean("required"),
        missing=draft.term(fields, "missing", "reason"),
        stale_after=_validity(draft, fields, of_items),
        stale=draft.term(fields, "stale", "reason"),
        because=draft.references.texts(fields, "because"),
        codes=read_codes(fields),
        since=fields.text("since"),
        location=place,
    )
    if type_.kind == "any":
        return attribute
    fields.done()
    for node, conversion in zip(_also(fields), type_.conversions, strict=False):
        _expect_conversion(draft, node, conversion, type_)
    return attribute


def _validity(draft: Draft, fields: Fields, of_items: bool) -> Quantity | None:
    """How long a measurement counts: a time, of an attribute that can carry its own."""
    found = quantity_of(fields.node_of("valid-for"), f"`valid-for` of {fields.what}", draft.findings)
    if found is None:
        if fields.has("stale"):
            draft.findings.add(
                "missing-field", fields.place("stale"), f"{fields.what} is never stale", "`valid-for` beside it"
            )
        return None
    if not found.unit.commensurable(HOUR) or found.value <= 0:
        draft.findings.add(
            "unit", fields.place("valid-for"), f"`valid-for` of {fields.what} is `{found}`", "a time such as `30 d`"
        )
        return None
    if of_items:
        draft.findings.add(
            "type", fields.place("valid-for"), f"{fields.what} is of an item", "`valid-for` on a record's attribute"
        )
    return found


def _absent(draft: Draft, fields: Fields, type_: FieldType) -> bool | str | None:
    node = fields.node_of("absent")
    if node is None or type_.kind == "any":
        return None
    meant = ABSENCES.get(type_.kind)
    if isinstance(node, Scalar) and meant is not None and node.value == meant:
        return meant
    draft.findings.add(
        "absent",
        node.location,
        f"absence of {fields.what} cannot mean that",
        "no `absent`: absence of a measurement is unknown"
        if meant is None
        else f"`absent: {str(meant).lower()}`, or no `absent` (unknown)",
    )
    return None


def _also(fields: Fields) -> tuple[Mapping, ...]:
    node = fields.node.entries.get("also")
    return tuple(item for item in node if isinstance(item, Mapping)) if isinstance(node, Sequence) else ()


def _expect_conversion(draft: Draft, node: Mapping, conversion: Conversion, type_: FieldType) -> None:
    """The facts of a conversion are known, and it leads to the unit of the attribute."""
    because = node.entries.get("because")
    for item in because if isinstance(because, Sequence) else ():
        draft.references.add("fact", text_of(item, "a fact", draft.findings) or "", item.location)
    times = node.entries.get("times")
    if times is not None and type_.unit is not None:
        draft.checks.append(lambda vocabulary: _check_conversion(draft, vocabulary, times, conversion, type_))


def _check_conversion(
    draft: Draft, vocabulary: Vocabulary, node: Node, conversion: Conversion, type_: FieldType
) -> None:
    factor = conversion.factor
    if isinstance(factor, str):
        unit = measured_in(vocabulary, factor)
        if unit is None:
            draft.findings.add(
                "unknown-term",
                node.location,
                f"`{clipped(factor)}` is no measured datum of the case",
                "a quantity, or section.attribute",
            )
            return
        factor = Quantity(Fraction(1), unit)
    if factor is None or type_.unit is None:
        return
    try:
        (Quantity(factor.value, conversion.unit) * factor).to(type_.unit)
    except UnitError as error:
        draft.findings.add(
            "unit",
            node.location,
            f"a value in `{conversion.unit.text}` does not become one in `{type_.unit.text}`: {error.message}",
            f"a factor that leads to `{type_.unit.text}`",
        )


def measured_in(vocabulary: Vocabulary, path: str) -> Unit | None:
    """The unit of a datum or of a declared quantity; None where nothing is measured there."""
    quantity = vocabulary.quantities.get(path)
    if quantity is not None:
        return quantity.unit
    attribute = vocabulary.attribute(path)
    return attribute.type.unit if attribute is not None and attribute.type.kind == "quantity" else None
