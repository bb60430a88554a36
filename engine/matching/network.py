"""Match rules to rulesets of durable-rules, within the limits at which it was measured to fail.

Everything that reaches the library is a short label made here (`r3` a relation at a level, `f7` a field, `v12` a
text), so that no text can be taken for a number, an operator or a reserved name.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.matching.patterns import Assertion, MatcherLimit, MatchRule, Pattern

Key = tuple[str, str]  # a relation and a level
Definition = list[dict[str, Any]]

GATE = "g"
MAX_POSITIVE = 16  # facts of one match, the gate included: error 304 beyond
MAX_JOINS = 28  # joined fields of one pattern: the library has 32 slots, three of them taken
MAX_FIELDS = 200  # fields of one fact: 255 in the library
RULES_PER_RULESET = 120
PATTERNS_PER_RELATION = 200  # 255 rules may share a first pattern
PATTERNS_REACHED = 56  # by one fact: error 303 beyond 64

_RESERVED = (
    "all", "any", "pri", "count", "cap", "dist", "name", "id", "sid", "$s", "$i", "$m", "$l", "$r", "$lt", "$lte",
    "$gt", "$gte", "$eq", "$neq", "$mt", "$imt", "$iall", "$iany", "$ex", "$nex", "$or", "$and", "$add", "$sub",
    "$mul", "$div", "$forward", "$time", "$timerName", "$baseTime",
)  # fmt: skip


def fnv32(text: str) -> int:
    """The 32-bit hash (FNV-1a) by which durable-rules tells names and ids apart."""
    value = 2166136261
    for byte in text.encode():
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return value


class Labels:
    """Short safe names whose hashes differ; the table grows with the rules and the evidence, never with a case."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, object], str] = {}
        self._hashes = {fnv32(name) for name in (*_RESERVED, GATE)}
        self._texts: dict[str, str] = {}

    def relation(self, key: Key) -> str:
        """The label of a relation at a level: the name of the field that holds the tag of the case."""
        return self._name("r", key)

    def field(self, name: str) -> str:
        """The label of a field, the same in all relations."""
        return self._name("f", name)

    def text(self, text: str) -> str:
        """The label of a text of the rules or of the evidence, made at the first call."""
        return self._texts.setdefault(text, f"v{len(self._texts)}")

    def known_text(self, text: str) -> str | None:
        """The label of a text that the rules or the evidence hold, else None."""
        return self._texts.get(text)

    def _name(self, prefix: str, thing: object) -> str:
        known = self._names.get((prefix, thing))
        if known is not None:
            return known
        number = len(self._names)
        while fnv32(label := f"{prefix}{number}") in self._hashes:
            number += 1
        self._hashes.add(fnv32(label))
        self._names[prefix, thing] = label
        return label


@dataclass(frozen=True, slots=True)
class Selection:
    """What a pattern asks of a fact by itself: constants, fields that exist, fields that are equal."""

    key: Key
    constants: tuple[tuple[str, str], ...]
    present: tuple[str, ...]
    equal: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, pattern: Pattern) -> Selection:
        """What this pattern asks, negated or not."""
        first: dict[str, str] = {}
        equal = [(first[term], name) for name, term in pattern.variables if first.setdefault(term, name) != name]
        present = tuple(name for name, _ in pattern.variables)
        return cls((pattern.relation, pattern.level), pattern.constants, present, tuple(equal))

    def accepts(self, fields: Mapping[str, str]) -> bool:
        """Whether a fact with these fields, of the right relation and level, fills it."""
        return (
            all(fields.get(name) == text for name, text in self.constants)
            and all(name in fields for name in self.present)
            and all(fields[one] == fields[two] for one, two in self.equal)
        )


