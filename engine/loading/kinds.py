"""Reads `claims` and `conclusions` of the vocabulary: the kinds of both, with their fields."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import partial

from engine.errors import Location, clipped
from engine.fields import Fields
from engine.loading.draft import Draft
from engine.loading.names import CLAIM_WORDS, CODES, PATTERNS, RESOLVED, check_name
from engine.loading.types import CLAIM_TYPES, KEY_TYPES
from engine.model.vocabulary import ClaimKind, ConclusionKind, Vocabulary
from engine.reading import Mapping

MERGES = ("strongest", "all", "first")
PRECEDENCES = ("against", "for", "none")
TEMPLATE_FIELD = re.compile(r"\{([^{}.]*)(?:\.([^{}]*))?\}")


def read_claims(draft: Draft, node: Mapping) -> None:
    """Take in the kinds of claim of one file."""
    for name, fields, place in draft.entries(node, "claim kind", draft.claims):
        check_name(name, place, "a kind of claim", draft.findings)
        types = draft.types(fields, "fields", CLAIM_TYPES)
        _check_fields(draft, fields, "fields", CLAIM_WORDS)
        required = fields.named("required")
        unstated = draft.texts(fields, "unstated")
        for word, at in required:
            _one_of(draft, word, types, at)
        shown = fields.mapping("unstated")
        for word in unstated:
            _one_of(draft, word, types, shown.keys[word] if shown is not None else place)
        words = tuple(word for word, _ in required)
        draft.claims[name] = ClaimKind(name, types, words, fields.words("label"), unstated, place)
        fields.done()


def _one_of(draft: Draft, word: str, known: Collection[str], place: Location) -> None:
    if word not in known:
        draft.findings.unknown_term(word, known, place, f"`{clipped(word)}` is not a declared field")


def _check_fields(draft: Draft, fields: Fields, part: str, reserved: frozenset[str] = frozenset()) -> None:
    node = fields.mapping(part)
    for name, place in node.keys.items() if node is not None else ():
        check_name(name, place, "a field", draft.findings, reserved)


def read_conclusions(draft: Draft, node: Mapping) -> None:
    """Take in the kinds of conclusion of one file."""
    for name, fields, place in draft.entries(node, "conclusion", draft.conclusions):
        check_name(name, place, "a conclusion", draft.findings, PATTERNS | RESOLVED | CODES)
        key = draft.types(fields, "key", KEY_TYPES)
        _check_fields(draft, fields, "key")
        if not key and not fields.has("key"):
            draft.findings.add(
                "missing-field", place, f"the conclusion `{name}` has no key", "a mapping `key` of field to type"
            )
        elif not key and isinstance(fields.node.get("key"), Mapping):
            fields.blank("key", fields.place("key"))
        kind = ConclusionKind(
            name,
            key,
            _annotations(draft, fields, key),
            label=fields.words("label"),
            argued=fields.choice("argued", PRECEDENCES),
            template=fields.words("template"),
            section=fields.words("section"),
            asked_for=fields.boolean("ask"),
            location=place,
        )
        fields.done()
        _check_template(draft, kind, fields)
        draft.conclusions[name] = kind
        if kind.argued:
            draft.checks.append(partial(_only, draft, kind, fields.place("argued")))


def _annotations(draft: Draft, fields: Fields, key: Collection[str]) -> dict[str, str]:
    node = fields.mapping("annotations")
    found = draft.texts(fields, "annotations")
    _check_fields(draft, fields, "annotations")
    for name, merge in found.items():
        place = node.entries[name].location if node is not None else fields.location
        if merge and merge not in MERGES:
            draft.findings.unknown_term(merge, MERGES, place, f"`{clipped(merge)}` is no way to merge `{name}`")
        if name in key:
            draft.findings.add(
                "duplicate-id",
                node.keys[name] if node is not None else fields.location,
                f"`{name}` is a field of the key and an annotation",
                "one of the two",
            )
    return found


def _check_template(draft: Draft, kind: ConclusionKind, fields: Fields) -> None:
    """A template names fields of the key, and `label` of those that are terms."""
    place = fields.place("template")
    rest = TEMPLATE_FIELD.sub("", kind.template)
    if "{" in rest or "}" in rest:
        draft.findings.add("template", place, "a brace of the template has no partner", "`{field}` or `{field.label}`")
    for field, word in TEMPLATE_FIELD.findall(kind.template):
        type_ = kind.key.get(field)
        if type_ is None:
            known = ", ".join(kind.key)
            draft.findings.add("template", place, f"the key of `{kind.name}` has no `{clipped(field)}`", known)
        elif word and (word != "label" or type_.kind not in ("term", "any")):
            expected = f"`{{{field}}}`, or `{{{field}.label}}` of a term"
            draft.findings.add("template", place, f"`{field}` has no `{clipped(word)}`", expected)


def _only(draft: Draft, kind: ConclusionKind, place: Location, vocabulary: Vocabulary) -> None:
    """One conclusion is argued: `withheld` and `conflict` speak of it without naming it."""
    first = next(other for other in vocabulary.conclusions.values() if other.argued)
    if first.name != kind.name:
        draft.findings.add(
            "duplicate-id",
            place,
            f"`{kind.name}` is argued, and so is `{first.name}`",
            "one conclusion that is argued: `withheld` and `conflict` speak of it",
            f"first at {first.location}",
        )
