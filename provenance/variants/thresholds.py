"""What the rules read of a case, and the values at which their answers change.

A place is the path of a record's datum (``plot.area``), or a list and a field of its items (``treatments.result``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

from engine.formula import inputs, parse_formula
from engine.grounding import population_literal
from engine.model.knowledge import KnowledgeBase
from engine.model.quantity import Quantity
from engine.model.rule import Compare, OneOf, Reference
from engine.model.vocabulary import Attribute, Section
from engine.program import Count, Datum, GroundAmount, GroundTest, Item, ItemField, Literal, Program


class Thresholds:
    """What one ground program reads.

    ``read`` holds every place and list that an advice can depend on, ``bounds`` the constants with which a place is
    compared. ``related`` are places compared with other data or through a formula: no constant cuts their values.
    ``scaled`` are the places that amounts are computed from: each value has an amount of its own.
    """

    def __init__(self, program: Program, knowledge: KnowledgeBase) -> None:
        self.vocabulary = knowledge.vocabulary
        self.read: set[str] = set()
        self.bounds: dict[str, set[Quantity | Fraction]] = defaultdict(set)
        self.words: dict[str, set[str]] = defaultdict(set)
        self.related: set[str] = set()
        self.scaled: set[str] = set()
        for clause in program.clauses:
            for condition in (*clause.when, *clause.unless):
                self._literal(condition.literal)
            for _, value in clause.annotations:
                if isinstance(value, GroundAmount):
                    self._reads(value.times)
                    self.scaled.update(self._read_by(value.times))
        for fact in program.facts:
            self._literal(population_literal(knowledge, fact))
        if self.vocabulary.headings.asked:
            self._reads(self.vocabulary.headings.asked)

    def _literal(self, literal: Literal) -> None:
        if isinstance(literal, Datum):
            self._reads(literal.path, isinstance(literal.test, Compare))
            self._test(literal.path, literal.test)
        elif isinstance(literal, Item):
            section = self.vocabulary.items[literal.item]
            self.read.add(section.name)
            for field, test in literal.tests:
                self._field(section, field, test)
            if literal.order:
                self.read.add(f"{section.name}.{section.order}")
                self.related.add(f"{section.name}.{section.order}")
        elif isinstance(literal, ItemField):
            for section in self.sections_with(literal.field):
                self._field(section, literal.field, literal.test)
        elif isinstance(literal, Count):
            for _, member in literal.members:
                self._literal(member)

    def sections_with(self, field: str) -> Iterator[Section]:
        """The lists of which the items have a field."""
        return (section for section in self.vocabulary.items.values() if field in section.attributes)

    def _field(self, section: Section, field: str, test: GroundTest) -> None:
        since = section.attributes[field].since
        place = f"{section.name}.{field}"
        self.read.update((section.name, f"{section.name}.{since or field}"))
        self._conversions(section.attributes[field])
        self._test(place, test)
        if place in self.related and since:
            self.related.add(f"{section.name}.{since}")

    def _test(self, place: str, test: GroundTest) -> None:
        if isinstance(test, OneOf):
            self.words[place].update(value for value in test.values if isinstance(value, str))
        if not isinstance(test, Compare):
            return
        if isinstance(test.bound, Quantity | Fraction):
            self.bounds[place].add(test.bound)
            return
        self.related.add(place)
        if isinstance(test.bound, Reference) and test.bound.path.startswith("$"):
            field = test.bound.path.partition(".")[2]
            for section in self.sections_with(field):
                since = section.attributes[field].since
                self.read.add(f"{section.name}.{since or field}")
                self.related.update((f"{section.name}.{field}", f"{section.name}.{since or field}"))
        elif isinstance(test.bound, Reference):
            self._reads(test.bound.path, True)
            self.related.add(test.bound.path)

    def _reads(self, path: str, compared: bool = False) -> None:
        """A datum, or the data of a declared quantity; where that is compared, no constant cuts their values."""
        declared = self.vocabulary.quantities.get(path)
        if declared is None:
            self.read.add(path)
            self._conversions(self.vocabulary.attribute(path))
            return
        for value in inputs(parse_formula(declared.formula)):
            self.read.add(value.path)
            self._conversions(self.vocabulary.attribute(value.path))
            if compared:
                self.related.add(value.path)

    def _read_by(self, path: str) -> Iterator[str]:
        """The datum itself, or the data of a declared quantity."""
        declared = self.vocabulary.quantities.get(path)
        return iter((path,)) if declared is None else (value.path for value in inputs(parse_formula(declared.formula)))

    def _conversions(self, attribute: Attribute | None) -> None:
        for conversion in attribute.type.conversions if attribute is not None else ():
            if isinstance(conversion.factor, str):
                self._reads(conversion.factor, True)
                self.related.add(conversion.factor)
