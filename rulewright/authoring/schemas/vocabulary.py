"""The schema of vocabulary files. A word that may be declared beside what is written is offered, never demanded."""

from __future__ import annotations

from collections.abc import Sequence

from engine.loading.kinds import MERGES, PRECEDENCES
from engine.loading.layout import CITABLE
from engine.loading.types import CASE_TYPES, CLAIM_TYPES, KEY_TYPES
from engine.model.vocabulary import Vocabulary
from rulewright.authoring.schemas.forms import (
    BOOLEAN,
    CLAIM,
    CONCLUSION,
    DATUM,
    FACT,
    FORMULA,
    ITEM,
    NAME,
    PROHIBITION,
    QUANTITY,
    SECTION,
    SOURCE,
    TERM,
    TEXT,
    UNIT,
    WORDS,
    Schema,
    closed,
    described,
    fields_of,
    named,
    naming,
    one_of,
    reference,
    several,
    table,
)
from rulewright.authoring.schemas.words import open_term

TYPES = {
    "term": "a term of a kind: `of`",
    "one of": "one of some words: `of`",
    "set of terms": "several terms of a kind: `of`",
    "quantity": "a number with a unit: `unit`",
    "range": "two ends and a unit",
    "number": "a number without a unit",
    "boolean": "true or false",
    "finding": "true, false, or words for what it is",
    "time": "an instant, a day, or an offset from the as-of time",
    "text": "any text",
    "datum": "the path of a datum, or a declared quantity",
    "fact": "the id of a fact",
}
CODES = several(
    closed({"system": TEXT, "code": WORDS, "status": WORDS, "note": WORDS}, ["system", "code", "status"]), once=False
)


def vocabulary(known: Vocabulary) -> Schema:
    """A vocabulary file: any of its parts."""
    reason = open_term(known, "reason")
    return closed(
        {
            "terms": described(_terms(known), "the words of each kind"),
            "case": described(table(_section(known), SECTION, NAME), "what a case can say"),
            "claims": described(table(_claim_kind(known), CLAIM, NAME), "what a fact can claim"),
            "conclusions": described(table(_conclusion(known), CONCLUSION, NAME), "what rules can draw"),
            "quantities": described(table(_quantity(), DATUM, NAME), "what is computed from a case"),
            "prohibitions": described(table(_prohibition(), PROHIBITION), "what no advice may contain"),
            "headings": described(_headings(known, reason), "how the argued conclusion is laid out"),
        }
    )


# Terms ---------------------------------------------------------------------------------------------------------------


def _terms(known: Vocabulary) -> Schema:
    kinds = {kind: table(_term(known, kind), TERM + kind) for kind in known.terms}
    return {
        "type": "object",
        "propertyNames": {"pattern": NAME},
        "properties": kinds,
        "additionalProperties": table(_term(known, "")),
    }


def _term(known: Vocabulary, kind: str) -> Schema:
    reason = open_term(known, "reason")
    body = closed(
        {
            "label": described(WORDS, "the words for people"),
            "note": WORDS,
            "is-a": described(open_term(known, kind) if kind else TEXT, "the more general term of the same kind"),
            "synonyms": described(several(TEXT), "other words, hinted at where one is used"),
            "codes": CODES,
            "because": naming(FACT, "the facts that define it"),
            "else": described(reason, "the reason where a condition on it is false"),
            "missing": described(reason, "the reason where a condition on it is unknown"),
            "status": described(open_term(known, "status"), "what an option of this modality is called"),
        }
    )
    return {"anyOf": [body, {"type": "string", "description": "its label"}]}


# The case ------------------------------------------------------------------------------------------------------------


def _type(known: Vocabulary, allowed: Sequence[str]) -> dict[str, Schema]:
    kinds = one_of({kind: kind for kind in known.terms})
    return {
        "type": described(one_of({name: TYPES[name] for name in allowed}), "what it holds"),
        "of": {
            "description": "a kind of term, or the words",
            "anyOf": [kinds, TEXT, several(TEXT, 1)],
        },
        "unit": UNIT,
        "plausible": described(TEXT, "the ends of what is possible, such as 0 % to 100 %"),
        "unsettled": described(several(TEXT), "words that decide nothing yet"),
        "also": several(
            closed({"unit": UNIT, "times": TEXT, "because": naming(FACT)}, ["unit"]),
            once=False,
        ),
    }


