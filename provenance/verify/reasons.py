"""Why a conclusion is not simply true, as reason codes, recomputed from the emitted values.

A condition's own code, else the codes of what it rests on; strongest modality first, false before unknown before what
stands in spite of a gap, then written order. A condition on an item that nothing bound gives no reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from engine.formula import parse_formula
from engine.model.rule import Compare, Reference
from engine.model.vocabulary import Section
from engine.program import Atom, Clause, Count, Datum, GroundCondition, GroundTest, Holds, Item, ItemField, Literal
from provenance.verify.derivation import Derivation
from provenance.verify.truth import FALSE, NOT, PROVISIONAL, STANDS, TRUE, UNKNOWN, Items, bound, leaves

Code: TypeAlias = tuple[str, str]
"""A reason code and its kind: false, unknown or gap."""

KINDS = ("false", "unknown", "gap")
CLOSED = "NOT_ADMITTED"
"""The language's own code: some fact under which a datum is read, or a quantity computed, is not admitted."""


class Reasons:
    """Explains the instances of one derivation."""

    def __init__(self, derivation: Derivation) -> None:
        self.derivation = derivation
        self.ground = derivation.ground
        self.observed = derivation.observed
        self.vocabulary = derivation.knowledge.vocabulary
        self._known: dict[tuple[Atom, str], tuple[Code, ...]] = {}
        self._cut = False

    def of(self, atom: Atom, wanted: tuple[str, ...]) -> list[tuple[str, str, str]]:
        """The codes of a conclusion, each with its kind and the rule that gives it."""
        strength = self.vocabulary.modalities
        found = []
        for number in self.ground.by_head.get(atom, ()):
            instance = self.ground.instances[number]
            rank = strength.get(instance.modality, len(strength))
            for position, (code, kind) in enumerate(self.instance(instance, frozenset({atom}))):
                found.append((rank, KINDS.index(kind), number, position, code, instance.rule))
        kept: dict[Code, str] = {}
        for _, place, _, _, code, rule in sorted(found):
            if KINDS[place] in wanted:
                kept.setdefault((code, KINDS[place]), rule)
        return [(code, kind, rule) for (code, kind), rule in kept.items()]

    def instance(self, instance: Clause, seen: frozenset[Atom]) -> list[Code]:
        """Of every choice of items where the instance is false, else of the choices for which it is not."""
        choices = list(self._choices(instance, 0, {}, TRUE, (), seen))
        false = max((value for value, _ in choices), default=FALSE) == FALSE
        codes = (code for value, codes in choices if false or value for code in codes if false or code[1] != "false")
        return list(dict.fromkeys(codes))

    def _choices(
        self,
        instance: Clause,
        at: int,
        items: dict[str, str],
        value: int,
        codes: tuple[Code, ...],
        seen: frozenset[Atom],
    ) -> Iterator[tuple[int, tuple[Code, ...]]]:
        if at == len(instance.when):
            yield self._unless(instance, items, value, codes, seen)
            return
        condition = instance.when[at]
        literal = condition.literal
        ways: list[tuple[dict[str, str], int, tuple[Code, ...]]] = []
        if not bound(literal, items):
            ways = [(items, TRUE, ())]
        elif isinstance(literal, Item) and literal.variable:
            for name, found in self.observed.matching(literal, items).items():
                named = {**items, literal.variable: name}
                more = self._told(condition, named, seen, "unknown") if found == UNKNOWN else ()
                ways.append((items if name.endswith("[?]") else named, found, more))
            if not ways:
                ways = [(items, FALSE, self._told(condition, items, seen, "false"))]
        else:
            found = self.observed.value(literal, items)
            kind = {FALSE: "false", UNKNOWN: "unknown"}.get(found)
            told = self._told(condition, items, seen, kind) if kind else ()
            if found == PROVISIONAL and isinstance(literal, Holds):
                told = self._conclusion(literal.atom, seen, "gap")
            ways = [(items, found, told)]
        for after, found, more in ways:
            yield from self._choices(instance, at + 1, after, min(value, found), codes + more, seen)

    def _unless(
        self, instance: Clause, items: Items, value: int, codes: tuple[Code, ...], seen: frozenset[Atom]
    ) -> tuple[int, tuple[Code, ...]]:
        for condition in instance.unless:
            if bound(condition.literal, items):
                found = (STANDS if condition.stands else NOT)[self.observed.value(condition.literal, items)]
                value = min(value, found)
                if found == FALSE and condition.codes.when_true:
                    codes += ((condition.codes.when_true, "false"),)
                elif found in (UNKNOWN, PROVISIONAL):
                    kind = "unknown" if found == UNKNOWN else "gap"
                    codes += tuple((code, kind) for code, _ in self._told(condition, items, seen, "unknown"))
        return value, codes

    def _told(self, condition: GroundCondition, items: Items, seen: frozenset[Atom], kind: str) -> tuple[Code, ...]:
        own = condition.codes.when_false if kind == "false" else condition.codes.when_unknown
        if kind != "false" and self._is_closed(condition.literal, items):
            own = ""
        return ((own, kind),) if own else tuple(self._rests_on(condition.literal, items, seen, kind))

    def _rests_on(self, literal: Literal, items: Items, seen: frozenset[Atom], kind: str) -> Iterator[Code]:
        if isinstance(literal, Holds):
            own = self._own_code(literal.atom, kind)
            if own:
                yield own, kind
            elif self.derivation.value(literal.atom) == (FALSE if kind == "false" else UNKNOWN):
                yield from self._conclusion(literal.atom, seen, kind)
        elif isinstance(literal, Count):
            for _, member in literal.members:
                if bound(member, items) and self.observed.value(member, items) == (
                    FALSE if kind == "false" else UNKNOWN
                ):
                    yield from self._rests_on(member, items, seen, kind)
        elif kind == "unknown":
            yield from ((code, kind) for code in self._lacking(literal, items) if code)

    def _conclusion(self, atom: Atom, seen: frozenset[Atom], kind: str) -> tuple[Code, ...]:
        """The codes of one kind from the instances that could draw a conclusion; kept unless a cycle cut them short."""
        if atom in seen:
            self._cut = True
            return ()
        if (atom, kind) in self._known:
            return self._known[atom, kind]
        before, self._cut = self._cut, False
        instances = (self.ground.instances[number] for number in self.ground.by_head.get(atom, ()))
        codes = (code for instance in instances for code in self.instance(instance, seen | {atom}) if code[1] == kind)
        found = tuple(dict.fromkeys(codes))
        if not self._cut:
            self._known[atom, kind] = found
        self._cut = self._cut or before
        return found

    def _own_code(self, atom: Atom, kind: str) -> str:
        """The code that the vocabulary gives a situation for being false, or unknown."""
        declared = self.vocabulary.conclusions.get(atom.relation)
        types = list(declared.key.values()) if declared else []
        term = (
            self.vocabulary.term(types[0].of, atom.arguments[0])
            if len(types) == 1 and types[0].kind == "term"
            else None
        )
        return "" if term is None else term.when_false if kind == "false" else term.when_unknown

    # What is lacking -------------------------------------------------------------------------------------------------

    def _lacking(self, literal: Literal, items: Items) -> Iterator[str]:
        """The codes of the data that leave a literal unknown."""
        closed = self._is_closed(literal, items)
        if closed:
            yield CLOSED
        if closed and not isinstance(literal, Item):
            return
        if isinstance(literal, Datum):
            yield from self.path(literal.path)
        elif isinstance(literal, ItemField):
            yield self._field(items[literal.variable], literal.field)
        elif isinstance(literal, Item):
            section, listed = self.observed.section(literal.item)
            if not listed.complete:
                yield section.missing
            for name, value in self.observed.matching(literal, items).items():
                if value == UNKNOWN and not name.endswith("[?]") and items.get(literal.variable, name) == name:
                    for field, test in literal.tests:
                        read = not self.observed.is_field_closed(section, field)
                        if read and self.observed.field(name, field, test, items) == UNKNOWN:
                            yield self._field(name, field)

    def _is_closed(self, literal: Literal, items: Items) -> bool:
        """Whether a test is of, or with, a datum that is not read or a quantity that is not computed."""
        if isinstance(literal, Datum):
            return self.observed.is_path_closed(literal.path) or self._compares_with_closed(literal.test)
        if isinstance(literal, ItemField):
            section, tests = self._section_of(items[literal.variable]), [(literal.field, literal.test)]
        elif isinstance(literal, Item):
            section, tests = self.observed.section(literal.item)[0], list(literal.tests)
        else:
            return False
        return any(
            self.observed.is_field_closed(section, field) or self._compares_with_closed(test) for field, test in tests
        )

    def _compares_with_closed(self, test: GroundTest) -> bool:
        reference = test.bound if isinstance(test, Compare) else None
        return isinstance(reference, Reference) and self.observed.is_path_closed(reference.path)

    def _section_of(self, item: str) -> Section:
        return self.vocabulary.sections[item.partition("[")[0]]

    def path(self, path: str) -> Iterator[str]:
        """The code of a datum that is missing or stale, or of those that a declared quantity needs."""
        declared = self.vocabulary.quantities.get(path)
        attribute = self.vocabulary.attribute(path)
        if self.observed.is_path_closed(path):
            yield CLOSED
        elif declared is not None:
            for value in leaves(parse_formula(declared.formula)):
                if self.observed.exactly(value.path, value.unit) is None:
                    yield from self.path(value.path)
        elif attribute is not None:
            yield attribute.stale if self.observed.is_stale(path) else attribute.missing

    def _field(self, name: str, field: str) -> str:
        section = self._section_of(name)
        return section.attributes[field].missing or section.missing
