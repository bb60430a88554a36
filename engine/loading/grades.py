"""Reads what is said of the certainty of a statement, and of the design of the study behind it."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import clipped
from engine.fields import Fields
from engine.loading.references import References
from engine.model.fact import ClaimValue, Grade
from engine.model.vocabulary import ClaimKind, Vocabulary


def read_design(fields: Fields, vocabulary: Vocabulary) -> str:
    """The declared design of a study; empty where none is stated."""
    return _term(fields, vocabulary, "design", "design")


class GradeReader:
    """Reads the grades of one statement and of its claims; a grade needs somebody who gave it, and readings have none.

    ``of_fact`` is the statement's own grade.
    """

    def __init__(self, fields: Fields, vocabulary: Vocabulary, references: References, reading: bool) -> None:
        self.vocabulary = vocabulary
        self.references = references
        self.reading = reading
        self.fact = fields
        self.by = references.text(fields, "graded-by", "grader")
        self.by_used = False
        certainty = self.certainty(fields)
        self.of_fact = self.grade(fields, certainty, self.by)

    def of_claim(self, fields: Fields) -> Grade | None:
        """The grade of a claim: its own, else the statement's. Its grader is its own, else the statement's."""
        own = self.references.text(fields, "graded-by", "grader")
        certainty = self.certainty(fields)
        if fields.has("graded-by") and not fields.has("certainty") and not self.reading:
            self.wrong(fields, "graded-by", "says who graded it, and no `certainty`", "a field `certainty`")
        return self.grade(fields, certainty, own or self.by) or self.of_fact

    def done(self) -> None:
        """Record a grader of the statement that graded neither it nor a claim of it."""
        if self.by and not self.by_used and not self.fact.has("certainty") and not self.reading:
            self.wrong(self.fact, "graded-by", "says who graded it, and no `certainty`", "a field `certainty`")

    def certainty(self, fields: Fields) -> str:
        """The grade as a word of the declared scale."""
        return _term(fields, self.vocabulary, "certainty", "grade of certainty")

    def grade(self, fields: Fields, certainty: str, by: str) -> Grade | None:
        """The grade with its grader; None, with what is wrong recorded, where it may not be given so."""
        if self.reading:
            for name in ("certainty", "graded-by", "design") if fields is self.fact else ("certainty", "graded-by"):
                if fields.has(name):
                    self.wrong(fields, name, f"is a reading, and has no `{name}`", "grades and designs on statements")
            return None
        if not fields.has("certainty"):
            return None
        self.by_used |= not fields.has("graded-by")
        if not by and not fields.has("graded-by") and not self.fact.has("graded-by"):
            self.wrong(
                fields, "certainty", "has a certainty that nobody graded", "`graded-by`, the source that graded it"
            )
        return Grade(certainty, by) if certainty and by else None

    def wrong(self, fields: Fields, name: str, message: str, expected: str) -> None:
        """Record what is wrong with a grade."""
        fields.findings.add("grade", fields.place(name), f"{fields.what} {message}", expected)


def claimed_design(design: str, claims: list[tuple[ClaimKind, Mapping[str, ClaimValue]]]) -> str:
    """The design that a statement states, else the one that the fields of its claims state, where it is one."""
    found = {
        str(value)
        for kind, values in claims
        for name, value in values.items()
        if (kind.fields[name].kind, kind.fields[name].of) == ("term", "design")
    }
    return design or (found.pop() if len(found) == 1 else "")


def _term(fields: Fields, vocabulary: Vocabulary, name: str, what: str) -> str:
    found = fields.text(name)
    known = vocabulary.terms.get(name, {})
    if found and found not in known:
        place = fields.node.entries[name].location
        fields.findings.unknown_term(found, known, place, f"`{clipped(found)}` is not a declared {what}")
        return ""
    return found
