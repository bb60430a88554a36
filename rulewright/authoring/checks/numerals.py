"""Numbers in running text, with their units and with what the words beside them say of a bound.

Read are numbers in digits and in words (see `number_words`), ranges ("24-48 hours", "2 to 3 mg"), a single unit of time
("a day"), times of two units ("1 h 30 min"), and frequencies ("twice weekly"). Units are written as people write them:
"mg/kg/day", "mg per kg", "milligrams", "m²", "degrees Celsius". Digits inside of a name (IL-1, VP-16) are no number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from engine.model.quantity import exact_text
from engine.model.unit import Unit, UnitError
from rulewright.authoring.checks.number_words import NUMBER, value_of
from rulewright.authoring.checks.texts import plain

DEGREE = "degree"
"""In the place of a unit: degrees of a temperature, of no named scale."""

COMPLEMENTS = {"<": ">=", ">=": "<", ">": "<=", "<=": ">"}
"""What is the case where a bound is not kept."""


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as it stands in a text, or the range from ``low`` to ``high``.

    ``unit`` is None where none follows, `DEGREE` for degrees of no named scale. ``bound`` is the comparison that the
    words beside it make (``at least`` is >=), empty where they make none. ``per`` are the units that its sentence is
    about one of ("for each centimetre"). ``words`` is how it stands in the text. ``often`` is the unit of a plain
    number that is told of a time: one over a day in "10 seals leak per day", None where it is told of none.
    """

    low: Fraction
    high: Fraction
    unit: Unit | str | None
    bound: str
    per: tuple[Unit, ...]
    words: str
    often: Unit | None = None

    @property
    def is_range(self) -> bool:
        """Whether it has two ends."""
        return self.low != self.high


_TIMES = {"once": 1, "twice": 2, "thrice": 3}
_START = re.compile(
    rf"(?<![\w.])(?<![^\W\d_]-)(?P<minus>(?:(?<!\S)-|(?i:\bminus ))?)(?P<number>{NUMBER})"
    rf"|\b(?P<single>(?i:an?)) (?:(?:full|whole|single) )?(?=[a-z])|\b(?P<times>(?i:once|twice|thrice))\b"
)
_NUMBER = re.compile(NUMBER)
"""Compiled once, as it is large: what leads to a number is a pattern of its own."""
_TO = re.compile(r"\s?(?:-|to\s)\s?")
_AND = re.compile(r"\sand\s")
_AND_A_HALF = re.compile(r"\sand a half\b")
_REST = re.compile(r"\s(?:and\s)?")
_SMALLER = {"a": ("mo", 12), "wk": ("d", 7), "d": ("h", 24), "h": ("min", 60), "min": ("s", 60)}
"""The unit that the rest of a time is told in, and how much of it there is at most."""
_TOKEN = re.compile(r"[^\s,;:()\[\]\"]+")
_LATER = r"(?!\w+ (?:later|earlier|ago|afterwards)\b)"
"""In "200 g a month later" the month is no part of the unit."""
_PER = re.compile(rf"\s*(?:/|per |an? {_LATER}|each |every |for each |for every )\s*(?=[^\s])")
_APART = re.compile(r"\s?\((?P<unit>[^\s()]{2,}|%)\)")
"""A unit in brackets: 28 (°C)."""
_WHOLE = re.compile(r"[ -]?(?:(?:full|whole|consecutive|successive) )?")
_ADVERB = re.compile(r"\s+(?P<word>hourly|daily|weekly|monthly|yearly)\b")
_OF_ONE = re.compile(r"(?i)\b(?:per|each|every|an?|one|1)\s(?P<word>[^\s,;:()\[\]\"]+)")
_OFTEN = re.compile(
    r"(?:\s+(?!(?:after|before|by|every|for|from|in|of|over|since|to|until|within)\b)[^\W\d_][\w'-]*"
    r"|\s*\{[^{}\s]*\}){0,3}?"
    rf"(?:\s*/\s*|\s+(?:per |an? {_LATER}|each |every ))(?P<word>[^\W\d_]+)\b"
)
_OFTEN_SO = re.compile(r"(?:\s+(?:times|[^\W\d_][\w'-]*)){0,2}?\s+(?P<word>hourly|daily|weekly|monthly|yearly)\b")
"""How often in a time, a few words after a plain number: "10 seals leak per day", "3 times a week", "2 doses daily"."""
_SENTENCE = re.compile(r"(?<=[.;!?])\s+(?=\S)")

