"""Numbers, units and times in words that cannot be misread, after ISMP's list of error-prone dose designations.

UCUM is for programs: ``mg/kg/d`` is printed as "mg/kg per day", ``U`` as "units", ``2-3`` as "2 to 3". Numbers have
thousands separators and neither a trailing zero nor a naked decimal point. What was written is printed in full, as a
bound or a value of a case that is rounded seems to be where it is not. What was computed has four significant figures,
and more beside a bound (`engine.model.rounding`).
"""

from __future__ import annotations

import re
from fractions import Fraction

from engine.model.advice import Number, Span
from engine.model.quantity import Quantity, Range, exact_text, significant
from engine.model.rounding import range_beside
from engine.model.unit import Unit, UnitError

SIGNIFICANT_FIGURES = 4

_PER_TIME = {
    "s": "per second",
    "min": "per minute",
    "h": "per hour",
    "d": "per day",
    "wk": "per week",
    "mo": "per month",
    "a": "per year",
}
_TIMES = {
    "s": "second",
    "min": "minute",
    "h": "hour",
    "d": "day",
    "wk": "week",
    "mo": "month",
    "a": "year",
}
_WORDS = {
    "U": "units",
    "kU": "thousand units",
    "mU": "milliunits",
    "[IU]": "international units",
    "[iU]": "international units",
    "k[IU]": "thousand international units",
    "ug": "mcg",
    "Cel": "°C",
    "[degF]": "°F",
    "[lb_av]": "pounds",
    "[in_i]": "inches",
    "[ft_i]": "feet",
    "[mi_i]": "miles",
    "[oz_av]": "ounces",
    "[gal_us]": "US gallons",
    "[psi]": "psi",
    "[ppm]": "ppm",
    "[ppb]": "ppb",
    "har": "hectares",
    "deg": "degrees",
    "Ohm": "ohms",
    "m[Hg]": "metres of mercury",
    "mm[Hg]": "mmHg",
    "l": "L",
    "dl": "dL",
    "ml": "mL",
    "ul": "microlitres",
    "uL": "microlitres",
    "1": "",
}
_SUPERSCRIPTS = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_ANNOTATION = re.compile(r"\{([^{}]*)\}")
_POWER_OF_TEN = re.compile(r"10\*(-?\d+)\Z")
_EXPONENT = re.compile(r"(.*?[A-Za-z\]])([-+]?\d+)\Z")

_NUMBER = r"-?\d+(?:\.\d+)?"
_QUANTITY = re.compile(rf"(?<![\w.,])(?P<low>{_NUMBER})(?:-(?P<high>{_NUMBER}))? (?P<unit>[A-Za-z%\[{{1][^\s,;()=]*)")
_WHOLE = re.compile(rf"(?P<sign>[<>]=? )?(?P<number>{_NUMBER})(?: (?P<unit>\S+))?(?P<rest> \(.*\))?\Z")
_COMPARISONS = {">": "more than ", ">=": "at least ", "<": "less than ", "<=": "at most ", "": ""}
_UNSPOKEN = frozenset({"a", "m", "s", "A"})
"""Unit symbols that are words or letters in a sentence too: left alone in running text."""
_INSTANT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::00(?:\.0+)?)?(?:Z|\+00:00)")


def unit_words(unit: str, one: bool = False) -> str:
    """A UCUM unit as people read it: ``mg/kg/d`` is "mg/kg per day". ``one`` is for the number 1: "day", not "days"."""
    above, *below = unit.split("/")
    text = _above(above, one and not below)
    for part in below:
        if part in _PER_TIME:
            text += f" {_PER_TIME[part]}"
        elif part.startswith("{"):
            text += f" per {_noted(part)}"
        else:
            text += f"/{_component(part)}"
    return text.strip()


def number_words(value: Fraction, digits: int | None = SIGNIFICANT_FIGURES) -> str:
    """A number to four significant figures (``digits=None``: all of it), with thousands separators: "1,000", "0.5"."""
    text = exact_text(value) if digits is None else significant(value, digits)
    if "/" in text:  # a ratio without end
        text = significant(value, SIGNIFICANT_FIGURES)
    sign, text = ("−", text[1:]) if text.startswith("-") else ("", text)
    whole, point, decimals = text.partition(".")
    return f"{sign}{int(whole):,}{point}{decimals}"


