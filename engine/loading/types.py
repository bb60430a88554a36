"""Field types, units and values as the vocabulary declares them."""

from __future__ import annotations

from engine.errors import Findings
from engine.fields import Fields, mapping_of, text_of
from engine.model.quantity import Quantity, QuantityError, Range, parse_quantity, parse_range
from engine.model.unit import Unit, UnitError
from engine.model.vocabulary import Conversion, FieldType
from engine.reading import Node

KINDS = ("term", "one of", "set of terms", "quantity", "range", "number", "boolean", "finding", "time", "text", "datum", "fact")


def field_type(node: Node, what: str, findings: Findings, fields: Fields | None = None) -> FieldType:
    """The type that a mapping declares: ``{type: term, of: drug}``, ``{type: quantity, unit: kg}``, …"""
    own = fields is None
    if fields is None:
        body = mapping_of(node, what, findings)
        if body is None:
            return FieldType("text")
        fields = Fields(body, what, findings)
    kind = fields.choice("type", KINDS, required=True, default="text")
    of, words = "", tuple[str, ...]()
    if kind in ("term", "set of terms"):
        of = fields.text("of", True)
    elif kind == "one of":
        words = fields.texts("of", True)
    unit = None
    plausible = None
    conversions: tuple[Conversion, ...] = ()
    if kind == "number" and fields.has("plausible"):
        plausible = _plausible(fields, Unit.parse("1"), what, findings, " 1")
    if kind in ("quantity", "range"):
        unit = unit_of(fields.node_of("unit", kind == "quantity"), f"the unit of {what}", findings)
        plausible = _plausible(fields, unit, what, findings)
        conversions = tuple(_conversions(fields, what, findings))
    unsettled = fields.texts("unsettled")
    for word in unsettled:
        if word not in words:
            findings.add("unknown-term", fields.place("unsettled"), f"`{word}` is not one of the words of {what}", "one of its words")
    if own:
        fields.done()
    return FieldType(kind, of, words, unit, plausible, conversions, unsettled)


def _plausible(fields: Fields, unit: Unit | None, what: str, findings: Findings, suffix: str = "") -> tuple[Quantity, Quantity] | None:
    node = fields.node_of("plausible")
    if node is None:
        return None
    text = text_of(node, f"`plausible` of {what}", findings)
    if text is None:
        return None
    try:
        low, separator, high = text.partition(" to ")
        if not separator:
            raise QuantityError("the range has no `to`", "write `0.3 kg to 400 kg`")
        bounds = parse_quantity(low.strip() + suffix), parse_quantity(high.strip() + suffix)
    except (QuantityError, UnitError) as error:
        findings.add("quantity", node.location, f"`plausible` of {what}: {error.message}", "two quantities with `to` between them", error.hint)
        return None
    if unit is not None and not all(bound.unit.commensurable(unit) for bound in bounds):
        findings.add("unit", node.location, f"`plausible` of {what} is not in units of `{unit.text}`", f"a unit commensurable with `{unit.text}`")
        return None
    return bounds


def _conversions(fields: Fields, what: str, findings: Findings) -> list[Conversion]:
    found = []
    for node in fields.sequence("also"):
        body = mapping_of(node, f"an item of `also` of {what}", findings)
        if body is None:
            continue
        inner = Fields(body, f"an item of `also` of {what}", findings)
        unit = unit_of(inner.node_of("unit", True), f"`unit` of `also` of {what}", findings)
        times = inner.node_of("times")
        because = inner.texts("because")
        inner.done()
        if unit is None:
            continue
        if times is None:
            found.append(Conversion(unit, None, because))
            continue
        text = text_of(times, "`times`", findings)
        if text is None:
            continue
        if text[:1].isdigit():
            factor = quantity_of(times, "`times`", findings)
            if factor is not None:
                found.append(Conversion(unit, factor, because))
        else:
            found.append(Conversion(unit, text, because))
    return found


def unit_of(node: Node | None, what: str, findings: Findings) -> Unit | None:
    """The node as a unit, or None with a problem recorded."""
    if node is None:
        return None
    text = text_of(node, what, findings)
    if text is None:
        return None
    try:
        return Unit.parse(text)
    except UnitError as error:
        findings.add("unit", node.location, f"{what}: {error.message}", "a UCUM unit", error.hint)
        return None


def quantity_of(node: Node | None, what: str, findings: Findings) -> Quantity | None:
    """The node as a quantity, or None with a problem recorded."""
    if node is None:
        return None
    text = text_of(node, what, findings)
    if text is None:
        return None
    try:
        return parse_quantity(text)
    except (QuantityError, UnitError) as error:
        findings.add("quantity", node.location, f"{what}: {error.message}", "a number and a UCUM unit, as in `20 kg`", error.hint)
        return None


def range_of(node: Node | None, what: str, findings: Findings) -> Range | None:
    """The node as a range of quantities, or None with a problem recorded."""
    if node is None:
        return None
    text = text_of(node, what, findings)
    if text is None:
        return None
    try:
        return parse_range(text)
    except (QuantityError, UnitError) as error:
        findings.add("quantity", node.location, f"{what}: {error.message}", "a quantity or a range, as in `2-3 mg/kg/d`", error.hint)
        return None