class Selections:
    """All distinct selections, numbered, and found by fact without trying each one."""

    def __init__(self) -> None:
        self.numbers: dict[Selection, int] = {}
        self.fields: dict[Key, dict[str, None]] = defaultdict(dict)  # the fields that any pattern reads
        self._open: dict[Key, list[tuple[int, Selection]]] = defaultdict(list)
        self._keyed: dict[Key, dict[str, dict[str, list[tuple[int, Selection]]]]] = {}

    def add(self, selection: Selection) -> int:
        """The number of this selection, new or known."""
        number = self.numbers.get(selection)
        if number is None:
            number = self.numbers[selection] = len(self.numbers)
            self.fields[selection.key].update(dict.fromkeys([name for name, _ in selection.constants]))
            self.fields[selection.key].update(dict.fromkeys(selection.present))
            if selection.constants:
                name, text = selection.constants[0]
                by_text = self._keyed.setdefault(selection.key, {}).setdefault(name, {})
                by_text.setdefault(text, []).append((number, selection))
            else:
                self._open[selection.key].append((number, selection))
        return number

    def of(self, fact: Assertion) -> list[int]:
        """The numbers of the selections that take this fact, in no promised order."""
        key = (fact.relation, fact.level)
        if key not in self.fields:
            return []
        fields = dict(fact.fields)
        candidates = list(self._open.get(key, ()))
        for name, by_text in self._keyed.get(key, {}).items():
            candidates.extend(by_text.get(fields.get(name, ""), ()) if name in fields else ())
        return [number for number, selection in candidates if selection.accepts(fields)]


@dataclass(slots=True)
class PlannedRule:
    """A rule as the matcher runs it: where it lives, what it reads of the case, and its definition."""

    name: str
    stratum: int
    gated: bool
    positive: tuple[int, ...]  # distinct selections of case facts that must not be empty
    negative: tuple[int, ...]  # distinct selections of case facts that it negates
    resident: tuple[int, ...]  # distinct selections of evidence, positive or negated
    needed: tuple[int, ...]  # those of them without which it can never fire
    aliases: tuple[str, ...]  # of the positive patterns, as written
    definition: Definition
    selections: tuple[Selection, ...]  # of every pattern, for the limits
    label: str = ""
    ruleset: int = -1


def plan_rule(
    rule: MatchRule, stratum: int, evidence: frozenset[str], selections: Selections, labels: Labels
) -> PlannedRule:
    """Order the patterns of a rule and write its definition. Raises MatcherLimit."""
    positive = [pattern for pattern in rule.patterns if not pattern.negated]
    negated = [pattern for pattern in rule.patterns if pattern.negated]
    # The tag comes from the gate, or from a case pattern that stands first: evidence carries none.
    gated = bool(negated) or all(pattern.relation in evidence for pattern in positive)
    if len(positive) + gated > MAX_POSITIVE:
        raise MatcherLimit(
            f"rule {rule.name} has {len(positive)} positive patterns; durable-rules takes at most "
            f"{MAX_POSITIVE - gated} here: cut it in two, the first part drawing an intermediate conclusion"
        )
    numbered = [selections.add(Selection.of(pattern)) for pattern in rule.patterns]
    bound: dict[str, tuple[str, str]] = {}
    definition: Definition = [{"p0": {"$ex": {GATE: 1}}}] if gated else []
    tag = ("p0", GATE) if gated else None
    aliases: dict[int, str] = {}
    for position in _order(positive, evidence, gated):
        pattern, alias = positive[position], f"p{len(definition)}"
        case = pattern.relation not in evidence
        definition.append({alias: _tests(rule, pattern, tag if case else None, bound, labels)})
        aliases[position] = alias
        for name, term in pattern.variables:
            bound.setdefault(term, (alias, labels.field(name)))
        if tag is None:
            tag = (alias, labels.relation((pattern.relation, pattern.level)))
    for number, pattern in enumerate(negated):
        case = pattern.relation not in evidence
        definition.append({f"n{number}$not": _tests(rule, pattern, tag if case else None, bound, labels)})

    def of_kind(case: bool, kinds: tuple[bool, ...]) -> tuple[int, ...]:
        chosen = zip(rule.patterns, numbered, strict=True)
        wanted = (n for p, n in chosen if (p.relation not in evidence) is case and p.negated in kinds)
        return tuple(dict.fromkeys(wanted))

    return PlannedRule(
        name=rule.name,
        stratum=stratum,
        gated=gated,
        positive=of_kind(True, (False,)),
        negative=of_kind(True, (True,)),
        resident=of_kind(False, (False, True)),
        needed=of_kind(False, (False,)),
        aliases=tuple(aliases[position] for position in range(len(positive))),
        definition=definition,
        selections=tuple(Selection.of(pattern) for pattern in rule.patterns),
    )


