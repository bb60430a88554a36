"""Quantities, ranges and intervals with their units, in exact rationals; how they are read and printed.

A `Quantity` is one value, a `Range` is a dose as a guideline writes it (2-3 mg/kg/d), an `Interval` is what is known of
a measured value (> 40000 ng/mL). Nothing here rounds but the printing functions and `square_root`.

Everything that cannot be read raises `QuantityError`; its subclass `UnitError` says that a unit is unknown, or that two
units do not measure the same kind of thing (the tree is drawn in `engine.model.unit`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from engine.model.unit import QuantityError, Unit, UnitError

__all__ = [
    "OPERATORS",
    "Interval",
    "Quantity",
    "QuantityError",
    "Range",
    "Unit",
    "UnitError",
    "exact_text",
    "parse_comparison",
    "parse_interval",
    "parse_quantity",
    "parse_range",
    "significant",
    "square_root",
    "thousands",
]

OPERATORS = ("<", "<=", ">", ">=", "==", "!=")

_MOST_DIGITS = 40
_ROOT_DIGITS = 34


def _with_unit(number: str, unit: Unit, digits: int | None) -> str:
    """The number and its unit. For readers a plain number has no unit; exact text keeps its `1` and so reads back."""
    return number if digits is not None and unit.text == "1" else f"{number} {unit}"


def _number(value: Fraction, digits: int | None) -> str:
    return exact_text(value) if digits is None else significant(value, digits)


def _must_be_exact(*values: Fraction | None) -> None:
    """Keep floats out even where nobody runs mypy: one float would make everything that follows inexact."""
    for value in values:
        if value is not None and not isinstance(value, Fraction):
            raise TypeError(f"a quantity holds a Fraction, not {type(value).__name__}")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value with its unit. Equal when both are written the same; `compare` asks whether 1 g is 1000 mg."""

    value: Fraction
    unit: Unit

    def __post_init__(self) -> None:
        _must_be_exact(self.value)

    def __str__(self) -> str:
        return self.text()

    def text(self, digits: int | None = None) -> str:
        """``600 mg/d``: to so many significant figures, or exactly (1/3 as a ratio), which `parse_quantity` reads."""
        return _with_unit(_number(self.value, digits), self.unit, digits)

    def to(self, unit: Unit) -> Quantity:
        """The same quantity in another unit, exactly. Raises `UnitError` where the units are not commensurable."""
        return Quantity(self.unit.convert(self.value, unit), unit)

    def compare(self, other: Quantity) -> int:
        """-1, 0 or 1 as this is less than, equal to or more than the other.

        Raises `UnitError` where the units are not commensurable.
        """
        own = self.unit.convert(self.value, other.unit)
        return (own > other.value) - (own < other.value)

    def inverse(self) -> Quantity:
        """One over this. Raises `ZeroDivisionError` for zero, `UnitError` for Cel and [degF]."""
        return Quantity(1 / self.value, self.unit.inverse())

    def __add__(self, other: Quantity) -> Quantity:
        """The sum, in the unit of the left. Raises `UnitError` for other kinds of quantity, and for Cel and [degF]."""
        return Quantity(self.value + self._addend(other), self.unit)

    def __sub__(self, other: Quantity) -> Quantity:
        """The difference, in the unit of the left. Raises `UnitError` as addition does."""
        return Quantity(self.value - self._addend(other), self.unit)

    def __mul__(self, other: Quantity) -> Quantity:
        """The product. Where one factor is "per" something that the other measures, that other is converted first.

        So 30 mg/kg/d times 20000 g is 600 mg/d, in either order. What is itself a rate is not converted.
        Raises `UnitError` for Cel and [degF].
        """
        left, right = self._fitted(other.unit), other._fitted(self.unit)
        return Quantity(left.value * right.value, left.unit * right.unit)

    def __truediv__(self, other: Quantity) -> Quantity:
        """The ratio. By a plain unit nothing is converted (600 mg / 20 kg is 30 mg/kg), by a rate it is as in products.

        So 600 mg / (2 g/kg) is 0.3 kg. Raises `ZeroDivisionError`, and `UnitError` for Cel and [degF].
        """
        if other.unit.denominators():
            return self * other.inverse()
        return Quantity(self.value / other.value, self.unit / other.unit)

    def _addend(self, other: Quantity) -> Fraction:
        if self.unit.offset or other.unit.offset:
            raise UnitError(
                f"`{self}` and `{other}` are not added or subtracted: the zero of a temperature scale is arbitrary",
                "convert both to `K`",
            )
        return other.unit.convert(other.value, self.unit)

    def _fitted(self, rate: Unit) -> Quantity:
        """This quantity in the unit that ``rate`` is per, where it is per something that this measures."""
        if self.unit.denominators():  # kg.d/mg has the dimension of a time, and yet it is not the day of mg/d
            return self
        for unit in rate.denominators():
            # A dimensionless denominator, such as {1.73_m2}, says how a rate was normalised; a percentage is not that.
            if unit.dimension and unit.commensurable(self.unit):
                return self.to(unit)
        return self


