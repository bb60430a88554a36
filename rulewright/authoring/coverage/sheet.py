"""Coverage as text: how much of each kind is exercised, and what no scenario exercises, with its place."""

from __future__ import annotations

from collections.abc import Iterable

from provenance.render.layout import Sheet
from provenance.render.naming import count_words
from rulewright.authoring.coverage.report import (
    SIDES,
    BoundaryCoverage,
    ConclusionCoverage,
    ConditionCoverage,
    Coverage,
    Total,
)

BESIDE = {"below": "just below", "at": "at", "above": "just above"}
MOST_INSTANCES = 4
"""Of one condition that are named; more are counted."""


def page(found: Coverage, width: int) -> Sheet:
    """The table, then what is missing of each kind."""
    sheet = Sheet(width)
    sheet.add(f"Exercised by {count_words(found.scenarios, 'scenario')}:", style="bold")
    sheet.gap()
    for total in found.totals:
        sheet.add(_row(total).replace(" ", "\xa0"), 1)
    _section(sheet, "Rules that no scenario draws", _rules(found))
    _section(sheet, "Conditions with an outcome that no scenario has", _conditions(found.conditions))
    _section(sheet, "Statements and readings that play no part in any scenario", _facts(found))
    _section(sheet, "Headings that no scenario has", _headings(found))
    _section(sheet, "Conclusions that no scenario draws", _conclusions(found.conclusions))
    _section(sheet, "Reason codes that no scenario is given", _codes(found))
    _section(sheet, "Boundaries with a side on which no scenario stands", _boundaries(found.boundaries))
    return sheet


def _row(total: Total) -> str:
    share = f"{100 * total.covered // total.total:>5} %" if total.total else "      –"
    return f"{total.what:<18}{total.covered:>7,} of {total.total:<7,}{share}"


def _section(sheet: Sheet, title: str, lines: Iterable[str]) -> None:
    found = list(lines)
    if found:
        sheet.heading(title, f"({len(found):,})")
        for line in found:
            sheet.add(line, 1)


def _rules(found: Coverage) -> Iterable[str]:
    for rule in found.rules:
        if not rule.drawn:
            why = "" if rule.instances else ": no evidence matches it"
            yield f"{rule.place}: {rule.id}{why}"


def _conditions(conditions: Iterable[ConditionCoverage]) -> Iterable[str]:
    for entry in conditions:
        if entry.never:
            yield f"{entry.place}: {entry.name}: never {' and never '.join(entry.never)}: {entry.text}"
            continue
        lacking = [instance for instance in entry.instances if instance.never]
        if lacking:
            named = [f"{instance.text} never {' and never '.join(instance.never)}" for instance in lacking]
            more = f"; {len(named) - MOST_INSTANCES:,} more" if len(named) > MOST_INSTANCES else ""
            yield f"{entry.place}: {entry.name}, where {'; '.join(named[:MOST_INSTANCES])}{more}"


def _facts(found: Coverage) -> Iterable[str]:
    return (f"{fact.place}: {fact.id}" for fact in found.facts if not fact.used and not fact.excuse)


def _headings(found: Coverage) -> Iterable[str]:
    for entry in found.headings:
        if not entry.scenarios:
            yield f"{' / '.join(entry.key.values())}: {entry.heading}"


def _conclusions(conclusions: Iterable[ConclusionCoverage]) -> Iterable[str]:
    return (entry.conclusion for entry in conclusions if "drawn" in entry.never)


def _codes(found: Coverage) -> Iterable[str]:
    return (f"{entry.place}: {entry.code}" for entry in found.codes if not entry.given)


def _boundaries(boundaries: Iterable[BoundaryCoverage]) -> Iterable[str]:
    for entry in boundaries:
        if entry.never:
            near = ", ".join(f"{side} {entry.nearest[side]}" for side in SIDES if side in entry.nearest)
            seen = f" (nearest: {near})" if near else " (no scenario has a value)"
            lacking = ", ".join(BESIDE[side] for side in entry.never)
            yield f"{entry.place}: {entry.of}, {entry.bound}: nothing {lacking}{seen}"
