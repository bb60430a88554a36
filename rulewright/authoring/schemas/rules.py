"""The schema of files of rules, regimens and declared relations."""

from __future__ import annotations

from engine.loading.conclusions import annotation_type
from engine.loading.relations import UNRESOLVED
from engine.model.vocabulary import ConclusionKind, FieldType, Vocabulary
from rulewright.authoring.schemas.facts import fields, given
from rulewright.authoring.schemas.forms import (
    A_VARIABLE,
    BOOLEAN,
    CONCLUSION,
    FACT,
    ID,
    INTERACTION,
    OPPOSITION,
    PATTERN,
    PREFERENCE,
    QUANTITY,
    RANGE,
    REGIMEN,
    RULE,
    SETTLES,
    TERM,
    TEXT,
    VARIABLE,
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
    table,
)
from rulewright.authoring.schemas.patterns import Patterns
from rulewright.authoring.schemas.words import term, word


def rules(vocabulary: Vocabulary) -> Schema:
    """A file of rules."""
    patterns = Patterns(vocabulary)
    settles = {
        "anyOf": [{"const": UNRESOLVED, "description": "nothing settles it"}, named(SETTLES)],
        "description": "the name of a preference, the id of an interpretation, or unresolved",
    }
    key = _head_key(vocabulary)
    parts: dict[str, Schema] = {
        "rules": several(_rule(vocabulary, patterns), once=False),
        "regimens": several(_regimen(vocabulary), once=False),
        "prefer": table(_preference(), PREFERENCE, ID),
        "opposes": table(_opposition(vocabulary, settles), OPPOSITION, ID),
        "interactions": table(_interaction(vocabulary, settles), INTERACTION, ID),
    }
    if key:
        beside = {name: word(vocabulary, type_) for name, type_ in key.items()}
        parts["beside"] = several(
            closed(beside | {"facts": naming(FACT, "the facts that stand beside it", 1)}, [*beside, "facts"]),
            once=False,
        )
    definitions = patterns.definitions()
    definitions |= {f"draws-{name}": _drawn(vocabulary, kind) for name, kind in vocabulary.conclusions.items()}
    return closed(parts, definitions=definitions)


def _head_key(vocabulary: Vocabulary) -> dict[str, FieldType]:
    head = vocabulary.conclusions.get(vocabulary.headings.conclusion)
    return dict(head.key) if head is not None else {}


# Rules ---------------------------------------------------------------------------------------------------------------


def _rule(vocabulary: Vocabulary, patterns: Patterns) -> Schema:
    reason = term(vocabulary, "reason")
    told_false = described(reason, "the reason where the condition is false")
    unknown = described(reason, "the reason where the condition is unknown")
    told_true = described(reason, "the reason where the condition is true")
    stands = described(one_of(["stands"]), "where it is unknown, the conclusion stands as provisional")
    begun, names = patterns.words(), naming_keys(PATTERN)
    # That a condition holds one pattern, and not two, the loader says better.
    when = closed(begun | {"else": told_false, "missing": unknown}, minProperties=1, maxProperties=3, **names)
    unless = closed(
        begun | {"when_true": told_true, "missing": unknown, "if_unknown": stands},
        minProperties=1,
        maxProperties=4,
        **names,
    )
    return closed(
        {
            "id": declared(RULE),
            "title": described(WORDS, "what it says, in one sentence"),
            "because": naming(FACT, "the facts that warrant the rule itself", 1),
            "mechanism": described(BOOLEAN, "the facts that it matches warrant it"),
            "definition": described(BOOLEAN, "it only gives a name to what the case says"),
            "when": described(several(when, 1, once=False), "conditions that must all be true"),
            "unless": described(several(unless, 1, once=False), "conditions that must all be false"),
            "then": described(several(_then(vocabulary), 1, once=False), "what is drawn"),
            "note": WORDS,
        },
        ["id", "title", "then"],
        anyOf=[{"required": ["when"]}, {"required": ["unless"]}],
    )


def _then(vocabulary: Vocabulary) -> Schema:
    found: dict[str, Schema] = {}
    for name, kind in vocabulary.conclusions.items():
        if not kind.argued:
            found[name] = described(reference(f"draws-{name}"), kind.label)
            continue
        argument = reference(f"draws-{name}")
        found["for"] = described(argument, f"argues for {kind.label or name}")
        found["against"] = described(argument, f"argues against {kind.label or name}")
    return closed(found, minProperties=1, maxProperties=1, **naming_keys(CONCLUSION))


def _drawn(vocabulary: Vocabulary, kind: ConclusionKind) -> Schema:
    """A conclusion with its key and what is said beside it; an argument names the conclusion, and says it beside."""
    key = {name: _head(vocabulary, type_) for name, type_ in kind.key.items()}
    said = {name: _annotation(vocabulary, name) for name in kind.annotations if kind.argued or name not in kind.key}
    if kind.argued:
        return closed({kind.name: closed(key, key), **said}, [kind.name], **naming_keys(CONCLUSION))
    return closed(said | key, key)


