"""Units of measure: an exact table of the UCUM units that guidelines and laboratories write.

Source of every factor: The Unified Code for Units of Measure (ucum.org), tables of base, prefix and derived units.
The subset read here: atoms with the prefixes k h c d m u n p f M G, `/`, `.`, whole exponents (`m2`, `s-1`), `10*9`,
`{annotations}`, `1` and `%`. Two things that UCUM allows are refused, because people read them in another way than
UCUM does: a `.` after a `/` (`mg/kg.d` is mg.d/kg in UCUM), and more after a leading `/` (write `1/L/d`).

The tree of exceptions::

    ValueError
    └── QuantityError      what was written is not a quantity, a range, an interval or a comparison
        └── UnitError      the unit is unknown or malformed, or two units do not measure the same kind of thing
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

from engine.errors import did_you_mean

__all__ = ["QuantityError", "Unit", "UnitError"]

Factors = tuple[tuple[str, int], ...]
Dimension = tuple[tuple[str, int], ...]

_LONGEST_TEXT = 120
_LARGEST_SCALE = 10**100


class QuantityError(ValueError):
    """What was written cannot be read; ``message`` says why, ``hint`` what to write instead (may be empty)."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class UnitError(QuantityError):
    """The unit is unknown or malformed, or two units do not measure the same kind of thing."""


@dataclass(frozen=True, slots=True)
class _Atom:
    """``value`` in the atom is ``value * scale + offset`` in the base units of its dimension."""

    dimension: Dimension
    scale: Fraction
    metric: bool = False
    offset: Fraction = Fraction(0)


def _atom(scale: str, metric: bool = False, offset: Fraction = Fraction(0), **dimension: int) -> _Atom:
    return _Atom(tuple(sorted(dimension.items())), Fraction(scale), metric, offset)


_PRESSURE: Dimension = (("length", -1), ("mass", 1), ("time", -2))
_PI = Fraction("3.1415926535897932384626433832795028841971693993751058209749445923")
"""`[pi]` as UCUM states it: the one factor here that is not exact by nature."""

