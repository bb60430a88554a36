"""What could come out of a condition or a conclusion, each condition taken on its own.

A condition that cannot fail need not be seen to fail. What only two conditions together rule out is not seen here: the
sets are never too small, and may be too large.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from engine.counting import countable
from engine.model.rule import Compare, OneOf, Recorded
from engine.model.vocabulary import Attribute, Vocabulary
from engine.observing import FALSE, NOT, STANDS, TRUE, UNKNOWN
from engine.program import Atom, Clause, Datum, GroundTest, Holds, Item, ItemField, Literal, Program

Values = frozenset[int]


class Possible:
    """The values that the conditions and conclusions of a program could have, whatever the case."""

    def __init__(self, program: Program, vocabulary: Vocabulary) -> None:
        self.program = program
        self.vocabulary = vocabulary
        self.atoms: dict[Atom, Values] = {}
        for stratum in program.strata:
            self._settle([program.clauses[index] for index in stratum])

    def _settle(self, clauses: list[Clause]) -> None:
        """The conclusions of one stratum, which may rest on each other: grown until nothing is added."""
        bodies: dict[Atom, list[Clause]] = {}
        for clause in clauses:
            bodies.setdefault(clause.head, []).append(clause)
        grew = True
        while grew:
            grew = False
            for head, rules in bodies.items():
                found = self.atoms.get(head, frozenset()) | _best(self.clause(clause) for clause in rules)
                grew |= found != self.atoms.get(head)
                self.atoms[head] = found

    def clause(self, clause: Clause) -> Values:
        """The values that the body of a clause could have."""
        members = [self.literal(condition.literal) for condition in clause.when]
        for condition in clause.unless:
            table = STANDS if condition.stands else NOT
            members.append(frozenset(table[value] for value in self.literal(condition.literal)))
        return _combined(min, members, TRUE)

    def literal(self, literal: Literal) -> Values:
        """The values that a condition could have."""
        if isinstance(literal, Holds):
            return self.atoms.get(literal.atom, frozenset({FALSE}))
        if isinstance(literal, Datum):
            return self.datum(literal.path, literal.test)
        if isinstance(literal, Item):
            return frozenset({FALSE, UNKNOWN, TRUE})
        if isinstance(literal, ItemField):
            # An item that an incomplete list may hold besides those it lists leaves every field unknown.
            sections = [found for found in self.vocabulary.items.values() if literal.field in found.attributes]
            values = [_tested(section.attributes[literal.field], literal.test) for section in sections]
            return frozenset({UNKNOWN}).union(*values)
        return countable(literal, [self.literal(member) for _, member in literal.members])

    def datum(self, path: str, test: GroundTest) -> Values:
        """The values that a test of a record's datum or of a declared quantity could have."""
        attribute = self.vocabulary.attribute(path)
        if attribute is None:
            return frozenset({UNKNOWN, TRUE} if isinstance(test, Recorded) else {FALSE, UNKNOWN, TRUE})
        return _tested(attribute, test)


def _tested(attribute: Attribute, test: GroundTest) -> Values:
    if isinstance(test, Recorded):
        if attribute.absent is None:
            return frozenset({UNKNOWN, TRUE if test.known else FALSE})
        return frozenset({FALSE, TRUE, UNKNOWN} if test.exact else {FALSE, TRUE})
    open_ = attribute.absent is None or bool(attribute.type.unsettled) or isinstance(test, Compare)
    found = {FALSE, TRUE} if not isinstance(test, OneOf) or test.values else {FALSE}
    return frozenset({*found, UNKNOWN} if open_ else found)


def _best(bodies: Iterable[Values]) -> Values:
    return _combined(max, bodies, FALSE)


def _combined(choose: Callable[[int, int], int], members: Iterable[Values], start: int) -> Values:
    """The least or greatest of one value from each, every one taken independently."""
    found = {start}
    for member in members:
        found = {choose(one, other) for one in found for other in (member or {FALSE})}
    return frozenset(found)
