"""A case at one moment: values with their times, and lists that may be incomplete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import TypeAlias

from engine.errors import NOWHERE, Location
from engine.model.quantity import Interval


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as precisely as it was given: an instant, or all of a day (``low`` to ``high``)."""

    low: datetime
    high: datetime


CaseValue: TypeAlias = str | bool | Fraction | Interval | Moment | frozenset[str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One recorded value: ``text`` as it was written, ``at`` when it was measured (None: undated)."""

    value: CaseValue
    text: str
    at: Moment | None = None
    location: Location = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class ItemList:
    """The items of a list section; ``complete`` says that there are no others."""

    items: tuple[Mapping[str, Entry], ...]
    complete: bool


@dataclass(frozen=True)
class Case:
    """What is known at ``as_of``.

    ``data`` holds the latest value at each path, ``earlier`` the older ones; a list section that is not in ``lists``
    was not given, and is unknown. ``canonical`` is the case in one fixed form, from which its identity is computed.
    """

    title: str
    as_of: datetime
    data: Mapping[str, Entry]
    lists: Mapping[str, ItemList]
    earlier: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    canonical: Mapping[str, object] = field(default_factory=dict)