def _order(patterns: Sequence[Pattern], evidence: frozenset[str], gated: bool) -> list[int]:
    """Positions in the order of joining: a case pattern first (it holds the tag), then whatever is joined most."""
    left = list(range(len(patterns)))
    order: list[int] = []
    bound: set[str] = set()
    while left:

        def worth(position: int) -> tuple[bool, int, int, bool, int]:
            pattern = patterns[position]
            case = pattern.relation not in evidence
            joined = len({term for _, term in pattern.variables} & bound)
            return (case or gated or bool(order), joined, len(pattern.constants), case, -position)

        best = max(left, key=worth)
        left.remove(best)
        order.append(best)
        bound.update(term for _, term in patterns[best].variables)
    return order


def _tests(
    rule: MatchRule, pattern: Pattern, tag: tuple[str, str] | None, bound: Mapping[str, tuple[str, str]], labels: Labels
) -> dict[str, Any]:
    """The tests of one pattern, those on the fact alone before the joins, since only they are shared by the library."""
    selection = Selection.of(pattern)
    relation = labels.relation(selection.key)
    tests: list[dict[str, Any]] = [{"$ex": {relation: 1}}]
    tests += [{labels.field(name): labels.text(text)} for name, text in selection.constants]
    tests += [{"$ex": {labels.field(name): 1}} for name in selection.present]
    tests += [{labels.field(two): {"$m": labels.field(one)}} for one, two in selection.equal]
    same = {two for _, two in selection.equal}
    joins = [] if tag is None else [{relation: {tag[0]: tag[1]}}]
    for name, term in pattern.variables:
        if term in bound and name not in same:
            alias, field = bound[term]
            joins.append({labels.field(name): {alias: field}})
    if len(joins) > MAX_JOINS or len(pattern.fields) > MAX_FIELDS:
        raise MatcherLimit(
            f"rule {rule.name} joins {len(joins)} fields in its pattern on {pattern.relation}; durable-rules takes at "
            f"most {MAX_JOINS}: fold fields that belong together into one"
        )
    return {"$and": tests + joins}


def divide(rules: Iterable[PlannedRule], first: int) -> list[list[PlannedRule]]:
    """Rules of one stratum into rulesets numbered from `first`, each within the limits, like rules together.

    A fact costs 8.4 KB in each ruleset that it is posted to, so rules that read the same relations share one.
    """

    def likeness(rule: PlannedRule) -> tuple[tuple[int, ...], list[Key]]:
        return rule.resident, sorted(selection.key for selection in rule.selections)

    rulesets: list[list[PlannedRule]] = []
    load = _Load()
    for rule in sorted(rules, key=likeness):
        if not rulesets or not load.take(rule):
            load = _Load()
            rulesets.append([])
            if not load.take(rule):
                raise MatcherLimit(f"rule {rule.name} has more than {PATTERNS_REACHED} patterns that one fact fills")
        rule.ruleset = first + len(rulesets) - 1
        rulesets[-1].append(rule)
    return rulesets


class _Load:
    """How much a ruleset holds already."""

    def __init__(self) -> None:
        self._rules = 0
        self._patterns: dict[Key, list[Selection]] = defaultdict(list)

    def take(self, rule: PlannedRule) -> bool:
        """Count the rule in and answer True, or answer False if it would pass a limit."""
        added: dict[Key, list[Selection]] = defaultdict(list)
        for selection in rule.selections:
            added[selection.key].append(selection)
        for key, more in added.items():
            patterns = self._patterns[key] + more
            if len(patterns) > PATTERNS_PER_RELATION or _reached(patterns) > PATTERNS_REACHED:
                return False
        if self._rules >= RULES_PER_RULESET:
            return False
        self._rules += 1
        for key, more in added.items():
            self._patterns[key] += more
        return True


def _reached(patterns: Sequence[Selection]) -> int:
    """At most how many of these patterns one fact can reach: it has one text in the field that tells them apart."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for pattern in patterns:
        for name, text in pattern.constants:
            counts[name][text] += 1
    bounds = [len(patterns) - sum(texts.values()) + max(texts.values()) for texts in counts.values()]
    return min([len(patterns), *bounds])
