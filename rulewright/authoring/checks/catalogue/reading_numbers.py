"""Numbers in the words of a reading that no statement says and that nothing takes from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from engine.errors import Location
from engine.model.fact import Fact
from engine.model.knowledge import KnowledgeBase
from engine.model.unit import Unit, UnitError
from rulewright.authoring.checks.amounts import Stated, stands, stated
from rulewright.authoring.checks.finding import Check, Flaw, Severity
from rulewright.authoring.checks.numerals import Numeral, numerals
from rulewright.authoring.checks.readings import is_about
from rulewright.authoring.checks.subject import Subject


def _find(subject: Subject) -> Iterator[Flaw]:
    readings = [fact for fact in subject.knowledge.facts.values() if fact.is_interpretation]
    said = {reading.id: _measured(reading) for reading in readings}
    used: dict[str, list[Stated]] = {}
    for one in stated(subject.knowledge) if any(said.values()) else ():
        for name in one.grounds:
            used.setdefault(name, []).append(one)
    for reading in readings:
        elsewhere = [numeral for other in readings if other is not reading for numeral in said[other.id]]
        around = [numeral for fact in _about(reading, subject.knowledge) for numeral in numerals(fact.words)]
        for numeral in dict.fromkeys(said[reading.id]):
            wanted = _wanted(numeral, reading)
            taken_up = any(stands(one, numeral) for one in used.get(reading.id, ()))
            printed = any(stands(wanted, other) for other in (*around, *elsewhere))
            if taken_up or printed or _derived(numeral, (*around, *said[reading.id])):
                continue
            if not _leads_on(numeral, reading, used.get(reading.id, ()), around):
                yield _flaw(numeral, reading, subject)


def _measured(reading: Fact) -> list[Numeral]:
    """The numbers of a reading that have a unit; one of a unit is how people count, and says nothing."""
    return [
        numeral
        for numeral in numerals(reading.words)
        if isinstance(numeral.unit, Unit) and not (numeral.low == 1 == numeral.high and not numeral.words[:1].isdigit())
    ]


def _about(reading: Fact, knowledge: KnowledgeBase) -> Iterator[Fact]:
    """The statements that a reading is about; all of a source, where it is about one."""
    for fact in knowledge.facts.values():
        if is_about(reading, fact):
            yield fact


def _wanted(numeral: Numeral, reading: Fact) -> Stated:
    unit = numeral.unit if isinstance(numeral.unit, Unit) else None
    return Stated(numeral.low, numeral.high, unit, (), reading.id, numeral.words, reading.location)


def _derived(numeral: Numeral, others: Iterable[Numeral]) -> bool:
    """Whether it is the quotient or the product of two of the others, to the digits that are printed."""
    every = [other for other in others if other is not numeral and isinstance(other.unit, Unit) and not other.is_range]
    digits = len(numeral.words.split()[0].partition(".")[2])
    return any(
        round(value, digits) == numeral.low
        for one in every
        for other in every
        for value in _combined(one, other, numeral)
    )


def _leads_on(numeral: Numeral, reading: Fact, used: Iterable[Stated], around: Iterable[Numeral]) -> bool:
    """Whether a number that is taken from the reading is computed from it: a spoon of 15 g, three of them, 45 g.

    The other factors, one or two, are numbers of the reading or of its statements, with a unit or counts of something.
    """
    every = numerals(reading.words)
    taken = tuple(used)
    for result in every:
        unit = result.unit
        if result == numeral or not isinstance(unit, Unit) or not any(stands(one, result) for one in taken):
            continue
        others = [_measure(other) for other in (*every, *around) if not other.is_range and other != numeral]
        factors = [other for other in dict.fromkeys(others) if other is not None and other != (result.low, unit)]
        once = [step for start in filter(None, [_measure(numeral)]) for step in _steps(start, factors)]
        twice = [step for start in once for step in _steps(start, factors)]
        if any(of.commensurable(unit) and of.convert(value, unit) == result.low for value, of in (*once, *twice)):
            return True
    return False


Measure = tuple[Fraction, Unit]
"""An amount, or a count with the unit 1."""


def _measure(numeral: Numeral) -> Measure | None:
    unit = _ONE if numeral.unit is None else numeral.unit
    return (numeral.low, unit) if isinstance(unit, Unit) else None


_ONE = Unit.parse("1")


def _steps(start: Measure, factors: Iterable[Measure]) -> Iterator[Measure]:
    """Products and quotients of an amount and each of the others."""
    for factor in factors:
        for combine in (_product, _quotient):
            try:
                yield combine(*start, *factor)
            except (UnitError, ZeroDivisionError):
                continue


def _combined(one: Numeral, other: Numeral, numeral: Numeral) -> Iterator[Fraction]:
    """Quotient and product of two amounts in the unit of a third, where they can be in it."""
    if not (isinstance(one.unit, Unit) and isinstance(other.unit, Unit) and isinstance(numeral.unit, Unit)):
        return
    for combine in (_product, _quotient):
        try:
            value, unit = combine(one.low, one.unit, other.low, other.unit)
        except (UnitError, ZeroDivisionError):
            continue
        if unit.commensurable(numeral.unit):
            yield unit.convert(value, numeral.unit)


def _product(one: Fraction, unit: Unit, other: Fraction, by: Unit) -> Measure:
    return one * other, unit * by


def _quotient(one: Fraction, unit: Unit, other: Fraction, by: Unit) -> Measure:
    return one / other, unit / by


def _flaw(numeral: Numeral, reading: Fact, subject: Subject) -> Flaw:
    place, end = _place(numeral, reading, subject)
    return Flaw(
        place,
        f"`{numeral.words}` in the reading {reading.id} stands in no statement that it is about, and nothing that"
        " rests on the reading states it",
        "a number that those statements say, or that a rule, claim or regimen takes from the reading",
        "a remark that nothing rests on belongs into `note`",
        end,
    )


def _place(numeral: Numeral, reading: Fact, subject: Subject) -> tuple[Location, int]:
    """Where the number stands on its line; where the words begin, if its line cannot be told."""
    start = subject.place(reading.location, "states")
    lines = subject.lines.get(start.file, ())
    for number in range(start.line, min(len(lines), start.line + 40) + 1):
        column = lines[number - 1].find(numeral.words, start.column - 1 if number == start.line else 0)
        if column >= 0:
            return Location(start.file, number, column + 1), column + 1 + len(numeral.words)
    return start, 0


CHECK = Check(
    "reading-numbers",
    Severity.warning,
    "A reading says a number that no statement says and that nothing takes from it.",
    _find,
)
