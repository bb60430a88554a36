"""Takes in what follows from a condition that holds, or that is false, and says where that cannot be."""

from __future__ import annotations

from collections.abc import Callable, Collection
from fractions import Fraction
from functools import reduce

from engine.model.vocabulary import Vocabulary
from engine.program import Atom, Count, Datum, GroundCondition, Holds, ItemField, Literal, shown
from rulewright.authoring.checks.contexts import Context, Need, places
from rulewright.authoring.checks.domains import Domains


class Assuming:
    """Over the domains of one program; ``need`` is what holds wherever a conclusion does (None: no case draws it), and
    ``drawn`` the conclusions that some clause draws.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        domains: Domains,
        need: Callable[[Atom], Need | None],
        drawn: Collection[Atom],
    ) -> None:
        self.vocabulary = vocabulary
        self.domains = domains
        self.need = need
        self.drawn = drawn

    def hold(self, found: Context, literal: Literal, items: dict[str, str]) -> str:
        """Take in that a condition holds; the reason where it cannot, else an empty text."""
        found.literals.add(literal)
        if isinstance(literal, Holds):
            need = self.need(literal.atom)
            if need is None:
                return f"nothing draws {literal.atom}" if literal.atom not in self.drawn else _nowhere(literal.atom)
            found.held.add(literal.atom)
            found.held |= need.atoms
            return found.narrow(need.masks, f"what {literal.atom} needs")
        if isinstance(literal, Count):
            return self._count(found, literal, items)
        for place, name, test in places(literal, items, self.vocabulary):
            masks = {(name, what): mask for (_, what), mask in self.domains.masks(place, test, True).items()}
            words = found.narrow(masks, shown(test))
            if words:
                return words
        return ""

    def lack(self, found: Context, condition: GroundCondition, items: dict[str, str]) -> str:
        """Take in that a condition is false; the reason where it cannot be."""
        literal = condition.literal
        if isinstance(literal, Holds):
            if literal.atom in found.held:
                return f"{literal.atom} would have to hold, and not to hold"
            if not condition.stands:
                found.lacking.add(literal.atom)
        elif isinstance(literal, Datum | ItemField):
            if literal in found.literals:
                return f"{literal} would have to hold, and not to hold"
            if condition.stands:
                return ""
            for place, name, test in places(literal, items, self.vocabulary):
                masks = {(name, what): mask for (_, what), mask in self.domains.masks(place, test, False).items()}
                words = found.narrow(masks, f"not {shown(test)}")
                if words:
                    return words
        return ""

    def _count(self, found: Context, literal: Count, items: dict[str, str]) -> str:
        """Take in a count: where every member is needed, all hold; where one is, what they have in common."""
        needs = [self.alone(member, items) for _, member in literal.members]
        points = [(points, need) for (points, _), need in zip(literal.members, needs, strict=True)]
        most = sum((worth for worth, need in points if worth > 0 and need is not None), Fraction(0))
        least = sum((worth for worth, need in points if worth < 0 and need is not None), Fraction(0))
        if literal.at_least is not None and most < literal.at_least:
            return f"of {_bounds(literal)} no more than {most} can be met"
        if literal.at_most is not None and least > literal.at_most:
            return f"of {_bounds(literal)} no fewer than {least} can be met"
        if literal.at_least is None:
            return ""
        for (worth, member), need in zip(literal.members, needs, strict=True):
            if worth > 0 and need is not None and most - worth < literal.at_least:
                words = self.hold(found, member, items)
                if words:
                    return words
        some = [need for worth, need in points if worth > 0 and need is not None]
        if literal.at_least > 0 and some:
            common = reduce(Need.joined, some)
            found.held |= common.atoms
            return found.narrow(common.masks, f"what {_bounds(literal)} needs")
        return ""

    def alone(self, literal: Literal, items: dict[str, str]) -> Need | None:
        """What holds wherever one condition does; None where it never does."""
        found = Context()
        return None if self.hold(found, literal, items) else Need(found.masks, frozenset(found.held))


def _nowhere(atom: Atom) -> str:
    return f"no case can draw {atom}"


def _bounds(literal: Count) -> str:
    return f"the {'sum' if literal.is_sum else 'count'} ({str(literal).partition(' of ')[0]})"
