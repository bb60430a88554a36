"""Orders clauses so that whatever is read under `unless`, or counted, is settled before it is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from typing import TypeVar

from engine.errors import Findings, Location
from engine.model.knowledge import KnowledgeBase
from engine.program import Atom, Clause, Count, Holds, Literal

Vertex = TypeVar("Vertex", bound=Hashable)


def stratify(clauses: list[Clause], knowledge: KnowledgeBase, findings: Findings) -> tuple[tuple[int, ...], ...]:
    """The indices of the clauses in strata. Negation, or counting, through recursion is recorded with its cycle."""
    by_head: dict[Atom, list[int]] = defaultdict(list)
    for index, clause in enumerate(clauses):
        by_head[clause.head].append(index)
    edges = {head: _read_by([clauses[index] for index in indices], by_head) for head, indices in by_head.items()}
    component = components(edges)
    reported: set[int] = set()
    for atom, read in edges.items():
        for other, strict in read.items():
            if strict and component[atom] == component[other] and component[atom] not in reported:
                reported.add(component[atom])
                _report(atom, other, edges, component, by_head, clauses, knowledge, findings)
    if reported:
        return ()
    level: dict[int, int] = {}
    for atom in sorted(edges, key=lambda atom: component[atom]):
        # Components are numbered so that whatever is read comes first.
        own = component[atom]
        for other, strict in edges[atom].items():
            if component[other] != own:
                level[own] = max(level.get(own, 0), level.get(component[other], 0) + strict)
        level.setdefault(own, 0)
    strata: dict[int, list[int]] = defaultdict(list)
    for index, clause in enumerate(clauses):
        strata[level[component[clause.head]]].append(index)
    return tuple(tuple(strata[number]) for number in sorted(strata))


def _read_by(clauses: list[Clause], heads: Mapping[Atom, object]) -> dict[Atom, bool]:
    """What these clauses read, as far as something draws it, and whether it must be settled first."""
    found: dict[Atom, bool] = {}
    for clause in clauses:
        for atom, strict in reads(clause):
            if atom in heads:
                found[atom] = found.get(atom, False) or strict
    return found


def reads(clause: Clause) -> Iterator[tuple[Atom, bool]]:
    """The conclusions that a clause reads, and whether they must be settled first."""
    for condition in clause.when:
        yield from _atoms(condition.literal, False)
    for condition in clause.unless:
        yield from _atoms(condition.literal, True)


def _atoms(literal: Literal, strict: bool) -> Iterator[tuple[Atom, bool]]:
    if isinstance(literal, Holds):
        yield literal.atom, strict
    elif isinstance(literal, Count):
        for _, member in literal.members:
            yield from _atoms(member, True)


def components(edges: Mapping[Vertex, Mapping[Vertex, bool]]) -> dict[Vertex, int]:
    """Strongly connected components (Tarjan 1972, without recursion), numbered in an order in which edges point
    back.
    """
    index: dict[Vertex, int] = {}
    low: dict[Vertex, int] = {}
    component: dict[Vertex, int] = {}
    stack: list[Vertex] = []
    number = 0
    for root, first in edges.items():
        if root in index:
            continue
        work: list[tuple[Vertex, Iterator[Vertex]]] = [(root, iter(first))]
        index[root] = low[root] = len(index)
        stack.append(root)
        while work:
            atom, others = work[-1]
            for other in others:
                if other not in index:
                    index[other] = low[other] = len(index)
                    stack.append(other)
                    work.append((other, iter(edges[other])))
                    break
                if other not in component:
                    low[atom] = min(low[atom], index[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[atom])
                if low[atom] == index[atom]:
                    while True:
                        member = stack.pop()
                        component[member] = number
                        if member == atom:
                            break
                    number += 1
    return component


def _report(
    atom: Atom,
    other: Atom,
    edges: dict[Atom, dict[Atom, bool]],
    component: dict[Atom, int],
    by_head: dict[Atom, list[int]],
    clauses: list[Clause],
    knowledge: KnowledgeBase,
    findings: Findings,
) -> None:
    """Name the cycle: the conclusion, what it needs to be absent or counted, and the way back."""
    path = [other]
    before: dict[Atom, Atom | None] = {other: None}
    for at in path:
        if at == atom:
            break
        for following in edges[at]:
            if following not in before and component[following] == component[atom]:
                before[following] = at
                path.append(following)
    way: list[Atom] = []
    step: Atom | None = atom
    while step is not None:
        way.append(step)
        step = before.get(step)
    shown = " → ".join(str(step) for step in [atom, *reversed(way)])
    findings.add(
        "negative-cycle",
        _place(atom, other, [atom, *way], by_head, clauses, knowledge),
        f"{atom} would depend on its own absence or on a count of itself: {shown}",
        "no `unless` and no count on a way from a conclusion back to itself",
    )


def _place(
    atom: Atom,
    other: Atom,
    way: list[Atom],
    by_head: dict[Atom, list[int]],
    clauses: list[Clause],
    knowledge: KnowledgeBase,
) -> Location:
    """The condition that needs ``other`` to be settled before ``atom``; where none is written, a rule on the way."""
    for index in by_head[atom]:
        rule = knowledge.rules.get(clauses[index].rule)
        if rule is None:
            continue
        for written, conditions in ((rule.unless, clauses[index].unless), (rule.when, clauses[index].when)):
            for condition in conditions:
                if (other, True) in _atoms(condition.literal, written is rule.unless):
                    return written[condition.position].location
    drawing = (clauses[index] for step in way for index in by_head[step])
    rules = (knowledge.rules.get(clause.rule) for clause in drawing)
    return next((rule.location for rule in rules if rule is not None), Location())