# Base units: metre, gram, second, kelvin, coulomb, candela, radian; mole, enzyme unit, international unit. The last
# three stand apart on purpose: UCUM counts mol as a pure number and U as umol/min, and neither conversion is one that
# somebody means who writes them; UCUM itself makes [IU] an arbitrary unit, commensurable with nothing else. A coulomb
# itself is not read: `C` is what people write for `Cel`.
_ATOMS: dict[str, _Atom] = {
    "m": _atom("1", metric=True, length=1),
    "g": _atom("1", metric=True, mass=1),
    "s": _atom("1", metric=True, time=1),
    "K": _atom("1", metric=True, temperature=1),
    "mol": _atom("1", metric=True, amount=1),
    "U": _atom("1", metric=True, enzyme=1),
    "[IU]": _atom("1", metric=True, international=1),
    "[iU]": _atom("1", metric=True, international=1),
    "min": _atom("60", time=1),
    "h": _atom("3600", time=1),
    "d": _atom("86400", time=1),
    "wk": _atom("604800", time=1),
    "mo": _atom("2629800", time=1),  # a_j / 12 = 30.4375 d
    "a": _atom("31557600", time=1),  # the Julian year, a_j = 365.25 d
    "L": _atom("1/1000", metric=True, length=3),
    "l": _atom("1/1000", metric=True, length=3),
    "Pa": _atom("1000", metric=True, mass=1, length=-1, time=-2),
    "m[Hg]": _atom("133322000", metric=True, mass=1, length=-1, time=-2),  # 133.3220 kPa
    "[in_i]": _atom("0.0254", length=1),
    "[lb_av]": _atom("453.59237", mass=1),
    "[oz_av]": _atom("28.349523125", mass=1),
    "[ft_i]": _atom("0.3048", length=1),
    "[mi_i]": _atom("1609.344", length=1),
    "[gal_us]": _atom("0.003785411784", length=3),
    "ar": _atom("100", metric=True, length=2),
    "t": _atom("1000000", mass=1),  # with no prefix but the three below: `ft`, `pt` and `ct` are read as other things
    **{f"{prefix}t": _atom(f"1e{power}", mass=1) for prefix, power in (("k", 9), ("M", 12), ("G", 15))},
    "bar": _atom("1e8", metric=True, mass=1, length=-1, time=-2),
    "[psi]": _Atom(_PRESSURE, Fraction("453.59237") * Fraction("9.80665") / Fraction("0.0254") ** 2),
    "Hz": _atom("1", metric=True, time=-1),
    "Bq": _atom("1", metric=True, time=-1),
    "N": _atom("1000", metric=True, mass=1, length=1, time=-2),
    "J": _atom("1000", metric=True, mass=1, length=2, time=-2),
    "cal": _atom("4184", metric=True, mass=1, length=2, time=-2),
    "W": _atom("1000", metric=True, mass=1, length=2, time=-3),
    "A": _atom("1", metric=True, charge=1, time=-1),
    "V": _atom("1000", metric=True, mass=1, length=2, time=-2, charge=-1),
    "Ohm": _atom("1000", metric=True, mass=1, length=2, time=-1, charge=-2),
    "S": _atom("1/1000", metric=True, mass=-1, length=-2, time=1, charge=2),
    "Gy": _atom("1", metric=True, length=2, time=-2),
    "Sv": _atom("1", metric=True, length=2, time=-2),
    "cd": _atom("1", metric=True, light=1),
    "lm": _atom("1", metric=True, light=1, angle=2),
    "lx": _atom("1", metric=True, light=1, angle=2, length=-2),
    "rad": _atom("1", metric=True, angle=1),
    "deg": _Atom((("angle", 1),), _PI / 180),
    "Cel": _atom("1", offset=Fraction("273.15"), temperature=1),
    "[degF]": _atom("5/9", offset=Fraction("459.67") * 5 / 9, temperature=1),
    "%": _atom("1/100"),
    "10*": _atom("10"),
    "[ppm]": _atom("1e-6"),
    "[ppb]": _atom("1e-9"),
}
_POWERS = {"k": 3, "h": 2, "c": -2, "d": -1, "m": -3, "u": -6, "n": -9, "p": -12, "f": -15, "M": 6, "G": 9}
_PREFIXES = {letter: Fraction(10) ** power for letter, power in _POWERS.items()}