_MORE = "more|greater|higher|longer|older|larger|later"
_LESS = "less|fewer|lower|shorter|younger|smaller|earlier"
_ABOVE = rf"(?:{_MORE}) than|above|over|beyond|after"
_BELOW = rf"(?:{_LESS}) than|below|under|before"
_EQUAL = r"(?:at|on|exactly|equals?(?: to)?)"


def _or_equal(strict: str, bare: str) -> str:
    """The words that allow the bound itself: "at or above", "greater than or equal to", "equal to or greater than"."""
    return rf"{_EQUAL},? or,? (?:{strict})|(?:{strict}|{bare}),? or,? {_EQUAL}|{_EQUAL} or (?:{bare})"


_BEFORE = {  # those that allow the bound itself are looked for before "above" and "more than", which end them
    ">=": rf"at least|(?:no|not|never) (?:{_BELOW})|minimum|minimum of|a minimum of|reach(?:es|ed|ing)?|>=|≥|"
    + _or_equal(_ABOVE, _MORE),
    "<=": rf"at most|(?:no|not|never) (?:{_ABOVE})|maximum|maximum of|a maximum of|up to|within|not exceed(?:ing)?"
    "|<=|≤|" + _or_equal(_BELOW, _LESS),
    ">": rf"{_ABOVE}|exceeds|exceed|exceeding|>",
    "<": rf"{_BELOW}|<",
}
_AFTER = {
    ">=": rf"\s*\(?(?:or|and),?\s(?:above|over|upwards?|beyond|after|{_MORE})\b(?! than\b|\s[0-9])",
    "<=": rf"\s*\(?(?:or|and),?\s(?:below|under|downwards?|before|{_LESS})\b(?! than\b|\s[0-9])",
}
_FROM = re.compile(r"(?i)\bfrom\s?$")
_ON = re.compile(r"\s*(?:on|onwards?|upwards?)\b")
_REACHES = re.compile(r"(?i)\breach(?:es|ed|ing)?\s")
_FALLING = re.compile(r"(?i)\b(?:fall|drop|sink|decline|decrease|cool|lower)(?:s|ed|ing)?\b|\b(?:fell|sank|sunk)\b")
"""What falls until it reaches a number is not above it: such words make no comparison."""
_BOUNDS_BEFORE = [
    (sign, re.compile(rf"(?i)(?:^|(?<=[\s(\"]))(?:{words})\s?(?:an?\s|the\s)?$")) for sign, words in _BEFORE.items()
]
_BOUNDS_AFTER = [(sign, re.compile(words)) for sign, words in _AFTER.items()]
_CAP = re.compile(
    r"(?i)(?:at most|maximum|maximum of|a maximum of|up to|no more than|not more than|never more than|<=|≤)\s?$"
)
_NEAR = 60
"""A limit that so few characters part from another amount caps it ("30 mg/kg, at most 1 g"): it bounds nothing else."""

_PREFIXES = {"": "", "kilo": "k", "centi": "c", "deci": "d", "milli": "m", "micro": "u", "nano": "n", "pico": "p"}
_MEASURES = {
    **dict.fromkeys(("gram", "gramme"), "g"),
    **dict.fromkeys(("metre", "meter"), "m"),
    **dict.fromkeys(("litre", "liter"), "L"),
    **dict.fromkeys(("mole", "mol"), "mol"),
    "pascal": "Pa",
    "second": "s",
}
_UNITS = {
    **{prefix + name: sign + symbol for prefix, sign in _PREFIXES.items() for name, symbol in _MEASURES.items()},
    "minute": "min",
    "hour": "h",
    "day": "d",
    "week": "wk",
    "month": "mo",
    "year": "a",
    "kilo": "kg",
    "sec": "s",
    "mins": "min",
    "hr": "h",
    "wk": "wk",
    "yr": "a",
    "gm": "g",
    "mcg": "ug",
    "percent": "%",
    "hourly": "h",
    "daily": "d",
    "weekly": "wk",
    "monthly": "mo",
    "yearly": "a",
    "unit": "U",
    "iu": "[IU]",
    "mmhg": "mm[Hg]",
    "°c": "Cel",
    "°f": "[degF]",
    "degree": DEGREE,
    "°": DEGREE,
}
_SYMBOL = re.compile(
    r"(?:[kcdmunpfMG\u03bc]?(?:g|m|L|l|mol|Pa|U|s)|min|h|d|wk|mo|K|Cel|%|\[[A-Za-z_]+\]|10\*[0-9]{1,2})[23]?"
)
_SUPERSCRIPTS = str.maketrans("²³", "23")
_SEVERAL_WORDS = [
    (re.compile(r"(?i)\bper cent\b"), "percent"),
    (re.compile(r"(?i)\btwice (?:an?|per|each|every) fortnight\b"), "once weekly"),
    (re.compile(r"(?i)\b(?:(?:once an?|once every|per|each|every) fortnight|fortnightly)\b"), "every two weeks"),
    (re.compile(r"(?i)\b(?:(?:an?|one) )?fortnight\b"), "two weeks"),
    (re.compile(r"(?i)\bdegrees? (?:celsius|centigrade|c)\b"), "°c"),
    (re.compile(r"(?i)\bdegrees? (?:fahrenheit|f)\b"), "°f"),
    (re.compile(r"(?i)\bsquare ((?:centi|milli)?met(?:re|er))s?\b"), r"\g<1>²"),
    (re.compile(r"(?i)\bcubic ((?:centi|milli)?met(?:re|er))s?\b"), r"\g<1>³"),
    (re.compile(r"(?i)\binternational units?\b"), "iu"),
    (re.compile(r"(?<=[0-9])(?=[%°])"), " "),
    (re.compile(r"(?<=[0-9])\s?[x×*]\s?10[\^*]([0-9]{1,2})(?=/)"), r" 10*\g<1>"),
]


