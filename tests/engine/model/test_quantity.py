"""Quantities, ranges and intervals: arithmetic, comparison, what is read, what is refused and what is printed."""

from __future__ import annotations

import operator
import pickle
import time
from collections.abc import Callable
from contextlib import suppress
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.model.quantity import (
    OPERATORS,
    Interval,
    Quantity,
    QuantityError,
    Range,
    Unit,
    UnitError,
    exact_text,
    parse_comparison,
    parse_interval,
    parse_quantity,
    parse_range,
    significant,
    square_root,
    thousands,
)

HOLDS: dict[str, Callable[[Any, Any], bool]] = dict(
    zip(OPERATORS, (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne), strict=True)
)
MG_PER_L = Unit.parse("mg/L")

decimals = st.decimals(min_value=-(10**9), max_value=10**9, places=6).map(Fraction)
fractions = st.fractions(min_value=-1000, max_value=1000, max_denominator=60)
unit_texts = st.sampled_from(
    ["kg", "mg/kg/d", "10*9/L", "mL/min/{1.73_m2}", "/uL", "1", "%", "{INR}", "Cel", "m2", "s-1"]
)
quantities = st.builds(Quantity, decimals, unit_texts.map(Unit.parse))
few = st.integers(-3, 3).map(Fraction)  # few values, so that ends often meet
members = [Fraction(number, 4) for number in range(-20, 21)]


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    low, high = draw(st.none() | few), draw(st.none() | few)
    low_open, high_open = draw(st.booleans()), draw(st.booleans())
    if low is not None and high is not None:
        low, high = min(low, high), max(low, high)
        assume(low < high or not (low_open or high_open))
    return Interval(low, high, low_open, high_open, MG_PER_L)


def inside(value: Fraction, interval: Interval) -> bool:
    above = interval.low is None or value > interval.low or (value == interval.low and not interval.low_open)
    below = interval.high is None or value < interval.high or (value == interval.high and not interval.high_open)
    return above and below


def verdict(answers: set[bool]) -> bool | None:
    return next(iter(answers)) if len(answers) == 1 else None