def _section(known: Vocabulary) -> Schema:
    reason = open_term(known, "reason")
    absent = {"oneOf": [{"const": value} for value in (False, "empty", "never")]}
    attribute = closed(
        {
            **_type(known, CASE_TYPES),
            "label": WORDS,
            "absent": described(absent, "what it means that nothing is recorded, where that is not unknown"),
            "required": BOOLEAN,
            "missing": described(reason, "the reason where it is needed and not recorded"),
            "valid-for": described(QUANTITY, "how old a measurement may be"),
            "stale": described(reason, "the reason where it is older"),
            "since": described(TEXT, "the time since this field of the item, computed"),
            "because": naming(FACT, "the facts under which it is read"),
            "codes": CODES,
        },
        ["type"],
    )
    return closed(
        {
            "label": WORDS,
            "attributes": table(attribute, pattern=NAME) | fields_of(".."),
            "item": described(TEXT | {"x-declares": ITEM}, "makes it a list: what rules call one item"),
            "key": described(several(TEXT), "fields that no two items may share"),
            "order": described(TEXT, "the field of type time that orders the items"),
            "missing": described(reason, "the reason where the list was not given, or is not complete"),
        },
        ["attributes"],
    )


# Claims, conclusions, quantities -------------------------------------------------------------------------------------


def _claim_kind(known: Vocabulary) -> Schema:
    return closed(
        {
            "label": WORDS,
            "fields": table(closed(_type(known, CLAIM_TYPES), ["type"]), pattern=NAME),
            "required": described(several(TEXT), "the fields that no claim may leave out"),
            "unstated": described(
                {"type": "object", "additionalProperties": {"type": "string"}}, "what is printed for a field left out"
            ),
        }
    )


def _conclusion(known: Vocabulary) -> Schema:
    merges = one_of(
        {"strongest": "the strongest modality", "all": "all of them", "first": "the first"}
        if set(MERGES) == {"strongest", "all", "first"}
        else MERGES
    )
    return closed(
        {
            "label": WORDS,
            "key": described(
                table(closed(_type(known, KEY_TYPES), ["type"]), pattern=NAME) | {"minProperties": 1},
                "the fields that identify it",
            ),
            "annotations": described(table(merges, pattern=NAME), "what else is said, and how several are merged"),
            "argued": described(one_of(PRECEDENCES), "rules argue for and against it, and this prevails"),
            "section": described(WORDS, "the part of the advice in which it is printed"),
            "ask": described(BOOLEAN, "it is printed too where it is open"),
            "template": described(WORDS, "its sentence: {field} is the word, {field.label} its label"),
        },
        ["key"],
    )


def _quantity() -> Schema:
    return closed(
        {
            "label": WORDS,
            "formula": described(TEXT | {"x-names": FORMULA}, "arithmetic over data, such as 2 * plot.area[m2]"),
            "unit": UNIT,
            "because": naming(FACT, "the facts that warrant the formula", 1),
        },
        ["formula", "unit", "because"],
    )


def _prohibition() -> Schema:
    return closed(
        {
            "sentence": described(WORDS | {"x-declares": PROHIBITION}, "what no advice may make true"),
            "because": naming(FACT),
            "no-dose": {"type": "object", "properties": {"amount": QUANTITY}, "required": ["amount"]},
            "not-cited": closed(
                {"source": named(SOURCE), "in": several(one_of(CITABLE), 1)},
                ["source", "in"],
            ),
            "no-order": {"type": "object"},
        },
        ["sentence"],
        anyOf=[{"required": [part]} for part in ("no-dose", "not-cited", "no-order")],
    )


def _headings(known: Vocabulary, reason: Schema) -> Schema:
    conclusion: Schema = {"anyOf": [reference("conclusion-kind"), TEXT], "x-names": CONCLUSION}
    claim: Schema = {"anyOf": [reference("claim-kind"), TEXT], "x-names": CLAIM}
    return closed(
        {
            "conclusion": described(conclusion, "the argued conclusion"),
            "subject": described(TEXT, "the field of its key that names the thing"),
            "known-by": described(several(claim), "claims that make a key known"),
            "completed": described(conclusion, "says that it is done"),
            "completed-code": described(reason, "the reason that is then shown"),
            "running": described(conclusion, "says that it is going on"),
            "running-status": {"type": "object", "additionalProperties": open_term(known, "status")},
            "remark": described(conclusion, "puts a reason code beside it"),
            "marks": described(several(conclusion), "put a word beside it"),
            "dose": described(conclusion, "the amount"),
            "no-dose": described(conclusion, "that there is none"),
            "dosing": described(claim, "the kind of claim that states amounts"),
            "asked": described({"anyOf": [reference("datum"), TEXT], "x-names": DATUM}, "what was asked for"),
            "given": described({"type": "string", "x-names": SECTION}, "the list of what was given"),
            "unclaimed-code": described(reason, "the reason where no claim knows it"),
        },
        ["conclusion"],
    )
