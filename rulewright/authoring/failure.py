"""A scenario that did not pass, for its author: expected and actual side by side, then why the advice says so.

Of a conclusion that is drawn the chain is told as `rulewright trace` tells it, of another what each rule lacks, as
`rulewright why-not` does; in brief without the words of facts. Where the scenario itself is wrong, that comes first,
and no chain is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC
from itertools import zip_longest
from textwrap import wrap
from typing import Literal

from engine.errors import Problem, listed
from provenance.inquiry import Inquiry
from provenance.render.brief import BriefTracer
from provenance.render.layout import Line, Sheet
from provenance.render.leaves import file_of
from provenance.render.trace import Tracer
from provenance.render.whynot import why_not_page
from provenance.whynot.answer import why_not
from rulewright.authoring.difference import Difference
from rulewright.authoring.scenarios import Outcome, Wrong

INDENT = 2
GAP = 2
WIDEST_LABEL = 24
MOST_TRACED = 4
"""So many conclusions are traced for one scenario; a scenario with more differences names the others."""

Chains = Literal["brief", "full", "none"]
WORDS = {"differs": "DIFFERS", "refused": "REFUSED", "no answer": "NO ANSWER"}
WRONG: dict[Wrong, str] = {
    "scenario": "It cannot be read:",
    "case": "Its case is refused:",
    "expectation": "It expects what no advice could say:",
}


def status(outcome: Outcome) -> str:
    """What became of a scenario in a word: passed, differs, refused, or no answer."""
    if outcome.failure:
        return "no answer"
    if outcome.problems:
        return "refused"
    return "differs" if outcome.differences else "passed"


def failure_page(outcome: Outcome, width: int = 100, chains: Chains = "brief") -> Sheet:
    """Everything that an author must know of a scenario that did not pass; ``chains`` says how much of why."""
    sheet = Sheet(width)
    sheet.add(f"{WORDS[status(outcome)]} {outcome.name}  ({outcome.location})", style="bold")
    if outcome.failure:
        sheet.add(outcome.failure, INDENT)
    if outcome.problems:
        sheet.add(WRONG[outcome.wrong], INDENT)
        _problems(outcome.problems, sheet)
    if outcome.differences:
        _compared(outcome.differences, sheet)
    if outcome.inquiry is not None and not outcome.problems:
        _left_out(outcome.inquiry, sheet)
    if chains != "none" and outcome.inquiry is not None and not outcome.problems:
        _chains(outcome, outcome.inquiry, chains == "brief", sheet)
    return sheet


def _problems(problems: Iterable[Problem], sheet: Sheet) -> None:
    for problem in problems:
        sheet.add(str(problem), 2 * INDENT)


def _compared(differences: Iterable[Difference], sheet: Sheet) -> None:
    """A table: what it is about, with the place of the expectation; below it each aspect, expected and actual."""
    by_subject: dict[str, list[Difference]] = {}
    for difference in differences:
        by_subject.setdefault(difference.subject, []).append(difference)
    every = [difference for group in by_subject.values() for difference in group]
    label = min(max(len(difference.aspect) for difference in every), WIDEST_LABEL)
    column = (sheet.width - 2 * INDENT - label - 2 * GAP) // 2
    _row(sheet, label, column, "", "expected", "actual", style="dim")
    for subject, group in by_subject.items():
        sheet.add(f"{subject}  ({group[0].location})", INDENT)
        for difference in group:
            _row(sheet, label, column, difference.aspect, difference.expected, difference.actual)


def _left_out(inquiry: Inquiry, sheet: Sheet) -> None:
    """The facts that no rule can use in this case because a source does not stand on its day."""
    knowledge, day = inquiry.knowledge, inquiry.case.as_of.astimezone(UTC).date()
    admitted = knowledge.admitted(day)
    by_source: dict[str, list[str]] = {}
    for fact in knowledge.facts.values():
        gone = [name for name in (fact.quoted_from, *fact.cites) if not knowledge.sources[name].stands_at(day)]
        if gone and fact.id not in admitted and not fact.not_used_by_rules:
            by_source.setdefault(gone[0], []).append(fact.id)
    for name, facts in by_source.items():
        standing = knowledge.sources[name].standing
        why = standing if standing != "current" else f"not valid on {day.isoformat()}"
        sheet.add(f"Left out, because {name} is {why}: {listed(facts)}", INDENT)


def _row(sheet: Sheet, label: int, column: int, *cells: str, style: str = "") -> None:
    """One row of three columns, each wrapped in its own; a word that is longer than its column is broken."""
    widths = (label or 1, column, column)
    wrapped = [wrap(cell, wide, break_on_hyphens=False) for cell, wide in zip(cells, widths, strict=True)]
    for pieces in zip_longest(*wrapped, fillvalue=""):
        padded = (" " * GAP).join(
            piece.ljust(wide) for piece, wide in zip(pieces, (label, column, column), strict=True)
        )
        sheet.line(" " * 2 * INDENT + padded.rstrip(), style)


def _chains(outcome: Outcome, inquiry: Inquiry, brief: bool, sheet: Sheet) -> None:
    """Why each conclusion behind a difference is drawn, or what each rule lacks that could draw it; each once."""
    names = list(dict.fromkeys(name for found in outcome.differences for name in found.conclusions))
    if not names:
        return
    values = inquiry.advice.values
    drawn = [name for name in names[:MOST_TRACED] if values.get(name) in ("true", "provisional")]
    if drawn:
        tracer = (BriefTracer if brief else Tracer)(inquiry.grounds, inquiry.case, sheet.width - INDENT)
        file = file_of(inquiry.case)
        _titled("Why it is", f"data of the case are followed by their line:column in {file}" if file else "", sheet)
        for name in drawn:
            tracer.conclusion(name, 0)
        _indented(tracer.sheet, sheet)
    for name in names[:MOST_TRACED]:
        if name not in drawn:
            _titled("Why it is not", "conditions that are met are left out" if brief else "", sheet)
            answer = why_not(inquiry, name, changes=False)
            _indented(why_not_page(answer, inquiry.knowledge, sheet.width - INDENT, brief), sheet)
    rest = names[MOST_TRACED:]
    if rest:
        sheet.add(f"Not traced here: {', '.join(rest)}", INDENT, style="dim")


def _titled(title: str, remark: str, sheet: Sheet) -> None:
    sheet.add(f"{title}{f' ({remark})' if remark else ''}:", INDENT, style="dim")


def _indented(part: Sheet, sheet: Sheet) -> None:
    sheet.lines.extend(Line(f"{' ' * INDENT}{line.text}".rstrip(), line.style) for line in part.lines)