class TestQuantity:
    @given(quantities)
    def test_exact_text_reads_back(self, quantity: Quantity) -> None:
        assert parse_quantity(quantity.text()) == quantity
        assert str(quantity) == quantity.text()

    @pytest.mark.parametrize(
        ("left", "right", "product"),
        [
            ("30 mg/kg/d", "20000 g", "600 mg/d"),
            ("20000 g", "30 mg/kg/d", "600 mg/d"),
            ("30 mg/kg/d", "20 kg", "600 mg/d"),
            ("150 mg/m2", "9317 cm2", "139.755 mg"),
            ("2 g/kg", "25 kg", "50 g"),
            ("2 mg/kg/d", "1 wk", "14 mg/kg"),
            ("10 mg/mL", "0.5 L", "5000 mg"),
            ("10 mg/mL", "5 cm3", "50 mg"),
            ("10 mg/mL", "2 mL/h", "20 mg/h"),
            ("2 {dose}/d", "50 mg/{dose}", "100 mg/d"),
            ("10 mg/mL", "2 L/h", "20 mg.L/mL/h"),
            ("600 mg/d", "2 kg.d/mg", "1200 kg"),
            ("60 mL/min/{1.73_m2}", "50 %", "3000 mL.%/min/{1.73_m2}"),
            ("2 mg", "3 1", "6 mg"),
            ("2 /kg", "3 /g", "6 1/kg/g"),
        ],
    )
    def test_a_multiplicand_is_converted_to_what_the_rate_is_per(self, left: str, right: str, product: str) -> None:
        assert (parse_quantity(left) * parse_quantity(right)).text() == product

    @pytest.mark.parametrize(
        ("left", "right", "ratio"),
        [
            ("600 mg", "20 kg", "30 mg/kg"),
            ("600 mg/d", "20 kg", "30 mg/d/kg"),
            ("600 mg", "2 g/kg", "0.3 kg"),
            ("600 mg/d", "30 mg/kg/d", "20 kg"),
            ("1 L", "2 mL/h", "500 h"),
            ("600 mg", "300 mg", "2 1"),
        ],
    )
    def test_a_ratio_of_plain_units_converts_nothing_and_a_rate_does(self, left: str, right: str, ratio: str) -> None:
        assert (parse_quantity(left) / parse_quantity(right)).text() == ratio

    @given(decimals, decimals)
    def test_arithmetic_means_the_same_in_any_unit(self, one: Fraction, other: Fraction) -> None:
        rate, weight = Quantity(one, Unit.parse("mg/kg/d")), Quantity(other, Unit.parse("kg"))
        in_grams = weight.to(Unit.parse("g"))
        assert rate * in_grams == rate * weight == weight * rate
        assert (weight + in_grams).value == 2 * other
        assert (in_grams - weight).value == 0
        assert weight.compare(in_grams) == in_grams.compare(weight) == 0
        if other:
            assert (rate * weight / weight).compare(rate) == 0

    @given(decimals, decimals, st.sampled_from([("kg", "[lb_av]"), ("Cel", "[degF]"), ("d", "mo"), ("10*9/L", "/uL")]))
    def test_comparison_is_the_order_of_values(self, one: Fraction, other: Fraction, pair: tuple[str, str]) -> None:
        left = Quantity(one, Unit.parse(pair[0]))
        right = Quantity(other, Unit.parse(pair[0])).to(Unit.parse(pair[1]))
        assert left.compare(right) == (one > other) - (one < other)
        assert right.compare(left) == -left.compare(right)

    def test_sums_keep_the_unit_of_the_left(self) -> None:
        assert (parse_quantity("1 g") + parse_quantity("250 mg")).text() == "1.25 g"
        assert (parse_quantity("250 mg") - parse_quantity("1 g")).text() == "-750 mg"

    def test_different_kinds_of_quantity_do_not_mix(self) -> None:
        mass, length = parse_quantity("1 kg"), parse_quantity("1 m")
        for act in (
            lambda: mass.compare(length),
            lambda: mass + length,
            lambda: mass - length,
            lambda: mass.to(length.unit),
        ):
            with pytest.raises(UnitError, match="do not measure the same kind of thing"):
                act()

    def test_a_temperature_scale_has_no_sums_or_products(self) -> None:
        warm, kelvin = parse_quantity("39 Cel"), parse_quantity("1 K")
        acts: list[Callable[[], object]] = [
            lambda: warm + kelvin,
            lambda: kelvin - warm,
            lambda: warm * kelvin,
            lambda: kelvin / warm,
            warm.inverse,
        ]
        for act in acts:
            with pytest.raises(UnitError, match="arbitrary"):
                act()
        assert warm.compare(parse_quantity("102.2 [degF]")) == 0

    def test_division_by_nothing_is_an_error(self) -> None:
        for zero in ("0 kg", "0 mg/kg"):
            with pytest.raises(ZeroDivisionError):
                parse_quantity("1 mg") / parse_quantity(zero)

    def test_equality_is_of_what_is_written(self) -> None:
        assert parse_quantity("1 g") != parse_quantity("1000 mg")
        assert len({parse_quantity("1.0 g"), parse_quantity("1 g")}) == 1
        assert pickle.loads(pickle.dumps(parse_quantity("1.5 g"))) == parse_quantity("1.5 g")

    @pytest.mark.parametrize("value", [1, 1.5, "1", Decimal(1)])
    def test_nothing_but_a_fraction_is_held(self, value: Any) -> None:
        for make in (
            lambda: Quantity(value, MG_PER_L),
            lambda: Range(value, value, MG_PER_L),
            lambda: Interval(None, value, True, True, MG_PER_L),
        ):
            with pytest.raises(TypeError, match="holds a Fraction"):
                make()

    def test_text_for_readers_is_rounded_and_has_no_unit_one(self) -> None:
        third = Quantity(Fraction(1, 3), Unit.parse("1"))
        assert third.text() == "1/3 1"
        assert third.text(3) == "0.333"
        assert Quantity(Fraction(139754, 1000), Unit.parse("mg")).text(4) == "139.8 mg"


