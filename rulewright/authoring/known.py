"""Names in an expectation, held against the knowledge base: what names nothing could never fail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import get_args

from engine.errors import Findings, did_you_mean, listed
from engine.fields import Fields
from engine.model.advice import Certainty, Graded
from engine.model.knowledge import KnowledgeBase
from rulewright.authoring.difference import Difference, Subject


class Known:
    """What the parts of an expectation have in common: the knowledge base, and the problems found so far."""

    def __init__(self, knowledge: KnowledgeBase, findings: Findings) -> None:
        self.knowledge = knowledge
        self.findings = findings

    def known(self, name: str, known: Iterable[str], fields: Fields, what: str) -> None:
        """Record a name that the knowledge base does not have: the expectation could never fail on it."""
        names = tuple(known)
        if name not in names:
            self.findings.add(
                "unknown-term",
                fields.location,
                f"`{name}` is no {what}",
                f"one of {listed(names)}",
                did_you_mean(name, names),
            )

    def certainty(self, fields: Fields, found: list[Certainty], subject: Subject) -> Iterator[Difference]:
        """The grade of one of these, or the word for what has none."""
        wanted = fields.text("certainty")
        if wanted:
            grades = self.knowledge.vocabulary.grades
            self.known(wanted, [*grades, *(word for word in get_args(Graded) if word != "graded")], fields, "certainty")
            told = [entry.grade or entry.status for entry in found]
            if told and not any(one == wanted or grades.get(one) == grades.get(wanted, -1) for one in told):
                yield subject.differs("certainty", wanted, told[0], at=fields.place("certainty"))
