"""What the service answers besides an advice: the entries of the knowledge base, a trace, and its own health."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.model.advice import FactRecord, Part, SourceRecord, Truth


class ClaimEntry(Part):
    """What a statement says, structured; ``read_by`` are the interpretations that the reading rests on."""

    kind: str
    modality: str = ""
    fields: dict[str, str] = Field(default_factory=dict)
    read_by: tuple[str, ...] = ()


class FactEntry(FactRecord):
    """A statement with its exact words, or an interpretation of the editors, and what it claims."""

    is_interpretation: bool = False
    attribution: str = ""
    cites_all: Annotated[bool, Field(description="it rests on all the sources that it cites together, else on any")] = (
        False
    )
    about: tuple[str, ...] = ()
    defines: tuple[str, ...] = ()
    restates: tuple[str, ...] = ()
    claims: tuple[ClaimEntry, ...] = ()
    not_used_by_rules: Annotated[str, Field(description="why no rule can reach it; empty where one can")] = ""
    written_at: Annotated[str, Field(description="file:line:column")] = ""


class CandidateEntry(Part):
    """A publication that an unresolved source might be."""

    cite: str
    confidence: str = ""
    identifiers: dict[str, str] = Field(default_factory=dict)


class SourceEntry(SourceRecord):
    """A document: its identity as far as that is known, its standing, and the statements read in it or citing it."""

    title: str = ""
    cite: str = ""
    known: str = ""
    confidence: str = ""
    candidates: tuple[CandidateEntry, ...] = ()
    identifiers: dict[str, str] = Field(default_factory=dict)
    standing_note: str = ""
    published: str = ""
    review_by: str = ""
    valid_from: str = ""
    valid_to: str = ""
    facts_read_in_it: tuple[str, ...] = ()
    facts_that_cite_it: tuple[str, ...] = ()
    written_at: Annotated[str, Field(description="file:line:column")] = ""


class RuleEntry(Part):
    """A rule in words: each condition and conclusion as one line."""

    id: str
    title: str
    mechanism: Annotated[bool, Field(description="warranted by the facts that it matches, not by facts of its own")] = (
        False
    )
    definition: Annotated[bool, Field(description="only gives a name to what the case says")] = False
    because: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    note: str = ""
    written_at: Annotated[str, Field(description="file:line:column")] = ""


class CodeEntry(Part):
    """A code of a terminology, and how far it was verified."""

    system: str
    code: str
    status: str
    note: str = ""


class TermEntry(Part):
    """A word of the knowledge base."""

    kind: str
    name: str
    label: str = ""
    note: str = ""
    is_a: str = ""
    synonyms: tuple[str, ...] = ()
    codes: tuple[CodeEntry, ...] = ()
    because: tuple[str, ...] = ()
    status: str = ""
    written_at: Annotated[str, Field(description="file:line:column")] = ""


class TraceNode(Part):
    """A conclusion, a firing, a datum, a statement, a source: what it is, and what is known of it."""

    id: str
    kind: Annotated[
        str, Field(description="conclusion, firing, rule, datum, default, quantity, fact, interpretation or source")
    ]
    label: Annotated[str, Field(description="of a fact its exact words, of a datum its value")]
    properties: dict[str, str | int | bool] = Field(default_factory=dict)


class TraceEdge(Part):
    """`from` rests on `to`; ``value`` is that of the condition that was read, where one was."""

    source: Annotated[str, Field(alias="from")]
    target: Annotated[str, Field(alias="to")]
    relation: Annotated[str, Field(description="drawn-by, reads, absent, rests-on, quoted-from and their like")]
    value: Truth | Literal[""] = ""


class Trace(Part):
    """The chain from a conclusion (or, where none was named, from all of them) back to the words it rests on."""

    advice: Annotated[str, Field(description="the id of the advice that the chain is part of")]
    conclusion: str = ""
    nodes: tuple[TraceNode, ...]
    edges: tuple[TraceEdge, ...]


class KnowledgeState(Part):
    """Which knowledge base is served."""

    name: str
    version: str
    digest: str
    release: str


class WorkerCounts(Part):
    """The worker processes since the service started."""

    size: Annotated[int, Field(description="how many may be busy at a time")]
    alive: Annotated[int, Field(description="ready or busy, those that stand by too")]
    busy: int
    starting: int
    recycled: Annotated[int, Field(description="replaced because they had answered, or grown, enough")]
    lost: Annotated[int, Field(description="replaced because they crashed, hung or failed")]
    answered: int
    retried: int
    largest_megabytes: float


class Health(Part):
    """Whether cases can be answered."""

    status: Literal["ok", "unavailable"]
    knowledge: KnowledgeState
    engines: tuple[str, ...]
    workers: WorkerCounts
