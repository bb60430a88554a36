"""The published contract of a comparison of two versions: the edits, and their effects on cases."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from engine.model.advice import Part

EditKind = Literal["added", "removed", "changed", "re-worded"]
EffectKind = Literal[
    "option gained",
    "option lost",
    "heading changed",
    "dose changed",
    "statement gained",
    "statement lost",
    "statement changed",
    "conflict gained",
    "conflict lost",
    "conflict changed",
    "reasons changed",
    "certainty changed",
    "reviews changed",
    "other proof",
]
"""The kinds of difference, the weightiest first; a line that differs in several ways is told by the first of them."""

OF_THE_PROOF: tuple[EffectKind, ...] = ("reviews changed", "other proof")
"""Kinds that leave what is advised as it was: who reviewed what it rests on, and how it is derived."""

LineKind: TypeAlias = Literal["option", "statement", "opposition", "conclusion"]


class Version(Part):
    """One of the two: a folder, or a revision of a repository."""

    shown: Annotated[str, Field(description="what was compared, as it was named")]
    name: str
    version: str
    digest: str
    note: Annotated[str, Field(description="what the reader must know of it, such as edits that are not in it")] = ""


class FieldChange(Part):
    """One place of a part, as it is written on each side; empty where it is not there."""

    path: str
    before: str = ""
    after: str = ""


class Edit(Part):
    """One part of the knowledge base that is not the same.

    ``changed`` says that it means something else: any field but titles, labels, notes, templates, synonyms, codes of
    terminologies and the order of what has none. Quoted words are evidence, and so are part of the meaning.
    """

    kind: Annotated[str, Field(description="fact, reading, rule, term, datum, source, scenario, …")]
    id: str
    what: EditKind
    title: str = ""
    place_before: str = ""
    place_after: str = ""
    fields: tuple[FieldChange, ...] = ()

    @property
    def name(self) -> str:
        """``fact:G08``, as effects name it."""
        return f"{self.kind}:{self.id}"


class Example(Part):
    """The smallest case found that shows a difference: leaving out any of its data, the difference is lost.

    ``data`` counts them; ``start`` names the scenario or the number of the sampled case that it was cut down from.
    ``before`` and ``after`` are the line in that case, empty where it is not there.
    """

    text: Annotated[str, Field(description="the line in words, where it has any")] = ""
    section: str = ""
    case: dict[str, object]
    data: int
    sources: tuple[str, ...] | None = None
    start: str
    before: str = ""
    after: str = ""


class Effect(Part):
    """One difference that cases show, once: what changes, in which line, and by which edits.

    ``before`` and ``after`` are what changes in short; ``because`` names the edits that it rests on. ``cases`` counts
    the sampled cases that show it, ``scenarios`` names the scenarios that do.
    """

    kind: EffectKind
    line: LineKind
    name: str
    before: str = ""
    after: str = ""
    because: tuple[str, ...] = ()
    cases: int = 0
    scenarios: tuple[str, ...] = ()
    example: Example


class Sample(Part):
    """What was tried, and how much of it differs.

    ``changed`` counts the cases in which something that is advised differs, ``proof_only`` those in which only proofs
    or reviews do. ``partly`` counts cases of which one side could not read some datum, and was asked without it;
    ``unread`` those that a side could not read at all, which are not compared.
    """

    cases: int
    changed: int = 0
    proof_only: int = 0
    partly: int = 0
    unread: int = 0


class Diff(Part):
    """Two versions compared.

    ``more`` counts effects beyond those that are kept. Questions for missing data, the banner, limits and the account
    of inputs are not compared.
    """

    before: Version
    after: Version
    seed: int
    edits: tuple[Edit, ...] = ()
    effects: tuple[Effect, ...] = ()
    more: int = 0
    scenarios: Sample
    sampled: Sample
