"""The schema of scenario files: cases, and what their authors expect of the advice."""

from __future__ import annotations

import re
from typing import get_args

from engine.model.told import Graded, Way
from engine.model.vocabulary import FieldType, Vocabulary
from rulewright.authoring.expectation import HEADINGS
from rulewright.authoring.expected_option import NO_DOSE
from rulewright.authoring.expected_source import ASPECTS
from rulewright.authoring.scenario import EQUIVALENT
from rulewright.authoring.schemas.case import CaseForms, case_schema
from rulewright.authoring.schemas.forms import (
    BOOLEAN,
    DATUM,
    FACT,
    PROHIBITION,
    RELATION,
    SCENARIO,
    SECTION,
    SETTLES,
    SOURCE,
    TEXT,
    WORDS,
    Schema,
    closed,
    described,
    naming,
    naming_keys,
    one_of,
    reference,
    several,
)
from rulewright.authoring.schemas.words import open_term, term, word

VALUES = ("true", "provisional", "unknown", "false")
LISTED: Schema = {"type": "array"}


def scenarios(vocabulary: Vocabulary) -> Schema:
    """One scenario, named by its file, or a list of named ones."""
    parts = _parts(vocabulary)
    name = {"type": "string", "minLength": 1, "x-declares": SCENARIO, "description": "the name of the scenario"}
    entry = closed({"name": name, **parts}, ["name", "expect"])
    same = closed(
        {
            "mutant": described(WORDS, "the name of a change, as `test --mutate` tells it"),
            "because": described(WORDS, "why no case could tell the difference"),
        },
        ["mutant", "because"],
    )
    own: Schema = closed(
        {
            "scenarios": several(entry, once=False),
            EQUIVALENT: described(several(same, once=False), "changes that no scenario could notice"),
            "name": TEXT,
            **parts,
        }
    )
    alone: list[Schema] = [{"required": [name], "maxProperties": 1} for name in ("scenarios", EQUIVALENT)]
    return own | {
        "anyOf": [*alone, {"required": ["expect"]}],
        "definitions": {"case": _case(vocabulary), "expect": _expect(vocabulary)},
    }


def _parts(vocabulary: Vocabulary) -> dict[str, Schema]:
    return {
        "case": described(reference("case"), "what is known"),
        "like": {"type": "string", "x-names": SCENARIO, "description": "the scenario whose case it takes over"},
        "set": described(_changes(vocabulary), "data by their paths, and what they are instead"),
        "without": described(several({"type": "string", "x-names": DATUM}), "paths that are left out"),
        "sources": naming(SOURCE, "the admitted documents"),
        "expect": described(reference("expect"), "what the advice must say"),
    }


def _case(vocabulary: Vocabulary) -> Schema:
    found = case_schema(vocabulary, lambda type_: word(vocabulary, type_))
    return found | {"required": ["as-of"]} | naming_keys(SECTION)


def _changes(vocabulary: Vocabulary) -> Schema:
    forms = CaseForms(vocabulary, lambda type_: word(vocabulary, type_))
    paths: dict[str, Schema] = {}
    for section in vocabulary.sections.values():
        paths[section.name] = described({}, section.label or section.name)
        if not section.is_list:
            paths |= {f"{section.name}.{name}": forms.timed(found) for name, found in section.attributes.items()}
    beside = "|".join(re.escape(section) for section in vocabulary.sections)
    patterns: dict[str, Schema] = {rf"^(({beside})[.\[].*|as-of|title|note)$": {}}
    return closed(paths, patternProperties=patterns, **naming_keys(DATUM))


# Expectations --------------------------------------------------------------------------------------------------------


def _expect(vocabulary: Vocabulary) -> Schema:
    entry = _standing(vocabulary)
    parts: dict[str, Schema] = {
        name: described(several(entry, once=False), f"options under the heading {heading}")
        for name, heading in HEADINGS.items()
    }
    statements: dict[str, Schema] = {}
    for kind in vocabulary.conclusions.values():
        if kind.section:
            statement = several(_statement(vocabulary, kind.key), once=False)
            for name in (kind.name, f"{kind.name}s", kind.section):
                statements[name] = described(statement, kind.label)
    parts |= statements
    parts |= {
        "values": {
            "type": "object",
            "additionalProperties": {"anyOf": [one_of(VALUES), BOOLEAN]},
            "description": "conclusions by their text, such as situation(x), and the value of each",
        },
        "missing": {"type": "object", "additionalProperties": several(several(TEXT), once=False)},
        "reasons": {
            "type": "object",
            "additionalProperties": several(term(vocabulary, "reason")),
            "description": "conclusions by their text, and all reasons why each is not so",
        },
        "rests-on": {
            "type": "object",
            "additionalProperties": naming(FACT),
            "description": "conclusions by their text, and all facts of the firings that draw each",
        },
        "headings": {
            "type": "object",
            "additionalProperties": one_of(HEADINGS.values()),
            "description": "all keys, their words with ' / ' between, and the heading of each",
        },
        "opposed": described(several(_opposed(), once=False), "what is shown as pulling apart; [] for nothing"),
        "not-opposed": several(TEXT | {"x-names": RELATION}, 1),
        "not-used": described(several({"type": "string", "x-names": DATUM}), "data that no rule used"),
        "cited-sources": naming_keys(SOURCE)
        | {
            "type": "object",
            "additionalProperties": closed({name: one_of(words) for name, words in ASPECTS.items()}, minProperties=1),
            "description": "sources that the advice names, and what each is shown as",
        },
        "must-not": described(several(_forbidden(vocabulary), once=False), "what the advice must not contain"),
    }
    return closed(parts, minProperties=1)


