"""Why something is not advised: the reason codes of the conditions that fail or that the case does not settle.

A condition with a code of its own gives that code; one without descends to what it rests on: a situation to the rules
that draw it, a test to the datum that it reads. A condition on an item that nothing bound is not evaluated. One that
is unknown because a fact of some ``because`` is not admitted gives the code ``NOT_ADMITTED``, whatever its own is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal as OneWord
from typing import TypeAlias

from engine.derivation import Derivation
from engine.formula import inputs, parse_formula
from engine.model.vocabulary import Attribute, Section, Vocabulary
from engine.observing import FALSE, NOT, PROVISIONAL, STANDS, TRUE, UNKNOWN, UNLISTED, Observer
from engine.program import (
    Atom,
    Clause,
    Count,
    Datum,
    GroundCondition,
    GroundTest,
    Holds,
    Item,
    ItemField,
    Literal,
    Program,
    is_bound,
    other_datum,
)
from engine.valuing import value_of

WhyKind: TypeAlias = OneWord["false", "unknown", "gap"]
Coded: TypeAlias = tuple[str, WhyKind]
KINDS: tuple[WhyKind, ...] = ("false", "unknown", "gap")
NOT_ADMITTED = "NOT_ADMITTED"
"""The one reason that is the language's own: what a datum or quantity rests on is not admitted."""


@dataclass(frozen=True, slots=True)
class Why:
    """One reason: its code, whether the condition failed ("false"), is not settled ("unknown"), or stands ("gap")."""

    code: str
    kind: WhyKind
    clause: int


@dataclass(frozen=True, slots=True)
class _Branch:
    """The reasons along one choice of items, with the value of the body."""

    value: int
    reasons: tuple[Coded, ...]


