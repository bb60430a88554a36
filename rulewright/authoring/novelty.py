"""Scenarios in an order in which each says most that none before it has said.

Who looks for what scenarios show, and may stop when everything was shown, is done sooner in this order: scenarios are
often written in rows that differ by one value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import heapify, heappop, heappush

from engine.reading import Mapping, Node, Scalar
from rulewright.authoring.scenario import Scenario


def most_new_first(scenarios: Iterable[Scenario]) -> Iterator[Scenario]:
    """The scenarios, the one first whose case has the most entries that no case before it has; ties in their order."""
    given = tuple(scenarios)
    entries = [frozenset(_entries(scenario.case, "")) for scenario in given]
    heap = [(-len(found), number) for number, found in enumerate(entries)]
    heapify(heap)
    seen: set[str] = set()
    while heap:
        most, number = heappop(heap)
        new = -len(entries[number] - seen)
        if new > most and heap and (new, number) > heap[0]:  # what it said was said meanwhile: another may say more
            heappush(heap, (new, number))
            continue
        seen |= entries[number]
        yield given[number]


def _entries(node: Node, path: str) -> Iterator[str]:
    """Every value of a case with its path, and how many items a list has, up to three."""
    if isinstance(node, Scalar):
        yield f"{path}={node.text}"
    elif isinstance(node, Mapping):
        for name, inner in node.entries.items():
            yield from _entries(inner, f"{path}/{name}")
    else:
        yield f"{path}#{min(len(node.items), 3)}"
        for item in node.items:
            yield from _entries(item, path)
