"""The account of a case: every datum with the rules that read it, or the word that none did.

A rule reads a datum where a condition on it decided the rule, for or against, and not only where the rule fired.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from engine.derivation import Derivation
from engine.model.advice import Input
from engine.model.case import Entry, Moment
from engine.model.knowledge import KnowledgeBase
from engine.observing import FALSE, Observer
from engine.program import Count, Datum, Item, ItemField, Literal, Program, other_item
from engine.record import Recorder


class Account:
    """Accounts for the data of one case."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        observer: Observer,
        recorder: Recorder,
        program: Program,
        derivation: Derivation,
    ) -> None:
        self.vocabulary = knowledge.vocabulary
        self.observer = observer
        self.recorder = recorder
        self.readers: dict[str, dict[str, None]] = defaultdict(dict)
        for firing in derivation.firings:
            clause = program.clauses[firing.clause]
            for condition in (*clause.when, *clause.unless):
                for path in recorder.data(condition.literal, dict(firing.items)):
                    self.readers[path][clause.rule] = None
        for literal, rules in program.readers.items():
            for path in self.failing(literal):
                self.readers[path].update(rules)
        for taken, rules in program.takers.items():
            for path in self.failing_fields(*taken):
                self.readers[path].update(rules)

    def failing(self, literal: Literal) -> Iterator[str]:
        """The recorded data on which a condition fails: the rule looked at them and did not fire."""
        if isinstance(literal, Datum):
            if self.observer.datum(literal.path, literal.test) == FALSE:
                yield from self.recorder.data(literal, {})
        elif isinstance(literal, Count):
            for _, member in literal.members:
                yield from self.failing(member)
        elif isinstance(literal, Item):
            yield from self._failing_items(literal)

    def _failing_items(self, literal: Item) -> Iterator[str]:
        """What was looked at in each item, up to the test on which it fails; and the list itself."""
        section = self.observer.section(literal.item)
        given = self.observer.case.lists.get(section.name)
        if given is None:
            return
        yield section.name
        if any(other_item(test) for _, test in literal.tests):
            return
        for number in range(len(given.items)):
            name = f"{section.name}[{number}]"
            for field, test in literal.tests:
                if self.observer.entry(section, name, field) is not None:
                    yield f"{name}.{section.attributes[field].since or field}"
                if self.observer.field(section, name, field, test, {}) == FALSE:
                    break

    def failing_fields(self, binder: Item, tests: tuple[ItemField, ...]) -> Iterator[str]:
        """The fields, of items that a rule could take, on which one of its tests fails."""
        for name in self._candidates(binder):
            for test in tests:
                if self.observer.item_field(test, {binder.variable: name}) == FALSE:
                    yield from self.recorder.data(test, {binder.variable: name})

    def _candidates(self, binder: Item) -> Iterator[str]:
        """The listed items on which no test of a pattern fails."""
        section = self.observer.section(binder.item)
        own = [(field, test) for field, test in binder.tests if not other_item(test)]
        for number in range(len(self.observer.listed(section).items)):
            name = f"{section.name}[{number}]"
            if all(self.observer.field(section, name, field, test, {}) != FALSE for field, test in own):
                yield name

    def inputs(self) -> tuple[Input, ...]:
        """Every datum of the case, in the order of the case."""
        return (*self._records(), *self._lists())

    def _records(self) -> Iterator[Input]:
        case = self.observer.case
        for path, entry in case.data.items():
            attribute = self.vocabulary.attribute(path)
            notes = []
            if attribute is not None and attribute.stale_after is not None and entry.at is None:
                notes.append("undated: counts as measured at the as-of time")
            if attribute is not None and self.observer.is_stale(attribute, entry):
                notes.append(f"not used: measured more than {attribute.stale_after} before the as-of time")
            notes.extend(f"earlier: {shown(old)}" for old in case.earlier.get(path, ()))
            yield self._input(path, attribute.title if attribute else path, shown(entry), tuple(notes))

    def _lists(self) -> Iterator[Input]:
        for name, given in self.observer.case.lists.items():
            section = self.vocabulary.sections[name]
            text = f"{len(given.items)} listed, {'complete' if given.complete else 'not complete'}"
            yield self._input(name, section.label or name, text)
            for number, item in enumerate(given.items):
                for field, entry in item.items():
                    path = f"{name}[{number}].{field}"
                    notes = tuple(f"earlier: {shown(old)}" for old in self.observer.case.earlier.get(path, ()))
                    yield self._input(path, section.attributes[field].title, shown(entry), notes)

    def _input(self, path: str, label: str, text: str, notes: tuple[str, ...] = ()) -> Input:
        return Input(path=path, label=label, text=text, rules=tuple(sorted(self.readers.get(path, ()))), notes=notes)


def shown(entry: Entry) -> str:
    """A recorded value with the day on which it was measured."""
    at: Moment | None = entry.at
    return f"{entry.text} (measured {at.low.date().isoformat()})" if at is not None else entry.text
