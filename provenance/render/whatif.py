"""A what-if as a page: what is changed, and what follows."""

from __future__ import annotations

from provenance.model.whatif import Changed, WhatIf
from provenance.render.comparison import add_comparison
from provenance.render.layout import Sheet
from provenance.render.wording import sentence_words, time_words, value_words


def what_if_page(answer: WhatIf, width: int = 100) -> Sheet:
    """The changes, then the lines of the advice that differ with them."""
    page = Sheet(width)
    page.heading("what if", "(the case as it is → with these changes)")
    for change in answer.changes:
        page.add(f"• {change_words(change)}", 1, 4)
    if answer.as_of:
        before = time_words(answer.comparison.before.as_of)
        page.add(f"• as of: {before} → {time_words(answer.as_of)}", 1, 4)
    page.gap()
    told = [*(change.path for change in answer.changes), *(["as-of"] if answer.as_of else [])]
    add_comparison(page, answer.comparison, frozenset(told))
    page.rule()
    page.add(f"Advice {answer.comparison.before.id} → {answer.comparison.after.id}.")
    return page


def change_words(change: Changed) -> str:
    """One change: "area: 25 m2 → 30 m2"."""
    label = change.label or change.path
    before, after = words(change.before), words(change.after)
    if change.kind == "remove":
        said = f"{label}: {before} → not recorded"
    elif change.kind == "add":
        said = f"{label}: one more, {after}"
    else:
        said = f"{label}: {before or 'not recorded'} → {after}"
    return f"{said} — {change.note}" if change.note else said


def words(text: str) -> str:
    """A value or an item with its quantities in words."""
    return time_words(value_words(text) if ", " not in text else sentence_words(text))
