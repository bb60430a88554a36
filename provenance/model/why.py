"""The published contract of the answer to "why?": everything that draws a conclusion, and what evidence carries it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.model.advice import FactRecord, Part, SourceRecord, Truth


class DrawnCondition(Part):
    """A condition of a firing, with the conclusions that it reads, the data of the case and the defaults it assumed."""

    condition: str
    value: Truth
    conclusions: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    assumed: Annotated[
        tuple[str, ...], Field(description="the paths of what was not said, of which absence has a stated meaning")
    ] = ()
    read_under: Annotated[
        tuple[str, ...],
        Field(description="the facts and readings by which its data, formulas and conversions mean what they do"),
    ] = ()


class DrawnFiring(Part):
    """One firing that draws a conclusion: its own rule, evidence, warrants, items and conditions, and no other's.

    ``attains`` says whether it gives the conclusion its value; one that does not draws it to a lesser degree.
    """

    id: str
    rule: str
    title: str
    value: Truth
    rank: int
    attains: bool
    facts: Annotated[tuple[str, ...], Field(description="the facts and readings behind the claims that it matched")]
    warrants: Annotated[tuple[str, ...], Field(description="the facts and readings that warrant its rule")]
    items: dict[str, str]
    premises: tuple[DrawnCondition, ...]
    absent: Annotated[tuple[DrawnCondition, ...], Field(description="its conditions under `unless`")]


class DrawnConclusion(Part):
    """A conclusion with every firing that draws it; it stands once in an answer, however often it is read."""

    conclusion: str
    text: str
    value: Truth
    firings: tuple[DrawnFiring, ...]


class UnfoldedFiring(Part):
    """One way to draw a conclusion in the unfolded tree, down to its facts."""

    id: str
    rule: str
    facts: tuple[str, ...]
    read_under: Annotated[
        tuple[str, ...],
        Field(description="the facts and readings by which the data of its conditions mean what they do"),
    ] = ()
    premises: tuple[Unfolded, ...] = ()


class Unfolded(Part):
    """A conclusion in the tree of proofs: it stands wherever it is used, with each way to draw it there.

    ``cut`` says that its ways are left out, because the tree grew beyond what was asked for.
    """

    conclusion: str
    value: Truth
    ways: tuple[UnfoldedFiring, ...] = ()
    cut: bool = False


class EvidenceSets(Part):
    """The minimal sets of facts and readings that each suffice: with it the conclusion keeps its value, and none of its
    members can be spared. What is absent stays absent, and the case stays as it is.

    A set is ``common`` with one of ``sets``.
    """

    common: tuple[str, ...]
    sets: Annotated[
        tuple[tuple[str, ...], ...],
        Field(description="those of fewest facts first, at most as many as were asked for"),
    ]
    listed: int
    number: Annotated[int | None, Field(description="how many there are, exactly; null where that was not counted")]
    bound: Annotated[
        int | None,
        Field(
            description="at most so many there are: the number where it is known, else the most sets that can be "
            "without one of them containing another (Sperner); null where that number would fill a page"
        ),
    ]


class Guard(Part):
    """A fact that keeps something out of the way: it proves nothing, and without it the conclusion falls.

    ``lets_in`` are the conclusions under ``unless`` that would be drawn without it, or more certainly.
    """

    fact: str
    lets_in: tuple[str, ...]


class SoleSupport(Part):
    """A source or a reading that carries the conclusion alone: with it withdrawn, the conclusion falls.

    ``facts`` are what falls with a source, or the reading itself. ``evidence_levels`` are as the sources and statements
    state them ("case report (n = 1)"). ``roles`` are what a source is to these facts: they are attributed to it
    (*cited*), are statements that were read in it (*document*), or readings that its editors state (*editors*).
    """

    kind: Literal["source", "interpretation"]
    id: str
    text: str
    facts: tuple[str, ...]
    evidence_levels: tuple[str, ...] = ()
    identity: str = ""
    standing: str = ""
    roles: tuple[Literal["cited", "document", "editors"], ...] = ()


class Why(Part):
    """Why a conclusion has its value.

    ``drawn`` holds it first, then every conclusion that its firings read. ``proofs`` are the ways to draw it from facts
    and case in which no conclusion is used for itself; at least so many where ``proofs_exact`` is false.
    ``falls_without`` are facts that every sufficient set holds, and without which it falls; ``guarded_by`` those that
    keep something out of its way; ``replaced`` are in every sufficient set too, yet without them another firing draws
    it. All three are what deriving the case again without each fact shows, where ``confirmed`` is true; where it is
    not, guards were not looked for.
    """

    format: Literal["rulewright/why/1"] = "rulewright/why/1"
    advice: Annotated[str, Field(description="the id of the advice that is asked about")]
    conclusion: str
    text: str
    value: Truth
    drawn: tuple[DrawnConclusion, ...]
    proofs: int
    proofs_exact: bool
    unfolded: Unfolded | None = None
    evidence: EvidenceSets
    falls_without: tuple[str, ...]
    guarded_by: tuple[Guard, ...]
    replaced: tuple[str, ...]
    confirmed: bool
    alone: tuple[SoleSupport, ...]
    read_in: Annotated[
        tuple[str, ...], Field(description="the documents in which its statements were read; where it is one, all were")
    ]
    facts: Annotated[
        tuple[FactRecord, ...], Field(description="every fact and reading that is named here, as it is quoted")
    ] = ()
    sources: tuple[SourceRecord, ...] = ()
