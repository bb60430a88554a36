"""What a condition on the case needs: the facts under which its data are read.

A datum, a formula or a conversion means what it does by the facts that the vocabulary names for it; without them its
value is unknown. In a count, a test for the members of a class needs the claims that say who belongs. What a condition
says of the case from some of these facts is asked of the observer that the engines use, for each choice of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import combinations
from typing import TypeAlias

from engine.counting import counted
from engine.formula import inputs, parse_formula
from engine.loading.constraints import MEMBER
from engine.model.rule import Compare, OneOf, Reference
from engine.model.vocabulary import Attribute, Section
from engine.observing import FALSE, UNKNOWN, Observer
from engine.program import Clause, Count, Datum, GroundTest, Holds, Item, ItemField, Literal
from provenance.grounds import Grounds
from provenance.why.needs import All, Any, Cited, Given, Need

MOST_TRIED = 10
"""Facts of one condition whose every choice is tried; where there are more, all of them are taken to be needed."""
AS_IT_IS = (0, 1, 2, 3)
Items: TypeAlias = Mapping[str, str]
Turned: TypeAlias = tuple[int, int, int, int]
"""What each value of the chain comes to."""


class Reading:
    """Conditions on the case of one advice, from all of its facts and from fewer."""

    def __init__(self, grounds: Grounds) -> None:
        self.grounds = grounds
        self.vocabulary = grounds.vocabulary
        self.admitted = grounds.program.facts
        self._observers: dict[frozenset[str], Observer] = {}
        self._paths: dict[str, frozenset[str]] = {}

    # What a condition reads ------------------------------------------------------------------------------------------

    def facts(self, literal: Literal, sections: Mapping[str, Section]) -> frozenset[str]:
        """The admitted facts under which a condition's data are read; ``sections`` are those of its variables."""
        return frozenset(self._because(literal, sections)) & self.admitted

    def of_condition(self, literal: Literal, items: Items) -> frozenset[str]:
        """The same for a condition of a firing that is bound to these items."""
        return self.facts(literal, self._sections(items))

    def of_clause(self, clause: Clause) -> Iterator[str]:
        """The same for every condition of a clause, those under `unless` too."""
        literals = [condition.literal for condition in (*clause.when, *clause.unless)]
        bound = [literal for literal in literals if isinstance(literal, Item) and literal.variable]
        sections = {literal.variable: self.vocabulary.items[literal.item] for literal in bound}
        for literal in literals:
            yield from self.facts(literal, sections)

    def _because(self, literal: Literal, sections: Mapping[str, Section]) -> Iterator[str]:
        if isinstance(literal, Datum):
            yield from self._of_path(literal.path)
            yield from self._of_bound(literal.test, sections)
        elif isinstance(literal, ItemField):
            yield from self._of_field(sections.get(literal.variable), literal.field)
            yield from self._of_bound(literal.test, sections)
        elif isinstance(literal, Item):
            section = self.vocabulary.items[literal.item]
            for field in [*(field for field, _ in literal.tests), *([section.order] if literal.order else [])]:
                yield from self._of_field(section, field)
            for _, test in literal.tests:
                yield from self._of_bound(test, sections)
        elif isinstance(literal, Count):
            for _, member in literal.members:
                yield from self._because(member, sections)

    def _of_path(self, path: str) -> frozenset[str]:
        if path not in self._paths:
            self._paths[path] = frozenset()  # a quantity never leads back to itself
            declared = self.vocabulary.quantities.get(path)
            found = set(declared.because if declared is not None else ())
            for value in inputs(parse_formula(declared.formula)) if declared is not None else ():
                found |= self._of_path(value.path)
            self._paths[path] = frozenset(found | set(self._of_attribute(self.vocabulary.attribute(path))))
        return self._paths[path]

    def _of_field(self, section: Section | None, field: str) -> Iterator[str]:
        attribute = section.attributes.get(field) if section is not None else None
        yield from self._of_attribute(attribute)
        if section is not None and attribute is not None and attribute.since:
            yield from self._of_attribute(section.attributes.get(attribute.since))

    def _of_attribute(self, attribute: Attribute | None) -> Iterator[str]:
        for conversion in attribute.type.conversions if attribute is not None else ():
            yield from conversion.because
            if isinstance(conversion.factor, str):
                yield from self._of_path(conversion.factor)
        yield from attribute.because if attribute is not None else ()

    def _of_bound(self, test: GroundTest, sections: Mapping[str, Section]) -> Iterator[str]:
        bound = test.bound if isinstance(test, Compare) else None
        if isinstance(bound, Reference) and bound.path.startswith("$"):
            variable, _, field = bound.path[1:].partition(".")
            yield from self._of_field(sections.get(variable), field)
        elif isinstance(bound, Reference):
            yield from self._of_path(bound.path)

    # What it needs ---------------------------------------------------------------------------------------------------

    def need(self, literal: Literal, items: Items, turned: Turned = AS_IT_IS, classes: bool = True) -> Need:
        """What it takes for a condition on the case to have the value that it has from all facts.

        ``turned`` says what its value comes to (a negation, under `unless`). Without ``classes``, who belongs to a
        class is as it is.
        """
        facts = set(self.of_condition(literal, items))
        if classes:
            facts.update(self._members(literal))
        movable = sorted(facts)
        full = turned[self.value(literal, items, self.admitted)]
        if not movable:
            return Given(full)
        if len(movable) > MOST_TRIED:
            return All((Given(full), *(Cited(fact) for fact in movable)))
        levels: dict[int, list[frozenset[str]]] = {}
        for chosen in (frozenset(some) for size in range(len(movable) + 1) for some in combinations(movable, size)):
            there = (self.admitted - facts) | chosen
            held = turned[self.value(self._narrowed(literal, there) if classes else literal, items, there)]
            for level in range(UNKNOWN, min(held, full) + 1):
                smaller = levels.setdefault(level, [])
                if not any(one <= chosen for one in smaller):
                    smaller.append(chosen)
        return Any(tuple(All((Given(level), _any_of(some))) for level, some in levels.items()))

    def value(self, literal: Literal, items: Items, facts: frozenset[str]) -> int:
        """What the case says of a condition that reads no conclusion, where these facts are admitted."""
        if isinstance(literal, Count):
            return counted(literal, [self.value(member, items, facts) for _, member in literal.members])
        if facts not in self._observers:
            self._observers[facts] = Observer(self.vocabulary, self.grounds.case, facts)
        observer = self._observers[facts]
        if isinstance(literal, Datum):
            return observer.datum(literal.path, literal.test)
        if isinstance(literal, ItemField):
            return observer.item_field(literal, items)
        if isinstance(literal, Item) and literal.variable in items:
            return dict(observer.items(literal, items)).get(items[literal.variable], FALSE)
        return observer.exists(literal, items) if isinstance(literal, Item) else FALSE

    def _sections(self, items: Items) -> Mapping[str, Section]:
        return {variable: self.vocabulary.sections[name.partition("[")[0]] for variable, name in items.items()}

    # Classes ---------------------------------------------------------------------------------------------------------

    @cached_property
    def _claims(self) -> Mapping[str, Sequence[tuple[str, tuple[str, ...]]]]:
        """For each class, who belongs to it by which facts."""
        found: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        for evidence in self.grounds.program.evidence.values():
            if evidence.kind == MEMBER:
                found.setdefault(str(evidence.value("class")), []).append(
                    (str(evidence.value("member")), evidence.facts)
                )
        return found

    def _members(self, literal: Literal) -> Iterator[str]:
        """The facts by which terms belong to the classes that a condition asks for."""
        for test in _tests(literal):
            if isinstance(test, OneOf) and test.of_class:
                yield from (fact for _, facts in self._claims.get(test.of_class, ()) for fact in facts)

    def _narrowed(self, literal: Literal, facts: frozenset[str]) -> Literal:
        """A condition with those members of its classes only that these facts name."""
        if isinstance(literal, Datum):
            return replace(literal, test=self._narrowed_test(literal.test, facts))
        if isinstance(literal, ItemField):
            return replace(literal, test=self._narrowed_test(literal.test, facts))
        if isinstance(literal, Item):
            return replace(
                literal, tests=tuple((field, self._narrowed_test(test, facts)) for field, test in literal.tests)
            )
        if isinstance(literal, Count):
            return replace(
                literal, members=tuple((points, self._narrowed(member, facts)) for points, member in literal.members)
            )
        return literal

    def _narrowed_test(self, test: GroundTest, facts: frozenset[str]) -> GroundTest:
        if not isinstance(test, OneOf) or not test.of_class:
            return test
        claims = self._claims.get(test.of_class, ())
        return OneOf(tuple(member for member, because in claims if facts.issuperset(because)), test.of_class)


def reads_conclusions(literal: Literal) -> bool:
    """Whether a condition reads a conclusion."""
    if isinstance(literal, Count):
        return any(reads_conclusions(member) for _, member in literal.members)
    return isinstance(literal, Holds)


def _tests(literal: Literal) -> Iterator[GroundTest]:
    if isinstance(literal, (Datum, ItemField)):
        yield literal.test
    elif isinstance(literal, Item):
        yield from (test for _, test in literal.tests)
    elif isinstance(literal, Count):
        for _, member in literal.members:
            yield from _tests(member)


def _any_of(sets: Iterable[Iterable[str]]) -> Need:
    return Any(tuple(All(tuple(Cited(fact) for fact in sorted(some))) for some in sets))
