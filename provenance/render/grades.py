"""The certainty of a conclusion in words: the grade, what sets it, and what nobody graded."""

from __future__ import annotations

from collections.abc import Iterable

from engine.model.advice import Certainty
from provenance.render.naming import ordered

NO_EVIDENCE = "no evidence to grade: it follows from the case, definitions and readings alone"
NOT_DRAWN = "nothing is drawn that could be graded"


def remark(certainty: Certainty) -> str:
    """The certainty in a few words, where anything that sets it is graded; else nothing."""
    return certainty_words(certainty) if certainty.grade or certainty.at_most else ""


def certainty_words(certainty: Certainty) -> str:
    """The certainty: "certainty low: G3 (graded by P1); at most high if H3 were graded"."""
    if certainty.status in ("no evidence", "not drawn"):
        return NO_EVIDENCE if certainty.status == "no evidence" else NOT_DRAWN
    missing = ordered(certainty.ungraded)
    names, are = " ".join(missing), "are" if len(missing) > 1 else "is"
    if certainty.grade:
        found = f"certainty {certainty.grade}: {by(certainty, certainty.limiting)}"
        if missing:
            better = f"at most {certainty.at_most}" if certainty.at_most else "perhaps better"
            found += f"; {better} if {names} were graded"
        return found
    if certainty.at_most:
        bounded = by(certainty, certainty.bounding)
        return f"certainty at most {certainty.at_most}: {bounded}; {names} {are} not graded"
    return f"certainty not graded: nobody graded {names}"


def by(certainty: Certainty, facts: Iterable[str]) -> str:
    """Facts with whoever graded them: "G2 G3 (graded by P1)"."""
    graders: dict[tuple[str, ...], list[str]] = {}
    for fact in ordered(facts):
        graders.setdefault(certainty.graded_by.get(fact, ()), []).append(fact)
    return ", ".join(f"{' '.join(same)} (graded by {' and '.join(names)})" for names, same in graders.items())
