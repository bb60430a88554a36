"""Reads `kb/sources/`: one file per document."""

from __future__ import annotations

import re
from datetime import date

from engine.errors import Findings, clipped
from engine.fields import Fields, mapping_of
from engine.loading.grades import read_design
from engine.model.source import IDENTITIES, KINDS, STANDINGS, Candidate, Source
from engine.model.vocabulary import Vocabulary
from engine.reading import Mapping

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
TEXT = re.compile(r"(?:(?!\.)[^/\\:]+/)*(?!\.)[^/\\:]+\.txt")


def read_source(root: Mapping, vocabulary: Vocabulary, findings: Findings) -> Source | None:
    """One source file; None where it has no id."""
    fields = Fields(root, "the source", findings)
    id_ = fields.id()
    fields.what = f"the source `{id_}`"
    standing, note = "current", ""
    node = fields.mapping("standing")
    if node is not None:
        inner = Fields(node, f"`standing` of {fields.what}", findings)
        standing = inner.choice("is", STANDINGS, required=True, default="current")
        note = inner.words("note", required=standing != "current")
        inner.done()
    valid = fields.mapping("valid")
    valid_from = valid_to = None
    if valid is not None:
        inner = Fields(valid, f"`valid` of {fields.what}", findings)
        valid_from, valid_to = read_day(inner, "from", findings), read_day(inner, "to", findings)
        inner.done()
        if valid_from and valid_to and valid_to < valid_from:
            findings.add(
                "date", fields.place("valid"), f"{fields.what} is valid until before it is", "`from`, then `to`"
            )
    source = Source(
        id_,
        kind=fields.choice("kind", KINDS, required=True),
        title=fields.words("title", True),
        identity=fields.choice("identity", IDENTITIES, required=True, default="unresolved"),
        printed_as=fields.words("printed-as"),
        cite=fields.words("cite"),
        known=fields.words("known"),
        confidence=fields.words("confidence"),
        candidates=tuple(_candidates(fields, findings)),
        identifiers=_identifiers(fields),
        evidence_level=fields.words("evidence-level"),
        design=read_design(fields, vocabulary),
        standing=standing,
        standing_note=note,
        published=read_day(fields, "published", findings),
        review_by=read_day(fields, "review-by", findings),
        valid_from=valid_from,
        valid_to=valid_to,
        note=fields.words("note"),
        text=_text(fields, findings),
        location=fields.place("id"),
    )
    fields.done()
    if source.identity == "unresolved" and source.cite:
        findings.add(
            "unresolved-cited",
            fields.place("cite"),
            f"the source `{id_}` is unresolved and has a citation as if it were known",
            "`candidates`, each with its confidence",
        )
    return source if id_ else None


def _text(fields: Fields, findings: Findings) -> str:
    """The path of the file with the document's words; whether it is there is not looked at."""
    path = fields.text("text")
    if path and not TEXT.fullmatch(path):
        place = fields.node.entries["text"].location
        expected = "a path below the folder of the knowledge base, such as texts/S1.txt"
        findings.add("name", place, f"`{clipped(path)}` is no text of the knowledge base", expected)
        return ""
    return path


def _candidates(fields: Fields, findings: Findings) -> list[Candidate]:
    found = []
    for node in fields.sequence("candidates"):
        body = mapping_of(node, f"a candidate of {fields.what}", findings)
        if body is not None:
            inner = Fields(body, f"a candidate of {fields.what}", findings)
            found.append(Candidate(inner.words("cite", True), inner.words("confidence"), _identifiers(inner)))
            inner.done()
    return found


def _identifiers(fields: Fields) -> tuple[tuple[str, str], ...]:
    node = fields.mapping("identifiers")
    if node is None:
        return ()
    inner = Fields(node, "`identifiers`", fields.findings)
    return tuple((name, inner.words(name, True)) for name in node.entries)


def read_day(fields: Fields, name: str, findings: Findings) -> date | None:
    """A field that holds a day, as in 2026-03-01; None where it is left out, or no day with a problem recorded."""
    text = fields.text(name)
    if not text:
        return None
    try:
        if DAY.match(text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # a month or a day that there is not
    findings.add("date", fields.node.entries[name].location, f"`{clipped(text)}` is not a date", "such as 2026-03-01")
    return None
