"""A JSON Schema of what a case may say, from the vocabulary.

It is necessary, not sufficient: what it refuses is wrong, and what it takes may still be (a unit, a range, a time).
"""

from __future__ import annotations

from collections.abc import Callable

from engine.model.vocabulary import Attribute, FieldType, Section, Vocabulary
from rulewright.authoring.schemas.forms import BOOLEAN, NUMBER, WORDS, Schema, closed, fields_of

INSTANT: Schema = {"type": "string", "description": "an instant with its offset from UTC, such as 2026-03-01T08:00Z"}
TIME: Schema = {
    "type": "string",
    "description": "an instant, a day such as 2026-03-01, or an offset from `as-of` such as `-30 h`",
}
MOST_ITEMS = 500
Words = Callable[[FieldType], Schema]


def case_schema(vocabulary: Vocabulary, words: Words | None = None) -> Schema:
    """A case, its as-of time left open: a request may give it instead.

    ``words`` makes the schema of a word of a term or a ``one of``; without it, a plain list of them.
    """
    forms = CaseForms(vocabulary, words)
    sections = {section.name: forms.section(section) for section in vocabulary.sections.values()}
    return closed({"title": WORDS, "note": WORDS, "as-of": INSTANT, **sections}) | {
        "title": "Case",
        "description": "What is known. What is absent is unknown, unless the vocabulary says otherwise",
    }


class CaseForms:
    """The schemas of the parts of a case."""

    def __init__(self, vocabulary: Vocabulary, words: Words | None = None) -> None:
        self.words_are_told = words is not None
        self.words = words or (lambda type_: {"enum": list(vocabulary.domain(type_))})
        self.vocabulary = vocabulary

    def section(self, section: Section) -> Schema:
        """A record, or a list of items."""
        settable = [attribute for attribute in section.attributes.values() if not attribute.since]
        required = [attribute.name for attribute in settable if attribute.required]
        names = fields_of(section.name) if self.words_are_told else {}
        item = closed({attribute.name: self.timed(attribute) for attribute in settable}, required, **names)
        if not section.is_list:
            return item | {"description": section.label or section.name}
        mark = closed({"complete": BOOLEAN}, ["complete"])
        items: Schema = {"type": "array", "items": {"anyOf": [item, mark]}, "maxItems": MOST_ITEMS}
        longer = closed({"complete": BOOLEAN, "items": items}, ["items"])
        return {
            "anyOf": [items, longer],
            "description": "a list that is given is complete, unless it says `complete: false`",
        }

    def timed(self, attribute: Attribute) -> Schema:
        """A value, a value with its time, or several of them."""
        value = self.value(attribute.type)
        with_time = closed({"value": value, "at": TIME}, ["value"])
        forms = [value, with_time]
        if attribute.type.kind != "set of terms":
            forms.append({"type": "array", "minItems": 1, "items": with_time | {"required": ["value", "at"]}})
        return {"anyOf": forms, "description": attribute.title}

    def value(self, type_: FieldType) -> Schema:
        """One value."""
        if type_.kind == "set of terms":
            return {"type": "array", "items": self.words(type_), "uniqueItems": True}
        if type_.kind == "quantity":
            unit = f" {type_.unit.text}" if type_.unit else ""
            return {
                "type": "string",
                "description": f"a number and its unit, such as `5{unit}`, or a bound such as `> 5{unit}`",
            }
        simple = {
            "time": TIME,
            "number": NUMBER,
            "boolean": BOOLEAN,
            "finding": {"type": ["boolean", "string"], "description": "true, false, or words for what it is"},
        }.get(type_.kind)
        if simple is not None:
            return simple
        return self.words(type_) if self.vocabulary.domain(type_) else {"type": "string"}
