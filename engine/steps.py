"""The arithmetic of a dose in words: each step with the facts that warrant it."""

from __future__ import annotations

from fractions import Fraction

from engine.amount import Computed
from engine.formula import Value, parse_formula, with_numbers
from engine.model.advice import Reason, Step
from engine.model.quantity import Quantity, exact_text, significant
from engine.model.rounding import MOST_FIGURES, range_beside
from engine.model.vocabulary import Vocabulary
from engine.observing import Observer
from engine.program import Evidence, GroundAmount

CAPS = {
    "below": "below the cap of {cap}",
    "at": "at the cap of {cap}",
    "capped": "capped at {cap}",
    "partly capped": "capped at {cap} at its upper end",
}
QUALIFIED = ("per dose", "in total")


def dose_steps(
    amount: GroundAmount, computed: Computed, evidence: Evidence, observer: Observer, vocabulary: Vocabulary
) -> tuple[Step, ...]:
    """How the dose was computed: the measure where it has a formula, the product, and the cap."""
    found: list[Step] = []
    declared = vocabulary.quantities.get(amount.times)
    if declared is not None:
        formula = parse_formula(declared.formula)

        def read(value: Value) -> Fraction:
            number = observer.exactly(value.path, value.unit)
            assert number is not None
            return number

        found.append(Step(text=f"{with_numbers(formula, read)} = {computed.measure.text(4)}", facts=declared.because))
    product = range_beside(computed.product, amount.at_most).text(MOST_FIGURES)
    text = f"{amount.rate.text(None)} x {short(computed.measure)} = {product}"
    found.append(Step(text=text, facts=evidence.facts))
    if computed.cap and amount.at_most is not None:
        found.append(Step(text=CAPS[computed.cap].format(cap=amount.at_most.text(MOST_FIGURES)), facts=evidence.facts))
    return tuple(found)


def short(quantity: Quantity) -> str:
    """A measure as it was given where that is short, else to four significant figures."""
    text = (
        exact_text(quantity.value)
        if quantity.value.denominator in (1, 2, 4, 5, 8, 10, 20, 25, 50, 100)
        else significant(quantity.value)
    )
    return f"{text} {quantity.unit.text}"


def dose_text(
    amount: GroundAmount, computed: Computed | None, stated: dict[str, str], reasons: tuple[Reason, ...]
) -> str:
    """The dose in one phrase: `600 mg/d`, `139.8 mg per dose`, `25-50 g in total`, or what is missing."""
    if computed is None:
        return "not computed: " + "; ".join(reason.text for reason in reasons)
    qualifier = stated.get("amount-is", "")
    text = range_beside(computed.amount, amount.at_most).text(MOST_FIGURES)
    return f"{text} {qualifier}" if qualifier in QUALIFIED else text
