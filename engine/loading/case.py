"""Reads a case against the vocabulary: units explicit, times resolved, every problem at once."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from engine.errors import Findings, Location, did_you_mean, listed
from engine.fields import Fields, kind_of, mapping_of, text_of
from engine.model.case import Case, CaseValue, Entry, ItemList, Moment
from engine.model.quantity import Interval, QuantityError, exact_text, parse_interval, parse_quantity
from engine.model.unit import Unit, UnitError
from engine.model.vocabulary import Attribute, Section, Vocabulary
from engine.reading import Mapping, Node, Scalar, Sequence

TEXT_FIELDS = ("title", "note")
LONGEST_LIST = 500
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?\Z")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
HOUR = Unit.parse("h")
TIMED = frozenset({"value", "at"})


def read_case(root: Node, vocabulary: Vocabulary, findings: Findings, as_of: str = "") -> Case | None:
    """The case; None where anything is wrong with it, with every problem in ``findings``.

    ``as_of`` overrides the case's own as-of time. A document with a ``case`` entry is read there (a scenario holds its
    case so).
    """
    before = len(findings)
    body = mapping_of(root, "the case", findings)
    if body is None:
        return None
    inner = body.get("case")
    if inner is not None:
        allowed = {"case", "expect", "scenario", "sources"}
        for name in body.keys.keys() - allowed:
            findings.add("unknown-field", body.keys[name], f"`{name}` stands beside `case`", f"one of {listed(allowed)}", did_you_mean(name, allowed))
        body = mapping_of(inner, "the case", findings)
        if body is None:
            return None
    case = _CaseReader(vocabulary, findings).case(body, as_of)
    return case if len(findings) == before else None


class _CaseReader:
    def __init__(self, vocabulary: Vocabulary, findings: Findings) -> None:
        self.vocabulary = vocabulary
        self.findings = findings
        self.as_of: datetime | None = None

    def case(self, body: Mapping, as_of: str) -> Case:
        fields = Fields(body, "the case", self.findings)
        title = fields.words("title")
        fields.words("note")
        written = fields.node_of("as-of", required=not as_of)
        if as_of:
            self.as_of = self.instant(as_of, Location("--as-of"))
        elif written is not None:
            text = text_of(written, "`as-of` of the case", self.findings)
            self.as_of = self.instant(text, written.location) if text is not None else None
        data: dict[str, Entry] = {}
        earlier: dict[str, tuple[Entry, ...]] = {}
        lists: dict[str, ItemList] = {}
        for section in self.vocabulary.sections.values():
            node = fields.node_of(section.name)
            if node is None:
                continue
            if section.is_list:
                found = self.item_list(section, node)
                if found is not None:
                    lists[section.name] = found
            else:
                self.record(section, node, data, earlier)
        fields.done()
        moment = self.as_of or datetime(1970, 1, 1, tzinfo=UTC)
        return Case(title, moment, data, lists, earlier, canonical(title, moment, data, earlier, lists))

    # Times -----------------------------------------------------------------------------------------------------------

    def instant(self, text: str, place: Location) -> datetime | None:
        """An ISO 8601 instant with its offset from UTC."""
        if INSTANT.match(text):
            try:
                found = datetime.fromisoformat(text)
            except ValueError as error:
                self.findings.add("time", place, f"`{text}` is not a time: {error}", "an instant such as 2026-03-01T08:00Z")
                return None
            if found.tzinfo is None:
                self.findings.add("time", place, f"`{text}` names no time zone", "an instant such as 2026-03-01T08:00Z", f"write `{text}Z` if it is UTC")
                return None
            return found.astimezone(UTC)
        self.findings.add("time", place, f"`{text[:60]}` is not an instant", "an instant such as 2026-03-01T08:00Z")
        return None

    def moment(self, node: Node, what: str) -> Moment | None:
        """An instant, a day, or an offset from the as-of time such as `-30 h`; nothing lies after the as-of time."""
        text = text_of(node, what, self.findings)
        if text is None:
            return None
        found: Moment | None
        if DAY.match(text):
            found = self.day(text, node.location)
        elif INSTANT.match(text):
            at = self.instant(text, node.location)
            found = Moment(at, at) if at else None
        else:
            found = self.offset(text, what, node.location)
        if found is not None and self.as_of is not None and found.low > self.as_of:
            self.findings.add("after-as-of", node.location, f"{what} is `{text}`, which is after the case's as-of time", "a time that is not later than `as-of`")
            return None
        if found is not None and self.as_of is not None and found.high > self.as_of:
            found = Moment(found.low, self.as_of)
        return found

    def day(self, text: str, place: Location) -> Moment | None:
        try:
            day = date.fromisoformat(text)
            start = datetime(day.year, day.month, day.day, tzinfo=UTC)
            return Moment(start, start + timedelta(days=1) - timedelta(microseconds=1))
        except (ValueError, OverflowError) as error:
            self.findings.add("time", place, f"`{text}` is not a day: {error}", "a day such as 2026-03-01")
            return None

    def offset(self, text: str, what: str, place: Location) -> Moment | None:
        try:
            quantity = parse_quantity(text)
            if not quantity.unit.commensurable(HOUR):
                raise UnitError(f"`{quantity.unit.text}` is no unit of time", "an offset such as `-30 h`")
        except QuantityError as error:
            self.findings.add("time", place, f"{what} is `{text[:60]}`: {error.message}", "an instant such as 2026-03-01T08:00Z, a day, or an offset from `as-of` such as `-30 h`", error.hint)
            return None
        if quantity.value > 0:
            self.findings.add("after-as-of", place, f"{what} is `{text}`, which is after the case's as-of time", f"an offset that is not positive, such as `-{text}`")
            return None
        if self.as_of is None:
            return None
        microseconds = quantity.to(HOUR).value * 3_600_000_000
        try:
            at = self.as_of + timedelta(microseconds=round(microseconds))
        except OverflowError:
            self.findings.add("time", place, f"{what} is `{text}`, which is too long ago", "a time in the calendar")
            return None
        return Moment(at, at)

    # Records and items -----------------------------------------------------------------------------------------------

    def record(self, section: Section, node: Node, data: dict[str, Entry], earlier: dict[str, tuple[Entry, ...]]) -> None:
        body = mapping_of(node, f"`{section.name}`", self.findings)
        if body is None:
            return
        for name, value in body.entries.items():
            attribute = section.attributes.get(name)
            if attribute is None:
                self.findings.add("unknown-field", body.keys[name], f"`{section.name}` has no attribute `{name}`", f"one of {listed(section.attributes, 30)}", did_you_mean(name, section.attributes))
                continue
            entries = self.timed(attribute, value, f"`{section.name}.{name}`")
            if entries:
                path = f"{section.name}.{name}"
                data[path] = entries[-1]
                if entries[:-1]:
                    earlier[path] = entries[:-1]
        self.required(section, body, f"`{section.name}`")

    def required(self, section: Section, body: Mapping, what: str) -> None:
        for attribute in section.attributes.values():
            if attribute.required and attribute.name not in body.keys:
                self.findings.add("missing-field", body.location, f"{what} has no `{attribute.name}`", f"a value for `{attribute.name}`")

    def item_list(self, section: Section, node: Node) -> ItemList | None:
        complete = True
        nodes: tuple[Node, ...]
        if isinstance(node, Mapping):
            fields = Fields(node, f"`{section.name}`", self.findings)
            complete = fields.boolean("complete", True)
            nodes = fields.sequence("items", required=True)
            fields.done()
        elif isinstance(node, Sequence):
            nodes = node.items
        else:
            self.findings.add("type", node.location, f"`{section.name}` is {kind_of(node)}", "a list, `[]` where there is nothing to list")
            return None
        if len(nodes) > LONGEST_LIST:
            self.findings.add("too-many-items", node.location, f"`{section.name}` has {len(nodes)} items", f"at most {LONGEST_LIST}")
            return None
        items = []
        for item in nodes:
            body = mapping_of(item, f"an item of `{section.name}`", self.findings)
            if body is None:
                continue
            if set(body.entries) == {"complete"}:
                complete = Fields(body, f"an item of `{section.name}`", self.findings).boolean("complete", True)
                continue
            items.append((body, self.item(section, body)))
        self.keys(section, items)
        return ItemList(tuple(entries for _, entries in items), complete)

    def item(self, section: Section, body: Mapping) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        settable = {name: attribute for name, attribute in section.attributes.items() if not attribute.since}
        for name, value in body.entries.items():
            attribute = settable.get(name)
            if attribute is None:
                self.findings.add("unknown-field", body.keys[name], f"an item of `{section.name}` has no field `{name}`", f"one of {listed(settable, 20)}", did_you_mean(name, settable))
                continue
            found = self.timed(attribute, value, f"`{name}` of an item of `{section.name}`")
            if found:
                entries[name] = found[-1]
        self.required(section, body, f"an item of `{section.name}`")
        self.in_order(section, entries)
        return entries

    def in_order(self, section: Section, entries: dict[str, Entry]) -> None:
        """What ends does not end before it began."""
        start = entries.get(section.order)
        if start is None or not isinstance(start.value, Moment):
            return
        for name, entry in entries.items():
            if name != section.order and isinstance(entry.value, Moment) and entry.value.high < start.value.low:
                self.findings.add("before-start", entry.location, f"`{name}` ({entry.text}) is before `{section.order}` ({start.text})", f"a time that is not earlier than `{section.order}`")

    def keys(self, section: Section, items: list[tuple[Mapping, dict[str, Entry]]]) -> None:
        seen: dict[tuple[CaseValue, ...], Location] = {}
        for body, entries in items:
            if not section.key or any(name not in entries for name in section.key):
                continue
            key = tuple(entries[name].value for name in section.key)
            if key in seen:
                self.findings.add("duplicate-item", body.location, f"two items of `{section.name}` have the same {' and '.join(section.key)}", "each once", f"first at {seen[key]}")
            seen.setdefault(key, body.location)

    # Values ----------------------------------------------------------------------------------------------------------

    def timed(self, attribute: Attribute, node: Node, what: str) -> tuple[Entry, ...]:
        """The entries of an attribute, oldest first: a value, a value with its time, or a list of such."""
        if isinstance(node, Mapping) and "value" in node.keys:
            found = self.with_time(attribute, node, what)
            return (found,) if found else ()
        if isinstance(node, Sequence) and attribute.type.kind != "set of terms":
            return self.history(attribute, node, what)
        value = self.value(attribute, node, what)
        return (Entry(value, written(node), None, node.location),) if value is not None else ()

    def history(self, attribute: Attribute, node: Sequence, what: str) -> tuple[Entry, ...]:
        found = []
        for item in node:
            if not isinstance(item, Mapping) or "at" not in item.keys:
                self.findings.add("history", item.location, f"one of several values of {what} has no time", "{value: …, at: …} for each")
                continue
            entry = self.with_time(attribute, item, what)
            if entry is not None:
                found.append(entry)
        found.sort(key=lambda entry: entry.at.low if entry.at else datetime.min.replace(tzinfo=UTC))
        for one, other in zip(found, found[1:], strict=False):
            if one.at and other.at and one.at.high >= other.at.low and one.value != other.value:
                self.findings.add("history", other.location, f"two values of {what} have times that do not tell which is later", "times that differ")
        if not found and not node.items:
            self.findings.add("type", node.location, f"{what} is an empty list", "a value, or the entry left out")
        return tuple(found)

    def with_time(self, attribute: Attribute, node: Mapping, what: str) -> Entry | None:
        fields = Fields(node, what, self.findings)
        inner, at_node = fields.node_of("value", True), fields.node_of("at")
        fields.done()
        at = self.moment(at_node, f"the time of {what}") if at_node is not None else None
        value = self.value(attribute, inner, what) if inner is not None else None
        return None if value is None or inner is None else Entry(value, written(inner), at, inner.location)

    def value(self, attribute: Attribute, node: Node, what: str) -> CaseValue | None:
        kind = attribute.type.kind
        if kind == "set of terms":
            return self.terms(attribute, node, what)
        if isinstance(node, (Mapping, Sequence)):
            self.findings.add("type", node.location, f"{what} is {kind_of(node)}", self.expected(attribute))
            return None
        if kind == "quantity":
            return self.quantity(attribute, node, what)
        if kind == "time":
            return self.moment(node, what)
        if kind == "number":
            return self.number(attribute, node, what)
        if kind in ("boolean", "finding"):
            return self.finding(attribute, node, what)
        text = text_of(node, what, self.findings)
        if text is None:
            return None
        domain = self.vocabulary.domain(attribute.type)
        if domain and text not in domain:
            self.findings.add("unknown-term", node.location, f"{what} is `{text[:60]}`, which is not declared", f"one of {listed(domain, 20)}", self.similar(attribute, text, domain))
            return None
        return text

    def similar(self, attribute: Attribute, text: str, domain: tuple[str, ...]) -> str:
        """A hint: the term of which this is a synonym, else the most similar one."""
        terms = self.vocabulary.terms.get(attribute.type.of, {})
        for term in terms.values():
            if text.casefold() in (synonym.casefold() for synonym in (*term.synonyms, term.label)):
                return f"did you mean `{term.name}`?"
        return did_you_mean(text, domain)

    def terms(self, attribute: Attribute, node: Node, what: str) -> frozenset[str] | None:
        if not isinstance(node, Sequence):
            self.findings.add("type", node.location, f"{what} is {kind_of(node)}", "a list of terms")
            return None
        domain = self.vocabulary.domain(attribute.type)
        found = []
        for item in node:
            text = text_of(item, f"an item of {what}", self.findings)
            if text is None:
                continue
            if text not in domain:
                self.findings.add("unknown-term", item.location, f"`{text[:60]}` in {what} is not declared", f"one of {listed(domain, 20)}", self.similar(attribute, text, domain))
            elif text in found:
                self.findings.add("duplicate-item", item.location, f"`{text}` stands twice in {what}", "each once")
            else:
                found.append(text)
        return frozenset(found)

    def expected(self, attribute: Attribute) -> str:
        unit = attribute.type.unit
        return {
            "quantity": f"a number and a unit, such as `5 {unit.text}`" if unit else "a quantity",
            "number": "a number", "boolean": "true or false", "finding": "true, false, or words for what it is",
            "time": "an instant, a day, or an offset such as `-30 h`",
        }.get(attribute.type.kind, "a word")

    def quantity(self, attribute: Attribute, node: Scalar, what: str) -> Interval | None:
        type_ = attribute.type
        assert type_.unit is not None
        if isinstance(node.value, Fraction):
            self.findings.add("unit", node.location, f"{what} is `{node.text}` without a unit", self.expected(attribute), f"write `{node.text} {type_.unit.text}` if that is the unit")
            return None
        text = text_of(node, what, self.findings)
        if text is None:
            return None
        try:
            found = parse_interval(text)
        except QuantityError as error:
            self.findings.add("quantity", node.location, f"{what} is `{text[:60]}`: {error.message}", self.expected(attribute), error.hint)
            return None
        if not found.unit.commensurable(type_.unit):
            others = [conversion.unit for conversion in type_.conversions]
            if not any(unit.commensurable(found.unit) for unit in others):
                allowed = listed(unit.text for unit in (type_.unit, *others))
                self.findings.add("unit", node.location, f"{what} is in `{found.unit.text}`", f"a unit commensurable with {allowed}", "an amount of substance needs a declared conversion" if "mol" in found.unit.text else "")
                return None
            return self.signed(found, node, what)
        return self.plausible(attribute, found, node, what)

    def signed(self, found: Interval, node: Scalar, what: str) -> Interval | None:
        if (found.low is not None and found.low < 0) or (found.high is not None and found.high < 0):
            self.findings.add("implausible", node.location, f"{what} is `{node.text}`", "a value that is not negative")
            return None
        return found

    def plausible(self, attribute: Attribute, found: Interval, node: Scalar, what: str) -> Interval | None:
        bounds = attribute.type.plausible
        if bounds is None:
            return found if attribute.type.unit is not None and attribute.type.unit.offset else self.signed(found, node, what)
        low, high = (bound.to(found.unit).value for bound in bounds)
        ends = [end for end in (found.low, found.high) if end is not None]
        if any(not low <= end <= high for end in ends):
            self.findings.add("implausible", node.location, f"{what} is `{node.text}`", f"between {bounds[0].text()} and {bounds[1].text()}", "check the number and its unit")
            return None
        return found

    def number(self, attribute: Attribute, node: Scalar, what: str) -> Fraction | None:
        if not isinstance(node.value, Fraction):
            self.findings.add("type", node.location, f"{what} is {kind_of(node)}", "a number without a unit")
            return None
        bounds = attribute.type.plausible
        if bounds is not None and not bounds[0].value <= node.value <= bounds[1].value:
            self.findings.add("implausible", node.location, f"{what} is `{node.text}`", f"between {exact_text(bounds[0].value)} and {exact_text(bounds[1].value)}")
            return None
        return node.value

    def finding(self, attribute: Attribute, node: Scalar, what: str) -> bool | None:
        if isinstance(node.value, bool):
            return node.value
        if attribute.type.kind == "finding" and isinstance(node.value, str) and node.value.strip():
            word = node.value.strip().casefold()
            if word in ("yes", "no", "none", "unknown", "absent", "present", "negative", "positive", "false", "true", "n/a", "-"):
                self.findings.add("type", node.location, f"{what} is the text `{node.text}`", "true, false, or words for what it is", "leave the entry out where it is not known")
                return None
            return True
        self.findings.add("type", node.location, f"{what} is {kind_of(node)}", self.expected(attribute))
        return None


def written(node: Node) -> str:
    """A value as it was written."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return ", ".join(written(item) for item in node)
    return ""