@lru_cache(maxsize=50_000)
def numerals(text: str) -> tuple[Numeral, ...]:
    """The numbers of a text, in their order."""
    words = plain(text)
    for pattern, replacement in _SEVERAL_WORDS:
        words = pattern.sub(replacement, words)
    return tuple(found for sentence in _SENTENCE.split(words) for found in _in_sentence(sentence))


def _in_sentence(text: str) -> Iterator[Numeral]:
    per: tuple[Unit, ...] | None = None
    at = 0
    previous = -_NEAR
    while match := _START.search(text, at):
        at = match.end()
        read = (
            _single(text, match) if match["single"] else _times(text, match) if match["times"] else _plain(text, match)
        )
        if read is None:
            continue
        low, high, unit, at = _with_rest(text, read, match.start())
        if per is None:
            per = _measures(text)
        before = text[: match.start()]
        caps = _CAP.search(before) is not None and match.start() - previous <= _NEAR
        often, end = _often(text, at) if unit is None else (None, at)
        bound = "" if low != high or caps else _bound(before, text[at:]) or _bound("", text[end:])
        previous = at if unit is not None else previous
        yield Numeral(low, high, unit, bound, per, text[match.start() : at].strip(), often)


def _measures(text: str) -> tuple[Unit, ...]:
    """The units that a sentence is about one of: "for each centimetre", "one metre of"."""
    words = (unit_of(found["word"].rstrip(".")) for found in _OF_ONE.finditer(text))
    return tuple(dict.fromkeys(word for word in words if isinstance(word, Unit)))


Read = tuple[Fraction, Fraction, Unit | str | None, int]
"""Both ends of a number, its unit, and where it ends in the text."""


def _plain(text: str, match: re.Match[str]) -> Read:
    """A number, or a range, and the unit after it; "for 2 mg to 3 mg" has it twice."""
    low = high = _value(match["number"], bool(match["minus"]))
    unit, at = _unit_at(text, match.end())
    second = _number_after(_TO, text, at) or _number_after(_TO, text, match.end())
    if second is None and text[: match.start()].lower().endswith("between "):
        second = _number_after(_AND, text, at)
    if second is not None:
        value = value_of(second[0])
        after, end = _unit_at(text, second.end())
        if value >= low and (unit is None or after is not None):
            return low, value, after, end
    return low, high, unit, at


def _number_after(lead: re.Pattern[str], text: str, at: int) -> re.Match[str] | None:
    """The number that stands at a place of a text after what leads to it."""
    found = lead.match(text, at)
    return _NUMBER.match(text, found.end()) if found is not None else None


def _single(text: str, match: re.Match[str]) -> Read | None:
    """One of a unit of time: "a day"; nothing where another word follows."""
    unit, at = _unit_at(text, match.end())
    if not isinstance(unit, Unit) or unit.dimension != Unit.parse("d").dimension:
        return None
    return Fraction(1), Fraction(1), unit, at


def _times(text: str, match: re.Match[str]) -> Read | None:
    """How often in a time: "twice weekly", "once a day"; nothing where no time follows."""
    rest = re.compile(r"\s+(?:(?:per|an?|each|every)\s+)?").match(text, match.end())
    unit, at = _unit_at(text, rest.end()) if rest is not None else (None, 0)
    if not isinstance(unit, Unit) or unit.dimension != Unit.parse("d").dimension:
        return None
    value = Fraction(_TIMES[match["times"].lower()])
    return value, value, unit.inverse(), at


