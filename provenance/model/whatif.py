"""The published contract of a what-if: the changes of the case, and how the advice differs with them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.model.advice import Part
from provenance.model.comparison import Comparison


class Changed(Part):
    """One change of the case as it was asked for, with what stood there and what stands there then.

    An empty text means that nothing is recorded; a list that was not given is not the same as a list of nothing.
    """

    kind: Literal["set", "remove", "add"]
    path: str
    label: str = ""
    before: str = ""
    after: str = ""
    note: Annotated[str, Field(description="what the change leaves unknown: whether a list has other items")] = ""


class WhatIf(Part):
    """What a changed case would be advised, and how that differs; ``case`` is the changed case in its fixed form."""

    changes: tuple[Changed, ...]
    as_of: Annotated[str, Field(description="the time at which the changed case stands, where it is another")] = ""
    case: dict[str, object]
    comparison: Comparison