def _head(vocabulary: Vocabulary) -> dict[str, FieldType]:
    head = vocabulary.conclusions.get(vocabulary.headings.conclusion)
    return dict(head.key) if head is not None else {}


def _standing(vocabulary: Vocabulary) -> Schema:
    reason = term(vocabulary, "reason")
    key = {name: word(vocabulary, type_) for name, type_ in _head(vocabulary).items()}
    dosing = vocabulary.claims.get(vocabulary.headings.dosing)
    stated = {name: WORDS for name in dosing.fields if name not in key} if dosing is not None else {}
    marks: dict[str, Schema] = {}
    for name in vocabulary.headings.marks:
        kind = vocabulary.conclusions.get(name)
        last = list(kind.key.values())[-1:] if kind is not None else []
        marks[name] = word(vocabulary, last[0]) if last else TEXT
    return closed(
        {
            **stated,
            "status": open_term(vocabulary, "status"),
            "running": {"anyOf": [one_of(("yes", "no", "unknown")), BOOLEAN]},
            "modality": term(vocabulary, "modality"),
            "because": described(reason, "the principal reason"),
            "also": described({"anyOf": [reason, several(reason)]}, "a reason among the others"),
            "reasons": described(several(reason), "all reasons, in order"),
            "claims": naming(FACT, "facts that must be cited"),
            "readings": naming(FACT, "readings that must be cited"),
            "cites": naming(FACT, "all facts and readings that are cited"),
            "dose": described(WORDS, f"the amount as it is shown, or {NO_DOSE}"),
            "steps": described(WORDS, "the arithmetic as it is shown"),
            "dose-because": described(reason, "why the amount is open"),
            "populations": _populations(),
            "certainty": _certainty(vocabulary),
            "assumed": described(BOOLEAN, "it rests on a stated default"),
            "note": WORDS,
            **marks,
            **key,
        }
    )


def _populations() -> Schema:
    return {
        "type": "object",
        "propertyNames": {"x-names": FACT},
        "additionalProperties": one_of(("direct", "indirect", "unknown")),
    }


def _certainty(vocabulary: Vocabulary) -> Schema:
    others = [grade for grade in get_args(Graded) if grade != "graded"]
    grades = [term(vocabulary, "certainty")] if vocabulary.terms.get("certainty") else []
    return {"anyOf": [*grades, one_of(others)], "description": "the grade, or why there is none"}


def _statement(vocabulary: Vocabulary, key: object) -> Schema:
    assert isinstance(key, dict)
    fields = {name: word(vocabulary, type_) for name, type_ in key.items()}
    if "is" in fields:
        fields["code"] = fields["is"]
    return closed(
        {
            "value": {"anyOf": [one_of(VALUES), BOOLEAN]},
            "claims": naming(FACT, "facts that must be cited"),
            "cites": naming(FACT, "all facts and readings that are cited"),
            "certainty": _certainty(vocabulary),
            "says": described(WORDS, "a part of what it says besides"),
            "does-not-say": described(WORDS, "what is no part of it"),
            "populations": _populations(),
            "note": WORDS,
            **fields,
        }
    )


def _opposed() -> Schema:
    ways = several(one_of(get_args(Way)))
    side = closed(
        {"ways": ways, "facts": naming(FACT, "all facts of the side"), "populations": _populations()}, minProperties=1
    )
    return {
        "anyOf": [
            TEXT | {"x-names": RELATION},
            closed(
                {
                    "is": described(TEXT | {"x-names": RELATION}, "its name"),
                    "settled-by": described(TEXT | {"x-names": SETTLES}, "what settled it"),
                    "applied": described(BOOLEAN, "what settles it had to choose here"),
                    "sides": {"type": "object", "additionalProperties": {"anyOf": [ways, side]}},
                },
                ["is"],
            ),
        ]
    }


def _forbidden(vocabulary: Vocabulary) -> Schema:
    sentences = {
        str(wanted): "" for name, entry in vocabulary.prohibitions.items() for wanted in (entry["sentence"], name)
    }
    statements: dict[str, Schema] = {}
    head = vocabulary.headings.conclusion
    for kind in vocabulary.conclusions.values():
        key = closed({name: word(vocabulary, type_) for name, type_ in kind.key.items()}, minProperties=1)
        if kind.section:
            statements |= dict.fromkeys((kind.name, f"{kind.name}s", kind.section), key)
        if kind.name == head:
            statements |= {"option": key, head: key}
    forms = [one_of(sentences, PROHIBITION)] if sentences else []
    return {"anyOf": [*forms, closed(statements, minProperties=1)]}
