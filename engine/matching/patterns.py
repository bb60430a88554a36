"""What the matcher is given and what it returns: assertions, patterns, rules and matches.

ValueError
 └─ MatcherLimit     a rule that durable-rules cannot hold; the message says how to rewrite it
RuntimeError
 └─ MatcherFailure   durable-rules failed; the matcher is spent, and a fresh process must take over
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any


class MatcherLimit(ValueError):
    """A rule is larger than durable-rules can hold; the message says what to do."""


class MatcherFailure(RuntimeError):
    """durable-rules reported an error, so nothing that this matcher holds can be trusted any more."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """A fact: a relation at a level, with text in named fields (any text, kept in the order of the field names).

    ``note`` is carried along for whoever made it, and is no part of the fact.
    """

    relation: str
    level: str
    fields: tuple[tuple[str, str], ...] = ()
    note: Any = field(default=None, repr=False, compare=False)
    _hash: int = field(default=0, init=False, repr=False, compare=False)

    def __hash__(self) -> int:
        return self._hash

    def __post_init__(self) -> None:
        names = [name for name, _ in self.fields]
        if len(names) > 1 and any(one >= two for one, two in itertools.pairwise(names)):
            if len(set(names)) != len(names):
                raise ValueError(f"{self.relation}: a field is given twice: {', '.join(sorted(names))}")
            object.__setattr__(self, "fields", tuple(sorted(self.fields)))
        object.__setattr__(self, "_hash", hash((self.relation, self.level, self.fields)))

    def __str__(self) -> str:
        return f"{self.relation}[{self.level}]({', '.join(f'{name}={text}' for name, text in self.fields)})"


@dataclass(frozen=True, slots=True)
class Pattern:
    """The facts of a relation and level whose fields hold these constants, or join on these `$variables`.

    A fact that lacks a named field does not match; its other fields do not matter. A variable of a negated pattern
    that no positive pattern binds is existential, and local to that pattern.
    """

    relation: str
    level: str
    fields: tuple[tuple[str, str], ...] = ()
    negated: bool = False

    def __post_init__(self) -> None:
        if len({name for name, _ in self.fields}) != len(self.fields):
            raise ValueError(f"{self.relation}: a pattern names a field twice")

    @property
    def constants(self) -> tuple[tuple[str, str], ...]:
        """The fields that must hold a given text, by field name."""
        return tuple(sorted((name, term) for name, term in self.fields if not term.startswith("$")))

    @property
    def variables(self) -> tuple[tuple[str, str], ...]:
        """The fields that hold a variable, by field name."""
        return tuple(sorted((name, term) for name, term in self.fields if term.startswith("$")))


@dataclass(frozen=True, slots=True)
class MatchRule:
    """A conjunction of patterns, under a name that is unique in its matcher. Their order does not matter."""

    name: str
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """One way to satisfy a rule: the fact that each positive pattern took, in the rule's written order."""

    rule: str
    facts: tuple[Assertion, ...]
