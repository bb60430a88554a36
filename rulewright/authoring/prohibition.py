"""What no advice may contain, as the vocabulary declares it: a dose, a source that is cited, an order among options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.model.advice import Advice, Dose
from engine.model.knowledge import KnowledgeBase
from engine.model.quantity import QuantityError, parse_quantity


def violations(prohibition: Mapping[str, Any], advice: Advice, knowledge: KnowledgeBase) -> Iterator[str]:
    """The ways in which an advice breaks a declared prohibition, as sentences."""
    if "no-dose" in prohibition:
        yield from _doses(prohibition["no-dose"], advice, knowledge.vocabulary.headings.subject)
    if "not-cited" in prohibition:
        yield from _citations(prohibition["not-cited"], advice)
    if "no-order" in prohibition:
        yield from _orders(prohibition["no-order"], advice, knowledge)


def _doses(forbidden: Mapping[str, str], advice: Advice, subject: str) -> Iterator[str]:
    for standing in advice.options:
        if standing.key.get(subject) == forbidden.get(subject):
            for dose in standing.doses:
                if _has_rate(dose, forbidden["amount"]):
                    yield f"must not give {forbidden['amount']} of {forbidden[subject]}"


def _citations(forbidden: Mapping[str, Any], advice: Advice) -> Iterator[str]:
    facts = {record.id for record in advice.facts if forbidden["source"] in record.cites}
    for standing in advice.options:
        cited = {fact for dose in standing.doses for fact in dose.facts} if "dose" in forbidden["in"] else set()
        if "option" in forbidden["in"] and standing.heading in ("advised", "provisional"):
            cited |= set(standing.claims)
        for fact in sorted(cited & facts):
            yield f"must not cite {forbidden['source']} for {' '.join(standing.key.values())} (cites {fact})"


def _orders(forbidden: Mapping[str, str], advice: Advice, knowledge: KnowledgeBase) -> Iterator[str]:
    """An order shows where options do not stand by their names, or where one is preferred to another."""
    group = [standing for standing in advice.options if forbidden.items() <= standing.key.items()]
    names = [standing.key[knowledge.vocabulary.headings.subject] for standing in group]
    if names != sorted(names, key=str.casefold):
        yield f"must not order {', '.join(names)}"
    beaten = {prefer.weaker for prefer in knowledge.prefers}
    for standing in group:
        if beaten & set(standing.claims):
            yield f"must not prefer another option to {' '.join(standing.key.values())}"


def _has_rate(dose: Dose, amount: str) -> bool:
    """Whether a dose has this rate, per day or not."""
    try:
        wanted = parse_quantity(amount)
    except QuantityError:
        return False
    units = (wanted.unit.text, f"{wanted.unit.text}/d")
    return dose.rate.unit in units and str(wanted.value) in (dose.rate.low, dose.rate.high)
