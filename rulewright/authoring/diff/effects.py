"""What the edits do to one case: each line of the advice that differs, told as a class of differences.

Both versions derive what follows from the case. Where all that is drawn is the same, and no reason can be told
otherwise, the advice is the same, and is not written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from engine.advising import Advisor
from engine.derivation import Items
from engine.document import Mapping as Document
from engine.errors import Findings
from engine.loading.case import read_case
from engine.model.case import Case
from engine.model.knowledge import KnowledgeBase
from engine.observing import NAMES, PROVISIONAL
from engine.paths import data_paths, without
from engine.program import Atom, Program
from rulewright.authoring.diff.differing import Change, differing
from rulewright.authoring.diff.model import Edit, EffectKind, LineKind
from rulewright.authoring.diff.pairing import Outline, Pairing, reads
from rulewright.authoring.diff.reach import NO_EFFECT, OF_A_CLAUSE, only_aged, opposing, tells_everywhere
from rulewright.authoring.diff.said import Line, Sayings

Drawn = tuple[Atom, int, Items, int]
"""A firing: what it draws, the number of its clause, the items, the value."""
Lines = Mapping[tuple[str, str], Line]


@dataclass(frozen=True, order=True)
class Difference:
    """A class of differences: what changes, in which line, from what to what, and by which edits."""

    kind: EffectKind
    line: LineKind
    name: str
    before: str
    after: str
    because: tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """A difference as one case shows it: the line on both sides."""

    before: Line | None
    after: Line | None

    @property
    def computed_otherwise(self) -> bool:
        """Whether a dose is computed on some side, and not the same one on both."""
        before, after = (each.amounts if each is not None else () for each in (self.before, self.after))
        return before != after


@dataclass(frozen=True)
class Outcome:
    """What one case shows. ``partly`` says that a side could not read some datum; ``unread`` that one read nothing."""

    differences: Mapping[Difference, Told]
    partly: bool = False
    unread: bool = False


class Versions:
    """Two knowledge bases over one case at a time."""

    def __init__(self, old: KnowledgeBase, new: KnowledgeBase, edits: Collection[Edit]) -> None:
        self.sides = (old, new)
        self.advisors = (Advisor(old, ("compiled",)), Advisor(new, ("compiled",)))
        meant = [edit for edit in edits if edit.what != "re-worded"]
        self.changed = frozenset(edit.name for edit in meant)
        self.beyond_clauses = tuple(sorted(edit.name for edit in meant if edit.kind not in (*OF_A_CLAUSE, *NO_EFFECT)))
        self.everywhere = tells_everywhere(old, new, meant) or bool((old.reviews or new.reviews) and edits)
        self.reads_alike = old.vocabulary.sections == new.vocabulary.sections and _words(old) == _words(new)
        self.aged = tuple(edit.id for edit in meant if edit.kind == "datum" and only_aged(old, new, edit.id))
        """The data of records of which only the validity, or what is plausible, was edited."""
        self.opposing = frozenset(fact for side in (old, new) for fact in opposing(side))
        """The facts by which sides pull apart."""
        self._pairings: dict[tuple[frozenset[str], frozenset[str]], Pairing] = {}

    # What a side makes of a case -------------------------------------------------------------------------------------

    def read(self, document: Document) -> tuple[Case | None, Case | None, bool]:
        """The case as each side reads it, and whether one had to leave out a datum that only the other knows."""
        old = _read(document, self.sides[0])
        if self.reads_alike:
            return old, old, False
        new = _read(document, self.sides[1])
        if old is not None and new is not None:
            return old, new, False
        return old or readable(document, self.sides[0]), new or readable(document, self.sides[1]), True

    def outcome(self, document: Document, sources: tuple[str, ...] | None = None) -> Outcome:
        """What one case shows."""
        old, new, partly = self.read(document)
        if old is None or new is None:
            return Outcome({}, unread=True)
        return Outcome(_OfCase(self, old, new, sources).differences(), partly)

    def pairing(self, old: Program, new: Program) -> Pairing:
        """The programs of the two sides side by side; a few pairs are kept, by what they admit."""
        key = (old.facts, new.facts)
        if key not in self._pairings:
            if len(self._pairings) >= MOST_PAIRS:
                self._pairings.clear()
            numbers: dict[object, int] = {}
            outlines = [Outline(*side, numbers) for side in zip((old, new), self.sides, strict=True)]
            aged = {f"datum:{path}" for path in self.aged}
            self._pairings[key] = Pairing(outlines[0], outlines[1], self.changed, aged)
        return self._pairings[key]


MOST_PAIRS = 16


def _words(knowledge: KnowledgeBase) -> dict[str, frozenset[str]]:
    return {kind: frozenset(terms) for kind, terms in knowledge.vocabulary.terms.items()}


def _read(document: Document, knowledge: KnowledgeBase) -> Case | None:
    return read_case(document, knowledge.vocabulary, Findings())


def readable(document: Document, knowledge: KnowledgeBase) -> Case | None:
    """The case without the data that a knowledge base does not know; None where no such case is left."""
    while (case := _read(document, knowledge)) is None:
        findings = Findings()
        read_case(document, knowledge.vocabulary, findings)
        for path in sorted(data_paths(document), key=len, reverse=True):
            smaller, left = without(document, path), Findings()
            if smaller is not None:
                read_case(smaller, knowledge.vocabulary, left)
                if len(left) < len(findings):
                    document = smaller
                    break
        else:
            return None
    return case


class _OfCase:
    """Both versions over one case."""

    def __init__(self, versions: Versions, old: Case, new: Case, sources: tuple[str, ...] | None) -> None:
        self.versions = versions
        self.derived = [
            advisor.derive(case, sources) for advisor, case in zip(versions.advisors, (old, new), strict=True)
        ]
        self.pairing = versions.pairing(self.derived[0][0], self.derived[1][0])
        gone, fresh = self._fired_otherwise([side.drawn for side in self.pairing.sides])
        self.moved = {drawn[0] for drawn in gone | fresh}
        """The conclusions that are not drawn in the same way."""

    def _fired_otherwise(self, numbers: Sequence[Sequence[int]]) -> tuple[set[Drawn], set[Drawn]]:
        """What fires on one side alone, clauses of one number being the same."""
        old, new = (
            {
                (program.clauses[firing.clause].head, side[firing.clause], firing.items, firing.value)
                for firing in derivation.firings
            }
            for side, (program, _, derivation) in zip(numbers, self.derived, strict=True)
        )
        return old - new, new - old

    def _amounts(self) -> set[Atom]:
        """The conclusions of which other amounts are computed."""
        old, new = (
            {
                (side.light[index], name): (computed, program.clauses[index].head)
                for (index, name), computed in derivation.amounts.items()
            }
            for side, (program, _, derivation) in zip(self.pairing.sides, self.derived, strict=True)
        )
        return {old[key][1] for key in old.keys() & new.keys() if old[key][0] != new[key][0]}

    # The lines that differ -------------------------------------------------------------------------------------------

    def differences(self) -> dict[Difference, Told]:
        """Every difference that the case shows; none where the advice is the same and drawn in the same way.

        All of it is written where a value differs; else the lines that can depend on what differs.
        """
        (_, _, one), (_, _, other) = self.derived
        if one.values != other.values or self.versions.everywhere:
            lines: list[Lines] = [sayings.all() for sayings in self.sayings()]
        else:
            lines = self._dependent()
            if not lines[0] and not lines[1] and not self.moved:
                return {}
        found = dict(self._compared(lines[0], lines[1]))
        if self.moved:
            found.update(self._drawn_otherwise({line for told in lines for line in told}, bool(found)))
        return found

    def _dependent(self) -> list[Lines]:
        """The lines that can depend on what differs, where every conclusion has the value that it had."""
        pairing = self.pairing
        old, new = (observer for _, observer, _ in self.derived)
        otherwise = pairing.twins.differing(old, new)
        if any((old.given(path) is None) != (new.given(path) is None) for path in self.versions.aged):
            otherwise |= pairing.aged
        gone, fresh = self._fired_otherwise([side.light for side in pairing.sides])
        moved = frozenset({drawn[0] for drawn in gone | fresh} | self._amounts())
        if self.versions.opposing and self._pulls(gone, fresh, otherwise):
            return [sayings.all() for sayings in self.sayings()]
        options = set(pairing.of_one_side)
        for head in otherwise:
            options |= pairing.touching[head]
        told: frozenset[Atom] = frozenset()
        if moved:
            options |= pairing.options_on(moved)
            told = pairing.statements_on(moved)
        if not options and not told:
            return [{}, {}]
        return [sayings.some(options, told) for sayings in self.sayings()]

    def _pulls(self, gone: Iterable[Drawn], fresh: Iterable[Drawn], otherwise: Collection[Atom]) -> bool:
        """Whether sides may pull apart otherwise: by firings that cite what a side holds, or by an argument of which
        the conditions come out otherwise.
        """
        if not self.pairing.argued_otherwise.isdisjoint(otherwise):
            return True
        one, other = (
            {
                (head, cited, value)
                for head, number, _, value in drawn
                if not self.versions.opposing.isdisjoint(cited := self.pairing.cited(number))
            }
            for drawn in (gone, fresh)
        )
        return one != other

    def sayings(self) -> Iterator[Sayings]:
        """What writes the lines of each side."""
        for advisor, derived in zip(self.versions.advisors, self.derived, strict=True):
            yield Sayings(advisor.knowledge, *derived, advisor.reviewed)

    def _compared(self, old: Lines, new: Lines) -> Iterator[tuple[Difference, Told]]:
        for name in dict.fromkeys((*new, *old)):
            before, after = old.get(name), new.get(name)
            line = after or before
            assert line is not None
            found = differing(before, after)
            drawn = line.holds and line.kind != "opposition"
            if found is None and drawn and not self.moved.isdisjoint(self.chain(line.roots)):
                found = Change("other proof")
            if found is not None:
                roots = tuple(dict.fromkeys(root for each in (before, after) if each for root in each.roots))
                because = () if found.kind == "reviews changed" else tuple(sorted(self.because(roots)))
                difference = Difference(found.kind, line.kind, line.name, found.before, found.after, because)
                yield difference, Told(before, after)

    def _drawn_otherwise(self, written: set[tuple[str, str]], any_shown: bool) -> Iterator[tuple[Difference, Told]]:
        """Lines that say the same, and are drawn in another way; else the conclusions that no line shows."""
        derivation = self.derived[1][2]
        head = self.pairing.sides[1].knowledge.vocabulary.headings
        lines: list[tuple[LineKind, str, tuple[Atom, ...]]] = [
            ("option", ", ".join(key), self.pairing.roots(key))
            for key in sorted(self.pairing.options)
            if derivation.value(Atom(head.conclusion, key)) >= PROVISIONAL
        ]
        lines += [
            ("statement", str(atom), (atom,))
            for atom in sorted(self.pairing.statements)
            if derivation.value(atom) >= PROVISIONAL
        ]
        for kind, name, roots in lines:
            if (kind, name) not in written and not self.moved.isdisjoint(self.chain(roots)):
                any_shown = True
                because = tuple(sorted(self.because(roots)))
                yield Difference("other proof", kind, name, "", "", because), Told(None, None)
        if not any_shown:
            for atom in sorted(self.moved - {other for each in self.moved for other in self.pairing.below(each)}):
                values = [derivation.value(atom) for _, _, derivation in self.derived]
                if values[0] != values[1] or values[0] >= PROVISIONAL:
                    yield self._unshown(atom)

    def _unshown(self, atom: Atom) -> tuple[Difference, Told]:
        """A conclusion that no line of the advice is about: it changes nothing that is advised."""
        values = [str(NAMES[derivation.value(atom)]) for _, _, derivation in self.derived]
        before, after = values if values[0] != values[1] else ("", "")
        because = tuple(sorted(self.because((atom,))))
        return Difference("other proof", "conclusion", str(atom), before, after, because), Told(None, None)

    @cached_property
    def reads(self) -> dict[Atom, set[Atom]]:
        """What the firings of each conclusion read, on either side."""
        found: dict[Atom, set[Atom]] = defaultdict(set)
        for program, _, derivation in self.derived:
            for index in {firing.clause for firing in derivation.firings}:
                found[program.clauses[index].head].update(reads(program.clauses[index]))
        return found

    def chain(self, roots: Iterable[Atom]) -> set[Atom]:
        """The conclusions that some conclusions rest on in this case, on either side."""
        found: set[Atom] = set()
        waiting = [root for root in roots if root in self.reads]
        while waiting:
            atom = waiting.pop()
            if atom not in found:
                found.add(atom)
                waiting.extend(self.reads.get(atom, ()))
        return found

    def because(self, roots: tuple[Atom, ...]) -> frozenset[str]:
        """The edits by which some conclusions differ: those of the clauses that fire on one side alone, on the way down
        from them through what differs; else those of the clauses that only one side has; else those that are of no
        clause.
        """
        below = self.pairing.closure(roots)
        start = self.moved.intersection(roots) or self.moved & below
        on_the_way = set(self.pairing.walk(start, self.moved))
        found: set[str] = set()
        for side, lone, (program, _, derivation) in zip(
            self.pairing.sides, self.pairing.lone_drawn, self.derived, strict=True
        ):
            for index in {firing.clause for firing in derivation.firings} & lone:
                if program.clauses[index].head in on_the_way:
                    found |= self.pairing.edited(side, index)
        if not found:
            found = {part for head in self.pairing.lone.keys() & below for part in self.pairing.lone[head]}
        return frozenset(found or self.versions.beyond_clauses or self.versions.changed)
