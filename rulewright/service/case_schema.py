"""A JSON Schema of the body of each question to the service, with the case in it."""

from __future__ import annotations

from engine.model.knowledge import KnowledgeBase
from rulewright.authoring.schemas.case import INSTANT, case_schema
from rulewright.authoring.schemas.forms import Schema, closed
from rulewright.service.questions import QUESTIONS


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
        whole = closed(fields | own) | {"title": "A case with its circumstances", "required": required}
        forms = [whole, bare] if question.takes_a_bare_case else [whole]
        found[question.body] = {"title": question.body, "anyOf": forms}
    return found