def amount_words(number: Number, digits: int | None = SIGNIFICANT_FIGURES) -> str:
    """An amount with its unit: "1,000 mg per day"."""
    value = Fraction(number.value)
    return _joined(number_words(value, digits), unit_words(number.unit, value == 1))


def span_words(span: Span, digits: int | None = SIGNIFICANT_FIGURES) -> str:
    """A range with its unit, its ends joined by "to" (a hyphen is read as a minus): "50 to 250 mg per day"."""
    return _range_words(Fraction(span.low), Fraction(span.high), span.unit, digits)


def product_words(product: Span, cap: Number | None) -> str:
    """A computed range beside its cap: no end of it is rounded to where the cap is, or beyond."""
    limit = Quantity(Fraction(cap.value), Unit.parse(cap.unit)) if cap else None
    shown = range_beside(Range(Fraction(product.low), Fraction(product.high), Unit.parse(product.unit)), limit)
    return _range_words(shown.low, shown.high, product.unit, None)


def value_words(text: str) -> str:
    """A value as a case writes it: ``> 40000 ng/mL`` is "more than 40,000 ng/mL"; what is no quantity stays."""
    match = _WHOLE.match(text)
    if match is None or not _is_unit(match["unit"] or "1"):
        return _INSTANT.sub(r"\1 \2 UTC", text)
    value = Fraction(match["number"])
    if value < 0 and match["unit"] in _TIMES:
        return f"{_joined(number_words(-value, None), unit_words(match['unit'], value == -1))} before the as-of time"
    unit = unit_words(match["unit"] or "1", value == 1)
    return (
        _COMPARISONS[(match["sign"] or "").strip()] + _joined(number_words(value, None), unit) + (match["rest"] or "")
    )


def sentence_words(text: str) -> str:
    """Running text with its quantities in words: ``50-75 mg/d`` is "50 to 75 mg per day", ``x`` between them is "×"."""
    text = re.sub(r"(?<=[\w)]) x (?=[\d(])", " × ", text)
    return _QUANTITY.sub(_in_words, text)


def time_words(text: str) -> str:
    """An instant in UTC for people: 2026-03-01T08:00:00Z is "2026-03-01 08:00 UTC"."""
    return _INSTANT.sub(r"\1 \2 UTC", text)


def _in_words(match: re.Match[str]) -> str:
    unit = match["unit"].rstrip(".:")
    ending = match["unit"][len(unit) :]
    if unit in _UNSPOKEN or not _is_unit(unit):
        return match[0]
    return _range_words(Fraction(match["low"]), Fraction(match["high"] or match["low"]), unit, None) + ending


def _range_words(low: Fraction, high: Fraction, unit: str, digits: int | None) -> str:
    first, last = number_words(low, digits), number_words(high, digits)
    numbers = first if first == last else f"{first} to {last}"
    return _joined(numbers, unit_words(unit, low == high == 1))


def _joined(number: str, unit: str) -> str:
    return f"{number}{unit}" if unit.startswith("%") else f"{number} {unit}".strip()


def _above(text: str, one: bool) -> str:
    if text in _TIMES:
        return _TIMES[text] + ("" if one else "s")
    return "·".join(word for part in text.split(".") if (word := _component(part)))


def _component(text: str) -> str:
    power = _POWER_OF_TEN.match(text)
    if power:
        return "× 10" + power[1].translate(_SUPERSCRIPTS)
    bare = _ANNOTATION.sub("", text)
    if bare in _WORDS:
        return _WORDS[bare]
    if bare in _TIMES:
        return _TIMES[bare]
    raised = _EXPONENT.match(bare)
    if raised:
        return _WORDS.get(raised[1], raised[1]) + raised[2].translate(_SUPERSCRIPTS)
    return bare


def _noted(text: str) -> str:
    """The annotation of a denominator, its unit raised: ``{1.73_m2}`` is "1.73 m²"."""
    words = _ANNOTATION.sub(r"\1", text).replace("_", " ")
    return " ".join(_component(word) for word in words.split(" "))


def _is_unit(text: str) -> bool:
    try:
        Unit.parse(text)
    except UnitError:
        return False
    return True
