"""Sets of truth values, for what may come out in more than one way.

There are fifteen such sets beside the empty one; what combines two of them is looked up in a table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations
from typing import TypeAlias

from engine.observing import FALSE, NOT, PROVISIONAL, STANDS, TRUE, UNKNOWN

Values: TypeAlias = frozenset[int]

_ALL = (FALSE, UNKNOWN, PROVISIONAL, TRUE)
_SETS = tuple(frozenset(chosen) for size in range(1, 5) for chosen in combinations(_ALL, size))
ONLY: tuple[Values, ...] = tuple(frozenset({value}) for value in _ALL)
"""The set of one value, indexed by it."""
SETTLED: Values = frozenset({TRUE, FALSE})


def _table(choose: Callable[[int, int], int]) -> Mapping[tuple[Values, Values], Values]:
    return {(one, other): frozenset(choose(a, b) for a in one for b in other) for one in _SETS for other in _SETS}


LEAST = _table(min)
"""The least of a value from each of two sets: what both conditions together may come to."""
GREATEST = _table(max)
"""The greatest of a value from each of two sets: what either condition may come to."""
NEGATED: Mapping[Values, Values] = {one: frozenset(NOT[value] for value in one) for one in _SETS}
STANDING: Mapping[Values, Values] = {one: frozenset(STANDS[value] for value in one) for one in _SETS}
"""Negation, and negation with ``if_unknown: stands``."""
