"""What a part of a knowledge base means, in one fixed form: equal where two versions mean the same.

Left out is what only words it: titles, labels, notes, templates, synonyms, codes of terminologies, the reasons given
for a preference or for not using a fact, and where it stands. Quoted words, locators and what readings state are
evidence, and stay. The order of conditions, facts and members has no meaning; the order of the phases of a regimen has.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from fractions import Fraction

from engine.model.rule import Condition, Opposes, Prefer, Rule, Side
from engine.model.source import Source
from engine.model.unit import Unit

WORDS = frozenset(
    {
        "title",
        "label",
        "note",
        "template",
        "synonyms",
        "codes",
        "fidelity_note",
        "standing_note",
        "attribution",
        "not_used_by_rules",
        "written",
        "location",
    }
)
OF_ONE_TYPE = {Source: WORDS - {"title"}, Prefer: WORDS | {"reason"}, Condition: WORDS - {"codes"}}
"""The title of a source is how the publication is known; the reason of a preference only says why it was declared; the
codes of a condition are reasons, and not those of terminologies.
"""
IN_ORDER = frozenset({"phases", "between", "key"})


def meaning(part: object) -> str:
    """The fixed form, as JSON."""
    return json.dumps(_plain(part, ordered=False), sort_keys=True, ensure_ascii=False)


def _plain(value: object, ordered: bool) -> object:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Fraction | date):
        return {type(value).__name__: str(value)}
    if isinstance(value, Unit):
        return {"unit": value.text}
    if isinstance(value, Mapping):
        return {str(name): _plain(inner, ordered) for name, inner in value.items() if name != "location"}
    if isinstance(value, tuple | list | frozenset):
        found = [_plain(inner, ordered) for inner in value]
        return found if ordered else sorted(found, key=lambda each: json.dumps(each, sort_keys=True))
    assert is_dataclass(value), type(value)
    return _part(value)


def _part(value: object) -> dict[str, object]:
    if isinstance(value, Rule):
        value = replace(value, when=value.written or value.when)
    if isinstance(value, Opposes):  # facts that only match a pattern of claims are parts of their own
        value = replace(value, sides=tuple(_as_declared(side) for side in value.sides))
    assert is_dataclass(value)
    words = OF_ONE_TYPE.get(type(value), WORDS)
    said = {
        field.name: _plain(getattr(value, field.name), field.name in IN_ORDER)
        for field in fields(value)
        if field.name not in words
    }
    return {"is": type(value).__name__, **said}


def _as_declared(side: Side) -> Side:
    return replace(side, facts=()) if side.claims else side