class TestRange:
    @given(decimals, decimals, unit_texts)
    def test_exact_text_reads_back(self, one: Fraction, other: Fraction, unit: str) -> None:
        dose = Range(min(one, other), max(one, other), Unit.parse(unit))
        assert parse_range(dose.text(None)) == dose
        assert str(dose) == dose.text(None)

    @pytest.mark.parametrize(
        ("rate", "weight", "dose"),
        [
            ("2-3 mg/kg/d", "20 kg", "40-60 mg/d"),
            ("2-3 mg/kg/d", "25000 g", "50-75 mg/d"),
            ("30 mg/kg/d", "20 kg", "600 mg/d"),
            ("1-2 g/kg", "25 kg", "25-50 g"),
            ("2-10 mg/kg/d", "25 kg", "50-250 mg/d"),
            ("1-3 mg", "-2 1", "-6--2 mg"),
            ("1000-2000.5 1/kg", "3 kg", "3000-6002"),
        ],
    )
    def test_a_rate_times_a_weight(self, rate: str, weight: str, dose: str) -> None:
        assert parse_range(rate).times(parse_quantity(weight)).text() == dose

    @pytest.mark.parametrize(
        ("dose", "cap", "left", "how"),
        [
            ("600 mg/d", "1000 mg/d", "600 mg/d", "below"),
            ("600 mg/d", "1 g/d", "600 mg/d", "below"),
            ("1000 mg/d", "1 g/d", "1000 mg/d", "at"),
            ("800-1000 mg/d", "1 g/d", "800-1000 mg/d", "at"),
            ("2250 mg/d", "1 g/d", "1000 mg/d", "capped"),
            ("1000-2000 mg/d", "1 g/d", "1000 mg/d", "capped"),
            ("1001-2000 mg/d", "1 g/d", "1000 mg/d", "capped"),
            ("800-1200 mg/d", "1 g/d", "800-1000 mg/d", "partly capped"),
        ],
    )
    def test_a_cap(self, dose: str, cap: str, left: str, how: str) -> None:
        capped, said = parse_range(dose).at_most(parse_quantity(cap))
        assert (capped.text(), said) == (left, how)

    @given(few, few, few)
    def test_a_cap_leaves_the_values_below_it_or_itself(self, one: Fraction, other: Fraction, cap: Fraction) -> None:
        dose = Range(min(one, other), max(one, other), MG_PER_L)
        capped, how = dose.at_most(Quantity(cap, MG_PER_L))
        assert (capped.low, capped.high) == (min(dose.low, cap), min(dose.high, cap))
        assert (how in ("capped", "partly capped")) == (capped != dose)
        assert (how == "below") == (dose.high < cap)

    def test_a_cap_of_another_kind_is_refused(self) -> None:
        with pytest.raises(UnitError):
            parse_range("2-3 mg/kg/d").at_most(parse_quantity("1000 mg/d"))

    def test_ends_that_print_the_same_print_once(self) -> None:
        assert Range(Fraction("600.01"), Fraction("600.02"), MG_PER_L).text(4) == "600 mg/L"
        assert Range(Fraction("600.01"), Fraction("600.02"), MG_PER_L).text(None) == "600.01-600.02 mg/L"

    def test_conversion(self) -> None:
        assert parse_range("2-3 g/d").to(Unit.parse("mg/d")).text() == "2000-3000 mg/d"


