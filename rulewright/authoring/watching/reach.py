"""Which scenarios an edit can reach.

A scenario is left out only where every line of its advice must say the same: where every clause that was changed says
of this case what it said before, and what the advice tells of statements and sources beside it is as it was. That is
shown without writing the advice again, from the values of the conditions of the changed clauses alone. Where it cannot
be shown the scenario is run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property

from engine.advising import Derived
from engine.derivation import Firing
from engine.inputs import Account
from engine.model.fact import Fact
from engine.model.knowledge import KnowledgeBase
from engine.model.rule import Compare
from engine.model.vocabulary import Vocabulary
from engine.observing import Observer
from engine.program import (
    Clause,
    Datum,
    Evidence,
    GroundCondition,
    GroundTest,
    Item,
    ItemField,
    Literal,
    Program,
    other_datum,
    other_item,
)
from engine.reasons import Reasons
from engine.record import Recorder
from engine.support import Support
from rulewright.authoring.coverage.branches import Branches
from rulewright.authoring.watching.state import Given

AROUND = (
    "name",
    "version",
    "title",
    "scope",
    "intended_use",
    "intended_user",
    "release",
    "sources_as_of",
    "reviewer",
    "vocabulary",
    "besides",
    "opposes",
    "prefers",
    "interactions",
    "reviews",
)
"""What every advice may show or follow; where one of these was changed, every scenario is run."""
ADMITS = ("standing", "valid_from", "valid_to", "kind")
"""What of a source decides which statements and grades count."""
WORDS = ("quote", "locator", "attribution", "fidelity_note", "note", "not_used_by_rules", "restates", "defines")
"""What of a fact an advice quotes, and no line of it follows."""


class Edit:
    """A knowledge base before an edit, and after it."""

    def __init__(self, before: KnowledgeBase, after: KnowledgeBase) -> None:
        self.before = before
        self.after = after
        self._compared: dict[tuple[int, int], _Programs] = {}

    @cached_property
    def is_nothing(self) -> bool:
        """Whether the same is said in the same order: scenarios alone were edited, comments, or the form of a file."""
        if any(getattr(self.before, name) != getattr(self.after, name) for name in (*AROUND, "regimens", "withdrawn")):
            return False
        return all(
            list(getattr(self.before, kind).items()) == list(getattr(self.after, kind).items())
            for kind in ("sources", "facts", "rules")
        )

    @cached_property
    def rereads(self) -> bool:
        """Whether what a case says has to be read anew: the words in which it is written, or their units, changed."""
        return self.before.vocabulary != self.after.vocabulary

    @cached_property
    def everywhere(self) -> bool:
        """Whether something was changed that no advice may be free of."""
        if any(getattr(self.before, name) != getattr(self.after, name) for name in AROUND):
            return True
        if self.after.reviews and self.before.digest != self.after.digest:
            return True  # a review is of words: how far the knowledge base is reviewed stands in every advice
        old, new = self.before.sources, self.after.sources
        return any(
            getattr(old.get(name), part, None) != getattr(new.get(name), part, None)
            for name in self.changed
            for part in ADMITS
        )

    @cached_property
    def changed(self) -> frozenset[str]:
        """The ids of the facts and sources that say something else beside the words that are quoted.

        What a claim or a rule says is in the clauses; a rule's title stands in no line of an advice.
        """
        found = set()
        old_facts, new_facts = self.before.facts, self.after.facts
        for name in old_facts.keys() | new_facts.keys():
            if _told(old_facts.get(name)) != _told(new_facts.get(name)):
                found.add(name)
        old, new = self.before.sources, self.after.sources
        return frozenset(found | {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)})

    def spares(self, old: Given, program: Program) -> Derived | None:
        """What follows from a case by the ``program`` that answers it now, where its advice must say what ``old`` said.

        It is what followed before: where every condition of a changed clause has the value that it had, so has
        everything that is drawn, and nothing is derived anew to see it. None where that cannot be shown.
        """
        if self.everywhere or self.changed & old.shown:
            return None
        before = old.derived
        programs = self._programs(before.program, program)
        if not programs.align:
            return None
        doses = {dose.evidence for standing in old.advice.options for dose in standing.doses}
        if any(one.id in doses or _counts_otherwise(one, other, old) for one, other in programs.evidence):
            return None
        observer = Observer(self.after.vocabulary, before.observer.case, program.facts)
        now = Derived(program, observer, before.derivation)
        if programs.clauses and _Clauses(self, before, now, doses).say_otherwise(programs.clauses):
            return None
        return now

    def _programs(self, before: Program, after: Program) -> _Programs:
        """Two programs compared; many scenarios share them."""
        key = (id(before), id(after))
        if key not in self._compared:
            self._compared[key] = _programs(before, after, self.after.vocabulary)
        return self._compared[key]


def _told(fact: Fact | None) -> object:
    """What the lines of an advice may tell of a fact, but for its claims: those are in the program."""
    if fact is None:
        return None
    return [getattr(fact, each.name) for each in fields(fact) if each.compare and each.name not in (*WORDS, "claims")]


@dataclass(frozen=True)
class _Programs:
    """Two programs compared: whether they have clauses of the same origins, in one order, and what of these differs.

    ``before`` and ``after`` are kept so that no other program takes their identity.
    """

    before: Program
    after: Program
    align: bool
    clauses: tuple[int, ...] = ()
    evidence: tuple[tuple[Evidence, Evidence], ...] = ()


def _programs(before: Program, after: Program, vocabulary: Vocabulary) -> _Programs:
    """Compare two programs; they do not align where a claim may give a heading more or less."""
    apart = _Programs(before, after, False)
    if before.facts != after.facts or before.rule_facts != after.rule_facts:
        return apart
    if before.evidence.keys() != after.evidence.keys() or len(before.clauses) != len(after.clauses):
        return apart
    evidence = tuple((one, after.evidence[id_]) for id_, one in before.evidence.items() if one != after.evidence[id_])
    pairs = list(zip(before.clauses, after.clauses, strict=True))
    if any(_origin(one) != _origin(other) for one, other in pairs):
        return apart
    if any(_heads(one, vocabulary) != _heads(other, vocabulary) for one, other in evidence):
        return apart
    clauses = tuple(number for number, (one, other) in enumerate(pairs) if one != other)
    return _Programs(before, after, True, clauses, evidence)


def _origin(clause: Clause) -> tuple[object, ...]:
    """Where a clause comes from; the words that it binds are part of what it says."""
    return (clause.rule, clause.number, clause.evidence)


def _heads(evidence: Evidence, vocabulary: Vocabulary) -> tuple[object, ...]:
    """The words by which a claim alone gives the advice a heading; nothing where it does not."""
    head = vocabulary.headings
    if evidence.kind not in head.known_by or not head.conclusion:
        return ()
    return tuple(evidence.value(field) for field in vocabulary.conclusions[head.conclusion].key)


def _counts_otherwise(old: Evidence, new: Evidence, given: Given) -> bool:
    """Whether a claim behind the advice has another grade, or is read under other facts."""
    same = (old.kind, old.grade, old.facts, old.named) == (new.kind, new.grade, new.facts, new.named)
    return not same and (given.shown.issuperset(old.facts) or given.shown.issuperset(new.facts))


class _Clauses:
    """Whether changed clauses say of a case what they said; ``doses`` are the claims of the doses that are shown."""

    def __init__(self, edit: Edit, old: Derived, now: Derived, doses: set[str]) -> None:
        self.edit = edit
        self.old, self.now = old, now
        self.doses = doses
        self.fired = {firing.clause for firing in old.derivation.firings}
        self.old_branches = Branches(old.observer, old.derivation)
        self.new_branches = Branches(now.observer, now.derivation)

    def say_otherwise(self, differing: tuple[int, ...]) -> bool:
        """Whether one of the clauses of these numbers has something else to say."""
        before, after = self.old.program.clauses, self.now.program.clauses
        if any(self.speaks(number, before[number], after[number]) for number in differing):
            return True
        edit = self.edit
        return _readers(edit.before, self.old, differing) != _readers(edit.after, self.now, differing)

    def speaks(self, number: int, old: Clause, new: Clause) -> bool:
        """Whether a clause may draw something else, give other reasons, or state another dose."""
        if (old.head, old.modality) != (new.head, new.modality):
            return True
        said = (old.annotations, old.bindings) == (new.annotations, new.bindings)
        if not said and (number in self.fired or not self.doses.isdisjoint(old.evidence)):
            return True
        for one, other in ((old.when, new.when), (old.unless, new.unless)):
            if len(one) != len(other) or any(map(self.reads_otherwise, one, other)):
                return True
        return list(self.old_branches.of(old)) != list(self.new_branches.of(new))

    def reads_otherwise(self, old: GroundCondition, new: GroundCondition) -> bool:
        """Whether two conditions have other codes, or differ in more than a bound that no datum of the case lies
        between.
        """
        if (old.position, old.codes, old.stands) != (new.position, new.codes, new.stands):
            return True
        if old.literal == new.literal:
            return False
        place = _place(old.literal)
        if place is None or place != _place(new.literal):
            return True
        return list(_values(old.literal, self.old.observer)) != list(_values(new.literal, self.now.observer))


def _place(literal: Literal) -> tuple[object, ...] | None:
    """What of the case a literal compares with bounds of its own; None where it does more than that."""
    if isinstance(literal, Datum):
        return (literal.path, _kind(literal.test))
    if isinstance(literal, ItemField):
        return (literal.variable, literal.field, _kind(literal.test))
    if isinstance(literal, Item) and literal.variable:
        return (literal.item, literal.variable, literal.order, *((name, _kind(test)) for name, test in literal.tests))
    return None


def _kind(test: GroundTest) -> object:
    """What a test is, but for the bound of a comparison."""
    return (Compare, other_item(test), other_datum(test)) if isinstance(test, Compare) else test


def _values(literal: Literal, observer: Observer) -> Iterator[int]:
    """The values of a literal's tests on every item of the case, bound or not: what is missing is asked of each."""
    if isinstance(literal, Datum):
        yield observer.datum(literal.path, literal.test)
    tests: tuple[tuple[str, GroundTest], ...] = literal.tests if isinstance(literal, Item) else ()
    if isinstance(literal, ItemField):
        tests = ((literal.field, literal.test),)
    for section in observer.vocabulary.items.values():
        for number in range(len(observer.listed(section).items)):
            for name, test in tests:
                if name in section.attributes and not other_item(test):
                    yield observer.field(section, f"{section.name}[{number}]", name, test, {})


def _readers(knowledge: KnowledgeBase, derived: Derived, numbers: Iterable[int]) -> Mapping[str, list[str]]:
    """The rules of these clauses that looked at each datum."""
    chosen = list(numbers)
    program = replace(derived.program, clauses=tuple(derived.program.clauses[number] for number in chosen))
    own = replace(derived.derivation, firings=tuple(_numbered(derived, chosen)), amounts={})
    reasons = Reasons(program, knowledge.vocabulary, derived.observer, own)
    support = Support(knowledge, program, derived.observer, own)
    recorder = Recorder(program, derived.observer, own, reasons, support)
    account = Account(knowledge, derived.observer, recorder, program, own)
    return {path: sorted(rules) for path, rules in account.readers.items()}


def _numbered(derived: Derived, numbers: list[int]) -> Iterator[Firing]:
    """The firings of these clauses, numbered as if there were no others."""
    place = {number: at for at, number in enumerate(numbers)}
    for firing in derived.derivation.firings:
        if firing.clause in place:
            yield firing._replace(clause=place[firing.clause])
