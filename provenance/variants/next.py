"""Next: which missing datum would settle how much of the advice.

Every datum that the case does not settle and that the rules read is tried with each of its answers
(`provenance.variants.cells`) in a case that is otherwise the same. That a datum settles a question whatever the
answer is follows from the proof of `engine.missing`, which needs no answers, or from answers that stand for all. An
answer that the rest of the case contradicts is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from engine.document import Scalar
from engine.errors import NOWHERE, Findings
from engine.loading.case import read_case
from engine.missing import MissingData
from engine.model.quantity import Interval, exact_text
from engine.model.vocabulary import Attribute
from engine.paths import found_at
from engine.program import Atom
from provenance.comparison.compare import changed_lines
from provenance.grounds import MEANS, Grounds
from provenance.inquiry import Inquiry
from provenance.model.comparison import Change, LineKind
from provenance.model.next import Answer, Effect, MissingDatum, Next, Question
from provenance.render.naming import Names
from provenance.variants.cells import Cell, Cells, cells_of
from provenance.variants.changes import document, set_in
from provenance.variants.thresholds import Thresholds

ADVISED: tuple[LineKind, ...] = ("option", "statement", "opposition")
"""The lines that count as changed; a question that opens or closes is told apart."""
BEHIND = ("assumed", "conclusions", "readings", "unreviewed")
"""Aspects of a line that stand behind what it says."""
SETTLED = ("true", "false")
MOST_TRIED = 500
"""Answers tried for one case; data beyond them are named, and not tried."""


def next_data(inquiry: Inquiry) -> Next:
    """What to ask next about a case."""
    return _Asking(inquiry).next()


@dataclass(frozen=True)
class _Open:
    """A datum that could be asked for: its path, its answers, and what stands for it now."""

    path: str
    cells: Cells
    counts_as: str = ""
    rest: str = ""


@dataclass(frozen=True)
class _Tried:
    """One answer and what follows from it."""

    cell: Cell
    changes: tuple[Change, ...]
    closes: tuple[str, ...]

    @property
    def outcome(self) -> tuple[object, ...]:
        """What makes two answers the same to a reader: the lines and what of them differs, but for amounts."""
        lines = tuple(
            (
                change.line,
                change.name,
                change.what,
                tuple(
                    (aspect.name, aspect.of, () if aspect.name.startswith("dose") else aspect.after)
                    for aspect in change.aspects
                ),
            )
            for change in self.changes
        )
        return lines, self.closes


class _Asking:
    def __init__(self, inquiry: Inquiry) -> None:
        self.inquiry = inquiry
        self.grounds = inquiry.grounds
        self.advice = inquiry.advice
        self.vocabulary = inquiry.knowledge.vocabulary
        self.names = Names(self.advice, inquiry.knowledge)
        self.root = document(inquiry.case)

    @property
    def asked(self) -> str:
        """The datum that lists what was asked for: it says nothing of the case, and is not asked for."""
        return self.vocabulary.headings.asked

    @cached_property
    def thresholds(self) -> Thresholds:
        return Thresholds(self.grounds.program, self.inquiry.knowledge)

    @cached_property
    def missing(self) -> MissingData:
        grounds = self.grounds
        return MissingData(grounds.program, self.vocabulary, grounds.observer, grounds.derivation)

    @cached_property
    def asked_for(self) -> set[str]:
        """The data that the open questions rest on."""
        return {path for entry in self.advice.missing for path in self.missing.candidates(self.atom(entry.question))}

    def atom(self, question: str) -> Atom:
        return self.grounds.atoms[question]

    def next(self) -> Next:
        found: list[MissingDatum] = []
        untried: list[str] = []
        left = MOST_TRIED
        for open_ in sorted(self.open(), key=lambda each: each.path not in self.asked_for):
            left -= len(open_.cells.cells)
            if left < 0:
                untried.append(open_.path)
                continue
            datum = self.datum(open_)
            if datum.settles or datum.changes:
                found.append(datum)
        ranked: list[MissingDatum] = []
        for number, datum in enumerate(sorted(found, key=_weight), 1):
            same = bool(ranked) and _weight(ranked[-1]) == _weight(datum)
            ranked.append(datum.model_copy(update={"rank": ranked[-1].rank if same else number}))
        named = dict.fromkeys((*(datum.path for datum in ranked), *untried, *self.together()))
        alone = {question for datum in ranked for question in datum.settles}
        return Next(
            advice=self.advice.id,
            questions=tuple(
                self.question(entry.question, entry.text, entry.sets, alone) for entry in self.advice.missing
            ),
            data=tuple(ranked),
            untried=tuple(untried),
            labels={path: self.names.datum(path) for path in named},
        )

    def together(self) -> Iterator[str]:
        """The data of the sets that settle a question together."""
        return (path for entry in self.advice.missing for data in entry.sets for path in data)

    def question(self, name: str, text: str, sets: tuple[tuple[str, ...], ...], alone: set[str]) -> Question:
        together = tuple(data for data in sets if len(data) > 1)
        if name in alone:
            return Question(question=name, text=text, needs="one")
        return Question(question=name, text=text, needs="several" if together else "more", together=together)

    # Data that could be asked for ------------------------------------------------------------------------------------

    def open(self) -> Iterator[_Open]:
        """Every datum that rules read and that the case does not settle, in the order of the vocabulary."""
        for section in self.vocabulary.sections.values():
            if section.is_list:
                yield from self.open_list(section.name)
                continue
            for name, attribute in section.attributes.items():
                path = f"{section.name}.{name}"
                if path in self.thresholds.read and path != self.asked and self.is_open(path, attribute):
                    yield self.opened(path, path, attribute)

    def is_open(self, path: str, attribute: Attribute) -> bool:
        """Whether a datum of a record is not recorded, too old, unsettled, or not exact enough for a question."""
        entry = self.grounds.observer.given(path)
        if entry is None or path in self.asked_for:
            return True
        return isinstance(entry.value, str) and entry.value in attribute.type.unsettled

    def open_list(self, name: str) -> Iterator[_Open]:
        """A list that may hold other items, and the fields that its items do not record."""
        if name not in self.thresholds.read:
            return
        section = self.vocabulary.sections[name]
        listed = self.inquiry.case.lists.get(name)
        if listed is None or not listed.complete:
            word = f"no other {section.item}" if listed is not None and listed.items else "none given"
            node = Scalar(True, "true", NOWHERE)
            cells = Cells((Cell(node, word),), False)
            yield _Open(
                name,
                cells,
                rest="the list with something more in it was not tried: what follows depends on what is added",
            )
        for number, item in enumerate(listed.items if listed is not None else ()):
            for field, attribute in section.attributes.items():
                place = f"{name}.{field}"
                if not attribute.since and field not in item and place in self.thresholds.read:
                    yield self.opened(f"{name}[{number}].{field}", place, attribute)

    def opened(self, path: str, place: str, attribute: Attribute) -> _Open:
        entry = self.inquiry.case.data.get(path)
        recorded = self.grounds.observer.given(path) if entry is not None else None
        within = recorded.value if recorded is not None and isinstance(recorded.value, Interval) else None
        cells = cells_of(place, attribute, self.thresholds, self.vocabulary, within)
        means = "" if attribute.absent is None or entry is not None else MEANS.get(attribute.absent, "")
        return _Open(
            path, cells, means, "" if cells.exhaustive else "these answers are examples; others may do otherwise"
        )

    # Answers ---------------------------------------------------------------------------------------------------------

    def datum(self, open_: _Open) -> MissingDatum:
        """A datum with what its answers would do."""
        tried = [result for cell in open_.cells.cells if (result := self.tried(open_.path, cell)) is not None]
        proven = [
            entry.question
            for entry in self.advice.missing
            if open_.path in self.asked_for and self.missing.settles(self.atom(entry.question), frozenset({open_.path}))
        ]
        if open_.cells.exhaustive and tried:
            proven += [name for name in tried[0].closes if all(name in each.closes for each in tried)]
        changes = dict.fromkeys(change.name for each in tried for change in each.changes)
        unsettled = [each for cell in open_.cells.unsettled if (each := self.tried(open_.path, cell)) is not None]
        scaled = open_.path in self.thresholds.scaled
        return MissingDatum(
            rank=1,
            path=open_.path,
            label=self.names.datum(open_.path),
            counts_as=open_.counts_as,
            settles=tuple(entry.question for entry in self.advice.missing if entry.question in proven),
            changes=tuple(changes),
            answers=tuple(self.answers(tried, open_.cells, scaled)),
            undecided=tuple(cell.text for cell in open_.cells.unsettled),
            unsettled=tuple(self.answers(unsettled, open_.cells, scaled)),
            exhaustive=open_.cells.exhaustive,
            rest=open_.rest,
        )

    def tried(self, path: str, cell: Cell) -> _Tried | None:
        """What follows from one answer; None where the rest of the case contradicts it."""
        place = f"{path}.complete" if self.vocabulary.sections.get(path) is not None else path
        node = found_at(self.root, place)
        if node is not None and cell.text == getattr(node, "text", None):
            return None
        findings = Findings()
        case = read_case(set_in(self.root, place, cell.node, NOWHERE), self.vocabulary, findings)
        if case is None:
            return None
        advice = self.inquiry.variant(case, questions=False)
        after = Grounds(advice, self.inquiry.knowledge, self.grounds.program, case)
        changes = tuple(filter(self.counts, changed_lines(self.grounds, after, ADVISED)))
        closes = [
            entry.question for entry in self.advice.missing if advice.values.get(entry.question, "false") in SETTLED
        ]
        return _Tried(cell, changes, tuple(closes))

    def counts(self, change: Change) -> bool:
        """Whether a changed line is worth asking for: it says something else, or is not only assumed otherwise."""
        if change.line == "statement":
            kind = self.vocabulary.conclusions.get(change.name.partition("(")[0])
            if kind is None or not kind.asked_for:
                return False
        return change.what != "changed" or any(aspect.name not in BEHIND for aspect in change.aspects)

    def answers(self, tried: list[_Tried], cells: Cells, scaled: bool) -> Iterator[Answer]:
        """The answers by what follows from them, in the order in which they were tried."""
        groups: list[list[_Tried]] = []
        for each in tried:
            last = next((group for group in groups if group[0].outcome == each.outcome), None)
            spans = each.cell.is_span
            if last is None or (spans and last is not groups[-1]):
                groups.append([each])
            else:
                last.append(each)
        for group in groups:
            first = group[0]
            yield Answer(
                words=_words([each.cell for each in group], [each.cell for each in tried], cells),
                tried=tuple(each.cell.text for each in group),
                closes=first.closes,
                amounts_of=first.cell.text if scaled and _is_one_of_many(group, cells) else "",
                effects=tuple(_effect(change) for change in first.changes),
            )


def _effect(change: Change) -> Effect:
    return Effect(
        line=change.line,
        name=change.name,
        text=change.text,
        what=change.what,
        before=change.before,
        after=change.after,
        aspects=tuple(dict.fromkeys(aspect.name for aspect in change.aspects)),
    )


def _weight(datum: MissingDatum) -> tuple[bool, int, int]:
    """What data are ranked by: unknown before taken by default, then what they settle, then what they may change."""
    return bool(datum.counts_as), -len(datum.settles), -len(datum.changes)


def _is_one_of_many(group: list[_Tried], cells: Cells) -> bool:
    """Whether the answers of a group are more than its first."""
    first = group[0].cell
    return len(group) > 1 or (first.is_span and not (first.at and cells.exhaustive))


def _words(cells: list[Cell], tried: list[Cell], found: Cells) -> str:
    """What the answers of a group are: words, or the range that their cells make together.

    Where the cells do not stand for all, their ends are no thresholds: only the first that was tried is named.
    """
    if not cells[0].is_span:
        return " or ".join(cell.text for cell in cells)
    if not found.exhaustive:
        said = f"{cells[0].text.removeprefix('-')} ago" if found.elapsed else cells[0].text
        return f"for example {said}"
    return "any value" if len(cells) == len(tried) else _range_words(cells[0], cells[-1], found)


def _range_words(first: Cell, last: Cell, found: Cells) -> str:
    """A range of numbers, times or quantities: "less than 24 h ago", "3", "at least 1000 mg/d"."""
    unit = (f" {found.unit}" if found.unit else "") + (" ago" if found.elapsed else "")
    low = "" if first.low is None or first is found.cells[0] else f"{exact_text(first.low)}{unit}"
    high = "" if last.high is None or last is found.cells[-1] else f"{exact_text(last.high)}{unit}"
    if first is last and first.at:
        return f"{exact_text(first.low or Fraction(0))}{unit}"
    parts = [f"{'at least' if first.at else 'more than'} {low}"] if low else []
    parts += [f"{'at most' if last.at else 'less than'} {high}"] if high else []
    return " and ".join(parts) or "any value"
