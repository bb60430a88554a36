"""What the verbs of `rulewright new` share: the knowledge base, names that are free, and what is written in the end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.errors import Findings
    from engine.loading import Named, Reading
    from engine.model.knowledge import KnowledgeBase
    from rulewright.authoring.new.addition import Addition
    from rulewright.authoring.new.values import Plain


def opened(folder: Path | None) -> tuple[Path, Reading, KnowledgeBase]:
    """The folder of the knowledge base, what reading it gave, and what it holds, as far as that can be read.

    Raises `Refused` with every problem where that is too little to tell what an addition would be: there is no such
    folder, no `kb.yaml` in it, or its vocabulary cannot be read.
    """
    from engine.errors import Refused
    from engine.loading import read
    from engine.loading.files import HEAD
    from rulewright.cli.knowledge import folder_of, latest_day

    root = folder_of(folder)
    reading = read(root, today=latest_day(), under_review=True)
    if reading.partial is None or not (root / HEAD).is_file():
        raise Refused(reading.problems)
    return root, reading, reading.partial


def new_id(id_: str, known: Mapping[str, Named], what: str, findings: Findings) -> None:
    """Record an id that is written as none is, or that something has already."""
    from engine.errors import Location
    from engine.fields import ID

    if not ID.match(id_):
        expected = "letters, digits, points, hyphens and underscores, a letter or digit first"
        findings.add("name", Location("ID"), f"`{id_}` is no id", expected)
    elif id_ in known:
        message = f"there is a {what} `{id_}` already"
        findings.add("duplicate-id", Location("ID"), message, "an id of its own", f"it is at {known[id_].location}")


def file_name(name: str | None, findings: Findings, option: str = "--topic") -> None:
    """Record a word that is to be the name of a file and is none."""
    from engine.errors import Location
    from engine.fields import ID

    if name is not None and not ID.match(name):
        expected = "letters, digits, points, hyphens and underscores, a letter or digit first"
        findings.add("name", Location(option), f"`{name}` is no name of a file", expected)


def patterns(given: list[str] | None, question: str) -> list[str]:
    """What was given, else the answers until one is empty."""
    from rulewright.cli import asking

    if given is not None or not asking.asks():
        return given or []
    found: list[str] = []
    while answer := asking.words(None, question):
        found.append(answer)
    return found


def claimed(knowledge: KnowledgeBase, kind: str, given: dict[str, Plain], findings: Findings) -> dict[str, Plain]:
    """The fields of a claim: those that were given, and what is answered for the others that it must have."""
    from rulewright.authoring.new.values import given as read
    from rulewright.cli import asking

    found = dict(given)
    declared = knowledge.vocabulary.claims.get(kind)
    for name in declared.required if declared is not None and asking.asks() else ():
        if name in found or declared is None:
            continue
        known = knowledge.vocabulary.domain(declared.fields[name])
        answer = asking.choice(None, name, known) if known else asking.words(None, name)
        value = read(answer, name, findings) if answer else None
        if value is not None:
            found[name] = value
    return found


def finish(root: Path, addition: Addition, dry_run: bool) -> None:
    """Write what is added, or only show it; and say which words are still the author's to write."""
    from engine.loading.files import shown
    from rulewright.authoring.new.addition import write
    from rulewright.authoring.new.mark import MARK
    from rulewright.authoring.new.trial import refuse_what_breaks
    from rulewright.cli.knowledge import as_option
    from rulewright.cli.output import emit

    before = refuse_what_breaks(root, [addition])
    if not dry_run:
        write(root, [addition])
    number = sum(MARK in line for line in addition.lines)
    said = f"{shown(addition.path)}:{addition.line}: {'would be added' if dry_run else 'added'}"
    if number:
        said += f"; {number} {'place is' if number == 1 else 'places are'} left to say (`{MARK}`)"
    if before:
        were = "1 problem was" if before == 1 else f"{before:,} problems were"
        said += f"; {were} there before (`rulewright check{as_option(root)}`)"
    emit("\n".join([said, *addition.lines]) + "\n")
