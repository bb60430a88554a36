"""Which fact sets a bound: the one whose claim or words hold that number with that unit.

A rule compares a datum with a bound that its author took from a source. Looked at are the facts that an instance cites:
the claims that it matched first, then the words of what it rests on, statements before readings. Units are compared by
what they measure ("72 hours" says what "3 days" says). A plain number is held by words where it stands without a unit,
or with a unit that the datum's own name speaks of ("days given" and "for 3 days").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction

from engine.model.knowledge import KnowledgeBase
from engine.model.quantity import Quantity, Range
from engine.model.rule import Compare, Reference
from engine.model.unit import Unit, UnitError
from engine.program import Clause, GroundTest, Program, shown
from provenance.model.whynot import Bound

_NUMBERS = {
    word: Fraction(value)
    for value, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
}
_ARTICLES = frozenset(["zero", "one"])
"""Words that are numbers only where a unit follows: "one of them"."""
_UNITS = {
    "second": "s",
    "seconds": "s",
    "minute": "min",
    "minutes": "min",
    "hour": "h",
    "hours": "h",
    "day": "d",
    "days": "d",
    "week": "wk",
    "weeks": "wk",
    "month": "mo",
    "months": "mo",
    "year": "a",
    "years": "a",
    "gram": "g",
    "grams": "g",
    "kilogram": "kg",
    "kilograms": "kg",
    "milligram": "mg",
    "milligrams": "mg",
    "metre": "m",
    "metres": "m",
    "meter": "m",
    "meters": "m",
    "centimetre": "cm",
    "centimetres": "cm",
    "litre": "L",
    "litres": "L",
    "degree": "Cel",
    "degrees": "Cel",
    "°C": "Cel",
    "percent": "%",
    "mcg": "ug",
    "units": "U",
}
_ROMAN_POWERS = str.maketrans("²³", "23")
_NUMBER = r"(?<![\w.])(?:\d+(?:,\d{3})*(?:\.\d+)?|" + "|".join(_NUMBERS) + r")(?![\w]*\d)"
_SPAN = re.compile(
    rf"(?P<low>{_NUMBER})(?:\s*(?:-|–|to|and|or)\s*(?P<high>{_NUMBER}))?"
    r"(?:[\s-]?(?P<unit>%|°C|[A-Za-zµ/\[\]{}*^][\w/\[\]{}*^²³µ.]*(?:\s+per\s+\w+)*))?",
    re.IGNORECASE,
)


def bound_of(
    knowledge: KnowledgeBase, program: Program, clauses: Iterable[Clause], test: GroundTest, datum: str
) -> Bound | None:
    """The bound of a test under these instances of one rule; None where the test compares with nothing.

    ``datum`` is the name of what is compared ("time since the first dose").
    """
    if not isinstance(test, Compare):
        return None
    if isinstance(test.bound, Reference):
        return _referred(knowledge, test.op, test.bound.path)
    if not isinstance(test.bound, (Quantity, Fraction)):
        return None
    text = shown(test)
    members = list(clauses)
    claims = {id_ for clause in members for id_ in clause.evidence}
    stating = [id_ for id_ in sorted(claims) if _claims(program.evidence[id_].values.values(), test.bound)]
    cited = dict.fromkeys(fact for id_ in sorted(claims) for fact in program.evidence[id_].facts)
    cited |= dict.fromkeys(fact for clause in members for fact in program.rule_facts.get(clause.rule, ()))
    if stating:
        facts = dict.fromkeys(fact for id_ in stating for fact in program.evidence[id_].facts)
        holding = [fact for fact in facts if _hold(knowledge, fact, test.bound, datum)]
        return Bound(text=text, facts=tuple(holding or facts), told_by="claim")
    holding = [fact for fact in cited if _hold(knowledge, fact, test.bound, datum)]
    statements = [fact for fact in holding if not knowledge.facts[fact].is_interpretation]
    if holding:
        readings = [fact for fact in holding if fact not in statements]
        return Bound(text=text, facts=(*statements, *readings), told_by="words" if statements else "reading")
    return Bound(text=text, facts=tuple(cited), told_by="warrants" if cited else "nobody")


def _referred(knowledge: KnowledgeBase, operator: str, path: str) -> Bound:
    declared = knowledge.vocabulary.quantities.get(path)
    if declared is None:
        return Bound(text=f"{operator} {path}", told_by="case")
    facts = tuple(fact for fact in declared.because if fact in knowledge.facts)
    return Bound(text=f"{operator} {declared.label or path}", facts=facts, told_by="formula")


def _claims(values: Iterable[object], bound: Quantity | Fraction) -> bool:
    return any(_same(value, bound) for value in values)


def _same(value: object, bound: Quantity | Fraction) -> bool:
    if isinstance(value, Range) and isinstance(bound, Quantity):
        return any(_same(Quantity(end, value.unit), bound) for end in (value.low, value.high))
    if isinstance(value, Quantity) and isinstance(bound, Quantity):
        return value.unit.commensurable(bound.unit) and value.compare(bound) == 0
    return isinstance(value, Fraction) and isinstance(bound, Fraction) and value == bound


def _hold(knowledge: KnowledgeBase, fact: str, bound: Quantity | Fraction, datum: str) -> bool:
    """Whether the words of a fact hold the number with its unit."""
    for number, unit in numbers_in(knowledge.facts[fact].words):
        if isinstance(bound, Quantity):
            if unit is not None and _same(Quantity(number, unit), bound):
                return True
        elif number == bound and (unit is None or _speaks_of(datum, unit)):
            return True
    return False


def _speaks_of(datum: str, unit: Unit) -> bool:
    words = re.findall(r"[a-z]+", datum.casefold())
    return any(_UNITS.get(word) == unit.text for word in words)


def numbers_in(text: str) -> Iterator[tuple[Fraction, Unit | None]]:
    """Every number that a text writes, in digits or as a word, with the unit behind it (None where none is known).

    Of "24-48 hours" both numbers are hours.
    """
    for match in _SPAN.finditer(text):
        unit = _unit(match["unit"] or "")
        for end in (match["low"], match["high"]):
            if end and (unit is not None or end.casefold() not in _ARTICLES):
                spelt = _NUMBERS.get(end.casefold())
                yield Fraction(end.replace(",", "")) if spelt is None else spelt, unit


def _unit(text: str) -> Unit | None:
    """A unit as running text writes it: "mg/kg/day", "mg per day", "hours"."""
    text = re.sub(r"\s+per\s+", "/", text.translate(_ROMAN_POWERS).rstrip(".,;:"))
    parts = [_UNITS.get(part, _UNITS.get(part.casefold(), part)) for part in text.split("/")]
    try:
        return Unit.parse("/".join(parts)) if parts[0] else None
    except UnitError:
        return None
