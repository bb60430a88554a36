"""Every number that a knowledge base states in structured form, and the facts whose words it should stand in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import cast

from engine.errors import Location
from engine.formula import Formula, Number, Operation, inputs, parse_formula
from engine.model.fact import Claim, Fact
from engine.model.knowledge import KnowledgeBase
from engine.model.quantity import Quantity, Range, exact_text, parse_quantity
from engine.model.rule import (
    Amount,
    Codes,
    Compare,
    ConclusionPattern,
    Condition,
    Constraint,
    CountPattern,
    DatumPattern,
    FactPattern,
    ItemPattern,
    ItemTest,
    OneOf,
    Pattern,
    Regimen,
    Rule,
)
from engine.model.unit import Unit, UnitError
from engine.model.vocabulary import Attribute, DeclaredQuantity, Vocabulary
from rulewright.authoring.checks.numerals import Numeral, numerals, unit_of


@dataclass(frozen=True, slots=True)
class Stated:
    """A number, or a range from ``low`` to ``high``, that a part of a knowledge base states.

    ``unit`` is None for a plain number. ``comparison`` is that of a condition (< <= > >=), else empty; ``whole`` says
    that one end of a printed range is not enough: a dose of 2 mg is not what "2-3 mg" says. ``grounds`` are the facts
    that the part names for it, ``what`` names the part, ``words`` is how the number is written there, ``place`` where
    the part stands and ``path`` the keys below it that lead to the number. ``needs_words`` is false for a zero that a
    comparison or a formula is built with: that there is any, or that there is none, is said without a number.
    """

    low: Fraction
    high: Fraction
    unit: Unit | None
    grounds: tuple[str, ...]
    what: str
    words: str
    place: Location
    path: tuple[str, ...] = ()
    comparison: str = ""
    whole: bool = False
    needs_words: bool = True


def stated(knowledge: KnowledgeBase) -> Iterator[Stated]:
    """All of them, in the order of the parts."""
    for fact in knowledge.facts.values():
        for claim in fact.claims:
            yield from _claim(fact, claim, knowledge.vocabulary)
    for regimen in knowledge.regimens:
        yield from _regimen(regimen, knowledge.vocabulary)
    for rule in knowledge.rules.values():
        yield from _rule(rule)
    for quantity in knowledge.vocabulary.quantities.values():
        yield from _quantity(quantity)
    for section in knowledge.vocabulary.sections.values():
        for name, attribute in section.attributes.items():
            yield from _attribute(attribute, f"{section.name}.{name}")
    for name, prohibition in knowledge.vocabulary.prohibitions.items():
        yield from _prohibition(name, prohibition)
    yield from _labels(knowledge)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the knowledge base, of which several numbers are stated."""

    grounds: tuple[str, ...]
    what: str
    place: Location
    path: tuple[str, ...] = field(default=())
    whole: bool = False

    def at(self, *path: str) -> _Part:
        return _Part(self.grounds, self.what, self.place, (*self.path, *path), self.whole)

    def number(self, value: Fraction, unit: Unit | None = None, comparison: str = "", words: str = "") -> Stated:
        written = words or (exact_text(value) if unit is None else f"{exact_text(value)} {unit}")
        return Stated(
            value, value, unit, self.grounds, self.what, written, self.place, self.path, comparison, self.whole
        )

    def compared(self, value: Fraction, unit: Unit | None = None, comparison: str = "", words: str = "") -> Stated:
        """A number that something is compared with or computed from; zero degrees are no more nothing than one is."""
        one = self.number(value, unit, comparison, words)
        nothing = value == 0 and (unit is None or not unit.offset)
        return replace(one, needs_words=False) if nothing else one

    def value(self, value: object) -> Iterator[Stated]:
        """What a value of a claim or of a conclusion states; nothing where it is no number."""
        if isinstance(value, Range):
            text = str(value)
            yield Stated(
                value.low, value.high, value.unit, self.grounds, self.what, text, self.place, self.path, "", self.whole
            )
        elif isinstance(value, Quantity):
            yield self.number(value.value, value.unit)
        elif isinstance(value, Fraction):
            yield self.number(value)

    def text(self, text: str) -> Iterator[Stated]:
        """The numbers in a text of a claim: those with a unit, and those in digits."""
        for found in numerals(text):
            if isinstance(found.unit, Unit) or found.words[:1].isdigit():
                yield self._written(found)

    def shown(self, text: str) -> Iterator[Stated]:
        """The numbers with a unit in a text for people."""
        for found in numerals(text):
            if isinstance(found.unit, Unit):
                yield self._written(found)

    def _written(self, found: Numeral) -> Stated:
        unit = found.unit if isinstance(found.unit, Unit) else None
        at = (self.grounds, self.what, found.words, self.place, self.path, "", self.whole)
        return Stated(found.low, found.high, unit, *at)


