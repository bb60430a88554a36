"""Mutants of rules: conditions negated, dropped, shifted; reason codes, gaps and conclusions dropped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from engine.model.knowledge import KnowledgeBase
from engine.model.rule import Codes, Condition, FactPattern, Interaction, Pattern, Rule
from provenance.render.rules import conclusion_in_words, pattern_in_words
from rulewright.authoring.mutation.mutant import Mutant, Operator, with_rule
from rulewright.authoring.mutation.patterns import Patterns, unbound

Part = Literal["when", "unless"]
CODES = (("when_false", "else"), ("when_unknown", "missing"), ("when_true", "when_true"))


def rule_mutants(knowledge: KnowledgeBase) -> Iterator[Mutant]:
    """Every mutant of every rule that an author wrote, but of those that loading refuses for an unbound variable."""
    drawn = {name for interaction in knowledge.interactions for name in rules_of(interaction)}
    for rule in knowledge.rules.values():
        if rule.id in drawn:
            continue
        yield from _Mutating(rule, Patterns(rule, knowledge.vocabulary)).mutants()


def rules_of(interaction: Interaction) -> tuple[str, ...]:
    """The ids of the rules that an interaction stands for: one for each direction."""
    first = f"interaction-{interaction.name}"
    return (first, f"{first}-reversed") if interaction.symmetric else (first,)


class _Mutating:
    """Changes one rule."""

    def __init__(self, rule: Rule, patterns: Patterns) -> None:
        self.rule = rule
        self.patterns = patterns

    def mutants(self) -> Iterator[Mutant]:
        """All of them, in the order in which the rule is written."""
        for part, conditions in (("when", self.rule.when), ("unless", self.rule.unless)):
            for number, condition in enumerate(conditions):
                yield from self._condition("when" if part == "when" else "unless", number, condition)
        if len(self.rule.then) > 1:
            for number, conclusion in enumerate(self.rule.then):
                left = (*self.rule.then[:number], *self.rule.then[number + 1 :])
                what = f"then {conclusion_in_words(conclusion)}"
                yield from self._made("drop", what, "", replace(self.rule, then=left), conclusion)

    def _condition(self, part: Part, number: int, condition: Condition) -> Iterator[Mutant]:
        words = pattern_in_words(condition.pattern)
        yield from self._made("drop", f"{part} {words}", "", self._with(part, number, None), condition)
        for operator, pattern in self.patterns.changed(condition.pattern):
            rule = self._with(part, number, replace(condition, pattern=pattern))
            yield from self._made(operator, f"{part} {words}", pattern_in_words(pattern), rule, condition)
        if not isinstance(condition.pattern, FactPattern) and self.patterns.negation(condition.pattern) is None:
            other = "unless" if part == "when" else "when"
            yield from self._made("negate", f"{part} {words}", f"{other} {words}", self._moved(part, number), condition)
        if condition.stands:
            rule = self._with(part, number, replace(condition, stands=False))
            yield from self._made("drop", f"if_unknown of {part} {words}", "", rule, condition)
        yield from self._codes(part, number, condition, words)

    def _codes(self, part: Part, number: int, condition: Condition, words: str) -> Iterator[Mutant]:
        for name, word in CODES:
            code = getattr(condition.codes, name)
            if code:
                codes: Codes = replace(condition.codes, **{name: ""})
                rule = self._with(part, number, replace(condition, codes=codes))
                yield from self._made("drop", f"{word} {code} of {part} {words}", "", rule, condition)

    def _with(self, part: Part, number: int, condition: Condition | None) -> Rule:
        """The rule with another condition in a place, or with none."""
        found = list(self.rule.when if part == "when" else self.rule.unless)
        found[number : number + 1] = [] if condition is None else [condition]
        return replace(self.rule, when=tuple(found)) if part == "when" else replace(self.rule, unless=tuple(found))

    def _moved(self, part: Part, number: int) -> Rule:
        """The rule with a condition on the other side, without codes and gaps: there they mean something else."""
        moved: Pattern = (self.rule.when if part == "when" else self.rule.unless)[number].pattern
        left = self._with(part, number, None)
        condition = Condition(moved)
        if part == "when":
            return replace(left, unless=(*left.unless, condition))
        return replace(left, when=(*left.when, condition))

    def _made(self, operator: Operator, what: str, into: str, rule: Rule, at: Condition | object) -> Iterator[Mutant]:
        if unbound(rule) <= unbound(self.rule):
            location = getattr(at, "location", self.rule.location)
            yield Mutant(rule.id, operator, what, into, location, with_rule(rule), True)
