"""What tries two versions on cases: a part of the sample at a time, or one difference cut down to its smallest case."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random

from engine.document import Mapping as Document
from engine.grounding import ground
from engine.model.knowledge import KnowledgeBase
from engine.program import Clause, Program
from rulewright.authoring.cases import Cases, Reading
from rulewright.authoring.diff import writing
from rulewright.authoring.diff.effects import Difference, Told, Versions
from rulewright.authoring.diff.model import Edit, Example
from rulewright.authoring.diff.pairing import Pairing
from rulewright.authoring.diff.smallest import size, smallest
from rulewright.authoring.diff.tally import Shown, Tally

MOST_KNOWN = 20_000
"""Cases of which the outcome is remembered while differences are cut down: many are cut down in the same way."""


@dataclass(frozen=True)
class Plan:
    """What is compared, and from what the sample is made."""

    old: KnowledgeBase
    new: KnowledgeBase
    edits: tuple[Edit, ...]
    moments: tuple[datetime, ...]
    seed: int


@dataclass(frozen=True)
class Span:
    """A part of the sample: the cases of these numbers."""

    first: int
    end: int


@dataclass(frozen=True)
class Cut:
    """A difference with the case that is to be cut down."""

    difference: Difference
    shown: Shown


class Bench:
    """Tries cases on both versions."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.versions = Versions(plan.old, plan.new, plan.edits)
        self._cases: Cases | None = None
        self._known: dict[str, Mapping[Difference, Told]] = {}

    @property
    def cases(self) -> Cases:
        """The cases of the sample."""
        if self._cases is None:
            edited = [edit.id for edit in self.plan.edits if edit.kind == "datum"]
            self._cases = Cases(list(self.readings()), self.plan.moments, Random(self.plan.seed), edited)
        return self._cases

    def readings(self) -> Iterator[Reading]:
        """The programs of both versions, once for everything that they admit at some moment; the clauses that an edit
        reaches are aimed at.
        """
        seen = set()
        for moment in self.plan.moments:
            programs = [ground(side, side.admitted(moment.date())) for side in self.versions.sides]
            key = (programs[0].facts, programs[1].facts)
            if key in seen:
                continue
            seen.add(key)
            pairing = self.versions.pairing(programs[0], programs[1])
            for program, side in zip(programs, self.versions.sides, strict=True):
                yield Reading(program, side, tuple(reached(program, pairing)))

    def sample(self, span: Span) -> Tally:
        """What a part of the sample shows."""
        tally = Tally()
        for number in range(span.first, span.end):
            case = self.cases.document(number)
            tally.count(self.versions.outcome(case), case, number)
        return tally

    def cut(self, cut: Cut) -> Example:
        """The smallest case that shows a difference, found from one that does; another dose where that one shows it."""
        sources = cut.shown.sources
        first = self.told(cut.shown.case, sources)[cut.difference]
        computed = cut.difference.kind == "dose changed" and first.computed_otherwise

        def shows(case: Document) -> bool:
            told = self.told(case, sources).get(cut.difference)
            return told is not None and (told.computed_otherwise or not computed)

        case = smallest(cut.shown.case, shows)
        told = self.told(case, sources)[cut.difference]
        old, new, _ = self.versions.read(case)
        read = new or old
        assert read is not None
        line = told.after or told.before
        return Example(
            text=line.text if line else "",
            section=line.section if line else "",
            case=dict(read.canonical),
            data=size(case),
            sources=sources,
            start=cut.shown.start,
            before=told.before.said if told.before else "",
            after=told.after.said if told.after else "",
        )

    def told(self, case: Document, sources: tuple[str, ...] | None) -> Mapping[Difference, Told]:
        """What a case shows, remembered."""
        key = json.dumps([writing.line(case), sources])
        if key not in self._known:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[key] = self.versions.outcome(case, sources).differences
        return self._known[key]


def reached(program: Program, pairing: Pairing) -> Iterator[Clause]:
    """The clauses of a program that an edit reaches: that are made from an edited part, or rest on such a clause."""
    side = next(each for each in pairing.sides if each.program is program)
    for index, clause in enumerate(program.clauses):
        if pairing.edited(side, index) or not pairing.lone.keys().isdisjoint(pairing.closure((clause.head,))):
            yield clause