class TestInterval:
    @given(intervals(), st.sampled_from(OPERATORS), few)
    def test_a_verdict_is_that_of_every_member(self, interval: Interval, op: str, bound: Fraction) -> None:
        answers = {HOLDS[op](value, bound) for value in members if inside(value, interval)}
        assert interval.compare(op, Quantity(bound, MG_PER_L)) is verdict(answers)
        assert interval.compare(op, Quantity(bound, MG_PER_L).to(Unit.parse("ug/dL"))) is verdict(answers)

    @given(intervals(), st.sampled_from(OPERATORS), intervals())
    def test_a_verdict_on_two_is_that_of_every_pair(self, one: Interval, op: str, other: Interval) -> None:
        left, right = ([value for value in members if inside(value, each)] for each in (one, other))
        answers = {HOLDS[op](value, bound) for value in left for bound in right}
        assert one.compare_interval(op, other) is verdict(answers)

    @given(decimals, unit_texts, st.sampled_from(["==", "<", "<=", ">", ">="]))
    def test_text_with_one_end_reads_back(self, value: Fraction, unit: str, op: str) -> None:
        interval = Interval.of(Quantity(value, Unit.parse(unit)), op)
        assert parse_interval(interval.text()) == interval
        assert str(interval) == interval.text()

    @pytest.mark.parametrize(
        ("value", "op", "bound", "said"),
        [
            ("> 40000 ng/mL", ">", "40000 ug/L", True),
            ("> 40000 ng/mL", ">", "684 ng/mL", True),
            ("> 40000 ng/mL", ">", "50000 ng/mL", None),
            ("> 40000 ng/mL", "<=", "40 mg/L", False),
            ("> 40000 ng/mL", "==", "40000 ng/mL", False),
            (">= 40000 ng/mL", "==", "40000 ng/mL", None),
            ("<= 5 mg/L", ">", "5 mg/L", False),
            ("<= 5 mg/L", "<", "5 mg/L", None),
            ("< 5 mg/L", "!=", "5 mg/L", True),
            ("< 5 mg/L", ">=", "0 mg/L", None),
            ("39.8 Cel", ">=", "38 Cel", True),
            ("20 kg", "==", "20000 g", True),
            ("20 kg", "!=", "20000 g", False),
        ],
    )
    def test_comparisons(self, value: str, op: str, bound: str, said: bool | None) -> None:
        assert parse_interval(value).compare(op, parse_quantity(bound)) is said

    def test_only_one_possible_value_is_exact(self) -> None:
        assert parse_interval("20 kg").exact == parse_quantity("20 kg")
        assert parse_interval(">= 20 kg").exact is None
        assert Interval(None, None, True, True, MG_PER_L).exact is None
        assert Interval(Fraction(1), Fraction(2), False, False, MG_PER_L).exact is None

    def test_an_unbounded_end_counts_as_open(self) -> None:
        assert Interval(None, Fraction(1), False, False, MG_PER_L) == Interval(None, Fraction(1), True, False, MG_PER_L)
        assert Interval(Fraction(1), None, False, False, MG_PER_L) == Interval(Fraction(1), None, False, True, MG_PER_L)

    def test_two_ends_print_in_brackets(self) -> None:
        assert Interval(Fraction(2), Fraction(3), False, True, MG_PER_L).text() == "[2, 3) mg/L"
        assert Interval(Fraction(2), Fraction(10, 3), True, False, MG_PER_L).text(2) == "(2, 3.3] mg/L"
        assert Interval(None, None, True, True, MG_PER_L).text() == "(-inf, inf) mg/L"

    def test_a_conversion_keeps_what_is_open(self) -> None:
        assert parse_interval("> 1 g/L").to(MG_PER_L).text() == "> 1000 mg/L"
        assert parse_interval("<= 1 g/L").to(MG_PER_L).text() == "<= 1000 mg/L"

    @pytest.mark.parametrize(
        ("low", "high", "low_open", "high_open"), [(2, 1, False, False), (1, 1, True, False), (1, 1, False, True)]
    )
    def test_an_interval_without_values_is_refused(self, low: int, high: int, low_open: bool, high_open: bool) -> None:
        with pytest.raises(QuantityError, match="no value lies in"):
            Interval(Fraction(low), Fraction(high), low_open, high_open, MG_PER_L)

    def test_what_cannot_be_compared(self) -> None:
        with pytest.raises(UnitError):
            parse_interval("20 kg").compare(">", parse_quantity("1 m"))
        with pytest.raises(ValueError, match="unknown operator '~'"):
            parse_interval("20 kg").compare("~", parse_quantity("1 kg"))
        with pytest.raises(ValueError, match="does not bound an interval"):
            Interval.of(parse_quantity("1 kg"), "!=")


