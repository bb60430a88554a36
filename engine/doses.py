"""The doses of an option: computed from what its source states, or what is missing to compute them."""

from __future__ import annotations

from engine.derivation import Derivation
from engine.formula import inputs, parse_formula
from engine.model.advice import Dose, Number, Reason, Span
from engine.model.knowledge import KnowledgeBase
from engine.model.quantity import Quantity, Range
from engine.observing import NAMES, UNKNOWN, Observer
from engine.program import Clause, Evidence, GroundAmount, Program
from engine.reasons import Reasons
from engine.steps import dose_steps, dose_text
from engine.support import Support


class Doses:
    """Writes the doses of one derivation down."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        program: Program,
        observer: Observer,
        derivation: Derivation,
        reasons: Reasons,
        support: Support,
    ) -> None:
        self.knowledge = knowledge
        self.vocabulary = knowledge.vocabulary
        self.head = knowledge.vocabulary.headings
        self.program = program
        self.observer = observer
        self.derivation = derivation
        self.reasons = reasons
        self.support = support

    def of(self, key: tuple[str, ...]) -> tuple[Dose, ...]:
        """Every dose that some source states for a key, in the order of the program."""
        return tuple(
            self.dose(index, name, clause, value)
            for index, clause in enumerate(self.program.clauses)
            if self.head.dose and clause.head.relation == self.head.dose and clause.head.arguments[: len(key)] == key
            for name, value in clause.annotations
            if isinstance(value, GroundAmount)
        )

    def dose(self, index: int, name: str, clause: Clause, amount: GroundAmount) -> Dose:
        """One dose with its arithmetic."""
        evidence = self.evidence(clause)
        value = self.derivation.value(clause.head)
        computed = self.derivation.amounts.get((index, name))
        facts, readings = self.support.parted(
            {fact for id_ in clause.evidence for fact in self.program.evidence[id_].facts} | self.formula_facts(amount)
        )
        reasons = () if computed else self.open_because(amount.times)
        stated = self.stated(evidence)
        return Dose(
            evidence=evidence.id,
            facts=facts,
            readings=readings,
            value=NAMES[value if computed else min(value, UNKNOWN)],
            rate=span(amount.rate),
            times=amount.times,
            measure=number(computed.measure) if computed else None,
            measured_at=self.measured(amount.times),
            product=span(computed.product) if computed else None,
            cap=number(amount.at_most) if amount.at_most else None,
            outcome=computed.cap if computed else "",
            amount=span(computed.amount) if computed else None,
            text=dose_text(amount, computed, stated, reasons),
            steps=dose_steps(amount, computed, evidence, self.observer, self.vocabulary) if computed else (),
            stated=stated,
            reasons=reasons,
        )

    def evidence(self, clause: Clause) -> Evidence:
        """The claim that states the dose."""
        used = [self.program.evidence[id_] for id_ in clause.evidence]
        return next((item for item in used if item.kind == self.head.dosing), used[0])

    def open_because(self, path: str) -> tuple[Reason, ...]:
        """The reasons why the measure of a dose is not known."""
        codes = dict.fromkeys(code for code in self.reasons.path_codes(path) if code)
        terms = self.vocabulary.terms.get("reason", {})
        return tuple(
            Reason(code=code, text=terms[code].title if code in terms else code, kind="unknown") for code in codes
        )

    def formula_facts(self, amount: GroundAmount) -> set[str]:
        """The facts that warrant the formula of a declared quantity, and those on how its data count."""
        declared = self.vocabulary.quantities.get(amount.times)
        paths = [value.path for value in inputs(parse_formula(declared.formula))] if declared else [amount.times]
        attributes = [self.vocabulary.attribute(path) for path in paths]
        found = {fact for attribute in attributes if attribute is not None for fact in attribute.because}
        return (found | set(declared.because if declared is not None else ())) & self.program.facts

    def stated(self, evidence: Evidence) -> dict[str, str]:
        """What the source says of the dose besides its rate, and what it does not."""
        kind = self.vocabulary.claims[evidence.kind]
        argued = self.vocabulary.conclusions[self.head.conclusion]
        found: dict[str, str] = {}
        for field in kind.fields:
            value = evidence.values.get(field)
            if field in (*argued.key, "rate", "per"):
                continue
            if value is not None:
                found[field] = value.text(None) if isinstance(value, (Range, Quantity)) else str(value)
            elif field in kind.unstated:
                found[field] = kind.unstated[field]
        return found

    def measured(self, path: str) -> str:
        """The day on which a measure was taken, or that it is undated."""
        entry = self.observer.case.data.get(path)
        if entry is None:
            return ""
        return entry.at.low.date().isoformat() if entry.at else "undated"


def span(found: Range) -> Span:
    """A range as the contract writes it."""
    return Span(low=str(found.low), high=str(found.high), unit=found.unit.text)


def number(quantity: Quantity) -> Number:
    """A quantity as the contract writes it."""
    return Number(value=str(quantity.value), unit=quantity.unit.text)
