"""A chain in brief: the same conclusions, rules and data as in a trace, with facts by their ids and no word of them.

What a conclusion was drawn in the absence of is named with its value, and not followed further.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine.model.advice import Premise
from engine.program import Literal
from provenance.render.naming import ordered
from provenance.render.trace import Tracer


class BriefTracer(Tracer):
    """Prints chains of one advice without quotes; `Tracer` prints them in full."""

    def facts(self, ids: Iterable[str], depth: int) -> None:
        """The ids of facts and readings, in one line."""
        every = ordered(ids)
        self.quoted.update(every)
        named = " ".join(every)
        if named:
            self.add(f"[{named}]", depth, kind="fact", name=named)

    def premise(
        self, premise: Premise, literal: Literal, items: dict[str, str], under_unless: bool, depth: int
    ) -> None:
        """A condition as in a full chain; a conclusion that rightly is absent in a line."""
        if under_unless and premise.conclusion and premise.value == "false":
            self.add(f"unless {premise.conclusion} (false)", depth)
        else:
            super().premise(premise, literal, items, under_unless, depth)