def _claim(fact: Fact, claim: Claim, vocabulary: Vocabulary) -> Iterator[Stated]:
    part = _Part((fact.id, *claim.read_by), f"the claim `{claim.kind}` of {fact.id}", claim.location, whole=True)
    yield from _fields(claim.kind, claim.fields, part, vocabulary)


def _regimen(regimen: Regimen, vocabulary: Vocabulary) -> Iterator[Stated]:
    for phase in regimen.phases:
        what = f"the phase `{phase.role}` of the regimen {regimen.id}"
        yield from _fields(regimen.claim, phase.claim, _Part(phase.facts, what, phase.location, whole=True), vocabulary)


def _fields(kind: str, fields: Mapping[str, object], part: _Part, vocabulary: Vocabulary) -> Iterator[Stated]:
    """The numbers in the fields of a claim, those in its texts too."""
    types = vocabulary.claims[kind].fields
    for name, value in fields.items():
        if isinstance(value, str) and name in types and types[name].kind == "text":
            yield from part.at(name).text(value)
        else:
            yield from part.at(name).value(value)


def _rule(rule: Rule) -> Iterator[Stated]:
    part = _Part(rule.because, f"the rule {rule.id}", rule.location)
    if rule.because:
        yield from part.at("title").shown(rule.title)
    seen: set[tuple[Location, Pattern]] = set()
    for condition in (*(rule.written or rule.when), *rule.unless):
        if (condition.location, condition.pattern) not in seen:
            seen.add((condition.location, condition.pattern))
            yield from _condition(condition, part)
    for conclusion in rule.then:
        at = _Part(rule.because, part.what, conclusion.location)
        for _, value in (*conclusion.key, *conclusion.annotations):
            yield from at.value(value)
            if isinstance(value, Amount):
                yield from at.value(value.rate)
                yield from at.value(value.at_most)


def _condition(condition: Condition, part: _Part) -> Iterator[Stated]:
    yield from _pattern(condition.pattern, _Part(part.grounds, part.what, condition.location))


def _pattern(pattern: Pattern, part: _Part) -> Iterator[Stated]:
    if isinstance(pattern, DatumPattern):
        yield from _constraint(str(pattern.path), pattern.constraint, part)
    elif isinstance(pattern, ItemTest):
        yield from _constraint(pattern.field, pattern.constraint, part)
    elif isinstance(pattern, ItemPattern | ConclusionPattern | FactPattern):
        for name, constraint in pattern.constraints:
            yield from _constraint(name, constraint, part)
    elif isinstance(pattern, CountPattern):
        yield from _count(pattern, part)


def _constraint(name: str, constraint: Constraint, part: _Part) -> Iterator[Stated]:
    if isinstance(constraint, Compare) and isinstance(constraint.bound, Quantity):
        bound = constraint.bound
        sign = constraint.op if constraint.op not in ("==", "!=") else ""
        yield part.compared(bound.value, bound.unit, sign, f"{constraint.op} {bound}")
    elif isinstance(constraint, Compare) and isinstance(constraint.bound, Fraction):
        sign = constraint.op if constraint.op not in ("==", "!=") else ""
        words = f"{constraint.op} {exact_text(constraint.bound)}"
        yield part.compared(constraint.bound, _counted(name), sign, words)
    elif isinstance(constraint, OneOf):
        for value in constraint.values:
            if isinstance(value, Fraction):
                yield part.compared(value, _counted(name))


