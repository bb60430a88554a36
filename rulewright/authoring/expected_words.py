"""What is wrong with an expectation whatever the advice: it is read against the knowledge base alone.

The expectation is compared with an advice that was not made, in which every option that it speaks of has a heading and
every declared opposition is shown, so that each part of it is read. How the two differ means nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from engine.errors import Findings, Problem
from engine.model.knowledge import KnowledgeBase
from engine.program import Atom, Program
from engine.reading import Mapping, Scalar, Sequence
from rulewright.authoring.expectation import HEADINGS, Expectation
from rulewright.authoring.expected_grounds import ExpectedGrounds

if TYPE_CHECKING:
    from engine.model.advice import Advice
    from provenance.grounds import Grounds


def problems_of(expect: Mapping, knowledge: KnowledgeBase, program: Program) -> list[Problem]:
    """Everything for which a run of its scenario would refuse an expectation, but for what only an advice shows."""
    findings = Findings()
    _Words(knowledge, expect, findings).differences(*_unmade(expect, knowledge, program))
    return sorted(set(findings.problems))


class _Words(Expectation):
    """An expectation of which the words alone are read."""

    def told(self, advice: Advice, grounds: Grounds | None) -> ExpectedGrounds:  # noqa: ARG002 - there is none
        """The expected grounds of conclusions, of which nothing is known."""
        assert grounds is not None
        return _NoGrounds(grounds, self.findings)


class _NoGrounds(ExpectedGrounds):
    def codes(self, atom: Atom) -> set[str]:  # noqa: ARG002 - whatever it is
        """None: nothing was advised."""
        return set()

    def facts(self, conclusion: str) -> set[str]:  # noqa: ARG002
        """None: nothing was advised."""
        return set()


@dataclass(frozen=True)
class _Certainty:
    grade: str = ""
    status: str = "not drawn"


@dataclass(frozen=True)
class _Standing:
    """A heading of which nothing is said; its fields are those of `engine.model.advice.Standing` that are compared.

    The models of an advice are not imported: they take longer to be made than all expectations to be read.
    """

    key: dict[str, str]
    heading: str
    status: str = ""
    modality: str = ""
    running: str = "no"
    reason: str = ""
    reasons: tuple[object, ...] = ()
    marks: dict[str, str] = field(default_factory=dict)
    doses: tuple[object, ...] = ()
    claims: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    populations: dict[str, str] = field(default_factory=dict)
    certainty: _Certainty = _Certainty()
    beside: tuple[object, ...] = ()
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Side:
    label: str
    facts: tuple[str, ...] = ()
    populations: dict[str, str] = field(default_factory=dict)
    bearings: tuple[object, ...] = ()


@dataclass(frozen=True)
class _Opposition:
    name: str
    sides: tuple[_Side, ...]
    settled_by: str
    applied: bool = False


@dataclass(frozen=True)
class _Advice:
    values: dict[str, str]
    options: tuple[_Standing, ...]
    opposed: tuple[_Opposition, ...]
    sections: dict[str, object] = field(default_factory=dict)
    facts: tuple[object, ...] = ()
    sources: tuple[object, ...] = ()
    inputs: tuple[object, ...] = ()
    missing: tuple[object, ...] = ()


def _unmade(expect: Mapping, knowledge: KnowledgeBase, program: Program) -> tuple[Advice, Grounds]:
    """The advice that was not made, and what it would rest on."""
    values = dict.fromkeys(program.names, "false") if "values" in expect.keys else {}
    opposed = tuple(_oppositions(knowledge)) if "opposed" in expect.keys else ()
    advice = _Advice(values, tuple(_standings(expect, knowledge)), opposed)
    grounds = SimpleNamespace(knowledge=knowledge, atoms=program.names)
    return cast("Advice", advice), cast("Grounds", grounds)


def _standings(expect: Mapping, knowledge: KnowledgeBase) -> Iterator[_Standing]:
    """A heading for every whole key that stands in the lists of options."""
    kind = knowledge.vocabulary.conclusions.get(knowledge.vocabulary.headings.conclusion)
    fields = tuple(kind.key) if kind is not None else ()
    for word, heading in HEADINGS.items():
        listed = expect.entries.get(word)
        for item in listed.items if isinstance(listed, Sequence) else ():
            if isinstance(item, Mapping):
                named = ((name, item.entries.get(name)) for name in fields)
                key = {name: str(node.value) for name, node in named if isinstance(node, Scalar)}
                if len(key) == len(fields):
                    yield _Standing(key, heading)


def _oppositions(knowledge: KnowledgeBase) -> Iterator[_Opposition]:
    """What is declared to pull apart, with its sides."""
    for declared in knowledge.opposes:
        yield _Opposition(declared.name, tuple(_Side(side.label) for side in declared.sides), declared.settled_by)