NUMBER_ERRORS = [
    ("1e3", "`1e3` has an exponent", "write all of its digits"),
    ("1.5E-3", "`1.5E-3` has an exponent", "write all of its digits"),
    ("012", "`012` begins with a zero", "write `12`"),
    ("-007.5", "`-007.5` begins with a zero", "write `-7.5`"),
    ("00", "`00` begins with a zero", "write `0`"),
    (".5", "`.5` begins with a point", "write `0.5`"),
    ("-.5", "`-.5` begins with a point", "write `-0.5`"),
    ("5.", "`5.` ends with a point", "write `5`"),
    ("1,000", "`1,000` has a comma", "write `1000`, or `1.000` if it separates decimals"),
    ("1,000,000", "`1,000,000` has a comma", "write `1000000`"),
    ("-1,000.5", "`-1,000.5` has a comma", "write `-1000.5`"),
    ("2,5", "`2,5` has a comma", "write `2.5`"),
    ("0,125", "`0,125` has a comma", "write `0.125`"),
    ("1.000,5", "`1.000,5` has a comma", "write decimals with a point"),
    ("inf", "`inf` is not a number", "`> 40000 ng/mL`"),
    ("-Infinity", "`-Infinity` is not a number", "`> 40000 ng/mL`"),
    (".nan", "`.nan` is not a number", "`> 40000 ng/mL`"),
    ("+5", "`+5` has a plus sign", "write `5`"),
    ("--5", "`--5` is not a number", "write a plain decimal number"),
    ("1_000", "`1_000` is not a number", "write a plain decimal number"),
    ("٢", "`٢` is not a number", "write a plain decimal number"),
    ("0x10", "`0x10` is not a number", "write a plain decimal number"),
    ("9" * 41, "has 41 digits; at most 40 are read", ""),
    ("0." + "1" * 40, "has 41 digits; at most 40 are read", ""),
]