def canonical(
    title: str, as_of: datetime, data: dict[str, Entry], earlier: dict[str, tuple[Entry, ...]], lists: dict[str, ItemList]
) -> dict[str, object]:
    """The case in one fixed form, whatever the order and the notation in which it was written."""
    found: dict[str, object] = {"as-of": moment_text(as_of)}
    if title:
        found["title"] = title
    for path, entry in sorted(data.items()):
        section, _, name = path.partition(".")
        record = found.setdefault(section, {})
        assert isinstance(record, dict)
        record[name] = [entry_form(old) for old in earlier[path]] + [entry_form(entry)] if path in earlier else entry_form(entry)
    for name, given in sorted(lists.items()):
        items = [{field: entry_form(entry) for field, entry in sorted(item.items())} for item in given.items]
        found[name] = items if given.complete else {"complete": False, "items": items}
    return found


def entry_form(entry: Entry) -> object:
    """An entry in its fixed form: times as instants, sets in order."""
    value: object = entry.text
    if isinstance(entry.value, bool):
        value = entry.value if entry.text in ("true", "false") else entry.text
    elif isinstance(entry.value, frozenset):
        value = sorted(entry.value)
    elif isinstance(entry.value, Moment):
        value = span_text(entry.value)
    elif isinstance(entry.value, Fraction):
        value = int(entry.value) if entry.value.denominator == 1 else entry.text
    return {"value": value, "at": span_text(entry.at)} if entry.at else value


def span_text(moment: Moment) -> str:
    """A moment as an instant, or as a day."""
    if moment.low == moment.high:
        return moment_text(moment.low)
    return moment.low.date().isoformat()


def moment_text(at: datetime) -> str:
    """An instant in UTC: 2026-03-01T08:00:00Z."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
