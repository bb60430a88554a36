"""What the matcher knows as facts: the evidence, for as long as a process lives, and the conclusions of a case.

The matcher joins equal text and compares nothing, so a fact carries as a field each thing that some pattern asks of it:
the value of a field, or a label ``"true"`` where the value passes a comparison, is one of several, lies within a term.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from engine.binding import compare_constants, text_of
from engine.derivation import Items
from engine.matching import Assertion
from engine.model.rule import Compare, FactPattern, OfClass, OneOf, Recorded, Variable, Within
from engine.model.vocabulary import Vocabulary
from engine.observing import PROVISIONAL, TRUE, UNKNOWN
from engine.program import Atom, Evidence, Program

LEVELS = {TRUE: "is certain", PROVISIONAL: "is presumed", UNKNOWN: "is possible"}
"""Levels of derivation, each within the next: a value is the highest that is reached.

A fact of the case says by fields of these names at which levels it stands, so that one fact serves every level.
"""
STATED, DERIVED = "stated", "derived"
"""Where facts come from: the evidence, or the case."""
MOST_FIELDS = 150
"""Of one fact; a relation of which more is asked goes by several names."""
IDENTITY, TEXT = "identity", "text"
"""What a pattern asks of a field: a label that only equal values share, or its text."""
ID = "#"
"""The field that holds the id of a claim."""
YES = "true"

Texts: TypeAlias = tuple[str, ...]
Filled: TypeAlias = tuple[Texts, Items]
"""What a fact fills a pattern with, and the item of the case that it binds: the note of every fact."""
Terms: TypeAlias = tuple[tuple[str, str], ...]
Columns: TypeAlias = dict[str, tuple[str, object]]
"""Fields of a fact by name: the field that it is made from, and what is asked of it."""


class Labels:
    """Text for any value: equal values, and only they, have the same."""

    def __init__(self) -> None:
        self._others: dict[object, str] = {}

    def of(self, value: object) -> str:
        """The label of a value. Text is its own, unless the matcher would take it for a variable."""
        if isinstance(value, str):
            return f"\0{value}" if value[:1] in ("$", "\0") else value
        return self._others.setdefault(value, f"\0\0{len(self._others)}")


class Asking:
    """What patterns ask of the facts of each relation."""

    def __init__(self) -> None:
        self.names: dict[str, dict[str, Columns]] = defaultdict(dict)

    def name(self, relation: str, columns: Columns) -> str:
        """The name under which facts of a relation have these fields."""
        names = self.names[relation]
        for name, known in names.items():
            if len(known.keys() | columns.keys()) <= MOST_FIELDS:
                known.update(columns)
                return name
        name = f"{relation} ({len(names) + 1})" if names else relation
        names[name] = dict(columns)
        return name


class Facts:
    """The evidence and the conclusions of a program as facts of the matcher."""

    def __init__(self, program: Program, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.labels = Labels()
        self.by_kind: dict[str, list[Evidence]] = defaultdict(list)
        for item in program.evidence.values():
            self.by_kind[item.kind].append(item)
        self._evidence = Asking()
        self._conclusions = Asking()
        self._kinds: dict[str, tuple[str, ...]] = {}
        self._compared: dict[str, tuple[FactPattern, Mapping[str, list[object]]]] = {}

    # What patterns read ----------------------------------------------------------------------------------------------

    def evidence(self, pattern: FactPattern, columns: Columns, compared: Mapping[str, list[object]]) -> str:
        """The name under which a pattern reads the evidence of its kinds.

        ``compared`` are the variables that it compares a field with, and the values that they can have. Such a pattern
        has facts of its own: one for each claim and value that pass, with the value in a field of the variable's name.
        """
        relation = f"fact {'|'.join(pattern.kinds)}"
        if compared:
            relation = f"{relation} compared {len(self._compared) + 1}"
            self._compared[relation] = (pattern, compared)
        self._kinds[relation] = pattern.kinds
        return self._evidence.name(relation, columns)

    def conclusions(self, relation: str, columns: Columns, negated: bool = False) -> str:
        """The name under which a pattern reads the conclusions of a relation."""
        return self._conclusions.name(f"not {relation}" if negated else relation, columns)

    # Facts -----------------------------------------------------------------------------------------------------------

    def resident(self) -> Iterator[Assertion]:
        """The evidence as the patterns read it."""
        for relation, names in self._evidence.names.items():
            pattern, compared = self._compared.get(relation, (None, {}))
            every = [item for kind in dict.fromkeys(self._kinds[relation]) for item in self.by_kind.get(kind, ())]
            for name, columns in names.items():
                for item in every:
                    given = [(column, text) for column, ask in columns.items() if (text := self._asked(item, *ask))]
                    for values in self._passed(pattern, compared, item):
                        yield Assertion(name, STATED, ((ID, item.id), *given, *values), ((item.id,), ()))

    def _asked(self, item: Evidence, name: str, asked: object) -> str:
        value = item.value(name)
        if isinstance(asked, Recorded):
            return YES if (value is not None) == asked.known else ""
        if value is None:
            return ""
        if asked in (IDENTITY, TEXT):
            return self.labels.of(value if asked == IDENTITY else text_of(value))
        return YES if self.meets(value, asked) else ""

    def _passed(
        self, pattern: FactPattern | None, compared: Mapping[str, list[object]], item: Evidence
    ) -> Iterator[Terms]:
        """The values of the variables with which the claim passes the comparisons of the pattern."""
        ways: list[dict[str, object]] = [{}]
        for variable, values in compared.items():
            ways = [{**way, variable: value} for way in ways for value in values]
        tests = [
            (item.value(name), test)
            for name, test in (pattern.constraints if pattern is not None else ())
            if isinstance(test, Compare) and isinstance(test.bound, Variable)
        ]
        for way in ways:
            if all(value is not None and compare_constants(value, test, way) for value, test in tests):  # type: ignore[arg-type]
                yield tuple((f"${variable}", self.labels.of(value)) for variable, value in way.items())

    def conclusion(self, atom: Atom, levels: Texts) -> Iterator[Assertion]:
        """A conclusion at some levels as facts, under each name by which patterns read its relation."""
        return self._concluded(atom.relation, atom, levels, "")

    def denied(self, atom: Atom, levels: Texts, stratum: int) -> Iterator[Assertion]:
        """A settled conclusion as the facts that negated patterns of a stratum read."""
        return self._concluded(f"not {atom.relation}", atom, levels, at_stratum(stratum))

    def _concluded(self, relation: str, atom: Atom, levels: Texts, suffix: str) -> Iterator[Assertion]:
        given = [(level, YES) for level in levels]
        given += [(str(at), self.labels.of(text)) for at, text in enumerate(atom.arguments)]
        for name, columns in self._conclusions.names.get(relation, {}).items():
            more = []
            for column, (at, asked) in columns.items():
                text = atom.arguments[int(at)]
                if asked == IDENTITY:
                    more.append((column, self.labels.of(text)))
                elif self._text_meets(text, asked):
                    more.append((column, YES))
            yield Assertion(f"{name}{suffix}", DERIVED, (*given, *more), (atom.arguments, ()))

    # Constraints -----------------------------------------------------------------------------------------------------

    def meets(self, value: object, constraint: object) -> bool:
        """Whether a value meets a constraint that names no variable."""
        if isinstance(constraint, OneOf):
            return value in constraint.values
        if isinstance(constraint, Within):
            kinds = self.vocabulary.terms
            return any(value in self.vocabulary.within(kind, constraint.term) for kind in kinds)
        if isinstance(constraint, OfClass):
            members = self.by_kind.get("member", ())
            return any(item.value("class") == constraint.name and item.value("member") == value for item in members)
        return isinstance(constraint, Compare) and compare_constants(value, constraint, {})  # type: ignore[arg-type]

    def _text_meets(self, text: str, constraint: object) -> bool:
        if isinstance(constraint, OneOf):
            return text in map(text_of, constraint.values)
        return self.meets(text, constraint)


def at_stratum(number: int) -> str:
    """What marks the copies of conclusions that a stratum negates."""
    return f" @{number}"
