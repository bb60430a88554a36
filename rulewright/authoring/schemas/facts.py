"""The schema of files of facts and readings, and of the claims that they make."""

from __future__ import annotations

from engine.loading.facts import FIDELITIES
from engine.model.vocabulary import ClaimKind, FieldType, Vocabulary
from rulewright.authoring.schemas.forms import (
    BOOLEAN,
    DATUM,
    FACT,
    FACT_OR_SOURCE,
    NUMBER,
    QUANTITY,
    RANGE,
    READING,
    SOURCE,
    TEXT,
    WORDS,
    Schema,
    closed,
    declared,
    described,
    named,
    naming,
    naming_keys,
    one_of,
    reference,
    several,
)
from rulewright.authoring.schemas.words import data, term, word


def facts(vocabulary: Vocabulary) -> Schema:
    """A file of facts, or of readings."""
    return closed(
        {
            "read-in": described(named(SOURCE), "the document in which these words were read"),
            "facts": described(several(_fact(vocabulary), once=False), "its statements"),
            "interpretations": described(several(_reading(vocabulary), once=False), "readings of the editors"),
        },
        ["read-in"],
        oneOf=[{"required": ["facts"]}, {"required": ["interpretations"]}],
        definitions={"claim": claim(vocabulary)},
    )


def _fact(vocabulary: Vocabulary) -> Schema:
    grades = {
        "certainty": described(term(vocabulary, "certainty"), "how sure it is, as a source graded it"),
        "graded-by": described(named(SOURCE), "the source that graded it"),
        "design": described(term(vocabulary, "design"), "the design of the study"),
    }
    quote = described(WORDS, "the exact words, as they stand in the document")
    return closed({"id": declared(FACT), "quote": quote, **_common(vocabulary), **grades}, ["id", "quote"])


def _reading(vocabulary: Vocabulary) -> Schema:
    states = described(WORDS, "what the editors read into it")
    about = naming(FACT_OR_SOURCE, "the facts or sources that are read", 1)
    return closed(
        {"id": declared(FACT), "states": states, "about": about, **_common(vocabulary)}, ["id", "states", "about"]
    )


def _common(vocabulary: Vocabulary) -> dict[str, Schema]:
    cites: Schema = {
        "description": "the sources to which the document attributes it; [] where it names none",
        "anyOf": [
            several(named(SOURCE)),
            closed({"any-of": naming(SOURCE, least=1)}, ["any-of"]),
            closed({"all-of": naming(SOURCE, least=1)}, ["all-of"]),
        ],
    }
    return {
        "locator": described(WORDS, "where it stands in the document"),
        "cites": cites,
        "attribution": described(WORDS, "how the attribution was read"),
        "fidelity": described(one_of(FIDELITIES), "whether the cited source's own words say the same"),
        "fidelity-note": WORDS,
        "modality": described(term(vocabulary, "modality"), "the strength of the wording"),
        "population": described(_population(vocabulary), "of whom it speaks"),
        "claims": described(several(reference("claim"), once=False), "what it says, in typed fields"),
        "defines": described(several(_any_term(vocabulary)), "the terms that it defines"),
        "restates": naming(FACT, "the facts that it repeats"),
        "evidence-level": described(WORDS, "in the words of whoever says it"),
        "note": WORDS,
        "not-used-by-rules": described(WORDS, "why no rule can reach it"),
    }


def _any_term(vocabulary: Vocabulary) -> Schema:
    return {"anyOf": [reference(f"term-{kind}") for kind in vocabulary.terms]} if vocabulary.terms else TEXT


def _population(vocabulary: Vocabulary) -> Schema:
    paths = {}
    for path, text in data(vocabulary).items():
        attribute = vocabulary.attribute(path)
        if attribute is not None and attribute.type.kind in ("boolean", "finding"):
            paths[path] = described(BOOLEAN, text)
        elif attribute is not None and attribute.type.kind in ("term", "set of terms", "one of"):
            paths[path] = described(word(vocabulary, attribute.type), text)
    return closed({"label": WORDS, "within": closed(paths, **naming_keys(DATUM))}, ["label"])


# Claims --------------------------------------------------------------------------------------------------------------


def claim(vocabulary: Vocabulary) -> Schema:
    """A claim: its kind decides which fields it has."""
    beside: dict[str, Schema] = {
        "claim": described(reference("claim-kind"), "the kind of claim"),
        "modality": described(term(vocabulary, "modality"), "the strength of these words, where it is another"),
        "read-by": naming(READING, "the interpretations that the reading rests on"),
        "certainty": described(term(vocabulary, "certainty"), "how sure this claim is, as a source graded it"),
        "graded-by": described(named(SOURCE), "the source that graded it"),
    }
    kinds = [
        given("claim", name, closed(beside | fields(vocabulary, kind), kind.required))
        for name, kind in vocabulary.claims.items()
    ]
    return {"type": "object", "required": ["claim"], "properties": beside} | ({"allOf": kinds} if kinds else {})


def given(field: str, value: str, then: Schema) -> Schema:
    """What holds where a field has a value."""
    return {"if": {"properties": {field: {"const": value}}, "required": [field]}, "then": then}


def fields(vocabulary: Vocabulary, kind: ClaimKind) -> dict[str, Schema]:
    """The fields of a kind of claim."""
    return {name: claimed(vocabulary, type_) for name, type_ in kind.fields.items()}


def claimed(vocabulary: Vocabulary, type_: FieldType) -> Schema:
    """What a field of a claim can hold."""
    if type_.kind == "fact":
        return named(FACT)
    held = {"range": RANGE, "quantity": QUANTITY, "number": NUMBER, "boolean": BOOLEAN}.get(type_.kind)
    if held is None:
        return word(vocabulary, type_)
    unit = f", in a unit like {type_.unit.text}" if type_.unit is not None else ""
    return described(held, held["description"] + unit) if "description" in held else held
