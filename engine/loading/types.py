"""Field types, units and values as the vocabulary declares them."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from engine.errors import Findings, Location
from engine.fields import Fields, mapping_of, text_of
from engine.loading.names import check_word
from engine.model.quantity import Quantity, QuantityError, Range, parse_quantity, parse_range
from engine.model.unit import Unit, UnitError
from engine.model.vocabulary import Conversion, FieldType
from engine.reading import Node, Scalar

CASE_TYPES = ("term", "one of", "set of terms", "quantity", "number", "boolean", "finding", "time", "text")
CLAIM_TYPES = ("term", "one of", "quantity", "range", "number", "boolean", "text", "datum", "fact")
KEY_TYPES = ("term", "one of", "text", "datum", "fact")


def field_type(
    node: Node, what: str, findings: Findings, allowed: Collection[str], fields: Fields | None = None
) -> FieldType:
    """The type that a mapping declares: ``{type: term, of: product}``, ``{type: quantity, unit: kg}``, …

    With ``fields`` the mapping declares other things too, and whoever reads those reports the fields that are unknown.
    """
    own = fields is None
    if fields is None:
        body = mapping_of(node, what, findings)
        if body is None:
            return FieldType("any")
        fields = Fields(body, what, findings)
    before = len(findings)
    kind = fields.choice("type", allowed, required=True)
    if not kind:
        return FieldType("any")
    of, words = "", tuple[str, ...]()
    if kind in ("term", "set of terms"):
        of = fields.text("of", True)
    elif kind == "one of":
        words = _words(fields, what, findings)
    unit = plausible = None
    conversions: tuple[Conversion, ...] = ()
    if kind == "number" and fields.has("plausible"):
        plausible = _plausible(fields, Unit.parse("1"), what, findings, " 1")
    if kind in ("quantity", "range"):
        unit = unit_of(fields.node_of("unit", kind == "quantity"), f"the unit of {what}", findings)
        plausible = _plausible(fields, unit, what, findings)
        conversions = tuple(_conversions(fields, what, findings))
    unsettled = _unsettled(fields, words, what, findings) if kind == "one of" else ()
    if own:
        fields.done()
    if kind == "quantity" and unit is None and len(findings) > before:
        return FieldType("any")
    return FieldType(kind, of, words, unit, plausible, conversions, unsettled)


def _words(fields: Fields, what: str, findings: Findings) -> tuple[str, ...]:
    found = fields.named("of", True)
    for word, place in found:
        check_word(word, place, what, findings)
    return tuple(word for word, _ in found)


def _unsettled(fields: Fields, words: tuple[str, ...], what: str, findings: Findings) -> tuple[str, ...]:
    found = fields.named("unsettled")
    for word, place in found:
        if word not in words:
            findings.unknown_term(word, words, place, f"`{word}` is not one of the words of {what}")
    return tuple(word for word, _ in found)


def _plausible(
    fields: Fields, unit: Unit | None, what: str, findings: Findings, suffix: str = ""
) -> tuple[Quantity, Quantity] | None:
    node = fields.node_of("plausible")
    text = text_of(node, f"`plausible` of {what}", findings) if node is not None else None
    if node is None or text is None:
        return None
    try:
        low, separator, high = text.partition(" to ")
        if not separator:
            raise QuantityError("the range has no `to`", "write `0.3 kg to 400 kg`")
        bounds = parse_quantity(low.strip() + suffix), parse_quantity(high.strip() + suffix)
    except QuantityError as error:
        expected = "two quantities with `to` between them"
        counts = unit is not None and unit.text == "1" and not suffix
        hint = "a datum without a unit is `type: number`, with `plausible: 0 to 10`" if counts else error.hint
        findings.add("quantity", node.location, f"`plausible` of {what}: {error.message}", expected, hint)
        return None
    if not bounds[0].unit.commensurable(bounds[1].unit):
        findings.add("unit", node.location, f"the ends of `plausible` of {what} are not in one unit", "one unit")
        return None
    if unit is not None and not bounds[0].unit.commensurable(unit):
        _other_unit(f"`plausible` of {what}", bounds[0].unit, unit, node.location, findings)
        return None
    if bounds[0].compare(bounds[1]) > 0:
        findings.add("quantity", node.location, f"`plausible` of {what} is upside down", "the lower end first")
        return None
    return bounds


def _other_unit(what: str, found: Unit, wanted: Unit, place: Location, findings: Findings) -> None:
    findings.add("unit", place, f"{what} is in `{found.text}`", f"a unit commensurable with `{wanted.text}`")


def _conversions(fields: Fields, what: str, findings: Findings) -> list[Conversion]:
    found = []
    for node in fields.sequence("also"):
        body = mapping_of(node, f"an item of `also` of {what}", findings)
        if body is not None:
            conversion = _conversion(Fields(body, f"an item of `also` of {what}", findings), what, findings)
            if conversion is not None:
                found.append(conversion)
    return found


def _conversion(fields: Fields, what: str, findings: Findings) -> Conversion | None:
    unit = unit_of(fields.node_of("unit", True), f"`unit` of `also` of {what}", findings)
    times = fields.node_of("times")
    because = fields.texts("because")
    fields.done()
    if unit is None:
        return None
    if times is None:
        return Conversion(unit, None, because)
    text = text_of(times, "`times`", findings)
    if text is None:
        return None
    if not text[:1].isdigit():
        return Conversion(unit, text, because)
    factor = quantity_of(times, "`times`", findings)
    if factor is not None and factor.value == 0:
        findings.add("quantity", times.location, "`times` is zero", "a factor that is not zero")
        return None
    return Conversion(unit, factor, because) if factor is not None else None


def unit_of(node: Node | None, what: str, findings: Findings) -> Unit | None:
    """The node as a unit, or None with a problem recorded."""
    text = text_of(node, what, findings) if node is not None else None
    if node is None or text is None:
        return None
    try:
        return Unit.parse(text)
    except UnitError as error:
        findings.add("unit", node.location, f"{what}: {error.message}", "a UCUM unit", error.hint)
        return None


def _measured(node: Node | None, what: str, findings: Findings) -> str | None:
    """The node as the text of a number with its unit, or None with a problem recorded."""
    if isinstance(node, Scalar) and isinstance(node.value, Fraction):
        findings.add(
            "unit", node.location, f"{what} is `{node.text}` without a unit", f"a unit, as in `{node.text} kg`"
        )
        return None
    return text_of(node, what, findings) if node is not None else None


def quantity_of(node: Node | None, what: str, findings: Findings) -> Quantity | None:
    """The node as a quantity, or None with a problem recorded."""
    text = _measured(node, what, findings)
    if node is None or text is None:
        return None
    try:
        return parse_quantity(text)
    except QuantityError as error:
        expected = "a number and a UCUM unit, as in `20 kg`"
        findings.add("quantity", node.location, f"{what}: {error.message}", expected, error.hint)
        return None


def range_of(node: Node | None, what: str, findings: Findings) -> Range | None:
    """The node as a range of quantities, or None with a problem recorded."""
    text = _measured(node, what, findings)
    if node is None or text is None:
        return None
    try:
        return parse_range(text)
    except QuantityError as error:
        expected = "a quantity or a range, as in `2-3 mg/kg/d`"
        findings.add("quantity", node.location, f"{what}: {error.message}", expected, error.hint)
        return None


def fits(type_: FieldType, unit: Unit) -> bool:
    """Whether a quantity in a unit can be compared with a field of the type."""
    if type_.unit is None:
        return True
    units = (type_.unit, *(conversion.unit for conversion in type_.conversions))
    return any(own.commensurable(unit) for own in units)