class TestReading:
    @pytest.mark.parametrize(("number", "message", "hint"), NUMBER_ERRORS)
    @pytest.mark.parametrize(
        "parse", [parse_quantity, parse_range, parse_interval, lambda text: parse_comparison("> " + text)]
    )
    def test_each_other_way_to_write_a_number_has_its_message(
        self, parse: Callable[[str], object], number: str, message: str, hint: str
    ) -> None:
        with pytest.raises(QuantityError) as caught:
            parse(f"{number} mg")
        assert message in caught.value.message
        assert hint in caught.value.hint
        assert bool(hint) == bool(caught.value.hint)
        with pytest.raises(QuantityError):
            parse(number)

    @pytest.mark.parametrize(
        ("text", "message", "hint"),
        [
            ("", "there is no quantity here", "`20 kg`"),
            ("  ", "there is no quantity here", "`20 kg`"),
            ("20", "`20` has no unit", "a plain number is `20 1`"),
            ("20 ", "`20` has no unit", "a plain number is `20 1`"),
            ("20kg", "no plain space between number and unit in `20kg`", "write `20 kg`"),
            ("20\u00a0kg", "no plain space between number and unit", "write `20 kg`"),
            ("20\tkg", "no plain space between number and unit", "write `20 kg`"),
            ("5%", "no plain space between number and unit in `5%`", "write `5 %`"),
            ("2-3 mg", "`2-3` is a range, where one number is expected", "write one number"),
            ("20 kgs", "`kgs` is not a unit", "did you mean `kg`?"),
            ("48 x 10^9/L", "is not a unit", "did you mean `10*9/L`?"),
            ("kg", "`kg` is not a number", "write a plain decimal number"),
        ],
    )
    def test_quantities_that_are_refused(self, text: str, message: str, hint: str) -> None:
        with pytest.raises(QuantityError) as caught:
            parse_quantity(text)
        assert message in caught.value.message
        assert hint in caught.value.hint

    @pytest.mark.parametrize(
        ("text", "message", "hint"),
        [
            ("3-2 mg", "the range 3-2 is upside down", "write `2-3 mg`"),
            ("2 - 3 mg", "is not how a range is written", "write `2-3 mg`"),
            ("2- 3 mg", "is not how a range is written", "write `2-3 mg`"),
            ("2–3 mg/kg/d", "is not how a range is written", "write `2-3 mg/kg/d`"),
            ("2 to 3 mg", "is not how a range is written", "write `2-3 mg`"),
            ("2 to 3", "is not how a range is written", "write `2-3 mg/d`"),
            ("2-3", "`2-3` has no unit", "as in `2-3 mg/kg/d`"),
            ("2-3mg", "no plain space between number and unit", "write `2-3 mg`"),
            ("2-03 mg", "`03` begins with a zero", "write `3`"),
            ("1,000-2,000 mg", "`1,000` has a comma", "write `1000`"),
            ("2-3-4 mg", "`2-3-4` is not a number", "write a plain decimal number"),
            ("", "there is no quantity here", "`2-3 mg/kg/d`"),
        ],
    )
    def test_ranges_that_are_refused(self, text: str, message: str, hint: str) -> None:
        with pytest.raises(QuantityError) as caught:
            parse_range(text)
        assert message in caught.value.message
        assert hint in caught.value.hint

    @pytest.mark.parametrize(
        ("parse", "text", "message", "hint"),
        [
            (parse_comparison, "24 h", "`24 h` compares with nothing", "such as `>= 24 h`"),
            (parse_comparison, "=> 24 h", "`=>` is not a comparison", "did you mean `>=`?"),
            (parse_comparison, "≤ 24 h", "`≤` is not a comparison", "did you mean `<=`?"),
            (parse_comparison, "= 24 h", "`=` is not a comparison", "did you mean `==`?"),
            (parse_comparison, "~ 24 h", "`~` is not a comparison", "one of < <= > >= == !="),
            (parse_comparison, ">", "there is no quantity here", "`20 kg`"),
            (parse_comparison, "> 24", "`24` has no unit", "a plain number is `24 1`"),
            (parse_interval, "== 5 mg", "`==` does not qualify a measured value", "write `5 mg`"),
            (parse_interval, "!= 5 mg", "`!=` does not qualify a measured value", "write `5 mg`"),
            (parse_interval, "≥ 5 mg", "`≥` is not a comparison", "did you mean `>=`?"),
            (parse_interval, "2-3 mg", "`2-3` is a range", "write one number"),
        ],
    )
    def test_comparisons_that_are_refused(
        self, parse: Callable[[str], object], text: str, message: str, hint: str
    ) -> None:
        with pytest.raises(QuantityError) as caught:
            parse(text)
        assert message in caught.value.message
        assert hint in caught.value.hint

    @pytest.mark.parametrize("op", OPERATORS)
    def test_comparisons_are_read(self, op: str) -> None:
        assert parse_comparison(f"{op} 24 h") == (op, parse_quantity("24 h"))
        assert parse_comparison(f"{op}24 h") == (op, parse_quantity("24 h"))

    @pytest.mark.parametrize(
        ("text", "value"), [("0 kg", "0"), ("-0.50 kg", "-1/2"), (" 20  kg ", "20"), ("9" * 40 + " kg", "9" * 40)]
    )
    def test_plain_decimals_are_read(self, text: str, value: str) -> None:
        assert parse_quantity(text) == Quantity(Fraction(value), Unit.parse("kg"))

    @pytest.mark.parametrize("parse", [parse_quantity, parse_range, parse_interval, parse_comparison])
    @pytest.mark.parametrize(
        "unit", ["9", "1-", "-", ",", "1,", ".", "1 ", " ", ">", "> 9", "(", "{", "µ", "10*", "per "]
    )
    def test_long_text_is_refused_fast_and_briefly(self, parse: Callable[[str], object], unit: str) -> None:
        for text in (unit * 10_000, "5 " + unit * 10_000, "> 5 " + unit * 10_000, unit * 10_000 + " kg"):
            start = time.perf_counter()
            with pytest.raises(QuantityError) as caught:
                parse(text)
            assert time.perf_counter() - start < 0.5
            assert len(str(caught.value)) < 300

    @given(st.text(alphabet="0123456789.,-+eE <>=kgmL/d*{}µ to", max_size=16))
    def test_any_text_is_read_or_refused_as_a_quantity(self, text: str) -> None:
        for parse in (parse_quantity, parse_range, parse_interval, parse_comparison):
            with suppress(QuantityError):
                assert parse(text)


