"""Reads `kb/reviews/`: one file for each reviewer, with entries that are only ever added."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from engine.content import subjects
from engine.errors import Findings, Location, clipped, listed
from engine.fields import Fields, mapping_of
from engine.loading.sources import read_day
from engine.model.knowledge import KnowledgeBase
from engine.model.review import KINDS, VERDICTS, Review, Subject
from engine.reading import Mapping

DIGEST = re.compile(r"[0-9a-f]{64}\Z")


class ReviewReader:
    """Reads the files of a knowledge base; ``today`` is the last day on which a review can have been made, if any."""

    def __init__(self, findings: Findings, today: date | None = None) -> None:
        self.findings = findings
        self.today = today
        self.reviewers: dict[str, Location] = {}
        self.reviews: list[Review] = []
        self.named: list[tuple[Subject, Location]] = []

    def read(self, root: Mapping) -> None:
        """Take in the file of one reviewer."""
        fields = Fields(root, "a file of reviews", self.findings)
        by = fields.words("reviewer", True)
        if by:
            self.once(by, fields.place("reviewer"))
        entries: dict[Review, Location] = {}
        for node in fields.sequence("reviews", True):
            body = mapping_of(node, "a review", self.findings)
            review = self.review(body, by) if body is not None else None
            if review is None:
                continue
            if review in entries:
                message = f"the same review of `{review.of}` stands twice"
                hint = f"first at {entries[review]}"
                self.findings.add("duplicate-item", review.location, message, "each review once", hint)
            entries.setdefault(review, review.location)
        fields.done()
        self.reviews += entries

    def once(self, by: str, place: Location) -> None:
        """A reviewer has one file, whatever the case of the letters: the latest entry counts, and must be seen."""
        first = self.reviewers.setdefault(by.casefold(), place)
        if first is not place:
            message = f"the reviewer `{clipped(by)}` has two files"
            self.findings.add("duplicate-id", place, message, "one file for each reviewer", f"first at {first}")

    def review(self, body: Mapping, by: str) -> Review | None:
        """One entry; None where it does not say what was judged, how, when, or in which words."""
        fields = Fields(body, "a review", self.findings)
        of = self.subject(fields)
        verdict = fields.choice("verdict", VERDICTS, required=True)
        on = self.day(fields)
        digest = fields.text("digest", True)
        if digest and not DIGEST.match(digest):
            place = fields.node.entries["digest"].location
            self.findings.add("digest", place, f"`{clipped(digest)}` is no digest", "64 hexadecimal digits")
        note = fields.words("note", True)
        fields.done()
        if of is None or not verdict or on is None or not digest or not by:
            return None
        return Review(of, by, verdict, on, digest, note, fields.node.entries["of"].location)

    def subject(self, fields: Fields) -> Subject | None:
        """What was judged, as ``kind:id``."""
        text = fields.text("of", True)
        if not text:
            return None
        kind, colon, id_ = text.partition(":")
        place = fields.node.entries["of"].location
        if not colon or not id_:
            self.findings.add("name", place, f"`{clipped(text)}` does not say what it is of", "such as `fact:ID`")
            return None
        if kind not in KINDS:
            self.findings.unknown_term(kind, KINDS, place, f"`{clipped(kind)}` is nothing that is reviewed")
            return None
        self.named.append((Subject(kind, id_), place))
        return Subject(kind, id_)

    def day(self, fields: Fields) -> date | None:
        """The day of a review, which is not in the future."""
        if "date" not in fields.node.entries:
            fields.text("date", True)
            return None
        found = read_day(fields, "date", self.findings)
        if found is not None and self.today is not None and found > self.today:
            place = fields.node.entries["date"].location
            self.findings.add("date", place, f"a review of {found} lies in the future", f"{self.today} or before")
        return found


def check_reviewed(knowledge: KnowledgeBase, named: Iterable[tuple[Subject, Location]], findings: Findings) -> None:
    """Record every review of what the knowledge base does not have."""
    known: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for subject in subjects(knowledge):
        known[subject.kind].add(subject.id)
    for subject, place in named:
        if subject.id in known[subject.kind]:
            continue
        others = [f"{kind}:{subject.id}" for kind, ids in known.items() if subject.id in ids]
        if others:
            message = f"there is no {subject.kind} `{clipped(subject.id)}`"
            findings.add("dangling", place, message, listed(others), f"did you mean `{others[0]}`?")
        else:
            findings.dangling(subject.id, known[subject.kind], place, subject.kind)
