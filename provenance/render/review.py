"""How the parts of a knowledge base stand by their reviews, as text."""

from __future__ import annotations

from collections.abc import Iterable

from engine.model.review import STATES
from provenance.model.review import Entry, KnowledgeReview, PartReview, Recorded
from provenance.render.layout import Sheet
from provenance.render.naming import count_words

SHOUTED = ("rejected", "needs-change", "stale")
PLURALS = {"fact": "facts", "reading": "readings", "rule": "rules", "regimen": "regimens", "source": "sources"}


def overview(found: KnowledgeReview, width: int, filtered: bool = False) -> Sheet:
    """Counts by kind and state, then the parts: all those that were asked for, or those that somebody judged."""
    sheet = Sheet(width)
    sheet.add(f"Reviews of {found.name} {found.version} (digest {found.digest[:12]}, {found.release})", style="bold")
    sheet.gap()
    head = "".join(f"{state:>14}" for state in STATES)
    sheet.add(f"{'parts':12}{head}".replace(" ", "\xa0"))
    for kind, counts in found.counts.items():
        row = "".join(f"{counts[state]:>14,}" for state in counts)
        sheet.add(f"{PLURALS.get(kind, kind + 's'):<12}{row}".replace(" ", "\xa0"))
    sheet.gap()
    if found.needed:
        parts = count_words(len(found.needed), "part")
        sheet.add(f"An advice can rest on {parts} without a current approving review; `release: reviewed` is refused.")
    else:
        sheet.add("Everything that an advice can rest on has a current approving review.")
    shown = found.parts if filtered else [part for part in found.parts if part.entries]
    for part in shown:
        _line(sheet, part)
    if filtered and not shown:
        sheet.add("No part is in that state.")
    return sheet


def _line(sheet: Sheet, part: PartReview) -> None:
    state = part.state.upper() if part.state in SHOUTED else part.state
    latest = f", {said(part.entries[-1])}" if part.entries else ""
    sheet.add(f"{part.id} — {state}{latest} ({part.place})", 1)


def part_page(part: PartReview, width: int, command: str = "") -> Sheet:
    """One part: how it stands, its words, who judged it, and how a verdict is recorded."""
    sheet = Sheet(width)
    _part(sheet, part)
    if command:
        sheet.add("to record a verdict (approved, rejected or needs-change):", 2)
        sheet.add(command, 4)
    return sheet


def _part(sheet: Sheet, part: PartReview) -> None:
    state = part.state.upper() if part.state in SHOUTED else part.state
    sheet.add(f"{part.id} — {state} ({part.place})", style="bold")
    for line in part.words:
        sheet.add(line, 2)
    sheet.add(f"digest of these words: {part.digest}", 2)
    _entries(sheet, part.entries)


def _entries(sheet: Sheet, entries: Iterable[Entry]) -> None:
    for entry in entries:
        words = "" if entry.current else " (of words that were changed since)"
        sheet.add(f"{said(entry)}{words}: {entry.note}", 2)


def said(entry: Entry) -> str:
    """Who said what, and when: "approved by Jane Doe on 2026-03-01"."""
    verdict = "needs change, says" if entry.verdict == "needs-change" else f"{entry.verdict} by"
    return f"{verdict} {entry.by} on {entry.date}"


def recorded(found: Recorded, width: int) -> Sheet:
    """What was recorded, where, and the words that were judged."""
    sheet = Sheet(width)
    lead = "Nothing was recorded (dry run); it would stand" if found.dry_run else "Recorded"
    sheet.add(f"{lead} in {found.file}: {found.part.id} {said(found.entry)}", style="bold")
    sheet.add(f"note: {found.entry.note}", 2)
    sheet.add("the words that were reviewed:", 2)
    for line in found.part.words:
        sheet.add(line, 4)
    sheet.add(f"their digest: {found.entry.digest}", 2)
    sheet.add(f"with this entry it is: {found.part.state}", 2)
    return sheet
