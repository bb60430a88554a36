"""Which claims the rules of a knowledge base match, by the ground program; and why one matches none."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from engine.binding import compare_constants
from engine.model.fact import ClaimValue
from engine.model.knowledge import KnowledgeBase
from engine.model.rule import Compare, Constraint, FactPattern, OfClass, OneOf, Recorded, Rule, Variable, Within
from engine.model.rule import Optional as OptionalField
from engine.program import Evidence, Program
from provenance.render.rules import constraint_in_words, value_in_words


class Matching:
    """The claims of one ground program."""

    def __init__(self, knowledge: KnowledgeBase, program: Program) -> None:
        self.knowledge = knowledge
        self.program = program

    @cached_property
    def rules_of(self) -> dict[str, set[str]]:
        """The rules that match each piece of evidence, under ``unless`` too; a class is read with its members."""
        found: dict[str, set[str]] = {}
        for clause in self.program.clauses:
            for name in clause.evidence:
                found.setdefault(name, set()).add(clause.rule)
        for rule in self.knowledge.rules.values():
            for pattern in self._under_unless(rule):
                for kind in pattern.kinds:
                    for evidence in self._by_kind.get(kind, ()):
                        if self.matches(pattern, evidence):
                            found.setdefault(evidence.id, set()).add(rule.id)
            for name in self._classes(rule):
                for evidence in self._memberships.get(name, ()):
                    found.setdefault(evidence.id, set()).add(rule.id)
        return found

    @cached_property
    def patterns(self) -> dict[str, list[tuple[str, FactPattern]]]:
        """Every pattern of a claim by the kinds of claim that it reads, with its rule."""
        found: dict[str, list[tuple[str, FactPattern]]] = {}
        for rule in self.knowledge.rules.values():
            for condition in (*rule.when, *rule.unless):
                if isinstance(condition.pattern, FactPattern):
                    for kind in condition.pattern.kinds:
                        found.setdefault(kind, []).append((rule.id, condition.pattern))
        return found

    def matches(self, pattern: FactPattern, evidence: Evidence) -> bool:
        """Whether a claim meets every field of a pattern of its kind."""
        return all(self._meets(evidence.value(name), constraint) for name, constraint in pattern.constraints)

    def misses(self, pattern: FactPattern, evidence: Evidence) -> list[str]:
        """The fields of a pattern that a claim of its kind does not meet; a variable takes any value that is stated."""
        return [name for name, constraint in pattern.constraints if not self._meets(evidence.value(name), constraint)]

    def why_not(self, evidence: Evidence) -> str:
        """Why no rule matches a claim, in words: the pattern that comes nearest, and what it asks for."""
        nearest: tuple[str, FactPattern, list[str]] | None = None
        for rule, pattern in self.patterns.get(evidence.kind, ()):
            missed = self.misses(pattern, evidence)
            if nearest is None or len(missed) < len(nearest[2]):
                nearest = (rule, pattern, missed)
            if not missed:
                break
        if nearest is None:
            return f"no rule reads claims of the kind `{evidence.kind}`"
        name, pattern, missed = nearest
        if not missed:
            return f"the rule `{name}` reads such claims, but only beside others that do not stand here"
        wanted = dict(pattern.constraints)
        told = []
        for field in missed:
            value = evidence.value(field)
            asked = "" if isinstance(wanted[field], Variable) else f": {constraint_in_words(wanted[field])}"
            stated = f", and this is `{value_in_words(value)}`" if value is not None else ", which it does not state"
            told.append(f"`{field}{asked}`{stated}")
        return f"the rule `{name}`, which comes nearest, asks for {'; and for '.join(told)}"

    def _meets(self, value: ClaimValue | None, constraint: Constraint) -> bool:
        if isinstance(constraint, OptionalField):
            return True
        if isinstance(constraint, Recorded):
            return (value is not None) == constraint.known
        if value is None:
            return False
        if isinstance(constraint, OneOf):
            return value in constraint.values
        if isinstance(constraint, Within):
            return any(value in self.knowledge.vocabulary.within(kind, constraint.term) for kind in self._kinds)
        if isinstance(constraint, OfClass):
            return value in self._members(constraint.name)
        if isinstance(constraint, Compare) and not isinstance(constraint.bound, Variable):
            return compare_constants(value, constraint, {})
        return True

    @property
    def _kinds(self) -> tuple[str, ...]:
        return tuple(self.knowledge.vocabulary.terms)

    @cached_property
    def _by_kind(self) -> dict[str, list[Evidence]]:
        found: dict[str, list[Evidence]] = {}
        for evidence in self.program.evidence.values():
            found.setdefault(evidence.kind, []).append(evidence)
        return found

    @cached_property
    def _memberships(self) -> dict[object, list[Evidence]]:
        """By class, the claims that say who belongs to it."""
        found: dict[object, list[Evidence]] = {}
        for evidence in self._by_kind.get("member", ()):
            found.setdefault(evidence.value("class"), []).append(evidence)
        return found

    def _members(self, name: str) -> set[object]:
        return {evidence.value("member") for evidence in self._memberships.get(name, ())}

    @staticmethod
    def _under_unless(rule: Rule) -> Iterator[FactPattern]:
        for condition in rule.unless:
            if isinstance(condition.pattern, FactPattern):
                yield condition.pattern

    @staticmethod
    def _classes(rule: Rule) -> set[str]:
        """The classes whose members the conditions of a rule name without matching the claims that say so."""
        from provenance.review.mentions import patterns

        found: set[str] = set()
        for pattern in patterns(rule):
            named = getattr(pattern, "constraints", ()) or (("", getattr(pattern, "constraint", None)),)
            found |= {constraint.name for _, constraint in named if isinstance(constraint, OfClass)}
        return found
