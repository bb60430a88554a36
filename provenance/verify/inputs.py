"""The account of every datum of the case, and of the rules that read it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction

from engine.model.case import CaseValue, Entry, Moment
from engine.model.quantity import QuantityError, parse_quantity
from engine.program import Clause, Count, Datum, Item, ItemField, Literal
from provenance.verify.derivation import Derivation
from provenance.verify.reasons import refers
from provenance.verify.truth import FALSE, SECOND
from provenance.verify.verdict import Flaws, Tree

NUMBER = re.compile(r"-?\d+(\.\d+)?\Z", re.ASCII)


def check_inputs(derivation: Derivation, emitted: list[Tree], flaws: Flaws) -> None:
    """Every datum is there once with the rules that read it.

    Records stand before lists, and items in order. The data of one record or item stand as the case was written, in
    words too (`-30 h`); its echo keeps the order and the words of times and sets in one fixed form, so that there only
    the meaning is compared.
    """
    entries = {entry.pop("path"): entry for entry in _expected(derivation)}
    places = {group: number for number, group in enumerate(dict.fromkeys(map(_group, entries)))}
    last = 0
    for number, found in enumerate(emitted):
        path, place = found["path"], f"/inputs/{number}"
        expected = entries.pop(path, None)
        if expected is None:
            flaws.add("input", place, f"the case has no `{path}`, or it was listed before")
            continue
        value, at, text = expected.pop("value"), expected.pop("at"), expected.pop("text")
        measured = _measured(at)
        same = found["text"] == text + measured or (
            found["text"].endswith(measured)
            and _says(found["text"].removesuffix(measured), value, derivation.patient.case.as_of)
        )
        if not same:
            flaws.add("input", f"{place}/text", f"`{found['text']}` is not what the case says: `{text}{measured}`")
        flaws.compare("input", place, {part: found[part] for part in expected}, expected)
        if places[_group(path)] < last:
            flaws.add("input", place, f"`{path}` stands after data that it should precede")
        last = max(last, places[_group(path)])
    for path in entries:
        flaws.add("omission", "/inputs", f"`{path}` is not accounted for")


def _group(path: str) -> str:
    """What a datum belongs to: its record, its item, or its list."""
    return path.rpartition(".")[0] or path


def _expected(derivation: Derivation) -> Iterator[Tree]:
    readers = _readers(derivation)
    case, vocabulary = derivation.patient.case, derivation.knowledge.vocabulary
    for path, entry in case.data.items():
        attribute = vocabulary.attribute(path)
        notes = []
        if attribute and attribute.stale_after is not None and entry.at is None:
            notes.append("undated: counts as measured at the as-of time")
        if attribute and derivation.patient.is_stale(path):
            notes.append(f"not used: measured more than {attribute.stale_after} before the as-of time")
        notes += [f"earlier: {old.text}{_measured(old.at)}" for old in case.earlier.get(path, ())]
        yield _input(path, attribute.title if attribute else path, entry, readers[path], notes)
    for name, listed in case.lists.items():
        section = vocabulary.sections[name]
        count = f"{len(listed.items)} listed, {'complete' if listed.complete else 'not complete'}"
        yield _input(name, section.label or name, Entry(count, count), readers[name], [])
        for number, item in enumerate(listed.items):
            for field, entry in item.items():
                path = f"{name}[{number}].{field}"
                yield _input(path, section.attributes[field].title, entry, readers[path], [])


def _input(path: str, label: str, entry: Entry, rules: set[str], notes: list[str]) -> Tree:
    return {
        "path": path,
        "label": label,
        "text": entry.text,
        "rules": sorted(rules),
        "notes": notes,
        "value": entry.value,
        "at": entry.at,
    }


def _readers(derivation: Derivation) -> dict[str, set[str]]:
    """The rules for which a datum decided something: where they fired, and where a condition on it fails."""
    found: dict[str, set[str]] = defaultdict(set)
    for firing in derivation.firings:
        for condition in (*firing.instance.when, *firing.instance.unless):
            for path in derivation.patient.data(condition.literal, firing.items):
                found[path].add(firing.instance.rule)
    for instance in derivation.ground.instances:
        for condition in (*instance.when, *instance.unless):
            for path in _failing(derivation, condition.literal):
                found[path].add(instance.rule)
        for path in _failing_fields(derivation, instance):
            found[path].add(instance.rule)
    return found


def _failing(derivation: Derivation, literal: Literal) -> Iterator[str]:
    """The data on which a condition fails: of each item up to the test on which it does, and the list itself."""
    patient = derivation.patient
    if isinstance(literal, Datum) and patient.datum(literal.path, literal.test) == FALSE:
        yield from patient.data(literal, {})
    elif isinstance(literal, Count):
        for _, member in literal.members:
            yield from _failing(derivation, member)
    elif isinstance(literal, Item):
        section, listed = patient.section(literal.item)
        if section.name in patient.case.lists:
            yield section.name
        for number in range(0 if any(refers(test) for _, test in literal.tests) else len(listed.items)):
            name = f"{section.name}[{number}]"
            for field, test in literal.tests:
                if patient.entry(name, field) is not None:
                    yield f"{name}.{section.attributes[field].since or field}"
                if patient.field(name, field, test, {}) == FALSE:
                    break


def _failing_fields(derivation: Derivation, instance: Clause) -> Iterator[str]:
    """The fields on which a test fails, of items that a rule could take: no test of the pattern fails on them."""
    patient = derivation.patient
    literals = [condition.literal for condition in instance.when]
    for literal in literals:
        if isinstance(literal, Count):
            literals.extend(member for _, member in literal.members)
    for pattern in literals:
        if isinstance(pattern, Item) and pattern.variable:
            section, listed = patient.section(pattern.item)
            for number in range(len(listed.items)):
                name = f"{section.name}[{number}]"
                own = [(field, test) for field, test in pattern.tests if not refers(test)]
                if FALSE in (patient.field(name, field, test, {}) for field, test in own):
                    continue
                for test in literals:
                    if not isinstance(test, ItemField) or test.variable != pattern.variable or refers(test.test):
                        continue
                    if patient.field(name, test.field, test.test, {}) == FALSE:
                        yield from patient.data(test, {pattern.variable: name})


def _measured(at: Moment | None) -> str:
    return f" (measured {at.low.date().isoformat()})" if at else ""


def _says(text: str, value: CaseValue, as_of: datetime) -> bool:
    """Whether words that differ from those of the echo mean the same: a time, a set or a number in another form."""
    if isinstance(value, Moment):
        return _moment(text, as_of) == value
    if isinstance(value, frozenset):
        return sorted(text.split(", ")) == sorted(value)
    return isinstance(value, Fraction) and NUMBER.match(text) is not None and Fraction(text) == value


def _moment(text: str, as_of: datetime) -> Moment | None:
    try:
        if len(text) == 10:
            low = datetime.fromisoformat(f"{text}T00:00Z")
            return Moment(low, min(as_of, low + timedelta(days=1) - timedelta(microseconds=1)))
        if text[4:5] == "-" and text[:4].isdigit():
            low = datetime.fromisoformat(text)
        else:
            offset = parse_quantity(text)
            low = as_of + timedelta(microseconds=round(offset.unit.convert(offset.value, SECOND) * 1_000_000))
        return Moment(low, low)
    except (QuantityError, ValueError, OverflowError):
        return None
