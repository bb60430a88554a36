"""Mutation as text: what survives with its place, and what is wrong with the list of equivalent mutants."""

from __future__ import annotations

from provenance.render.layout import Sheet
from provenance.render.naming import count_words
from rulewright.authoring.mutation.report import Listed, Mutation, Verdict

ASIDE = {
    "killed": "a scenario notices it",
    "refused": "the knowledge base is refused",
    "survived": "no scenario notices it",
}


def page(found: Mutation, width: int, verbose: bool = False) -> Sheet:
    """Counts, the survivors, mistakes of the list; with ``verbose`` every mutant and what noticed it."""
    sheet = Sheet(width)
    share = 100 * (found.mutants - len(found.survivors)) // found.mutants if found.mutants else 100
    sheet.add(
        f"{count_words(found.mutants, 'mutant')}, {count_words(found.scenarios, 'scenario')}, seed {found.seed}: "
        f"{share} % noticed or explained",
        style="bold",
    )
    sheet.gap()
    rows = (
        ("killed", found.killed),
        ("refused", found.refused),
        ("equivalent", len(found.equivalent)),
        ("survived", len(found.survivors)),
    )
    for word, number in rows:
        sheet.add(f"{word:<12}{number:>7,}".replace(" ", "\xa0"), 1)
    if found.survivors:
        sheet.heading("Survived: no scenario notices the change", f"({len(found.survivors):,})")
        for verdict in found.survivors:
            _told(sheet, verdict)
        sheet.gap()
        sheet.add(
            "For each: write a scenario that expects what the source says and the changed knowledge base does not do; "
            "or list it in scenarios/equivalent-mutants.yaml, by the words after its place, with the reason why no "
            "case could tell the difference."
        )
    _listed(sheet, "Listed as equivalent, and a scenario notices it", found.noticed)
    _listed(sheet, "Listed as equivalent, and no such mutant", found.unknown)
    if verbose:
        sheet.heading("Every mutant")
        for verdict in found.verdicts:
            by = (
                f" ({verdict.by}: {verdict.because})"
                if verdict.by
                else f" ({verdict.because})"
                if verdict.because
                else ""
            )
            sheet.add(f"{verdict.place}: {verdict.name}: {ASIDE[verdict.fate]}{by}", 1)
    return sheet


def _told(sheet: Sheet, verdict: Verdict) -> None:
    sheet.add(f"{verdict.place}: {verdict.name}", 1)
    if verdict.tried:
        sheet.add(f"run: {count_words(verdict.tried, 'scenario')} that it could touch", 3)
    else:
        sheet.add("no scenario is touched by it", 3)


def _listed(sheet: Sheet, title: str, entries: tuple[Listed, ...]) -> None:
    if entries:
        sheet.heading(title, f"({len(entries):,})")
        for entry in entries:
            sheet.add(f"{entry.place}: {entry.mutant}", 1)