def _counted(name: str) -> Unit | None:
    """What a plain number counts, where the name of its datum says so: `days-given` are days."""
    units = (unit_of(word) for word in name.rpartition(".")[2].split("-") if len(word) > 1)
    return next((unit for unit in units if isinstance(unit, Unit) and unit.commensurable(_DAY)), None)


_DAY = Unit.parse("d")


def _count(pattern: CountPattern, part: _Part) -> Iterator[Stated]:
    """Bounds and points; "any of", "all of" and "none of" are no numbers that a source would state."""
    worth = [points for points, _ in pattern.members]
    plain = all(points == 1 for points in worth)
    trivial = {Fraction(0), Fraction(1), Fraction(len(worth)), Fraction(len(worth) - 1)} if plain else set()
    for sign, bound in ((">=", pattern.at_least), ("<=", pattern.at_most)):
        if bound is not None and bound not in trivial:
            yield part.compared(bound, None, sign, f"{'at_least' if sign == '>=' else 'at_most'}: {exact_text(bound)}")
    for points, member in pattern.members:
        if not plain:
            yield part.number(abs(points), None, "", f"points: {exact_text(points)}")
        yield from _pattern(member, part)


def _quantity(quantity: DeclaredQuantity) -> Iterator[Stated]:
    part = _Part(quantity.because, f"the quantity {quantity.name}", quantity.location, ("formula",))
    formula = parse_formula(quantity.formula)
    factors = _factors(formula, quantity.unit)
    for value in dict.fromkeys(_constants(formula)):
        if value not in factors:
            yield part.compared(value)


def _constants(formula: Formula) -> Iterator[Fraction]:
    if isinstance(formula, Number):
        yield formula.value
    elif isinstance(formula, Operation):
        for operand in formula.operands:
            yield from _constants(operand)


def _factors(formula: Formula, unit: Unit) -> set[Fraction]:
    """Constants that do no more than to convert the units of a product: 60,000 makes kPa times L/min to kilowatts."""
    scale = unit.scale
    for value in inputs(formula):
        scale /= value.unit.scale
    dimension = dict(unit.dimension)
    for value in inputs(formula):
        for base, power in value.unit.dimension:
            dimension[base] = dimension.get(base, 0) - power
    return {scale, 1 / scale} if not any(dimension.values()) else set()


def _attribute(attribute: Attribute, path: str) -> Iterator[Stated]:
    """How long a value is valid, and factors of conversion, where facts are named for them."""
    if attribute.stale_after is not None and attribute.because:
        part = _Part(attribute.because, f"`valid-for` of {path}", attribute.location, ("valid-for",))
        yield from part.value(attribute.stale_after)
    for conversion in attribute.type.conversions:
        if isinstance(conversion.factor, Quantity) and conversion.because:
            yield from _Part(conversion.because, f"a conversion of {path}", attribute.location, ("also",)).value(
                conversion.factor
            )


def _labels(knowledge: KnowledgeBase) -> Iterator[Stated]:
    """The numbers that people read in the labels of terms, where a part that names facts uses the term."""
    labelled = {
        name: term
        for terms in knowledge.vocabulary.terms.values()
        for name, term in terms.items()
        if any(character.isdigit() for character in term.label)
    }
    grounds: dict[str, dict[str, None]] = {name: dict.fromkeys(term.because) for name, term in labelled.items()}
    for facts, words in _users(knowledge) if labelled else ():
        for name in labelled.keys() & set(words):
            grounds[name] |= dict.fromkeys(facts)
    for name, term in labelled.items():
        if grounds[name]:
            part = _Part(tuple(grounds[name]), f"the label of {name}", term.location, ("label",))
            yield from part.shown(term.label)


def _users(knowledge: KnowledgeBase) -> Iterator[tuple[Iterable[str], Iterable[object]]]:
    """Parts that use terms: the facts that each names, and the terms."""
    for fact in knowledge.facts.values():
        for claim in fact.claims:
            yield (fact.id, *claim.read_by), (value for value in claim.fields.values() if isinstance(value, str))
    for rule in knowledge.rules.values():
        if rule.because:
            drawn = (value for each in rule.then for _, value in (*each.key, *each.annotations))
            codes = (code for each in (*rule.when, *rule.unless) for code in _codes(each.codes))
            yield rule.because, (value for value in (*drawn, *codes) if isinstance(value, str))
    for section in knowledge.vocabulary.sections.values():
        for attribute in section.attributes.values():
            yield attribute.because, (attribute.missing, attribute.stale)


