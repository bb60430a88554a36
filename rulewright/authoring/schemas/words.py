"""The words of a vocabulary as schemas: each with its label, so that an editor offers it and explains it."""

from __future__ import annotations

from engine.loading.claims import paths
from engine.model.vocabulary import Attribute, DeclaredQuantity, FieldType, Term, Vocabulary
from rulewright.authoring.schemas.forms import (
    CLAIM,
    CONCLUSION,
    DATUM,
    TERM,
    Schema,
    one_of,
    reference,
)


def definitions(vocabulary: Vocabulary) -> dict[str, Schema]:
    """The definitions that every schema shares: the terms of each kind, the kinds of claim, the data."""
    found = {
        _term(kind): one_of({name: explained(term) for name, term in terms.items()}, TERM + kind)
        for kind, terms in vocabulary.terms.items()
    }
    claims = {name: kind.label for name, kind in vocabulary.claims.items()}
    conclusions = {name: kind.label for name, kind in vocabulary.conclusions.items()}
    found["claim-kind"] = one_of(claims, CLAIM)
    found["conclusion-kind"] = one_of(conclusions, CONCLUSION)
    found["datum"] = one_of(data(vocabulary), DATUM)
    return found


def data(vocabulary: Vocabulary) -> dict[str, str]:
    """Every datum of a record by its path, and every declared quantity, with what each is."""
    found = {}
    for path in paths(vocabulary):
        attribute = vocabulary.attribute(path)
        assert attribute is not None
        found[path] = said(attribute)
    return found | {name: formula(declared) for name, declared in vocabulary.quantities.items()}


def term(vocabulary: Vocabulary, kind: str) -> Schema:
    """A term of a kind."""
    return reference(_term(kind)) if kind in vocabulary.terms else one_of(())


def open_term(vocabulary: Vocabulary, kind: str) -> Schema:
    """A term of a kind, or one that may be declared beside what is being written."""
    known = [reference(_term(kind))] if kind in vocabulary.terms else []
    return {"anyOf": [*known, {"type": "string", "minLength": 1}], "x-names": TERM + kind}


def word(vocabulary: Vocabulary, type_: FieldType) -> Schema:
    """A word that a field can hold; any text where its type lists none."""
    if type_.kind in ("term", "set of terms"):
        return term(vocabulary, type_.of)
    if type_.kind == "one of":
        return one_of(type_.words)
    return reference("datum") if type_.kind == "datum" else {"type": "string", "minLength": 1}


def explained(found: Term) -> str:
    """What a term is, in one line: its label (the kind where it has none), and what else is said of it."""
    parts = [found.label or found.kind, found.note, f"a kind of {found.is_a}" if found.is_a else ""]
    parts.append(f"also called {', '.join(found.synonyms)}" if found.synonyms else "")
    return "; ".join(part for part in parts if part)


def said(attribute: Attribute) -> str:
    """What a datum is, in one line."""
    type_ = attribute.type
    held = {
        "term": f"a {type_.of}",
        "one of": f"one of {', '.join(type_.words)}",
        "set of terms": f"a list of {type_.of}s",
        "quantity": f"in {type_.unit.text}" if type_.unit else "",
        "boolean": "true or false",
        "finding": "true, false, or words for what it is",
        "number": "a number",
    }.get(type_.kind, type_.kind)
    return "; ".join(part for part in (attribute.title, held) if part)


def formula(declared: DeclaredQuantity) -> str:
    """What a declared quantity is, in one line."""
    return "; ".join(part for part in (declared.label, f"{declared.formula} in {declared.unit.text}") if part)


def _term(kind: str) -> str:
    return f"term-{kind}"
