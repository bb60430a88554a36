"""Conditions, tests and what they read in words, for people: labels of the vocabulary, bounds as they are compared."""

from __future__ import annotations

from fractions import Fraction

from engine.model.knowledge import KnowledgeBase
from engine.model.quantity import exact_text
from engine.model.rule import Compare, OneOf, Recorded, Reference
from engine.model.vocabulary import Section
from engine.program import Count, Datum, GroundTest, Holds, Item, ItemField, Literal, other_item
from engine.statements import sentence

COMPARISONS = {
    "<": "less than",
    "<=": "at most",
    ">": "more than",
    ">=": "at least",
    "==": "exactly",
    "!=": "other than",
}


class Conditions:
    """Puts literals in words. Items that a variable stands for are called by it (``$c``)."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.vocabulary = knowledge.vocabulary

    def literal(self, literal: Literal, section: Section | None = None) -> str:
        """A condition in words; ``section`` is that of the item a field test speaks of."""
        if isinstance(literal, Holds):
            return sentence(self.knowledge, literal.atom)
        if isinstance(literal, Datum):
            return f"{self.datum(literal.path)} {self.test(literal.test)}"
        if isinstance(literal, ItemField):
            return f"{self.field(section, literal.field)} of ${literal.variable} {self.test(literal.test)}"
        if isinstance(literal, Item):
            return self._item(literal)
        return self._count(literal)

    def _item(self, literal: Item) -> str:
        section = self.vocabulary.items[literal.item]
        name = f"{literal.item} ${literal.variable}" if literal.variable else literal.item
        tests = [f"{self.field(section, field)} {self.test(test).removeprefix('is ')}" for field, test in literal.tests]
        name = f"the {literal.order} {name}" if literal.order else with_article(name)
        return f"{name} with {', '.join(tests)}" if tests else name

    def _count(self, literal: Count) -> str:
        if literal.at_least is not None and literal.at_least == len(literal.members) and not literal.is_sum:
            if len(literal.members) == 1:
                return self.literal(literal.members[0][1])
            return "all of " + "; ".join(self.literal(member) for _, member in literal.members)
        bounds = []
        if literal.at_least is not None:
            bounds.append(f"at least {exact_text(literal.at_least)}")
        if literal.at_most is not None:
            bounds.append(f"at most {exact_text(literal.at_most)}")
        members = [
            f"{exact_text(points)} if {self.literal(member)}" if literal.is_sum else self.literal(member)
            for points, member in literal.members
        ]
        return f"{' and '.join(bounds)} {'points' if literal.is_sum else 'of'}: {'; '.join(members)}"

    def datum(self, path: str) -> str:
        """A datum or a declared quantity by its label."""
        attribute = self.vocabulary.attribute(path)
        if attribute is not None:
            return attribute.title
        declared = self.vocabulary.quantities.get(path)
        return (declared.label if declared else "") or path.replace("-", " ")

    def field(self, section: Section | None, field: str) -> str:
        """A field of an item by its label."""
        attribute = section.attributes.get(field) if section else None
        return attribute.title if attribute else field.replace("-", " ")

    def test(self, test: GroundTest) -> str:
        """What a test asks: "is confirmed", "at least 24 h"."""
        if isinstance(test, OneOf):
            return f"is {' or '.join(_value(value) for value in test.values)}" if test.values else "is nothing at all"
        if isinstance(test, Recorded):
            return ("is recorded as one number" if test.exact else "is recorded") if test.known else "is not recorded"
        return f"{COMPARISONS[test.op]} {self.bound(test)}"

    def bound(self, test: Compare) -> str:
        """What a test compares with."""
        if not isinstance(test.bound, Reference):
            return exact_text(test.bound) if isinstance(test.bound, Fraction) else str(test.bound)
        other = other_item(test)
        if other:
            return f"{test.bound.path.partition('.')[2].replace('-', ' ')} of ${other}"
        return self.datum(test.bound.path)


def with_article(noun: str) -> str:
    """A noun that begins with a vowel letter has "an"."""
    return f"{'an' if noun[:1].casefold() in 'aeiou' else 'a'} {noun}"


def _value(value: str | bool | Fraction) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return exact_text(value) if isinstance(value, Fraction) else value
