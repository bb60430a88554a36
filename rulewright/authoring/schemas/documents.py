"""The schemas of `kb.yaml`, of sources and of reviews."""

from __future__ import annotations

from engine.model.knowledge import RELEASES
from engine.model.review import KINDS as REVIEWED
from engine.model.review import VERDICTS
from engine.model.source import IDENTITIES, KINDS, STANDINGS
from engine.model.vocabulary import Vocabulary
from rulewright.authoring.schemas.forms import DAY, SOURCE, WORDS, Schema, closed, declared, described, one_of, several
from rulewright.authoring.schemas.words import term

HEAD = {
    "name": "a short name",
    "version": "the version of the knowledge base",
    "title": "one line for people",
    "scope": "what it speaks of",
    "intended-use": "what it may be used for",
    "intended-user": "by whom",
    "reviewer": "what somebody is called who may judge it, such as plant pathologist",
    "release": "reviewed only where everything that an advice can rest on is approved",
    "sources-as-of": "to when the sources were followed",
}


def head(_: Vocabulary) -> Schema:
    """What `kb.yaml` holds."""
    fields = {name: described(WORDS, text) for name, text in HEAD.items()}
    fields["name"] = {"type": "string", "minLength": 1, "description": HEAD["name"]}
    fields["release"] = described(one_of(RELEASES), HEAD["release"])
    return closed(fields, [name for name in HEAD if name != "reviewer"])


def source(vocabulary: Vocabulary) -> Schema:
    """One document."""
    identifiers = described({"type": "object", "additionalProperties": WORDS}, "its numbers, such as pmid or doi")
    candidate = closed({"cite": WORDS, "confidence": WORDS, "identifiers": identifiers}, ["cite"])
    return closed(
        {
            "id": declared(SOURCE),
            "kind": described(one_of(KINDS), "secondary: it reports what others say; interpretation: our own readings"),
            "title": described(WORDS, "its title, or what it is called here"),
            "identity": described(one_of(IDENTITIES), "how sure it is which document this is"),
            "printed-as": described(WORDS, "how the document that was read refers to it"),
            "cite": described(WORDS, "how it is cited; of an unresolved source nothing is"),
            "known": described(WORDS, "what is known of an unresolved source"),
            "confidence": described(WORDS, "how sure its identity is"),
            "candidates": described(several(candidate), "what an unresolved source may be"),
            "identifiers": identifiers,
            "evidence-level": described(WORDS, "in the words of whoever says it"),
            "design": described(term(vocabulary, "design"), "the design of the study"),
            "standing": closed({"is": one_of(STANDINGS), "note": WORDS}, ["is"]),
            "published": DAY,
            "review-by": described(DAY, "the day by which it is to be looked at again"),
            "valid": closed({"from": DAY, "to": DAY}),
            "text": described(WORDS, "the path of a file with its words, such as texts/S1.txt"),
            "note": WORDS,
        },
        ["id", "kind", "title", "identity"],
    )


def reviews(_: Vocabulary) -> Schema:
    """The reviews of one reviewer."""
    review = closed(
        {
            "of": {
                "type": "string",
                "pattern": f"^({'|'.join(REVIEWED)}):.",
                "description": "what was judged, such as fact:G07",
            },
            "verdict": one_of(VERDICTS),
            "date": DAY,
            "digest": {
                "type": "string",
                "pattern": "^[0-9a-f]{64}$",
                "description": "the words that were judged; `rulewright review` writes it",
            },
            "note": described(WORDS, "on what the verdict rests"),
        },
        ["of", "verdict", "date", "digest", "note"],
    )
    return closed({"reviewer": WORDS, "reviews": several(review)}, ["reviewer", "reviews"])