@dataclass(frozen=True, slots=True)
class Range:
    """A closed range as guidelines write doses: 2-3 mg/kg/d; a single dose has equal ends.

    Raises `QuantityError` when the low end is above the high one.
    """

    low: Fraction
    high: Fraction
    unit: Unit

    def __post_init__(self) -> None:
        _must_be_exact(self.low, self.high)
        if self.low > self.high:
            low, high = exact_text(self.low), exact_text(self.high)
            raise QuantityError(f"the range {low}-{high} is upside down", f"write `{high}-{low} {self.unit}`")

    def __str__(self) -> str:
        return self.text(None)

    def text(self, digits: int | None = 4) -> str:
        """``40-60 mg/d`` or ``600 mg/d``, to so many significant figures; with None exactly, as `parse_range` reads."""
        low, high = _number(self.low, digits), _number(self.high, digits)
        return _with_unit(low if low == high else f"{low}-{high}", self.unit, digits)

    def to(self, unit: Unit) -> Range:
        """The same range in another unit. Raises `UnitError` where the units are not commensurable."""
        return Range(self.unit.convert(self.low, unit), self.unit.convert(self.high, unit), unit)

    def times(self, quantity: Quantity) -> Range:
        """The range of products, 2-3 mg/kg/d times 20 kg is 40-60 mg/d. Raises `UnitError` as a product does."""
        ends = [Quantity(end, self.unit) * quantity for end in (self.low, self.high)]
        low, high = sorted(end.value for end in ends)
        return Range(low, high, ends[0].unit)

    def at_most(self, cap: Quantity) -> tuple[Range, str]:
        """What the cap leaves of the range, in the unit of the range, and how it applied.

        ``below``: all of the range is below the cap; ``at``: its high end is the cap; ``capped``: only the cap is left;
        ``partly capped``: the low end is below it. Raises `UnitError` where the units are not commensurable.
        """
        limit = cap.to(self.unit).value
        if self.high <= limit:
            return self, "at" if self.high == limit else "below"
        return Range(min(self.low, limit), limit, self.unit), "partly capped" if self.low < limit else "capped"