_PIECE = re.compile(r"(?:\{[^{}]*\}|[^./{}])+|[./{}]")
_COMPONENT = re.compile(
    r"(?P<atom>10\*|%|[A-Za-z]*(?:\[[A-Za-z_]+\])?)(?P<exponent>[+-]?[0-9]{1,2})?(?P<note>\{[!-z|~]+\})?"
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as somebody wrote it, and what it means exactly.

    ``factors`` are atoms with exponents in written order (``mg/kg/d`` is mg 1, kg -1, d -1). A value ``v`` in this unit
    is ``v * scale + offset`` in the base units of ``dimension``; the offset is zero but for Cel and [degF]. Two units
    are equal when they are written the same; `commensurable` asks whether they measure the same kind of thing.
    """

    text: str
    factors: Factors
    dimension: Dimension = field(compare=False, repr=False)
    scale: Fraction = field(compare=False, repr=False)
    offset: Fraction = field(default=Fraction(0), compare=False, repr=False)

    @classmethod
    def parse(cls, text: str) -> Unit:
        """The unit that the UCUM ``text`` names.

        Raises `UnitError`, with the likely meaning as its hint, where the text is not in the subset of this module.
        """
        return _parsed(text)

    def __str__(self) -> str:
        return self.text

    def commensurable(self, other: Unit) -> bool:
        """Whether a value in this unit can be converted to the other. Annotations do not count (UCUM, section 6)."""
        return self.dimension == other.dimension

    def convert(self, value: Fraction, to: Unit) -> Fraction:
        """The number in unit ``to`` that equals ``value`` in this unit, exactly.

        Raises `UnitError` where the units are not commensurable.
        """
        if self.dimension != to.dimension:
            raise UnitError(
                f"`{self}` and `{to}` do not measure the same kind of thing", _why_not_commensurable(self, to)
            )
        return (value * self.scale + self.offset - to.offset) / to.scale

    def denominators(self) -> tuple[Unit, ...]:
        """What this unit is "per", in written order: ``mg/m2/d`` is per ``m2`` and per ``d``.

        A quantity to be multiplied by this unit cancels when it is converted to one of these.
        """
        return tuple(_made(((symbol, -exponent),)) for symbol, exponent in self.factors if exponent < 0)

    def inverse(self) -> Unit:
        """One over this unit. Raises `UnitError` for Cel and [degF]."""
        self._refuse_offset()
        return _combined(tuple((symbol, -exponent) for symbol, exponent in self.factors))

    def __mul__(self, other: Unit) -> Unit:
        """The product, in which equal atoms cancel and different ones stay: g/kg times kg is g; mg/kg stays mg/kg.

        Raises `UnitError` for Cel and [degF].
        """
        self._refuse_offset()
        other._refuse_offset()
        return _combined(self.factors + other.factors)

    def __truediv__(self, other: Unit) -> Unit:
        """The ratio, cancelling as the product does. Raises `UnitError` for Cel and [degF]."""
        return self * other.inverse()

    def _refuse_offset(self) -> None:
        if self.offset:
            raise UnitError(f"`{self}` has no place in a product or ratio: its zero is arbitrary", "convert it to `K`")


def _bare(symbol: str) -> str:
    """The symbol without its annotation, so that kg cancels kg{body}; an annotation alone is its own symbol."""
    return symbol.partition("{")[0] or symbol


def _definition(symbol: str) -> _Atom | None:
    """What an atom means, with its prefix; nothing where the table does not know it."""
    bare = _bare(symbol)
    if bare.startswith("{"):
        return _Atom((), Fraction(1))
    if bare in _ATOMS:
        return _ATOMS[bare]
    prefix, rest = _PREFIXES.get(bare[:1]), _ATOMS.get(bare[1:])
    if prefix is None or rest is None or not rest.metric:
        return None
    return _Atom(rest.dimension, rest.scale * prefix, True)


@lru_cache(maxsize=4096)
def _combined(factors: Factors) -> Unit:
    """The unit of these factors, equal atoms added up; a few are asked for again and again."""
    return _made(_merged(factors))


def _merged(factors: Factors) -> Factors:
    """The factors with equal atoms added up, those above the line first, as `_written` writes them."""
    total: dict[str, tuple[str, int]] = {}
    for symbol, exponent in factors:
        first, before = total.get(_bare(symbol), (symbol, 0))
        total[_bare(symbol)] = (first, before + exponent)
    kept: list[tuple[str, int]] = []
    for symbol, exponent in total.values():
        if symbol.startswith("{"):  # an annotation takes no exponent in UCUM
            kept += [(symbol, 1 if exponent > 0 else -1)] * abs(exponent)
        elif exponent:
            kept.append((symbol, exponent))
    return tuple(sorted(kept, key=lambda factor: factor[1] < 0))


def _written(factors: Factors) -> str:
    """Canonical text of merged factors: what is above the line, then each denominator after its own slash."""

    def power(symbol: str, exponent: int) -> str:
        bare, brace, note = symbol.partition("{")
        return f"{bare}{exponent if exponent != 1 else ''}{brace}{note}"

    above = ".".join(power(symbol, exponent) for symbol, exponent in factors if exponent > 0)
    below = ["/" + power(symbol, -exponent) for symbol, exponent in factors if exponent < 0]
    if not above and len(below) != 1:
        above = "1"
    return above + "".join(below)


def _made(factors: Factors, text: str | None = None) -> Unit:
    """The unit of these factors. Raises `UnitError` where an atom is unknown, or Cel is not alone."""
    scale, offset, total = Fraction(1), Fraction(0), dict[str, int]()
    for symbol, exponent in factors:
        atom = _definition(symbol)
        if atom is None:
            raise UnitError(f"`{_bare(symbol)}` is not a unit that this program knows")
        if atom.offset and (len(factors) > 1 or exponent != 1):
            raise UnitError(f"`{symbol}` stands only alone: its zero is arbitrary", "in a product or ratio write `K`")
        scale *= atom.scale**exponent
        offset = atom.offset
        for base, power in atom.dimension:
            total[base] = total.get(base, 0) + power * exponent
    if max(scale.numerator, scale.denominator) > _LARGEST_SCALE:  # the cost of a conversion grows with its square
        raise UnitError("the unit is larger or smaller than anything that is measured", "check its exponents")
    dimension = tuple(sorted((base, power) for base, power in total.items() if power))
    return Unit(_written(factors) if text is None else text, factors, dimension, scale, offset)


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Unit:
    if len(text) > _LONGEST_TEXT:
        raise UnitError(f"the unit `{text[:20]}…` has {len(text)} characters; at most {_LONGEST_TEXT} are read")
    try:
        return _made(_factors(text), text)
    except UnitError as error:
        raise UnitError(error.message, _likely(text) or error.hint) from None


def _factors(text: str) -> Factors:
    """The written factors of a unit. Raises `UnitError` where the text does not follow the subset of UCUM."""
    if not text:
        raise UnitError("the unit is empty", "write `1` for a plain number")
    if "(" in text or ")" in text:
        raise UnitError(f"`{text}`: parentheses are not read")
    pieces = _PIECE.findall(text)
    if pieces[0] == "1":  # a one says "no unit here", and means nothing before a slash
        pieces = pieces[1:]
        if pieces[:1] == ["."]:
            raise UnitError(f"`{text}`: a `1` is multiplied by nothing", f"write `{text[2:]}`")
    elif pieces[0] == "/":
        if len(pieces) > 2:
            raise UnitError(f"`{text}` can be read in two ways", f"write `1{text}` if all of it is divided by")
    else:
        pieces = [".", *pieces]
    operators, components = pieces[0::2], pieces[1::2]
    if len(operators) != len(components) or not {*operators} <= {".", "/"} or {*components} & {".", "/", "{", "}"}:
        raise UnitError(f"`{text}` is not a unit: a part is missing beside a `.` or `/`, or a brace is not closed")
    if ("/", ".") in pairwise(operators):
        raise UnitError(
            f"`{text}` can be read in two ways: a `.` follows a `/`",
            "put what is multiplied first, and a `/` before each thing that it is divided by (`mg/kg/d`)",
        )
    return tuple(
        _factor(component, -1 if operator == "/" else 1)
        for operator, component in zip(operators, components, strict=True)
    )


def _factor(component: str, sign: int) -> tuple[str, int]:
    match = _COMPONENT.fullmatch(component)
    if match is None or not (match["atom"] or match["note"]):
        raise UnitError(f"`{component}` is not a unit that this program knows")
    if match["exponent"] is not None and (int(match["exponent"]) == 0 or not match["atom"]):
        raise UnitError(f"`{component}` has an exponent that means nothing")
    return match["atom"] + (match["note"] or ""), sign * int(match["exponent"] or 1)


# What people write, and the UCUM for it. Looked up as written, then without regard to case.
_SLIPS = {
    slip: right
    for right, slips in {
        "ug": "mcg microgram micrograms", "mg": "mgs mgm milligram milligrams", "g": "gm gms gr gram grams",
        "kg": "kgs kilo kilos kilogram kilograms", "[lb_av]": "lb lbs pound pounds", "mL": "cc ccs",
        "uL": "mcL mcl cumm", "L": "liter liters litre litres", "umol": "mcmol", "s": "sec secs second seconds",
        "min": "mins minute minutes", "h": "hr hrs hour hours", "d": "day days", "wk": "w wks week weeks",
        "mo": "mon mos mth mths month months mo_j", "a": "y yr yrs year years a_j", "mm[Hg]": "mmhg torr",
        "Cel": "C c °C °c degC degc celsius", "[degF]": "F f °F °f degF degf fahrenheit", "[IU]": "IU iu UI ui",
        "[in_i]": "in inch inches", "[ft_i]": "ft foot feet", "[mi_i]": "mi mile miles", "[oz_av]": "oz ounce ounces",
        "[gal_us]": "gal gallon gallons", "[psi]": "psi PSI", "[ppm]": "ppm PPM", "[ppb]": "ppb PPB", "bar": "bars",
        "t": "tonne tonnes", "har": "ha hectare hectares", "Hz": "hertz", "N": "newton newtons", "J": "joule joules",
        "W": "watt watts", "V": "volt volts", "A": "amp amps ampere amperes", "Ohm": "ohm ohms Ω", "S": "siemens",
        "lm": "lumen lumens", "lx": "lux", "rad": "radian radians",
        "%": "percent pct", "{INR}": "INR inr", "{dose}": "dose doses",
        "{cells}": "cell cells", "10*3": "k", "10*9": "G", "10*12": "T",
    }.items()
    for slip in slips.split()
}  # fmt: skip
_COMMON = (
    "kg", "g", "mg", "ug", "ng", "pg", "L", "dL", "mL", "uL", "fL", "mol", "mmol", "umol", "nmol", "pmol", "m",
    "cm", "mm", "um", "s", "min", "h", "d", "wk", "mo", "a", "U", "kU", "mU", "[IU]", "m[IU]", "k[IU]", "Cel",
    "[degF]", "K", "[in_i]", "[lb_av]", "mm[Hg]", "Pa", "kPa",
    "hPa", "MPa", "bar", "mbar", "t", "J", "kJ", "cal", "kcal", "W", "kW", "V", "mV", "A", "mA", "N", "Hz", "kHz",
    "Ohm", "lm", "lx", "cd", "rad", "deg", "har", "[ft_i]", "[gal_us]", "[psi]", "[ppm]",
)  # fmt: skip
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


def _likely(text: str) -> str:
    """A hint that says what an author who wrote ``text`` may have meant; empty where nothing is likely."""
    if re.fullmatch(r"(?i).*\bunits?\b.*", text):
        return "write `U` for enzyme units, `[IU]` for international units"
    plain = re.sub(r"\s*\bper\b\s*", "/", text.strip()).replace(" ", "").replace("µ", "u").replace("μ", "u")
    plain = re.sub(r"/1\.73_?m\^?[2²]", "/{1.73_m2}", plain)
    plain = re.sub(r"/\(([^()/]*)\)", lambda match: "/" + match[1].replace(".", "/"), plain)
    plain = re.sub(r"^[x\xd7*]?10(?:\^|\*\*?|[eE])?\+?([0-9]{1,2}|[⁰¹²³⁴-⁹]+)", r"10*\1", plain)
    plain = plain.translate(_RAISED).replace("^", "")
    pieces = [piece if piece in "./{}" else _righted(piece) for piece in _PIECE.findall(plain)]
    corrected = "".join(pieces)
    if corrected != text:
        try:
            _made(_factors(corrected))
        except UnitError:
            pass
        else:
            return f"did you mean `{corrected}`?"
    for piece in pieces:
        match = re.match(r"[A-Za-z\[\]_%]{3,}", piece)  # shorter words resemble everything
        if match and _definition(match[0]) is None and (hint := did_you_mean(match[0], _COMMON)):
            return hint
    return ""


def _righted(piece: str) -> str:
    """A component with a common slip put right; any other component as it is."""
    match = re.fullmatch(r"([^0-9{}+-]+)([+-]?[0-9]*)(\{.*\})?", piece)
    if match is None or _definition(match[1]) is not None:
        return piece
    word = match[1].rstrip("*") or match[1]
    folded = {symbol.casefold(): symbol for symbol in _COMMON}
    right = _SLIPS.get(word) or _SLIPS.get(word.casefold()) or folded.get(word.casefold()) or match[1]
    return right + match[2] + (match[3] or "")


def _why_not_commensurable(one: Unit, other: Unit) -> str:
    bases = {base for base, _ in one.dimension} ^ {base for base, _ in other.dimension}
    if {"enzyme", "international"} <= bases:
        return "UCUM does not make `U` and `[IU]` equal; that is a fact of the attribute, to be declared"
    if {"amount", "mass"} <= bases:
        return "this needs a molar mass, a fact of the attribute, to be declared"
    if "temperature" in bases and any(_bare(symbol) == "K" for symbol, _ in one.factors + other.factors):
        return "`K` is kelvin; thousands are `10*3`"
    return ""
