"""What no advice may contain, as the vocabulary declares it: a dose, a source that is cited, an order among options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from engine.errors import NOWHERE
from engine.model.knowledge import KnowledgeBase
from engine.model.quantity import QuantityError, parse_quantity
from rulewright.authoring.difference import Difference, Subject, named_in

if TYPE_CHECKING:
    from engine.model.advice import Advice, Dose, Standing


def violations(prohibition: Mapping[str, Any], advice: Advice, knowledge: KnowledgeBase) -> Iterator[Difference]:
    """The ways in which an advice breaks a declared prohibition."""
    broken = Prohibition(prohibition, advice, knowledge)
    if "no-dose" in prohibition:
        yield from broken.doses(prohibition["no-dose"])
    if "not-cited" in prohibition:
        yield from broken.citations(prohibition["not-cited"])
    if "no-order" in prohibition:
        yield from broken.orders(prohibition["no-order"])


class Prohibition:
    """One declared prohibition, held against one advice."""

    def __init__(self, prohibition: Mapping[str, Any], advice: Advice, knowledge: KnowledgeBase) -> None:
        self.sentence = str(prohibition.get("sentence", ""))
        self.advice = advice
        self.knowledge = knowledge
        self.headings = knowledge.vocabulary.headings

    def broken(self, standing: Standing, actual: str, text: str, relation: str = "") -> Difference:
        """That an option breaks it, by what the advice says of it; ``relation`` is what draws that."""
        words = tuple(standing.key.values())
        subject = Subject(" ".join(words), NOWHERE, named_in(self.advice, relation or self.headings.conclusion, words))
        return subject.says("", f"not: {self.sentence}", actual, text)

    def doses(self, forbidden: Mapping[str, str]) -> Iterator[Difference]:
        """Doses of a subject at the forbidden rate."""
        subject = self.headings.subject
        for standing in self.advice.options:
            if standing.key.get(subject) == forbidden.get(subject):
                for dose in standing.doses:
                    if _has_rate(dose, forbidden["amount"]):
                        text = f"must not give {forbidden['amount']} of {forbidden[subject]}"
                        yield self.broken(standing, dose.text, text, self.headings.dose)

    def citations(self, forbidden: Mapping[str, Any]) -> Iterator[Difference]:
        """Facts that are attributed to the forbidden source."""
        facts = {record.id for record in self.advice.facts if forbidden["source"] in record.cites}
        for standing in self.advice.options:
            cited = {fact for dose in standing.doses for fact in dose.facts} if "dose" in forbidden["in"] else set()
            if "option" in forbidden["in"] and standing.heading in ("advised", "provisional"):
                cited |= set(standing.claims)
            for fact in sorted(cited & facts):
                shown = " ".join(standing.key.values())
                text = f"must not cite {forbidden['source']} for {shown} (cites {fact})"
                yield self.broken(standing, f"cites {fact}", text)

    def orders(self, forbidden: Mapping[str, str]) -> Iterator[Difference]:
        """An order shows where options do not stand by their names, or where one is preferred to another."""
        group = [standing for standing in self.advice.options if forbidden.items() <= standing.key.items()]
        names = [standing.key[self.headings.subject] for standing in group]
        if names != sorted(names, key=str.casefold):
            shown = ", ".join(names)
            subject = Subject(" ".join(forbidden.values()), NOWHERE)
            yield subject.says("", f"not: {self.sentence}", f"the order {shown}", f"must not order {shown}")
        beaten = {prefer.weaker for prefer in self.knowledge.prefers}
        for standing in group:
            weaker = sorted(beaten & set(standing.claims))
            if weaker:
                text = f"must not prefer another option to {' '.join(standing.key.values())}"
                yield self.broken(standing, f"gives way by {', '.join(weaker)}", text)


def _has_rate(dose: Dose, amount: str) -> bool:
    """Whether a dose has this rate, per day or not."""
    try:
        wanted = parse_quantity(amount)
    except QuantityError:
        return False
    units = (wanted.unit.text, f"{wanted.unit.text}/d")
    return dose.rate.unit in units and str(wanted.value) in (dose.rate.low, dose.rate.high)