@dataclass(frozen=True, slots=True)
class Interval:
    """What is known of a measured value: it lies between two ends, each left out when open, and unbounded when None.

    An exact value has equal ends. An unbounded end counts as open. Nothing is assumed of values (not that they are
    positive). Raises `QuantityError` when no value can lie between the ends.
    """

    low: Fraction | None
    high: Fraction | None
    low_open: bool
    high_open: bool
    unit: Unit

    def __post_init__(self) -> None:
        _must_be_exact(self.low, self.high)
        object.__setattr__(self, "low_open", self.low_open or self.low is None)
        object.__setattr__(self, "high_open", self.high_open or self.high is None)
        if self.low is None or self.high is None or self.low < self.high:
            return
        if self.low > self.high or self.low_open or self.high_open:
            raise QuantityError(f"no value lies in {self._brackets(None)}")

    @classmethod
    def of(cls, quantity: Quantity, operator: str = "==") -> Interval:
        """The values that satisfy an operator (< <= > >= ==) against a quantity. Raises `ValueError` for any other."""
        value, unit = quantity.value, quantity.unit
        if operator == "==":
            return cls(value, value, False, False, unit)
        if operator in ("<", "<="):
            return cls(None, value, True, operator == "<", unit)
        if operator in (">", ">="):
            return cls(value, None, operator == ">", True, unit)
        raise ValueError(f"the operator {operator!r} does not bound an interval")

    def __str__(self) -> str:
        return self.text()

    def text(self, digits: int | None = None) -> str:
        """``20 kg``, ``> 40000 ng/mL``, or ``[2, 3) mg/L`` with two ends: exact, or to so many significant figures."""
        if self.low is not None and self.low == self.high:
            return _with_unit(_number(self.low, digits), self.unit, digits)
        if self.low is not None and self.high is None:
            return _with_unit(f"{'>' if self.low_open else '>='} {_number(self.low, digits)}", self.unit, digits)
        if self.high is not None and self.low is None:
            return _with_unit(f"{'<' if self.high_open else '<='} {_number(self.high, digits)}", self.unit, digits)
        return _with_unit(self._brackets(digits), self.unit, digits)

    def _brackets(self, digits: int | None) -> str:
        low = "-inf" if self.low is None else _number(self.low, digits)
        high = "inf" if self.high is None else _number(self.high, digits)
        return f"{'(' if self.low_open else '['}{low}, {high}{')' if self.high_open else ']'}"

    @property
    def exact(self) -> Quantity | None:
        """The value, where only one is possible."""
        return Quantity(self.low, self.unit) if self.low is not None and self.low == self.high else None

    def to(self, unit: Unit) -> Interval:
        """The same interval in another unit. Raises `UnitError` where the units are not commensurable."""
        low = None if self.low is None else self.unit.convert(self.low, unit)
        high = None if self.high is None else self.unit.convert(self.high, unit)
        return Interval(low, high, self.low_open, self.high_open, unit)

    def compare(self, operator: str, bound: Quantity) -> bool | None:
        """True when every value of the interval satisfies the operator, False when none does, None when it depends.

        Raises `UnitError` where the units are not commensurable, `ValueError` for an unknown operator.
        """
        return self.compare_interval(operator, Interval.of(bound))

    def compare_interval(self, operator: str, other: Interval) -> bool | None:
        """As `compare`, over every pair of a value of this interval and a value of the other."""
        own = self.to(other.unit)
        if operator == "<":
            return _settled(own._always_below(other), other._always_at_most(own))
        if operator == "<=":
            return _settled(own._always_at_most(other), other._always_below(own))
        if operator == ">":
            return _settled(other._always_below(own), own._always_at_most(other))
        if operator == ">=":
            return _settled(other._always_at_most(own), own._always_below(other))
        same = own.exact is not None and own.exact.value == other.low == other.high
        apart = own._always_below(other) or other._always_below(own)
        if operator == "==":
            return _settled(same, apart)
        if operator == "!=":
            return _settled(apart, same)
        raise ValueError(f"unknown operator {operator!r}: one of {' '.join(OPERATORS)}")

    def _always_at_most(self, other: Interval) -> bool:
        return self.high is not None and other.low is not None and self.high <= other.low

    def _always_below(self, other: Interval) -> bool:
        touching_open = self.high == other.low and (self.high_open or other.low_open)
        return self._always_at_most(other) and (self.high != other.low or touching_open)


def _settled(always: bool, never: bool) -> bool | None:
    return True if always else False if never else None


_PLAIN = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?"
_PLAIN_NUMBER = re.compile(_PLAIN)
_TWO_ENDS = re.compile(r"(-?[0-9.,]+)-(-?[0-9.,]+)")
_SPACED_RANGE = re.compile(rf"({_PLAIN}) *(?:-|\u2013|\u2014|to) *({_PLAIN})(?: +(.+))?")  # with any dash, or in words
_GLUED = re.compile(rf"({_PLAIN}(?:-{_PLAIN})?)\s*((?![eE][+-]?[0-9])[^0-9\s.,+-].*)")
_COMPARED = re.compile(r"([<>=!~≤≥≈]+) *(.*)", re.DOTALL)
_OPERATOR_SLIPS = {"≤": "<=", "≥": ">=", "=<": "<=", "=>": ">=", "=": "==", "<>": "!="}


def parse_quantity(text: str) -> Quantity:
    """The quantity that ``text`` writes: a plain decimal number, a space and a UCUM unit (``20 kg``, ``5 1``).

    Raises `QuantityError`, or `UnitError` when it is the unit that cannot be read.
    """
    number, unit = _halves(text, "20 kg")
    return Quantity(_read_number(number), Unit.parse(unit))


def parse_range(text: str) -> Range:
    """The range that ``text`` writes, ``2-3 mg/kg/d``, or a single dose, ``30 mg/kg/d``.

    Raises `QuantityError`, or `UnitError` when it is the unit that cannot be read.
    """
    spaced = _SPACED_RANGE.fullmatch(text.strip(" "))
    if spaced and not text.strip(" ").startswith(f"{spaced[1]}-{spaced[2]}"):
        low, high, unit = (_shown(part) for part in spaced.groups("mg/d"))
        message = f"`{_shown(text)}` is not how a range is written: one `-`, and no space around it"
        raise QuantityError(message, f"write `{low}-{high} {unit}`")
    number, unit = _halves(text, "2-3 mg/kg/d")
    low, high = _ends(number)
    return Range(_read_number(low), _read_number(high), Unit.parse(unit))


