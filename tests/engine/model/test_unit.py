"""Units: what they mean, how they cancel, which spellings are refused and what the hint says instead."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.model.unit import QuantityError, Unit, UnitError

ucumvert = pytest.importorskip("ucumvert")

WRITTEN = """
    kg g mg ug ng pg [lb_av] m cm mm um [in_i] s ms min h d wk mo a L l dL mL uL fL m3 mm3 mol mmol umol nmol U kU mU
    [IU] [iU] m[IU] K Cel [degF] Pa kPa m[Hg] mm[Hg] % 1 10*3 10*9 10*-3 mg/kg mg/kg/d mg/d ug/h g/kg g/d m2 cm2 mg/m2
    g/L mg/dL ng/mL ug/L mmol/L umol/L 10*9/L 10*3/uL /uL 1/L U/L U/mL [IU]/L m[IU]/mL mm/h cm/s mL/min
    mL/min/{1.73_m2} mL/kg/h s-1 /h 1/min h-1 mg.h/L mg/{dose} ng{total}/mL kg.m.s-2 mg.kg-1.d-1 m.m %/h K/h
    bar mbar hPa [psi] t kt Mt Gt ar har [oz_av] [ft_i] [mi_i] [gal_us] N J kJ cal kcal W kW kW.h V mV A mA Ohm S mS/cm
    Hz kHz Bq kBq Gy Sv mSv cd lm lx rad mrad deg [ppm] [ppb] t/har N/m2
