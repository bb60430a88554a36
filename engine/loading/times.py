"""Reads the times of a case: instants, days, and offsets from its as-of time."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from engine.errors import Findings, Location, clipped
from engine.fields import text_of
from engine.model.case import Moment
from engine.model.quantity import QuantityError, parse_quantity
from engine.model.unit import Unit, UnitError
from engine.reading import Node

INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?\Z"
)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
HOUR = Unit.parse("h")
EXAMPLE = "an instant such as 2026-03-01T08:00Z"
MICROSECONDS = 3_600_000_000


class TimeReader:
    """Reads times; ``as_of`` is the moment at which the case stands, None as long as it is not known."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.as_of: datetime | None = None

    def instant(self, text: str, place: Location) -> datetime | None:
        """An ISO 8601 instant with its offset from UTC."""
        if not INSTANT.match(text):
            self.findings.add("time", place, f"`{clipped(text)}` is not an instant", EXAMPLE)
            return None
        try:
            found = datetime.fromisoformat(text)
            if found.tzinfo is not None:
                return found.astimezone(UTC)
        except (ValueError, OverflowError) as error:
            self.findings.add("time", place, f"`{text}` is not a time: {error}", EXAMPLE)
            return None
        self.findings.add("time", place, f"`{text}` names no time zone", EXAMPLE, f"write `{text}Z` if it is UTC")
        return None

    def moment(self, node: Node, what: str) -> Moment | None:
        """An instant, a day, or an offset from the as-of time such as `-30 h`; nothing lies after the as-of time.

        The day of the as-of time ends with it.
        """
        text = text_of(node, what, self.findings)
        if text is None:
            return None
        found = self.any_moment(text, what, node.location)
        if found is None or self.as_of is None:
            return found
        if found.low > self.as_of:
            self.findings.add(
                "after-as-of",
                node.location,
                f"{what} is `{text}`, which is after the case's as-of time",
                "a time that is not later than `as-of`",
            )
            return None
        return Moment(found.low, min(found.high, self.as_of))

    def any_moment(self, text: str, what: str, place: Location) -> Moment | None:
        """A time in any notation, or None with a problem recorded."""
        if DAY.match(text):
            return self.day(text, place)
        if INSTANT.match(text):
            at = self.instant(text, place)
            return Moment(at, at) if at else None
        return self.offset(text, what, place)

    def day(self, text: str, place: Location) -> Moment | None:
        """All of a day, in UTC."""
        try:
            day = date.fromisoformat(text)
            start = datetime(day.year, day.month, day.day, tzinfo=UTC)
            return Moment(start, start + timedelta(days=1) - timedelta(microseconds=1))
        except (ValueError, OverflowError) as error:
            self.findings.add("time", place, f"`{text}` is not a day: {error}", "a day such as 2026-03-01")
            return None

    def offset(self, text: str, what: str, place: Location) -> Moment | None:
        """A time before the as-of time."""
        try:
            quantity = parse_quantity(text)
            if not quantity.unit.commensurable(HOUR):
                raise UnitError(f"`{quantity.unit.text}` is no unit of time", "an offset such as `-30 h`")
        except QuantityError as error:
            expected = f"{EXAMPLE}, a day, or an offset from `as-of` such as `-30 h`"
            self.findings.add("time", place, f"{what} is `{clipped(text)}`: {error.message}", expected, error.hint)
            return None
        if quantity.value > 0:
            self.findings.add(
                "after-as-of",
                place,
                f"{what} is `{text}`, which is after the case's as-of time",
                f"an offset that is not positive, such as `-{text}`",
            )
            return None
        if self.as_of is None:
            return None
        try:
            at = self.as_of + timedelta(microseconds=round(quantity.to(HOUR).value * MICROSECONDS))
        except OverflowError:
            self.findings.add("time", place, f"{what} is `{text}`, which is too long ago", "a time in the calendar")
            return None
        return Moment(at, at)
