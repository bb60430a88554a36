"""The published answer: which mutants the scenarios notice, and which nothing tests."""

from __future__ import annotations

from typing import Literal, TypeAlias

from engine.model.advice import Part
from rulewright.authoring.coverage.report import Place
from rulewright.authoring.mutation.mutant import Operator

Fate: TypeAlias = Literal["killed", "refused", "survived"]


class Verdict(Part):
    """What became of one mutant.

    killed: the scenario ``by`` gets another advice than is expected, ``because`` of its first difference. refused: the
    knowledge base could no longer be used, ``because`` of a problem. survived: none of the ``tried`` scenarios that it
    can touch notices it.
    """

    name: str
    of: str
    operator: Operator
    what: str
    into: str
    place: Place
    fate: Fate
    by: str = ""
    because: str = ""
    tried: int


class Listed(Part):
    """An entry of the list of equivalent mutants that is wrong, or the reason of one that is right."""

    mutant: str
    because: str
    place: Place


class Mutation(Part):
    """What scenarios make of every mutant of a knowledge base.

    ``survivors`` are those that nothing explains; ``equivalent`` survive and are listed with a reason.
    ``noticed`` are listed and killed, ``unknown`` are listed and are no mutants: both are mistakes of the list.
    """

    scenarios: int
    seed: int
    mutants: int
    killed: int
    refused: int
    survivors: tuple[Verdict, ...]
    equivalent: tuple[Listed, ...]
    noticed: tuple[Listed, ...]
    unknown: tuple[Listed, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def passed(self) -> bool:
        """Whether every mutant is noticed, or listed with a reason, and the list is right."""
        return not (self.survivors or self.noticed or self.unknown)
