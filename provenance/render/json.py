"""Answers as canonical JSON: the same answer is the same bytes. The schema of an advice is published."""

from __future__ import annotations

import json

from engine.model.advice import FORMAT, Advice, Part

SCHEMA_ID = "https://rulewright.invalid/schemas/advice/1"
"""Names the schema; no server is promised at this address."""


def canonical(answer: Part) -> bytes:
    """An advice, or another answer, as UTF-8 JSON: keys sorted, two spaces of indent, a line break at the end."""
    return _bytes(answer.model_dump(mode="json", by_alias=True))


def advice_schema() -> dict[str, object]:
    """The JSON Schema (draft 2020-12) of what `canonical` writes: every field is there, and no other."""
    schema = Advice.model_json_schema(mode="serialization")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        **schema,
        "title": f"Advice ({FORMAT})",
    }


def schema_text() -> str:
    """The published text of the schema."""
    return _bytes(advice_schema()).decode()


def _bytes(value: object) -> bytes:
    return (json.dumps(value, sort_keys=True, ensure_ascii=False, indent=2) + "\n").encode()
