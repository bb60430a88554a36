"""The files of a knowledge base as pages of HTML, line by line, with what the scenarios exercise of each line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal

from provenance.render.html.page import rendered
from provenance.render.naming import count_words
from rulewright.authoring.coverage.report import BoundaryCoverage, ConditionCoverage, Coverage, FactCoverage, Place

State = Literal["", "covered", "partly", "none"]


@dataclass(frozen=True, slots=True)
class Note:
    """What is told of something on a line; ``lacking`` says in words what no scenario exercises of it."""

    text: str
    lacking: str = ""
    nothing: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file with its notes."""

    number: int
    source: str
    notes: tuple[Note, ...]

    @property
    def state(self) -> State:
        """How much of the line is exercised; empty where there is nothing to exercise."""
        if not self.notes:
            return ""
        if all(note.nothing for note in self.notes):
            return "none"
        return "partly" if any(note.lacking for note in self.notes) else "covered"


@dataclass(frozen=True, slots=True)
class FilePage:
    """One file; ``told`` counts the lines with something to exercise, ``lacking`` those not exercised whole."""

    file: str
    href: str
    lines: tuple[Line, ...]

    @property
    def told(self) -> int:
        """Lines with something to exercise."""
        return sum(bool(line.notes) for line in self.lines)

    @property
    def lacking(self) -> int:
        """Lines of which something is not exercised."""
        return sum(any(note.lacking for note in line.notes) for line in self.lines)


def listing(found: Coverage, name: str) -> dict[str, str]:
    """The pages by their file names: `index.html`, and one for each file with something to exercise.

    The files are read anew, from where the coverage says that things are written. Raises `Refused` where Jinja2 is not
    installed.
    """
    pages = [_page(file, notes) for file, notes in sorted(_notes(found).items())]
    templates = files(__package__) / "templates"
    headings = [f"{' / '.join(entry.key.values())}: {entry.heading}" for entry in found.headings if not entry.scenarios]
    drawn = [entry.conclusion for entry in found.conclusions if "drawn" in entry.never]
    index: dict[str, object] = {
        "name": name,
        "scenarios": count_words(found.scenarios, "scenario"),
        "totals": found.totals,
        "pages": pages,
        "gaps": [("Headings that no scenario has", headings), ("Conclusions that no scenario draws", drawn)],
    }
    made = {"index.html": rendered("index.html.jinja", index, {}, templates)}
    for page in pages:
        made[page.href] = rendered("listing.html.jinja", {"name": name, "page": page}, {}, templates)
    return made


Notes = Mapping[int, tuple[Note, ...]]


def _notes(found: Coverage) -> dict[str, Notes]:
    """What is told of every line, by file."""
    gathered: dict[str, dict[int, list[Note]]] = defaultdict(lambda: defaultdict(list))
    for place, note in _each(found):
        if place.line:
            gathered[place.file][place.line].append(note)
    return {file: {line: tuple(notes) for line, notes in lines.items()} for file, lines in gathered.items()}


def _each(found: Coverage) -> Iterator[tuple[Place, Note]]:
    for rule in found.rules:
        instances = f"; {rule.drawn_instances:,} of {count_words(rule.instances, 'instance')}"
        lacking = "" if rule.drawn else "NEVER DRAWN" if rule.instances else "NO EVIDENCE MATCHES IT"
        yield rule.place, Note(f"drawn in {rule.drawn:,}{instances}", lacking, not rule.drawn)
    for condition in found.conditions:
        yield condition.place, _condition(condition)
    for fact in found.facts:
        yield fact.place, _fact(fact)
    for code in found.codes:
        yield code.place, Note(f"given in {code.given:,}", "" if code.given else "NEVER GIVEN", not code.given)
    for boundary in found.boundaries:
        yield boundary.place, _boundary(boundary)


def _condition(entry: ConditionCoverage) -> Note:
    member = f"member {entry.member}: " if entry.member else ""
    words = f"{member}met {entry.met:,}, failed {entry.failed:,}, unknown {entry.unknown:,}"
    lacking = [f"NEVER {word.upper()}" for word in entry.never]
    if not lacking:
        lacking = [
            f"{instance.text}: NEVER {' OR '.join(instance.never).upper()}"
            for instance in entry.instances
            if instance.never
        ]
    return Note(words, "; ".join(lacking), not (entry.met or entry.failed or entry.unknown))


def _fact(fact: FactCoverage) -> Note:
    if fact.excuse and not fact.used:
        return Note(f"not used by rules: {fact.excuse}")
    return Note(f"used in {fact.used:,}", "" if fact.used else "NEVER USED", not fact.used)


def _boundary(entry: BoundaryCoverage) -> Note:
    words = f"{entry.of}, {entry.bound}: just below {entry.below:,}, at {entry.at:,}, just above {entry.above:,}"
    lacking = [f"NOTHING {'AT IT' if side == 'at' else f'JUST {side.upper()}'}" for side in entry.never]
    return Note(words, "; ".join(lacking), not (entry.below or entry.at or entry.above))


def _page(file: str, notes: Notes) -> FilePage:
    source = Path(file).read_text(encoding="utf-8").splitlines()
    lines = tuple(Line(number, text, notes.get(number, ())) for number, text in enumerate(source, 1))
    return FilePage(file, f"{file.strip('/').replace('/', '-').replace(' ', '_')}.html", lines)
