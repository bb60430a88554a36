"""A worked case and the advice that its author expects, as it is written in `scenarios/`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field

from engine.errors import Findings, Location, did_you_mean, listed
from engine.fields import Fields, mapping_of, text_of
from engine.reading import Mapping, Node, Sequence

STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
PARTS = ("case", "expect", "name", "like", "set", "without", "sources")


@dataclass(frozen=True)
class Scenario:
    """One case with its expectation; ``case`` is the case's document after every change was made to it."""

    name: str
    case: Mapping
    expect: Mapping
    sources: tuple[str, ...] | None
    location: Location = field(compare=False)


class ScenarioReader:
    """Reads scenario files. A scenario may be ``like`` another one, with data ``set`` anew and others left out
    (``without``).
    """

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.written: dict[str, tuple[Mapping, str]] = {}
        self.order: list[str] = []

    def read(self, root: Node, stem: str) -> None:
        """Take in one file: one scenario named by the file, or a list of named ones."""
        body = mapping_of(root, "a scenario file", self.findings)
        if body is None:
            return
        if "scenarios" not in body.keys:
            self._add(body, stem)
            return
        fields = Fields(body, "a scenario file", self.findings)
        for node in fields.sequence("scenarios", True):
            inner = mapping_of(node, "a scenario", self.findings)
            if inner is not None:
                name = Fields(inner, "a scenario", self.findings).text("name", True)
                if name:
                    self._add(inner, name)
        fields.done()

    def _add(self, body: Mapping, name: str) -> None:
        if name in self.written:
            self.findings.add(
                "duplicate-id",
                body.location,
                f"the scenario `{name}` stands twice",
                "each name once",
                f"first at {self.written[name][0].location}",
            )
            return
        self.written[name] = (body, name)
        self.order.append(name)

    def scenarios(self) -> Iterator[Scenario]:
        """Every scenario that could be read."""
        for name in self.order:
            body, _ = self.written[name]
            fields = Fields(body, f"the scenario `{name}`", self.findings)
            case = self.case(name, frozenset())
            expect = fields.mapping("expect", True)
            sources = fields.texts("sources") if fields.has("sources") else None
            fields.done(also=PARTS)
            if case is not None and expect is not None:
                yield Scenario(name, case, expect, sources, body.location)

    def case(self, name: str, seen: frozenset[str]) -> Mapping | None:
        """The case of a scenario, with the changes to the one that it is like."""
        body, _ = self.written[name]
        fields = Fields(body, f"the scenario `{name}`", self.findings)
        own = fields.mapping("case")
        like = fields.text("like")
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
            if not _reachable(base, steps(path)):
                message = f"`{path}` of the scenario `{name}` leaves a gap in a list"
                self.findings.add("scenario", place, message, "the item after the last, or one that is there")
                continue
            base = changed(base, path, value, place)
        return base


def steps(path: str) -> list[str | int]:
    """A path as its steps: ``courses[0].response``."""
    return [int(match[2]) if match[2] is not None else match[1] for match in STEP.finditer(path)]


def without(root: Mapping, path: str) -> Mapping | None:
    """The document without what stands at the path; an item is removed from a list that is then no longer complete."""
    found = _without(root, steps(path))
    return found if isinstance(found, Mapping) else None


def _without(node: Node, way: list[str | int]) -> Node | None:
    first, rest = way[0], way[1:]
    if isinstance(first, str) and isinstance(node, Mapping) and first in node.entries:
        entries = dict(node.entries)
        if not rest:
            del entries[first]
        else:
            inner = _without(entries[first], rest)
            if inner is None:
                return None
            entries[first] = inner
        return Mapping(entries, {key: place for key, place in node.keys.items() if key in entries}, node.location)
    if isinstance(first, int) and isinstance(node, Mapping) and isinstance(node.entries.get("items"), Sequence):
        return _without(node, ["items", first, *rest])
    if isinstance(first, int) and isinstance(node, Sequence) and first < len(node.items):
        items = list(node.items)
        if not rest:
            del items[first]
            return _incomplete(tuple(items), node.location)
        inner = _without(items[first], rest)
        if inner is None:
            return None
        items[first] = inner
        return Sequence(tuple(items), node.location)
    return None


def _incomplete(items: tuple[Node, ...], place: Location) -> Sequence:
    from engine.reading import Scalar

    mark = Mapping({"complete": Scalar(False, "false", place)}, {"complete": place}, place)
    already = any(isinstance(item, Mapping) and set(item.entries) == {"complete"} for item in items)
    return Sequence(items if already else (*items, mark), place)


def changed(root: Mapping, path: str, value: Node, place: Location) -> Mapping:
    """The document with a value at the path, whether one stood there or not."""
    found = _changed(root, steps(path), value, place)
    assert isinstance(found, Mapping)
    return found


def _changed(node: Node | None, way: list[str | int], value: Node, place: Location) -> Node:
    if not way:
        return value
    first, rest = way[0], way[1:]
    if isinstance(first, int) and isinstance(node, Mapping) and "items" in node.entries:
        return _changed(node, ["items", *way], value, place)
    if isinstance(first, int):
        items = list(node.items) if isinstance(node, Sequence) else []
        while len(items) <= first:
            items.append(Mapping({}, {}, place))
        items[first] = _changed(items[first], rest, value, place)
        return Sequence(tuple(items), node.location if node is not None else place)
    entries: MappingType[str, Node] = node.entries if isinstance(node, Mapping) else {}
    keys = node.keys if isinstance(node, Mapping) else {}
    return Mapping(
        {**entries, first: _changed(entries.get(first), rest, value, place)},
        {**keys, first: keys.get(first, place)},
        node.location if node is not None else place,
    )


def _reachable(node: Node | None, way: list[str | int]) -> bool:
    """Whether a path leads to something that is there, or that can be put after what is there."""
    if not way:
        return True
    first, rest = way[0], way[1:]
    if isinstance(first, str):
        return _reachable(node.entries.get(first) if isinstance(node, Mapping) else None, rest)
    if isinstance(node, Mapping):
        node = node.entries.get("items")
    items = node.items if isinstance(node, Sequence) else ()
    return first <= len(items) and _reachable(items[first] if first < len(items) else None, rest)


def data_paths(root: Mapping) -> Iterator[str]:
    """The path of every datum of a case's document: sections, fields, items and their fields."""
    for name, node in root.entries.items():
        if name in ("title", "as-of", "note"):
            continue
        yield name
        if isinstance(node, Mapping):
            yield from (f"{name}.{inner}" for inner in node.entries if inner not in ("complete", "items"))
        listed_items = node.entries.get("items") if isinstance(node, Mapping) else node
        if isinstance(listed_items, Sequence):
            for number, item in enumerate(listed_items.items):
                if isinstance(item, Mapping) and set(item.entries) != {"complete"}:
                    yield f"{name}[{number}]"
                    yield from (f"{name}[{number}].{field}" for field in item.entries)


__all__ = ["Scenario", "ScenarioReader", "changed", "data_paths", "steps", "text_of", "without"]
