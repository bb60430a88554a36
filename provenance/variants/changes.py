"""Changes of a case: a datum set anew, removed, or an item added to a list; read with every problem at once.

A change is written ``PATH=VALUE`` (set, add) or ``PATH`` (remove), as scenarios write paths: ``plot.area``,
``treatments[0].result``, ``treatments[1]``, ``treatments.complete``. Items are numbered as they stand in the case
before any change. A value is what a case would hold there, in YAML.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from engine.errors import Findings, Location, did_you_mean, listed
from engine.json_reading import read_json
from engine.loading.case import read_case
from engine.model.case import Case
from engine.model.vocabulary import Attribute, Section, Vocabulary
from engine.paths import ABOUT_A_CASE, PATH, added, changed, found_at, items_of, steps, without
from engine.reading import Mapping as Document
from engine.reading import Node, Sequence, read_text

Kind = Literal["set", "remove", "add"]
COMPLETE = "complete"


@dataclass(frozen=True)
class CaseChange:
    """One change; ``value`` is None where something is removed, ``place`` is where the change was written."""

    kind: Kind
    path: str
    value: Node | None
    text: str
    place: Location

    @property
    def on(self) -> tuple[str | int, ...]:
        """What is changed: the steps of the path, and the end of the list where an item is added."""
        return (*steps(self.path), "+") if self.kind == "add" else tuple(steps(self.path))


def read_changes(
    sets: Iterable[str], removed: Iterable[str], additions: Iterable[str], findings: Findings, lead: str = "--"
) -> tuple[CaseChange, ...]:
    """The changes that were written; what cannot be read is recorded. ``lead`` stands before the kind in places."""
    found: list[CaseChange] = []
    kinds: tuple[tuple[Kind, Iterable[str]], ...] = (("set", sets), ("remove", removed), ("add", additions))
    for kind, texts in kinds:
        for text in texts:
            change = _read(kind, text, findings, lead)
            if change is not None:
                found.append(change)
    return tuple(found)


def _read(kind: Kind, text: str, findings: Findings, lead: str) -> CaseChange | None:
    path, equals, written = (part.strip() for part in text.partition("="))
    place = Location(f"{lead}{kind} {path}")
    example = {"set": "plot.area=30 m2", "remove": "treatments[1]", "add": "treatments={product: …}"}[kind]
    if not PATH.match(path):
        findings.add("change", place, f"`{path}` is no path of a datum", f"a path, as in `{example}`")
        return None
    if kind == "remove":
        if equals:
            findings.add("change", place, "what is removed has no value", f"a path, as in `{example}`")
            return None
        return CaseChange(kind, path, None, "", place)
    if not written:
        hint = f"`{lead}remove {path}` leaves it out" if equals and kind == "set" else ""
        findings.add("change", place, f"`{text.strip()}` has no value", f"a value, as in `{example}`", hint)
        return None
    value = read_text(written, place.file, findings)
    return None if value is None else CaseChange(kind, path, value, written, place)


# Whether the vocabulary has the paths, and the case what they speak of -----------------------------------------------


def check_changes(
    changes: Iterable[CaseChange], root: Document, vocabulary: Vocabulary, findings: Findings
) -> tuple[tuple[CaseChange, ...], bool]:
    """The changes that can be made to a case's document, and whether two of them change the same.

    A problem is recorded for every other, and for every two that change the same.
    """
    good = []
    for change in changes:
        before = len(findings)
        _Checking(root, vocabulary, findings).change(change)
        if len(findings) == before:
            good.append(change)
    overlap = False
    for one, other in combinations(good, 2):
        if _overlap(one, other):
            overlap = True
            message = f"`{other.path}` is changed beside `{one.path}`, which is changed too"
            findings.add("change", other.place, message, "one change of each datum")
    return tuple(good), overlap


def _overlap(one: CaseChange, other: CaseChange) -> bool:
    if "add" in (one.kind, other.kind) and {one.kind, other.kind} != {"add", "remove"}:
        return False
    if one.kind == other.kind == "add":
        return False
    shorter, longer = sorted((one.on, other.on), key=len)
    return longer[: len(shorter)] == shorter and not (
        longer[-1] == COMPLETE and len(shorter) == 1 and shorter != longer
    )


class _Checking:
    def __init__(self, root: Document, vocabulary: Vocabulary, findings: Findings) -> None:
        self.root = root
        self.vocabulary = vocabulary
        self.findings = findings

    def add(self, change: CaseChange, message: str, expected: str, hint: str = "") -> None:
        self.findings.add("change", change.place, message, expected, hint)

    def change(self, change: CaseChange) -> None:
        """Whether a change speaks of what the vocabulary and the case have."""
        first, *rest = steps(change.path)
        section = self.vocabulary.sections.get(str(first))
        if section is None:
            self.no_section(change, str(first))
        elif change.kind == "add":
            self.addition(change, section, rest)
        elif section.is_list:
            self.in_list(change, section, rest)
        elif rest and isinstance(rest[0], int):
            self.add(change, f"`{section.name}` is no list", f"a path such as `{_example(section)}`")
        elif rest:
            self.field(change, section.attributes, str(rest[0]), section.name)
        if change.kind == "remove" and section is not None:
            self.recorded(change)

    def no_section(self, change: CaseChange, name: str) -> None:
        """A path that begins with no section of a case."""
        expected = f"one of {listed(self.vocabulary.sections)}"
        if name == "as-of":
            self.add(change, "the as-of time is no datum of the case", "the time under `--as-of-then`")
            return
        if name in ABOUT_A_CASE:
            self.add(change, f"`{name}` is no datum, and nothing follows from it", expected)
            return
        holding = [
            f"{section.name}.{name}" for section in self.vocabulary.sections.values() if name in section.attributes
        ]
        hint = f"did you mean `{holding[0]}`?" if holding else did_you_mean(name, self.vocabulary.sections)
        self.findings.add("unknown-field", change.place, f"a case has no `{name}`", expected, hint)

    def addition(self, change: CaseChange, section: Section, rest: list[str | int]) -> None:
        """An item is added to a list, or a term to a set."""
        attribute = section.attributes.get(str(rest[0])) if rest else None
        if section.is_list and not rest:
            return
        if rest and attribute is None and not section.is_list:
            self.field(change, section.attributes, str(rest[0]), section.name)
        elif section.is_list or attribute is None or attribute.type.kind != "set of terms":
            lists = [each.name for each in self.vocabulary.sections.values() if each.is_list]
            self.add(change, f"`{change.path}` is no list", f"one of {listed(lists)}", "`--set` gives a datum a value")

    def in_list(self, change: CaseChange, section: Section, rest: list[str | int]) -> None:
        """A list, one of its items, a field of one, or whether it is complete."""
        number = len(items_of(found_at(self.root, section.name)))
        if rest == [COMPLETE] and change.kind == "set":
            return
        if rest and isinstance(rest[0], str):
            hint = f"`{section.name}[0].{rest[0]}` is that of the first {section.item}" if number else ""
            self.add(change, f"`{section.name}` is a list", f"a path such as `{_example(section)}`", hint)
            return
        if rest and isinstance(rest[0], int) and rest[0] >= number:
            last = f"`{section.name}[{number - 1}]`"
            expected = f"`{section.name}[0]` to {last}" if number > 1 else last if number else "a list that has items"
            hint = f"`--add {section.name}={{…}}` adds one" if change.kind == "set" else ""
            self.add(change, f"`{section.name}[{rest[0]}]` is not in the case", expected, hint)
            return
        if len(rest) > 1:
            settable = {name: each for name, each in section.attributes.items() if not each.since}
            self.field(change, settable, str(rest[1]), f"an item of `{section.name}`")

    def field(self, change: CaseChange, known: Mapping[str, Attribute], name: str, what: str) -> None:
        if name not in known:
            shown = what if what.startswith("an item") else f"`{what}`"
            self.findings.unknown_field(name, tuple(known), change.place, shown)

    def recorded(self, change: CaseChange) -> None:
        """What is removed is there."""
        if any(problem.location == change.place for problem in self.findings):
            return
        if found_at(self.root, change.path) is None:
            section = str(steps(change.path)[0])
            there = found_at(self.root, section)
            names = [f"{section}.{name}" for name in there.entries] if isinstance(there, Document) else []
            expected = f"one of {listed(names)}" if names else "the path of a datum that it records"
            self.add(change, f"the case records no `{change.path}`", expected)


def _example(section: Section) -> str:
    name = next(iter(section.attributes), "")
    return f"{section.name}[0].{name}" if section.is_list else f"{section.name}.{name}"


# The changed case ----------------------------------------------------------------------------------------------------


def document(case: Case) -> Document:
    """A case as a document in its fixed form: times are instants, places are JSON pointers."""
    findings = Findings()
    node = read_json(json.dumps(case.canonical), findings)
    findings.refuse_if_any()
    assert isinstance(node, Document)
    return node


def apply(root: Document, changes: Iterable[CaseChange]) -> Document:
    """The document with every change made: values set, then items and data removed, added, and lists completed.

    The changes are those that `check_changes` passed.
    """
    made = sorted(changes, key=_turn)
    for change in made:
        if change.kind == "remove":
            found = without(root, change.path)
            root = root if found is None else found
        elif change.value is not None and change.kind == "add":
            root = added_to(root, change.path, change.value, change.place)
        elif change.value is not None:
            root = set_in(root, change.path, change.value, change.place)
    return root


def set_in(root: Document, path: str, value: Node, place: Location) -> Document:
    """The document with a value at a path; whether a list is complete can be said of one that was not given."""
    way = steps(path)
    if way[1:] == [COMPLETE] and found_at(root, str(way[0])) is None:
        root = changed(root, str(way[0]), Sequence((), place), place)
    return changed(root, path, value, place)


def added_to(root: Document, path: str, value: Node, place: Location) -> Document:
    """The document with an item more in a list, or a term more in a set, which is all that it holds."""
    if len(steps(path)) == 1:
        return added(root, path, value, place)
    there = found_at(root, path)
    return changed(root, path, Sequence((*items_of(there), value), place), place)


def _turn(change: CaseChange) -> tuple[int, int]:
    """When a change is made: items are removed from the end, so that the numbers of the others stay."""
    way = steps(change.path)
    if change.kind == "add":
        return 2, 0
    if way[1:] == [COMPLETE]:
        return 3, 0
    if change.kind == "set":
        return 0, 0
    number = way[1] if len(way) == 2 and isinstance(way[1], int) else -1
    return 1, -number


def changed_case(
    case: Case, changes: Iterable[CaseChange], vocabulary: Vocabulary, findings: Findings, as_of: str = ""
) -> Case | None:
    """The case with the changes made, read as a file is; None with every problem recorded.

    ``as_of`` is the time at which it then stands; empty: the same. A change without which the case would be the same
    is a problem.
    """
    root = document(case)
    made, overlap = check_changes(changes, root, vocabulary, findings)
    if not made and not as_of and not findings.problems:
        expected = "a change, such as `--set plot.area='30 m2'`"
        findings.add("change", Location("CASE"), "nothing is changed", expected)
    found = None if overlap else read_case(apply(root, made), vocabulary, findings, as_of)
    if found is None or findings.problems:
        return None
    for change in made:
        rest = [other for other in made if other is not change]
        apart = read_case(apply(root, rest), vocabulary, Findings(), as_of)
        if apart is not None and apart.canonical == found.canonical:
            findings.add("change", change.place, f"`{change.path}` is changed to what it is", "another value")
    if as_of and found.as_of == case.as_of:
        findings.add("change", Location("--as-of-then"), "the case stands at that time already", "another time")
    return None if findings.problems else found


__all__ = ["CaseChange", "apply", "changed_case", "check_changes", "document", "read_changes"]
