"""The smallest changes of the data that would have drawn a conclusion, each tried on the changed case."""

from __future__ import annotations

import json

from engine.advising import read_case_text
from engine.errors import RulewrightError
from engine.loading.canonical import canonical
from engine.model.advice import Truth
from engine.model.case import Case
from engine.observing import NAMES, PROVISIONAL, TRUE
from engine.program import Atom
from provenance.inquiry import Inquiry
from provenance.model.whynot import Changes, ChangeSet
from provenance.render.naming import Names
from provenance.whynot.changing.bearing import Bearing
from provenance.whynot.changing.drawing import drawn_together, first_that
from provenance.whynot.changing.places import Variation
from provenance.whynot.changing.search import Found, Search
from provenance.whynot.changing.telling import Wording

MOST_SETS = 36
NOVELTIES = ("fills", "adds", "alters")


def smallest_changes(inquiry: Inquiry, atom: Atom) -> Changes:
    """The smallest sets of changes that make a conclusion true; where none does, those that make it provisional."""
    value = inquiry.grounds.derivation.value(atom)
    tried = 0
    whole = True
    for goal in (TRUE, PROVISIONAL) if value < PROVISIONAL else (TRUE,):
        found = _reaching(inquiry, atom, goal)
        tried, whole = tried + found.tried, whole and found.whole
        if found.sets:
            fewer = _reaching(inquiry, atom, PROVISIONAL) if goal == TRUE and value < PROVISIONAL else None
            provisionally = fewer if fewer is not None and fewer.sets and fewer.size < found.size else None
            return found.model_copy(update={"tried": tried, "whole": whole, "provisionally": provisionally})
    return Changes(size=0, value=NAMES[value], number=0, tried=tried, whole=whole)


def _reaching(inquiry: Inquiry, atom: Atom, goal: int) -> Changes:
    """The smallest sets of changes that reach a value."""
    search = Search(inquiry.grounds.program, inquiry.knowledge.vocabulary, inquiry.case, atom, goal)
    found = search.smallest()
    sets = _told(inquiry, search.bearing, goal, found)
    is_option = atom.relation == inquiry.knowledge.vocabulary.headings.conclusion
    verb = "to be advised" if is_option else "to hold"
    return Changes(
        size=found.size if sets else 0,
        value=NAMES[goal],
        meaning=f"{verb} without reservation" if goal == TRUE else f"{verb} provisionally",
        number=len(sets),
        sets=sets[:MOST_SETS],
        tried=found.tried,
        whole=found.whole,
    )


def _told(inquiry: Inquiry, bearing: Bearing, goal: int, found: Found) -> tuple[ChangeSet, ...]:
    wording = Wording(bearing, inquiry.case, Names(inquiry.advice, inquiry.knowledge))
    start = Variation.of(inquiry.case)
    truth: Truth = NAMES[goal]
    sets = []
    for drawn in drawn_together(found.variations):
        tried = first_that(drawn, start, lambda variation: _draws(inquiry, bearing.atom, goal, variation))
        if tried is not None:
            sets.append(ChangeSet(changes=wording.changes(drawn, tried), value=truth))
    return tuple(sorted(sets, key=_order))


def _order(one: ChangeSet) -> tuple[int, int, tuple[str, ...]]:
    """What fills in what is unknown first, then what adds, then what alters; then what says least."""
    novelty = max(NOVELTIES.index(change.novelty) for change in one.changes)
    said = sum(1 + len(change.fields) for change in one.changes)
    return novelty, said, tuple(change.cell for change in one.changes)


def _draws(inquiry: Inquiry, atom: Atom, goal: int, variation: Variation) -> bool:
    """Whether the changed case is one that the reader accepts, and the advisor's own derivation draws the conclusion.

    The rest of its advice (what is missing, how it is laid out) is not asked for: it takes many times as long.
    """
    try:
        _, _, derivation = inquiry.quick.derive(changed_case(inquiry, variation), inquiry.sources)
    except RulewrightError:
        return False
    return derivation.value(atom) >= goal


def changed_case(inquiry: Inquiry, variation: Variation) -> Case:
    """The changed case as the reader reads it; raises `Refused` where it would not be accepted."""
    case = variation.case
    document = canonical(case.title, case.as_of, dict(case.data), dict(case.earlier), dict(case.lists))
    return read_case_text(json.dumps(document), "the changed case", inquiry.knowledge)
