"""Conflicts in full: each side with its chains, down to quotes, readings and data."""

from __future__ import annotations

from collections.abc import Iterable

from engine.model.advice import Bearing, Opposition, Side
from engine.model.case import Case
from provenance.conflict import conflict
from provenance.grounds import Grounds
from provenance.model.conflict import Conflict, Conflicts
from provenance.render.layout import WIDEST, Sheet
from provenance.render.leaves import file_of
from provenance.render.naming import ordered
from provenance.render.oppositions import Opposed
from provenance.render.told import Told
from provenance.render.trace import Tracer

STEP = 2


def conflict_sheet(found: Conflicts, grounds: Grounds, case: Case | None = None, width: int = 100) -> Sheet:
    """The conflicts of one advice; ``case`` adds the place at which each datum was written."""
    return _Printer(grounds, case, width).printed(found)


def conflict_outline(grounds: Grounds, opposition: Opposition, case: Case | None = None) -> tuple[Told, ...]:
    """The sides of one conflict with their chains, as paragraphs with their depths, for other forms than lines."""
    printer = _Printer(grounds, case, WIDEST)
    for side, argued in zip(opposition.sides, conflict(grounds, opposition).sides, strict=True):
        printer.side(side, [chain.bearing for chain in argued.chains])
    return tuple(printer.tracer.told)


class _Printer:
    def __init__(self, grounds: Grounds, case: Case | None, width: int) -> None:
        self.grounds = grounds
        self.case = case
        self.tracer = Tracer(grounds, case, width)
        self.sheet = self.tracer.sheet
        self.opposed = Opposed(self.tracer.names, self.sheet)

    def printed(self, found: Conflicts) -> Sheet:
        """Every conflict with its chains; then what was declared and is not touched, in one line each."""
        file = file_of(self.case) if self.case else ""
        if file and found.conflicts:
            self.sheet.add(f"Data of the case are followed by their line:column in {file}.", style="dim")
        for one in found.conflicts:
            self.conflict(one)
        if not found.conflicts:
            self.sheet.add("Nothing pulls apart in this case.")
        if found.untouched:
            self.sheet.heading("Declared, and not touched by this case")
            for entry in found.untouched:
                title = f": {entry.title}" if entry.title else ""
                self.sheet.add(f"{entry.name}{title} — {entry.why}", 1)
        return self.sheet

    def conflict(self, conflict: Conflict) -> None:
        """What pulls apart and how it is settled, then its sides."""
        opposition = conflict.opposition
        if self.sheet.lines:
            self.sheet.gap()
        self.sheet.add(f"{self.opposed.title(opposition)} — {self.opposed.outcome(opposition)}", style="bold")
        self.opposed.foot(opposition, STEP)
        for side, argued in zip(opposition.sides, conflict.sides, strict=True):
            self.side(side, [chain.bearing for chain in argued.chains])

    def side(self, side: Side, bearings: Iterable[Bearing]) -> None:
        """One side: of whom its facts speak, and a chain for each way in which it bears."""
        of = self.opposed.of_whom(side)
        self.tracer.add(f"side “{side.label}”{f' — {of}' if of else ''}", 1, "bold")
        told = False
        for bearing in bearings:
            told = True
            self.tracer.add(self.opposed.way(bearing, named=True), 2)
            self.chain(bearing)
        left = [fact for fact in side.facts if not any(fact in bearing.facts for bearing in side.bearings)]
        if left:
            self.tracer.add("nothing in this case rests on:" if told else "nothing of it bears on this case:", 2)
            self.tracer.facts(left, 3)
        elif not side.facts and not told:
            self.tracer.add("none of its facts is admitted", 2)

    def chain(self, bearing: Bearing) -> None:
        """The firings of the side alone, whatever else draws the same conclusion."""
        if bearing.firings:
            self.tracer.add(f"{bearing.conclusion} is {bearing.value.upper()}", 3)
            self.tracer.firings([self.grounds.firings[id_] for id_ in bearing.firings], 4)
        elif bearing.way == "would-speak-for":
            facts = set(bearing.facts)
            atom = self.grounds.atoms[bearing.conclusion]
            known, warrants = self.grounds.program.evidence, self.grounds.warrants
            clauses = [
                clause
                for clause in self.grounds.clauses_of.get(atom, ())
                if facts.intersection(fact for id_ in clause.evidence for fact in known[id_].facts)
                or facts.intersection(warrants(clause.rule))
            ]
            self.tracer.add(f"{bearing.conclusion} is FALSE", 3)
            self.tracer.lacking(clauses, 4)
        else:
            self.tracer.facts(ordered(bearing.facts), 3)