def _often(text: str, at: int) -> tuple[Unit | None, int]:
    """One over the time that a plain number before a place is told of, and where that ends; None if it is of none."""
    found = _OFTEN.match(text, at) or _OFTEN_SO.match(text, at)
    unit = unit_of(found["word"]) if found is not None else None
    if found is None or not isinstance(unit, Unit) or unit.dimension != Unit.parse("d").dimension:
        return None, at
    return unit.inverse(), found.end()


def _with_rest(text: str, read: Read, start: int) -> Read:
    """A time with what follows it in a smaller unit: "1 h 30 min", "two days and a half"."""
    low, high, unit, at = read
    if low != high or not isinstance(unit, Unit) or text[:start].lower().endswith("between "):
        return read
    part = _AND_A_HALF.match(text, at)
    if part is not None and unit.dimension == Unit.parse("d").dimension and low.denominator == 1:
        return low + Fraction(1, 2), low + Fraction(1, 2), unit, part.end()
    rest = _number_after(_REST, text, at)
    if rest is None or unit.text not in _SMALLER:
        return read
    smaller, below = _SMALLER[unit.text]
    after, end = _unit_at(text, rest.end())
    value = value_of(rest[0])
    if not isinstance(after, Unit) or after.text != smaller or value >= below:
        return read
    total = unit.convert(low, after) + value
    return total, total, after, end


def _value(number: str, negative: bool) -> Fraction:
    """The value of digits or of number words."""
    return -value_of(number) if negative else value_of(number)


def _unit_at(text: str, at: int) -> tuple[Unit | str | None, int]:
    """The unit that stands at a place of a text, after a blank or a hyphen, and where it ends; None where none does."""
    if (apart := _APART.match(text, at)) and isinstance(unit_of(apart["unit"]), Unit):
        return unit_of(apart["unit"]), apart.end()
    whole = _WHOLE.match(text, at)
    start = whole.end() if whole is not None else at
    token = _TOKEN.match(text, start)
    if token is None:
        return None, at
    word = token[0].rstrip(".")
    unit = unit_of(word)
    if unit is None:
        return None, at
    end = start + len(word)
    while isinstance(unit, Unit):
        adverb = _ADVERB.match(text, end)
        step = _PER.match(text, end)
        token = _TOKEN.match(text, step.end()) if step is not None else None
        below = unit_of(adverb["word"]) if adverb else unit_of(token[0].rstrip(".")) if token is not None else None
        if not isinstance(below, Unit):
            break
        try:
            unit = unit / below
        except UnitError:
            break
        end = adverb.end() if adverb else step.end() + len(token[0].rstrip(".")) if step and token else end
    return unit, end


@lru_cache(maxsize=4096)
def unit_of(word: str) -> Unit | str | None:
    """The unit that a word or a sign means, as people write it; None where it means none."""
    parts = word.translate(_SUPERSCRIPTS).split("/")
    symbols = [_symbol(part) for part in parts]
    if None in symbols:
        return None
    if DEGREE in symbols:
        return DEGREE if len(symbols) == 1 else None
    try:
        return Unit.parse("/".join(symbol for symbol in symbols if symbol is not None))
    except UnitError:
        return None


def _symbol(part: str) -> str | None:
    """One part of a unit as UCUM writes it."""
    if _SYMBOL.fullmatch(part):
        return part.replace("\u03bc", "u")
    bare = part.casefold()
    power = bare[-1:] if bare[-1:] in ("2", "3") else ""
    name = bare.removesuffix(power).removesuffix("^") if power else bare
    found = _UNITS.get(name) or _UNITS.get(name.removesuffix("s"))
    return found + power if found is not None else None


def _bound(before: str, after: str) -> str:
    """The comparison that the words before or after a number make; empty where they make none."""
    for sign, pattern in _BOUNDS_AFTER:
        if pattern.match(after):
            return sign
    if _FROM.search(before) and _ON.match(after):
        return ">="
    for sign, pattern in _BOUNDS_BEFORE:
        if found := pattern.search(before):
            falls = _REACHES.match(found[0]) is not None and _FALLING.search(before) is not None
            return "" if falls else sign
    return ""


def shown(numeral: Numeral) -> str:
    """A numeral as a message shows it: its number and unit, in the form in which the knowledge base writes them."""
    number = (
        exact_text(numeral.low) if not numeral.is_range else f"{exact_text(numeral.low)}-{exact_text(numeral.high)}"
    )
    if numeral.often is not None:
        return f"{number}{numeral.often}"
    return f"{number} {numeral.unit}" if numeral.unit is not None else number