def _head(vocabulary: Vocabulary, type_: FieldType) -> Schema:
    value = {"type": "string", "x-names": FACT} if type_.kind == "fact" else word(vocabulary, type_)
    return {"anyOf": [value, A_VARIABLE]}


def _annotation(vocabulary: Vocabulary, name: str) -> Schema:
    type_ = annotation_type(name, vocabulary)
    simple: Schema
    if type_.kind == "term":
        simple = {"anyOf": [word(vocabulary, type_), A_VARIABLE]}
    else:
        simple = {"type": ["string", "number", "boolean"], "x-names": VARIABLE}
    amount = closed(
        {
            "rate": {"anyOf": [A_VARIABLE, RANGE]},
            "times": {"anyOf": [A_VARIABLE, reference("datum")]},
            "at_most": {"anyOf": [A_VARIABLE, QUANTITY]},
        },
        ["rate", "times"],
        description="an amount: a rate times a measure of the case, at most a cap",
    )
    return {"anyOf": [simple, amount]}


# Regimens and relations ----------------------------------------------------------------------------------------------


def _regimen(vocabulary: Vocabulary) -> Schema:
    kinds = {name: kind for name, kind in vocabulary.claims.items() if "role" in kind.fields}
    beside: dict[str, Schema] = {
        "id": declared(REGIMEN),
        "claim": described(reference("claim-kind"), "the kind of claim that each phase is"),
        "phases": {"type": "array", "minItems": 1},
    }
    forms = []
    for name, kind in kinds.items():
        own = fields(vocabulary, kind)
        phase = closed(own | {"from": naming(FACT, "the facts on which the phase rests", 1)}, ["from"])
        phases = described(several(phase, 1, once=False), "the phases in their order")
        forms.append(given("claim", name, closed(beside | own | {"phases": phases})))
    return {"type": "object", "required": [*beside], "properties": beside} | ({"allOf": forms} if forms else {})


def _preference() -> Schema:
    return closed(
        {
            "order": naming(FACT, "the facts, the preferred first", 2),
            "because": described(WORDS, "why the one goes before the other"),
        },
        ["order", "because"],
    )


def _opposition(vocabulary: Vocabulary, settles: Schema) -> Schema:
    side = closed(
        {
            "label": described(WORDS, "what the side is called"),
            "facts": naming(FACT, "the facts that pull this way"),
            "claims": described(several(reference("fact-pattern"), 1, once=False), "every statement that claims so"),
        },
        ["label"],
        anyOf=[{"required": ["facts"]}, {"required": ["claims"]}],
    )
    about = {name: word(vocabulary, type_) for name, type_ in _head_key(vocabulary).items()}
    return closed(
        {
            "title": WORDS,
            "about": described(closed(about, minProperties=1), "over which keys the sides pull apart"),
            "sides": several(side, 2, once=False),
            "facts": naming(FACT, "two facts or more, each a side", 2),
            "settled-by": settles,
            "because": naming(FACT, "facts or readings by which it is an opposition"),
            "note": WORDS,
        },
        ["settled-by"],
        oneOf=[{"required": ["facts"]}, {"required": ["sides"]}],
    )


def _interaction(vocabulary: Vocabulary, settles: Schema) -> Schema:
    kinds = {
        kind.key["is"].of
        for kind in vocabulary.conclusions.values()
        if tuple(kind.key) == ("is",) and kind.key["is"].kind == "term"
    }
    terms: Schema = {"anyOf": [term(vocabulary, kind) for kind in sorted(kinds)] or [TEXT]}
    if len(kinds) == 1:
        terms["x-names"] = TERM + next(iter(kinds))
    reads = one_of({name: kind.label for name, kind in vocabulary.conclusions.items() if tuple(kind.key) == ("is",)})
    draws = one_of(
        {name: kind.label for name, kind in vocabulary.conclusions.items() if tuple(kind.key) == ("of", "with")}
    )
    return closed(
        {
            "between": {"type": "array", "items": terms, "minItems": 2, "maxItems": 2, "uniqueItems": True},
            "reads": described(reads | {"x-names": CONCLUSION}, "the conclusion under which both stand"),
            "draws": described(draws | {"x-names": CONCLUSION}, "the conclusion that says so"),
            "symmetric": described(BOOLEAN, "it is drawn both ways"),
            "effect": described(TEXT, "what the one does to the other"),
            "because": naming(FACT, "the facts that say so", 1),
            "settled-by": settles,
            "note": WORDS,
        },
        ["between", "reads", "draws", "effect", "because"],
    )
