"""The answers that a datum may have, as cells: values between which no rule tells apart.

Words are each a cell. Numbers, quantities and times are cut at every constant with which a rule compares them, the
constant itself being a cell. Where something else than a constant is compared with, or where the values are not few
(a list of items, a set of terms), the cells are examples, and the answers are not ``exhaustive``: what changes between
two examples may change anywhere between them, so that their ends say nothing. Words that leave a datum open (a
one that is only suspected) are cells apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from engine.document import Node, Scalar, Sequence
from engine.errors import NOWHERE
from engine.model.quantity import Interval, Quantity, exact_text
from engine.model.unit import Unit
from engine.model.vocabulary import Attribute, Vocabulary
from provenance.variants.thresholds import Thresholds

HOUR = Unit.parse("h")


@dataclass(frozen=True)
class Cell:
    """One answer to try: what a case would hold (``node``, in words ``text``), and the answers it stands for.

    ``low`` and ``high`` are the ends of a cell of numbers, None where it has none; ``at`` says that the cell is the one
    number ``low``.
    """

    node: Node
    text: str
    low: Fraction | None = None
    high: Fraction | None = None
    at: bool = False
    is_span: bool = False


@dataclass(frozen=True)
class Cells:
    """The answers of a datum. ``unit`` is that of the cells' ends; ``elapsed`` says that they are times before now."""

    cells: tuple[Cell, ...]
    exhaustive: bool
    unit: str = ""
    elapsed: bool = False
    unsettled: tuple[Cell, ...] = ()


def cells_of(
    place: str,
    attribute: Attribute,
    thresholds: Thresholds,
    vocabulary: Vocabulary,
    within: Interval | None = None,
) -> Cells:
    """The answers of the datum at a place: a record's path, or a list and a field of its items.

    ``within`` is what is known of a quantity already (> 40000 ng/mL).
    """
    kind = attribute.type.kind
    if kind in ("term", "one of"):
        words = [word for word in vocabulary.domain(attribute.type) if word not in attribute.type.unsettled]
        unsettled = tuple(Cell(text(word), word) for word in attribute.type.unsettled)
        return Cells(tuple(Cell(text(word), word) for word in words), True, unsettled=unsettled)
    if kind in ("boolean", "finding"):
        return Cells(tuple(Cell(Scalar(flag, word, NOWHERE), word) for flag, word in FLAGS), True)
    if kind == "set of terms":
        words = list(vocabulary.domain(attribute.type))
        found = [Cell(Sequence((), NOWHERE), "none")]
        found += [Cell(Sequence((text(word),), NOWHERE), f"{word} alone") for word in words]
        return Cells(tuple(found), False)
    if kind == "quantity" and attribute.type.unit is not None:
        return _quantities(place, attribute, thresholds, within)
    if kind == "number":
        return _numbers(place, attribute, thresholds)
    if kind == "time":
        return _times(place, attribute, thresholds, vocabulary)
    words = sorted(thresholds.words.get(place, ())) or ["something"]
    return Cells(tuple(Cell(text(word), word) for word in words), False)


FLAGS = ((True, "true"), (False, "false"))


def text(value: str) -> Scalar:
    """A word as a case holds it."""
    return Scalar(value, value, NOWHERE)


def _quantities(place: str, attribute: Attribute, thresholds: Thresholds, within: Interval | None) -> Cells:
    unit = attribute.type.unit
    assert unit is not None
    bounds = thresholds.bounds.get(place, set())
    usable = [bound for bound in bounds if isinstance(bound, Quantity) and bound.unit.commensurable(unit)]
    cuts = {bound.to(unit).value: bound for bound in usable}
    low, high = _range(attribute, unit, within)
    related = place in thresholds.related or len(usable) < len(bounds)

    def node(value: Fraction) -> Scalar:
        shown = exact_text(value)
        if "/" in shown:  # no decimal is that number: it is a bound, and has one in its own unit
            return text(f"{exact_text(cuts[value].value)} {cuts[value].unit.text}")
        return text(f"{shown} {unit.text}")

    return Cells(tuple(_spans(cuts, low, high, node, examples=related)), not related, unit.text)


