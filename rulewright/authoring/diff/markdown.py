"""A comparison of two versions as Markdown, for a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.authoring.diff.model import Diff, Edit
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


def diff_markdown(diff: Diff) -> str:
    """The comparison as one document; every example is folded."""
    return "\n".join(_lines(diff)) + "\n"


def _lines(diff: Diff) -> Iterator[str]:
    yield f"## {code(diff.before.shown)} → {code(diff.after.shown)}"
    yield ""
    for version in (diff.before, diff.after):
        if version.note:
            yield f"{code(version.shown)}: {plain(version.note)}"
            yield ""
    yield f"**{plain(effects_in_short(diff))}**"
    yield ""
    yield "### What was edited"
    yield ""
    if diff.edits:
        yield f"{plain(edits_in_short(diff.edits))}."
        yield ""
        yield "| part | | before | after |"
        yield "|---|---|---|---|"
        for edit in diff.edits:
            yield from _edit(edit)
    else:
        yield "Nothing that is read; comments and the order of parts are not."
    yield ""
    yield from _section("What it changes in cases", of_the_advice(diff))
    yield from _section("The same advice, otherwise supported", of_the_proof(diff))
    yield "### Not compared"
    yield ""
    for remark in uncompared(diff):
        yield f"- {plain(remark)}"


def _edit(edit: Edit) -> Iterator[str]:
    name, what = code(f"{edit.kind} {edit.id}"), MEANING[edit.what]
    for field in edit.fields or (None,):
        before, after = (field.before, field.after) if field is not None else ("", "")
        path = f" {code(field.path)}" if field is not None and field.path else ""
        yield f"| {cell(name)} | {what}{cell(path)} | {cell(code(before))} | {cell(code(after))} |"
        name, what = "", ""


def _section(title: str, found: list[Told]) -> Iterator[str]:
    if not found:
        return
    yield f"### {title}"
    yield ""
    for told in found[:MOST_TOLD]:
        names = "; ".join(map(code, told.lines))
        said = change(told)
        yield f"- **{told.kind}**: {names}" + (f": {plain(said)}" if said else "")
        yield f"  <br>{plain('; '.join(filter(None, (because(told), how_often(told)))))}"
        yield f"  <details><summary>{plain(smallest(told.example))}</summary>"
        yield ""
        yield "  ```yaml"
        for line in case_lines(told.example):
            yield f"  {line}"
        yield "  ```"
        before, after = sides(told.example)
        if before:
            yield f"  before: {plain(before)}"
            yield f"  <br>after: {plain(after)}"
        yield ""
        yield "  </details>"
    if untold(found):
        yield f"- {untold(found)}"
    yield ""


def plain(text: str) -> str:
    """Text in which nothing is taken for markup."""
    for mark in "\\`*_<>[]#|":
        text = text.replace(mark, f"\\{mark}")
    return text


def code(text: str) -> str:
    """Text as code; nothing where there is none."""
    if not text:
        return ""
    fence = "``" if "`" in text else "`"
    return f"{fence} {text} {fence}" if "`" in text else f"`{text}`"


def cell(text: str) -> str:
    """Text inside a table, where a bar would end the cell, even in code."""
    return text.replace("|", "\\|").replace("\n", " ")
