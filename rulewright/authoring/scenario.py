"""A worked case and the advice that its author expects, as it is written in `scenarios/`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from engine.errors import Findings, Location, Problem, did_you_mean, listed
from engine.fields import Fields, mapping_of
from engine.model.knowledge import KnowledgeBase
from engine.paths import changed, reachable, steps, without
from engine.reading import Mapping, Node

EQUIVALENT = "equivalent-mutants"
"""The word by which a file is no scenario, but lists changes of the knowledge base that no scenario could notice."""
PARTS = ("case", "expect", "name", "like", "set", "without", "sources")


@dataclass(frozen=True)
class Scenario:
    """One case with its expectation; ``case`` is the case's document after every change was made to it."""

    name: str
    case: Mapping
    expect: Mapping
    sources: tuple[str, ...] | None
    location: Location = field(compare=False)


@dataclass(frozen=True)
class Broken:
    """What is written as a scenario, or as a file of scenarios, and cannot be run: everything that is wrong with it."""

    name: str
    problems: tuple[Problem, ...]
    location: Location = field(compare=False)


class ScenarioReader:
    """Reads scenario files. A scenario may be ``like`` another one, with data ``set`` anew and others left out
    (``without``). What is wrong with one scenario keeps no other from being read, but for those that are like it.
    """

    def __init__(self) -> None:
        self.written: dict[str, Mapping] = {}
        self.unread: dict[str, list[Problem]] = {}
        self.broken: list[Broken] = []
        self.findings = Findings()

    def read(self, root: Node, stem: str, unread: Iterable[Problem] = ()) -> None:
        """Take in one file: one scenario named by the file, or a list of named ones.

        ``unread`` is what its text lost when it was read (a word that is no value): it belongs to the scenario that it
        stands in, to the file where it stands in none.
        """
        self.findings = Findings()
        taken: list[tuple[Mapping, str]] = []
        body = mapping_of(root, "a scenario file", self.findings)
        if body is not None and EQUIVALENT in body.keys:
            return  # the list that `mutation` reads
        if body is not None and "scenarios" not in body.keys:
            taken.append((body, stem))
        elif body is not None:
            fields = Fields(body, "a scenario file", self.findings)
            for node in fields.sequence("scenarios", True):
                inner = mapping_of(node, "a scenario", self.findings)
                if inner is not None:
                    name = Fields(inner, "a scenario", self.findings).text("name", True)
                    taken.append((inner, name))
            fields.done()
        for inner, name in taken:
            if name:
                self._add(inner, name)
        for problem in unread:
            inner, name = _holder(problem.location, root, taken)
            if name and self.written.get(name) is inner:
                self.unread.setdefault(name, []).append(problem)
            else:
                self.findings.problems.append(problem)
        self.cannot_be_read(stem, root.location, self.findings)

    def cannot_be_read(self, name: str, location: Location, findings: Findings) -> None:
        """Record what is wrong with a file as such; nothing where nothing is."""
        if findings.problems:
            self.broken.append(Broken(name, tuple(findings.problems), location))

    def _add(self, body: Mapping, name: str) -> None:
        if name in self.written:
            problem = Problem(
                body.location,
                "duplicate-id",
                f"the scenario `{name}` stands twice",
                "each name once",
                f"first at {self.written[name].location}",
            )
            self.unread.setdefault(name, []).append(problem)
            self.broken.append(Broken(name, (problem,), body.location))
            return
        self.written[name] = body

    def all(self) -> Iterator[Scenario | Broken]:
        """Every scenario in the order in which they are written, then what is wrong with files as such."""
        for name, body in self.written.items():
            self.findings = Findings()
            fields = Fields(body, f"the scenario `{name}`", self.findings)
            case = self.case(name, frozenset())
            expect = fields.mapping("expect", True)
            sources = fields.texts("sources") if fields.has("sources") else None
            fields.done(also=PARTS)
            self.findings.problems.extend(self.unread.get(name, ()))
            if case is None or expect is None or self.findings.problems:
                yield Broken(name, tuple(dict.fromkeys(self.findings.problems)), body.location)
            else:
                yield Scenario(name, case, expect, sources, body.location)
        yield from self.broken

    def case(self, name: str, seen: frozenset[str]) -> Mapping | None:
        """The case of a scenario, with the changes to the one that it is like."""
        body = self.written[name]
        fields = Fields(body, f"the scenario `{name}`", self.findings)
        unread = [problem for problem in self.unread.get(name, ()) if not _is_expected(problem.location, body)]
        self.findings.problems.extend(unread)
        own = fields.mapping("case")
        like = fields.text("like")
        if fields.is_unread("case") or fields.is_unread("like"):
            return None
        if (own is None) == (not like):
            self.findings.add(
                "scenario",
                body.location,
                f"the scenario `{name}` has both or neither of `case` and `like`",
                "one of the two",
            )
            return None
        if own is not None:
            for part in ("set", "without"):
                if fields.has(part):
                    message = f"the scenario `{name}` has `{part}` beside its own `case`"
                    self.findings.add("scenario", fields.place(part), message, "`like`, or the change made in the case")
            return own
        if like not in self.written or like in seen or like == name:
            self.findings.add(
                "dangling",
                fields.place("like"),
                f"there is no scenario `{like}` to be like",
                f"one of {listed(self.written)}",
                did_you_mean(like, self.written),
            )
            return None
        base = self.case(like, seen | {name})
        if base is None:
            return None
        for path in fields.texts("without"):
            removed = without(base, path)
            if removed is None:
                self.findings.add(
                    "scenario",
                    fields.place("without"),
                    f"the scenario `{like}` records no `{path}`",
                    "the path of a datum that it records",
                )
            else:
                base = removed
        changes = fields.mapping("set")
        for path, value in changes.entries.items() if changes is not None else ():
            place = changes.keys[path] if changes is not None else base.location
            if not reachable(base, steps(path)):
                message = f"`{path}` of the scenario `{name}` leaves a gap in a list"
                self.findings.add("scenario", place, message, "the item after the last, or one that is there")
                continue
            base = changed(base, path, value, place)
        return base


def _holder(place: Location, root: Node, taken: Sequence[tuple[Mapping, str]]) -> tuple[Mapping | None, str]:
    """The scenario of a file in which a place is, with its name; None where it is in none.

    A value is known by its pointer. A key has none: it is of the last scenario that begins before it, but for a key of
    the file itself.
    """
    if place.pointer:
        inside = ((body, name) for body, name in taken if f"{place.pointer}/".startswith(f"{body.location.pointer}/"))
        return next(inside, (None, ""))
    before = [(body, name) for body, name in taken if _at(body.location) <= _at(place)]
    if not before or (place.column <= root.location.column and before[-1][0] is not root):
        return None, ""
    return before[-1]


def _is_expected(place: Location, body: Mapping) -> bool:
    """Whether a place in a scenario is in its ``expect``, and so in nothing that those like it take over."""
    before = [(_at(key), name) for name, key in body.keys.items() if _at(key) <= _at(place)]
    return bool(before) and max(before)[1] == "expect"


def _at(place: Location) -> tuple[int, int]:
    return place.line, place.column


def name_known_sources(scenario: Scenario, knowledge: KnowledgeBase, findings: Findings) -> None:
    """Record every source that a scenario admits and that the knowledge base does not have."""
    for name in scenario.sources or ():
        if name not in knowledge.sources:
            findings.add(
                "unknown-source",
                scenario.location,
                f"there is no source `{name}`",
                f"one of {listed(knowledge.sources)}",
                did_you_mean(name, knowledge.sources),
            )
