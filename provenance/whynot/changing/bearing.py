"""The part of a program that bears on one conclusion, and what it reads of a case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from engine.compiled import Compiled
from engine.formula import inputs, parse_formula
from engine.model.rule import Compare, Reference
from engine.model.vocabulary import Section, Vocabulary
from engine.program import Atom, Clause, Count, Datum, GroundTest, Holds, Item, ItemField, Literal, Program, other_item


class Bearing:
    """The clauses that a conclusion could be drawn from or kept by, all the way down, as a program of their own.

    ``data`` are the tests of each datum, ``fields`` those of each field of the items of a list. Data that a declared
    quantity is computed from, that a value is converted by, or that another is compared with, are read too;
    ``computed`` names the quantities and ``compared`` the tests by which they are.
    """

    def __init__(self, program: Program, vocabulary: Vocabulary, atom: Atom) -> None:
        self.vocabulary = vocabulary
        self.atom = atom
        self.by_head: dict[Atom, list[Clause]] = defaultdict(list)
        chosen = sorted(_closure(program, atom))
        renumbered = {index: number for number, index in enumerate(chosen)}
        clauses = tuple(program.clauses[index] for index in chosen)
        strata = tuple(
            tuple(renumbered[index] for index in stratum if index in renumbered) for stratum in program.strata
        )
        self.program = replace(
            program, clauses=clauses, strata=strata, atoms=tuple(sorted({clause.head for clause in clauses}))
        )
        self.compiled = Compiled(self.program, vocabulary)
        self.data: dict[str, list[GroundTest]] = defaultdict(list)
        self.fields: dict[tuple[str, str], list[GroundTest]] = defaultdict(list)
        self.lists: dict[str, Section] = {}
        self.ordered: set[str] = set()
        self.computed: dict[str, None] = {}
        self.compared: list[tuple[str, GroundTest]] = []
        self.numbers: dict[int, int] = {}
        self._numbered: dict[Literal, int] = {}
        for clause in clauses:
            self.by_head[clause.head].append(clause)
            self._read(clause)
            for condition in (*clause.when, *clause.unless):
                self._number(condition.literal)

    def _number(self, literal: Literal) -> bool:
        """Number the literals that say the same of a case whichever items are chosen; whether this is one of them."""
        alone = True
        if isinstance(literal, Count):
            alone = all(list(map(self._number, (member for _, member in literal.members))))
        elif isinstance(literal, ItemField):
            alone = False
        elif isinstance(literal, Item):
            alone = not any(other_item(test) for _, test in literal.tests)
        if alone:
            # Equal literals share a number; the literal lives as long as its clause, and so does its identity.
            self.numbers[id(literal)] = self._numbered.setdefault(literal, len(self._numbered))
        return alone

    def _read(self, clause: Clause) -> None:
        literals = [condition.literal for condition in (*clause.when, *clause.unless)]
        sections = {
            literal.variable: self.vocabulary.items[literal.item]
            for literal in _flat(literals)
            if isinstance(literal, Item) and literal.variable
        }
        for literal in _flat(literals):
            if isinstance(literal, Datum):
                self._datum(literal.path, literal.test)
                self._bound(literal.test, literal.path, sections)
            elif isinstance(literal, ItemField):
                self._field(sections[literal.variable], literal.field, literal.test, sections)
            elif isinstance(literal, Item):
                section = self.vocabulary.items[literal.item]
                self.lists[section.name] = section
                if literal.order:
                    self.ordered.add(section.name)
                    self.fields.setdefault((section.name, section.order), [])
                for field, test in literal.tests:
                    self._field(section, field, test, sections)

    def _datum(self, path: str, test: GroundTest | None) -> None:
        declared = self.vocabulary.quantities.get(path)
        if declared is not None:
            self.computed[path] = None
            for value in inputs(parse_formula(declared.formula)):
                self._datum(value.path, None)
        elif self.vocabulary.attribute(path) is not None:
            tests = self.data[path]
            if test is not None and test not in tests:
                tests.append(test)
            for conversion in self.vocabulary.attribute(path).type.conversions:  # type: ignore[union-attr]
                if isinstance(conversion.factor, str):
                    self._datum(conversion.factor, None)

    def _field(self, section: Section, field: str, test: GroundTest, sections: dict[str, Section]) -> None:
        attribute = section.attributes[field]
        tests = self.fields[section.name, field]
        if test not in tests:
            tests.append(test)
        if attribute.since:
            self.fields.setdefault((section.name, attribute.since), [])
        for conversion in attribute.type.conversions:
            if isinstance(conversion.factor, str):
                self._datum(conversion.factor, None)
        self._bound(test, f"{section.name}.{field}", sections)

    def _bound(self, test: GroundTest, path: str, sections: dict[str, Section]) -> None:
        """What a test compares with: another datum, another item, or a declared quantity."""
        if not isinstance(test, Compare) or not isinstance(test.bound, Reference):
            return
        self.compared.append((path, test))
        other = other_item(test)
        if other:
            field = test.bound.path.partition(".")[2]
            self.fields.setdefault((sections[other].name, field), [])
        else:
            self._datum(test.bound.path, None)

    @cached_property
    def related(self) -> Mapping[str, str]:
        """Data (``plot.area``) and fields (``treatments.started``) that are compared with others, by their circle.

        Of two that are in one circle the bounds of one depend on the other's value.
        """
        circle: dict[str, str] = {}

        def root(name: str) -> str:
            while circle.setdefault(name, name) != name:
                name = circle[name]
            return name

        for path, test in self.compared:
            bound = test.bound.path if isinstance(test, Compare) and isinstance(test.bound, Reference) else ""
            field = bound.partition(".")[2]
            others = [f"{name}.{field}" for name in self.lists] if bound.startswith("$") else self._inputs(bound)
            for other in (*self._inputs(path), *others):
                circle[root(self._settable(other))] = root(self._settable(path))
        for name in self.ordered:
            root(f"{name}.{self.lists[name].order}")
        return {name: root(name) for name in list(circle)}

    def _inputs(self, path: str) -> list[str]:
        """A datum, or those that a declared quantity is computed from."""
        declared = self.vocabulary.quantities.get(path)
        return [path] if declared is None else [value.path for value in inputs(parse_formula(declared.formula))]

    def _settable(self, path: str) -> str:
        """The field from which a time is counted, for the time since then."""
        name, _, field = path.partition(".")
        attribute = self.lists[name].attributes.get(field) if name in self.lists else None
        return f"{name}.{attribute.since}" if attribute is not None and attribute.since else path

    def settable(self, section: Section) -> Iterator[str]:
        """The fields of an item that are read and that a case can state."""
        for name, field in self.fields:
            if name == section.name and not section.attributes[field].since:
                yield field


def _closure(program: Program, atom: Atom) -> set[int]:
    found: set[int] = set()
    seen = {atom}
    waiting = [atom]
    while waiting:
        for index in program.by_head.get(waiting.pop(), ()):
            if index in found:
                continue
            found.add(index)
            clause = program.clauses[index]
            for literal in _flat([condition.literal for condition in (*clause.when, *clause.unless)]):
                if isinstance(literal, Holds) and literal.atom not in seen:
                    seen.add(literal.atom)
                    waiting.append(literal.atom)
    return found


def _flat(literals: list[Literal]) -> Iterator[Literal]:
    waiting = list(literals)
    while waiting:
        literal = waiting.pop()
        if isinstance(literal, Count):
            waiting.extend(member for _, member in literal.members)
        else:
            yield literal