class TestNumbers:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            ("139.754", "139.8"),
            ("1000", "1000"),
            ("2250", "2250"),
            ("100/3", "33.33"),
            ("12345.6", "12346"),
            ("123456789", "123456789"),
            ("9999.5", "10000"),
            ("999.96", "1000"),
            ("0.99996", "1"),
            ("0", "0"),
            ("-0.00012345", "-0.0001234"),
            ("0.00012355", "0.0001236"),
            ("2.5", "2.5"),
            ("20.10", "20.1"),
            ("12345.5", "12346"),
            ("12344.5", "12344"),
            ("-1/3", "-0.3333"),
        ],
    )
    def test_significant_figures(self, value: str, text: str) -> None:
        assert significant(Fraction(value)) == text

    @given(st.fractions(), st.integers(1, 12))
    def test_significant_figures_are_those_of_decimal(self, value: Fraction, digits: int) -> None:
        text = significant(value, digits)
        assert "e" not in text.lower()
        assert not text.endswith(".")
        assert not ("." in text and text.endswith("0"))
        whole = len(str(abs(int(value)))) if abs(value) >= 1 else 0
        with localcontext() as context:
            context.prec, context.rounding = max(digits, whole), ROUND_HALF_EVEN
            assert Fraction(Decimal(value.numerator) / Decimal(value.denominator)) == Fraction(text)

    def test_at_least_one_figure(self) -> None:
        assert significant(Fraction(25, 10), 1) == "2"
        with pytest.raises(ValueError, match="at least one"):
            significant(Fraction(1), 0)

    @given(st.fractions())
    def test_exact_text_is_exact(self, value: Fraction) -> None:
        assert Fraction(exact_text(value)) == value

    @pytest.mark.parametrize(
        ("value", "text"), [("1/8", "0.125"), ("-1/3", "-1/3"), ("1/50", "0.02"), ("1200", "1200"), ("0", "0")]
    )
    def test_exact_text_is_decimal_where_decimals_end(self, value: str, text: str) -> None:
        assert exact_text(Fraction(value)) == text

    @given(st.fractions(min_value=0, max_value=10**12) | st.fractions(min_value=0, max_value=Fraction(1, 10**12)))
    def test_a_root_is_rounded_to_34_digits(self, value: Fraction) -> None:
        root = square_root(value)
        with localcontext() as context:
            context.prec = 200
            precise = (Decimal(value.numerator) / Decimal(value.denominator)).sqrt()
            context.prec, context.rounding = 34, ROUND_HALF_EVEN
            assert root == Fraction(+precise)

    @given(st.decimals(min_value=0, max_value=10**9, places=8))
    def test_a_root_of_a_decimal_is_that_of_decimal(self, value: Decimal) -> None:
        with localcontext() as context:
            context.prec = 34
            assert square_root(Fraction(value)) == Fraction(value.sqrt())

    def test_roots(self) -> None:
        assert square_root(Fraction(0)) == 0
        assert square_root(Fraction(144)) == 12
        assert square_root(Fraction("0.0625")) == Fraction("0.25")
        assert significant(square_root(Fraction(125 * 25, 3600))) == "0.9317"
        assert exact_text(square_root(Fraction(2))) == "1.414213562373095048801688724209698"
        assert square_root(Fraction(1, 9)) == Fraction("0." + "3" * 34)

    @pytest.mark.parametrize(("last", "rounded"), [("25", "2"), ("35", "4"), ("251", "3"), ("249", "2")])
    def test_half_of_the_last_digit_of_a_root_goes_to_even(self, last: str, rounded: str) -> None:
        start = "1." + "0" * 32
        assert square_root(Fraction(start + last) ** 2) == Fraction(start + rounded)

    def test_a_negative_value_has_no_root(self) -> None:
        with pytest.raises(ValueError, match="-2 is negative"):
            square_root(Fraction(-2))

    @pytest.mark.parametrize(
        ("text", "separated"),
        [
            ("1000 mg/d", "1,000 mg/d"),
            ("600 mg/d", "600 mg/d"),
            ("1000-2000 mg/d", "1,000-2,000 mg/d"),
            ("1234567.12345 mg", "1,234,567.12345 mg"),
            ("-1000 1", "-1,000 1"),
            ("> 40000 ng/mL", "> 40,000 ng/mL"),
            ("48000 10*9/L", "48,000 10*9/L"),
            ("1000", "1,000"),
            ("5 mL/{1000_m2}", "5 mL/{1000_m2}"),
            ("2026-03-06", "2026-03-06"),
            ("in 2026", "in 2026"),
            ("1000/3 mg", "1000/3 mg"),
        ],
    )
    def test_thousands(self, text: str, separated: str) -> None:
        assert thousands(text) == separated
