"""Families of minimal sets, as zero-suppressed decision diagrams.

A family holds sets none of which contains another: the minimal ways to have something. Two families are joined by
`either` (the minimal sets of the one or the other) and by `both` (the minimal unions of a set of each). These are the
sum and the product of an absorptive semiring, so that they reach a fixpoint around cycles.

Diagrams after S. Minato, "Zero-suppressed BDDs for set manipulation in combinatorial problems", DAC 1993; the
operations that keep only minimal sets after A. Rauzy, "New algorithms for fault trees analysis", Reliability
Engineering and System Safety 40 (1993). A million sets can be a diagram of some eighty nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import TypeAlias

NONE, EMPTY = 0, 1
"""The family without a set, and the family of the empty set."""
DEEP = 1 << 60

Step: TypeAlias = Generator[tuple["Operation", int, int], int, int]
Operation: TypeAlias = Callable[[int, int], Step]


class TooLarge(Exception):
    """The diagrams took more nodes than they may."""


class Families:
    """Diagrams over elements that are numbered from 0; lower numbers stand higher in a diagram.

    A family is a number; equal families have equal numbers. ``most`` bounds the nodes of all diagrams together and the
    steps taken (eight for each node): beyond it every operation raises `TooLarge`.
    """

    def __init__(self, most: int = 60_000) -> None:
        self.most = most
        self.steps = 0
        self._element = [DEEP, DEEP]
        self._without = [NONE, NONE]
        self._with = [NONE, NONE]
        self._nodes: dict[tuple[int, int, int], int] = {}
        self._known: dict[tuple[Operation, int, int], int] = {}

    def single(self, elements: Sequence[int]) -> int:
        """The family of one set."""
        found = EMPTY
        for element in sorted(set(elements), reverse=True):
            found = self._node(element, NONE, found)
        return found

    def either(self, one: int, other: int) -> int:
        """The minimal sets of both families together."""
        return self._run(self._either, one, other)

    def both(self, one: int, other: int) -> int:
        """The minimal unions of a set of the one family and a set of the other."""
        return self._run(self._both, one, other)

    def _node(self, element: int, without: int, with_: int) -> int:
        if with_ == NONE:
            return without
        key = (element, without, with_)
        found = self._nodes.get(key)
        if found is None:
            if len(self._element) >= self.most:
                raise TooLarge
            found = self._nodes[key] = len(self._element)
            self._element.append(element)
            self._without.append(without)
            self._with.append(with_)
        return found

    def _run(self, operation: Operation, one: int, other: int) -> int:
        """Run an operation with the operations that it asks for, on a stack of its own: diagrams may be deep."""
        stack: list[tuple[Step, tuple[Operation, int, int]]] = []
        asked: tuple[Operation, int, int] = (operation, one, other)
        while True:
            result = self._known.get(asked)
            if result is None:
                step = asked[0](asked[1], asked[2])
                stack.append((step, asked))
                self.steps += 1
                if self.steps > 8 * self.most:
                    raise TooLarge
                try:
                    asked = next(step)
                    continue
                except StopIteration as ended:
                    result = self._known[asked] = ended.value
                    stack.pop()
            while stack:
                step, key = stack[-1]
                try:
                    asked = step.send(result)
                    break
                except StopIteration as ended:
                    result = self._known[key] = ended.value
                    stack.pop()
            else:
                return result

    def _either(self, one: int, other: int) -> Step:
        if one == other or other == NONE:
            return one
        if one == NONE:
            return other
        if EMPTY in (one, other):
            return EMPTY
        if self._element[one] > self._element[other]:
            one, other = other, one
        element = self._element[one]
        if element < self._element[other]:
            without = yield self._either, self._without[one], other
            with_ = yield self._less, self._with[one], other
        else:
            without = yield self._either, self._without[one], self._without[other]
            joined = yield self._either, self._with[one], self._with[other]
            with_ = yield self._less, joined, without
        return self._node(element, without, with_)

    def _both(self, one: int, other: int) -> Step:
        if NONE in (one, other):
            return NONE
        if one in (EMPTY, other):
            return other
        if other == EMPTY:
            return one
        if self._element[one] > self._element[other]:
            one, other = other, one
        element = self._element[one]
        if element < self._element[other]:
            without = yield self._both, self._without[one], other
            joined = yield self._both, self._with[one], other
        else:
            without = yield self._both, self._without[one], self._without[other]
            any_other = yield self._either, self._with[other], self._without[other]
            first = yield self._both, self._with[one], any_other
            second = yield self._both, self._without[one], self._with[other]
            joined = yield self._either, first, second
        with_ = yield self._less, joined, without
        return self._node(element, without, with_)

    def _less(self, one: int, other: int) -> Step:
        """The sets of the one family that contain no set of the other."""
        if one in (NONE, other) or other == EMPTY:
            return NONE
        if other == NONE or one == EMPTY:
            return one
        element = self._element[one]
        if element < self._element[other]:
            without = yield self._less, self._without[one], other
            with_ = yield self._less, self._with[one], other
        elif element > self._element[other]:
            found = yield self._less, one, self._without[other]
            return found
        else:
            without = yield self._less, self._without[one], self._without[other]
            some = yield self._less, self._with[one], self._without[other]
            with_ = yield self._less, some, self._with[other]
        return self._node(element, without, with_)

    # What a family holds ---------------------------------------------------------------------------------------------

    def number(self, family: int) -> int:
        """How many sets a family holds, exactly."""
        counts = {NONE: 0, EMPTY: 1}
        for node in self._below(family):
            counts[node] = counts[self._without[node]] + counts[self._with[node]]
        return counts[family]

    def listed(self, family: int, most: int, weights: Mapping[int, int] | None = None) -> Iterator[list[int]]:
        """At most so many sets, the lightest first; an element weighs 1 where ``weights`` does not say."""
        weigh = weights or {}
        sizes = {NONE: 0, EMPTY: 1}  # bit n: there is a set of the weight n
        for node in self._below(family):
            heavier = sizes[self._with[node]] << weigh.get(self._element[node], 1)
            sizes[node] = sizes[self._without[node]] | heavier
        found = 0
        for weight in range(sizes[family].bit_length()):
            if not sizes[family] >> weight & 1:
                continue
            stack: list[tuple[int, int, tuple[int, ...]]] = [(family, weight, ())]
            while stack and found < most:
                node, left, held = stack.pop()
                if left < 0 or not sizes[node] >> left & 1:
                    continue
                if node == EMPTY:
                    found += 1
                    yield list(held)
                    continue
                element = self._element[node]
                stack.append((self._without[node], left, held))
                stack.append((self._with[node], left - weigh.get(element, 1), (*held, element)))

    def _below(self, family: int) -> list[int]:
        """The nodes of a diagram but for its ends; a node comes after those that it leads to, which are older."""
        seen = {NONE, EMPTY, family}
        waiting = [family]
        while waiting:
            node = waiting.pop()
            for other in (self._without[node], self._with[node]):
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        return sorted(seen - {NONE, EMPTY})
