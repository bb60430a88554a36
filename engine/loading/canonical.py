"""A case in one fixed form, from which its identity is computed and from which it can be read again."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

from engine.model.case import CaseValue, Entry, ItemList, Moment
from engine.model.quantity import exact_text
from engine.reading import Node, Scalar


def canonical(
    title: str,
    as_of: datetime,
    data: dict[str, Entry],
    earlier: dict[str, tuple[Entry, ...]],
    lists: dict[str, ItemList],
) -> dict[str, object]:
    """The case in one fixed form, whatever the order and the notation in which it was written."""
    found: dict[str, object] = {"as-of": moment_text(as_of)}
    if title:
        found["title"] = title
    for path, entry in sorted(data.items()):
        section, _, name = path.partition(".")
        record = found.setdefault(section, {})
        assert isinstance(record, dict)
        record[name] = _with_history(entry, earlier.get(path, ()))
    for name, given in sorted(lists.items()):
        items = [
            {
                field: _with_history(entry, earlier.get(f"{name}[{number}].{field}", ()))
                for field, entry in sorted(item.items())
            }
            for number, item in enumerate(given.items)
        ]
        found[name] = items if given.complete else {"complete": False, "items": items}
    return found


def _with_history(entry: Entry, older: tuple[Entry, ...]) -> object:
    return [entry_form(each) for each in (*older, entry)] if older else entry_form(entry)


def entry_form(entry: Entry) -> object:
    """An entry in its fixed form: times as instants, sets in order, numbers as text where they have decimals."""
    value: object = entry.text
    if isinstance(entry.value, bool):
        value = entry.value if entry.text in ("true", "false") else entry.text
    elif isinstance(entry.value, frozenset):
        value = sorted(entry.value)
    elif isinstance(entry.value, Fraction):
        value = int(entry.value) if entry.value.denominator == 1 else exact_text(entry.value)
    return {"value": value, "at": span_text(entry.at)} if entry.at else value


def value_text(value: CaseValue, node: Node) -> str:
    """A value as it was written, where the notation says something.

    Two cases that are the same have the same text: times are instants or days, sets are in order.
    """
    if isinstance(value, Moment):
        return span_text(value)
    if isinstance(value, frozenset):
        return ", ".join(sorted(value))
    if isinstance(value, Fraction):
        return exact_text(value)
    return node.text if isinstance(node, Scalar) else ""


def span_text(moment: Moment) -> str:
    """A moment as an instant, or as a day."""
    if moment.low == moment.high:
        return moment_text(moment.low)
    return moment.low.date().isoformat()


def moment_text(at: datetime) -> str:
    """An instant in UTC: 2026-03-01T08:00:00Z."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
