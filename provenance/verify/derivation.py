"""The emitted values against every rule instance, in both directions; ranks; and what conclusions rest on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.model.rule import OneOf, Recorded
from engine.program import Atom, Clause, Count, Datum, GroundCondition, GroundTest, Holds, Item, ItemField, Literal
from provenance.verify.ground import Ground, conclusions_read
from provenance.verify.truth import FALSE, NAMES, NOT, STANDS, TRUE, Items, Observed, bound
from provenance.verify.verdict import Flaws, Tree, written

MEANINGS = {"never": "not having happened", "empty": "none", False: "false"}


@dataclass(frozen=True)
class Firing:
    """A rule instance that is not false, for one choice of items, and the id under which the advice lists it."""

    instance: Clause
    items: Items
    value: int
    id: str = ""


class Derivation:
    """What follows step by step from the emitted values: if every step is found, the values are those of the case."""

    def __init__(self, ground: Ground, observed: Observed, advice: dict[str, Tree], flaws: Flaws) -> None:
        self.ground = ground
        self.observed = observed
        self.knowledge = ground.knowledge
        self.flaws = flaws
        self.values = {atom: NAMES.index(advice["values"].get(str(atom), "false")) for atom in ground.atoms}
        observed.holds = self.value
        self.firings = self._matched(advice["firings"])
        self.by_head: dict[Atom, list[Firing]] = defaultdict(list)
        for firing in self.firings:
            self.by_head[firing.instance.head].append(firing)
        self._check_values(advice["values"])
        self._check_ranks(advice["firings"])

    def value(self, atom: Atom) -> int:
        """The emitted value of a conclusion; one that no rule can draw is false."""
        return self.values.get(atom, FALSE)

    # Instances and firings -------------------------------------------------------------------------------------------

    def chosen(self, instance: Clause) -> Iterator[Firing]:
        """The instance for every choice of items for which its body is not false."""
        states: list[tuple[dict[str, str], int]] = [({}, TRUE)]
        for condition in instance.when:
            literal = condition.literal
            if isinstance(literal, Item) and literal.variable:
                states = [
                    ({**items, literal.variable: name}, min(value, found))
                    for items, value in states
                    for name, found in self.observed.matching(literal, items).items()
                ]
            else:
                states = [(items, min(value, self.observed.value(literal, items))) for items, value in states]
            states = [(items, value) for items, value in states if value]
        for items, held in states:
            absent = [
                (STANDS if condition.stands else NOT)[self.observed.value(condition.literal, items)]
                for condition in instance.unless
            ]
            value = min([held, *absent])
            if value:
                yield Firing(instance, items, value)

    def _matched(self, emitted: list[Tree]) -> list[Firing]:
        """The firings there must be, in the emitted order; what is missing, invented or different is recorded."""
        waiting: dict[str, list[int]] = defaultdict(list)
        for number, record in enumerate(emitted):
            if record["id"] != f"f{number + 1}":
                self.flaws.add(
                    "firing", f"/firings/{number}/id", f"the ids are f1, f2, ... in order, not {record['id']}"
                )
            waiting[_content(record)].append(number)
        placed: dict[int, Firing] = {}
        left: list[tuple[Firing, Tree]] = []
        for instance in self.ground.instances:
            for firing in self.chosen(instance):
                record = self._record(firing)
                numbers = waiting.get(_content(record))
                if numbers:
                    number = numbers.pop(0)
                    placed[number] = Firing(instance, firing.items, firing.value, f"f{number + 1}")
                else:
                    left.append((firing, record))
        self._explain(left, {number: emitted[number] for numbers in waiting.values() for number in numbers})
        return [placed[number] for number in sorted(placed)] + [firing for firing, _ in left]

    def _explain(self, left: list[tuple[Firing, Tree]], invented: dict[int, Tree]) -> None:
        """Say how a firing differs where one of the same instance is listed, else that it is missing or unwarranted."""
        for _, record in left:
            same = (
                number for number, other in invented.items() if all(other[part] == record[part] for part in INSTANCE)
            )
            number = next(same, None)
            if number is None:
                evidence = ", ".join((*record["evidence"], *record["items"].values()))
                self.flaws.add(
                    "omission",
                    "/firings",
                    f"{record['conclusion']} follows by `{record['rule']}` ({evidence}), and is not listed",
                )
            else:
                other = {name: part for name, part in invented.pop(number).items() if name not in ("id", "rank")}
                self.flaws.compare("firing", f"/firings/{number}", other, record)
        for number, record in invented.items():
            self.flaws.add(
                "firing",
                f"/firings/{number}",
                f"no rule instance gives {record['conclusion']} by `{record['rule']}` so",
            )

    def _record(self, firing: Firing) -> Tree:
        instance = firing.instance
        return {
            "rule": instance.rule,
            "number": instance.number,
            "evidence": list(instance.evidence),
            "bindings": dict(instance.bindings),
            "items": dict(firing.items),
            "premises": [self._premise(condition, firing.items) for condition in instance.when],
            "absent": [self._premise(condition, firing.items) for condition in instance.unless],
            "conclusion": str(instance.head),
            "value": NAMES[firing.value],
        }

    def _premise(self, condition: GroundCondition, items: Items) -> Tree:
        literal = condition.literal
        return {
            "condition": str(literal),
            "value": NAMES[self.observed.value(literal, items)],
            "conclusion": str(literal.atom) if isinstance(literal, Holds) else "",
            "data": list(dict.fromkeys(self.observed.data(literal, items))),
        }

    # Values and ranks ------------------------------------------------------------------------------------------------

    def _check_values(self, emitted: dict[str, str]) -> None:
        """Each conclusion has the best value of its bodies."""
        best = {
            str(atom): NAMES[max((firing.value for firing in self.by_head[atom]), default=FALSE)]
            for atom in self.ground.atoms
        }
        self.flaws.compare("value", "/values", emitted, best)

    def _check_ranks(self, emitted: list[Tree]) -> None:
        """The rank of a firing is one more than the highest rank of what carries it; a conclusion has its best's.

        So a conclusion has one only if some chain of firings, none of which supports itself, ends in the data.
        """
        ranks: dict[Atom, int] = {}
        supporting = [
            (firing.instance.head, self._carrying(firing))
            for firing in self.firings
            if firing.value == self.value(firing.instance.head)
        ]
        grew = True
        while grew:
            grew = False
            for head, needed in supporting:
                if all(atom in ranks for atom in needed):
                    rank = 1 + max((ranks[atom] for atom in needed), default=0)
                    if rank < ranks.get(head, rank + 1):
                        ranks[head] = rank
                        grew = True
        for atom, value in self.values.items():
            if value and atom not in ranks:
                self.flaws.add("self-support", "/values", f"{atom} is {NAMES[value]}, and rests on nothing but itself")
        for firing in self.firings:
            if firing.id:
                number = int(firing.id[1:]) - 1
                read = (ranks[atom] for atom in self._carrying(firing) if atom in ranks)
                self.flaws.compare("rank", f"/firings/{number}/rank", emitted[number]["rank"], 1 + max(read, default=0))

    def _carrying(self, firing: Firing) -> list[Atom]:
        """The conclusions without which a firing would not have its value; one of less value inside a count is none."""
        return [atom for atom in conclusions_read(firing.instance.when) if self.value(atom) >= firing.value]

    # What conclusions rest on ----------------------------------------------------------------------------------------

    def best(self, atom: Atom) -> list[Firing]:
        """The firings that give a conclusion its value."""
        return [firing for firing in self.by_head.get(atom, ()) if firing.value == self.value(atom)]

    def ids(self, atom: Atom) -> list[str]:
        """The ids of every firing of a conclusion."""
        return [firing.id for firing in self.by_head.get(atom, ())]

    def facts(self, atoms: Iterable[Atom]) -> set[str]:
        """The facts of the firings that give these very conclusions their values."""
        return {fact for atom in atoms for firing in self.best(atom) for fact in self.ground.cited(firing.instance)}

    def matched(self, atoms: Iterable[Atom]) -> set[str]:
        """As `facts`, of the evidence alone."""
        return {fact for atom in atoms for firing in self.best(atom) for fact in self.ground.matched(firing.instance)}

    def below(self, atoms: Iterable[Atom]) -> list[Firing]:
        """Every firing on the way down from these conclusions, the last premise first."""
        waiting, seen, found = list(atoms), set[Atom](), list[Firing]()
        while waiting:
            atom = waiting.pop()
            if atom not in seen:
                seen.add(atom)
                for firing in self.best(atom):
                    found.append(firing)
                    waiting.extend(conclusions_read(firing.instance.when))
        return found

    def readings(self, atoms: Iterable[Atom]) -> set[str]:
        """The interpretations that conclusions rest on, all the way down."""
        cited = {fact for firing in self.below(atoms) for fact in self.ground.cited(firing.instance)}
        return {fact for fact in cited if self.knowledge.facts[fact].is_interpretation}

    def parted(self, facts: Iterable[str]) -> tuple[list[str], list[str]]:
        """Facts in order, as statements and as readings."""
        known, names = self.knowledge.facts, sorted(set(facts))
        return [name for name in names if not known[name].is_interpretation], [
            name for name in names if known[name].is_interpretation
        ]

    def assumed(self, atoms: Iterable[Atom]) -> list[str]:
        """What conclusions rest on that was not said, and what that was taken to mean.

        They rest on what makes them true, and through each `unless` on what makes the other false: then on every
        condition of every instance that could draw it.
        """
        waiting, seen, told = list(atoms), set[Atom](), list[str]()
        while waiting:
            atom = waiting.pop()
            if atom not in seen:
                seen.add(atom)
                held = [(firing.instance, firing.items) for firing in self.best(atom)] if self.value(atom) else []
                every = [
                    (self.ground.instances[number], dict[str, str]()) for number in self.ground.by_head.get(atom, ())
                ]
                for instance, items in held or every:
                    for condition in (*instance.when, *instance.unless):
                        told += self._defaults(condition.literal, items)
                    waiting += conclusions_read((*instance.when, *instance.unless))
        return list(dict.fromkeys(told))

    def _defaults(self, literal: Literal, items: Items) -> Iterator[str]:
        if isinstance(literal, Datum):
            attribute = self.knowledge.vocabulary.attribute(literal.path)
            absent = attribute and attribute.absent is not None and not self.observed.is_closed(attribute)
            if attribute and absent and literal.path not in self.observed.case.data:
                yield f"{attribute.title}: not given, taken as {MEANINGS[attribute.absent or False]}"
        elif isinstance(literal, Count):
            for _, member in literal.members:
                yield from self._defaults(member, items)
        elif isinstance(literal, ItemField) and bound(literal, items):
            yield from self._field_default(items[literal.variable], literal.field, literal.test, items)
        elif isinstance(literal, Item) and bound(literal, items):
            for name in self.observed.matching(literal, items):
                for field, test in literal.tests:
                    yield from self._field_default(name, field, test, items)

    def _field_default(self, name: str, field: str, test: GroundTest, items: Items) -> Iterator[str]:
        section = self.knowledge.vocabulary.sections[name.partition("[")[0]]
        attribute = section.attributes[field]
        absent = attribute.absent
        if absent is None or name.endswith("[?]") or self.observed.entry(name, field) is not None:
            return
        if isinstance(test, (Recorded, OneOf)) and self.observed.field(name, field, test, items):
            key = self.observed.entry(name, section.key[0]) if section.key else None
            whose = f"{key.text if key else name} ({name})"
            yield f"{attribute.title} of {whose}: not recorded, taken as {MEANINGS[absent]}"


INSTANCE = ("rule", "number", "evidence", "bindings", "items")


def _content(record: Tree) -> str:
    return written({name: part for name, part in record.items() if name not in ("id", "rank")})
