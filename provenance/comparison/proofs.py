"""Proofs by content: how each conclusion of two advices is drawn, whatever the firings are called.

A firing is the same in two advices where its rule, the conclusion's place in it, its evidence and its bindings are, an
item of a list being known by its key. What it reads may differ: a premise's value, the data behind it, or how far
down it stands. The proof of a conclusion differs where its own firings do, or those of a conclusion below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

from engine.model.advice import FiringRecord, Premise
from engine.program import Count, atoms_of
from provenance.comparison.lines import ItemNames
from provenance.grounds import Grounds
from provenance.model.comparison import Altered, Aspect, ProofChange, Way

Key = tuple[object, ...]
Compare = Callable[[Mapping[str, object], Mapping[str, object]], tuple[Aspect, ...]]


class Proofs:
    """The firings of one advice, by conclusion and content."""

    def __init__(self, grounds: Grounds, items: ItemNames) -> None:
        self.grounds = grounds
        self.items = items
        self.texts = {given.path: given.text for given in grounds.advice.inputs}
        self.titles = {rule.id: rule.title for rule in grounds.advice.rules}

    @cached_property
    def ways(self) -> Mapping[str, Mapping[Key, FiringRecord]]:
        """The firings that draw each conclusion."""
        found: dict[str, dict[Key, FiringRecord]] = {}
        for name, firings in self.grounds.drawn_by.items():
            keyed: dict[Key, FiringRecord] = {}
            for firing in firings:
                key = self.key(firing)
                while key in keyed:
                    key = (*key, "again")
                keyed[key] = firing
            found[name] = keyed
        return found

    def key(self, firing: FiringRecord) -> Key:
        """What makes a firing the same in two advices."""
        return (
            firing.rule,
            firing.number,
            firing.evidence,
            tuple(sorted(firing.bindings.items())),
            tuple(sorted((name, self.items.path(item)) for name, item in firing.items.items())),
        )

    def content(self, firing: FiringRecord) -> dict[str, object]:
        """What a firing reads and what comes of it."""
        return {
            "value": firing.value,
            "premises": self.conditions(firing.premises),
            "absent": self.conditions(firing.absent),
            "rank": str(firing.rank),
        }

    def conditions(self, premises: Iterable[Premise]) -> tuple[str, ...]:
        """Conditions with their values and the data behind them, in order."""
        return tuple(
            f"{number}: {premise.condition} is {premise.value}"
            + (f" ({premise.conclusion})" if premise.conclusion and premise.conclusion != premise.condition else "")
            + "".join(f"; {self.items.path(path)} {self.texts.get(path, '')}".rstrip() for path in premise.data)
            for number, premise in enumerate(premises, 1)
        )

    def way(self, firing: FiringRecord) -> Way:
        """A firing as the comparison names it."""
        return Way(
            rule=firing.rule,
            title=self.titles.get(firing.rule, ""),
            evidence=firing.evidence,
            bindings=firing.bindings,
            items={name: self.items.path(item) for name, item in firing.items.items()},
            value=firing.value,
        )

    @cached_property
    def counted(self) -> Mapping[str, tuple[str, ...]]:
        """The conclusions that each count of the program reads, by the count's words."""
        found: dict[str, tuple[str, ...]] = {}
        for clause in self.grounds.program.clauses:
            for condition in (*clause.when, *clause.unless):
                if isinstance(condition.literal, Count):
                    found[str(condition.literal)] = tuple(map(str, atoms_of(condition.literal)))
        return found

    @cached_property
    def reads(self) -> Mapping[str, tuple[str, ...]]:
        """The conclusions that stand directly below each conclusion."""
        return {
            name: tuple(
                dict.fromkeys(
                    below
                    for firing in firings
                    for premise in (*firing.premises, *firing.absent)
                    for below in ((premise.conclusion,) if premise.conclusion else self.counted_in(premise))
                )
            )
            for name, firings in self.grounds.drawn_by.items()
        }

    def counted_in(self, premise: Premise) -> tuple[str, ...]:
        """The conclusions inside a premise that is a count."""
        return self.counted.get(premise.condition, ()) if " of [" in premise.condition else ()


def proof_changes(before: Proofs, after: Proofs, compare: Compare) -> dict[str, ProofChange]:
    """The conclusions whose own firings differ, in the order of the advice after."""
    found: dict[str, ProofChange] = {}
    for name in dict.fromkeys((*after.ways, *before.ways)):
        old, new = before.ways.get(name, {}), after.ways.get(name, {})
        altered = []
        for key, firing in new.items():
            if key in old:
                aspects = compare(before.content(old[key]), after.content(firing))
                if aspects:
                    altered.append(Altered(way=after.way(firing), aspects=aspects))
        change = ProofChange(
            conclusion=name,
            gone=tuple(before.way(firing) for key, firing in old.items() if key not in new),
            new=tuple(after.way(firing) for key, firing in new.items() if key not in old),
            altered=tuple(altered),
        )
        if change.gone or change.new or change.altered:
            found[name] = change
    return found


def below(roots: Iterable[str], before: Proofs, after: Proofs) -> Iterator[str]:
    """Every conclusion of the chains of some conclusions, nearest first; each once, around cycles too."""
    seen = dict.fromkeys(roots)
    layer = list(seen)
    while layer:
        yield from layer
        following: dict[str, None] = {}
        for name in layer:
            for under in (*after.reads.get(name, ()), *before.reads.get(name, ())):
                if under not in seen:
                    seen[under] = following[under] = None
        layer = list(following)