class Reasons:
    """Explains the clauses of one derivation."""

    def __init__(self, program: Program, vocabulary: Vocabulary, observer: Observer, derivation: Derivation) -> None:
        self.program = program
        self.vocabulary = vocabulary
        self.observer = observer
        self.derivation = derivation
        self._told: dict[tuple[Atom, WhyKind], tuple[Coded, ...]] = {}
        self._cut: set[Atom] = set()

    def of(self, atom: Atom, wanted: Iterable[WhyKind] = KINDS) -> list[Why]:
        """Every reason why a conclusion is not simply true: strongest modality first, then false before unknown."""
        ranks = self.vocabulary.modalities
        found: list[tuple[tuple[int, int, int, int], Why]] = []
        for index in self.program.by_head.get(atom, ()):
            clause = self.program.clauses[index]
            strength = ranks.get(clause.modality, len(ranks))
            for position, (code, kind) in enumerate(self.clause(index, frozenset({atom}))):
                order = (strength, KINDS.index(kind), index, position)
                found.append((order, Why(code, kind, index)))
        found.sort(key=lambda pair: pair[0])
        kept: dict[Coded, Why] = {}
        for _, why in found:
            if why.kind in wanted:
                kept.setdefault((why.code, why.kind), why)
        return list(kept.values())

    def clause(self, index: int, seen: frozenset[Atom]) -> list[Coded]:
        """The codes of one clause: of every branch where it is false, else of the branches that are not."""
        clause = self.program.clauses[index]
        branches = list(self._branches(clause, 0, {}, TRUE, (), seen))
        best = max((branch.value for branch in branches), default=FALSE)
        kept: dict[Coded, None] = {}
        for branch in branches:
            if best == FALSE or branch.value != FALSE:
                for reason in branch.reasons:
                    if best == FALSE or reason[1] != "false":
                        kept[reason] = None
        return list(kept)

    def _branches(
        self,
        clause: Clause,
        at: int,
        items: dict[str, str],
        value: int,
        reasons: tuple[Coded, ...],
        seen: frozenset[Atom],
    ) -> Iterator[_Branch]:
        if at == len(clause.when):
            yield self._unless(clause, items, value, reasons, seen)
            return
        condition = clause.when[at]
        literal = condition.literal
        if not is_bound(literal, items):
            yield from self._branches(clause, at + 1, items, value, reasons, seen)
        elif isinstance(literal, Item) and literal.variable:
            choices = self.observer.items(literal, items)
            if not choices:
                more = self._failed(condition, items, seen)
                yield from self._branches(clause, at + 1, items, FALSE, (*reasons, *more), seen)
            for name, found in choices:
                more = self._unsettled(condition, {**items, literal.variable: name}, seen) if found == UNKNOWN else ()
                bound = items if name.endswith(f"[{UNLISTED}]") else {**items, literal.variable: name}
                yield from self._branches(clause, at + 1, bound, min(value, found), (*reasons, *more), seen)
        else:
            found = self.literal(literal, items)
            more = (
                self._failed(condition, items, seen)
                if found == FALSE
                else self._unsettled(condition, items, seen)
                if found == UNKNOWN
                else ()
            )
            if found == PROVISIONAL:
                more = tuple((code, "gap") for code, _ in self.gaps(literal, seen))
            yield from self._branches(clause, at + 1, items, min(value, found), (*reasons, *more), seen)

    def _unless(
        self,
        clause: Clause,
        items: dict[str, str],
        value: int,
        reasons: tuple[Coded, ...],
        seen: frozenset[Atom],
    ) -> _Branch:
        for condition in clause.unless:
            if not is_bound(condition.literal, items):
                continue
            found = self.literal(condition.literal, items)
            negated = (STANDS if condition.stands else NOT)[found]
            value = min(value, negated)
            if negated == FALSE:
                code = condition.codes.when_true
                reasons = (*reasons, *(((code, "false"),) if code else ()))
            elif negated == UNKNOWN:
                reasons = (*reasons, *self._unsettled(condition, items, seen))
            elif negated == PROVISIONAL:
                reasons = (*reasons, *((code, "gap") for code, _ in self._unsettled(condition, items, seen)))
        return _Branch(value, reasons)

    def literal(self, literal: Literal, items: dict[str, str]) -> int:
        """The value of a literal under the derivation."""
        return value_of(literal, items, self.observer, self.derivation)

    def condition(self, condition: GroundCondition, items: dict[str, str], found: int, under_unless: bool) -> list[str]:
        """The codes of one condition whose literal has the value ``found``; none where it stands in nobody's way."""
        if under_unless and found == TRUE:
            return [condition.codes.when_true] if condition.codes.when_true else []
        if found in (UNKNOWN, PROVISIONAL):
            return [code for code, _ in self._unsettled(condition, items, frozenset())]
        if found == FALSE and not under_unless:
            return [code for code, _ in self._failed(condition, items, frozenset())]
        return []

    def _failed(self, condition: GroundCondition, items: dict[str, str], seen: frozenset[Atom]) -> tuple[Coded, ...]:
        if condition.codes.when_false:
            return ((condition.codes.when_false, "false"),)
        return tuple(self._descend(condition.literal, items, seen, "false"))

    def _unsettled(self, condition: GroundCondition, items: dict[str, str], seen: frozenset[Atom]) -> tuple[Coded, ...]:
        if condition.codes.when_unknown and self.is_read(condition.literal, items):
            return ((condition.codes.when_unknown, "unknown"),)
        return tuple(self._descend(condition.literal, items, seen, "unknown"))

    def is_read(self, literal: Literal, items: dict[str, str]) -> bool:
        """Whether all that a condition reads of the case is read under the admitted facts."""
        if isinstance(literal, Datum):
            return self.observer.is_read_at(literal.path) and self._bound_is_read(literal.test)
        if isinstance(literal, ItemField):
            section = self.vocabulary.sections[items[literal.variable].partition("[")[0]]
            return self.observer.is_field_read(section, literal.field) and self._bound_is_read(literal.test)
        if isinstance(literal, Item):
            section = self.observer.section(literal.item)
            return all(
                self.observer.is_field_read(section, field) and self._bound_is_read(test)
                for field, test in literal.tests
            )
        return True

    def _bound_is_read(self, test: GroundTest) -> bool:
        return self.observer.is_read_at(other_datum(test))

    def gaps(self, literal: Literal, seen: frozenset[Atom]) -> list[Coded]:
        """The codes of the gaps in spite of which a provisional conclusion stands."""
        if not isinstance(literal, Holds):
            return []
        return list(self._once(literal.atom, seen, "gap"))

    def _descend(
        self, literal: Literal, items: dict[str, str], seen: frozenset[Atom], kind: WhyKind
    ) -> Iterator[Coded]:
        """The codes of what a condition rests on."""
        if isinstance(literal, Holds):
            yield from self._atom(literal.atom, seen, kind)
        elif isinstance(literal, Count):
            wanted = FALSE if kind == "false" else UNKNOWN
            for _, member in literal.members:
                if is_bound(member, items) and self.literal(member, items) == wanted:
                    yield from self._descend(member, items, seen, kind)
        elif kind == "unknown":
            yield from ((code, "unknown") for code in self.data_codes(literal, items) if code)

    def _atom(self, atom: Atom, seen: frozenset[Atom], kind: WhyKind) -> Iterator[Coded]:
        code = self._term_code(atom, kind)
        if code:
            yield code, kind
            return
        if self.derivation.value(atom) == (FALSE if kind == "false" else UNKNOWN):
            yield from self._once(atom, seen, kind)

    def _once(self, atom: Atom, seen: frozenset[Atom], kind: WhyKind) -> tuple[Coded, ...]:
        """The codes of one kind that the clauses of a conclusion give; none where they lead back to what is explained.

        Chains share what they rest on: each conclusion is explained once. What stands in a cycle is not kept, since
        another way into the cycle is cut elsewhere.
        """
        if atom in seen:
            self._cut.add(atom)
            return ()
        known = self._told.get((atom, kind))
        if known is not None:
            return known
        above, self._cut = self._cut, set()
        found: dict[Coded, None] = {}
        for index in self.program.by_head.get(atom, ()):
            found.update(dict.fromkeys(code for code in self.clause(index, seen | {atom}) if code[1] == kind))
        if not self._cut:
            self._told[atom, kind] = tuple(found)
        self._cut.discard(atom)
        self._cut |= above
        return tuple(found)

    def _term_code(self, atom: Atom, kind: WhyKind) -> str:
        """The code that the vocabulary gives a situation, for being false or unknown."""
        declared = self.vocabulary.conclusions.get(atom.relation)
        if declared is None or len(declared.key) != 1:
            return ""
        (type_,) = declared.key.values()
        term = self.vocabulary.term(type_.of, atom.arguments[0]) if type_.kind == "term" else None
        if term is None:
            return ""
        return term.when_false if kind == "false" else term.when_unknown

    def data_codes(self, literal: Literal, items: dict[str, str]) -> Iterator[str]:
        """The codes of the data that leave a literal unknown."""
        if not self.is_read(literal, items):
            yield NOT_ADMITTED
        elif isinstance(literal, Datum):
            yield from self.path_codes(literal.path)
        elif isinstance(literal, ItemField):
            name = items[literal.variable]
            yield self._field_code(self.vocabulary.sections[name.partition("[")[0]], literal.field)
        if isinstance(literal, Item):
            yield from self._item_codes(literal, items)

    def path_codes(self, path: str) -> Iterator[str]:
        """The codes of a datum that is missing, stale or not read, or of those that a declared quantity needs."""
        declared = self.vocabulary.quantities.get(path)
        if not self.observer.is_read_at(path):
            yield NOT_ADMITTED
            return
        if declared is not None:
            for value in inputs(parse_formula(declared.formula)):
                if self.observer.exactly(value.path, value.unit) is None:
                    yield from self.path_codes(value.path)
            return
        attribute = self.vocabulary.attribute(path)
        if attribute is None:
            return
        entry = self.observer.case.data.get(path)
        if entry is not None and self.observer.is_stale(attribute, entry):
            yield attribute.stale
        else:
            yield attribute.missing

    def _item_codes(self, literal: Item, items: dict[str, str]) -> Iterator[str]:
        section = self.observer.section(literal.item)
        if not self.observer.listed(section).complete:
            yield section.missing
        for name, value in self.observer.items(literal, items):
            if value == UNKNOWN and not name.endswith(f"[{UNLISTED}]"):
                if literal.variable in items and items[literal.variable] != name:
                    continue
                yield from self._test_codes(section, name, literal, items)
                if literal.order:
                    yield from self._order_codes(section, name, literal, items)

    def _test_codes(self, section: Section, name: str, literal: Item, items: dict[str, str]) -> Iterator[str]:
        for field, test in literal.tests:
            unknown = self.observer.field(section, name, field, test, items) == UNKNOWN
            if unknown and self.observer.is_field_read(section, field):
                yield self._field_code(section, field)

    def _order_codes(self, section: Section, name: str, literal: Item, items: dict[str, str]) -> Iterator[str]:
        """The codes of what leaves open whether another item goes ahead: its own data, or the times of both."""
        number = int(name[len(section.name) + 1 : -1])
        for other, passes, ahead in self.observer.rivals(section, number, literal, items):
            if min(passes, ahead) != UNKNOWN:
                continue
            if passes == UNKNOWN:
                yield from self._test_codes(section, f"{section.name}[{other}]", literal, items)
            if ahead == UNKNOWN:
                is_read = self.observer.is_field_read(section, section.order)
                yield self._field_code(section, section.order) if is_read else NOT_ADMITTED

    def _field_code(self, section: Section, field: str) -> str:
        attribute: Attribute = section.attributes[field]
        return attribute.missing or section.missing
