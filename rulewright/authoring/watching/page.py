"""What a save changed, for who made it: what is wrong first, then which scenarios differ, then the advice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from provenance.comparison.compare import side
from provenance.model.comparison import Comparison
from provenance.render.comparison import add_comparison, comparison_page
from provenance.render.layout import Sheet
from provenance.render.naming import count_words
from rulewright.authoring.failure import failure_page
from rulewright.authoring.reporters.pretty import pretty
from rulewright.authoring.watching.round import Effect, Round, Told

MOST_FAILING = 5
MOST_GROUPS = 6
MOST_NAMES = 4
"""So many scenarios that fail, groups of changes and names of scenarios are told of one save; the rest is counted."""


def findings_text(round_: Round) -> str:
    """What is wrong with the knowledge base as it was saved, as `check` tells it; nothing where nothing is new."""
    if not round_.loads:
        kept = "" if round_.state is None else "; the next save is compared with the state before this one"
        return f"{pretty(round_.inspection)}The knowledge base does not load{kept}.\n"
    text = pretty(replace(round_.inspection, findings=round_.new_findings, waived=()))
    gone = round_.findings_gone
    return f"{text}{count_words(gone, 'finding is', 'findings are')} gone.\n" if gone else text


def told_sheet(told: Told, width: int, known: set[str], option: str = "") -> Sheet:
    """The scenarios that differ and the advice that changes; an empty page where there is nothing to tell.

    ``known`` are the changes that were told of this save already, and grows by those that are told here.
    ``option`` follows each command that is named (`` --kb DIR``), where it would mean another knowledge base without.
    """
    sheet = Sheet(width)
    for found in told.failing[:MOST_FAILING]:
        sheet.lines.extend(failure_page(found.outcome, width, "none").lines)
    if told.failing:
        sheet.add(f"`rulewright test {told.failing[0].scenario.name}{option}` tells why.", style="dim")
    _names(sheet, "They fail, too:", [found.scenario.name for found in told.failing[MOST_FAILING:]])
    _names(sheet, "Still failing:", told.still)
    _names(sheet, "Passing again:", told.mended)
    _names(sheet, "New:", told.added)
    groups, again = _groups(told.effects, width, known)
    for names, comparison in groups[:MOST_GROUPS]:
        sheet.gap()
        sheet.add(f"Advice changes in {named(names)}:", style="bold")
        add_comparison(sheet, comparison)
    rest = groups[MOST_GROUPS:]
    if rest:
        lines = sum(len(comparison.changes) for _, comparison in rest)
        others = tuple(dict.fromkeys(name for names, _ in rest for name in names))
        sheet.gap()
        sheet.add(f"{count_words(lines, 'more line')} of advice change, in {named(others)}.")
    if again:
        sheet.gap()
        sheet.add(f"Changes that were told above are also in {named(again)}.")
    return sheet


def _groups(
    effects: Iterable[Effect], width: int, known: set[str]
) -> tuple[list[tuple[tuple[str, ...], Comparison]], tuple[str, ...]]:
    """Changes that read the same told once, and those of the same scenarios together; what changes most comes first.

    Beside them the scenarios of changes that are known already.
    """
    by_text: dict[str, tuple[Effect, dict[str, None]]] = {}
    again: dict[str, None] = {}
    for effect in effects:
        text = comparison_page(_compared(effect), width).text()
        names = again if text in known else by_text.setdefault(text, (effect, {}))[1]
        names.update(dict.fromkeys(effect.scenarios))
    known.update(by_text)
    together: dict[tuple[str, ...], list[Effect]] = {}
    for effect, names in by_text.values():
        together.setdefault(tuple(sorted(names)), []).append(effect)
    ordered = sorted(together.items(), key=lambda pair: -len(pair[0]))
    return [(group, _compared(*members)) for group, members in ordered], tuple(again)


def _compared(*effects: Effect) -> Comparison:
    """Changes as a comparison of the two advices that show the first of them."""
    before, after = effects[0].before.advice, effects[0].after.advice
    changes = tuple(effect.change for effect in effects)
    return Comparison(before=side(before), after=side(after), changes=changes)


def summary(round_: Round, failing: int, seconds: float) -> str:
    """The save in a line."""
    total, ran = len(round_.scenarios), len(round_.reached)
    if not total:
        return f"There are no scenarios: nothing is tested ({seconds:.2f} s)."
    what = "all run" if ran == total else f"{ran:,} of them can be affected" if ran else "none can be affected"
    passed = "all pass" if not failing else f"{failing:,} {'does' if failing == 1 else 'do'} not pass"
    return f"{count_words(total, 'scenario')}, {what}; {passed} ({seconds:.2f} s)."


def _names(sheet: Sheet, title: str, names: Sequence[str]) -> None:
    if names:
        sheet.add(f"{title} {named(names)}")


def named(names: Sequence[str]) -> str:
    """Names of scenarios, the first few of many."""
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more:,} more" if more > 0 else "")
