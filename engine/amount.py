"""The arithmetic of doses: a rate times a measure of the case, at most a cap, in exact rationals."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from engine.model.quantity import Quantity, Range
from engine.model.unit import Unit, UnitError
from engine.observing import Observer
from engine.program import GroundAmount

CapOutcome: TypeAlias = Literal["", "below", "at", "capped", "partly capped"]


@dataclass(frozen=True, slots=True)
class Computed:
    """A computed dose.

    ``measure`` is the value that the rate was multiplied with, in the unit that the rate asks for; ``product`` what
    came out before the cap; ``amount`` what came out; ``cap`` one of "" (none stated), below, at, capped, partly
    capped.
    """

    measure: Quantity
    product: Range
    amount: Range
    cap: CapOutcome


@dataclass(frozen=True, slots=True)
class Recipe:
    """A dose prepared when the program was: everything but the number of the case."""

    source: GroundAmount
    measured_in: Unit
    unit: Unit
    cap: Fraction | None
    is_one_rate: bool

    @classmethod
    def of(cls, amount: GroundAmount, unit: Unit) -> Recipe:
        """Prepare a dose whose measure has the dimension of ``unit``; raises `UnitError` where the units do not fit."""
        rate = amount.rate.unit
        measured_in = next((part for part in rate.denominators() if part.commensurable(unit)), None)
        if measured_in is None:
            raise UnitError(
                f"the rate in `{rate.text}` cannot be multiplied with `{amount.times}` in `{unit.text}`",
                "a rate per unit of what it is multiplied with",
            )
        product = rate * measured_in
        cap = None
        if amount.at_most is not None:
            if not amount.at_most.unit.commensurable(product):
                raise UnitError(
                    f"the cap in `{amount.at_most.unit.text}` cannot bound a dose in `{product.text}`",
                    f"a cap in `{product.text}`",
                )
            cap = amount.at_most.to(product).value
        return cls(amount, measured_in, product, cap, amount.rate.low == amount.rate.high)

    def compute(self, observer: Observer) -> Computed | None:
        """The dose of a case; None where the measure is not known exactly."""
        measure = observer.measured(self.source.times, self.measured_in)
        if measure is None:
            return None
        rate = self.source.rate
        low = rate.low * measure.value
        high = low if self.is_one_rate else rate.high * measure.value
        product = Range(low, high, self.unit)
        if self.cap is None:
            return Computed(measure, product, product, "")
        if high < self.cap:
            return Computed(measure, product, product, "below")
        if low > self.cap:
            return Computed(measure, product, Range(self.cap, self.cap, self.unit), "capped")
        if high == self.cap:
            return Computed(measure, product, product, "at")
        capped = Range(min(low, self.cap), self.cap, self.unit)
        return Computed(measure, product, capped, "capped" if low == self.cap else "partly capped")
