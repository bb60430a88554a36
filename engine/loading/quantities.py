"""Reads `quantities` of the vocabulary: quantities with a formula over the data of a case."""

from __future__ import annotations

from engine.errors import Location, clipped
from engine.fields import Fields
from engine.formula import PLAIN, Formula, FormulaError, Operation, Value, evaluate, inputs, parse_formula
from engine.loading.draft import Draft
from engine.loading.names import check_name
from engine.loading.sections import measured_in
from engine.loading.types import unit_of
from engine.model.unit import Unit
from engine.model.vocabulary import DeclaredQuantity, Vocabulary
from engine.reading import Mapping


def read_quantities(draft: Draft, node: Mapping) -> None:
    """Take in the declared quantities of one file."""
    for name, fields, place in draft.entries(node, "quantity", draft.quantities):
        check_name(name, place, "a quantity", draft.findings)
        formula = fields.text("formula", True)
        unit = unit_of(fields.node_of("unit", True), f"the unit of `{name}`", draft.findings)
        because = draft.references.texts(fields, "because", required=True)
        label = fields.words("label")
        fields.done()
        if unit is not None and formula:
            at = fields.place("formula")
            draft.quantities[name] = DeclaredQuantity(name, formula, unit, label, because, at)
            _expect_formula(draft, name, formula, fields)


def _expect_formula(draft: Draft, name: str, text: str, fields: Fields) -> None:
    place = fields.node.entries["formula"].location
    try:
        formula = parse_formula(text)
        _constants(formula)
    except FormulaError as error:
        message = f"the formula of `{name}`: {error}"
        draft.findings.add("formula", place, message, "arithmetic over data, such as `2 * plot.area[m2]`")
        return
    draft.checks.append(lambda vocabulary: _check_formula(draft, vocabulary, name, formula, place))


def _constants(formula: Formula) -> bool:
    """Whether nothing of a case is read; what can be computed without a case is, so that it cannot fail later."""
    if isinstance(formula, Operation):
        settled = [_constants(operand) for operand in formula.operands]
        if not all(settled):
            return False
        evaluate(formula, lambda value: value.unit.scale)
    return not isinstance(formula, Value)


def _check_formula(draft: Draft, vocabulary: Vocabulary, name: str, formula: Formula, place: Location) -> None:
    for value in dict.fromkeys(inputs(formula)):
        unit = _read_in(vocabulary, value.path)
        if unit is None:
            known = (*_measured(vocabulary), *vocabulary.quantities)
            message = f"the formula of `{name}` reads `{clipped(value.path)}`, which is no number"
            draft.findings.unknown_term(value.path, known, place, message)
        elif not unit.commensurable(value.unit):
            how = "as a plain number" if value.unit == PLAIN else f"in `{value.unit.text}`"
            wanted = value.path if unit == PLAIN else f"{value.path}[{unit.text}]"
            also = "" if unit == PLAIN else ", or another unit of that kind"
            message = f"the formula of `{name}` reads `{value.path}` {how}"
            draft.findings.add("unit", place, message, f"`{wanted}`{also}")
    if name in _needed(vocabulary, name):
        draft.findings.add("cycle", place, f"the quantity `{name}` is computed from itself", "data of the case")


def _read_in(vocabulary: Vocabulary, path: str) -> Unit | None:
    """The unit in which a formula can read a datum or a declared quantity; None where that is no number."""
    attribute = vocabulary.attribute(path)
    return PLAIN if attribute is not None and attribute.type.kind == "number" else measured_in(vocabulary, path)


def _measured(vocabulary: Vocabulary) -> tuple[str, ...]:
    return tuple(
        f"{section.name}.{name}"
        for section in vocabulary.sections.values()
        if not section.is_list
        for name, attribute in section.attributes.items()
        if attribute.type.kind in ("quantity", "number")
    )


def _needed(vocabulary: Vocabulary, name: str) -> set[str]:
    """Every quantity that is computed on the way to one."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        declared = vocabulary.quantities.get(waiting.pop())
        if declared is None:
            continue
        try:
            read = {value.path for value in inputs(parse_formula(declared.formula))}
        except FormulaError:
            continue
        waiting.extend(read - found)
        found |= read
    return found
