"""Options that could be refused, or be left open, without any reason being told."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import cached_property

from engine.formula import inputs, parse_formula
from engine.program import (
    Atom,
    Clause,
    Count,
    Datum,
    GroundCondition,
    Holds,
    Item,
    ItemField,
    Literal,
)
from rulewright.authoring.checks.contexts import items_of
from rulewright.authoring.checks.demands import Demands
from rulewright.authoring.checks.finding import Check, Flaw, Severity
from rulewright.authoring.checks.places import conclusion_place, condition_at, some
from rulewright.authoring.checks.subject import Subject

REASON = "reason"
"""The annotation by which an argument against says why."""


@dataclass(frozen=True, slots=True, order=True)
class _Silent:
    """A condition of a rule that gives no reason: where it is false (under ``unless``: true), or where it is open."""

    rule: str
    position: int
    under_unless: bool
    is_open: bool


def _find(subject: Subject) -> Iterator[Flaw]:
    silence = Silence(subject.demands)
    found: dict[_Silent, list[Atom]] = {}
    against: dict[tuple[str, int], Clause] = {}
    for atom, clauses in subject.demands.by_head.items():
        side, _, relation = atom.relation.partition(" ")
        if relation not in subject.knowledge.vocabulary.conclusions:
            continue
        if side == "for":
            for silent in silence.of(atom):
                found.setdefault(silent, []).append(atom)
        elif side == "against":
            for clause in (subject.program.clauses[index] for index in clauses):
                if REASON not in dict(clause.annotations):
                    against.setdefault((clause.rule, clause.number), clause)
    for clause in against.values():
        yield Flaw(
            conclusion_place(subject.knowledge, clause),
            f"`{clause.rule}` argues {clause.head} and gives no reason",
            "`reason:` beside the argument, with a reason code",
            "whatever it withholds would be withheld without a word",
        )
    for silent, atoms in sorted(found.items()):
        flaw = _flaw(silent, atoms, subject)
        if flaw is not None:
            yield flaw


def _flaw(silent: _Silent, atoms: list[Atom], subject: Subject) -> Flaw | None:
    condition = condition_at(subject.knowledge, silent.rule, silent.position, silent.under_unless)
    if condition is None:
        return None
    keys = some("/".join(atom.arguments) for atom in atoms)
    if silent.is_open:
        fate = "stand provisionally" if condition.stands else "be left undetermined"
        message, code = f"where this is not known, {keys} may {fate} without a reason", "missing"
    else:
        state, code = ("holds", "when_true") if silent.under_unless else ("is false", "else")
        message = f"where this {state}, {keys} may be refused without a reason"
    also = "on the datum that it reads, or " if silent.is_open else ""
    return Flaw(
        condition.location,
        message,
        f"`{code}: CODE` beside the condition",
        f"a code {also}on the term that it is about does as well; a reason is a term of the kind `reason`",
    )


class Silence:
    """Finds the conditions that give no reason, by the codes and the descent that `engine.reasons` follows."""

    def __init__(self, demands: Demands) -> None:
        self.demands = demands
        self.vocabulary = demands.vocabulary

    def of(self, atom: Atom) -> set[_Silent]:
        """The conditions because of which an argument could be false or open, and nothing say why."""
        found: set[_Silent] = set()
        if not self._is_told(atom, self.speaking):
            self._refused(atom, found, set())
        self._left_open(atom, found, set())
        return found

    # False -----------------------------------------------------------------------------------------------------------

    @cached_property
    def speaking(self) -> frozenset[Atom]:
        """The conclusions of which a reason is told wherever they are false: some clause gives one whatever fails.

        The least such set, so that no conclusion is explained by itself. One that nothing draws is not among them: no
        clause speaks for it. It is left to the check that finds it, but explains nothing that another clause refuses.
        """
        found: set[Atom] = set()
        silent = [atom for atom in self.demands.by_head if not self._code(atom, False)]
        while True:
            fresh = {atom for atom in silent if self._gives_one(atom, found)}
            if not fresh:
                return frozenset(found)
            found |= fresh
            silent = [atom for atom in silent if atom not in fresh]

    def _gives_one(self, atom: Atom, speaking: Set[Atom]) -> bool:
        clauses = (self.demands.program.clauses[index] for index in self.demands.by_head[atom])
        return any(not any(self._silent_when_false(clause, speaking)) for clause in clauses)

    def _is_told(self, atom: Atom, speaking: Set[Atom]) -> bool:
        return bool(self._code(atom, False)) or atom in speaking

    def _silent_when_false(self, clause: Clause, speaking: Set[Atom]) -> Iterator[GroundCondition]:
        for condition in clause.when:
            if not condition.codes.when_false and not self._tells(condition.literal, clause, speaking):
                yield condition
        for condition in clause.unless:
            literal = condition.literal
            told = condition.codes.when_true or self._never_holds(literal) or self._is_completed(literal, clause)
            if not told:
                yield condition

    def _is_completed(self, literal: Literal, clause: Clause) -> bool:
        """Whether a condition says that the option itself is completed: it then stands there, with the code of that."""
        headings = self.vocabulary.headings
        own = Atom(headings.completed, clause.head.arguments)
        return bool(headings.completed_code) and isinstance(literal, Holds) and literal.atom == own

    def _never_holds(self, literal: Literal) -> bool:
        return isinstance(literal, Holds) and not self.demands.is_possible(literal.atom)

    def _tells(self, literal: Literal, clause: Clause, speaking: Set[Atom]) -> bool:
        """Whether a condition without a code cannot be false, or leads to a reason where it is."""
        if isinstance(literal, Holds):
            return self._is_told(literal.atom, speaking)
        if isinstance(literal, Count):
            only_least = literal.at_most is None
            return only_least and all(self._tells(member, clause, speaking) for _, member in literal.members)
        return not isinstance(literal, Item) and not self._can_be_false(literal, clause)

    def _can_be_false(self, literal: Datum | ItemField, clause: Clause) -> bool:
        place = _place(literal, clause, self.demands)
        return all(self.demands.domains.masks(place, literal.test, False).values())

    def _refused(self, atom: Atom, found: set[_Silent], seen: set[Atom]) -> None:
        """Take in the conditions, all the way down, that make a conclusion false and give no reason."""
        if atom in seen:
            return
        seen.add(atom)
        for index in self.demands.by_head.get(atom, ()):
            clause = self.demands.program.clauses[index]
            for condition in self._silent_when_false(clause, self.speaking):
                literal = condition.literal
                under = condition in clause.unless
                if isinstance(literal, Holds) and not under:
                    self._refused(literal.atom, found, seen)
                else:
                    found.add(_Silent(clause.rule, condition.position, under, False))

    # Open ------------------------------------------------------------------------------------------------------------

    def _left_open(self, atom: Atom, found: set[_Silent], seen: set[Atom]) -> None:
        """Take in the conditions, all the way down, that leave a conclusion open and give no reason."""
        if atom in seen or self._code(atom, True):
            return
        seen.add(atom)
        for index in self.demands.by_head.get(atom, ()):
            clause = self.demands.program.clauses[index]
            for condition in (*clause.when, *clause.unless):
                if not condition.codes.when_unknown and self._is_silent(condition.literal, clause, found, seen):
                    under = condition in clause.unless
                    found.add(_Silent(clause.rule, condition.position, under, True))

    def _is_silent(self, literal: Literal, clause: Clause, found: set[_Silent], seen: set[Atom]) -> bool:
        """Whether a datum that a condition reads may be missing without a code; conclusions are looked into."""
        if isinstance(literal, Holds):
            self._left_open(literal.atom, found, seen)
            return False
        if isinstance(literal, Count):
            silent = [self._is_silent(member, clause, found, seen) for _, member in literal.members]
            return any(silent)  # each member was looked into
        if isinstance(literal, Item):
            return not self.vocabulary.items[literal.item].missing
        if isinstance(literal, ItemField):
            section = self.vocabulary.items[items_of(clause)[literal.variable]]
            attribute = section.attributes[literal.field]
            return not (attribute.missing or section.missing or attribute.absent is not None)
        return any(self._is_untold(path) for path in self._paths(literal.path))

    def _paths(self, path: str) -> Iterator[str]:
        """The data that a datum or a declared quantity is read from."""
        declared = self.vocabulary.quantities.get(path)
        if declared is None:
            yield path
        else:
            for value in inputs(parse_formula(declared.formula)):
                yield from self._paths(value.path)

    def _is_untold(self, path: str) -> bool:
        attribute = self.vocabulary.attribute(path)
        return attribute is not None and attribute.absent is None and not attribute.missing

    def _code(self, atom: Atom, is_open: bool) -> str:
        """The code that the vocabulary gives the one term that a conclusion is about."""
        declared = self.vocabulary.conclusions.get(atom.relation)
        if declared is None or len(declared.key) != 1:
            return ""
        (type_,) = declared.key.values()
        term = self.vocabulary.term(type_.of, atom.arguments[0]) if type_.kind == "term" else None
        return "" if term is None else term.when_unknown if is_open else term.when_false


def _place(literal: Datum | ItemField, clause: Clause, demands: Demands) -> str:
    if isinstance(literal, Datum):
        return literal.path
    section = demands.vocabulary.items[items_of(clause)[literal.variable]]
    return f"{section.name}.{literal.field}"


CHECK = Check(
    "reason",
    Severity.warning,
    "An option could be refused, or be left undetermined, without any reason being told.",
    _find,
)
