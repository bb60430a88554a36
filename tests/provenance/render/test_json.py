"""The published contract: canonical bytes, and a schema that every emitted advice follows."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from engine.model.advice import Advice
from provenance.render.json import advice_schema, canonical, schema_text

PUBLISHED = Path(__file__).resolve().parents[3] / "docs" / "schemas" / "advice.schema.json"
NAMES = ("refractory-child", "untreated-child", "biologic-asked-for-first", "crowded", "nothing-known")


def test_the_published_schema_is_up_to_date() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text(), (
        "rulewright schema advice > docs/schemas/advice.schema.json"
    )


@pytest.mark.parametrize("name", NAMES)
def test_an_emitted_advice_follows_the_schema(advised: Callable[[str], Advice], name: str) -> None:
    schema = advice_schema()
    Draft202012Validator.check_schema(schema)
    tree = json.loads(canonical(advised(name)))
    assert list(Draft202012Validator(schema).iter_errors(tree)) == []
    assert list(Draft202012Validator(schema).iter_errors({**tree, "more": 1}))
    assert list(
        Draft202012Validator(schema).iter_errors({key: value for key, value in tree.items() if key != "values"})
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_same_advice_is_the_same_bytes(advised: Callable[[str], Advice], name: str) -> None:
    content = canonical(advised(name))
    assert canonical(Advice.model_validate_json(content)) == content
    assert content.endswith(b"}\n")
    tree = json.loads(content)
    assert list(tree) == sorted(tree)