def parse_interval(text: str) -> Interval:
    """What ``text`` says of a measured value: ``20 kg`` exactly, or ``> 40000 ng/mL`` (also >= < <=).

    Raises `QuantityError`, or `UnitError` when it is the unit that cannot be read.
    """
    if not _COMPARED.fullmatch(text.strip(" ")):
        return Interval.of(parse_quantity(text))
    operator, quantity = parse_comparison(text)
    if operator in ("==", "!="):
        raise QuantityError(
            f"`{operator}` does not qualify a measured value", f"write `{quantity}`, or one of < <= > >="
        )
    return Interval.of(quantity, operator)


def parse_comparison(text: str) -> tuple[str, Quantity]:
    """The operator (one of `OPERATORS`) and the bound that ``text`` writes: ``>= 24 h``.

    Raises `QuantityError`, or `UnitError` when it is the unit that cannot be read.
    """
    match = _COMPARED.fullmatch(text.strip(" "))
    if match is None:
        hint = f"write one of {' '.join(OPERATORS)} before it, such as `>= 24 h`"
        raise QuantityError(f"`{_shown(text)}` compares with nothing", hint)
    operator, rest = match.groups()
    if operator not in OPERATORS:
        right = _OPERATOR_SLIPS.get(operator)
        hint = f"did you mean `{right}`?" if right else f"one of {' '.join(OPERATORS)}"
        raise QuantityError(f"`{_shown(operator)}` is not a comparison", hint)
    return operator, parse_quantity(rest)


def _shown(text: str) -> str:
    return text if len(text) <= _MOST_DIGITS else text[:20] + "…"


def _ends(number: str) -> tuple[str, str]:
    """The two numbers of a range; a single number twice."""
    two = _TWO_ENDS.fullmatch(number)
    return (two[1], two[2]) if two else (number, number)


def _halves(text: str, example: str) -> tuple[str, str]:
    """The number and the unit, apart, both as written. Raises `QuantityError` where one is missing."""
    number, _, unit = text.strip(" ").partition(" ")
    if not number:
        raise QuantityError("there is no quantity here", f"write a number, a space and a unit: `{example}`")
    if unit:
        return number, unit.strip(" ")
    glued = _GLUED.fullmatch(number) if len(number) <= _MOST_DIGITS else None
    if glued:
        message = f"there is no plain space between number and unit in `{number}`"
        raise QuantityError(message, f"write `{glued[1]} {glued[2]}`")
    for end in _ends(number):
        _read_number(end)  # what is wrong with the number comes first
    hint = f"write its unit after a space, as in `{example}`; a plain number is `{_shown(number)} 1`"
    raise QuantityError(f"`{_shown(number)}` has no unit", hint)


def _read_number(text: str) -> Fraction:
    """The value of a plain decimal number. Raises `QuantityError`, with a message for each other form."""
    digits = sum(character.isdigit() for character in text)
    if digits > _MOST_DIGITS:  # before anything is made of it: the cost of a number grows with its square
        raise QuantityError(f"`{_shown(text)}` has {digits} digits; at most {_MOST_DIGITS} are read")
    if _PLAIN_NUMBER.fullmatch(text):
        return Fraction(text)
    raise QuantityError(*_what_is_wrong(text))


