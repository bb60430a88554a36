"""A case through the strata to the fixpoint: every match of every rule, once.

A fact is posted to a ruleset only when a rule there could fire: each of its positive patterns has a fact. That is
sound, since a rule with an empty pattern cannot fire, and it keeps the cost of a case independent of the rules that
the case does not touch. When a rule becomes able to fire, the facts that it negates are posted first.
"""

from __future__ import annotations

import resource
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from engine.matching.network import GATE, Key, Labels, PlannedRule, Selections, divide, plan_rule
from engine.matching.patterns import Assertion, Match, MatcherFailure, MatchRule
from engine.matching.session import Observed, Session

Draw = Callable[[Match], Assertion | Iterable[Assertion] | None]
BeforeStratum = Callable[[int, frozenset[Assertion]], Iterable[Assertion]]

_STATM = Path("/proc/self/statm")
ATTEMPTS = 16  # at a case or an evidence fact whose ids collide; a collision is one in a million cases


def resident_megabytes() -> float:
    """The memory of this process now, in MB (its peak where /proc is missing)."""
    try:
        return int(_STATM.read_text(encoding="ascii").split()[1]) * resource.getpagesize() / 1e6
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


class Matcher:
    """Rules in strata over resident evidence, built once and run on one case after another.

    Nothing that durable-rules stores is ever given back: 8.4 KB for each fact in each ruleset that it reaches, for as
    long as the process lives, also after the Matcher itself is gone. A service reads `resident_megabytes()` and hands
    over to a fresh process before a bound. Tables of this class do not grow with the cases. Not safe for threads.
    """

    def __init__(self, strata: Sequence[Sequence[MatchRule]], resident: Iterable[Assertion] = ()) -> None:
        """Build the rulesets and assert the evidence. Raises ValueError, MatcherLimit or MatcherFailure."""
        evidence = tuple(dict.fromkeys(resident))
        self._evidence = frozenset(fact.relation for fact in evidence)
        self._labels = Labels()
        self._selections = Selections()
        planned = [
            plan_rule(rule, stratum, self._evidence, self._selections, self._labels)
            for stratum, rules in enumerate(strata)
            for rule in rules
        ]
        if len({rule.name for rule in planned}) != len(planned):
            raise ValueError("two match rules have the same name")
        self._negated_from: dict[Key, int] = {}
        for stratum, rules in enumerate(strata):
            for pattern in (pattern for rule in rules for pattern in rule.patterns if pattern.negated):
                self._negated_from.setdefault((pattern.relation, pattern.level), stratum)

        taken = {fact: self._selections.of(fact) for fact in evidence}
        filled = {number for numbers in taken.values() for number in numbers}
        self._rules = [rule for rule in planned if filled.issuperset(rule.needed)]  # the others can never fire
        rulesets: list[list[PlannedRule]] = []
        for stratum in range(len(strata)):
            rulesets += divide((rule for rule in self._rules if rule.stratum == stratum), len(rulesets))
        self._strata = len(strata)
        self._users: dict[tuple[int, int], list[int]] = defaultdict(list)  # selection, stratum -> rules
        self._waiting: dict[int, list[int]] = defaultdict(list)  # selection -> rules that need a fact of it
        self._always: list[list[int]] = [[] for _ in strata]  # rules that need no fact of the case
        for number, rule in enumerate(self._rules):
            rule.label = f"q{number}"
            for selection in rule.positive:
                self._users[selection, rule.stratum].append(number)
                self._waiting[selection].append(number)
            if not rule.positive:
                self._always[rule.stratum].append(number)
        self._missing = [len(rule.positive) for rule in self._rules]
        self._by_label = {rule.label: rule for rule in self._rules}
        self._session = Session([{rule.label: rule.definition for rule in rules} for rules in rulesets])
        self._next_id = 0
        self._next_tag = 0
        self._cases_run = 0
        self._resident: dict[str, Assertion] = {}
        self._assert_evidence(taken)

    @property
    def cases_run(self) -> int:
        """How many runs have ended well."""
        return self._cases_run

    def run(
        self, case: Iterable[Assertion], draw: Draw, before_stratum: BeforeStratum | None = None
    ) -> tuple[Match, ...]:
        """Every match of every rule for this case, in the order found (which is not part of the contract).

        `draw` returns what a match concludes: a fact, several, or None; they are seen in the same stratum and later.
        `before_stratum` is called with the number of each stratum before it starts and with all facts of the case so
        far, and returns further facts. Both must be pure: a case whose ids collide is run again.

        Raises ValueError for a case fact or conclusion of an evidence relation, or one that arrives after a stratum
        has negated it; MatcherFailure when durable-rules fails, and from then on at every call.
        """
        given = tuple(case)
        for _ in range(ATTEMPTS):
            self._session.check()
            attempt = _Run(self, draw)
            try:
                matches = attempt.through(given, before_stratum)
            except Observed:
                continue
            finally:
                self._next_id += attempt.ids_used
                self._session.discard(attempt.touched)
            self._cases_run += 1
            return matches
        raise MatcherFailure(f"the ids of a case collided {ATTEMPTS} times in a row")

    def _assert_evidence(self, taken: dict[Assertion, list[int]]) -> None:
        readers: dict[int, dict[int, None]] = defaultdict(dict)  # selection -> rulesets
        for rule in self._rules:
            for selection in rule.resident:
                readers[selection][rule.ruleset] = None
        for fact, numbers in taken.items():
            body = self._body(fact, "1", None)
            for ruleset in dict.fromkeys(ruleset for number in numbers for ruleset in readers[number]):
                for _ in range(ATTEMPTS):
                    identity = self._fresh_id("e")
                    try:
                        self._session.post(ruleset, f'{{"id":"{identity}"{body}')
                    except Observed:
                        continue
                    self._resident[identity] = fact
                    break
                else:
                    raise MatcherFailure(f"the ids of an evidence fact collided {ATTEMPTS} times in a row")

    def _fresh_id(self, prefix: str) -> str:
        self._next_id += 1
        return f"{prefix}{self._next_id}"

    def _body(self, fact: Assertion, tag: str, local: dict[str, str] | None) -> str:
        """The fact as posted, without its id. Texts that only this case holds get labels that last one run."""
        key = (fact.relation, fact.level)
        read = self._selections.fields[key]
        parts = [f',"{self._labels.relation(key)}":"{tag}"']
        for name, text in fact.fields:
            if name in read:
                label = self._labels.text(text) if local is None else self._labels.known_text(text)
                if label is None and local is not None:
                    label = local.setdefault(text, f"w{len(local)}")
                parts.append(f',"{self._labels.field(name)}":"{label}"')
        return "".join(parts) + "}"


