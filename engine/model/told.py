"""Words of an advice: how a side of an opposition bears, and how far what is drawn is graded."""

from __future__ import annotations

from typing import Literal

Way = Literal[
    "speaks-for",
    "speaks-against",
    "would-speak-for",
    "stands-in-the-way",
    "doses",
    "states",
    "beside",
    "stands-with",
]
Graded = Literal["graded", "partly graded", "not graded", "no evidence", "not drawn"]
