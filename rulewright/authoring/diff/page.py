"""A comparison of two versions as a page of plain text."""

from __future__ import annotations

from provenance.render.layout import Sheet
from rulewright.authoring.diff.model import Diff, Edit, FieldChange, Version
from rulewright.authoring.diff.telling import (
    MEANING,
    MOST_TOLD,
    Told,
    because,
    case_lines,
    change,
    edits_in_short,
    effects_in_short,
    how_often,
    of_the_advice,
    of_the_proof,
    sides,
    smallest,
    uncompared,
    untold,
)

LONG = 60
"""What is longer on either side stands below each other."""
MOST_LINES = 8
"""So many lines that are only proved otherwise are named; the JSON names all."""


def diff_page(diff: Diff, width: int = 100) -> Sheet:
    """What was edited, what that changes in cases, and what was not compared."""
    page = Sheet(width)
    for label, version in (("before", diff.before), ("after", diff.after)):
        page.add(f"{label}: {_version(version)}")
    _edits(page, diff)
    _effects(page, diff)
    page.heading("not compared")
    for remark in uncompared(diff):
        page.add(f"• {remark}", 1, 2)
    return page


def _version(version: Version) -> str:
    said = f"{version.shown} ({version.name} {version.version}, digest {version.digest[:12]})"
    return f"{said}, {version.note}" if version.note else said


def _edits(page: Sheet, diff: Diff) -> None:
    if not diff.edits:
        page.empty("what was edited", "nothing that is read; comments and the order of parts are not")
        return
    page.heading("what was edited", f"({edits_in_short(diff.edits)})")
    for edit in diff.edits:
        _edit(page, edit)


def _edit(page: Sheet, edit: Edit) -> None:
    page.add(f"• {edit.kind} {edit.id}: {MEANING[edit.what]}", 1, 4, end=edit.place_after or edit.place_before)
    for field in edit.fields:
        _field(page, field)


def _field(page: Sheet, field: FieldChange) -> None:
    lead = f"{field.path}: " if field.path else ""
    if field.before and field.after and len(field.before) <= LONG and len(field.after) <= LONG:
        page.add(f"{lead}{field.before} → {field.after}", 5, 4)
        return
    for sign, text in (("−", field.before), ("+", field.after)):
        if text:
            page.add(f"{sign} {lead}{text}", 5, 4)


def _effects(page: Sheet, diff: Diff) -> None:
    page.heading("what it changes in cases")
    page.add(effects_in_short(diff), 1)
    advice = of_the_advice(diff)
    for told in advice[:MOST_TOLD]:
        page.gap()
        _told(page, told, "; ".join(told.lines))
    if untold(advice):
        page.gap()
        page.add(untold(advice), 1)
    proofs = of_the_proof(diff)
    if proofs:
        page.heading("the same advice, otherwise supported")
    for told in proofs[:MOST_TOLD]:
        more = len(told.lines) - MOST_LINES
        _told(page, told, "; ".join(told.lines[:MOST_LINES]) + (f" and {more:,} more" if more > 0 else ""))


def _told(page: Sheet, told: Told, names: str) -> None:
    page.add(f"• {told.kind}: {names}", 1, 4)
    for text in (change(told), because(told), how_often(told)):
        if text:
            page.add(text, 5, 2)
    page.add(f"{smallest(told.example)}:", 5, 2)
    for line in case_lines(told.example):
        page.add(line, 7, 4)
    before, after = sides(told.example)
    if before:
        page.add(f"before: {before}", 7, 4)
        page.add(f"after: {after}", 7, 4)