"""
EVERY_UNIT = WRITTEN.split()

units = st.sampled_from([Unit.parse(text) for text in EVERY_UNIT])
products = st.sampled_from([Unit.parse(text) for text in EVERY_UNIT if text not in ("Cel", "[degF]")])
values = st.fractions(min_value=-(10**9), max_value=10**9)


@pytest.fixture(scope="module")
def referee() -> Any:
    return ucumvert.PintUcumRegistry()


@pytest.fixture(scope="module")
def meanings(referee: Any) -> dict[str, Any]:
    return {text: referee.Quantity(1, "") if text == "1" else referee.from_ucum(text) for text in EVERY_UNIT}


@pytest.mark.parametrize("one", EVERY_UNIT)
def test_conversions_agree_with_ucumvert(one: str, referee: Any, meanings: dict[str, Any]) -> None:
    ours, theirs = Unit.parse(one), meanings[one]
    for other, target in meanings.items():
        our_target = Unit.parse(other)
        if not ours.commensurable(our_target):
            # Stricter than pint on purpose where moles, enzyme units, international units and angles are concerned.
            bases = {base for base, _ in ours.dimension + our_target.dimension}
            assert (
                bases & {"amount", "enzyme", "international", "angle"} or theirs.dimensionality != target.dimensionality
            )
            continue
        # Multiplying would take 37 times an absolute temperature.
        expected = referee.Quantity(37 * theirs.magnitude, theirs.units).to(target.units).magnitude / target.magnitude
        # pint takes the conventional 133.322387415 Pa for mm[Hg]; UCUM says 133.3220.
        tolerance = 1e-5 if "[Hg]" in one + other else 1e-12
        assert float(ours.convert(Fraction(37), our_target)) == pytest.approx(float(expected), rel=tolerance), other


@given(values, units, units)
def test_a_conversion_and_its_inverse_give_the_value_back(value: Fraction, one: Unit, other: Unit) -> None:
    if one.commensurable(other):
        assert other.convert(one.convert(value, other), one) == value
    else:
        with pytest.raises(UnitError, match="do not measure the same kind of thing"):
            one.convert(value, other)


@given(values, values, units, units)
def test_a_conversion_preserves_order(one_value: Fraction, other_value: Fraction, one: Unit, other: Unit) -> None:
    if one.commensurable(other):
        converted = one.convert(one_value, other), one.convert(other_value, other)
        assert (one_value < other_value) == (converted[0] < converted[1])


@given(products, products)
def test_products_are_written_so_that_they_read_back(one: Unit, other: Unit) -> None:
    for scale in (one.scale * other.scale, one.scale / other.scale):
        assume(max(scale.numerator, scale.denominator) <= 10**100)  # beyond, as angles squared are, a unit is refused
    for made in (one * other, one / other, one.inverse()):
        assert Unit.parse(made.text) == made
        assert Unit.parse(made.text).dimension == made.dimension
        assert Unit.parse(made.text).scale == made.scale
    assert (one * other).scale == one.scale * other.scale
    assert (one / other).commensurable((other / one).inverse())
    assert (one / one).text == "1"
    assert (one * other / other).scale == one.scale


@pytest.mark.parametrize(
    ("value", "one", "converted", "other"),
    [
        ("1", "a", "365.25", "d"),
        ("1", "mo", "30.4375", "d"),
        ("1", "a", "12", "mo"),
        ("1", "[lb_av]", "453.59237", "g"),
        ("1", "[in_i]", "2.54", "cm"),
        ("37", "Cel", "98.6", "[degF]"),
        ("0", "Cel", "273.15", "K"),
        ("-40", "Cel", "-40", "[degF]"),
        ("1", "mm[Hg]", "133.322", "Pa"),
        ("1", "10*9/L", "1000", "/uL"),
        ("48", "10*9/L", "48", "10*3/uL"),
        ("1", "ng/mL", "1", "ug/L"),
        ("1", "mg/dL", "10", "mg/L"),
        ("50", "%", "0.5", "1"),
        ("1", "{INR}", "1", "1"),
        ("1", "[IU]", "1", "[iU]"),
        ("1", "L", "1000", "cm3"),
        ("1", "Pa", "1000", "g/m/s2"),
        ("1", "GPa", "1000", "MPa"),
        ("1", "ng", "1000", "pg"),
        ("1", "pL", "1000", "fL"),
        ("1", "dL", "10", "cL"),
        ("1", "kU", "1000000", "mU"),
        ("1", "mL/min/{1.73_m2}", "0.06", "L/h"),
    ],
)
def test_conversions_are_exact(value: str, one: str, converted: str, other: str) -> None:
    assert Unit.parse(one).convert(Fraction(value), Unit.parse(other)) == Fraction(converted)


@pytest.mark.parametrize(
    ("one", "other", "product"),
    [
        ("mg/kg/d", "kg", "mg/d"),
        ("kg", "mg/kg/d", "mg/d"),
        ("mg/m2", "m2", "mg"),
        ("mg/m2", "m", "mg/m"),
        ("g/kg", "kg", "g"),
        ("mg/kg", "g", "mg.g/kg"),
        ("mg/kg{body}", "kg", "mg"),
        ("{dose}/d", "mg/{dose}", "mg/d"),
        ("10*9/L", "L", "10*9"),
        ("10*9", "10*3", "10*12"),
        ("/L", "mg", "mg/L"),
        ("/L", "/d", "1/L/d"),
        ("/L", "L", "1"),
        ("mg.kg-1.d-1", "kg", "mg/d"),
        ("1", "mg", "mg"),
        ("m", "m", "m2"),
        ("h", "/h2", "/h"),
    ],
)
def test_equal_atoms_cancel_and_different_ones_stay(one: str, other: str, product: str) -> None:
    made = Unit.parse(one) * Unit.parse(other)
    assert made == Unit.parse(product)
    assert made.text == product


def test_a_unit_keeps_its_written_order_and_text() -> None:
    assert Unit.parse("mg/kg/d").factors == (("mg", 1), ("kg", -1), ("d", -1))
    assert Unit.parse("s-1").text == "s-1"
    assert Unit.parse("mL/min/{1.73_m2}").factors[-1] == ("{1.73_m2}", -1)
    assert str(Unit.parse("ng{total}/mL")) == "ng{total}/mL"
    assert Unit.parse("m2{skin}").factors == (("m{skin}", 2),)
    assert (Unit.parse("m{skin}") * Unit.parse("m")).text == "m2{skin}"


def test_a_unit_says_what_it_is_per() -> None:
    assert [str(unit) for unit in Unit.parse("mg/m2/d").denominators()] == ["m2", "d"]
    assert [str(unit) for unit in Unit.parse("s-1").denominators()] == ["s"]
    assert Unit.parse("mg").denominators() == ()


def test_an_annotation_changes_the_text_but_not_the_meaning() -> None:
    indexed, absolute = Unit.parse("mL/min/{1.73_m2}"), Unit.parse("mL/min")
    assert indexed != absolute
    assert indexed.commensurable(absolute)


def test_a_unit_is_a_value() -> None:
    unit = Unit.parse("mg/kg/d")
    assert unit is Unit.parse("mg/kg/d")
    assert pickle.loads(pickle.dumps(unit)) == unit
    assert len({unit, Unit.parse("mg/kg") / Unit.parse("d")}) == 1
    assert Unit.parse("1/L") != Unit.parse("/L")


@pytest.mark.parametrize("other", ["mol/s", "[IU]", "umol/min", "1"])
def test_enzyme_units_convert_to_nothing_else(other: str) -> None:
    assert not Unit.parse("U").commensurable(Unit.parse(other))


@pytest.mark.parametrize(
    ("one", "other", "hint"),
    [
        ("U/L", "[IU]/L", "UCUM does not make `U` and `[IU]` equal"),
        ("mmol/L", "mg/dL", "a molar mass"),
        ("K/uL", "10*9/L", "thousands are `10*3`"),
        ("kg", "m", ""),
    ],
)
def test_a_refused_conversion_says_what_it_would_need(one: str, other: str, hint: str) -> None:
    with pytest.raises(UnitError) as caught:
        Unit.parse(one).convert(Fraction(1), Unit.parse(other))
    assert caught.value.message == f"`{one}` and `{other}` do not measure the same kind of thing"
    assert hint in caught.value.hint
    assert bool(hint) == bool(caught.value.hint)


@pytest.mark.parametrize(
    ("slip", "right"),
    [
        *[("mcg", "ug"), ("µg", "ug"), ("μg", "ug"), ("mcg/kg/min", "ug/kg/min"), ("cc", "mL")],
        *[("years", "a"), ("yr", "a"), ("days", "d"), ("hours", "h"), ("hr", "h"), ("C", "Cel"), ("°C", "Cel")],
        *[("IU", "[IU]"), ("IU/L", "[IU]/L"), ("kgs", "kg"), ("KG", "kg"), ("lb", "[lb_av]"), ("inches", "[in_i]")],
        *[("x10^9/L", "10*9/L"), ("x 10^9/L", "10*9/L"), ("×10⁹/L", "10*9/L"), ("10e9/L", "10*9/L")],
        *[("10^3/uL", "10*3/uL"), ("k/uL", "10*3/uL"), ("G/L", "10*9/L"), ("mmHg", "mm[Hg]"), ("mm Hg", "mm[Hg]")],
        *[("m²", "m2"), ("m^2", "m2"), ("mg/m²", "mg/m2"), ("h⁻¹", "h-1"), ("mg/kg/day", "mg/kg/d"), ("INR", "{INR}")],
        *[("mg per kg", "mg/kg"), ("mg/(kg.d)", "mg/kg/d"), ("mg/m2/dose", "mg/m2/{dose}"), ("percent", "%")],
        *[("ha", "har"), ("t/ha", "t/har"), ("tonnes", "t"), ("ft", "[ft_i]"), ("psi", "[psi]"), ("ppm", "[ppm]")],
        *[("mBar", "mbar"), ("KW", "kW"), ("hpa", "hPa"), ("hz", "Hz"), ("volts", "V"), ("lux", "lx"), ("bars", "bar")],
        *[("ml/min/1.73m2", "ml/min/{1.73_m2}"), ("mL/min/1.73 m²", "mL/min/{1.73_m2}"), ("°F", "[degF]")],
    ],
)
def test_a_common_slip_is_refused_with_the_ucum_for_it(slip: str, right: str) -> None:
    with pytest.raises(UnitError) as caught:
        Unit.parse(slip)
    assert caught.value.hint == f"did you mean `{right}`?"
    Unit.parse(right)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "the unit is empty", "write `1` for a plain number"),
        ("mgg", "`mgg` is not a unit that this program knows", "did you mean `mg`?"),
        ("qqq", "`qqq` is not a unit that this program knows", ""),
        ("eq", "`eq` is not a unit that this program knows", ""),
        ("mmin", "`mmin` is not a unit that this program knows", "did you mean `min`?"),
        ("pt", "`pt` is not a unit that this program knows", ""),
        ("mt", "`mt` is not a unit that this program knows", ""),
        ("barr", "`barr` is not a unit that this program knows", "did you mean `bar`?"),
        ("kd", "`kd` is not a unit that this program knows", ""),
        ("units/kg", "`units` is not a unit", "write `U` for enzyme units, `[IU]` for international units"),
        ("mg/kg.d", "a `.` follows a `/`", "(`mg/kg/d`)"),
        ("/L/d", "`/L/d` can be read in two ways", "write `1/L/d`"),
        ("mg//d", "a part is missing", ""),
        ("mg/", "a part is missing", ""),
        ("/", "a part is missing", ""),
        ("mg{x", "a brace is not closed", ""),
        ("{}", "`{}` is not a unit", ""),
        ("1.mg", "a `1` is multiplied by nothing", "write `mg`"),
        ("mg/1", "`1` is not a unit", ""),
        ("10/L", "`10` is not a unit", ""),
        ("m0", "`m0` has an exponent that means nothing", ""),
        ("m123", "`m123` is not a unit", ""),
        ("(mg)", "parentheses are not read", ""),
        ("Cel/h", "`Cel` stands only alone", "in a product or ratio write `K`"),
        ("Cel2", "`Cel` stands only alone", "in a product or ratio write `K`"),
        ("/[degF]", "`[degF]` stands only alone", "in a product or ratio write `K`"),
        ("10*99.10*99", "larger or smaller than anything", "check its exponents"),
        ("10*-99/10*99", "larger or smaller than anything", "check its exponents"),
        ("x" * 5000, "has 5000 characters; at most 120 are read", ""),
    ],
)
def test_what_is_not_read_says_why(text: str, message: str, hint: str) -> None:
    with pytest.raises(UnitError) as caught:
        Unit.parse(text)
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert bool(hint) == bool(caught.value.hint)
    assert len(caught.value.message) < 200


@pytest.mark.parametrize("unit", ["Cel", "[degF]"])
def test_a_temperature_with_an_arbitrary_zero_has_no_products(unit: str) -> None:
    acts: list[Callable[[Unit, Unit], object]] = [
        lambda warm, hour: warm * hour,
        lambda warm, hour: hour * warm,
        lambda warm, hour: hour / warm,
        lambda warm, hour: warm.inverse(),
    ]
    for act in acts:
        with pytest.raises(UnitError, match="its zero is arbitrary"):
            act(Unit.parse(unit), Unit.parse("h"))


def test_an_error_prints_its_hint_and_is_a_value_error() -> None:
    error = UnitError("no such unit", "write `kg`")
    assert str(error) == "no such unit (write `kg`)"
    assert str(UnitError("no such unit")) == "no such unit"
    assert isinstance(error, QuantityError)
    assert isinstance(error, ValueError)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


@given(st.text(alphabet="mgkLdhUs10*29/.{}[]-+%µ²^x ()IaCelHin_", max_size=14))
def test_any_text_is_read_or_refused_with_a_message(text: str) -> None:
    with suppress(UnitError):
        unit = Unit.parse(text)
        assert unit.text == text
        assert unit.scale > 0