class _Run:
    """One case, under one tag."""

    def __init__(self, matcher: Matcher, draw: Draw) -> None:
        self.matcher = matcher
        self.draw = draw
        self.touched: dict[int, None] = {}
        self._base = matcher._next_id + 1
        self._tag = f"t{matcher._next_tag}"
        matcher._next_tag += 1
        self._facts: list[Assertion] = []
        self._known: dict[Assertion, int] = {}  # fact -> its number
        self._taken: list[list[int]] = []  # the selections that take each fact
        self._messages: list[str] = []
        self._labels: dict[str, str] = {}  # of texts that only this case holds
        self._members: dict[int, list[int]] = defaultdict(list)  # selection -> numbers of facts
        self._missing = matcher._missing.copy()  # how many patterns of each rule have no fact yet
        self._able = [always.copy() for always in matcher._always]  # rules that could fire, by stratum
        self._posted: set[tuple[int, int]] = set()
        self._gates: set[int] = set()
        self._dirty: dict[int, None] = {}

    @property
    def ids_used(self) -> int:
        return len(self._facts)

    def through(self, case: Iterable[Assertion], before_stratum: BeforeStratum | None) -> tuple[Match, ...]:
        matches: list[Match] = []
        for fact in case:
            self._admit(fact, 0)
        for stratum in range(self.matcher._strata):
            if before_stratum is not None:
                for fact in before_stratum(stratum, frozenset(self._known)):
                    self._admit(fact, stratum)
            able = [self.matcher._rules[number] for number in self._able[stratum]]
            for rule in able:
                self._post_all(rule, rule.negative + rule.positive)
            self._open_gates(able)
            waiting = deque(self._drain())
            while waiting:
                match = waiting.popleft()
                matches.append(match)
                drawn = self.draw(match)
                for conclusion in (drawn,) if isinstance(drawn, Assertion) else drawn or ():
                    self._follow(conclusion, stratum)
                if self._dirty:
                    waiting.extend(self._drain())
        return tuple(matches)

    def _follow(self, conclusion: Assertion, stratum: int) -> None:
        """Admit a conclusion and post it to the rules of this stratum."""
        before = len(self._facts)
        newly = [rule for rule in self._admit(conclusion, stratum + 1) if rule.stratum == stratum]
        if len(self._facts) == before:
            return
        # A rule that becomes able was kept from firing by an empty pattern: what it negates must be there first.
        for rule in newly:
            self._post_all(rule, rule.negative)
        self._open_gates(newly)
        for rule in newly:
            self._post_all(rule, rule.positive)
        for selection in self._taken[before]:
            for number in self.matcher._users.get((selection, stratum), ()):
                if not self._missing[number]:
                    self._post(self.matcher._rules[number].ruleset, before)

    def _admit(self, fact: Assertion, stratum: int) -> list[PlannedRule]:
        """Take a fact in, unless it is known; answer the rules that it makes able to fire.

        No stratum before `stratum` may have negated it.
        """
        if fact in self._known:
            return []
        matcher, key = self.matcher, (fact.relation, fact.level)
        if fact.relation in matcher._evidence:
            raise ValueError(f"{fact.relation} is a relation of the evidence; a case cannot add to it: {fact}")
        negated = matcher._negated_from.get(key)
        if negated is not None and negated < stratum:
            raise ValueError(f"stratum {negated} negates {fact.relation} ({fact.level}), which arrives after: {fact}")
        number = self._known[fact] = len(self._facts)
        taken = matcher._selections.of(fact)
        self._facts.append(fact)
        self._taken.append(taken)
        self._messages.append("")
        able: list[PlannedRule] = []
        for selection in taken:
            members = self._members[selection]
            members.append(number)
            if len(members) == 1:
                for user in matcher._waiting[selection]:
                    self._missing[user] -= 1
                    if not self._missing[user]:
                        rule = matcher._rules[user]
                        self._able[rule.stratum].append(user)
                        able.append(rule)
        return able

    def _post_all(self, rule: PlannedRule, selections: Iterable[int]) -> None:
        for selection in selections:
            for number in self._members.get(selection, ()):
                self._post(rule.ruleset, number)

    def _post(self, ruleset: int, number: int) -> None:
        if (ruleset, number) in self._posted:
            return
        self._posted.add((ruleset, number))
        message = self._messages[number]
        if not message:
            body = self.matcher._body(self._facts[number], self._tag, self._labels)
            message = self._messages[number] = f'{{"id":"c{self._base + number}"{body}'
        self.touched[ruleset] = self._dirty[ruleset] = None
        self.matcher._session.post(ruleset, message)

    def _open_gates(self, rules: Iterable[PlannedRule]) -> None:
        """Let rules with negation fire: all that they negate has been posted."""
        for rule in rules:
            if rule.gated and rule.ruleset not in self._gates:
                self._gates.add(rule.ruleset)
                self.touched[rule.ruleset] = self._dirty[rule.ruleset] = None
                self.matcher._session.post(rule.ruleset, f'{{"id":"g{self._tag}","{GATE}":"{self._tag}"}}')

    def _drain(self) -> list[Match]:
        matches: list[Match] = []
        by_label, fact = self.matcher._by_label, self._fact
        for ruleset in self._dirty:
            for label, taken in self.matcher._session.drain(ruleset):
                rule = by_label[label]
                matches.append(Match(rule.name, tuple([fact(taken[alias]["id"]) for alias in rule.aliases])))
        self._dirty.clear()
        return matches

    def _fact(self, identity: str) -> Assertion:
        if identity.startswith("e"):
            return self.matcher._resident[identity]
        number = int(identity[1:]) - self._base
        if not 0 <= number < len(self._facts):
            raise MatcherFailure(f"durable-rules matched {identity}, which is no fact of this run")
        return self._facts[number]
