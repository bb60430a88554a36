"""Reads `kb/vocabulary/`: terms, claim kinds, the shape of a case, conclusions, quantities, prohibitions, headings."""

from __future__ import annotations

from engine.errors import Findings, Location
from engine.fields import Fields
from engine.loading.draft import Draft
from engine.loading.kinds import read_claims, read_conclusions
from engine.loading.layout import read_headings, read_prohibitions
from engine.loading.names import PATTERNS
from engine.loading.quantities import read_quantities
from engine.loading.references import References
from engine.loading.sections import read_sections
from engine.loading.terms import read_terms
from engine.model.vocabulary import Vocabulary
from engine.reading import Mapping

READERS = {
    "terms": read_terms,
    "claims": read_claims,
    "case": read_sections,
    "conclusions": read_conclusions,
    "quantities": read_quantities,
    "prohibitions": read_prohibitions,
    "headings": read_headings,
}
"""What a vocabulary file may hold, and what reads it."""


class VocabularyReader:
    """Collects the vocabulary over any number of files; `finish` checks what spans them."""

    def __init__(self, findings: Findings, references: References) -> None:
        self.draft = Draft(findings, references)

    def read(self, root: Mapping) -> None:
        """Take in one file."""
        fields = Fields(root, "a vocabulary file", self.draft.findings)
        for part, reader in READERS.items():
            node = fields.mapping(part)
            if node is not None:
                reader(self.draft, node)
        fields.done()

    def finish(self) -> Vocabulary:
        """The vocabulary, with every cross-reference inside it checked."""
        vocabulary = self.draft.vocabulary()
        _check_names(vocabulary, self.draft.findings)
        return vocabulary


def _check_names(vocabulary: Vocabulary, findings: Findings) -> None:
    """A pattern is told by its first word, so sections, items and conclusions share one space of names."""
    taken: dict[str, tuple[str, Location]] = {
        section.name: ("a section", section.location) for section in vocabulary.sections.values()
    }
    for section in vocabulary.sections.values():
        if section.item and section.item != section.name:
            _take(taken, section.item, "an item", section.location, findings)
    for conclusion in vocabulary.conclusions.values():
        if conclusion.name not in PATTERNS:
            _take(taken, conclusion.name, "a conclusion", conclusion.location, findings)


def _take(taken: dict[str, tuple[str, Location]], name: str, what: str, place: Location, findings: Findings) -> None:
    if name in taken:
        meaning, first = taken[name]
        findings.add(
            "duplicate-id", place, f"`{name}` is {meaning} already", f"another name for {what}", f"first at {first}"
        )
    else:
        taken[name] = (what, place)
