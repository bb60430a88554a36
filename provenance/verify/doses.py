"""The arithmetic of doses, in the checker's own exact rationals, and its words rounded to four significant figures."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from engine.formula import Formula, Number, Operation, Value, parse_formula
from engine.model.quantity import Quantity, Range
from engine.model.unit import Unit
from engine.program import Atom, Clause, Evidence, GroundAmount
from provenance.verify.derivation import Derivation
from provenance.verify.reasons import Reasons
from provenance.verify.truth import NAMES, PROVISIONAL, UNKNOWN, leaves
from provenance.verify.verdict import Tree

CAPS = {"below": "below the cap of ", "at": "at the cap of ", "capped": "capped at ", "partly capped": "capped at "}
QUALIFIED = ("per dose", "in total")


class Doses:
    """Recomputes the doses of one derivation."""

    def __init__(self, derivation: Derivation, reasons: Reasons) -> None:
        self.derivation = derivation
        self.reasons = reasons
        self.ground = derivation.ground
        self.observed = derivation.observed
        self.vocabulary = derivation.knowledge.vocabulary

    def of(self, key: tuple[str, ...]) -> list[Tree]:
        """The doses of a key, in the order of the claims."""
        relation = self.vocabulary.headings.dose
        return [
            self._dose(instance, note)
            for instance in self.ground.instances
            if relation and instance.head.relation == relation and instance.head.arguments[: len(key)] == key
            for _, note in instance.annotations
            if isinstance(note, GroundAmount)
        ]

    def _dose(self, instance: Clause, dose: GroundAmount) -> Tree:
        head = self.vocabulary.headings
        claims = [self.ground.evidence[id_] for id_ in instance.evidence]
        claim = next((claim for claim in claims if claim.kind == head.dosing), claims[0])
        declared = self.vocabulary.quantities.get(dose.times)
        paths = [value.path for value in leaves(parse_formula(declared.formula))] if declared else [dose.times]
        attributes = [attribute for path in paths if (attribute := self.vocabulary.attribute(path))]
        told = [*(declared.because if declared else ()), *(fact for one in attributes for fact in one.because)]
        warrants = [fact for fact in told if fact in self.ground.facts]
        facts, readings = self.derivation.parted([*self.ground.matched(instance), *warrants])
        entry = self.observed.case.data.get(dose.times)
        stated = self._stated(claim)
        found: Tree = {
            "evidence": claim.id,
            "facts": facts,
            "readings": readings,
            "value": NAMES[min(self.derivation.value(instance.head), UNKNOWN)],
            "rate": _span(dose.rate.low, dose.rate.high, dose.rate.unit),
            "times": dose.times,
            "measure": None,
            "measured_at": "" if entry is None else entry.at.low.date().isoformat() if entry.at else "undated",
            "product": None,
            "cap": _number(dose.at_most.value, dose.at_most.unit) if dose.at_most else None,
            "outcome": "",
            "amount": None,
            "steps": [],
            "stated": stated,
            "reasons": [],
        }
        if any(
            firing.instance is instance and firing.value >= PROVISIONAL
            for firing in self.derivation.by_head[instance.head]
        ):
            found |= self._computed(dose, claim, stated, self.derivation.value(instance.head))
        if found["measure"] is None:
            codes = [code for code in dict.fromkeys(self.reasons.path(dose.times)) if code]
            found["reasons"] = [reason(self.derivation, code, "unknown") for code in codes]
            found["text"] = "not computed: " + "; ".join(entry["text"] for entry in found["reasons"])
        return found

    def _computed(self, dose: GroundAmount, claim: Evidence, stated: dict[str, str], value: int) -> dict[str, Tree]:
        """Rate times measure, at most the cap; empty where the measure is not one number."""
        declared, attribute = self.vocabulary.quantities.get(dose.times), self.vocabulary.attribute(dose.times)
        measured_in = declared.unit if declared else attribute.type.unit if attribute else None
        assert measured_in is not None
        # The rate is per something that the datum measures: g/m2 times an area in m2 leaves g.
        per = next(unit for unit in dose.rate.unit.denominators() if unit.commensurable(measured_in))
        measure = self.observed.exactly(dose.times, per)
        if measure is None:
            return {}
        unit = dose.rate.unit * per
        low, high = dose.rate.low * measure, dose.rate.high * measure
        least, most, outcome, cap = low, high, "", None
        if dose.at_most is not None:
            cap = dose.at_most.unit.convert(dose.at_most.value, unit)
            least, most = min(low, cap), min(high, cap)
            outcome = (
                "below"
                if high < cap
                else "capped"
                if low > cap
                else "at"
                if high == cap
                else "capped"
                if low == cap
                else "partly capped"
            )
        facts = list(claim.facts)
        steps = [f"{dose.rate.text(None)} x {_short(measure)} {per.text} = {_rounded(low, high, unit, cap)}"]
        if outcome and dose.at_most:
            upper = " at its upper end" if outcome == "partly capped" else ""
            one = "" if dose.at_most.unit.text == "1" else f" {dose.at_most.unit.text}"
            steps.append(f"{CAPS[outcome]}{_decimal(dose.at_most.value)}{one}{upper}")
        told = [{"text": step, "facts": facts} for step in steps]
        if declared is not None:
            formula = self._with_numbers(parse_formula(declared.formula))
            told.insert(0, {"text": f"{formula} = {_rounded(measure, measure, per)}", "facts": list(declared.because)})
        qualifier = stated.get("amount-is", "")
        return {
            "value": NAMES[value],
            "measure": _number(measure, per),
            "product": _span(low, high, unit),
            "outcome": outcome,
            "amount": _span(least, most, unit),
            "text": _rounded(least, most, unit, cap) + (f" {qualifier}" if qualifier in QUALIFIED else ""),
            "steps": told,
        }

    def _stated(self, claim: Evidence) -> dict[str, str]:
        """What the claim says besides the rate, and what it does not where the vocabulary wants that said."""
        kind = self.vocabulary.claims[claim.kind]
        shown = {name: _exactly(value) for name, value in claim.values.items() if name in kind.fields}
        key = self.ground.fields(self.vocabulary.headings.conclusion)
        return {name: text for name, text in {**kind.unstated, **shown}.items() if name not in (*key, "rate", "per")}

    def _with_numbers(self, formula: Formula) -> str:
        """A formula with the numbers of the case in it."""
        if isinstance(formula, Number):
            return _decimal(formula.value)
        if isinstance(formula, Value):
            number = self.observed.exactly(formula.path, formula.unit)
            assert number is not None
            return _decimal(number) if number.denominator < 10**9 else significant(number)
        parts = [self._with_numbers(operand) for operand in formula.operands]
        if formula.name in ("sqrt", "min", "max"):
            return f"{formula.name}({', '.join(parts)})"
        if formula.name == "negative":
            return f"-{parts[0]}"
        own = _binding(formula)
        for place, operand in enumerate(formula.operands):
            if _binding(operand) < own + (place > 0 and formula.name in "-/"):
                parts[place] = f"({parts[place]})"
        return f" {'x' if formula.name == '*' else formula.name} ".join(parts)


def reason(derivation: Derivation, code: str, kind: str, rule: str = "") -> Tree:
    """A reason with its words from the vocabulary."""
    term = derivation.knowledge.vocabulary.term("reason", code)
    return {"code": code, "text": term.title if term else code, "kind": kind, "rule": rule}


def open_doses(derivation: Derivation, key: tuple[str, ...]) -> Iterator[Atom]:
    """The doses of a key that are unknown or provisional."""
    relation = derivation.knowledge.vocabulary.headings.dose
    for atom in derivation.ground.atoms:
        if (
            atom.relation == relation
            and atom.arguments[: len(key)] == key
            and derivation.value(atom) in (UNKNOWN, PROVISIONAL)
        ):
            yield atom


def _span(low: Fraction, high: Fraction, unit: Unit) -> Tree:
    return {"low": str(low), "high": str(high), "unit": unit.text}


def _number(value: Fraction, unit: Unit) -> Tree:
    return {"value": str(value), "unit": unit.text}


def _exactly(value: object) -> str:
    return value.text(None) if isinstance(value, (Range, Quantity)) else str(value)


def _rounded(low: Fraction, high: Fraction, unit: Unit, cap: Fraction | None = None) -> str:
    """A range in words; where there is a cap, no end of it is rounded to the other side of it, or to it."""
    digits = 4
    while cap is not None and digits < 40 and not _stands(low, high, cap, digits):
        digits += 1
    numbers = significant(low, digits) if low == high else f"{significant(low, digits)}-{significant(high, digits)}"
    return numbers if unit.text == "1" else f"{numbers} {unit.text}"


def _short(value: Fraction) -> str:
    """A measure as it was given where that is short, else to four significant figures."""
    return _decimal(value) if 100 % value.denominator == 0 or value.denominator == 8 else significant(value)


def _decimal(value: Fraction) -> str:
    """All decimals, or a ratio where they have no end."""
    places = next((places for places in range(200) if 10**places % value.denominator == 0), None)
    return str(value) if places is None else _plain(int(value * 10**places), places)


def _stands(low: Fraction, high: Fraction, cap: Fraction, digits: int) -> bool:
    """Whether low, high and cap, rounded, are in the order in which they are exactly."""
    rounded = [Fraction(significant(one, digits)) for one in (low, high)]
    limit = Fraction(significant(cap, digits)) if 10**9 % cap.denominator else cap
    exact, printed = (low, high, cap), (*rounded, limit)
    pairs = ((0, 1), (0, 2), (1, 2))
    return all(_order(exact[one], exact[two]) == _order(printed[one], printed[two]) for one, two in pairs)


def _order(one: Fraction, other: Fraction) -> int:
    return (one > other) - (one < other)


def significant(value: Fraction, digits: int = 4) -> str:
    """So many significant figures, a half to even; digits before the point are never dropped."""
    size, places = abs(value), 0
    while size and size * 10**places < 10 ** (digits - 1):
        places += 1
    return _plain(round(value * 10**places), places)


def _plain(digits: int, places: int) -> str:
    whole, decimals = divmod(abs(digits), 10**places)
    point = f".{decimals:0{places}d}".rstrip("0") if decimals else ""
    return f"{'-' if digits < 0 else ''}{whole}{point}"


def _binding(formula: Formula) -> int:
    return {"+": 1, "-": 1, "*": 2, "/": 2}.get(formula.name, 3) if isinstance(formula, Operation) else 4
