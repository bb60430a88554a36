"""The parts of which the schemas of files are made: texts, names, lists and closed mappings.

Two keywords of our own say what a text is besides its form; a reader of JSON Schema passes over them. ``x-names`` is
what a text (or, under ``propertyNames``, a key) names, ``x-declares`` what it gives a name to: `FACT`, `SOURCE`, …, or
``term:KIND``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any]

FACT, READING, SOURCE, RULE, REGIMEN = "fact", "reading", "source", "rule", "regimen"
FACT_OR_SOURCE, SETTLES = "fact or source", "settles"
PREFERENCE, OPPOSITION, INTERACTION, PROHIBITION = "preference", "opposition", "interaction", "prohibition"
CLAIM, CONCLUSION, DATUM, SECTION, SCENARIO = "claim", "conclusion", "datum", "section", "scenario"
VARIABLE, PATTERN, ITEM, RELATION, FORMULA = "variable", "pattern", "item", "relation", "formula"
TERM = "term:"
"""What precedes the kind of a term."""

ID = "^[A-Za-z0-9][A-Za-z0-9._-]*$"
NAME = "^[A-Za-z][A-Za-z0-9-]*$"
TEXT: Schema = {"type": "string", "minLength": 1}
WORDS: Schema = {"type": ["string", "number", "boolean"]}
"""Text for people, in which a number is taken as it is written."""
BOOLEAN: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": "number"}
DAY: Schema = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "description": "a day, such as 2026-03-01"}
QUANTITY: Schema = {"type": "string", "pattern": r"^ *-?[0-9][0-9.]* +\S", "description": "a quantity, such as 20 kg"}
RANGE: Schema = {
    "type": "string",
    "pattern": r"^ *-?[0-9][0-9.-]* +\S",
    "description": "a quantity or a range, such as 2-3 mg/kg/d",
}
UNIT: Schema = {"type": "string", "minLength": 1, "description": "a UCUM unit, such as mg/kg/d"}
A_VARIABLE: Schema = {
    "type": "string",
    "pattern": r"^\$[A-Za-z][A-Za-z0-9-]*$",
    "description": "a variable",
    "x-names": VARIABLE,
}


def described(schema: Schema, text: str) -> Schema:
    """The schema with words for whoever points at it; references are wrapped, for what stands beside one is ignored."""
    if not text:
        return schema
    return ({"allOf": [schema]} if "$ref" in schema else schema) | {"description": text}


def closed(properties: Mapping[str, Schema], required: Iterable[str] = (), **more: Any) -> Schema:
    """A mapping with these fields and no others."""
    found: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    if needed := [*required]:
        found["required"] = needed
    return found | more


def table(values: Schema, declares: str = "", pattern: str = "") -> Schema:
    """A mapping from names of the author's choice to things of one form."""
    names: Schema = {"minLength": 1}
    if declares:
        names["x-declares"] = declares
    if pattern:
        names["pattern"] = pattern
    return {"type": "object", "propertyNames": names, "additionalProperties": values}


def fields_of(section: str) -> Schema:
    """What the keys of a mapping name where each is a field of a section; `..` is the section that is written here."""
    pattern = {"pattern": NAME} if section == ".." else {}
    word = "x-declares" if section == ".." else "x-names"
    return {"propertyNames": {word: DATUM, "x-within": section, **pattern}}


def naming_keys(what: str) -> Schema:
    """What the keys of a mapping name."""
    return {"propertyNames": {"x-names": what}}


def several(items: Schema, least: int = 0, once: bool = True) -> Schema:
    """A list, its texts each once."""
    found: Schema = {"type": "array", "items": items}
    if least:
        found["minItems"] = least
    if once:
        found["uniqueItems"] = True
    return found


def named(what: str) -> Schema:
    """The id of something."""
    return {"type": "string", "pattern": ID, "x-names": what}


def naming(what: str, text: str = "", least: int = 0) -> Schema:
    """A list of ids."""
    return described(several(named(what), least), text)


def declared(what: str) -> Schema:
    """The id that something gets."""
    return {"type": "string", "pattern": ID, "x-declares": what, "description": f"the id of the {what}"}


def one_of(words: Mapping[str, str] | Iterable[str], names: str = "") -> Schema:
    """One of some words, each with what there is to say of it."""
    labels = words if isinstance(words, Mapping) else dict.fromkeys(words, "")
    found: Schema = {"oneOf": [described({"const": word}, label) for word, label in labels.items()]}
    if not labels:
        found = {"not": {}, "description": "none is declared"}
    return found | ({"x-names": names} if names else {})


def reference(name: str) -> Schema:
    """A reference to a definition of the same document."""
    return {"$ref": f"#/definitions/{name.replace(' ', '-')}"}