def _range(attribute: Attribute, unit: Unit, within: Interval | None) -> tuple[Fraction | None, Fraction | None]:
    """Between which values a quantity lies: what is plausible, and what is known of it."""
    bounds = attribute.type.plausible
    low: Fraction | None = bounds[0].to(unit).value if bounds else Fraction(0)
    high: Fraction | None = bounds[1].to(unit).value if bounds else None
    if unit.offset and not bounds:
        low = None
    if within is not None and within.unit.commensurable(unit):
        known = within.to(unit)
        low = max((end for end in (low, known.low) if end is not None), default=None)
        high = min((end for end in (high, known.high) if end is not None), default=None)
    return low, high


def _numbers(place: str, attribute: Attribute, thresholds: Thresholds) -> Cells:
    bounds = attribute.type.plausible
    low, high = (bounds[0].value, bounds[1].value) if bounds else (Fraction(0), None)
    cuts = sorted(bound for bound in thresholds.bounds.get(place, ()) if isinstance(bound, Fraction))

    def node(value: Fraction) -> Scalar:
        return Scalar(value, exact_text(value), NOWHERE)

    related = place in thresholds.related
    return Cells(tuple(_spans(cuts, low, high, node, examples=related)), not related)


def _times(place: str, attribute: Attribute, thresholds: Thresholds, vocabulary: Vocabulary) -> Cells:
    """Times by how long ago they are, cut at the bounds of what is counted from them."""
    section = vocabulary.sections[place.partition(".")[0]]
    counted = [f"{section.name}.{name}" for name, other in section.attributes.items() if other.since == attribute.name]
    bounds = {bound for each in counted for bound in thresholds.bounds.get(each, ()) if isinstance(bound, Quantity)}
    cuts = sorted({bound.to(HOUR).value for bound in bounds if bound.unit.commensurable(HOUR)})
    related = place in thresholds.related or any(each in thresholds.related for each in counted)

    def node(value: Fraction) -> Scalar:
        return text(f"-{exact_text(value)} h" if value else "0 h")

    usual = [Fraction(hours) for hours in (24, 72)] if related else []
    found = tuple(_spans(sorted({*cuts, *usual}), Fraction(0), None, node, examples=False))
    return Cells(found, not related, HOUR.text, elapsed=True)


def _spans(
    cuts: Iterable[Fraction],
    low: Fraction | None,
    high: Fraction | None,
    node: Callable[[Fraction], Scalar],
    examples: bool,
) -> Iterator[Cell]:
    """The cells that some numbers cut, each with a value inside."""
    inside = [cut for cut in sorted(cuts) if (low is None or cut >= low) and (high is None or cut <= high)]
    if examples:
        inside = sorted({*inside, *_between(low, high)})
    before = low
    for cut in inside:
        if before is None or before < cut:
            yield _cell(_within(before, cut), before, cut, node)
        yield _cell(cut, cut, cut, node, at=True)
        before = cut
    if high is None or before is None or before < high:
        yield _cell(_within(before, high), before, high, node)


def _cell(
    value: Fraction,
    low: Fraction | None,
    high: Fraction | None,
    node: Callable[[Fraction], Scalar],
    at: bool = False,
) -> Cell:
    made = node(value)
    return Cell(made, made.text, low, high, at, True)


def _between(low: Fraction | None, high: Fraction | None) -> list[Fraction]:
    """A few numbers of a range, of which none is known to matter."""
    if low is None or high is None:
        return []
    found = [low + (high - low) * Fraction(part, 16) for part in (1, 2, 4, 8, 12)]
    return [Fraction(round(value)) if value >= 10 else value for value in found]


def _within(low: Fraction | None, high: Fraction | None) -> Fraction:
    """A number strictly between two ends."""
    if low is None and high is None:
        return Fraction(1)
    if low is None:
        assert high is not None
        return high - 1
    if high is None:
        return low * 2 if low > 0 else low + 1
    middle = (low + high) / 2
    places = 0
    while not low < (rounded := Fraction(round(middle * 10**places), 10**places)) < high:
        places += 1
    return rounded
