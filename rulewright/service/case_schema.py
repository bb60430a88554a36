"""A JSON Schema of what a case may say, from the vocabulary.

It is necessary, not sufficient: what it refuses is wrong, and what it takes may still be (a unit, a range, a time).
"""

from __future__ import annotations

from typing import Any, TypeAlias

from engine.model.knowledge import KnowledgeBase
from engine.model.vocabulary import Attribute, Section, Vocabulary
from rulewright.service.questions import QUESTIONS

Schema: TypeAlias = dict[str, Any]

WORDS: Schema = {"type": ["string", "number", "boolean"]}
INSTANT: Schema = {"type": "string", "description": "an instant with its offset from UTC, such as 2026-03-01T08:00Z"}
TIME: Schema = {
    "type": "string",
    "description": "an instant, a day such as 2026-03-01, or an offset from `as-of` such as `-30 h`",
}


def case_schema(vocabulary: Vocabulary) -> Schema:
    """A case, its as-of time left open: a request may give it instead."""
    sections = {section.name: _section(section, vocabulary) for section in vocabulary.sections.values()}
    return _closed({"title": WORDS, "note": WORDS, "as-of": INSTANT, **sections}) | {
        "title": "Case",
        "description": "What is known of one patient. What is absent is unknown, unless the vocabulary says otherwise",
    }


def request_schemas(knowledge: KnowledgeBase) -> dict[str, Schema]:
    """The schemas of the bodies of all questions, and that of a case, by their names."""
    reference = {"$ref": "#/components/schemas/Case"}
    bare = {"title": "A case by itself", "allOf": [reference, {"required": ["as-of"]}]}
    known = sorted(knowledge.sources)
    fields: Schema = {
        "case": reference,
        "sources": {
            "type": "array",
            "items": {"enum": known},
            "minItems": 1,
            "uniqueItems": True,
            "description": "the documents to admit; all that stand at `as-of` where this is left out",
        },
        "as-of": INSTANT | {"minLength": 1, "description": "instead of the as-of time of the case"},
    }
    found = {"Case": case_schema(knowledge.vocabulary)}
    for question in QUESTIONS.values():
        own = {field.name: field.schema for field in question.fields}
        required = ["case", *(field.name for field in question.fields if field.required)]
        whole = _closed(fields | own) | {"title": "A case with its circumstances", "required": required}
        forms = [whole, bare] if question.takes_a_bare_case else [whole]
        found[question.body] = {"title": question.body, "anyOf": forms}
    return found


def _closed(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _section(section: Section, vocabulary: Vocabulary) -> Schema:
    settable = [attribute for attribute in section.attributes.values() if not attribute.since]
    fields = {attribute.name: _timed(attribute, vocabulary) for attribute in settable}
    item = _closed(fields)
    required = [attribute.name for attribute in settable if attribute.required]
    if required:
        item["required"] = required
    if not section.is_list:
        return item | {"description": section.label or section.name}
    mark = _closed({"complete": {"type": "boolean"}}) | {"required": ["complete"]}
    items = {"type": "array", "items": {"anyOf": [item, mark]}, "maxItems": 500}
    longer = _closed({"complete": {"type": "boolean"}, "items": items}) | {"required": ["items"]}
    return {
        "anyOf": [items, longer],
        "description": "a list that is given is complete, unless it says `complete: false`",
    }


def _timed(attribute: Attribute, vocabulary: Vocabulary) -> Schema:
    """A value, a value with its time, or several of them."""
    value = _value(attribute, vocabulary)
    with_time = _closed({"value": value, "at": TIME}) | {"required": ["value"]}
    forms = [value, with_time]
    if attribute.type.kind != "set of terms":
        forms.append({"type": "array", "minItems": 1, "items": with_time | {"required": ["value", "at"]}})
    return {"anyOf": forms, "description": attribute.title}


def _value(attribute: Attribute, vocabulary: Vocabulary) -> Schema:
    type_ = attribute.type
    domain = list(vocabulary.domain(type_))
    if type_.kind == "set of terms":
        return {"type": "array", "items": {"enum": domain}, "uniqueItems": True}
    if type_.kind == "quantity":
        unit = f" {type_.unit.text}" if type_.unit else ""
        return {
            "type": "string",
            "description": f"a number and its unit, such as `5{unit}`, or a bound such as `> 5{unit}`",
        }
    if type_.kind == "time":
        return TIME
    if type_.kind == "number":
        return {"type": "number"}
    if type_.kind == "boolean":
        return {"type": "boolean"}
    if type_.kind == "finding":
        return {"type": ["boolean", "string"], "description": "true, false, or words for what it is"}
    return {"enum": domain} if domain else {"type": "string"}
