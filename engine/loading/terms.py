"""Reads `terms` of the vocabulary: the words of each kind, with their labels and codes."""

from __future__ import annotations

from engine.errors import Location, clipped
from engine.fields import Fields, mapping_of, text_of
from engine.loading.draft import Draft
from engine.loading.names import check_name, check_word
from engine.model.vocabulary import Code, Term, Vocabulary
from engine.reading import Mapping, Node, Scalar

SCALE = "certainty"
"""The kind of term whose order is that of its strength, across no two files."""


def read_terms(draft: Draft, node: Mapping) -> None:
    """Take in the terms of one file; those of one kind may be spread over several."""
    for kind, place in node.keys.items():
        check_name(kind, place, "a kind of term", draft.findings)
        table = draft.terms.setdefault(kind, {})
        if kind == SCALE and table:
            message, expected = "the scale of certainty is declared twice", "one list, the strongest grade first"
            draft.findings.add(
                "duplicate-id", place, message, expected, f"first at {next(iter(table.values())).location}"
            )
        terms = node.entries.get(kind)
        declared = mapping_of(terms, f"the terms of kind `{clipped(kind)}`", draft.findings) if terms else None
        if declared is None:
            continue
        for name, at in declared.keys.items():
            check_word(name, at, f"a {kind}", draft.findings)
            if draft.new(table, name, at, kind):
                table[name] = _term(draft, kind, name, declared.entries.get(name), at)


def _term(draft: Draft, kind: str, name: str, node: Node | None, place: Location) -> Term:
    """A term; one whose body is wrong is declared all the same, so that its uses are not reported too."""
    if node is None:
        return Term(kind, name, location=place)
    if isinstance(node, Scalar):
        label = text_of(node, f"the label of `{clipped(name)}`", draft.findings)
        return Term(kind, name, label or "", location=place)
    body = mapping_of(node, f"the {kind} `{clipped(name)}`", draft.findings)
    if body is None:
        return Term(kind, name, location=place)
    fields = Fields(body, f"the {kind} `{clipped(name)}`", draft.findings)
    term = Term(
        kind,
        name,
        label=fields.words("label"),
        note=fields.words("note"),
        is_a=draft.term(fields, "is-a", kind),
        synonyms=fields.texts("synonyms"),
        codes=read_codes(fields),
        because=draft.references.texts(fields, "because"),
        when_false=draft.term(fields, "else", "reason"),
        when_unknown=draft.term(fields, "missing", "reason"),
        status=_status(draft, fields),
        location=place,
    )
    fields.done()
    if term.is_a:
        draft.checks.append(lambda vocabulary: _check_ancestors(draft, vocabulary, term, fields.place("is-a")))
    return term


def _status(draft: Draft, fields: Fields) -> str:
    """The word for what has this modality: a status, where the vocabulary declares any."""
    found = fields.text("status")
    if found:
        place = fields.node.entries["status"].location
        draft.expect(found, lambda vocabulary: vocabulary.terms.get("status", {found: None}), place)
    return found


def _check_ancestors(draft: Draft, vocabulary: Vocabulary, term: Term, place: Location) -> None:
    kind = vocabulary.terms[term.kind]
    met, at = {term.name}, term.is_a
    while at in kind:
        if at in met:
            if at == term.name:
                draft.findings.add("cycle", place, f"`{clipped(term.name)}` is a kind of itself", "a term above it")
            return
        met.add(at)
        at = kind[at].is_a


def read_codes(fields: Fields) -> tuple[Code, ...]:
    """The codes of a term or attribute."""
    found = []
    for node in fields.sequence("codes"):
        what = f"a code of {fields.what}"
        body = mapping_of(node, what, fields.findings)
        if body is not None:
            inner = Fields(body, what, fields.findings)
            system, code = inner.text("system", True), inner.words("code", True)
            found.append(Code(system, code, inner.words("status", True), inner.words("note")))
            inner.done()
    return tuple(found)
