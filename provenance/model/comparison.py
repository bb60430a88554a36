"""The published contract of a comparison of two advices: what appeared, disappeared or changed, line by line."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from engine.model.advice import Number, Part, Span

LineKind = Literal[
    "option",
    "statement",
    "opposition",
    "question",
    "datum",
    "conclusion",
    "rule",
    "fact",
    "source",
    "frame",
]
What = Literal["appeared", "disappeared", "changed", "proof"]
Value: TypeAlias = str | Number | Span
"""A word or a sentence as the advice has it, or an exact amount."""


class Aspect(Part):
    """What differs in one line: of a single value both, of a collection only the entries that are not on both sides."""

    name: Annotated[str, Field(description="the field of the line: 'heading', 'reasons', 'dose.amount', 'conclusions'")]
    of: Annotated[str, Field(description="the entry of the field: a reason's code, a dose's claim, a conclusion")] = ""
    before: tuple[Value, ...] = ()
    after: tuple[Value, ...] = ()


class Change(Part):
    """One line of the advice that is not the same.

    ``what`` is "proof" where the line says the same in everything, and is drawn in another way. ``through`` names the
    conclusions, the line's own first, of which the firings differ; ``Comparison.proofs`` says how.
    """

    line: Annotated[
        LineKind,
        Field(
            description="option: an entry of options. statement: of sections. question: of missing data. datum: of the "
            "case and inputs. conclusion: one that is shown in no line. frame: what stands around the lines"
        ),
    ]
    name: str
    text: str = ""
    section: str = ""
    what: What
    before: Annotated[str, Field(description="the line in short; empty where it was not there")] = ""
    after: str = ""
    aspects: tuple[Aspect, ...] = ()
    through: tuple[str, ...] = ()


class Way(Part):
    """A firing by its content: the rule, the evidence and the items it was bound to."""

    rule: str
    title: str = ""
    evidence: tuple[str, ...] = ()
    bindings: dict[str, str]
    items: dict[str, str]
    value: str


class Altered(Part):
    """A firing on both sides, of which the premises, the data behind them, the value or the rank differ."""

    way: Way
    aspects: tuple[Aspect, ...]


class ProofChange(Part):
    """A conclusion that is not drawn in the same ways; what stands below in its chain has entries of its own."""

    conclusion: str
    gone: tuple[Way, ...] = ()
    new: tuple[Way, ...] = ()
    altered: tuple[Altered, ...] = ()


class Side(Part):
    """One of the two advices."""

    id: str
    as_of: str
    knowledge: str
    version: str
    digest: str
    admitted: tuple[str, ...]


class Comparison(Part):
    """How two advices differ, in the order in which an advice shows its lines; nothing is left out but identifiers.

    ``changes`` is empty where both say the same and rest on the same.
    """

    before: Side
    after: Side
    changes: tuple[Change, ...] = ()
    proofs: tuple[ProofChange, ...] = ()
