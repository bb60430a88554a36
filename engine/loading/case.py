"""Reads a case against the vocabulary: units explicit, times resolved, every problem at once."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

from engine.errors import Findings, Location
from engine.fields import Fields, kind_of, mapping_of, text_of
from engine.loading.canonical import canonical, entry_form, moment_text, span_text, value_text
from engine.loading.times import TimeReader
from engine.loading.values import ValueReader
from engine.model.case import Case, CaseValue, Entry, ItemList, Moment
from engine.model.vocabulary import Attribute, Section, Vocabulary
from engine.reading import Mapping, Node, Sequence

__all__ = ["canonical", "entry_form", "moment_text", "read_case", "span_text"]

BESIDE_A_CASE = ("case", "expect", "name", "sources")
LONGEST_LIST = 60
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_case(root: Node, vocabulary: Vocabulary, findings: Findings, as_of: str = "") -> Case | None:
    """The case; None where ``findings`` holds a problem, of its text or of what it says.

    ``as_of`` overrides the case's own as-of time. A document with a ``case`` entry is read there (a scenario holds its
    case so).
    """
    body = mapping_of(root, "the case", findings)
    if body is not None and "case" in body.keys:
        for name, place in body.keys.items():
            if name not in BESIDE_A_CASE:
                findings.unknown_field(name, BESIDE_A_CASE, place, "a document with a case")
        inner = body.get("case")
        body = mapping_of(inner, "the case", findings) if inner is not None else None
    if body is None:
        return None
    case = _CaseReader(vocabulary, findings).case(body, as_of)
    return None if findings.problems else case


class _CaseReader:
    def __init__(self, vocabulary: Vocabulary, findings: Findings) -> None:
        self.vocabulary = vocabulary
        self.findings = findings
        self.times = TimeReader(findings)
        self.values = ValueReader(vocabulary, findings, self.times)

    def case(self, body: Mapping, as_of: str) -> Case:
        """The case, as far as it can be read."""
        fields = Fields(body, "the case", self.findings)
        title = fields.words("title")
        fields.words("note")
        self.times.as_of = self.as_of(fields, as_of)
        data: dict[str, Entry] = {}
        earlier: dict[str, tuple[Entry, ...]] = {}
        lists: dict[str, ItemList] = {}
        for section in self.vocabulary.sections.values():
            node = fields.node_of(section.name)
            if node is None:
                continue
            if section.is_list:
                found = self.item_list(section, node, earlier)
                if found is not None:
                    lists[section.name] = found
            else:
                self.record(section, node, data, earlier)
        fields.done()
        moment = self.times.as_of or EPOCH
        return Case(title, moment, data, lists, earlier, canonical(title, moment, data, earlier, lists))

    def as_of(self, fields: Fields, override: str) -> datetime | None:
        """The moment at which the case stands: the one asked for, else its own."""
        written = fields.node_of("as-of", required=not override)
        text = text_of(written, "`as-of` of the case", self.findings) if written is not None else None
        own = self.times.instant(text, written.location) if written is not None and text is not None else None
        return self.times.instant(override, Location("--as-of")) if override else own

    # Records ---------------------------------------------------------------------------------------------------------

    def record(
        self, section: Section, node: Node, data: dict[str, Entry], earlier: dict[str, tuple[Entry, ...]]
    ) -> None:
        """The data of a record, in the order in which the vocabulary declares them."""
        body = mapping_of(node, f"`{section.name}`", self.findings)
        if body is None:
            return
        self.unknown(body, tuple(section.attributes), f"`{section.name}`")
        for name, attribute in section.attributes.items():
            value = body.get(name)
            entries = self.timed(attribute, value, f"`{section.name}.{name}`") if value is not None else ()
            if entries:
                data[f"{section.name}.{name}"] = entries[-1]
            if entries[:-1]:
                earlier[f"{section.name}.{name}"] = entries[:-1]
        self.required(section, body, f"`{section.name}`")

    def unknown(self, body: Mapping, known: tuple[str, ...], what: str) -> None:
        """Record the entries that a section does not have."""
        for name, place in body.keys.items():
            if name not in known:
                self.findings.unknown_field(name, known, place, what)

    def required(self, section: Section, body: Mapping, what: str) -> None:
        """Record the attributes that must be given and are not."""
        for attribute in section.attributes.values():
            if attribute.required and attribute.name not in body.keys:
                self.findings.add(
                    "missing-field",
                    body.location,
                    f"{what} has no `{attribute.name}`",
                    f"a value for `{attribute.name}`",
                )

    # Lists -----------------------------------------------------------------------------------------------------------

    def item_list(self, section: Section, node: Node, earlier: dict[str, tuple[Entry, ...]]) -> ItemList | None:
        """The items of a list, and whether there are no others."""
        found = self.listed(section, node)
        if found is None:
            return None
        nodes, complete = found
        if len(nodes) > LONGEST_LIST:
            message = f"`{section.name}` has {len(nodes)} items"
            self.findings.add("too-many-items", node.location, message, f"at most {LONGEST_LIST}")
            return None
        what = f"an item of `{section.name}`"
        items: list[tuple[Mapping, dict[str, Entry]]] = []
        for item in nodes:
            body = mapping_of(item, what, self.findings)
            if body is None:
                continue
            if set(body.keys) == {"complete"}:
                complete = Fields(body, what, self.findings).boolean("complete", True) and complete
                continue
            history = self.item(section, body, what)
            for field, entries in history.items():
                if entries[:-1]:
                    earlier[f"{section.name}[{len(items)}].{field}"] = entries[:-1]
            latest = {field: entries[-1] for field, entries in history.items()}
            self.check_order(section, latest)
            items.append((body, latest))
        self.check_keys(section, items)
        return ItemList(tuple(entries for _, entries in items), complete)

    def listed(self, section: Section, node: Node) -> tuple[tuple[Node, ...], bool] | None:
        """What a list section holds, in either of its notations; None with a problem recorded."""
        if isinstance(node, Sequence):
            return node.items, True
        if isinstance(node, Mapping):
            fields = Fields(node, f"`{section.name}`", self.findings)
            complete, nodes = fields.boolean("complete", True), fields.sequence("items", required=True)
            fields.done()
            return nodes, complete
        message = f"`{section.name}` is {kind_of(node)}"
        self.findings.add("type", node.location, message, "a list, `[]` where there is nothing to list")
        return None

    def item(self, section: Section, body: Mapping, what: str) -> dict[str, tuple[Entry, ...]]:
        """The fields of one item, each oldest first, in the order in which the vocabulary declares them."""
        settable = {name: attribute for name, attribute in section.attributes.items() if not attribute.since}
        self.unknown(body, tuple(settable), what)
        entries: dict[str, tuple[Entry, ...]] = {}
        for name, attribute in settable.items():
            value = body.get(name)
            found = self.timed(attribute, value, f"`{name}` of {what}") if value is not None else ()
            if found:
                entries[name] = found
        self.required(section, body, what)
        return entries

    def check_order(self, section: Section, entries: dict[str, Entry]) -> None:
        """What ends does not end before it began."""
        start = entries.get(section.order)
        if start is None or not isinstance(start.value, Moment):
            return
        for name, entry in entries.items():
            if name != section.order and isinstance(entry.value, Moment) and entry.value.high < start.value.low:
                self.findings.add(
                    "before-start",
                    entry.location,
                    f"`{name}` ({entry.text}) is before `{section.order}` ({start.text})",
                    f"a time that is not earlier than `{section.order}`",
                )

    def check_keys(self, section: Section, items: list[tuple[Mapping, dict[str, Entry]]]) -> None:
        """No two items have the same key."""
        seen: dict[tuple[CaseValue, ...], Location] = {}
        for body, entries in items:
            if not section.key or any(name not in entries for name in section.key):
                continue
            key = tuple(entries[name].value for name in section.key)
            if key in seen:
                self.findings.add(
                    "duplicate-item",
                    body.location,
                    f"two items of `{section.name}` have the same {' and '.join(section.key)}",
                    "each once",
                    f"first at {seen[key]}",
                )
            seen.setdefault(key, body.location)

    # Values and their times ------------------------------------------------------------------------------------------

    def timed(self, attribute: Attribute, node: Node, what: str) -> tuple[Entry, ...]:
        """The entries of an attribute, oldest first: a value, a value with its time, or a list of such."""
        if isinstance(node, Mapping) and "value" in node.keys:
            found = self.with_time(attribute, node, what)
            return (found,) if found else ()
        if isinstance(node, Sequence) and attribute.type.kind != "set of terms":
            return self.history(attribute, node, what)
        value = self.values.value(attribute, node, what)
        return () if value is None else (Entry(value, value_text(value, node), None, node.location),)

    def with_time(self, attribute: Attribute, node: Mapping, what: str) -> Entry | None:
        """A value with its time."""
        fields = Fields(node, what, self.findings)
        inner, at_node = fields.node_of("value", True), fields.node_of("at")
        fields.done()
        at = self.times.moment(at_node, f"the time of {what}") if at_node is not None else None
        value = self.values.value(attribute, inner, what) if inner is not None else None
        return None if value is None or inner is None else Entry(value, value_text(value, inner), at, inner.location)

    def history(self, attribute: Attribute, node: Sequence, what: str) -> tuple[Entry, ...]:
        """Several values, each with its time, the latest last."""
        found: list[tuple[Moment, Entry]] = []
        for item in node:
            if not isinstance(item, Mapping) or "at" not in item.keys:
                message = f"one of several values of {what} has no time"
                self.findings.add("history", item.location, message, "{value: …, at: …} for each")
                continue
            entry = self.with_time(attribute, item, what)
            if entry is not None and entry.at is not None:
                found.append((entry.at, entry))
        if not node.items:
            self.findings.add("blank", node.location, f"{what} is an empty list", "a value, or the entry left out")
        found.sort(key=lambda pair: (pair[0].low, pair[0].high, pair[1].text))
        for (one, first), (other, second) in pairwise(found):
            if one.high >= other.low and first.value != second.value:
                message = f"two values of {what} have times that do not tell which is later"
                self.findings.add("history", second.location, message, "times that differ")
        return tuple(entry for _, entry in found)
