"""Reads the values of a case, each of the type that the vocabulary gives its attribute."""

from __future__ import annotations

import re
from fractions import Fraction

from engine.errors import Findings, clipped
from engine.fields import kind_of, text_of
from engine.loading.times import TimeReader
from engine.loading.types import fits
from engine.model.case import CaseValue
from engine.model.quantity import Interval, QuantityError, exact_text, parse_interval
from engine.model.vocabulary import Attribute, Vocabulary
from engine.reading import Mapping, Node, Scalar, Sequence

NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?\Z")
MOST_DIGITS = 40
DENIALS = frozenset(
    [
        "no",
        "not",
        "none",
        "nil",
        "nothing",
        "never",
        "without",
        "denies",
        "denied",
        "negative",
        "neg",
        "absent",
        "absence",
        "excluded",
        "unknown",
        "unclear",
        "unsure",
        "n/a",
    ]
)
"""Words that begin no finding: they deny one, or leave it open."""
NO_WORDS = frozenset(["yes", "y", "n", "na", "present", "positive", "pos", "true", "false", "ok", "-", "?"])
"""Words that say nothing of what was found."""


class ValueReader:
    """Reads values; what is wrong with them is recorded."""

    def __init__(self, vocabulary: Vocabulary, findings: Findings, times: TimeReader) -> None:
        self.vocabulary = vocabulary
        self.findings = findings
        self.times = times

    def value(self, attribute: Attribute, node: Node, what: str) -> CaseValue | None:
        """One value; None with a problem recorded."""
        kind = attribute.type.kind
        if kind == "set of terms":
            return self.terms(attribute, node, what)
        if isinstance(node, (Mapping, Sequence)):
            self.findings.add("type", node.location, f"{what} is {kind_of(node)}", self.expected(attribute))
            return None
        if kind == "quantity":
            return self.quantity(attribute, node, what)
        if kind == "time":
            return self.times.moment(node, what)
        if kind == "number":
            return self.number(attribute, node, what)
        if kind in ("boolean", "finding"):
            return self.finding(attribute, node, what)
        return self.word(attribute, node, what)

    def expected(self, attribute: Attribute) -> str:
        """What an attribute can hold, in words."""
        unit = attribute.type.unit
        return {
            "quantity": f"a number and a unit, such as `5 {unit.text}`" if unit else "a quantity",
            "number": "a number",
            "boolean": "true or false",
            "finding": "true, false, or words for what it is",
            "time": "an instant, a day, or an offset such as `-30 h`",
        }.get(attribute.type.kind, "a word")

    # Words -----------------------------------------------------------------------------------------------------------

    def word(self, attribute: Attribute, node: Scalar, what: str) -> str | None:
        """A term, a word or a text."""
        text = text_of(node, what, self.findings)
        if text is None:
            return None
        if not text.strip():
            self.findings.add("blank", node.location, f"{what} is empty", "something, or the entry left out")
            return None
        if attribute.type.kind == "text" or self.declared(attribute, text, node, what):
            return text
        return None

    def declared(self, attribute: Attribute, text: str, node: Node, what: str) -> bool:
        """Whether an attribute can hold a word; a problem, with the term of which it is a synonym, where it cannot."""
        type_ = attribute.type
        terms = self.vocabulary.terms.get(type_.of, {})
        known = type_.words if type_.kind == "one of" else terms
        if text in known:
            return True
        message = f"{what} is `{clipped(text)}`, which is not declared"
        before = len(self.findings)
        self.findings.unknown_term(text, known, node.location, message)
        folded = text.casefold()
        for term in terms.values():
            if folded in (term.label.casefold(), *(synonym.casefold() for synonym in term.synonyms)):
                found = self.findings.problems.pop()
                self.findings.add(found.code, found.location, message, found.expected, f"did you mean `{term.name}`?")
                break
        return len(self.findings) == before

    def terms(self, attribute: Attribute, node: Node, what: str) -> frozenset[str] | None:
        """A set of terms."""
        if not isinstance(node, Sequence):
            self.findings.add("type", node.location, f"{what} is {kind_of(node)}", "a list of terms")
            return None
        found: set[str] = set()
        for item in node:
            text = text_of(item, f"an item of {what}", self.findings)
            if text is None or not self.declared(attribute, text, item, f"an item of {what}"):
                continue
            if text in found:
                self.findings.add("duplicate-item", item.location, f"`{text}` stands twice in {what}", "each once")
            found.add(text)
        return frozenset(found)

    def finding(self, attribute: Attribute, node: Scalar, what: str) -> bool | None:
        """True, false, or words that say what was found; words that deny it are refused, because they read as true."""
        if isinstance(node.value, bool):
            return node.value
        if attribute.type.kind != "finding" or not isinstance(node.value, str):
            self.findings.add("type", node.location, f"{what} is {kind_of(node)}", self.expected(attribute))
            return None
        words = re.split(r"[\s,;:.]+", node.value.strip().casefold())
        if not words[0] or words[0] in DENIALS or (len(words) == 1 and words[0] in NO_WORDS):
            self.findings.add(
                "type",
                node.location,
                f"{what} is the text `{clipped(node.text)}`, which does not say what was found",
                self.expected(attribute),
                "`false` where it is absent; leave the entry out where it is not known",
            )
            return None
        return True

    # Numbers ---------------------------------------------------------------------------------------------------------

    def number(self, attribute: Attribute, node: Scalar, what: str) -> Fraction | None:
        """An exact number, which the canonical form of a case writes as text where it has decimals."""
        value = node.value
        if isinstance(value, str) and NUMBER.match(value) and len(value) <= MOST_DIGITS:
            value = Fraction(value)
        if not isinstance(value, Fraction):
            self.findings.add("type", node.location, f"{what} is {kind_of(node)}", "a number without a unit")
            return None
        bounds = attribute.type.plausible
        if bounds is not None and not bounds[0].value <= value <= bounds[1].value:
            expected = f"between {exact_text(bounds[0].value)} and {exact_text(bounds[1].value)}"
            self.findings.add("implausible", node.location, f"{what} is `{node.text}`", expected)
            return None
        return value

    def quantity(self, attribute: Attribute, node: Scalar, what: str) -> Interval | None:
        """A measured value in a unit that fits, or the interval in which it lies."""
        type_ = attribute.type
        unit = type_.unit
        if isinstance(node.value, Fraction):
            shown = f" {unit.text}" if unit else ""
            message = f"{what} is `{node.text}` without a unit"
            hint = f"write `{node.text}{shown}` if that is the unit"
            self.findings.add("unit", node.location, message, self.expected(attribute), hint)
            return None
        text = text_of(node, what, self.findings)
        if text is None:
            return None
        try:
            found = parse_interval(text)
        except QuantityError as error:
            message = f"{what} is `{clipped(text)}`: {error.message}"
            self.findings.add("quantity", node.location, message, self.expected(attribute), error.hint)
            return None
        if unit is None or found.unit.commensurable(unit):
            return self.plausible(attribute, found, node, what)
        if fits(type_, found.unit):
            return self.possible(found, node, what)
        allowed = ", ".join(f"`{each.text}`" for each in (unit, *(also.unit for also in type_.conversions)))
        hint = "an amount of substance needs a declared conversion" if "mol" in found.unit.text else ""
        expected = f"a unit commensurable with {allowed}"
        self.findings.add("unit", node.location, f"{what} is in `{found.unit.text}`", expected, hint)
        return None

    def possible(self, found: Interval, node: Scalar, what: str) -> Interval | None:
        """A value that is not negative; nothing below zero is measured but temperatures."""
        below = found.high is not None and (found.high < 0 or (found.high == 0 and found.high_open))
        if below or (found.low is not None and found.low < 0):
            self.findings.add("implausible", node.location, f"{what} is `{node.text}`", "a value that is not negative")
            return None
        return found

    def plausible(self, attribute: Attribute, found: Interval, node: Scalar, what: str) -> Interval | None:
        """A value within the plausible range, or a bound that leaves some of it."""
        bounds = attribute.type.plausible
        if bounds is None:
            return found if found.unit.offset else self.possible(found, node, what)
        low, high = (bound.to(found.unit).value for bound in bounds)
        outside = any(end is not None and not low <= end <= high for end in (found.low, found.high))
        nothing = (found.high == low and found.high_open) or (found.low == high and found.low_open)
        if not outside and not nothing:
            return found
        self.findings.add(
            "implausible",
            node.location,
            f"{what} is `{node.text}`",
            f"between {bounds[0].text()} and {bounds[1].text()}",
            "check the number and its unit",
        )
        return None
