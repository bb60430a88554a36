"""The published contract of what to ask next: the missing data, ranked by how much of the advice each would settle."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.model.advice import Part
from provenance.model.comparison import LineKind, What


class Effect(Part):
    """A line of the advice that an answer changes; ``before`` and ``after`` are the line in short."""

    line: LineKind
    name: str
    text: str
    what: What
    before: str
    after: str
    aspects: Annotated[tuple[str, ...], Field(description="the fields of the line that differ")] = ()


class Answer(Part):
    """Answers that change the same.

    ``tried`` are those that were put into the case; ``words`` says what they stand for: "inadequate", "less than 24 h".
    Where the answers of a number are only examples, no threshold is known, and ``words`` names the first that was
    tried: "for example 13 kg". ``effects`` are those of the first that was tried; where amounts are computed from the
    datum and the answer is one of many, ``amounts_of`` is the value that alone has them.
    """

    words: str
    tried: tuple[str, ...]
    closes: Annotated[tuple[str, ...], Field(description="open questions that the answer settles")] = ()
    amounts_of: Annotated[str, Field(description="the one value that the amounts in effects are of, else empty")] = ""
    effects: tuple[Effect, ...] = ()


class MissingDatum(Part):
    """A datum that is not known, or that a stated default stands for, and what its answers would do.

    ``settles`` are the open questions that every answer settles by itself. ``changes`` are the lines that some answer
    changes. ``unsettled`` are answers that leave the datum open (one that is only suspected), with what they
    would do: neither ``settles`` nor ``changes`` counts them. ``undecided`` names every such word, also one that the
    case has now. ``exhaustive`` says that the answers that were tried stand for all; otherwise they are examples, and
    ``rest`` says what they leave out. ``counts_as`` is the stated default; empty where the datum is unknown.
    """

    rank: Annotated[int, Field(description="1 is asked first; data that settle and change as much have the same")]
    path: str
    label: str
    counts_as: str = ""
    settles: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    unsettled: tuple[Answer, ...] = ()
    undecided: tuple[str, ...] = ()
    exhaustive: bool
    rest: str = ""


class Question(Part):
    """An open question of the advice, and whether no datum by itself settles it."""

    question: str
    text: str
    needs: Annotated[
        Literal["one", "several", "more"],
        Field(description="one: some datum alone settles it. several: two or three together. more: no three do"),
    ]
    together: Annotated[tuple[tuple[str, ...], ...], Field(description="the sets of two or three data")] = ()


class Next(Part):
    """The data worth asking for, first those that settle most, and the questions that they are asked for.

    Ranked by the number of open questions that a datum settles by itself whatever the answer is (but for the words that
    leave it open), then by the number of
    lines (options, facts that pull apart, statements that data are worth asking for) that some answer changes. Data
    that are unknown stand before those for which a stated default stands. ``untried`` are data that there were too many
    answers to try.
    """

    advice: str
    questions: tuple[Question, ...]
    data: tuple[MissingDatum, ...]
    untried: tuple[str, ...] = ()
    labels: Annotated[dict[str, str], Field(description="what each datum that is named is called for people")]