def _what_is_wrong(text: str) -> tuple[str, str]:
    """Message and hint for a number that is not a plain decimal."""
    shown, sign, size = _shown(text), "-" if text.startswith("-") else "", text.lstrip("+-")
    if _TWO_ENDS.fullmatch(text):
        return f"`{shown}` is a range, where one number is expected", "write one number"
    if re.fullmatch(r"(?i)(inf|infinity|nan|∞|\.inf|\.nan)", size):
        return f"`{shown}` is not a number", "a value beyond what was measured is written `> 40000 ng/mL`"
    if "," in text:
        if re.fullmatch(r"[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?", size):
            either = size.count(",") == 1 and "." not in size
            other = f", or `{sign}{size.replace(',', '.')}` if it separates decimals" if either else ""
            return (
                f"`{shown}` has a comma, which does not say whether it separates thousands or decimals",
                f"write `{sign}{size.replace(',', '')}`{other}",
            )
        decimal = size.replace(",", ".")
        hint = f"write `{sign}{decimal}`" if _PLAIN_NUMBER.fullmatch(decimal) else "write decimals with a point"
        return f"`{shown}` has a comma", hint
    if re.fullmatch(r"[0-9.]+[eE][+-]?[0-9]+", size):
        return f"`{shown}` has an exponent", "write all of its digits, or a unit such as `10*9/L`"
    if re.fullmatch(r"\.[0-9]+", size):
        return f"`{shown}` begins with a point, which is easily overlooked", f"write `{sign}0{size}`"
    if re.fullmatch(r"[0-9]+\.", size):
        return f"`{shown}` ends with a point, which is easily overlooked", f"write `{sign}{size[:-1]}`"
    if re.fullmatch(r"0[0-9]+(\.[0-9]+)?", size):
        whole, point, decimals = size.partition(".")
        return f"`{shown}` begins with a zero", f"write `{sign}{whole.lstrip('0') or '0'}{point}{decimals}`"
    if text.startswith("+") and _PLAIN_NUMBER.fullmatch(text[1:]):
        return f"`{shown}` has a plus sign", f"write `{text[1:]}`"
    return f"`{shown}` is not a number", "write a plain decimal number, such as `20` or `0.5`"


def square_root(value: Fraction) -> Fraction:
    """The square root, correctly rounded to 34 significant digits, a half to even; exact where those digits suffice.

    This is IEEE 754 decimal128 precision. It is found on integers, not with `decimal`: a ratio such as 1/7 would be
    rounded before its root is taken and again after. Raises `ValueError` for a negative value.
    """
    if value < 0:
        raise ValueError(f"{exact_text(value)} is negative and has no square root")
    if not value:
        return value
    places = _ROOT_DIGITS - 1 - _magnitude(value) // 2
    scaled = value * Fraction(100) ** places
    root = isqrt(scaled.numerator // scaled.denominator)
    beyond_half = scaled - (root + Fraction(1, 2)) ** 2
    if beyond_half > 0 or (beyond_half == 0 and root % 2):
        root += 1
    return root / Fraction(10) ** places


def significant(value: Fraction, digits: int = 4) -> str:
    """The value in plain decimals to so many significant figures, a half to even: 139.754 is ``139.8``.

    Digits before the point are never dropped (12345.6 is ``12346``); no exponent, no zero at the end of decimals and no
    naked point (ISMP). Raises `ValueError` when ``digits`` is less than 1.
    """
    if digits < 1:
        raise ValueError("at least one significant figure is needed")
    places = max(0, digits - 1 - _magnitude(value)) if value else 0
    return _plain(round(value * 10**places), places)


def exact_text(value: Fraction) -> str:
    """All decimals of the value, or a ratio (``1/3``) where they have no end."""
    places, rest = 0, value.denominator
    for prime in (2, 5):
        power = 0
        while rest % prime == 0:
            rest, power = rest // prime, power + 1
        places = max(places, power)
    return _plain(int(value * 10**places), places) if rest == 1 else str(value)


def thousands(text: str) -> str:
    """The text of one quantity, range or interval with separators from 1,000 on: ``1,000-2,000 mg/d``.

    Only the numbers before the unit change: ``10*9/L`` stays, and so does a text that begins in any other way.
    """
    match = re.match(rf"(?:[<>]=? )?{_PLAIN}(?:-{_PLAIN})?(?= |$)", text)
    if match is None:
        return text
    return re.sub(r"(?<![0-9.])[0-9]+", lambda whole: f"{int(whole[0]):,}", match[0]) + text[match.end() :]


def _plain(scaled: int, places: int) -> str:
    """``scaled / 10**places`` in plain decimals, without zeros at the end of the decimals."""
    digits = str(abs(scaled)).rjust(places + 1, "0")
    whole, decimals = digits[: len(digits) - places], digits[len(digits) - places :].rstrip("0")
    return ("-" if scaled < 0 else "") + whole + ("." + decimals if decimals else "")


def _magnitude(value: Fraction) -> int:
    """The power of ten of the first significant digit: 0 for 1 to 9.99, -1 for 0.1. The value is not zero."""
    size = abs(value)
    guess = len(str(size.numerator)) - len(str(size.denominator))
    return guess if size >= Fraction(10) ** guess else guess - 1