def _codes(codes: Codes) -> tuple[str, ...]:
    return codes.when_false, codes.when_unknown, codes.when_true


def _prohibition(name: str, entry: Mapping[str, object]) -> Iterator[Stated]:
    because = cast("tuple[str, ...]", entry["because"])
    part = _Part(because, f"the prohibition {name}", cast("Location", entry["location"]), whole=True)
    dose = entry.get("no-dose")
    if because:
        yield from part.at("sentence").shown(str(entry["sentence"]))
    if because and isinstance(dose, Mapping) and isinstance(dose.get("amount"), str):
        yield from part.at("no-dose", "amount").value(parse_quantity(dose["amount"]))


def stands(wanted: Stated, numeral: Numeral) -> bool:
    """Whether a numeral of a text says the number that is stated, in whatever unit."""
    if wanted.low != wanted.high:
        return (
            numeral.is_range
            and _equal(wanted.low, wanted, numeral.low, numeral)
            and _equal(wanted.high, wanted, numeral.high, numeral)
        )
    if numeral.is_range and wanted.whole:
        return False
    return any(_equal(wanted.low, wanted, value, numeral) for value in {numeral.low, numeral.high, *_apart(numeral)})


_TWO_GROUPS = re.compile(r"[0-9]{1,3} (?P<last>[0-9]{3})(?!\s?[0-9])")


def _apart(numeral: Numeral) -> Iterator[Fraction]:
    """The second of two numbers that a blank parts, where they may be groups of digits of one: "2 500 mg sachets"."""
    if groups := _TWO_GROUPS.match(numeral.words):
        yield Fraction(groups["last"])


def end_stands(value: Fraction, wanted: Stated, numeral: Numeral) -> bool:
    """Whether a single number of a text is one end of the range that is stated: "from 2 mg, up to 3 mg"."""
    return not numeral.is_range and _equal(value, wanted, numeral.low, numeral)


def comparable(wanted: Stated, numeral: Numeral) -> bool:
    """Whether a numeral measures what is stated, whatever its value."""
    return wanted.unit is None or next(_in_unit(numeral.low, numeral, wanted.unit), None) is not None


def _equal(value: Fraction, wanted: Stated, read: Fraction, numeral: Numeral) -> bool:
    if wanted.unit is None or (value == 0 == read and numeral.unit is None):  # "below zero" is so in any unit
        return value == read
    if any(value == converted for converted in _in_unit(read, numeral, wanted.unit)):
        return True
    return isinstance(numeral.unit, Unit) and _same_time(value, wanted.unit, read, numeral.unit)


def _in_unit(value: Fraction, numeral: Numeral, unit: Unit) -> Iterator[Fraction]:
    """A number of a text in a unit, where it can be: also as a rate, by one of what its sentence is about."""
    if isinstance(numeral.unit, str):
        if unit.dimension == _KELVIN.dimension:
            yield value
        return
    if numeral.unit is None:
        if not unit.dimension and unit.scale == 1:
            yield value
        if numeral.often is not None and numeral.often.commensurable(unit):
            yield numeral.often.convert(value, unit)
        return
    if numeral.unit.commensurable(unit):
        yield numeral.unit.convert(value, unit)
        return
    for measure in numeral.per:
        try:
            rate = numeral.unit / measure
        except UnitError:
            continue
        if rate.commensurable(unit):
            yield rate.convert(value, unit)


_KELVIN = Unit.parse("K")
_CALENDAR = {"mo": (30, 31), "a": (365, 366)}
"""Days that a month and a year have on the calendar, beside those of the unit."""


def _same_time(value: Fraction, unit: Unit, read: Fraction, printed: Unit) -> bool:
    """Whether "a month" means the time that is stated: by the calendar a month is 30 or 31 days."""
    days = _CALENDAR.get(printed.text, ())
    if not days or not unit.commensurable(_DAY):
        return False
    return any(unit.convert(value, _DAY) == read * number for number in days)
