"""What each datum of a case may be given as: its absence, every word, both sides of every threshold and the threshold
itself, bounds instead of numbers, and measurements at and past the end of their validity.

Where several programs read a datum, their thresholds are taken together, so that a case can lie between the bound that
one has and the bound that the other has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from math import floor

from engine.document import Mapping, Node, Scalar, Sequence
from engine.errors import NOWHERE
from engine.model.knowledge import KnowledgeBase
from engine.model.quantity import Quantity, exact_text
from engine.model.unit import UnitError
from engine.model.vocabulary import Attribute, Section, Vocabulary
from engine.observing import HOUR
from engine.program import GroundAmount, Program
from provenance.variants.cells import Cell, cells_of, text
from provenance.variants.thresholds import Thresholds

MENTIONED, USUAL = 3, 1
"""How often a word comes up that some rule mentions, and any other."""
SELDOM_READ = 4
"""An attribute that no rule reads is left out this many times as often as each of its answers comes up."""


@dataclass(frozen=True)
class Answer:
    """One way to give a datum. ``stratum`` names it; ``node`` is None where the datum is left out.

    ``days`` is set for a time that is given as a day alone: so many days before the as-of time.
    ``cell`` are the values that it stands for, None where it is no plain value.
    """

    stratum: str
    node: Node | None = None
    days: int | None = None
    cell: Cell | None = None
    weight: int = USUAL

    def at(self, as_of: datetime) -> Node | None:
        """What a case holds that stands at this time."""
        if self.days is None:
            return self.node
        return text((as_of - timedelta(days=self.days)).date().isoformat())


def mapping(entries: dict[str, Node]) -> Mapping:
    """Entries as a document holds them that nobody wrote."""
    return Mapping(entries, dict.fromkeys(entries, NOWHERE), NOWHERE)


def joined(vocabularies: Iterable[Vocabulary]) -> Vocabulary:
    """All that a case may say by any of several vocabularies; where two declare the same, the first one counts."""
    first, *others = vocabularies
    sections = dict(first.sections)
    terms = {kind: dict(known) for kind, known in first.terms.items()}
    for other in others:
        for name, section in other.sections.items():
            own = sections.get(name)
            if own is None:
                sections[name] = section
            elif own.is_list == section.is_list:
                sections[name] = replace(own, attributes={**section.attributes, **own.attributes})
        for kind, known in other.terms.items():
            terms[kind] = {**known, **terms.get(kind, {})}
    return replace(first, sections=sections, terms=terms)


def thresholds(programs: Iterable[tuple[Program, KnowledgeBase]]) -> Thresholds:
    """What any of several programs reads, and all the values at which the answer of any of them changes."""
    programs = list(programs)
    first, *others = [Thresholds(program, knowledge) for program, knowledge in programs]
    for other in others:
        first.read |= other.read
        first.related |= other.related
        first.scaled |= other.scaled
        for place, bounds in other.bounds.items():
            first.bounds[place] |= bounds
        for place, words in other.words.items():
            first.words[place] |= words
    for program, knowledge in programs:
        for clause in program.clauses:
            for _, value in clause.annotations:
                if isinstance(value, GroundAmount):
                    _caps(value, knowledge.vocabulary, first)
    return first


def _caps(amount: GroundAmount, vocabulary: Vocabulary, known: Thresholds) -> None:
    """Where an amount reaches its cap: the measure at which the lowest and the highest rate do, and its two sides.

    A measure without a finite decimal is not given; then only numbers of one decimal on its two sides are.
    """
    attribute = vocabulary.attribute(amount.times)
    unit = attribute.type.unit if attribute is not None else None
    if amount.at_most is None or unit is None:
        return
    for rate in {amount.rate.low, amount.rate.high} - {0}:
        try:
            reached = (amount.at_most / Quantity(rate, amount.rate.unit)).to(unit).value
        except UnitError:
            continue
        tenths = Fraction(floor(reached * 10), 10)
        ends = [reached] if tenths == reached else [tenths, tenths + Fraction(1, 10)]
        known.bounds[amount.times].update(Quantity(end, unit) for end in ends)


def answers(place: str, attribute: Attribute, known: Thresholds, vocabulary: Vocabulary) -> tuple[Answer, ...]:
    """Every answer that is tried for the datum at a place (a record's path, or a list and a field of its items)."""
    cells = cells_of(place, attribute, known, vocabulary)
    mentioned = known.words.get(place, set())
    found = [
        Answer(_stratum(cell), cell.node, cell=cell, weight=MENTIONED if cell.text in mentioned else USUAL)
        for cell in (*cells.cells, *cells.unsettled)
    ]
    kind = attribute.type.kind
    if kind == "quantity":
        found.extend(_bounds(cells.cells))
    elif kind == "time":
        found.extend(Answer(f"the day {days} days ago", days=days) for days in (0, 1, 2, 3))
    elif kind == "set of terms":
        words = [word for word in vocabulary.domain(attribute.type) if word in mentioned]
        found.extend(
            Answer(f"{one} and {other}", Sequence((text(one), text(other)), NOWHERE)) for one, other in pairwise(words)
        )
    found.extend(_timed(attribute, cells.cells))
    if attribute.required:
        return tuple(found)
    total = sum(answer.weight for answer in found)
    is_read = place in known.read or place in known.words or place in known.bounds
    return (Answer("absent", weight=max(1, total // 3) if is_read else total * SELDOM_READ), *found)


def _stratum(cell: Cell) -> str:
    if not cell.is_span:
        return cell.text
    return f"at {cell.text}" if cell.at else f"{cell.text}, between bounds"


def _bounds(cells: Iterable[Cell]) -> Iterator[Answer]:
    """What is only known to lie beyond a threshold; where there is none, beyond some value."""
    every = [cell for cell in cells if cell.is_span]
    cuts = [cell for cell in every if cell.at] or every[:1]
    for cell in cuts:
        for sign in ("<", ">", "<=", ">="):
            yield Answer(f"{sign} {cell.text}", text(f"{sign} {cell.text}"))


def _timed(attribute: Attribute, cells: tuple[Cell, ...]) -> Iterator[Answer]:
    """Measurements at the end of their validity and past it, and one that follows another."""
    limit = attribute.stale_after
    if limit is None or not cells:
        return
    hours = limit.to(HOUR).value
    value = cells[len(cells) // 2].node
    for age in (hours / 2, hours, hours + 1):
        yield Answer(f"{exact_text(age)} h old", mapping({"value": value, "at": text(f"-{exact_text(age)} h")}))
    if len(cells) > 1:
        earlier = mapping({"value": cells[0].node, "at": text(f"-{exact_text(hours / 2)} h")})
        yield Answer("changed since", Sequence((earlier, mapping({"value": value, "at": text("0 h")})), NOWHERE))


@dataclass(frozen=True)
class Listing:
    """One way to give a list: left out (None), or with so many items, and maybe others that are not told."""

    stratum: str
    items: int | None
    complete: bool = True
    weight: int = USUAL


LISTINGS = (
    Listing("absent", None),
    Listing("empty", 0, weight=2),
    Listing("1 item", 1, weight=2),
    Listing("2 items", 2, weight=2),
    Listing("3 items", 3),
    Listing("maybe some", 0, False),
    Listing("1 item and maybe others", 1, False),
    Listing("2 items and maybe others", 2, False),
)


def settable(section: Section) -> dict[str, Attribute]:
    """The attributes of a section that a case can give: not those that are counted from another."""
    return {name: attribute for name, attribute in section.attributes.items() if not attribute.since}


def flag(value: bool) -> Scalar:
    """A boolean as a case holds it."""
    return Scalar(value, "true" if value else "false", NOWHERE)


def hours_before(answer: Answer) -> Fraction | None:
    """How long before the as-of time an answer for a time lies; None where it is left out."""
    if answer.days is not None:
        return Fraction(24 * answer.days)
    node = answer.node
    return Fraction(node.text.lstrip("-").removesuffix(" h")) if isinstance(node, Scalar) else None
